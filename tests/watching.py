"""What the tests of `watch` share: rounds within this process, and the verb as a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from texresume.build import file_events, watch
from texresume.build.request import Request
from texresume.build.signals import Signals
from texresume.build.watch import Round

from .conftest import ROOT

PATIENCE = 60.0
"""Seconds that anything may take on a machine that has much else to do."""
RESUME = "basics:\n  name: Ada Example\n  label: Zymurgist\n"


class Rounds:
    """`watch.rounds` in a thread, and what it yields."""

    def __init__(self, request: Request, monkeypatch: pytest.MonkeyPatch, *, every: bool = False) -> None:
        self._request, self._every = request, every
        self._done: queue.Queue[Round | BaseException] = queue.Queue()
        self._stop = threading.Event()
        wait = file_events.FileEvents.wait

        def until_stopped(self_: file_events.FileEvents, folders: Any) -> None:
            if self._stop.is_set():
                raise KeyboardInterrupt
            wait(self_, folders)

        monkeypatch.setattr(file_events, "LOOK", 200)
        monkeypatch.setattr(file_events.FileEvents, "wait", until_stopped)
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            for done in watch.rounds(self._request, Signals(), every=self._every):
                self._done.put(done)
        except KeyboardInterrupt:
            pass
        except BaseException as error:  # noqa: BLE001 - said in the test's own thread
            self._done.put(error)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)

    def next(self) -> Round:
        """The next round."""
        done = self._done.get(timeout=PATIENCE)
        if isinstance(done, BaseException):
            raise done
        return done

    def changed(self) -> list[str]:
        """The names of the files that the next round is for."""
        return [file.name for file in self.next().changed]

    def idle(self, seconds: float = 0.7) -> bool:
        """Whether nothing is built for a while."""
        try:
            self._done.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


class Process:
    """`watch --json`, or another verb, as a process: `lines` are what it has printed."""

    def __init__(self, folder: Path, *flags: str, module: str = "texresume", verb: str = "watch") -> None:
        self.room = folder.parent / "temporary"
        self.room.mkdir(exist_ok=True)
        self._errors = (folder.parent / "errors.txt").open("w+", encoding="utf-8")
        self.popen = subprocess.Popen(
            [sys.executable, "-m", module, verb, "--json", *flags],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.room)},
            stdout=subprocess.PIPE,
            stderr=self._errors,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self._lines.put(json.loads(line))

    def next(self) -> dict[str, Any]:
        """The next line of standard output."""
        return self._lines.get(timeout=PATIENCE)

    def codes(self) -> list[str]:
        """The codes of what the next build finds."""
        return [found["code"] for found in self.next()["diagnostics"]]

    def children(self) -> list[int]:
        """The processes that it has started, each of which leads a session of its own."""
        return [pid for pid, _ in self._children()]

    def _children(self) -> list[tuple[int, str]]:
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return [(int(row[0]), row[-1]) for row in rows if int(row[1]) == self.popen.pid]

    def waiting(self) -> int:
        """The process that is started ahead, when there is one."""
        until = time.monotonic() + PATIENCE
        while not (found := [pid for pid, command in self._children() if "ahead.tex" in command]):
            assert time.monotonic() < until, "no process was started ahead"
            time.sleep(0.02)
        return found[0]

    def end(self, number: int = signal.SIGINT) -> int:
        """End it by a signal; its exit status. Ctrl-C goes to all processes of the terminal's group."""
        if number == signal.SIGINT:
            os.killpg(self.popen.pid, number)
        else:
            self.popen.send_signal(number)
        return self.popen.wait(PATIENCE)

    def errors(self) -> str:
        """What it has said on standard error."""
        self._errors.seek(0)
        return self._errors.read()


@contextlib.contextmanager
def process(folder: Path, *flags: str, module: str = "texresume", verb: str = "watch") -> Iterator[Process]:
    """The verb, running; ended when the test is."""
    running = Process(folder, *flags, module=module, verb=verb)
    try:
        yield running
    finally:
        if running.popen.poll() is None:
            running.popen.kill()
            running.popen.wait()


def eventually(what: Callable[[], bool]) -> bool:
    """Whether something becomes true."""
    until = time.monotonic() + PATIENCE
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
    return what()


def ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for being taken notice of."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return not state or state.startswith("Z")
