"""The inline tree: what a text with markup is, before any output format has a say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

SpanKind = Literal["strong", "emphasis", "superscript", "subscript"]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that mean themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Characters that mean themselves, in a monospaced face."""

    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """A formula: `source` is TeX that `mathematics.check` has passed, `text` its linear reading."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A forced end of line."""


@dataclass(frozen=True, slots=True)
class Span:
    """Emphasised or shifted content."""

    kind: SpanKind
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link; `url` has one of the schemes of `links.SCHEMES`."""

    url: str
    children: tuple[Inline, ...]


Inline = Run | Code | Math | Break | Span | Anchor


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and the place in the data that it comes from ("" for words of ours).

    `left_to_right` marks an address or a telephone number, which runs so in every language.
    """

    path: str
    inlines: tuple[Inline, ...]
    left_to_right: bool = False


@dataclass(frozen=True, slots=True)
class RichText:
    """A leaf of a document: one or more parts, printed one after the other. Empty ones are false."""

    parts: tuple[Fragment, ...] = ()

    def __bool__(self) -> bool:
        return any(part.inlines for part in self.parts)

    def __str__(self) -> str:
        return "".join(plain_text(part.inlines) for part in self.parts)

    def left_to_right(self) -> RichText:
        """The same as an address or a telephone number: see `Part`."""
        return RichText(tuple(replace(part, left_to_right=True) for part in self.parts))

    @staticmethod
    def of(text: str, path: str = "") -> RichText:
        """A text without markup."""
        return RichText((Fragment(path, (Run(text),)),)) if text else RichText()

    @staticmethod
    def join(separator: str, fields: Sequence[RichText]) -> RichText:
        """The leaves that are not empty, with a separator of ours between them."""
        parts: list[Fragment] = []
        for field in filter(None, fields):
            if parts:
                parts.append(Fragment("", (Run(separator),)))
            parts.extend(field.parts)
        return RichText(tuple(parts))


@dataclass(frozen=True, slots=True)
class Url:
    """The target of a link, to be escaped as one. An empty one is false."""

    target: str = ""

    def __bool__(self) -> bool:
        return bool(self.target)


def isolates(field: RichText) -> list[tuple[int, int]]:
    """Where in a leaf's plain text stand addresses, numbers, code and formulas: first place, place after."""
    found: list[tuple[int, int]] = []
    place = 0
    for part in field.parts:
        if part.left_to_right:
            found.append((place, place + len(plain_text(part.inlines))))
            place = found[-1][1]
            continue
        for inline in _flat(part.inlines):
            size = len(plain_text([inline]))
            if isinstance(inline, Code | Math):
                found.append((place, place + size))
            place += size
    return found


def _flat(inlines: Sequence[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if isinstance(inline, Span | Anchor):
            yield from _flat(inline.children)
        else:
            yield inline


def by_words(link: Anchor) -> tuple[Inline, ...]:
    """A link as one for each of its words, with the spaces between them."""
    return tuple(_linked(link.url, link.children))


def _linked(url: str, inlines: Sequence[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        match inline:
            case Run(text):
                for piece in re.findall(r"[ \t\n]+|[^ \t\n]+", text):
                    yield Run(piece) if piece.isspace() else Anchor(url, (Run(piece),))
            case Span("strong" | "emphasis" as kind, children):
                yield Span(kind, tuple(_linked(url, children)))
            case Break():
                yield inline
            case _:
                yield Anchor(url, (inline,))


def plain_text(inlines: Sequence[Inline]) -> str:
    """What a reader of the text alone sees: markup gone, forced ends of line as a space."""
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
            case Span(_, children) | Anchor(_, children):
                yield from _plain(children)


_SIGNS = {"strong": "**", "emphasis": "*", "superscript": "^", "subscript": "~"}


def written(inlines: Sequence[Inline]) -> str:
    """The markup that a text was made of, near enough for people to see what differs."""
    return "".join(map(_written, inlines))


def _written(inline: Inline) -> str:
    match inline:
        case Code(text):
            return f"`{text}`"
        case Span(kind, children):
            sign = _SIGNS.get(str(kind), "")
            return f"{sign}{written(children)}{sign}"
        case Anchor(url, children):
            return f"[{written(children)}]({url})"
    return plain_text([inline])
