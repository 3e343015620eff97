"""What Babel knows of a language (CLDR): dates, names of countries, the direction of the script.

Importing Babel takes longer than reading a résumé, so results are stored in the user's cache. A language is
given by its tag, such as `en-GB`, followed by the tags that it falls back to.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from functools import cache as once
from typing import Any

from texresume import cache
from texresume.cache import Memo
from texresume.data.dates import PartialDate

_CLDR = {"pt": "pt_PT"}  # CLDR means Brazil by "pt"
_YEARS = (2017, 1994)
"""Years whose digits occur nowhere else in a date."""
_YEAR = str(_YEARS[0])

_LONE_DIGIT = re.compile(r"^([1-9])(?=\D)")
Tags = tuple[str, ...]
_SKELETON = "@"
SKELETONS = {
    ("month", "long"): "@yMMMM",
    ("day", "long"): "@yMMMMd",
    ("month", "numeric"): "@yM",
    ("day", "numeric"): "@yMd",
}
"""Skeletons of dates, by what is printed and how a month is; `date` takes one for a pattern."""
_ABBREVIATED = {"en": (("yr", "yrs"), ("mo", "mos"))}
"""Usual words for years and months, where CLDR's are long or unusual."""
_CLOSED = ("ja", "zh")
"""Languages that have no spaces between numbers and words."""


def date(tags: Tags, pattern: str, day: PartialDate) -> str:
    """A date in a CLDR pattern, or by default in the language's usual form; never more precise than it is."""
    if day.day or not 1000 <= day.year <= 9999:  # noqa: PLR2004 - years of four digits
        return _format(tags, pattern, day)
    forms = _forms(tags, pattern, bool(day.month))
    if not forms:
        return _format(tags, pattern, day)
    return forms[day.month - 1 if day.month else 0].replace(_YEAR, str(day.year))


def duration(tags: Tags, years: int, months: int) -> str:
    """Years and months in words, without those that are 0: `3 yrs 2 mos`, `3 Jahre 2 Monate`."""
    wanted = f"{years} {months}"
    words: str = _cached(f"duration-{years}-{months}", tags, wanted, lambda: _duration(tags, years, months))
    return words


def _duration(tags: Tags, years: int, months: int) -> str:
    from babel.units import format_unit

    language = tags[-1].partition("-")[0]
    parts = []
    for number, name in ((years, "year"), (months, "month")):
        if number and (words := _ABBREVIATED.get(language)):
            parts.append(f"{number} {words[name == 'month'][number != 1]}")
        elif number:
            parts.append(str(format_unit(number, f"duration-{name}", "long", locale=_babel(tags))))
    together = (" \u0648" if language == "ar" else " ").join(parts)
    return together.replace(" ", "") if language in _CLOSED else together


def countries(tags: Tags) -> dict[str, str]:
    """The names of countries by their ISO 3166 codes."""
    names: dict[str, str] = _cached("countries", tags, "", lambda: dict(_babel(tags).territories))
    return names


def country_codes() -> dict[str, str]:
    """Other codes of countries, such as `USA` and `UK`, to their ISO 3166 codes of two letters."""
    codes: dict[str, str] = _cached("country-codes", ("und",), "", _country_codes)
    return codes


def _country_codes() -> dict[str, str]:
    from babel import Locale
    from babel.core import get_global

    aliases = {alias: codes[0] for alias, codes in get_global("territory_aliases").items()}
    usual = {alias: code for alias, code in aliases.items() if len(code) == 2 and alias.isalpha()}  # noqa: PLR2004 - the length of a code
    known = map(str, Locale("en").territories)
    return {**usual, **{code: code for code in known if re.fullmatch("[A-Z]{2}", code)}}


def likely_country(tag: str) -> str:
    """The ISO 3166 code of the country that most readers of a language live in; empty if unknown."""
    code: str = _cached("likely-country", (tag,), "", lambda: _likely_country(tag))
    return code


def _likely_country(tag: str) -> str:
    from babel.core import get_global

    likely = get_global("likely_subtags")
    parts = tag.replace("-", "_").split("_")
    found = next((likely[key] for key in ("_".join(parts[:2]), parts[0]) if key in likely), "")
    return str(found).rpartition("_")[2]


def direction(tags: Tags) -> str:
    """The direction of the language's script: `ltr` or `rtl`."""
    name: str = _cached("direction", tags, "", lambda: str(_babel(tags).text_direction))
    return name


def _forms(tags: Tags, pattern: str, with_month: bool) -> list[str]:
    """The year `_YEAR` or each of its months, formatted; none if other years differ in more than digits."""

    def format_year(year: int) -> list[str]:
        months = range(1, 13) if with_month else (0,)
        return [_format(tags, pattern, PartialDate(year, month)) for month in months]

    def compute() -> list[str]:
        forms, others = map(format_year, _YEARS)
        alike = [form.replace(_YEAR, str(_YEARS[1])) for form in forms] == others
        return forms if alike and all(form.count(_YEAR) == 1 for form in forms) else []

    forms: list[str] = _cached("months" if with_month else "year", tags, pattern, compute)
    return forms


def _format(tags: Tags, pattern: str, day: PartialDate) -> str:
    from babel.dates import format_date, format_skeleton

    date = datetime.date(day.year, day.month or 1, day.day or 1)
    if pattern.startswith(_SKELETON):
        form = str(format_skeleton(pattern.removeprefix(_SKELETON), date, locale=_babel(tags)))
        return form if day.day else _LONE_DIGIT.sub(r"0\1", form)  # 08/2017, as people write it
    if pattern:
        return str(format_date(date, pattern, _babel(tags)))
    return str(format_skeleton("yMMMd" if day.day else "yMMM", date, locale=_babel(tags)))


_memo: Memo[Any] = Memo(256)
"""Results by what they are, tags and pattern: a few for each language."""


def _cached(what: str, tags: Tags, pattern: str, compute: Callable[[], Any]) -> Any:
    """A result of Babel, as JSON holds it: remembered, from the cache, or computed."""

    def load() -> Any:
        name = f"cldr/{tags[0]}-{what}.json"
        stamp = f"{cache.library('babel')} {cache.status(__file__)} {' '.join(tags)} {pattern}"
        stored = cache.recall(name, stamp)
        if stored is None:
            stored = json.dumps(compute()).encode()
            cache.remember(name, stamp, stored)
        return json.loads(stored)

    return _memo.get((what, tags, pattern), load)


@once
def _babel(tags: Tags) -> Any:
    """Babel's locale for the first tag that Babel knows."""
    from babel import Locale, UnknownLocaleError

    for tag in tags:
        try:
            return Locale.parse(_CLDR.get(tag, tag.replace("-", "_")))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def language_name(code: str, tag: str) -> str:
    """The name of a language, given by its code of two or three letters, in another language; the code itself
    if it has none.
    """
    from babel.core import get_global

    if not re.fullmatch(r"[A-Za-z]{2,3}", code):
        return code
    short = dict(get_global("language_aliases")).get(code.casefold(), code.casefold())
    names = _babel((tag, "en")).languages
    found = str(names.get(short, code))
    return found[:1].upper() + found[1:]
