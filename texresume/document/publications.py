"""Publications: grouped and numbered, with the owner among the authors, in one of the styles of `styles/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from texresume import resources
from texresume.data import rules
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Section as DataSection
from texresume.data.resume import Text, dotted
from texresume.records import dataclass
from texresume.text.inline import Anchor, Block, Fragment, RichText, Run

from . import people, venues
from .emphasis import emphasised
from .model import Entry, Group, Link
from .reference import Reference
from .sections import compose_common
from .texts import Texts

DEFAULT_STYLE = "numeric"
_SIGNS = {"equal": "*", "corresponding": "†"}
"""What is said of authors, and the signs after their names."""


def style_of(name: str) -> Mapping[str, Any]:
    """A style by its name: see `styles/numeric.yaml` and `styles/ieee.yaml`."""
    style: Mapping[str, Any] = resources.table(f"document/styles/{name or DEFAULT_STYLE}.yaml")
    return style


def compose_groups(
    section: DataSection, texts: Texts, owner: Sequence[str], settings: Mapping[str, Any]
) -> tuple[Group, ...]:
    """The publications in their groups, numbered backwards in each group or in all."""
    style = style_of(settings.get("style", ""))
    composer = _Composer(texts, owner, style, int(settings.get("names", style["names"].get("most", 0))))
    groups = _grouped(section.entries, texts, settings.get("groups"))
    numbering = settings.get("number", style["number"])
    number = len(section.entries)
    result = []
    for title, entries in groups:
        first = len(entries) if numbering == "per-group" else number
        composed = tuple(
            composer.entry(entry, first - index if numbering != "none" else 0)
            for index, entry in enumerate(entries)
        )
        number -= len(entries)
        result.append(Group(title, composed))
    return tuple(result)


# -- groups -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A group that somebody asks for: of some types, of some tags, or both."""

    title: RichText
    types: frozenset[str]
    tags: frozenset[str]

    def has(self, kind: str, entry: DataEntry) -> bool:
        """Whether an entry of this type belongs to it."""
        return (not self.types or kind in self.types) and (not self.tags or bool(self.tags & set(entry.tags)))


def _grouped(
    entries: Sequence[DataEntry], texts: Texts, settings: Sequence[Any] | None
) -> list[tuple[RichText, list[DataEntry]]]:
    """The groups that are asked for, then one for each other type; without titles if there is but one."""
    if settings is not None and not settings:
        return [(RichText(), list(entries))]
    wanted = [_wanted(one, number, texts) for number, one in enumerate(settings or ())]
    chosen: list[list[DataEntry]] = [[] for _ in wanted]
    by_type: dict[str, list[DataEntry]] = {}
    for entry in entries:
        kind = texts.string(entry.text("type")).casefold()
        number = next((n for n, one in enumerate(wanted) if one.has(kind, entry)), None)
        (by_type.setdefault(kind, []) if number is None else chosen[number]).append(entry)
    if settings is not None:
        by_type = {kind: by_type[kind] for kind in sorted(by_type, key=_rank)}
    result = [(one.title, found) for one, found in zip(wanted, chosen, strict=True) if found]
    alone = list(by_type) == [""] and not result
    result += [
        (RichText() if alone else _type_title(kind, some[0], texts), some) for kind, some in by_type.items()
    ]
    return result


def _rank(kind: str) -> int:
    types = rules.PUBLICATION_TYPES
    return types.index(kind) if kind in types else len(types)


def _wanted(one: Any, number: int, texts: Texts) -> _Wanted:
    if isinstance(one, str):
        kind = one.casefold()
        return _Wanted(_words_of(kind, one, texts), frozenset([kind]), frozenset())
    types = frozenset(kind.casefold() for kind in one.get("types", ()))
    path = ("meta", "publications", "groups", number, "title")
    title = one.get("title", "")
    given = texts.rich(Text(path, title if isinstance(title, dict) else {"": title})) if title else RichText()
    fallback = next(iter(sorted(types)), "")
    return _Wanted(given or _words_of(fallback, fallback, texts), types, frozenset(one.get("tags", ())))


def _words_of(kind: str, written: str, texts: Texts) -> RichText:
    titles = texts.locale.publication_types
    return RichText.of(titles.get(kind, written))


def _type_title(key: str, entry: DataEntry, texts: Texts) -> RichText:
    titles = texts.locale.publication_types
    if key in titles:
        return RichText.of(titles[key])
    return texts.rich(entry.text("type")) or RichText.of(titles["other"])


# -- entries ----------------------------------------------------------------------------------------------


class _Composer:
    """Composes publications in a style; of more than `most` authors some are left out, if it is not 0."""

    def __init__(self, texts: Texts, owner: Sequence[str], style: Mapping[str, Any], most: int) -> None:
        self.texts, self.owner, self.style, self.most = texts, owner, style, most

    def entry(self, entry: DataEntry, number: int) -> Entry:
        """A publication."""
        texts, style = self.texts, self.style
        kind = texts.string(entry.text("type")).casefold()
        written = people.read(entry, "authors", texts, self.owner)
        common = self.with_signs(compose_common(entry, texts), entry)
        form = style["names"]["form"]
        authors = tuple(people.compose(people.shortened(written, self.most), style["names"], form, texts))
        title = texts.rich(entry.text("name"))
        if kind in style.get("title_in_italics", ()):
            title = emphasised(title)
        composed = replace(
            common,
            title=title,
            year=texts.year(entry),
            number=number,
            authors=authors,
            doi=texts.doi(entry.text("doi")),
            arxiv=texts.identifier(entry.text("arxiv"), "arXiv:", "https://arxiv.org/abs/"),
            pubmed=texts.identifier(entry.text("pubmed"), "PMID: ", "https://pubmed.ncbi.nlm.nih.gov/"),
        )
        editors = people.read(entry, "editors", texts, self.owner)
        fields = venues.fields_of(entry, texts, people.names_in_a_row(editors, style["names"], texts, form))
        fields = {name: field for name, field in fields.items() if name not in style.get("omits", ())}
        if "head" not in style:
            venue = self.filled(style["venue"], kind, fields)
            return replace(composed, subtitle=venue)
        return self.in_one(composed, kind, fields)

    def with_signs(self, common: Entry, entry: DataEntry) -> Entry:
        """The entry with what the signs after names mean, behind its note."""
        texts, said = self.texts, []
        for text in entry.texts("signs"):
            word = texts.string(text)
            known = f"{_SIGNS[word]} {texts.locale.publication_terms[word]}" if word in _SIGNS else ""
            said.append(RichText.of(known, dotted(text.path)) if known else texts.rich(text))
        if not said:
            return common
        notes = RichText.join(". ", said)
        *before, last = common.paragraphs or (RichText(),)
        if last and not any(isinstance(one, Block) for part in last.parts for one in part.inlines):
            stop = "" if str(last).endswith((".", "!", "?")) else "."
            notes = RichText((*last.parts, Fragment("", (Run(f"{stop} "),)), *notes.parts))
        elif last:
            before = [*before, last]
        return replace(common, paragraphs=(*before, notes))

    def filled(self, patterns: Mapping[str, str], kind: str, fields: Mapping[str, RichText]) -> RichText:
        """A pattern with fields in it, and after it what the pattern has no place for."""
        reference = Reference(fields, self.texts.locale.publication_terms)
        text = reference.fill(patterns.get(kind, patterns["default"]))
        return self.texts.join([text, *self.left(fields, text)])

    def left(self, fields: Mapping[str, RichText], text: RichText) -> list[RichText]:
        """Fields of which nothing is printed."""
        printed = {part.path for part in text.parts}
        return [
            field
            for name, field in fields.items()
            if name not in venues.DERIVED
            and field
            and not {part.path for part in field.parts if part.path} & printed
        ]

    def in_one(self, composed: Entry, kind: str, fields: Mapping[str, RichText]) -> Entry:
        """The publication as one paragraph."""
        style, texts = self.style, self.texts
        brief = len(composed.paragraphs) == 1 and not any(
            isinstance(one, Block) for part in composed.paragraphs[0].parts for one in part.inlines
        )
        everything = {
            **fields,
            "authors": people.in_a_row(composed.authors, style["names"], texts),
            "title": composed.title,
            "year": texts.join([composed.year, fields["status"]]),
            "date": texts.join([composed.dates, fields["status"]]),
            "doi": _linked(composed.doi),
            "arxiv": _linked(composed.arxiv),
            "pubmed": _linked(composed.pubmed),
            "url": _linked(composed.link),
            "note": composed.paragraphs[0] if brief else RichText(),
        }
        types = style["types"]
        body = str(types.get(kind, types["default"]))
        reference = Reference(everything, texts.locale.publication_terms)
        pattern = venues.with_quotes(style["head"] + body, texts)
        rest = self.left({**fields, "location": composed.location}, reference.fill(pattern))
        more = "".join(f"[ {{more-{number}}}.]" for number in range(len(rest)))
        reference.fields = {**everything, **{f"more-{number}": field for number, field in enumerate(rest)}}
        whole = reference.fill(pattern + more + style["tail"])
        return replace(
            composed,
            reference=whole,
            location=RichText(),
            subtitle=self.filled(style_of(DEFAULT_STYLE)["venue"], kind, fields),
            paragraphs=() if brief else composed.paragraphs,
        )


def _linked(link: Link) -> RichText:
    """An address as a link in a text."""
    if not link or not link.url:
        return link.text
    target = link.url.target
    return RichText(tuple(replace(part, inlines=(Anchor(target, part.inlines),)) for part in link.text.parts))
