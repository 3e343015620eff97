"""The vendored Type 1 programs, which are in two parts: no character is set from a part that lacks it."""

from __future__ import annotations

import re
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
TREE = ROOT / "texresume" / "tex" / "texmf" / "fonts"
LINES = re.findall(
    r'^(\S+) \S+ "[^"]+" <\[(\S+) <(\S+)$',
    (TREE / "map/dvips/texresume/texresume.map").read_text("ascii"),
    re.M,
)
RAW = {tfm: (enc, pfb) for tfm, enc, pfb in LINES}
SET1, NUMBER_0 = 128, 171


@cache
def program(pfb: str) -> frozenset[str]:
    """The glyphs of a program."""
    from fontlib.type1 import Type1

    return frozenset(Type1.read(TREE / "type1/texresume" / pfb).glyphs)


@cache
def encoding(enc: str) -> list[str]:
    text = re.sub(r"%.*", "", (TREE / "enc/dvips/texresume" / enc).read_text("ascii"))
    return re.findall(r"/([^\s\[\]/]+)", text.split("[", 1)[1])


def set_from(vf: Path) -> list[tuple[str, int]]:
    """The raw font and the code there of each character that a virtual font sets from one glyph."""
    from fontlib import texmetrics

    data = vf.read_bytes()
    fonts = texmetrics.vf_fonts(data)
    found = []
    for code, _, packet in texmetrics.vf_packets(data):
        chosen = NUMBER_0 <= packet[0] < NUMBER_0 + len(fonts)
        font = packet[0] - NUMBER_0 if chosen else 0
        rest = packet[1:] if chosen else packet
        if rest[:1] == bytes([SET1]) and len(rest) == 2:
            found.append((fonts[font], rest[1]))
        elif len(rest) == 1 and rest[0] < SET1:
            found.append((fonts[font], rest[0]))
        else:
            assert len(rest) > 1, (vf.name, code, packet)
    return found


@pytest.mark.slow
def test_every_character_of_a_virtual_font_has_its_glyph() -> None:
    checked = 0
    for vf in sorted((TREE / "vf/texresume").glob("*.vf")):
        for font, code in set_from(vf):
            if font not in RAW:
                continue  # announced elsewhere
            enc, pfb = RAW[font]
            glyph = encoding(enc)[code]
            assert glyph in program(pfb), (vf.name, font, code, glyph, pfb)
            checked += 1
    assert checked > 5000


def test_most_texts_read_the_small_programs_alone() -> None:
    """T1 and the bullet: they are on every page."""
    from fontlib import lx

    bullet = next(code for code, character in lx.slots("LX3").items() if character == "•")
    for name in ("XCharter-Roman", "XCharter-Bold", "SourceSansPro-Regular", "LibertinusSerif-Regular"):
        stem = f"texresume-{name}"
        assert RAW[f"{stem}-tlf-t1--base"][1] == f"{stem}-latin.pfb"
        assert (f"{stem}-lx3--latin", bullet) in set_from(TREE / f"vf/texresume/{stem}-lx3.vf")
        small, whole = (TREE / "type1/texresume" / f"{stem}{part}.pfb" for part in ("-latin", ""))
        assert small.stat().st_size < 80_000 < whole.stat().st_size


def test_a_tree_is_divided_once(tmp_path: Path) -> None:
    from fontlib import latin

    place = tmp_path / "fonts/map/dvips/texresume"
    place.mkdir(parents=True)
    shutil.copyfile(TREE / "map/dvips/texresume/texresume.map", place / "texresume.map")
    with pytest.raises(ValueError, match="divided already"):
        latin.split(tmp_path)
