"""Regular expressions for JSON Schemas that mean what the checks of `texresume.data.rules` do.

They are read by JavaScript in editors and by Python in tests, so they hold only what means the same in both:
no `\\w`, which knows ASCII alone in JavaScript, and no `\\d`, which knows all digits in Python.
"""

from __future__ import annotations

import re

from texresume import resources

BLANK = r"^\s*$"

# https://www.rfc-editor.org/rfc/rfc5646, its usual part
SUBTAGS = "(?:-[A-Za-z0-9]{2,8})*"

# What is no letter or digit: of ASCII, Latin-1 and the blocks of punctuation and symbols that people use.
_SIGNS = (
    "\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2010-\u205e"
    "\u20a0-\u20cf\u2190-\u2bff\u3001-\u3003\u3008-\u3020"
)
IDENTIFIER = rf"[^\s!-/:-@\[-`{{-~{_SIGNS}][^\s!-,/:-@\[-^`{{-~{_SIGNS}]*"

_ONE_EMAIL = r"(?:mailto:)?[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+"
EMAIL = rf"\s*{_ONE_EMAIL}(?:(?:\s*[,;/|]\s*|\s+(?:(?:or|and|oder|und|ou|et|o|y|e)\s+)?){_ONE_EMAIL})*\s*"

_YEAR = "(?!0000)[0-9]{4}"
_LEAP = "(?!0000)(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
DATE = rf"\s*(?:{_YEAR}(?:-{_MONTH})?|{_DAY}(?:[T ][0-9]{{2}}:[0-9]{{2}}.*)?)\s*"

# `2018-19` is an academic year: two numbers that follow each other.
_ACADEMIC = "|".join(
    f"{year:02}-{'0?' if (year + 1) % 100 < 10 else ''}{(year + 1) % 100}" for year in range(100)
)
# Other ways to write a date in numbers: nearly what `written_dates` reads, and never less.
_SHORT_MONTH, _SHORT_DAY = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_GAP = r"\s?[-/.]\s?"
_NUMERIC = (
    rf"{_YEAR}(?:-[1-9]|{_GAP}{_SHORT_MONTH})(?:{_GAP}{_SHORT_DAY})?\.?|{_SHORT_MONTH}{_GAP}{_YEAR}"
    rf"|{_SHORT_DAY}{_GAP}{_SHORT_DAY}{_GAP}{_YEAR}|[0-9]{{2}}(?:{_ACADEMIC.replace('-', '[-/]')})"
    r"|(?:1[89]|20|21)[0-9]{2}\s*[-/]\s*(?:1[89]|20|21)[0-9]{2}"
)
_STRICT = r"(?!\s*[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?\s*$)"
_WITH_YEAR = r"(?![\s0-9./-]*$)(?:[\s\S]*[^0-9])?(?:1[89]|20|21)[0-9]{2}(?:[^0-9][\s\S]*)?"
SPAN_DATE = rf"{DATE}|{_STRICT}\s*(?:{_NUMERIC})\s*|{_WITH_YEAR}"


def _any_case(words: str) -> str:
    return "".join(f"[{char.upper()}{char}]" if "a" <= char <= "z" else re.escape(char) for char in words)


_ONGOING = "|".join(_any_case(word) for word in resources.table("data/schema/dates.yaml")["ongoing"])
END_DATE = rf"{SPAN_DATE}|[\s(–.-]*(?:{_ONGOING})[\s).–-]*"

_MEANT = r"\s*[0-9]{4}-[0-9]{1,2}(?:-[0-9]{1,2})?\s*$"
FREE_DATE = (
    rf"^(?:(?!{_MEANT})[\s\S]*|{DATE}|{_STRICT}\s*(?:{_NUMERIC})\s*"
    rf"|\s*[0-9]{{2}}(?:{_ACADEMIC})(?:-[0-9]{{1,2}})?\s*)$"
)

# Targets that become links, see `texresume.data.links`; a host is dotted where no scheme stands before it.
_USER = "(?:[^/?#]*@)?"
_REST = r"(?:[/?#][\s\S]*)?"
_WEB = rf"[Hh][Tt][Tt][Pp][Ss]?://{_USER}(?:[^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[^/?#@]*)?{_REST}"
_OTHER = r"(?:[Mm][Aa][Ii][Ll][Tt][Oo]|[Tt][Ee][Ll]):[\s\S]*[^/\s][\s\S]*"
_DOTTED = r"[^\s/?#@:.\[\]]+(?:\.[^\s/?#@:.\[\]]+)+\.?(?::[0-9]+)?"
_LOCAL = rf"localhost{_REST}|(?://{_USER}|[^/?#:]*@)localhost(?::[0-9]+)?{_REST}"
# The path of a file, which is printed without a link: see `links.is_relative`.
_FILE = (
    r"[^:\s]*[^/\s]\.(?:x?html?|php|aspx?|jsp|pdf|docx?|odt|rtf|txt|json|xml|jpe?g|png|gif|svg|csv)"
    r"(?:[?#][\s\S]*)?"
)
ADDRESS = (
    rf"\s*(?:{_WEB}|{_OTHER}|(?![Hh][Tt][Tt][Pp][Ss]?:)(?://)?{_USER}{_DOTTED}{_REST}|{_LOCAL}|{_FILE})\s*"
)
_PIECE = r"[^\s,;|]*[.:][^\s,;|]*"
_APART = r"(?:\s*[,;|]\s*|\s+(?:(?:or|and|oder|und|ou|et|o|y|e|/)\s+)?)"
ADDRESSES = rf"{ADDRESS}|\s*{_PIECE}(?:{_APART}{_PIECE})+\s*"

COUNT = "[1-9][0-9]?"
NUMBERS: dict[str, dict[str, int]] = {
    COUNT: {"multipleOf": 1, "minimum": 1, "maximum": 99},
    "-?[0-9]+([.][0-9]+)?": {},
    "[0-9A-Fa-f]{6}": {"minimum": 0},  # of 001234 an editor sees 1234, of 1E4679 infinity
}
"""The bounds of numbers where a pattern of `template.yaml` stands for texts that look like some."""


def as_seen(text: str) -> str | int | bool:
    """What an editor makes of a plain scalar of YAML that is among the values of a choice."""
    return int(text) if text.isdigit() else {"true": True, "false": False}.get(text, text)
