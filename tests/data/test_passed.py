"""Valid entries are validated once; the verdict on a file stays that of Cerberus on all of it."""

from __future__ import annotations

import copy
import itertools
import marshal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fixtures import DATA
from texresume.cache import Memo
from texresume.data import jsonresume, loader, rules, schema
from texresume.diagnostics import ResumeError

GOOD = loader.load(ROOT / "data" / "engineer" / "resume.yaml").data
FILES = sorted(
    file
    for kind in ("valid", "invalid")
    for file in (DATA / kind).iterdir()
    if file.suffix in {".yaml", ".json"}
)
TWO_EACH = {name: section[:2] if isinstance(section, list) else section for name, section in GOOD.items()}
"""Two entries of each section: which is wrong, and what stands beside it, need no third."""
WRONG: tuple[Any, ...] = ("2021-19", {"nosuchkey": "x"}, [["x"]], [{}], {}, "no id!")


@pytest.fixture(autouse=True)
def primed() -> None:
    """Only the engineer's data is remembered as valid."""
    Memo.forget_all()
    assert schema.is_valid(GOOD)


def at_fault(data: dict[str, Any]) -> bool:
    """What Cerberus says of all of it."""
    validator = rules.validator(rules.resume_rules())
    return not validator.validate(data, normalize=False)


def changed(data: dict[str, Any], ways: int) -> Iterator[dict[str, Any]]:
    """The data with one field of one entry put wrong, in so many ways, taken away, or repeated; and without
    each section.
    """
    turns = itertools.cycle(range(len(WRONG)))
    for name, section in data.items():
        yield {key: value for key, value in data.items() if key != name}
        for wrong in WRONG:
            yield {**data, name: wrong}
        for number, entry in enumerate(section if isinstance(section, list) else []):
            for field in entry if isinstance(entry, dict) else ():
                turn = next(turns)
                for wrong in (*WRONG[turn:], *WRONG[:turn])[:ways]:
                    other = copy.deepcopy(data)
                    other[name][number][field] = wrong
                    yield other
    for field in data["basics"]:
        yield {**data, "basics": {key: value for key, value in data["basics"].items() if key != field}}
    yield {**data, "work": [*data["work"], *data["work"]]}
    yield {**data, "work": [*data["education"]]}
    yield {**data, "nosuchsection": data["work"]}
    yield {}


@pytest.mark.parametrize(
    ("data", "ways", "least"),
    [(TWO_EACH, 2, 300), pytest.param(GOOD, len(WRONG), 1500, marks=pytest.mark.slow)],
    ids=["two of each", "all"],
)
def test_every_change_is_seen(data: dict[str, Any], ways: int, least: int) -> None:
    """Also what passed in another section, or in this one before another field went wrong."""
    changes = list(changed(data, ways))
    assert len(changes) > least
    verdicts = [(not schema.is_valid(one), at_fault(one)) for one in changes]
    assert all(quick == whole for quick, whole in verdicts)
    assert {whole for _, whole in verdicts} == {True, False}
    assert schema.is_valid(GOOD)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_verdict_is_that_on_the_whole(file: Path) -> None:
    """The first time and the second."""
    try:
        loaded = loader.load(file)
    except ResumeError:
        return
    foreign = file.suffix == ".json"
    loaded = jsonresume.modernise(loaded) if foreign else loaded
    data = loaded.data
    schema.drop_empty(data, (), loaded.source, foreign)
    for _ in range(2):
        assert schema.is_valid(data) != at_fault(data)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those seen last stay."""
    monkeypatch.setattr(schema._valid, "most", 3)
    for number in range(9):
        entries = [{"name": f"Acme {number}"}, {"name": "Acme"}]
        assert schema.is_valid({"basics": {"name": "Ada"}, "work": entries})
        assert len(schema._valid) <= 3
    last = ("work", marshal.dumps({"name": "Acme 8"}, schema._WITHOUT_REFERENCES))
    assert schema._valid.missing([last]) == []
