"""A document with changed texts: for what is in a document written elsewhere and cannot be printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from texresume.text.inline import Anchor, Code, Fragment, Inline, RichText, Run, Span

Change = Callable[[str, str], str]
"""From the path of a text and the text, as far as it has one look, to what is printed instead."""

_Value = TypeVar("_Value")


def edited(value: _Value, change: Change) -> _Value:
    """A document, or a part of one, with each text changed; plain strings have no path."""
    made: Any = value
    if isinstance(value, RichText):
        parts = (replace(part, inlines=_inlines(part, change)) for part in value.parts)
        made = RichText(tuple(part for part in parts if part.inlines))
    elif isinstance(value, tuple):
        made = tuple(edited(item, change) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(
            value, **{field.name: edited(getattr(value, field.name), change) for field in fields(value)}
        )
    elif isinstance(value, str):
        made = change("", value)
    return made  # type: ignore[no-any-return] # of the same type, which mypy cannot know


def _inlines(part: Fragment, change: Change) -> tuple[Inline, ...]:
    def walk(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        changed = (node(inline) for inline in inlines)
        return tuple(inline for inline in changed if inline is not None)

    def node(inline: Inline) -> Inline | None:
        match inline:
            case Run(text) | Code(text):
                new = change(part.path, text)
                return type(inline)(new) if new else None
            case Span(kind, children):
                inner = walk(children)
                return Span(kind, inner) if inner else None
            case Anchor(url, children):
                inner = walk(children)
                return Anchor(url, inner) if inner else None
        return inline

    return walk(part.inlines)
