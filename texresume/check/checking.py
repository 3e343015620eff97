"""What `check` does beside building: how it inspects, earlier PDFs, reports, annotations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from pathlib import Path

from texresume.build import artifacts, batch, output
from texresume.build.outcome import Build, Outcome
from texresume.build.request import Request
from texresume.data import suppressions
from texresume.diagnostics import Diagnostic, ResumeError, Severity, in_order, nearest
from texresume.records import dataclass

from . import baseline, report, sarif
from .baseline import Comparison
from .thorough import inspect_thoroughly

ANNOTATIONS = ("auto", "github", "none")
ACTIONS = "GITHUB_ACTIONS"
"""GitHub Actions sets it to `true`: then annotations are printed without being asked for."""


job = partial(batch.attempt, inspect=inspect_thoroughly, keep=artifacts.of)
"""The build of `check`, for `batch.build_all`."""


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` does beside building. An instance is called with what came of all builds.

    `earlier` are PDFs to compare with, by the names of their files; with `strict`, warnings are errors, and
    so are findings whose code is in `fail_on`; `say` prints a line for GitHub; `exit_code` is the exit status
    that goes with some diagnostics.
    """

    request: Request
    reports: tuple[Path, ...] = ()
    annotations: bool = False
    earlier: Mapping[str, tuple[Path, bytes]] = field(default_factory=dict)
    must_match: bool = False
    strict: bool = False
    fail_on: tuple[str, ...] = ()
    say: Callable[[str], None] = print
    exit_code: Callable[[Iterable[Diagnostic]], int] = lambda _: 0

    def __call__(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Compare, write and print; returns the outcomes with what the comparison adds to them.

        Raises `ResumeError` where a report cannot be written.
        """
        compared = [
            (self._judged(outcome), comparison) for outcome, comparison in map(self._compared, outcomes)
        ]
        found = {outcome.label: in_order(outcome.diagnostics) for outcome, _ in compared}
        if self.annotations:
            for variant, diagnostics in found.items():
                for diagnostic in diagnostics:
                    self.say(sarif.render_annotation(diagnostic, variant))
        code = max((self.exit_code(outcome.diagnostics) for outcome, _ in compared), default=0)
        for file in self.reports:
            if file.suffix.lower() == ".sarif":
                text = sarif.render_sarif(found, self.request.data, code)
            else:
                text = report.render_html([self._shown(*pair) for pair in compared])
            self._write(file, text)
        return [outcome for outcome, _ in compared]

    def headline(self, build: Build) -> str:
        """What to tell of a build that passed."""
        extractors = ", ".join(build.report.readers)
        return f"{', '.join(build.files.values())}: verified with {extractors}: no word, link or font missing"

    def _write(self, file: Path, text: str) -> None:
        content = text.encode("utf-8", "replace")
        if file.parent == self.request.output:
            output.built(file, content)
        else:
            output.write(file, content, hint="choose another file with --report")

    def _shown(self, outcome: Outcome, comparison: Comparison | None) -> report.VariantResult:
        return report.VariantResult(
            variant=outcome.label,
            data=self.request.data,
            diagnostics=tuple(in_order(outcome.diagnostics)),
            artifacts=outcome.artifacts,
            build=outcome.build,
            baseline=comparison,
        )

    def _compared(self, outcome: Outcome) -> tuple[Outcome, Comparison | None]:
        """The outcome with the comparison, which may fail it."""
        made = outcome.artifacts
        if not self.earlier or made is None or not made.pdf:
            return outcome, None
        if outcome.request.letter and "" in self.earlier:  # one file, which is the résumé
            return outcome, None
        name = f"{made.stem}.pdf"
        found = baseline.find(self.earlier, name)
        if found is None:
            return _with(outcome, self._missing(name)), None
        try:
            compared = baseline.compare(*found, made.pdf, pictures=bool(self.reports))
        except ResumeError as error:
            return _with(outcome, *error.diagnostics), None
        lines, more = tuple(baseline.format_comparison(compared)), {"baseline": compared.as_json()}
        outcome = replace(outcome, lines=lines, more=more)
        if self.must_match and not compared.same:
            message = f"the PDF differs from {compared.file}: {baseline.summarize(compared)}"
            hint = "if that is intended, keep the new PDF as the baseline"
            outcome = _with(outcome, Diagnostic(Severity.ERROR, "baseline-differs", message, hint=hint))
        return outcome, compared

    def _judged(self, outcome: Outcome) -> Outcome:
        """The outcome in which what shall fail it is an error."""

        def judged(one: Diagnostic) -> Diagnostic:
            fails = (self.strict and one.severity is Severity.WARNING) or one.code in self.fail_on
            return replace(one, severity=Severity.ERROR) if fails else one

        if not (self.strict or self.fail_on):
            return outcome
        build = outcome.build
        if build is not None:
            build = replace(build, diagnostics=tuple(map(judged, build.diagnostics)))
        return replace(outcome, build=build, diagnostics=tuple(map(judged, outcome.diagnostics)))

    def _missing(self, name: str) -> Diagnostic:
        severity = Severity.ERROR if self.must_match else Severity.WARNING
        message = f"no earlier PDF named {name!r} to compare with"
        hint = "a new variant has none until it has been built once"
        return Diagnostic(severity, "no-baseline", message, self.request.data, hint=hint)


def _with(outcome: Outcome, *more: Diagnostic) -> Outcome:
    """An outcome with more diagnostics."""
    build = outcome.build
    if build is not None:
        build = replace(build, diagnostics=(*build.diagnostics, *more))
    return replace(outcome, build=build, diagnostics=(*outcome.diagnostics, *more))


def prepare(
    request: Request,
    *,
    every: bool,
    reports: Sequence[str] = (),
    annotations: str = "auto",
    against: str = "",
    must_match: bool = False,
    strict: bool = False,
    fail_on: tuple[str, ...] = (),
    say: Callable[[str], None] = print,
    exit_code: Callable[[Iterable[Diagnostic]], int] = lambda _: 0,
) -> Check:
    """Check the flags, before anything is built, and read the earlier PDFs.

    Raises `ResumeError` for flags that are wrong.
    """
    for name in reports:
        if Path(name).suffix.lower() not in (".html", ".htm", ".sarif"):
            hint = "the name must end in .html or .sarif"
            raise _usage("unknown-report", f"cannot write a report to {name!r}", hint)
    if annotations not in ANNOTATIONS:
        hint = nearest(annotations, ANNOTATIONS) or f"choose from {', '.join(ANNOTATIONS)}"
        raise _usage("wrong-flags", f"invalid value {annotations!r} for '--annotations'", hint)
    if must_match and not against:
        raise _usage("wrong-flags", "--baseline-must-match requires --baseline", "name the earlier PDF")
    suppressions.refuse_unknown(fail_on)
    if both := sorted({*fail_on} & {*request.off}):
        hint = "--off hides findings, --fail-on makes errors of them"
        raise _usage("wrong-flags", f"{both[0]!r} is in both --off and --fail-on", hint)
    annotate = annotations == "github" or (annotations == "auto" and os.environ.get(ACTIONS) == "true")
    earlier = baseline.load(Path(against), every=every) if against else {}
    return Check(
        request, tuple(map(Path, reports)), annotate, earlier, must_match, strict, fail_on, say, exit_code
    )


def _usage(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint))
