"""The reader's language: words from `locales/*.yaml`, dates and countries from Babel (CLDR)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from . import packaged
from .dates import PartialDate

# Where US Letter is the usual paper, by CLDR's territory information (paperSize "US-Letter").
_LETTER = frozenset("BZ CA CL CO CR GT MX NI PA PH PR SV US VE".split())
# Where an address with a region goes without the country's name.
_REGION_SUFFICES = frozenset(["US", "CA"])


@dataclass(frozen=True, slots=True)
class Locale:
    """One language, perhaps of one country: `tag` is a BCP 47 tag such as `en` or `pt-BR`."""

    tag: str
    titles: Mapping[str, str]
    labels: Mapping[str, str]
    patterns: Mapping[str, str]
    publication_types: Mapping[str, str]

    def date(self, date: PartialDate) -> str:
        """A date as a reader expects it, never more exact than it was written: `Aug 2017`."""
        if not date.month:
            return str(date.year)
        from babel.dates import format_skeleton  # noqa: PLC0415 - 40 ms, and a résumé may hold years only

        skeleton = "yMMMd" if date.day else "yMMM"
        day = datetime.date(date.year, date.month, date.day or 1)
        text: str = format_skeleton(skeleton, day, locale=self.tag.replace("-", "_"))
        return text

    def range(self, start: str, end: str) -> str:
        """A span of time from two formatted dates; an empty one is left out."""
        if not start or not end or start == end:
            return start or end
        return self.patterns["range"].format(start=start, end=end)

    def country(self, code: str) -> str:
        """A country's name from its ISO 3166 code, or the text itself."""
        from babel import Locale as BabelLocale  # noqa: PLC0415 - see above

        territories = BabelLocale.parse(self.tag.replace("-", "_")).territories
        name: str = territories.get(code.strip().upper(), code)
        return name

    def needs_country(self, code: str, has_region: bool) -> bool:
        """Whether an address names its country: "Seattle, WA" does not."""
        return not (has_region and code.strip().upper() in _REGION_SUFFICES)


def usual_paper(country_code: str) -> str:
    """`letter` or `a4`, by the country's habit."""
    return "letter" if country_code.strip().upper() in _LETTER else "a4"


@cache
def find(tag: str) -> Locale:
    """The locale of a tag; words that its own file does not have are English.

    Raises `LookupError` for a language without a file.
    """
    base = tag.partition("-")[0]
    merged: dict[str, dict[str, str]] = {}
    for name in dict.fromkeys(["en", base, tag]):
        try:
            words = packaged.table(f"locales/{name}.yaml")
        except FileNotFoundError:
            if name == base:
                raise LookupError(tag) from None
            continue
        for group, entries in words.items():
            merged.setdefault(group, {}).update(entries)
    return Locale(tag, merged["titles"], merged["labels"], merged["patterns"], merged["publication_types"])


def available() -> list[str]:
    """The tags of all languages that have a file."""
    folder = resources.files("texresume").joinpath("locales")
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
