"""Scripts: which one a character belongs to, what they are called, and the clusters of a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from fontTools import unicodedata as ucd

from texresume import resources

EMOJI, SIGNS = "Zsye", "Zyyy"
"""Codes for what is not a script: emoji, and the symbols that scripts share."""
JOINERS = "\u200c\u200d"
UNDECIDED = frozenset(["Zyyy", "Zinh", "Zzzz"])
_KEYCAP = 0x20E3
_FIRST_HAN = "\u2e80"
_EMOJI = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (_KEYCAP, _KEYCAP))


def clusters(text: str) -> Iterator[str]:
    """Split a text into clusters that one font must set: a character, its marks, and what is joined to it."""
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text):
            char, before = text[place], text[place - 1]
            category = unicodedata.category(char)
            if category.startswith("M") or char in JOINERS:
                continue
            if "\U0001f3fb" <= char <= "\U0001f3ff" and is_emoji(before):
                continue
            if before in JOINERS:
                continue
        yield text[start:place]
        start = place


@cache
def script(cluster: str) -> str:
    """The script of a cluster; a mark or symbol that only one script uses belongs to that script."""
    for char in cluster:
        name: str = ucd.script(char)
        if name not in UNDECIDED:
            return name
        used = ucd.script_extension(char)
        if len(used) == 1 and not used & UNDECIDED:
            return str(next(iter(used)))
        if used and used <= {"Hani", "Hira", "Kana", "Bopo", "Hang", "Yiii"}:
            return "Hani"
        if unicodedata.east_asian_width(char) in "WF" and not is_emoji(char):
            return "Hani"
    return "Zyyy"


def is_emoji(char: str) -> bool:
    """Whether a character is in one of Unicode's blocks of emoji and pictographs."""
    return any(first <= ord(char) <= last for first, last in _EMOJI)


def script_codes(name: str) -> tuple[str, ...]:
    """The codes of the scripts that a name means, such as `Arab`, `arabic`, `Jpan` or `Emoji`; none if
    unknown.
    """
    plain = name.strip().casefold()
    if several := resources.table("fonts/tables/scripts.yaml")["names"].get(plain):
        return tuple(several.split())
    code = ucd.script_code(plain, None) or plain.title()
    known = ucd.script_name(code, None)
    return (str(code),) if known and code not in UNDECIDED - {SIGNS} else ()


def script_names() -> list[str]:
    """All names and codes of scripts, for hints."""
    known = {code: name for code, name in ucd.Scripts.NAMES.items() if code not in UNDECIDED}
    more = resources.table("fonts/tables/scripts.yaml")["names"]
    return [*known, *(name.replace("_", " ") for name in known.values()), *map(str.title, more)]


def script_tag(name: str) -> str:
    """The OpenType feature for shaping a script; for several scripts at once, HarfBuzz detects it."""
    if name in ("cjk", EMOJI) or name in UNDECIDED:
        return ""
    tags = [tag for tag in ucd.ot_tags_from_script(name) if not tag.endswith("3")]
    return f"script={tags[0]}" if tags and tags[0] != "DFLT" else ""


def east_asian_language(text: str, locale: str, evidence: str) -> str:
    """The language whose forms of the Chinese characters a text needs, decided by its own letters, else by
    the reader's language, else by the rest of the document (`evidence`), else by which of the old national
    character sets has all of them.
    """
    if own := _kana_or_hangul(text):
        return own
    tag = locale.casefold()
    if tag.startswith(("ja", "ko")):
        return tag[:2]
    if tag.startswith("zh"):
        return "zh-Hant" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
    han = "".join(char for char in text if char >= _FIRST_HAN and ucd.script(char) == "Hani")
    if not han:
        return "zh-Hans"
    whole = _kana_or_hangul(evidence)
    if whole == "ja" and _encodes(han, "shift_jis") and not _encodes(han, "gb2312"):
        return "ja"
    if whole == "ko" and _encodes(han, "euc_kr") and not _encodes(han, "gb2312"):
        return "ko"
    if _encodes(han, "gb2312"):
        return "zh-Hans"
    return "zh-Hant" if _encodes(han, "big5") else "zh-Hans"


def _kana_or_hangul(text: str) -> str:
    used = {ucd.script(char) for char in text if char > "\u10ff"}
    if used & {"Hira", "Kana"}:
        return "ja"
    return "ko" if "Hang" in used else ""


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
