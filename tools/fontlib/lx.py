"""The encodings LX1 to LX4: characters that T1 has no slot for, though the fonts have a glyph.

T1 builds such a letter from two glyphs, which most readers of PDFs give back as two characters ("s" and a
comma). Set from one glyph they come back whole. Symbols stand here too, the TS1 ones included: a TS1 font
has no letters, so that pdfTeX finds no ascender and writes Ascent and Descent 0 into the descriptor that
all encodings of a font file share.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# By these pdfTeX measures Ascent, CapHeight, Descent and StemV: they stand at their ASCII codes.
METRIC_CHARACTERS = "hHy."
_RESERVED = {ord(" "), *(ord(c) for c in METRIC_CHARACTERS)}

_T1_EXTENDED_A = (
    "ĂăĄąĆćČčĎďđĘęĚěĞğİıĲĳĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž"  # T1's own slots, found in every font
)


def _span(first: int, last: int, without: str = "") -> str:
    return "".join(c for c in map(chr, range(first, last + 1)) if c not in without)


_EUROPEAN = (
    _span(0x100, 0x17F, _T1_EXTENDED_A + "ŉĿŀ")
    + "ĿŀƏəƠơƯư"
    + _span(0x1CD, 0x1DC)
    + "ǞǟǢǣǦǧǨǩǪǫǬǭǰǴǵǸǹǺǻǼǽǾǿ"
    + _span(0x218, 0x21B)
    + "ȞȟȦȧȨȩ"
    + _span(0x22A, 0x233)
    + "ʹʺʻʼʾʿ"
)
_ADDITIONAL = _span(0x1E00, 0x1E9B) + "ẞ" + _span(0x1EA0, 0x1EF9)
_SYMBOLS = (
    "'`¢¤¥¦¨©ª¬®¯°±²³´µ¶·¸¹º¼½¾×÷"
    "‒―‖†‡•…‰‱′″‽⁄⁰⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉€₤₦₩₫₱₹₺₽№℗™℮⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
    "ƒˇ˘˝฿※⁎⁒₡℃℞℠◯⟨⟩"
    "←↑→↓↔↕⇒∂∆∏∑−√∞∫≈≠≤≥◊■□▪▲△▶▷▼▽◆◇○●◦★☆✓♪"
)
GREEK = _span(0x391, 0x3A9, "\u03a2") + _span(0x3B1, 0x3C9) + "ΆΈΉΊΌΎΏΐΪΫάέήίΰϊϋόύώ"
_CYRILLIC = _span(0x400, 0x45F) + "ҐґҒғҖҗҚқҢңҮүҰұҲҳҺһӀӘәӨө"

ENCODINGS = {"LX1": _EUROPEAN, "LX2": _ADDITIONAL, "LX3": _SYMBOLS + GREEK, "LX4": _CYRILLIC}
SMALL_CAPITALS = ("LX1", "LX2")  # where \scshape has lower-case letters to change
BORROWED = _SYMBOLS + GREEK  # may come from another family: they do not stand within words

# Glyphs whose names the Adobe Glyph List reads as another character, or not at all.
GLYPH_NAMES = {
    "'": ("quotesingle",),
    "`": ("grave",),
    "Δ": ("uni0394", "Delta"),
    "∆": ("uni2206", "Delta"),
    "Ω": ("uni03A9", "Omega"),
    "μ": ("uni03BC", "mu"),
    "µ": ("mu", "uni00B5", "uni03BC"),
    "−": ("minus",),
    "·": ("periodcentered",),
    "¹": ("onesuperior", "uni00B9", "one.superior", "one.sups"),
    "²": ("twosuperior", "uni00B2", "two.superior", "two.sups"),
    "³": ("threesuperior", "uni00B3", "three.superior", "three.sups"),
    "ʻ": ("uni02BB", "quoteleft"),
    "ʼ": ("uni02BC", "quoteright"),
    "⁄": ("fraction",),
    "‰": ("perthousand",),
    "♪": ("musicalnote", "uni266A"),
}

# The kernel's commands for symbols without a line in its tables of UTF-8 characters.
COMMANDS = {"'": r"\textquotesingle", "`": r"\textasciigrave"}

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0326": "textcommabelow",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}


def slots(encoding: str) -> dict[int, str]:
    """The characters of an encoding by their codes, the metric letters included."""
    free = iter(code for code in range(256) if code not in _RESERVED)
    table = {next(free): character for character in ENCODINGS[encoding]}
    return table | {ord(c): c for c in METRIC_CHARACTERS}


def accent(character: str) -> tuple[str, str] | None:
    """The LaTeX accent command and the letter it stands over, if there is just one of them."""
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 2 and parts[1] in _ACCENTS and parts[0].isascii():
        return "\\" + _ACCENTS[parts[1]], parts[0]
    return None


def _entries(encoding: str) -> Iterator[tuple[int, str]]:
    return (pair for pair in sorted(slots(encoding).items()) if pair[1] not in METRIC_CHARACTERS)


def encoding_file(encoding: str, commands: dict[str, str], fallback: str) -> str:
    """The .def file. `commands` are the kernel's names for symbols; `fallback` is a family that has all."""
    lines = [
        f"% {encoding}: letters and symbols beyond T1, one glyph each. Made by tools/vendor_fonts.py.",
        f"\\ProvidesFile{{{encoding.lower()}enc.def}}[2025/11/22 texresume]",
        f"\\DeclareFontEncoding{{{encoding}}}{{}}{{}}",
        f"\\DeclareFontSubstitution{{{encoding}}}{{{fallback}}}{{m}}{{n}}",
    ]
    for code, character in _entries(encoding):
        name = commands.get(character)
        if name:
            lines.append(f"\\DeclareTextSymbol{name}{{{encoding}}}{{{code}}}")
            lines.append(f"\\DeclareTextSymbolDefault{name}{{{encoding}}}")
            continue
        point = f"{ord(character):04X}"
        lines.append(f"\\TexresumeSymbol{{{encoding}}}{{{code}}}{{{point}}}")
        if parts := accent(character):
            lines.append(f"\\TexresumeAccent{{{parts[0]}}}{{{parts[1]}}}{{{point}}}")
    return "\n".join([*lines, "\\endinput", ""])
