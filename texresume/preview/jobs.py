"""What takes longer than a build, for a process beside the server: checks, other formats, differences."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from texresume.build import batch
from texresume.build.outcome import Outcome
from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ResumeError
from texresume.records import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` finds, and what was checked, as labels and values."""

    diagnostics: tuple[Diagnostic, ...]
    facts: tuple[tuple[str, str], ...]


def check(request: Request) -> Checked:
    """Build and check as `texresume check` does, without leaving a file."""
    from texresume.check import checking

    with tempfile.TemporaryDirectory(prefix="texresume-preview-", ignore_cleanup_errors=True) as folder:
        outcome = checking.job(replace(request, output=Path(folder), formats=("pdf",)))
    return Checked(outcome.diagnostics, tuple(_facts(outcome)))


def _facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What was built and how, of what a person cares about."""
    made, build = outcome.artifacts, outcome.build
    if made is None:
        return
    yield "Template", made.template
    yield "Typeset by", "XeTeX" if made.engine == "xetex" else "pdfTeX"
    yield "Language", made.language
    report = made.report
    if report is not None:
        lost = report.as_json()
        yield "Pages", str(report.pages)
        yield "Words lost", str(lost["words_lost"])
        yield "Links", str(lost["links"]) + (f", {lost['links_lost']} lost" if lost["links_lost"] else "")
        yield "Fonts", "all embedded" if lost["fonts_embedded"] else "not all embedded"
        yield "Structure for screen readers", "yes" if lost["tagged"] else "none"
        yield "Read by", ", ".join(report.readers)
    if build is not None:
        yield "Time", f"{build.seconds_total:.2f} s"


def make(request: Request, form: str) -> tuple[str, bytes]:
    """The résumé in another format: the name of the file, and what it holds. Raises `ResumeError`."""
    with tempfile.TemporaryDirectory(prefix="texresume-preview-", ignore_cleanup_errors=True) as folder:
        outcome = batch.attempt(replace(request, output=Path(folder), formats=(form,)))
        if outcome.build is None:
            raise ResumeError(outcome.diagnostics)
        file = Path(outcome.build.files[form])
        return file.name, file.read_bytes()


def differ(request: Request, against: str) -> list[dict[str, Any]]:
    """What `texresume diff --json` says of two variants. Raises `ResumeError`."""
    from texresume.build import differences

    return [one.as_json() for one in differences.differences(request, against)]
