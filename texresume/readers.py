"""Readers of PDFs: pdfium, which every build asks, and those that `check` asks where they are installed."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What pdfium finds in a PDF: the text of each page, targets of links, fonts that are not embedded.

    `outside` is how many characters stand beyond the edges of their page, where nobody sees them.
    """

    pages: tuple[str, ...]
    outside: int
    links: tuple[str, ...]
    unembedded: tuple[str, ...]
    title: str
    author: str


def pdfium_sees(pdf: bytes) -> Seen:
    """Read a PDF. Raises `ValueError` if it does not open."""
    import pypdfium2  # noqa: PLC0415 - 60 ms that `validate` need not spend
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - see above

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    pages, found, unembedded, outside = [], [], set(), 0
    try:
        for page in document:
            textpage = page.get_textpage()
            pages.append(textpage.get_text_range().replace("\r\n", "\n"))
            inside = textpage.get_text_bounded(0, 0, *page.get_size())
            outside += len("".join(pages[-1].split())) - len("".join(inside.split()))
            found += _links(document, page, pdfium)
            unembedded |= _unembedded(page, pdfium)
            textpage.close()
            page.close()
        metadata = document.get_metadata_dict()
    finally:
        document.close()
    return Seen(
        tuple(pages),
        outside,
        tuple(found),
        tuple(sorted(unembedded)),
        metadata.get("Title", ""),
        metadata.get("Author", ""),
    )


def _links(document: Any, page: Any, pdfium: Any) -> list[str]:
    found = []
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        action = pdfium.FPDFLink_GetAction(link)
        if not action:
            continue
        size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
        if uri := buffer.value.decode("utf-8", "replace"):
            found.append(uri)
    return found


def _unembedded(page: Any, pdfium: Any) -> set[str]:
    """Names of fonts that the PDF uses without holding them."""
    names: set[str] = set()
    seen: set[int] = set()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(item.raw)
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address in seen:
            continue
        seen.add(address)
        if not pdfium.FPDFFont_GetIsEmbedded(font):
            size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
            names.add(buffer.value.decode("utf-8", "replace"))
    return names


# -- other readers ------------------------------------------------------------------------------------------


def _pypdf(pdf: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - of the `check` extra

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def _pdfplumber(pdf: bytes) -> str:
    import pdfplumber  # noqa: PLC0415 - of the `check` extra

    with pdfplumber.open(BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _pdfminer(pdf: bytes) -> str:
    """By line: the default analysis of boxes sorts what stands at the right edge beside other lines."""
    from pdfminer.high_level import extract_text  # noqa: PLC0415 - comes with pdfplumber
    from pdfminer.layout import LAParams  # noqa: PLC0415 - see above

    return str(extract_text(BytesIO(pdf), laparams=LAParams(char_margin=200)))


def _pdftotext(pdf: bytes) -> str:

    program = shutil.which("pdftotext")
    if program is None:
        raise ImportError("pdftotext")
    done = subprocess.run([program, "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)  # noqa: S603 - a program of poppler's
    return done.stdout.decode("utf-8", "replace")


READERS: dict[str, Callable[[bytes], str]] = {
    "pypdf": _pypdf,
    "pdfplumber": _pdfplumber,
    "pdfminer": _pdfminer,
    "pdftotext": _pdftotext,
}
"""Readers beside pdfium: each gives the text of a PDF, or raises ImportError where it is not installed."""
POPPLER = "pdftotext"
"""The one that is a program: pip does not bring it."""


def texts(pdf: bytes) -> dict[str, str]:
    """What each of the installed readers beside pdfium reads."""
    found = {}
    for name, read in READERS.items():
        try:
            found[name] = read(pdf)
        except ImportError:
            continue
    return found
