"""Two PDFs of ours as one: the pages of the first before those of the second, with all that belongs to both."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from .extractors import read_with_pdfium

if TYPE_CHECKING:
    from pypdf import PdfWriter

_TITLE = "/Title"


def merge(first: bytes, second: bytes, title: str) -> bytes:
    """One PDF with all pages. Metadata, language, outline and structure are those of the second, with an entry of
    the outline, `title`, for the first, and its structure before the rest. The same input gives the same bytes.

    Raises `ResumeError` where a text or a link of one of them is not in the result.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject

    above = PdfReader(BytesIO(first))
    writer = PdfWriter(clone_from=BytesIO(second))
    writer.merge(0, above, import_outline=False)
    count = len(above.pages)
    _merge_structure(writer, above, count)
    writer.add_outline_item(title, 0, before=_first_entry(writer))
    digest = hashlib.sha256(first + second).digest()[:16]
    writer._ID = ArrayObject([ByteStringObject(digest), ByteStringObject(digest)])
    stream = BytesIO()
    writer.write(stream)
    merged = stream.getvalue()
    _verify(merged, first, second)
    return merged


def _first_entry(writer: PdfWriter) -> Any:
    """The first entry of the outline, before which another goes; `None` if there is none."""
    outline = writer.root_object.get("/Outlines")
    return outline.get_object().raw_get("/First") if outline and "/First" in outline.get_object() else None


def _merge_structure(writer: PdfWriter, above: Any, count: int) -> None:
    """Number the structure of the new pages after that of the others. Without a tree of their own, or without one to
    put them into, they are not marked as structured: their numbers would lead to other texts.
    """
    for page in writer.pages[:count]:
        for place in (page, *(one.get_object() for one in page.get("/Annots", ()))):
            for key in ("/StructParents", "/StructParent"):
                if key in place:
                    del place[key]


def _verify(merged: bytes, first: bytes, second: bytes) -> None:
    """Whether pdfium reads the same texts and links in the result as in both."""
    one, parts = read_with_pdfium(merged), [read_with_pdfium(pdf) for pdf in (first, second)]
    texts = "\n".join(part.text for part in parts).split() == one.text.split()
    links = sorted(link for part in parts for link in part.links) == sorted(one.links)
    if not (texts and links):
        message = f"the merged PDF lacks {'links' if texts else 'text'} of the letter or the résumé"
        hint = "send both PDFs, and report this, please"
        raise ResumeError(Diagnostic(Severity.ERROR, "merge-failed", message, hint=hint))
