"""What `--json` prints: one object on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from texresume.build.outcome import Outcome
from texresume.diagnostics import Diagnostic, in_order


def print_builds(builds: Sequence[Mapping[str, Any]], diagnostics: Sequence[Diagnostic]) -> None:
    """The form of one build, or of none, with all that was found."""
    found = [diagnostic.as_json() for diagnostic in in_order(diagnostics)]
    write({"builds": list(builds), "diagnostics": found})


def print_outcomes(outcomes: Sequence[Outcome], *, variants: bool = True) -> None:
    """The form of what came of requests; with `variants`, a diagnostic names the one that it is about."""
    found = [
        {**diagnostic.as_json(), **({"variant": outcome.variant} if variants else {})}
        for outcome in outcomes
        for diagnostic in in_order(outcome.diagnostics)
    ]
    builds = [build for outcome in outcomes if (build := outcome.as_json())]
    write({"builds": builds, "diagnostics": found})


def write(result: object) -> None:
    """Any object, in characters that standard output can show."""
    sys.stdout.write(_dumped(result, indent=2))


def write_line(result: object) -> None:
    """The same on one line: for results that come one after the other."""
    sys.stdout.write(_dumped(result))


def _dumped(result: object, indent: int | None = None) -> str:
    """The JSON, in which what would do something to a terminal or to GitHub Actions is an escape."""
    text = json.dumps(result, ensure_ascii=_plain(), indent=indent).replace("##[", "#\\u0023[")
    return (
        "\n".join(line if line.isprintable() else "".join(map(_shown, line)) for line in text.split("\n"))
        + "\n"
    )


def _shown(char: str) -> str:
    """Characters that cannot be printed stand in texts only, where JSON has escapes for them."""
    return char if char.isprintable() else json.dumps(char)[1:-1]


def _plain() -> bool:
    return (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")
