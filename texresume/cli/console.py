"""What the verbs share: how they end, how they build one request or many, and what they print of it.

Imports stand inside the functions, so that `--list` and a failing flag cost nothing.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke.context import Context
from invoke.exceptions import Exit

from texresume.build import up_to_date
from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, format_diagnostics, printable

from . import json_output

if TYPE_CHECKING:
    from texresume.build.pipeline import Build
    from texresume.build.signals import Signals
    from texresume.build.watch import Round
    from texresume.check.checking import Check

_SIGNALLED = 128
_NAMES = 3
"""Files that are named when more have changed at once."""

_GARBAGE = 50_000
"""Objects after which Python looks for cycles of garbage: builds make few. With its own 700, looking takes
a tenth of the start.
"""


def ends_well(body: Callable[..., None]) -> Callable[..., None]:
    """Print diagnostics where a verb fails, and leave with the status of the contract: never a traceback."""

    @functools.wraps(body)
    def verb(context: Context, *arguments: Any, **flags: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(
                stream, io.TextIOWrapper
            ):  # a terminal that cannot show a letter is no reason to fail
                stream.reconfigure(errors="backslashreplace")
        gc.set_threshold(_GARBAGE)
        _heed_interrupts()
        try:
            body(context, *arguments, **flags)
        except ResumeError as error:
            report(error.diagnostics)
            if flags.get("json"):
                json_output.print_builds([], error.diagnostics)
            raise Exit(code=int(error.status)) from None
        except BrokenPipeError:
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - Python flushes it at the end
            raise Exit(code=int(ExitStatus.OK)) from None
        except KeyboardInterrupt:
            raise Exit("interrupted", code=130) from None
        except OSError as error:  # a full disk, a terminal that is gone: all else has its diagnostic
            raise Exit(f"cannot go on: {error}", code=int(ExitStatus.USAGE)) from None

    return verb


def _heed_interrupts() -> None:
    """From now on, Ctrl-C clears away what has been begun: see `__main__`."""
    with suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def report(diagnostics: Sequence[Diagnostic]) -> None:
    """Say on standard error what was found."""
    if diagnostics:
        sys.stderr.write(format_diagnostics(diagnostics) + "\n")


def say(text: str, *, json: bool) -> None:
    """Say something to people: where standard output is for JSON, on standard error."""
    (sys.stderr if json else sys.stdout).write(f"{text}\n")


def request(
    data: str, template: str, output: str, engine: str, formats: str, options: Sequence[str], **more: Any
) -> Request:
    """The request that a verb's flags make. Raises `ResumeError` for an option that is not name=value."""
    pairs = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            fault = Diagnostic(Severity.ERROR, "wrong-option", f"{option!r} is not name=value")
            raise ResumeError(fault, ExitStatus.USAGE)
        pairs[name.strip()] = value
    wanted = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    return Request(
        data=Path(data),
        template=template,
        output=Path(output),
        options=pairs,
        formats=wanted or ("pdf",),
        engine=engine,
        **more,
    )


def make(
    request: Request, *, every: bool, json: bool, done: Callable[[Build], str], check: Check | None = None
) -> None:
    """Build one request, or one for each variant, and say what came of it: `done` finds the words."""
    if every:
        _make_all(request, json=json, done=done, check=check)
        return
    if check is None and (kept := up_to_date.find(request)) is not None:
        report(kept.diagnostics)
        say(kept.said(), json=json)
        for line in kept.lines:
            say(f"  {line}", json=json)
        if json:
            json_output.print_builds([kept], ())
        return
    from texresume.build import batch

    outcome = batch.attempt(request)
    if check is not None:
        (outcome,) = check([outcome])
    built = outcome.build
    if built is None:
        raise ResumeError(outcome.diagnostics, outcome.status)
    report(built.diagnostics)
    say(done(built), json=json)
    lines = _lines_of(built)
    for line in (*lines, *_compared(built)):
        say(f"  {line}", json=json)
    if json:
        json_output.print_builds([built], ())
    if check is None:
        up_to_date.keep(request, built, lines)
    if outcome.status:
        raise Exit(code=int(outcome.status))


def _lines_of(built: Build) -> list[str]:
    """What else there is to say of a build."""
    from texresume.build import fit

    return fit.said(built.fit) if built.fit else []


def _compared(built: Build) -> list[str]:
    """What `check` found against an earlier PDF."""
    if not built.baseline:
        return []
    from texresume.check import baseline

    return baseline.format_comparison(built.baseline)


def _make_all(request: Request, *, json: bool, done: Callable[[Build], str], check: Check | None) -> None:
    from texresume.build import batch
    from texresume.check import baseline

    from . import terminal

    _refuse_both(request)
    requests = batch.for_all_variants(request)
    outcomes = [batch.refusal(request, fault) for fault in batch.same_names_of(request)]
    digests = up_to_date.Digests()
    changed = []
    with (
        _ended_well() as ending,
        terminal.progress(len(requests), sys.stderr if json else sys.stdout) as advance,
    ):
        for one in requests:
            kept = up_to_date.find(one, digests) if check is None else None
            if kept is None:
                changed.append(one)
                continue
            outcomes.append(batch.Outcome(one, None, kept.diagnostics, kept=kept))
            advance(f"{printable(Path(one.variant).stem)}: {kept.said()}")
        for outcome in batch.build_all(changed, signals=ending):
            outcomes.append(outcome)
            name = printable(Path(outcome.request.variant).stem)
            advance(f"{name}: {done(outcome.build) if outcome.build else 'FAILED'}")
            if outcome.build and check is None:
                up_to_date.keep(outcome.request, outcome.build, _lines_of(outcome.build), digests)
    if check is not None:
        outcomes = check(outcomes)
    for outcome in outcomes:
        for line in baseline.format_comparison(outcome.baseline) if outcome.baseline else ():
            say(f"{Path(outcome.request.variant).stem}: {line}", json=json)
        if outcome.diagnostics:
            sys.stderr.write(f"\n{printable(Path(outcome.request.variant).stem)}:\n")
            report(outcome.diagnostics)
    failed = [outcome for outcome in outcomes if outcome.status]
    if json:
        json_output.print_outcomes(outcomes)
    if failed:
        sys.stderr.write(f"{len(failed)} of {len(outcomes)} variants failed\n")
        raise Exit(code=int(max(outcome.status for outcome in failed)))


def _refuse_both(request: Request) -> None:
    if request.variant:
        fault = Diagnostic(
            Severity.ERROR, "wrong-flags", "--all builds every variant: --variant has no place"
        )
        raise ResumeError(fault, ExitStatus.USAGE)


def watch(request: Request, *, every: bool, json: bool) -> None:
    """Build anew after every change, and say what came of it, until a signal ends it."""
    from texresume.build import watch

    if every:
        _refuse_both(request)
    with (
        _ended_well() as ending,
        contextlib.closing(watch.rounds(request, ending, every=every)) as rounds,
    ):
        for done in rounds:
            _say_round(done, json=json)


@contextlib.contextmanager
def _ended_well() -> Iterator[Signals]:
    """Signals that end what stands in here in good order, and the exit status that goes with each."""
    from texresume.build import signals

    with signals.Signals() as ending:
        try:
            yield ending
        except KeyboardInterrupt:
            if ending.number in (0, signal.SIGINT):
                raise
            raise Exit("ended", code=_SIGNALLED + ending.number) from None


def _say_round(done: Round, *, json: bool) -> None:
    from texresume.build import fit

    if done.note:
        sys.stderr.write(f"note: {printable(done.note)}\n")
    clock = f"{done.time:%H:%M:%S}"
    names = list(dict.fromkeys(printable(file.name) for file in done.changed))
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    what = ", ".join(names[:_NAMES]) + more or "start"
    for outcome in done.outcomes:
        built = outcome.build
        whose = printable(Path(outcome.request.variant).stem)
        head = f"{clock}  {what}: {whose}{': ' if whose else ''}"
        if built is None:
            after = f" after {1000 * done.seconds:.0f} ms" if len(done.outcomes) == 1 else ""
            say(f"{head}FAILED{after}", json=json)
        else:
            pages = f"{built.report.pages} page{'s' if built.report.pages > 1 else ''}"
            times = f"{1000 * built.seconds_total:.0f} ms, {1000 * built.seconds_tex:.0f} of them TeX"
            mended = "mended: " if outcome.request.variant in done.mended else ""
            say(f"{head}{mended}{', '.join(built.files.values())}, {pages}, {times}", json=json)
            for line in fit.said(built.fit) if built.fit and built.fit.dropped else ():
                say(f"  {line}", json=json)
        sys.stdout.flush()
        report(outcome.diagnostics)
    if json:
        json_output.write_line(done.as_json())
    sys.stdout.flush()


def said_of(built: Build) -> str:
    """What was built, in a line."""
    pages = f"{built.report.pages} page{'s' if built.report.pages > 1 else ''}"
    times = f"{built.seconds_total:.2f} s, {built.seconds_tex:.2f} s of it TeX ({built.tex})"
    left = len(built.fit.dropped) if built.fit else 0
    without = f", without {left} highlight{'s' * (left > 1)}" if left else ""
    return f"{', '.join(built.files.values())}: {pages}{without} in {times}"
