"""What stands where on the pages of a PDF, and in which colour, as pdfium sees it.

Lengths are in pt of PDF (bp, 1/72 inch), from the left and the lower edge of the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
Colour = tuple[int, int, int]
"""Red, green, blue, from 0 to 255."""
WHITE: Colour = (255, 255, 255)
_OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character that is seen: `box` is as wide as it advances, `ink` what is drawn; `spaced` says whether
    a space stands before it.
    """

    char: str
    box: Box
    ink: Box
    colour: Colour
    spaced: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule, an area or an image. `fill` is None where nothing is filled, and for images."""

    kind: str
    box: Box
    fill: Colour | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its lines of glyphs in the order of reading, its shapes in the order of painting."""

    width: float
    height: float
    lines: tuple[tuple[Glyph, ...], ...]
    texts: tuple[str, ...]
    shapes: tuple[Shape, ...]


def pages(pdf: bytes) -> tuple[Page, ...]:
    """Every page of a PDF. Raises `ValueError` if it does not open."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    try:
        return tuple(_page(page, pdfium) for page in document)
    finally:
        document.close()


def _page(page: Any, pdfium: Any) -> Page:
    textpage = page.get_textpage()
    lines = list(_lines(textpage.raw, pdfium))
    textpage.close()
    shapes = tuple(_shapes(page, pdfium))
    width, height = page.get_size()
    page.close()
    return Page(width, height, tuple(glyphs for glyphs, _ in lines), tuple(text for _, text in lines), shapes)


def _lines(textpage: Any, pdfium: Any) -> Iterator[tuple[tuple[Glyph, ...], str]]:
    """The glyphs of each line, and its text."""
    glyphs: list[Glyph] = []
    units: list[int] = []
    spaced = False
    for number in range(pdfium.FPDFText_CountChars(textpage)):
        unit = pdfium.FPDFText_GetUnicode(textpage, number)
        if unit == ord("\n"):
            yield tuple(glyphs), _text(units)
            glyphs, units, spaced = [], [], False
            continue
        units.append(unit)
        if chr(unit).isspace():
            spaced = True
        elif (ink := _ink(textpage, number, pdfium)) is not None:
            box = _loose(textpage, number, pdfium) or ink
            glyphs.append(Glyph(chr(unit), box, ink, _colour_of(textpage, number, pdfium), spaced))
            spaced = False
    yield tuple(glyphs), _text(units)


def _text(units: list[int]) -> str:
    """Pdfium gives characters beyond U+FFFF whole, or as two surrogates."""
    return "".join(map(chr, units)).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip("\r")


def _ink(textpage: Any, number: int, pdfium: Any) -> Box | None:
    """What is drawn of a character, or None for one without an extent: pdfium made it up, or it is unseen."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    references = map(ctypes.byref, (left, right, bottom, top))
    if not pdfium.FPDFText_GetCharBox(textpage, number, *references):
        return None
    box = (left.value, bottom.value, right.value, top.value)
    return box if box[0] < box[2] and box[1] < box[3] else None


def _loose(textpage: Any, number: int, pdfium: Any) -> Box | None:
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(textpage, number, ctypes.byref(rectangle)):
        return None
    return (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _channels() -> list[ctypes.c_uint]:
    return [ctypes.c_uint(0) for _ in range(4)]


def _over_white(channels: list[ctypes.c_uint]) -> Colour:
    """A colour as it looks on white paper: what is half transparent is half as dark."""
    *colour, alpha = (channel.value for channel in channels)
    red, green, blue = (round(255 + (value - 255) * alpha / _OPAQUE) for value in colour)
    return red, green, blue


def _colour_of(textpage: Any, number: int, pdfium: Any) -> Colour:
    channels = _channels()
    found = pdfium.FPDFText_GetFillColor(textpage, number, *map(ctypes.byref, channels))
    return _over_white(channels) if found else (0, 0, 0)


def _shapes(page: Any, pdfium: Any) -> Iterator[Shape]:
    kinds = {pdfium.FPDF_PAGEOBJ_PATH: "path", pdfium.FPDF_PAGEOBJ_IMAGE: "image"}
    for item in page.get_objects(filter=list(kinds)):
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium.FPDFPageObj_GetBounds(item.raw, *map(ctypes.byref, (left, bottom, right, top))):
            continue
        kind = kinds[pdfium.FPDFPageObj_GetType(item.raw)]
        fill = _fill(item.raw, pdfium) if kind == "path" else None
        if fill is not None or kind == "image" or _stroked(item.raw, pdfium):
            yield Shape(kind, (left.value, bottom.value, right.value, top.value), fill)


def _mode(item: Any, pdfium: Any) -> tuple[bool, bool]:
    """Whether a path is filled, and whether its outline is drawn: clipping paths are neither."""
    mode, stroke = ctypes.c_int(0), ctypes.c_int(0)
    pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(mode), ctypes.byref(stroke))
    return mode.value != pdfium.FPDF_FILLMODE_NONE, bool(stroke.value)


def _stroked(item: Any, pdfium: Any) -> bool:
    return _mode(item, pdfium)[1]


def _fill(item: Any, pdfium: Any) -> Colour | None:
    if not _mode(item, pdfium)[0]:
        return None
    channels = _channels()
    found = pdfium.FPDFPageObj_GetFillColor(item, *map(ctypes.byref, channels))
    return _over_white(channels) if found else None
