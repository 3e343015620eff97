"""JSON written elsewhere: which formats are recognised, what is read, what is left out, what ends a build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import dump
from texresume import resources
from texresume.build import pipeline
from texresume.data import formats, rules
from texresume.diagnostics import Diagnostic, ResumeError, Severity

ADA = {"name": "Ada Example", "email": "ada@example.com"}


def read(folder: Path, data: Any, name: str = "resume.json") -> tuple[str, tuple[Diagnostic, ...]]:
    """The document of these data as text, and what is said of them."""
    file = folder / name
    file.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), "utf-8")
    document, _, warnings = pipeline.read(file)
    return dump(document), warnings


def refused(folder: Path, data: Any, name: str = "resume.json") -> Diagnostic:
    """The error for these data."""
    with pytest.raises(ResumeError) as caught:
        read(folder, data, name)
    (error,) = [one for one in caught.value.diagnostics if one.severity is Severity.ERROR]
    return error


FRESH = {
    "name": "Ada Example",
    "meta": {"format": "FRESH@0.6.0"},
    "info": {"label": "Engineer"},
    "employment": {"history": [{"employer": "Example Ltd", "position": "Engineer"}]},
}
REACTIVE = {
    "basics": {
        "name": "Ada Example",
        "headline": "Engineer",
        "url": {"label": "", "href": "https://example.com"},
    },
    "sections": {"experience": {"id": "experience", "visible": True, "items": [{"company": "Example Ltd"}]}},
    "metadata": {"template": "gengar"},
}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (FRESH, "a FRESH résumé"),
        ({"name": "Ada", "education": {"history": [{"institution": "U"}]}, "contact": {}}, "a FRESH résumé"),
        (REACTIVE, "a Reactive Resume export"),
        (
            {"profile": {"name": "Ada"}, "work": {"enabled": True, "items": [{"company": "E"}]}},
            "a Reactive Resume export",
        ),
        (
            {"cv": {"name": "Ada", "sections": {"experience": [{"company": "E"}]}}, "design": {}},
            "a RenderCV file",
        ),
        ({"content": {"basics": {"name": "Ada"}, "work": []}, "locale": {}}, "a YAMLResume file"),
        ({"SkillsPassport": {"LearnerInfo": {"Identification": {}}}}, "a Europass CV"),
        ({"firstName": "Ada", "lastName": "E", "headline": "Eng", "positions": []}, "a LinkedIn profile"),
        ({"public_identifier": "ada", "full_name": "Ada E", "experiences": []}, "a LinkedIn profile"),
        (
            {"profile": {"name": "A"}, "workExperiences": [{"company": "E"}], "educations": []},
            "an OpenResume export",
        ),
        ({"profile": {"name": "Ada"}, "workExpList": [], "theme": {}}, "a résumé of visiky/resume"),
        ({"aboutMe": {"profile": {"name": "Ada"}}, "experience": {}}, "a Manfred CV"),
        ({"@context": "https://schema.org", "@type": "Person", "name": "Ada"}, "a schema.org description"),
    ],
)
def test_other_formats_are_recognised(data: dict[str, Any], said: str, tmp_path: Path) -> None:
    """By what is in the file; both in JSON and in YAML. They are read as what they are."""
    found = formats.recognise(data)
    assert found is not None
    assert found.description == said
    for name in ("resume.json", "resume.yaml"):
        if "SkillsPassport" in data:
            assert (
                "no name of a person was found in this file (Europass)"
                in refused(tmp_path, data, name).message
            )
            continue
        shown, warnings = read(tmp_path, data, name)
        assert "name: ‹A" in shown
        assert all(one.severity is not Severity.ERROR for one in warnings)


def test_no_resume_is_taken_for_another_format() -> None:
    """Keys that other formats have, too, mean nothing in a JSON Resume."""
    others: tuple[dict[str, Any], ...] = (
        {"sections": []},
        {"meta": {"format": "x"}},
        {"content": "text"},
        {"cv": "text"},
        {"positions": []},
        {"work": [{"history": []}]},
        {"headline": "x"},
        {"aboutMe": "text"},
    )
    for more in others:  # fmt: skip
        assert formats.recognise({"basics": ADA, **more}) is None


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Ada Example", "email": "ada@example.com", "experience": [{"role": "Engineer"}]},
        {"name": "a-package", "version": "1.0.0", "dependencies": {}},
        {"resume": {"basics": ADA}},
        {},
    ],
)
def test_json_without_basics_is_no_resume(data: dict[str, Any], tmp_path: Path) -> None:
    """It is an error that says what there is."""
    error = refused(tmp_path, data)
    assert error.code == "not-a-resume"
    what = "it has no 'basics'" if data else "it is empty"
    assert f"this is not a format that texresume reads: {what}" in error.message
    assert "it reads JSON Resume" in error.hint
    assert all(repr(key) in error.message for key in data)


def test_a_file_that_is_mostly_unread_fails(tmp_path: Path) -> None:
    """However harmless each single warning is, a page without most of the words is no success."""
    story = "ten words of a life that no rule here prints"
    error = refused(tmp_path, {"basics": ADA, "story": story})
    assert error.code == "mostly-unread"
    assert "only 2 of the 12 words" in error.message
    assert "'story' (10)" in error.message
    deep = {"basics": {**ADA, "profile2": {"a": [{"b": story}]}}}
    assert "'basics' (10)" in refused(tmp_path, deep).message


def test_extensions_and_invalid_values_are_no_reason_to_fail(tmp_path: Path) -> None:
    """What belongs to other programs is not missed, nor is an address that is none."""
    data = {
        "basics": {**ADA, "url": "not an address at all"},
        "x-notes": "a b c d e f g h",
        "meta": {"a": "b c d"},
    }
    _, warnings = read(tmp_path, data)
    assert {one.code for one in warnings} == {"wrong-url", "unknown-key"}


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ({"languages": [{"name": "Korean", "level": "Native"}]}, ["‹Korean›", "‹Native›"]),
        ({"languages": [{"language": "Thai", "proficiency": "B1"}]}, ["‹Thai›", "‹B1›"]),
        ({"languages": {"English": "native", "German": "B2"}}, ["‹English›", "‹native›", "‹German›", "‹B2›"]),
        ({"experiences": [{"company": "Acme", "title": "Clerk"}]}, ["‹Experience›", "‹Acme›", "‹Clerk›"]),
        ({"employment": [{"employer": "Acme", "role": "Clerk"}]}, ["‹Experience›", "‹Acme›", "‹Clerk›"]),
        ({"work": {"name": "Acme", "position": "Clerk"}}, ["‹Acme›", "‹Clerk›"]),
        ({"work": ["Clerk at Acme"]}, ["‹Clerk at Acme›"]),
        ({"work": [{"name": "A", "city": "Leeds"}]}, ["location: ‹Leeds›"]),
        (
            {"work": [{"name": "A", "location": {"city": "Leeds", "country": "UK"}}]},
            ["location: ‹Leeds, UK›"],
        ),
        ({"work": [{"name": "A", "from": 2019, "to": "now"}]}, ["‹2019 – Present›"]),
        ({"work": [{"name": "A", "responsibilities": "- Filed\n- Sorted"}]}, ["] ‹Filed›", "] ‹Sorted›"]),
        ({"work": [{"name": "A", "achievements": [{"title": "T", "description": "D"}]}]}, ["‹T: D›"]),
        ({"work": [{"name": "A", "technologies": ["awk", {"name": "sed"}]}]}, ["‹awk›", "‹sed›"]),
        (
            {"work": [{"name": "A", "website": {"name": "example.org", "url": "https://example.org"}}]},
            ["link: ‹example.org›", "-> https://example.org"],
        ),
        ({"work": [{"name": "A", "clients": [{"name": "B"}, "C"]}]}, ["subtitle: ‹B›", "subtitle: ‹C›"]),
        (
            {"education": [{"school": "U", "degree": "BSc", "major": "Maths", "gpa": 3.9}]},
            ["‹U›", "‹BSc›", "‹Maths›", "‹3.9›"],
        ),
        ({"education": [{"institution": "U", "description": "With honours"}]}, ["‹With honours›"]),
        ({"Bildung": [{"institution": "U"}]}, ["‹Education›", "‹U›"]),
        (
            {"Berufserfahrung": [{"Firma": "A", "Stelle": "B", "von": "2019", "bis": "heute"}]},
            ["‹A›", "‹B›", "‹2019 – Present›"],
        ),
        (
            {"Expériences": [{"entreprise": "A", "poste": "B"}], "Langues": ["C"]},
            ["‹Experience›", "‹B›", "‹C›"],
        ),
        ({"experiencia": [{"empresa": "A", "cargo": "B"}], "idiomas": ["C"]}, ["‹Experience›", "‹B›", "‹C›"]),
        ({"certifications": [{"name": "CKA"}, "CKS"]}, ["‹Certificates›", "‹CKA›", "‹CKS›"]),
        (
            {"awards": [{"title": "P", "links": [{"label": "page", "url": "https://example.com"}]}]},
            ["link<https://example.com>(‹example.com›)"],
        ),
        (
            {"projects": [{"title": "P", "github": "https://github.com/a/p"}]},
            ["link<https://github.com/a/p>"],
        ),
        ({"references": [{"name": "B", "description": "Professor"}]}, ["‹Professor›"]),
        ({"references": "Available on request"}, ["‹Available on request›"]),
        ({"skills": {"Tools": ["awk", "sed"], "Other": "tea"}}, ["‹Tools›", "‹awk›", "‹Other›", "‹tea›"]),
        ({"skills": "awk, sed"}, ["‹awk, sed›"]),
        (
            {"publications": [{"title": "T", "author": "A. Example", "journal": "J", "year": 2020}]},
            ["‹T›", "‹J›", "‹2020›"],
        ),
    ],
)
def test_other_names_and_shapes_are_read(data: dict[str, Any], parts: list[str], tmp_path: Path) -> None:
    """What people and programs write for the keys of the schema; nothing is left out."""
    shown, warnings = read(tmp_path, {"basics": ADA, **data})
    assert all(part in shown for part in parts), shown
    assert {one.code for one in warnings} <= {"read-as"}


@pytest.mark.parametrize(
    ("basics", "parts"),
    [
        ({"name": "Ada", "headline": "Engineer"}, ["label: ‹Engineer›"]),
        ({"fullName": "Ada Quill"}, ["name: ‹Ada Quill›"]),
        ({"firstName": "Ada", "lastName": "Quill"}, ["name: ‹Ada Quill›"]),
        ({"name": {"first": "Ada", "last": "Quill"}}, ["name: ‹Ada Quill›"]),
        ({"name": "Ada", "city": "Leeds", "country": "Germany"}, ["‹Leeds›", "‹Germany›"]),
        ({"name": "Ada", "location": "Leeds, UK"}, ["‹Leeds, UK›"]),
        (
            {"name": "Ada", "website": {"name": "example.com", "url": "https://www.example.com"}},
            ["‹example.com›"],
        ),
        (
            {"name": "Ada", "linkedin": "https://www.linkedin.com/in/ada", "github": "ada"},
            ["linkedin.com/in/ada", "github.com/ada"],
        ),
        ({"name": "Ada", "profiles": {"github": "ada"}}, ["github.com/ada"]),
        ({"name": "Ada", "about": "Wrote it."}, ["‹Wrote it.›"]),
    ],
)
def test_other_names_in_basics_are_read(basics: dict[str, Any], parts: list[str], tmp_path: Path) -> None:
    """The same for the person."""
    shown, warnings = read(tmp_path, {"basics": basics})
    assert all(part in shown for part in parts), shown
    assert {one.code for one in warnings} <= {"read-as"}


def test_a_note_says_what_was_read_as_what(tmp_path: Path) -> None:
    """In one line; names from before JSON Resume 1.0 need none."""
    data = {
        "basics": ADA,
        "experiences": [{"company": "A"}],
        "Bildung": [{"institution": "U", "degree": "BSc"}],
    }
    (note,) = read(tmp_path, data)[1]
    assert (note.severity, note.code) == (Severity.NOTE, "read-as")
    for pair in ("experiences as 'work'", "Bildung as 'education'", "[].degree as 'studyType'"):
        assert pair in note.message
    assert "company" not in note.message


def test_both_names_of_a_section_are_printed(tmp_path: Path) -> None:
    """`work` and `experience` in one file are one section; a name that is taken twice is said."""
    data = {"basics": ADA, "work": [{"name": "A"}], "experience": [{"name": "B"}]}
    shown, warnings = read(tmp_path, data)
    assert "‹A›" in shown
    assert "‹B›" in shown
    assert [one.code for one in warnings] == ["read-as"]


def test_one_line_for_all_keys_of_other_programs(tmp_path: Path) -> None:
    """However many extensions and switches there are; words that nobody prints are another matter."""
    work = {
        "name": "A",
        "position": "B",
        "x-factIds": ["a", "b"],
        "isCurrentRole": True,
        "_id": "7",
        "visible": False,
    }
    data = {
        "basics": {**ADA, "x-a": "b"},
        "x-learning": "Self-taught",
        "work": [work, work],
        "motto": "Onwards",
    }
    _, warnings = read(tmp_path, data)
    quiet, loud = sorted(warnings, key=lambda one: one.severity is Severity.WARNING)
    assert (quiet.severity, quiet.code) == (Severity.NOTE, "unknown-key")
    for key in ("x-learning", "work[].x-factIds", "work[].isCurrentRole", "basics.x-a"):
        assert key in quiet.message
    assert (loud.severity, loud.code) == (Severity.WARNING, "unknown-key")
    assert "'motto'" in loud.message


def test_values_that_do_not_fit_are_left_out(tmp_path: Path) -> None:
    """Each kind is said once, and what is around them is printed."""
    highlights = ["Kept.", None, {"foo": {"bar": "baz"}}]
    work = [{"name": "A", "position": "P", "highlights": highlights}, None, 7]
    data = {
        "basics": {**ADA, "email": "nope", "profiles": [None, {"network": "X"}]},
        "work": work,
        "meta": "x",
    }
    shown, warnings = read(tmp_path, data)
    assert "‹Kept.›" in shown
    assert {"empty-item", "wrong-email", "missing-key", "wrong-type"} <= {one.code for one in warnings}
    assert all(one.severity is not Severity.ERROR for one in warnings)
    assert sum(one.code == "empty-item" for one in warnings) == 1


def test_a_duplicate_key_in_json_is_a_warning(tmp_path: Path) -> None:
    """As for every reader of JSON the last one counts; in YAML it is an error."""
    text = '{"basics": {"name": "Ada"}, "basics": {"name": "Bo"}}'
    shown, (warning,) = read(tmp_path, text)
    assert "name: ‹Bo›" in shown
    assert (warning.severity, warning.code, warning.hint) == (
        Severity.WARNING,
        "duplicate-key",
        "first used on line 1",
    )
    assert refused(tmp_path, text, "resume.yaml").code == "duplicate-key"


def test_an_end_before_its_start_is_a_warning(tmp_path: Path) -> None:
    """It is printed as it is written."""
    work = [{"name": "A", "startDate": "2010-02", "endDate": "2001-07"}]
    shown, (warning,) = read(tmp_path, {"basics": ADA, "work": work})
    assert warning.code == "wrong-period"
    assert "2001" in shown


def test_what_no_engine_prints_is_left_out(tmp_path: Path) -> None:
    """Invisible characters, wrong markup, texts that are too long: with a warning, and the rest is there."""
    work = [{"name": "Ac\u200bme \ue000", "position": "P $`\\foo`$", "location": "x" * 1200}]
    shown, warnings = read(tmp_path, {"basics": ADA, "work": work})
    assert "‹Acme ›" in shown
    assert "foo" in shown
    assert {one.code for one in warnings} == {"character-left-out", "wrong-markup", "long-text"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("experiences: [{name: A}]", "did you mean 'work'?"),
        ("Bildung: [{name: A}]", "did you mean 'education'?"),
        ("certifications: [{name: A}]", "did you mean 'certificates'?"),
        ("work: [{company: A, title: B}]", "did you mean 'name'?"),
        ("education: [{institution: U, degree: B}]", "did you mean 'studyType'?"),
        ("languages: [{language: A, level: B}]", "did you mean 'fluency'?"),
        ("work: [{name: A, responsibilities: [B]}]", "did you mean 'highlights'?"),
        ("basics: {name: Ada, headline: B}", "did you mean 'label'?"),
        ("basics: {name: Ada, city: B}", "write it as 'location: {city: …}'"),
        ("projects: [{name: A, repo: example.com}]", "did you mean 'repository'?"),
    ],
)
def test_in_yaml_hints_name_the_key(text: str, hint: str, tmp_path: Path) -> None:
    """There an unknown key is an error, and the same table says what was meant."""
    whole = text if text.startswith("basics") else f"basics: {{name: Ada}}\n{text}"
    with pytest.raises(ResumeError) as caught:
        read(tmp_path, whole, "resume.yaml")
    assert hint in [one.hint for one in caught.value.diagnostics]


def test_synonyms_name_keys_that_exist() -> None:
    """No entry of the table leads nowhere."""
    table = resources.table("data/schema/synonyms.yaml")
    top = rules.resume_rules()
    sections = [top[name]["schema"]["schema"] for name in rules.table()["sections"]]
    known = {"title", "entries", "kind", *(key for fields in sections for key in fields)}
    assert {key.partition(".")[0] for key in table["top"]} <= set(top)
    assert {key.partition(".")[0] for key in table["basics"]} <= set(top["basics"]["schema"])
    assert {key for keys in table["entry"].values() for key in keys.split()} <= known
    for name, keys in table["sections"].items():
        assert name in rules.table()["sections"]
        assert {key for meant in keys.values() for key in meant.split()} <= known


def test_tabs_and_commas_too_many(tmp_path: Path) -> None:
    """JSON that people indent with tabs, and write a comma after the last value."""
    text = '{\n\t"basics": {\n\t\t"name": "Ada",\n\t},\n\t"skills": [{"keywords": ["awk", "sed",]},],\n}\n'
    shown, warnings = read(tmp_path, text)
    assert "name: ‹Ada›" in shown
    assert "keyword: ‹sed›" in shown
    assert warnings == ()


def test_an_entry_that_is_only_a_text_is_led_by_it(tmp_path: Path) -> None:
    """So that it is printed; and a summary at the top is that of the person."""
    data = {
        "basics": {"name": "Ada Example"},
        "personal-statement": "I build.",
        "awards": [{"title": "Prize"}],
        "achievements": [{"text": "Ten thousand stars"}],
    }
    shown, _ = read(tmp_path, data)
    assert "‹I build.›@basics.summary" in shown
    assert "‹Ten thousand stars›" in shown


def test_yaml_that_names_the_schema_of_json_resume_is_read_as_such(tmp_path: Path) -> None:
    """Leniently; other YAML is one's own, in which an unknown key is an error."""
    data = {"basics": {"name": "Ada Example"}, "work": [{"position": "Engineer", "company": "Example Ltd"}]}
    assert refused(tmp_path, data, "resume.yaml").code == "unknown-key"
    schema = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
    shown, _ = read(tmp_path, {"$schema": schema, **data}, "resume.yaml")
    assert "‹Example Ltd›" in shown
