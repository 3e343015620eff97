"""The folded text of a PDF as `comparison` takes stretches out of it, one for each leaf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from texresume.text import bidi

MAXIMUM_PIECES = 6
"""In how many pieces a leaf may come back: lines beside a right column, or parted by the foot of a page."""
_PAGE = 1500
"""Characters that a page holds at the least when one text fills it."""
_NEAR = 600
"""How far before the last match a leaf may begin, in characters: a right column is read before or after."""
_TORN = 30
"""How much farther than it is, in characters, a piece seems that would be torn out of a longer number."""


class Page:
    """The folded text of a PDF, of which each stretch answers for one leaf: what is found is blanked."""

    def __init__(self, text: str) -> None:
        self.text = text

    def blank(self, place: int, size: int) -> None:
        """Take a stretch out: what stands around it keeps its place."""
        self.text = f"{self.text[:place]}{chr(0) * size}{self.text[place + size :]}"

    def nearest(self, text: str, at: int, first: int, last: int) -> int:
        """The place of a text that is nearest to `at`, of those from `first` to `last`, or -1."""
        after = self.text.find(text, max(at, first), max(0, last + len(text)))
        before = self.text.rfind(text, first, max(0, min(at, last) + len(text)))
        found = [place for place in (after, before) if place >= 0]
        return min(found, key=lambda place: abs(place - at), default=-1)

    def take_whole(self, whole: str, due: int, reach: int) -> int:
        """Blank a leaf within reach of the place where it is due, as near as can be; the place, or -1."""
        place = self.nearest(whole, due, max(0, due - reach), due + reach)
        if place >= 0:
            self.blank(place, len(whole))
        return place

    def take_pieces(
        self, words: Sequence[str], due: int, rtl: bool
    ) -> tuple[list[str], list[tuple[int, int]]]:
        """Blank a leaf in as few pieces as can be, near each other; returns the words that are lost, and
        offset and size of each piece.

        A leaf that is not there takes nothing away from others.
        """
        kept, at, start = self.text, due, 0
        gone: list[str] = []
        found: list[tuple[int, int]] = []
        while start < len(words):
            place, end = self.longest(words, start, max(0, at - _NEAR), at + _NEAR, at)
            if place < 0:
                place, end = self.longest(words, start, 0, len(self.text), at)
            if place < 0:
                gone.append(words[start])
                start += 1
                continue
            size = sum(map(len, words[start:end]))
            found.append((place, size))
            self.blank(place, size)
            at, start = place + size, end
        if not gone and (len(found) > _pieces_allowed(words, rtl) or _scattered(found)):
            gone = list(words)
        if gone:
            self.text = kept
        return gone, found

    def longest(self, words: Sequence[str], start: int, first: int, last: int, at: int) -> tuple[int, int]:
        """Where between two offsets the longest run of words from `start` begins, the one nearest to `at`,
        and the word after the run.

        The place is -1 where not even the first of them is found.
        """
        end, step, growing = start, 1, True
        while step:  # in steps twice as long until one fails, then half as long
            tried = "".join(words[start : end + step])
            found = self.nearest(tried, at, first, last) if end + step <= len(words) else -1
            end += step if found >= 0 else 0
            growing = growing and found >= 0
            step = step * 2 if growing else step // 2
        run = "".join(words[start:end])
        places = self.places(run, first, last) if run else []
        best = min(
            places, key=lambda place: abs(place - at) + _TORN * self.torn(place, place + len(run)), default=-1
        )
        return best, end

    def places(self, text: str, first: int, last: int) -> Iterator[int]:
        """Every place of a text between two offsets."""
        place = self.text.find(text, first, max(0, last + len(text)))
        while place >= 0:
            yield place
            place = self.text.find(text, place + 1, max(0, last + len(text)))

    def torn(self, first: int, last: int) -> bool:
        """Whether a stretch begins or ends within a number."""
        return any(0 < at < len(self.text) and self.text[at - 1 : at + 1].isdecimal() for at in (first, last))


def _pieces_allowed(words: Sequence[str], rtl: bool) -> int:
    """A text that fills pages is parted by the foot of each; one from right to left may be between any
    words.
    """
    order = len(words) if rtl or any(map(bidi.has_right_to_left, words)) else 0
    return MAXIMUM_PIECES + sum(map(len, words)) // _PAGE + order


def _scattered(found: Sequence[tuple[int, int]]) -> bool:
    """Whether pieces lie so far apart that they are words of other texts."""
    return any(
        not -_NEAR <= after[0] - (before[0] + before[1]) <= 2 * _NEAR for before, after in pairwise(found)
    )
