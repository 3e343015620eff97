"""Publications: grouped by type, numbered, with the owner among the authors (`authors`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Section as DataSection
from texresume.text.inline import RichText

from . import authors
from .model import Author, Entry, Group
from .sections import Layout, compose_common, compose_field, layout_of
from .texts import Texts


def compose_groups(section: DataSection, texts: Texts, owner: Sequence[str]) -> tuple[Group, ...]:
    """The publications by type, in the order in which types first occur; numbered backwards in each group."""
    by_type: dict[str, list[DataEntry]] = {}
    for entry in section.entries:
        by_type.setdefault(texts.string(entry.text("type")).casefold(), []).append(entry)
    layout = layout_of(section)
    return tuple(
        Group(
            RichText() if list(by_type) == [""] else _type_title(key, entries[0], texts),
            _compose_numbered(entries, layout, texts, owner),
        )
        for key, entries in by_type.items()
    )


def _type_title(key: str, entry: DataEntry, texts: Texts) -> RichText:
    titles = texts.locale.publication_types
    if key in titles:
        return RichText.of(titles[key])
    return texts.rich(entry.text("type")) or RichText.of(titles["other"])


def _compose_numbered(
    entries: Sequence[DataEntry], layout: Layout, texts: Texts, owner: Sequence[str]
) -> tuple[Entry, ...]:
    return tuple(
        replace(
            compose_common(entry, texts),
            title=compose_field(entry, layout, "title", texts),
            subtitle=compose_field(entry, layout, "subtitle", texts),
            year=texts.year(entry),
            number=number,
            authors=_compose_authors(entry, texts, owner),
            doi=texts.doi(entry.text("doi")),
        )
        for number, entry in zip(range(len(entries), 0, -1), entries, strict=True)
    )


def _compose_authors(entry: DataEntry, texts: Texts, owner: Sequence[str]) -> tuple[Author, ...]:
    """The authors, the owner among them; those that are one text are told apart."""
    given = entry.texts("authors")
    found: list[Author] = []
    for text in given:
        string, path = texts.pick(text)
        for name in authors.split(string) if len(given) == 1 or authors.ends_in_others(string) else [string]:
            if written := texts.parse(name.strip(), path):
                plain = str(written)
                found.append(Author(written, authors.is_own(plain, owner), authors.is_others(plain)))
    return tuple(found)
