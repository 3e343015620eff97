"""Processes beside the server: one that draws, one that checks and converts; one thing at a time each."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from texresume.build.processes import start_worker

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")
_TO_END, _TO_CLEAN_UP = 0.3, 2.0
"""Seconds that a process may take for it."""
_SIGNALS = tuple(filter(None, (getattr(signal, name, None) for name in ("SIGINT", "SIGHUP"))))


class Worker:
    """A process that is started when there is something to do, and again if it was killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Future[None] | None = None
        self._closed = False

    def submit(self, job: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Future[T]:
        """Let it do a job, which must be possible to send. Raises `RuntimeError` once it is closed."""
        from concurrent.futures.process import BrokenProcessPool

        with self._lock:
            for _ in range(2):
                if self._closed:
                    raise RuntimeError("closed")
                try:
                    with _held_back():
                        return self._started().submit(job, *arguments, **named)
                except BrokenProcessPool:
                    self._pool = None
        raise RuntimeError("the process cannot be started")

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            # Not forked: this process has threads.
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_start)
            self._ready = self._pool.submit(_begin)
        return self._pool

    def close(self) -> None:
        """End it, whatever it is doing; it cleans up."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((getattr(pool, "_processes", None) or {}).values())
        if self._ready is not None and not self._ready.done():
            for (
                process
            ) in processes:  # which has nothing to clean up yet, and would say that it is interrupted
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with suppress(OSError, ValueError, AssertionError):
                process.join(_TO_END)  # which is at once where it has nothing to do
                for end in (process.terminate, process.kill):
                    if process.is_alive():
                        end()
                        process.join(_TO_CLEAN_UP)


class _held_back:  # noqa: N801 - reads as a statement
    """Within it, Ctrl-C does not reach a process that is being started, which would print a traceback."""

    def __enter__(self) -> None:
        from multiprocessing import resource_tracker

        self._before: Any = None
        if hasattr(signal, "pthread_sigmask"):
            resource_tracker.ensure_running()  # which would let them through again
            self._before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._before)


def _start() -> None:
    """In the new process: Ctrl-C is left to the parent, and being ended cleans up."""
    start_worker()
    for number in _SIGNALS:
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _ended)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _begin() -> None:
    """The first job: once it is done, the process has started."""


def _ended(number: int, _: object) -> None:
    """Clean up on the way out, without a word of what is interrupted."""
    signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    raise SystemExit(128 + number)
