"""The tree being made: what is copied under our names, and what is added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import lx, texmetrics
from .families import WIDEST_KERN, Family
from .texmetrics import Box
from .upstream import Font, Upstream

PREFIX = "texresume-"


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
        space = font.space if family.has_space(name) else None
        self.metrics(tfm, name, space)
        if vf.exists():
            data = vf.read_bytes()
            raws = texmetrics.vf_fonts(data)
            path = self.file("fonts/vf/texresume", f"{PREFIX}{name}.vf")
            data = texmetrics.rename_vf_fonts(data, PREFIX)
            path.write_bytes(data if space is None else texmetrics.vf_with_space(data, space))
            for raw in raws:
                self.metrics(self.upstream.metric(family, "tfm", raw), raw, space)
        for raw in raws:
            line = self.upstream.map_lines[raw]
            match = re.fullmatch(r'(\S+) (\S+) "(\w+) ReEncodeFont" <\[(\S+\.enc) <(\S+)\.pfb', line)
            if not match or match[5] != font.name:
                raise ValueError(f"unexpected map line: {line}")
            encoding = self.upstream.enc(family, match[4]).read_text("ascii")
            if space is not None:
                encoding = _with_space(encoding)
            self.file("fonts/enc/dvips/texresume", PREFIX + match[4]).write_text(encoding, "ascii")
            self.map_line(raw, font.postscript, match[3], match[4], font.name)
            font.used |= dict.fromkeys(glyph_names(encoding))
        return PREFIX + name

    def metrics(self, source: Path, name: str, space: float | None) -> None:
        """Metrics under our name, with our kerns, and a space that wide."""
        data = texmetrics.cap_kerns(source.read_bytes(), WIDEST_KERN)
        if space is not None:
            data = texmetrics.with_space(data, space)
        self.file("fonts/tfm/texresume", f"{PREFIX}{name}.tfm").write_bytes(data)

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


def _with_space(encoding: str) -> str:
    """The same .enc file, with the space at slot 32."""
    code = -1  # the name of the encoding comes first

    def name(match: re.Match[str]) -> str:
        nonlocal code
        code += not match[0].startswith("%")
        return "/space" if code == texmetrics.SPACE + 1 and match[0].startswith("/") else match[0]

    return re.sub(r"%.*|/[^\s\[\]/]+", name, encoding)


def glyph_names(encoding: str) -> list[str]:
    """The glyphs that an .enc file names, the ASCII ones first, for `Type1.subset`."""
    text = re.sub(r"%.*", "", encoding)
    names = re.findall(r"/([^\s\[\]/]+)", text.split("[", 1)[1])
    return names[33:127] + names[:33] + names[127:]
