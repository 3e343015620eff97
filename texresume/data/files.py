"""Reading files that may be anything: a pipe that nobody writes to, an endless device, a link elsewhere."""

from __future__ import annotations

import os
import select
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

PATIENCE = 5.0
"""Seconds to wait for what comes through a pipe."""
MAXIMUM_BIBLIOGRAPHY = 8_000_000
"""Bytes of a .bib file: some 20,000 entries."""
_PIECE = 1 << 20
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_here: ContextVar[Path] = ContextVar("_here", default=Path())


class NotAFile(OSError):  # noqa: N818 - what is wrong, for a message
    """What was to be read is no plain file; the message says what it is."""


class TooLarge(OSError):  # noqa: N818 - as above
    """A file is larger than anything that is read here."""


def read(file: Path, most: int, *, pipe: bool = False) -> bytes:
    """The content of a plain file of `most` bytes at most. With `pipe`, what comes through a pipe counts as a
    file, and is waited for as long as `PATIENCE`. Never hangs.

    Raises `OSError`: `NotAFile` for a device, a socket, and a pipe that is not meant or says nothing.
    """
    kind = kind_of(file)  # before it is opened, which may do something to a device
    if kind and not (pipe and kind == "a pipe"):
        raise NotAFile(f"this is {kind}, not a file")
    # Opening a pipe would wait for somebody who writes to it.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as stream:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError("this is a folder, not a file")
        if stat.S_ISFIFO(mode) and pipe:
            content = _through_pipe(handle, most)
        elif stat.S_ISREG(mode):
            content = b""
            while len(content) <= most and (piece := stream.read(most + 1 - len(content))):
                content += piece
        else:
            raise NotAFile("this is not a file")
    if len(content) > most:
        raise TooLarge(f"larger than {most // 1_000_000} MB")
    return content


def kind_of(file: Path) -> str:
    """What something is that is neither file nor folder: `a pipe`. Empty for these, and for nothing."""
    with suppress(OSError, ValueError):
        mode = file.stat().st_mode
        return next((words for is_such, words in _KINDS if is_such(mode)), "")
    return ""


def _through_pipe(handle: int, most: int) -> bytes:
    until = time.monotonic() + PATIENCE
    content = b""
    while len(content) <= most:
        readable, _, _ = select.select([handle], [], [], max(0.0, until - time.monotonic()))
        if not readable:
            raise NotAFile(f"this is a pipe, and its other end was silent for {PATIENCE:.0f} s")
        try:
            piece = os.read(handle, _PIECE)
        except BlockingIOError:
            continue
        if not piece:
            return content
        content += piece
    return content


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Within the context, this folder counts as the current one of this build: see `here`."""
    before = _here.set(folder)
    try:
        yield
    finally:
        _here.reset(before)


def here() -> Path:
    """The folder whose files may be used because the user is in it: the current one, unless the build was
    packed elsewhere.
    """
    return _here.get()


def leads_out(file: Path, folders: Iterable[Path]) -> bool:
    """Whether a file lies in none of some folders, links resolved."""
    try:
        place = file.resolve()
        return not any(place.is_relative_to(folder.resolve()) for folder in folders)
    except (OSError, RuntimeError, ValueError):  # links in a circle
        return True
