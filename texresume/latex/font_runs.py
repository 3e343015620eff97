r"""Text for XeTeX: font runs as `\trrun` macros.

A font selector splits a text into runs (`fonts.runs`); here each run becomes the macro that sets it in its
font, with what XeTeX needs at the seams: line breaks between scripts, fixed spaces, mirrored brackets.
"""

from __future__ import annotations

import re
from typing import Protocol

from texresume.patterns import lazy
from texresume.text import bidi

from .encoding import BREAK_AFTER, BREAK_EVERY, encode, escape_text

# Spaces of fixed width, which XeTeX would treat as letters: the macro (a line may end at \trspace, not at
# \trtie) and the width in em.
_FIXED_SPACES = {
    "\u2002": ("space", ".5"), "\u2003": ("space", "1"), "\u2004": ("space", ".3333"),
    "\u2005": ("space", ".25"), "\u2007": ("tie", ".5"), "\u2008": ("tie", ".25"),
    "\u2009": ("tie", ".1667"), "\u200a": ("tie", ".1"), "\u202f": ("tie", ".1667"),
    "\u205f": ("tie", ".2222"),
}  # fmt: skip
_FIXED_SPACE = lazy(f"[{''.join(_FIXED_SPACES)}]")

# Hyphens at the end of a word, or of a part of one. After a hyphen with an ActualText, pdfium takes one that
# stands alone for a hyphen at a line's end, and drops it.
_LAST_HYPHENS = lazy(r"-(?:\{\})?(?:-(?:\{\})?)*(?: |(?=$|[\s~]|\\trbreak\{\}))")

# A character beyond ASCII with its combining marks.
_LETTER = lazy(r"([^\x00-\u00a0])[\u0300-\u036f]*")

# Characters of the first plane, and those beyond it.
_PLANES = lazy("[^\U00010000-\U0010ffff]+|[\U00010000-\U0010ffff]+")

_CHARACTER = lazy(r"\s+|\S[\u0300-\u036f]*")


class Fonts(Protocol):
    """What is asked of a font selector: see `fonts.runs.FontSelector`."""

    def field(self, text: str) -> None:
        """Begin a new field, whose language may decide between fonts."""

    def runs(self, text: str, *, code: bool = False) -> list[tuple[str, str]]:
        """Split a text into runs, each with the key of its font; that of the template's own is empty."""

    def slants(self, char: str) -> bool:
        """Whether the template's own family has a character in bold italic too."""

    def breaks(self, key: str) -> bool:
        """Whether lines in this font may end without a space, as in Chinese."""

    def preamble(self) -> str:
        """The declarations of the fonts in use."""


class FontRuns:
    """Writes text of one direction, each run in its font."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts

    def write(self, text: str, *, rtl: bool = False, code: bool = False) -> str:
        """A text as LaTeX; `rtl` if it runs from right to left."""
        parts: list[str] = []
        previous = ("", "")
        for key, run in self.fonts.runs(text, code=code):
            if previous[1] and self._may_break(previous, (key, run)):
                parts.append(r"\trjoin{}")
            previous = (key, run)
            if key:
                # Where a line may end anywhere, long words need no break points.
                write = encode if self.fonts.breaks(key) else escape_text
                parts += [_run(key, _with_spaces(write(part)), part) for part in _PLANES.findall(run)]
            elif rtl:
                parts.append(_all_mirrored(run))
            else:
                parts.append(self._in_own_family(run))
        return "".join(parts)

    def _in_own_family(self, text: str) -> str:
        def upright(match: re.Match[str]) -> str:
            if self.fonts.slants(match[1]):
                return match[0]
            return rf"\trupright{{{ord(match[1]):X}}}{{{match[0]}}}"

        latex = _LAST_HYPHENS.sub(lambda match: rf"{{\trbare{{}}{match[0]}}}", escape_text(text))
        return _with_spaces(_LETTER.sub(upright, latex))

    def _may_break(self, before: tuple[str, str], after: tuple[str, str]) -> bool:
        """Whether a line may end between two runs without a space, as in 软件Engineer."""
        return (
            self.fonts.breaks(before[0]) != self.fonts.breaks(after[0])
            and before[1][-1].isalnum()
            and after[1][0].isalnum()
        )


def _run(key: str, latex: str, text: str) -> str:
    run = rf"\trrun{{{key}}}{{{latex}}}"
    # pdfium ignores a character beyond the first plane in an ActualText, and reads it from its glyph.
    return rf"\trapart{{{run}}}" if text > "\uffff" else run


def _all_mirrored(run: str) -> str:
    """A run as it looks in text from right to left, with break points if it is one long word."""
    signs = _CHARACTER.findall(run)
    if not any(len(word) > BREAK_AFTER for word in run.split()):
        return "".join(map(_mirrored, signs))
    pieces = (signs[start : start + BREAK_EVERY] for start in range(0, len(signs), BREAK_EVERY))
    return r"\trbreak{}".join("".join(map(_mirrored, piece)) for piece in pieces)


def _mirrored(text: str) -> str:
    """A character as it looks in text from right to left, or the space between two."""
    if text.isspace():
        return _with_spaces(escape_text(text))
    return rf"\trmirrored{{{escape_text(bidi.rtl(text))}}}{{{escape_text(text)}}}"


def _with_spaces(latex: str) -> str:
    return _FIXED_SPACE.sub(lambda match: r"\tr{}{{{}em}}".format(*_FIXED_SPACES[match[0]]), latex)
