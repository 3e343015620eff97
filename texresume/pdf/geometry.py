"""What is where on the pages of a PDF, and in which colour, as pdfium reads it.

Lengths are in pt of PDF (bp, 1/72 inch), from the left and the lower edge of the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from texresume.records import dataclass

from .visibility import Box

Colour = tuple[int, int, int]
"""Red, green, blue, from 0 to 255."""
WHITE: Colour = (255, 255, 255)
_OPAQUE = 255


@dataclass(frozen=True, slots=True)
class InkedGlyph:
    """A visible character: `box` is as wide as its advance, `ink` encloses what is drawn; `spaced` says
    whether there is a space before it, `guessed` that this space is a gap and no character of the PDF.
    """

    char: str
    box: Box
    ink: Box
    colour: Colour
    spaced: bool
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule, an area or an image as far as it is seen. `fill` is None where nothing is filled."""

    kind: str
    box: Box
    fill: Colour | None


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """A page: its lines of glyphs with their texts in reading order, its shapes in the order of painting.

    `spaces` are the points of space characters that stand alone in the PDF: pdfium drops them.
    """

    width: float
    height: float
    lines: tuple[tuple[InkedGlyph, ...], ...]
    texts: tuple[str, ...]
    shapes: tuple[Shape, ...]
    spaces: tuple[tuple[float, float], ...] = ()


def read_pages(pdf: bytes) -> tuple[PageGeometry, ...]:
    """Read every page of a PDF. Raises `ValueError` if it does not open."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    try:
        return tuple(_read_page(page, pdfium) for page in document)
    finally:
        document.close()


def _read_page(page: Any, pdfium: Any) -> PageGeometry:
    textpage = page.get_textpage()
    lines = list(_read_lines(textpage.raw, pdfium))
    spaces = tuple(_read_spaces(page.raw, textpage.raw, pdfium))
    textpage.close()
    shapes = tuple(_read_shapes(page, pdfium))
    width, height = page.get_size()
    page.close()
    glyphs, texts = tuple(glyphs for glyphs, _ in lines), tuple(text for _, text in lines)
    return PageGeometry(width, height, glyphs, texts, shapes, spaces)


def _read_lines(textpage: Any, pdfium: Any) -> Iterator[tuple[tuple[InkedGlyph, ...], str]]:
    """The glyphs of each line, and its text."""
    glyphs: list[InkedGlyph] = []
    units: list[int] = []
    spaced = carried = False
    for number in range(pdfium.FPDFText_CountChars(textpage)):
        unit = pdfium.FPDFText_GetUnicode(textpage, number)
        if unit == ord("\n"):
            yield tuple(glyphs), _decode(units)
            glyphs, units = [], []
            spaced = carried = False
            continue
        units.append(unit)
        if chr(unit).isspace():
            spaced = True
            carried = carried or not pdfium.FPDFText_IsGenerated(textpage, number)
        elif (ink := _read_ink(textpage, number, pdfium)) is not None:
            box = _read_advance_box(textpage, number, pdfium) or ink
            colour = _read_colour(textpage, number, pdfium)
            glyphs.append(InkedGlyph(chr(unit), box, ink, colour, spaced, spaced and not carried))
            spaced = carried = False
    yield tuple(glyphs), _decode(units)


def _read_spaces(page: Any, textpage: Any, pdfium: Any) -> Iterator[tuple[float, float]]:
    """The left end and the baseline of each text object of which pdfium reads nothing."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for number in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        if pdfium.FPDFTextObj_GetText(item, textpage, None, 0) <= len("\0".encode("utf-16-le")):
            pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
            yield left.value, bottom.value


def _decode(units: list[int]) -> str:
    """A text from code units: pdfium gives characters beyond U+FFFF whole or as two surrogates."""
    return "".join(map(chr, units)).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip("\r")


def _read_ink(textpage: Any, number: int, pdfium: Any) -> Box | None:
    """The box of what is drawn, or None for a character that pdfium made up or that is invisible."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    references = map(ctypes.byref, (left, right, bottom, top))
    if not pdfium.FPDFText_GetCharBox(textpage, number, *references):
        return None
    box = (left.value, bottom.value, right.value, top.value)
    return box if box[0] < box[2] and box[1] < box[3] else None


def _read_advance_box(textpage: Any, number: int, pdfium: Any) -> Box | None:
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(textpage, number, ctypes.byref(rectangle)):
        return None
    return (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _new_channels() -> list[ctypes.c_uint]:
    return [ctypes.c_uint(0) for _ in range(4)]


def _blend_with_white(channels: list[ctypes.c_uint]) -> Colour:
    """A colour as it looks on white paper: half transparent is half as dark."""
    *colour, alpha = (channel.value for channel in channels)
    red, green, blue = (round(255 + (value - 255) * alpha / _OPAQUE) for value in colour)
    return red, green, blue


def _read_colour(textpage: Any, number: int, pdfium: Any) -> Colour:
    channels = _new_channels()
    found = pdfium.FPDFText_GetFillColor(textpage, number, *map(ctypes.byref, channels))
    return _blend_with_white(channels) if found else (0, 0, 0)


def _read_shapes(page: Any, pdfium: Any) -> Iterator[Shape]:
    kinds = {pdfium.FPDF_PAGEOBJ_PATH: "path", pdfium.FPDF_PAGEOBJ_IMAGE: "image"}
    for item in page.get_objects(filter=list(kinds)):
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium.FPDFPageObj_GetBounds(item.raw, *map(ctypes.byref, (left, bottom, right, top))):
            continue
        kind = kinds[pdfium.FPDFPageObj_GetType(item.raw)]
        fill = _read_fill(item.raw, pdfium) if kind == "path" else None
        if fill is not None or kind == "image" or _is_stroked(item.raw, pdfium):
            box = (left.value, bottom.value, right.value, top.value)
            yield Shape(kind, find_clipping(box, item.raw, pdfium) if kind == "image" else box, fill)


def find_clipping(box: Box, item: Any, pdfium: Any) -> Box:
    """What is seen of a box within the clipping paths of its object, as rectangles around these."""
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    left, bottom, right, top = box
    for path in range(max(0, count)):
        points = [_read_point(clip, path, number, pdfium) for number in
                  range(pdfium.FPDFClipPath_CountPathSegments(clip, path))]  # fmt: skip
        if points:
            xs, ys = zip(*points, strict=True)
            left, bottom = max(left, min(xs)), max(bottom, min(ys))
            right, top = min(right, max(xs)), min(top, max(ys))
    return left, bottom, max(left, right), max(bottom, top)


def _read_point(clip: Any, path: int, number: int, pdfium: Any) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, number)
    pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
    return x.value, y.value


def _read_draw_mode(item: Any, pdfium: Any) -> tuple[bool, bool]:
    """Whether a path is filled, and whether its outline is drawn: clipping paths are neither."""
    mode, stroke = ctypes.c_int(0), ctypes.c_int(0)
    pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(mode), ctypes.byref(stroke))
    return mode.value != pdfium.FPDF_FILLMODE_NONE, bool(stroke.value)


def _is_stroked(item: Any, pdfium: Any) -> bool:
    return _read_draw_mode(item, pdfium)[1]


def _read_fill(item: Any, pdfium: Any) -> Colour | None:
    if not _read_draw_mode(item, pdfium)[0]:
        return None
    channels = _new_channels()
    found = pdfium.FPDFPageObj_GetFillColor(item, *map(ctypes.byref, channels))
    return _blend_with_white(channels) if found else None
