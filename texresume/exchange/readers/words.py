"""Counting words: those of a source, and those of them that are in the result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from texresume.data import shapes
from texresume.data.resume import DataPath
from texresume.patterns import lazy

_MARKS = lazy(r"[*`^~\\\x00-\x08\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD = lazy(r"[^\W_]+")
_WEB = lazy(
    r"(?:https?://|www\.|data:|mailto:|tel:|file:|javascript:)[^\s)>\]]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.I
)


def of(text: str) -> Counter[str]:
    """The words of a text, without web addresses; none if it has no letters."""
    bare = _bare(text)
    return Counter(_WORD.findall(bare)) if shapes.has_letters(bare) else Counter()


def of_data(data: Any) -> Counter[str]:
    """The words of all texts in some data, numbers too."""
    return sum((Counter(_WORD.findall(_bare(text))) for _, text in texts(data)), Counter())


def _bare(text: str) -> str:
    """A text without addresses and without what is markup within words."""
    return _MARKS.sub("", _WEB.sub(" ", text).casefold())


def texts(data: Any, path: DataPath = ()) -> Iterator[tuple[DataPath, str]]:
    """All texts in some data, with their paths."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from texts(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from texts(value, (*path, number))
    elif isinstance(data, str) and data.strip():
        yield path, data
