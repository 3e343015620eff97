"""The validated résumé: frozen, and every text with its path in the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

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
    dates: Mapping[str, str] = field(default_factory=dict)
    """`meta.dates`: how precise dates are printed, by section ("" is for all), and `rules.DATE_STYLES`."""
    signature: Entry = Entry(("basics", "signature"), "signature")
    """`basics.signature`: an image at the end, place and date; without fields if there is none."""
