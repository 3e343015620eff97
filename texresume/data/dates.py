"""Dates of a résumé: a year, a month or a day, never more precise than written."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

PRESENT = "present"
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as it was written; `month` and `day` are 0 if they were omitted."""

    year: int
    month: int = 0
    day: int = 0

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
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD` if the date exists (a time after it is dropped), else `None`."""
    text = text.strip()
    if timestamp := _TIMESTAMP.fullmatch(text):
        text = timestamp[1]
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part is not None else 0 for part in match.groups())
    try:
        datetime.date(year, 1 if match[2] is None else month, 1 if match[3] is None else day)
    except ValueError:
        return None
    return PartialDate(year, month, day)


def is_present(text: str) -> bool:
    """Whether a text means "ongoing"."""
    return text.strip().casefold() == PRESENT


def looks_like_date(text: str) -> bool:
    """Whether a text is meant as an ISO date, so that an invalid one is an error and not free text.

    `2018-19` is not: the second number follows the first, as academic years are written.
    """
    match = re.fullmatch(r"\s*(\d{4})-(\d{1,2})(?:-\d{1,2})?\s*", text)
    return match is not None and (int(match[1]) + 1) % 100 != int(match[2])
