"""Whether links lie on their own texts, by the areas of a page that they cover.

The order of links in a PDF is a hint only: a macro may print an address before what its arguments have first.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from texresume.data import links
from texresume.latex.render import Rendered
from texresume.records import dataclass
from texresume.text.inline import Anchor, Inline, Span, plain_text

from .folding import fold, path_of

COVERED = 0.6
"""The part of its letters that the links of a text must cover."""
TAKEN = 0.9
"""The part of them that a single link with another target must cover to be on it."""
_BETTER = 0.05
"""By how much more it must cover than the link to its own: addresses have most of their letters in common."""


@dataclass(frozen=True, slots=True)
class LinkArea:
    """The area of a link, and the text in it. `page` is that of the PDF, from 0."""

    page: int
    target: str
    text: str


def find_displaced(pdf: bytes, rendered: Rendered) -> Iterator[tuple[str, str]]:
    """Target and path of each printed link on whose text another one lies."""
    areas = read(pdf)
    for target, text, path in _list_printed(rendered):
        if find_others(areas, target, text):
            yield target, path


def read(pdf: bytes) -> tuple[LinkArea, ...]:
    """The areas of the links of a PDF that pdfium opens."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(pdf)
    found: list[LinkArea] = []
    try:
        for number, page in enumerate(document):
            textpage = page.get_textpage()
            found += read_page(document, page, textpage, number, pdfium)
            textpage.close()
            page.close()
    finally:
        document.close()
    return tuple(found)


def read_page(document: Any, page: Any, textpage: Any, number: int, pdfium: Any) -> Iterator[LinkArea]:
    """Those of a page."""
    position, link, box = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        action = pdfium.FPDFLink_GetAction(link)
        size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0) if action else 0
        if size > 1 and pdfium.FPDFLink_GetAnnotRect(link, ctypes.byref(box)):
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
            text = textpage.get_text_bounded(box.left, box.bottom, box.right, box.top)
            yield LinkArea(number, buffer.value.decode("utf-8", "replace"), text)


def is_covered(areas: Sequence[LinkArea], target: str, text: str) -> bool:
    """Whether the links to a target cover a text."""
    return not fold(text) or _cover(_own(areas, target), Counter(fold(text))) >= COVERED


def find_others(areas: Sequence[LinkArea], target: str, text: str) -> list[LinkArea]:
    """The links to other targets that cover a text, and better than those to its own do."""
    expected, core = Counter(fold(text)), links.core(target)
    if not expected:
        return []
    least = max(TAKEN, _cover(_own(areas, target), expected) + _BETTER)
    others = (area for area in areas if links.core(area.target) != core)
    return [area for area in others if _cover([area], expected) >= least]


def _own(areas: Sequence[LinkArea], target: str) -> list[LinkArea]:
    core = links.core(target)
    return [area for area in areas if links.core(area.target) == core]


def _cover(areas: Sequence[LinkArea], expected: Counter[str]) -> float:
    """Which part of the letters of a text links cover, in any order."""
    covered = Counter(fold("".join(area.text for area in areas)))
    return (expected & covered).total() / expected.total()


def _list_printed(rendered: Rendered) -> Iterator[tuple[str, str, str]]:
    """Target, text and path of each link; that of an address is followed by its text, a field of its own."""
    fields = [printed.field for printed in rendered.fields]
    for number, field in enumerate(fields):
        for fragment in field.parts:
            for anchor in _list_anchors(fragment.inlines):
                text, path = plain_text(anchor.children), fragment.path
                if not text and number + 1 < len(fields):
                    text, path = str(fields[number + 1]), path or path_of(fields[number + 1])
                yield anchor.url, text, path


def _list_anchors(inlines: Sequence[Inline]) -> Iterator[Anchor]:
    for inline in inlines:
        if isinstance(inline, Anchor):
            yield inline
        if isinstance(inline, Span | Anchor):
            yield from _list_anchors(inline.children)
