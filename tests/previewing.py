"""What the tests of `preview` share: a preview in threads of this process, and a client for anything."""

from __future__ import annotations

import http.client
import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from texresume.build.request import Request
from texresume.build.signals import Signals
from texresume.build.watch import Round
from texresume.preview import serving
from texresume.preview.serving import Settings

PATIENCE = 60.0


class Answer:
    """What the server has answered."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Ended(BaseException):
    """Ends the loop of a preview in its thread, as Ctrl-C does in the main one."""


class Running:
    """A preview in two threads. `folder` is its project, `port` and `token` are where it is."""

    def __init__(self, request: Request, settings: Settings = Settings(port=0)) -> None:  # noqa: B008 - immutable
        self.rounds: queue.Queue[Round | BaseException] = queue.Queue()
        self._running = serving.running(request, settings)

    def __enter__(self) -> Self:
        self.preview = self._running.__enter__()
        self.base = self.preview.address
        parts = urlsplit(self.base)
        self.port, self.prefix = parts.port or 0, parts.path.rstrip("/")
        self.origin = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._build)
        self._thread.start()
        return self

    def _build(self) -> None:
        try:
            for done in self.preview.rounds(Signals()):
                self.rounds.put(done)
        except Ended:
            pass
        except BaseException as error:  # noqa: BLE001 - said in the test's own thread
            self.rounds.put(error)

    def __exit__(self, *_: object) -> None:
        def end() -> None:
            raise Ended

        self.preview.submit(end)
        self._thread.join(PATIENCE)
        self._running.__exit__(None, None, None)
        assert not self.preview.guard.failures, self.preview.guard.failures

    def next(self) -> Round:
        """The next round."""
        done = self.rounds.get(timeout=PATIENCE)
        if isinstance(done, BaseException):
            raise done
        return done

    # -- requests

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request as the page does. `headers` override its own; those that are empty are left out."""
        own = {"host": f"127.0.0.1:{self.port}"}
        content = None
        if body is not None or method not in ("GET", "HEAD"):
            content = (
                body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
            )
            own |= {
                "origin": self.origin,
                "content-type": "application/json",
                "content-length": str(len(content)),
            }
            own["sec-fetch-site"] = "same-origin"
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, f"{self.prefix}/{path}", skip_host=True, skip_accept_encoding=True)
            for name, value in own.items():
                if value:
                    connection.putheader(name, value)
            connection.endheaders(content)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Read something."""
        return self.ask("GET", path, **headers)

    def state(self) -> Any:
        """The newest state."""
        return self.get("state").json

    def until(self, what: Callable[[Any], bool]) -> Any:
        """The first state of which something is true."""
        end = time.monotonic() + PATIENCE
        while not what(state := self.state()):
            assert time.monotonic() < end, state
            time.sleep(0.01)
        return state

    def settled(self) -> Any:
        """The state when nothing is being built."""
        return self.until(lambda state: not state["busy"])

    def choose(self, **chosen: object) -> Answer:
        """Choose as the page does."""
        return self.ask("POST", "choose", chosen)

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """A connection on which anything may be sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as made:
            yield made

    def raw(self, sent: bytes) -> bytes:
        """What comes back for some bytes, until the server ends the connection."""
        with self.connected() as connection:
            connection.sendall(sent)
            return rest(connection)

    @contextmanager
    def events(self) -> Iterator[Iterator[dict[str, Any]]]:
        """The states that come as events."""
        with self.connected() as connection:
            connection.sendall(
                f"GET {self.prefix}/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode()
            )
            yield _states(connection)


def _states(connection: socket.socket) -> Iterator[dict[str, Any]]:
    with connection.makefile("rb") as stream:
        for line in stream:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


def rest(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


@contextmanager
def running(folder: Path, settings: Settings | None = None, **more: Any) -> Iterator[Running]:
    """A preview of `folder/data/resume.yaml`."""
    request = Request(data=folder / "data" / "resume.yaml", output=folder / "dist", project=folder, **more)
    with Running(request, settings or Settings()) as found:
        yield found
