"""The stage after the inspection: where a text did not come back, the build is tried again in other ways.

Most of what extractors misread is a matter of typography: a kern that one of them takes for a space, a
superscript that stands too high. So the fields in question are set plainly, and where that is not enough for
the build to pass, the other engine is tried. What reads best is kept; a build with nothing amiss is not tried
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from texresume.data.resume import undotted
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

from . import design
from .draft import Typesetter, fit_to_pages

if TYPE_CHECKING:
    from texresume.latex.render import Rendered
    from texresume.pdf.problems import Report

    from .run import Run
    from .stages import Design, Draft

Inspector = Callable[["Run"], "Report"]

_NAMES = {"pdftex": "pdfTeX", "xetex": "XeTeX"}
_OTHER = {"pdftex": "xetex", "xetex": "pdftex"}
_LISTED = 3
"""Most fields that a message names."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A draft with what was found in it. `words` say how it was set otherwise than usual, if it was."""

    design: Design
    draft: Draft
    rendered: Rendered
    report: Report
    found: tuple[Diagnostic, ...]
    words: str = ""

    @property
    def faults(self) -> tuple[int, int]:
        """How many errors and how many misread texts it has: the fewer the better."""
        errors = sum(one.severity is Severity.ERROR for one in self.found)
        report = self.report
        return errors, len(report.lost) + len(report.displaced) + sum(one.plain for one in report.misspaced)

    def restore(self, run: Run) -> None:
        """Make this attempt the result of the run."""
        run.design, run.draft, run.rendered, run.report = self.design, self.draft, self.rendered, self.report
        run.log.found, run.tex_log = list(self.found), None


def mend(run: Run, typeset: Typesetter, inspect: Inspector, before: Sequence[Diagnostic]) -> None:
    """Where texts were misread, try again, and let the run go on with what reads best. `before` is what was
    found before the inspection.
    """
    if run.report is None or not (paths := run.report.misread):
        return
    first = best = _current(run)
    plain = frozenset(paths)
    for engine, fields in _ways(first.design.typesetter.engine, plain):
        if engine and not best.faults[0]:
            break  # it passes as it is
        found = _attempt(run, typeset, inspect, before, engine, fields)
        if found is not None and found.faults < best.faults:
            best = found
        if not any(best.faults):
            break
    best.restore(run)
    if best is not first:
        run.log.add([_message(run, best, paths)])


def _ways(engine: str, plain: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What to try, in this order: the other engine (if any), and the fields to set plainly."""
    yield "", plain
    yield _OTHER[engine], frozenset()
    yield _OTHER[engine], plain


def _current(run: Run, words: str = "") -> _Attempt:
    assert run.report is not None  # noqa: S101 - the inspection came before
    assert run.rendered is not None  # noqa: S101 - and before it, TeX
    _, chosen, made = run.typeset()
    return _Attempt(chosen, made, run.rendered, run.report, tuple(run.log.found), words)


def _attempt(
    run: Run,
    typeset: Typesetter,
    inspect: Inspector,
    before: Sequence[Diagnostic],
    engine: str,
    plain: frozenset[str],
) -> _Attempt | None:
    """Typeset and inspect once more; None where that engine is missing, or cannot set the text."""
    content, chosen, made = run.typeset()
    run.log.found = list(before)
    try:
        run.design = design.choose(run, content, engine) if engine else chosen
        run.draft = fit_to_pages(run, run.design, typeset, plain)
    except ResumeError:
        run.design, run.draft = chosen, made
        return None
    run.draft = _counting_runs_of(made, run.draft)
    run.report = inspect(run)
    how = f"with {_NAMES[run.design.typesetter.engine]}" if engine else ""
    kerns = "without kerning and with lower superscripts" if plain else ""
    result = _current(run, ", ".join(filter(None, (how, kerns))))
    run.design, run.draft = chosen, made
    return result


def _counting_runs_of(before: Draft, draft: Draft) -> Draft:
    """A draft whose runs of TeX and time include those of a draft before it."""
    made, earlier = draft.typeset, before.typeset
    runs, seconds = made.runs + earlier.runs, made.seconds + earlier.seconds
    return replace(draft, typeset=replace(made, runs=runs, seconds=seconds))


def _message(run: Run, best: _Attempt, paths: Sequence[str]) -> Diagnostic:
    """What was set otherwise than usual, and why."""
    source = run.typeset()[0].source
    named = ", ".join(paths[:_LISTED])
    more = f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
    path = undotted(paths[0])
    return source.diagnostic(
        "mended",
        f"set {best.words}, so that programs read it right: {named}{more}",
        source.value(path),
        path=path,
        hint="nothing needs to be done; meta.checks.off: [mended] hides this",
        severity=Severity.NOTE,
    )
