"""What `check` does after the builds: comparing with earlier PDFs, writing reports, printing annotations."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from texresume.build import output
from texresume.build.batch import Outcome
from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, in_order, nearest

from . import baseline, report, sarif

ANNOTATIONS = ("auto", "github", "none")
ACTIONS = "GITHUB_ACTIONS"
"""GitHub Actions sets it to `true`: then annotations are printed without being asked for."""


@dataclass(frozen=True, slots=True)
class Check:
    """What is wanted beside the build: an instance is called with what came of all builds.

    `earlier` are PDFs to compare with, by the names of their files; `say` prints a line for GitHub.
    """

    request: Request
    reports: tuple[Path, ...] = ()
    annotations: bool = False
    earlier: Mapping[str, tuple[Path, bytes]] = field(default_factory=dict)
    must_match: bool = False
    say: Callable[[str], None] = print

    def __call__(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Compare, write and print; returns the outcomes with what the comparison adds to them.

        Raises `ResumeError` where a report cannot be written.
        """
        judged = [self._compared(outcome) for outcome in outcomes]
        found = {_variant(outcome): in_order(outcome.diagnostics) for outcome in judged}
        if self.annotations:
            for variant, diagnostics in found.items():
                for diagnostic in diagnostics:
                    self.say(sarif.render_annotation(diagnostic, variant))
        status = max((outcome.status for outcome in judged), default=ExitStatus.OK)
        for file in self.reports:
            if file.suffix.lower() == ".sarif":
                text = sarif.render_sarif(found, self.request.data, status)
            else:
                text = report.render_html([self._shown(outcome) for outcome in judged])
            self._write(file, text)
        return judged

    def _write(self, file: Path, text: str) -> None:
        content = text.encode("utf-8", "replace")
        if file.parent == self.request.output:
            output.built(file, content)
        else:
            output.write(file, content, hint="choose another file with --report")

    def _shown(self, outcome: Outcome) -> report.VariantResult:
        return report.VariantResult(
            variant=_variant(outcome),
            data=self.request.data,
            diagnostics=tuple(in_order(outcome.diagnostics)),
            status=outcome.status,
            evidence=outcome.evidence,
            build=outcome.build,
            baseline=outcome.baseline,
        )

    def _compared(self, outcome: Outcome) -> Outcome:
        """The outcome with the comparison, which may fail it."""
        evidence = outcome.evidence
        if not self.earlier or evidence is None or not evidence.pdf:
            return outcome
        name = f"{output.stem(evidence.name, evidence.variant, evidence.template)}.pdf"
        found = baseline.find(self.earlier, name)
        if found is None:
            return _with(outcome, self._missing(name))
        try:
            compared = baseline.compare(*found, evidence.pdf, pictures=bool(self.reports))
        except ResumeError as error:
            return _with(outcome, *error.diagnostics, status=error.status)
        outcome = replace(outcome, baseline=compared)
        if outcome.build is not None:
            outcome = replace(outcome, build=replace(outcome.build, baseline=compared))
        if self.must_match and not compared.same:
            message = f"the PDF differs from {compared.file}: {baseline.summarize(compared)}"
            hint = "if the change is intended, keep the new PDF as the baseline"
            fault = Diagnostic(Severity.ERROR, "baseline-differs", message, hint=hint)
            return _with(outcome, fault, status=ExitStatus.INSPECTION)
        return outcome

    def _missing(self, name: str) -> Diagnostic:
        severity = Severity.ERROR if self.must_match else Severity.WARNING
        message = f"no earlier PDF named {name!r} to compare with"
        return Diagnostic(
            severity, "no-baseline", message, hint="ignore this for a new variant, or name another --baseline"
        )


def _with(outcome: Outcome, *more: Diagnostic, status: ExitStatus | None = None) -> Outcome:
    """More findings; an error among them fails the outcome."""
    if status is None:
        failed = any(diagnostic.severity is Severity.ERROR for diagnostic in more)
        status = ExitStatus.INSPECTION if failed else outcome.status
    diagnostics = (*outcome.diagnostics, *more)
    build = outcome.build
    if build is not None:
        build = replace(build, diagnostics=(*build.diagnostics, *more))
    return replace(
        outcome,
        build=build,
        diagnostics=diagnostics,
        status=max(status, outcome.status),
    )


def _variant(outcome: Outcome) -> str:
    return Path(outcome.request.variant).stem if outcome.request.variant else ""


def prepare(
    request: Request,
    *,
    every: bool,
    reports: Sequence[str] = (),
    annotations: str = "auto",
    against: str = "",
    must_match: bool = False,
    say: Callable[[str], None] = print,
) -> Check:
    """Everything that can be wrong with the flags, before anything is built; reads the earlier PDFs.

    Raises `ResumeError` with status 2.
    """
    for name in reports:
        if Path(name).suffix.lower() not in (".html", ".htm", ".sarif"):
            hint = "use a file name that ends with .html or .sarif"
            raise _usage("unknown-report", f"unknown kind of report: {name!r}", hint)
    if annotations not in ANNOTATIONS:
        hint = nearest(annotations, ANNOTATIONS) or f"use one of {', '.join(ANNOTATIONS)}"
        raise _usage("wrong-flags", f"invalid value {annotations!r} for --annotations", hint)
    if must_match and not against:
        raise _usage("wrong-flags", "--baseline-must-match requires --baseline", "add --baseline FILE")
    wanted = annotations == "github" or (annotations == "auto" and os.environ.get(ACTIONS) == "true")
    earlier = baseline.load(Path(against), every=every) if against else {}
    return Check(request, tuple(map(Path, reports)), wanted, earlier, must_match, say)


def _usage(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint), ExitStatus.USAGE)
