"""JSON Resume documents by other programs: keys of versions before 1.0."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import html_markup, rules
from .loader import Loaded
from .resume import DataPath
from .source import Source


def modernise(loaded: Loaded) -> Loaded:
    """The document with current keys; positions move along."""
    data = dict(loaded.data)
    renamed: dict[str, dict[str, str]] = rules.table()["renamed"]
    source = loaded.source
    warnings = tuple(html_markup.read(data, source))
    for name, keys in renamed.items():
        for entry, path in _mappings(data, name):
            _rename(entry, path, keys, source)
    return replace(loaded, data=data, warnings=(*loaded.warnings, *warnings))


def _mappings(data: dict[str, Any], name: str) -> list[tuple[dict[str, Any], DataPath]]:
    """The mappings that a name of the rules stands for: `basics`, profiles, or the entries of a section."""
    basics = data.get("basics")
    if name == "basics":
        return [(basics, ("basics",))] if isinstance(basics, dict) else []
    base: DataPath = (name,)
    entries = data.get(name)
    if name == "profile":
        entries = basics.get("profiles") if isinstance(basics, dict) else None
        base = ("basics", "profiles")
    if not isinstance(entries, list):
        return []
    return [(entry, (*base, number)) for number, entry in enumerate(entries) if isinstance(entry, dict)]


def _rename(entry: dict[str, Any], path: DataPath, keys: dict[str, str], source: Source) -> None:
    for old, new in keys.items():
        if old in entry and entry.get(new) in (None, ""):
            entry.pop(new, None)
            renamed = [(new if key == old else key, value) for key, value in entry.items()]
            entry.clear()
            entry.update(renamed)
            for marked in [marked for marked in source.marks if marked[: len(path) + 1] == (*path, old)]:
                source.marks[(*path, new, *marked[len(path) + 1 :])] = source.marks[marked]
        elif old in entry and entry[old] in (None, "", entry.get(new)):
            del entry[old]
