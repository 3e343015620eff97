"""Letters put together from a font's own glyphs, where the font lacks them or has them damaged.

XCharter has no hook above (24 Vietnamese letters), no barred H and T, no schwa and no g with a comma above,
and its half rings have no width;
LibertinusSerif-BoldItalic draws the letters with a horn as their tone marks only; it and LibertinusSerif-Bold
have lost some hooks. Each letter made here
becomes one glyph with a name that says its character, so that it comes back as that character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen

from .type1 import number

Point = tuple[float, float]
Contour = list[tuple[str, tuple[Point, ...]]]  # moveTo, lineTo and curveTo; closed by itself
Shape = list[Contour]

_HOOK, _HORN, _CARON = "\u0309", "\u031b", "\u030c"
_WITH_HOOK = "ẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ"
_DAMAGED_HOOK = {"LibertinusSerif-Bold": "ẨẩẲẳỂểỔổ", "LibertinusSerif-BoldItalic": "ẨẩẲẳẻỂểỉỏỔổủỷ"}
_WITH_HORN = "ƠơƯưỚớỜờỞởỠỡỢợỨứỪừỬửỮữỰự"
_WITH_CARON = "ǍǎǏǐǑǒǓǔ"
_ON_DIAERESIS = {"Ǖ": "Ā", "ǖ": "ā", "Ǘ": "Á", "ǘ": "á", "Ǚ": "Č", "ǚ": "č", "Ǜ": "À", "ǜ": "à"}

ZERO_WIDTH = "\u02be\u02bf"
"""Letters that XCharter draws as marks, over the letter before them."""
BESIDE = 35
"""The white on either side of such a letter."""


class Drawing:
    """The outlines of a font."""

    def __init__(
        self,
        glyphs: Mapping[str, Any],
        characters: Mapping[str, str],
        width: Callable[[str], float],
        slant: float,
    ) -> None:
        self._glyphs = glyphs
        self._characters = characters
        self._width = width  # of a glyph
        self.slant = slant

    def width(self, character: str) -> float:
        """The advance width of a character."""
        return self._width(self._characters[character])

    def named(self, name: str) -> Shape:
        """The contours of a glyph."""
        pen = DecomposingRecordingPen(self._glyphs)
        self._glyphs[name].draw(pen)
        shape: Shape = []
        for operator, points in pen.value:
            if operator == "moveTo":
                shape.append([])
            if operator not in ("closePath", "endPath"):
                shape[-1].append((operator, points))
        return [contour for contour in shape if len(contour) > 1]

    def of(self, character: str) -> Shape:
        """The contours of a character; none if the font lacks it."""
        name = self._characters.get(character)
        return self.named(name) if name else []


def bounds(shape: Shape) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of all points, control points included."""
    xs, ys = zip(*(point for contour in shape for _, points in contour for point in points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def changed(shape: Shape, change: Callable[[float, float], Point]) -> Shape:
    """The shape with each point changed."""
    return [[(op, tuple(change(x, y) for x, y in points)) for op, points in contour] for contour in shape]


def moved(shape: Shape, dx: float, dy: float, scale: float = 1.0) -> Shape:
    """The shape scaled about the origin, then moved."""
    return changed(shape, lambda x, y: (x * scale + dx, y * scale + dy))


def placed(mark: Shape, centre: float, bottom: float, scale: float = 1.0) -> Shape:
    """The mark with its middle and its lowest point there."""
    left, low, right, _ = bounds(mark)
    return moved(mark, centre - scale * (left + right) / 2, bottom - scale * low, scale)


def standing(shape: Shape, beside: float = BESIDE) -> tuple[Shape, float]:
    """A mark as a letter of its own, with white beside it; and its width."""
    left, _, right, _ = bounds(shape)
    return moved(shape, beside - left, 0), right - left + 2 * beside


def minus(shape: Shape, base: Shape) -> Shape:
    """The contours that an accented letter adds to its base, told by their extent."""
    known = [bounds([contour]) for contour in base]
    return [
        contour
        for contour in shape
        if not any(all(abs(a - b) <= 2 for a, b in zip(bounds([contour]), one, strict=True)) for one in known)
    ]


def bar(left: float, right: float, middle: float, thickness: float, slant: float) -> Shape:
    """A horizontal bar, drawn counter-clockwise as outer contours are."""
    low, high = middle - thickness / 2, middle + thickness / 2
    lean = slant * middle
    corners = ((left + lean, low), (right + lean, low), (right + lean, high), (left + lean, high))
    return [[("moveTo" if i == 0 else "lineTo", (corner,)) for i, corner in enumerate(corners)]]


def hook(thickness: float, slant: float) -> Shape:
    """A hook above, about 150 by 190 units: XCharter has none to copy."""
    t = thickness
    contour: Contour = [
        ("moveTo", ((50, 0),)),
        ("lineTo", ((50 + t, 0),)),
        ("lineTo", ((52 + t, 38),)),
        ("curveTo", ((85 + t, 50), (112 + t, 76), (112 + t, 116))),
        ("curveTo", ((112 + t, 162), (80 + t / 2, 190), (30 + t / 2, 190))),
        ("curveTo", ((0, 190), (-30, 178), (-40, 150))),
        ("lineTo", ((-28, 150 - t * 0.9),)),
        ("curveTo", ((-16, 160 - t / 2), (4, 190 - t), (30, 190 - t))),
        ("curveTo", ((75, 190 - t), (112, 150), (112, 112))),
        ("curveTo", ((112, 90), (90, 74), (52, 66))),
    ]
    return changed([contour], lambda x, y: (x + slant * y, y))


def compose(font: str, drawing: Drawing) -> dict[str, tuple[Shape, float]]:
    """By character: the outline of a letter and its width."""
    made: dict[str, tuple[Shape, float]] = {}
    if font.startswith("XCharter"):
        made |= _hooked(drawing, _WITH_HOOK, hook(54 if "Bold" in font else 38, drawing.slant))
        made |= _barred(drawing)
        made |= _schwa(drawing)
        made |= _cedilla_above(drawing)
        made |= {character: standing(drawing.of(character)) for character in ZERO_WIDTH}
    if font in _DAMAGED_HOOK:
        whole = minus(drawing.of("ả"), drawing.of("a"))
        made |= _hooked(drawing, _DAMAGED_HOOK[font], whole)
    if font == "LibertinusSerif-BoldItalic":
        made |= _horned(drawing, made)
        made |= _with_caron(drawing)
        made |= _on_diaeresis(drawing)
        made |= _schwa(drawing)
    return {character: (shape, width) for character, (shape, width) in made.items() if shape}


def _base(character: str, mark: str) -> str:
    """The letter without one of its marks."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", character).replace(mark, ""))


def _hooked(drawing: Drawing, characters: str, hooked: Shape) -> dict[str, tuple[Shape, float]]:
    made = {}
    for character in characters:
        base = _base(character, _HOOK)
        # Where a circumflex, or the acute of a letter that has a mark already, stands.
        accent = "\u0302" if base.isascii() else "\u0301"
        model = drawing.of(unicodedata.normalize("NFC", base + accent))
        letter = drawing.named("dotlessi") if base == "i" else drawing.of(base)
        mark = minus(model, letter)
        if len(mark) == 1:
            left, bottom, right, _ = bounds(mark)
            if not base.isascii() and base not in "ƠơƯư":
                bottom = max(bottom, bounds(letter)[3] - 15)  # clear of the mark below it
            shape = letter + placed(hooked, (left + right) / 2, bottom)
            made[character] = (shape, drawing.width(base))
    return made


def _barred(drawing: Drawing) -> dict[str, tuple[Shape, float]]:
    """Barred H and T, as thick as the en dash."""
    _, low, _, high = bounds(drawing.of("–"))
    thickness = (high - low) * 0.85
    _, _, _, capital = bounds(drawing.of("H"))
    lean = drawing.slant
    bars: dict[str, tuple[str, Shape]] = {}
    left, _, right, _ = bounds(drawing.of("H"))
    right -= lean * capital
    bars["Ħ"] = ("H", bar(left - 8, right + 8, capital * 0.765, thickness, lean))
    left, _, _, top = bounds(drawing.of("h"))
    bars["ħ"] = ("h", bar(left - 12, left + 290, top * 0.815, thickness, lean))
    left, _, right, top = bounds(drawing.of("T"))
    middle = (left + right) / 2 - lean * top * 0.55  # where the stem meets the baseline
    bars["Ŧ"] = ("T", bar(middle - 165, middle + 165, capital * 0.47, thickness, lean))
    left, _, _, _ = bounds(drawing.of("t"))
    bars["ŧ"] = ("t", bar(left - 5, left + 245, 262, thickness, lean))
    return {c: (drawing.of(letter) + shape, drawing.width(letter)) for c, (letter, shape) in bars.items()}


def _schwa(drawing: Drawing) -> dict[str, tuple[Shape, float]]:
    """A turned e, large and small."""
    letter = drawing.of("e")
    left, low, right, high = bounds(letter)
    schwa = changed(letter, lambda x, y: (left + right - x, low + high - y))
    scale = bounds(drawing.of("O"))[3] / high
    width = drawing.width("e")
    return {"ə": (schwa, width), "Ə": (moved(schwa, 0, 0, scale), width * scale)}


def _cedilla_above(drawing: Drawing) -> dict[str, tuple[Shape, float]]:
    """Latvian g: its cedilla is a turned comma above."""
    base = drawing.of("g")
    mark = minus(drawing.of("ğ"), base)
    if len(mark) != 1:
        return {}
    left, bottom, right, _ = bounds(mark)
    comma = placed(drawing.of("‘"), (left + right) / 2, bottom - 20, 0.8)
    return {"ģ": (base + comma, drawing.width("g"))}


def _horned(drawing: Drawing, mended: dict[str, tuple[Shape, float]]) -> dict[str, tuple[Shape, float]]:
    made = {}
    for character in _WITH_HORN:
        base = _base(character, _HORN)  # with its tone mark
        letter = unicodedata.normalize("NFD", base)[0]
        _, _, right, top = bounds(drawing.of(letter))
        mark = drawing.named("uni031B")
        left, low, _, _ = bounds(mark)
        # The horn starts inside the stroke, a little below the letter's top.
        inward, downward = (70, 105) if letter in "oO" else (95, 75)
        shape = mended[base][0] if base in mended else drawing.of(base)
        horn = moved(mark, right - inward - left, top - downward - low)
        made[character] = (shape + horn, drawing.width(letter))
    return made


def _with_caron(drawing: Drawing) -> dict[str, tuple[Shape, float]]:
    made = {}
    for character in _WITH_CARON:
        base = _base(character, _CARON)
        letter = drawing.named("dotlessi") if base == "i" else drawing.of(base)
        mark = minus(drawing.of(unicodedata.normalize("NFC", base + "\u0302")), letter)
        model = "C" if base.isupper() else "c"
        caron = minus(drawing.of(unicodedata.normalize("NFC", model + _CARON)), drawing.of(model))
        if len(mark) == 1 and len(caron) == 1:
            left, _, right, _ = bounds(mark)
            shape = letter + placed(caron, (left + right) / 2, bounds(caron)[1])
            made[character] = (shape, drawing.width(base))
    return made


def _on_diaeresis(drawing: Drawing) -> dict[str, tuple[Shape, float]]:
    """Pinyin u with two marks; the second is taken from another letter."""
    made = {}
    for character, lender in _ON_DIAERESIS.items():
        letter = "Ü" if character.isupper() else "ü"
        plain = unicodedata.normalize("NFD", lender)[0]
        mark = minus(drawing.of(lender), drawing.of(plain))
        dots = minus(drawing.of(letter), drawing.of(unicodedata.normalize("NFD", letter)[0]))
        if len(mark) == 1 and dots:
            left, _, right, top = bounds(dots)
            lean = drawing.slant * (bounds(mark)[3] - bounds(mark)[1])
            shape = drawing.of(letter) + placed(mark, (left + right) / 2 + lean, top + 25)
            made[character] = (shape, drawing.width(letter))
    return made


def charstring(shape: Shape, width: float) -> bytes:
    """The outline as a Type 1 charstring, without hints."""
    out = bytearray(number(0) + number(round(width)) + bytes([13]))  # hsbw
    at = (0, 0)

    def go(points: Iterable[Point], operator: int) -> None:
        nonlocal at
        for x, y in points:
            there = (round(x), round(y))
            out.extend(number(there[0] - at[0]) + number(there[1] - at[1]))
            at = there
        out.append(operator)

    for contour in shape:
        for operator, points in contour:
            go(points, {"moveTo": 21, "lineTo": 5, "curveTo": 8}[operator])  # rmoveto, rlineto, rrcurveto
        out.append(9)  # closepath
    return bytes([*out, 14])  # endchar
