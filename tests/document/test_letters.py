"""Letters, as variants: those under data/letters/good say what they hold, the others what is reported.

A line `#= field: text` is a field of the letter, in its order. What is wrong is said as in data/invalid,
with all of its wording. The folder has other variants beside, whose employers a letter must not name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.data.test_invalid import described, expectations
from tests.fixtures import DATA, REFRESH
from texresume.build import letters, reading
from texresume.build.stages import Content
from texresume.data import assets, rules
from texresume.diagnostics import Diagnostic, ResumeError, in_order
from texresume.document.letter import LAYOUTS, as_sections
from texresume.document.model import Letter
from texresume.latex.view import fields_of
from texresume.text.inline import RichText, written
from texresume.variants import variant

FOLDER = DATA / "letters"
MASTER = FOLDER / "resume.yaml"
GOOD = sorted((FOLDER / "good").glob("*.yaml"))
WRONG = sorted((FOLDER / "wrong").glob("*.yaml"))


def read(file: Path) -> Content:
    """The document of the letter of a variant."""
    found = variant.find(str(file), MASTER, ROOT)
    content = letters.read_letter(reading.read(reading.master(MASTER), found), found, MASTER)
    if found.letter and found.letter.signature:
        errors = assets.photo(found.letter.signature, content.source, ROOT, assets.LETTER_SIGNATURE)[2]
        if errors:
            raise ResumeError(errors)
    return content


def letter_of(content: Content) -> Letter:
    """The letter of a document that is one."""
    assert content.document.letter is not None
    return content.document.letter


def shown(field: RichText) -> str:
    """A field with its markup, on one line."""
    return "".join(written(part.inlines) for part in field.parts).replace("\n", " ").strip()


def described_letter(letter: Letter) -> Iterator[str]:
    """Each field of a letter, with its name."""
    for one in fields(letter):
        value = getattr(letter, one.name)
        for part in value if isinstance(value, tuple) else (value,):
            text = shown(part) if isinstance(part, RichText) else part
            if text:
                yield f"{one.name}: {text}"


def rewritten(file: Path, mark: str, lines: list[str]) -> None:
    """Write lines with a mark at the end of a file, in the place of those that are there."""
    text = file.read_text("utf-8").splitlines()
    kept = [line for line in text if not line.startswith(mark)]
    file.write_text("\n".join([*kept, *(f"{mark} {line}" for line in lines)]) + "\n", "utf-8")


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_letter_holds_what_it_says(file: Path) -> None:
    """Each field, in the reader's language, and no warning."""
    found = read(file)
    lines = list(described_letter(letter_of(found)))
    if REFRESH:
        rewritten(file, "#=", lines)
    assert lines == [line[3:] for line in file.read_text("utf-8").splitlines() if line.startswith("#= ")]
    assert found.warnings == ()


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_as_sections_it_says_the_same(file: Path) -> None:
    """For formats without letters of their own: every text once, in the order of the letter."""
    document = read(file).document
    letter = letter_of(read_again := read(file))
    sections = as_sections(read_again.document)
    assert sections.letter is None
    assert [section.id for section in sections.sections] == ["letter-head", "letter-body"]
    found = " ".join(str(field) for field in fields_of(sections.sections) if field).split()
    wanted = [letter.date, *letter.recipient, letter.subject, letter.opening, *letter.paragraphs]
    enclosures = ", ".join(map(str, letter.enclosures))
    wanted += [letter.closing, letter.name]
    words = " ".join(map(str, filter(None, wanted)))
    words += f" {letter.enclosures_label}: {enclosures}" if enclosures else ""
    assert found == words.split()
    text = fields_of(as_sections(document, text_only=True).sections)
    assert str(letter.name) not in map(str, text)
    assert str(letter.opening) in map(str, text)


def reported(file: Path) -> list[Diagnostic]:
    """What is said of a letter, as errors or as warnings."""
    try:
        return in_order(read(file).warnings)
    except ResumeError as error:
        return in_order(error.diagnostics)


@pytest.mark.parametrize("file", WRONG, ids=lambda file: file.stem)
def test_a_wrong_letter_is_reported(file: Path) -> None:
    """Every fault at its place in the file where it stands, and nothing else."""
    found = reported(file)
    if REFRESH:
        rewritten(file, "#!", [f"{described(one)} | {one.message}; {one.hint}" for one in found])
    known = f"Unicode {unicodedata.unidata_version} "  # Python's
    expected = [(fault, part.replace("Unicode 14.0.0 ", known)) for fault, part in expectations(file)]
    assert expected
    assert [described(fault) for fault in found] == [fault for fault, _ in expected]
    for fault, (_, part) in zip(found, expected, strict=True):
        assert f"{fault.message}; {fault.hint}" == part
        assert fault.position is not None


def test_a_document_without_a_letter_has_its_sections() -> None:
    """Only letters become sections."""
    document = reading.read(reading.master(MASTER)).document
    assert as_sections(document) is document


def test_a_part_that_variants_share_is_no_letter() -> None:
    """A closing for all, in a base."""
    base = FOLDER / "variants" / "globex.yaml"
    assert variant.find(str(base), MASTER, ROOT).letter is None


def guide() -> dict[str, str]:
    """The code blocks of docs/letters.md by name."""
    text = (ROOT / "docs" / "letters.md").read_text("utf-8")
    return dict(re.findall(r"<!-- ([\w-]+) -->\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def test_the_example_of_the_guide_is_true(tmp_path: Path) -> None:
    """The letter of docs/letters.md begins as the guide says, and nothing is to be said against it."""
    (tmp_path / "resume.yaml").write_text("basics: {name: Jane Doe}\n", "utf-8")
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants" / "acme.yaml").write_text(guide()["letter"], "utf-8")
    found = variant.find("acme", tmp_path / "resume.yaml", tmp_path)
    master = reading.read(reading.master(tmp_path / "resume.yaml"), found)
    letter = letter_of(content := letters.read_letter(master, found, tmp_path / "resume.yaml"))
    assert content.warnings == ()
    shown_fields = [*letter.recipient, letter.subject, letter.opening, letter.paragraphs[0]]
    assert list(map(str, shown_fields)) == guide()["shows-letter"].splitlines()


def test_the_guide_names_what_there_is() -> None:
    """Every key, every layout, and every code of a letter's errors."""
    text = (ROOT / "docs" / "letters.md").read_text("utf-8")
    codes = {"letter-todo", "letter-placeholder", "letter-other-employer", "letter-other-position"}
    names = {*rules.letter_rules(), *rules.recipient_rules(), *LAYOUTS, *codes}
    assert {name for name in names if f"`{name}`" not in text} == set()
    manual = (ROOT / "docs" / "templates.md").read_text("utf-8")
    (example,) = re.findall(r"<!-- letter -->\n```latex\n(.*?)^```$", manual, re.MULTILINE | re.DOTALL)
    assert example == (ROOT / "templates" / "onepage" / "letter.tex.j2").read_text("utf-8")
    row = next(line for line in manual.splitlines() if line.startswith("| `letter` |"))
    assert {one.name for one in fields(Letter) if f"`{one.name}`" not in row} == set()
