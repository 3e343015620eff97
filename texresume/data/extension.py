"""What a JSON Resume written by texresume holds beyond the standard: under `x-texresume` in each object.

`restored` puts it back in its place, so that the file says the same as the YAML that it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .loader import Loaded
from .resume import DataPath
from .source import Mark, Source

KEY = "x-texresume"
FORMAT = "format"
"""Of the extension of the whole file: the version of this form."""
VERSION = "1"
BESIDE = "ofHighlights"
"""Of an entry or highlight: what there is to say of each highlight beside its text."""


def is_own(data: Mapping[str, Any]) -> bool:
    """Whether texresume wrote the file."""
    extension = data.get(KEY)
    return isinstance(extension, Mapping) and FORMAT in extension


def restored(loaded: Loaded) -> Loaded:
    """A file that texresume wrote, with all extensions in their places; marks move along."""
    marks = dict(loaded.source.marks)
    data = _restored(loaded.data, (), marks)
    data.pop(FORMAT, None)
    source = Source(loaded.source.file, loaded.source.text, loaded.source.line_starts, marks)
    return replace(loaded, data=data, source=source)


def _restored(value: Any, path: DataPath, marks: dict[DataPath, Mark]) -> Any:
    if isinstance(value, list):
        return [_restored(item, (*path, number), marks) for number, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    own = value.get(KEY)
    result = {key: _restored(inner, (*path, key), marks) for key, inner in value.items() if key != KEY}
    if not isinstance(own, Mapping):
        return result if own is None else {**result, KEY: own}
    for key, inner in own.items():
        if key == BESIDE:
            _complete(result.get("highlights"), inner, path, marks)
        else:
            result[key] = inner
            _move(marks, (*path, KEY, key), (*path, key))
    return result


def _complete(texts: Any, beside: Any, path: DataPath, marks: dict[DataPath, Mark]) -> None:
    """Put back what is said of each highlight, unless another program has changed how many there are."""
    if not (isinstance(texts, list) and isinstance(beside, list) and len(texts) == len(beside)):
        return
    for number, (text, more) in enumerate(zip(texts, beside, strict=True)):
        if isinstance(text, str) and isinstance(more, Mapping) and more:
            place = (*path, "highlights", number)
            texts[number] = {"text": text, **more}
            _move(marks, place, (*place, "text"))
            _move(marks, (*path, KEY, BESIDE, number), place)


def _move(marks: dict[DataPath, Mark], old: DataPath, new: DataPath) -> None:
    level = len(old)
    for marked in [marked for marked in marks if marked[:level] == old]:
        marks[(*new, *marked[level:])] = marks[marked]
