"""Files of other programs: what becomes of each, what is said, and that every word of it is there."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_verbs import texresume
from tests.support import build_ok, request_for
from texresume.build import pipeline
from texresume.check import validation
from texresume.data import loader
from texresume.diagnostics import Severity
from texresume.exchange import containers, importing, yaml_text
from texresume.exchange.readers import registry
from texresume.text import blocks

from .importing import CASES, FOLDER, Case, content, converted

WANTED = {
    "rendercv": 30,
    "yamlresume": 30,
    "reactive-resume": 30,
    "json-resume": 30,
    "linkedin": 10,
    "europass": 10,
    "fresh": 10,
}
FORMATS = {
    "rendercv": "RenderCV",
    "yamlresume": "YAMLResume",
    "reactive-resume": "Reactive Resume",
    "json-resume": "JSON Resume",
    "linkedin": "LinkedIn",
    "europass": "Europass",
    "fresh": "FRESH",
    "openresume": "OpenResume",
    "manfred": "Manfred",
    "visiky": "Visiky",
    "schema-org": "schema.org",
}


def test_there_are_examples_enough() -> None:
    """Of each format, and every one that is registered is among them."""
    counts = Counter(case.format for case in CASES)
    assert {name: count for name, count in counts.items() if count < WANTED.get(name, 1)} == {}
    assert set(FORMATS.values()) == {one.name for one in registry.FORMATS}
    assert set(counts) == set(FORMATS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_example_becomes_what_is_expected(case: Case) -> None:
    """YAML, comments, what is said, and the count of words, of which 99 in a hundred are there."""
    made = converted(case)
    assert made == case.expected.read_text("utf-8")
    kept, whole = map(int, re.findall(r"^# converted .*: (\d+) of (\d+) words$", made, re.MULTILINE)[0])
    assert whole * 0.99 <= kept <= whole
    assert ": error: " not in made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_was_written_is_what_was_read(case: Case, tmp_path: Path) -> None:
    """The YAML says what the data says, without a warning of the loader, and is valid as our own."""
    imported = importing.of(containers.loads(*content(case)))
    assert imported.format == FORMATS[case.format]
    importing.settled(imported)
    file = tmp_path / "resume.yaml"
    file.write_text(yaml_text.dump(imported.loaded.data, imported.converted.comments), "utf-8")
    loaded = loader.load(file)
    assert _plain(loaded.data) == _plain(
        {key: value for key, value in imported.loaded.data.items() if key != "$schema"}
    )
    assert loaded.warnings == ()
    said = validation.validate(file)
    assert [one for one in said if one.severity is Severity.ERROR] == []


def _plain(value: Any) -> Any:
    """Data without the line end that a block text has; a list of one address is the address."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return (
            [_plain(inner) for inner in value]
            if len(value) != 1 or not isinstance(value[0], str)
            else value[0]
        )
    return (
        tuple((one.level, one.number, one.text) for one in blocks.split(value.rstrip("\n")))
        if "\n" in value
        else value
    )


WORD = re.compile(r"[^\W\d_]{2,}")
NOT_TEXT = re.compile(
    r"""https?://\S+|data:\S+|javascript:\S+|file:\S+|[\w.+@-]+@[\w.-]+|<script.*?</script>|<style.*?</style>
    |<[^<>]+>|&\w+;|\\u[0-9a-f]{4}""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


SETTINGS = "design locale settings layout layouts rendercv_settings section_order custom_sections".split()
NOT_PRINTED = """id network icon fontawesome_icon entry_type link_text Confirmed Primary Type
    public_identifier company_linkedin_profile_url""".split()


def _values(value: Any, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for name, inner in value.items() for text in _values(inner, name)]
    if isinstance(value, list):
        return [text for inner in value for text in _values(inner, key)]
    return [value] if isinstance(value, str) and key not in NOT_PRINTED else []


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.format in ("rendercv", "yamlresume", "openresume", "linkedin", "visiky")],
    ids=lambda case: case.id,
)
def test_no_word_of_a_text_is_lost(case: Case) -> None:
    """Counted anew, without the readers' own account: each word of a value is in what was written."""
    loaded = containers.loads(*content(case))
    made = converted(case)
    result = Counter(word.casefold() for word in WORD.findall(NOT_TEXT.sub(" ", made.partition("\n\n# ")[0])))
    body = loaded.data.get("cv") or loaded.data.get("content") or loaded.data
    body = {key: value for key, value in body.items() if key not in SETTINGS}
    texts = [
        text for text in _values(body) if not re.fullmatch(r"[\w ,./-]*\d{4}[\w ,.-]*|[\[(].*[\])]", text)
    ]
    texts = [text for text in texts if text not in ("Ja", "Yes")]
    words = Counter(word.casefold() for text in texts for word in WORD.findall(NOT_TEXT.sub(" ", text)))
    said = " ".join(
        re.findall(r"^# .*(?:hidden|not the primary|not taken over|left out).*$", made, re.MULTILINE)
    )
    lost = words - result
    if not said and case.name not in (
        "columns-more-and-less",
        "complete",
        "chinese",
        "profile-summary",
        "copied-profile",
    ):
        assert not {word: count for word, count in lost.items() if word not in BY_CODE}


BY_CODE = frozenset(
    "true false yes no present current sep jul dec jan feb mar apr may jun aug oct nov mobile home".split()
)
"""Words of dates, switches and kinds of phones, which are not words of the result."""


def test_the_formats_are_listed_where_one_looks_for_them(tmp_path: Path) -> None:
    """In the help, and by the error about a file in none of them."""
    help_ = re.sub(r"\s+", " ", texresume("help", "new").stdout)
    file = tmp_path / "photo.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = texresume("new", "mine", "--from", str(file), cwd=tmp_path)
    assert done.returncode == 1
    assert "this is not a format that texresume reads: it is a PNG picture [not-a-resume]" in done.stderr
    for one in registry.FORMATS:
        assert one.name in help_
        assert one.name in done.stderr
    assert not (tmp_path / "mine").exists()


def test_a_project_is_made_from_another_format(tmp_path: Path) -> None:
    """With a last line that says how many words it has; nothing else is on the way."""
    source = FOLDER / "rendercv/all-entry-types.yaml"
    done = texresume("new", "mine", "--from", str(source), "--requirement", "texresume==1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^converted .*all-entry-types\.yaml \(RenderCV\): 127 of 127 words$", done.stdout + done.stderr, re.M
    )
    done = texresume("validate", cwd=tmp_path / "mine")
    assert done.returncode == 0, done.stderr


def test_lost_words_fail_and_are_named(tmp_path: Path) -> None:
    """What is missing is named by its place; the project is there, so that one can add it."""
    file = tmp_path / "cv.yaml"
    deep = {"a": {"b": ["ten words of a life that no rule here takes"]}}
    file.write_text(
        json.dumps({"cv": {"name": "Ada", "sections": {"x": [{"name": "A", "date": "2001", "odd": deep}]}}}),
        "utf-8",
    )
    done = texresume("new", "mine", "--from", str(file), "--requirement", "texresume==1", cwd=tmp_path)
    assert done.returncode == 1
    assert "only 3 of the 13 words in this file are in the résumé" in done.stderr
    assert "missing most: cv.sections.x[0].odd.a.b[0] (10)" in done.stderr
    assert (tmp_path / "mine/data/resume.yaml").exists()
    built = texresume("validate", str(file), cwd=tmp_path)
    assert built.returncode == 1
    assert "[words-missing]" in built.stderr


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("rendercv/dates.yaml", "dates.yaml:28:"),
        ("europass/skillspassport-german.xml", "skillspassport-german.xml:9:3"),
        ("reactive-resume/v4-hidden-items.json", "v4-hidden-items.json:26:5"),
    ],
)
def test_other_formats_are_read_directly(name: str, place: str, tmp_path: Path) -> None:
    """`build`, `validate` and the others read them with the places of their own lines."""
    source = FOLDER / name
    document, _, warnings = pipeline.read(source)
    assert document.sections
    found = [
        f"{one.file.name}:{one.position.line}:{one.position.column}"
        for one in warnings
        if one.file and one.position
    ]
    assert any(one.startswith(place) for one in found), found


def test_a_table_of_an_archive_has_places_too(tmp_path: Path) -> None:
    """A warning about a cell names the file in the archive and its line."""
    case = next(case for case in CASES if case.id == "linkedin-spreadsheet-formulas")
    file = tmp_path / "export.zip"
    file.write_bytes(content(case)[0])
    _, _, warnings = pipeline.read(file)
    one = next(one for one in warnings if one.code == "wrong-url")
    assert one.file == file / "Profile.csv"
    assert one.position is not None
    assert one.position.line == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "rendercv/all-entry-types.yaml",
        "rendercv/special-characters.yaml",
        "yamlresume/every-section.yml",
        "reactive-resume/v5-whole.json",
        "europass/skillspassport-german.xml",
        "fresh/complete.json",
        "linkedin/complete",
    ],
)
def test_what_was_converted_is_built(name: str, any_tex: str, tmp_path: Path) -> None:
    """From the file itself and from the YAML that it becomes; both PDFs are verified."""
    case = next(case for case in CASES if case.source == FOLDER / name)
    raw, file = content(case)
    (tmp_path / file).write_bytes(raw)
    made = tmp_path / "resume.yaml"
    made.write_text(case.expected.read_text("utf-8").replace("image: gwen.jpg", ""), "utf-8")
    for data in (tmp_path / file, made):
        build_ok(request_for(data, tmp_path, template="moderncv"))
