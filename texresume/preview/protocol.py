"""HTTP/1.1 by uvicorn, with what it lacks: a limit for clients that never come to the point, and for how many
of them may wait.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10.0
"""Seconds in which the headers of a request must have come."""
MOST = 128
"""Connections that are open at once; one more is closed at once."""


class Protocol(H11Protocol):
    """A connection that is closed if no request comes in time."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait, unless there are too many already."""
        if len(self.connections) >= MOST:
            transport.abort()
            self.transport = transport
            return
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once there is a request; a part of one does not count."""
        if self.flow is None:  # refused
            return
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._overdue is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._stop_waiting()
        if self.flow is not None:
            super().connection_lost(exc)

    def _wait(self) -> None:
        self._overdue = self.loop.call_later(PATIENCE, self._give_up)

    def _stop_waiting(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None

    def _give_up(self) -> None:
        self._overdue = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
