"""What each printed field is on the page: name, contact, heading; the heading or the body of which entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from texresume.document.model import Document, Entry, Link
from texresume.latex.markers import Printed
from texresume.latex.view import fields_of
from texresume.pdf.folding import path_of
from texresume.records import dataclass
from texresume.text.inline import Anchor, Inline, Math, RichText, Span

_ENTRY_HEADING = ("title", "subtitle", "note", "dates", "location", "link", "doi")
"""Fields that open an entry."""
_BESIDE_HEADING = ("score", "honors")
"""Details that may be beside the degree, and count as its heading."""
_PARAGRAPH_SECTIONS = ("publications", "references")
"""Sections whose entries are one paragraph: only the title opens it."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What a field is: `area` is `name`, `contact`, `heading`, `entry-heading`, `entry-body` or `other`.

    `name` is the field of the entry or the kind of contact; `entry` is the path of its entry, and `parent`
    that of the entry of which it is a further position; `path` is the path in the data, or of what it heads.
    """

    area: str
    name: str = ""
    entry: str = ""
    parent: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class PrintedField:
    """A field that was printed, with its kind."""

    text: RichText
    kind: FieldKind

    @property
    def path(self) -> str:
        """Its path in the data, or that of what it heads."""
        return path_of(self.text) or self.kind.path

    @property
    def has_formula(self) -> bool:
        """Whether it has a formula, whose letters have spaces of their own."""
        return any(_has_formula(fragment.inlines) for fragment in self.text.parts)


def _has_formula(inlines: Sequence[Inline]) -> bool:
    return any(
        isinstance(inline, Math) or (isinstance(inline, Span | Anchor) and _has_formula(inline.children))
        for inline in inlines
    )


def classify(document: Document, printed: Sequence[Printed]) -> tuple[PrintedField, ...]:
    """Each printed field with what it is in the document that was rendered."""
    # By identity: the renderer prints the very objects of the document, and equal texts may differ in kind.
    kinds = {id(field): kind for field, kind in _classify_document(document)}
    return tuple(PrintedField(one.field, kinds.get(id(one.field), FieldKind("other"))) for one in printed)


def _classify_document(document: Document) -> Iterator[tuple[RichText, FieldKind]]:
    yield document.name, FieldKind("name", "name")
    for line in document.contacts:
        for contact in line:
            yield contact.text, FieldKind("contact", contact.kind)
    for section in document.sections:
        opening = ("title",) if section.kind in _PARAGRAPH_SECTIONS else _ENTRY_HEADING
        first = next((entry.path for entry in section.entries), section.name)
        yield section.title, FieldKind("heading", "section", path=first)
        for group in section.groups:
            path = next((entry.path for entry in group.entries), first)
            yield group.title, FieldKind("heading", "group", path=path)
            for entry in group.entries:
                yield from _classify_entry(entry, opening)


def _classify_entry(entry: Entry, opening: Sequence[str]) -> Iterator[tuple[RichText, FieldKind]]:
    def kind(name: str, *, opens: bool = False) -> FieldKind:
        return FieldKind("entry-heading" if opens else "entry-body", name, entry.path, path=entry.path)

    for name in _ENTRY_HEADING:
        value = getattr(entry, name)
        yield value.text if isinstance(value, Link) else value, kind(name, opens=name in opening)
    for detail in entry.details:
        beside = kind(detail.name, opens=detail.name in _BESIDE_HEADING)
        yield detail.label, beside
        yield detail.text, beside
    for name in ("paragraphs", "keywords", "authors", "highlights"):
        for field in fields_of(getattr(entry, name)):
            yield field, kind(name)
    for position in entry.positions:
        for field, found in _classify_entry(position, opening):
            yield field, replace(found, parent=entry.path)


def list_targets(document: Document) -> Iterator[tuple[str, str]]:
    """Every target of a link that is not within a text, with the path in the data of the text beside it."""

    def list_links(entries: Sequence[Entry]) -> Iterator[Link]:
        for entry in entries:
            yield from (entry.link, entry.doi)
            yield from list_links(entry.positions)

    for line in document.contacts:
        for contact in line:
            yield contact.url.target, path_of(contact.text)
    for section in document.sections:
        for link in list_links(section.entries):
            yield link.url.target, path_of(link.text)
