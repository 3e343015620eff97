"""One build at a time writes into a folder, so that the files of one build stay together.

The system holds the lock and gives it back when a process ends, however it ends. Nobody waits longer than
`PATIENCE`: a process that was stopped while it wrote, or a file system without locks, keeps nobody from
writing. What is recorded of a build does not rest on the lock: it is made of the bytes that were written.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 10.0
"""Seconds after which a build writes without the lock."""
_PAUSE = 0.01
_FAR = 1 << 30
"""Windows locks bytes, also such as a file does not have: nobody reads or writes this one."""


@contextmanager
def held(file: Path, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold the lock of a file, which is created if need be; yields whether that succeeded in time."""
    handle = _acquire(file, time.monotonic() + patience)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            _release(handle)


def _acquire(file: Path, until: float) -> int | None:
    while True:
        try:
            handle = _opened(file)
        except OSError:
            return None
        if handle is None:
            return None
        taken = _try(handle)
        if taken and _is_still(file, handle):
            return handle
        _release(handle, taken=taken)
        if time.monotonic() > until:
            return None
        time.sleep(0 if taken else _PAUSE)


def _opened(file: Path) -> int | None:
    """A descriptor of a plain file: no link is followed, and a pipe does not block."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(file, flags, 0o666)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None


def _is_still(file: Path, handle: int) -> bool:
    """Whether it is the file of that name: `clean` may have removed it in between."""
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except OSError:
        return False


def _release(handle: int, *, taken: bool = True) -> None:
    with suppress(OSError):
        if taken and sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    os.close(handle)  # elsewhere this gives the lock back


if sys.platform == "win32":

    def _try(handle: int) -> bool:
        import msvcrt

        try:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _try(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
