r"""Font fallback for XeTeX: which font sets which characters.

A text is split into clusters (a letter and its marks, or what a joiner joins), a font is found for each
cluster, and neighbouring clusters in the same font make a run, which `latex.font_runs` writes as
`\trrun{key}{text}`. Punctuation and spaces go with the letters beside them. `FontSelector.preamble` declares
the fonts in use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache, lru_cache
from pathlib import Path

from fontTools import unicodedata as ucd

from texresume import resources
from texresume.records import dataclass

from . import machine
from .scripts import (
    EMOJI,
    JOINERS,
    SIGNS,
    UNDECIDED,
    clusters,
    east_asian_language,
    is_emoji,
    script,
    script_tag,
)

LATIN = "Latn"
"""The script whose font, if the owner names one, takes the place of the template's own family."""
_MAIN = "main"
OWN = ""
"""The key of the template's own family."""
IGNORED = "\u200e\u200f\u061c\ufe0e\ufe0f"
"""Read but not typeset: direction marks, which `bidi` obeys, and text or emoji presentation selectors."""
UNPRINTED = JOINERS + IGNORED
FAMILIES = {  # by their names in manifests: NFSS family, style
    "xcharter": ("texresume-charter", "Serif"),
    "sourcesans": ("texresume-sans", "Sans"),
    "libertinus": ("texresume-serif", "Serif"),
}
_MONO = "texresume-mono"
_OWN_SCRIPTS = frozenset(["Latn", "Zyyy", "Zinh", "Grek", "Cyrl"])
_ALPHABETS = ("Latnx", "Grekx", "Cyrlx")
_FIRST_PLANE, _KEYCAP = 0xFFFF, 0x20E3


class NoFont(Exception):  # noqa: N818 - an answer, not an error
    """No installed font has a character."""


@dataclass(frozen=True, slots=True)
class _Font:
    key: str
    faces: tuple[str, str, str, str]
    features: str
    setup: str
    family: str
    script: str


def package(char: str) -> str:
    """The Debian package that most likely has a font for a character, or an empty string."""
    name = script(char)
    table = resources.table("fonts/tables/scripts.yaml")
    if unicodedata.category(char) in ("Cn", "Co", "Cs"):
        return ""
    kind = "cjk" if name in table["together"] else "other"
    if name in UNDECIDED and is_emoji(char):
        kind = "symbols"
    if kind == "cjk" and ord(char) > _FIRST_PLANE:
        kind = "rare"
    package, family = table["packages"][kind]
    return str(table["packages"]["last"][0] if family in machine.installed() else package)


@lru_cache(1024)
def _is_plainly_own(char: str, family: str) -> bool:
    """Whether a character is in the template's family whatever stands beside it. Of ASCII, all are."""
    stands_alone = unicodedata.category(char)[0] in "LNPSZ" and char not in IGNORED
    return stands_alone and script(char) in _OWN_SCRIPTS and ord(char) in _own(family)


@dataclass
class FontSelector:
    """Finds fonts for the texts of a document, and keeps a list of those in use.

    `family` is the family that the template loads (`xcharter`, `sourcesans`, `libertinus`), `locale` the
    reader's language, `evidence` the text of the whole document, `chosen` the owner's own faces by script
    code.
    """

    family: str
    locale: str
    evidence: str = ""
    chosen: Mapping[str, Sequence[machine.Face]] = field(default_factory=dict)
    _used: dict[str, _Font] = field(default_factory=dict)
    _coverage: dict[str, frozenset[int]] = field(default_factory=dict)
    _language: str = "zh-Hans"

    @property
    def style(self) -> str:
        """Serif or Sans, as in the template."""
        return FAMILIES[self.family][1]

    def field(self, text: str) -> None:
        """Begin a new field: its language decides between the Chinese and Japanese forms of characters."""
        self._language = east_asian_language(text, self.locale, self.evidence)

    def runs(self, text: str, *, code: bool = False) -> list[tuple[str, str]]:
        """Split a text into runs, (key of the font, text). Raises `NoFont` if no font has a character."""
        if not text:
            return []
        own = _MONO if code else FAMILIES[self.family][0]
        if (code or not self.main) and all(
            " " <= char <= "~" or _is_plainly_own(char, own) for char in set(text)
        ):
            return [(OWN, text)]
        pieces = list(clusters("".join(char for char in text if char not in IGNORED)))
        keys = [self._strong(piece, code) for piece in pieces]
        self._settle(pieces, keys, code)
        self._keep_words(pieces, keys)
        made: list[tuple[str, str]] = []
        for piece, key in zip(pieces, keys, strict=True):
            if made and made[-1][0] == key:
                made[-1] = (key or OWN, made[-1][1] + piece)
            else:
                made.append((key or OWN, piece))
        return made

    def _strong(self, cluster: str, code: bool) -> str | None:
        """The font of a cluster that has a script of its own; `None` if it goes with its neighbours."""
        name = script(cluster)
        if name in UNDECIDED and unicodedata.category(cluster[0])[0] in "PZS" and not is_emoji(cluster[0]):
            return None
        return self._font(cluster, name, code)

    def _settle(self, pieces: Sequence[str], keys: list[str | None], code: bool) -> None:
        """Choose fonts for punctuation and spaces: that of both neighbours if they agree, else the
        template's.
        """
        place = 0
        while place < len(pieces):
            end = place
            while end < len(pieces) and keys[end] is None:
                end += 1
            before = keys[place - 1] if place else None
            after = keys[end] if end < len(pieces) else None
            for at in range(place, end):
                # A hyphen alone is set in the template's own font: see `latex.font_runs`.
                lone = pieces[at] == "-" and not "".join(pieces[max(at - 1, 0) : at + 2]).strip(" -\u00a0")
                keys[at] = OWN if lone else self._neutral(pieces[at], before, after, code)
            place = max(end, place + 1)

    def _keep_words(self, pieces: Sequence[str], keys: list[str | None]) -> None:
        """Set a word in one font if the template's family lacks one of its letters."""
        start = 0
        for end in range(len(pieces) + 1):
            if end < len(pieces) and not pieces[end].isspace():
                continue
            used = {key for key in keys[start:end] if key}
            if len(used) == 1 and OWN in keys[start:end]:
                key = used.pop()
                if key.startswith(_ALPHABETS):
                    keys[start:end] = [
                        key if self._has(key, piece) else old
                        for piece, old in zip(pieces[start:end], keys[start:end], strict=True)
                    ]
            start = end + 1

    def _neutral(self, cluster: str, before: str | None, after: str | None, code: bool) -> str:
        if before and before == after and self._has(before, cluster):
            return before
        if not cluster.isascii() and cluster != "\u00a0":
            # Quotation marks and dashes of East Asia are as wide as its letters.
            for key in (before, after):
                if key and self.breaks(key) and self._has(key, cluster):
                    return key
        return self._font(cluster, script(cluster), code)

    def _has(self, key: str, cluster: str) -> bool:
        return {ord(char) for char in cluster if char not in JOINERS} <= self._coverage[key]

    @property
    def main(self) -> Sequence[machine.Face]:
        """The owner's faces that take the place of the template's own family; none as a rule."""
        return self.chosen.get(LATIN, ())

    def _own(self, *, code: bool) -> frozenset[int]:
        """The characters of the family of the page, or of that of code."""
        if self.main and not code:
            return regular(self.main).characters
        return _own(_MONO if code else FAMILIES[self.family][0])

    def slants(self, char: str) -> bool:
        """Whether the template's own family has a character in bold italic too."""
        if self.main:
            return True
        return ord(char) not in _not_bold_italic(FAMILIES[self.family][0])

    def breaks(self, key: str) -> bool:
        """Whether lines in this font may end without a space."""
        return key in self._used and "trbreaks" in self._used[key].setup

    def _font(self, cluster: str, name: str, code: bool) -> str:
        own = self._own(code=code)
        codes = {ord(char) for char in cluster if char not in JOINERS}
        if name in _OWN_SCRIPTS and codes <= own:
            return OWN
        together = resources.table("fonts/tables/scripts.yaml")["together"].get(name, name)
        if name in UNDECIDED and (_KEYCAP in codes or (is_emoji(cluster[0]) and max(codes) > _FIRST_PLANE)):
            together = EMOJI
        if (wanted := self._wanted(cluster, name, together)) and codes <= regular(wanted).characters:
            return self._use(together, wanted, regular(wanted))
        for key in self._used:  # fonts in use come first, so that words stay in one
            if key.startswith(self._prefix(together)) and codes <= self._coverage[key]:
                return key
        for faces in self._candidates(together):
            plain = next((face for face in faces if not face.bold and not face.italic), None)
            if plain is not None and codes <= plain.characters and not _unfit(cluster, plain.family):
                return self._use(together, faces, plain)
        unknown = (char for char in cluster if ord(char) not in own and not anywhere(char))
        raise NoFont(next(unknown, cluster[-1]))

    def _wanted(self, cluster: str, name: str, together: str) -> Sequence[machine.Face]:
        """The owner's own faces for a script; those for Chinese characters set Kana too."""
        if name in UNDECIDED:
            return self.chosen.get(EMOJI if is_emoji(cluster[0]) else SIGNS, ())
        return self.chosen.get(name) or (self.chosen.get("Hani", ()) if together == "cjk" else ())

    def _prefix(self, name: str) -> str:
        return f"{name}{self._language.replace('-', '')}x" if name == "cjk" else f"{name}x"

    def _candidates(self, name: str) -> Iterator[tuple[machine.Face, ...]]:
        """The families to try, the best first; at the end all installed ones, sorted by name."""
        table = resources.table("fonts/tables/scripts.yaml")
        installed = machine.installed()
        other = "Sans" if self.style == "Serif" else "Serif"
        if name == "cjk":
            names = list(table["cjk"][self._language])
        else:
            title = str(ucd.script_name(name, "")).replace("_", " ")
            usual = (f"Noto {self.style} {title}", f"Noto {other} {title}")
            names = [*table["families"].get(name, ()), *usual]
        wanted = [family.format(style=self.style) for family in names]
        last = sorted(
            set(installed) - set(wanted), key=lambda family: (not family.startswith("Noto"), family)
        )
        for family in (*wanted, *last):
            if family in installed:
                yield installed[family]

    def _use(self, name: str, faces: Sequence[machine.Face], regular: machine.Face) -> str:
        """Use a family, with all faces that have the characters of the regular one; its key."""
        for key, font in self._used.items():
            if key.startswith(self._prefix(name)) and font.faces[0] == regular.name:
                return key
        chosen = _four(faces, regular)
        table = resources.table("fonts/tables/scripts.yaml")
        breaks = table["breaks"].get(self._language if name == "cjk" else name, "")
        setup = rf"\trbreaks{{{breaks}}}" if breaks else ""
        if name != "cjk" and ucd.script_horizontal_direction(name, "LTR") == "RTL":
            setup += r"\trplain"
        number = 1 + sum(key.startswith(self._prefix(name)) for key in self._used)
        key = f"{self._prefix(name)}{number}"
        first, second, third, fourth = chosen
        written = "Hani" if name == "cjk" else name
        self._used[key] = _Font(
            key, (first, second, third, fourth), script_tag(name), setup, regular.family, written
        )
        self._coverage[key] = regular.characters
        return key

    def folders(self) -> list[Path]:
        """The folders of the fonts in use."""
        main = _four(self.main, regular(self.main), needed(self.main, self.evidence)) if self.main else []
        used = [*main, *(face for font in self._used.values() for face in font.faces)]
        files = (_file(face) for face in used if face)
        return sorted({file.parent for file in files if file.is_absolute()})

    def used(self) -> list[dict[str, str]]:
        """The fonts in use: family, file name, script."""
        main = [regular(self.main)] if self.main else []
        return [{"family": face.family, "file": _file(face.name).name, "script": LATIN} for face in main] + [
            {"family": font.family, "file": _file(font.faces[0]).name, "script": font.script}
            for font in self._used.values()
        ]

    def preamble(self) -> str:
        r"""The declarations of the fonts in use, one `\trfontface` each."""
        lines = []
        if self.main:
            faces = "".join(
                f"{{{face}}}"
                for face in _four(self.main, regular(self.main), needed(self.main, self.evidence))
            )
            lines.append(rf"\trfontface{{{_MAIN}}}{faces}{{}}{{}}\trmainfont{{{_MAIN}}}")
        for key, font in self._used.items():
            faces = "".join(f"{{{face}}}" for face in font.faces)
            lines.append(rf"\trfontface{{{key}}}{faces}{{{font.features}}}{{{font.setup}}}")
        return "\n".join(lines)


def needed(faces: Sequence[machine.Face], text: str) -> frozenset[int]:
    """The characters that bold and italics of the owner's font must have: those of a text, in both cases, as
    far as its regular face has them.
    """
    there = {*map(ord, f"{text}{text.upper()}"), *range(0x21, 0x7F)}
    return regular(faces).characters & there


def _four(
    faces: Sequence[machine.Face], plain: machine.Face, least: frozenset[int] | None = None
) -> list[str]:
    """The names of the regular, italic, bold and bold italic face; empty where a family has none that has
    `least`: by default, the characters of its regular one.
    """
    chosen = ["", "", "", ""]
    for face in faces:
        place = 2 * face.bold + face.italic
        if not chosen[place] and face.characters >= (plain.characters if least is None else least):
            chosen[place] = face.name
    chosen[0] = plain.name
    return chosen


@cache
def _own(family: str) -> frozenset[int]:
    table = resources.table("fonts/tables/xetex.json")
    return machine.parse_ranges(table["families"][family]) | _not_bold_italic(family)


@cache
def _not_bold_italic(family: str) -> frozenset[int]:
    """The letters that a family has in all faces but bold italic."""
    return machine.parse_ranges(resources.table("fonts/tables/xetex.json")["upright"].get(family, ""))


def _unfit(cluster: str, family: str) -> bool:
    unfit = resources.table("fonts/tables/scripts.yaml")["unfit"]
    return any(family in unfit.get(char, ()) for char in cluster)


def _file(face: str) -> Path:
    """The file in the name of a face. The colon of a drive letter is not that of an index."""
    return Path(re.sub(r":\d+$", "", face.strip("[]")))


def regular(faces: Sequence[machine.Face]) -> machine.Face:
    """The regular face of a family, or the one closest to it."""
    return min(faces, key=lambda face: (face.bold, face.italic))


@cache
def anywhere(char: str) -> bool:
    """Whether any installed font has a character."""
    return any(ord(char) in face.characters for faces in machine.installed().values() for face in faces)


def lacking(text: str, font_selector: FontSelector) -> set[str]:
    """The characters of a text that no font has."""
    gone: set[str] = set()
    if text.isascii():  # every family of ours has these
        return gone
    font_selector.field(text)
    for cluster in set(clusters(text)):
        if cluster.isascii():
            continue
        try:
            font_selector.runs(cluster)
        except NoFont as answer:
            gone.add(str(answer))
    return gone
