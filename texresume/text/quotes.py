"""Straight quotation marks and apostrophes as those of the language: "…" becomes “…”, „…“ or «…».

Only what is clearly a quotation or an apostrophe is changed. Code, formulas, addresses, measures (5'11", 6"),
coordinates and what looks like program text (f("x"), a="b") stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from texresume import resources
from texresume.patterns import lazy

APOSTROPHE = "’"

# Code, formulas, targets of links, addresses in brackets, bare addresses.
_VERBATIM = lazy(
    r"(?<!`)(?:`[^`]+`|``(?!`).+?(?<!`)``)(?!`)|\]\([^()\s]*\)|<[^<>\s]+>|(?:https?://|www\.)[^\s\"]+",
    re.DOTALL,
)
_MARK = lazy(r"['\"]")
_MARKUP = "*[]^~\\"
"""Markup beside a mark, which is looked through."""
_OPENING = "([{<-–—/|“„«‹‘‚「『¿¡+~…*"
_ELISION = lazy(
    r"(?:\d\ds?|n'|(?:tis|twas|til|till|cause|em|n|round|bout|cos|tit|s|t|k|m|ne|nen|ner|nem|ns)\b)(?!\w)",
    re.IGNORECASE,
)
"""What begins with an apostrophe: '90s, 'n', Dutch 's-Gravenhage and 't, German 'ne."""


class Quotes(NamedTuple):
    """The quotation marks of a language."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


def of_languages(tags: Sequence[str]) -> Quotes:
    """The marks of the first of these languages that is known; English ones by default."""
    table: dict[str, list[str]] = resources.table("text/quotes.yaml")
    candidates = [*tags, *(tag.partition("-")[0] for tag in tags), "en"]
    return Quotes(*next(table[tag] for tag in candidates if tag in table))


def typographic(text: str, quotes: Quotes) -> str:
    """A text, with its markup, with the quotation marks and apostrophes of a language."""
    if '"' not in text and "'" not in text:
        return text
    verbatim = _VERBATIM.sub(lambda match: "\0" * len(match[0]), text)
    marks = [_Mark(verbatim, match.start()) for match in _MARK.finditer(verbatim)]
    changes = {mark.at: APOSTROPHE for mark in marks if mark.is_apostrophe}
    changes |= _pairs([mark for mark in marks if mark.char == '"'], quotes[:2])
    single = [mark for mark in marks if mark.char == "'" and not mark.joins]
    changes |= _pairs(single, quotes[2:])
    return "".join(changes.get(at, char) for at, char in enumerate(text))


class _Mark:
    """One straight mark and what is around it."""

    def __init__(self, text: str, at: int) -> None:
        self.at, self.char = at, text[at]
        start, end = at, at + 1
        while start and text[start - 1] in _MARKUP:
            start -= 1
        while end < len(text) and text[end] in _MARKUP:
            end += 1
        self.before, self.after = text[start - 1 : start], text[end : end + 1]
        self.behind, self.ahead = text[max(0, at - 2) : at], text[at + 1 : at + 12]

    @property
    def joins(self) -> bool:
        """Whether it stands within a word: don't, l'école, 2019's."""
        if self.before.isdigit() and self.after.isdigit():
            return True  # 5'11
        letters = self.after.isalpha() and not _is_unspaced(self.after)
        return self.before.isalnum() and letters and not _is_unspaced(self.before)

    @property
    def is_code(self) -> bool:
        """Whether it looks like a mark of program text: f("x"), a["b"], c="d"."""
        doubled = self.char in (self.behind[-1:], self.ahead[:1])
        call = bool(re.fullmatch(r"[\w\])][(\[{]", self.behind)) and not _is_unspaced(self.behind[0])
        return doubled or call or self.behind[-1:] in ("=", "\\") or self.ahead[:1] in ("]", "=")

    @property
    def is_apostrophe(self) -> bool:
        if self.char != "'" or self.is_code or "\u0590" <= self.before < "\u0600":  # a Hebrew geresh
            return False
        if self.joins:
            return not self.before.isdigit() or self.ahead[:1] in ("s", "e", "d", "n", "i", "t")
        if self.before.isalpha():  # a plural's, unless it closes a quotation: then a pair replaces it
            return self.after != "(" and not _is_unspaced(self.before)
        return self.can_open and _ELISION.match(self.ahead) is not None

    @property
    def can_open(self) -> bool:
        before = not self.before or self.before.isspace() or self.before in _OPENING or self.before in "'\""
        return (before or _is_unspaced(self.before)) and bool(self.after) and not self.after.isspace()

    @property
    def can_close(self) -> bool:
        after = not self.after.isalnum() or _is_unspaced(self.after)
        return after and bool(self.before) and not self.before.isspace()


def _pairs(marks: Sequence[_Mark], pair: Sequence[str]) -> dict[int, str]:
    """The marks of quotations: each that can open one, with the next that can close it."""
    changes: dict[int, str] = {}
    opened: _Mark | None = None
    for mark in marks:
        if mark.is_code:
            continue
        if opened is not None and mark.can_close:
            changes |= {opened.at: pair[0], mark.at: pair[1]}
            opened = None
        elif mark.can_open and (opened is None or not mark.can_close):
            opened = None if mark.is_apostrophe else mark
    return changes


def _is_unspaced(char: str) -> bool:
    """Whether it is a letter, or a mark, of a script that puts no spaces around quotations."""
    return char >= "\u2e80" or "\u0e00" <= char < "\u0f00"
