"""The structure of a tagged PDF as pdfium sees it, in the order in which a screen reader says it.

Nearly always that is the order in which the page was painted, which is that of its text. So texts are read by
their elements only where it is another one, or where something on the page is in no element: for each, pdfium
looks through the whole page.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby
from typing import Any

from texresume.records import dataclass
from texresume.text.inline import RichText

from .alignment import Alignment, Loss, align
from .folding import fold
from .marks import ARTIFACT, is_blank, read_marks, read_text
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


Moves = tuple[tuple[str, str], ...]
"""Texts of a page without white space, as they were painted and as the structure has them."""


@dataclass(frozen=True, slots=True)
class StructureText:
    """The text of a structure. Where only `moves` tell it from that of the page, it has no white space."""

    text: str
    moves: Moves | None = None

    @staticmethod
    def join(pages: Sequence[tuple[str, StructureText | None]]) -> StructureText | None:
        """That of a document, from the text of each page and that of its structure if it is another one."""
        if all(read is None for _, read in pages):
            return None
        text = "\n".join(text if read is None else read.text for text, read in pages)
        found = [() if read is None else read.moves for _, read in pages]
        moves = [moves for moves in found if moves is not None]
        return StructureText(text, tuple(chain.from_iterable(moves)) if len(moves) == len(found) else None)


def is_readable(document: Any, pdfium: Any) -> bool:
    """Whether a document is tagged."""
    return bool(pdfium.FPDFCatalog_IsTagged(document.raw))


def read_page(
    page: Any, textpage: Any, text: str, marked: Mapping[int, Sequence[Any]], pdfium: Any
) -> StructureText | None:
    """The text of a page's structure, one mark a line, or None where that is the text of the page. What the
    template printed of itself, such as the date at the foot, is at the end, for it may be a text of the data.

    `text` is that of the page, `marked` are its texts by the numbers of their marks, in the order in which
    they were painted.
    """
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return StructureText("") if marked else None
    try:
        roots = range(pdfium.FPDF_StructTree_CountChildren(tree))
        elements = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, number) for number in roots]
        order = [mark for element in elements for mark in _list_marks(element, pdfium, _DEPTH)]
        ranks = {mark: rank for rank, mark in enumerate(marked)}
        loose = ranks.keys() - order
        order = [mark for mark in order if mark in ranks]
        if not any(_is_text(item, textpage, pdfium) for mark in loose for item in marked[mark]):
            painted = [mark for mark in marked if mark not in loose]
            if order == painted:
                return None
            read = partial(_read_mark, marked=marked, textpage=textpage, pdfium=pdfium)
            if (moved := _rearranged(text, painted, order, read)) is not None:
                return moved
        lines = [marked[mark] for mark in order]
        lines.append([item for item in marked.get(_UNMARKED, ()) if _is_artifact(item, pdfium)])
        return StructureText(
            "\n".join("".join(read_text(item, textpage, pdfium) for item in line) for line in lines)
        )
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _read_mark(mark: int, marked: Mapping[int, Sequence[Any]], textpage: Any, pdfium: Any) -> str:
    return "".join([read_text(item, textpage, pdfium) for item in marked[mark]])


def _rearranged(
    text: str, painted: Sequence[int], order: Sequence[int], read: Callable[[int], str]
) -> StructureText | None:
    """The text of a page with its marks in another order than they were painted; None if a mark is in it
    twice, or its text is not found. Only marks that change places are read.
    """
    if len(painted) != len(order):
        return None
    ranks = {mark: rank for rank, mark in enumerate(painted)}
    whole, moves, pieces, end = "".join(text.split()), [], list[str](), 0
    start = highest = 0
    for number, mark in enumerate(order):
        highest = max(highest, ranks[mark])
        if highest > number:
            continue
        if number > start:  # the same marks as were painted here, in another order
            texts = {one: "".join(read(one).split()) for one in order[start : number + 1]}
            before = "".join([texts.get(one, "") for one in painted[start : number + 1]])
            place = whole.find(before, end)
            if place < 0:
                return None
            moves.append((before, "".join(texts.values())))
            pieces += [whole[end:place], moves[-1][1]]
            end = place + len(before)
        start = number + 1
    return StructureText("".join([*pieces, whole[end:]]), tuple(moves))


def _list_marks(element: Any, pdfium: Any, depth: int) -> list[int]:
    """The numbers of the marks of an element and of those in it."""
    found: list[int] = []
    count, mark_of = (
        pdfium.FPDF_StructElement_CountChildren,
        pdfium.FPDF_StructElement_GetChildMarkedContentID,
    )
    child_of = pdfium.FPDF_StructElement_GetChildAtIndex

    def walk(element: Any, depth: int) -> None:
        for number in range(count(element)):
            mark = mark_of(element, number)
            if mark >= 0:
                found.append(mark)
            elif depth and (child := child_of(element, number)):
                walk(child, depth - 1)

    if element:
        walk(element, depth)
    return found


def _is_text(item: Any, textpage: Any, pdfium: Any) -> bool:
    """Whether an object has letters that the template did not print of itself."""
    if is_blank(item, pdfium) or _is_artifact(item, pdfium):
        return False
    return any(map(str.isalnum, read_text(item, textpage, pdfium)))


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
    read: StructureText | None, known: Alignment, fields: Sequence[RichText], *, rtl: bool = False
) -> StructureFindings:
    """What the text of a structure lacks, or has at another place; None is the text of the page. `known` is
    how that was aligned with the fields: what it lacks is no fault of the structure. `rtl` says that the page
    runs from right to left: its structure has the order of reading all the same.
    """
    if read is None or (not known.reordered and _is_as_printed(read, known)):
        return StructureFindings()
    found = align(read.text, fields, rtl=rtl)
    missing = {(loss.path, loss.text) for loss in known.losses}
    if known.reordered:  # by extractors, so that nothing is known of the order of the page
        lost = tuple(loss for loss in found.losses if (loss.path, loss.text) not in missing)
        return StructureFindings(lost, tuple(find_displaced_whole(found)))
    moved = {(one.path, one.text) for one in find_displaced(known)}
    return StructureFindings(
        tuple(loss for loss in found.losses if (loss.path, loss.text) not in missing),
        tuple(one for one in find_displaced(found) if (one.path, one.text) not in moved),
    )


def _is_as_printed(read: StructureText, known: Alignment) -> bool:
    if read.moves and _are_within_headings(read.moves, known):
        return True
    return _is_in_order(fold(read.text), known)


def _are_within_headings(moves: Moves, known: Alignment) -> bool:
    """Whether each move only changes the places of texts of one heading, and keeps these whole: so in the
    most usual case, no other text need be looked for.
    """
    placed = sorted((start, start + size, one) for one, spans in known.spans.items() for start, size in spans)
    starts = [start for start, _, _ in placed]
    end = 0
    for before, after in ((fold(painted), fold(moved)) for painted, moved in moves):
        begin = known.text.find(before, end)
        if begin < 0:
            return False
        end = begin + len(before)
        inside = placed[bisect_left(starts, begin) : bisect_left(starts, end)]
        segments = [known.segments[one] for _, _, one in inside]
        if len({heading_of(one) for one in segments} - {""}) != 1 or not all(map(heading_of, segments)):
            return False
        if inside[-1][1] > end or any("".join(one.words) not in after for one in segments):
            return False
    return True


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
