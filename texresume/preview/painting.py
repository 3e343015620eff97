"""Pages as pictures, by pdfium in a process of its own: drawing waits for no build, and no build for it."""

from __future__ import annotations

import struct
import threading
import zlib
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from .workers import Worker

if TYPE_CHECKING:
    from texresume.pdf.glyphs import PlacedCharacter

LEAST, MOST = 0.5, 4.0
"""Scales that are drawn: 1 is a pixel for each pt."""
_MOST_BYTES = 24_000_000
"""Of pictures that are kept."""
_KEPT = 4
"""Revisions whose pictures can be drawn."""
_MOST_AHEAD = 4
"""Pictures that are drawn before anybody asks for them."""


def warm_up() -> None:
    """Import what drawing needs."""
    import pypdfium2  # noqa: F401 - in the process that draws


def sizes(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Widths and heights of the pages in pt; none where the PDF does not open."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return ()
    try:
        return tuple(document.get_page_size(number) for number in range(len(document)))
    finally:
        document.close()


def draw(pdf: bytes, number: int, scale: float) -> bytes:
    """A page (from 1) as PNG."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[number - 1].render(scale=scale, rev_byteorder=True)
        return _png(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
    finally:
        document.close()


def _png(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """Pixels of red, green and blue as PNG, in grey if that is all there is: a third of the work. Pillow
    tries five filters for each line, of which a page of text needs none: that takes twice as long.
    """
    rows = [pixels[at : at + 3 * width] for at in range(0, height * stride, stride)]
    grey = _grey(rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    lines = b"\0" + b"\0".join(grey or rows)  # each begins with the filter that it has: none
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _grey(rows: list[bytes]) -> list[bytes]:
    """The rows with one byte a pixel; none if one of them has a colour."""
    found = []
    for row in rows:
        red = row[::3]
        if red != row[1::3] or red != row[2::3]:
            return []
        found.append(red)
    return found


def characters(pdf: bytes) -> tuple[PlacedCharacter, ...]:
    """The characters of a PDF, with their places."""
    from texresume.pdf.glyphs import read_layout

    return read_layout(pdf).characters


class Pictures:
    """The pictures of the last revisions. Every method may be called from any thread."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._lock = threading.Lock()
        self._pdfs: OrderedDict[int, bytes] = OrderedDict()
        self._pages: dict[int, int] = {}
        self._drawn: OrderedDict[tuple[int, int, float], Future[bytes]] = OrderedDict()
        self._placed: dict[int, Future[Any]] = {}
        self._wanted: OrderedDict[tuple[int, float], None] = OrderedDict()

    def add(self, revision: int, pdf: bytes, pages: int) -> None:
        """A new revision: what was asked for of the one before it is drawn at once."""
        with self._lock:
            same = next((one for one, other in self._pdfs.items() if other == pdf), None)
            self._pdfs[revision], self._pages[revision] = pdf, pages
            while len(self._pdfs) > _KEPT:
                self._forget(next(iter(self._pdfs)))
            for (known, number, scale), future in list(self._drawn.items()):
                if known == same:
                    self._drawn[revision, number, scale] = future
            for number, scale in [one for one in self._wanted if one[0] <= pages][-_MOST_AHEAD:]:
                self._draw(revision, number, scale)

    def picture(self, revision: int, number: int, scale: float) -> Future[bytes] | None:
        """The picture of a page (from 1); `None` if there is none, or that revision is not kept any more."""
        scale = round(min(max(scale, LEAST), MOST), 4)
        with self._lock:
            if not 1 <= number <= self._pages.get(revision, 0):
                return None
            self._want(number, scale)
            return self._draw(revision, number, scale)

    def placed(self, revision: int) -> Future[Any] | None:
        """The characters of a revision with their places; `None` if it is not kept any more."""
        with self._lock:
            pdf = self._pdfs.get(revision)
            if pdf is None:
                return None
            if revision not in self._placed:
                self._placed[revision] = self._worker.submit(characters, pdf)
            return self._placed[revision]

    def _want(self, number: int, scale: float) -> None:
        """Remember the last scale for each page; more than one if several clients ask by turns."""
        self._wanted[number, scale] = None
        self._wanted.move_to_end((number, scale))
        while len(self._wanted) > _MOST_AHEAD:
            self._wanted.popitem(last=False)

    def _draw(self, revision: int, number: int, scale: float) -> Future[bytes]:
        key = revision, number, scale
        known = self._drawn.get(key)
        if known is not None and not (known.done() and (known.cancelled() or known.exception())):
            self._drawn.move_to_end(key)
            return known
        self._drawn[key] = self._worker.submit(draw, self._pdfs[revision], number, scale)
        self._shrink()
        return self._drawn[key]

    def _shrink(self) -> None:
        def size(future: Future[bytes]) -> int:
            done = future.done() and not future.cancelled() and not future.exception()
            return len(future.result()) if done else 0

        total = sum(map(size, self._drawn.values()))
        while total > _MOST_BYTES and len(self._drawn) > 1:
            _, future = self._drawn.popitem(last=False)
            total -= size(future)

    def _forget(self, revision: int) -> None:
        del self._pdfs[revision], self._pages[revision]
        self._placed.pop(revision, None)
        for key in [key for key in self._drawn if key[0] == revision]:
            del self._drawn[key]
