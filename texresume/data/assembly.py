"""From valid data to the frozen `Resume`: texts with their paths, ids for what has none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from . import rules
from .resume import DataPath, Entry, Highlight, Resume, Section, Text

_PARTS = ("projects", "entries")
"""The keys of entries within an entry."""


class Builder:
    """Makes the frozen résumé from valid data."""

    def __init__(self) -> None:
        self.ids: dict[str, DataPath] = {}

    def resume(self, data: dict[str, Any]) -> Resume:
        """The résumé of a whole file."""
        self.ids.update(  # they win over generated ones
            (identifier, path) for path, identifier in explicit_ids(data) if path[-2:-1] != ("highlights",)
        )
        basics = data["basics"]
        meta = data["meta"] if isinstance(data.get("meta"), dict) else {}
        return Resume(
            basics=self.entry(
                basics, ("basics",), "basics", skip=("location", "profiles", "contacts", "signature")
            ),
            location=self.part_of_basics(basics, "location", "address"),
            profiles=tuple(
                self.entry(profile, ("basics", "profiles", number), f"profiles.{number + 1}")
                for number, profile in enumerate(basics.get("profiles", ()))
            ),
            sections=(
                *self.summary(basics),
                *(section for name in data for section in self.section(name, data[name])),
            ),
            meta={key: value for key, value in meta.items() if isinstance(value, str)},
            fonts=meta.get("fonts", {}),
            contacts=tuple(
                self.contact(item, ("basics", "contacts", number))
                for number, item in enumerate(basics.get("contacts", ()))
            ),
            options=meta.get("options", {}),
            titles={
                name: Text(("meta", "titles", name), languages(title))
                for name, title in meta.get("titles", {}).items()
            },
            section_order=tuple(meta.get("sections", ())),
            dates=date_style(meta.get("dates", {})),
            suppressed=tuple(meta.get("checks", {}).get("off", ())),
            signature=self.part_of_basics(basics, "signature", "image"),
        )

    def part_of_basics(self, basics: dict[str, Any], name: str, alone: str) -> Entry:
        """The owner's location or signature; a text alone is that field of it."""
        path: DataPath = ("basics", name)
        value = basics.get(name, {})
        if isinstance(value, str):
            return Entry(path, name, fields={alone: Text(path, {"": value})})
        return self.entry(value, path, name)

    def contact(self, item: Any, path: DataPath) -> Entry:
        """The name of a contact as an entry's id, or a line of the owner's own."""
        return Entry(path, item) if isinstance(item, str) else self.entry(item, path, "line")

    def summary(self, basics: dict[str, Any]) -> list[Section]:
        """The summary of `basics` as a section, if there is one."""
        if "summary" not in basics:
            return []
        text = Text(("basics", "summary"), languages(basics["summary"]))
        return [
            Section(
                "summary", "summary", (Entry(("basics",), "summary", fields={"summary": text}),), kind="text"
            )
        ]

    def section(self, name: str, value: Any) -> list[Section]:
        """The section of a key of the data; none if the key is none, several for `custom`."""
        sections = rules.table()["sections"]
        if name == "custom":
            return [
                Section(
                    "custom",
                    section.get("id")
                    or self.section_id(_first_text(section.get("title", "")), ("custom", number)),
                    self.entries("custom", section["entries"], ("custom", number, "entries")),
                    Text(("custom", number, "title"), languages(section.get("title", ""))),
                    section.get("kind", "timeline"),
                )
                for number, section in enumerate(value)
            ]
        if name not in sections:
            return []
        return [Section(name, name, self.entries(name, value, (name,)), kind=sections[name]["kind"])]

    def entries(self, name: str, entries: list[Any], path: DataPath) -> tuple[Entry, ...]:
        """The entries of a section; one without an id gets one from its leading field."""
        section = rules.table()["sections"][name]
        return self.entries_by(section, name, entries, path)

    def entries_by(
        self, section: Mapping[str, Any], name: str, entries: list[Any], path: DataPath
    ) -> tuple[Entry, ...]:
        """Entries of a section, or within an entry, by what the schema says of these."""
        result = []
        for number, entry in enumerate(entries):
            entry_path = (*path, number)
            if isinstance(entry, str):
                identifier = self.unique(slug(entry) or f"{name}-{number + 1}", entry_path)
                text = Text(entry_path, {"": entry})
                result.append(Entry(entry_path, identifier, fields={section["text"]: text}))
                continue
            leading = next((entry[key] for key in section["needs"] if entry.get(key)), "")
            identifier = entry.get("id") or self.unique(
                slug(_first_text(leading)) or f"{name}-{number + 1}", entry_path
            )
            result.append(self.entry(entry, entry_path, identifier))
        return tuple(result)

    def entry(
        self, entry: dict[str, Any], path: DataPath, identifier: str, skip: tuple[str, ...] = ()
    ) -> Entry:
        """An entry that is a mapping; `skip` names keys that are no fields of it."""
        fields: dict[str, Text | tuple[Text, ...]] = {}
        for key, value in entry.items():
            if key in {"id", "tags", "priority", "keep", "break", "highlights", "links", *_PARTS, *skip}:
                continue
            field_path = (*path, key)
            if isinstance(value, list):
                fields[key] = tuple(Text((*field_path, n), languages(item)) for n, item in enumerate(value))
            else:
                fields[key] = Text(field_path, languages(value))
        return Entry(
            path,
            identifier,
            tuple(entry.get("tags", ())),
            int(entry.get("priority", 3)),
            entry.get("keep") in ("true", "yes"),
            fields,
            tuple(
                self.highlight(highlight, (*path, "highlights", number), f"{identifier}.{number + 1}")
                for number, highlight in enumerate(entry.get("highlights", ()))
            ),
            tuple(
                self.link(link, (*path, "links", number))
                for number, link in enumerate(entry.get("links", ()))
            ),
            tuple(part for key in _PARTS for part in self.parts(entry.get(key, []), (*path, key))),
            entry.get("break") == "before",
        )

    def parts(self, parts: list[Any], path: DataPath) -> tuple[Entry, ...]:
        """Entries within an entry."""
        layout = {**rules.table()["part"], "text": "name"}
        return self.entries_by(layout, str(path[-1]), parts, path)

    def link(self, link: Any, path: DataPath) -> Entry:
        """A further link: an address, or one with a label."""
        if isinstance(link, str):
            return Entry(path, "link", fields={"url": Text(path, {"": link})})
        return self.entry(link, path, "link")

    def highlight(self, highlight: Any, path: DataPath, identifier: str) -> Highlight:
        """A highlight: a text, or a mapping with one."""
        if isinstance(highlight, dict) and "text" in highlight:
            return Highlight(
                Text((*path, "text"), languages(highlight["text"])),
                highlight.get("id", identifier),
                tuple(highlight.get("tags", ())),
                int(highlight.get("priority", 3)),
                highlight.get("keep") in ("true", "yes"),
                tuple(
                    self.highlight(below, (*path, "highlights", number), f"{identifier}.{number + 1}")
                    for number, below in enumerate(highlight.get("highlights", ()))
                ),
            )
        return Highlight(Text(path, languages(highlight)), identifier)

    def section_id(self, title: str, path: DataPath) -> str:
        """The id of a custom section without one, which must not be the name of a section of the schema."""
        name = slug(title) or f"custom-{path[-1]}"
        return self.unique(f"{name}-2" if name in rules.section_names() else name, path)

    def unique(self, name: str, path: DataPath) -> str:
        """The name, with a number if it is taken."""
        identifier, number = name, 2
        while identifier in self.ids:
            identifier, number = f"{name}-{number}", number + 1
        self.ids[identifier] = path
        return identifier


def date_style(value: Any) -> dict[str, str]:
    """What `dates` says, also if it is but one precision."""
    return dict(value) if isinstance(value, Mapping) else {"": value}


_INNER = ("highlights", *_PARTS)
"""The keys of an entry whose items may have ids."""


def explicit_ids(data: dict[str, Any]) -> list[tuple[DataPath, str]]:
    """Every id in the file, with the path of its entry, section or highlight."""
    ids: list[tuple[DataPath, str]] = []

    def gather(entries: Any, path: DataPath, inner: tuple[str, ...]) -> None:
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if not isinstance(entry, dict):
                continue
            if isinstance(entry.get("id"), str):
                ids.append(((*path, number), entry["id"]))
            for key in inner:
                deeper = () if key == "highlights" else _INNER
                gather(entry.get(key), (*path, number, key), deeper)

    for name, entries in data.items():
        if name in rules.table()["sections"]:
            gather(entries, (name,), ("entries",) if name == "custom" else _INNER)
    return ids


def languages(value: Any) -> dict[str, str]:
    """A text of the data by language; the key is "" if it is in one language only."""
    return dict(value) if isinstance(value, Mapping) else {"": value}


def _first_text(value: Any) -> str:
    return str(next(iter(value.values()))) if isinstance(value, Mapping) else str(value)


# Letters that Unicode does not decompose into a base letter and a combining mark.
_ASCII = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n",
    "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ĸ": "k", "’": "'",
})  # fmt: skip


def slug(text: str) -> str:
    """A text in lower-case ASCII with hyphens, for ids and file names; empty if it has no such characters."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(_ASCII)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60].strip("-")
