"""The third stage: typesetting, again with fewer highlights where the text must fit and does not."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from texresume import cache
from texresume.diagnostics import ResumeError
from texresume.document.model import Document
from texresume.latex.render import FittingSteps, Rendered, render
from texresume.tex import engine, process
from texresume.text import markdown

from . import fit, output
from .run import Run
from .stages import Design, Draft

_ATTACHED = "resume.json"
"""The name of the data that the PDF carries: that of `attachment`, which only some builds need."""


class Typesetter(Protocol):
    """What makes a PDF of a source: `engine.typeset`, or something in its place."""

    def __call__(
        self,
        source: str,
        files: Sequence[tuple[Path, str]] = (),
        *,
        engine: str = "pdftex",
        trusted: bool = True,
        readable: Sequence[Path] = (),
    ) -> engine.Typeset:
        """Raises `TexFailed` when TeX refuses the source, `ResumeError` when there is no TeX."""
        ...


def fit_to_pages(run: Run, design: Design, typeset: Typesetter, plain: frozenset[str] = frozenset()) -> Draft:
    """Typeset the document; while it does not fit, drop highlights, the least important ones first. Fields of
    the `plain` paths are set plainly: see `mending`.

    Raises `ResumeError` for what TeX refuses.
    """
    process.meanwhile(preload)
    document, ladder = design.document, fit.fitting_steps(design.template, design.options)
    if document.letter is not None:  # it has steps of its own
        ladder = FittingSteps(design.template.pages)
    dropped: tuple[fit.Dropped, ...] = ()
    runs, seconds = 0, 0.0
    attached = b""
    for attempt in range(fit.ATTEMPTS):
        attached = _attached(run, design, document, dropped)
        fonts = design.typesetter.font_selector
        rendered = render(
            document,
            design.template,
            design.options,
            fonts,
            ladder,
            plain=plain,
            untagged=run.request.untagged,
            archive=run.request.archive,
            attached=_ATTACHED if attached else "",
        )
        result = _typeset(run, design, rendered, typeset, attached)
        runs, seconds = runs + result.runs, seconds + result.seconds
        fitted = fit.measured(result.measures, result.items, rendered)
        if fitted is None or not fitted.over or not run.request.drop or attempt == fit.ATTEMPTS - 1:
            break
        document, more, spare = fit.drop_highlights(document, fitted)
        fitted = replace(fitted, spare=spare)
        if not more:
            break
        dropped += more
        ladder = replace(ladder, first=fitted.steps)
    result = replace(result, runs=runs, seconds=seconds)
    return Draft(document, rendered, result, replace(fitted, dropped=dropped) if fitted else None, attached)


def _attached(run: Run, design: Design, document: Document, dropped: Sequence[fit.Dropped]) -> bytes:
    """The data that the PDF is to carry, if any."""
    if not run.request.attach and (run.content is None or "attach" not in run.content.resume.meta):
        return b""
    from . import attachment

    assert run.content is not None  # noqa: S101 - the first stage
    if not attachment.is_wanted(run, run.content):
        return b""
    return attachment.write(run.content, design, document, [one.path for one in dropped])


def _typeset(
    run: Run, design: Design, rendered: Rendered, typeset: Typesetter, attached: bytes
) -> engine.Typeset:
    if not attached:
        return _typeset_with(run, design, rendered, typeset, design.files)
    from . import attachment

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        files = (*design.files, attachment.save(Path(folder), attached))
        return _typeset_with(run, design, rendered, typeset, files)


def _typeset_with(
    run: Run, design: Design, rendered: Rendered, typeset: Typesetter, files: Sequence[tuple[Path, str]]
) -> engine.Typeset:
    run.rendered = rendered
    try:
        return typeset(
            rendered.source,
            files,
            engine=design.typesetter.engine,
            trusted=design.template.trusted,
            readable=design.typesetter.readable(),
        )
    except engine.TexFailed as error:
        from . import findings  # imported while TeX ran, see `preload`

        assert run.content is not None  # noqa: S101 - the stage before the last
        run.tex_log = error.log
        file = output.failures(run.request.output / design.stem)[0]
        raise ResumeError(findings.from_failure(error, rendered, file, run.content.source)) from None


def preload() -> None:
    """Do while TeX runs what comes after it, or can: that time would be spent waiting."""
    from texresume.pdf import extractors

    from . import findings  # noqa: F401 - needed after TeX alone

    extractors.prepare()
    markdown.keep_parsed()
    cache.ourselves()
