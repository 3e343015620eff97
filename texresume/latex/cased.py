r"""Headings in capitals or small capitals: their lower-case letters, each run beside the same in capitals.

    Work & Études  →  W\trcase{ork}{ORK} \& É\trcase{tudes}{TUDES}

What `\trcase` prints is up to the style; bookmarks get the letters as they were written.
"""

from __future__ import annotations

import re

from texresume.patterns import lazy

from .escape import Latex

_CASELESS = {"tr", "az"}
"""Languages in which i has a capital of its own, which readers would not take for the same letter."""
_KEPT = r"\\tr(?:link|run|start|lang)\{[^{}]*\}|\\trformula\{\\\(.*?\\\)\}|\\[A-Za-z]+|\\."
# Latin and Cyrillic. Greek capitals would lose their accents; Georgian headings have no capitals.
_LOWER = "a-zß-öø-ÿĀ-ʯḀ-ỿа-ӿ"
_PIECE = lazy(rf"(?P<kept>{_KEPT})|(?P<lower>[{_LOWER}]+)", re.DOTALL)


def cased(latex: Latex, language: str) -> Latex:
    r"""The LaTeX of a heading with its lower-case letters in `\trcase`."""
    if language.partition("-")[0] in _CASELESS:
        return latex
    return Latex(_PIECE.sub(lambda match: match[0] if match["kept"] else _runs(match["lower"]), latex))


def _runs(letters: str) -> str:
    r"""Letters of which those that have a capital of their own are in `\trcase`."""
    parts: list[tuple[bool, str]] = []
    for letter in letters:
        lower = letter.upper() != letter and letter.upper().casefold() == letter.casefold()
        if parts and parts[-1][0] == lower:
            parts[-1] = lower, parts[-1][1] + letter
        else:
            parts.append((lower, letter))
    return "".join(rf"\trcase{{{text}}}{{{text.upper()}}}" if lower else text for lower, text in parts)
