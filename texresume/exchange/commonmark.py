"""Markdown: CommonMark, as GitHub shows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from texresume.document.letter import as_sections
from texresume.document.model import Document
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
    plain_text,
    split_blocks,
)

from .export import Export
from .outline import Piece, Words, contacts, on_lines, pieces

if TYPE_CHECKING:
    from markdown_it.token import Token

_SPECIAL = re.compile(r"[\\`*\[\]<~|$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
"""What may be markup anywhere in a line; an underscore only at the edge of a word."""
_AT_START = re.compile(r"(?:#{1,6}|[-+=])(?=\s|$)|>|(?:-\s*){3,}$|=+\s*$|-+\s*$")
_NUMBER_AT_START = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))")
_CLOSING_HASHES = re.compile(r"(?<=\s)#(?=#*$)|^#(?=#*$)")
_TAGS = {
    "strong": ("**", "strong"),
    "emphasis": ("*", "em"),
    "superscript": ("", "sup"),
    "subscript": ("", "sub"),
}
_RTL = ('<div dir="rtl">', "</div>")
_BREAK = "<br>"
_LINK = "link"
_LEFT_TO_RIGHT = "\u200e"


class CommonMark:
    """The writer of md."""

    name = "md"
    suffix = "md"
    description = "Markdown, as GitHub shows it"

    def write(self, export: Export) -> bytes:
        """The text in UTF-8."""
        blocks = list(_document(as_sections(export.document)))
        if export.document.direction == "rtl":
            blocks = [_RTL[0], *blocks, _RTL[1]]
        return ("\n\n".join(blocks) + "\n").encode()

    def text(self, content: bytes) -> str | None:
        """What a program shows that knows CommonMark and GitHub's tables: no HTML, no addresses of links."""
        from markdown_it import MarkdownIt

        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        return "\n".join(_texts(parser.parse(content.decode())))


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "list_item_open" and token.info:
            yield f"{token.info}{token.markup}"
        elif token.type == "inline":
            yield "".join(map(_text, token.children or ()))
        elif token.type in ("code_block", "fence"):
            yield token.content


def _text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak") or token.content == _BREAK:
        return "\n"
    return token.content if token.type in ("text", "code_inline") else ""


# -- blocks -------------------------------------------------------------------------------------------------


def _document(document: Document) -> Iterator[str]:
    words = Words(document.labels, " · ")
    if document.name:
        yield f"# {_line(document.name)}"
    if document.label:
        yield _paragraph(document.label)
    if lines := contacts(document, words):
        rtl = document.direction == "rtl"
        yield _paragraph(on_lines(map(_left_to_right, lines) if rtl else lines))
    for section in document.sections:
        if section.title:
            yield f"## {_line(section.title)}"
        for group in section.groups:
            if group.title:
                yield f"### {_line(group.title)}"
            depth = 4 if group.title else 3
            for brief, some in groupby(pieces(section, group, words), lambda piece: piece.brief):
                if brief:
                    yield _list_of(list(some), depth)
                else:
                    yield from (block for piece in some for block in _piece(piece, depth))
    if document.closing:
        yield _paragraph(document.closing)
    if document.date:
        yield _paragraph(document.date)


def _left_to_right(field: RichText) -> RichText:
    """A text on a page that runs from right to left, with a mark before phone numbers, which do not."""
    parts: list[Fragment] = []
    for part in field.parts:
        if part.left_to_right and not any(map(str.isalpha, plain_text(part.inlines))):
            parts.append(Fragment("", (Run(_LEFT_TO_RIGHT),)))
        parts.append(part)
    return RichText(tuple(parts))


def _piece(piece: Piece, depth: int) -> Iterator[str]:
    """An entry under a heading."""
    if piece.lead:
        yield f"{'#' * depth} {_line(piece.lead)}"
    if piece.lines:
        yield _paragraph(on_lines(piece.lines))
    yield from _body(piece, depth)


def _list_of(found: Sequence[Piece], depth: int) -> str:
    """Entries that are items of one list, numbered where their numbers follow each other."""
    numbers = [piece.number for piece in found]
    ordered = numbers[0] > 0 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    items = []
    for piece in found:
        number = RichText.of(f"{piece.number}. ") if piece.number and not ordered else RichText()
        lead = RichText((*number.parts, *piece.lead.parts))
        blocks = [_paragraph(on_lines([lead, *piece.lines])), *_body(piece, depth)]
        items.append("\n\n".join(filter(None, blocks)))
    return _list(items, [f"{number}." for number in numbers] if ordered else ())


def _body(piece: Piece, depth: int) -> Iterator[str]:
    for paragraph in piece.paragraphs:
        yield from _blocks(paragraph)
    if piece.items:
        yield _list([_item(item) for item in piece.items])
    for position in piece.positions:
        yield from _piece(position, min(depth + 1, 6))


def _blocks(field: RichText) -> Iterator[str]:
    """A text as paragraphs and lists."""
    items: list[tuple[Block, RichText]] = []
    for block, part in split_blocks(field):
        if block and block.level:
            items.append((block, part))
            continue
        if items:
            yield _nested(items)
            items = []
        if part:
            yield _paragraph(part)
    if items:
        yield _nested(items)


def _item(field: RichText) -> str:
    """A highlight: its text, then what is below it."""
    written: list[str] = []
    below: list[tuple[Block, RichText]] = []
    for block, part in split_blocks(field):
        if block and block.level:
            below.append((replace(block, level=block.level - 1), part))
            continue
        if below:
            written.append(_nested(below))
            below = []
        written.append(_paragraph(part))
    tight = len(written) == 1
    if below:
        written.append(_nested(below, begins=not tight))
    return ("\n" if tight else "\n\n").join(filter(None, written))


def _nested(items: Sequence[tuple[Block, RichText]], *, begins: bool = True) -> str:
    """Items of a list, some of them below others, by their levels. Where it `begins` after a blank line, its
    first number may be any.
    """
    lines: list[str] = []
    indents, numbers = [0], [0]
    for block, part in items:
        level = min(max(block.level, 1), len(indents))
        follows = level < len(numbers) and numbers[level]
        value = int(block.number[:-1] or 0) if block.number else 0
        fits = value == follows + 1 if follows or lines or not begins else True
        mark, text = (block.number, part) if value and fits else ("-", part)
        if block.number and mark == "-":
            text = RichText((*RichText.of(f"{block.number} ").parts, *part.parts))
            value = 0
        indents = [*indents[:level], indents[level - 1] + len(mark) + 1]
        numbers = [*numbers[:level], value]
        lines.append(_indented(f"{mark} ", _paragraph(text), indents[level - 1]))
    return "\n".join(lines)


def _list(items: Sequence[str], marks: Sequence[str] = ()) -> str:
    """Items of one list; those of several blocks have blank lines between them."""
    apart = any("\n\n" in item for item in items)
    lines = (
        _indented(f"{mark} ", item) for mark, item in zip(marks or ["-"] * len(items), items, strict=True)
    )
    return ("\n\n" if apart else "\n").join(lines)


def _indented(mark: str, text: str, indent: int = 0) -> str:
    first, *others = text.split("\n")
    below = " " * (indent + len(mark))
    return "\n".join([f"{' ' * indent}{mark}{first}", *(f"{below}{line}" if line else "" for line in others)])


# -- text in a line ------------------------------------------------------------------------------------------


def _paragraph(field: RichText) -> str:
    """A text in lines, which end only where it has a forced break."""
    lines = _inlines(_flat(field)).split("\n")
    return "\\\n".join(filter(None, (_guarded(line.strip()) for line in lines)))


def _line(field: RichText) -> str:
    """A text on one line, as a heading must be."""
    text = _guarded(_inlines(_flat(field)).strip().replace("\n", _BREAK))
    return _CLOSING_HASHES.sub(r"\\#", text)


def _guarded(line: str) -> str:
    """A line whose first characters begin no heading, list or quotation."""
    if _AT_START.match(line):
        return f"\\{line}"
    return _NUMBER_AT_START.sub(r"\1\\", line, count=1) if _NUMBER_AT_START.match(line) else line


def _flat(field: RichText) -> tuple[Inline, ...]:
    return tuple(inline for part in field.parts for inline in part.inlines)


def escape(text: str) -> str:
    """A text in which nothing is markup, unless it begins a line."""
    text = re.sub(r"[ \t\r\n\f\v]+", " ", text)
    return _SPECIAL.sub(r"\\\g<0>", text)


def _inlines(
    inlines: Sequence[Inline], within: frozenset[str] = frozenset(), around: tuple[str, str] = ("", "")
) -> str:
    """Inlines one after the other. `within` are the kinds of those around them, `around` the characters
    before and after them.
    """
    inlines = _merged(_spliced(inlines, within))
    written: list[str] = []
    for number, inline in enumerate(inlines):
        before = written[-1][-1:] if written and written[-1] else around[0] if not number else ""
        after = _first(inlines[number + 1]) if number + 1 < len(inlines) else around[1]
        written.append(_inline(inline, within, (before, after)))
    return "".join(written)


def _spliced(inlines: Iterable[Inline], within: frozenset[str]) -> Iterator[Inline]:
    """Inlines, with what is within a span of a kind that is there already, or in a link, in its place."""
    for inline in inlines:
        match inline:
            case Span(kind, children) if kind in within:
                yield from _spliced(children, within)
            case Anchor(_, children) if _LINK in within:
                yield from _spliced(children, within)
            case Break() | Block():
                yield inline
            case _ if plain_text([inline]):
                yield inline


def _merged(inlines: Iterable[Inline]) -> list[Inline]:
    """Neighbours of one kind as one: what is markup depends on the characters beside it."""
    merged: list[Inline] = []
    for inline in inlines:
        match merged[-1] if merged else None, inline:
            case Run(before), Run(text):
                merged[-1] = Run(before + text)
            case Code(before), Code(text):
                merged[-1] = Code(before + text)
            case Span(kind, before), Span(same, children) if kind == same:
                merged[-1] = Span(kind, (*before, *children))
            case Anchor(url, before), Anchor(same, children) if url == same:
                merged[-1] = Anchor(url, (*before, *children))
            case _:
                merged.append(inline)
    return merged


def _first(inline: Inline) -> str:
    """The first character that is written of an inline."""
    match inline:
        case Run(text):
            return escape(text)[:1]
        case Break() | Block():
            return "\n"
        case Span("strong" | "emphasis"):
            return "*"
        case Span():
            return "<"
        case Anchor():
            return "["
        case Code() | Math():
            return "`"
    return ""


def _inline(inline: Inline, within: frozenset[str], around: tuple[str, str]) -> str:
    match inline:
        case Run(text):
            written = escape(text)
            return f"{written[:-1]}\\!" if written.endswith("!") and around[1] == "[" else written  # no image
        case Code(text):
            return _code(text)
        case Math(source, _):
            return f"$`{source}`$"
        case Break() | Block():
            return "\n"
        case Anchor(url, children):
            return f"[{_inlines(children, within | {_LINK}, ('[', ']'))}]({_target(url)})"
        case Span(kind, children):
            return _span(kind, children, within, around)
    return ""


def _span(kind: str, children: tuple[Inline, ...], within: frozenset[str], around: tuple[str, str]) -> str:
    """A span with its markers, or with HTML where CommonMark would take the markers for text."""
    marker, tag = _TAGS[kind]
    mark = marker[:1]
    text = _inlines(children, within | {kind}, (mark or ">", mark or "<"))
    inner = text.strip()
    if not inner:
        return text
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    before, after = start[-1:] or around[0], end[:1] or around[1]
    if not marker or _misread(before, inner[0]) or _misread(after, inner[-1]):
        return f"{start}<{tag}>{inner}</{tag}>{end}"
    return f"{start}{marker}{inner}{marker}{end}"


def _misread(outside: str, inside: str) -> bool:
    """Whether a marker between two characters might not be taken for one, or for another one."""
    if outside in ("*", "_") or inside in ("*", "_"):
        return True
    return _is_punctuation(inside) and not (not outside or outside.isspace() or _is_punctuation(outside))


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _code(text: str) -> str:
    """Code between as many backticks as it takes."""
    text = re.sub(r"\s+", " ", text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    padded = text.startswith("`") or text.endswith("`") or (text[:1] == text[-1:] == " " and text.strip())
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def _target(url: str) -> str:
    """The target of a link."""
    url = re.sub(r"\s", "%20", url)
    if re.fullmatch(r"[\w:/.?#@!$&'+,;=%~-]+", url) and not re.search(r"&#?\w+;", url):
        return url
    return "<" + re.sub(r"[\\<>]|&(?=#?\w+;)", r"\\\g<0>", url) + ">"


WRITER = CommonMark()
