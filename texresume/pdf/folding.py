"""Texts as the inspection compares them: normalised, without case and white space, divided into words.

What extractors may legitimately change is taken out on both sides (case, spaces, compatibility forms, marks
that nobody sees), so that any difference that remains is a loss.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from texresume.latex.encoding import is_breakable
from texresume.patterns import lazy
from texresume.records import dataclass
from texresume.text import bidi
from texresume.text.inline import Anchor, Block, Inline, Math, RichText, Span, plain_text

BULLET = "•"
"""On a right-to-left page it is extracted at the end of its line, between two lines of its text."""
_CACHED_LENGTH = 500
"""Longest text, in characters, whose words are cached: 2,048 such texts take a few MB."""
_PDFIUM_HYPHEN = "\ufffe"
"""What pdfium writes for a hyphen at the end of a line. We never hyphenate, so it is always a real one."""
_UNSEEN = re.compile("[\u200b-\u200f\u061c\ufe0e\ufe0f\\x00-\\x08\\x0e-\\x1b]+")
_SPACES = re.compile("[ \n]+")

# In right-to-left text, extractors disagree on which of two signs is the mirror image, and pdfium turns
# quotation marks and fractions round as well.
_MIRRORED = str.maketrans(
    ")]}>»›⟩≥≧≫⩾≳∋∌⊃⊇⊐⊒≻∝”’\u2044\u2215\\",
    "([{<«‹⟨≤≦≪⩽≲∈∉⊂⊆⊏⊑≺∝“‘///",
)
SCRIPT = "\x01"
"""Stands in a written text where a superscript or subscript begins or ends: some extractors take it to
another line."""
POINTS = lazy(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\ufb1e\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd"
    "\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b]"
)
"""Vowel points and other marks of Hebrew, Arabic, Syriac, Thaana, Samaritan and Mandaic."""
# What extractors keep together in right-to-left text: letters of one script, a number, a symbol.
_TOKEN = lazy(
    r"[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06ee-\u06ef\u06fa-\u0710\u0712-\u072f"
    r"\u074d-\u07a5\u07b1-\u07ea\u07f4-\u07fc\u07fe-\u0815\u081a\u0824\u0828\u082e-\u0858\u085c-\u0897\u08a0-\u08c7]+|[0-9]+|[\u0660-\u0669]+|[\u06f0-\u06f9]+"
    r"|[^\W\d_\u0590-\u08ff]+|.",
    re.DOTALL,
)
# Syriac and its neighbours: points push their letters so far apart that extractors see separate words.
_PUSHED_APART = lazy("[\u0700-\u089f]")
# Symbols of Arabic without a direction: they come from the fonts of right-to-left text.
_ARABIC_SYMBOL = re.compile("[\u0606-\u060f]")
_UNSPACED = (
    "\u0e00\u0f00\u1000\u10a0\u1780\u1800\u2e80\u3130\u3190\ua000\uf900\ufb00\uff00\ufff0\U00020000\U00040000"
)
"""Where ranges of letters without spaces between words begin and where they have ended. As a pattern, they
would take 2 ms to compile.
"""
_ZERO_WIDTH_NON_JOINER = "\u200c"


@dataclass(frozen=True, slots=True)
class Segment:
    """A field, or a part of it between two formulas.

    `words` are folded. `gaps` says after how many of their characters a space is expected, or is None where
    that is unknown, as between Chinese characters or in Arabic.
    """

    field: RichText
    words: Sequence[str]
    gaps: frozenset[int] | None
    number: int = 0
    """The index of its field."""
    scripts: frozenset[int] = frozenset()
    """After how many characters of the words a superscript or subscript begins or ends."""

    @property
    def path(self) -> str:
        """The first path in the data that the field comes from."""
        return path_of(self.field)


def path_of(field: RichText) -> str:
    """The first path in the data that a field comes from, or an empty string."""
    return next((fragment.path for fragment in field.parts if fragment.path), "")


def fold(text: str) -> str:
    """A text for comparison: NFKC, without case, white space and invisible characters (direction marks,
    joiners, variation selectors).
    """
    return "".join(fold_words(text))


_ONE_GLYPH = {0x301C: 0xFF5E, 0x22EF: 0x2026, 0x2027: 0x2022}
"""Characters with one glyph in East Asian fonts: wave dash and full-width tilde, ellipses, bullets."""


def fold_words(text: str) -> list[str]:
    """The folded words of a text."""
    if text.isascii() and text.isprintable():
        return text.casefold().split()
    text = "\n".join(text.replace(_PDFIUM_HYPHEN, "-").translate(_ONE_GLYPH).split())
    # NFKC turns a spacing diaeresis into a space with a combining one.
    text = unicodedata.normalize("NFKC", text).replace(" ", "")
    return _UNSEEN.sub("", text).casefold().split()


def strip_points(text: str) -> str:
    """A folded text without the points of right-to-left scripts, and with one sign for each mirrored pair."""
    return POINTS.sub("", text.translate(_MIRRORED))


def needs_actual_text(word: str) -> bool:
    """Whether glyphs alone do not give a word's letters in order.

    A word that runs from right to left needs the bidirectional algorithm, one whose marks are set around its
    letters needs ActualText.
    """
    return not word.isascii() and (
        bidi.has_right_to_left(word) or any(unicodedata.category(char)[0] == "M" for char in word)
    )


def has_arabic_symbol(text: str) -> bool:
    """Whether a text has a symbol of Arabic that has no direction of its own."""
    return _ARABIC_SYMBOL.search(text) is not None


def is_unspaced(text: str) -> bool:
    """Whether a text holds letters of a script that puts no spaces between words."""
    return any(bisect_right(_UNSPACED, char) % 2 for char in text if char >= _UNSPACED[0])


# -- segments -----------------------------------------------------------------------------------------------


def split_into_segments(field: RichText, number: int, *, rtl: bool) -> Iterable[Segment]:
    """The parts of a field between its formulas, whose own text is not compared."""
    text = "".join(
        "\0" if inline is None else inline
        for fragment in field.parts
        for inline in _texts_and_formulas(fragment.inlines)
    )
    for written in text.split("\0"):
        split = _split_cached if len(written) <= _CACHED_LENGTH else _split
        words, gaps, scripts = split(written, rtl)
        if words:
            yield Segment(field, words, gaps, number, scripts)


def _texts_and_formulas(inlines: Sequence[Inline]) -> Iterable[str | None]:
    for inline in inlines:
        if isinstance(inline, Math):
            yield None
        elif isinstance(inline, Block):  # a bullet stands between its text and the one before
            yield None
            yield plain_text([inline])
        elif isinstance(inline, Span) and inline.kind in ("superscript", "subscript"):
            yield SCRIPT
            yield from _texts_and_formulas(inline.children)
            yield SCRIPT
        elif isinstance(inline, Span | Anchor):
            yield from _texts_and_formulas(inline.children)
        else:
            yield plain_text([inline])


_Split = tuple[Sequence[str], frozenset[int] | None, frozenset[int]]


def _split(written: str, rtl: bool) -> _Split:
    """Words, gaps and scripts of a `Segment`. Words are divided where a script begins or ends."""
    plain = written.replace(SCRIPT, "")
    words = tuple(_split_words(plain, rtl))
    gaps = _find_gaps(plain, words)
    if plain == written:
        return words, gaps, frozenset()
    pieces = tuple(_split_words(written.replace(SCRIPT, " "), rtl))
    if "".join(pieces) != "".join(words):  # a mark on the letter before it
        return words, gaps, frozenset()
    edges = accumulate(len(fold(part)) for part in written.split(SCRIPT)[:-1])
    return pieces, gaps, frozenset(edges)


_split_cached = lru_cache(2048)(_split)


def _find_gaps(written: str, words: Sequence[str]) -> frozenset[int] | None:
    """After how many characters of the folded words a space is expected.

    None where extractors need not see the spaces that were written: a word was divided, spaces have other
    widths, or the script is one like Devanagari.
    """
    if len(words) != len(_SPACES.split(written.strip(" \n"))) or needs_actual_text(written):
        return None
    return frozenset(accumulate(map(len, words[:-1])))


def _split_words(text: str, rtl: bool) -> Iterable[str]:
    """The folded words of a text, divided wherever something else may come between their letters.

    A line, and thus a page, may end within a very long word and between any two letters of a script without
    spaces. Where a long word breaks is unknown, since folding changes lengths, so all of it is divided.
    In right-to-left text extractors order words, numbers and symbols by themselves: each counts alone.
    """
    if not rtl and text.isascii() and text.isprintable():
        for word in text.casefold().split():
            yield from word if is_breakable(word) else [word]
        return
    right_to_left = rtl or bidi.has_right_to_left(text) or has_arabic_symbol(text)
    if rtl:
        text = text.replace(BULLET, "")
    if right_to_left:  # extractors see a space between letters that are not joined
        text = text.replace(_ZERO_WIDTH_NON_JOINER, " ")
    for written in text.split():
        word = fold(written)
        if right_to_left:
            for token in _TOKEN.findall(word):
                yield from token if _PUSHED_APART.search(token) and POINTS.search(token) else [token]
        elif is_breakable(written) or is_breakable(word) or is_unspaced(word):
            yield from word
        elif word:
            yield word
