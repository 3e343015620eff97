"""Dates as people write them: `08/2021`, `Aug 2014`, `15.06.2020`, `Since 2019`, `2019–20, 2021–22`.

A text with only one meaning is a date like an ISO one. Any other text with a year in it is printed as it
is; its years say when it was.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterator
from functools import cache as once
from functools import lru_cache

from texresume import cache, resources
from texresume.patterns import lazy
from texresume.records import dataclass

Parts = tuple[int, int, int]
"""Year, month and day; 0 for what is not said."""
_LANGUAGES = """ar bg ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv ms nb nl pl pt ro ru
    sk sl sr sr_Latn sv th tr uk vi zh""".split()
_MONTHS_A_YEAR = 12
_REMEMBERED = 1024
"""Texts whose dates are kept: a build asks for each several times."""
_YEAR = r"(?:1[89]|20|21)\d\d"
_NAME = r"[^\W\d_][^\d,;/()–—|]*?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|º|ª)?"
_IN_WORDS = (
    (lazy(rf"({_NAME})\.?[\s,./-]+({_YEAR})"), "my"),  # August 2014, Aug. 2014, Aug/2014
    (lazy(rf"({_NAME})\.?\s*['’‘](\d\d)"), "my"),  # Aug '14
    (lazy(rf"({_YEAR})[\s,.-]+({_NAME})\.?"), "ym"),  # 2014 August
    (lazy(rf"{_DAY}[\s.-]*(?:de\s+|of\s+)?({_NAME})\.?[\s,.-]+(?:de\s+|del\s+)?({_YEAR})"), "dmy"),
    (lazy(rf"({_NAME})\.?\s+{_DAY},?\s+({_YEAR})"), "mdy"),  # June 15, 2020
    (lazy(rf"({_YEAR})\.?\s+({_NAME})\.?\s+{_DAY}\.?"), "ymd"),  # 2020. június 15.
)
_CJK = lazy(r"(\d{4})\s*[年년](?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?")
_TIMESTAMP = lazy(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_YEAR_FIRST = lazy(r"(\d{4})\s?([-/.])\s?(\d{1,2})(?:\s?\2\s?(\d{1,2}))?\.?")
_MONTH_YEAR = lazy(r"(\d{1,2})\s?[-/.]\s?(\d{4})")
_YEAR_LAST = lazy(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})")
_NUMERIC = lazy(r"[\d\s./-]+")
_YEARS = lazy(r"\d{4}\s*[-/]\s*\d{4}")
_ACADEMIC = lazy(r"(\d{4})\s*[-–/]\s*(\d{2})")


@lru_cache(_REMEMBERED)
def read(text: str) -> Parts | None:
    """A date that can be read in one way only and is one of the calendar; None for all else."""
    if not re.search(r"\d", text):
        return None
    found = [parts for parts in _candidates(text.strip()) if _is_real(parts)]
    return found[0] if len(set(found)) == 1 else None


def _candidates(text: str) -> Iterator[Parts]:
    """What the text may mean."""
    if stamp := _TIMESTAMP.fullmatch(text):
        text = stamp[1]
    if re.fullmatch(r"\d{4}", text):
        yield int(text), 0, 0
    elif match := _YEAR_FIRST.fullmatch(text):
        if match[2] == "-" or not is_academic(text):  # 2011-12 is a month by ISO, 2011/12 may be two years
            yield int(match[1]), int(match[3]) or -1, int(match[4] or 0) or (-1 if match[4] else 0)
    elif match := _MONTH_YEAR.fullmatch(text):
        yield int(match[2]), int(match[1]), 0
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        yield year, second, first or -1
        if match[2] != ".":  # nobody puts the month first there
            yield year, first, second or -1
    elif match := _CJK.fullmatch(text):
        yield int(match[1]), int(match[2] or 0), int(match[3] or 0)
    else:
        yield from _in_words(text)


def _in_words(text: str) -> Iterator[Parts]:
    for pattern, order in _IN_WORDS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        said = dict(zip(order, match.groups(), strict=True))
        if month := _month(said["m"]):
            year = int(said["y"]) if len(said["y"]) == len("2014") else _century(int(said["y"]))
            yield year, month, int(said.get("d", 0))
            return


def _century(year: int) -> int:
    """A year of two digits, of which none is far in the future."""
    return 2000 + year if year < 50 else 1900 + year  # noqa: PLR2004 - POSIX draws the line at 69


def _is_real(parts: Parts) -> bool:
    year, month, day = parts
    if not year or not 0 <= month <= _MONTHS_A_YEAR or day < 0:
        return False
    return not day or (month > 0 and day <= calendar.monthrange(year, month)[1])


@once
def _words() -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = resources.table("data/schema/dates.yaml")
    return table


def _month(name: str) -> int:
    """The number of a month by its name in any language; 0 if it is none, or not the same one in all."""
    name = re.sub(r"\s+", " ", name.strip(" .")).casefold()
    return _words()["months"].get(name) or (0 if name.isascii() and len(name) < 3 else _months().get(name, 0))  # noqa: PLR2004 - no month has two letters


@once
def _months() -> dict[str, int]:
    """The months of all languages that have a locale; names of different months are left out."""
    stamp = f"{cache.library('babel')} {cache.status(__file__)}"
    kept = cache.recall("cldr/months.json", stamp)
    if kept is None:
        kept = json.dumps(_asked()).encode()
        cache.remember("cldr/months.json", stamp, kept)
    found: dict[str, int] = json.loads(kept)
    return found


def _asked() -> dict[str, int]:
    from babel import Locale

    found: dict[str, set[int]] = {}
    for tag in _LANGUAGES:
        months = Locale.parse(tag).months
        for names in (
            months[form][width] for form in ("format", "stand-alone") for width in ("wide", "abbreviated")
        ):
            for number, name in names.items():
                plain = re.sub(r"^d(?:e |’)", "", name.casefold().rstrip("."))
                found.setdefault(plain, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def is_present(text: str) -> bool:
    """Whether a text stands for "still going on", in any language."""
    plain = re.sub(r"\s+", " ", text.replace(".", " ")).strip(" ()–-").casefold()
    return plain in _present()


@once
def _present() -> frozenset[str]:
    return frozenset(str(word).casefold() for word in _words()["ongoing"])


def is_academic(text: str) -> bool:
    """Whether two numbers are two years, as academic years are written: `2018-19`, `2018/19`."""
    match = _ACADEMIC.fullmatch(text.strip())
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def is_mistaken(text: str) -> bool:
    """Whether a text is all numbers and was meant as a date, but is none: `2019-13`, `05/06/2020`."""
    text = text.strip()
    if not re.search(r"\d", text) or not _NUMERIC.fullmatch(text):
        return False
    return not is_academic(text) and not _YEARS.fullmatch(text) and read(text) is None


def meant(text: str) -> tuple[Parts, ...]:
    """The dates that a text may mean, if there is more than one."""
    found = dict.fromkeys(parts for parts in _candidates(text.strip()) if _is_real(parts))
    return tuple(found) if len(found) > 1 else ()


# -- dates within a text ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of time that a text names; of one that is `open` no end is known."""

    start: Parts
    end: Parts
    open: bool = False


_MENTION = lazy(
    rf"(?P<academic>(?<!\d){_YEAR}\s*[-–/]\s*\d\d(?![\d./-]))"
    rf"|(?P<iso>(?<!\d){_YEAR}-\d\d(?:-\d\d)?(?!\d))"
    rf"|(?P<numeric>(?<![\d.])(?:\d{{1,2}}[./-])?\d{{1,2}}[./]{_YEAR}(?!\d))"
    rf"|(?:\b[Qq](?P<quarter>[1-4])[\s/-]*)(?P<of>{_YEAR})"
    rf"|(?P<word>[^\W\d_]{{3,}})\.?[\s,]+(?P<year>{_YEAR})(?!\d)"
    rf"|(?<!\d)(?P<only>{_YEAR})(?!\d)"
)
_BETWEEN = lazy(r"\s*(?:[;\n]|,\s+(?=[^\W\d_]*\.?\s*\d)|\s&\s|\s(?:and|und|et|y|e|och|og|en)\s)\s*")


@lru_cache(_REMEMBERED)
def stretches(text: str) -> tuple[Stretch, ...]:
    """The spans of time that a text names, in its order."""
    if not re.search(r"\d", text):
        return ()
    if (whole := read(text)) is not None:
        return (Stretch(whole, whole),)
    return tuple(found for part in _parts(text) if (found := _stretch(part)))


def _parts(text: str) -> list[str]:
    """A text at its commas, but for the one within "June 15, 2020"."""
    parts: list[str] = []
    for part in _BETWEEN.split(text):
        if parts and not _MENTION.search(parts[-1]):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def _stretch(text: str) -> Stretch | None:
    if (whole := read(text)) is not None:
        return Stretch(whole, whole)
    mentions = [span for match in _MENTION.finditer(text) if (span := _mentioned(match))]
    if not mentions:
        return None
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}
    rest = re.split(r"\d{2,4}(?!\d)", text)[-1]
    goes_on = is_present(rest.strip(" –—-()")) or bool(re.fullmatch(r"\s*[–—-]+\s*", rest))
    since = len(mentions) == 1 and bool(words & _since()) and mentions[0][0] == mentions[0][1]
    return Stretch(mentions[0][0], mentions[-1][1], goes_on or since)


@once
def _since() -> frozenset[str]:
    return frozenset(str(word).casefold() for word in _words()["since"])


def _mentioned(match: re.Match[str]) -> tuple[Parts, Parts] | None:
    """First and last date of a mention."""
    if text := match["academic"]:
        year, second = int(text[:4]), int(text[-2:])
        if (parts := read(text)) is not None and not is_academic(text) and "–" not in text:
            return parts, parts
        last = year - year % 100 + second
        return ((year, 0, 0), (last if last > year else year, 0, 0))
    if match["quarter"]:
        last_month = int(match["quarter"]) * 3
        return (int(match["of"]), last_month - 2, 0), (int(match["of"]), last_month, 0)
    if match["word"]:
        one = (int(match["year"]), _month(match["word"]), 0)
        return one, one
    parts = read(match["iso"] or match["numeric"] or match["only"] or "")
    if parts is None and (years := re.search(_YEAR, match[0])):
        parts = (int(years[0]), 0, 0)
    return (parts, parts) if parts else None
