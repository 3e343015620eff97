"""Readers of PDFs: pdfium, which every build asks, and those that `check` asks where they are installed."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from . import visibility

_END = re.compile(rb"%%EOF\s*\Z")


@dataclass(frozen=True, slots=True)
class Page:
    """What pdfium finds on a page: its text, and what of it nobody sees.

    `hidden` leads from a diagnostic's code to the text without what the code is about, and what that is;
    `objects` is how many things are drawn, `sideways` says that most of its text does not stand upright.
    """

    text: str
    hidden: Mapping[str, tuple[str, str]]
    objects: int
    sideways: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What pdfium finds in a PDF: its pages, targets of links in their order, fonts that are not embedded.

    `language` is None where this pdfium cannot tell. `whole`: the file is not encrypted, has its own end, and
    its table of contents leads to what it says.
    """

    pages: tuple[Page, ...]
    links: tuple[str, ...]
    unembedded: tuple[str, ...]
    title: str
    author: str
    language: str | None
    encrypted: bool
    whole: bool

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(page.text for page in self.pages)


class Unreadable(Exception):  # noqa: N818 - answered in the inspection
    """A PDF that does not open; `encrypted`: for want of a password."""

    def __init__(self, message: str, *, encrypted: bool) -> None:
        super().__init__(message)
        self.encrypted = encrypted


def prepare() -> None:
    """Import what reads a PDF."""
    import pypdfium2.raw  # noqa: F401 - 20 ms


def pdfium_sees(pdf: bytes, *, thorough: bool = False) -> Seen:
    """Read a PDF. Raises `Unreadable` if it does not open. `thorough`: see `visibility.look`."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Unreadable(str(error), encrypted=encrypted) from None
    pages, found, unembedded = [], [], set()
    try:
        for page in document:
            textpage = page.get_textpage()
            text = textpage.get_text_range().replace("\r\n", "\n")
            sight = visibility.look(page, textpage, text, pdfium, thorough=thorough)
            pages.append(Page(text, sight.hidden, sight.objects, sight.turned > sight.upright))
            found += _links(document, page, pdfium)
            unembedded |= _unembedded(sight.fonts.values(), pdfium)
            textpage.close()
            page.close()
        return Seen(
            tuple(pages),
            tuple(found),
            tuple(sorted(unembedded)),
            document.get_metadata_value("Title"),
            document.get_metadata_value("Author"),
            _language(document, pdfium),
            pdfium.FPDF_GetSecurityHandlerRevision(document.raw) >= 0,
            _END.search(pdf) is not None
            and bool(pdfium.FPDF_DocumentHasValidCrossReferenceTable(document.raw)),
        )
    finally:
        document.close()


def _language(document: Any, pdfium: Any) -> str | None:
    if not hasattr(pdfium, "FPDFCatalog_GetLanguage"):  # pypdfium2 4.30 has it not
        return None
    size = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = ctypes.create_string_buffer(size)
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFCatalog_GetLanguage(document.raw, units, size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


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


def _unembedded(fonts: Iterable[Any], pdfium: Any) -> set[str]:
    """Names of fonts that the PDF uses without holding them."""
    names: set[str] = set()
    for font in fonts:
        if not pdfium.FPDFFont_GetIsEmbedded(font):
            size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
            names.add(buffer.value.decode("utf-8", "replace"))
    return names


# -- other readers ------------------------------------------------------------------------------------------


def _pypdf(pdf: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def unmapped_fonts(pdf: bytes) -> list[str]:
    """Names of the fonts without a ToUnicode table, whose letters readers know by other signs or not at all.

    Raises ImportError where pypdf is not installed.
    """
    from pypdf import PdfReader

    names = set()
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page.get("/Resources", {})
        for font in resources.get_object().get("/Font", {}).values():
            if "/ToUnicode" not in (found := font.get_object()):
                names.add(str(found.get("/BaseFont", "without a name")).lstrip("/"))
    return sorted(names)


def _pdfplumber(pdf: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _pdfminer(pdf: bytes) -> str:
    """By line: the default analysis of boxes sorts what stands at the right edge beside other lines."""
    from pdfminer.high_level import extract_text
    from pdfminer.layout import LAParams

    return str(extract_text(BytesIO(pdf), laparams=LAParams(char_margin=200)))


def _pdftotext(pdf: bytes) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        raise ImportError("pdftotext")
    done = subprocess.run([program, "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)  # noqa: S603 - a program of poppler's
    return done.stdout.decode("utf-8", "replace")


EXTRACTORS: dict[str, Callable[[bytes], str]] = {
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
    for name, read in EXTRACTORS.items():
        try:
            found[name] = read(pdf)
        except ImportError:
            continue
    return found
