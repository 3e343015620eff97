"""Rich text: text with markup as a tree, independent of any output format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from texresume.records import dataclass

SpanKind = Literal["strong", "emphasis", "superscript", "subscript"]


@dataclass(frozen=True, slots=True)
class Run:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Plain text in a monospaced font."""

    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """A formula: `source` is TeX that `formulas.check` accepted, `text` the formula as a line of text."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A forced line break."""


@dataclass(frozen=True, slots=True)
class Block:
    """Where a further block of a text begins: an item of a list, or a paragraph (level 0).

    Level 1 is an item of the text itself, level 2 one below an item or a highlight, 3 one below that.
    `number` is that of a numbered item as it was written, such as `2.`; others have a bullet. Blocks are
    never within other inlines.
    """

    level: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Strong, emphasised, superscript or subscript text."""

    kind: SpanKind
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link; `url` has one of the schemes of `links.SCHEMES`."""

    url: str
    children: tuple[Inline, ...]


Inline = Run | Code | Math | Break | Block | Span | Anchor


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and the path in the data that it comes from ("" for words of the locale).

    `left_to_right` marks an address or a phone number, which runs left to right in every language.
    `language` is the BCP 47 tag of a piece that is in another language than the document ("" for all others).
    """

    path: str
    inlines: tuple[Inline, ...]
    left_to_right: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class RichText:
    """A printed field of the document: parts that are printed one after the other. Empty ones are false."""

    parts: tuple[Fragment, ...] = ()

    def __bool__(self) -> bool:
        for part in self.parts:  # noqa: SIM110 - any() takes twice as long, and a build asks a thousand times
            if part.inlines:
                return True
        return False

    def __str__(self) -> str:
        match self.parts:
            case ():
                return ""
            case (Fragment(inlines=(Run(text),)),):  # as most
                return text
        text = "".join(plain_text(part.inlines) for part in self.parts)
        return (
            text.lstrip()
            if self.parts and isinstance(next(iter(self.parts[0].inlines), None), Block)
            else text
        )

    def left_to_right(self) -> RichText:
        """The same text as an address or phone number: see `Fragment`."""
        return RichText(tuple(replace(part, left_to_right=True) for part in self.parts))

    @staticmethod
    def of(text: str, path: str = "") -> RichText:
        """A text without markup."""
        return RichText((Fragment(path, (Run(text),)),)) if text else RichText()

    @staticmethod
    def join(separator: str, fields: Sequence[RichText]) -> RichText:
        """The fields that are not empty, with a separator between them."""
        parts: list[Fragment] = []
        for field in filter(None, fields):
            if parts:
                parts.append(Fragment("", (Run(separator),)))
            parts.extend(field.parts)
        return RichText(tuple(parts))


@dataclass(frozen=True, slots=True)
class Url:
    """The target of a link, which is escaped differently from text. An empty one is false."""

    target: str = ""

    def __bool__(self) -> bool:
        return bool(self.target)


def has_blocks(field: RichText) -> bool:
    """Whether a text has more than one block, or is a list."""
    for part in field.parts:
        for inline in part.inlines:
            if type(inline) is Block:
                return True
    return False


def _is_list(field: RichText) -> bool:
    return bool(field.parts[0].inlines) and isinstance(field.parts[0].inlines[0], Block)


def split_blocks(field: RichText) -> Iterator[tuple[Block | None, RichText]]:
    """The blocks of a text, each with what begins it: None for the first one of a text that is not a list."""
    block: Block | None = None
    parts: list[Fragment] = []
    for part in field.parts:
        inlines: list[Inline] = []
        for inline in part.inlines:
            if not isinstance(inline, Block):
                inlines.append(inline)
                continue
            if parts or inlines or block:
                yield block, RichText((*parts, replace(part, inlines=tuple(inlines))))
            block, parts, inlines = inline, [], []
        parts.append(replace(part, inlines=tuple(inlines)))
    yield block, RichText(tuple(parts))


def isolates(field: RichText) -> list[tuple[int, int]]:
    """The ranges (start, end) of addresses, phone numbers, code and formulas in a field's plain text."""
    ranges: list[tuple[int, int]] = []
    offset = 0
    for part in field.parts:
        if part.left_to_right:
            ranges.append((offset, offset + len(plain_text(part.inlines))))
            offset = ranges[-1][1]
            continue
        for inline in _flatten(part.inlines):
            size = len(plain_text([inline]))
            if isinstance(inline, Code | Math | Anchor):
                ranges.append((offset, offset + size))
            offset += size
    return ranges


def _flatten(inlines: Sequence[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if isinstance(inline, Span) or (isinstance(inline, Anchor) and not _is_address(inline)):
            yield from _flatten(inline.children)
        else:
            yield inline


def _is_address(link: Anchor) -> bool:
    """Whether a link shows its own target."""
    return link.url.casefold().endswith(plain_text(link.children).casefold())


def by_words(link: Anchor) -> tuple[Inline, ...]:
    """A link split into one link per word, with the spaces between them."""
    return tuple(_link_words(link.url, link.children))


def _link_words(url: str, inlines: Sequence[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        match inline:
            case Run(text):
                for word in re.findall(r"[ \t\n]+|[^ \t\n]+", text):
                    yield Run(word) if word.isspace() else Anchor(url, (Run(word),))
            case Span("strong" | "emphasis" as kind, children):
                yield Span(kind, tuple(_link_words(url, children)))
            case Break():
                yield inline
            case _:
                yield Anchor(url, (inline,))


def plain_text(inlines: Sequence[Inline]) -> str:
    """The text without markup, with spaces for forced line breaks and between blocks."""
    if len(inlines) == 1 and type(inlines[0]) is Run:
        return inlines[0].text
    return "".join(_plain(inlines))


def _plain(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Run(text) | Code(text) | Math(_, text):
                yield text
            case Break():
                yield " "
            case Block(_, number):
                yield f" {number} " if number else " "
            case Span(_, children) | Anchor(_, children):
                yield from _plain(children)


_MARKERS = {"strong": "**", "emphasis": "*", "superscript": "^", "subscript": "~"}


def written(inlines: Sequence[Inline]) -> str:
    """The text with its markup, close enough to the source for people to compare."""
    return "".join(map(_written, inlines))


def _written(inline: Inline) -> str:
    match inline:
        case Code(text):
            return f"`{text}`"
        case Span(kind, children):
            marker = _MARKERS.get(str(kind), "")
            return f"{marker}{written(children)}{marker}"
        case Anchor(url, children):
            return f"[{written(children)}]({url})"
        case Block(level, number) if level:
            return f" {number or '-'} "
    return plain_text([inline])
