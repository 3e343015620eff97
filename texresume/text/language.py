"""Which language a text is in, by its letters and its most frequent words: enough for a warning, no more.

A résumé has few sentences and many names, so the answer is given only where it is plain.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache

from texresume import resources
from texresume.patterns import lazy

_MINIMUM_WORDS = 8
"""Frequent words of a language in the text, below which nothing is said."""
_MINIMUM_DIFFERENT = 5
_MINIMUM_SHARE = 0.08
"""Of all words."""
_TIMES = 2.5
"""How often a language's words must stand for one of the document's own language."""
_MINIMUM_LETTERS = 60
_LETTERS = (  # languages that their script tells, the first of which fits
    ("ko", lazy(r"[\uac00-\ud7af]"), 0.3),
    ("he", lazy(r"[\u05d0-\u05ea]"), 0.3),
    ("el", lazy(r"[\u0370-\u03ff]"), 0.3),
    ("hi", lazy(r"[\u0900-\u097f]"), 0.3),
)
_AFTER_LATIN = "\u0370"
_TURKISH, _TURKISH_SHARE = lazy(r"[ğĞıİ]"), 0.02
_KANA = lazy(r"[\u3041-\u30ff]")
_HAN = lazy(r"[\u4e00-\u9fff]")
_EAST_ASIAN_SHARE, _KANA_SHARE = 0.3, 0.03
_SCRIPTS = (  # with languages that a few letters of their own tell, and the one it is without them
    (
        lazy(r"[\u0400-\u04ff]"),
        (("uk", lazy("[іїєґ]")), ("sr", lazy("[јљњћђџ]")), ("ru", lazy("[ыэё]"))),
        "bg",
    ),
    (lazy(r"[\u0620-\u06ff]"), (("fa", lazy("[پچژگ]")),), "ar"),
)
_SCRIPT_SHARE, _PECULIAR_SHARE = 0.5, 0.008
_RELATED = (
    frozenset(["no", "nb", "nn", "da"]),
    frozenset(["hr", "sr", "sr-Latn", "bs"]),
    frozenset(["id", "ms"]),
    frozenset(["ja", "zh"]),
)
"""Languages that so few words do not tell apart."""


def guess(texts: Iterable[str], own: str) -> str:
    """The tag of the language that the texts are plainly in, if it is not `own`; else an empty text."""
    text = " ".join(texts)
    letters = re.findall(r"[^\W\d_]", text)
    if len(letters) < _MINIMUM_LETTERS:
        return ""
    base = own.partition("-")[0].lower()
    found = max(letters) >= _AFTER_LATIN and _by_script(text, len(letters))
    found = found or _by_letters(text, len(letters)) or _by_words(text, own)
    same = found.partition("-")[0] == base or any({found, base} <= group for group in _RELATED)
    return "" if same else found


def _by_script(text: str, letters: int) -> str:
    kana = len(_KANA.findall(text))
    if kana + len(_HAN.findall(text)) >= _EAST_ASIAN_SHARE * letters:
        return "ja" if kana >= _KANA_SHARE * letters else "zh"
    for script, peculiar, usual in _SCRIPTS:
        if len(script.findall(text)) >= _SCRIPT_SHARE * letters:
            return next(
                (tag for tag, own in peculiar if len(own.findall(text)) >= _PECULIAR_SHARE * letters), usual
            )
    return next((tag for tag, script, share in _LETTERS if len(script.findall(text)) >= share * letters), "")


def _by_letters(text: str, letters: int) -> str:
    return "tr" if len(_TURKISH.findall(text)) >= _TURKISH_SHARE * letters else ""


def _by_words(text: str, own: str) -> str:
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", text)]
    counts = Counter(words)
    scores: dict[str, int] = Counter()
    different: dict[str, int] = Counter()
    peculiar: dict[str, float] = defaultdict(float)
    for word, number in counts.items():
        known = _languages().get(word, ())
        for tag in known:
            scores[tag] += number
            different[tag] += 1
            peculiar[tag] += number / len(known)
    if not scores:
        return ""
    best = max(scores, key=lambda tag: (scores[tag], peculiar[tag]))
    base = own.partition("-")[0].lower()
    ours = max((scores[tag] for tag in scores if tag.partition("-")[0] == base), default=0)
    plain = (
        scores[best] >= max(_MINIMUM_WORDS, _MINIMUM_SHARE * len(words), _TIMES * ours)
        and different[best] >= _MINIMUM_DIFFERENT
    )
    return best if plain else ""


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages of each frequent word."""
    found: dict[str, list[str]] = {}
    for tag, words in resources.table("text/frequent_words.yaml").items():
        for word in dict.fromkeys(words.split()):
            found.setdefault(word, []).append(tag)
    return {word: tuple(tags) for word, tags in found.items()}
