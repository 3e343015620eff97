"""Rich text as runs of WordprocessingML: a style for each, links, and the direction of every piece."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

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
    isolates,
    plain_text,
)

from .docx_fonts import language_properties
from .docx_styles import Styles
from .markup import Line, legible, safe_target

TAB = "<w:r><w:tab/></w:r>"
_MARK = "\u200e"
"""Left-to-right mark: keeps what it surrounds together where lines run from right to left."""
_SPANS = {
    "strong": "Strong",
    "emphasis": "Emphasis",
    "superscript": "Superscript",
    "subscript": "Subscript",
}
_SPACES = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
# Scripts for which Word takes the font, the size and the language of complex scripts.
_COMPLEX = ((0x0590, 0x08FF), (0x0900, 0x0DFF), (0x0E00, 0x0EFF), (0x0F00, 0x109F), (0x1780, 0x17FF))


class RunWriter:
    """Writes fields as runs. `relate` gives the id of the relationship to a target."""

    def __init__(self, styles: Styles, relate: Callable[[str], str], *, rtl: bool) -> None:
        self._styles, self._relate, self._rtl = styles, relate, rtl
        self._levels: list[int] = []
        self._edges: dict[int, str] = {}
        """Where a mark stands before (at the start) or after a piece that runs left to right."""
        self._offset = 0
        self._language = ""
        """The element that says which language a run is in, where it is not that of the document."""

    def line(self, line: Line) -> str:
        """The pieces of a line, one after the other."""
        return "".join(self._piece(one.text, one.style, one.url) for one in line)

    def field(self, field: RichText, style: str = "") -> str:
        """A field without blocks."""
        return self._piece(field, style, "")

    def _piece(self, field: RichText, style: str, url: str) -> str:
        self._prepare(field)
        names = (style,) if style else ()
        if not url:
            return "".join(self._part(part, names) for part in field.parts)
        runs = "".join(self._part(part, (*names, "Address"), linked=True) for part in field.parts)
        return self._link(url, runs)

    def _part(self, part: Fragment, names: tuple[str, ...], *, linked: bool = False) -> str:
        self._language = language_properties(part.language) if part.language else ""
        return self._tree(part.inlines, names, linked=linked)

    def _prepare(self, field: RichText) -> None:
        """The direction of each character of the field's plain text, where not all run from left to right."""
        text = "".join(plain_text(part.inlines) for part in field.parts)
        self._offset, self._levels, self._edges = 0, [], {}
        if not self._rtl and not bidi.has_right_to_left(text):
            return
        ranges = isolates(field)
        if self._rtl and bidi.only_left_to_right(text):
            ranges = [(0, len(text))]
        self._levels = bidi.levels(text, int(self._rtl), ranges)
        for start, end in ranges:
            if start < end and not bidi.has_right_to_left(text[start:end]):
                if unicodedata.bidirectional(text[start]) != "L":
                    self._edges[start] = _MARK
                if unicodedata.bidirectional(text[end - 1]) != "L":
                    self._edges[-end] = _MARK

    def _tree(self, inlines: Sequence[Inline], names: tuple[str, ...], *, linked: bool = False) -> str:
        return "".join(self._inline(inline, names, linked) for inline in inlines)

    def _inline(self, inline: Inline, names: tuple[str, ...], linked: bool) -> str:
        match inline:
            case Run(text):
                return self._text(text, names)
            case Code(text):
                return self._text(text, (*names, "Code"))
            case Math(_, text):
                return self._text(text, (*names, "Formula"))
            case Break():
                self._offset += 1
                return "<w:r><w:br/></w:r>"
            case Block():
                return self._text(plain_text([inline]), names)
            case Span(kind, children):
                return self._tree(children, (*names, _SPANS[kind]), linked=linked)
            case Anchor(url, children):
                if linked or not safe_target(url):
                    return self._tree(children, names, linked=linked)
                style = "Address" if _is_address(url, plain_text(children)) else "Hyperlink"
                return self._link(url, self._tree(children, (*names, style), linked=True))

    def _link(self, url: str, runs: str) -> str:
        return f'<w:hyperlink r:id={quoteattr(self._relate(url))} w:history="1">{runs}</w:hyperlink>'

    def _text(self, text: str, names: tuple[str, ...]) -> str:
        start, self._offset = self._offset, self._offset + len(text)
        style = self._styles.character(names)
        return "".join(
            self._run(text[first - start : last - start], style, first, last, rtl=rtl, complex_script=other)
            for first, last, rtl, other in self._stretches(text, start)
        )

    def _stretches(self, text: str, start: int) -> Iterable[tuple[int, int, bool, bool]]:
        """The stretches of a text with one direction and one kind of script: (start, end, rtl, complex)."""
        if text.isascii() and not self._levels:
            return [(start, start + len(text), False, False)] if text else []
        found: list[tuple[int, int, bool, bool]] = []
        for place, char in enumerate(text, start):
            level = self._levels[place] if self._levels else 0
            kind = level % 2 == 1
            before = found[-1] if found else None
            complex_script = kind or _is_complex(char, before is not None and before[3])
            if before is not None and before[2:] == (kind, complex_script):
                found[-1] = (before[0], place + 1, kind, complex_script)
            else:
                found.append((place, place + 1, kind, complex_script))
        return found

    def _run(self, text: str, style: str, first: int, last: int, *, rtl: bool, complex_script: bool) -> str:
        text = self._edges.get(first, "") + _SPACES.sub(" ", text) + self._edges.get(-last, "")
        properties = f"<w:rStyle w:val={quoteattr(style)}/>" if style else ""
        properties += "<w:rtl/>" if rtl else "<w:cs/>" if complex_script else ""
        properties += self._language
        if properties:
            properties = f"<w:rPr>{properties}</w:rPr>"
        return f'<w:r>{properties}<w:t xml:space="preserve">{escape(legible(text))}</w:t></w:r>'


def _is_address(url: str, text: str) -> bool:
    """Whether a link shows where it leads: such a one looks like text."""
    if url.startswith("tel:"):
        return any(map(str.isdigit, text))
    return url.casefold().rstrip("/").endswith(text.casefold())


def _is_complex(char: str, before: bool) -> bool:
    """Whether Word sets a character as one of a complex script; spaces are as what stands before them."""
    if char.isspace():
        return before
    return any(low <= ord(char) <= high for low, high in _COMPLEX)
