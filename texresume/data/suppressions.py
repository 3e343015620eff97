"""Suppressed warnings: by the data, by a variant, by a flag."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from texresume import resources
from texresume.diagnostics import Diagnostic, ResumeError, Severity, nearest

from .resume import DataPath
from .source import Source

DATA = ("meta", "checks", "off")
"""The path of the codes in the data."""
VARIANT = ("checks", "off")
"""The path of the codes in a variant."""


@cache
def codes() -> dict[str, str]:
    """Every code that can be suppressed, with a short description."""
    table: dict[str, str] = resources.table("data/schema/checks.yaml")
    return table


def _listed_in() -> str:
    return f"{resources.manual('checks.md')} lists the codes; errors cannot be suppressed"


def listed(data: Mapping[str, Any]) -> list[str]:
    """The codes that the data suppresses, even if the rest of the data is not valid."""
    level: Any = data
    for key in DATA:
        level = level.get(key) if isinstance(level, Mapping) else None
    return [code for code in level if isinstance(code, str)] if isinstance(level, list) else []


def unknown(suppressed: Sequence[str], source: Source, path: DataPath) -> list[Diagnostic]:
    """A warning for each unknown code of a list in a file."""
    return [
        source.diagnostic(
            "unknown-check",
            f"unknown warning {code!r}",
            source.value((*path, number)),
            path=(*path, number),
            hint=nearest(code, codes()) or _listed_in(),
            severity=Severity.WARNING,
        )
        for number, code in enumerate(suppressed)
        if code not in codes()
    ]


def refuse_unknown(suppressed: Iterable[str]) -> None:
    """Raise `ResumeError` for unknown codes of the command line."""
    errors = [
        Diagnostic(
            Severity.ERROR,
            "unknown-check",
            f"unknown warning {code!r}",
            hint=nearest(code, codes()) or _listed_in(),
        )
        for code in suppressed
        if code not in codes()
    ]
    if errors:
        raise ResumeError(errors)


def without(diagnostics: Iterable[Diagnostic], suppressed: Collection[str]) -> list[Diagnostic]:
    """The diagnostics without suppressed warnings and notes. Errors always stay."""
    return [one for one in diagnostics if one.severity is Severity.ERROR or one.code not in suppressed]
