"""Who may talk to the server, and how: everything is refused here before a route sees it.

Whoever knows the token may; but a page of another site, which can make the browser send requests, must not
find a way in even then, and nobody may exhaust the machine.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 2_000_000
"""Bytes of a request's body."""
_PATH = re.compile(rb"/[A-Za-z0-9_-]{1,64}/[A-Za-z0-9._/-]{0,200}")
_MOST_QUERY = 2_000
_READING = ("GET", "HEAD")
_WRITING = ("PUT", "POST")
_FRIENDS = (b"same-origin", b"none")
_JSON = (b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


def new_token() -> str:
    """What cannot be guessed."""
    return secrets.token_urlsafe(32)


class Guard:
    """The application behind checks. `port` is where it listens; `tickets` are paths that lead to the page
    once, for the command line of a browser, which other users of the machine can read.
    """

    def __init__(self, app: App, token: str, port: int) -> None:
        self._app, self._token = app, token.encode()
        self.hosts = tuple(f"{host}:{port}".encode() for host in ("127.0.0.1", "localhost", "[::1]"))
        self._tickets: set[bytes] = set()
        self.failures: list[BaseException] = []
        """What the application did not catch: mistakes of ours."""

    def ticket(self) -> str:
        """A path that leads to the page, once."""
        made = secrets.token_urlsafe(16)
        self._tickets.add(made.encode())
        return f"/open/{made}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it without a word."""
        if scope["type"] != "http":
            return
        status, headers = self._refusal(scope)
        if status:
            await _refuse(send, status, headers)
            return
        scope["root_path"] = f"/{self._token.decode()}"
        scope["nonce"] = nonce = secrets.token_urlsafe(16)
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*_completed(message.get("headers", ()), nonce)]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - never a traceback; tests look at what there is
            self.failures.append(error)
            del self.failures[:-5]
            if not started:
                await _refuse(send, 500)

    def _refusal(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]]]:
        """The status with which a request is refused, 0 if it is not."""
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        host = headers.get(b"host", [])
        if len(host) != 1 or host[0].lower() not in self.hosts:
            return 403, []
        path, method = scope["raw_path"], scope["method"]
        if path.startswith(b"/open/") and method == "GET":
            return self._redeem(path.removeprefix(b"/open/"))
        if not self._is_known(path) or len(scope["query_string"]) > _MOST_QUERY:
            return 404, []
        if method not in (*_READING, *_WRITING):
            return 405, []
        page = path == b"/" + self._token + b"/"
        if b"upgrade" in headers or _is_foreign(headers, host[0], navigates=page):
            return 403, []
        return _body_refusal(method, headers), []

    def _redeem(self, ticket: bytes) -> tuple[int, list[tuple[bytes, bytes]]]:
        if ticket not in self._tickets:
            return 404, []
        self._tickets.discard(ticket)
        return 303, [(b"location", b"/" + self._token + b"/"), (b"referrer-policy", b"no-referrer")]

    def _is_known(self, path: bytes) -> bool:
        """Whether a path begins with the token, and has nothing in it that could mean another one."""
        first, _, rest = path[1:].partition(b"/")
        same = hmac.compare_digest(first, self._token)
        return same and bool(_PATH.fullmatch(path)) and b"//" not in path and b".." not in rest


def _is_foreign(headers: dict[bytes, list[bytes]], host: bytes, *, navigates: bool) -> bool:
    """Whether another site is behind it, as far as a browser says. Following a link to the page is fine."""
    origins, sites = headers.get(b"origin", []), headers.get(b"sec-fetch-site", [])
    if any(origin.lower() != b"http://" + host.lower() for origin in origins) or len(origins) > 1:
        return True
    link = navigates and headers.get(b"sec-fetch-mode") == [b"navigate"]
    link = link and headers.get(b"sec-fetch-dest") == [b"document"]
    return any(site not in _FRIENDS for site in sites) and not link


def _body_refusal(method: str, headers: dict[bytes, list[bytes]]) -> int:
    lengths, encodings = headers.get(b"content-length", []), headers.get(b"transfer-encoding", [])
    if lengths and encodings:
        return 400
    if method in _READING:
        return 400 if encodings or any(length != b"0" for length in lengths) else 0
    if headers.get(b"sec-fetch-site", [b"same-origin"]) != [b"same-origin"] or not headers.get(b"origin"):
        return 403
    kinds = headers.get(b"content-type", [])
    if len(kinds) != 1 or kinds[0].lower() not in _JSON or b"content-encoding" in headers:
        return 415
    if any(not length.isdigit() or int(length) > MOST_BODY for length in lengths):
        return 413
    return 0


def _completed(headers: Any, nonce: str) -> list[tuple[bytes, bytes]]:
    given = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    names = {name for name, _ in given}
    if b"cache-control" not in names:
        given.append((b"cache-control", b"no-store"))
    policy = _POLICY.replace("{nonce}", nonce).encode()
    return [*given, *_HEADERS, (b"content-security-policy", policy)]


async def _refuse(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """Answer without a word, and end the connection: what else it would send is not read."""
    more = [(b"content-length", b"0"), (b"connection", b"close"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*more, *(headers or [])]})
    await send({"type": "http.response.body", "body": b""})
