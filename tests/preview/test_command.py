"""`texresume preview` as people start and end it."""

from __future__ import annotations

import http.client
import importlib.util
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.watching import PATIENCE, Process, ended, eventually, process
from texresume.cli import previewing
from texresume.cli.flags import PreviewFlags
from texresume.diagnostics import ResumeError
from texresume.preview import serving


@contextmanager
def started(folder: Path, *flags: str) -> Iterator[tuple[Process, str]]:
    """A preview as a process, after its first build, and its address."""
    with process(folder, "--no-open", *flags, verb="preview") as running:
        yield running, running.next()["address"]


def get(address: str, path: str = "state") -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=PATIENCE)
    try:
        connection.request("GET", f"{parts.path}{path}")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def children(running: Process) -> list[int]:
    """All that it has started and that runs."""
    return [pid for pid in running.children() if not ended(pid)]


@pytest.mark.slow
def test_ctrl_c_ends_at_once(folder: Path, any_tex: str) -> None:
    """Whoever listens or dawdles; no process and no folder is left, and no word is said but that."""
    with started(folder, "--port", "0") as (running, address):
        assert running.next()["builds"][0]["pages"] == 1
        assert get(address)[0] == 200
        parts = urlsplit(address)
        listening = socket.create_connection(("127.0.0.1", parts.port or 0))
        listening.sendall(f"GET {parts.path}events HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        assert b"200" in listening.recv(100)
        dawdling = socket.create_connection(("127.0.0.1", parts.port or 0))
        dawdling.sendall(b"GET /")
        before = children(running)
        began = time.monotonic()
        assert running.end() == 128 + signal.SIGINT
        assert time.monotonic() - began < PATIENCE / 10
        assert eventually(lambda: all(map(ended, before)))
        assert before
        assert [one.name for one in running.room.iterdir()] == []
        assert running.errors().strip().splitlines()[-1] == "interrupted"
        assert "Traceback" not in running.errors()
        listening.close()
        dawdling.close()


@pytest.mark.slow
def test_a_second_one_takes_the_next_port(folder: Path, any_tex: str) -> None:
    """And says so, where another one was asked for; each has a token of its own."""
    with started(folder) as (_, first), started(folder) as (_, second):
        assert urlsplit(first).port != urlsplit(second).port
        port = str(urlsplit(first).port)
        with started(folder, "--port", port) as (third, address):
            assert urlsplit(address).port != urlsplit(first).port
            assert eventually(lambda: f"port {port} is taken" in third.errors())
        assert get(first)[0] == get(second)[0] == 200
        assert get(first.replace(urlsplit(first).path, urlsplit(second).path))[0] == 404


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_killed_and_started_again(number: int, folder: Path, any_tex: str) -> None:
    """Nothing that it has started outlives it, and the port is free."""
    with started(folder) as (running, address):
        running.next()
        assert get(address, "downloads/txt")[0] == 200
        before = children(running)
        assert len(before) >= 3  # what draws, what helps, TeX
        status = running.end(number)
        assert status == (-9 if number == signal.SIGKILL else 128 + number)
        assert eventually(lambda: all(map(ended, before)))
    port = str(urlsplit(address).port)
    with started(folder, "--port", port) as (_, again):
        assert again == address  # which an open page goes on with
        assert get(again)[0] == 200


def flags(**more: Any) -> PreviewFlags:
    return PreviewFlags(**more)


@pytest.mark.parametrize("port", ["x", "-1", "70000", "4711.0", "٣"])
def test_a_wrong_port(port: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is wrong usage, said before anything is started."""
    from texresume.cli import commands, console

    monkeypatch.chdir(folder)
    with pytest.raises(console.Exit) as caught:
        commands.COMMANDS["preview"].run(flags(port=port, open=False))
    assert caught.value.code == 2


def test_without_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how to install them."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "uvicorn" else find(name, *more)
    )
    with pytest.raises(ResumeError) as caught:
        serving.require()
    (error,) = caught.value.diagnostics
    assert error.code == "not-installed"
    assert error.hint == "python -m pip install 'texresume[preview]'"


def test_what_does_not_exist(folder: Path, any_tex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Will not come to exist by saving a file: wrong usage, as `watch` has it; nothing is left running."""
    from texresume.cli import commands, console

    monkeypatch.chdir(folder)
    with pytest.raises(console.Exit) as caught:
        commands.COMMANDS["preview"].run(flags(variant="nobody", open=False))
    assert caught.value.code == 2


def test_the_editor_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no flag says another one."""
    monkeypatch.setitem(os.environ, previewing.EDITOR, "vscode://file{file}")
    assert previewing.settings(flags()).editor == "vscode://file{file}"
    assert previewing.settings(flags(editor="x {file}")).editor == "x {file}"
