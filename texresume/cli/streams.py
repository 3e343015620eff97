"""Standard output and standard error as programs meet them: no UTF-8, or closed before the end."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from texresume.diagnostics import printable


def tolerate_any_encoding() -> None:
    """Print an escape for a character that the terminal cannot show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line for people, to standard output unless another stream is given. Everything that is not JSON
    or an annotation is printed here: see `harmless`.
    """
    (stream or sys.stdout).write(f"{harmless(text)}\n")


def harmless(text: str) -> str:
    """A text as one line that does nothing but show: names and titles may come from somebody else.

    It controls no terminal, does not pretend to be two lines, and is no command to GitHub Actions, which
    obeys a line that begins with `::` or has `##[` in it.
    """
    text = printable(text)
    if text.lstrip().startswith("::"):
        text = text.replace("::", ": :", 1)
    return text.replace("##[", "# #[")


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
