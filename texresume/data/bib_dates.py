"""When a publication appeared, as BibTeX (year and month) and BibLaTeX (ISO 8601-2 dates) say it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable

from . import dates
from .bibtex import MONTHS

_YEAR = re.compile(r"\d{4}")
_SEASONS = {"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"}
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[\s.~\u00a0]+([^\W\d]+)|([^\W\d]+)[\s.~\u00a0]+(\d{1,2})")


def of(text: Callable[[str], str]) -> tuple[str, str]:
    """The field that says when an entry appeared, and the date: one of ours, or words. `text` gives a field.

    Both are empty if no field does.
    """
    name = next((one for one in ("date", "year", "eventdate") if text(one)), "")
    if not name:
        return "", ""
    if name != "year":
        return name, biblatex(text(name))
    return name, _with_month(text("year"), text("month").strip(" ."), text("day"))


def _with_month(year: str, month: str, day: str) -> str:
    """The year with the month, if there is one: as a date, or in words."""
    if not month or not _YEAR.fullmatch(year):
        return f"{month} {year}".strip() if month and not year[:4].isdigit() else biblatex(year)
    word = month
    day = day if day.isdigit() else ""
    if match := _DAY_AND_MONTH.fullmatch(month):
        day, word = match[1] or match[4], match[2] or match[3]
    known = word[:3].lower() in MONTHS
    if known and re.search(r"[\W_]", word):  # "jul--aug"
        found = [one[:3].lower() for one in re.findall(r"[^\W\d_]+", word)]
        names = [calendar.month_name[MONTHS.index(one) + 1] for one in found if one in MONTHS]
        return f"{'–'.join(names)} {year}"
    number = int(word) if word.isdigit() else MONTHS.index(word[:3].lower()) + 1 if known else 0
    if not 1 <= number <= len(MONTHS):
        return f"{month} {year}"
    iso = f"{year}-{number:02}"
    whole = f"{iso}-{int(day):02}" if day else ""
    return whole if whole and dates.parse_date(whole) else iso


def biblatex(text: str) -> str:
    """An ISO 8601-2 date of BibLaTeX as one of ours: uncertain ones are the date, spans those of years."""
    text = text.strip()
    plain = re.sub(r"[?~%]", "", text)
    plain = re.sub(r"T\d\d:?\d\d.*$", "", plain)
    if match := re.fullmatch(r"(\d{4})-(2[1-4])", plain):
        return f"{_SEASONS[match[2]]} {match[1]}"
    if match := re.fullmatch(r"(\d{4})(?:-\d\d){0,2}/(\d{4})?(?:-\d\d){0,2}", plain):
        start, end = match[1], match[2]
        return plain.partition("/")[0] if end == start else f"{start}–{end or ''}"
    if match := re.fullmatch(r"/(\d{4}(?:-\d\d){0,2})", plain):
        return match[1]
    return plain if re.fullmatch(r"\d{4}(-\d\d){0,2}", plain) else text
