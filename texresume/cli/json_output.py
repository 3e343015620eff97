"""What `--json` prints: one object on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, in_order

if TYPE_CHECKING:
    from texresume.build.batch import Outcome
    from texresume.build.pipeline import Build
    from texresume.build.up_to_date import Kept


def print_builds(builds: Sequence[Build | Kept], diagnostics: Sequence[Diagnostic]) -> None:
    """The form of one build, or of none, with all that was found."""
    found = [*diagnostics, *(diagnostic for build in builds for diagnostic in build.diagnostics)]
    write(
        {
            "builds": [build.as_json() for build in builds],
            "diagnostics": [diagnostic.as_json() for diagnostic in in_order(found)],
        }
    )


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """The form of `--all`: a diagnostic says which variant it is about."""
    found = [
        {**diagnostic.as_json(), "variant": Path(outcome.request.variant).stem}
        for outcome in outcomes
        for diagnostic in in_order(outcome.diagnostics)
    ]
    builds = [(outcome.build or outcome.kept) for outcome in outcomes]
    write({"builds": [build.as_json() for build in builds if build], "diagnostics": found})


def write(result: object) -> None:
    """Any object, in letters that standard output can show."""
    sys.stdout.write(json.dumps(result, ensure_ascii=_plain(), indent=2) + "\n")


def write_line(result: object) -> None:
    """The same on one line: for results that come one after the other."""
    sys.stdout.write(json.dumps(result, ensure_ascii=_plain()) + "\n")


def _plain() -> bool:
    return (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")
