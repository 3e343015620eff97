r"""Escaping for LaTeX, and `Latex`, the type of what is escaped.

pylatexenc's encoder walks the text with rules of ours: the ten specials, characters that T1 fonts would
change (`'` to ’, `` ` `` to ‘), and the ligatures that change data (`--`, `<<`, `,,` …). Characters that the
engine can typeset and give back (see `characters`) pass as UTF-8; others never come here, they are refused
with their position before anything is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Protocol

from markupsafe import Markup

from . import bidi, links
from .encoding import encoded
from .inline import (
    Anchor,
    Break,
    Code,
    Inline,
    Math,
    Rich,
    Run,
    Span,
    SpanKind,
    Url,
    by_words,
    isolates,
    plain_text,
)

BREAK_AFTER = 40
"""A word longer than this many characters gets places to break at, or it would leave the page."""
BREAK_EVERY = 8
"""… and one every so many."""

_USUAL = 500
"""Characters of a text whose LaTeX is remembered: 2,048 such texts, a few MB."""

WHOLE_LINK = 20
"""Characters of a link that stand on one line everywhere, also in a narrow column."""

# Spaces of a fixed width, which XeTeX would take for letters, in em; and whether a line may end there.
_FIXED_SPACES = {
    "\u2002": ("space", ".5"), "\u2003": ("space", "1"), "\u2004": ("space", ".3333"),
    "\u2005": ("space", ".25"), "\u2007": ("tie", ".5"), "\u2008": ("tie", ".25"),
    "\u2009": ("tie", ".1667"), "\u200a": ("tie", ".1"), "\u202f": ("tie", ".1667"),
    "\u205f": ("tie", ".2222"),
}  # fmt: skip
_FIXED_SPACE = re.compile(f"[{''.join(_FIXED_SPACES)}]")

# The hyphens that end a word, or a piece of one. pdfium takes a hyphen for that of a line's end, and swallows
# it, if it stands by itself after one that has an ActualText.
_LAST_HYPHENS = re.compile(r"-(?:\{\})?(?:-(?:\{\})?)*(?: |(?=$|[\s~]|\\trbreak\{\}))")

# A character beyond ASCII with the marks on it.
_LETTER = re.compile(r"([^\x00-\u00a0])[\u0300-\u036f]*")

# Characters of the first plane, and those beyond it.
_PLANES = re.compile("[^\U00010000-\U0010ffff]+|[\U00010000-\U0010ffff]+")

_JOINT = re.compile(r"[-–](?=-)|,(?=,)|[!?‘](?=‘)|’(?=’)")
_SIGN = re.compile(r"\s+|\S[\u0300-\u036f]*")
_LONG_WORD = re.compile(rf"[^\s\u00a0]{{{BREAK_AFTER + 1},}}")
# As pasted from the web: a line of no-break spaces alone would leave the page.
_LONG_TIED = re.compile(rf"[^ \t\n]{{{2 * BREAK_AFTER},}}")
_ESCAPED_UNIT = re.compile(r"\\[A-Za-z]+\{\}|\\.|.(?:\{\})?(?:[\u0300-\u036f]*)", re.DOTALL)

_SPAN_MACROS: dict[SpanKind, str] = {
    "strong": r"\textbf",
    "emphasis": r"\emph",
    "superscript": r"\textsuperscript",
    "subscript": r"\textsubscript",
}


class Latex(Markup):
    """LaTeX source: concatenation, `%`, `join` and the like escape whatever is not."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Latex:
        """Escape a value unless it is markup already."""
        return cls(s.__html__()) if hasattr(s, "__html__") else cls(escaped(str(s)))


class Dresser(Protocol):
    """Who knows the fonts for XeTeX: see `runs.Dresser`."""

    def leaf(self, text: str) -> None:
        """A new text begins."""

    def runs(self, text: str, *, code: bool = False) -> list[tuple[str, str]]:
        """Pieces of a text, each with the key of its font; the template's own is the empty one."""

    def slants(self, char: str) -> bool:
        """Whether the template's own family has a character in bold italic too."""

    def breaks(self, key: str) -> bool:
        """Whether lines of a font's text end without a space."""

    def preamble(self) -> str:
        """What declares the fonts."""


_dresser: ContextVar[Dresser | None] = ContextVar("dresser", default=None)
_base: ContextVar[int] = ContextVar("base", default=0)


@contextmanager
def dressed_by(dresser: Dresser | None, *, mirrored: bool = False) -> Iterator[None]:
    """Within it, texts become LaTeX for XeTeX, in the fonts that the dresser finds (`None`: for pdfTeX), for
    a page that runs from left to right, or, `mirrored`, from right to left.
    """
    tokens = _dresser.set(dresser), _base.set(int(mirrored))
    try:
        yield
    finally:
        _dresser.reset(tokens[0])
        _base.reset(tokens[1])


def escaped(text: str) -> str:
    """A text as LaTeX source that typesets exactly it."""
    plain = _dresser.get() is None or text.isascii()
    return _tabbed(_plain(text)) if plain else rich_latex(Rich.of(text))


def _tabbed(latex: str) -> str:
    """With tabs for spaces: texresume.sty makes them word spaces that carry a character."""
    return latex.replace(" ", "\t")


def _plain(text: str) -> str:
    """A text in the template's own fonts."""
    if len(text) <= BREAK_AFTER:
        return encoded(text)
    text = _LONG_TIED.sub(lambda match: match[0].replace("\u00a0", " "), text)
    parts = []
    end = 0
    for match in _LONG_WORD.finditer(text):
        parts += [encoded(text[end : match.start()]), _breakable(match[0])]
        end = match.end()
    return "".join([*parts, encoded(text[end:])])


def _breakable(word: str) -> str:
    units = _ESCAPED_UNIT.findall(encoded(word))
    return r"\trbreak{}".join(
        "".join(units[start : start + BREAK_EVERY]) for start in range(0, len(units), BREAK_EVERY)
    )


def url_latex(url: Url) -> Latex:
    r"""The target of a link, for the first argument of `\href`. It is ASCII, see `links.normalised`."""
    return Latex(re.sub(r"([%#&_$])", r"\\\1", links.normalised(url.target)))


def rich_latex(leaf: Rich) -> Latex:
    """A leaf of the document as LaTeX."""
    if _dresser.get() is None and not _base.get():
        trees = [part.inlines for part in leaf.parts]
        return Latex(
            _joined([_usual(tree) if len(plain_text(tree)) <= _USUAL else _own(tree) for tree in trees])
        )
    writer = _Writer(leaf)
    return Latex(_joined([*(writer.tree(part.inlines) for part in leaf.parts), writer.to(writer.base)]))


def _own(inlines: tuple[Inline, ...]) -> str:
    """A tree for pdfTeX, whatever stands around it."""
    return _Writer(Rich()).tree(inlines)


_usual = lru_cache(2048)(_own)


def _joined(pieces: Iterable[str]) -> str:
    """Pieces one after the other, none of which makes a ligature with its neighbour."""
    joined = ""
    for piece in pieces:
        joined += f"{{}}{piece}" if _JOINT.match(joined[-1:] + piece[:1]) else piece
    return joined


class _Writer:
    """Writes one leaf. Where it holds right-to-left text, or the page runs from right to left, it says where
    the direction changes: `base` is the level of the page, `current` the one that TeX has reached, `place`
    how much of the leaf's plain text is written.
    """

    def __init__(self, leaf: Rich) -> None:
        self.dresser = _dresser.get()
        self.levels: list[int] = []
        self.place = 0
        self.base = self.current = _base.get()
        if self.dresser is not None:
            text = str(leaf)
            self.dresser.leaf(text)
            if self.base or bidi.has_right_to_left(text):
                whole = self.base and bidi.only_left_to_right(text)
                isolated = [(0, len(text))] if whole else isolates(leaf)
                self.levels = bidi.levels(text, self.base or None, isolated)

    def to(self, level: int) -> str:
        """Macros that lead to a level."""
        names = []
        while self.current > level:
            names.append(r"\trrightend{}" if self.current % 2 else r"\trleftend{}")
            self.current -= 1
        while self.current < level:
            self.current += 1
            names.append(r"\trright{}" if self.current % 2 else r"\trleft{}")
        return "".join(names)

    def tree(self, inlines: Sequence[Inline]) -> str:
        return _joined(self.pieces(inlines))

    def pieces(self, inlines: Sequence[Inline]) -> Iterator[str]:
        """Each inline as LaTeX; between those that make one long word, places to break at."""
        unbroken = 0
        bare = _around_shifted(inlines) if self.dresser is not None and not self.levels else set()
        for place, inline in enumerate(inlines):
            text = plain_text([inline])
            first, last = (re.split(r"[ \t\n]", text)[end] for end in (0, -1))
            if unbroken and first and unbroken + len(first) > BREAK_AFTER:
                yield r"\trbreak{}"
                unbroken = 0
            latex = self.inline(inline)
            yield rf"{{\trbare{{}}{latex}}}" if place in bare and r"\trrun" not in latex else latex
            unbroken = len(last) + (unbroken if last == text else 0)

    def boxed(self, children: Sequence[Inline], level: int = 0) -> str:
        """What TeX may put into a box, where a direction begins anew, at a level."""
        outer, self.current = self.current, level
        inner = self.tree(children) + self.to(level)
        self.current = outer
        return inner

    def parted(self, link: Anchor) -> bool:
        """Whether a link must be one for each word: it may break where lines run from right to left, and the
        rectangle of a link would take in what stands beside it.
        """
        words = by_words(link)
        return bool(self.base) and len(plain_text(words)) > WHOLE_LINK and words != (link,)

    def inline(self, inline: Inline) -> str:
        match inline:
            case Run(text):
                return self.text(text)
            case Code(text):
                return rf"\texttt{{{self.text(text, code=True)}}}"
            case Math(source, text):
                level = self.levels[self.place] // 2 * 2 if self.levels and text else 0
                before = self.to(max(level, self.base)) if self.levels and text else ""
                self.place += len(text)
                return rf"{before}\texorpdfstring{{\({source}\)}}{{{_plain(text)}}}"
            case Break():
                self.place += 1
                return r"\trnewline{}"
            case Span("strong" | "emphasis" as kind, children):
                return f"{_SPAN_MACROS[kind]}{{{self.tree(children)}}}"
            case Span(kind, children):
                return f"{_SPAN_MACROS[kind]}{{{self.boxed(children)}}}"
            case Anchor() if self.parted(inline):
                return self.tree(by_words(inline))
            case Anchor(url, children):
                return rf"\trlink{{{url_latex(Url(url))}}}{{{self.boxed(children, self.base)}}}"

    def text(self, text: str, *, code: bool = False) -> str:
        start, self.place = self.place, self.place + len(text)
        if self.dresser is None:
            return _tabbed(_plain(text))
        if not self.levels:
            return _tabbed(self.dressed(text, 0, code))
        parts = []
        levels = self.levels[start : self.place]
        first = 0
        for last in range(1, len(text) + 1):
            if last == len(text) or levels[last] != levels[first]:
                parts += [self.to(levels[first]), self.dressed(text[first:last], levels[first], code)]
                first = last
        return "".join(parts)

    def dressed(self, text: str, level: int, code: bool) -> str:
        """A text of one direction, run by run."""
        assert self.dresser is not None  # noqa: S101 - asked by the caller
        parts: list[str] = []
        previous = ("", "")
        for key, piece in self.dresser.runs(text, code=code):
            if previous[1] and self.joins(previous, (key, piece)):
                parts.append(r"\trjoin{}")
            previous = (key, piece)
            if key:
                write = encoded if self.dresser.breaks(key) else _plain
                parts += [_run(key, _with_spaces(write(part)), part) for part in _PLANES.findall(piece)]
            elif level % 2:
                parts += map(_sign, _SIGN.findall(piece))
            else:
                parts.append(self.own(piece))
        return "".join(parts)

    def own(self, text: str) -> str:
        """A text in the template's own family."""
        assert self.dresser is not None  # noqa: S101 - asked by the caller
        slants = self.dresser.slants

        def upright(match: re.Match[str]) -> str:
            return match[0] if slants(match[1]) else rf"\trupright{{{ord(match[1]):X}}}{{{match[0]}}}"

        latex = _LAST_HYPHENS.sub(lambda match: rf"{{\trbare{{}}{match[0]}}}", _plain(text))
        return _with_spaces(_LETTER.sub(upright, latex))

    def joins(self, before: tuple[str, str], after: tuple[str, str]) -> bool:
        """Whether a line may end between two runs that no space parts: 软件 and Engineer."""
        assert self.dresser is not None  # noqa: S101 - asked by the caller
        return (
            self.dresser.breaks(before[0]) != self.dresser.breaks(after[0])
            and before[1][-1].isalnum()
            and after[1][0].isalnum()
        )


def _around_shifted(inlines: Sequence[Inline]) -> set[int]:
    """The places of superscripts and subscripts, and of what stands beside them. It goes without ActualText,
    or pdfium takes what stands above or below the others for another line; our own fonts need none.
    """
    kinds = [inline.kind if isinstance(inline, Span) else type(inline) for inline in inlines]
    around: set[int] = set()
    for place, kind in enumerate(kinds):
        if kind in ("superscript", "subscript"):
            around |= {place - 1, place, place + 1}
    return {place for place in around if 0 <= place < len(kinds) and kinds[place] not in (Code, Math, Anchor)}


def _run(key: str, latex: str, text: str) -> str:
    run = rf"\trrun{{{key}}}{{{latex}}}"
    # pdfium passes over such a character in an ActualText, and reads it from its glyph.
    return rf"\trapart{{{run}}}" if text > "\uffff" else run


def _sign(text: str) -> str:
    """A sign as it looks in text from right to left, or the space between two."""
    if text.isspace():
        return _with_spaces(_plain(text))
    return rf"\trmirrored{{{_plain(bidi.mirrored(text))}}}{{{_plain(text)}}}"


def _with_spaces(latex: str) -> str:
    return _FIXED_SPACE.sub(lambda match: r"\tr{}{{{}em}}".format(*_FIXED_SPACES[match[0]]), latex)


def metadata_latex(text: str) -> Latex:
    """A text without markup, for the fields that PDF keeps about itself."""
    return Latex(escaped(text).replace(r"\trbreak{}", "").replace(r"\trplusplus{}", "++"))


def contains_formula(inlines: Sequence[Inline]) -> bool:
    """Whether a formula stands in the tree: its text layer is not compared letter by letter."""
    return any(
        isinstance(inline, Math) or (isinstance(inline, Span | Anchor) and contains_formula(inline.children))
        for inline in inlines
    )
