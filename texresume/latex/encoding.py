r"""Plain text and URLs as LaTeX source: special characters, ligatures, places to break long words.

pylatexenc's encoder does the work, with rules of our own: TeX's ten special characters, characters that T1
fonts would change (`'` to ’, `` ` `` to ‘), and ligatures that would change data (`--`, `<<`, `,,` …). It
walks a text character by character, so it only sees the runs that may need it, and each short run only once.
All other characters pass as UTF-8: what the engine cannot typeset was refused before anything is rendered.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from texresume.data import links
from texresume.patterns import lazy

BREAK_AFTER = 40
"""A word with more characters than this gets break points, or it could run off the page."""
BREAK_PATHS_AFTER = 24
"""One with slashes gets them earlier: they are good places to break."""
BREAK_EVERY = 8
"""Characters between two break points of such a word."""

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
"""Characters that mean something else to TeX or in the T1 encoding."""

# Every pair that T1 fonts join into another character, and "++", which a template may set tighter.
_LIGATURES = re.compile(r"\+\+|[-–](?=-)|[-,](?=[-,])|[!?‘](?=‘)|’(?=’)")
_RUN = re.compile(f"[{re.escape(''.join(SPECIALS))}+,!?‘’–-]+")
"""A run of characters that a rule of the encoder replaces or looks at."""
_SHORT = 8
"""Runs of at most this many characters are cached, in less than 1 MB."""
# pylatexenc copies its output with every replacement, which takes quadratic time: a long run goes in pieces,
# none of which ends within a ligature.
_PIECE = re.compile(r".{1,500}[-–,+!?‘’]*", re.DOTALL)


# As pasted from the web: a line of nothing but no-break spaces would run off the page.
_LONG_TIED = re.compile(rf"[^ \t\n]{{{2 * BREAK_AFTER},}}")
_LONG_WORD = re.compile(rf"[^\s\u00a0]{{{BREAK_PATHS_AFTER + 1},}}")
_UNIT = lazy(r".[\u0300-\u036f]*", re.DOTALL)
_BETWEEN_PARTS = lazy(r"(?<=[?&=._@:;,+])(?=[^\W_])|(?<=[^\W_]/)(?=[^\W_])")
_AFTER_HYPHENS = lazy(r"(?<=[^\W_]-)(?=[^\W_])")
_LEAST = 3
"""Fewest characters before and after a break point."""
_MAXIMUM_PIECE = 30
"""Characters of a long word without a place to break that is better than between any two letters."""
_LETTER_OR_MACRO = lazy(
    r"\\[A-Za-z]+\{\}|\\.|(?P<letter>[^\s\\{}~][\u0300-\u036f]*)(?=[^\s\\{}~])", re.DOTALL
)


def escape_text(text: str) -> str:
    """A text as LaTeX that typesets exactly this text in the current font; long words get break points."""
    if len(text) <= BREAK_PATHS_AFTER:
        return encode(text)
    text = _LONG_TIED.sub(lambda match: match[0].replace("\u00a0", " "), text)
    parts = []
    end = 0
    for match in _LONG_WORD.finditer(text):
        if is_breakable(match[0]):
            parts += [encode(text[end : match.start()]), r"\trbreak{}".join(map(encode, _pieces(match[0])))]
            end = match.end()
    return "".join([*parts, encode(text[end:])])


def is_breakable(word: str) -> bool:
    """Whether a line may end within a word, which is long, or long and divided by slashes."""
    return len(word) > BREAK_AFTER or (len(word) > BREAK_PATHS_AFTER and "/" in word)


def _pieces(word: str) -> list[str]:
    """The pieces of a long word between which a line may end: after the slashes, dots and the like.

    A piece that is still long is divided after its hyphens, which some extractors drop at the end of a line,
    and as a last resort anywhere.
    """
    if len(word) <= BREAK_AFTER:
        return _merged(re.split(r"(?<=[^\W_]/)(?=[^\W_])", word))
    pieces: list[str] = []
    for part in _merged(_BETWEEN_PARTS.split(word)):
        parts = _merged(_AFTER_HYPHENS.split(part)) if len(part) > _MAXIMUM_PIECE else [part]
        for piece in parts:
            pieces += _anywhere(piece) if len(piece) > _MAXIMUM_PIECE else [piece]
    return pieces


def _merged(parts: list[str]) -> list[str]:
    """The parts, of which those that are too short are joined to their neighbours."""
    pieces = [""]
    for part in parts:
        if len(pieces[-1]) < _LEAST or len(part) < _LEAST:
            pieces[-1] += part
        else:
            pieces.append(part)
    return pieces


def _anywhere(piece: str) -> list[str]:
    units = _UNIT.findall(piece)
    return ["".join(units[start : start + BREAK_EVERY]) for start in range(0, len(units), BREAK_EVERY)]


def carry_spaces(latex: str) -> str:
    """Escaped text with tabs for spaces: texresume.sty makes each a space that extractors can read."""
    return latex.replace(" ", "\t")


def separate_letters(latex: str) -> str:
    """Escaped text with a macro between any two letters that keeps TeX from kerning them.

    An empty group would not do: TeX kerns again when it looks for hyphens.
    """
    return _LETTER_OR_MACRO.sub(
        lambda match: rf"{match[0]}\trunkern{{}}" if match["letter"] else match[0], latex
    )


def escape_url(target: str) -> str:
    r"""The target of a link for the first argument of `\href`. It is ASCII: see `links.normalised`."""
    return re.sub(r"([%#&_$])", r"\\\1", links.normalised(target))


def encode(text: str) -> str:
    """A text as LaTeX, without break points: special characters and ligatures are replaced."""
    return _RUN.sub(_encode_run, text)


def _encode_run(match: re.Match[str]) -> str:
    run = match[0]
    return _encode_short(run) if len(run) <= _SHORT else _encode_any(run)


def _encode_any(run: str) -> str:
    return "".join(map(encoder().unicode_to_latex, _PIECE.findall(run)))


_encode_short = lru_cache(4096)(_encode_any)


@cache
def encoder() -> Any:
    """Pylatexenc's encoder with the rules of this module."""
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
