"""A second way of reading a PDF: pdfium's list of characters, each with its place on the page.

pdfium guesses lines and spaces from what is painted, and so does every extractor, each in its own way. Before
a guess of one of them counts as a fault, the characters are put in order here by their places, with a space
where there is a gap that people would see. Only a PDF in which something seems wrong is read twice.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from texresume.records import dataclass

from .marks import ARTIFACT, read_marks

_GAP = 0.2
"""em between two letters from which on there is a space. Kerns have 0.1, the narrowest word spaces 0.25."""
_LINE = 0.5
"""em by which the baselines of texts on one line may differ: superscripts are raised by 0.4."""
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Character:
    """A character, the edges of its glyph in points, its baseline and its size. `generated`: pdfium guessed
    it from a gap; `own`: the template printed it of itself.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    generated: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a PDF without what the template prints of itself: in the order in which pdfium gives it,
    and in the order of its places. `has_own` says whether there is anything of the template's.
    """

    given: str
    placed: str
    has_own: bool


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a template printed of itself: its page (from 0), the text, and how high it stands: 0 is the lower
    edge of the page, 1 the upper.
    """

    page: int
    text: str
    height: float


def read_page(
    page: Any, textpage: Any, number: int, pdfium: Any, *, tagged: bool
) -> tuple[str, list[OwnText]]:
    """The text of a page without what the template printed of itself, and that, line by line; `tagged` says
    whether the PDF is.
    """
    characters = list(_read_characters(textpage.raw, pdfium, tagged=tagged))
    height = page.get_height() or 1.0
    own = [
        OwnText(number, _read_line(line), line[0].baseline / height)
        for line in _find_lines([one for one in characters if one.own])
    ]
    return _joined(one for one in characters if not one.own), own


def reread(pdf: bytes) -> Reading:
    """Read a PDF that pdfium opens."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(pdf)
    given, placed, has_own = [], [], False
    tagged = bool(pdfium.FPDFCatalog_IsTagged(document.raw))
    try:
        for page in document:
            textpage = page.get_textpage()
            characters = list(_read_characters(textpage.raw, pdfium, tagged=tagged))
            has_own = has_own or any(one.own for one in characters)
            kept = [one for one in characters if not one.own]
            given.append(_joined(kept))
            placed.append("\n".join(map(_read_line, _find_lines(kept))))
            textpage.close()
            page.close()
    finally:
        document.close()
    return Reading("\n".join(given), "\n".join(placed), has_own)


def _read_characters(textpage: Any, pdfium: Any, *, tagged: bool) -> Iterator[Character]:
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    own: dict[int, bool] = {}
    belongs = False
    for number in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, number)
        generated = pdfium.FPDFText_IsGenerated(textpage, number) == 1
        if item := pdfium.FPDFText_GetTextObject(textpage, number):
            address = ctypes.addressof(item.contents)
            if address not in own:
                own[address] = _is_own(item, pdfium, tagged=tagged)
            belongs = own[address]
        pdfium.FPDFText_GetLooseCharBox(textpage, number, box)
        pdfium.FPDFText_GetCharOrigin(textpage, number, x, y)
        size = pdfium.FPDFText_GetFontSize(textpage, number)
        size = size if size > 1 else abs(box.top - box.bottom)  # else the size is in the matrix
        yield Character(chr(code), box.left, box.right, y.value, size, generated, belongs)


def _is_own(item: Any, pdfium: Any, *, tagged: bool) -> bool:
    """Whether the template says that it printed a text of itself. Where everything is tagged, an artifact
    without a type is a text that the template left untagged.
    """
    return any(name == ARTIFACT and (not tagged or has_type) for name, has_type in read_marks(item, pdfium))


def _joined(characters: Iterable[Character]) -> str:
    text = "".join(one.text for one in characters).replace("\r\n", "\n")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _find_lines(characters: Sequence[Character]) -> list[list[Character]]:
    """The characters by lines, from the top to the bottom. The largest on a line give its baseline."""
    lines: list[list[Character]] = []
    seen = [one for one in characters if not one.generated and one.size > 0]
    for one in sorted(seen, key=lambda one: -one.size):
        fitting = (line for line in lines if abs(line[0].baseline - one.baseline) < _LINE * line[0].size)
        near = min(fitting, key=lambda line: abs(line[0].baseline - one.baseline), default=None)
        if near is None:
            lines.append([one])
        else:
            near.append(one)
    return sorted(lines, key=lambda line: -line[0].baseline)


def _read_line(line: Sequence[Character]) -> str:
    """The characters of a line from left to right. Those of one word may all have the edges of the word."""
    read: list[Character] = []
    end = 0.0
    for one in sorted(line, key=lambda one: one.left):
        if read and one.left - end > _GAP * max(one.size, read[-1].size):
            read.append(Character(" ", end, one.left, one.baseline, one.size, generated=True, own=False))
        read.append(one)
        end = max(end, one.right) if len(read) > 1 else one.right
    return _joined(read)
