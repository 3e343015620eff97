"""Building again on every save: what changed, which builds depend on it, and what comes of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from texresume.diagnostics import Diagnostic, ResumeError, Severity, in_order
from texresume.records import dataclass
from texresume.tex.distribution import texmf_folder
from texresume.tex.preloaded import Pool, available
from texresume.variants import variant

from . import batch, dependencies
from .dependencies import Dependencies, States
from .file_events import FileEvents
from .outcome import Outcome
from .request import Request
from .signals import Signals

if TYPE_CHECKING:
    from threading import Event

_STYLES = "tex/latex/texresume"
_PATIENCE = 0.25
"""Seconds that a file may be missing or empty while an editor replaces it."""
_POLL = 0.01
_LONG_AGO = 10.0


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one save, or of the start, which has no `changed` files.

    `noticed` is how many seconds after the save it was seen, by the file's modification time, `None` if that
    is unknown; `seconds` is what all builds took; `fixed` are the variants that had failed before; `note` is
    about watching itself.
    """

    time: datetime
    changed: tuple[Path, ...]
    outcomes: tuple[Outcome, ...]
    noticed: float | None
    seconds: float
    fixed: frozenset[str] = frozenset()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The line of `--json`."""
        builds = [outcome.build for outcome in self.outcomes if outcome.build]
        found = [
            {**diagnostic.as_json(), "variant": outcome.variant or None}
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


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be built: `states` are those of all files when it was seen, `files` those that changed."""

    files: tuple[Path, ...]
    states: States
    seen: float


def rounds(request: Request, signals: Signals, *, every: bool = False) -> Generator[Round, None, None]:
    """Build now, and again after every change, until a signal ends it. `every`: each variant, and after a
    change those that depend on it.

    Raises `ResumeError` at the start where there is nothing to build, and `KeyboardInterrupt` at the end.
    """
    with Watcher(request, signals, every=every) as watcher:
        change: Change | None = watcher.start()
        while change is not None:
            requests = watcher.affected(change)
            if requests or watcher.refused:
                yield watcher.rebuild(change, requests)
            watcher.settle(change)
            while (change := watcher.wait()) is None:
                if note := watcher.note():
                    yield Round(datetime.now(), (), (), None, 0.0, note=note)


class Watcher:
    """What is being watched, and what is known of the builds so far.

    `requests` are the builds, one for each variant with `every`; `refused` are the outcomes of those that are
    not built. `attempt` makes one build, `also` are files to watch that no build depends on, and `woken` ends
    waiting when it is set: see `preview`.
    """

    def __init__(
        self,
        request: Request,
        signals: Signals,
        *,
        every: bool,
        attempt: Callable[..., Outcome] | None = None,
        also: Dependencies | None = None,
        woken: Event | None = None,
    ) -> None:
        self._request, self._signals, self._every = request, signals, every
        self._attempt, self._also = attempt or batch.attempt, also or Dependencies()
        self._home = Path.cwd()
        self._events, self._pool = FileEvents(woken), Pool()
        self._states: States = {}
        self._known: dict[str, Dependencies] = {}
        self._failed: set[str] = set()
        self._troubled = False
        self.requests: list[Request] = []
        self.refused: list[Outcome] = []

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        """End the TeX processes that wait."""
        with self._signals.held():
            self._pool.close()

    def start(self) -> Change:
        """Everything is to be built. Raises `ResumeError` where there is nothing to build."""
        self._list_requests()
        return Change((), self._watched().states(), time.time())

    def choose(self, request: Request) -> Change:
        """Watch another request instead, which is to be built."""
        self._request = request
        self._list_again()
        return Change((), self._watched().states(), time.time())

    def wait(self) -> Change | None:
        """Wait a second at most, or until something happens; `None` if nothing has changed by then."""
        self._go_home()
        change = self._look()
        if change is None:
            self._events.wait(self._watched().roots())
        return change

    def _look(self) -> Change | None:
        self._list_again()
        watched = self._watched()
        states: States = watched.states()
        changed = dependencies.changed(self._states, states)
        if changed and _being_replaced(self._states, states, changed):
            states = self._settled(watched, changed)
            changed = dependencies.changed(self._states, states)
            self._list_again()
        return Change(tuple(changed), states, time.time()) if changed else None

    def note(self) -> str:
        """What is to be told of watching itself, once each time that it begins."""
        trouble, before = self._events.trouble, self._troubled
        self._troubled = bool(trouble)
        return f"no file events ({trouble}): polling instead" if trouble and not before else ""

    def affected(self, change: Change) -> list[Request]:
        """The requests that depend on a changed file, and those that were never built."""
        return [
            one
            for one in self.requests
            if not change.files
            or one.variant not in self._known
            or self._known[one.variant].include(change.files)
        ]

    def rebuild(self, change: Change, requests: Sequence[Request]) -> Round:
        """Build some requests, and note what they depend on now."""
        started = time.perf_counter()
        outcomes = (*self.refused, *self._build(requests))
        seconds = time.perf_counter() - started
        bad = {one.request.variant for one in outcomes if one.failed}
        good = {one.request.variant for one in outcomes} - bad
        fixed = frozenset(good & self._failed)
        self._failed = (self._failed - good) | bad
        for outcome in outcomes:
            self._note_dependencies(outcome)
        times = [state[0] / 1e9 for file in change.files if (state := change.states.get(file))]
        since = change.seen - max(times) if times else -1.0
        noticed = since if 0 <= since < _LONG_AGO else None
        return Round(datetime.fromtimestamp(change.seen), change.files, outcomes, noticed, seconds, fixed)

    def settle(self, change: Change) -> None:
        """Get ready for the next change: start TeX for it, and remember the states that were built."""
        with self._signals.held():
            self._pool.prepare()
        known = {one.variant for one in self.requests}
        for name in self._known.keys() - known:
            del self._known[name]
            self._failed.discard(name)
        self._states = _built(change, self._watched())

    def _note_dependencies(self, outcome: Outcome) -> None:
        """Of a failed build those of the last one count as well: it may have ended before it read them."""
        name, found = outcome.request.variant, outcome.dependencies
        if found is None:
            return
        more = outcome.failed or outcome.request.letter  # which follows its résumé
        before = [self._known[name]] if more and name in self._known else []
        self._known[name] = dependencies.union([found, *before])

    def _build(self, requests: Sequence[Request]) -> list[Outcome]:
        """One build uses the TeX that waits; several are built side by side."""
        if len(requests) > 1:
            outcomes = batch.build_all(requests, signals=self._signals)
            return [
                one for both in sorted(outcomes, key=lambda one: one.request.variant) for one in both.both
            ]
        quick = partial(self._attempt, typeset=self._pool.typeset) if available() else self._attempt
        try:
            return [one for request in requests for one in quick(request).both]
        except OSError as error:  # a folder that is removed while it is read
            return [Outcome(one, None, (_stopped(error),)) for one in requests]

    def _list_requests(self) -> None:
        """Find the variants. Raises `ResumeError` if there are none."""
        if self._every:
            self.refused = batch.refused(self._request)
            self.requests = batch.for_all_variants(self._request)
        else:
            self.requests = [self._request]

    def _list_again(self) -> None:
        """The same after the start, when variants may be gone for a while."""
        try:
            self._list_requests()
        except (ResumeError, OSError) as error:
            found = error.diagnostics if isinstance(error, ResumeError) else (_stopped(error),)
            self.requests, self.refused = [], [Outcome(self._request, None, found)]

    def _watched(self) -> Dependencies:
        """What all builds depend on. Before its first build, a request depends on what it names."""
        watched = [self._known.get(one.variant) or _named(one) for one in self.requests]
        more = Dependencies(folders={texmf_folder() / _STYLES})
        if self._every:
            more.add_folder(variant.folder_of(self._request.data))
        return dependencies.union([*watched, more, self._also])

    def _settled(self, watched: Dependencies, changed: Sequence[Path]) -> States:
        """The states when each file is back, or has been waited for long enough."""
        until = time.monotonic() + _PATIENCE
        while True:
            time.sleep(_POLL)
            now = watched.states()
            if time.monotonic() > until or not _being_replaced(self._states, now, changed):
                return now

    def _go_home(self) -> None:
        """A folder that was deleted and made again is another one, and relative paths must find that."""
        with suppress(OSError):
            if self._home.is_dir() and not (Path().exists() and self._home.samefile(Path())):
                os.chdir(self._home)


def _named(request: Request) -> Dependencies:
    found = Dependencies(files={request.data})
    if request.variant:
        found.would_shadow(Path(request.variant))
    return found


def _being_replaced(before: States, now: States, changed: Sequence[Path]) -> bool:
    """Whether a file that existed is missing or empty, as it may be for a moment."""
    return any(before.get(file) and not (now.get(file) or (0, 0))[1] for file in changed)


def _stopped(error: OSError) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "build-stopped", f"the build cannot go on: {error}")


def _built(change: Change, watched: Dependencies) -> States:
    """The states that were built. A file that the build was the first to read, and that was written during
    it, counts as changed.
    """
    now: Mapping[Path, Any] = watched.states()
    states = {}
    for file, state in now.items():
        if file in change.states:
            states[file] = change.states[file]
        elif state is not None and state[0] / 1e9 < change.seen:
            states[file] = state
    return states
