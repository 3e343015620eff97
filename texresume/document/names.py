"""The parts of an author's name, and how styles write it: `Jane A. Smith`, `Smith, J. A.`, 王小明."""

from __future__ import annotations

import re
import unicodedata

from texresume.patterns import lazy
from texresume.records import dataclass

from . import authors

FORMS = ("written", "given", "initials", "family-given", "family-initials")
_TRAILING = lazy(r"[\s,]*([*†‡§¶#✝⁎∗]+|\^[*†‡§¶0-9,]+\^|\\\*)+$")
_SUFFIX = lazy(r"(?:jr|sr|jun|sen|i{2,3}|iv|vi{0,3}|ph\.?\s?d|m\.?\s?d)\.?", re.IGNORECASE)
_BRACED = lazy(r"(?P<given>[^{}]+) \{(?P<family>[^{}]+)\}(?:, (?P<suffix>[^{},]+))?")
"""`M. {Ribeiro Simões}`: a family name of several words."""
_INITIAL = lazy(r"[^\W\d_]\.?")


@dataclass(frozen=True, slots=True)
class Name:
    """A name: `family` has its particles before it. One that is not to be taken apart is a `literal`; `marks`
    are signs of footnotes after it.
    """

    family: str
    given: str = ""
    suffix: str = ""
    literal: str = ""
    marks: str = ""


def parse(text: str) -> Name:
    """A name in one of the forms `Jane van Smith`, `van Smith, Jane`, `Smith, Jr., Jane`,
    `M. {Ribeiro Simões}`, `{A Consortium}`.

    Whether the last word alone is the family name cannot be seen in the first form: it is taken for it, with
    the particles before it.
    """
    text = " ".join(text.split())
    match = _TRAILING.search(text)
    marks = match[0].strip(" ,") if match else ""
    text = text[: match.start()].rstrip() if match else text
    if text.startswith("{") and text.endswith("}") and "}" not in text[:-1]:
        return Name("", literal=text[1:-1], marks=marks)
    if braced := _BRACED.fullmatch(text):
        return Name(braced["family"], braced["given"], braced["suffix"] or "", marks=marks)
    if "," in text:
        parts = [part.strip() for part in text.split(",")]
        if len(parts) == 2 and _SUFFIX.fullmatch(parts[1]) and " " in parts[0]:  # noqa: PLR2004 - "Jane Smith, Jr."
            whole = parse(parts[0])
            return Name(whole.family, whole.given, parts[1], whole.literal, marks)
        family, *suffix, given = parts
        return Name(family, given, ", ".join(suffix), marks=marks)
    words = text.split(" ")
    if len(words) == 1 or authors.is_east_asian(text) or _is_organization(words):
        return Name("", literal=text, marks=marks)
    first = next((n for n, word in enumerate(words[:-1]) if n and _is_particle(word)), len(words) - 1)
    last = words[first:]
    suffix = [last.pop()] if len(last) > 1 and _SUFFIX.fullmatch(last[-1]) and len(last[-1]) > 1 else []
    if (
        not suffix
        and first == len(words) - 1
        and first > 1
        and _SUFFIX.fullmatch(words[-1])
        and len(words[-1]) > 1
    ):
        suffix, last, first = [words[-1]], [words[-2]], first - 1
    return Name(" ".join(last), " ".join(words[:first]), " ".join(suffix), marks=marks)


def _is_particle(word: str) -> bool:
    return word in authors.word_list("particles")


def _is_organization(words: list[str]) -> bool:
    plain = [word.strip(".,()").casefold() for word in words]
    return plain[0] == "the" or any(word in authors.word_list("organizations") for word in plain)


def written(name: Name, form: str) -> str:
    """A name in one of the `FORMS`, in the markup of the data."""
    if name.literal:
        return name.literal + name.marks
    if not name.given:
        return _with_suffix(name.family, name.suffix) + name.marks
    if authors.is_east_asian(name.family + name.given):
        between = "" if authors.is_east_asian(name.family) and " " not in name.given else " "
        return name.family + between + name.given + name.marks
    given = initials(name.given) if form.endswith("initials") else name.given
    if form.startswith("family"):
        return ", ".join(filter(None, (name.family, given, name.suffix))) + name.marks
    return _with_suffix(f"{given} {name.family}", name.suffix) + name.marks


def _with_suffix(text: str, suffix: str) -> str:
    if not suffix:
        return text
    return (
        f"{text}, {suffix}"
        if suffix.lower().startswith(("jr", "sr", "ph", "md", "m."))
        else f"{text} {suffix}"
    )


def initials(given: str) -> str:
    """Given names as initials: `Jane Anne` is `J. A.`, `Jean-Luc` is `J.-L.`, `JA` is `J. A.`."""
    return " ".join(filter(None, map(_initial, given.split())))


def _initial(word: str) -> str:
    if re.fullmatch(r"[^\W\d_a-z]{2,3}", word) and word.isupper():
        return " ".join(f"{letter}." for letter in word)
    if word.endswith(".") and word.count(".") > 1:  # "J.A."
        return " ".join(f"{part}." for part in word.split(".") if part)
    parts = [part for part in re.split(r"[-‐‑]", word) if part]
    return "-".join(_first_letter(part) for part in parts)


def _first_letter(word: str) -> str:
    """The first letter with its accents, and what is before it, such as an apostrophe."""
    for at, char in enumerate(word):
        if char.isalpha():
            if word[:1].islower() and len(word) <= 3 and not _INITIAL.fullmatch(word):  # noqa: PLR2004 - "de", "bin"
                return word
            end = at + 1
            while end < len(word) and unicodedata.combining(word[end]):
                end += 1
            return f"{word[:end]}."
    return word
