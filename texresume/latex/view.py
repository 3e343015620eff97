"""The document as templates see it: the same attributes, with fields as marked LaTeX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from texresume.text.inline import Anchor, Fragment, RichText, Url

from .escape import Escaper, Latex, url_latex
from .markers import Markers

_EMPTY = Latex()
_AS_THEY_ARE = frozenset([str, int, bool, float, type(None)])
"""Most of what a document has: asked first, as it has a thousand."""


class View:
    """A dataclass of the document as templates see it. Like the document's own, it is false if empty."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __bool__(self) -> bool:
        return any(self.__dict__.values())


def make_view(value: Any, escaper: Escaper, markers: Markers) -> Any:
    """A value of the document as templates see it: fields and URLs become LaTeX, tuples become lists,
    dataclasses become views with their attributes and properties; all else stays.
    """
    kind: object = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is RichText:
        return markers.mark(value, escaper.field(value)) if value else _EMPTY
    if kind is Url:
        return markers.mark(_target(value), url_latex(value)) if value else _EMPTY
    if kind is tuple:
        return [make_view(item, escaper, markers) for item in value]
    names = _names(kind)
    return (
        View({name: make_view(getattr(value, name), escaper, markers) for name in names}) if names else value
    )


def fields_of(value: Any) -> list[RichText]:
    """Every field of a document, in the document's own order."""
    found: list[RichText] = []
    _collect_fields(value, found)
    return found


def _collect_fields(value: Any, found: list[RichText]) -> None:
    kind: object = type(value)
    if kind is RichText:
        found.append(value)
    elif kind is tuple:
        for item in value:
            _collect_fields(item, found)
    elif kind not in _AS_THEY_ARE:
        for name in _attributes(kind):
            _collect_fields(getattr(value, name), found)


def _target(url: Url) -> RichText:
    """The target of a link as a field without text: the PDF must contain it too."""
    return RichText((Fragment("", (Anchor(url.target, ()),)),))


@cache
def _attributes(kind: object) -> tuple[str, ...]:
    """The attributes of a dataclass; none of another type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


@cache
def _names(kind: object) -> tuple[str, ...]:
    """The attributes of a dataclass and its properties, such as `Section.entries`; none of another type."""
    attributes = _attributes(kind)
    members = vars(kind).items() if attributes else ()
    return (*attributes, *(name for name, member in members if isinstance(member, property)))
