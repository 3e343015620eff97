"""Texts that are too long for where they stand: a heading, one line, the side of an entry.

TeX measures what must stay in one piece, and cannot beyond five metres; a piece higher than a page leaves it.
Paragraphs and highlights have no limit but that of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic
from texresume.text.inline import RichText

from .model import Document, Entry

# In characters. The widest are of 16 pt, and TeX's greatest length is 16,383 pt.
MAXIMUM_NAME = 300
MAXIMUM_DATES = 300
"""They may have a column of their own, of few letters."""
MAXIMUM_LINE = 1000
MAXIMUM_HEAD = 3000
"""What leads an entry stays on one page."""


def exceeded(document: Document, source: Source) -> Iterator[Diagnostic]:
    """A diagnostic for each text that is too long."""
    for what, field, most in _bounded(document):
        if len(str(field)) > most:
            path = undotted(next((part.path for part in field.parts if part.path), ""))
            yield source.diagnostic(
                "long-name" if what == "name" else "long-text",
                f"a {what} of {len(str(field))} characters (at most {most})",
                source.value(path),
                path=path,
                hint="shorten it" if what == "name" else "shorten it, or say it in a summary or highlights",
            )


def _bounded(document: Document) -> Iterator[tuple[str, RichText, int]]:
    yield "name", document.name, MAXIMUM_NAME
    yield "label", document.label, MAXIMUM_LINE
    for line in document.contacts:
        for contact in line:
            yield "contact", contact.text, MAXIMUM_LINE
    for section in document.sections:
        yield "heading", section.title, MAXIMUM_LINE
        for group in section.groups:
            yield "heading", group.title, MAXIMUM_LINE
            for entry in group.entries:
                yield from _of_entry(entry)


def _of_entry(entry: Entry) -> Iterator[tuple[str, RichText, int]]:
    for field in (entry.title, entry.subtitle, entry.note):
        yield "heading", field, MAXIMUM_HEAD
    yield "date", entry.dates, MAXIMUM_DATES
    yield "place", entry.location, MAXIMUM_LINE
    for link in (entry.link, entry.doi):
        yield "link", link.text, MAXIMUM_LINE
    for keyword in entry.keywords:
        yield "keyword", keyword, MAXIMUM_LINE
    for position in entry.positions:
        yield from _of_entry(position)
