"""Which fonts and languages a Word document names: common ones, since it cannot bring its own."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from texresume.records import dataclass

_FONT_FILES = (".otf", ".ttf", ".ttc", ".otc")
_SERIF = {"Latn": "Cambria", "Jpan": "Yu Mincho", "Hans": "SimSun", "Hant": "PMingLiU", "Kore": "Batang"}
_SANS = {"Latn": "Calibri", "Jpan": "Yu Gothic", "Hans": "Microsoft YaHei", "Hant": "Microsoft JhengHei"}
_FAMILIES = {
    "xcharter": _SERIF,
    "libertinus": {**_SERIF, "Latn": "Times New Roman"},
    "sourcesans": {**_SANS, "Kore": "Malgun Gothic"},
}
NATURAL_LEADING = {"xcharter": 1.172, "libertinus": 1.15, "sourcesans": 1.22}
"""The distance of lines that the Latin fonts have of themselves, for their size."""
_COMPLEX = {
    "xcharter": "Times New Roman",
    "libertinus": "Times New Roman",
    "sourcesans": "Arial",
}
"""For Arabic and Hebrew."""
_INDIC = "Nirmala UI"
_THAI = "Leelawadee UI"
_BY_LANGUAGE = {"hi": _INDIC, "mr": _INDIC, "ne": _INDIC, "bn": _INDIC, "ta": _INDIC, "th": _THAI}
TALL = frozenset(_BY_LANGUAGE)
"""Languages whose letters reach higher and lower than Latin ones."""
_REGIONS = {
    "ar": "SA", "bg": "BG", "ca": "ES", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US",
    "es": "ES", "et": "EE", "eu": "ES", "fa": "IR", "fi": "FI", "fr": "FR", "ga": "IE", "gl": "ES",
    "he": "IL", "hi": "IN", "hr": "HR", "hu": "HU", "id": "ID", "is": "IS", "it": "IT", "ja": "JP",
    "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL", "nn": "NO", "pl": "PL", "pt": "PT",
    "ro": "RO", "ru": "RU", "sk": "SK", "sl": "SI", "sr": "RS", "sv": "SE", "th": "TH", "tr": "TR",
    "uk": "UA", "ur": "PK", "vi": "VN", "zh": "CN",
}  # fmt: skip
"""Where a language is at home: Word knows languages of a country only."""
_EAST_ASIAN = {"ja": "Jpan", "ko": "Kore", "zh": "Hans"}
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
_TRADITIONAL = ("Hant", "TW", "HK", "MO")
_ALTERNATIVES = {
    "Cambria": ("Caladea", "roman", "02040503050406030204"),
    "Calibri": ("Carlito", "swiss", "020F0502020204030204"),
    "Times New Roman": ("Liberation Serif", "roman", "02020603050405020304"),
    "Arial": ("Liberation Sans", "swiss", "020B0604020202020204"),
    "Consolas": ("Liberation Mono", "modern", "020B0609020204030204"),
    "Cambria Math": ("Latin Modern Math", "roman", "02040503050406030204"),
}
"""What has the same widths and is free, the kind of the family, and what describes its shapes."""


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts of a document by kind of character, and the languages for spelling."""

    latin: str
    east_asian: str
    complex: str
    mono: str
    language: str
    east_asian_language: str
    complex_language: str
    language_code: str = ""
    """The language alone, such as `ja`."""

    def table(self) -> str:
        """The elements of `fontTable.xml`: each font once, with what may take its place."""
        names = dict.fromkeys([self.latin, self.east_asian, self.complex, self.mono, "Cambria Math"])
        return "".join(map(_font, names))


def faces(font: str, language: str, direction: str, own: Mapping[str, str]) -> Faces:
    """The fonts for a family of our templates and a language; `own` are families of the owner's by script."""
    base = language.partition("-")[0]
    families = _FAMILIES[font]
    named = {script: name for script, name in own.items() if not name.lower().endswith(_FONT_FILES)}
    script = _EAST_ASIAN.get(base, "Jpan")
    if base == "zh" and any(part in _TRADITIONAL for part in language.split("-")):
        script = "Hant"
    east_asian = named.get(script) or named.get("Hani") or families[script]
    complex_font = named.get("Arab") or named.get("Hebr") or _BY_LANGUAGE.get(base, _COMPLEX[font])
    full = _full(language)
    return Faces(
        latin=named.get("Latn") or families["Latn"],
        east_asian=east_asian,
        complex=complex_font,
        mono="Consolas",
        language=full if direction == "ltr" and base not in _EAST_ASIAN else "en-US",
        east_asian_language=full if base in _EAST_ASIAN else "ja-JP",
        complex_language=full if direction == "rtl" or base in _BY_LANGUAGE else "ar-SA",
        language_code=base,
    )


def language_properties(language: str) -> str:
    """The element of a run that is in another language than the document."""
    base, full = language.partition("-")[0], quoteattr(_full(language))
    other = f" w:eastAsia={full}" if base in _EAST_ASIAN else ""
    other = f" w:bidi={full}" if base in _BY_LANGUAGE or base in _RIGHT_TO_LEFT else other
    return f"<w:lang w:val={full}{other}/>"


def _full(language: str) -> str:
    """A language with its country: that of the tag, or where it is at home."""
    parts = language.split("-")
    country = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), "")  # noqa: PLR2004 - ISO 3166
    if not country and "Hant" in parts:
        country = "TW"
    country = country or _REGIONS.get(parts[0], "")
    return f"{parts[0]}-{country.upper()}" if country else language


def _font(name: str) -> str:
    known = _ALTERNATIVES.get(name)
    if known is None:
        return f"<w:font w:name={quoteattr(name)}/>"
    other, family, shapes = known
    pitch = "fixed" if family == "modern" else "variable"
    return (
        f'<w:font w:name={quoteattr(name)}><w:altName w:val="{other}"/><w:panose1 w:val="{shapes}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
    )
