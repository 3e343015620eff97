"""What every format must have: each text of the document once, and no words of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from texresume.document.model import Document, Entry
from texresume.latex.view import fields_of
from texresume.pdf import alignment, folding

if TYPE_CHECKING:
    from texresume.pdf.alignment import Loss
    from texresume.text.inline import RichText

_RUN = re.compile(r"[^\0]+")
_WORD = re.compile(r"\w+")


def printed(document: Document) -> list[RichText]:
    """The fields that every format prints, in the document's order: all but those that say again what others
    do, namely `year` and `span` beside `dates`.
    """
    return list(_without_repetitions(document))


def _without_repetitions(value: Any) -> Iterator[RichText]:
    if isinstance(value, tuple):
        for one in value:
            yield from _without_repetitions(one)
    elif isinstance(value, Document):
        for one in (value.name, value.label, value.contacts, value.date):
            yield from fields_of(one)
        for section in value.sections:
            yield from fields_of(section.title)
            for group in section.groups:
                yield from fields_of(group.title)
                yield from _without_repetitions(group.entries)
    elif isinstance(value, Entry):
        for name in (one.name for one in fields(value)):
            if name == "positions":
                yield from _without_repetitions(value.positions)
            elif name not in ("year", "span"):
                yield from fields_of(getattr(value, name))


def find_losses(text: str, document: Document) -> list[Loss]:
    """The fields of which words are missing in a text, in the document's order."""
    return alignment.find_losses(text, filter(None, printed(document)), rtl=document.direction == "rtl")


def find_additions(text: str, document: Document) -> list[str]:
    """Words that a text has and the document has not, each once, where the order of its letters is known.

    Words of the locale, years and spans of time may be added.
    """
    fields = [field for field in printed(document) if field]
    aligned = alignment.align(text, fields, rtl=document.direction == "rtl")
    if aligned.losses:  # what is lost may be there in other letters
        return []
    optional = [*map(str, fields_of(document)), *document.labels.values()]
    known = "\0".join(map(folding.fold, optional))
    if aligned.reordered:
        known = folding.strip_points(known)
    cuts = [] if aligned.reordered else aligned.word_starts
    found: dict[str, None] = {}
    for run in _RUN.finditer(aligned.leftover):
        inner = [at for at in cuts if run.start() < at < run.end()]
        for start, end in pairwise([run.start(), *inner, run.end()]):
            words = _WORD.findall(aligned.leftover[start:end])
            found |= {word: None for word in words if word not in known}
    return list(found)
