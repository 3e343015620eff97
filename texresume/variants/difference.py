"""What two variants show differently: section by section, entry by entry, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from texresume.document.model import Document, Entry, Link, Section
from texresume.text.inline import RichText, written

_ALIKE = 0.5
"""Share of words in common below which two texts are shown one after the other, not woven together."""
_WORDS = re.compile(r"\s+|[^\s]+")
# What an entry's leaves are called, in the order in which they are listed.
_LEAVES = (
    "title", "subtitle", "note", "dates", "location", "link", "doi", "authors", "details", "paragraphs",
    "keywords",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is `only-a`, `only-b`, `changed` or `moved`; `a` and `b` are the texts.

    `section` and `entry` are ids, empty where they do not apply; `field` names the leaf, or the highlight.
    """

    kind: str
    section: str
    entry: str = ""
    field: str = ""
    a: str = ""
    b: str = ""

    @property
    def place(self) -> str:
        """Where it is, as a variant names it: `work.acme.dispatch`."""
        return ".".join(filter(None, (self.section, self.entry, self.field)))

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`: words come as pairs of what happens to them and the text."""
        words = [list(pair) for pair in words_changed(self.a, self.b)] if self.kind == "changed" else []
        return {
            "kind": self.kind,
            "path": self.place,
            "a": self.a or None,
            "b": self.b or None,
            "words": words,
        }


def words_changed(a: str, b: str) -> list[tuple[str, str]]:
    """The way from one text to the other: runs of words that are `same`, only in `a`, or only in `b`.

    Texts that have little in common come whole, one after the other.
    """
    mine, its = _WORDS.findall(a), _WORDS.findall(b)
    matcher = SequenceMatcher(None, mine, its, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [pair for pair in (("a", a), ("b", b)) if pair[1]]
    pairs: list[tuple[str, str]] = []  # what was, what is: equal where nothing has changed
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        was, now = "".join(mine[a_start:a_end]), "".join(its[b_start:b_end])
        after_change = bool(pairs) and pairs[-1][0] != pairs[-1][1]
        if after_change and (tag != "equal" or was.isspace()):  # a space alone does not part two changes
            pairs[-1] = (pairs[-1][0] + was, pairs[-1][1] + now)
        else:
            pairs.append((was, now))
    return [pair for was, now in pairs for pair in _marked(was, now) if pair[1]]


def _marked(was: str, now: str) -> list[tuple[str, str]]:
    if was == now:
        return [("same", was)]
    space = was[len(was.rstrip()) :]
    if space and space == now[len(now.rstrip()) :]:  # it was taken along
        return [("a", was.rstrip()), ("b", now.rstrip()), ("same", space)]
    return [("a", was), ("b", now)]


def compare(a: Document, b: Document) -> list[Change]:
    """Every difference in what two documents show, in the order of reading."""
    found = [
        Change("changed", "basics", field=name, a=text, b=_head(b).get(name, ""))
        for name, text in _head(a).items()
        if text != _head(b).get(name, "")
    ]
    mine = {section.id: section for section in a.sections}
    its = {section.id: section for section in b.sections}
    moved = _moved(list(mine), list(its))
    for name in _merged(list(mine), list(its)):
        if name not in its:
            found.append(Change("only-a", name, a=_counted(mine[name])))
        elif name not in mine:
            found.append(Change("only-b", name, b=_counted(its[name])))
        else:
            if name in moved:
                found.append(Change("moved", name, a=str(mine[name].title), b=str(its[name].title)))
            found += _sections(mine[name], its[name])
    return found


def _counted(section: Section) -> str:
    count = len(_entries(section))
    return f"{section.title} ({count} entries)" if count > 1 else str(section.title)


def _head(document: Document) -> dict[str, str]:
    contacts = [contact for line in document.contacts for contact in line]
    head = {"name": str(document.name), "label": str(document.label), "photo": document.photo}
    for kind in ("email", "phone", "location", "url", "profile"):
        of_kind = [contact for contact in contacts if contact.kind == kind]
        head[kind] = ", ".join(str(contact.text) for contact in of_kind)
    return head


def _sections(a: Section, b: Section) -> Iterator[Change]:
    if str(a.title) != str(b.title):
        yield Change("changed", a.id, field="title", a=str(a.title), b=str(b.title))
    mine, its = _entries(a), _entries(b)
    moved = _moved(list(mine), list(its))
    for name in _merged(list(mine), list(its)):
        if name not in its:
            yield Change("only-a", a.id, name, a=_short(mine[name]))
        elif name not in mine:
            yield Change("only-b", a.id, name, b=_short(its[name]))
        else:
            if name in moved:
                yield Change("moved", a.id, name, a=_short(mine[name]), b=_short(its[name]))
            yield from _leaves(a.id, mine[name], its[name])


def _entries(section: Section) -> dict[str, Entry]:
    """Every entry by id; further positions at one employer are entries of their own."""
    return {one.id: one for entry in section.entries for one in (entry, *entry.positions)}


def _leaves(section: str, a: Entry, b: Entry) -> Iterator[Change]:
    for name in _LEAVES:
        between = ", " if name in ("keywords", "authors") else "; "
        mine, its = _both(getattr(a, name), getattr(b, name), between)
        # A position that shares its employer's heading says its title there.
        shared = name in ("title", "location", "note", "link") and not (mine and its)
        if mine != its and not shared:
            place = ("", "") if section == "summary" else (a.id, name)
            yield Change("changed", section, *place, mine, its)
    yield from _highlights(section, a, b)


def _highlights(section: str, a: Entry, b: Entry) -> Iterator[Change]:
    mine = {highlight.id: str(highlight.text) for highlight in a.highlights}
    its = {highlight.id: str(highlight.text) for highlight in b.highlights}
    theirs = {highlight.id: highlight.text for highlight in b.highlights}
    for highlight in a.highlights:
        if highlight.id in theirs:
            mine[highlight.id], its[highlight.id] = _both(highlight.text, theirs[highlight.id])
    moved = _moved(list(mine), list(its))
    for name in _merged(list(mine), list(its)):
        field = name.removeprefix(f"{a.id}.")
        if name not in its:
            yield Change("only-a", section, a.id, field, a=mine[name])
        elif name not in mine:
            yield Change("only-b", section, a.id, field, b=its[name])
        else:
            if name in moved:
                yield Change("moved", section, a.id, field, mine[name], its[name])
            if mine[name] != its[name]:
                yield Change("changed", section, a.id, field, mine[name], its[name])


def _both(a: Any, b: Any, between: str = "; ") -> tuple[str, str]:
    """Two leaves as texts: with their markup and the targets of links where these alone differ."""
    mine, its = _said(a, between), _said(b, between)
    if mine == its and _written(a) != _written(b):
        return _written(a), _written(b)
    return mine, its


def _written(value: Any) -> str:
    """A leaf, or several, with markup as people write it."""
    if isinstance(value, tuple):
        return "; ".join(filter(None, map(_written, value)))
    if isinstance(value, str):
        return value
    if isinstance(value, RichText):
        return "".join(written(part.inlines) for part in value.parts)
    if isinstance(value, Link):
        return f"[{_written(value.text)}]({value.url.target})" if value else ""
    return " ".join(filter(None, (_written(getattr(value, name, "")) for name in ("label", "text"))))


def _said(value: Any, between: str = "; ") -> str:
    """A leaf, or several, as one text."""
    if isinstance(value, tuple):
        return between.join(filter(None, map(_said, value)))
    if isinstance(value, RichText | str):
        return str(value)
    if isinstance(value, Link):
        return str(value.text)
    return " ".join(filter(None, (str(getattr(value, name, "")) for name in ("label", "text"))))


def _short(entry: Entry) -> str:
    """What an entry is known by."""
    said = [str(field) for field in (entry.title, entry.subtitle, entry.dates) if field]
    return ", ".join(said) or _said(entry.paragraphs)[:60]


def _merged(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """The names of both in one order: that of `b`, those of `a` alone where they stood."""
    result = list(b)
    for place, name in enumerate(a):
        if name not in b:
            before = next((other for other in reversed(a[:place]) if other in result), None)
            result.insert(result.index(before) + 1 if before is not None else 0, name)
    return result


def _moved(a: Sequence[str], b: Sequence[str]) -> set[str]:
    """Names of both that do not follow the longest order that is common to both."""
    places = [b.index(name) for name in a if name in b]
    # The longest increasing run of places, by the best that ends at each (n is the entries of a section).
    best: list[list[int]] = []
    for place in places:
        before = max((run for run in best if run[-1] < place), key=len, default=[])
        best.append([*before, place])
    stay = max(best, key=len, default=[])
    return {b[place] for place in places if place not in stay}


def settings_changed(a: Mapping[str, str], b: Mapping[str, str]) -> list[Change]:
    """Differences in how two variants are set: template, pages, language, and the options of one template."""
    another = a.get("template") != b.get("template")
    return [
        Change("changed", "settings", field=name, a=a.get(name, ""), b=b.get(name, ""))
        for name in dict.fromkeys([*a, *b])
        if a.get(name, "") != b.get(name, "") and not (another and name.startswith("options."))
    ]
