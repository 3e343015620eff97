"""What the style sheet of a page takes from the look of the template: fonts, and colours that can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .looks import Look

_NAME = re.compile(r"[\w][\w .-]*")
_FONT_FILES = (".otf", ".ttf", ".ttc", ".otc")
_STACKS = {
    "xcharter": 'Charter, "Bitstream Charter", XCharter, "Sitka Text", Cambria, "Noto Serif", serif',
    "libertinus": '"Libertinus Serif", "Linux Libertine O", "Iowan Old Style", "Palatino Linotype", '
    "Palatino, "
    '"Times New Roman", "Noto Serif", serif',
    "sourcesans": '"Source Sans 3", "Source Sans Pro", "Segoe UI", system-ui, Roboto, "Helvetica Neue", '
    "Arial, "
    '"Noto Sans", sans-serif',
}
LIGHT, DARK = "FFFFFF", "16181C"
"""The grounds of a page."""
_READABLE = 7.0
"""The least contrast of text: https://www.w3.org/TR/WCAG22/#contrast-enhanced"""


def fonts(look: Look, own: Mapping[str, str]) -> str:
    """The families to try, those of the owner first; a page brings no fonts."""
    named = [
        name for name in own.values() if _NAME.fullmatch(name) and not name.lower().endswith(_FONT_FILES)
    ]
    return ", ".join([*(f'"{name}"' for name in dict.fromkeys(named)), _STACKS[look.font]])


def readable(colour: str, ground: str) -> str:
    """The colour, as much darker or lighter as it must be on this ground to be read, as six hex digits."""
    target = "000000" if _luminance(ground) > 0.5 else "FFFFFF"  # noqa: PLR2004 - between black and white
    for step in range(21):
        mixed = _mixed(colour, target, step / 20)
        if _contrast(mixed, ground) >= _READABLE:
            return mixed
    return target


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (0, 2, 4)]


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "".join(f"{round(first + (second - first) * share):02X}" for first, second in pairs)


def _luminance(colour: str) -> float:
    """From 0 (black) to 1 (white): https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - as defined there
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
