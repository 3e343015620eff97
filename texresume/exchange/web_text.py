"""Rich text as HTML: every text escaped, every link checked, lists as lists and dates as dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

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
    has_blocks,
    plain_text,
    split_blocks,
)

from .markup import counted, legible, safe_target
from .web_formula import mathml

_NOTHING = Markup()
_LISTS = {
    "": Markup("<ul>{}</ul>"),
    ".": Markup("<ol>{}</ol>"),
    ")": Markup('<ol class="bracket">{}</ol>'),
    "written": Markup('<ul class="numbered">{}</ul>'),
}
"""Lists by what stands after their numbers; or these are written, where browsers would write others."""
_SPANS = {
    "strong": Markup("<strong>{}</strong>"),
    "emphasis": Markup("<em>{}</em>"),
    "superscript": Markup("<sup>{}</sup>"),
    "subscript": Markup("<sub>{}</sub>"),
}


class Field:
    """A field of the document as templates of pages see it: false if it is empty, HTML where it is printed.

    `blocks` is the same as paragraphs and lists, for a place where these may stand; where the field itself is
    printed, its further blocks follow the first one within the line, as in an item of a list.
    """

    def __init__(self, field: RichText, writer: HtmlWriter) -> None:
        self._field, self._writer = field, writer

    def __bool__(self) -> bool:
        return bool(self._field)

    def __len__(self) -> int:
        return len(str(self._field))

    def __str__(self) -> str:
        return legible(str(self._field))

    def __html__(self) -> str:
        return self._writer.item(self._field)

    @property
    def blocks(self) -> Markup:
        """The field as paragraphs and lists."""
        return self._writer.blocks(self._field)


class HtmlWriter:
    """Writes fields as HTML. `dates` are ISO dates by the path in the data: one, or a start and an end.
    `rtl` says that the page runs from right to left.
    """

    def __init__(self, dates: Mapping[str, tuple[str, ...]], *, rtl: bool) -> None:
        self._dates, self._rtl = dates, rtl

    @property
    def undated(self) -> HtmlWriter:
        """One that marks no dates."""
        return HtmlWriter({}, rtl=self._rtl)

    def inline(self, field: RichText) -> Markup:
        """A field without blocks."""
        return _joined(map(self._fragment, field.parts))

    def item(self, field: RichText) -> Markup:
        """A field for a line or an item of a list: lists below it are within it."""
        if not has_blocks(field):
            return self.inline(field)
        blocks = list(split_blocks(field))
        first: Markup = _NOTHING
        if blocks[0][0] is None:
            first = self.inline(blocks.pop(0)[1])
        return first + self._blocks(blocks)

    def blocks(self, field: RichText) -> Markup:
        """A field as paragraphs and lists."""
        return self._blocks(list(split_blocks(field)))

    # -- blocks -----------------------------------------------------------------------------------------

    def _blocks(self, blocks: Sequence[tuple[Block | None, RichText]]) -> Markup:
        found, place = [], 0
        while place < len(blocks):
            block, text = blocks[place]
            level = block.level if block else 0
            if not level:
                found.append(Markup("<p>{}</p>").format(self.inline(text)))
                place += 1
                continue
            end = place
            while end < len(blocks) and ((one := blocks[end][0]) is not None and one.level >= level):
                end += 1
            found.append(self._list([(one, text) for one, text in blocks[place:end] if one], level))
            place = end
        return _joined(found)

    def _list(self, items: Sequence[tuple[Block, RichText]], level: int) -> Markup:
        """Items, the first one of this level, as one list, or as several where bullets and numbers change."""
        found, place = [], 0
        while place < len(items):
            kind = _kind(items[place][0])
            rows: list[Markup] = []
            before = 0
            while place < len(items) and _kind(items[place][0]) == kind:
                block, text = items[place]
                end = place + 1
                while end < len(items) and items[end][0].level > level:
                    end += 1
                below = (
                    self._list(items[place + 1 : end], items[place + 1][0].level) if end > place + 1 else ""
                )
                number = counted(block.number) if kind in (".", ")") else None
                skips = number is not None and number != before + 1
                value = Markup(' value="{}"').format(number) if skips else ""
                written = f"{block.number} " if kind == "written" else ""
                rows.append(Markup("<li{}>{}{}{}</li>").format(value, written, self.inline(text), below))
                before, place = number or 0, end
            found.append(_LISTS[kind].format(_joined(rows)))
        return _joined(found)

    # -- inlines ----------------------------------------------------------------------------------------

    def _fragment(self, part: Fragment) -> Markup:
        html = self._tree(part.inlines)
        if (known := self._dates.get(part.path)) is not None:
            html = _timed(plain_text(part.inlines), known, html)
        if part.language and part.inlines:
            html = Markup('<span lang="{}">{}</span>').format(part.language, html)
        isolated = part.left_to_right and (self._rtl or bidi.has_right_to_left(plain_text(part.inlines)))
        return Markup('<bdi dir="ltr">{}</bdi>').format(html) if isolated else html

    def _tree(self, inlines: Sequence[Inline]) -> Markup:
        return _joined(self._inlines(inlines))

    def _inlines(self, inlines: Sequence[Inline]) -> Iterator[Markup]:
        for inline in inlines:
            match inline:
                case Run(text):
                    yield escape(legible(text))
                case Code(text):
                    yield Markup('<code dir="ltr">{}</code>').format(legible(text))
                case Math(source):
                    yield mathml(source)
                case Break():
                    yield Markup("<br>")
                case Block():
                    yield escape(plain_text([inline]))
                case Span(kind, children):
                    yield _SPANS[kind].format(self._tree(children))
                case Anchor(url, children):
                    yield linked(url, self._tree(children))


def _kind(block: Block) -> str:
    """Which of `_LISTS` an item belongs to."""
    return "written" if block.number and counted(block.number) is None else block.number[-1:]


def _timed(text: str, known: Sequence[str], html: Markup) -> Markup:
    """A date, or the two of a period, as time elements; the HTML as it is where they cannot be told apart."""
    if not all(date[:4] in text for date in known):
        return html
    pieces = re.split(r"(\s*[–—〜～]\s*)", text)
    if len(pieces) == 1:
        return Markup('<time datetime="{}">{}</time>').format(known[0], html) if len(known) == 1 else html
    if len(pieces) != 3 or len(known) == 1:  # noqa: PLR2004 - a start, a dash and an end
        return html
    dates = zip(known, (pieces[0], pieces[2]), strict=True)
    start, end = (
        Markup('<time datetime="{}">{}</time>').format(date, legible(piece))
        if date
        else escape(legible(piece))
        for date, piece in dates
    )
    return start + legible(pieces[1]) + end


def linked(url: str, html: Markup) -> Markup:
    """A link, or what it shows where its target may not be linked."""
    return Markup('<a href="{}">{}</a>').format(legible(url), html) if safe_target(url) else html


def _joined(pieces: Iterator[Markup] | Sequence[Markup]) -> Markup:
    return Markup("").join(pieces)
