"""Scores and degrees: which score is a grade point average, and whether "in" joins a degree and its field."""

from __future__ import annotations

import re
from typing import Literal

from texresume import resources
from texresume.patterns import lazy

_GPA = "GPA"
_FIGURE = lazy(r"(?:2\.[5-9]|[34]\.\d)\d{0,2}")
"""A grade point average of which nobody says the scale: those below 2 are marks of other countries."""
_OF_FOUR = lazy(r"[0-4](?:\.\d{1,3})?\s*(?:/|out of|of)\s*4(?:\.\d{1,2})?")
_MARK = lazy(r"\d{1,2}(?:[.,]\d{1,3})?(?:\s*/\s*\d{1,3}(?:[.,]\d{1,2})?)?")
"""A mark of a school: not a percentage, a test's points, or a mark with a word to it."""
_COUNTRIES = frozenset(["", "US"])


def is_labelled(score: str, study: str, label: str, country: str) -> bool:
    """Whether the language's word for a score stands before it; else it is printed as it is written.

    `label` is the language's word for a score. The English one is "GPA", which is right only for a scale of
    four, in the United States or where no country is given, and not for an examination such as the Abitur.
    """
    score = score.strip()
    if any(char.isalpha() for char in score.replace("out of", "/").replace("of", "/")) or "%" in score:
        return False
    if label != _GPA:
        return bool(_MARK.fullmatch(score)) and not _is_test(study)
    if country.strip().upper() not in _COUNTRIES or _is_foreign(study):
        return False
    return bool(_FIGURE.fullmatch(score) or _OF_FOUR.fullmatch(score))


def joint(study: str, area: str) -> Literal["pattern", "space", "comma"]:
    """What stands between a degree and its field: the language's pattern, such as "BSc in Physics".

    A space where there is a preposition between them ("Licence en droit"); a comma before a further
    subject ("Minor in Music"), and where the degree has named its field.
    """
    words = _words()
    first = re.split(r"[\s,:;/]+", area.strip().casefold(), maxsplit=1)[0].strip(".()")
    inside = re.findall(r"[^\W\d_]+", study.casefold())
    if first in words["prepositions"] or (len(inside) > 1 and inside[-1] in words["prepositions"]):
        return "space"
    named = bool(set(inside[1:]) & set(words["before_field"])) or inside[-1:] == ["minor"]
    if named or first in words["further"] or not re.match(r"[^\W\d_]", area.strip()):
        return "comma"
    return "pattern"


def is_repeated(study: str, area: str) -> bool:
    """Whether a degree ends with its field, as in "Bachelor of Science in Physics"."""
    return re.search(rf"(?<!\w){re.escape(area.strip().casefold())}\Z", study.strip().casefold()) is not None


def _is_test(study: str) -> bool:
    return bool(_found(study) & set(_words()["tests"]))


def _is_foreign(study: str) -> bool:
    """Whether a degree or examination has marks that are no grade points."""
    return bool(_found(study) & {*_words()["tests"], *_words()["other_scales"]})


def _found(study: str) -> set[str]:
    plain = study.casefold().replace(".", "")
    return {*re.findall(r"[^\W\d_]+", plain), plain.strip()}


def _words() -> dict[str, list[str]]:
    table: dict[str, list[str]] = resources.table("document/degrees.yaml")
    return table
