"""JSON Resume: valid by the official schema, and the same document when it is read again."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from tests.conftest import ROOT
from tests.strategies import TAME, WILD, resumes
from tests.strategies import Resume as Wild
from tests.test_property import some
from texresume.build import pipeline, reading
from texresume.build.request import Request
from texresume.data import assets
from texresume.data.source import Source
from texresume.diagnostics import ResumeError
from texresume.document.model import Document
from texresume.exchange import registry

from .exporting import EXAMPLES, VALID, WORDY, compared, exported

SCHEMA = ROOT / "tests" / "data" / "json-resume" / "schema.json"
"""Of @jsonresume/schema 1.3.1, MIT; its licence lies beside it."""
FILES = sorted([*VALID.rglob("*.yaml"), *VALID.rglob("*.json")])
WRITER = registry.writer("json")


def flat(value: Any, place: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a document, but for its places in the data."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name != "path":
                yield from flat(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, tuple):
        yield place, len(value)
        for number, item in enumerate(value):
            yield from flat(item, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{place}.{key}")
    else:
        yield place, value


def read_again(content: bytes, folder: Path) -> tuple[Document, bool]:
    """The document of the file, and whether it had to be read as one by another program."""
    file = folder / "written.json"
    file.write_bytes(content)
    data = reading.master(file, reading.NOT_PRIVATE)
    return reading.read(data).document, data.foreign


def check(data: Path, tag: str, folder: Path, name: str = "") -> None:
    """Write a document, validate the file, and read it again."""
    export, _ = exported(data, tag, name=name)
    content = WRITER.write(export)
    assert WRITER.write(export) == content
    validate(content)
    document, foreign = read_again(content, folder)
    assert dict(flat(document)) == dict(flat(export.document)), data
    assert not foreign or data.suffix == ".json"


def validate(content: bytes) -> None:
    """By the official schema, formats included as far as the library knows them."""
    validator = jsonschema.Draft7Validator(
        json.loads(SCHEMA.read_text("utf-8")), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    )
    assert [(list(one.path), one.message) for one in validator.iter_errors(json.loads(content))] == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name + "-" + file.stem)
def test_an_example_comes_back(file: Path, tmp_path: Path) -> None:
    """The same document."""
    check(file, "", tmp_path)


def test_a_variant_comes_back(tmp_path: Path) -> None:
    """What it hides is not in the file, and its order is that of the file."""
    names = sorted(file.stem for file in (ROOT / "data/engineer/variants").glob("[!_]*.yaml"))
    assert names
    for name in names:
        check(EXAMPLES[3], "", tmp_path, name)
    content = WRITER.write(exported(EXAMPLES[3], name=names[0])[0]).decode()
    assert len(content) < len(WRITER.write(exported(EXAMPLES[3])[0]).decode())


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["", "de", "ja", "ar"])
def test_every_case_comes_back(tag: str, tmp_path: Path) -> None:
    """All good data files of the tests, and all examples."""
    for file in (*FILES, *EXAMPLES):
        check(file, tag, tmp_path)


def test_files_with_everything_come_back(tmp_path: Path) -> None:
    """All sections, several languages, positions, custom sections, line ends."""
    for name in (
        "every-section",
        "custom-sections",
        "grouped-positions",
        "languages",
        "publications",
        "texts-paragraphs-and-breaks",
    ):
        check(VALID / f"{name}.yaml", "", tmp_path)


def test_the_official_validator_accepts_it(tmp_path: Path) -> None:
    """check-jsonschema, which also knows what an address looks like."""
    files = []
    for number, file in enumerate((*EXAMPLES, VALID / "every-section.yaml")):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_bytes(WRITER.write(exported(file)[0]))
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(SCHEMA), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_is_written(tmp_path: Path) -> None:
    """What the standard has stands where it has it, whatever form the data gives it; the rest beside it."""
    data = tmp_path / "resume.yaml"
    data.write_text(
        """\
basics:
  name: Ada Example
  email: [ada@example.com, a@example.org]
  url: ada.example.com/ä
  location: Berlin
  summary: {en: Hello, de: Hallo}
work:
- {name: Acme, position: Bookkeeper, startDate: March 2019, endDate: present, tags: [a], keywords: [awk],
   highlights: [One, {text: Two, priority: 1, highlights: [Below]}]}
- {name: Initech, endDate: "2018", startDate: spring 2016}
talks: [A talk]
awards: [A prize]
meta: {locale: de, titles: {awards: Preise}, lastModified: "2026-01-02"}
"""
    )
    made = json.loads(WRITER.write(exported(data)[0]))
    assert made["basics"] == {
        "name": "Ada Example",
        "email": "ada@example.com",
        "url": "https://ada.example.com/%C3%A4",
        "summary": "Hallo",
        "location": {"address": "Berlin"},
        "x-texresume": {"email": ["ada@example.com", "a@example.org"], "url": "ada.example.com/ä"},
    }
    assert made["work"] == [
        {
            "name": "Acme",
            "position": "Bookkeeper",
            "startDate": "2019-03",
            "highlights": ["One", "Two"],
            "x-texresume": {
                "startDate": "March 2019",
                "keywords": ["awk"],
                "ofHighlights": [{}, {"priority": "1", "highlights": ["Below"]}],
                "tags": ["a"],
            },
        },
        {"name": "Initech", "endDate": "2018", "x-texresume": {"startDate": "spring 2016"}},
    ]
    assert made["awards"] == [{"title": "A prize"}]
    assert made["x-texresume"] == {"format": "1", "talks": [{"name": "A talk"}]}
    assert made["meta"] == {
        "lastModified": "2026-01-02",
        "x-texresume": {
            "locale": "de",
            "titles": {"awards": "Preise"},
            "sections": made["meta"]["x-texresume"]["sections"],
        },
    }


def test_the_photo_is_in_the_file(tmp_path: Path) -> None:
    """Where the PDF shows it; the file can then be built anywhere."""
    export, _ = exported(EXAMPLES[3])
    photo = EXAMPLES[3].parent / "photo.jpg"
    shown = replace(
        export, files=((photo, "photo.jpg"),), document=replace(export.document, photo="photo.jpg")
    )
    content = WRITER.write(shown)
    validate(content)
    document, foreign = read_again(content, tmp_path)
    assert not foreign
    file, name, found = assets.photo(document.photo, Source.of(tmp_path / "x.json", ""), tmp_path)
    assert (name, found) == ("photo.jpg", [])
    assert file is not None
    assert file.read_bytes() == photo.read_bytes()
    assert json.loads(WRITER.write(export))["basics"]["image"] == "photo.jpg"


def test_a_file_that_was_edited_elsewhere_is_read(tmp_path: Path) -> None:
    """Another program's keys, and fewer highlights than were written, are no reason to refuse it."""
    made = json.loads(WRITER.write(exported(EXAMPLES[3])[0]))
    made["work"][0]["website"] = "https://example.com/other"
    del made["work"][0]["highlights"][0]
    document, foreign = read_again(json.dumps(made).encode(), tmp_path)
    assert foreign
    assert document.sections
    made["basics"]["name"] = "Zoe Example"
    assert str(read_again(json.dumps(made).encode(), tmp_path)[0].name) == "Zoe Example"


def test_a_fault_is_at_its_place(tmp_path: Path) -> None:
    """Also in what stands under `x-texresume`."""
    made = json.loads(WRITER.write(exported(EXAMPLES[0])[0]))
    made["work"][0]["x-texresume"]["keywords"] = ["**open", "x"]
    made["basics"]["summary"] = "\\textbf{x}"
    file = tmp_path / "resume.json"
    file.write_text(json.dumps(made, indent=1))
    found = reading.read(reading.master(file)).warnings
    (one,) = (one for one in found if one.code == "tex-command")
    assert one.position is not None
    assert "textbf" in one.position.text


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_dropped_highlights_and_private_data(tmp_path: Path) -> None:
    """The file says what the PDF says."""
    points = "\n".join(
        f"  - Point {number} of many, long enough to take a line or more." for number in range(90)
    )
    data = tmp_path / "resume.yaml"
    data.write_text(f"basics: {{name: Ada Example}}\nwork:\n- name: Acme\n  highlights:\n{points}\n")
    (tmp_path / "private.yaml").write_text("basics: {phone: +1 412 555 0142}\n")
    made = pipeline.build(Request(data, output=tmp_path / "dist", formats=("json", "txt")))
    assert made.fit is not None
    written = json.loads(Path(made.files["json"]).read_bytes())
    assert len(written["work"][0]["highlights"]) == 90 - len(made.fit.dropped) < 90
    assert written["basics"]["phone"] == "+1 412 555 0142"
    text = Path(made.files["txt"]).read_text("utf-8")
    assert text.count("Point ") == len(written["work"][0]["highlights"])


def check_wild(resume: Wild) -> None:
    """Whatever can be read comes back, and every format has its words."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "resume.yaml").write_text(resume.yaml(), encoding="utf-8", newline="\n")
        try:
            export, source = exported(folder / "resume.yaml")
        except ResumeError:
            return
        content = WRITER.write(export)
        validate(content)
        document, _ = read_again(content, folder)
        assert dict(flat(document)) == dict(flat(export.document))
        for name in WORDY:
            assert [one.message for one in compared(name, export, source)] == []


@given(resumes(TAME))
@some(25)
def test_any_resume_comes_back(resume: Wild) -> None:
    """With whatever looks like markup to some program."""
    check_wild(resume)


@pytest.mark.slow
@given(resumes(WILD))
@some(300)
def test_any_wild_resume_comes_back(resume: Wild) -> None:
    """With any characters."""
    check_wild(resume)
