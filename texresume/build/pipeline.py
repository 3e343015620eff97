"""One build, from the data to the PDF, as a row of named stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ResumeError
from texresume.exchange import registry
from texresume.tex import engine

from . import design, draft, output, reading
from .outcome import Build as Build  # noqa: PLC0414 - the result of `build`
from .request import Request as Request  # noqa: PLC0414 - what `build` takes
from .run import BuildFailed, Run
from .verdict import pass_verdict

if TYPE_CHECKING:
    from texresume.data.source import Source
    from texresume.document.model import Document
    from texresume.pdf.problems import Report

    from .draft import Typesetter

    Inspector = Callable[[Run], Report]


def inspect_pdf(run: Run) -> Report:
    """Read the PDF back and compare it with what was printed; what is wrong goes to the run's log."""
    from . import findings  # imported while TeX ran

    return findings.inspect(run)


def build(
    request: Request, *, typeset: Typesetter = engine.typeset, inspect: Inspector = inspect_pdf
) -> Build:
    """Build one PDF. `typeset` makes it from a source, `inspect` says what is wrong with it.

    Raises `ResumeError`. An existing file is replaced only by a build that passed; what a failed one leaves
    (`*.failed.tex`, its log, the PDF that did not pass) lies beside it.
    """
    return build_in(Run(request), typeset=typeset, inspect=inspect)


def build_in(run: Run, *, typeset: Typesetter = engine.typeset, inspect: Inspector = inspect_pdf) -> Build:
    """The stages of a build, in a run that shows afterwards how far it came."""
    with failures_kept(run):
        run.content = reading.read_content(run)  # the data, the variant, the locale
        run.design = design.choose(run, run.content)  # template, options, photo, engine, fonts
        run.draft = draft.fit_to_pages(run, run.design, typeset)  # render, typeset, drop highlights
        before = tuple(run.log.found)
        run.report = inspect(run)  # what a machine reads in the PDF
        if run.report.misread:  # what is set in another way
            from . import mending

            mending.mend(run, typeset, inspect, before)
        run.exports = _export(run)  # other formats than PDF, read back as well
        pass_verdict(run)
        run.passed = True
        saved = _write(run)
    return Build.of(run, saved)


def _export(run: Run) -> Mapping[str, bytes]:
    if not any(name in registry.FORMATS for name in run.request.formats):
        return {}
    from . import exports

    return exports.make(run)


@contextmanager
def failures_kept(run: Run) -> Iterator[None]:
    """Add errors to the warnings so far, and keep the source, the log and the PDF of a build that fails."""
    try:
        yield
    except ResumeError as error:
        run.log.add(error.diagnostics)
        if not run.passed:
            _keep_failure(run)
        raise BuildFailed(run) from None


def _keep_failure(run: Run) -> None:
    if run.design is None or run.rendered is None or (run.draft is None and run.tex_log is None):
        return
    pdf = run.draft.typeset.pdf if run.draft else b""
    folder, source = run.request.output, run.rendered.source
    found = output.keep_failure(folder, run.design.stem, source=source, log=run.tex_log or "", pdf=pdf)
    run.log.add(found)
    if found:
        run.log.forget_hints(output.failures(folder / run.design.stem)[1].name)


def _write(run: Run) -> output.Saved:
    _, chosen, made = run.typeset()
    pdf, source = made.typeset.pdf, made.rendered.source
    return output.save(run.request.output, chosen.stem, run.request.formats, pdf, source, run.exports)


def read(data: Path, locale: str = "") -> tuple[Document, Source, tuple[Diagnostic, ...]]:
    """The document of a data file without a variant, where everything in it comes from, and warnings."""
    content = reading.read(reading.master(data), tag=locale)
    return content.document, content.source, content.warnings
