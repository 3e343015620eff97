"""Telephone numbers: what to dial for a number as people write it.

The numbering plans are those of `phonenumbers`. Importing it takes longer than reading a résumé, so its
answers are kept in the user's cache.
"""

from __future__ import annotations

import json
import re
from functools import cache as once

from texresume import cache
from texresume.patterns import lazy

_MINIMUM_DIGITS = 6
"""Fewer than these are an area code or an extension, not a second number."""
_BETWEEN = lazy(
    r"\s*(?:[,;|\n]|(?<=[\d)])\s(?=\(?\+\d)|(?<=[\d)\s])/|\s&\s|\s(?:or|and|oder|und|ou|et|o|y|e|och|eller|en|of)\s)\s*"
)
_SCHEME = lazy(r"^\s*tel:\s*", re.IGNORECASE)
_LABEL = lazy(r"^[^\d+(]*[^\W\d_][^\d+(]*(?=[\d+(])")
_EXTENSION = lazy(
    r"[\s,;/–-]*(?:\(\s*)?(?:ext(?:n|ension)?|x|dw|durchwahl|poste|int(?:erno)?|ankn(?:ytning)?|toestel|доб)"
    r"\.?\s*[:=]?\s*(\d{1,7})\s*\)?\s*$",
    re.IGNORECASE,
)
_REMARK = lazy(r"(?<=[\d)\s])\s*(?:\([^()\d]*\)|[^\W\d_][^\d()+]*)\s*$")
_TRUNK_ZERO = lazy(r"\(\s*0\s*\)")
_KEEP_THEIR_ZERO = lazy(r"\(?\+?(?:39|378|379)\b")  # Italy, San Marino, the Vatican
_ABROAD = lazy(r"^(\(?)\s*00\s*(?=[1-9])")
_NORTH_AMERICAN = lazy(r"(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}")
"""Nobody else writes numbers in this form, so they are told wherever their owner lives."""
_PLUS_LATE = lazy(r"^\(\s*\+\s*(\d{1,3})\s*\)")


def without_scheme(text: str) -> str:
    """A number as it is printed: `tel:` is not part of it."""
    return _SCHEME.sub("", text).strip()


def several(text: str) -> tuple[str, ...]:
    """The numbers of a text that holds more than one; none if it holds one."""
    parts = [part.strip() for part in _BETWEEN.split(without_scheme(text)) if part.strip()]
    numbers = [part for part in parts if len(re.findall(r"\d", part)) >= _MINIMUM_DIGITS]
    return tuple(parts) if len(numbers) > 1 and len(numbers) == len(parts) else ()


def target(text: str, region: str, guessed: bool = False) -> str:
    """The `tel:` address of a number (RFC 3966), or an empty text if it cannot be dialled as it stands.

    `region` is the ISO 3166 code of the country that a number without a country code belongs to; if that is
    only `guessed`, a number must be a valid one of that country.
    """
    number, extension = _plain(text)
    if not re.search(r"\d", number):
        return ""
    dialled = _dialled(number, region.strip().upper(), guessed)
    if not dialled and _NORTH_AMERICAN.fullmatch(number.strip()):
        dialled = _dialled(number, "US", True)
    return f"tel:{dialled}{f';ext={extension}' if extension else ''}" if dialled else ""


def _plain(text: str) -> tuple[str, str]:
    """The number without labels, in a form that means the same everywhere, and its extension."""
    number = _LABEL.sub("", without_scheme(text))
    extension = ""
    if found := _EXTENSION.search(number):
        before = number[: found.start()]
        if len(re.findall(r"\d", before)) >= _MINIMUM_DIGITS:
            number, extension = before, found[1]
    remark = _REMARK.search(number)
    if remark and len(re.findall(r"\d", number[: remark.start()])) > _MINIMUM_DIGITS:
        number = number[: remark.start()]
    number = _ABROAD.sub(r"\1+", number.strip())
    number = _PLUS_LATE.sub(r"+\1 ", number)
    if number.startswith(("+", "(+")) and not _KEEP_THEIR_ZERO.match(number):
        number = _TRUNK_ZERO.sub(" ", number)
    return number, extension


@once
def _dialled(number: str, region: str, guessed: bool) -> str:
    """The number in the form E.164, or an empty text."""
    name = f"phones/{cache.key(number, region, str(guessed))}.json"
    stamp = f"{cache.library('phonenumbers')} {cache.status(__file__)} {number} {region} {guessed}"
    kept = cache.recall(name, stamp)
    if kept is not None:
        return str(json.loads(kept))
    found = _asked(number, region, guessed)
    cache.remember(name, stamp, json.dumps(found).encode())
    return found


def _asked(number: str, region: str, guessed: bool) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return ""
    international = number.lstrip("( ").startswith("+")
    lenient = international or not guessed
    # Numbering plans change faster than copies of them: if the country is known, the length decides.
    good = phonenumbers.is_valid_number(parsed) or (
        lenient
        and phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if good else ""
