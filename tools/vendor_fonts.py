"""Remake texresume/texmf/, the tree of fonts and small TeX files that a minimal TeX lacks.

    python tools/vendor_fonts.py --from DIR

DIR is the /usr/share of Debian packages unpacked with `dpkg-deb -x`; texresume/texmf/README.md lists them.
All but the texts under tex/latex/texresume/ written by hand is made here, and nothing in it by hand.

Every font file gets the prefix `texresume-`, and the NFSS families are our own (`texresume-charter`, ...), so
that a TeX which has the full fonts, in whatever version, and a document that uses them meet nothing of ours.
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.agl import toUnicode
from fontTools.pens.boundsPen import BoundsPen
from fontTools.t1Lib import T1Font

import composed
import lx
import texmetrics
from texmetrics import Box
from type1 import Type1

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "texresume" / "texmf"
PREFIX = "texresume-"
UNITS = 1000  # of the em; every font here has this FontMatrix
CANNOT_HYPHENATE = r"\hyphenchar\font=-1 "

UNICODE_HEAD = """\
% What glyphs mean, where pdfTeX would read their names otherwise: input after glyphtounicode.tex.
% "tfm:" limits a line to one font's metrics. Made by tools/vendor_fonts.py.
"""


@dataclass(frozen=True)
class Family:
    """A family: NFSS name, upstream package, and the font file of each (series, shape)."""

    nfss: str
    package: str
    foundry: str
    shapes: Mapping[tuple[str, str], str]
    t1: str  # names of the metrics, with {} for the font
    ts1: str
    small_capitals: str = ""
    rename: tuple[str, str] = ("-", "-")  # what a changed font must not be called, and what it is called
    lenders: tuple[str, ...] = ()  # families that lend it symbols it lacks
    licences: Mapping[str, str] = field(default_factory=dict)


FAMILIES = (
    Family(
        "texresume-charter",
        "xcharter",
        "public",
        {
            ("m", "n"): "XCharter-Roman",
            ("m", "it"): "XCharter-Italic",
            ("b", "n"): "XCharter-Bold",
            ("b", "it"): "XCharter-BoldItalic",
        },
        "{}-tlf-t1",
        "{}-ts1",
        lenders=("texresume-serif", "texresume-sans"),
        licences={"XCharter.txt": "fonts/xcharter/README.gz"},
    ),
    Family(
        "texresume-sans",
        "sourcesanspro",
        "adobe",
        {
            ("m", "n"): "SourceSansPro-Regular",
            ("m", "it"): "SourceSansPro-It",
            ("b", "n"): "SourceSansPro-Bold",
            ("b", "it"): "SourceSansPro-BoldIt",
        },
        "{}-tlf-t1",
        "{}-tlf-ts1",
        rename=("Source Sans Pro", "Texresume Sans"),
        lenders=("texresume-serif",),
        licences={"SourceSansPro.txt": "latex/sourcesanspro/LICENSE.txt.gz"},
    ),
    Family(
        "texresume-serif",
        "libertinus-type1",
        "public",
        {
            ("m", "n"): "LibertinusSerif-Regular",
            ("m", "it"): "LibertinusSerif-Italic",
            ("b", "n"): "LibertinusSerif-Bold",
            ("b", "it"): "LibertinusSerif-BoldItalic",
        },
        "{}-tlf-t1",
        "{}-tlf-ts1",
        small_capitals="{}-tlf-sc-t1",
        lenders=("texresume-sans",),
        licences={"LibertinusSerif.txt": "fonts/libertinus-type1/OFL.txt.gz"},
    ),
    Family(
        "texresume-mono",
        "sourcecodepro",
        "adobe",
        {("m", "n"): "SourceCodePro-Regular"},
        "{}-tlf-t1",
        "{}-tlf-ts1",
        rename=("Source Code Pro", "Texresume Mono"),
        licences={"SourceCodePro.txt": "latex/sourcecodepro/LICENSE.txt.gz"},
    ),
)


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
        stem = glyph.split(".")[0]
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

        # Letters put together here hide the font's own: those are missing or damaged.
        self.programs: dict[str, bytes] = {}
        drawing = composed.Drawing(
            self._glyphs, self.characters, lambda glyph: self.box(glyph).width * UNITS, parameters[0]
        )
        for character, (shape, advance) in composed.compose(name, drawing).items():
            glyph = f"uni{ord(character):04X}"
            width = advance / UNITS
            self.programs[glyph] = composed.charstring(shape, advance)
            left, bottom, right, top = (value / UNITS for value in composed.bounds(shape))
            self._boxes[glyph] = Box(width, max(top, 0), max(-bottom, 0), max(right - width, 0))
            self.characters[character] = glyph

    def __contains__(self, glyph: str) -> bool:
        return glyph in self._glyphs

    def box(self, glyph: str) -> Box:
        """The metrics of a glyph, in ems."""
        if glyph not in self._boxes:
            pen = BoundsPen(self._glyphs)
            outline = self._glyphs[glyph]
            outline.draw(pen)
            left, bottom, right, top = pen.bounds or (0, 0, 0, 0)
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


@dataclass(frozen=True)
class Source:
    """Metrics that a virtual font may take characters from, at a scale."""

    name: str
    scale: float
    boxes: Mapping[int, Box]

    def scaled(self) -> dict[int, Box]:
        k = self.scale
        return {
            code: Box(box.width * k, box.height * k, box.depth * k, box.italic * k)
            for code, box in self.boxes.items()
        }


class Tree:
    """The tree being made."""

    def __init__(self, upstream: Upstream, target: Path) -> None:
        self.upstream = upstream
        self.target = target
        self.map: list[str] = []
        self.unicode: list[str] = []
        self.fonts: dict[tuple[str, tuple[str, str]], Font] = {}

    def file(self, *parts: str) -> Path:
        path = self.target.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    # -- what is copied -------------------------------------------------------------------------

    def copy_metrics(self, family: Family, name: str, font: Font) -> str:
        """A stock font under our name: metrics, virtual font, encoding, map line. Returns the name."""
        tfm = self.upstream.metric(family, "tfm", name)
        vf = self.upstream.metric(family, "vf", name)
        raws = [name]
        shutil.copyfile(tfm, self.file("fonts/tfm/texresume", f"{PREFIX}{name}.tfm"))
        if vf.exists():
            data = vf.read_bytes()
            raws = texmetrics.vf_fonts(data)
            path = self.file("fonts/vf/texresume", f"{PREFIX}{name}.vf")
            path.write_bytes(texmetrics.rename_vf_fonts(data, PREFIX))
            for raw in raws:
                source = self.upstream.metric(family, "tfm", raw)
                shutil.copyfile(source, self.file("fonts/tfm/texresume", f"{PREFIX}{raw}.tfm"))
        for raw in raws:
            line = self.upstream.map_lines[raw]
            match = re.fullmatch(r'(\S+) (\S+) "(\w+) ReEncodeFont" <\[(\S+\.enc) <(\S+)\.pfb', line)
            if not match or match[5] != font.name:
                raise ValueError(f"unexpected map line: {line}")
            encoding = self.upstream.enc(family, match[4])
            shutil.copyfile(encoding, self.file("fonts/enc/dvips/texresume", PREFIX + match[4]))
            self.map_line(raw, font.postscript, match[3], match[4], font.name)
            font.used |= dict.fromkeys(_glyph_names(encoding.read_text("ascii")))
        return PREFIX + name

    def map_line(self, tfm: str, postscript: str, label: str, encoding: str, font: str) -> None:
        self.map.append(
            f'{PREFIX}{tfm} {postscript} "{label} ReEncodeFont" <[{PREFIX}{encoding} <{PREFIX}{font}.pfb'
        )

    # -- what is added --------------------------------------------------------------------------

    def raw(self, font: Font, name: str, encoding: str, glyphs: Mapping[int, str]) -> Source:
        """A font in one of our encodings: metrics, encoding file, map line, meanings of its glyphs."""
        meant = lx.slots(encoding)
        boxes = {
            code: font.letter(meant[code]) if font.characters.get(meant[code]) == glyph else font.box(glyph)
            for code, glyph in glyphs.items()
        }
        path = self.file("fonts/tfm/texresume", f"{PREFIX}{name}.tfm")
        metric = [ord(character) for character in lx.METRIC_CHARACTERS]
        texmetrics.write_tfm(path, boxes, font.parameters, f"TEXRESUME {encoding}", metric)
        label = f"Texresume{encoding}"
        self.map_line(name, font.postscript, label, self.encoding(glyphs, encoding, name), font.name)
        font.used |= dict.fromkeys(glyphs.values())
        for code, glyph in sorted(glyphs.items()):
            if self.upstream.means(glyph) != meant[code]:
                entry = f"tfm:{PREFIX}{name}/{glyph}"
                self.unicode.append(
                    f"\\pdfglyphtounicode{{{entry}}}{{{ord(meant[code]):04X}}}% {meant[code]}"
                )
        return Source(name, 1.0, boxes)

    def encoding(self, glyphs: Mapping[int, str], encoding: str, name: str) -> str:
        """Write the .enc file unless the same one stands there already; its name."""
        rows = [
            " ".join(f"/{glyphs.get(code, '.notdef')}" for code in range(start, start + 8))
            for start in range(0, 256, 8)
        ]
        body = f"/Texresume{encoding} [\n" + "\n".join(rows) + "\n] def\n"
        file = self.file("fonts/enc/dvips/texresume", f"{PREFIX}{name}.enc")
        for path in sorted(file.parent.glob(f"{PREFIX}*.enc")):
            if path.read_text("ascii").endswith(body):
                return path.name.removeprefix(PREFIX)
        file.write_text(f"% {encoding}. Made by tools/vendor_fonts.py.\n{body}", "ascii")
        return file.name.removeprefix(PREFIX)

    def virtual(self, name: str, sources: list[Source], parameters: list[float], encoding: str) -> Source:
        """A virtual font: each character from the first source that has it. One source needs none."""
        if len(sources) == 1:
            return sources[0]
        boxes: dict[int, Box] = {}
        characters: dict[int, tuple[int, int, float]] = {}
        for index, source in enumerate(sources):
            for code, box in source.scaled().items():
                if code not in boxes:
                    boxes[code] = box
                    characters[code] = (index, code, box.width)
        texmetrics.write_tfm(
            self.file("fonts/tfm/texresume", f"{PREFIX}{name}.tfm"),
            boxes,
            parameters,
            f"TEXRESUME {encoding}",
        )
        fonts = [(PREFIX + source.name, source.scale) for source in sources]
        texmetrics.write_vf(self.file("fonts/vf/texresume", f"{PREFIX}{name}.vf"), fonts, characters)
        return Source(name, 1.0, boxes)


def make(upstream: Upstream, target: Path) -> None:
    """Make the whole tree."""
    for part in ("fonts", "tex/latex/texresume/encodings", "licenses"):
        shutil.rmtree(target / part, ignore_errors=True)
    tree = Tree(upstream, target)
    for family in FAMILIES:
        for key, name in family.shapes.items():
            t1 = upstream.metric(family, "tfm", family.t1.format(name))
            old, new = (part.replace(" ", "") for part in family.rename)
            font = Font(
                name, name.replace(old, new), upstream.pfb(family, name), texmetrics.read_parameters(t1)
            )
            tree.fonts[family.nfss, key] = font
    # T1 before all else: the order in which glyphs are named is that of their Subrs.
    stock = {
        (family.nfss, key, encoding): tree.copy_metrics(
            family, pattern.format(name), tree.fonts[family.nfss, key]
        )
        for family in FAMILIES
        for key, name in family.shapes.items()
        for encoding, pattern in (("T1", family.t1), ("TS1", family.ts1))
    }
    own = {
        (family.nfss, key, encoding): own_characters(tree, tree.fonts[family.nfss, key], encoding)
        for family in FAMILIES
        for key in family.shapes
        for encoding in lx.ENCODINGS
    }
    for family in FAMILIES:
        shapes: dict[str, dict[tuple[str, str], str]] = {}
        for key, name in family.shapes.items():
            font = tree.fonts[family.nfss, key]
            for encoding in ("T1", "TS1"):
                shapes.setdefault(encoding, {})[key] = stock[family.nfss, key, encoding]
            for encoding in lx.ENCODINGS:
                sources = [own[family.nfss, key, encoding]]
                for lender in family.lenders:
                    sources += borrowed(tree.fonts[lender, key], font, own[lender, key, encoding], sources)
                stem = f"{name}-{encoding.lower()}"
                source = tree.virtual(stem, sources, font.parameters, encoding)
                shapes.setdefault(encoding, {})[key] = PREFIX + source.name
            if family.small_capitals and key[1] == "n":
                small = (key[0], "sc")
                shapes["T1"][small] = tree.copy_metrics(family, family.small_capitals.format(name), font)
                for encoding in lx.SMALL_CAPITALS:
                    shapes[encoding][small] = PREFIX + small_capitals(tree, font, encoding).name
        for encoding, table in shapes.items():
            write_fd(tree, family.nfss, encoding, table)
    write_programs(tree)
    write_tex(tree)
    write_licences(tree)


def own_characters(tree: Tree, font: Font, encoding: str) -> Source:
    """What the font itself has of an encoding. Greek is taken whole or not at all: it stands in words."""
    slots = lx.slots(encoding)
    refused = set(lx.GREEK) if any(c not in font.characters for c in lx.GREEK) else set()
    glyphs = {
        code: font.characters[character]
        for code, character in slots.items()
        if character in font.characters and character not in refused
    }
    return tree.raw(font, f"{font.name}-{encoding.lower()}--base", encoding, glyphs)


def borrowed(lender: Font, font: Font, source: Source, have: list[Source]) -> list[Source]:
    """What another family has and this one lacks, at the size that makes their capitals equal."""
    known = {code for one in have for code in one.boxes}
    encoding = source.name.removesuffix("--base")[-3:].upper()
    lent = {
        code: source.boxes[code]
        for code, character in lx.slots(encoding).items()
        if character in lx.BORROWED and code in source.boxes and code not in known
    }
    scale = font.box("H").height / lender.box("H").height
    return [Source(source.name, scale, lent)] if lent else []


def small_capitals(tree: Tree, font: Font, encoding: str) -> Source:
    """Small capitals: drawn ones where the font has them, else capitals made small.

    A capital standing for a small letter is told its meaning, so that the text comes back in lower case.
    """
    slots = lx.slots(encoding)
    drawn: dict[int, str] = {}
    made: dict[int, str] = {}
    for code, character in slots.items():
        name, upper = font.characters.get(character, ""), character.upper()
        if f"{name}.sc" in font or (name and upper == character) or character in lx.METRIC_CHARACTERS:
            drawn[code] = f"{name}.sc" if f"{name}.sc" in font else name
        elif upper in font.characters:
            made[code] = font.characters[upper]
        elif name:
            drawn[code] = name
    stem = f"{font.name}-sc-{encoding.lower()}"
    sources = [tree.raw(font, f"{stem}--base", encoding, drawn)]
    if made:
        raw = tree.raw(font, f"{stem}--made", encoding, made)
        sources.append(Source(raw.name, font.box("h.sc").height / font.box("H").height, raw.boxes))
    return tree.virtual(stem, sources, font.parameters, encoding)


def write_fd(tree: Tree, family: str, encoding: str, table: Mapping[tuple[str, str], str]) -> None:
    """The NFSS family in one encoding. Every usual series and shape leads somewhere, without a warning."""
    lines = [
        f"\\ProvidesFile{{{encoding.lower()}{family}.fd}}[2025/11/22 texresume]",
        # No hyphenation from fonts that lack a hyphen; T1 keeps its own.
        f"\\DeclareFontFamily{{{encoding}}}{{{family}}}{{{'' if encoding == 'T1' else CANNOT_HYPHENATE}}}",
    ]
    found = {
        (series, shape): f"<-> {table[series, shape]}"
        for series in ("m", "b")
        for shape in ("n", "it", "sc")
        if (series, shape) in table
    }
    for series in ("m", "b"):
        found.setdefault((series, "n"), f"<-> ssub * {family}/m/n")
        for shape, other in (("it", "n"), ("sl", "it"), ("sc", "n"), ("scit", "it"), ("scsl", "it")):
            found.setdefault((series, shape), f"<-> ssub * {family}/{series}/{other}")
    for shape in ("n", "it", "sl", "sc", "scit", "scsl"):
        found["bx", shape] = f"<-> ssub * {family}/b/{shape}"
    for (series, shape), target in found.items():
        lines.append(f"\\DeclareFontShape{{{encoding}}}{{{family}}}{{{series}}}{{{shape}}}{{{target}}}{{}}")
    path = tree.file(f"tex/latex/texresume/encodings/{encoding.lower()}{family}.fd")
    path.write_text("\n".join([*lines, "\\endinput", ""]), "ascii")


def write_programs(tree: Tree) -> None:
    """The .pfb files, cut down to what the encodings name."""
    for family in FAMILIES:
        for key, name in family.shapes.items():
            source, font = tree.upstream.pfb(family, name), tree.fonts[family.nfss, key]
            path = tree.file("fonts/type1/texresume", f"{PREFIX}{name}.pfb")
            program = Type1.read(source)
            program.glyphs |= font.programs
            program.subset(font.used)
            program.rename(*family.rename)
            program.write(path)
    for kind in ("tfm", "pfb"):
        folder = "tfm" if kind == "tfm" else "type1"
        source = tree.upstream.tree / "fonts" / folder / "public/pdftex" / f"dummy-space.{kind}"
        shutil.copyfile(source, tree.file("fonts", folder, "texresume", f"dummy-space.{kind}"))
    tree.map.append("dummy-space DummySpace <dummy-space.pfb")  # the name that pdfTeX asks for


def write_tex(tree: Tree) -> None:
    """The font map, the encodings, and what glyphs mean."""
    head = "% Made by tools/vendor_fonts.py.\n"
    text = head + "\n".join(sorted(set(tree.map))) + "\n"
    tree.file("fonts/map/dvips/texresume/texresume.map").write_text(text, "ascii")
    commands = tree.upstream.commands()
    for encoding in lx.ENCODINGS:
        path = tree.file(f"tex/latex/texresume/encodings/{encoding.lower()}enc.def")
        path.write_text(lx.encoding_file(encoding, commands, "texresume-serif"), "utf-8")
    text = UNICODE_HEAD + "\n".join(sorted(tree.unicode)) + "\n\\endinput\n"
    tree.file("tex/latex/texresume/texresume-unicode.tex").write_text(text, "utf-8")


def write_licences(tree: Tree) -> None:
    """Each family's licence, as its package has it."""
    for family in FAMILIES:
        for name, source in family.licences.items():
            tree.file("licenses", name).write_text(tree.upstream.text(source), "utf-8")
    tree.file("licenses", "LPPL.txt").write_text(tree.upstream.text("latex/base/lppl.txt.gz"), "utf-8")


def _glyph_names(encoding: str) -> list[str]:
    """The glyphs that an .enc file names, the ASCII ones first, for `Type1.subset`."""
    text = re.sub(r"%.*", "", encoding)
    names = re.findall(r"/([^\s\[\]/]+)", text.split("[", 1)[1])
    return names[33:127] + names[:33] + names[127:]


def main() -> int:
    """Read the arguments, make the tree, say how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="share", type=Path, required=True, help="the unpacked /usr/share")
    parser.add_argument("--to", type=Path, default=TARGET, help="the tree to make (default: the package's)")
    arguments = parser.parse_args()
    make(Upstream(arguments.share), arguments.to)
    files = [path for path in arguments.to.rglob("*") if path.is_file()]
    sys.stdout.write(f"{len(files)} files, {sum(path.stat().st_size for path in files):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
