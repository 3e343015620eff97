"""Dates of other programs that a résumé of one's own may not have: what becomes of them in a conversion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from texresume.diagnostics import DataPath, Diagnostic, Severity, dotted

from . import dates, rules, schema
from .loader import Loaded

_CODES = ("wrong-date", "wrong-period")
_SPAN = ("startDate", "endDate")


def mend(loaded: Loaded) -> Iterator[Diagnostic]:
    """Replace, in the data, the dates that a build would refuse: by a text in `date` where that is possible,
    otherwise they are left out. A warning for each says so.
    """
    places: dict[DataPath, DataPath] = {}
    for fault in schema.check(loaded.data, loaded.source, rules.resume_rules()):
        if fault.code in _CODES:
            places.setdefault(fault.path[:-1], fault.path)
    for place, path in places.items():
        entry: Any = loaded.data
        for step in place:
            entry = entry[step]
        if not isinstance(entry, dict):
            continue
        yield _mended(loaded, entry, path)


def _mended(loaded: Loaded, entry: dict[str, Any], path: DataPath) -> Diagnostic:
    span = path[-1] in _SPAN
    keys = [key for key in (_SPAN if span else (str(path[-1]),)) if key in entry]
    written = " – ".join(str(entry[key]) for key in keys)
    position = loaded.source.value(path)
    for key in keys:
        del entry[key]
    fields = rules.resume_rules()[str(path[0])].get("schema", {}).get("schema", {})
    kept = span and "date" in fields and "date" not in entry and not dates.looks_like_date(written)
    if kept:
        entry["date"] = written
    what = f"written as the text {dotted((*path[:-1], 'date'))}" if kept else "left out"
    return loaded.source.diagnostic(
        "wrong-date",
        f"{written!r} in {dotted(path[:-1])} is no date, or not in order: {what}",
        position,
        path=path,
        hint="correct it in the new file",
        severity=Severity.WARNING,
    )
