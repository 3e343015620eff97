"""Texts that are too long for their place: a heading, one line, the margin of an entry.

TeX cannot measure more than five metres in one piece, and a piece higher than a page runs off it. Paragraphs
and highlights have no limit except that of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from texresume.data.resume import dotted, undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.text.inline import RichText

from .model import Document, Entry

# In characters. The widest are 16 pt, and TeX's greatest length is 16,383 pt.
MAXIMUM_NAME = 300
MAXIMUM_DATES = 300
"""Dates may have a narrow column of their own."""
MAXIMUM_LINE = 1000
MAXIMUM_HEAD = 3000
"""The heading of an entry stays on one page."""
_MOST = {"long-name": MAXIMUM_NAME, "long-text": MAXIMUM_DATES}
"""What is left of a text that is too long."""


def exceeded(document: Document, source: Source) -> Iterator[Diagnostic]:
    """A diagnostic for each text that is too long."""
    for name, field, most in _bounded(document):
        if len(str(field)) > most:
            path = undotted(next((part.path for part in field.parts if part.path), ""))
            hint = "shorten it" if name == "name" else "shorten it, or move it to a summary or highlights"
            yield source.diagnostic(
                "long-name" if name == "name" else "long-text",
                f"this {name} has {len(str(field)):,} characters; at most {most:,} are allowed",
                source.value(path),
                path=path,
                hint=hint,
            )


def cut(document: Document, source: Source) -> tuple[Document, list[Diagnostic]]:
    """The document with texts that are too long cut off, and a warning for each."""
    found = list(exceeded(document, source))
    if not found:
        return document, found
    most = {dotted(one.path): _MOST[one.code] for one in found}

    def change(path: str, text: str) -> str:
        return text if len(text) <= most.get(path, len(text)) else text[: most[path] - 1].rstrip() + "…"

    warnings = [
        replace(one, severity=Severity.WARNING, message=f"{one.message}: the rest is not printed")
        for one in found
    ]
    from .edits import edited

    return edited(document, change), warnings


def _bounded(document: Document) -> Iterator[tuple[str, RichText, int]]:
    yield "name", document.name, MAXIMUM_NAME
    yield "label", document.label, MAXIMUM_LINE
    for line in document.contacts:
        for contact in line:
            yield "contact", contact.text, MAXIMUM_LINE
    yield "closing", document.closing, MAXIMUM_LINE
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
