"""Where each character stands on its page, and the fonts of a PDF, as pdfium sees them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character on a page (the first is 1). Edges are shares of the page, 0 to 1, from its top left."""

    char: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Font:
    """A font that a PDF uses, by the name that it has there: `ABCDEF+Cabin-Regular`."""

    name: str
    embedded: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a PDF. `metadata` is what it says of itself, empty entries left out."""

    glyphs: tuple[Glyph, ...]
    fonts: tuple[Font, ...]
    metadata: dict[str, str]
    pages: int


def layout(pdf: bytes) -> Layout:
    """Read a PDF. Raises `ValueError` if it does not open."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    found: list[Glyph] = []
    fonts: dict[str, Font] = {}
    try:
        for number, page in enumerate(document, 1):
            found += _glyphs(page, number, pdfium)
            for font in _fonts(page, pdfium):
                fonts.setdefault(font.name, font)
        said = {key: text for key, text in document.get_metadata_dict().items() if text}
        count = len(document)
    finally:
        document.close()
    return Layout(tuple(found), tuple(sorted(fonts.values(), key=lambda font: font.name)), said, count)


def _glyphs(page: Any, number: int, pdfium: Any) -> Iterator[Glyph]:
    width, height = page.get_size()
    textpage = page.get_textpage()
    box = pdfium.FS_RECTF()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        if code and pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, ctypes.byref(box)):
            edges = (box.left / width, 1 - box.top / height, box.right / width, 1 - box.bottom / height)
            yield Glyph(chr(code), number, *edges)
    textpage.close()


def _fonts(page: Any, pdfium: Any) -> Iterator[Font]:
    seen: set[int] = set()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(item.raw)
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address in seen:
            continue
        seen.add(address)
        size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
        name = ctypes.create_string_buffer(size)
        pdfium.FPDFFont_GetBaseFontName(font, name, size)
        yield Font(name.value.decode("utf-8", "replace"), bool(pdfium.FPDFFont_GetIsEmbedded(font)))
