"""The same families as OpenType, for XeTeX: cut down, and with one character for each glyph.

xdvipdfmx tells readers of a PDF what a glyph means by going through the font's table of characters: where two
characters share a glyph, the wrong one comes back (Source Sans' hyphen as U+2011). So the second one goes out
of the table; another font sets it. Ligatures and alternates go too: TeX's pages of ours have none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from . import composed
from .families import WIDEST_KERN, Family

FEATURES = ("kern", "mark", "mkmk", "ccmp", "smcp")
_NAMES = (1, 3, 4, 6, 16, 18)
_NO_BREAK = 0xA0
_QUOTES = {0x2018, 0x2019}
_LETTER = 1  # the class of a glyph in GDEF
_PAIRS = 2  # the type of a lookup of GPOS
_TORSO = 0.8
"""A letter with marks is at least this high, in heights of the letter alone."""


def convert(source: Path, target: Path, family: Family) -> frozenset[int]:
    """Write a font's copy for XeTeX. Returns the characters that it has."""
    font = TTFont(source, recalcTimestamp=False)
    if "SVG " in font:
        del font["SVG "]
    _forget_doubles(font)
    _forget_torsos(font)
    _give_width(font)
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
    _cap_kerns(font)
    _rename(font, *family.rename)
    font.save(target)
    return frozenset(font.getBestCmap()) | {_NO_BREAK}


def _forget_doubles(font: TTFont) -> None:
    """Keep the first character of each glyph, and those that mean the same (NFKC).

    Quotation marks come before the letters that look like them. But not the no-break space: a tie is set as a
    space, and every space would come back as one.
    """
    first: dict[str, int] = {}
    doubles = {_NO_BREAK}
    for code, glyph in sorted(font.getBestCmap().items(), key=lambda pair: (pair[0] not in _QUOTES, pair)):
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


def _give_width(font: TTFont) -> None:
    """Letters drawn as marks, over the letter before them, get a width: XCharter's half rings."""
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    for character in composed.ZERO_WIDTH:
        name = names.get(ord(character), "")
        if not name or font["hmtx"][name][0]:
            continue
        left, _, right, _ = _bounds(glyphs, name)
        shift, width = composed.BESIDE - left, round(right - left) + 2 * composed.BESIDE
        old = font["CFF "].cff[0].CharStrings[name]
        pen = T2CharStringPen(width - old.private.nominalWidthX, glyphs)
        glyphs[name].draw(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
        font["CFF "].cff[0].CharStrings[name] = pen.getCharString(old.private, old.globalSubrs)
        font["hmtx"][name] = (width, composed.BESIDE)
        font["GDEF"].table.GlyphClassDef.classDefs[name] = _LETTER


def _bounds(glyphs: Any, name: str) -> tuple[float, float, float, float]:
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    left, bottom, right, top = pen.bounds
    return left, bottom, right, top


def _height(glyphs: Any, name: str) -> float:
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds[3] - pen.bounds[1] if pen.bounds else 0


def _cap_kerns(font: TTFont) -> None:
    """No kern sets letters farther apart than readers of PDFs bear."""
    most = int(WIDEST_KERN * font["head"].unitsPerEm)
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            for value in _first_values(getattr(subtable, "ExtSubTable", subtable)):
                if getattr(value, "XAdvance", 0) > most:
                    value.XAdvance = most


def _first_values(subtable: Any) -> Iterator[Any]:
    """What a table of pairs does to the first glyph of each."""
    if subtable.LookupType != _PAIRS:
        return
    if subtable.Format == 1:
        for pairs in subtable.PairSet:
            yield from (record.Value1 for record in pairs.PairValueRecord)
    else:
        for record in subtable.Class1Record:
            yield from (value.Value1 for value in record.Class2Record)


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
