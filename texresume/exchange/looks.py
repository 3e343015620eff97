"""What pages of Word and of the web take over from the looks of a template: fonts, colour, measures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from texresume.records import dataclass

from .letter_places import (
    ACADEMIC_MEASURE,
    LEADING,
    PLACES,
    PT,
    SIDES,
    SIZE,
    TIGHT,
    TOPS,
    WINDOW_SIDES,
    Places,
)

if TYPE_CHECKING:
    from texresume.document.model import Letter

    from .export import Export

_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_APPOINTMENTS = ("work", "volunteer", "education")
_MORE = ("teaching", "service")
_PLAIN_CASE = ("tr", "az")
"""Languages in which i has a capital of its own: headings keep their letters, as in the PDF."""
BULLETS = {"dot": "•", "dash": "–", "square": "▪", "triangle": "‣"}
BLACK = "000000"


@dataclass(frozen=True, slots=True)
class Look:
    """How a template looks, as far as other formats follow it. Lengths are in mm, sizes in pt.

    `base` is the built-in template that it is or extends, by its options; those of others look like
    `onepage`. `font` is the family of its Latin letters, by the name that our templates have for it. `sides`
    are the margins at the sides, `gaps` a factor for what is between lines of different things.
    """

    base: str = "onepage"
    font: str = "xcharter"
    accent: str = BLACK
    muted: str = BLACK
    size: float = 10
    name_size: float = 20.5
    label_size: float = 12
    heading_size: float = 12
    leading: float = 1.25
    section_gap: float = 10
    """Above a heading, in pt."""
    sides: float = 16
    top: float = 13
    bottom: float = 13
    gaps: float = 1
    paper: str = "a4"
    header: str = "left"
    heading: str = "plain"
    rule: str = "below"
    bullet: str = "•"
    links: str = "underlined"
    foot: str = "none"
    separator: str = "·"
    note: tuple[str, str] = (" – ", "")
    """What stands before and after a note on a name."""
    appointments: tuple[str, ...] = _APPOINTMENTS
    """Sections whose entries are a position at a place, where either may come first."""
    position_first: bool = False
    dates_left: bool = False
    """Whether dates stand in a column of their own, before the text."""
    span: bool = True
    numbering: bool = False
    compact: bool = True
    """Whether a publication is one paragraph."""
    photo: str = "portrait"
    photo_left: bool = False
    photo_width: float = 28
    letter: Places | None = None
    """Where the parts of a letter stand, if it is one."""

    @property
    def page(self) -> tuple[float, float]:
        """The width and height of the paper."""
        return (215.9, 279.4) if self.paper == "letter" else (210, 297)

    @property
    def photo_height(self) -> float:
        """The height of the photo, which has the shape of a passport's or is square."""
        return self.photo_width * (9 / 7 if self.photo == "portrait" else 1)


_MODERN: dict[str, Any] = {
    "base": "moderncv", "font": "sourcesans", "accent": "18559B", "muted": "4D4D4D", "size": 10.5,
    "name_size": 25, "label_size": 12.5, "heading_size": 12.5, "leading": 1.24, "section_gap": 12,
    "sides": 18, "top": 16, "bottom": 18,
    "links": "coloured", "foot": "name", "separator": "|", "note": (" (", ")"),
    "appointments": (*_APPOINTMENTS, *_MORE), "numbering": True, "compact": False,
}  # fmt: skip
_ACADEMIC: dict[str, Any] = {
    "base": "academic", "font": "libertinus", "accent": "1F3A5F", "muted": "4D4D4D", "size": 11,
    "name_size": 26, "label_size": 12.5, "heading_size": 12.5, "leading": 1.24, "section_gap": 16,
    "sides": 30, "top": 20, "bottom": 24,
    "rule": "above", "links": "coloured", "foot": "full", "position_first": True,
    "numbering": True, "compact": False,
}  # fmt: skip
_LOOKS: Mapping[str, dict[str, Any]] = {"onepage": {}, "moderncv": _MODERN, "academic": _ACADEMIC}
_SIGNS = {"moderncv": ("style", "photo_side"), "academic": ("publications", "numbering", "density")}
"""Options by which a template is told that extends one of ours under another name."""


def look_of(export: Export) -> Look:
    """The look of an export; what its template says nothing of is as in the built-in template next to it."""
    options = _Options(export.look)
    values: dict[str, Any] = dict(_LOOKS[_base(export)])
    values.update(paper=export.document.paper)
    values.update(
        options.chosen(
            {
                "font": ("xcharter", "sourcesans", "libertinus"),
                "header": ("left", "centered", "split"),
                "heading": ("plain", "capitals", "smallcaps"),
                "rule": ("below", "above", "none"),
                "links": ("plain", "underlined", "coloured"),
                "foot": ("none", "page", "name", "full"),
                "paper": ("a4", "letter"),
                "photo": ("portrait", "round", "square"),
            }
        )
    )
    if export.document.metadata.language.split("-")[0] in _PLAIN_CASE:
        values["heading"] = "plain"
    if _HEX.fullmatch(accent := str(export.look.get("accent", ""))):
        values["accent"] = accent.upper()
    values["bullet"] = BULLETS.get(str(export.look.get("bullet", "")), "•")
    values.update(options.measures())
    classic = export.look.get("style") == "classic"
    if classic:
        values.update(dates_left=True, photo_left=True)
        if export.look.get("rule", "auto") == "auto":
            values["rule"] = "none"
    order = str(export.look.get("order", ""))
    if order in ("position", "employer") or classic:
        values["position_first"] = order == "position" or classic
    if (side := export.look.get("photo_side")) in ("left", "right"):
        values["photo_left"] = side == "left"
    values["span"] = bool(export.look.get("span", True))
    values["numbering"] = bool(export.look.get("numbering", values.get("numbering", False)))
    if (publications := export.look.get("publications")) in ("open", "compact"):
        values["compact"] = publications == "compact"
    look = Look(**values)
    if export.document.letter is not None:
        return _of_letter(look, export, export.document.letter)
    return _scaled(look, options.size or look.size)


def _base(export: Export) -> str:
    """The built-in template that a template is, or is like."""
    if export.template in _LOOKS:
        return export.template
    for name, options in _SIGNS.items():
        if all(option in export.look for option in options):
            return name
    return "onepage"


def _scaled(look: Look, size: float) -> Look:
    """The look with another size of the text, which all other sizes follow."""
    factor = size / look.size
    return replace(
        look,
        size=size,
        name_size=_half(look.name_size * factor),
        label_size=_half(look.label_size * factor),
        heading_size=_half(look.heading_size * factor),
    )


def _of_letter(look: Look, export: Export, letter: Letter) -> Look:
    """The look of a letter in the type and with the margins of its PDF, if there is one."""
    chosen, fitted = str(export.look.get("letter_layout", "")), export.fitted
    places = PLACES[chosen if chosen in PLACES else letter.layout]
    size, leading, step = (fitted.size, fitted.leading, fitted.step) if fitted else (SIZE, LEADING, 1)
    usual = SIDES.get(look.base, (look.page[0] - ACADEMIC_MEASURE) / 2)
    tight = step >= TIGHT
    return replace(
        _scaled(look, size),
        leading=leading / size,
        gaps=1,
        sides=WINDOW_SIDES if places.window else fitted.margin if fitted else usual,
        top=TOPS[-1] if places == PLACES["din-a"] else TOPS[min(step, len(TOPS)) - 1],
        bottom=10,  # others may need a line or two more than TeX, which leaves 18 mm
        foot="none",
        dates_left=False,
        letter=replace(
            places,
            subject=0 if tight else places.subject,
            line=leading * PT,
            gap=leading * PT * (0.44 if tight else 0.5),
        ),
    )


def _half(size: float) -> float:
    """A size in half points, which is what Word has."""
    return round(size * 2) / 2


class _Options:
    """The options of a template, which may be anybody's: what is not as ours are counts as not given."""

    def __init__(self, look: Mapping[str, object]) -> None:
        self._look = look
        self.size = self._number("size", 6, 24)

    def chosen(self, known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """Those options that have one of the known values."""
        return {name: str(self._look[name]) for name in known if self._look.get(name) in known[name]}

    def measures(self) -> dict[str, float]:
        """Margins, gaps and the width of the photo, if they are given."""
        found = {
            "sides": self._number("margins", 5, 60),
            "gaps": self._number("spacing", 0.3, 3),
            "photo_width": self._number("photo_size", 10, 80),
        }
        if self._look.get("photo") in ("round", "square") and not found["photo_width"]:
            found["photo_width"] = 24
        if self._look.get("density") == "compact" and not found["sides"]:
            found["sides"] = 22
        return {name: number for name, number in found.items() if number}

    def _number(self, name: str, least: float, most: float) -> float:
        """The number that an option is, 0 where it is none or out of range."""
        try:
            number = float(str(self._look.get(name, "")))
        except ValueError:
            return 0
        return number if least <= number <= most else 0
