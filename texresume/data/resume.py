"""The résumé as validated data: frozen, and every text with the place that it comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DataPath = tuple[str | int, ...]
"""Where something stands in the data, from the top: `("work", 0, "highlights", 2)`."""


_PLAIN_STEP = re.compile(r"[^.\[\]]+")
_STEP = re.compile(r'\[\d+\]|\["(?:[^"\\]|\\.)*"\]|[^.\[\]]+')


def dotted(path: DataPath) -> str:
    """A path as people read it: `work[0].highlights[2]`; keys with a dot or bracket in quotes: `["a.b"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif not _PLAIN_STEP.fullmatch(step):
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
        else:
            text += f".{step}" if text else step
    return text


def undotted(text: str) -> DataPath:
    """The path that `dotted` has made a text of."""
    return tuple(json.loads(step[1:-1]) if step.startswith("[") else step for step in _STEP.findall(text))


@dataclass(frozen=True, slots=True)
class Text:
    """A text, in one language ("" as its key) or several (BCP 47 tags as keys)."""

    path: DataPath
    languages: Mapping[str, str]

    def pick(self, *languages: str) -> tuple[str, DataPath, bool]:
        """The text for a reader of these languages, its path, and whether one of them was there.

        The first language that is there wins; for `de-AT` then `de`, then another `de-…`, else the language
        written first.
        """
        if "" in self.languages:
            return self.languages[""], self.path, True
        wanted = [language.lower() for language in languages]
        bases = [language.partition("-")[0] for language in wanted]
        wanted += bases

        def distance(tag: str) -> int:
            tag = tag.lower().replace("_", "-")
            if tag in wanted:
                return wanted.index(tag)
            return len(wanted) + (tag.partition("-")[0] not in bases)

        tag = min(self.languages, key=distance)  # of equals the first
        return self.languages[tag], (*self.path, tag), distance(tag) <= len(wanted)


@dataclass(frozen=True, slots=True)
class Highlight:
    """A highlight with what variants and fitting know it by."""

    text: Text
    id: str
    tags: tuple[str, ...] = ()
    priority: int = 3
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a section. `fields` holds what the schema allows: texts, or tuples of texts."""

    path: DataPath
    id: str
    tags: tuple[str, ...] = ()
    priority: int = 3
    keep: bool = False
    fields: Mapping[str, Text | tuple[Text, ...]] = field(default_factory=dict)
    highlights: tuple[Highlight, ...] = ()

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
    """A section of the data, in file order. Custom ones have a `title`, a `kind` and an id of their own."""

    name: str
    id: str
    entries: tuple[Entry, ...]
    title: Text | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Everything that the data file holds."""

    basics: Entry
    location: Entry
    profiles: tuple[Entry, ...]
    sections: tuple[Section, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    """`meta.fonts`: the name of a script to a family, or to a file of the project."""
    off: tuple[str, ...] = ()
    """`meta.checks.off`: codes of warnings."""
