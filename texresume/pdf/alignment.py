"""Comparing the text of a PDF with the fields that should be in it.

Every field is looked for in the order in which the template printed them, and each span of the text answers
for one field only: a highlight that fell out is missed even if its words also occur elsewhere. Both sides are
folded first (see `folding`).
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from texresume.records import dataclass
from texresume.text import bidi
from texresume.text.inline import RichText

from . import folding
from .folding import BULLET, POINTS, Segment, path_of
from .spans import ANYWHERE, FoldedText, TextSpan

UNIQUE_LENGTH = 12
"""Fewest characters of a text that is found on a page by itself, if the page has it only once."""
_SHORT = 4
"""Characters below which a text may well be part of another one."""
_TOLERANCES = (30, 120, 600)
"""How far from its expected offset a text may be, in characters, pass by pass: those that are just where they
are expected come first, so that they are not taken for others like them."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A text that did not come back whole: its path in the data, the text, the words that are missing.

    `confirmed`: another way of reading misses it too, or none was asked.
    """

    path: str
    text: str
    words: tuple[str, ...]
    confirmed: bool = True


@dataclass(slots=True)
class Alignment:
    """Which spans of a folded text answer for which segment.

    `spans` maps the index of a segment that was found to its spans, in the order of its words. `word_starts`
    are the offsets of the text's own words, as the extractor divides them. `reordered` says that the text has
    right-to-left letters, whose order is the extractor's. `leftover` is the text with NUL for all that
    answers for a segment.
    """

    segments: list[Segment]
    text: str
    word_starts: list[int]
    reordered: bool = False
    leftover: str = ""
    losses: list[Loss] = dataclasses.field(default_factory=list)
    spans: dict[int, list[TextSpan]] = dataclasses.field(default_factory=dict)


def align(text: str, fields: Iterable[RichText], *, rtl: bool = False) -> Alignment:
    """Find every field in a text; `rtl` says that the page runs from right to left. See `Aligner`."""
    return Aligner(text, list(fields), rtl=rtl).align()


def find_losses(text: str, fields: Iterable[RichText], *, rtl: bool = False) -> list[Loss]:
    """The fields that a text does not hold, in the order given."""
    return align(text, fields, rtl=rtl).losses


class Aligner:
    """Finds, for every segment of the fields, the spans of a text that answer for it.

    Where a short text such as "Go" is meant is only known from its neighbours, so the passes go from what is
    certain to what is not. For example, three fields were printed, in this order:

        0  Acme GmbH, Berlin
        1  Wrote Go services at Acme
        2  Go

    and the extractor gives back (spaces are shown here, but not compared)

        Acme GmbH, Berlin | Wrote Go services | Page 1 | at Acme | Go

    1. `find_unique` takes field 0: it is long, and the text has it only once. Field 1 is interrupted by the
       footer, and field 2 is too short to tell.
    2. `find_near` expects field 2 as many characters after the end of field 0 as field 1 has: at 36. The "go"
       of "Wrote Go" is at 20, the last one at 41. The nearer one is taken.
    3. `find_in_pieces` takes field 1 as two spans, "wrotegoservices" and "atacme". "Page 1" is left over.
    4. `losses` reports nothing. If the last "Go" were not in the PDF, field 2 would have taken the one from
       field 1, and the loss would be reported there: one of the two is missing in any case.
    """

    def __init__(self, text: str, fields: Sequence[RichText], *, rtl: bool) -> None:
        words = folding.fold_words(text.replace(BULLET, "") if rtl else text)
        segments = [
            segment
            for number, field in enumerate(fields)
            for segment in folding.split_into_segments(field, number, rtl=rtl)
        ]
        self.rtl = rtl
        self.extracted = words
        starts = list(accumulate(map(len, words), initial=0))
        self.text = FoldedText("".join(words), starts)
        self.result = Alignment(
            segments,
            self.text.text,
            starts,
            rtl or any(folding.has_arabic_symbol(str(field)) for field in fields),
        )
        if any(bidi.has_right_to_left(str(field)) for field in fields):
            self._set_points_aside(fields)
        self.words = [segment.words for segment in self.result.segments]
        self.wholes = ["".join(words) for words in self.words]
        self.starts = list(accumulate(map(len, self.wholes), initial=0))
        """The offset that each segment would have if nothing but the fields were printed."""
        self.ends: list[TextSpan] = [(-1, 0)]
        """Index of each segment that was found whole, and the offset at which it ends; sorted."""

    def align(self) -> Alignment:
        """Find every segment."""
        interrupted: list[int] = []
        for segments in self._rounds():
            remaining = self.find_unique(segments)
            for tolerance in _TOLERANCES:
                remaining = self.find_near(remaining, tolerance)
            interrupted += remaining
        missing = self.find_in_pieces(interrupted)
        self.result.losses += self.losses(missing)
        self.result.leftover = self.text.text
        return self.result

    def find_unique(self, segments: Sequence[int]) -> list[int]:
        """Take segments that the text has exactly once; returns the others."""
        # If a date divides a segment in two, its only whole occurrence may be within another segment.
        printed = "\0".join(self.wholes) if self.rtl else ""
        remaining = []
        for segment in segments:
            whole = self.wholes[segment]
            is_unique = len(whole) >= UNIQUE_LENGTH and self.text.text.count(whole) == 1
            if is_unique and (not self.rtl or printed.count(whole) == 1):
                self._record(segment, self.text.take_whole(whole, 0, ANYWHERE))
            else:
                remaining.append(segment)
        return remaining

    def find_near(self, segments: Sequence[int], tolerance: int) -> list[int]:
        """Take segments that are whole within a tolerance of their expected offset; returns the others."""
        remaining = []
        for segment in segments:
            expected = self._expected_offset(segment)
            whole = self.wholes[segment]
            take = self.text.take_word if len(whole) < UNIQUE_LENGTH else self.text.take_whole
            offset = take(whole, expected, tolerance)
            if offset >= 0:
                self._record(segment, offset)
            else:
                remaining.append(segment)
        return remaining

    def find_in_pieces(self, segments: Sequence[int]) -> dict[int, list[str]]:
        """Take what is left, in a few spans, or whole from anywhere; returns the words that are missing."""
        missing = {}
        for segment in segments:
            expected = self._expected_offset(segment)
            scripts = len(self.result.segments[segment].scripts)
            lost, spans = self.text.take_pieces(self.words[segment], expected, rtl=self.rtl, scripts=scripts)
            if lost:
                # The pieces were too many or too scattered, but the whole may be somewhere else entirely.
                whole = self.wholes[segment]
                offset = self.text.take_whole(whole, expected, ANYWHERE)
                if offset < 0:
                    missing[segment] = lost
                    continue
                spans = [(offset, len(whole))]
            self.result.spans[segment] = spans
        return missing

    def losses(self, missing: dict[int, list[str]]) -> list[Loss]:
        """The segments of which words are missing, in the order in which they were printed.

        Those of which every word came back, though too scattered to tell which is whose, are no losses.
        """
        segments = self.result.segments
        left = Leftover(self) if missing else None
        return [
            Loss(segments[number].path, str(segments[number].field), tuple(lost))
            for number, words in sorted(missing.items())
            if left and (lost := left.find_lost(number, words))
        ]

    def _record(self, segment: int, offset: int) -> None:
        length = len(self.wholes[segment])
        self.result.spans[segment] = [(offset, length)]
        insort(self.ends, (segment, offset + length))

    def _expected_offset(self, segment: int) -> int:
        """Where a segment should begin: as far after the last one found before it as the texts between them
        are long.
        """
        before, end = self.ends[bisect_left(self.ends, (segment, 0)) - 1]
        return end + self.starts[segment] - self.starts[before + 1]

    def _rounds(self) -> Iterable[list[int]]:
        """All segments, the longest first, so that a short one never takes a piece of a longer one.

        On a right-to-left page, what is expected at an offset may be at the other end of its line, and "C"
        would be taken out of a word there: the short ones wait until all others were tried.
        """
        longest_first = sorted(range(len(self.wholes)), key=lambda segment: -len(self.wholes[segment]))
        if not self.rtl:
            return [longest_first]
        count = sum(len(whole) >= _SHORT for whole in self.wholes)
        return [longest_first[:count], longest_first[count:]]

    def _set_points_aside(self, fields: Sequence[RichText]) -> None:
        """Count points, and compare the rest without them: extractors put them anywhere in the line."""
        self.result.losses += _find_lost_points(self.text.text, fields)
        self.result.reordered = True
        self.result.segments = [
            dataclasses.replace(segment, words=words, gaps=None)
            for segment in self.result.segments
            if (words := list(filter(None, map(folding.strip_points, segment.words))))
        ]
        words = list(map(folding.strip_points, self.extracted))
        self.text = FoldedText("".join(words), list(accumulate(map(len, words), initial=0)))


class Leftover:
    """What of a text answers for no segment, and how often it has each word, once the segments were aligned.

    A segment that was not found may be there all the same: its words scattered by a table or by a script that
    runs the other way, or taken for those of a text like it. Here the order is left out of account.
    """

    def __init__(self, aligner: Aligner) -> None:
        self.segments = aligner.result.segments
        self.reordered = aligner.result.reordered
        self.letters = Counter(aligner.text.text.replace("\0", ""))
        self.text = aligner.text.text
        self.extracted = " ".join(aligner.extracted)
        self.printed = " ".join(word for segment in self.segments for word in _undivided(segment))

    def find_lost(self, number: int, words: Sequence[str]) -> Sequence[str]:
        """Those of the words of a segment that are really missing."""
        if self.reordered:
            return self._find_lost_letters(number, words)
        segment = self.segments[number]
        if segment.gaps is None or any(map(self._is_rare, _undivided(segment))):
            return words
        return ()

    def _is_rare(self, word: str) -> bool:
        """Whether the extractor gives a word less often than it was printed."""
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        return len(pattern.findall(self.extracted)) < len(pattern.findall(self.printed))

    def _find_lost_letters(self, number: int, words: Sequence[str]) -> Sequence[str]:
        """In right-to-left documents a long address breaks anywhere, and its signs go anywhere: its letters
        must be left over. Words of right-to-left letters must be whole.
        """
        if lost := [word for word in words if bidi.has_right_to_left(word) and word not in self.text]:
            return lost
        needed = Counter("".join(self.segments[number].words))
        if needed - self.letters:
            return words
        self.letters -= needed
        return ()


def _undivided(segment: Segment) -> Iterable[str]:
    """The words of a segment; those together that were divided at a superscript."""
    if segment.gaps is None or len(segment.words) == len(segment.gaps) + 1:
        return segment.words
    whole = "".join(segment.words)
    return (whole[start:end] for start, end in pairwise([0, *sorted(segment.gaps), len(whole)]))


def _find_lost_points(text: str, fields: Iterable[RichText]) -> Iterable[Loss]:
    """Points of Arabic, Hebrew, Syriac or Thaana that the text has fewer of than were written."""
    available = Counter(POINTS.findall(text))
    for field in fields:
        points = Counter(POINTS.findall(folding.fold(str(field))))
        if lost := points - available:
            yield Loss(path_of(field), str(field), tuple(lost))
        available -= points


def find_lines(
    text: str, fields: Iterable[RichText], *, rtl: bool = False
) -> tuple[tuple[int, int] | None, ...]:
    """The first and the last line of a text (from 0) that each field is in, None for those not found. Of a
    field in several spans, the longest counts.
    """
    fields = list(fields)
    alignment = align(text, fields, rtl=rtl)
    lines = [folding.fold(line) for line in (text.replace(BULLET, "") if rtl else text).split("\n")]
    if any(bidi.has_right_to_left(str(field)) for field in fields):
        lines = list(map(folding.strip_points, lines))
    starts = list(accumulate(map(len, lines), initial=0))[:-1]
    longest: dict[int, TextSpan] = {}
    for number, spans in alignment.spans.items():
        field = alignment.segments[number].number
        for span in spans:
            longest[field] = max(longest.get(field, (0, 0)), span, key=lambda one: one[1])
    found: list[tuple[int, int] | None] = [None] * len(fields)
    for field, (offset, length) in longest.items():
        found[field] = bisect_right(starts, offset) - 1, bisect_right(starts, offset + max(length, 1) - 1) - 1
    return tuple(found)
