"""The server on 127.0.0.1, in a thread of its own, and all that belongs to a preview: started and ended."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from texresume.build.request import Request
from texresume.build.watch import Round
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.exchange import registry
from texresume.records import dataclass

from .board import Board
from .editors import Editor
from .guard import Guard
from .painting import Pictures, warm_up
from .returning import token_for
from .session import Session
from .state import State
from .workers import Worker

if TYPE_CHECKING:
    from texresume.build.signals import Signals

HOST, PORT = "127.0.0.1", 4711
_NEXT = 20
"""Ports that are tried after the one that is wanted."""
_MOST_PORT = 65_535
CONNECTIONS = 64
"""That are served at once."""
_MOST_HEADERS = 16_384
"""Bytes of a request's headers."""
_KEEP_ALIVE = 5
_TO_START, _TO_END = 10.0, 2.0
"""Seconds that the server may take for it."""
_FORMATS = ("pdf", "tex")


@dataclass(frozen=True, slots=True)
class Settings:
    """The flags of `preview` beside those of a build. `port` 0 is the usual one, or one after it that is
    free; `editor` is a command or an address, see `editors`; `trust` allows templates that cannot be
    confined.
    """

    port: int = 0
    editor: str = ""
    trust: bool = False


class Preview:
    """A running preview. `address` has the token in it; `ticket` is an address that leads there once."""

    def __init__(self, session: Session, guard: Guard, board: Board, port: int, token: str) -> None:
        self._session, self.guard, self.board = session, guard, board
        self.port = port
        self.address = f"http://{HOST}:{port}/{token}/"

    def ticket(self) -> str:
        """An address that opens the page once, and may be known afterwards."""
        return f"http://{HOST}:{self.port}{self.guard.ticket()}"

    @property
    def request(self) -> Request:
        """What is being built."""
        return self._session.request

    def submit(self, command: Callable[[], object]) -> Future[object]:
        """Let the loop of `rounds` run a command: see `Session.submit`."""
        return self._session.submit(command)

    def rounds(self, signals: Signals) -> Generator[Round, None, None]:
        """Build, and again after every change: see `Session.rounds`."""
        return self._session.rounds(signals)


@contextmanager
def running(request: Request, settings: Settings) -> Iterator[Preview]:
    """A preview whose server answers while the block runs. Raises `ResumeError` if it cannot start."""
    require()
    from . import routes

    editor = Editor.of(settings.editor)
    listener = listen(settings.port)
    port = listener.getsockname()[1]
    drawing, helping = Worker(), Worker()
    board = Board(
        State(
            editor=editor.address,
            opens=bool(editor.command),
            formats=(*_FORMATS, *registry.FORMATS),
        )
    )
    pictures = Pictures(drawing)
    session = Session(request, board, pictures, trust=settings.trust)
    token = token_for(request.data, port)
    guard = Guard(routes.Routes(session, board, pictures, helping, editor).application(), token, port)
    drawing.submit(warm_up)
    try:
        with _served(guard, board, listener):
            yield Preview(session, guard, board, port, token)
    finally:
        drawing.close()
        helping.close()


def require() -> None:
    """Raises `ResumeError` where a library is missing."""
    from importlib.util import find_spec

    if missing := [name for name in ("starlette", "uvicorn") if find_spec(name) is None]:
        message = f"not installed, and needed for the preview: {', '.join(missing)}"
        hint = "python -m pip install 'texresume[preview]'"
        raise ResumeError(Diagnostic(Severity.ERROR, "not-installed", message, hint=hint))


def listen(wanted: int) -> socket.socket:
    """A socket on the wanted port, else on one of the next that are free. Raises `ResumeError`."""
    if not 0 <= wanted <= _MOST_PORT:
        message, hint = (
            f"invalid value {wanted} for '--port'",
            f"a number up to {_MOST_PORT}; 0 is the default",
        )
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
    first = wanted or PORT
    for port in [*range(first, min(first + _NEXT, _MOST_PORT) + 1), 0]:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if os.name == "posix":
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((HOST, port))
            made.listen(CONNECTIONS)
        except OSError as error:
            made.close()
            if error.errno in (errno.EADDRINUSE, errno.EACCES) and port:
                continue
            message = f"cannot listen on {HOST}: {error.strerror or error}"
            raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message)) from None
        return made
    raise AssertionError("the system gives a port for 0, or an error")


@contextmanager
def _served(guard: Guard, board: Board, listener: socket.socket) -> Iterator[None]:
    """The server answers in a thread."""
    import uvicorn

    from .protocol import Protocol

    _silence()
    config = uvicorn.Config(
        guard,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=_MOST_HEADERS,
    )
    server = uvicorn.Server(config)
    ready = threading.Event()

    async def serve() -> None:
        board.attach()
        asyncio.get_running_loop().call_soon(ready.set)
        await server.serve(sockets=[listener])

    def body() -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(serve())

    thread = threading.Thread(target=body, name="preview", daemon=True)
    thread.start()
    ready.wait(_TO_START)
    try:
        yield
    finally:
        board.close()
        server.should_exit = server.force_exit = True
        thread.join(_TO_END)
        listener.close()


def _silence() -> None:
    """The server says nothing on its own: what it would say of a request has the token in it."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logger: Any = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        logger.propagate = False
