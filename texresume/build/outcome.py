"""What comes of a request: a build, one that is up to date, or the diagnostics that say why there is none.

Light to import: an up-to-date build needs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texresume.diagnostics import Diagnostic, has_errors
from texresume.records import dataclass

from .request import Request

if TYPE_CHECKING:
    from texresume.pdf.problems import Report

    from .artifacts import Artifacts
    from .dependencies import Dependencies
    from .fit import Fit
    from .output import Saved
    from .run import Run


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What there is to tell of a build, whether it was made just now or before."""

    files: Mapping[str, str]
    pages: int
    headline: str
    lines: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Build:
    """What was built. `files` maps each format to its file, `digests` each file to the digest of what was
    written into it; times are wall-clock seconds.

    `tex` is the TeX that was used, `system` or `embedded`; `measures` is what the source measured, in pt;
    `fonts` are those that XeTeX used beside the template's own. `started` is when the build began, in seconds
    since 1970.
    """

    variant: str
    template: str
    engine: str
    tex: str
    files: Mapping[str, str]
    digests: Mapping[str, str]
    runs: int
    seconds_total: float
    seconds_tex: float
    report: Report
    measures: Mapping[str, str]
    fit: Fit | None
    fonts: tuple[Mapping[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]
    started: float
    dependencies: Dependencies
    letter: bool = False
    """Whether this is the letter of the variant, and not its résumé."""
    has_letter: bool = False
    """Whether this is a résumé with which a letter goes."""

    @staticmethod
    def of(run: Run, saved: Saved) -> Build:
        """The build of a run that passed."""
        content, design, draft = run.typeset()
        if run.report is None:
            raise ValueError("nothing has been inspected yet")
        return Build(
            variant=content.variant.name if content.variant else "",
            template=design.template.name,
            engine=design.typesetter.engine,
            tex=draft.typeset.tex.origin,
            files=saved.files,
            digests=saved.digests,
            runs=draft.typeset.runs,
            seconds_total=run.seconds(),
            seconds_tex=draft.typeset.seconds,
            report=run.report,
            measures=draft.typeset.measures,
            fit=draft.fit,
            fonts=design.typesetter.used(),
            diagnostics=run.log.diagnostics,
            started=run.clock,
            dependencies=run.dependencies,
            letter=run.request.letter,
            has_letter=run.has_letter,
        )

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "variant": self.variant or None,
            "document": "letter" if self.letter else "resume",
            "template": self.template,
            "engine": self.engine,
            "tex": self.tex,
            "files": dict(self.files),
            "pages": self.report.pages,
            "unchanged": False,
            "runs": self.runs,
            "seconds": {"total": round(self.seconds_total, 4), "tex": round(self.seconds_tex, 4)},
            "measures": dict(self.measures),
            "fit": self.fit.as_json() if self.fit else None,
            "fonts": [dict(font) for font in self.fonts],
            "inspection": self.report.as_json(),
        }

    def lines(self) -> tuple[str, ...]:
        """What else there is to tell: how the text was made to fit."""
        if self.fit is None:
            return ()
        from . import fit

        return tuple(fit.summary(self.fit))

    def summary(self) -> BuildSummary:
        """What there is to tell of it."""
        pages = self.report.pages
        times = f"{self.seconds_total:.2f} s, {self.seconds_tex:.2f} s of it TeX ({self.tex})"
        left = len(self.fit.dropped) if self.fit else 0
        without = f", without {left} highlight{'s' * (left > 1)}" if left else ""
        headline = f"{', '.join(self.files.values())}: {count(pages, 'page')}{without} in {times}"
        return BuildSummary(self.files, pages, headline, self.lines(), self.diagnostics, self.as_json())


@dataclass(frozen=True, slots=True)
class UpToDate:
    """A build from before, of which nothing has changed: its JSON, its lines, its diagnostics."""

    json: Mapping[str, Any]
    lines: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    has_letter: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`: TeX did not run, and that took no time."""
        seconds = {"total": round(self.seconds, 4), "tex": 0.0}
        return {**self.json, "unchanged": True, "runs": 0, "seconds": seconds}

    def summary(self) -> BuildSummary:
        """What there is to tell of it."""
        files, pages = self.json["files"], self.json["pages"]
        headline = f"{', '.join(files.values())}: {count(pages, 'page')}, unchanged ({self.seconds:.2f} s)"
        return BuildSummary(files, pages, headline, self.lines, self.diagnostics, self.as_json())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: a build, one that is `up_to_date`, or neither. `diagnostics` are all that was
    found.

    `artifacts` is what the caller wanted to keep of the build, passed or not; `dependencies` is what it has
    read. `lines` and `more` are what `check` adds to the summary: lines, and keys of its JSON. `letter` is
    what came of the letter that goes with a résumé.
    """

    request: Request
    build: Build | None
    diagnostics: tuple[Diagnostic, ...]
    artifacts: Artifacts | None = None
    up_to_date: UpToDate | None = None
    dependencies: Dependencies | None = None
    lines: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    letter: Outcome | None = None

    @property
    def both(self) -> tuple[Outcome, ...]:
        """The outcome, and that of its letter, if there is one."""
        return (self,) if self.letter is None else (replace(self, letter=None), self.letter)

    @property
    def label(self) -> str:
        """What output for people calls it: the variant, and whether it is the letter."""
        return f"{self.variant} (letter)" if self.request.letter else self.variant

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return has_errors(self.diagnostics)

    @property
    def variant(self) -> str:
        """The variant's name, without the folder of its file."""
        return Path(self.request.variant).stem if self.request.variant else ""

    def as_json(self) -> dict[str, Any] | None:
        """The form of `--json`, if there is a build."""
        made = self.build or self.up_to_date
        return {**made.as_json(), **self.more} if made else None


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 page, 2 pages."""
    return f"{number} {noun}{'s' if number != 1 else ''}"
