"""Which warnings are switched off: by the data, by a variant, by a flag."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from texresume import resources
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, nearest

from .resume import DataPath
from .source import Source

DATA = ("meta", "checks", "off")
"""Where the data names them."""
VARIANT = ("checks", "off")
"""Where a variant does."""


@cache
def codes() -> dict[str, str]:
    """Every code of a warning or note that can be switched off, and what it is about in a few words."""
    table: dict[str, str] = resources.table("data/schema/checks.yaml")
    return table


def listed(data: Mapping[str, Any]) -> list[str]:
    """The codes that data lists, which need not be valid otherwise."""
    level: Any = data
    for key in DATA:
        level = level.get(key) if isinstance(level, Mapping) else None
    return [code for code in level if isinstance(code, str)] if isinstance(level, list) else []


def unknown(given: Sequence[str], source: Source, path: DataPath) -> list[Diagnostic]:
    """A warning for each code that there is not, at its place in a list of a file."""
    return [
        source.diagnostic(
            "unknown-check",
            f"no warning has the code {code!r}",
            source.value((*path, number)),
            path=(*path, number),
            hint=nearest(code, codes()) or "docs/checks.md lists the codes; errors cannot be switched off",
            severity=Severity.WARNING,
        )
        for number, code in enumerate(given)
        if code not in codes()
    ]


def refuse_unknown(given: Iterable[str]) -> None:
    """Raise `ResumeError` for a code of the command line that there is not."""
    faults = [
        Diagnostic(
            Severity.ERROR,
            "unknown-check",
            f"no warning has the code {code!r}",
            hint=nearest(code, codes()) or "docs/checks.md lists them; errors cannot be switched off",
        )
        for code in given
        if code not in codes()
    ]
    if faults:
        raise ResumeError(faults, ExitStatus.USAGE)


def without(found: Iterable[Diagnostic], off: Collection[str]) -> list[Diagnostic]:
    """What is left when these codes are switched off. Errors always are."""
    return [one for one in found if one.severity is Severity.ERROR or one.code not in off]
