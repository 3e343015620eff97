"""The verdict on an inspected PDF: whether it may be written, and how to have it all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors, in_order

if TYPE_CHECKING:
    from .run import Run

_WAY_OUT = "'texresume build --no-verify' writes the PDF all the same"


def pass_verdict(run: Run) -> None:
    """Raise `ResumeError` where an error was found. Errors of verification are warnings if the request does
    not want them to count, unless the PDF cannot be opened at all.
    """
    if not has_errors(run.log.found):
        return
    from texresume.pdf.problems import CODES  # imported while TeX ran

    opens = run.report is not None and run.report.pages > 0
    doubted = (
        [one for one in run.log.found if one.severity is Severity.ERROR and one.code in CODES]
        if opens
        else []
    )
    if doubted and run.request.verify:
        _name_way_out(run, doubted)
    elif doubted:
        _demote(run, doubted)
    if has_errors(run.log.found):
        raise ResumeError(run.log.diagnostics)


def _name_way_out(run: Run, doubted: list[Diagnostic]) -> None:
    """Let the hint of the last error end with the way out, if nothing else is in the way."""
    if any(one.severity is Severity.ERROR and one not in doubted for one in run.log.found):
        return
    last = in_order(doubted)[-1]
    hint = f"{last.hint}; {_WAY_OUT}" if last.hint else _WAY_OUT
    run.log.found = [replace(one, hint=hint) if one == last else one for one in run.log.found]


def _demote(run: Run, doubted: list[Diagnostic]) -> None:
    assert run.content is not None  # noqa: S101 - the stage before the last
    run.log.found = [
        replace(one, severity=Severity.WARNING) if one in doubted else one for one in run.log.found
    ]
    count = len(doubted)
    message = (
        f"the PDF did not pass verification ({count} error{'s' * (count > 1)}), and was written all the same"
    )
    hint = "look at it before you send it; without --no-verify it would not have been written"
    source = run.content.source
    run.log.add([source.diagnostic("not-verified", message, None, hint=hint, severity=Severity.WARNING)])
