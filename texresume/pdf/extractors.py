"""Text extractors: pdfium, which every build uses, and those that `check` uses where they are installed."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from texresume.records import dataclass

from . import objects, structure, visibility
from .structure import StructureText

POPPLER = "pdftotext"
"""The extractor that is a program: pip does not install it."""
WIDE_LINK = 72.0
"""Points: links are as high as a line, and hyperref makes one for each line."""
_END = re.compile(rb"%%EOF\s*\Z")


@dataclass(frozen=True, slots=True)
class PageContent:
    """What pdfium finds on a page: its text, and what of it nobody sees.

    `hidden` maps the code of a diagnostic to the text without what it is about, and to that text; `objects`
    is how many things are drawn; `sideways` says that most of the text is not upright; `structure` is the
    text of the structure, where that is another one.
    """

    text: str
    hidden: Mapping[str, tuple[str, str]]
    objects: int
    sideways: bool
    structure: StructureText | None = None


@dataclass(frozen=True, slots=True)
class PdfContent:
    """What pdfium finds in a PDF: its pages, the targets of its links in order, fonts that are not embedded.

    `language` is None where this pdfium cannot tell. `whole` says that the file has its end marker and that
    its cross-reference table is valid, `tagged` that its structure could be read.
    """

    pages: tuple[PageContent, ...]
    links: tuple[str, ...]
    unembedded: tuple[str, ...]
    title: str
    author: str
    language: str | None
    encrypted: bool
    whole: bool
    wide_links: tuple[tuple[int, str], ...] = ()
    additions: tuple[tuple[str, str], ...] = ()
    tagged: bool = False

    @property
    def structure(self) -> StructureText | None:
        """The text of the structure, where that is another one than that of the pages."""
        return StructureText.join([(page.text, page.structure) for page in self.pages])

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(page.text for page in self.pages)


class Unreadable(Exception):  # noqa: N818 - answered in the inspection
    """A PDF that does not open; `encrypted`: it needs a password."""

    def __init__(self, message: str, *, encrypted: bool) -> None:
        super().__init__(message)
        self.encrypted = encrypted


def prepare() -> None:
    """Import pdfium ahead of time."""
    import pypdfium2.raw  # noqa: F401 - 20 ms


def read_with_pdfium(pdf: bytes, *, thorough: bool = False) -> PdfContent:
    """Read a PDF. Raises `Unreadable` if it does not open. `thorough`: see `visibility.inspect_page`."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Unreadable(str(error), encrypted=encrypted) from None
    pages, targets, wide, unembedded = [], [], [], set()
    tagged = structure.is_readable(document, pdfium)
    try:
        for number, page in enumerate(document, 1):
            textpage = page.get_textpage()
            text = textpage.get_text_range().replace("\r\n", "\n")
            visible = visibility.inspect_page(page, textpage, text, pdfium, thorough=thorough, tagged=tagged)
            sideways = visible.turned > visible.upright
            read = structure.read_page(page, textpage, text, visible.marked, pdfium) if tagged else None
            pages.append(PageContent(text, visible.hidden, visible.objects, sideways, read))
            for target, is_wide in _read_links(document, page, pdfium):
                targets.append(target)
                wide += [(number, target)] * is_wide
            unembedded |= _find_unembedded(visible.fonts.values(), pdfium)
            textpage.close()
            page.close()
        return PdfContent(
            tuple(pages),
            tuple(targets),
            tuple(sorted(unembedded)),
            document.get_metadata_value("Title"),
            document.get_metadata_value("Author"),
            _read_language(document, pdfium),
            pdfium.FPDF_GetSecurityHandlerRevision(document.raw) >= 0,
            _END.search(pdf) is not None
            and bool(pdfium.FPDF_DocumentHasValidCrossReferenceTable(document.raw)),
            tuple(wide),
            tuple(objects.find_additions(pdf)),
            tagged,
        )
    finally:
        document.close()


def _read_language(document: Any, pdfium: Any) -> str | None:
    if not hasattr(pdfium, "FPDFCatalog_GetLanguage"):  # missing in pypdfium2 5.0
        return None
    size = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = ctypes.create_string_buffer(size)
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFCatalog_GetLanguage(document.raw, units, size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _read_links(document: Any, page: Any, pdfium: Any) -> Iterator[tuple[str, bool]]:
    """The target of each link on a page, and whether its area is larger than any text."""
    position, link, box = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        action = pdfium.FPDFLink_GetAction(link)
        if not action:
            continue
        size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
        if uri := buffer.value.decode("utf-8", "replace"):
            pdfium.FPDFLink_GetAnnotRect(link, box)
            yield uri, abs(box.top - box.bottom) > WIDE_LINK


def _find_unembedded(fonts: Iterable[Any], pdfium: Any) -> set[str]:
    """The names of fonts that the PDF uses but does not contain."""
    names: set[str] = set()
    for font in fonts:
        if not pdfium.FPDFFont_GetIsEmbedded(font):
            size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
            names.add(buffer.value.decode("utf-8", "replace"))
    return names


def read_attachments(pdf: bytes) -> list[tuple[str, bytes]]:
    """The files in a PDF: their names and contents. Raises `ValueError` where pdfium cannot read it."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            found = [document.get_attachment(number) for number in range(document.count_attachments())]
            return [(one.get_name(), bytes(one.get_data())) for one in found]
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None


# -- other extractors ---------------------------------------------------------------------------------------


def _extract_with_pypdf(pdf: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def find_unmapped_fonts(pdf: bytes) -> list[str]:
    """The names of fonts without a ToUnicode table, whose characters extractors can only guess.

    Raises ImportError where pypdf is not installed.
    """
    from pypdf import PdfReader

    names = set()
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page.get("/Resources", {})
        for font in resources.get_object().get("/Font", {}).values():
            if "/ToUnicode" not in (entry := font.get_object()):
                names.add(str(entry.get("/BaseFont", "(unnamed)")).lstrip("/"))
    return sorted(names)


def _extract_with_pdfplumber(pdf: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _extract_with_pdfminer(pdf: bytes) -> str:
    """Line by line: by default, pdfminer puts what is at the right edge into a block of its own."""
    from pdfminer.high_level import extract_text
    from pdfminer.layout import LAParams

    return str(extract_text(BytesIO(pdf), laparams=LAParams(char_margin=200)))


def _extract_with_pdftotext(pdf: bytes, *flags: str) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        raise ImportError("pdftotext")
    command = [program, *(flags or ("-raw",)), "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=30)  # noqa: S603 - found on the PATH, no shell
    return done.stdout.decode("utf-8", "replace")


def extract_in_other_modes(pdf: bytes) -> dict[str, str]:
    """The text as pdftotext lays it out, by default and with `-layout`; nothing where it is not installed.

    Columns stand side by side there: these tell about words, not about lines and their order.
    """
    modes = {f"{POPPLER} (default)": ("-enc", "UTF-8"), f"{POPPLER} -layout": ("-layout",)}
    try:
        return {name: _extract_with_pdftotext(pdf, *flags) for name, flags in modes.items()}
    except ImportError:
        return {}


EXTRACTORS: dict[str, Callable[[bytes], str]] = {
    "pypdf": _extract_with_pypdf,
    "pdfplumber": _extract_with_pdfplumber,
    "pdfminer": _extract_with_pdfminer,
    POPPLER: _extract_with_pdftotext,
}
"""Extractors besides pdfium: each returns the text of a PDF, or raises ImportError if it is not installed."""


def extract_texts(pdf: bytes) -> dict[str, str]:
    """The text of a PDF by each installed extractor besides pdfium."""
    texts = {}
    for name, extract in EXTRACTORS.items():
        try:
            texts[name] = extract(pdf)
        except ImportError:
            continue
    return texts
