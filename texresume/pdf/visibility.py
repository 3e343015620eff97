"""What of a page's text people do not see: invisible, pale, tiny, covered, beyond the edge; and its fonts.

Objects of a page are asked through pdfium's own functions: pypdfium2's wrappers take ten times as long.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

TINY = 4.0
"""Points: smaller letters are not meant to be read. Footnotes have 6, indices of indices 5."""
_PALE = 200
"""Red, green and blue from which on a colour may vanish on white; below it, alpha at which any colour may."""
_FAINT = 64
_INK = 24
"""Difference of grey levels (of 255) that people see."""
_SCALE = 2.0
"""Pixels for each point in the picture that decides whether a suspicious text is seen."""
_COVER = 3.0
"""Points: rules are thinner, what covers a text is not."""
_INVISIBLE = {3, 7}
"""Rendering modes "neither fill nor stroke" and "add to path": ISO 32000-1, table 106."""
_SURE = {"invisible-text", "tiny-text"}
"""Faults that need no picture."""
_DEPTH = 8
"""How many forms within forms are looked through."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


@dataclass(slots=True)
class Sight:
    """What a page's objects say.

    `hidden` leads from a diagnostic's code to the page's text without what that code is about, and what that
    is; `upright` and `turned` count texts by the way in which they stand; `objects` all that is drawn.
    """

    fonts: dict[int, Any] = field(default_factory=dict)
    hidden: dict[str, tuple[str, str]] = field(default_factory=dict)
    objects: int = 0
    upright: int = 0
    turned: int = 0


@dataclass(slots=True)
class _Objects:
    """The objects of a page in the order in which they are painted: texts, and what may cover them."""

    texts: list[tuple[int, Any]] = field(default_factory=list)
    suspects: list[tuple[str, Any]] = field(default_factory=list)
    covers: list[tuple[int, Any]] = field(default_factory=list)


def look(page: Any, textpage: Any, text: str, pdfium: Any, *, thorough: bool = False) -> Sight:
    """Look through a page of pypdfium2; `text` is what pdfium reads on it, `pdfium` its raw functions.

    `thorough` looks for every text in the page's picture, not only for those that give cause.
    """
    sight, found = Sight(), _Objects()
    # One set of places that the C functions write to, for all objects.
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    rotation = page.get_rotation() // 90
    for item, kind, scale in _walk(page.raw, pdfium):
        sight.objects += 1
        if kind != pdfium.FPDF_PAGEOBJ_TEXT:
            found.covers.append((sight.objects, item))
            continue
        found.texts.append((sight.objects, item))
        if font := pdfium.FPDFTextObj_GetFont(item):
            sight.fonts[_address(font)] = font
        pdfium.FPDFTextObj_GetFontSize(item, size)
        pdfium.FPDFPageObj_GetMatrix(item, matrix)
        pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
        if _quarters(matrix) == rotation:
            sight.upright += 1
        else:
            sight.turned += 1
        if pdfium.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE:
            found.suspects.append(("invisible-text", item))
        elif abs(size.value) * scale * abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 < TINY:
            found.suspects.append(("tiny-text", item))
        elif min(red.value, green.value, blue.value) >= _PALE or alpha.value < _FAINT:
            found.suspects.append(("pale-text", item))
        elif thorough:
            found.suspects.append(("unseen-text", item))
    found.suspects[:0] = [("covered-text", item) for item in _covered(found, pdfium)]
    if found.suspects:
        _judge(found.suspects, page, textpage, sight, pdfium)
    _beyond(page, textpage, text, sight)
    return sight


def _walk(page: Any, pdfium: Any) -> Iterator[tuple[Any, int, float]]:
    """Objects of a page and of the forms on it, their kinds, and by how much their form is scaled."""
    for number in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, number)
        if (kind := pdfium.FPDFPageObj_GetType(item)) == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _inside(item, pdfium, 1.0, _DEPTH)
        else:
            yield item, kind, 1.0


def _inside(form: Any, pdfium: Any, scale: float, depth: int) -> Iterator[tuple[Any, int, float]]:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(form, matrix)
    scale *= abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    for number in range(pdfium.FPDFFormObj_CountObjects(form)):
        item = pdfium.FPDFFormObj_GetObject(form, number)
        if (kind := pdfium.FPDFPageObj_GetType(item)) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, kind, scale
        elif depth:
            yield from _inside(item, pdfium, scale, depth - 1)


def _quarters(matrix: Any) -> int:
    """By how many quarters of a circle a text is turned to the left: the page may be turned back by them."""
    if abs(matrix.a) >= abs(matrix.b):
        return 0 if matrix.a >= 0 else 2
    return 1 if matrix.b > 0 else 3


def _box(item: Any, pdfium: Any) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return left, bottom, right, top


def _covered(found: _Objects, pdfium: Any) -> Iterator[Any]:
    """Texts on which something that is filled was painted later."""
    boxes: list[tuple[int, Any, Box]] = []
    for place, cover in found.covers:
        if not found.texts or place < found.texts[0][0] or not _fills(cover, pdfium):
            continue
        left, bottom, right, top = _box(cover, pdfium)
        if min(right - left, top - bottom) < _COVER:
            continue
        boxes = boxes or [(number, item, _box(item, pdfium)) for number, item in found.texts]
        for number, item, (x, y, to_x, to_y) in boxes:
            if number < place and left < to_x and x < right and bottom < to_y and y < top:
                yield item


def _fills(item: Any, pdfium: Any) -> bool:
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
        return True  # a picture, a shading
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    return bool(mode.value)


def _judge(suspects: Sequence[tuple[str, Any]], page: Any, textpage: Any, sight: Sight, pdfium: Any) -> None:
    """Which of the suspects has letters or digits that the page's picture does not show."""
    told = [(code, item) for code, item in suspects if _says(item, textpage, pdfium)]
    doubtful = any(code not in _SURE for code, _ in told)
    shows = _picture(page) if doubtful else None
    guilty: dict[str, dict[int, Any]] = {}
    judged: set[int] = set()
    for code, item in told:
        if _address(item) in judged:
            continue
        judged.add(_address(item))
        if code in _SURE or not (shows and shows(_box(item, pdfium))):
            guilty.setdefault(code, {})[_address(item)] = item
    for code, items in guilty.items():
        text = "".join(_text(item, textpage, pdfium) for item in items.values())
        sight.hidden[code] = (_without(set(items), textpage, pdfium), text)


def _says(item: Any, textpage: Any, pdfium: Any) -> bool:
    return any(map(str.isalnum, _text(item, textpage, pdfium)))


def _address(item: Any) -> int:
    return ctypes.addressof(item.contents)


def _text(item: Any, textpage: Any, pdfium: Any) -> str:
    size = pdfium.FPDFTextObj_GetText(item, textpage.raw, None, 0)  # bytes, with a NUL at the end
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFTextObj_GetText(item, textpage.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _without(items: set[int], textpage: Any, pdfium: Any) -> str:
    """The text of a page without that of some objects."""
    kept = []
    for number in range(pdfium.FPDFText_CountChars(textpage.raw)):
        item = pdfium.FPDFText_GetTextObject(textpage.raw, number)
        if not item or _address(item) not in items:
            kept.append(chr(pdfium.FPDFText_GetUnicode(textpage.raw, number)))
    return "".join(kept).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _picture(page: Any) -> Callable[[Box], bool]:
    """The page's picture, as a function that says whether there is anything to be seen within a box."""
    bitmap = page.render(scale=_SCALE, grayscale=True, may_draw_forms=False)
    width, height, stride, grey = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
    bitmap.close()
    edges = page.get_bbox()

    def shows(box: Box) -> bool:
        left, right = (round((x - edges[0]) * _SCALE) for x in (box[0], box[2]))
        top, bottom = (round((edges[3] - y) * _SCALE) for y in (box[3], box[1]))
        rows = [
            grey[row * stride + max(0, left) : row * stride + min(width, right)]
            for row in range(max(0, top), min(height, bottom))
        ]
        pixels = b"".join(rows)
        return bool(pixels) and max(pixels) - min(pixels) >= _INK

    return shows


def _beyond(page: Any, textpage: Any, text: str, sight: Sight) -> None:
    """Text beyond what is shown of the page."""
    inside = textpage.get_text_bounded(*page.get_bbox())
    count = len("".join(text.split())) - len("".join(inside.split()))
    if count > 0:
        sight.hidden["off-page"] = (inside, f"{count} characters")
