"""Building anew on every save: what changed, which builds it concerns, and what comes of them."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from . import batch, dependencies
from texresume.tex import engine
from texresume.tex.preloaded import Pool, available
from .batch import Outcome
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError, Severity, in_order
from .dependencies import Inputs, States
from .request import Request
from .file_events import Sentry
from .signals import Signals

_PATIENCE = 0.25
"""Seconds that a file may be gone or empty while an editor replaces it."""
_A_MOMENT = 0.01
_LONG_AGO = 10.0


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one save, or of the start, which has no `changed` files.

    `noticed` is how many seconds after the save it was seen, as the time of the file says, `None` if that
    cannot be known; `seconds` is what the builds took together; `mended` are the variants that failed before;
    `note` is what is to be said of watching itself.
    """

    time: datetime
    changed: tuple[Path, ...]
    outcomes: tuple[Outcome, ...]
    noticed: float | None
    seconds: float
    mended: frozenset[str] = frozenset()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The line of `--json`."""
        builds = [outcome.build for outcome in self.outcomes if outcome.build]
        found = [
            {**diagnostic.as_json(), "variant": Path(outcome.request.variant).stem or None}
            for outcome in self.outcomes
            for diagnostic in in_order(outcome.diagnostics)
        ]
        return {
            "time": self.time.isoformat(timespec="milliseconds"),
            "changed": [file.as_posix() for file in self.changed],
            "builds": [build.as_json() for build in builds],
            "diagnostics": found,
            "seconds": {
                "noticed": None if self.noticed is None else round(self.noticed, 4),
                "total": round(self.seconds, 4),
                "tex": round(sum(build.seconds_tex for build in builds), 4),
            },
            **({"note": self.note} if self.note else {}),
        }


@dataclass(slots=True)
class _Known:
    """What is known of the builds so far, by variant."""

    inputs: dict[str, Inputs] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


def rounds(request: Request, signals: Signals, *, every: bool = False) -> Generator[Round, None, None]:
    """Build now, and again after every change, until a signal ends it. `every`: each variant that there is,
    and after a change those that it concerns.

    Raises `ResumeError` at the start, for what the command line asks for and nobody can do, and
    `KeyboardInterrupt` at the end. What was started ahead is gone by then.
    """
    sentry, known, pool, home = Sentry(), _Known(), Pool(), Path.cwd()
    states: States = {}
    first = True
    troubled = False
    try:
        while True:
            _go_home(home)
            requests, refused = _requests(request, every, first)
            watched = _all_inputs(request, requests, known, every)
            now: States = watched.states()
            changed = dependencies.changed(states, now)
            if not first and not changed:
                sentry.wait(watched.roots())
                if sentry.trouble and not troubled:
                    note = f"the system tells no changes ({sentry.trouble}): files are looked at now and then"
                    yield Round(datetime.now(), (), (), None, 0.0, note=note)
                troubled = bool(sentry.trouble)
                continue
            if not first and _passing(states, now, changed):
                now = _settled(watched, states, changed)
                changed = dependencies.changed(states, now)
                if not changed:
                    continue
                requests, refused = _requests(request, every, first)
            due = [one for one in requests if first or _concerns(one, changed, known)]
            seen = time.time()
            if due or refused:
                done = _round(due, refused, changed if not first else (), now, pool, known, seen, signals)
                if first and not every and (status := done.outcomes[0].status) is ExitStatus.USAGE:
                    raise ResumeError(done.outcomes[0].diagnostics, status)
                yield done
            first = False
            with signals.held():
                pool.prepare()
            for one in due:
                known.inputs[one.variant] = dependencies.of(one, known.inputs.get(one.variant))
            states = _since(now, _all_inputs(request, requests, known, every), seen)
    finally:
        with signals.held():
            pool.close()


def _go_home(home: Path) -> None:
    """A folder that was deleted and made again is another one, which paths that start at it must find."""
    with suppress(OSError):
        if home.is_dir() and not (Path().exists() and home.samefile(Path())):
            os.chdir(home)


def _requests(request: Request, every: bool, first: bool) -> tuple[list[Request], list[Outcome]]:
    """What is to be built, and refusals of what is not tried. Raises `ResumeError` at the start only."""
    if not every:
        return [request], []
    try:
        refused = [batch.refusal(request, fault) for fault in batch.same_names_of(request)]
        return batch.for_all_variants(request), refused
    except (ResumeError, OSError) as error:
        if first:
            raise
        found = error.diagnostics if isinstance(error, ResumeError) else (_stopped(error),)
        return [], [Outcome(request, None, found, ExitStatus.USAGE)]


def _all_inputs(request: Request, requests: Sequence[Request], known: _Known, every: bool) -> Inputs:
    for gone in known.inputs.keys() - {one.variant for one in requests}:
        del known.inputs[gone]
        known.failed.discard(gone)
    for one in requests:
        if one.variant not in known.inputs:
            known.inputs[one.variant] = dependencies.of(one)
    more = [dependencies.variants(request.data)] if every else []
    return dependencies.union([*known.inputs.values(), *more])


def _passing(before: States, now: States, changed: Sequence[Path]) -> bool:
    """Whether a file that was there is gone or empty, as it may be while it is replaced."""
    return any(before.get(file) and not (now.get(file) or (0, 0))[1] for file in changed)


def _settled(watched: Inputs, before: States, changed: Sequence[Path]) -> States:
    """The states when each file is back, or has been waited for long enough."""
    until = time.monotonic() + _PATIENCE
    while True:
        time.sleep(_A_MOMENT)
        now = watched.states()
        if time.monotonic() > until or not _passing(before, now, changed):
            return now


def _concerns(request: Request, changed: Sequence[Path], known: _Known) -> bool:
    depends = known.inputs.get(request.variant)
    return depends is None or depends.hold(changed)


def _round(
    due: Sequence[Request],
    refused: Sequence[Outcome],
    changed: Sequence[Path],
    now: States,
    pool: Pool,
    known: _Known,
    seen: float,
    signals: Signals,
) -> Round:
    started = time.perf_counter()
    outcomes = (*refused, *_outcomes(due, pool, signals))
    seconds = time.perf_counter() - started
    good = {one.request.variant for one in outcomes if one.build is not None}
    mended = frozenset(good & known.failed)
    known.failed = (known.failed - good) | {one.request.variant for one in outcomes if one.build is None}
    times = [state[0] / 1e9 for file in changed if (state := now.get(file))]
    since = seen - max(times) if times else -1.0
    return Round(
        datetime.fromtimestamp(seen),
        tuple(changed),
        outcomes,
        since if 0 <= since < _LONG_AGO else None,
        seconds,
        mended,
    )


def _outcomes(due: Sequence[Request], pool: Pool, signals: Signals) -> list[Outcome]:
    """Builds that fail for the world's sake fail as well: a folder that is removed while it is read."""
    if len(due) > 1:
        return _side_by_side(due, signals)
    token = engine.SHORTCUT.set(pool.shortcut) if available() else None
    try:
        return [batch.attempt(one) for one in due]
    except OSError as error:
        return [Outcome(one, None, (_stopped(error),), ExitStatus.DATA) for one in due]
    finally:
        if token is not None:
            engine.SHORTCUT.reset(token)


def _side_by_side(due: Sequence[Request], signals: Signals) -> list[Outcome]:
    return sorted(batch.build_all(due, signals=signals), key=lambda one: one.request.variant)


def _stopped(error: OSError) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "build-stopped", f"the build cannot go on: {error}")


def _since(now: States, watched: Inputs, seen: float) -> States:
    """The states that were built. A file that was not known before the build and was written during it
    counts as changed.
    """
    later: Mapping[Path, Any] = watched.states()
    states = {}
    for file, state in later.items():
        if file in now:
            states[file] = now[file]
        elif state is not None and state[0] / 1e9 < seen:
            states[file] = state
    return states
