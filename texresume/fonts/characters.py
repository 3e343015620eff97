"""Which characters can be typeset *and* come back exactly from the PDF's text layer.

The table for pdfTeX was measured with our fonts by `tools/measure_characters.py`. XeTeX sets what a font of
this machine has (see `typesetter`), except for what stands here: characters that nobody sees, or that mean
nothing.
They are refused before TeX runs, with the place where they stand; docs/characters.md says which and why.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from texresume import resources
from texresume.data.resume import DataPath, undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic
from texresume.text import bidi
from texresume.text.inline import Anchor, Code, Inline, Math, RichText, Run, Span
from texresume.text.markdown import normalised

_INVISIBLE = ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp")
_DIRECTION = "\u200e\u200f\u061c"
_PRESENTATION = "\ufe0e\ufe0f"
_JOINERS = "\u200c\u200d"
# Of category Cf and yet seen: signs that stand under or around the digits after them.
_VISIBLE_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# Of other categories and never seen.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f\U0001d159")

_Why = Callable[[str], Iterable[tuple[str, str]]]


@cache
def covered(engine: str) -> frozenset[str]:
    """The characters that an engine typesets and gives back."""
    return frozenset(_expanded(resources.table(f"fonts/tables/{engine}.json")["characters"]))


@cache
def unread() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """What XeTeX sets and readers do not give back: characters; and for some that come back alone, those
    after which they do not. Measured by `tools/sweep.py`.
    """
    found = resources.table("fonts/tables/unread.json")
    pairs: dict[str, set[str]] = {}
    for pair in found["pairs"]:
        first, second = (chr(int(code, 16)) for code in pair)
        pairs.setdefault(second, set()).add(first)
    return frozenset(_expanded(found["characters"])), {
        char: frozenset(after) for char, after in pairs.items()
    }


def _expanded(ranges: Iterable[tuple[str, str]]) -> Iterator[str]:
    for first, last in ranges:
        yield from map(chr, range(int(first, 16), int(last, 16) + 1))


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


def texts(field: RichText) -> Iterator[tuple[str, str]]:
    """The texts of a leaf: path in the data, and what is typeset as it stands."""
    for part in field.parts:
        yield part.path, "".join(strings(part.inlines))


def beyond(text: str, engine: str = "pdftex") -> set[str]:
    """The characters of a text that an engine's table does not hold."""
    return set(text) - covered(engine) - {" "}


def refused(fields: Iterable[RichText], engine: str, source: Source) -> Iterator[Diagnostic]:
    """A diagnostic for each character of each text that the engine cannot do, at its first place there."""

    def why(text: str) -> Iterator[tuple[str, str]]:
        for char in sorted(beyond(text, engine)):
            yield char, _hint(char)

    yield from _diagnosed(fields, source, why)


def never(fields: Iterable[RichText], source: Source) -> Iterator[Diagnostic]:
    """The same for what no engine can do."""
    yield from _diagnosed(fields, source, senseless)


def _diagnosed(fields: Iterable[RichText], source: Source, why: _Why) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    for field in fields:
        for name, text in texts(field):
            for char, hint in why(text):
                if (name, char) not in seen:
                    seen.add((name, char))
                    yield diagnosis(char, name, source, hint)


def diagnosis(
    char: str, name: str, source: Source, hint: str, message: str = "cannot be typeset", code: str = ""
) -> Diagnostic:
    """What is said of a character at its first place in a text of the data."""
    path = undotted(name)
    return source.diagnostic(
        code or "unsupported-character",
        f"{describe(char)} in {name or 'a word of ours'} {message}",
        source.character(path, char),
        path=path,
        hint=hint,
    )


def senseless(text: str) -> Iterator[tuple[str, str]]:
    """Characters of a text that no font helps, each with a hint."""
    if text.isascii() and text.isprintable():
        return
    for place, char in enumerate(text):
        if char.isascii() and char.isprintable():
            continue
        if hint := _senseless(text, place):
            yield char, hint


def _senseless(text: str, place: int) -> str:
    """Why a character makes no sense where it stands; an empty text if it does."""
    char = text[place]
    before = text[place - 1] if place else ""
    category = unicodedata.category(char)
    invisible = "it is invisible: retype the text around it"
    if char in _DIRECTION:
        return "" if bidi.has_right_to_left(text.translate(_WITHOUT_DIRECTION)) else invisible
    if char in _JOINERS:
        after = text[place + 1 : place + 2]
        if before and (before in _PRESENTATION or unicodedata.category(before) in ("So", "Sk")):
            return "" if after and unicodedata.category(after) == "So" else invisible
        return "" if after and before > "\u0590" and not before.isspace() else invisible
    if char in _PRESENTATION:
        shown = before and (
            unicodedata.category(before) in ("So", "Sm", "Sk") or before in "#*0123456789©®‼⁉"
        )
        return "" if shown else invisible
    if "\ufe00" <= char <= "\ufe0d" or "\U000e0100" <= char <= "\U000e01ef":
        return "it asks for a variant of the character before it, which is not supported: leave it out"
    if char in _BLANKS:
        return invisible
    if char in "\ufffc\ufffd":
        return "it stands for something that was lost when the text was copied: write what it was"
    if category == "Co":
        return "it means nothing outside of the font that it was made for: write what it stands for"
    if category == "Cn":
        return f"Unicode {unicodedata.unidata_version} has no such character"
    if category in _INVISIBLE and char not in _VISIBLE_FORMATS:
        return invisible
    if category in ("Mn", "Mc", "Me") and (not before or before.isspace()):
        return "it is a mark without a letter to stand on"
    return not_given_back(text, place)


def not_given_back(text: str, place: int) -> str:
    """Why readers of PDFs lose a character where it stands; an empty text if they do not."""
    char = text[place]
    if char > "\uffff":
        # pdfium knows the direction of characters of 16 bits alone, and cuts others to so many where it turns
        # a text round.
        if unicodedata.bidirectional(char) in ("R", "AL"):
            return "readers of PDFs do not know that it runs from right to left: write it in another script"
        if bidi.has_right_to_left(text):
            return "readers of PDFs lose it beside right-to-left letters: leave it out"
    lost, pairs = unread()
    if char in lost:
        plain = unicodedata.normalize("NFKC", char)
        return f"write {plain!r} instead" if plain != char else "readers of PDFs do not give it back"
    before = text[:place].rstrip(_PRESENTATION)[-1:]
    if unicodedata.combining(char) and before and unicodedata.combining(before):
        base = next((one for one in reversed(text[:place]) if not unicodedata.combining(one)), "")
        if "\u0606" <= base <= "\u060f":  # they have no direction: readers put the marks where they like
            return f"readers of PDFs do not give back several marks on {describe(base)}"
    if before in pairs.get(char, ()):
        return f"readers of PDFs do not give it back after {describe(before)}"
    return ""


_WITHOUT_DIRECTION = dict.fromkeys(map(ord, _DIRECTION))


def refused_words(
    locale: str, words: Iterable[str], engine: str, source: Source, path: DataPath
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
        hint="choose another with --locale; this one needs XeTeX: --engine auto or xetex",
    )


def _hint(char: str) -> str:
    if unicodedata.category(char) == "Co" or char in "►➢➤▶▪■◦‣⁃●○◆":
        return "a bullet of a word processor: delete it"
    if unicodedata.category(char) in _INVISIBLE:
        return "it is invisible: retype the text around it"
    plain = unicodedata.normalize("NFKD", char)
    if plain != char and normalised(plain).isascii():
        return f"write {plain!r} instead"
    return "pdfTeX has no such character: leave the choice of the engine to 'auto', or take 'xetex'"
