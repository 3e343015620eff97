"""Loader and schema: properties that hold for every input, and the places of things."""

from __future__ import annotations

import copy
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures import dump
from texresume.data import jsonresume, loader, rules, schema
from texresume.data.resume import Resume, Text, dotted, undotted
from texresume.data.source import Mark, Source
from texresume.diagnostics import (
    Diagnostic,
    Position,
    ResumeError,
    Severity,
    format_diagnostic,
    has_errors,
    in_order,
    nearest,
)
from texresume.document.compose import compose
from texresume.text import locale

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILE = Path("resume.yaml")
YAML_SIGNS = "{}[]:,-?&*!|>'\"%@`#~ \n\t<=abc01."
LINES = st.text(st.one_of(st.sampled_from(YAML_SIGNS), st.characters(codec="utf-8")), max_size=120)


def visible(printed: str) -> bool:
    """Whether a text commands no terminal: spaces of any width do not."""
    return all(char.isprintable() or char == "\n" or unicodedata.category(char) == "Zs" for char in printed)


def harmless(found: tuple[Diagnostic, ...]) -> None:
    """Diagnostics can be printed and sent as JSON."""
    for fault in found:
        printed = format_diagnostic(fault)
        assert visible(printed)
        json.dumps(fault.as_json())


@FEW
@given(LINES)
def test_loading_raises_nothing_but_resume_errors(text: str) -> None:
    """Whatever stands in a file, it is data or diagnostics."""
    try:
        loaded = loader.parse(text, FILE)
    except ResumeError as error:
        harmless(error.diagnostics)
    else:
        assert isinstance(loaded.data, dict)


@FEW
@given(st.text(st.sampled_from("[]{}:,- \n&*a<!'\"|>?"), max_size=60))
def test_loading_signs_of_yaml_raises_nothing_but_resume_errors(text: str) -> None:
    """The same for texts that are nothing but YAML's own signs."""
    try:
        loader.parse(f"basics:\n  name: Ada\nx: {text}", FILE)
    except ResumeError as error:
        harmless(error.diagnostics)


# NEL, LS and PS are line breaks to YAML 1.1 and fold; PyYAML's own writer gets them wrong in some places.
STRINGS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff"),
    max_size=80,
)  # YAML takes no key of more than 1,024 characters
TREES = st.recursive(
    STRINGS | st.sampled_from(["NO", "1e3", "~", "null", "=", "<<", "2016-01-01", "0x1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)


@FEW
@given(st.dictionaries(STRINGS, TREES, max_size=4))
def test_what_yaml_writes_is_read_back(data: dict[str, Any]) -> None:
    """Nested texts that PyYAML or a JSON library has written come back as they were."""
    if not data:
        return
    for text in (yaml.safe_dump(data), yaml.safe_dump(data, allow_unicode=True), json.dumps(data)):
        assert loader.parse(text, FILE).data == data


@FEW
@given(st.dictionaries(STRINGS, TREES, min_size=1, max_size=4))
def test_every_value_has_its_place(data: dict[str, Any]) -> None:
    """Each path of the data has a mark, within the file."""
    loaded = loader.parse(json.dumps(data, indent=1), FILE)

    def walk(value: Any, path: tuple[str | int, ...]) -> None:
        mark = loaded.source.marks[path]
        assert 0 <= mark.key <= mark.start <= mark.end <= len(loaded.source.text)
        if isinstance(value, dict):
            for key, child in value.items():
                walk(child, (*path, key))
        elif isinstance(value, list):
            for number, child in enumerate(value):
                walk(child, (*path, number))
        elif path:
            assert loaded.source.text[mark.start] == '"'

    walk(loaded.data, ())


def _names() -> list[str]:
    table = rules.table()
    names = {
        *table["common"],
        *table["basics"],
        *table["custom"],
        *table["sections"],
        "basics",
        "meta",
        "$schema",
    }
    for section in table["sections"].values():
        names |= {*section["fields"], *section.get("dates", ())}
    names |= {"en", "de", "text", "type", "schema", "x", "", "a.b", "[0]", "company", "gpa"}
    return sorted({*names, "profiles"} - {"profile"})


WORDS = st.sampled_from(
    ["", " ", "x", "Ada Quill", "2020", "2019-13", "2020-05", "present", "https://example.com", "a@b.cd",
     "*a*", "1", "yes",
     "$`x`$", "$`\\x`$", "http://[", "a b", "王"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_names()), inner, max_size=4),
    max_leaves=10,
)


@st.composite
def resumes(draw: st.DrawFn) -> dict[str, Any]:
    """Data with the schema's keys, now and then of the right shape."""
    sections = rules.table()["sections"]
    data: dict[str, Any] = draw(st.dictionaries(st.sampled_from(_names()), VALUES, max_size=2))
    basics = draw(st.dictionaries(st.sampled_from(list(rules.table()["basics"])), VALUES, max_size=3))
    data["basics"] = draw(st.sampled_from([{"name": "Ada Quill", **basics}, basics, {"name": "Ada"}, "x"]))
    for name in draw(st.lists(st.sampled_from(list(sections)), max_size=3)):
        own = sections[name]
        keys = [
            *own["fields"],
            *rules.table()["common"],
            *own.get("dates", ()),
            *(["company"] if name == "work" else []),
        ]
        entry = st.dictionaries(st.sampled_from(keys), VALUES, max_size=5)
        if name == "custom":
            parts = st.fixed_dictionaries(
                {"title": WORDS, "entries": st.lists(entry | WORDS, max_size=2)},
                optional={"id": WORDS, "kind": st.sampled_from(["timeline", "list", "tags", "text", "x"])},
            )
            data[name] = draw(st.lists(parts, max_size=2))
        else:
            data[name] = draw(st.lists(entry | WORDS, max_size=3))
    return data


@settings(FEW, max_examples=200)
@given(resumes(), st.booleans())
def test_validating_raises_nothing_but_resume_errors(data: dict[str, Any], foreign: bool) -> None:
    """Whatever stands where in the data, it is a résumé that can be composed, or diagnostics."""
    before = copy.deepcopy(data)
    loaded = loader.parse(json.dumps(data), FILE)
    try:
        if foreign:
            loaded = jsonresume.modernise(loaded)
        resume, warnings = schema.validate(loaded, lenient=foreign)
        assert isinstance(resume, Resume)
        document, more = compose(resume, locale.find("en"), loaded.source)
    except ResumeError as error:
        found = error.diagnostics
        wanted = True
    else:
        found = (*warnings, *more)
        wanted = False
        assert dump(document)
    harmless(found)
    assert has_errors(found) is wanted
    said = [(fault.message, fault.path, fault.position) for fault in found]
    assert len(set(said)) == len(said)
    assert data == before


STEP = st.text(min_size=0, max_size=6) | st.integers(0, 99)


@FEW
@given(st.lists(STEP | st.sampled_from([".", "[", "]", '"', "[0]", '["', "a.b", "\\"]), max_size=5))
def test_paths_can_be_read_back(steps: list[str | int]) -> None:
    """A path written out is read back as it was, whatever the keys."""
    assert undotted(dotted(tuple(steps))) == tuple(steps)


def test_paths_read_well() -> None:
    """Usual paths are written as people would."""
    assert dotted(("work", 0, "highlights", 2)) == "work[0].highlights[2]"
    assert dotted(("basics", "label", "pt-BR")) == "basics.label.pt-BR"
    assert dotted(("a.b", 1)) == '["a.b"][1]'
    assert dotted(()) == ""


@FEW
@given(
    st.text(), st.text(), st.text(), st.text(), st.integers(1, 300),
)  # fmt: skip
def test_printing_never_commands_a_terminal(
    message: str, text: str, hint: str, name: str, column: int
) -> None:
    """Controls of any kind become visible, wherever in a diagnostic they stand."""
    position = Position(3, column, text)
    fault = Diagnostic(Severity.ERROR, "code", message, Path(name.replace("\0", "")), position, (), hint)
    printed = format_diagnostic(fault)
    assert visible(printed)
    assert printed.count("\n") == (2 if text else bool(hint))


@pytest.mark.parametrize(
    ("text", "column", "spaces"),
    [
        ("label: x", 8, 7),
        ("\tx", 2, 1),
        ("王小明 x", 5, 7),
        ("e\u0301e\u0301 x", 6, 3),
        ("ab\x00c", 4, 3),
        ("a" * 300, 300, 50),
        ("a" * 300, 1, 0),
    ],
)
def test_the_caret_counts_columns_of_the_terminal(text: str, column: int, spaces: int) -> None:
    """Wide characters take two columns, combining ones none; long lines are shown around the caret."""
    fault = Diagnostic(Severity.ERROR, "code", "m", FILE, Position(1, column, text), hint="h")
    last = format_diagnostic(fault).splitlines()[-1]
    assert last == "      | " + " " * spaces + "^ h"


def test_diagnostics_as_json_are_flat() -> None:
    """Every key is always there, unknown values are null."""
    bare = Diagnostic(Severity.WARNING, "code", "message").as_json()
    assert bare == {
        "severity": "warning", "code": "code", "message": "message", "file": None, "line": None,
        "column": None,
        "path": None, "hint": None,
    }  # fmt: skip
    full = Diagnostic(Severity.ERROR, "c", "m", Path("a/b"), Position(2, 3, "t"), ("work", 0), "h").as_json()
    assert (full["file"], full["line"], full["column"], full["path"], full["hint"]) == (
        "a/b",
        2,
        3,
        "work[0]",
        "h",
    )


def test_the_nearest_name_is_suggested() -> None:
    """Misspelt names get a hint, names far off none; case does not matter."""
    known = ["highlights", "startDate", "url"]
    assert nearest("hilights", known) == "did you mean 'highlights'?"
    assert nearest("STARTDATE", known) == "did you mean 'startDate'?"
    assert nearest("zebra", known) == ""
    assert nearest("", known) == nearest("x", []) == ""


def test_diagnostics_are_sorted_and_said_once() -> None:
    """In order of file, line and column; those without a place first; repetitions go."""
    one, two = (Diagnostic(Severity.ERROR, "c", "m", FILE, Position(2, n)) for n in (9, 10))
    first = Diagnostic(Severity.ERROR, "c", "m", FILE)
    assert in_order([two, one, two, first, one]) == [first, one, two]


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("de-AT", "AT"), ("de", "de"), ("de-CH", "de"), ("pt", "BR"), ("PT-br", "BR"), ("fr", "AT")],
)
def test_languages_are_picked_by_nearness(language: str, wanted: str) -> None:
    """The language itself, else its base, else a sister, else the one written first."""
    text = Text(("x",), {"de-AT": "AT", "de": "de", "pt-BR": "BR"})
    assert text.pick(language)[0] == wanted
    assert text.pick(language)[2] is (language != "fr")


def test_marks_follow_the_items_that_are_left() -> None:
    """Where items of a list fall out, what is left keeps its place in the file."""
    source = Source.of(FILE, "abcdef")
    source.marks.update({("l", n): Mark(n, n, n) for n in range(4)})
    source.marks.update({("l", 3, "x"): Mark(5, 5, 5), ("other", 3): Mark(4, 4, 4)})
    source.keep_items(("l",), [1, 3])
    assert source.marks == {
        ("l", 0): Mark(1, 1, 1), ("l", 1): Mark(3, 3, 3), ("l", 1, "x"): Mark(5, 5, 5),
        ("other", 3): Mark(4, 4, 4),
    }  # fmt: skip


def test_a_fault_after_blank_items_keeps_its_line() -> None:
    """Items of a JSON Resume that are left out move no later place."""
    text = (
        '{"basics": {"name": "Ada"},\n"work": ["", {"x": 1},\n'
        '{"name": "B", "highlights": ["", "$`\\\\x`$"]}]}'
    )
    loaded = loader.parse(text, FILE)
    resume, _ = schema.validate(loaded, lenient=True)
    with pytest.raises(ResumeError) as caught:
        compose(resume, locale.find("en"), loaded.source)
    (fault,) = caught.value.diagnostics
    assert fault.position is not None
    assert (fault.position.line, fault.position.column) == (3, 34)


def test_ids_are_unique_and_explicit_ones_win() -> None:
    """A made id never takes one that the file gives, wherever in the file that stands."""
    loaded = loader.parse(
        "basics: {name: Ada}\nwork:\n- name: One\n- name: One\n- {name: Two, id: one}\nskills: [One, 王]\n",
        FILE,
    )
    resume, _ = schema.validate(loaded)
    ids = [entry.id for section in resume.sections for entry in section.entries]
    assert ids == ["one-2", "one-3", "one", "one-4", "skills-2"]
