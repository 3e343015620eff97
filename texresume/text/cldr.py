"""What Babel knows of a language (CLDR): dates, names of countries, the direction of its script.

Importing Babel takes longer than reading a résumé, so its answers are kept in the user's cache. Languages are
named by tags such as `en-GB`, with the wider ones that they fall back to behind them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from functools import cache as once
from typing import Any

from texresume import cache
from texresume.data.dates import PartialDate

_CLDR = {"pt": "pt_PT"}  # CLDR means Brazil by "pt"
_YEARS = (2017, 1994)
"""Of four digits that occur in nothing else of a date."""
_YEAR = str(_YEARS[0])

Tags = tuple[str, ...]


def date(tags: Tags, pattern: str, day: PartialDate) -> str:
    """A date in a CLDR pattern, or without one in the language's usual form; never more exact than it is."""
    if day.day or not 1000 <= day.year <= 9999:  # noqa: PLR2004 - years of four digits
        return _formatted(tags, pattern, day)
    forms = _forms(tags, pattern, bool(day.month))
    if not forms:
        return _formatted(tags, pattern, day)
    return forms[day.month - 1 if day.month else 0].replace(_YEAR, str(day.year))


def countries(tags: Tags) -> dict[str, str]:
    """The names of countries by their ISO 3166 codes."""
    found: dict[str, str] = _kept("countries", tags, "", lambda: dict(_babel(tags).territories))
    return found


def direction(tags: Tags) -> str:
    """The way in which the language is written: `ltr` or `rtl`."""
    found: str = _kept("direction", tags, "", lambda: str(_babel(tags).text_direction))
    return found


def _forms(tags: Tags, pattern: str, with_month: bool) -> list[str]:
    """The form of a year, or of each of its months, for `_YEAR`; none if more than its digits matters."""

    def of_year(year: int) -> list[str]:
        months = range(1, 13) if with_month else (0,)
        return [_formatted(tags, pattern, PartialDate(year, month)) for month in months]

    def made() -> list[str]:
        forms, others = map(of_year, _YEARS)
        alike = [form.replace(_YEAR, str(_YEARS[1])) for form in forms] == others
        return forms if alike and all(form.count(_YEAR) == 1 for form in forms) else []

    found: list[str] = _kept("months" if with_month else "year", tags, pattern, made)
    return found


def _formatted(tags: Tags, pattern: str, day: PartialDate) -> str:
    from babel.dates import format_date, format_skeleton

    whole = datetime.date(day.year, day.month or 1, day.day or 1)
    if pattern:
        return str(format_date(whole, pattern, _babel(tags)))
    return str(format_skeleton("yMMMd" if day.day else "yMMM", whole, locale=_babel(tags)))


_answers: dict[tuple[str, Tags, str], Any] = {}
"""A few for each language."""


def _kept(what: str, tags: Tags, pattern: str, ask: Callable[[], Any]) -> Any:
    """An answer of Babel's as JSON."""
    if (what, tags, pattern) not in _answers:
        name = f"cldr/{tags[0]}-{what}.json"
        stamp = f"{cache.library('babel')} {cache.status(__file__)} {' '.join(tags)} {pattern}"
        kept = cache.recall(name, stamp)
        if kept is None:
            kept = json.dumps(ask()).encode()
            cache.remember(name, stamp, kept)
        _answers[what, tags, pattern] = json.loads(kept)
    return _answers[what, tags, pattern]


@once
def _babel(tags: Tags) -> Any:
    """Babel's locale of the first tag that Babel has."""
    from babel import Locale, UnknownLocaleError

    for tag in tags:
        try:
            return Locale.parse(_CLDR.get(tag, tag.replace("-", "_")))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")
