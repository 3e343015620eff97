"""What a reader works with: parts of a source, and texts that remember where they come from.

A reader asks a `Part` for its values and puts what it gets, `Piece`s, into mappings and lists. From these
`assembly` learns what the source says that the result does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

from texresume.data import dates, shapes, synonyms
from texresume.data.resume import DataPath
from texresume.records import dataclass

Entry = dict[str, Any]

KEY = "\u0000key"
"""The last step of the path of a text that is a key of the source, such as the title of a section."""
TEXT = "#text"
"""The key of the text of an element of XML that has attributes as well."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u2028\u2029]")


class Piece(str):
    """A text of the result. `origins` are the paths in the source that it was made from; one that is `coded`,
    such as a date, says the same in other words; the `note` becomes a comment beside it.
    """

    origins: tuple[DataPath, ...]
    coded: bool
    note: str

    def __new__(cls, text: str, *origins: DataPath, coded: bool = False, note: str = "") -> Piece:
        """A text from some places."""
        made = super().__new__(cls, text)
        made.origins, made.coded, made.note = origins, coded, note
        return made

    def with_text(self, text: str, *, note: str = "") -> Piece:
        """Another text from the same places."""
        return Piece(text, *self.origins, coded=self.coded, note=note or self.note)


@dataclass(frozen=True, slots=True)
class Aside:
    """Why a part of a source is not in the result."""

    kind: str
    """`settings` of the other program, `hidden` by its owner, a `letter`, a `spare` address, or `quiet`:
    nothing that anybody reads.
    """


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about a place in the source."""

    path: DataPath
    code: str
    message: str
    hint: str = ""


@dataclass
class Ledger:
    """What is known of a source while it is read."""

    markup: Callable[[str], str]
    """From a text of the source, such as a name, to one with our markup."""
    rich: Callable[[str], str] | None = None
    """The same for the longer texts that may have more markup there, if that is another."""
    visible: Callable[[str], str] = str
    """From a text of the source to the words in it that people see."""
    dropped: Callable[[str], list[str]] = lambda text: []
    """What `markup` leaves out of a text, for a message."""
    quiet: frozenset[str] = frozenset()
    """Keys that say nothing to a reader of the résumé, at any place."""
    touched: set[DataPath] = field(default_factory=set)
    plain: set[DataPath] = field(default_factory=set)
    """The places of texts without markup that `visible` would have to take away."""
    aside: dict[DataPath, Aside] = field(default_factory=dict)
    keys: dict[DataPath, str] = field(default_factory=dict)
    """Keys of the source that are texts, by their paths, which end with `KEY`."""
    remarks: list[Remark] = field(default_factory=list)


class Part:
    """A value of the source: a mapping, a list, a text, or nothing."""

    def __init__(self, ledger: Ledger, value: Any, path: DataPath = ()) -> None:
        self.ledger, self.value, self.path = ledger, value, path

    def __eq__(self, other: object) -> bool:
        """Whether it is the same place."""
        return isinstance(other, Part) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return _says(self.value)

    def __getitem__(self, key: str | int) -> Part:
        """A value in it, or nothing."""
        value = self.value
        there: Any = None
        if isinstance(value, Mapping) and isinstance(key, str):
            there = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            there = value[key]
        path = (*self.path, key)
        if isinstance(there, Mapping) and TEXT in there and all(name[:1] in "@#" for name in there):
            return Part(self.ledger, there[TEXT], (*path, TEXT))  # an element of XML with attributes
        return Part(self.ledger, there, path)

    def at(self, *keys: str) -> Part:
        """A value some levels below."""
        part = self
        for key in keys:
            part = part[key]
        return part

    def first(self, *keys: str) -> Part:
        """The first of these that says anything."""
        return next((self[key] for key in keys if self[key]), self[keys[0]])

    def items(self) -> Iterator[tuple[str, Part]]:
        """The values of a mapping that say anything."""
        if isinstance(self.value, Mapping):
            yield from ((key, self[key]) for key in self.value if self[key])

    def each(self) -> list[Part]:
        """The items of a list that say anything; of anything else, itself."""
        if isinstance(self.value, list):
            return [self[number] for number in range(len(self.value)) if self[number]]
        return [self] if self else []

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.value, Mapping)

    @property
    def plain(self) -> str:
        """Its text as it stands, if it is one; asking for it takes nothing."""
        return self.value.strip() if isinstance(self.value, str) else ""

    # -- taking -------------------------------------------------------------------------------------------

    def take(self, text: str, *, coded: bool = False, note: str = "") -> Piece | None:
        """A text of the result that stands for this part."""
        self.ledger.touched.add(self.path)
        text = cleaned(text)
        return Piece(text, self.path, coded=coded, note=note) if text else None

    def text(self, *keys: str) -> Piece | None:
        """The text, with our markup; several texts are joined with commas."""
        part = self.first(*keys) if keys else self
        if isinstance(part.value, list):
            return joined(*(item.text() for item in part.each()))
        if not part.plain:
            return None
        if self.ledger.rich:
            self.ledger.plain.add(part.path)
        return part.take(self.ledger.markup(part.plain))

    def rich(self, *keys: str) -> Piece | None:
        """The text, which may be of several paragraphs, with our markup."""
        part = self.first(*keys) if keys else self
        if isinstance(part.value, list) or not self.ledger.rich:
            return part.text()
        if not part.plain:
            return None
        if dropped := self.ledger.dropped(part.plain):
            part.remark("html-dropped", f"left out: {', '.join(dropped)}")
        return part.take(self.ledger.rich(part.plain))

    def literal(self, *keys: str) -> Piece | None:
        """The text as it is: a name of a user, a number, an address."""
        part = self.first(*keys) if keys else self
        return part.take(part.plain) if part.plain else None

    def literals(self, *keys: str) -> list[Piece] | Piece | None:
        """One such text, or several."""
        found = [one for part in (self.first(*keys) if keys else self).each() if (one := part.literal())]
        return found if len(found) > 1 else found[0] if found else None

    def texts(self, *keys: str) -> list[Piece]:
        """The texts of a list; a text is a list of one."""
        return [one for part in (self.first(*keys) if keys else self).each() if (one := part.text())]

    def split(self, *keys: str) -> list[Piece]:
        """The texts of a list, or those between the commas of a text that is plainly a list."""
        part = self.first(*keys) if keys else self
        found = part.texts()
        if len(found) != 1:
            return found
        names = listed(found[0])
        return [found[0].with_text(name) for name in names] if names else found

    def date(self, *keys: str) -> Piece | None:
        """The date, in ISO form if that is certain."""
        part = self.first(*keys) if keys else self
        if part.is_mapping:
            return part.date_in_parts()
        text = iso(part.plain)
        return part.take(text, coded=text != part.plain) if text else None

    def date_in_parts(self) -> Piece | None:
        """The date of a mapping with `year`, `month` and `day`, with any signs before them."""
        by_name = {re.sub(r"\W", "", key).casefold(): part for key, part in self.items()}
        year, month, day = (by_name.get(name, Part(self.ledger, None)) for name in ("year", "month", "day"))
        numbers = [re.sub(r"\D", "", part.plain).zfill(2) for part in (year, month, day) if part.plain]
        if not year.plain:
            return None
        parsed = dates.parse_date("-".join(numbers))
        for part in (year, month, day):
            self.ledger.touched.add(part.path)
        origins = [part.path for part in (year, month, day) if part]
        return Piece(parsed.iso if parsed else year.plain, *origins, coded=True)

    def key(self, text: str = "") -> Piece | None:
        """The key of this part as a text, such as the title of a section; or another text in its place."""
        path = (*self.path, KEY)
        name = str(self.path[-1])
        if self and (not text or synonyms.plain(text) == synonyms.plain(name)):
            self.ledger.keys[path] = name
        return Piece(cleaned(self.ledger.markup(text or name)), path, coded=bool(text))

    # -- not taking ---------------------------------------------------------------------------------------

    def skip(self, kind: str, *keys: str) -> None:
        """It, or some values in it, are not for the result."""
        for part in [self[key] for key in keys] if keys else [self]:
            if part:
                self.ledger.aside[part.path] = Aside(kind)

    def remark(self, code: str, message: str, hint: str = "") -> None:
        """Tell something about it."""
        self.ledger.remarks.append(Remark(self.path, code, message, hint))

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was taken or set aside."""
        level, touched = len(self.path), self.ledger.touched
        return (
            bool(self)
            and self.path not in self.ledger.aside
            and (self.path[-1] if self.path else "") not in self.ledger.quiet
            and not any(path[:level] == self.path for path in touched)
        )


def _says(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(map(_says, inner))


def cleaned(text: str) -> str:
    """A text in composed form, without control characters."""
    return unicodedata.normalize(
        "NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    ).strip()


def joined(*pieces: Piece | None, by: str = ", ") -> Piece | None:
    """Several texts as one."""
    found = [piece for piece in pieces if piece]
    if not found:
        return None
    origins = tuple(dict.fromkeys(path for piece in found for path in piece.origins))
    return Piece(by.join(found), *origins, coded=all(piece.coded for piece in found))


# -- dates -------------------------------------------------------------------------------------------------

_PERIOD = re.compile(
    r"\s+(?:-|–|—|−|~|to|bis|until|till|à|au|a|al|hasta|até|fino a|tot|do)\s+"
    r"|\s*(?:[–—~～]|至(?!今))\s*|(?<=\d{4})\s*-\s*(?=\d{4}$)"
)


def iso(text: str) -> str:
    """A date in ISO form, `present`, or the text as it stands."""
    if dates.is_present(text):
        return "present"
    date = dates.parse_date(text) or dates.parse_date(re.sub(r"(?<=\w)\.? (?:de|del) (?=\d{4}$)", " ", text))
    return date.iso if date else text


def period(part: Part) -> Entry:
    """What a text says of a time: `startDate` and `endDate` if it names both, else `date`. A mapping
    has a `start` and an `end`.
    """
    if part.is_mapping and not part["year"]:
        return span(part.first("start", "from", "startDate"), part.first("end", "to", "until", "endDate"))
    if not part.plain:
        return {}
    halves = _PERIOD.split(part.plain)
    if len(halves) == 2:  # noqa: PLR2004 - a start and an end
        start, end = map(iso, halves)
        if dates.parse_date(start) and (dates.parse_date(end) or dates.is_present(end)):
            return {"startDate": part.take(start, coded=True), "endDate": part.take(end, coded=True)}
    return {"date": part.date()}


def span(start: Part, end: Part, *, ongoing: bool = False) -> Entry:
    """From one date to another; what cannot be a date makes a text of both."""
    first, last = start.date(), end.date()
    if ongoing and first and not last:
        last = Piece("present", *first.origins, coded=True)
    good = [date is None or dates.is_valid(date) for date in (first, last)]
    if all(good) and not (first and dates.is_present(first)):
        return {"startDate": first, "endDate": last}
    return {"date": joined(first, last, by=" – ")}


# -- lists in texts ----------------------------------------------------------------------------------------

_LONG = 4
"""Words of an item above which a text with commas is a sentence and no list."""


def listed(text: str) -> list[str]:
    """The items of a text that is plainly a list of names, `awk, sed, jq`; none if it is not."""
    if re.search(r"[.;!?:](?:\s|$)|\n", text):
        return []
    parts = [part.strip() for part in re.split(r"[,，、](?![^(（\[]*[)）\]])", text)]
    short = all(part and len(part.split()) <= _LONG and not _AND.match(part) for part in parts)
    return parts if len(parts) > 1 and short else []


_AND = re.compile(r"(?:and|or|und|oder|et|ou|y|e|o)\s", re.IGNORECASE)


def holds_words(value: Any) -> bool:
    """Whether people read something in a value."""
    return shapes.holds_words(value)
