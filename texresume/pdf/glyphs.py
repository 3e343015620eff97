"""Where each character is on its page, and the fonts and metadata of a PDF, as pdfium reads them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from texresume.records import dataclass


@dataclass(frozen=True, slots=True)
class PlacedCharacter:
    """A character on a page (the first is 1). Edges are fractions of the page, 0 to 1, from its top left."""

    char: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A font that a PDF uses, by the name that it has there: `ABCDEF+Cabin-Regular`."""

    name: str
    embedded: bool


@dataclass(frozen=True, slots=True)
class PdfLayout:
    """The characters of a PDF with their places, its fonts, its metadata without empty entries."""

    characters: tuple[PlacedCharacter, ...]
    fonts: tuple[PdfFont, ...]
    metadata: dict[str, str]
    pages: int


def read_layout(pdf: bytes) -> PdfLayout:
    """Read a PDF. Raises `ValueError` if it does not open."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    characters: list[PlacedCharacter] = []
    fonts: dict[str, PdfFont] = {}
    try:
        for number, page in enumerate(document, 1):
            characters += _read_characters(page, number, pdfium)
            for font in _read_fonts(page, pdfium):
                fonts.setdefault(font.name, font)
        metadata = {key: text for key, text in document.get_metadata_dict().items() if text}
        count = len(document)
    finally:
        document.close()
    by_name = sorted(fonts.values(), key=lambda font: font.name)
    return PdfLayout(tuple(characters), tuple(by_name), metadata, count)


def _read_characters(page: Any, number: int, pdfium: Any) -> Iterator[PlacedCharacter]:
    width, height = page.get_size()
    textpage = page.get_textpage()
    box = pdfium.FS_RECTF()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        if code and pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, ctypes.byref(box)):
            edges = (box.left / width, 1 - box.top / height, box.right / width, 1 - box.bottom / height)
            yield PlacedCharacter(chr(code), number, *edges)
    textpage.close()


def _read_fonts(page: Any, pdfium: Any) -> Iterator[PdfFont]:
    known: set[int] = set()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(item.raw)
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address in known:
            continue
        known.add(address)
        size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
        name = ctypes.create_string_buffer(size)
        pdfium.FPDFFont_GetBaseFontName(font, name, size)
        yield PdfFont(name.value.decode("utf-8", "replace"), bool(pdfium.FPDFFont_GetIsEmbedded(font)))
