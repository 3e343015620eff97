"""Scores and degrees: which score is a grade point average, and whether "in" joins a degree and its field."""

from __future__ import annotations

import re

from texresume import resources

_GPA = "GPA"
_FIGURE = re.compile(r"(?:2\.[5-9]|[34]\.\d)\d{0,2}")
"""A grade point average of which nobody says the scale: those below 2 are marks of other countries."""
_OF_FOUR = re.compile(r"[0-4](?:\.\d{1,3})?\s*(?:/|out of|of)\s*4(?:\.\d{1,2})?")
_WORD = "gpa"
_MARK = re.compile(r"\d{1,2}(?:[.,]\d{1,3})?(?:\s*/\s*\d{1,3}(?:[.,]\d{1,2})?)?")
"""A mark of a school: not a percentage, a test's points, or a mark with a word to it."""
_COUNTRIES = frozenset(["", "US"])


def score_label(score: str, study: str, label: str, country: str) -> str:
    """The word before a score, or an empty text where it stands as it is written.

    `label` is the language's word for a score. The English one is "GPA": that is one only on a scale of four, at
    home in the United States, and not of an examination such as the Abitur.
    """
    score = score.strip()
    if any(char.isalpha() for char in score.replace("out of", "/").replace("of", "/")) or "%" in score:
        return ""
    if label != _GPA:
        return label if _MARK.fullmatch(score) and not _is_test(study) else ""
    if country.strip().upper() not in _COUNTRIES or _is_foreign(study):
        return ""
    return label if _FIGURE.fullmatch(score) or _OF_FOUR.fullmatch(score) else ""


def joined_by_in(study: str, area: str) -> bool:
    """Whether a degree and its field make one phrase with a word such as "in" between them.

    Not where the field begins with a preposition of its own or names another subject ("with Honours", "Minor in
    Music"), and not where the degree has named its field ("Bachelor of Science in Physics").
    """
    if not re.search(r"[^\W\d_]", area):
        return False
    words = _words()
    first = re.split(r"[\s,:;/]+", area.strip().casefold(), maxsplit=1)[0].strip(".()")
    if first in words["prepositions"] or first in words["further"] or not re.match(r"\w", area.strip()):
        return False
    inside = re.findall(r"[^\W\d_]+", study.casefold())
    return not (set(inside[1:]) & set(words["before_field"])) and inside[-1:] != ["minor"]


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
