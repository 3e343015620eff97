"""Standard output and standard error as programs meet them: no UTF-8, or closed before the end."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path


def tolerate_any_encoding() -> None:
    """Print an escape for a character that the terminal cannot show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show(text: str) -> None:
    """Print a text to standard output; whoever reads it may stop early, as `head` does."""
    tolerate_any_encoding()
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


def discard_output() -> None:
    """Nobody reads standard output any more: what Python flushes at exit goes nowhere."""
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    with suppress(OSError, ValueError):  # not a file of the system
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    sys.stdout = nowhere
