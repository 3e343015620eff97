"""The newest state, from the thread that builds to the clients that wait for it."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from typing import Any

from .state import State, as_json


class Board:
    """Holds the newest state. `publish` and `change` may be called from any thread, `next` only from the loop
    of the server.
    """

    def __init__(self, state: State) -> None:
        self._lock = threading.Lock()
        self._state = state
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: asyncio.Event | None = None
        self._closed = False
        self._encoded: tuple[int, bytes] = (-1, b"")

    @property
    def state(self) -> State:
        """The newest state."""
        return self._state

    @property
    def closed(self) -> bool:
        """Whether nothing will come any more."""
        return self._closed

    def attach(self) -> None:
        """From now on, clients wait in the loop that calls this."""
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()

    def publish(self, **changes: Any) -> State:
        """Put up the state with these changes, as the next version."""
        with self._lock:
            self._state = replace(self._state, version=self._state.version + 1, **changes)
            state = self._state
        self._wake()
        return state

    def close(self) -> None:
        """Nothing will come any more: whoever waits goes home."""
        self._closed = True
        self._wake()

    def encoded(self) -> tuple[int, bytes]:
        """The version and the JSON of the newest state, in one line."""
        state = self._state
        if self._encoded[0] != state.version:
            text = json.dumps(as_json(state), ensure_ascii=False, separators=(",", ":"))
            self._encoded = state.version, text.encode("utf-8", "replace")
        return self._encoded

    async def next(self, known: int, seconds: float) -> bool:
        """Wait until there is another version than the known one; false if none has come in time."""
        until = asyncio.get_running_loop().time() + seconds
        while self._state.version == known and not self._closed:
            changed = self._changed
            left = until - asyncio.get_running_loop().time()
            if changed is None or left <= 0:
                return False
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return False
        return not self._closed

    def _wake(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            try:
                loop.call_soon_threadsafe(self._ring)
            except RuntimeError:  # closed since
                return

    def _ring(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        if changed is not None:
            changed.set()
