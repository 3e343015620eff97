"""Good inputs: each file under data/valid must pass, and make the document in the .txt beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fixtures import DATA, REFRESH, dump
from texresume.build import pipeline
from texresume.data import rules

FOLDER = DATA / "valid"
_JSON_RESUME = """work volunteer education awards certificates publications skills languages interests
    references projects"""
FILES = sorted(file for file in FOLDER.iterdir() if file.suffix in {".yaml", ".json"})
EXAMPLES = sorted((ROOT / "data").glob("*.yaml"))


def read(file: Path) -> str:
    """The whole outcome of a file: its document, and its warnings."""
    document, _, warnings = pipeline.read(file)
    lines = [
        f"{fault.position.line if fault.position else '-'}: {fault.severity} {fault.code}: {fault.message}"
        for fault in warnings
    ]
    return dump(document) + "".join(f"\n{line}" for line in lines)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_makes_the_document_that_was_meant(file: Path) -> None:
    """Every leaf, its place in the data, and every warning are as the golden says."""
    golden = file.with_name(f"{file.name}.txt")
    found = read(file)
    if REFRESH:
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_examples_are_good(file: Path) -> None:
    """The examples of this repository pass without a warning."""
    assert pipeline.read(file)[2] == ()


def scalars(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of JSON data with its path."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from scalars(child, f"{path}.{key}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from scalars(child, f"{path}[{number}]")
    else:
        yield path, str(value)


def test_every_scalar_of_a_json_resume_is_shown() -> None:
    """Of a JSON Resume 1.0 that uses every section and field, no value is lost on the way to the document."""
    file = FOLDER / "resume.json"
    data = json.loads(file.read_text("utf-8"))
    shown = dump(pipeline.read(file)[0]).casefold().replace("’", "'")
    for path, value in scalars(data):
        if path.startswith((".$schema", ".meta")):
            continue
        if "date" in path.casefold():
            value = value[:4]  # noqa: PLW2901 - dates are shown in the reader's form
        if path.endswith("countryCode"):
            value = "Germany"  # noqa: PLW2901 - countries are shown by name
        for part in value.casefold().split("\n\n"):
            assert part in shown, path


def test_the_json_resume_has_every_section() -> None:
    """The document above is no part of the schema only."""
    data = json.loads((FOLDER / "resume.json").read_text("utf-8"))
    sections = {name for name in rules.table()["sections"] if name in set(_JSON_RESUME.split())}
    assert len(sections) == len(_JSON_RESUME.split())
    assert set(data) == {"$schema", "basics", "meta", *sections}
    assert all(data[name] for name in data)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(newline: str, tmp_path: Path) -> None:
    """A file reads the same with the line ends of every system, and with a byte order mark."""
    text = (ROOT / "data" / "resume.yaml").read_text("utf-8")
    file = tmp_path / "resume.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", newline).encode())
    assert dump(pipeline.read(file)[0]) == dump(pipeline.read(ROOT / "data" / "resume.yaml")[0])
