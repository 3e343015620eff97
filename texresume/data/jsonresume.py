"""JSON Resume documents from elsewhere: names from before 1.0, and dates as people wrote them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from . import dates, rules
from .loader import Loaded
from .resume import DataPath
from .source import Source

_DATE_KEYS = ("startDate", "endDate")


def modernised(loaded: Loaded) -> Loaded:
    """The document in today's names, with dates that the schema takes; its positions go along."""
    data = dict(loaded.data)
    renamed: dict[str, dict[str, str]] = rules.table()["renamed"]
    source = loaded.source
    for name, words in renamed.items():
        for container, path in _places(data, name):
            _rename(container, path, words, source)
    for name in rules.table()["sections"]:
        for entry, path in _places(data, name):
            _mend_dates(entry, path, source)
    return replace(loaded, data=data)


def _places(data: dict[str, Any], name: str) -> list[tuple[dict[str, Any], DataPath]]:
    """The mappings that a rule's name stands for."""
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


def _rename(container: dict[str, Any], path: DataPath, words: dict[str, str], source: Source) -> None:
    for old, new in words.items():
        if old in container and container.get(new) in (None, ""):
            container.pop(new, None)
            renamed = [(new if key == old else key, value) for key, value in container.items()]
            container.clear()
            container.update(renamed)
            for place in [place for place in source.marks if place[: len(path) + 1] == (*path, old)]:
                source.marks[(*path, new, *place[len(path) + 1 :])] = source.marks[place]
        elif old in container and container[old] in (None, "", container.get(new)):
            del container[old]


def _mend_dates(entry: dict[str, Any], path: DataPath, source: Source) -> None:
    """Free text where the schema wants a date becomes the entry's `date`, printed as it stands."""
    for key in _DATE_KEYS:
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip():
            continue
        text = value.strip()
        if text.casefold().strip(".") in rules.table()["ongoing"]:
            entry[key] = dates.PRESENT
        elif (mended := _iso(text)) is not None:
            entry[key] = mended
    kept = [entry[key] for key in _DATE_KEYS if isinstance(entry.get(key), str) and entry[key].strip()]
    parsed = [dates.parse_date(text) for text in kept]
    backwards = len(parsed) == len(_DATE_KEYS) and _is_after(parsed[0], parsed[1])
    if any(date is None and dates.looks_like_date(text) for date, text in zip(parsed, kept, strict=True)):
        return  # no such month or day: the schema says so
    if backwards or any(
        date is None and not dates.is_present(text) for date, text in zip(parsed, kept, strict=True)
    ):
        for key in _DATE_KEYS:
            if key in entry:
                source.marks.setdefault((*path, "date"), source.mark((*path, key)))
                del entry[key]
        earlier = [entry["date"]] if isinstance(entry.get("date"), str) and entry["date"].strip() else []
        entry["date"] = " – ".join(["Present" if dates.is_present(text) else text for text in kept] + earlier)


def _is_after(start: dates.PartialDate | None, end: dates.PartialDate | None) -> bool:
    return start is not None and end is not None and start.is_after(end)


def _iso(text: str) -> str | None:
    """Dates in forms that mean one thing only: 2019/05/01, 2019-5, 05/2019."""
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
