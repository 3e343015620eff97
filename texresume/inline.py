"""The inline tree: what a text with markup is, before any output format has a say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
class Part:
    """A piece of text and the place in the data that it comes from ("" for words of ours)."""

    path: str
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Rich:
    """A leaf of a document: one or more parts, printed one after the other. Empty ones are false."""

    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return any(part.inlines for part in self.parts)

    def __str__(self) -> str:
        return "".join(plain_text(part.inlines) for part in self.parts)

    @staticmethod
    def of(text: str, path: str = "") -> Rich:
        """A text without markup."""
        return Rich((Part(path, (Run(text),)),)) if text else Rich()

    @staticmethod
    def join(separator: str, leaves: Sequence[Rich]) -> Rich:
        """The leaves that are not empty, with a separator of ours between them."""
        parts: list[Part] = []
        for leaf in filter(None, leaves):
            if parts:
                parts.append(Part("", (Run(separator),)))
            parts.extend(leaf.parts)
        return Rich(tuple(parts))


@dataclass(frozen=True, slots=True)
class Url:
    """The target of a link, to be escaped as one. An empty one is false."""

    target: str = ""

    def __bool__(self) -> bool:
        return bool(self.target)


def plain_text(inlines: Sequence[Inline]) -> str:
    """What a reader of the text alone sees: markup gone, forced ends of line as a space."""
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
