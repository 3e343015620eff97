"""JSON Resume documents by other programs: keys of versions before 1.0, and dates in other forms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from . import dates, html_markup, rules
from .loader import Loaded
from .resume import DataPath
from .source import Source

_DATE_KEYS = ("startDate", "endDate")


def modernise(loaded: Loaded) -> Loaded:
    """The document with current keys, and with dates that the schema accepts; positions move along."""
    data = dict(loaded.data)
    renamed: dict[str, dict[str, str]] = rules.table()["renamed"]
    source = loaded.source
    warnings = tuple(html_markup.read(data, source))
    for name, keys in renamed.items():
        for entry, path in _mappings(data, name):
            _rename(entry, path, keys, source)
    for name in rules.table()["sections"]:
        for entry, path in _mappings(data, name):
            _fix_dates(entry, path, source)
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


def _fix_dates(entry: dict[str, Any], path: DataPath, source: Source) -> None:
    """Normalise dates; if one is free text, both become the entry's `date`, which is printed as it is."""
    for key in _DATE_KEYS:
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip():
            continue
        text = value.strip()
        if text.casefold().strip(".") in rules.table()["ongoing"]:
            entry[key] = dates.PRESENT
        elif (iso := _iso(text)) is not None:
            entry[key] = iso
    texts = [entry[key] for key in _DATE_KEYS if isinstance(entry.get(key), str) and entry[key].strip()]
    parsed = [dates.parse_date(text) for text in texts]
    backwards = len(parsed) == len(_DATE_KEYS) and _is_after(parsed[0], parsed[1])
    if any(date is None and dates.looks_like_date(text) for date, text in zip(parsed, texts, strict=True)):
        return  # a month or day that does not exist: validation reports it
    if backwards or any(
        date is None and not dates.is_present(text) for date, text in zip(parsed, texts, strict=True)
    ):
        for key in _DATE_KEYS:
            if key in entry:
                source.marks.setdefault((*path, "date"), source.mark((*path, key)))
                del entry[key]
        other = [entry["date"]] if isinstance(entry.get("date"), str) and entry["date"].strip() else []
        entry["date"] = " – ".join(["Present" if dates.is_present(text) else text for text in texts] + other)


def _is_after(start: dates.PartialDate | None, end: dates.PartialDate | None) -> bool:
    return start is not None and end is not None and start.is_after(end)


def _iso(text: str) -> str | None:
    """A date in another unambiguous form, 2019/05/01, 2019-5 or 05/2019, as an ISO date; else `None`."""
    if dates.parse_date(text) is not None:
        return text
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", text):
        parts = [match[1], *(f"{int(part):02}" for part in (match[2], match[3]) if part)]
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        parts = [match[2], f"{int(match[1]):02}"]
    else:
        return None
    iso = "-".join(parts)
    return iso if dates.parse_date(iso) is not None else None
