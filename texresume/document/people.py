"""Authors and editors: whom a publication names, in the form of a style, the owner among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from texresume.data.resume import DataPath
from texresume.data.resume import Entry as DataEntry
from texresume.records import dataclass
from texresume.text import markdown
from texresume.text.inline import Fragment, RichText, Run, Span, plain_text

from . import authors, names
from .model import Author
from .names import Name
from .texts import Texts

_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Person:
    """A name as it is written, where it stands, and its parts."""

    text: str
    path: DataPath
    name: Name
    own: bool = False
    others: bool = False


def read(entry: DataEntry, field: str, texts: Texts, owner: Sequence[str]) -> list[Person]:
    """The people that a field names: those of one text are told apart where that is certain."""
    given = entry.texts(field)
    found: list[Person] = []
    for text in given:
        string, path = texts.pick(text)
        certain = "{" in string or texts.source.is_bibliography(path)  # there each name stands by itself
        several = not certain and (len(given) == 1 or authors.ends_in_others(string))
        for one in authors.split(string) if several else [string]:
            name = one.strip()
            if not name:
                continue
            plain = plain_text(_parsed(name))
            parsed = names.parse(name)
            if "{" in plain:  # which says what the family name is
                plain = (
                    f"{parsed.family}, {parsed.given}" if parsed.given else parsed.family or parsed.literal
                )
            found.append(Person(name, path, parsed, authors.is_own(plain, owner), authors.is_others(plain)))
    return found


def _parsed(text: str) -> Sequence[Any]:
    try:
        return markdown.parse(text)
    except markdown.MarkupError:
        return markdown.literal(text)


def shortened(people: Sequence[Person], most: int) -> list[Person]:
    """The people, of whom no more than `most` are shown (all if it is 0), the owner always among them."""
    if not most or len(people) - people[-1].others <= most if people else True:
        return list(people)
    path = people[most].path
    more = next(
        (one for one in people if one.others), Person("et al.", path, Name("", literal="et al."), others=True)
    )
    own = next((number for number, one in enumerate(people) if one.own), 0)
    if own < most:
        return [*people[:most], more]
    gap = Person(_ELLIPSIS, people[most - 1].path, Name("", literal=_ELLIPSIS))
    before = list(people[: most - 1])
    if own > most - 1:
        before.append(gap)
    after = [more] if own < len(people) - 1 else []
    return [*before, people[own], *after]


def compose(people: Sequence[Person], style: Mapping[str, Any], form: str, texts: Texts) -> Iterator[Author]:
    """The people as authors of the document: their names in a form, or as they are `written`."""
    for number, one in enumerate(people):
        shape = style.get("first") or form if not number and form != "written" else form
        text = one.text if shape == "written" or one.others else names.written(one.name, shape)
        text = re.sub(r"[{}]", "", text) if shape == "written" else text
        if written := texts.parse(text, one.path):
            yield Author(written, one.own, one.others)


def in_a_row(people: Sequence[Author], style: Mapping[str, Any], texts: Texts) -> RichText:
    """Authors as one text, the owner in bold."""
    parts: list[Fragment] = []
    for number, one in enumerate(people):
        if number:
            parts.append(Fragment("", (Run(_between(people, number, style, texts)),)))
        parts += _bold(one.text).parts if one.own else one.text.parts
    return RichText(tuple(parts))


def _between(people: Sequence[Author], number: int, style: Mapping[str, Any], texts: Texts) -> str:
    """What parts a name from the one before it."""
    separator = texts.locale.separators["list"]
    if number < len(people) - 1 or people[number].others or str(people[number - 1].text) == _ELLIPSIS:
        return separator if not (people[number].others and len(people) == 2) else " "  # noqa: PLR2004 - one, and others
    last = style.get("and") or texts.locale.separators["last"]
    serial = len(people) > 2 or style.get("two_oxford")  # noqa: PLR2004 - a list of three
    oxford = style.get("oxford") and serial and texts.locale.tag.startswith("en")
    return f",{last}" if oxford and last.startswith(" ") else last


def names_in_a_row(
    people: Sequence[Person], style: Mapping[str, Any], texts: Texts, form: str
) -> tuple[RichText, int]:
    """Editors as one text, and how many they are."""
    shape = form.removeprefix("family-") if form.startswith("family") else form
    composed = tuple(compose(people, {**style, "first": ""}, shape, texts))
    return in_a_row(composed, {**style, "two_oxford": False}, texts), len(composed)


def _bold(text: RichText) -> RichText:
    return RichText(tuple(
        replace(part, inlines=(Span("strong", part.inlines),)) for part in text.parts
    ))  # fmt: skip
