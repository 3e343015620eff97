"""Where on the pages the texts of the data stand: rectangles for each path, for marking findings."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from texresume.text.inline import RichText, plain_text

from .glyphs import Glyph
from .stretches import Page

_TELLING = 12
"""Characters of a leaf that can stand but once in a document: such leaves are the anchors of all others."""
_REACH = 600
"""How far a leaf may stand from the place where it is due, in characters."""
_LINE = 0.5
"""Share of a character's height by which two of one line overlap at the least."""
_APART = 4.0
"""Gap within a line, in heights of its characters, that no word space is wide enough for."""
_MANY = 3
"""Leaves that are marked for a finding about a whole entry: its head, not its page."""
# Letters, numbers, signs: marks of other letters and white space stand where readers please.
_IGNORED = ("M", "Z", "C")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (the first is 1), in shares of the page from its top left."""

    page: int
    left: float
    top: float
    width: float
    height: float


class Places:
    """Where the leaves of a document stand on its pages, as well as can be told from their text."""

    def __init__(self, glyphs: Sequence[Glyph], fields: Sequence[RichText]) -> None:
        self._glyphs: list[Glyph] = []
        text = []
        for glyph in glyphs:
            for char in _folded(glyph.char):
                text.append(char)
                self._glyphs.append(glyph)
        self._leaves = fields
        self._runs = _aligned("".join(text), [list(_words(field)) for field in fields])

    def of(self, path: str) -> list[Box]:
        """The rectangles of what comes from a place in the data, line by line; none if it is not found.

        What stands below the path counts where nothing is printed from it alone: the head of an entry.
        """
        exact = [span for span in self._spans() if span[1] == path]
        within = [span for span in self._spans() if _below(span[1], path)]
        around = [span for span in self._spans() if _below(path, span[1])]
        spans = exact or within[:_MANY] or around[:1]
        return [box for number, _, first, last in spans for box in self._boxes(number, first, last)]

    def before(self, path: str) -> list[Box]:
        """For what is not on the page: the end of what was printed before it, a rectangle without height."""
        numbers = [number for number, place, _, _ in self._spans() if place == path]
        for number in range(numbers[0] - 1, -1, -1) if numbers else ():
            if boxes := self._boxes(number, 0, 1 << 40):
                end = boxes[-1]
                return [Box(end.page, end.left, end.top + end.height, end.width, 0.0)]
        return []

    def _spans(self) -> Iterator[tuple[int, str, int, int]]:
        """Each part of each leaf: number of the leaf, path, first and last folded character."""
        for number, field in enumerate(self._leaves):
            start = 0
            for part in field.parts:
                size = len(_folded(plain_text(part.inlines)))
                if part.path:
                    yield number, part.path, start, start + size
                start += size

    def _boxes(self, number: int, first: int, last: int) -> list[Box]:
        """The lines that hold these characters of a leaf."""
        standing = []
        for offset, place, size in self._runs.get(number, ()):
            begin, end = max(first, offset), min(last, offset + size)
            standing += self._glyphs[place + begin - offset : place + end - offset] if begin < end else []
        return list(_lines(standing))


def _below(path: str, other: str) -> bool:
    return bool(other) and path != other and path.startswith((f"{other}.", f"{other}["))


def _folded(text: str) -> str:
    """Letter by letter, so that it can be traced back: no case, no marks, no white space, no ligatures."""
    text = text.replace("\ufffe", "-")  # what pdfium makes of a hyphen at a line's end
    return "".join(
        char
        for char in unicodedata.normalize("NFKD", text).casefold()
        if unicodedata.category(char)[0] not in _IGNORED
    )


def _words(field: RichText) -> Iterator[str]:
    text = "".join(plain_text(part.inlines) for part in field.parts)
    yield from filter(None, map(_folded, text.split()))


def _aligned(text: str, fields: Sequence[list[str]]) -> dict[int, list[tuple[int, int, int]]]:
    """For each leaf that is found, its runs: offset in the leaf, place on the page, characters.

    As `comparison` does it, but content with what is there: the leaves that stand but once, then the others
    from the longest to the shortest, each near the place where it is due.
    """
    page = Page(text)
    wholes = ["".join(words) for words in fields]
    starts = list(accumulate(map(len, wholes), initial=0))
    placed: list[tuple[int, int]] = [(-1, 0)]  # number of a leaf, and where on the page it ended
    runs: dict[int, list[tuple[int, int, int]]] = {}

    def due(number: int) -> int:
        before, end = placed[bisect_left(placed, (number, 0)) - 1]
        return end + starts[number] - starts[before + 1]

    order = sorted(range(len(fields)), key=lambda number: -len(wholes[number]))
    anchors = [
        number for number in order if len(wholes[number]) >= _TELLING and text.count(wholes[number]) == 1
    ]
    others = [number for number in order if wholes[number] and number not in set(anchors)]
    interrupted = []
    for number in [*anchors, *others]:
        place = page.take_whole(wholes[number], due(number), len(text) if number in anchors else _REACH)
        if place < 0:
            interrupted.append(number)
            continue
        runs[number] = [(0, place, len(wholes[number]))]
        insort(placed, (number, place + len(wholes[number])))
    for number in interrupted:
        runs[number] = list(_pieces(page, fields[number], due(number)))
    return runs


def _pieces(page: Page, words: Sequence[str], at: int) -> Iterator[tuple[int, int, int]]:
    """A leaf in as few runs of words as can be, near its place; what is not there is passed."""
    start, offset = 0, 0
    while start < len(words):
        place, end = page.longest(words, start, max(0, at - _REACH), at + _REACH, at)
        if place < 0:
            offset += len(words[start])
            start += 1
            continue
        size = sum(map(len, words[start:end]))
        page.blank(place, size)
        yield offset, place, size
        offset, at, start = offset + size, place + size, end


def _lines(glyphs: Iterable[Glyph]) -> Iterator[Box]:
    """Characters as rectangles, one for each line, or each piece of one that is far from the next."""
    line: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.page):
        if line and not _is_neighbour(line, glyph):
            yield _around(line)
            line = []
        line.append(glyph)
    if line:
        yield _around(line)


def _is_neighbour(line: Sequence[Glyph], glyph: Glyph) -> bool:
    last = line[-1]
    height = max(glyph.bottom - glyph.top, 1e-6)
    overlap = min(last.bottom, glyph.bottom) - max(last.top, glyph.top)
    left, right = min(one.left for one in line), max(one.right for one in line)
    gap = max(glyph.left - right, left - glyph.right)
    return glyph.page == last.page and overlap > _LINE * height and gap < _APART * height


def _around(glyphs: Sequence[Glyph]) -> Box:
    left, top = min(one.left for one in glyphs), min(one.top for one in glyphs)
    right, bottom = max(one.right for one in glyphs), max(one.bottom for one in glyphs)
    return Box(glyphs[0].page, left, top, right - left, bottom - top)
