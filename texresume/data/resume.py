"""The validated résumé: frozen, and every text with its path in the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from texresume.diagnostics import DataPath, dotted, undotted
from texresume.records import dataclass

__all__ = ["DataPath", "Entry", "Highlight", "Resume", "Section", "Text", "dotted", "undotted"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text, in one language ("" as its key) or several (BCP 47 tags as keys)."""

    path: DataPath
    languages: Mapping[str, str]

    def pick(self, *languages: str) -> tuple[str, DataPath, bool]:
        """The text for a reader of these languages, its path, and whether it is in one of them.

        The first language that exists wins: for `de-AT` that, then `de`, then another `de-…`, else whatever
        language comes first in the data.
        """
        if "" in self.languages:
            return self.languages[""], self.path, True
        preferred = [language.lower() for language in languages]
        bases = [language.partition("-")[0] for language in preferred]
        preferred += bases

        def distance(tag: str) -> int:
            tag = tag.lower().replace("_", "-")
            if tag in preferred:
                return preferred.index(tag)
            return len(preferred) + (tag.partition("-")[0] not in bases)

        tag = min(self.languages, key=distance)  # the first of equals
        return self.languages[tag], (*self.path, tag), distance(tag) <= len(preferred)


@dataclass(frozen=True, slots=True)
class Highlight:
    """A highlight, with the id and tags that variants use and the priority that fitting uses."""

    text: Text
    id: str
    tags: tuple[str, ...] = ()
    priority: int = 3
    keep: bool = False
    highlights: tuple[Highlight, ...] = ()
    """Points below it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a section. `fields` holds the fields of the schema: texts, or tuples of texts."""

    path: DataPath
    id: str
    tags: tuple[str, ...] = ()
    priority: int = 3
    keep: bool = False
    fields: Mapping[str, Text | tuple[Text, ...]] = field(default_factory=dict)
    highlights: tuple[Highlight, ...] = ()
    links: tuple[Entry, ...] = ()
    """Further links: entries with the fields `label` and `url`."""
    parts: tuple[Entry, ...] = ()
    """Entries within the entry, such as clients within a job."""
    break_before: bool = False
    """Whether it begins a new page."""

    def text(self, name: str) -> Text | None:
        """A field that is one text."""
        value = self.fields.get(name)
        return value if isinstance(value, Text) else None

    def texts(self, name: str) -> tuple[Text, ...]:
        """A field that is a list of texts."""
        value = self.fields.get(name, ())
        return value if isinstance(value, tuple) else (value,)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the data, in file order. Custom sections have their own `title`, `kind` and id."""

    name: str
    id: str
    entries: tuple[Entry, ...]
    title: Text | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """The whole data file."""

    basics: Entry
    location: Entry
    profiles: tuple[Entry, ...]
    sections: tuple[Section, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    """`meta.fonts`: from the name of a script to a font family or a font file of the project."""
    suppressed: tuple[str, ...] = ()
    """`meta.checks.off`: the codes of suppressed warnings."""
    contacts: tuple[Entry, ...] = ()
    """`basics.contacts`: names of contacts in their order (entries without fields), and the owner's lines."""
    options: Mapping[str, str] = field(default_factory=dict)
    """`meta.options`: options of the template, as texts."""
    titles: Mapping[str, Text] = field(default_factory=dict)
    """`meta.titles`: other headings, by the id of the section."""
    section_order: tuple[str, ...] = ()
    """`meta.sections`: the ids of the sections that come first."""
    publications: Mapping[str, Any] = field(default_factory=dict)
    """`meta.publications`: how publications are printed."""
    dates: Mapping[str, str] = field(default_factory=dict)
    """`meta.dates`: how precise dates are printed, by section ("" is for all), and `rules.DATE_STYLES`."""
    signature: Entry = Entry(("basics", "signature"), "signature")
    """`basics.signature`: an image at the end, place and date; without fields if there is none."""

    @property
    def is_multilingual(self) -> bool:
        """Whether a text is in several languages, and so all of them should be."""
        entries = [self.basics, self.location, *self.profiles, *self.contacts, self.signature]
        entries += [entry for section in self.sections for entry in section.entries]
        titles = [section.title for section in self.sections if section.title is not None]
        texts = [*titles, *self.titles.values(), *(text for entry in entries for text in _texts_of(entry))]
        return any(len(text.languages) > 1 for text in texts)


def _texts_of(entry: Entry) -> Iterator[Text]:
    """The texts of an entry and of what is in it."""
    for value in entry.fields.values():
        yield from value if isinstance(value, tuple) else (value,)
    yield from (text for highlight in entry.highlights for text in _texts_of_highlight(highlight))
    for part in (*entry.links, *entry.parts):
        yield from _texts_of(part)


def _texts_of_highlight(highlight: Highlight) -> Iterator[Text]:
    yield highlight.text
    for below in highlight.highlights:
        yield from _texts_of_highlight(below)
