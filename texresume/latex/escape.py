"""`Latex`, the type of what is escaped, and `Escaper`, which turns the texts of one document into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from texresume.text.inline import (
    Fragment,
    Inline,
    RichText,
    Run,
    Url,
    has_blocks,
    plain_text,
    split_blocks,
)

from .encoding import carry_spaces, escape_text, escape_url
from .ties import SEVERAL_LINES, tie_end
from .writers import BidiWriter, InlineWriter, PlainWriter, join

if TYPE_CHECKING:
    from .font_runs import Fonts

_SHORT = 500
"""Texts of at most this many characters are cached, 2,048 of them: a few MB."""


class Latex(Markup):
    """LaTeX source: concatenation, `%`, `join` and the like escape whatever is not `Latex` yet.

    They escape for the current font and direction. Text that may need another font goes through an `Escaper`.
    """

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Latex:
        """Escape a value unless it is markup already."""
        return cls(s.__html__()) if hasattr(s, "__html__") else cls(carry_spaces(escape_text(str(s))))


class Escaper:
    """Turns texts into LaTeX for one engine and one direction of the page.

    Without `fonts` it writes for pdfTeX; with them, for XeTeX, in the fonts that they find. `rtl` if the page
    runs from right to left, which takes XeTeX. Fields of the `plain` paths are set without kerns.
    """

    def __init__(
        self, fonts: Fonts | None = None, *, rtl: bool = False, plain: frozenset[str] = frozenset()
    ) -> None:
        self._fonts = fonts
        self._rtl = rtl
        self._plain = plain

    def text(self, text: str) -> Latex:
        """A plain text as LaTeX that typesets exactly this text."""
        if self._fonts is None or text.isascii():
            return Latex(carry_spaces(escape_text(text)))
        return self.field(RichText.of(text))

    def value(self, value: Any) -> Latex:
        """Any value as LaTeX: markup as it is, all else as text."""
        if isinstance(value, Latex):
            return value
        return Latex(value.__html__()) if hasattr(value, "__html__") else self.text(str(value))

    def field(self, field: RichText) -> Latex:
        """A field of the document as LaTeX."""
        if has_blocks(field):
            return Latex("".join(self._blocks(field)))
        if len(str(field)) >= SEVERAL_LINES:
            field = _with_tied_end(field)
        if self._plain and any(part.path in self._plain for part in field.parts):
            return self._plain_field(field)
        if self._fonts is not None:
            return Latex(BidiWriter(self._fonts, field, rtl=self._rtl).write(field))
        return Latex(join(map(_write_part, field.parts)))

    def _blocks(self, field: RichText) -> Iterator[str]:
        r"""Each block of a field, those after the first behind `\trstart{level}{number}{first}`; `first` says
        that a list begins, which stays with the text before it (2: there is none).
        """
        before, begun = 0, False
        for block, text in split_blocks(field):
            if block is not None:
                first = ("1" if begun else "2") if block.level > before else ""
                yield rf"\trstart{{{block.level or ''}}}{{{self.text(block.number)}}}{{{first}}}"
                before = block.level
            yield str(self.field(text))
            begun = True

    def _plain_field(self, field: RichText) -> Latex:
        if self._fonts is None:
            latex = join(map(PlainWriter().part, field.parts))
        else:
            latex = BidiWriter(self._fonts, field, rtl=self._rtl).write(field)
        return Latex(rf"\trplainly{{{latex}}}")

    def metadata(self, text: str) -> Latex:
        """A text for the PDF's metadata, which takes no markup."""
        whole = join(str(self.text(text)).split(r"\trbreak{}"))
        return Latex(whole.replace(r"\trplusplus{}", "++"))


def _with_tied_end(field: RichText) -> RichText:
    """The field without a space at which its last line would begin with a few letters alone."""
    match field.parts:
        case (*before, Fragment(inlines=(*others, Run(text))) as last):
            tied = replace(last, inlines=(*others, Run(tie_end(text))))
            return RichText((*before, tied))
    return field


def _write_part(part: Fragment) -> str:
    if part.language:
        return InlineWriter().part(part)
    return _write_short(part.inlines) if _is_short(part.inlines) else _write(part.inlines)


def _is_short(inlines: tuple[Inline, ...]) -> bool:
    match inlines:
        case (Run(text),):  # most fields are, and asking them so is quicker
            return len(text) <= _SHORT
    return len(plain_text(inlines)) <= _SHORT


def _write(inlines: tuple[Inline, ...]) -> str:
    return InlineWriter().tree(inlines)


_write_short = lru_cache(2048)(_write)


def url_latex(url: Url) -> Latex:
    r"""The target of a link, for the first argument of `\href`."""
    return Latex(escape_url(url.target))
