"""Differences between what two variants show: by section, entry, field and word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from texresume.data import rules
from texresume.document.model import Document, Entry, Link, Section
from texresume.records import dataclass
from texresume.text.inline import RichText, written

_ALIKE = 0.5
"""Two texts with a smaller share of words in common are shown as a whole, one after the other."""
_WORDS = re.compile(r"\s+|[^\s]+")
# The fields of an entry, in the order in which differences are listed.
_FIELDS = (
    "title", "subtitle", "note", "dates", "location", "link", "doi", "authors", "details", "paragraphs",
    "keywords",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is `only-a`, `only-b`, `changed` or `moved`; `a` and `b` are the texts.

    `section` and `entry` are ids, empty if they do not apply; `field` is the name of a field or highlight.
    """

    kind: str
    section: str
    entry: str = ""
    field: str = ""
    a: str = ""
    b: str = ""

    @property
    def place(self) -> str:
        """The address in the form of variants: `work.acme.dispatch`."""
        return ".".join(filter(None, (self.section, self.entry, self.field)))

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints; `words` are pairs of `same`, `a` or `b` and a text."""
        words = [list(pair) for pair in words_changed(self.a, self.b)] if self.kind == "changed" else []
        return {
            "kind": self.kind,
            "path": self.place,
            "a": self.a or None,
            "b": self.b or None,
            "words": words,
        }


def words_changed(a: str, b: str) -> list[tuple[str, str]]:
    """The difference of two texts: runs of words that are the `same`, only in `a`, or only in `b`.

    Texts that have little in common are given as a whole, one after the other.
    """
    a_words, b_words = _WORDS.findall(a), _WORDS.findall(b)
    matcher = SequenceMatcher(None, a_words, b_words, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [pair for pair in (("a", a), ("b", b)) if pair[1]]
    pairs: list[tuple[str, str]] = []  # (in a, in b): equal if nothing has changed
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        was, now = "".join(a_words[a_start:a_end]), "".join(b_words[b_start:b_end])
        after_change = bool(pairs) and pairs[-1][0] != pairs[-1][1]
        if after_change and (tag != "equal" or was.isspace()):  # a space alone does not separate two changes
            pairs[-1] = (pairs[-1][0] + was, pairs[-1][1] + now)
        else:
            pairs.append((was, now))
    return [pair for was, now in pairs for pair in _mark(was, now) if pair[1]]


def _mark(was: str, now: str) -> list[tuple[str, str]]:
    if was == now:
        return [("same", was)]
    space = was[len(was.rstrip()) :]
    if space and space == now[len(now.rstrip()) :]:  # the space after a change is the same in both
        return [("a", was.rstrip()), ("b", now.rstrip()), ("same", space)]
    return [("a", was), ("b", now)]


def compare(a: Document, b: Document) -> list[Change]:
    """All differences in what two documents show, in reading order."""
    a_header, b_header = _header(a), _header(b)
    changes = [
        Change("changed", "basics", field=name, a=text, b=b_header[name])
        for name, text in a_header.items()
        if text != b_header[name]
    ]
    a_sections = {section.id: section for section in a.sections}
    b_sections = {section.id: section for section in b.sections}
    moved = _moved(list(a_sections), list(b_sections))
    for name in _merge(list(a_sections), list(b_sections)):
        a_section, b_section = a_sections.get(name), b_sections.get(name)
        if a_section and b_section:
            if name in moved:
                changes.append(Change("moved", name, a=str(a_section.title), b=str(b_section.title)))
            changes += _compare_sections(a_section, b_section)
        elif a_section:
            changes.append(Change("only-a", name, a=_title_and_size(a_section)))
        elif b_section:
            changes.append(Change("only-b", name, b=_title_and_size(b_section)))
    return changes


def _title_and_size(section: Section) -> str:
    count = len(_entries(section))
    return f"{section.title} ({count} entries)" if count > 1 else str(section.title)


def _header(document: Document) -> dict[str, str]:
    contacts = [contact for line in document.contacts for contact in line]
    header = {"name": str(document.name), "label": str(document.label), "photo": document.photo}
    header |= {"signature": document.signature, "closing": str(document.closing)}
    for kind in (*rules.CONTACTS, "line"):
        of_kind = [contact for contact in contacts if contact.kind == kind]
        header[kind] = ", ".join(str(contact.text) for contact in of_kind)
    return header


def _compare_sections(a: Section, b: Section) -> Iterator[Change]:
    if str(a.title) != str(b.title):
        yield Change("changed", a.id, field="title", a=str(a.title), b=str(b.title))
    a_entries, b_entries = _entries(a), _entries(b)
    moved = _moved(list(a_entries), list(b_entries))
    for name in _merge(list(a_entries), list(b_entries)):
        a_entry, b_entry = a_entries.get(name), b_entries.get(name)
        if a_entry and b_entry:
            if name in moved:
                yield Change("moved", a.id, name, a=_summary(a_entry), b=_summary(b_entry))
            yield from _compare_fields(a.id, a_entry, b_entry)
        elif a_entry:
            yield Change("only-a", a.id, name, a=_summary(a_entry))
        elif b_entry:
            yield Change("only-b", a.id, name, b=_summary(b_entry))


def _entries(section: Section) -> dict[str, Entry]:
    """Every entry by id, including further positions at one employer."""
    return {one.id: one for entry in section.entries for one in (entry, *entry.positions)}


def _compare_fields(section: str, a: Entry, b: Entry) -> Iterator[Change]:
    for name in _FIELDS:
        separator = ", " if name in ("keywords", "authors") else "; "
        a_text, b_text = _texts(getattr(a, name), getattr(b, name), separator)
        # Of positions that share a heading, only the first has these.
        shared = name in ("title", "location", "note", "link") and not (a_text and b_text)
        if a_text != b_text and not shared:
            address = ("", "") if section == "summary" else (a.id, name)
            yield Change("changed", section, *address, a_text, b_text)
    yield from _compare_highlights(section, a, b)


def _compare_highlights(section: str, a: Entry, b: Entry) -> Iterator[Change]:
    a_texts = {highlight.id: str(highlight.text) for highlight in a.highlights}
    b_texts = {highlight.id: str(highlight.text) for highlight in b.highlights}
    b_fields = {highlight.id: highlight.text for highlight in b.highlights}
    for highlight in a.highlights:
        if highlight.id in b_fields:
            both = _texts(highlight.text, b_fields[highlight.id])
            a_texts[highlight.id], b_texts[highlight.id] = both
    moved = _moved(list(a_texts), list(b_texts))
    for name in _merge(list(a_texts), list(b_texts)):
        field = name.removeprefix(f"{a.id}.")
        if name not in b_texts:
            yield Change("only-a", section, a.id, field, a=a_texts[name])
        elif name not in a_texts:
            yield Change("only-b", section, a.id, field, b=b_texts[name])
        else:
            if name in moved:
                yield Change("moved", section, a.id, field, a_texts[name], b_texts[name])
            if a_texts[name] != b_texts[name]:
                yield Change("changed", section, a.id, field, a_texts[name], b_texts[name])


def _texts(a: Any, b: Any, separator: str = "; ") -> tuple[str, str]:
    """Two fields as plain text; with markup and the targets of links if they differ only in these."""
    a_text, b_text = _plain(a, separator), _plain(b, separator)
    if a_text == b_text and _markup(a) != _markup(b):
        return _markup(a), _markup(b)
    return a_text, b_text


def _markup(value: Any) -> str:
    """One or more fields, with their markup."""
    if isinstance(value, tuple):
        return "; ".join(filter(None, map(_markup, value)))
    if isinstance(value, str):
        return value
    if isinstance(value, RichText):
        return "".join(written(part.inlines) for part in value.parts)
    if isinstance(value, Link):
        return f"[{_markup(value.text)}]({value.url.target})" if value else ""
    return " ".join(filter(None, (_markup(getattr(value, name, "")) for name in ("label", "text"))))


def _plain(value: Any, separator: str = "; ") -> str:
    """One or more fields as plain text."""
    if isinstance(value, tuple):
        return separator.join(filter(None, map(_plain, value)))
    if isinstance(value, RichText | str):
        return str(value)
    if isinstance(value, Link):
        return str(value.text)
    return " ".join(filter(None, (str(getattr(value, name, "")) for name in ("label", "text"))))


def _summary(entry: Entry) -> str:
    """A line that identifies an entry to people."""
    heading = [str(field) for field in (entry.title, entry.subtitle, entry.dates) if field]
    return ", ".join(heading) or _plain(entry.paragraphs)[:60]


def _merge(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """The names of both in the order of `b`; those only in `a` follow what they follow there."""
    result = list(b)
    for number, name in enumerate(a):
        if name not in b:
            before = next((other for other in reversed(a[:number]) if other in result), None)
            result.insert(result.index(before) + 1 if before is not None else 0, name)
    return result


def _moved(a: Sequence[str], b: Sequence[str]) -> set[str]:
    """Names of both that are not part of the longest sequence that is in the same order in both."""
    positions = [b.index(name) for name in a if name in b]
    # The longest increasing subsequence, by the best one that ends at each position (sections are short).
    best: list[list[int]] = []
    for position in positions:
        before = max((run for run in best if run[-1] < position), key=len, default=[])
        best.append([*before, position])
    unmoved = max(best, key=len, default=[])
    return {b[position] for position in positions if position not in unmoved}


def settings_changed(a: Mapping[str, str], b: Mapping[str, str]) -> list[Change]:
    """Differences in the settings of two variants: template, pages, language, and options of one template."""
    another = a.get("template") != b.get("template")
    return [
        Change("changed", "settings", field=name, a=a.get(name, ""), b=b.get(name, ""))
        for name in dict.fromkeys([*a, *b])
        if a.get(name, "") != b.get(name, "") and not (another and name.startswith("options."))
    ]
