"""What of a page's text people do not see: invisible, pale, tiny, covered, off the page; and its fonts.

The objects of a page are read through pdfium's own functions: pypdfium2's wrappers take ten times as long.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any

from texresume.records import dataclass

from .marks import read_text

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
TINY = 4.0
"""Points: smaller letters are not meant to be read. Footnotes have 6, subscripts of subscripts 5."""
_PALE = 200
"""Red, green and blue from which on a colour may vanish on white."""
_FAINT = 64
"""Alpha below which any colour may vanish."""
_INK = 24
"""Difference of grey levels (of 255) that people see."""
_SCALE = 2.0
"""Pixels per point of the picture that decides whether a suspicious text is seen."""
_THIN = 4
"""Pixels: a box at most so high may be filled by one stroke."""
_COVER = 3.0
"""Points: rules are thinner, anything that covers a text is thicker."""
_INVISIBLE = {3, 7}
"""Rendering modes "neither fill nor stroke" and "add to path": ISO 32000-1, table 106."""
_CERTAIN = {"invisible-text", "tiny-text"}
"""Codes that hold without a look at the picture."""
_DEPTH = 8
"""How many levels of forms within forms are read."""


@dataclass(slots=True)
class PageVisibility:
    """What a page's objects tell.

    `hidden` maps the code of a diagnostic to the page's text without what it is about, and to that text;
    `upright` and `turned` count texts by their orientation, `objects` counts everything that is drawn;
    `marked` are the texts of a tagged PDF by the number of their mark (-1: none).
    """

    fonts: dict[int, Any] = field(default_factory=dict)
    hidden: dict[str, tuple[str, str]] = field(default_factory=dict)
    objects: int = 0
    upright: int = 0
    turned: int = 0
    marked: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _PaintedObjects:
    """The objects of a page with their rank in the order of painting: texts, and what may cover them.

    `suspects` are texts that may not be seen, with the code that says why.
    """

    texts: list[tuple[int, Any]] = field(default_factory=list)
    suspects: list[tuple[str, Any]] = field(default_factory=list)
    covers: list[tuple[int, Any]] = field(default_factory=list)


def inspect_page(
    page: Any, textpage: Any, text: str, pdfium: Any, *, thorough: bool = False, tagged: bool = False
) -> PageVisibility:
    """Look through a page of pypdfium2; `text` is what pdfium reads on it, `pdfium` its raw functions.

    `thorough` looks for every text in the page's picture, not only for suspicious ones; `tagged` asks for
    the mark of each.
    """
    result, painted = PageVisibility(), _PaintedObjects()
    # Output parameters of the C functions, allocated once for all objects.
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    rotation = page.get_rotation() // 90
    for item, kind, scale in _iterate_objects(page.raw, pdfium):
        result.objects += 1
        if kind != pdfium.FPDF_PAGEOBJ_TEXT:
            painted.covers.append((result.objects, item))
            continue
        painted.texts.append((result.objects, item))
        if font := pdfium.FPDFTextObj_GetFont(item):
            result.fonts[_address_of(font)] = font
        pdfium.FPDFTextObj_GetFontSize(item, size)
        pdfium.FPDFPageObj_GetMatrix(item, matrix)
        pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
        if tagged:
            mark = pdfium.FPDFPageObj_GetMarkedContentID(item)
            result.marked.setdefault(mark, []).append(item)
        if _count_quarter_turns(matrix) == rotation:
            result.upright += 1
        else:
            result.turned += 1
        if pdfium.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE:
            painted.suspects.append(("invisible-text", item))
        elif abs(size.value) * scale * abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 < TINY:
            painted.suspects.append(("tiny-text", item))
        elif min(red.value, green.value, blue.value) >= _PALE or alpha.value < _FAINT:
            painted.suspects.append(("pale-text", item))
        elif thorough:
            painted.suspects.append(("unseen-text", item))
    painted.suspects[:0] = [("covered-text", item) for item in _find_covered(painted, pdfium)]
    if painted.suspects:
        _find_hidden(painted.suspects, page, textpage, result, pdfium)
    _find_off_page(page, textpage, text, result)
    return result


def _iterate_objects(page: Any, pdfium: Any) -> Iterator[tuple[Any, int, float]]:
    """The objects of a page and of the forms on it, each with its kind and the scale of its form."""
    for number in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, number)
        if (kind := pdfium.FPDFPageObj_GetType(item)) == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _iterate_form(item, pdfium, 1.0, _DEPTH)
        else:
            yield item, kind, 1.0


def _iterate_form(form: Any, pdfium: Any, scale: float, depth: int) -> Iterator[tuple[Any, int, float]]:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(form, matrix)
    scale *= abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    for number in range(pdfium.FPDFFormObj_CountObjects(form)):
        item = pdfium.FPDFFormObj_GetObject(form, number)
        if (kind := pdfium.FPDFPageObj_GetType(item)) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, kind, scale
        elif depth:
            yield from _iterate_form(item, pdfium, scale, depth - 1)


def _count_quarter_turns(matrix: Any) -> int:
    """By how many quarter turns a text is rotated to the left; the page may be rotated back by as many."""
    if abs(matrix.a) >= abs(matrix.b):
        return 0 if matrix.a >= 0 else 2
    return 1 if matrix.b > 0 else 3


def _read_box(item: Any, pdfium: Any) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return left, bottom, right, top


def _find_covered(painted: _PaintedObjects, pdfium: Any) -> Iterator[Any]:
    """Texts over which something filled was painted later."""
    boxes: list[tuple[int, Any, Box]] = []
    for rank, cover in painted.covers:
        if not painted.texts or rank < painted.texts[0][0] or not _is_filled(cover, pdfium):
            continue
        left, bottom, right, top = _read_box(cover, pdfium)
        if min(right - left, top - bottom) < _COVER:
            continue
        boxes = boxes or [(number, item, _read_box(item, pdfium)) for number, item in painted.texts]
        for number, item, (x, y, to_x, to_y) in boxes:
            if number < rank and left < to_x and x < right and bottom < to_y and y < top:
                yield item


def _is_filled(item: Any, pdfium: Any) -> bool:
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
        return True  # a picture, a shading
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    return bool(mode.value)


def _find_hidden(
    suspects: Sequence[tuple[str, Any]], page: Any, textpage: Any, result: PageVisibility, pdfium: Any
) -> None:
    """Which of the suspects have letters or digits that the page's picture does not show."""
    with_letters = [(code, item) for code, item in suspects if _has_letters(item, textpage, pdfium)]
    # Rendering the page is by far the most expensive step: only where it can clear a suspect.
    needs_picture = any(code not in _CERTAIN for code, _ in with_letters)
    is_seen = _render(page) if needs_picture else None
    hidden: dict[str, dict[int, Any]] = {}
    judged: set[int] = set()
    for code, item in with_letters:
        if _address_of(item) in judged:
            continue
        judged.add(_address_of(item))
        if code in _CERTAIN or not (is_seen and is_seen(_read_box(item, pdfium))):
            hidden.setdefault(code, {})[_address_of(item)] = item
    for code, items in hidden.items():
        text = "".join(read_text(item, textpage, pdfium) for item in items.values())
        result.hidden[code] = (_read_without(set(items), textpage, pdfium), text)


def _has_letters(item: Any, textpage: Any, pdfium: Any) -> bool:
    return any(map(str.isalnum, read_text(item, textpage, pdfium)))


def _address_of(item: Any) -> int:
    return ctypes.addressof(item.contents)


def _read_without(items: set[int], textpage: Any, pdfium: Any) -> str:
    """The text of a page without that of the given objects."""
    kept = []
    for number in range(pdfium.FPDFText_CountChars(textpage.raw)):
        item = pdfium.FPDFText_GetTextObject(textpage.raw, number)
        if not item or _address_of(item) not in items:
            kept.append(chr(pdfium.FPDFText_GetUnicode(textpage.raw, number)))
    return "".join(kept).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _render(page: Any) -> Callable[[Box], bool]:
    """Render the page; returns a function that tells whether anything is visible within a box."""
    bitmap = page.render(scale=_SCALE, grayscale=True, may_draw_forms=False)
    width, height, stride, grey = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
    bitmap.close()
    edges = page.get_bbox()

    def has_ink(box: Box) -> bool:
        left, right = (round((x - edges[0]) * _SCALE) for x in (box[0], box[2]))
        top, bottom = (round((edges[3] - y) * _SCALE) for y in (box[3], box[1]))
        if (
            bottom - top <= _THIN
        ):  # a stroke that fills its box, such as 一, is seen against what is around it
            top, bottom = top - 2, bottom + 2
        rows = [
            grey[row * stride + max(0, left) : row * stride + min(width, right)]
            for row in range(max(0, top), min(height, bottom))
        ]
        pixels = b"".join(rows)
        return bool(pixels) and max(pixels) - min(pixels) >= _INK

    return has_ink


def _find_off_page(page: Any, textpage: Any, text: str, result: PageVisibility) -> None:
    """Find text outside of what is shown of the page."""
    inside = textpage.get_text_bounded(*page.get_bbox())
    count = len("".join(text.split())) - len("".join(inside.split()))
    if count > 0:
        result.hidden["off-page"] = (inside, f"{count} characters")
