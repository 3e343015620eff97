"""Dates of a résumé: a year, a month or a day, never more precise than written."""

from __future__ import annotations

import re

from texresume.records import dataclass

from . import written_dates

EVER = 9999
"""A year that never comes: the end of what is ongoing."""


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as it was written; `month` and `day` are 0 if they were omitted."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """The date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)])

    def is_after(self, other: PartialDate) -> bool:
        """Whether it is certainly later: 2020 is not after 2020-05."""
        pairs = zip((self.year, self.month, self.day), (other.year, other.month, other.day), strict=True)
        for own, others in pairs:
            if not own or not others:
                return False
            if own != others:
                return own > others
        return False


def parse_date(text: str) -> PartialDate | None:
    """A date as people write it, if it has one meaning only and exists, else `None`: see `written_dates`."""
    parts = written_dates.read(text)
    return PartialDate(*parts) if parts else None


def is_present(text: str) -> bool:
    """Whether a text means "ongoing", in any language."""
    return written_dates.is_present(text)


def looks_like_date(text: str) -> bool:
    """Whether a text is meant as an ISO date, so that an invalid one is an error and not free text.

    `2018-19` is not: the second number follows the first, as academic years are written.
    """
    match = re.fullmatch(r"\s*(\d{4})-(\d{1,2})(?:-\d{1,2})?\s*", text)
    return match is not None and (int(match[1]) + 1) % 100 != int(match[2])


def is_mistaken(text: str) -> bool:
    """Whether a text is all numbers, and neither a date nor an academic year: `2019-13`, `05/06/2020`."""
    return written_dates.is_mistaken(text)


def is_in_words(text: str) -> bool:
    """Whether a date is written with the name of its month."""
    return not text.strip()[:1].isdigit() or any(
        map(str.isalpha, text.strip().rstrip("Zz").replace("T", " ", 1))
    )


def meanings(text: str) -> tuple[str, ...]:
    """The ISO forms of the dates that an ambiguous text may mean: two of `05/06/2020`."""
    return tuple(PartialDate(*parts).iso for parts in written_dates.meant(text))


def is_free_text(text: str) -> bool:
    """Whether a text names a year in words, such as `Summer 2020` or `Expected May 2027`."""
    return parse_date(text) is None and not is_mistaken(text) and bool(written_dates.stretches(text))


def is_valid(text: str) -> bool:
    """Whether a text is a date, or names a year in words."""
    return parse_date(text) is not None or is_present(text) or is_free_text(text)


@dataclass(frozen=True, slots=True)
class Span:
    """From one date to another; one that is `open` has not ended."""

    start: PartialDate
    end: PartialDate
    open: bool = False


def spans(text: str) -> tuple[Span, ...]:
    """The spans of time that a text names: one for a date, several for `2018-19, 2019-20`."""
    return tuple(
        Span(PartialDate(*one.start), PartialDate(*one.end), one.open)
        for one in written_dates.stretches(text)
    )


def start_of(text: str) -> PartialDate | None:
    """The date of a text, or the first that it names in words; `None` if it names no year."""
    found = spans(text)
    return found[0].start if found else None


def end_of(text: str) -> PartialDate | None:
    """The date of a text, or the last that it names in words, which is late if it is still open."""
    found = spans(text)
    if not found:
        return None
    return PartialDate(EVER) if found[-1].open else found[-1].end
