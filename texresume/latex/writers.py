"""Formatted text as LaTeX: `InlineWriter` for pdfTeX, `BidiWriter` with fonts and directions for XeTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from texresume.patterns import lazy
from texresume.text import bidi
from texresume.text.inline import (
    Anchor,
    Block,
    Break,
    Code,
    Fragment,
    Inline,
    Math,
    RichText,
    Run,
    Span,
    SpanKind,
    by_words,
    isolates,
    plain_text,
)

from .encoding import BREAK_AFTER, carry_spaces, escape_text, escape_url, separate_letters
from .ties import tie

if TYPE_CHECKING:
    from .font_runs import Fonts

WHOLE_LINK = 20
"""A link of at most this many characters stays on one line everywhere, also in a narrow column."""

_EAST_ASIAN = lazy("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_JOINT = re.compile(r"[-–](?=-)|,(?=,)|[!?‘](?=‘)|’(?=’)")
_SPAN_MACROS: dict[SpanKind, str] = {
    "strong": r"\textbf",
    "emphasis": r"\emph",
    "superscript": r"\textsuperscript",
    "subscript": r"\textsubscript",
}


def join(pieces: Iterable[str]) -> str:
    """Concatenate pieces of LaTeX so that no ligature forms where two of them meet."""
    joined = ""
    for piece in pieces:
        joined += f"{{}}{piece}" if _JOINT.match(joined[-1:] + piece[:1]) else piece
    return joined


class InlineWriter:
    """Writes inlines in the template's own fonts, from left to right."""

    def part(self, part: Fragment) -> str:
        r"""A part of a field as LaTeX. In another language, it says so, within the emphasis of the whole,
        since \emph looks at what follows its end.
        """
        if not part.language or not part.inlines:
            return self.tree(part.inlines)
        match part.inlines:
            case (Span("strong" | "emphasis" as kind, children),):
                text = rf"\trlang{{{part.language}}}{{{self.tree(children)}}}"
                return f"{_SPAN_MACROS[kind]}{{{self.upright(children)}{text}}}"
        return rf"\trlang{{{part.language}}}{{{self.tree(part.inlines)}}}"

    def tree(self, inlines: Sequence[Inline]) -> str:
        """Inlines as LaTeX."""
        return join(self._pieces(inlines))

    def _pieces(self, inlines: Sequence[Inline]) -> Iterator[str]:
        """Each inline as LaTeX, with break points between those that together make one long word."""
        unbroken = 0
        bare = self._bare(inlines)
        for place, inline in enumerate(inlines):
            text = plain_text([inline])
            first, last = (re.split(r"[ \t\n]", text)[end] for end in (0, -1))
            if unbroken and first and unbroken + len(first) > BREAK_AFTER:
                yield r"\trbreak{}"
                unbroken = 0
            latex = self._inline(inline)
            yield rf"{{\trbare{{}}{latex}}}" if place in bare and r"\trrun" not in latex else latex
            unbroken = len(last) + (unbroken if last == text else 0)

    def _bare(self, inlines: Sequence[Inline]) -> set[int]:
        """The numbers of inlines that are written without ActualText, which only XeTeX adds."""
        return set()

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Run(text):
                return self.text(text)
            case Code(text):
                return rf"\texttt{{{self.text(text, code=True)}}}"
            case Math(source, text):
                return self.formula(rf"\trformula{{\({source}\)}}{{{escape_text(text)}}}", text)
            case Break():
                return self.newline()
            case Block():
                raise AssertionError("blocks are not within inlines: `Escaper.field` writes them")
            case Span("strong" | "emphasis" as kind, children):
                return f"{_SPAN_MACROS[kind]}{{{self.upright(children)}{self.tree(children)}}}"
            case Span(kind, children):
                return f"{_SPAN_MACROS[kind]}{{{self.boxed(children)}}}"
            case Anchor():
                return self.link(inline)

    def upright(self, inlines: Sequence[Inline]) -> str:
        """What stands before inlines that are not set in italics."""
        return ""

    def text(self, text: str, *, code: bool = False) -> str:
        """Plain text."""
        return carry_spaces(escape_text(text if code else tie(text)))

    def formula(self, latex: str, text: str) -> str:
        """A formula, whose LaTeX is given; `text` is what stands for it in plain text."""
        return latex

    def newline(self) -> str:
        """A forced line break."""
        return r"\trnewline{}"

    def boxed(self, children: Sequence[Inline]) -> str:
        """Inlines that TeX may put into a box."""
        return self.tree(children)

    def link(self, link: Anchor) -> str:
        """A link."""
        return rf"\trlink{{{escape_url(link.url)}}}{{{self.tree(link.children)}}}"


class PlainWriter(InlineWriter):
    """Writes inlines letter by letter, so that pdfTeX sets no kerns and no ligatures."""

    def text(self, text: str, *, code: bool = False) -> str:
        """Plain text."""
        return carry_spaces(separate_letters(escape_text(text if code else tie(text))))


class BidiWriter(InlineWriter):
    r"""Writes one field for XeTeX: fonts by `FontRuns`, and macros where the direction of text changes.

    Levels are those of the Unicode bidirectional algorithm, one for each character of the field's plain text;
    none are needed where all runs from left to right. `\trright` and `\trleft` go up by one level, to an odd
    (right-to-left) or an even one, and `\trrightend` and `\trleftend` go down again. So `Ada אב` on a
    left-to-right page, with the levels 00001(1), becomes `Ada \trright{}אב\trrightend{}`.
    """

    def __init__(self, fonts: Fonts, field: RichText, *, rtl: bool = False) -> None:
        from .font_runs import FontRuns

        self._runs = FontRuns(fonts)
        self._page_level = self._level = int(rtl)
        self._offset = 0
        """How much of the field's plain text is written."""
        self._levels: list[int] = []
        text = str(field)
        fonts.field(text)
        if rtl or bidi.has_right_to_left(text):
            in_one_piece = rtl and bidi.only_left_to_right(text)
            isolated = [(0, len(text))] if in_one_piece else isolates(field)
            self._levels = bidi.levels(text, self._page_level or None, isolated)

    def write(self, field: RichText) -> str:
        """The field as LaTeX, which ends at the level of the page."""
        upright = self.upright([inline for part in field.parts for inline in part.inlines])
        latex = join([upright, *map(self.part, field.parts), self._go_to(self._page_level)])
        if self._page_level and all(len(word) <= BREAK_AFTER for word in str(field).split()):
            return latex.replace(r"\trbreak{}", "")  # the rectangle of a link ends at one
        return latex

    def _bare(self, inlines: Sequence[Inline]) -> set[int]:
        """Superscripts, subscripts and what is next to them: with an ActualText, pdfium takes what is raised
        or lowered for another line, and the template's own fonts need none.
        """
        if self._levels:
            return set()
        kinds = [inline.kind if isinstance(inline, Span) else type(inline) for inline in inlines]
        around: set[int] = set()
        for place, kind in enumerate(kinds):
            if kind in ("superscript", "subscript"):
                around |= {place - 1, place, place + 1}
        return {
            place for place in around if 0 <= place < len(kinds) and kinds[place] not in (Code, Math, Anchor)
        }

    def part(self, part: Fragment) -> str:
        """A part of the field; directions may end in other parts, so beside them it is not enclosed."""
        return super().part(part) if not self._levels else self.tree(part.inlines)

    def upright(self, inlines: Sequence[Inline]) -> str:
        """Text with Chinese, Japanese or Korean letters is not set in italics."""
        return r"\trunslanted{}" if _EAST_ASIAN.search(plain_text(inlines)) else ""

    def _go_to(self, level: int) -> str:
        """The macros that lead from the current level to another."""
        macros = []
        while self._level > level:
            macros.append(r"\trrightend{}" if self._level % 2 else r"\trleftend{}")
            self._level -= 1
        while self._level < level:
            self._level += 1
            macros.append(r"\trright{}" if self._level % 2 else r"\trleft{}")
        return "".join(macros)

    def text(self, text: str, *, code: bool = False) -> str:
        """Plain text, split where its level changes."""
        text = text if code else tie(text)
        start, self._offset = self._offset, self._offset + len(text)
        if not self._levels:
            return carry_spaces(self._runs.write(text, code=code))
        levels = self._levels[start : self._offset]
        parts = []
        first = 0
        for last in range(1, len(text) + 1):
            if last == len(text) or levels[last] != levels[first]:
                level = levels[first]
                run = self._runs.write(text[first:last], rtl=level % 2 == 1, code=code)
                parts += [self._go_to(level), run]
                first = last
        return "".join(parts)

    def formula(self, latex: str, text: str) -> str:
        """A formula runs from left to right: at the even level at or below that of its first character."""
        before = ""
        if self._levels and text:
            before = self._go_to(max(self._levels[self._offset] // 2 * 2, self._page_level))
        self._offset += len(text)
        return before + latex

    def newline(self) -> str:
        """A forced line break, one character of the plain text."""
        self._offset += 1
        return super().newline()

    def boxed(self, children: Sequence[Inline], level: int = 0) -> str:
        """Inlines that TeX may put into a box, where directions start anew from a level."""
        outer, self._level = self._level, level
        inner = self.tree(children) + self._go_to(level)
        self._level = outer
        return inner

    def link(self, link: Anchor) -> str:
        """A link; where lines run from right to left, a long one becomes one link a word, since a rectangle
        around the parts of a broken link would cover what stands beside them.
        """
        words = by_words(link)
        if self._page_level and len(plain_text(words)) > WHOLE_LINK and words != (link,):
            return self.tree(words)
        # What begins and ends a link would change places within right-to-left text: on a right-to-left page
        # \trlink sees to that itself.
        before = self._go_to(self._level + 1) if self._level % 2 and not self._page_level else ""
        text = self.boxed(link.children, self._page_level)
        return rf"{before}\trlink{{{escape_url(link.url)}}}{{{text}}}"
