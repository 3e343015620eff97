"""The document as templates of pages see it: the same attributes as in LaTeX, with fields as HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from texresume.data import dates
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Resume, Text, dotted
from texresume.document.model import Contact, Document
from texresume.latex.view import View
from texresume.text.inline import RichText, Url

from .markup import legible, safe_target
from .web_text import Field, HtmlWriter

_ONGOING = 9999
_DATES = ("date", "releaseDate", "startDate", "endDate")


def view(value: Any, writer: HtmlWriter) -> Any:
    """A value of the document: a field as `Field`, a target as text that may be a link (else empty), tuples
    as lists, and dataclasses with their attributes and properties.
    """
    if isinstance(value, RichText):
        return Field(value, writer)
    if isinstance(value, Url):
        return legible(safe_target(value.target))
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, tuple):
        return [view(one, writer) for one in value]
    if isinstance(value, Mapping):
        return {name: view(one, writer) for name, one in value.items()}
    kind: object = type(value)
    names = _names(kind)
    if not names:
        return value
    values = {name: getattr(value, name) for name in names}
    # A span is from the first position to the last, but said to come from one of them.
    return View(
        {name: view(one, writer.undated if name == "span" else writer) for name, one in values.items()}
    )


@cache
def _names(kind: object) -> tuple[str, ...]:
    """The attributes and properties of a dataclass; none of another type."""
    attributes = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    members = vars(kind).items() if attributes else ()
    return (*attributes, *(name for name, member in members if isinstance(member, property)))


# -- dates --------------------------------------------------------------------------------------------------


def iso_dates(resume: Resume) -> dict[str, tuple[str, ...]]:
    """The dates of the data that are ISO dates, by their path: a start with its end, "" if it has none."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _entries(resume):
        texts = {name: text for name in _DATES if (text := entry.text(name)) is not None}
        for name, text in texts.items():
            if iso := _iso(text):
                end = (_iso(texts.get("endDate")),) if name == "startDate" else ()
                found[dotted(text.path)] = (iso, *end)
    return found


def _iso(text: Text | None) -> str:
    """A date as `2020-06`; empty if it is none, or is written in several languages."""
    day = dates.parse_date(text.languages.get("", "")) if text is not None else None
    if not day:
        return ""
    return "-".join([f"{day.year:04}", *(f"{part:02}" for part in (day.month, day.day) if part)])


def _entries(resume: Resume) -> Iterator[DataEntry]:
    for section in resume.sections:
        for entry in section.entries:
            yield entry
            yield from entry.parts


# -- what search engines read -------------------------------------------------------------------------------


def person(document: Document) -> Markup:
    """The owner as schema.org describes people, as JSON for a script element: nothing that is not printed."""
    contacts = [contact for line in document.contacts for contact in line]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": str(document.name),
        "jobTitle": str(document.label),
        "email": _targets(contacts, "mailto:"),
        "telephone": _targets(contacts, "tel:"),
        "address": [str(one.text) for one in contacts if one.kind == "location"],
        "url": _pages(contacts, "url"),
        "sameAs": _pages(contacts, "profile"),
        "worksFor": _organizations(document, "work", current=True),
        "alumniOf": _organizations(document, "education"),
        "knowsLanguage": [str(entry.title) for entry in _shown(document, "languages") if entry.title],
        "knowsAbout": list(document.metadata.keywords),
    }
    short = {name: _single(value) for name, value in data.items() if value}
    text = json.dumps(_legible(short), ensure_ascii=False, indent=1)
    for char, escaped in (
        ("&", "\\u0026"),
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(char, escaped)
    return Markup(text)  # noqa: S704 - nothing in it can end the element


def _targets(contacts: list[Contact], scheme: str) -> list[str]:
    return [one.url.target[len(scheme) :] for one in contacts if one.url.target.startswith(scheme)]


def _pages(contacts: list[Contact], kind: str) -> list[str]:
    return [target for one in contacts if one.kind == kind and (target := safe_target(one.url.target))]


def _organizations(document: Document, name: str, *, current: bool = False) -> list[dict[str, str]]:
    names = dict.fromkeys(
        str(entry.title)
        for entry in _shown(document, name)
        if entry.title
        and (not current or _ONGOING in (entry.ended[0], *(one.ended[0] for one in entry.positions)))
    )
    return [{"@type": "Organization", "name": one} for one in names]


def _shown(document: Document, name: str) -> Iterator[Any]:
    return (entry for section in document.sections if section.name == name for entry in section.entries)


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, list):
        return list(map(_legible, value))
    return {name: _legible(one) for name, one in value.items()}
