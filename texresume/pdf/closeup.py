"""What a closer look at a PDF shows: the text below each link, what a template says of itself, pictures,
clipped letters, and the text that the glyphs give where an ActualText says another. Only `check` needs it.

Lengths are in pt of PDF (bp, 1/72 inch).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from texresume.records import dataclass

from . import link_areas
from .geometry import find_clipping
from .link_areas import LinkArea
from .rereading import OwnText, read_page
from .structure import is_readable, read_headings
from .visibility import Box

ACTUAL_TEXT = b"ActualText"
CUT = 0.2
"""The part of the height of a text that a clipping path may cut off: it may be as close as the letters."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: its page (from 0), how many pixels it has, and how wide and high it is printed."""

    page: int
    pixels: tuple[int, int]
    size: tuple[float, float]

    @property
    def stretch(self) -> float:
        """How much wider it is than its pixels are: 1 where it is as it was taken."""
        across, down = self.size[0] / self.pixels[0], self.size[1] / self.pixels[1]
        return across / down if down else 0.0


@dataclass(frozen=True, slots=True)
class Closeup:
    """A PDF, seen closely. `texts` are those of the pages without what the template marked as its own, `own`
    is that; `clipped` are page (from 0) and text of letters that are cut off; `drawn` is the whole text by
    its glyphs, and `stated` the same where ActualText counts; `headings` are those of the structure, if there
    is one.
    """

    links: tuple[LinkArea, ...]
    pictures: tuple[Picture, ...]
    texts: tuple[str, ...]
    own: tuple[OwnText, ...]
    clipped: tuple[tuple[int, str], ...]
    drawn: str
    stated: str
    headings: tuple[str, ...] | None = None


def look_closely(pdf: bytes) -> Closeup:
    """Look at every page of a PDF that pdfium opens."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(pdf)
    links: list[LinkArea] = []
    pictures: list[Picture] = []
    clipped: list[tuple[int, str]] = []
    own: list[OwnText] = []
    texts, drawn, stated = [], [], []
    tagged = bool(pdfium.FPDFCatalog_IsTagged(document.raw))
    readable, headings = is_readable(document, pdfium), list[str]()
    try:
        for number, page in enumerate(document):
            textpage = page.get_textpage()
            text, belonging = read_page(page, textpage, number, pdfium, tagged=tagged)
            texts.append(text)
            own += belonging
            links += link_areas.read_page(document, page, textpage, number, pdfium)
            pictures += _read_pictures(page, number, pdfium)
            clipped += [(number, cut) for cut in _find_clipped(page, textpage, pdfium)]
            stated.append(_read_text(textpage))
            headings += read_headings(page, textpage, pdfium) if readable else []
            textpage.close()
            drawn.append(_read_drawn(page, pdfium) or stated[-1])
            page.close()
    finally:
        document.close()
    return Closeup(
        tuple(links),
        tuple(pictures),
        tuple(texts),
        tuple(own),
        tuple(clipped),
        "\n".join(drawn),
        "\n".join(stated),
        tuple(headings) if readable else None,
    )


def _read_text(textpage: Any) -> str:
    return str(textpage.get_text_range()).replace("\r\n", "\n")


def _read_drawn(page: Any, pdfium: Any) -> str:
    """The text of a page without any ActualText; empty if it has none."""
    removed = 0
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        for number in range(pdfium.FPDFPageObj_CountMarks(item.raw)):
            mark = pdfium.FPDFPageObj_GetMark(item.raw, number)
            removed += pdfium.FPDFPageObjMark_RemoveParam(item.raw, mark, ACTUAL_TEXT)
    if not removed:
        return ""
    textpage = page.get_textpage()
    text = _read_text(textpage)
    textpage.close()
    return text


def _read_pictures(page: Any, number: int, pdfium: Any) -> Iterator[Picture]:
    matrix = pdfium.FS_MATRIX()
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        pdfium.FPDFImageObj_GetImagePixelSize(item.raw, wide, high)
        pdfium.FPDFPageObj_GetMatrix(item.raw, matrix)
        across, down = abs(complex(matrix.a, matrix.b)), abs(complex(matrix.c, matrix.d))
        if wide.value and high.value:
            yield Picture(number, (wide.value, high.value), (across, down))


def _find_clipped(page: Any, textpage: Any, pdfium: Any) -> Iterator[str]:
    """Texts on the page itself, not in forms on it, of which a clipping path cuts off a part."""
    for number in range(pdfium.FPDFPage_CountObjects(page.raw)):
        item = pdfium.FPDFPage_GetObject(page.raw, number)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(item, *edges)
        left, bottom, right, top = (edge.value for edge in edges)
        if _is_cut((left, bottom, right, top), find_clipping((left, bottom, right, top), item, pdfium)):
            size = pdfium.FPDFTextObj_GetText(item, textpage.raw, None, 0)
            buffer = ctypes.create_string_buffer(size)
            units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
            pdfium.FPDFTextObj_GetText(item, textpage.raw, units, size)
            text = buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace").strip()
            if any(map(str.isalnum, text)):
                yield text


def _is_cut(whole: Box, seen: Box) -> bool:
    width, height = whole[2] - whole[0], whole[3] - whole[1]
    if width <= 0 or height <= 0:
        return False
    return (seen[3] - seen[1]) < (1 - CUT) * height or (seen[2] - seen[0]) < (1 - CUT) * width
