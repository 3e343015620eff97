"""Signs that TeX or its T1 fonts take for something else: pylatexenc's encoder, with rules of ours.

It is asked for what may need it alone, and once for each row of signs: it walks a text sign by sign.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # T1 has no straight quote and no grave accent standing alone: TS1 has.
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\u00a0": "~",
}
"""Characters that TeX or the T1 encoding would take for something else."""

# Every pair that T1 fonts join into another character, and "++", which a template may set closer.
_LIGATURES = re.compile(r"\+\+|[-–](?=-)|[-,](?=[-,])|[!?‘](?=‘)|’(?=’)")
_ROW = re.compile(f"[{re.escape(''.join(SPECIALS))}+,!?‘’–-]+")
"""All that a rule of the encoder applies to or looks at, as long as it goes on."""
_USUAL = 8
"""Signs in a row whose LaTeX is remembered, in less than 1 MB."""
# pylatexenc copies all that it has done with every replacement, which takes quadratic time: it gets a long
# row in pieces, none of which ends within a ligature.
_PIECE = re.compile(r".{1,500}[-–,+!?‘’]*", re.DOTALL)


def encoded(text: str) -> str:
    """A text as LaTeX that typesets its characters, each for itself."""
    return _ROW.sub(_row, text)


def _row(match: re.Match[str]) -> str:
    signs = match[0]
    return _usual(signs) if len(signs) <= _USUAL else _by_encoder(signs)


def _by_encoder(signs: str) -> str:
    return "".join(map(encoder().unicode_to_latex, _PIECE.findall(signs)))


_usual = lru_cache(4096)(_by_encoder)


@cache
def encoder() -> Any:
    """The encoder, with the rules of this module."""
    from pylatexenc import latexencode

    def ligature(match: re.Match[str]) -> str:
        return r"\trplusplus{}" if match[0] == "++" else match[0] + "{}"

    return latexencode.UnicodeToLatexEncoder(
        conversion_rules=[
            latexencode.UnicodeToLatexConversionRule(
                latexencode.RULE_REGEX, [(_LIGATURES, ligature)], replacement_latex_protection="none"
            ),
            latexencode.UnicodeToLatexConversionRule(
                latexencode.RULE_DICT,
                {ord(char): latex for char, latex in SPECIALS.items()},
                replacement_latex_protection="none",
            ),
        ],
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
