"""Ties: the spaces at which no line may end, since what stands beside them belongs together."""

from __future__ import annotations

import re

_NO_BREAK_SPACE = "\u00a0"

_SI = {
    prefix + unit
    for unit in ("m", "g", "s", "l", "L", "W", "Wh", "V", "A", "J", "N", "Hz", "Pa", "B", "b", "bit", "bps", "t", "K", "eV")
    for prefix in ("", "k", "K", "M", "G", "T", "P", "E", "m", "µ", "μ", "n", "c", "d")
}  # fmt: skip
_UNITS = _SI | set(
    "% ‰ ° °C °F € $ £ ¥ ₹ KiB MiB GiB TiB PiB h min px pt dpi ha fps rpm ppm mol rad Bq Gy Sv F Ω Å QPS RPS FTE LOC kLOC "
    "USD EUR CHF NOK SEK DKK GBP PLN CZK JPY INR k bn mn mln tn x × am pm AM PM a.m p.m "
    "percent pct second seconds minute minutes hour hours day days week weeks month months year years people "
    "users nodes pages students engineers developers thousand million billion trillion "
    "Mio Mrd Tsd Uhr Prozent Sekunde Sekunden Minute Minuten Stunde Stunden Tag Tage Tagen Woche Wochen Monat Monate "
    "Monaten Jahr Jahre Jahren Tausend Million Millionen Milliarde Milliarden Personen "
    "heure heures jour jours semaine semaines mois an ans milliard milliards personnes "
    "hora horas día días semana semanas mes meses año años millón millones personas "
    "млн млрд тыс лет года год".split()
)
"""What follows a number, in the languages that most résumés are in."""
_COUNTED = set(
    "NOK USD EUR CHF SEK DKK GBP PLN CZK ISO IEC DIN EN RFC IEEE No. Nr. Nos. n° № § §§ p. pp. S. Vol. vol. Bd. Ch. Fig. Sec. "
    "Art. Class Grade Level Top top ca. approx. Python Java Windows HTML CSS".split()
)
"""What stands before a number."""
_TITLES = set(
    "Dr Dr. Prof Prof. Mr Mr. Mrs Mrs. Ms Ms. Mx Mx. St. Ing. Dipl.-Ing. Mag. Hon. Rev. Sir Dra.".split()
)
_CANDIDATE = re.compile(r" (?=[\d–—])|(?<=[\d.]) |(?<=[Drsfx]) (?=[A-Z])")
_OPENING = "([\"'“„«‘"
_CLOSING = ")]\"'”“»’.,;:!?…"


def tie(text: str) -> str:
    """The text with no-break spaces for the spaces at which no line may end; no other character changes.

    Tied are numbers with their units and digit groups, initials and titles with names, and a dash with what
    precedes it.
    """
    return _CANDIDATE.sub(_tied, text) if " " in text else text


def _tied(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    before = text[text.rfind(" ", 0, at) + 1 : at]
    end = text.find(" ", at + 1)
    after = text[at + 1 :] if end < 0 else text[at + 1 : end]
    return _NO_BREAK_SPACE if before and after and _belong_together(before, after) else " "


def _belong_together(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if first in "–—":
        return len(after) == 1
    if last.isdecimal():
        return _is_unit(after) or _is_digit_group(before, after)
    if first.isdecimal():
        return before.lstrip(_OPENING) in _COUNTED
    word = before.lstrip(_OPENING)
    return first.isalpha() and (_is_initial(word) or (word in _TITLES and not first.islower()))


def _is_unit(word: str) -> bool:
    """Whether a word is a unit, or begins with one, as in `km²` and `GB/s`."""
    word = word.rstrip(_CLOSING)
    return word in _UNITS or word.partition("/")[0].partition("·")[0].rstrip("²³") in _SI


def _is_digit_group(before: str, after: str) -> bool:
    """Whether two words are parts of a number that is written in groups: 12 000."""
    after = after.rstrip(_CLOSING + "%€$£")
    return (
        len(after) == 3
        and after.isdecimal()
        and before.lstrip(_OPENING)[-3:].isdecimal()
        and len(before) <= 3
    )  # noqa: PLR2004 - digits of a group


def _is_initial(word: str) -> bool:
    """Whether a word is an initial, or several that are joined, as in `J.`, `J.-P.` and `J.R.`"""
    return word.endswith(".") and all(len(letter) == 1 for letter in word[:-1].replace("-", "").split("."))
