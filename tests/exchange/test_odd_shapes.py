"""Other programs' files in which a value has another shape than there: a diagnostic, never a traceback."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from texresume.data.resume import DataPath
from texresume.diagnostics import ResumeError
from texresume.exchange import containers, importing, yaml_text

from .importing import CASES, Case, content

ODD: tuple[Any, ...] = (
    None,
    "x",
    "",
    [],
    {},
    [[]],
    [None, "y"],
    {"a": {"b": ["c"]}},
    [{"name": "n"}],
    {"year": ["2019"]},
    "true",
    [["a"], ["b"]],
)
PLACES = 4


def paths(value: Any, path: DataPath = ()) -> Iterator[DataPath]:
    """The places of all values but the whole."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield (*path, step)
        yield from paths(inner, (*path, step))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_odd_shapes_end_in_no_traceback(case: Case) -> None:
    """Some values of each example, each replaced by something of every shape."""
    loaded = containers.loads(*content(case))
    places = list(paths(loaded.data))
    chosen = random.Random(case.id).sample(places, min(PLACES, len(places)))  # noqa: S311 - for a test
    for path in chosen:
        for odd in ODD:
            data = copy.deepcopy(loaded.data)
            container: Any = data
            for step in path[:-1]:
                container = container[step]
            container[path[-1]] = copy.deepcopy(odd)
            with suppress(ResumeError):
                imported = importing.of(replace(loaded, data=data))
                importing.settled(imported)
                yaml_text.dump(imported.loaded.data, imported.converted.comments)
