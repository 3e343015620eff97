"""Builds on every save and every choice, and puts up what is to be seen: the loop of `preview`."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from texresume import cache
from texresume.build import batch, pipeline
from texresume.build.dependencies import Dependencies
from texresume.build.outcome import count
from texresume.build.request import Request
from texresume.build.watch import Change, Round, Watcher
from texresume.diagnostics import ResumeError
from texresume.variants import letters, variant

from . import choices, project_files
from .painting import sizes
from .state import Left, Shown

if TYPE_CHECKING:
    from texresume.build.run import Run
    from texresume.build.signals import Signals
    from texresume.pdf.problems import Report

    from .board import Board
    from .painting import Pictures
    from .project_files import ProjectFile

T = TypeVar("T")


class Session:
    """One preview. `rounds` is its loop, for the thread that gets the signals; `submit` may be called from
    any other.
    """

    def __init__(self, request: Request, board: Board, pictures: Pictures, *, trust: bool = False) -> None:
        self.request = request
        self._board, self._pictures, self._trust = board, pictures, trust
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._woken = threading.Event()
        self._revision = int(time.time() * 1000)  # a browser may keep pictures of an earlier preview
        self._letter = False
        self._has_letter = False
        self._failed: dict[bool, bool] = {}
        self._runs: dict[bool, Run] = {}
        self._tried: dict[bool, Shown] = {}
        self._good: dict[bool, Shown] = {}
        self._read: frozenset[Any] = frozenset()
        self._listed: tuple[object, tuple[ProjectFile, ...]] = None, ()

    # -- the loop

    def rounds(self, signals: Signals) -> Generator[Round, None, None]:
        """Build now, and again after every change, until a signal ends it with `KeyboardInterrupt`."""
        attempt = partial(batch.attempt, inspect=self._inspect, keep=self._keep)
        folders = {variant.folder_of(self.request.data), letters.folder_of(self.request.data)}
        also = Dependencies(folders=folders)
        with Watcher(
            self.request, signals, every=False, attempt=attempt, also=also, woken=self._woken
        ) as watcher:
            change: Change | None = watcher.start()
            while True:
                if change is not None:
                    requests = watcher.affected(change)
                    if requests or watcher.refused:
                        self._begin()
                        done = watcher.rebuild(change, requests)
                        self._finish(done)
                        yield done
                    else:
                        self._refresh()
                    watcher.settle(change)
                elif note := watcher.note():
                    yield Round(datetime.now(), (), (), None, 0.0, note=note)
                change = self._obeyed(watcher) or watcher.wait()

    def submit(self, command: Callable[[], T]) -> Future[T]:
        """Let the loop run a command between two builds; the future has what it returned or raised."""
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(command())
            except (ResumeError, OSError) as error:
                future.set_exception(error)

        self._commands.put(run)
        self._woken.set()
        return future

    def _obeyed(self, watcher: Watcher) -> Change | None:
        """Run the commands that came; what is to be built then, if they chose another request."""
        self._woken.clear()
        before, letter = self.request, self._letter
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                break
            command()
        if self.request != before:
            return watcher.choose(self.request)
        if self._letter != letter:
            self._refresh()
        return None

    # -- commands

    def choose(self, wanted: Mapping[str, str], options: Mapping[str, str] | None) -> None:
        """Choose what is given; see `choices.choose`. Raises `ResumeError`."""
        request = choices.choose(self.request, wanted, options, trust=self._trust)
        if "document" in wanted:
            self._letter = wanted["document"] == choices.LETTER
        if request.variant != self.request.variant:
            self._letter = self._letter and "document" in wanted
        self.request = request

    def keep(self) -> None:
        """Write what was chosen into the variant; see `keeping.keep`. Raises `ResumeError`."""
        from . import keeping

        self.request = keeping.keep(self.request, self._board.state.files)

    def asked(self) -> Request:
        """The request for what is to be seen now: that of the résumé, or of the letter."""
        letter = self._letter and self._has_letter
        return replace(self.request, letter=letter, merge=False)

    # -- one build

    def _begin(self) -> None:
        self._runs, self._tried = {}, {}
        self._board.publish(busy=True)

    def _inspect(self, run: Run) -> Report:
        """Show what was typeset, and then prove it."""
        shown = self._shown(run)
        letter = run.request.letter
        self._tried[letter] = shown
        self._pictures.add(shown.revision, shown.pdf, len(shown.pages))
        if letter == self._letter and shown.pages:
            self._board.publish(shown=shown)
        return pipeline.inspect_pdf(run)

    def _keep(self, run: Run) -> None:
        """Show what has passed as proved; a letter may follow."""
        letter = run.request.letter
        self._runs[letter] = run
        tried = self._tried.get(letter)
        if not run.passed or tried is None:
            return
        headline, seconds = _headline(run), run.seconds()
        self._good[letter] = replace(tried, proved=True, headline=headline, seconds=seconds)
        if letter == self._letter:
            self._board.publish(shown=self._good[letter], failed=False)

    def _finish(self, done: Round) -> None:
        """Say what came of it, and show what was good before if that is nothing good."""
        for outcome in done.outcomes:
            self._failed[outcome.request.letter] = outcome.failed
        resume = self._runs.get(False)
        if resume is not None and resume.content is not None:
            self._has_letter = resume.has_letter
            if not self._has_letter:
                self._good.pop(True, None)
        self._read = self._read_files(done)
        self._put_up(tuple(dict.fromkeys(one for outcome in done.outcomes for one in outcome.diagnostics)))

    def _read_files(self, done: Round) -> frozenset[Any]:
        found = {file for one in done.outcomes if one.dependencies for file in one.dependencies.files}
        failed = any(outcome.failed for outcome in done.outcomes)
        return frozenset(found | (self._read if failed else set()))

    def _refresh(self) -> None:
        """Nothing was built, but a file has changed, or another document is to be seen."""
        self._put_up(self._board.state.problems)

    def _put_up(self, problems: tuple[Any, ...]) -> None:
        run = self._runs.get(self._letter) or self._runs.get(False)
        letter = self._letter and self._has_letter
        self._board.publish(
            busy=False,
            failed=self._failed.get(letter, False),
            problems=problems,
            shown=self._good.get(letter),
            files=self._files(),
            choices=choices.of(
                self.request,
                run.design if run else None,
                self._board.state.choices,
                letter=letter,
                has_letter=self._has_letter,
            ),
        )

    def _files(self) -> tuple[ProjectFile, ...]:
        """The files of the project, listed again if there may be others."""
        folders = (variant.folder_of(self.request.data), letters.folder_of(self.request.data))
        key = self.request, self._read, tuple(map(cache.status, folders))
        if key != self._listed[0]:
            self._listed = key, project_files.listed(self.request, self._read)
        return self._listed[1]

    def _shown(self, run: Run) -> Shown:
        content, design, draft = run.typeset()
        self._revision += 1
        return Shown(
            revision=self._revision,
            proved=False,
            pdf=draft.typeset.pdf,
            pages=sizes(draft.typeset.pdf),
            fields=tuple(printed.field for printed in draft.rendered.fields),
            source=content.source,
            name=content.document.metadata.author,
            template=design.template.name,
            stem=design.stem,
            fit=draft.fit,
            left_out=_left_out(run),
        )


def _left_out(run: Run) -> tuple[Left, ...]:
    """The highlights that a run left out, with their texts."""
    if run.draft is None or run.draft.fit is None or run.design is None:
        return ()
    dropped = {one.path for one in run.draft.fit.dropped}
    if not dropped:
        return ()
    entries = (entry for section in run.design.document.sections for entry in section.entries)
    every = (one for entry in entries for one in (entry, *entry.positions))
    texts = {one.path: str(one.text) for entry in every for one in entry.highlights}
    return tuple(Left(one.path, texts.get(one.path, "")) for one in run.draft.fit.dropped)


def _headline(run: Run) -> str:
    """Pages, and how the text was fitted, in a line."""
    fit = run.draft.fit if run.draft else None
    parts = [count(run.report.pages if run.report else 0, "page")]
    if fit is not None and fit.steps > 1:
        parts.append(f"step {fit.step} of {fit.steps}")
    if fit is not None:
        parts.append(f"{fit.fill:.0%} full")
    return ", ".join(parts)
