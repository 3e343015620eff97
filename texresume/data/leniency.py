"""What is said of documents by other programs: a warning per kind, an error where too little is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from texresume import resources
from texresume.diagnostics import Diagnostic, Severity
from texresume.patterns import lazy

from . import rules, shapes
from .resume import DataPath, dotted
from .source import Source

_ENOUGH = 0.5
"""The share of a file's words that a résumé of it must have."""
_FEW = 2
"""Warnings of one kind that are shown one by one."""
_LISTED = 8
"""Keys that one message lists."""
_WORD = lazy(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")
_WEB = lazy(r"(?:https?://|www\.|data:|mailto:)\S*|\S+@\S+")


def as_written(error: Diagnostic) -> Diagnostic:
    """A wrong date of a document written elsewhere is printed as it stands, with a warning."""
    if error.code not in ("wrong-date", "wrong-period"):
        return error
    return replace(error, severity=Severity.WARNING, message=f"{error.message}: printed as written")


def empty_item(source: Source, path: DataPath) -> Diagnostic:
    """A warning about a null in a list."""
    message = f"empty item in {dotted(path[:-1])}: ignored"
    position = source.value(path)
    return source.diagnostic("empty-item", message, position, path=path, severity=Severity.WARNING)


def gathered(found: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """The diagnostics, with one in the place of several that say the same of several values."""
    kinds: dict[tuple[object, ...], list[Diagnostic]] = {}
    for one in found:
        kinds.setdefault(_kind(one), []).append(one)
    result: dict[Diagnostic, None] = {}
    for one in found:
        members = kinds[_kind(one)]
        together = len(members) > (1 if one.code == "unknown-key" else _FEW)
        result[_merged(members, source) if together else one] = None
    return list(result)


def _kind(one: Diagnostic) -> tuple[object, ...]:
    if one.severity is Severity.ERROR or not one.path:
        return (one,)
    if one.code in ("unknown-key", "empty-item"):
        return one.code, one.severity
    return one.code, one.severity, shapes.pattern(one.path), re.sub(r"\[\d+\]|'[^']*'", "", one.message)


def _merged(members: list[Diagnostic], source: Source) -> Diagnostic:
    first = members[0]
    if first.code == "unknown-key":
        keys = list(dict.fromkeys(shapes.pattern(one.path) for one in members))
        of = "keys of other programs" if first.severity is Severity.NOTE else "unknown keys"
        more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
        return replace(first, message=f"{of}, not printed: {', '.join(keys[:_LISTED])}{more}", hint="")
    return replace(first, message=f"{first.message} ({len(members) - 1} more like this)")


# -- how much of a file is read ----------------------------------------------------------------------------


def count_words(data: Mapping[str, Any]) -> int:
    """The words of a file that its readers might look for: not those about the file, nor extensions."""
    return sum(_count(value) for key, value in data.items() if not _is_about_the_file(key, value))


def _is_about_the_file(key: str, value: Any) -> bool:
    return key in rules.table()["unprinted"] or shapes.is_private(key, value)


def _count(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(
            _count(inner)
            for key, inner in value.items()
            if not shapes.is_private(key, inner) and not (isinstance(inner, str) and shapes.is_address(key))
        )
    if isinstance(value, list):
        return sum(map(_count, value))
    return len(_WORD.findall(_WEB.sub(" ", value))) if shapes.holds_words(value) else 0


def unread(written: Mapping[str, int], read: Mapping[str, Any], source: Source) -> Iterator[Diagnostic]:
    """An error for a file of which most words would not be printed. `written` are its words by key."""
    whole = sum(written.values())
    kept = {key: count_words({key: value}) for key, value in read.items()}
    printed = sum(kept.values())
    if whole and printed < whole * _ENOUGH:
        missing = {
            key: count - kept.get(key, 0) for key, count in written.items() if count > kept.get(key, 0)
        }
        worst = sorted(missing, key=lambda key: -missing[key])[:_LISTED]
        listed = ", ".join(f"{key!r} ({missing[key]})" for key in worst)
        message = f"only {printed} of the {whole} words in this file would be printed; missing most: {listed}"
        where = f"'JSON from elsewhere' in {resources.manual('data.md')}"
        hint = f"the file is not in the form of a JSON Resume: see {where}"
        yield source.diagnostic("mostly-unread", message, source.value(()), hint=hint)
