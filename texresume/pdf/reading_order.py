"""In which order, with which spaces and how often the texts that were found come back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from texresume.patterns import lazy
from texresume.records import dataclass

from .alignment import Alignment
from .folding import Segment

_ASCII = lazy("[0-9a-z]{2}")
_FIELD_OF_ENTRY = lazy(r"(?P<entry>(?:custom\[\d+\]\.)?\w+\[\d+\])\.(?P<field>\w+)")
_BELOW_HEADINGS = ("highlights", "summary")
_NOTE = 90
"""Most characters of a description that stands beside a name; a longer one is a paragraph."""
_LONG = 40
"""Fewest characters of a text that no template prints twice on purpose."""


@dataclass(frozen=True, slots=True)
class Displaced:
    """A text that is extracted at another place than it was printed, and how many texts follow it there.

    `within`: the text is in its place, but its own words are in another order. `confirmed`: see `Loss`.
    """

    path: str
    text: str
    others: int = 0
    within: bool = False
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Misspaced:
    """A text whose words extractors give `joined` (as "PythonGo") or `split` (as "Py thon").

    `plain`: at least once this is between two ASCII letters or digits. Next to other characters there may be
    no help: pdfTeX composes some letters from two and takes symbols from other fonts, where pdfium sees gaps.
    `at_script`: only beside superscripts and subscripts, which some extractors take for lines of their own.
    `confirmed`: see `Loss`.
    """

    path: str
    text: str
    joined: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    plain: bool = True
    at_script: bool = False
    confirmed: bool = True


def find_displaced(alignment: Alignment) -> Iterator[Displaced]:
    """Texts that come back in another order than they were printed in.

    Texts that are on the page more than once are left out, and so are all of a document with right-to-left
    letters, since extractors order its lines by themselves.
    """
    if alignment.reordered:
        return
    by_print = sorted(alignment.spans.items())
    order = [(number, spans[0][0]) for number, spans in by_print if spans]
    if any(before[1] > after[1] for before, after in pairwise(order)):
        unique = [
            (number, offset)
            for number, offset in order
            if alignment.text.count("".join(alignment.segments[number].words)) <= 1
        ]
        yield from _find_moved_blocks(alignment, list(_sort_headings(alignment, unique)))
    for number, spans in by_print:
        segment = alignment.segments[number]
        if segment.gaps is None or segment.scripts:
            continue
        if any(one[0] > other[0] for one, other in pairwise(spans)) and not _is_whole(alignment, number):
            yield Displaced(segment.path, str(segment.field), within=True)


def _is_whole(alignment: Alignment, number: int) -> bool:
    """Whether a text that was found in pieces stands there in one piece: a short text beside it, such as the
    keyword `Go` after `Go services`, may have taken a word of it instead of its own.
    """
    whole = "".join(alignment.segments[number].words)
    for offset, length in alignment.spans[number]:
        start = max(0, offset - len(whole) + length)
        if whole in alignment.text[start : offset + len(whole)]:
            return True
    return False


def find_repeated(alignment: Alignment) -> Iterator[Segment]:
    """Texts that are on the page once more than they were printed. Short ones may be, in a page header."""
    if alignment.reordered or len(alignment.leftover.replace("\0", "")) < _LONG:
        return
    leftovers = [text for text in alignment.leftover.split("\0") if len(text) >= _LONG]
    for segment in alignment.segments if leftovers else ():
        whole = "".join(segment.words)
        if len(whole) >= _LONG and any(whole in leftover for leftover in leftovers):
            yield segment


def _sort_headings(alignment: Alignment, order: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The texts of each entry's heading in the order in which they were read.

    Within a heading the order is the template's own: TeX puts a date before or after a position, as there is
    room. What is read between its texts must be of the same heading.
    """
    for _, run in groupby(order, key=lambda pair: heading_of(alignment.segments[pair[0]]) or pair):
        pairs = list(run)
        yield from zip((number for number, _ in pairs), sorted(offset for _, offset in pairs), strict=True)


def heading_of(segment: Segment) -> str:
    """The path of the entry whose heading holds a text; empty for all other texts."""
    match = _FIELD_OF_ENTRY.match(segment.path)
    if not match or match["field"] in _BELOW_HEADINGS:
        return ""
    is_paragraph = match["field"] == "description" and len(str(segment.field)) > _NOTE
    return "" if is_paragraph else match["entry"]


def _find_moved_blocks(alignment: Alignment, order: Sequence[tuple[int, int]]) -> Iterator[Displaced]:
    """All texts but those of the longest sequence that is in order; neighbours count as one block."""
    in_order = _find_longest_rise([offset for _, offset in order])
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and end not in in_order:
            end += 1
        if end > start:
            segment = alignment.segments[order[start][0]]
            yield Displaced(segment.path, str(segment.field), end - start - 1)
        start = end + 1


def _find_longest_rise(offsets: Sequence[int]) -> set[int]:
    """The indices of a longest increasing subsequence, by patience sorting.

    https://en.wikipedia.org/wiki/Longest_increasing_subsequence
    """
    tails: list[int] = []  # the lowest last offset of all sequences of each length
    ends: list[int] = []  # its index
    previous: list[int] = []  # for each index, the one before it in the best sequence that it ends
    for index, offset in enumerate(offsets):
        length = bisect_left(tails, offset)
        previous.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [offset]
        ends[length : length + 1] = [index]
    rise, index = set(), ends[-1] if ends else -1
    while index >= 0:
        rise.add(index)
        index = previous[index]
    return rise


def find_misspaced(alignment: Alignment) -> Iterator[Misspaced]:
    """Texts whose words come back joined or split. A line may end after any symbol: that is not a split."""
    for number, spans in sorted(alignment.spans.items()):
        segment = alignment.segments[number]
        if segment.gaps is None or len(spans) != 1:
            continue
        offset, length = spans[0]
        starts = alignment.word_starts
        inside = starts[bisect_right(starts, offset) : bisect_left(starts, offset + length)]
        # Nearly all texts: as many spaces as expected, each where it is expected.
        if len(inside) == len(segment.gaps) and all(start - offset in segment.gaps for start in inside):
            continue
        spaces = {start - offset for start in inside}
        missing = segment.gaps - spaces
        extra = [at for at in spaces - segment.gaps if alignment.text[offset + at - 1].isalnum()]
        joined = tuple(_words_around(segment, missing, ""))
        split = tuple(_words_around(segment, extra, " "))
        if joined or split:
            plain = any(
                _ASCII.fullmatch(alignment.text, offset + at - 1, offset + at + 1)
                for at in (*missing, *extra)
            )
            at_script = not joined and segment.scripts.issuperset(extra)
            yield Misspaced(segment.path, str(segment.field), joined, split, plain, at_script)


def _words_around(segment: Segment, offsets: Iterable[int], between: str) -> Iterator[str]:
    """The two words around each offset, with a space between them or without one."""
    text = "".join(segment.words)
    edges = [0, *sorted(segment.gaps or ()), len(text)]
    for at in sorted(offsets):
        first = edges[bisect_left(edges, at) - 1]
        last = edges[bisect_right(edges, at)]
        yield f"{text[first:at]}{between}{text[at:last]}"
