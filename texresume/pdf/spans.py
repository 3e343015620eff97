"""The text of a PDF from which spans are taken, so that each of them answers for one field only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from texresume.text import bidi

TextSpan = tuple[int, int]
"""Offset and length in a folded text."""
ANYWHERE = 1 << 40
"""A tolerance without a limit."""
MAXIMUM_SPANS = 6
"""Most spans in which a field may come back: lines beside a right column, or around the footer of a page."""
_PAGE = 1500
"""Fewest characters of a page that one text fills."""
_NEAR = 600
"""How far from the last match the next span of a field may begin, in characters: extractors give a right
column before or after the text beside it."""
_SHORT = 4
"""Characters below which a run may well be part of another word: it counts as far away if it is."""
_TORN = 30
"""Characters by which a span seems farther away if it would be torn out of a longer number: the 2 of "12"
only answers for "2" if there is no other nearby."""


class FoldedText:
    """The folded text of a PDF. A span that was taken is overwritten with NUL: what is around it keeps its
    offset, and no other field can take it again.
    """

    def __init__(self, text: str, word_starts: Sequence[int] = ()) -> None:
        self.text = text
        self.word_starts = word_starts
        """Offsets at which a word of the extractor begins, and the end of the text; sorted."""

    def blank(self, offset: int, length: int) -> None:
        """Overwrite a span."""
        self.text = f"{self.text[:offset]}{chr(0) * length}{self.text[offset + length :]}"

    def find_nearest(self, part: str, near: int, first: int, last: int) -> int:
        """The offset of a text that is nearest to `near`, of those from `first` to `last`, or -1."""
        after = self.text.find(part, max(near, first), max(0, last + len(part)))
        before = self.text.rfind(part, first, max(0, min(near, last) + len(part)))
        found = [offset for offset in (after, before) if offset >= 0]
        return min(found, key=lambda offset: abs(offset - near), default=-1)

    def take_word(self, whole: str, expected: int, tolerance: int) -> int:
        """As `take_whole`, where the text is no part of a longer word: "C" is not in "TCP", nor in "¹³C"."""
        first, last = max(0, expected - tolerance), expected + tolerance
        offset = self.find_nearest(whole, expected, first, last)
        if offset >= 0 and not self._is_word(offset, offset + len(whole)):
            words = [at for at in self._find_all(whole, first, last) if self._is_word(at, at + len(whole))]
            offset = min(words, key=lambda at: abs(at - expected), default=-1)
        if offset >= 0:
            self.blank(offset, len(whole))
        return offset

    def _is_word(self, first: int, last: int) -> bool:
        return self._is_edge(first) and self._is_edge(last)

    def _is_edge(self, offset: int) -> bool:
        """Whether a word begins or ends at an offset: for the extractor, or next to a sign."""
        if not self.text[max(0, offset - 1) : offset + 1].isalnum():
            return True
        number = bisect_left(self.word_starts, offset)
        return number < len(self.word_starts) and self.word_starts[number] == offset

    def take_whole(self, whole: str, expected: int, tolerance: int) -> int:
        """Take a text as near to its expected offset as possible, within a tolerance; the offset, or -1."""
        offset = self.find_nearest(whole, expected, max(0, expected - tolerance), expected + tolerance)
        if offset >= 0:
            self.blank(offset, len(whole))
        return offset

    def take_pieces(
        self, words: Sequence[str], expected: int, *, rtl: bool, scripts: int = 0
    ) -> tuple[list[str], list[TextSpan]]:
        """Take words in as few spans as possible, near each other; returns the words that are missing, and
        the spans in the order of the words. Each of the `scripts` may make one more span.

        If any word is missing, nothing is taken: the words that are there may be those of other fields.
        """
        untouched, near, start = self.text, expected, 0
        missing: list[str] = []
        spans: list[TextSpan] = []
        while start < len(words):
            offset, end = self.find_longest_run(words, start, near, _NEAR)
            if offset < 0:
                offset, end = self.find_longest_run(words, start, near, ANYWHERE)
            if offset < 0:
                missing.append(words[start])
                start += 1
                continue
            length = sum(map(len, words[start:end]))
            spans.append((offset, length))
            self.blank(offset, length)
            near, start = offset + length, end
        if not missing and (len(spans) > _allowed_spans(words, rtl) + scripts or _are_scattered(spans)):
            missing = list(words)
        if missing:
            self.text = untouched
        return missing, spans

    def find_longest_run(
        self, words: Sequence[str], start: int, near: int, tolerance: int
    ) -> tuple[int, int]:
        """The longest run of words from `start` that is within a tolerance of `near`: its nearest offset,
        and the index of the word after it.

        The offset is -1 where not even the first word is found.
        """
        first, last = max(0, near - tolerance), near + tolerance
        end, step, growing = start, 1, True
        while step:  # steps double until one fails, then halve: a long run takes few searches
            run = "".join(words[start : end + step])
            offset = self.find_nearest(run, near, first, last) if end + step <= len(words) else -1
            end += step if offset >= 0 else 0
            growing = growing and offset >= 0
            step = step * 2 if growing else step // 2
        run = "".join(words[start:end])

        def distance(offset: int) -> int:
            torn = len(run) < _SHORT and not self._is_word(offset, offset + len(run))
            return (
                abs(offset - near) + _TORN * self._splits_a_number(offset, offset + len(run)) + _NEAR * torn
            )

        return min(self._find_all(run, first, last) if run else [], key=distance, default=-1), end

    def _find_all(self, part: str, first: int, last: int) -> Iterator[int]:
        offset = self.text.find(part, first, max(0, last + len(part)))
        while offset >= 0:
            yield offset
            offset = self.text.find(part, offset + 1, max(0, last + len(part)))

    def _splits_a_number(self, first: int, last: int) -> bool:
        return any(
            0 < offset < len(self.text) and self.text[offset - 1 : offset + 1].isdecimal()
            for offset in (first, last)
        )


def _allowed_spans(words: Sequence[str], rtl: bool) -> int:
    """How many spans a field may have. A text that fills pages is interrupted by the footer of each, one from
    right to left may be between any two words.
    """
    breaks = len(words) if rtl or any(map(bidi.has_right_to_left, words)) else 0
    return MAXIMUM_SPANS + sum(map(len, words)) // _PAGE + breaks


def _are_scattered(spans: Sequence[TextSpan]) -> bool:
    """Whether spans lie so far apart that they are words of other texts."""
    return any(
        not -_NEAR <= after[0] - (before[0] + before[1]) <= 2 * _NEAR for before, after in pairwise(spans)
    )
