"""What people and other programs write for a key of the schema: `schema/synonyms.yaml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from texresume import resources

from . import rules
from .resume import DataPath

_ENTRY = "entry"
_SECTION, _ITEM = 1, 2
"""Lengths of the paths of a section and of an entry of it."""


def plain(name: str) -> str:
    """A name as the table has it: in lower case, without spaces and punctuation."""
    return re.sub(r"[\W_]+", "", name).casefold()


def meant(name: str, path: DataPath, allowed: Iterable[str], taken: Collection[str] = ()) -> str:
    """The key that a name stands for in the mapping at `path`, of those that are `allowed` and not `taken`.

    Empty if there is none. A key with a dot is one within another: `location.city`.
    """
    keys = list(allowed)
    wanted = plain(name)
    spelled = (key for key in keys if plain(key) == wanted)
    for key in (*spelled, *(key for place in _places(path) for key in _table(place).get(wanted, ()))):
        if key.partition(".")[0] in keys and not _is_taken(key, taken):
            return key
    return ""


def _is_taken(key: str, taken: Collection[str]) -> bool:
    """A key is taken if it is there; a mapping takes further keys."""
    return key in taken


def _places(path: DataPath) -> tuple[str, ...]:
    """The tables that hold for the keys of a mapping, the one that goes first."""
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return ("top",)
    if names[0] == "basics":
        return ({"location": "location", "profiles": "profile"}.get(names[-1], "basics"),)
    if names == ["custom"]:
        return ("custom",)
    if names[0] == "custom" or len(names) > 1:
        return (_ENTRY,)
    return (names[0], _ENTRY)


@cache
def _table(place: str) -> dict[str, tuple[str, ...]]:
    """From a plain name to the keys that it may stand for, at a place."""
    data = resources.table("data/schema/synonyms.yaml")
    if place == _ENTRY:
        return {name: tuple(keys.split()) for name, keys in data[_ENTRY].items()}
    if place in data["sections"]:
        return {name: tuple(keys.split()) for name, keys in data["sections"][place].items()}
    found: dict[str, tuple[str, ...]] = {}
    for key, names in data.get(place, {}).items():
        for name in names:
            found[name] = (*found.get(name, ()), key)
    return found


def everywhere(name: str) -> tuple[str, ...]:
    """All keys that a name may stand for, wherever it is: for hints in other files."""
    wanted = plain(name)
    places = ("top", "basics", "location", "profile", _ENTRY)
    return tuple(dict.fromkeys(key for place in places for key in _table(place).get(wanted, ())))


@cache
def is_section(name: str) -> bool:
    """Whether a name stands for a section."""
    return name in rules.table()["sections"] or bool(_table("top").get(plain(name)))
