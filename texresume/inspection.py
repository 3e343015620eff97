"""What a machine reads from the PDF, compared with what was written.

Every build asks pdfium; `check` asks every other reader that is installed as well. Texts are compared after
Unicode's NFKC and without white space and case, leaf by leaf in the order in which the template printed them;
each stretch of the page answers for one leaf only, so that a bullet that fell out is missed even where its
words stand elsewhere too.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any

from . import links
from .inline import Anchor, Inline, Math, Rich, Span, plain_text
from .renderer import Rendered

MAXIMUM_PIECES = 6
"""In how many pieces a leaf may come back: lines beside a right column, or parted by the foot of a page."""
_PAGE = 1500
"""Characters that a page holds at the least when one text fills it."""
_NEAR = 600
"""How far before the last match a leaf may begin, in characters: a right column is read before or after."""
# pdfium writes U+FFFE for a hyphen at a line's end; nothing of ours is hyphenated, so it is a hyphen.
_PDFIUM_HYPHEN = "\ufffe"
_UNREADABLE = re.compile(r"[\ue000-\uf8ff\ufffd\ufb00-\ufb06]|\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class Loss:
    """A text that did not come back whole: its path in the data, itself, the words that are lost."""

    path: str
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspection found."""

    pages: int
    lines_over: int
    lost: tuple[Loss, ...]
    missing_links: tuple[str, ...]
    link_count: int
    fonts_embedded: bool
    unembedded: tuple[str, ...]
    title: str
    author: str
    unreadable: tuple[str, ...]
    readers: tuple[str, ...] = field(default=("pdfium",))

    @property
    def good(self) -> bool:
        """Whether a machine reads what was written."""
        return not (self.lost or self.missing_links or self.unembedded or self.unreadable) and bool(
            self.title
        )

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "characters_lost": sum(len(word) for loss in self.lost for word in loss.words),
            "words_lost": sum(len(loss.words) for loss in self.lost),
            "links": self.link_count,
            "links_lost": len(self.missing_links),
            "fonts_embedded": self.fonts_embedded,
            "readers": list(self.readers),
        }


def inspect(pdf: bytes, rendered: Rendered, *, page_limit: int | None, measures: Mapping[str, str]) -> Report:
    """Compare a PDF with what was printed into it. Raises `ValueError` if it does not open."""
    seen = _seen_by_pdfium(pdf)
    text = "\n".join(seen.pages)
    wanted = list(dict.fromkeys(url for printed in rendered.leaves for url in _targets(printed.leaf)))
    return Report(
        pages=len(seen.pages),
        lines_over=_lines_over(seen.pages, page_limit, measures),
        lost=tuple(lost(text, [printed.leaf for printed in rendered.leaves])),
        missing_links=tuple(
            url for url in wanted if not any(links.same_target(url, link) for link in seen.links)
        ),
        link_count=len(seen.links),
        fonts_embedded=not seen.unembedded,
        unembedded=seen.unembedded,
        title=seen.title,
        author=seen.author,
        unreadable=tuple(dict.fromkeys(_UNREADABLE.findall(text))),
    )


def folded(text: str) -> str:
    """A text for comparison: NFKC, no case, no white space, no break marks."""
    text = unicodedata.normalize("NFKC", text.replace(_PDFIUM_HYPHEN, "-"))
    return re.sub(r"[\s\u200b\x00-\x1f]+", "", text).casefold()


def lost(text: str, leaves: Iterable[Rich], *, orderly: bool = True) -> Iterable[Loss]:
    """The leaves that a text does not hold, in the order given.

    Without `orderly` a leaf may come back in pieces that lie far apart.
    """
    page = folded(text)
    cursor = 0
    for leaf in leaves:
        missing: list[str] = []
        for words in _segments(leaf):
            page, cursor, gone = _consume(page, cursor, words, orderly)
            missing += gone
        if missing:
            path = next((part.path for part in leaf.parts if part.path), "")
            yield Loss(path, str(leaf), tuple(missing))


def _segments(leaf: Rich) -> Iterable[list[str]]:
    """The words of a leaf between its formulas: a formula's own text layer is not compared."""
    text = "".join(
        "\0" if inline is None else inline for part in leaf.parts for inline in _pieces(part.inlines)
    )
    return [
        words for segment in text.split("\0") if (words := [w for w in map(folded, segment.split()) if w])
    ]


def _pieces(inlines: Sequence[Inline]) -> Iterable[str | None]:
    for inline in inlines:
        if isinstance(inline, Math):
            yield None
        elif isinstance(inline, Span | Anchor):
            yield from _pieces(inline.children)
        else:
            yield plain_text([inline])


def _consume(page: str, cursor: int, words: Sequence[str], orderly: bool) -> tuple[str, int, list[str]]:
    """Find words on the page in as few pieces as can be, and blank them there.

    Returns the page, the new cursor, and the words that are lost. A leaf that is not there takes nothing away
    from others: the page stays as it was.
    """
    rest, at, start = page, cursor, 0
    gone: list[str] = []
    found: list[tuple[int, int]] = []
    while start < len(words):
        end = len(words)
        while end > start:
            piece = "".join(words[start:end])
            place = rest.find(piece, max(0, at - _NEAR))
            if place < 0:
                place = rest.find(piece)
            if place >= 0:
                break
            end -= 1
        else:
            gone.append(words[start])
            start += 1
            continue
        found.append((place, len(piece)))
        rest = f"{rest[:place]}{chr(0) * len(piece)}{rest[place + len(piece) :]}"
        at, start = place + len(piece), end
    if not gone and (len(found) > _pieces_allowed(words) or (orderly and _scattered(found))):
        gone = list(words)
    return (page, cursor, gone) if gone else (rest, at, [])


def _pieces_allowed(words: Sequence[str]) -> int:
    """A text that fills pages is parted by the foot of each."""
    return MAXIMUM_PIECES + sum(map(len, words)) // _PAGE


def _scattered(found: Sequence[tuple[int, int]]) -> bool:
    """Whether pieces lie so far apart that they are words of other texts."""
    return any(
        not -_NEAR <= after[0] - (before[0] + before[1]) <= 2 * _NEAR for before, after in pairwise(found)
    )


def _targets(leaf: Rich) -> Iterable[str]:
    def walk(inlines: Sequence[Inline]) -> Iterable[str]:
        for inline in inlines:
            if isinstance(inline, Anchor):
                yield inline.url
            if isinstance(inline, Span | Anchor):
                yield from walk(inline.children)

    for part in leaf.parts:
        yield from walk(part.inlines)


def _lines_over(pages: Sequence[str], limit: int | None, measures: Mapping[str, str]) -> int:
    """By how many lines the text is longer than its pages may be."""
    if limit is None or len(pages) <= limit:
        return 0
    try:
        height, room, leading = (
            float(measures[key].removesuffix("pt")) for key in ("height", "room", "leading")
        )
    except (KeyError, ValueError):
        return sum(len(page.split("\n")) for page in pages[limit:])
    # A line of text comes with a little white above it: 13.8 pt over is one line of 12.6, not two.
    return max(1, math.ceil((height - limit * room) / (1.1 * leading)))


@dataclass(frozen=True, slots=True)
class _Seen:
    pages: tuple[str, ...]
    links: tuple[str, ...]
    unembedded: tuple[str, ...]
    title: str
    author: str


def _seen_by_pdfium(pdf: bytes) -> _Seen:
    import pypdfium2  # noqa: PLC0415 - 60 ms that `validate` need not spend
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - see above

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    pages, found, unembedded = [], [], set()
    try:
        for page in document:
            textpage = page.get_textpage()
            pages.append(textpage.get_text_range().replace("\r\n", "\n"))
            found += _links(document, page, pdfium)
            unembedded |= _unembedded(page, pdfium)
            textpage.close()
            page.close()
        metadata = document.get_metadata_dict()
    finally:
        document.close()
    return _Seen(
        tuple(pages),
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
    from pdfminer.high_level import extract_text  # noqa: PLC0415 - comes with pdfplumber

    return str(extract_text(BytesIO(pdf)))


def _pdfminer_by_line(pdf: bytes) -> str:
    from pdfminer.high_level import extract_text  # noqa: PLC0415 - see above
    from pdfminer.layout import LAParams  # noqa: PLC0415 - see above

    return str(extract_text(BytesIO(pdf), laparams=LAParams(char_margin=200)))


def _pdftotext(pdf: bytes) -> str:
    import shutil  # noqa: PLC0415 - for `check` alone
    import subprocess  # noqa: PLC0415 - see above

    program = shutil.which("pdftotext")
    if program is None:
        raise ImportError("pdftotext")
    done = subprocess.run([program, "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)  # noqa: S603 - a program of poppler's
    return done.stdout.decode("utf-8", "replace")


READERS: dict[str, Callable[[bytes], str]] = {
    "pypdf": _pypdf,
    "pdfplumber": _pdfplumber,
    "pdfminer": _pdfminer,
    "pdfminer by line": _pdfminer_by_line,
    "pdftotext": _pdftotext,
}
"""Readers beside pdfium: each gives the text of a PDF, or raises ImportError where it is not installed."""

_WITHOUT_ORDER = frozenset(["pdfminer"])
"""Its analysis of boxes puts the right edge beside other lines: the words count, not their order."""


def second_opinions(pdf: bytes, rendered: Rendered) -> dict[str, list[Loss]]:
    """What each of the other installed readers misses."""
    leaves = [printed.leaf for printed in rendered.leaves]
    found: dict[str, list[Loss]] = {}
    for name, read in READERS.items():
        try:
            text = read(pdf)
        except ImportError:
            continue
        found[name] = list(lost(text, leaves, orderly=name not in _WITHOUT_ORDER))
    return found
