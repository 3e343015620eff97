"""The heads of entries: what stands on which row, at the left and at the right edge, as in the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from texresume.document.model import Detail, Entry
from texresume.records import dataclass
from texresume.text.inline import Inline, RichText, Run

from .looks import Look
from .markup import Line, Piece, facts, joined, piece

BESIDE = ("score", "honors")
"""Details that stand beside a degree."""
_WIDTHS = {"xcharter": 0.49, "libertinus": 0.44, "sourcesans": 0.455}
"""Of a character of the Latin fonts on average, in multiples of the size of the text."""
_CLOSED = ("ja", "ko", "zh")
"""Languages whose characters are as wide as high."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the head of an entry."""

    left: Line = ()
    right: Line = ()
    style: str = ""
    """The style of its paragraph, if not the usual one."""


class Heads:
    """Composes heads for a look; `separator` and `colon` are those of the language of the reader."""

    def __init__(self, look: Look, separator: str, colon: str, language: str = "en") -> None:
        self._look, self._separator, self._colon = look, separator, colon
        width = (look.page[0] - 2 * look.sides) * 72 / 25.4
        self._most = width / (look.size * (0.9 if language in _CLOSED else _WIDTHS[look.font]))
        """How many characters a line has room for."""

    @property
    def with_keywords(self) -> bool:
        """Whether keywords are a row of the head of entries in a timeline."""
        return self._look.base == "onepage"

    def timeline(self, section: str, entry: Entry) -> list[Row]:
        """The head of an entry of a timeline, with grade and honours if it has two lines."""
        look = self._look
        results = self.results(entry)
        if not (entry.title and entry.subtitle):
            name = piece(entry.title or entry.subtitle, "Entry Title")
            return self._rows([*self._noted(name, entry)], entry)
        if look.position_first and section in look.appointments:
            first = [joined([piece(entry.subtitle, "Entry Title"), results], self._separator)]
            second = self._noted(piece(entry.title, "Entry Subtitle"), entry)
        else:
            first = self._noted(piece(entry.title, "Entry Title"), entry)
            second = [joined([piece(entry.subtitle, "Entry Subtitle"), results], self._separator)]
        if look.base == "moderncv" and not look.dates_left:
            where = joined([_link(entry), _place(entry)], " | ")
            rights = [_dates(entry), where] if look.position_first else [where, _dates(entry)]
            return [
                Row(first[0], rights[0]),
                *map(Row, first[1:]),
                Row(second[0], rights[1]),
                *map(Row, second[1:]),
            ]
        return self._rows([*first, *second], entry)

    def employer(self, entry: Entry, *, one_place: bool) -> list[Row]:
        """The head of an employer with several positions: its name, its place and the whole span."""
        place = _place(entry) if one_place else ()
        span = piece(_unbroken(entry.span), "Entry Span") if self._look.span else ()
        link = _link(entry)
        taken = len(_text((*place, *span)))
        name, *note = self._noted(piece(entry.title, "Entry Title"), entry, taken)
        if link and len(_text((*name, *place, *span, *link))) < self._most * 0.85:
            name, link = joined([name, link], self._separator), ()
        rows = [Row(joined([name, place], self._separator), span), *map(Row, note), Row(link)]
        return [row for row in rows if row.left or row.right]

    def position(self, entry: Entry) -> list[Row]:
        """The head of one of several positions at an employer."""
        name = piece(entry.subtitle or entry.title, "Position Title")
        if entry.title and entry.subtitle:
            name = joined([name, piece(entry.title)], self._separator)
        return self._rows(self._noted(name, entry), entry)

    def item(self, entry: Entry, title: str = "") -> list[Row]:
        """The head of an entry whose parts share a line; `title` is the style of its name."""
        parts = [piece(entry.title, title or "Entry Title"), piece(entry.subtitle)]
        return self._rows(self._noted(joined(parts, self._separator), entry), entry, keywords=False)

    def keywords(self, entry: Entry) -> Line:
        """The keywords of an entry as a list."""
        return piece(RichText.join(self._separator, entry.keywords), "Keyword")

    def packed(self, contacts: Sequence[Line], separator: str, beside: float = 0) -> list[Line]:
        """Contacts in as many lines as they need, so that none is broken; `beside` mm belong to the photo."""
        most = self._most * (1 - beside / (self._look.page[0] - 2 * self._look.sides))
        found: list[list[Line]] = []
        for contact in filter(None, contacts):
            before = joined(found[-1], separator) if found else ()
            if before and len(_text((*before, *contact))) + 8 <= most:
                found[-1].append(contact)
            else:
                found.append([contact])
        return [joined(line, separator) for line in found]

    def has_room(self, line: Line, right: Line) -> bool:
        """Whether a line has room for what stands at its right edge."""
        return len(_text((*line, *right))) < self._most * 0.88

    def results(self, entry: Entry) -> Line:
        """Grade and honours, if they stand beside the degree."""
        if not (entry.title and entry.subtitle):
            return ()
        found = joined((self.detail(one, "Entry Fact") for one in facts(entry, BESIDE)), self._separator)
        return found if len(_text(found)) < self._most * 0.6 else ()

    def detail(self, detail: Detail, style: str = "") -> Line:
        """A further fact, with its label."""
        face = "Thesis Title" if detail.name == "thesis" else style
        label = (*piece(detail.label, style), *piece(self._colon, style)) if detail.label else ()
        return (*label, *piece(detail.text, face))

    # -- the rows ---------------------------------------------------------------------------------------

    def _noted(self, name: Line, entry: Entry, taken: int = 24) -> list[Line]:
        """A name and the note on it, on a line of its own if it is too long; `taken` is what else stands
        there, in characters.
        """
        note = piece(entry.note, "Entry Note")
        if not (name and note):
            return [name or note]
        if len(_text((*name, *note))) + taken > self._most * 0.95:
            return [name, note]
        before, after = self._look.note
        return [(*name, *piece(before, "Entry Separator"), *note, *piece(after, "Entry Separator"))]

    def _rows(self, lefts: Sequence[Line], entry: Entry, *, keywords: bool = True) -> list[Row]:
        """Lines at the left; dates, place and address at the right, each in the next free row. What finds
        none joins the first line, and an address gets a row of its own.
        """
        left = [line for line in lefts if line]
        dates, place, address = _dates(entry), _place(entry), _link(entry)
        last: Line = ()
        if keywords and self.with_keywords:
            last = self.keywords(entry)
        if self._look.dates_left:
            left = [joined([*left[:1], place], self._separator), *left[1:], address]
            rows = [Row(line, () if number else dates) for number, line in enumerate(left)]
            rows = [row for row in rows if row.left or row.right]
        else:
            if place and not left:
                left, place = [place], ()
            count = len(left) + bool(last)
            if place and dates and count < 2:  # noqa: PLR2004 - both need a row
                left[0], place = joined([left[0], place], self._separator), ()
            right = [one for one in (dates, place) if one]
            fits = len(right) < count and len(_text(address)) < self._most * 0.4
            if address and fits:
                right.append(address)
            elif address:
                left.append(address)
            lines = [*left, *([last] if last else [])]
            empty: Line = ()
            rows = [
                Row(
                    lines[row] if row < len(lines) else empty,
                    right[row] if row < len(right) else empty,
                )
                for row in range(max(len(lines), len(right)))
            ]
        if last and not self._look.dates_left:
            place_of_last = len(left)
            rows[place_of_last] = replace(rows[place_of_last], style="Keywords")
        elif last:
            rows.append(Row(last, style="Keywords"))
        return rows


def _text(line: Line) -> str:
    return "".join(str(one.text) for one in line)


def _dates(entry: Entry) -> Line:
    return piece(_unbroken(entry.dates), "Entry Dates")


def _place(entry: Entry) -> Line:
    return piece(entry.location, "Entry Place")


def _unbroken(field: RichText) -> RichText:
    """A date with spaces at which no line ends."""
    if len(str(field)) > 40:  # noqa: PLR2004 - in characters: free text may be long
        return field

    def whole(inline: Inline) -> Inline:
        return Run(inline.text.replace(" ", "\N{NO-BREAK SPACE}")) if isinstance(inline, Run) else inline

    return RichText(tuple(replace(part, inlines=tuple(map(whole, part.inlines))) for part in field.parts))


def dated(line: Line) -> Line:
    """A line at the right edge that is not broken."""
    return tuple(Piece(_unbroken(one.text), one.style, one.url) for one in line)


def _link(entry: Entry) -> Line:
    """The addresses of an entry."""
    links = [piece(link.text, "Address", link.url.target) for link in (entry.link, entry.doi)]
    return joined(links, " | ")
