"""Merging one file over another: values are replaced or merged, and each keeps its position and file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from .loader import Loaded
from .resume import DataPath


def copied(loaded: Loaded) -> Loaded:
    """A copy of data and marks that may be changed. It has no warnings: they are those of the original."""
    source = replace(loaded.source, marks=dict(loaded.source.marks))
    return Loaded(copy.deepcopy(loaded.data), source)


def merge(base: Loaded, upper: Loaded, merges: Callable[[DataPath], bool]) -> Loaded:
    """`upper` over `base`: mappings at paths that `merges` accepts are merged key by key, everything else is
    replaced. Neither is changed.
    """
    result = copied(base)
    _merge(result, upper, (), merges)
    return replace(result, warnings=(*base.warnings, *upper.warnings))


def _merge(base: Loaded, upper: Loaded, parent: DataPath, merges: Callable[[DataPath], bool]) -> None:
    below, above = value_at(base.data, parent), value_at(upper.data, parent)
    for key in above:
        path = (*parent, key)
        if merges(path) and isinstance(below.get(key), dict) and isinstance(above[key], dict):
            _merge(base, upper, path, merges)
        else:
            put(base, path, upper, path)


def put(base: Loaded, path: DataPath, upper: Loaded, upper_path: DataPath) -> None:
    """Put the value at `upper_path` of `upper` at `path` of `base`, which is changed."""
    base.source.copy_marks(path, upper.source, upper_path)
    value_at(base.data, path[:-1])[path[-1]] = copy.deepcopy(value_at(upper.data, upper_path))


def bibliographies(data: dict[str, Any], folder: Path) -> list[tuple[Path, DataPath]]:
    """The .bib files that the data names, relative to its folder, each with the path of its name."""
    value = data.get("bibliography")
    names: list[tuple[str, DataPath]] = [(value, ("bibliography",))] if isinstance(value, str) else []
    if isinstance(value, list):
        names = [
            (name, ("bibliography", number)) for number, name in enumerate(value) if isinstance(name, str)
        ]
    return [(folder / name.strip(), path) for name, path in names if name.strip()]


def value_at(data: Any, path: DataPath) -> Any:
    """The value at a path. Raises `KeyError` or `IndexError` if there is none."""
    for step in path:
        data = data[step]
    return data
