"""The same families as OpenType, for XeTeX: cut down, and with one character for each glyph.

xdvipdfmx tells readers of a PDF what a glyph means by going through the font's table of characters: where two
characters share a glyph, the wrong one comes back (Source Sans' hyphen as U+2011). So the second one goes out
of the table; another font sets it. Ligatures and alternates go too: TeX's pages of ours have none.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from .families import Family

FEATURES = ("kern", "mark", "mkmk", "ccmp", "smcp")
_NAMES = (1, 3, 4, 6, 16, 18)
_TORSO = 0.8
"""A letter with marks is at least this high, in heights of the letter alone."""


def convert(source: Path, target: Path, family: Family) -> frozenset[int]:
    """Write a font's copy for XeTeX. Returns the characters that it has."""
    font = TTFont(source, recalcTimestamp=False)
    if "SVG " in font:
        del font["SVG "]
    _forget_doubles(font)
    _forget_torsos(font)
    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.name_IDs = ["*"]
    options.hinting = True
    options.glyph_names = True
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "FFTM", "BASE", "MATH"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=font.getBestCmap())
    cutter.subset(font)
    _rename(font, *family.rename)
    font.save(target)
    return frozenset(font.getBestCmap())


def _forget_doubles(font: TTFont) -> None:
    """Keep the first character of each glyph, and those that mean the same (NFKC)."""
    first: dict[str, int] = {}
    doubles = set()
    for code, glyph in sorted(font.getBestCmap().items()):
        meaning = unicodedata.normalize("NFKC", chr(first.setdefault(glyph, code)))
        if unicodedata.normalize("NFKC", chr(code)) != meaning:
            doubles.add(code)
    for table in font["cmap"].tables:
        table.cmap = {code: glyph for code, glyph in table.cmap.items() if code not in doubles}


def _forget_torsos(font: TTFont) -> None:
    """Leave out characters whose glyph is empty, or has the marks of a letter and not the letter: in
    Libertinus Serif's bold italic, those of Vietnamese that are made of a letter with a horn, which it lacks.
    """
    glyphs = font.getGlyphSet()
    names = font.getBestCmap()
    torsos = set()
    for code, name in names.items():
        height = _height(glyphs, name)
        base, *marks = map(ord, unicodedata.normalize("NFD", chr(code)))
        whole = _height(glyphs, names[base]) if marks and base in names else 0
        seen = unicodedata.category(chr(code))[0] not in "ZCM"
        if seen and (not height or height < _TORSO * whole):
            torsos.add(code)
    for table in font["cmap"].tables:
        table.cmap = {code: glyph for code, glyph in table.cmap.items() if code not in torsos}


def _height(glyphs: Any, name: str) -> float:
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds[3] - pen.bounds[1] if pen.bounds else 0


def _rename(font: TTFont, old: str, new: str) -> None:
    """A changed font must not bear a reserved name; the notices of its licence stay."""
    if old == new:
        return
    for record in font["name"].names:
        if record.nameID in _NAMES:
            text = record.toUnicode()
            record.string = text.replace(old, new).replace(old.replace(" ", ""), new.replace(" ", ""))
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [name.replace(old.replace(" ", ""), new.replace(" ", "")) for name in cff.fontNames]
        top = cff[0]
        for key in ("FullName", "FamilyName"):
            if value := top.rawDict.get(key):
                top.rawDict[key] = value.replace(old, new)
