"""Where the fonts come from: the unpacked packages, and what is in a font file."""

from __future__ import annotations

import gzip
import re
import unicodedata
from pathlib import Path

from fontTools.agl import toUnicode
from fontTools.pens.boundsPen import BoundsPen
from fontTools.t1Lib import T1Font

from . import composed, lx
from .families import FAMILIES, Family
from .texmetrics import Box

UNITS = 1000  # of the em; every font here has this FontMatrix


class Upstream:
    """The unpacked packages, and the files of theirs that are asked for."""

    def __init__(self, share: Path) -> None:
        self.share = share
        self.tree = share / "texlive" / "texmf-dist"
        self.documents = share / "doc" / "texlive-doc"
        text = (self.tree / "tex/generic/pdftex/glyphtounicode.tex").read_text("ascii")
        names = re.findall(r"\\pdfglyphtounicode\{([^}:]+)\}\{([0-9A-F ]+)\}", text)
        self.unicode = {name: "".join(chr(int(p, 16)) for p in points.split()) for name, points in names}
        self.map_lines: dict[str, str] = {}
        for family in FAMILIES:
            for path in sorted(self.tree.glob(f"fonts/map/dvips/{family.package}/*.map")):
                for line in path.read_text("ascii").splitlines():
                    if line and not line.startswith("%"):
                        self.map_lines[line.split()[0]] = line

    def metric(self, family: Family, kind: str, name: str) -> Path:
        return self.tree / "fonts" / kind / family.foundry / family.package / f"{name}.{kind}"

    def pfb(self, family: Family, font: str) -> Path:
        return self.tree / "fonts/type1" / family.foundry / family.package / f"{font}.pfb"

    def otf(self, family: Family, font: str) -> Path:
        package = family.opentype or family.package
        font = "SourceSansPro-RegularIt" if font == "SourceSansPro-It" else font
        return self.tree / "fonts/opentype" / family.foundry / package / f"{font}.otf"

    def enc(self, family: Family, name: str) -> Path:
        return self.tree / "fonts/enc/dvips" / family.package / name

    def text(self, name: str) -> str:
        """A document, unpacked if need be."""
        path = self.documents / name
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return data.decode("utf-8")

    def commands(self) -> dict[str, str]:
        """The kernel's commands for symbols that T1 lacks: `{"€": r"\\texteuro"}`."""
        base = self.tree / "tex/latex/base"
        found = dict(lx.COMMANDS)
        for name in ("ts1enc.dfu", "omsenc.dfu"):
            text = (base / name).read_text("ascii")
            for point, command in re.findall(r"^\\DeclareUnicodeCharacter\{(\w+)\}\{(\\\w+)\}", text, re.M):
                found[chr(int(point, 16))] = command
        return found

    def means(self, glyph: str) -> str:
        """The text that pdfTeX gives a glyph, from its name (tounicode.c)."""
        stem = glyph.split(".", maxsplit=1)[0]
        if known := self.unicode.get(glyph) or self.unicode.get(stem):
            return known
        if match := re.fullmatch(r"uni([0-9A-F]{4})|u([0-9A-F]{4,6})", stem):
            return chr(int(match[1] or match[2], 16))
        return ""


class Font:
    """One font file: what its glyphs are called, mean and measure."""

    def __init__(self, name: str, postscript: str, path: Path, parameters: list[float]) -> None:
        self.name = name
        self.postscript = postscript
        self.path = path
        self.parameters = parameters
        self.used: dict[str, None] = {}  # glyphs that an encoding names
        font = T1Font(str(path))
        self._glyphs = font.getGlyphSet()
        self._boxes: dict[str, Box] = {}
        self.characters: dict[str, str] = {}
        # The plain name wins over "uni0041" where a font has both; sorting makes the choice repeatable.
        for glyph in sorted(
            self._glyphs.keys(), key=lambda name: (name.startswith("uni"), name), reverse=True
        ):
            character = toUnicode(glyph)
            if "." not in glyph and len(character) == 1:
                self.characters[character] = glyph
        for character, candidates in lx.GLYPH_NAMES.items():
            self.characters.pop(character, None)
            for glyph in reversed(candidates):
                if glyph in self._glyphs:
                    self.characters[character] = glyph

        if self.characters.get("∆") == self.characters.get("Δ"):
            self.characters.pop("∆", None)  # one glyph, which can have but one meaning
        # Letters put together here hide the font's own: those are missing or damaged.
        self.programs: dict[str, bytes] = {}
        drawing = composed.Drawing(
            self._glyphs, self.characters, lambda glyph: self.box(glyph).width * UNITS, parameters[0]
        )
        for character, (shape, advance) in composed.compose(name, drawing).items():
            glyph = f"uni{ord(character):04X}"
            width = advance / UNITS
            self.programs[glyph] = composed.charstring(shape, advance)
            _, bottom, right, top = (value / UNITS for value in composed.bounds(shape))
            self._boxes[glyph] = Box(width, max(top, 0), max(-bottom, 0), max(right - width, 0))
            self.characters[character] = glyph

        if "space" not in self._glyphs:
            self.programs["space"] = composed.charstring([], self.space * UNITS)

    @property
    def space(self) -> float:
        """The width of the space, in ems."""
        return self.box("space").width if "space" in self._glyphs else round(self.parameters[1], 3)

    def __contains__(self, glyph: str) -> bool:
        return glyph in self._glyphs

    def box(self, glyph: str) -> Box:
        """The metrics of a glyph, in ems."""
        if glyph not in self._boxes:
            pen = BoundsPen(self._glyphs)
            outline = self._glyphs[glyph]
            outline.draw(pen)
            _, bottom, right, top = pen.bounds or (0, 0, 0, 0)
            width = outline.width
            values = (width, max(top, 0), max(-bottom, 0), max(right - width, 0))
            self._boxes[glyph] = Box(*(value / UNITS for value in values))
        return self._boxes[glyph]

    def letter(self, character: str) -> Box:
        """The metrics of a character, no narrower than those of the letter it is built on.

        LibertinusSerif-Bold's u with a horn has the regular weight's width: the next letter would touch it.
        """
        box = self.box(self.characters[character])
        base = unicodedata.normalize("NFD", character)[0]
        if base == character or base not in self.characters:
            return box
        plain = self.box(self.characters[base])
        missing = plain.width - box.width
        if missing <= 0 or box.italic <= plain.italic:
            return box
        return Box(plain.width, box.height, box.depth, max(box.italic - missing, 0))
