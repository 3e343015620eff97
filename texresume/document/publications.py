"""Publications: grouped by type, numbered, with the owner among the authors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Section as DataSection
from texresume.text.inline import RichText

from .model import Author, Entry, Group
from .sections import Layout, compose_common, compose_field, layout_of
from .texts import Texts


def compose_groups(section: DataSection, texts: Texts, owner: RichText) -> tuple[Group, ...]:
    """The publications by type, in the order in which types first occur; numbered backwards in each group."""
    by_type: dict[str, list[DataEntry]] = {}
    for entry in section.entries:
        by_type.setdefault(texts.string(entry.text("type")).casefold(), []).append(entry)
    layout, own_key = layout_of(section), _name_key(str(owner))
    return tuple(
        Group(
            RichText() if list(by_type) == [""] else _type_title(key, entries[0], texts),
            _compose_numbered(entries, layout, texts, own_key),
        )
        for key, entries in by_type.items()
    )


def _type_title(key: str, entry: DataEntry, texts: Texts) -> RichText:
    titles = texts.locale.publication_types
    if key in titles:
        return RichText.of(titles[key])
    return texts.rich(entry.text("type")) or RichText.of(titles["other"])


def _compose_numbered(
    entries: Sequence[DataEntry], layout: Layout, texts: Texts, own_key: tuple[str, str]
) -> tuple[Entry, ...]:
    return tuple(
        replace(
            compose_common(entry, texts),
            title=compose_field(entry, layout, "title", texts),
            subtitle=compose_field(entry, layout, "subtitle", texts),
            number=number,
            authors=tuple(
                Author(author, _name_key(str(author)) == own_key)
                for author in texts.all_rich(entry.texts("authors"))
            ),
            doi=texts.doi(entry.text("doi")),
        )
        for number, entry in zip(range(len(entries), 0, -1), entries, strict=True)
    )


def _name_key(name: str) -> tuple[str, str]:
    """Family name and first initial, which identify the owner among authors: "J. Brückner*"."""
    words = [word for word in re.split(r"[\s.~\u00a0]+", name.strip(" *†‡§¶")) if word]
    if "," in name:  # "Brückner, J."
        family, _, given = name.partition(",")
        return family.strip().casefold(), given.strip()[:1].casefold()
    return (words[-1].casefold(), words[0][:1].casefold()) if words else ("", "")
