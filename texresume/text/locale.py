"""The reader's language: words from `locales/*.yaml`, dates and countries from Babel (`cldr`).

Dates are Gregorian and in Latin digits in every language, because employers' software reads only these.
"""

from __future__ import annotations

import importlib.resources
import re
import string
from collections.abc import Iterator, Mapping
from functools import cache

from texresume import resources
from texresume.data.dates import PartialDate
from texresume.records import dataclass

from . import bidi, cldr

# Countries where US Letter is the usual paper, by CLDR's territory information (paperSize "US-Letter").
_LETTER = frozenset("BZ CA CL CO CR GT MX NI PA PH PR SV US VE".split())
# Countries where an address with a region does not name the country.
_REGION_SUFFICES = frozenset(["US", "CA"])
# Tags that do not fall back to the tag without its last part; "" means that there is no fallback.
_PARENTS = {
    "nb": "no", "zh": "zh-Hans", "zh-Hans": "", "zh-Hant": "",
    **dict.fromkeys(["zh-TW", "zh-HK", "zh-MO"], "zh-Hant"),
    **dict.fromkeys(["en-AU", "en-HK", "en-IE", "en-IN", "en-NZ", "en-SG", "en-ZA"], "en-GB"),
}  # fmt: skip
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # RFC 5646, its usual part
_RENAMED = {"iw": "he", "in": "id"}  # codes from before 1989, which Java still writes
_ALSO = {"no": ("nb", "nn")}  # further languages that readers of a language read


@dataclass(frozen=True, slots=True)
class Locale:
    """A language, optionally of one country: `tag` is a BCP 47 tag such as `en` or `pt-BR`.

    `languages` are the tags of texts that are in this language, the best first.
    """

    tag: str
    languages: tuple[str, ...]
    titles: Mapping[str, str]
    labels: Mapping[str, str]
    patterns: Mapping[str, str]
    separators: Mapping[str, str]
    date_formats: Mapping[str, str]
    publication_types: Mapping[str, str]
    publication_terms: Mapping[str, str]
    letter: Mapping[str, str]

    @property
    def direction(self) -> str:
        """The direction of the language's script: `ltr` or `rtl`."""
        if not any(map(bidi.has_right_to_left, self.titles.values())):
            return "ltr"
        return cldr.direction(_fallbacks(self.tag))

    def date(self, date: PartialDate, month: str = "short") -> str:
        """A date in the usual form, never more precise than it was written: `Aug 2017`; with a `long` month
        `August 2017`, with a `numeric` one `08/2017`.
        """
        kind = "day" if date.day else "month" if date.month else "year"
        pattern = self.date_formats.get(kind)
        if kind != "year" and month != "short":
            return cldr.date(_fallbacks(self.tag), cldr.SKELETONS[kind, month], date)
        if kind == "year" and pattern is None:
            return str(date.year)
        return cldr.date(_fallbacks(self.tag), pattern or "", date)

    def range(self, start: str, end: str) -> str:
        """A span of time from two formatted dates, one of which may be empty."""
        if not start or not end or start == end:
            return start or end
        return self.patterns["range"].format(start=start, end=end)

    def duration(self, years: int, months: int) -> str:
        """A length of time: `3 yrs 2 mos`; empty if it is none."""
        return cldr.duration(_fallbacks(self.tag), years, months)

    def country(self, code: str) -> str:
        """A country's name by its ISO 3166 code; the text itself if it is not one."""
        return cldr.countries(_fallbacks(self.tag)).get(self.country_code(code), code.strip())

    def country_code(self, text: str) -> str:
        """The ISO 3166 code of a country by any code or its name in this language or English, else ""."""
        text = text.strip()
        codes = cldr.country_codes()
        if text.upper() in codes:
            return codes[text.upper()]
        for tags in (_fallbacks(self.tag), ("en",)):
            for code, name in cldr.countries(tags).items():
                if name.casefold() == text.casefold() and code in codes:
                    return code
        return ""

    @property
    def region(self) -> str:
        """The ISO 3166 code of the country of the tag, if it names one."""
        return next((part for part in self.tag.split("-")[1:] if re.fullmatch("[A-Z]{2}", part)), "")

    @property
    def likely_country(self) -> str:
        """The ISO 3166 code of the country of the tag, else that of most of its readers; empty if unknown."""
        return self.region or cldr.likely_country(self.tag)

    def needs_country(self, code: str, has_region: bool) -> bool:
        """Whether an address names its country: "Seattle, WA" does not."""
        return not (has_region and self.country_code(code) in _REGION_SUFFICES)

    def page(self) -> tuple[str, str, str]:
        """The texts before, between and after the two numbers of "page 1 of 3"."""
        before, _, others = self.patterns["page"].partition("{page}")
        between, _, after = others.partition("{pages}")
        return before, between, after

    def words(self) -> Iterator[str]:
        """All words that may be printed without being in the data, except months and countries."""
        for group in (
            self.titles,
            self.labels,
            self.separators,
            self.publication_types,
            self.publication_terms,
            self.letter,
        ):
            yield from group.values()
        for pattern in self.patterns.values():
            yield from (literal for literal, *_ in string.Formatter().parse(pattern))


def usual_paper(country_code: str) -> str:
    """The usual paper of a country: `letter` or `a4`."""
    return "letter" if country_code.strip().upper() in _LETTER else "a4"


@cache
def find(tag: str) -> Locale:
    """The locale of a BCP 47 tag: `de-AT` has the words of `de`, `zh-TW` those of `zh-Hant`.

    Words that are missing in a file come from the tag that it falls back to, and finally from English. Raises
    `LookupError` for a language without a file.
    """
    tag = canonical(tag)
    fallbacks = _fallbacks(tag)
    known = available()
    names = [name for name in fallbacks if name in known]
    if not names:
        raise LookupError(tag)
    merged: dict[str, dict[str, str]] = {}
    for name in dict.fromkeys(["en", *reversed(names)]):
        for group, entries in resources.table(f"text/locales/{name}.yaml").items():
            merged.setdefault(group, {}).update(entries)
    return Locale(
        tag=tag,
        languages=(*fallbacks, *_ALSO.get(fallbacks[-1], ())),
        titles=merged["titles"],
        labels=merged["labels"],
        patterns=merged["patterns"],
        separators=merged["separators"],
        date_formats=merged.get("date_formats", {}),
        publication_types=merged["publication_types"],
        publication_terms={**merged["publication_terms"], "lb": "[", "rb": "]"},
        letter=merged["letter"],
    )


def available() -> list[str]:
    """The tags of all locales."""
    folder = importlib.resources.files("texresume").joinpath("text/locales")
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))


def canonical(tag: str) -> str:
    """A tag in canonical form: `PT_br` is `pt-BR`."""
    tag = tag.strip().replace("_", "-")
    if not _TAG.fullmatch(tag):
        raise LookupError(tag)
    base, *rest = tag.split("-")
    base = _RENAMED.get(base.lower(), base.lower())
    parts = [part.title() if len(part) == 4 else part.upper() if len(part) < 4 else part for part in rest]  # noqa: PLR2004 - a script, a region
    return "-".join([base, *parts])


def _fallbacks(tag: str) -> tuple[str, ...]:
    """A tag, followed by those that it falls back to."""
    tags = []
    while tag:
        tags.append(tag)
        tag = _PARENTS[tag] if tag in _PARENTS else tag.rpartition("-")[0]
    return tuple(tags)
