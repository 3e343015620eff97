"""Font programs in two parts: what most texts are set from, and the rest.

pdfTeX reads and decrypts the whole .pfb for the few glyphs that a page has of it, which took a quarter of the
time of a page. So T1 and the usual symbols of LX3 have a program of their own, a third as large, and all else
stays in the other one. Characters and metrics are the same: the virtual fonts choose.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import lx, texmetrics
from .tree import glyph_names
from .type1 import Type1

SYMBOLS = "'¢£¤¥¦§¨©ª¬®¯°±´µ¶·¸º¼½¾×÷†‡•…€™←↑→↓−≈≠≤≥"
_LINE = re.compile(r'(?P<tfm>\S+) \S+ "[^"]+" <\[(?P<enc>\S+) <(?P<pfb>\S+)\.pfb')
_T1 = re.compile(r".*-tlf-t1--base")
_LX3 = re.compile(r".*-lx3--base")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the map: the metrics, the encoding and the program that go together."""

    text: str
    tfm: str
    enc: str
    pfb: str


def split(target: Path) -> None:
    """Divide each program of a finished tree. Raises `ValueError` if it is divided already."""
    path = target / "fonts/map/dvips/texresume/texresume.map"
    head, *rows = path.read_text("ascii").splitlines()
    lines = [
        _Line(row, match["tfm"], match["enc"], match["pfb"]) for row in rows if (match := _LINE.match(row))
    ]
    programs: dict[str, list[_Line]] = {}
    for line in lines:
        programs.setdefault(line.pfb, []).append(line)
    if any(name.endswith("-latin") for name in programs):
        raise ValueError(f"{path} is divided already")
    for name, those in programs.items():
        rows += _divide(target, name, those)
    text = "\n".join([head, *sorted(set(rows))])
    for name, those in programs.items():
        for line in those:
            if _T1.fullmatch(line.tfm):
                text = text.replace(line.text, line.text.replace(f"{name}.pfb", f"{name}-latin.pfb"))
    path.write_text(text + "\n", "ascii")


def _divide(target: Path, name: str, lines: list[_Line]) -> Iterator[str]:
    """Divide one program; yields the lines for the symbols that go with T1."""
    latin: dict[str, None] = {}
    rest: dict[str, None] = {}
    for line in lines:
        names = glyph_names((target / "fonts/enc/dvips/texresume" / line.enc).read_text("ascii"))
        if _T1.fullmatch(line.tfm):
            latin |= dict.fromkeys(names)
            continue
        rest |= dict.fromkeys(names)
        if _LX3.fullmatch(line.tfm) and (chosen := _symbols(target, line)):
            latin |= dict.fromkeys(chosen.values())
            own = line.tfm.replace("--base", "--latin")
            metrics = target / "fonts/tfm/texresume"
            shutil.copyfile(metrics / f"{line.tfm}.tfm", metrics / f"{own}.tfm")
            _redirect(target, line.tfm, own, chosen)
            yield line.text.replace(line.tfm, own, 1).replace(f"{name}.pfb", f"{name}-latin.pfb")
    file = target / "fonts/type1/texresume" / f"{name}.pfb"
    for kept, part in ((latin, f"{name}-latin.pfb"), (rest, file.name)):
        program = Type1.read(file)
        program.subset(kept)
        program.write(file.with_name(part))


def _symbols(target: Path, line: _Line) -> dict[int, str]:
    """The symbols that a font of LX3 has, by their codes, if the name of the glyph means them anywhere."""
    virtual = target / "fonts/vf/texresume" / f"{line.tfm.removesuffix('--base')}.vf"
    if not virtual.exists():
        return {}
    own = texmetrics.vf_own_codes(virtual.read_bytes())
    encoding = (target / "fonts/enc/dvips/texresume" / line.enc).read_text("ascii")
    names = re.findall(r"/([^\s\[\]/]+)", re.sub(r"%.*", "", encoding).split("[", 1)[1])
    meanings = (target / "tex/latex/texresume/texresume-unicode.tex").read_text("utf-8")
    return {
        code: names[code]
        for code, character in lx.slots("LX3").items()
        if character in SYMBOLS and code in own and f"tfm:{line.tfm}/{names[code]}}}" not in meanings
    }


def _redirect(target: Path, tfm: str, own: str, codes: Mapping[int, str]) -> None:
    """Let a virtual font take these characters from another font than its first one."""
    file = target / "fonts/vf/texresume" / f"{tfm.removesuffix('--base')}.vf"
    file.write_bytes(texmetrics.vf_with_font(file.read_bytes(), own, codes))
