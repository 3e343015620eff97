"""What every format must have: each text of the document once, and no words of its own."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields as fields_of_class
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from texresume.document.model import HELD_BY_REFERENCE, Document, Entry, Letter
from texresume.latex.view import fields_of
from texresume.pdf import alignment, folding
from texresume.text.inline import Anchor, Code, Inline, Math, RichText, Run, Span

if TYPE_CHECKING:
    from texresume.pdf.alignment import Loss

Rewrite = Callable[[str], str]
_RUN = re.compile(r"[^\0]+")
_WORD = re.compile(r"\w+")


def printed(document: Document, *, windowed: bool = False) -> list[RichText]:
    """The fields that every format prints, in the document's order: all but those that say again what others
    do, namely `year` and `span` beside `dates`, and the sender of a letter beside its header, unless it is
    `windowed`: printed for the window of an envelope.
    """
    fields = list(_without_repetitions(document))
    if windowed and document.letter and document.letter.sender:
        head = len(fields_of((document.name, document.label, document.contacts, document.date)))
        fields.insert(head, document.letter.sender)
    return fields


def _without_repetitions(value: Any) -> Iterator[RichText]:
    if isinstance(value, tuple):
        for one in value:
            yield from _without_repetitions(one)
    elif isinstance(value, Document):
        for one in (value.name, value.label, value.contacts, value.date):
            yield from fields_of(one)
        yield from _without_repetitions(value.letter)
        for section in value.sections:
            yield from fields_of(section.title)
            for group in section.groups:
                yield from fields_of(group.title)
                yield from _without_repetitions(group.entries)
        yield from fields_of(value.closing)
    elif isinstance(value, Letter):
        for name in (one.name for one in fields_of_class(value)):
            if name != "sender" and (value.enclosures or name != "enclosures_label"):
                yield from fields_of(getattr(value, name))
    elif isinstance(value, Entry):
        for name in (one.name for one in fields_of_class(value)):
            if name == "positions":
                yield from _without_repetitions(value.positions)
            elif name not in ("year", "span") and not (value.reference and name in HELD_BY_REFERENCE):
                yield from fields_of(getattr(value, name))


def rewritten(field: RichText, rewrite: Rewrite) -> RichText:
    """A field with all its texts in other characters."""
    return RichText(tuple(replace(part, inlines=_rewritten(part.inlines, rewrite)) for part in field.parts))


def _rewritten(inlines: Iterable[Inline], rewrite: Rewrite) -> tuple[Inline, ...]:
    return tuple(
        replace(inline, children=_rewritten(inline.children, rewrite))
        if isinstance(inline, Span | Anchor)
        else replace(inline, text=rewrite(inline.text))
        if isinstance(inline, Run | Code | Math)
        else inline
        for inline in inlines
    )


def find_losses(text: str, fields: Sequence[RichText], *, rtl: bool = False) -> list[Loss]:
    """The fields of which words are missing in a text, in their order."""
    return alignment.find_losses(text, fields, rtl=rtl)


def find_additions(text: str, fields: Sequence[RichText], document: Document) -> list[str]:
    """Words that a text has and the document has not, each once.

    Words of the locale, years, spans of time and the source of formulas may be added.
    """
    aligned = alignment.align(text, fields, rtl=document.direction == "rtl")
    if aligned.losses:  # what is lost may be there in other letters
        return []
    formulas = (one.source for field in fields for part in field.parts for one in _formulas(part.inlines))
    optional = [*map(str, fields_of(document)), *document.labels.values(), *formulas]
    known = "\0".join(map(folding.fold, optional))
    if aligned.reordered:
        known = folding.strip_points(known)
    pieces = {piece for text in optional for piece in _pieces(text)} if aligned.reordered else set()
    cuts = [] if aligned.reordered else aligned.word_starts
    found: dict[str, None] = {}
    for run in _RUN.finditer(aligned.leftover):
        inner = cuts[bisect_right(cuts, run.start()) : bisect_left(cuts, run.end())]
        for start, end in pairwise([run.start(), *inner, run.end()]):
            words = _WORD.findall(aligned.leftover[start:end])
            new = (word for word in words if any(map(str.isalpha, word)) and word not in known)
            found |= {word: None for word in new if not _consists_of(pieces, word)}
    return list(found)


def _pieces(text: str) -> list[str]:
    """The folded words of a text as they are in a text without spaces."""
    return _WORD.findall(folding.strip_points(" ".join(folding.fold_words(text))))


def _consists_of(pieces: set[str], word: str) -> bool:
    """Whether a word is one or several of these pieces: what no space is left between."""
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(word[start:end] in pieces for start in reached):
            reached.add(end)
    return len(word) in reached


def _formulas(inlines: Iterable[Inline]) -> Iterator[Math]:
    for inline in inlines:
        if isinstance(inline, Math):
            yield inline
        elif isinstance(inline, Span | Anchor):
            yield from _formulas(inline.children)
