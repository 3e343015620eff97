"""Variants, as files: those under data/variants/good say what they show, the others what is reported.

A line `#= section [Title]: entry(highlights) …` is a section of the document, `#+ text` must be in it,
`#- text` must not. What is wrong is said as in data/invalid, with all of its wording.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.data.test_invalid import described, expectations
from tests.fixtures import DATA, REFRESH
from texresume.build import reading, settings
from texresume.build.stages import Content
from texresume.data import rules
from texresume.diagnostics import Diagnostic, ResumeError, in_order
from texresume.document.model import Document
from texresume.latex.view import fields_of
from texresume.variants import variant

FOLDER = DATA / "variants"
MASTER = FOLDER / "resume.yaml"
GOOD = sorted((FOLDER / "good").glob("*.yaml"))
WRONG = sorted([*(FOLDER / "wrong").glob("*.yaml"), *(FOLDER / "doubtful").glob("*.yaml")])


def outline(document: Document) -> list[str]:
    """The sections of a document, its entries and highlights, by what variants call them."""
    lines = []
    for section in document.sections:
        entries = []
        for entry in section.entries:
            for one in (entry, *entry.positions):
                names = [highlight.id.removeprefix(f"{one.id}.") for highlight in one.highlights]
                entries.append(f"{one.id}({' '.join(names)})" if names else one.id)
        lines.append(f"{section.id} [{section.title}]: {' '.join(entries)}")
    return lines


def read(file: Path) -> Content:
    """The document that a variant makes of the master."""
    wanted = variant.find(str(file), MASTER, ROOT)
    settings.settle("", {}, wanted, ROOT)
    return reading.read(reading.master(MASTER), wanted)


def said(file: Path, mark: str) -> list[str]:
    """What the lines of a file with a mark say."""
    found = re.findall(rf"^#{re.escape(mark)} (.*)$", file.read_text("utf-8"), re.MULTILINE)
    return [str(line) for line in found]


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_variant_shows_what_it_says(file: Path) -> None:
    """Sections, entries and highlights in order, and texts that are there or not."""
    found = read(file)
    assert outline(found.document) == said(file, "=")
    assert found.warnings == ()
    text = "\n".join(map(str, fields_of(found.document)))
    assert [part for part in said(file, "+") if part not in text] == []
    assert [part for part in said(file, "-") if part in text] == []


def reported(file: Path) -> list[Diagnostic]:
    """What is said of a variant, as errors or as warnings."""
    try:
        return in_order(read(file).warnings)
    except ResumeError as error:
        return in_order(error.diagnostics)


def refresh(file: Path) -> None:
    """Write what is reported now at the end of the file, with all of its wording."""
    text = "".join(
        line for line in file.read_text("utf-8").splitlines(keepends=True) if not line.startswith("#! ")
    )
    lines = [f"#! {described(fault)} | {fault.message}; {fault.hint}" for fault in reported(file)]
    file.write_text("\n".join([text.rstrip("\n"), *lines]) + "\n", "utf-8")


@pytest.mark.parametrize("file", WRONG, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_wrong_variant_is_reported(file: Path) -> None:
    """Every fault at its place in the file where it stands, and nothing else."""
    if REFRESH:
        refresh(file)
    found = reported(file)
    expected = expectations(file)
    assert [described(fault) for fault in found] == [fault for fault, _ in expected]
    assert expected
    for fault, (_, part) in zip(found, expected, strict=True):
        assert f"{fault.message}; {fault.hint}" == part
        assert fault.position is not None or fault.code == "empty-file"


def guide() -> dict[str, str]:
    """The code blocks of docs/variants.md by name."""
    text = (ROOT / "docs" / "variants.md").read_text("utf-8")
    return dict(re.findall(r"<!-- ([\w-]+) -->\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


EXAMPLES = sorted(name.removeprefix("variant-") for name in guide() if name.startswith("variant-"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_guide_are_true(name: str, tmp_path: Path) -> None:
    """Each variant of docs/variants.md shows of its master what the guide says."""
    (tmp_path / "resume.yaml").write_text(guide()["master"], "utf-8")
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants" / "x.yaml").write_text(guide()[f"variant-{name}"], "utf-8")
    (tmp_path / "private.yaml").write_text(guide()["private"], "utf-8")
    wanted = variant.find("x", tmp_path / "resume.yaml", tmp_path)
    found = reading.read(reading.master(tmp_path / "resume.yaml"), wanted)
    assert outline(found.document) == guide()[f"shows-{name}"].splitlines()
    assert found.warnings == ()
    assert "412-555-0117" in str(found.document.contacts)


def test_the_guide_names_every_key() -> None:
    """What a variant may hold stands in docs/variants.md."""
    text = (ROOT / "docs" / "variants.md").read_text("utf-8")
    table = rules.variant_rules()
    names = {*table, *table["letter"]["schema"]}
    assert {name for name in names if f"`{name}`" not in text} == set()
    assert len(EXAMPLES) == 7


def test_overrides_keep_the_arrangement_of_the_data(tmp_path: Path) -> None:
    """`meta.sections` and `meta.titles` hold for a variant that overrides something, too."""
    data = tmp_path / "resume.yaml"
    data.write_text(
        "basics: {name: Ada Example}\nwork: [{id: a, name: A}]\nskills: [{id: s, name: S}]\n"
        "meta: {sections: [skills], titles: {work: Laufbahn}}\n",
        "utf-8",
    )
    (tmp_path / "v.yaml").write_text("override: {a: {name: B}}\n", "utf-8")
    found = variant.find(str(tmp_path / "v.yaml"), data, tmp_path)
    document = reading.read(reading.master(data), found).document
    assert outline(document) == ["skills [Skills]: s", "work [Laufbahn]: a"]
