"""Keys of a JSON Resume that the schema does not have: kept as texts where a project is made from the file.

A build leaves them out, with a warning; whoever converts a file once wants to have them and decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from texresume.data import rules, schema, shapes
from texresume.data.loader import Loaded
from texresume.data.resume import DataPath
from texresume.diagnostics import Diagnostic, Severity

from .readers.assembly import Comments
from .readers.entries import spaced

_LISTED = 8


def keep(loaded: Loaded, comments: Comments) -> Iterator[Diagnostic]:
    """Give the texts under unknown keys a place, with comments; yields a note. The data is changed."""
    kept: dict[str, None] = {}
    found = schema.check(loaded.data, loaded.source, rules.resume_rules())
    for path in dict.fromkeys(fault.path for fault in found if fault.code == "unknown-key"):
        container: Any = loaded.data
        for step in path[:-1]:
            container = container[step]
        key = str(path[-1])
        if not isinstance(container, dict) or key not in container or shapes.is_private(key, container[key]):
            continue
        if _place(loaded.data, container, path, key, comments):
            kept[shapes.pattern(path)] = None
    if kept:
        names = list(kept)
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        message = f"keys without a field of their own were kept as texts: {', '.join(names[:_LISTED])}{more}"
        yield loaded.source.diagnostic("read-as", message, None, severity=Severity.NOTE)


def _place(
    data: dict[str, Any], container: dict[str, Any], path: DataPath, key: str, comments: Comments
) -> bool:
    note = f"{key!r} has no field of its own"
    if len(path) == 1:
        sections = data.setdefault("custom", [])
        if not isinstance(sections, list):
            return False
        sections.append({"title": spaced(key), "kind": "timeline", "entries": _entries(container.pop(key))})
        return True
    if path[0] == "basics" and len(path) == 2:  # noqa: PLR2004 - a key of basics itself
        lines = container.setdefault("contacts", [])
        text = _line(container.pop(key))
        lines.append({"label": spaced(key), "text": text})
        comments["basics", "contacts", len(lines) - 1, "text"] = (text, note)
        return True
    if len(path) == 3 and path[0] in rules.table()["sections"]:  # noqa: PLR2004 - a key of an entry
        points = container.get("highlights") or []
        if not isinstance(points, list):
            return False
        text = f"{spaced(key)}: {_line(container.pop(key))}"
        container["highlights"] = [*points, text]
        comments[(*path[:-1], "highlights", len(points))] = (text, note)
        return True
    return False


def _entries(value: Any) -> list[Any]:
    """The entries of a section that the schema does not have."""
    items = value if isinstance(value, list) else [value]
    return [_entry(item) for item in items if shapes.holds_words(item)]


def _entry(item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        return {"summary": str(item)}
    texts = {key: _line(value) for key, value in item.items() if not shapes.is_private(key, value)}
    name = next((key for key in ("name", "title", "label", "heading") if key in texts), "")
    entry: dict[str, Any] = {"name": texts.pop(name)} if name else {}
    if "summary" in texts:
        entry["summary"] = texts.pop("summary")
    if texts:
        entry["highlights"] = [f"{spaced(key)}: {text}" for key, text in texts.items()]
    return entry


def _line(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        return "; ".join(
            f"{spaced(key)}: {_line(inner)}"
            for key, inner in value.items()
            if not shapes.is_private(key, inner)
        )
    if isinstance(value, list):
        return ", ".join(_line(inner) for inner in value if shapes.holds_words(inner))
    return str(value)
