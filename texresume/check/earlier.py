"""Reading an earlier PDF, which may be anybody's: in a process of its own, within bounds of time and memory.

The process is `python -m texresume.check.earlier`. It reads a line of JSON and the PDF, and writes JSON.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from texresume.records import dataclass

SECONDS = 30
MEMORY_BYTES = 1 << 31
MAXIMUM_PAGES = 40
"""An earlier PDF that is longer is not an earlier version of a résumé."""
MAXIMUM_SIDE = 3000
"""pt; A4 is 842 high, A0 3370."""
MAXIMUM_CHARACTERS = 400_000
_REFUSED = 3
"""The exit status of the process where it says why."""


class Refused(Exception):  # noqa: N818 - caught by `baseline`, which reports it
    """A PDF cannot be read within the bounds; the message says why."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier PDF: its number of pages, how its words differ, and its pages as PNG."""

    pages: int
    words: tuple[tuple[str, str], ...]
    pictures: tuple[bytes, ...]


def read(pdf: bytes, after: str, dpi: int) -> Earlier:
    """Read a PDF and compare its words with a text. Raises `Refused`."""
    places = [place for place in sys.path if place and Path(place) != Path.cwd()]
    own = str(Path(__file__).parents[2])
    asked = json.dumps({"after": after, "dpi": dpi}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "texresume.check.earlier"],
            input=asked + pdf,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([own, *places])},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"reading it takes longer than {SECONDS} s") from None
    if done.returncode == _REFUSED:
        raise Refused(done.stdout.decode("utf-8", "replace"))
    if done.returncode:
        raise Refused("reading it takes too much memory, or crashes the reader")
    told = json.loads(done.stdout)
    pictures = tuple(map(base64.b64decode, told["pictures"]))
    return Earlier(told["pages"], tuple((kind, text) for kind, text in told["words"]), pictures)


def _limit() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows; macOS has no limit of memory
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _answer(after: str, dpi: int, pdf: bytes) -> dict[str, Any]:
    import pypdfium2

    from texresume.build import output
    from texresume.variants.difference import words_changed

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Refused(str(error)) from None
    if len(document) > MAXIMUM_PAGES:
        raise Refused(f"it has {len(document)} pages; at most {MAXIMUM_PAGES} can be compared")
    texts = []
    for number, page in enumerate(document, 1):
        width, height = page.get_size()
        if not 0 < min(width, height) <= max(width, height) <= MAXIMUM_SIDE:
            size = f"{width:.0f} by {height:.0f} pt; at most {MAXIMUM_SIDE} can be compared"
            raise Refused(f"page {number} is {size}")
        texts.append(page.get_textpage().get_text_range().replace("\r\n", "\n"))
        if sum(map(len, texts)) > MAXIMUM_CHARACTERS:
            raise Refused(f"it has more than {MAXIMUM_CHARACTERS:,} characters")
    words = words_changed(joined(texts), after)
    pictures = [base64.b64encode(one).decode() for one in output.pictures(pdf, dpi)]
    return {"pages": len(texts), "words": words, "pictures": pictures}


def joined(pages: list[str]) -> str:
    """The text as one line, so that other line breaks change no word."""
    text = "\n".join(pages)
    parts = text.split("\ufffe")
    return " ".join("-".join([parts[0], *(part.lstrip() for part in parts[1:])]).split())


def main() -> None:
    """Answer what is asked on standard input."""
    _limit()
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        told = json.dumps(_answer(asked["after"], asked["dpi"], sys.stdin.buffer.read()))
    except Refused as error:
        sys.stdout.buffer.write(str(error).encode("utf-8", "replace"))
        sys.exit(_REFUSED)
    sys.stdout.buffer.write(told.encode())


if __name__ == "__main__":
    main()
