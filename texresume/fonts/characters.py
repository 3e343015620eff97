"""Which characters can be typeset *and* be read back exactly from the PDF's text layer.

The table for pdfTeX was measured with our fonts by `tools/measure_characters.py`. XeTeX sets whatever an
installed font has (see `typesetter`), except for characters that are invisible or mean nothing, which are
listed here. They are rejected before TeX runs, with their position; docs/characters.md says which and why.
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
# Of category Cf, but visible: they stand under or around the digits after them.
_VISIBLE_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# Of other categories, but invisible.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f\U0001d159")

_Why = Callable[[str], Iterable[tuple[str, str]]]


@cache
def covered(engine: str) -> frozenset[str]:
    """The characters that an engine typesets so that they can be read back."""
    return frozenset(_expanded(resources.table(f"fonts/tables/{engine}.json")["characters"]))


@cache
def unread() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """What XeTeX sets and text extractors cannot read: characters, and for some that can be read alone, the
    characters after which they cannot. Measured by `tools/sweep.py`.
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
    """A character for a message: itself, its code point and its Unicode name."""
    code = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "").lower()
    shown = f"{char!r} " if char.isprintable() and not unicodedata.combining(char) else ""
    return f"{shown}({code} {name})" if name else f"{shown}({code})"


def strings(inlines: tuple[Inline, ...]) -> Iterator[str]:
    """The texts among inlines that are typeset as they are (formulas are checked elsewhere)."""
    for inline in inlines:
        match inline:
            case Run(text) | Code(text):
                yield text
            case Span(_, children) | Anchor(_, children):
                yield from strings(children)
            case Math():
                pass


def texts(field: RichText) -> Iterator[tuple[str, str]]:
    """The texts of a field: their data paths, and what is typeset as it is."""
    for part in field.parts:
        yield part.path, "".join(strings(part.inlines))


def beyond(text: str, engine: str = "pdftex") -> set[str]:
    """The characters of a text that are not in an engine's table."""
    return set(text) - covered(engine) - {" "}


def refused(fields: Iterable[RichText], engine: str, source: Source) -> Iterator[Diagnostic]:
    """A diagnostic for each character of each text that the engine cannot typeset, at its first position."""

    def why(text: str) -> Iterator[tuple[str, str]]:
        for char in sorted(beyond(text, engine)):
            yield char, _hint(char)

    yield from _diagnosed(fields, source, why)


def never(fields: Iterable[RichText], source: Source) -> Iterator[Diagnostic]:
    """A diagnostic for each character of each text that no engine should typeset."""
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
    """A diagnostic about a character, at its first position in a text of the data."""
    path = undotted(name)
    return source.diagnostic(
        code or "unsupported-character",
        f"{describe(char)} in {name or 'a label of the locale'} {message}",
        source.character(path, char),
        path=path,
        hint=hint,
    )


def senseless(text: str) -> Iterator[tuple[str, str]]:
    """The characters of a text that are invisible, mean nothing or would be lost, each with a hint."""
    if text.isascii() and text.isprintable():
        return
    for place, char in enumerate(text):
        if char.isascii() and char.isprintable():
            continue
        if hint := _senseless(text, place):
            yield char, hint


def _senseless(text: str, place: int) -> str:
    """Why a character makes no sense at its position; an empty string if it does."""
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
        return "variation selectors are not supported: delete it"
    if char in _BLANKS:
        return invisible
    if char in "\ufffc\ufffd":
        return "it replaces something that was lost in copying: write what it was"
    if category == "Co":
        return "private-use characters only have a meaning in one font: write what it stands for"
    if category == "Cn":
        return f"Unicode {unicodedata.unidata_version} has no such character"
    if category in _INVISIBLE and char not in _VISIBLE_FORMATS:
        return invisible
    if category in ("Mn", "Mc", "Me") and (not before or before.isspace()):
        return "it is a combining mark without a letter before it"
    return not_given_back(text, place)


def not_given_back(text: str, place: int) -> str:
    """Why text extractors lose a character at its position; an empty string if they do not."""
    char = text[place]
    if char > "\uffff":
        # pdfium only knows the direction of 16-bit characters, and truncates all others to 16 bits when it
        # reverses a text.
        if unicodedata.bidirectional(char) in ("R", "AL"):
            return "text extractors do not treat it as right-to-left: write it in another script"
        if bidi.has_right_to_left(text):
            return "text extractors lose it beside right-to-left letters: delete it"
    lost, pairs = unread()
    if char in lost:
        plain = unicodedata.normalize("NFKC", char)
        return f"write {plain!r} instead" if plain != char else "text extractors cannot read it"
    before = text[:place].rstrip(_PRESENTATION)[-1:]
    if unicodedata.combining(char) and before and unicodedata.combining(before):
        base = next((one for one in reversed(text[:place]) if not unicodedata.combining(one)), "")
        if "\u0606" <= base <= "\u060f":  # they have no direction, so extractors misplace marks
            return f"text extractors cannot read several marks on {describe(base)}"
    if before in pairs.get(char, ()):
        return f"text extractors cannot read it after {describe(before)}"
    return ""


_WITHOUT_DIRECTION = dict.fromkeys(map(ord, _DIRECTION))


def refused_words(
    locale: str, words: Iterable[str], engine: str, source: Source, path: DataPath
) -> Diagnostic | None:
    """A diagnostic for a locale with labels, which are not in the data, that the engine cannot typeset.

    `path` is where the data chooses the locale, or empty.
    """
    unknown = sorted(set("".join(words)) - covered(engine) - {" "})
    if not unknown:
        return None
    return source.diagnostic(
        "unsupported-locale",
        f"locale {locale!r} uses {describe(unknown[0])}, which {engine} cannot typeset",
        source.value(path) if path else None,
        path=path,
        hint="use --engine auto or xetex, or choose another locale",
    )


def _hint(char: str) -> str:
    if unicodedata.category(char) == "Co" or char in "►➢➤▶▪■◦‣⁃●○◆":
        return "a bullet pasted from a word processor: delete it"
    if unicodedata.category(char) in _INVISIBLE:
        return "it is invisible: retype the text around it"
    plain = unicodedata.normalize("NFKD", char)
    if plain != char and normalised(plain).isascii():
        return f"write {plain!r} instead"
    return "pdfTeX does not have this character: use --engine auto or xetex"
