"""Shapes of values that other programs write, and what the schema wants instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from texresume.patterns import lazy

from . import rules
from .resume import DataPath, dotted

_BULLET = lazy(r"^\s*(?:[-*•‣▪●◦–—]\s+)")
_ID = lazy(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|#[0-9a-f]{3,8}", re.I)
_PRIVATE = lazy(r"(?:x-|_|\$|@)", re.I)
_ADDRESS_KEYS = ("url", "href", "link", "uri", "value", "src", "path")
_ADDRESSES = frozenset(
    "email mail emails phone tel mobile url website homepage image picture photo href link uri username".split()
)
_TEXT_KEYS = ("text", "name", "title", "label", "value", "keyword", "description", "summary", "content")
_REACH_KEYS = ("number", "phone", "tel", "mobile", "email", "mail", "address", "value", "text")
_PLACE_KEYS = ("address", "street", "city", "region", "state", "country", "countryCode")
TAGS = ("skills", "interests", "languages")
"""Sections whose entries are little more than names."""


def pattern(path: DataPath) -> str:
    """A path without the numbers of entries: `work[].company`."""
    return re.sub(r"\[\d+\]", "[]", dotted(path))


def has_letters(value: Any) -> bool:
    """Whether a value holds a word."""
    return isinstance(value, str) and any(char.isalpha() for char in value)


def is_extension(key: str, value: Any) -> bool:
    """Whether a key is an extension (`x-…`) or a switch, and so no other name for a key of the schema."""
    return bool(_PRIVATE.match(key)) or str(value).casefold() in ("true", "false")


def is_private(key: str, value: Any) -> bool:
    """Whether a key is of no concern to readers: an extension (`x-…`), or a switch, a number, an id."""
    return bool(_PRIVATE.match(key)) or not holds_words(value)


def is_address(key: str) -> bool:
    """Whether the value of a key is an address, a number or a date rather than words."""
    plain = re.sub(r"[\W_]+", "", key).casefold()
    return plain in _ADDRESSES or plain.endswith(("date", "url"))


def holds_words(value: Any) -> bool:
    """Whether a value holds text that people read."""
    if isinstance(value, Mapping):
        return any(not is_private(key, inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(map(holds_words, value))
    text = str(value or "").strip()
    return has_letters(text) and text.casefold() not in ("true", "false", "null") and not _ID.fullmatch(text)


def lines(text: str) -> list[str]:
    """The lines of a text, each without a bullet."""
    return [_BULLET.sub("", line).strip() for line in text.splitlines() if line.strip()]


def is_highlight(item: Any) -> bool:
    """Whether a highlight is written as a mapping."""
    return isinstance(item, dict) and "text" in item


def highlight(item: Any) -> Any:
    """A highlight: of a mapping without `text`, its title and description."""
    if not isinstance(item, dict) or "text" in item or rules.is_language_map(item):
        return item
    texts = [item[key] for key in ("title", "name", "label", "description", "summary", "content", "value")
             if isinstance(item.get(key), str) and item[key].strip()]  # fmt: skip
    return ": ".join(texts) if texts else item


def entry_of_text(text: str, rule: Mapping[str, Any]) -> Any:
    """An entry of a section whose entries are mappings, from a plain text."""
    needs = rule.get("one_of", ())
    if needs == ["username", "url"]:
        return {"url": text} if "." in text else {"username": text}
    return {needs[0]: text} if needs else text


def entry_of_pair(name: str, value: Any, section: str | int, leading: str) -> Any:
    """An entry from a name and what belongs to it: keywords, a level, or further fields."""
    if isinstance(value, dict):
        return {leading: name, **value}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return {leading: name, "keywords" if section in TAGS else "highlights": value}
    if section == "languages":
        return {leading: name, "fluency": value}
    return {leading: name, "keywords": [value]} if section in TAGS else {leading: name, "summary": value}


def is_mapping_of_texts(value: Any, rule: Mapping[str, Any]) -> bool:
    """Whether a mapping is several texts by name, `{mobile: …, home: …}`, and not one in another shape."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return False
    return isinstance(scalar(value, rule), dict)


def scalar(value: Any, rule: Mapping[str, Any]) -> Any:
    """A text in the place of a list or a mapping of one, where a text is wanted."""
    check = rule.get("check_with", "")
    if isinstance(value, dict) and not rules.is_language_map(value):
        return _of_mapping(value, str(check))
    if isinstance(value, list) and check in ("text", "free_date") and value:
        texts = [scalar(item, rule) for item in value]
        return ", ".join(texts) if all(isinstance(text, str) for text in texts) else value
    if isinstance(value, list) and check == "address":
        return [scalar(item, rule) for item in value]
    return value


def _of_mapping(value: dict[str, Any], check: str) -> Any:
    keys = {"address": _ADDRESS_KEYS, "email": _REACH_KEYS, "": (*_REACH_KEYS, *_TEXT_KEYS)}.get(
        check, _TEXT_KEYS
    )
    found = next((value[key] for key in keys if isinstance(value.get(key), str) and value[key]), None)
    if check == "text" and (found is None or "city" in value):
        places = [value[key] for key in _PLACE_KEYS if isinstance(value.get(key), str) and value[key]]
        return ", ".join(places) or found or value
    return value if found is None else found
