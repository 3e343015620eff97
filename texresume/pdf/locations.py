"""Where on the pages the texts of the data are: rectangles for each path, for marking findings."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from texresume.records import dataclass
from texresume.text.inline import RichText, plain_text

from .alignment import UNIQUE_LENGTH
from .glyphs import PlacedCharacter
from .spans import ANYWHERE, FoldedText

_TOLERANCE = 600
"""How far a field may be from its expected offset, in characters."""
_OVERLAP = 0.5
"""Least overlap of two characters of one line, as a fraction of their height."""
_WIDE = 4.0
"""Gap within a line, in heights of its characters, that is wider than any word space."""
_MANY = 3
"""Most fields that are marked for a finding about a whole entry: its heading, not its page."""
_ALL = 1 << 40
# Letters, numbers and symbols count. Where marks and white space come back is up to the extractor.
_IGNORED = ("M", "Z", "C")


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle on a page (the first is 1), in fractions of the page from its top left."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of a field that were found together: offset in the field, offset in the text, length."""

    offset: int
    found: int
    length: int


@dataclass(frozen=True, slots=True)
class _PathSpan:
    """Which folded characters of a field, from `first` to `last`, come from a path in the data."""

    field: int
    path: str
    first: int
    last: int


class Locations:
    """Where the fields of a document are on its pages, as far as their text tells."""

    def __init__(self, characters: Sequence[PlacedCharacter], fields: Sequence[RichText]) -> None:
        self._characters: list[PlacedCharacter] = []
        text = []
        for character in characters:
            for char in _fold(character.char):  # a ligature gives several, all at its position
                text.append(char)
                self._characters.append(character)
        self._fields = fields
        self._runs = _find_runs("".join(text), [list(_fold_words(field)) for field in fields])

    def find(self, path: str) -> list[Rectangle]:
        """The rectangles of what comes from a path, line by line; none if it is not found.

        If nothing is printed from the path itself, the first texts below it count: the heading of an entry.
        """
        exact = [span for span in self._path_spans() if span.path == path]
        below = [span for span in self._path_spans() if _is_below(span.path, path)]
        above = [span for span in self._path_spans() if _is_below(path, span.path)]
        spans = exact or below[:_MANY] or above[:1]
        return [
            rectangle
            for span in spans
            for rectangle in self._find_rectangles(span.field, span.first, span.last)
        ]

    def all(self) -> Iterator[tuple[str, Rectangle]]:
        """Every path from which something is printed, with its rectangles line by line, in one pass."""
        for span in self._path_spans():
            for rectangle in self._find_rectangles(span.field, span.first, span.last):
                yield span.path, rectangle

    def find_before(self, path: str) -> list[Rectangle]:
        """For what is not on the page: the end of what was printed before it, a rectangle without height."""
        fields = [span.field for span in self._path_spans() if span.path == path]
        for field in range(fields[0] - 1, -1, -1) if fields else ():
            if rectangles := self._find_rectangles(field, 0, _ALL):
                end = rectangles[-1]
                return [Rectangle(end.page, end.left, end.top + end.height, end.width, 0.0)]
        return []

    def _path_spans(self) -> Iterator[_PathSpan]:
        for number, field in enumerate(self._fields):
            start = 0
            for fragment in field.parts:
                length = len(_fold(plain_text(fragment.inlines)))
                if fragment.path:
                    yield _PathSpan(number, fragment.path, start, start + length)
                start += length

    def _find_rectangles(self, field: int, first: int, last: int) -> list[Rectangle]:
        """The lines that hold these characters of a field."""
        characters = []
        for run in self._runs.get(field, ()):
            begin, end = max(first, run.offset), min(last, run.offset + run.length)
            if begin < end:
                shift = run.found - run.offset
                characters += self._characters[begin + shift : end + shift]
        return list(_split_into_lines(characters))


def _is_below(path: str, other: str) -> bool:
    return bool(other) and path != other and path.startswith((f"{other}.", f"{other}["))


def _fold(text: str) -> str:
    """A text without case, marks, white space and ligatures, folded letter by letter.

    Unlike `folding.fold` it does not depend on neighbours, so every letter can be traced to its glyph.
    """
    text = text.replace("\ufffe", "-")  # what pdfium makes of a hyphen at a line's end
    return "".join(
        char
        for char in unicodedata.normalize("NFKD", text).casefold()
        if unicodedata.category(char)[0] not in _IGNORED
    )


def _fold_words(field: RichText) -> Iterator[str]:
    text = "".join(plain_text(fragment.inlines) for fragment in field.parts)
    yield from filter(None, map(_fold, text.split()))


def _find_runs(text: str, fields: Sequence[list[str]]) -> dict[int, list[_Run]]:
    """The runs of each field that is found.

    As `alignment.Aligner` does it, but partial matches are welcome: first the fields that occur once,
    then the others from the longest to the shortest, each near its expected offset.
    """
    page = FoldedText(text)
    wholes = ["".join(words) for words in fields]
    starts = list(accumulate(map(len, wholes), initial=0))
    ends: list[tuple[int, int]] = [(-1, 0)]  # index of a field, and the offset at which it ended
    runs: dict[int, list[_Run]] = {}

    def expected_offset(field: int) -> int:
        before, end = ends[bisect_left(ends, (field, 0)) - 1]
        return end + starts[field] - starts[before + 1]

    longest_first = sorted(range(len(fields)), key=lambda field: -len(wholes[field]))
    unique = {
        field
        for field in longest_first
        if len(wholes[field]) >= UNIQUE_LENGTH and text.count(wholes[field]) == 1
    }
    interrupted = []
    for field in sorted(filter(wholes.__getitem__, longest_first), key=lambda field: field not in unique):
        tolerance = ANYWHERE if field in unique else _TOLERANCE
        offset = page.take_whole(wholes[field], expected_offset(field), tolerance)
        if offset < 0:
            interrupted.append(field)
            continue
        runs[field] = [_Run(0, offset, len(wholes[field]))]
        insort(ends, (field, offset + len(wholes[field])))
    for field in interrupted:
        runs[field] = list(_take_runs(page, fields[field], expected_offset(field)))
    return runs


def _take_runs(page: FoldedText, words: Sequence[str], near: int) -> Iterator[_Run]:
    """A field in as few runs of words as possible, near its expected offset; missing words are skipped."""
    start, offset = 0, 0
    while start < len(words):
        found, end = page.find_longest_run(words, start, near, _TOLERANCE)
        if found < 0:
            offset += len(words[start])
            start += 1
            continue
        length = sum(map(len, words[start:end]))
        page.blank(found, length)
        yield _Run(offset, found, length)
        offset, near, start = offset + length, found + length, end


def _split_into_lines(characters: Iterable[PlacedCharacter]) -> Iterator[Rectangle]:
    """Characters as rectangles: one for each line, or for each part of one that is far from the next."""
    line: list[PlacedCharacter] = []
    for character in sorted(characters, key=lambda character: character.page):
        if line and not _is_neighbour(line, character):
            yield _enclose(line)
            line = []
        line.append(character)
    if line:
        yield _enclose(line)


def _is_neighbour(line: Sequence[PlacedCharacter], character: PlacedCharacter) -> bool:
    last = line[-1]
    height = max(character.bottom - character.top, 1e-6)
    overlap = min(last.bottom, character.bottom) - max(last.top, character.top)
    left, right = min(one.left for one in line), max(one.right for one in line)
    gap = max(character.left - right, left - character.right)
    return character.page == last.page and overlap > _OVERLAP * height and gap < _WIDE * height


def _enclose(characters: Sequence[PlacedCharacter]) -> Rectangle:
    left, top = min(one.left for one in characters), min(one.top for one in characters)
    right, bottom = max(one.right for one in characters), max(one.bottom for one in characters)
    return Rectangle(characters[0].page, left, top, right - left, bottom - top)
