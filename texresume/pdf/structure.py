"""The structure of a tagged PDF as pdfium sees it, in the order in which a screen reader says it.

Nearly always that is the order in which the page was painted, which is that of its text. So texts are read by
their elements only where it is another one, or where something on the page is in no element.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from texresume.records import dataclass
from texresume.text.inline import RichText

from .alignment import Alignment, Loss, align
from .folding import fold
from .marks import ARTIFACT, read_marks, read_text
from .reading_order import Displaced, find_displaced, find_displaced_whole, heading_of

_HEADING = re.compile("H[1-6]?")
_SIZE = 1 << 9
"""Bytes for the name of an element, which is a word."""
_UNMARKED = -1
"""The number that pdfium gives for what has no mark of the structure."""
_DEPTH = 64
"""How many levels of elements are read."""


@dataclass(frozen=True, slots=True)
class StructureFindings:
    """Texts that the structure lacks, and those that it has at another place than they were printed."""

    lost: tuple[Loss, ...] = ()
    displaced: tuple[Displaced, ...] = ()


def is_readable(document: Any, pdfium: Any) -> bool:
    """Whether a document is tagged, and this pdfium can tell what each mark holds."""
    return (
        hasattr(pdfium, "FPDF_StructElement_GetChildMarkedContentID")  # missing in pypdfium2 4.30
        and hasattr(pdfium, "FPDFPageObj_GetMarkedContentID")
        and bool(pdfium.FPDFCatalog_IsTagged(document.raw))
    )


def read_page(page: Any, textpage: Any, marked: Mapping[int, Sequence[Any]], pdfium: Any) -> str | None:
    """The text of a page's structure, one mark a line, or None where that is the text of the page. What the
    template printed of itself, such as the date at the foot, is at the end, for it may be a text of the data.

    `marked` are the page's texts by the numbers of their marks, in the order in which they were painted.
    """
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return None if not marked else ""
    try:
        roots = range(pdfium.FPDF_StructTree_CountChildren(tree))
        elements = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, number) for number in roots]
        order = [mark for element in elements for mark in _list_marks(element, pdfium, _DEPTH)]
        ranks = {mark: rank for rank, mark in enumerate(marked)}
        places = [ranks[mark] for mark in order if mark in ranks]
        loose = ranks.keys() - order
        in_order = all(one < other for one, other in pairwise(places))
        if in_order and not any(_is_text(item, textpage, pdfium) for mark in loose for item in marked[mark]):
            return None
        lines = [marked[mark] for mark in order if mark in ranks]
        lines.append([item for item in marked.get(_UNMARKED, ()) if _is_artifact(item, pdfium)])
        return "\n".join("".join(read_text(item, textpage, pdfium) for item in line) for line in lines)
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _list_marks(element: Any, pdfium: Any, depth: int) -> Iterator[int]:
    """The numbers of the marks of an element and of those in it."""
    if not element or not depth:
        return
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        mark = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)
        if mark >= 0:
            yield mark
        elif child := pdfium.FPDF_StructElement_GetChildAtIndex(element, number):
            yield from _list_marks(child, pdfium, depth - 1)


def _is_text(item: Any, textpage: Any, pdfium: Any) -> bool:
    """Whether an object has letters that the template did not print of itself."""
    has_letters = any(map(str.isalnum, read_text(item, textpage, pdfium)))
    return has_letters and not _is_artifact(item, pdfium)


def _is_artifact(item: Any, pdfium: Any) -> bool:
    """Whether the template printed an object of itself, and says as what."""
    return any(name == ARTIFACT and has_type for name, has_type in read_marks(item, pdfium))


def read_headings(page: Any, textpage: Any, pdfium: Any) -> list[str]:
    """The texts of all headings in the structure of a page, of a document that `is_readable`."""
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return []
    texts: dict[int, str] = {}
    for number in range(pdfium.FPDFPage_CountObjects(page.raw)):
        item = pdfium.FPDFPage_GetObject(page.raw, number)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT:
            mark = pdfium.FPDFPageObj_GetMarkedContentID(item)
            texts[mark] = texts.get(mark, "") + read_text(item, textpage, pdfium)
    try:
        return [
            "".join(texts.get(mark, "") for mark in _list_marks(heading, pdfium, _DEPTH))
            for number in range(pdfium.FPDF_StructTree_CountChildren(tree))
            for heading in _list_headings(
                pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), pdfium, _DEPTH
            )
        ]
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _list_headings(element: Any, pdfium: Any, depth: int) -> Iterator[Any]:
    if not element or not depth:
        return
    if _HEADING.fullmatch(_name_of(element, pdfium)):
        yield element
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        yield from _list_headings(
            pdfium.FPDF_StructElement_GetChildAtIndex(element, number), pdfium, depth - 1
        )


def _name_of(element: Any, pdfium: Any) -> str:
    buffer = ctypes.create_string_buffer(_SIZE)
    size = pdfium.FPDF_StructElement_GetType(element, buffer, _SIZE)
    return buffer.raw[: max(0, min(size, _SIZE) - 2)].decode("utf-16-le", "replace")


def compare(
    text: str | None, known: Alignment, fields: Sequence[RichText], *, rtl: bool = False
) -> StructureFindings:
    """What the text of a structure lacks, or has at another place; None is the text of the page. `known` is
    how that was aligned with the fields: what it lacks is no fault of the structure. `rtl` says that the page
    runs from right to left: its structure has the order of reading all the same.
    """
    if text is None or (not known.reordered and _is_in_order(fold(text), known)):
        return StructureFindings()
    found = align(text, fields, rtl=rtl)
    missing = {(loss.path, loss.text) for loss in known.losses}
    if known.reordered:  # by extractors, so that nothing is known of the order of the page
        lost = tuple(loss for loss in found.losses if (loss.path, loss.text) not in missing)
        return StructureFindings(lost, tuple(find_displaced_whole(found)))
    moved = {(one.path, one.text) for one in find_displaced(known)}
    return StructureFindings(
        tuple(loss for loss in found.losses if (loss.path, loss.text) not in missing),
        tuple(one for one in find_displaced(found) if (one.path, one.text) not in moved),
    )


def _is_in_order(text: str, known: Alignment) -> bool:
    """Whether a folded text has everything that was printed, one after the other. The texts of a heading may
    change places, since each template has an order of its own.
    """
    at = 0
    for _, heading in groupby(known.segments, key=lambda segment: heading_of(segment) or segment.number):
        start = at
        for segment in heading:
            whole = "".join(segment.words)
            place = text.find(whole, start)
            if place < 0:
                return False
            at = max(at, place + len(whole))
    return True
