"""Comparing a text with the leaves that should stand in it.

After Unicode's NFKC and without white space and case, leaf by leaf in the order in which the template printed
them; each stretch of the text answers for one leaf only, so that a bullet that fell out is missed even where
its words stand elsewhere too.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise

from texresume.latex.encoding import BREAK_AFTER
from texresume.text import bidi
from texresume.text.inline import Anchor, Inline, Math, RichText, Span, plain_text

from .stretches import Page

_TELLING = 12
"""Characters of a leaf that can stand but once on a page: such leaves are the anchors of all others."""
_SHORT = 4
"""Characters of a leaf that may well be a piece of another one."""
_REACHES = (30, 120, 600)
"""How far a leaf may stand from its place, in characters: first those that stand where they are due."""
_ANYWHERE = 1 << 40
_USUAL = 500
"""Characters of a text whose words are remembered: 2,048 such texts, a few MB."""
_BULLET = "•"
"""On a mirrored page it stands at the end of its line, and thus between two lines of its text."""
# pdfium writes U+FFFE for a hyphen at a line's end; nothing of ours is hyphenated, so it is a hyphen.
_PDFIUM_HYPHEN = "\ufffe"


@dataclass(frozen=True, slots=True)
class Loss:
    """A text that did not come back whole: its path in the data, itself, the words that are lost."""

    path: str
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A leaf, or what of it stands between two formulas: folded words, and after how many characters of them
    a space is due (None: that cannot be told, as between Chinese characters or in Arabic).
    """

    field: RichText
    words: Sequence[str]
    gaps: frozenset[int] | None
    number: int = 0
    """Which of the leaves it is of."""

    @property
    def path(self) -> str:
        """The first place in the data that the leaf comes from."""
        return path_of(self.field)


@dataclass(slots=True)
class Alignment:
    """Which stretches of a folded text answer for which leaf.

    `places` leads from the number of a segment to its pieces: offset and size in the text, in the order of
    its words. `starts` are the offsets of the text's own words, as far as readers see spaces; `loose` says
    that the text has right-to-left letters, so that readers order it by themselves. `left` is the text with
    NUL for all that answers for a leaf.
    """

    segments: list[Segment]
    text: str
    starts: list[int]
    loose: bool = False
    left: str = ""
    losses: list[Loss] = dataclasses.field(default_factory=list)
    places: dict[int, list[tuple[int, int]]] = dataclasses.field(default_factory=dict)


def path_of(field: RichText) -> str:
    """The first place in the data that a leaf comes from, or an empty text."""
    return next((part.path for part in field.parts if part.path), "")


def folded(text: str) -> str:
    """A text for comparison: NFKC, no case, no white space, nothing that is never seen: marks of breaks and
    of direction, joiners, wishes for text or emoji.
    """
    return "".join(_folded_words(text))


def _folded_words(text: str) -> list[str]:
    if text.isascii() and text.isprintable():
        return text.casefold().split()
    # The wave dash and the full-width tilde are one sign of JIS X 0208 in two mappings, one glyph in fonts.
    text = "\n".join(text.replace(_PDFIUM_HYPHEN, "-").replace("\u301c", "\uff5e").split())
    text = unicodedata.normalize("NFKC", text).replace(" ", "")  # a diaeresis becomes a space with dots on it
    return _UNSEEN.sub("", text).casefold().split()


_UNSEEN = re.compile("[\u200b-\u200f\u061c\ufe0e\ufe0f\\x00-\\x08\\x0e-\\x1b]+")


# In right-to-left text, readers disagree on which of two brackets is the mirror image.
POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\ufb1e\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd"
    "\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b]"
)
_MIRRORED = str.maketrans(")]}>»›", "([{<«‹")


def needs_actual_text(word: str) -> bool:
    """Whether glyphs alone do not tell a word's letters in order: it runs from right to left, or has marks
    that are set around letters. Readers need the bidirectional algorithm for the one, ActualText for the
    other.
    """
    return not word.isascii() and (
        bidi.has_right_to_left(word) or any(unicodedata.category(char)[0] == "M" for char in word)
    )


def lost(text: str, fields: Iterable[RichText], *, rtl: bool = False) -> Iterable[Loss]:
    """The leaves that a text does not hold, in the order given: see `align`."""
    return align(text, fields, rtl=rtl).losses


def align(text: str, fields: Iterable[RichText], *, rtl: bool = False) -> Alignment:
    """Find each leaf in a text.

    Leaves that the page has once are its anchors. The others are looked for near the place where they are due
    after the one before, long ones first, so that a short one ("Go") never takes a piece of them; then those
    that come back in a few pieces, or whole in another place, from what is left. On a `mirrored` page, each
    may stand in a line from right to left, which readers put in order by themselves.
    """
    listed = list(fields)
    own = _folded_words(text.replace(_BULLET, "") if rtl else text)
    page = Page("".join(own))
    made = Alignment(
        [segment for number, field in enumerate(listed) for segment in _segments(field, rtl, number)],
        page.text,
        list(accumulate(map(len, own), initial=0)),
        rtl or any(_ARABIC_SIGN.search(str(field)) for field in listed),
    )
    if any(bidi.has_right_to_left(str(field)) for field in listed):
        made.losses += _lost_points(page.text, listed)
        page = Page(without_points(page.text))
        made.loose = True
        made.segments = list(_without_points(made.segments))
    wanted = [segment.words for segment in made.segments]
    sizes = [sum(map(len, words)) for words in wanted]
    starts = list(accumulate(sizes, initial=0))
    placed: list[tuple[int, int]] = [(-1, 0)]  # number of a leaf, and where on the page it ended

    def due(number: int) -> int:
        before, end = placed[bisect_left(placed, (number, 0)) - 1]
        return end + starts[number] - starts[before + 1]

    by_size = sorted(range(len(wanted)), key=lambda number: -sizes[number])
    wholes = ["".join(words) for words in wanted]
    every = "\0".join(wholes)

    def telling(whole: str) -> bool:
        if len(whole) < _TELLING or page.text.count(whole) != 1:
            return False
        # Where a date parts a leaf in two, its only place may be within another one.
        return not rtl or every.count(whole) == 1

    interrupted = []
    for shift in _shifts(by_size, sizes) if rtl else [by_size]:
        remaining = shift
        for reach in (_ANYWHERE, *_REACHES):
            parted = []
            for number in remaining:
                anchored = reach != _ANYWHERE or telling(wholes[number])
                place = page.take_whole(wholes[number], due(number), reach) if anchored else -1
                if place < 0:
                    parted.append(number)
                else:
                    insort(placed, (number, place + sizes[number]))
                    made.places[number] = [(place, sizes[number])]
            remaining = parted
        interrupted += remaining
    gone = {}
    for number in interrupted:
        missing, pieces = page.take_pieces(wanted[number], due(number), rtl)
        if missing and (place := page.take_whole(wholes[number], due(number), _ANYWHERE)) >= 0:
            missing, pieces = [], [(place, sizes[number])]
        if missing:
            gone[number] = missing
        else:
            made.places[number] = pieces
    made.losses += [
        Loss(made.segments[number].path, str(made.segments[number].field), tuple(missing))
        for number, missing in sorted(gone.items())
    ]
    made.left = page.text
    return made


def lines(text: str, fields: Iterable[RichText], *, rtl: bool = False) -> tuple[tuple[int, int] | None, ...]:
    """The first and the last line of a text (from 0) that each leaf stands in, None where it has none. Of a
    leaf in pieces the longest one counts.
    """
    listed = list(fields)
    found = align(text, listed, rtl=rtl)
    parts = [folded(line) for line in (text.replace(_BULLET, "") if rtl else text).split("\n")]
    if any(bidi.has_right_to_left(str(field)) for field in listed):
        parts = list(map(without_points, parts))
    starts = list(accumulate(map(len, parts), initial=0))[:-1]
    longest: dict[int, tuple[int, int]] = {}
    for number, pieces in found.places.items():
        field = found.segments[number].number
        if pieces:
            piece = max(pieces, key=lambda one: one[1])
            longest[field] = max(longest.get(field, (0, 0)), piece, key=lambda one: one[1])
    spans: list[tuple[int, int] | None] = [None] * len(listed)
    for field, (place, size) in longest.items():
        spans[field] = bisect_right(starts, place) - 1, bisect_right(starts, place + max(size, 1) - 1) - 1
    return tuple(spans)


def _shifts(by_size: Sequence[int], sizes: Sequence[int]) -> Iterable[list[int]]:
    """First those that tell themselves apart, then the others. Where lines run from right to left, what is
    due at a place may stand at the other end of its line, and "C" would be taken out of a word there.
    """
    for longest, shortest in pairwise((_ANYWHERE, _SHORT, 0)):
        yield [number for number in by_size if shortest <= sizes[number] < longest]


def without_points(text: str) -> str:
    """A folded text without the points of right-to-left scripts, and with one bracket for each pair."""
    return POINTS.sub("", text.translate(_MIRRORED))


def _lost_points(text: str, fields: Iterable[RichText]) -> Iterable[Loss]:
    """Points of Arabic, Hebrew, Syriac, Thaana that the page has fewer of than was written: readers put each
    at its own place in the line, so they are counted, not looked for.
    """
    there = Counter(POINTS.findall(text))
    for field in fields:
        points = Counter(POINTS.findall(folded(str(field))))
        if gone := points - there:
            yield Loss(path_of(field), str(field), tuple(gone))
        there -= points


def _without_points(segments: Iterable[Segment]) -> Iterable[Segment]:
    for segment in segments:
        if words := list(filter(None, map(without_points, segment.words))):
            yield Segment(segment.field, words, None)


def _segments(field: RichText, rtl: bool, number: int) -> Iterable[Segment]:
    """The words of a leaf between its formulas: a formula's own text layer is not compared."""
    text = "".join(
        "\0" if inline is None else inline for part in field.parts for inline in _pieces(part.inlines)
    )
    for written in text.split("\0"):
        words, gaps = (_usual if len(written) <= _USUAL else _worded)(written, rtl)
        if words:
            yield Segment(field, words, gaps, number)


def _worded(written: str, rtl: bool) -> tuple[Sequence[str], frozenset[int] | None]:
    words = tuple(_words(written, rtl))
    return words, _gaps(written, words)


_usual = lru_cache(2048)(_worded)


def _gaps(written: str, words: Sequence[str]) -> frozenset[int] | None:
    """After how many characters of folded words a space is due; None where a word is taken to pieces, where
    spaces have other widths, and in Devanagari and the like: readers may take these for none.
    """
    if len(words) != len(_SPACES.split(written.strip(" \n"))) or needs_actual_text(written):
        return None
    return frozenset(accumulate(map(len, words[:-1])))


# What a reader keeps together in right-to-left text: one script's letters, a number, a sign.
_TOKEN = re.compile(
    r"[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06ee-\u06ef\u06fa-\u0710\u0712-\u072f"
    r"\u074d-\u07a5\u07b1-\u07ea\u07f4-\u07fc\u07fe-\u0815\u081a\u0824\u0828\u082e-\u0858\u085c-\u0897\u08a0-\u08c7]+|[0-9]+|[\u0660-\u0669]+|[\u06f0-\u06f9]+"
    r"|[^\W\d_\u0590-\u08ff]+|.",
    re.DOTALL,
)
# Syriac and its neighbours: points push their letters so far apart that readers see words.
_PARTED = re.compile("[\u0700-\u089f]")
# Scripts whose lines end without a space: between any two of these a line may end.
_ARABIC_SIGN = re.compile("[\u0606-\u060f]")
_SPACES = re.compile("[ \n]+")
_FIRST_UNSPACED = "\u0e00"


@cache
def _unspaced() -> re.Pattern[str]:  # compiled where it is asked: 2 ms
    return re.compile(
        f"[{_FIRST_UNSPACED}-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef"
        "\U00020000-\U0003ffff]"
    )


def unspaced(text: str) -> bool:
    """Whether a text holds letters of a script that puts no spaces between words."""
    return max(text, default="") >= _FIRST_UNSPACED and _unspaced().search(text) is not None


def _words(segment: str, rtl: bool) -> Iterable[str]:
    """Folded words. Letter by letter where a line, and thus a page, may end within them: very long ones (the
    exact place is unknown, since folding changes lengths), those of scripts without spaces. In right-to-left
    text, whose words readers put in order, each word by itself; signs of Arabic that have no direction come
    from the same fonts.
    """
    if not rtl and segment.isascii() and segment.isprintable():
        for word in segment.casefold().split():
            yield from word if len(word) > BREAK_AFTER else [word]
        return
    right_to_left = rtl or bidi.has_right_to_left(segment) or _ARABIC_SIGN.search(segment)
    if rtl:
        segment = segment.replace(_BULLET, "")
    if right_to_left:  # readers see a space where the letters are not joined
        segment = segment.replace("\u200c", " ")
    for written in segment.split():
        word = folded(written)
        if right_to_left:
            for token in _TOKEN.findall(word):
                yield from token if _PARTED.search(token) and POINTS.search(token) else [token]
        elif max(len(written), len(word)) > BREAK_AFTER or unspaced(word):
            yield from word
        elif word:
            yield word


def _pieces(inlines: Sequence[Inline]) -> Iterable[str | None]:
    for inline in inlines:
        if isinstance(inline, Math):
            yield None
        elif isinstance(inline, Span | Anchor):
            yield from _pieces(inline.children)
        else:
            yield plain_text([inline])
