"""Signals that end a command after it has cleaned up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows lacks the last one


class Signals:
    """Within the context, each of these signals raises `KeyboardInterrupt`; `number` is the one that came.

    An ignored signal stays ignored, so that `nohup` works. Forked processes, such as those of a pool, leave
    it to their parent to end them, since the terminal sends Ctrl-C to all of them.
    """

    def __init__(self) -> None:
        self.number = 0
        self._held = False
        self._owner = os.getpid()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                try:
                    self._before[number] = signal.signal(number, self._came)
                except ValueError:  # not the main thread, which gets no signals
                    break
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """The block is not interrupted; a signal raises after it."""
        self._held, before, outer = True, self.number, self._held
        try:
            yield
        finally:
            self._held = outer
        if self.number != before and not outer:
            raise KeyboardInterrupt

    def _came(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._owner:
            if number == signal.SIGTERM:
                os._exit(128 + number)
            return
        self.number = number
        if not self._held:
            raise KeyboardInterrupt
