"""Whether letters can be told apart on the page: printed over each other, cut off, struck through, or on the
line where they should stand above it.

Lengths are in PDF points (bp). Formulas are left out, and letters that are set around others (Arabic, Thai).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf import folding
from texresume.pdf.geometry import InkedGlyph
from texresume.pdf.visibility import Box
from texresume.records import dataclass
from texresume.text.inline import Anchor, Inline, Math, Span, plain_text

from .field_kinds import PrintedField
from .layout import PrintedPages

OVERLAP = 0.35
"""The part of a letter's box that another may cover: letters in italics lean over their neighbours."""
FEWEST = 3
"""Letters that must be struck or half covered: a rule may touch one."""
THIN = 3.0
"""Up to how many points high a rule is a line; higher, it is an area."""
_PALE = 230
"""Red, green and blue from which on an area looks like paper."""
_MIDDLE = (0.2, 0.8)
"""Where a line goes through a letter, as parts of its height. Underlines are below."""
_LEVEL = 0.08
"""em by which a script may be off the line and still stands on it."""
_SMALLER = 0.93
"""The size of a script, as a part of that of the text before it, from which on it looks like that text."""
_DESCENDING = frozenset("gjpqyQJ")
_DASHES = frozenset("-‐‑–—−")
_CELL = 12.0
_BEFORE = 6
"""Letters before a script by which it is found."""
_EXCERPT = 40


def check(printed: PrintedPages, clipped: Sequence[tuple[int, str]]) -> Iterator[Diagnostic]:
    """All checks of this module; `clipped` are pages (from 0) and texts of which a part is cut off."""
    yield from _check_overprint(printed)
    yield from _check_clipping(printed, clipped)
    yield from _check_strokes(printed)
    yield from _check_scripts(printed)


def _error(printed: PrintedPages, code: str, message: str, path: str) -> Diagnostic:
    hint = (
        "the template sets it so: look at the page in the .failed.pdf, and try another template (--template)"
    )
    return printed.warn(code, message, path, hint, Severity.ERROR)


def _is_plain(glyph: InkedGlyph) -> bool:
    return glyph.char.isalnum() and not folding.needs_actual_text(glyph.char)


def _read(glyphs: Sequence[InkedGlyph]) -> str:
    text = "".join(f" {one.char}" if one.spaced else one.char for one in glyphs)
    return text.strip()[:_EXCERPT]


# -- printed over each other --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spot:
    """A letter: the numbers of its line and of the letter in it."""

    line: int
    index: int
    glyph: InkedGlyph


def _check_overprint(printed: PrintedPages) -> Iterator[Diagnostic]:
    """One finding for each two lines, or parts of one, that share their place."""
    found: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for page in range(len(printed.pages)):
        cells: defaultdict[tuple[int, int], list[_Spot]] = defaultdict(list)
        for spot in _list_spots(printed, page):
            left, bottom, right, top = spot.glyph.ink
            for x in range(int(left // _CELL), int(right // _CELL) + 1):
                for y in range(int(bottom // _CELL), int(top // _CELL) + 1):
                    for other in cells[x, y]:
                        if _is_over(other, spot):
                            found[other.line, spot.line].add(spot.index)
                    cells[x, y].append(spot)
    for (under, over), indices in found.items():
        if len(indices) < FEWEST:
            continue
        glyphs = printed.lines[over].glyphs
        text = _read(glyphs[min(indices) : max(indices) + 1])
        below = "other letters" if under == over else repr(printed.lines[under].text[:_EXCERPT])
        message = f"{text!r} on page {printed.lines[over].page + 1} is printed over {below}"
        yield _error(printed, "overprinted-text", message, printed.find_path(over, text))


def _list_spots(printed: PrintedPages, page: int) -> Iterator[_Spot]:
    for number, line in enumerate(printed.lines):
        if line.page == page and not printed.may_have_formula(number):
            for index, glyph in enumerate(line.glyphs):
                if _is_plain(glyph) or glyph.char in _DASHES:
                    yield _Spot(number, index, glyph)


def _is_over(one: _Spot, other: _Spot) -> bool:
    if one.line == other.line and abs(one.index - other.index) == 1:
        return False
    if one.glyph.ink == other.glyph.ink and one.line == other.line:  # both have the box of their word
        return False
    shared = _area(_shared(one.glyph.ink, other.glyph.ink))
    return shared > OVERLAP * min(_area(one.glyph.ink), _area(other.glyph.ink))


def _shared(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


# -- cut off, struck through --------------------------------------------------------------------------------


def _check_clipping(printed: PrintedPages, clipped: Sequence[tuple[int, str]]) -> Iterator[Diagnostic]:
    """One finding for each line with letters that are cut off, or half covered with white."""
    found: dict[int, str] = {}
    for page, text in clipped:
        folded = folding.fold(text)
        lines = [
            number
            for number, line in enumerate(printed.lines)
            if line.page == page and folded in folding.fold(line.text)
        ]
        found.setdefault(lines[0] if lines else -1 - page, text)
    for number, glyphs in _find_half_covered(printed):
        found.setdefault(number, _read(glyphs))
    for number, text in found.items():
        page = printed.lines[number].page if number >= 0 else -1 - number
        message = f"letters of {text[:_EXCERPT]!r} on page {page + 1} are cut off"
        path = printed.find_path(number, text) if number >= 0 else ""
        yield _error(printed, "clipped-text", message, path)


def _find_half_covered(printed: PrintedPages) -> Iterator[tuple[int, list[InkedGlyph]]]:
    areas = {
        page: [
            shape.box
            for shape in one.shapes
            if shape.fill is not None and min(shape.fill) >= _PALE and shape.box[3] - shape.box[1] > 1
        ]
        for page, one in enumerate(printed.pages)
    }
    for number, line in enumerate(printed.lines):
        glyphs = [
            glyph
            for glyph in line.glyphs
            if _is_plain(glyph)
            and min(glyph.colour) < _PALE
            and any(_covers_half(box, glyph.ink) for box in areas[line.page])
        ]
        if len(glyphs) >= FEWEST:
            yield number, glyphs


def _covers_half(box: Box, ink: Box) -> bool:
    """Whether an area hides a part of a letter, but not all of it: that is said elsewhere."""
    left, bottom, right, top = _shared(box, ink)
    height = ink[3] - ink[1]
    return right - left > 0.5 * (ink[2] - ink[0]) and 0.25 * height < top - bottom < 0.95 * height


def _check_strokes(printed: PrintedPages) -> Iterator[Diagnostic]:
    """One finding for each line of text with a rule through its letters."""
    for number, line in enumerate(printed.lines):
        if printed.may_have_formula(number):
            continue
        rules = [
            shape.box
            for shape in printed.pages[line.page].shapes
            if shape.kind == "path" and shape.box[3] - shape.box[1] <= THIN
        ]
        for box in rules:
            struck = [glyph for glyph in line.glyphs if _is_struck(glyph, box)]
            if len(struck) >= FEWEST:
                text = _read(struck)
                message = f"{text!r} on page {line.page + 1} is struck through"
                yield _error(printed, "struck-text", message, printed.find_path(number, text))
                break


def _is_struck(glyph: InkedGlyph, rule: Box) -> bool:
    if not _is_plain(glyph) or glyph.char in _DESCENDING:
        return False
    left, bottom, right, top = glyph.ink
    height = (rule[1] + rule[3]) / 2 - bottom
    low, high = (part * (top - bottom) for part in _MIDDLE)
    return rule[0] <= (left + right) / 2 <= rule[2] and low < height < high


# -- superscripts and subscripts ----------------------------------------------------------------------------


def _check_scripts(printed: PrintedPages) -> Iterator[Diagnostic]:
    """One finding for each superscript or subscript that stands on the line: 106 for 10⁶."""
    for field, lines in printed.located():
        scripts = [] if field.has_formula else list(_list_scripts(field))
        if not scripts:
            continue
        glyphs = [one for line in printed.lines[lines[0] : lines[1] + 1] for one in line.glyphs]
        folded = [folding.fold(one.char) for one in glyphs]
        for before, script in scripts:
            places = _find_scripts(glyphs, folded, before, script)
            if places and all(_is_flat(base, raised) for base, raised in places):
                message = f"{script!r} after {before!r} stands on the line, and not above or below it"
                yield _error(printed, "flat-script", message, field.path)


def _list_scripts(field: PrintedField) -> Iterator[tuple[str, str]]:
    """The letters before each script of a field, and those of the script, folded."""
    pieces = [piece for part in field.text.parts for piece in _list_pieces(part.inlines)]
    for (before, was_script), (text, is_script) in pairwise(pieces):
        base, script = folding.fold(before)[-_BEFORE:], folding.fold(text)
        if is_script and not was_script and base[-1:].isalnum() and script[:1].isalnum():
            yield base, script


def _list_pieces(inlines: Sequence[Inline]) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, and whether each is a script: marked as one, or of characters like ⁶."""
    for inline in inlines:
        if isinstance(inline, Span) and inline.kind in ("superscript", "subscript"):
            yield plain_text(inline.children), True
        elif isinstance(inline, Span | Anchor):
            yield from _list_pieces(inline.children)
        elif not isinstance(inline, Math):
            piece, kind = "", False
            for char in plain_text([inline]):
                if _is_script(char) is not kind and piece:
                    yield piece, kind
                    piece = ""
                piece, kind = piece + char, _is_script(char)
            yield piece, kind


def _is_script(char: str) -> bool:
    return unicodedata.decomposition(char).startswith(("<super>", "<sub>"))


def _find_scripts(
    glyphs: Sequence[InkedGlyph], folded: Sequence[str], before: str, script: str
) -> list[tuple[InkedGlyph, InkedGlyph]]:
    """Each place of a script: the last letter before it, and its first one."""
    text, owners = "", []
    for number, part in enumerate(folded):
        text += part
        owners += [number] * len(part)
    places, at = [], text.find(before + script)
    while at >= 0:
        first = at + len(before)
        places.append((glyphs[owners[first - 1]], glyphs[owners[first]]))
        at = text.find(before + script, at + 1)
    return places


def _is_flat(base: InkedGlyph, script: InkedGlyph) -> bool:
    if _is_script(script.char) or base.ink == script.ink:  # of its own; or both have the box of their word
        return False
    size = base.box[3] - base.box[1]
    if script.box[3] - script.box[1] < _SMALLER * size or abs(script.box[1] - base.box[1]) > _LEVEL * size:
        return False
    if {base.char, script.char} & _DESCENDING:
        return True
    return abs(script.ink[1] - base.ink[1]) < _LEVEL * size
