"""Who must not get in: refused, nothing is read, nothing is written, and the page works afterwards."""

from __future__ import annotations

import gc
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.previewing import Running, rest
from texresume.preview import bodies, protocol
from texresume.preview.guard import MOST_BODY

HASH = "0" * 64


@pytest.fixture(autouse=True)
def unharmed(shared: Running) -> Iterator[None]:
    """After every attack the files are as they were, nothing of ours has failed, and the page is served."""
    root = shared.preview.request.project
    before = {file: file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}
    state = shared.state()
    yield
    after = {file: file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}
    assert after == before
    shared.until(lambda now: {**now, "version": 0} == {**state, "version": 0})
    assert shared.preview.guard.failures == []


def head(shared: Running, line: str, *headers: str) -> bytes:
    """A request's head with the right host."""
    own = (f"Host: 127.0.0.1:{shared.port}",)
    return "\r\n".join([line, *own, *headers, "", ""]).encode("latin-1")


def status(answer: bytes) -> int:
    """The status of a raw answer, 0 if the connection was closed without one."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize("change", ["", "x", "prefix", "case", "longer", "other"])
def test_a_wrong_token(change: str, shared: Running) -> None:
    """Is refused without a word, also one that begins well."""
    token = shared.prefix[1:]
    wrong = {
        "": "",
        "x": "x",
        "prefix": token[:-1],
        "case": token.swapcase(),
        "longer": token + "A",
        "other": "A" * len(token),
    }[change]
    for path in ("", "state", "files/data", "events"):
        answer = shared.raw(head(shared, f"GET /{wrong}/{path} HTTP/1.1"))
        assert status(answer) == 404
        assert answer.endswith(b"\r\n\r\n")
        assert token.encode() not in answer


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.com",
        "evil.example.com:{port}",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:{port}.example.com",
        "127.0.0.1:{port}@example.com",
        "localhost.:{port}",
        "0.0.0.0:{port}",
        "",
    ],
)
def test_another_host(host: str, shared: Running) -> None:
    """A name of somebody else's that leads here (DNS rebinding) is not ours, whatever the token."""
    name = host.format(port=shared.port)
    answer = shared.raw(f"GET {shared.prefix}/files/data HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
    assert status(answer) in (400, 403)
    assert b"Ada" not in answer


def test_two_hosts_or_none(shared: Running) -> None:
    """Or a host in the request line."""
    own = f"127.0.0.1:{shared.port}"
    for lines in ([f"Host: {own}", "Host: example.com"], [f"Host: {own}", f"Host: {own}"], []):
        answer = shared.raw("\r\n".join([f"GET {shared.prefix}/state HTTP/1.1", *lines, "", ""]).encode())
        assert status(answer) in (400, 403)
    answer = shared.raw(head(shared, f"GET http://example.com{shared.prefix}/state HTTP/1.1"))
    assert status(answer) == 404


@pytest.mark.parametrize("name", ["localhost", "[::1]"])
def test_our_own_names(name: str, shared: Running) -> None:
    """Are let in, and belong to the origin of the same name."""
    host = f"{name}:{shared.port}"
    assert shared.get("state", host=host).status == 200
    assert shared.ask("POST", "open", {"file": ""}, host=host, origin=f"http://{host}").status == 404
    assert shared.ask("POST", "open", {"file": ""}, host=host).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "http://example.com"},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:{port}.example.com"},
        {"origin": "https://127.0.0.1:{port}"},
        {"origin": ""},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
    ],
)
def test_another_site(headers: dict[str, str], shared: Running) -> None:
    """Neither may it write, nor read with a browser's help."""
    given = {name: value.format(port=shared.port) for name, value in headers.items()}
    for method, path, body in (
        ("PUT", "files/data", {"text": "x: y\n", "base": HASH}),
        ("POST", "choose", {"template": "academic"}),
        ("POST", "keep", {}),
    ):
        assert shared.ask(method, path, body, **given).status == 403
    if headers.get("origin") != "" and headers.get("sec_fetch_site") != "none":
        assert shared.get("files/data", **given).status == 403


def test_following_a_link_to_the_page(shared: Running) -> None:
    """Is fine, to anything else it is not, and neither is a frame."""
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    assert shared.get("", **link).status == 200
    assert shared.get("state", **link).status == 403
    assert shared.get("", **{**link, "sec_fetch_dest": "iframe"}).status == 403


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "text/json",
    ],
)
def test_a_form(kind: str, shared: Running) -> None:
    """What a form of another site can send is no JSON."""
    assert shared.ask("POST", "choose", b'{"template": "academic"}', content_type=kind).status == 415
    assert shared.ask("POST", "choose", b"{}", content_encoding="gzip").status == 415


TRAVERSALS = [
    "../../etc/passwd",
    "..",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "..%2f..%2fetc/passwd",
    "..\\..\\windows",
    "..%5c..%5cwindows",
    "%252e%252e%252fetc",
    "%00",
    "data%00.yaml",
    "/etc/passwd",
    "//etc/passwd",
    "./data",
    "....//",
    "%c0%ae%c0%ae/",
    "data.yaml",
    "data/",
]


@pytest.mark.parametrize("route", ["", "page/", "files/", "schemas/", "pictures/", "places/", "downloads/"])
def test_traversal(route: str, shared: Running) -> None:
    """No path of the browser's is ever a path of the disk."""
    for way in TRAVERSALS:
        answer = shared.raw(head(shared, f"GET {shared.prefix}/{route}{way} HTTP/1.1", "Connection: close"))
        assert status(answer) in (400, 404), way
        assert b"root:" not in answer
        assert b"Ada" not in answer


def test_file_ids_are_no_paths(shared: Running) -> None:
    """Neither absolute nor relative ones, neither to read nor to write nor to open."""
    root = shared.preview.request.project
    for wrong in (str(root / "data" / "resume.yaml"), "data/resume.yaml", "tasks.py", "data\x00", "DATA"):
        assert shared.ask("POST", "open", {"file": wrong}).status == 404
    for wrong in ("etc", "resume.yaml", "variant-00000000"):
        assert shared.ask("PUT", f"files/{wrong}", {"text": "x", "base": HASH}).status == 404
    assert shared.ask("PUT", "page/index.html", {"text": "x", "base": HASH}).status == 405
    assert shared.ask("PUT", "schemas/resume", {"text": "x", "base": HASH}).status == 405


@pytest.mark.parametrize(
    "wrong", [{}, {"text": 1, "base": HASH}, {"text": "x"}, {"text": "x", "base": None}, [], 3, "x"]
)
def test_bodies_of_another_shape(wrong: object, shared: Running) -> None:
    """Are refused before anything is done."""
    assert shared.ask("PUT", "files/data", wrong).status == 400


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[" * 900_000,
        b'{"a":' * 300_000,
        b'{"text": "\xff", "base": ""}',
        b'{"template": "\\ud800"}',
        b'{"template": ' + b"9" * 100_000 + b"}",
        b'{"options": {"accent": ["red"]}}',
        b'{"options": {"accent": {}}}',
        b'{"document": "everything"}',
    ],
    ids=lambda text: text[:20].decode("latin-1"),
)
def test_strange_json(text: bytes, shared: Running) -> None:
    """Broken, deep, endless."""
    assert shared.ask("POST", "choose", text).status in (400, 413)


def test_stale_and_invented_hashes(shared: Running) -> None:
    """Nothing is written over what nobody has read."""
    for base in ("", HASH, "x"):
        assert shared.ask("PUT", "files/data", {"text": "x: y\n", "base": base}).status == 409


def test_a_hundred_megabytes(shared: Running) -> None:
    """Announced, they are refused at once; unannounced, when there have been too many. Nothing piles up."""
    assert shared.ask("PUT", "files/data", b"{}", content_length=str(100_000_000)).status == 413
    head_ = head(
        shared,
        f"PUT {shared.prefix}/files/data HTTP/1.1",
        f"Origin: {shared.origin}",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    piece = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
    tracemalloc.start()
    try:
        with shared.connected() as connection:
            connection.sendall(head_)
            sent = 0
            try:
                while sent < 100_000_000:
                    connection.sendall(piece)
                    sent += len(piece)
            except OSError:
                pass
            answer = rest(connection)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert status(answer) in (0, 413)
    assert sent < 5 * MOST_BODY
    assert peak < 6 * MOST_BODY


def test_slow_clients(shared: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends nothing, a header without an end, or half a body, is not waited for."""
    monkeypatch.setattr(protocol, "PATIENCE", 0.2)
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)
    with shared.connected() as silent:
        assert rest(silent) == b""
    with shared.connected() as slow:
        slow.sendall(f"GET {shared.prefix}/state HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\n".encode())
        assert rest(slow) == b""
    with shared.connected() as again:  # well at first, and then not
        again.sendall(head(shared, f"GET {shared.prefix}/schemas/letter HTTP/1.1"))
        assert b"200" in again.recv(20)
        again.sendall(b"GET ")
        rest(again)
    half = head(
        shared,
        f"POST {shared.prefix}/choose HTTP/1.1",
        f"Origin: {shared.origin}",
        "Content-Type: application/json",
        "Content-Length: 100",
    )
    with shared.connected() as half_way:
        half_way.sendall(half + b'{"temp')
        assert status(rest(half_way)) == 408


def test_a_trickle_of_headers(shared: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not begin the time anew."""
    monkeypatch.setattr(protocol, "PATIENCE", 0.3)
    with shared.connected() as slow:
        slow.settimeout(0.05)
        slow.sendall(f"GET {shared.prefix}/state HTTP/1.1\r\n".encode())
        assert any(_is_closed(slow, f"X-{number}: x\r\n".encode()) for number in range(200))


def _is_closed(connection: socket.socket, more: bytes) -> bool:
    """Whether the other side has ended a connection, on which more is sent."""
    try:
        connection.sendall(more)
        return connection.recv(10) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_many_connections(shared: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold nobody up for good: more than some are not even let in."""
    monkeypatch.setattr(protocol, "MOST", 20)
    held: list[socket.socket] = []
    try:
        for _ in range(3 * protocol.MOST):
            held.append(socket.create_connection(("127.0.0.1", shared.port), timeout=5))
        closed = 0
        for one in held:
            one.settimeout(0.01)
            try:
                closed += one.recv(1) == b""
            except TimeoutError:
                pass
            except OSError:
                closed += 1
        assert closed >= len(held) - protocol.MOST
    finally:
        for one in held:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()
    end = time.monotonic() + 10
    while True:  # the server takes notice of the closed ones in its own time
        try:
            if shared.get("schemas/letter").status == 200:
                return
        except (OSError, ValueError):
            pass
        assert time.monotonic() < end


@pytest.mark.parametrize("origin", ["http://example.com", "", "own"])
def test_websockets(origin: str, shared: Running) -> None:
    """There are none."""
    own = f"Origin: {shared.origin if origin == 'own' else origin}"
    answer = shared.raw(
        head(
            shared,
            f"GET {shared.prefix}/events HTTP/1.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
            *([own] if origin else []),
        )
    )
    assert status(answer) == 403


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_other_methods(method: str, shared: Running) -> None:
    """Nor may a header name another one."""
    answer = shared.raw(
        head(shared, f"{method} {shared.prefix}/files/data HTTP/1.1", f"Origin: {shared.origin}")
    )
    assert status(answer) in (400, 404, 405)
    assert b"access-control" not in answer.lower()


def test_a_method_in_a_header(shared: Running) -> None:
    """Is not heeded."""
    for name in ("x_http_method_override", "x_method_override"):
        found = shared.ask("POST", "files/data", {"text": "x", "base": HASH}, **{name: "PUT"})
        assert found.status == 405
        assert shared.get("keep", **{name: "POST"}).status == 405


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 2", "Content-Length: 20"],
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: xchunked"],
        ["Content-Length: -1"],
        ["Content-Length: +2"],
        ["Content-Length: 2, 3"],
        ["Content-Length : 2"],
    ],
    ids=str,
)
def test_two_lengths(lines: list[str], shared: Running) -> None:
    """A request of which two programs could think differently where it ends is none, nor is what is in it."""
    hidden = head(shared, f"PUT {shared.prefix}/files/data HTTP/1.1", "Content-Length: 0")
    own = (f"Origin: {shared.origin}", "Content-Type: application/json")
    answer = shared.raw(head(shared, f"POST {shared.prefix}/choose HTTP/1.1", *own, *lines) + b"{}" + hidden)
    assert status(answer) in (400, 501)
    assert answer.count(b"HTTP/1.1") == 1


def test_line_ends_in_headers(shared: Running) -> None:
    """What is asked for is not told back in a header."""
    for path in ("x%0d%0aSet-Cookie:%20a=b", "state?x=%0d%0aSet-Cookie:%20a=b", "downloads/pdf%0d%0aX:y"):
        answer = shared.raw(head(shared, f"GET {shared.prefix}/{path} HTTP/1.1", "Connection: close"))
        assert b"set-cookie" not in answer.lower().split(b"\r\n\r\n")[0]
    answer = shared.raw(head(shared, f"GET {shared.prefix}/state HTTP/1.1", "X: a\x00b"))
    assert status(answer) == 400


def test_large_headers(shared: Running) -> None:
    """A header of a megabyte is not read to its end."""
    answer = shared.raw(head(shared, f"GET {shared.prefix}/state HTTP/1.1", "X: " + "a" * 1_000_000))
    assert status(answer) in (0, 400)
    long = shared.raw(head(shared, f"GET {shared.prefix}/state?{'a' * 5000} HTTP/1.1"))
    assert status(long) == 404


@pytest.mark.parametrize("scale", ["1e9", "-1", "0x2", "inf", "nan", "99999", "1.5.2", "٢", ""])
def test_scales(scale: str, shared: Running) -> None:
    """No picture is larger than a screen."""
    revision = shared.state()["shown"]["revision"]
    assert shared.get(f"pictures/{revision}/1.png?scale={quote(scale)}").status == 400
    assert shared.get(f"pictures/{'9' * 200}/1.png").status == 404


def test_bodies_where_there_should_be_none(shared: Running) -> None:
    """A GET with a body is refused."""
    answer = shared.raw(head(shared, f"GET {shared.prefix}/state HTTP/1.1", "Content-Length: 5") + b"12345")
    assert status(answer) == 400


def test_a_link_out_of_the_project(shared: Running, tmp_path: Path) -> None:
    """A file that has become one since is neither read nor written."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("token: 555\n")
    root = shared.preview.request.project
    file = root / "data" / "letters" / "acme.yaml"
    (known,) = [one for one in shared.state()["files"] if one["kind"] == "letter"]
    content = file.read_bytes()
    aside = file.with_name(".aside")
    file.rename(aside)
    try:
        file.symlink_to(secret)
        read = shared.get(f"files/{known['id']}")
        assert read.status in (404, 422)  # once it was noticed, there is no such file
        assert read.status == 404 or read.json["problems"][0]["code"] == "link-outside"
        assert b"555" not in read.body
        written = shared.ask("PUT", f"files/{known['id']}", {"text": "x: y\n", "base": known["hash"]})
        assert written.status in (404, 422)
        assert secret.read_text() == "token: 555\n"
    finally:
        file.unlink()
        aside.rename(file)
    assert file.read_bytes() == content
    shared.until(lambda state: any(one["kind"] == "letter" and one["hash"] for one in state["files"]))


def test_nobody_says_what_was_asked_for(shared: Running, capfd: pytest.CaptureFixture[str]) -> None:
    """No log has the token in it, whatever comes."""
    shared.raw(b"\x00\xff\x16\x03\x01 garbage\r\n\r\n")
    shared.raw(
        head(shared, f"GET {shared.prefix}/events HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade")
    )
    shared.get("nothing")
    out, err = capfd.readouterr()
    assert out == ""
    assert err == ""


def test_readers_that_do_not_read(shared: Running) -> None:
    """Clients that ask for large answers and take none of them hold no memory but their own few."""
    revision = shared.state()["shown"]["revision"]
    ask = head(shared, f"GET {shared.prefix}/pictures/{revision}/1.png?scale=4 HTTP/1.1")
    gc.collect()
    with shared.connected() as first, shared.connected() as second:
        first.sendall(ask * 50)
        second.sendall(ask * 50)
        done = threading.Event()
        done.wait(0.2)
        assert shared.get("schemas/letter").status == 200
