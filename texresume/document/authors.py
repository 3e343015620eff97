"""Names of authors: those of a text one by one, and which of them is the owner of the résumé."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from texresume import resources
from texresume.patterns import lazy

_INITIALS = lazy(r"(?:[^\W\d_a-zà-öø-ÿ\u3040-\ud7a3]\.?[\s-]?){1,4}")
_MARKS = " *†‡§¶#✝⁎∗0123456789,;()[]"
_LONGEST_RUN = 3
"""Letters of `JAB`, which are initials rather than a name."""
_FAMILY_WORDS = 3
_NOT_ASCII = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@cache
def word_list(kind: str) -> frozenset[str]:
    """A list of `names.yaml`, such as `particles`."""
    return frozenset(map(str, resources.table("document/names.yaml")[kind]))


# -- one by one ------------------------------------------------------------------------------------------


def is_others(name: str) -> bool:
    """Whether a name stands for further authors: "et al."."""
    plain = " ".join(re.findall(r"\w+", name.casefold()))
    return plain.removeprefix("and ") in word_list("others") or plain == "et al"


def split(text: str) -> list[str]:
    """The names in a text such as "A. Example, B. Sample & C. Other"; the text alone if it is not certain."""
    names = _names(" ".join(text.split()))
    balanced = all(name.count(mark) % 2 == 0 for name in names for mark in ("**", "`", "["))
    return names if names and balanced else [text]


def _names(text: str) -> list[str]:
    text, others = _without_others(text)
    if ";" in text:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        return [*_without_and(parts), *others]
    groups = [part.strip(" ,") for part in _conjunctions().split(text) if part.strip(" ,")]
    if len(groups) > 1 and all(_is_family_first(group) for group in groups):
        return [*groups, *others]  # "Smith, Jane and Berg, Olav"
    pieces = [piece.strip() for group in groups for piece in group.split(",") if piece.strip()]
    if len(pieces) == 1:
        return [*pieces, *others]
    given = [bool(_INITIALS.fullmatch(piece)) for piece in pieces]
    if len(pieces) % 2 == 0 and not any(given[::2]) and all(given[1::2]):
        pairs = zip(pieces[::2], pieces[1::2], strict=True)
        return [*(f"{family}, {initials}" for family, initials in pairs), *others]
    if any(given) or any(_is_one_word(piece) for piece in pieces):
        return []  # "Smith, Jane": one name or two?
    return [*pieces, *others]


def _is_one_word(piece: str) -> bool:
    """Whether a piece is less than a whole name, which in East Asia is one word."""
    return len(piece.split()) == 1 and not is_east_asian(piece)


@cache
def _conjunctions() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(word_list("and"), key=len, reverse=True))
    return re.compile(rf"\s*,?\s+(?:{words})\s+", re.IGNORECASE)


def ends_in_others(text: str) -> bool:
    """Whether a text has a name and "et al." after it."""
    return bool(_without_others(text)[1])


def _without_others(text: str) -> tuple[str, list[str]]:
    """A text without "et al." at its end, and that."""
    for match in re.finditer(r"[\s,;]+(?=\S)", text):
        if is_others(text[match.end() :]):
            return text[: match.start()], [text[match.end() :].removeprefix("and ")]
    return text, []


def _without_and(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        first, _, rest = part.partition(" ")
        yield rest if rest and first.casefold() in word_list("and") else part


def _is_family_first(group: str) -> bool:
    family, comma, given = group.partition(",")
    return bool(comma and family.strip() and given.strip()) and "," not in given


# -- the owner --------------------------------------------------------------------------------------------


def is_own(author: str, owner: Sequence[str]) -> bool:
    """Whether an author is the owner, by one of the owner's names.

    The family name and all given names or initials that both have must agree: "Smith JA", "J. A. Smith" and
    "Smith, Jane" are Jane A. Smith, "John Smith" is not.
    """
    return any(_is_same(author.strip(_MARKS), name) for name in owner if name)


def _is_same(author: str, name: str) -> bool:
    if not author:
        return False
    if is_east_asian(name) or is_east_asian(author):
        return re.sub(r"\W+", "", author) == re.sub(r"\W+", "", name)
    return any(
        _has_family_and_given(author, family, given, bare)
        for bare in (True, False)  # "Du" and "Le" are particles, and names
        for family, given, certain in _readings(name, bare)
        if certain or "," in author
    )


def _readings(name: str, bare: bool) -> Iterator[tuple[list[str], list[str], bool]]:
    """What may be the family name in a name, and the given names; and whether that is the usual reading."""
    if "," in name:
        family, _, given = name.partition(",")
        yield _tokens(family, bare), _tokens(given, bare), True
        return
    tokens = _tokens(name, bare)
    hyphenated = len(_tokens(re.split(r"\s+", name.strip())[-1], bare))
    for words in range(1, min(_FAMILY_WORDS, len(tokens) - 1) + 1):
        yield tokens[-words:], tokens[:-words], words == max(1, hyphenated)
    if len(tokens) in (2, 3) and tokens[0] in word_list("first_in_order"):
        yield tokens[:1], tokens[1:], True


def _has_family_and_given(author: str, family: Sequence[str], given: Sequence[str], bare: bool) -> bool:
    before, comma, after = author.partition(",")
    if comma:
        names = _tokens(after, bare, initials=True)
        return _same_words(_tokens(before, bare), family) and _given_agree(names, given)
    tokens, count = _tokens(author, bare, initials=True), len(family)
    if _same_words(tokens[-count:], family) and _given_agree(tokens[:-count], given):
        return True
    rest = tokens[count:]  # "Smith JA", "Zhang Wei"
    short = all(len(token) == 1 for token in rest)
    whole = len(rest) == len(given) and not any(len(token) == 1 for token in rest)
    return (short or whole) and _same_words(tokens[:count], family) and _given_agree(rest, given)


def _tokens(name: str, bare: bool, *, initials: bool = False) -> list[str]:
    """The words of a name in lower case, without titles, and if it is `bare`, without particles.

    `JA` may be two `initials`.
    """
    words = [word for word in re.split(r"[\s.~\-‐‑\u00a0]+", name) if word.strip(_MARKS)]
    tokens: list[str] = []
    for word in words:
        plain = word.strip(_MARKS).casefold()
        is_initial = len(plain) == 1 and word.isupper()
        left_out = plain in word_list("titles") or (bare and plain in word_list("particles"))
        if left_out and len(words) > 1 and not is_initial:
            continue
        tokens += list(plain) if initials and _is_run_of_initials(word, words) else [plain]
    return tokens


def _is_run_of_initials(word: str, words: Iterable[str]) -> bool:
    """Whether a word among others is like the JA of "Smith JA"."""
    short = word.isupper() and 1 < len(word) <= _LONGEST_RUN
    return short and any(not other.isupper() or len(other) > _LONGEST_RUN for other in words)


def _given_agree(author: Sequence[str], own: Sequence[str]) -> bool:
    """Whether given names agree, as far as both have them; one of an author may be an initial."""
    if not author or not own:
        return False
    return all(
        one[:1] in _foldings(other[:1]) or _folded(one[:1]) == _folded(other[:1])
        if 1 in (len(one), len(other))
        else _same_word(one, other)
        for one, other in zip(author, own, strict=False)
    )


def _same_words(author: Sequence[str], own: Sequence[str]) -> bool:
    return len(author) == len(own) and all(map(_same_word, author, own))


def _same_word(one: str, other: str) -> bool:
    return bool(_foldings(one) & _foldings(other))


def _foldings(word: str) -> frozenset[str]:
    """A word without accents, in the ways in which it may be spelled: Müller, Muller, Mueller."""
    return frozenset([_folded(word), _folded(unicodedata.normalize("NFC", word).translate(_GERMAN))])


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.translate(_NOT_ASCII))
    return "".join(char for char in plain if not unicodedata.combining(char))


def is_east_asian(name: str) -> bool:
    """Whether a name has letters of Chinese, Japanese or Korean."""
    return any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in name)
