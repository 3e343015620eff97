"""The text and the marks of one object on a page, through pdfium's own functions."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

ARTIFACT = "Artifact"
"""The mark of what is no part of the text, such as a foot or a rule: ISO 32000-1, 14.8.2.2."""
_LINE = 1 << 11
"""Bytes for the text of one object, which is rarely longer than a line."""
_BUFFER = ctypes.create_string_buffer(_LINE)
_EDGES = [ctypes.c_float() for _ in range(4)]
_UNITS = ctypes.cast(_BUFFER, ctypes.POINTER(ctypes.c_ushort))


def read_text(item: Any, textpage: Any, pdfium: Any) -> str:
    """The text of an object."""
    size = pdfium.FPDFTextObj_GetText(item, textpage.raw, _UNITS, _LINE)  # bytes, with a NUL at the end
    if size <= _LINE:
        return ctypes.string_at(_BUFFER, max(0, size - 2)).decode("utf-16-le", "replace")
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFTextObj_GetText(item, textpage.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def is_blank(item: Any, pdfium: Any) -> bool:
    """Whether an object is nothing but spaces, which have no box; quicker than reading it."""
    left, bottom, right, top = _EDGES
    return bool(pdfium.FPDFPageObj_GetBounds(item, *_EDGES)) and (
        left.value >= right.value or bottom.value >= top.value
    )


def read_marks(item: Any, pdfium: Any) -> Iterator[tuple[str, bool]]:
    """The name of each mark around an object, and whether it says more than that."""
    for number in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, number)
        yield _name_of(mark, pdfium), pdfium.FPDFPageObjMark_CountParams(mark) > 0


def _name_of(mark: Any, pdfium: Any) -> str:
    size = ctypes.c_ulong()
    buffer = (ctypes.c_ushort * 64)()
    pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), size)
    return bytes(buffer)[: max(0, size.value - 2)].decode("utf-16-le", "replace")
