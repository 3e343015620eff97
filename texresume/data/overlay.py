"""One file laid over another: values replaced or merged, and each still knows the file that it comes from."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .loader import Loaded
from .resume import DataPath


def copied(loaded: Loaded) -> Loaded:
    """The same data and places, to be changed without harm. Its warnings have been said."""
    source = replace(loaded.source, marks=dict(loaded.source.marks))
    return Loaded(copy.deepcopy(loaded.data), source)


def laid_over(base: Loaded, upper: Loaded, merges: Callable[[DataPath], bool]) -> Loaded:
    """`upper` over `base`: mappings at paths that `merges` accepts go together key by key, all else is
    replaced. Neither is changed.
    """
    result = copied(base)
    _merge(result, upper, (), merges)
    return replace(result, warnings=(*base.warnings, *upper.warnings))


def _merge(below: Loaded, upper: Loaded, path: DataPath, merges: Callable[[DataPath], bool]) -> None:
    mine, its = value_at(below.data, path), value_at(upper.data, path)
    for key in its:
        place = (*path, key)
        if merges(place) and isinstance(mine.get(key), dict) and isinstance(its[key], dict):
            _merge(below, upper, place, merges)
        else:
            put(below, place, upper, place)


def put(below: Loaded, path: DataPath, upper: Loaded, place: DataPath) -> None:
    """Put what stands at `place` in `upper` to `path` in `below`, which is changed."""
    below.source.graft(path, upper.source, place)
    value_at(below.data, path[:-1])[path[-1]] = copy.deepcopy(value_at(upper.data, place))


def value_at(data: Any, path: DataPath) -> Any:
    """The value at a path. Raises `KeyError` or `IndexError` where there is none."""
    for step in path:
        data = data[step]
    return data
