"""A résumé and the letter that goes with it: one attempt at both, and both in one PDF."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import file_names, output
from .outcome import Build, Outcome
from .run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

MERGED = "merged"
"""The key of a letter's files under which the PDF is listed that holds both."""


def with_letter(resume: Outcome, run: Run, attempt: Callable[[Run], Outcome]) -> Outcome:
    """The outcome of a résumé with that of its letter, if the variant has one. If it was asked for, both are
    written as one PDF, too.
    """
    request = run.request
    if not run.has_letter:
        nothing = run.content is not None and request.merge and not request.letter
        return _without_letter(resume, run) if nothing else resume
    letter_run = Run(request.for_letter())
    letter = attempt(letter_run)
    known = {one for one in resume.diagnostics if one.severity is not Severity.ERROR}
    letter = _with(letter, tuple(one for one in letter.diagnostics if one not in known))
    if request.merge and resume.build and letter.build:
        try:
            letter = replace(letter, build=_merged(letter.build, letter_run, run))
        except ResumeError as error:
            letter = replace(letter, build=None, diagnostics=(*letter.diagnostics, *error.diagnostics))
    return replace(resume, letter=letter)


def _with(outcome: Outcome, diagnostics: tuple[Diagnostic, ...]) -> Outcome:
    build = replace(outcome.build, diagnostics=diagnostics) if outcome.build else None
    return replace(outcome, build=build, diagnostics=diagnostics)


def _without_letter(resume: Outcome, run: Run) -> Outcome:
    """A warning where there is nothing to merge with."""
    variant = run.content.variant if run.content else None
    if variant is None:
        return resume
    message = f"nothing to merge: the variant {variant.name!r} has no letter"
    warning = variant.diagnostic("no-letter", message, (), severity=Severity.WARNING)
    return _with(resume, (*resume.diagnostics, warning))


def _merged(build: Build, letter: Run, resume: Run) -> Build:
    """The build of a letter that also wrote letter and résumé in one PDF.

    Raises `ResumeError` where that PDF lacks something that one of them has.
    """
    from texresume.document.letter import title_of_both
    from texresume.pdf import merging
    from texresume.text import locale

    (_, _, above), (content, design, below) = letter.typeset(), resume.typeset()
    assert content.variant is not None  # noqa: S101 - whose letter it is
    assert content.variant.letter is not None  # noqa: S101 - the same
    said = above.document.metadata
    words = locale.find(said.language)
    title = title_of_both(above.document, below.document, content.variant.letter, words)
    both = above.typeset.pdf, below.typeset.pdf
    pdf = merging.merge(*both, said.title, title=title, subject=said.subject)
    name = file_names.of(resume, content, design.template.name, file_names.BOTH)
    saved = output.save_beside(letter.request.output / f"{name}.pdf", MERGED, pdf)
    return replace(build, files={**build.files, **saved.files}, digests={**build.digests, **saved.digests})
