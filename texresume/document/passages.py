"""What is written in whole words: the texts of a document, each with its place and its language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from texresume.data import rules
from texresume.data.resume import DataPath, undotted
from texresume.text.inline import Break, Code, Inline, Math, RichText, Run, Span

from .model import Document, Entry, Section

GAP = "\ufffc"
"""Stands in a passage for code, a formula or an address: what is no word."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text. `languages` are those in which it may be written, as ISO 639 codes: more than one where the
    data does not say which.
    """

    text: str
    path: DataPath
    languages: tuple[str, ...]


def passages(field: RichText, document: Document, own: str) -> Iterator[Passage]:
    """The pieces of a leaf that stand in the data; `own` is the language of the data, as a BCP 47 tag."""
    for part in field.parts:
        if part.path and not part.left_to_right:
            path = undotted(part.path)
            yield Passage(_text(part.inlines), path, _languages(path, document.metadata.language, own))


def entries(document: Document) -> Iterator[tuple[Section, Entry]]:
    """Every entry with its section, further positions at an employer by themselves."""
    for section in document.sections:
        for entry in section.entries:
            yield section, entry
            yield from ((section, position) for position in entry.positions)


def _languages(path: DataPath, shown: str, own: str) -> tuple[str, ...]:
    """What the path says (`label.de`), else the language of the document and that of the data."""
    last = path[-1]
    tags = (last,) if isinstance(last, str) and rules.is_language_tag(last) else (shown, own)
    return tuple(dict.fromkeys(tag.partition("-")[0].lower() for tag in tags))


def _text(inlines: Sequence[Inline]) -> str:
    def pieces(inlines: Sequence[Inline]) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Run(text):
                    yield text
                case Code() | Math():
                    yield GAP
                case Break():
                    yield " "
                case Span("superscript" | "subscript"):
                    yield GAP
                case Span(_, children):
                    yield from pieces(children)
                case _:  # a link: its words are words, unless they are the address itself
                    shown = _text(inline.children)
                    yield GAP if shown.casefold() in inline.url.casefold() else shown

    return "".join(pieces(inlines))
