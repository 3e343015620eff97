"""Passages: the texts of a document that can be proofread, each with its path and its language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from texresume.data import rules
from texresume.data.resume import DataPath, undotted
from texresume.records import dataclass
from texresume.text.inline import Block, Break, Code, Inline, Math, RichText, Run, Span

from .model import Document, Entry, Section

GAP = "\ufffc"
"""Replaces code, formulas and addresses in a passage, which are not words."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text. `languages` are those that it may be in, as ISO 639 codes: several if that is not known."""

    text: str
    path: DataPath
    languages: tuple[str, ...]


def passages(field: RichText, document: Document, own: str) -> Iterator[Passage]:
    """The parts of a field that come from the data; `own` is the language of the data, as a BCP 47 tag."""
    for part in field.parts:
        if part.path and not part.left_to_right:
            path = undotted(part.path)
            yield Passage(_text(part.inlines), path, _languages(path, document.metadata.language, own))


def entries(document: Document) -> Iterator[tuple[Section, Entry]]:
    """Every entry with its section, including further positions at an employer."""
    for section in document.sections:
        for entry in section.entries:
            yield section, entry
            yield from ((section, position) for position in entry.positions)  # these have none of their own


def _languages(path: DataPath, shown: str, own: str) -> tuple[str, ...]:
    """The language in the path (`label.de`), else those of the document and of the data."""
    last = path[-1]
    tags = (last,) if isinstance(last, str) and rules.is_language_tag(last) else (shown, own)
    return tuple(dict.fromkeys(tag.partition("-")[0].lower() for tag in tags))


def _text(inlines: Sequence[Inline]) -> str:
    def strings(inlines: Sequence[Inline]) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Run(text):
                    yield text
                case Code() | Math():
                    yield GAP
                case Break() | Block():
                    yield " "
                case Span("superscript" | "subscript"):
                    yield GAP
                case Span(_, children):
                    yield from strings(children)
                case _:  # a link: its text, unless that is the address itself
                    shown = _text(inline.children)
                    yield GAP if shown.casefold() in inline.url.casefold() else shown

    return "".join(strings(inlines))
