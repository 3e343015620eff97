"""Dates of a résumé: a year, a month of a year, or a day; never more exact than what was written."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

PRESENT = "present"
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as exact as it was written; `month` and `day` are 0 where they were left out."""

    year: int
    month: int = 0
    day: int = 0

    def is_after(self, other: PartialDate) -> bool:
        """Whether it is later for sure: 2020 is not after 2020-05."""
        pairs = zip((self.year, self.month, self.day), (other.year, other.month, other.day), strict=True)
        for mine, its in pairs:
            if not mine or not its:
                return False
            if mine != its:
                return mine > its
        return False


def parse_date(text: str) -> PartialDate | None:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD` of a real day (a time behind it is dropped); None for all else."""
    text = text.strip()
    if stamp := _TIMESTAMP.fullmatch(text):
        text = stamp[1]
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
    """Whether a text stands for "still going on"."""
    return text.strip().casefold() == PRESENT


def looks_like_date(text: str) -> bool:
    """Whether a text was meant as an ISO date, so that a wrong one is a mistake and no free text.

    `2018-19` is no month: the second number follows the first, as academic years are written.
    """
    match = re.fullmatch(r"\s*(\d{4})-(\d{1,2})(?:-\d{1,2})?\s*", text)
    return match is not None and (int(match[1]) + 1) % 100 != int(match[2])
