"""How that which was found of a text stands: in the order of printing, with spaces between its words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .alignment import Alignment, Segment

_PLAIN = re.compile("[0-9a-z]{2}")
_LONG = 40
"""Characters of a text that no template prints twice on purpose."""


@dataclass(frozen=True, slots=True)
class Displaced:
    """A text that readers get in another place than it was printed at, and how many texts follow it there.

    `within`: the text is in its place, but its own words are in another order.
    """

    path: str
    text: str
    others: int = 0
    within: bool = False


@dataclass(frozen=True, slots=True)
class SpacingFault:
    """A text whose words readers see `joined` (as "PythonGo") or `split` (as "Py thon").

    `plain`: some of it happens between two letters or digits of ASCII. Beside others there may be no help:
    pdfTeX composes some letters from two, and takes signs from other fonts, where pdfium sees a gap.
    """

    path: str
    text: str
    joined: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    plain: bool = True


def displaced(found: Alignment) -> Iterator[Displaced]:
    """What readers get in another order than it was printed in.

    Texts that stand on the page more than once count for nothing, nor does anything on a page that has
    right-to-left letters, since readers put its lines in order by themselves.
    """
    if found.loose:
        return
    order = [(number, pieces[0][0]) for number, pieces in sorted(found.places.items()) if pieces]
    if any(before[1] > after[1] for before, after in pairwise(order)):
        sure = [pair for pair in order if found.text.count("".join(found.segments[pair[0]].words)) <= 1]
        yield from _blocks(found, sure)
    for number, pieces in sorted(found.places.items()):
        segment = found.segments[number]
        if segment.gaps is not None and any(one[0] > other[0] for one, other in pairwise(pieces)):
            yield Displaced(segment.path, str(segment.field), within=True)


def repeated(found: Alignment) -> Iterator[Segment]:
    """Texts that stand on the page once more than they were printed. Short ones do: in the head of a page."""
    if found.loose or len(found.left.replace("\0", "")) < _LONG:
        return
    rests = [rest for rest in found.left.split("\0") if len(rest) >= _LONG]
    for segment in found.segments if rests else ():
        whole = "".join(segment.words)
        if len(whole) >= _LONG and any(whole in rest for rest in rests):
            yield segment


def _blocks(found: Alignment, order: Sequence[tuple[int, int]]) -> Iterator[Displaced]:
    """All texts but those of the longest sequence that is in order, neighbours as one."""
    kept = _longest_rise([place for _, place in order])
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and end not in kept:
            end += 1
        if end > start:
            segment = found.segments[order[start][0]]
            yield Displaced(segment.path, str(segment.field), end - start - 1)
        start = end + 1


def _longest_rise(places: Sequence[int]) -> set[int]:
    """The indices of a longest rising subsequence (Schensted's algorithm)."""
    tails: list[int] = []  # the last place of the best sequence of each length
    ends: list[int] = []  # its index
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [index]
    kept, index = set(), ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


def misspaced(found: Alignment) -> Iterator[SpacingFault]:
    """Texts whose words readers see joined or split. A line may end after any sign, so that is no fault."""
    for number, pieces in sorted(found.places.items()):
        segment = found.segments[number]
        if segment.gaps is None or len(pieces) != 1:
            continue
        place, size = pieces[0]
        there = found.starts[bisect_right(found.starts, place) : bisect_left(found.starts, place + size)]
        if len(there) == len(segment.gaps) and all(start - place in segment.gaps for start in there):
            continue
        seen = {start - place for start in there}
        missing = segment.gaps - seen
        joined = tuple(_around(segment, missing, ""))
        parted = [at for at in seen - segment.gaps if found.text[place + at - 1].isalnum()]
        split = tuple(_around(segment, parted, " "))
        if joined or split:
            plain = any(
                _PLAIN.fullmatch(found.text, place + at - 1, place + at + 1) for at in (*missing, *parted)
            )
            yield SpacingFault(segment.path, str(segment.field), joined, split, plain)


def _around(segment: Segment, offsets: Iterable[int], between: str) -> Iterator[str]:
    """The words around offsets, with a space there or without one."""
    text = "".join(segment.words)
    edges = [0, *sorted(segment.gaps or ()), len(text)]
    for at in sorted(offsets):
        first = edges[bisect_left(edges, at) - 1]
        last = edges[bisect_right(edges, at)]
        yield f"{text[first:at]}{between}{text[at:last]}"
