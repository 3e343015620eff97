"""Which characters an engine can typeset *and* give back exactly from the PDF's text layer.

The table for pdfTeX was measured with our fonts by `tools/measure_characters.py`. What it does not hold is
refused before TeX runs, with the place where it stands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from . import packaged
from .diagnostics import Diagnostic
from .inline import Anchor, Code, Inline, Math, Rich, Run, Span
from .resume import Path, undotted
from .richtext import normalised
from .source import Source

_INVISIBLE = ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp")


@cache
def covered(engine: str) -> frozenset[str]:
    """The characters that an engine typesets and gives back."""
    ranges = packaged.table(f"characters/{engine}.json")["characters"]
    return frozenset(chr(code) for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1))


def describe(char: str) -> str:
    """A character for a message: itself, its code point, its Unicode name."""
    code = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "").lower()
    shown = f"{char!r} " if char.isprintable() and not unicodedata.combining(char) else ""
    return f"{shown}({code} {name})" if name else f"{shown}({code})"


def strings(inlines: tuple[Inline, ...]) -> Iterator[str]:
    """The texts of a tree that are typeset as they stand (formulas have been checked by themselves)."""
    for inline in inlines:
        match inline:
            case Run(text) | Code(text):
                yield text
            case Span(_, children) | Anchor(_, children):
                yield from strings(children)
            case Math():
                pass


def refused(leaves: Iterable[Rich], engine: str, source: Source) -> Iterator[Diagnostic]:
    """A diagnostic for each character of each text that the engine cannot do, at its first place there."""
    known = covered(engine)
    seen: set[tuple[str, str]] = set()
    for leaf in leaves:
        for part in leaf.parts:
            for char in sorted(set("".join(strings(part.inlines))) - known - {" "}):
                if (part.path, char) in seen:
                    continue
                seen.add((part.path, char))
                path = undotted(part.path)
                yield source.diagnostic(
                    "unsupported-character",
                    f"{describe(char)} in {part.path or 'a word of ours'} cannot be typeset",
                    source.character(path, char),
                    path=path,
                    hint=_hint(char),
                )


def refused_words(
    locale: str, words: Iterable[str], engine: str, source: Source, path: Path
) -> Diagnostic | None:
    """A diagnostic for a locale whose words, which stand nowhere in the data, the engine cannot do.

    `path` is where the locale was chosen in the data, or empty.
    """
    unknown = sorted(set("".join(words)) - covered(engine) - {" "})
    if not unknown:
        return None
    return source.diagnostic(
        "unsupported-locale",
        f"words of the locale {locale!r}, with {describe(unknown[0])}, cannot be typeset by {engine}",
        source.value(path) if path else None,
        path=path,
        hint="choose another with --locale; this one needs --engine xetex, which is to come",
    )


def _hint(char: str) -> str:
    if unicodedata.category(char) == "Co" or char in "►➢➤▶▪■◦‣⁃●○◆":
        return "a bullet of a word processor: delete it"
    if unicodedata.category(char) in _INVISIBLE:
        return "it is invisible: retype the text around it"
    plain = unicodedata.normalize("NFKD", char)
    if plain != char and normalised(plain).isascii():
        return f"write {plain!r} instead"
    return "pdfTeX has no such character; other scripts need XeTeX, which is to come"
