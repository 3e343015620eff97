"""What each printed leaf is on the page: name, contact, heading; of which entry the head or the body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from texresume.document.model import Contact, Document, Entry, Link
from texresume.latex.markers import Printed
from texresume.latex.view import fields_of
from texresume.text.inline import Anchor, Inline, Math, RichText, Span

HEADS = ("title", "subtitle", "note", "dates", "location", "link", "doi")
"""Leaves that open an entry; score and honors may stand beside the degree and count with them."""
_TITLE_ONLY = ("publications", "references")
"""Entries that are one paragraph: only their title opens them."""
_BESIDE = ("score", "honors")


@dataclass(frozen=True, slots=True)
class Role:
    """What a leaf is: `kind` is `name`, `contact`, `heading`, `head`, `body` or `other`.

    `field` is the field of the entry or the kind of contact; `entry` and `above` are the paths of its entry
    and of the one that this is a further position of; `path` is the place in the data, or of what it heads.
    """

    kind: str
    field: str = ""
    entry: str = ""
    above: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf that was printed, with its role."""

    rich: RichText
    role: Role

    @property
    def path(self) -> str:
        """Its place in the data, or that of what it heads."""
        return next((part.path for part in self.rich.parts if part.path), self.role.path)

    @property
    def formula(self) -> bool:
        """Whether it has a formula, whose letters have distances of their own."""
        return any(_formula(part.inlines) for part in self.rich.parts)


def _formula(inlines: Sequence[Inline]) -> bool:
    return any(
        isinstance(inline, Math) or (isinstance(inline, Span | Anchor) and _formula(inline.children))
        for inline in inlines
    )


def assign(document: Document, printed: Sequence[Printed]) -> tuple[Field, ...]:
    """Each printed leaf with what it is in the document that was rendered."""
    known = {id(field): role for field, role in _document(document)}
    return tuple(Field(one.field, known.get(id(one.field), Role("other"))) for one in printed)


def _document(document: Document) -> Iterator[tuple[RichText, Role]]:
    yield document.name, Role("name", "name")
    for line in document.contacts:
        for contact in line:
            yield contact.text, Role("contact", contact.kind)
    for section in document.sections:
        titles = _TITLE_ONLY if section.kind in _TITLE_ONLY else HEADS
        first = next((entry.path for entry in section.entries), section.name)
        yield section.title, Role("heading", "section", path=first)
        for group in section.groups:
            yield group.title, Role("heading", "group", path=next((one.path for one in group.entries), first))
            for entry in group.entries:
                yield from _entry(entry, ("title",) if titles is _TITLE_ONLY else HEADS)


def _entry(entry: Entry, heads: Sequence[str], above: str = "") -> Iterator[tuple[RichText, Role]]:
    def role(kind: str, name: str) -> Role:
        return Role(kind, name, entry.path, above, entry.path)

    for name in HEADS:
        value = getattr(entry, name)
        yield (
            value.text if isinstance(value, Link) else value,
            role("head" if name in heads else "body", name),
        )
    for detail in entry.details:
        kind = "head" if detail.name in _BESIDE else "body"
        yield detail.label, role(kind, detail.name)
        yield detail.text, role(kind, detail.name)
    for name in ("paragraphs", "keywords", "authors", "highlights"):
        for field in fields_of(getattr(entry, name)):
            yield field, role("body", name)
    for position in entry.positions:
        for field, found in _entry(position, heads, entry.path):
            yield field, replace(found, above=entry.path)


def targets(document: Document) -> Iterator[tuple[str, str]]:
    """Every target of a link that stands apart from its text, with the place of that text in the data."""

    def of(text: RichText, target: str) -> tuple[str, str]:
        return target, next((part.path for part in text.parts if part.path), "")

    def links(entries: Sequence[Entry]) -> Iterator[Link]:
        for entry in entries:
            yield from (entry.link, entry.doi)
            yield from links(entry.positions)

    contacts: list[Contact] = [contact for line in document.contacts for contact in line]
    yield from (of(contact.text, contact.url.target) for contact in contacts)
    for section in document.sections:
        yield from (of(link.text, link.url.target) for link in links(section.entries))
