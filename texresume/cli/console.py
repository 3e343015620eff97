"""What the commands share: how they end, how they build one request or many, and what they print of it.

Imports are inside the functions, so that `--help` and a mistyped flag cost nothing.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from texresume.build import stream
from texresume.build.outcome import Outcome, count
from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, format_diagnostics, printable
from texresume.exchange import registry

from . import json_output, lacking, streams
from .status import exit_status as exit_status  # noqa: PLC0414 - verbs use it

if TYPE_CHECKING:
    from texresume.build.signals import Signals
    from texresume.build.watch import Round
    from texresume.check.checking import Check

_SIGNALLED = 128
_NAMES = 3
"""Files that are named when more have changed at once."""


class Exit(Exception):  # noqa: N818 - an exit is no error
    """Ends a command with a status, and a message on standard error if there is one."""

    def __init__(self, message: str = "", code: int = ExitStatus.OK) -> None:
        super().__init__(message)
        self.message = message
        self.code = int(code)


F = TypeVar("F")


def run(body: Callable[[F], None], flags: F) -> None:
    """Run the body of a command. What goes wrong in it becomes diagnostics and an `Exit`, never a traceback.

    Raises `Exit` unless all went well.
    """
    streams.tolerate_any_encoding()
    _heed_interrupts()
    try:
        body(flags)
        sys.stdout.flush()
    except ResumeError as error:
        report(error.diagnostics)
        if getattr(flags, "json", False):
            json_output.print_builds([], error.diagnostics)
        raise Exit(code=exit_status(error.diagnostics)) from None
    except BrokenPipeError:
        streams.discard_output()
    except KeyboardInterrupt:
        raise Exit("interrupted", code=_SIGNALLED + signal.SIGINT) from None
    except (MemoryError, ImportError, RuntimeError, OSError) as error:
        message = lacking.message(error)
        if not message:
            raise
        raise Exit(f"error: {message}", code=ExitStatus.USAGE) from None


def _heed_interrupts() -> None:
    """From now on, Ctrl-C cleans up before it ends the program: see `__main__`."""
    with suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def report(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics on standard error."""
    if diagnostics:
        for line in format_diagnostics(diagnostics).split("\n"):
            streams.say(line, sys.stderr)


def say(text: str, *, json: bool) -> None:
    """Print a line for people: on standard error where standard output is for JSON."""
    streams.say(text, sys.stderr if json else sys.stdout)


def annotate(text: str, *, json: bool) -> None:
    """Print a command to GitHub Actions, in which all that is not ours is encoded."""
    command, rest = text[:2], streams.harmless(text[2:])
    (sys.stderr if json else sys.stdout).write(f"{command}{rest}\n")


def request(
    data: str, template: str, output: str, engine: str, formats: str, options: Sequence[str], **more: Any
) -> Request:
    """The request of a command's flags. Raises `ResumeError` for an option that is not name=value."""
    pairs = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            hint = "--option NAME=VALUE"
            raise ResumeError(
                Diagnostic(Severity.ERROR, "wrong-option", f"invalid option {option!r}", hint=hint)
            )
        pairs[name.strip()] = value
    kinds = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    folder = Path(output)
    ending = folder.suffix.lower().removeprefix(".")
    form = next((name for name, suffix in registry.suffixes() if suffix == ending), "")
    if form and not folder.is_dir():
        if kinds in ((), ("pdf",)):  # a file says what it is
            kinds = (form,)
        if more.get("name"):
            message, hint = "--name and a file as --output cannot be combined", "name a folder with --output"
            raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
        from texresume.build import file_names

        folder, more["name"] = folder.parent, file_names.literally(folder.stem)
    return Request(
        data=Path(data),
        template=template,
        output=folder,
        options=pairs,
        formats=kinds or ("pdf",),
        engine=engine,
        **more,
    )


def make(request: Request, *, every: bool, json: bool, check: Check | None = None) -> None:
    """Build one request, or one for each variant, and print what came of it, with what `check` adds."""
    if every:
        _make_all(request, json=json, check=check)
        return
    if request.merge and not request.variant:
        message, hint = "--merge needs a variant with a letter", "texresume build --variant NAME --merge"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
    outcomes = list(_outcomes([request], check))
    checked = check(outcomes) if check else outcomes
    if len(checked) == 1 and not (checked[0].build or checked[0].up_to_date):
        raise ResumeError(checked[0].diagnostics)
    for outcome in checked:
        _show(outcome, check, json=json)
    if json:
        json_output.print_outcomes(checked, variants=False)
    if code := exit_status(one for outcome in checked for one in outcome.diagnostics):
        raise Exit(code=code)


def _outcomes(
    requests: Sequence[Request], check: Check | None, signals: Signals | None = None
) -> Iterator[Outcome]:
    """The stream of outcomes: `check` builds by a job of its own, and always anew."""
    if check is None:
        return stream.outcomes(requests, signals=signals)
    from texresume.check import checking

    return stream.outcomes(requests, job=checking.job, reuse=False, signals=signals)


def _show(outcome: Outcome, check: Check | None, *, json: bool) -> None:
    """Print a build: diagnostics, a headline, more lines."""
    made = outcome.build or outcome.up_to_date
    report(outcome.diagnostics)
    say(_headline(outcome, check), json=json)
    for line in (*(made.summary().lines if made else ()), *outcome.lines):
        say(f"  {line}", json=json)


def _headline(outcome: Outcome, check: Check | None) -> str:
    if check and outcome.build:
        return check.headline(outcome.build)
    made = outcome.build or outcome.up_to_date
    return made.summary().headline if made else f"{'the letter ' if outcome.request.letter else ''}FAILED"


def _make_all(request: Request, *, json: bool, check: Check | None) -> None:
    from texresume.build import batch

    from . import terminal

    _refuse_both(request)
    requests = batch.for_all_variants(request)
    outcomes = batch.refused(request)
    with (
        ended_well() as ending,
        terminal.progress(len(requests), sys.stderr if json else sys.stdout) as advance,
    ):
        for outcome in _outcomes(requests, check, ending):
            outcomes.append(outcome)
            advance(f"{outcome.variant}: {_headline(outcome, check)}", outcome.request.letter)
    outcomes = batch.clashes(outcomes)
    if check:
        outcomes = check(outcomes)
    for outcome in outcomes:
        for line in outcome.lines:
            say(f"{outcome.label}: {line}", json=json)
    _report_all(outcomes)
    if json:
        json_output.print_outcomes(outcomes)
    if failed := [outcome for outcome in outcomes if outcome.failed]:
        some, every = ({one.variant for one in group} for group in (failed, outcomes))
        streams.say(f"{len(some)} of {len(every)} variants failed", sys.stderr)
        raise Exit(code=max(exit_status(outcome.diagnostics) for outcome in failed))


def _report_all(outcomes: Sequence[Outcome]) -> None:
    """Print diagnostics on standard error: what all variants share once, then the rest of each."""
    found = [dict.fromkeys(outcome.diagnostics) for outcome in outcomes]
    shared = {one for one in found[0] if all(one in other for other in found)} if len(found) > 1 else set()
    groups = {"all variants": tuple(shared)}
    for outcome in outcomes:
        groups[outcome.label] = tuple(one for one in outcome.diagnostics if one not in shared)
    for name, diagnostics in groups.items():
        if diagnostics:
            streams.say("", sys.stderr)
            streams.say(f"{name}:", sys.stderr)
            report(diagnostics)


def _refuse_both(request: Request) -> None:
    if request.variant:
        message, hint = "--all and --variant cannot be combined", "--all builds every variant"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))


def watch(request: Request, *, every: bool, json: bool) -> None:
    """Build after every change, and print what came of it, until a signal ends it."""
    from texresume.build import watch

    if every:
        _refuse_both(request)
    with (
        ended_well() as ending,
        contextlib.closing(watch.rounds(request, ending, every=every)) as rounds,
    ):
        for number, done in enumerate(rounds):
            if number == 0 and not every:
                raise_wrong_flags(done)
            say_round(done, json=json)


def raise_wrong_flags(start: Round) -> None:
    """Raise `ResumeError` for what the command line asks for and no save will make exist."""
    for outcome in start.outcomes:
        if exit_status(outcome.diagnostics) is ExitStatus.USAGE:
            raise ResumeError(outcome.diagnostics)


@contextlib.contextmanager
def ended_well() -> Iterator[Signals]:
    """Signals that end the block after cleaning up, and the exit status that goes with each."""
    from texresume.build import signals

    with signals.Signals() as ending:
        try:
            yield ending
        except KeyboardInterrupt:
            if ending.number in (0, signal.SIGINT):
                raise
            raise Exit("ended", code=_SIGNALLED + ending.number) from None


def say_round(done: Round, *, json: bool) -> None:
    """Print what came of a round."""
    if done.note:
        streams.say(f"note: {done.note}", sys.stderr)
    names = list(dict.fromkeys(printable(file.name) for file in done.changed))
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    what = ", ".join(names[:_NAMES]) + more or "start"
    for outcome in done.outcomes:
        whose = f"{printable(outcome.label)}: " if outcome.variant else ""
        say(f"{done.time:%H:%M:%S}  {what}: {whose}{_result(outcome, done)}", json=json)
        if outcome.build and outcome.build.fit and outcome.build.fit.dropped:
            for line in outcome.build.lines():
                say(f"  {line}", json=json)
        sys.stdout.flush()
        report(outcome.diagnostics)
    if json:
        json_output.write_line(done.as_json())
    sys.stdout.flush()


def _result(outcome: Outcome, done: Round) -> str:
    """What came of one build of a round, in a line."""
    build = outcome.build
    if build is None:
        return "FAILED" + (f" after {1000 * done.seconds:.0f} ms" if len(done.outcomes) == 1 else "")
    times = f"{1000 * build.seconds_total:.0f} ms, {1000 * build.seconds_tex:.0f} of them TeX"
    fixed = "fixed: " if outcome.request.variant in done.fixed else ""
    return f"{fixed}{', '.join(build.files.values())}, {count(build.report.pages, 'page')}, {times}"
