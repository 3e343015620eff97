"""Remake texresume/tex/texmf/, the tree of fonts and small TeX files that a minimal TeX lacks.

    python tools/vendor_fonts.py --from DIR

DIR is the /usr/share of Debian packages unpacked with `dpkg-deb -x`; texresume/tex/texmf/README.md lists
them. All but the texts under tex/latex/texresume/ written by hand is made here, and nothing in it by hand.

Every font file gets the prefix `texresume-`, and the NFSS families are our own (`texresume-charter`, ...), so
that a TeX which has the full fonts, in whatever version, and a document that uses them meet nothing of ours.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from fontlib import latin, lx, opentype, texmetrics
from fontlib.families import FAMILIES
from fontlib.texmetrics import Box
from fontlib.tree import PREFIX, Source, Tree
from fontlib.type1 import Type1
from fontlib.upstream import Font, Upstream

from texresume.fonts.machine import format_ranges

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "texresume" / "tex" / "texmf"
CANNOT_HYPHENATE = r"\hyphenchar\font=-1 "

UNICODE_HEAD = """\
% What glyphs mean, where pdfTeX would read their names otherwise: input after glyphtounicode.tex.
% "tfm:" limits a line to one font's metrics. Made by tools/vendor_fonts.py.
"""


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
    write_opentype(upstream, target)
    write_tex(tree)
    latin.split(target)
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
        if character in lx.METRIC_CHARACTERS:
            drawn[code] = name
        elif f"{name}.sc" in font:
            drawn[code] = f"{name}.sc"
        elif name and upper == character:
            drawn[code] = name
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
    """The NFSS family in one encoding."""
    path = tree.file(f"tex/latex/texresume/encodings/{encoding.lower()}{family}.fd")
    path.write_text(fd(family, encoding, table), "ascii")


def fd(family: str, encoding: str, table: Mapping[tuple[str, str], str]) -> str:
    """What TeX reads about it. Every usual series and shape leads somewhere, without a warning."""
    # No hyphenation from fonts that lack a hyphen; T1 keeps its own.
    hyphenation = "" if encoding in ("T1", "TU") else CANNOT_HYPHENATE
    lines = [
        f"\\ProvidesFile{{{encoding.lower()}{family}.fd}}[2025/11/22 texresume]",
        f"\\DeclareFontFamily{{{encoding}}}{{{family}}}{{{hyphenation}}}",
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
    return "\n".join([*lines, "\\endinput", ""])


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


def write_opentype(upstream: Upstream, target: Path) -> None:
    """The same fonts for XeTeX, and their NFSS families in TU."""
    shutil.rmtree(target / "fonts/opentype", ignore_errors=True)
    fonts = target / "fonts/opentype/texresume"
    fonts.mkdir(parents=True)
    # hyperref loads Zapf Dingbats under XeTeX, for a box that nobody asks for; small TeXs lack it.
    metrics = target / "fonts/tfm/texresume/pzdr.tfm"
    metrics.parent.mkdir(parents=True, exist_ok=True)
    texmetrics.write_tfm(metrics, {ord(" "): Box(0.278)}, [0, 0.278, 0, 0, 0.4, 1, 0], "TEXRESUME BLANK")
    families: dict[str, str] = {}
    upright: dict[str, str] = {}
    for family in FAMILIES:
        table = {}
        covered: dict[tuple[str, str], frozenset[int]] = {}
        for key, name in family.shapes.items():
            file = fonts / f"{PREFIX}{name}.otf"
            covered[key] = opentype.convert(upstream.otf(family, name), file, family)
            table[key] = f'"[{PREFIX}{name}.otf]:script=latn"'
            if family.small_capitals and key[1] == "n":
                table[key[0], "sc"] = f'"[{PREFIX}{name}.otf]:script=latn;+smcp"'
        path = target / f"tex/latex/texresume/encodings/tu{family.nfss}.fd"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fd(family.nfss, "TU", table), "ascii")
        families[family.nfss] = format_ranges(frozenset.intersection(*covered.values()))
        if bold_italic := covered.pop(("b", "it"), None):
            more = frozenset.intersection(*covered.values()) - bold_italic
            letters = frozenset(code for code in more if unicodedata.category(chr(code))[0] != "M")
            upright[family.nfss] = format_ranges(letters)
    table_file = target.parent.parent / "fonts" / "tables" / "xetex.json"
    if table_file.parent.is_dir():
        about = (
            "Characters that every face of a family has, as OpenType, and letters that all have but bold"
            " italic; made by tools/vendor_fonts.py."
        )
        text = json.dumps({"about": about, "families": families, "upright": upright}, indent=2) + "\n"
        table_file.write_text(text, "ascii")


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


def main() -> int:
    """Read the arguments, make the tree, say how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="share", type=Path, required=True, help="the unpacked /usr/share")
    parser.add_argument("--to", type=Path, default=TARGET, help="the tree to make (default: the package's)")
    parser.add_argument("--opentype", action="store_true", help="make only the fonts for XeTeX")
    arguments = parser.parse_args()
    if arguments.opentype:
        write_opentype(Upstream(arguments.share), arguments.to)
    else:
        make(Upstream(arguments.share), arguments.to)
    files = [path for path in arguments.to.rglob("*") if path.is_file()]
    sys.stdout.write(f"{len(files)} files, {sum(path.stat().st_size for path in files):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
