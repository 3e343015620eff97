"""What two variants show differently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_verbs import texresume
from tests.conftest import ROOT
from tests.fixtures import DATA, document
from texresume.build.differences import differences
from texresume.build.pipeline import Request
from texresume.variants import difference
from texresume.variants.difference import Change, words_changed

from .test_variants import MASTER

GOOD = DATA / "variants" / "good"
_TEXTS = st.text(alphabet="ab \n", max_size=40)


def places(a: str, b: str) -> list[tuple[str, str]]:
    """Kind and place of every difference between two résumés in YAML."""
    return [(change.kind, change.place) for change in difference.compare(document(a), document(b))]


@given(_TEXTS, _TEXTS)
def test_words_lead_from_one_text_to_the_other(a: str, b: str) -> None:
    """What is the same and what is in one make that one up, letter by letter."""
    words = words_changed(a, b)
    assert "".join(text for kind, text in words if kind in ("same", "a")) == a
    assert "".join(text for kind, text in words if kind in ("same", "b")) == b


def test_words() -> None:
    """Words that differ stand where they differ; texts with little in common come whole."""
    assert words_changed("Kept the grid up.", "Kept the whole grid up.") == [
        ("same", "Kept the "),
        ("b", "whole "),
        ("same", "grid up."),
    ]
    assert words_changed("Baut Dinge.", "Builds things.") == [("a", "Baut Dinge."), ("b", "Builds things.")]


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("work: [{name: A}]", "work: [{name: A}]", []),
        ("work: [{name: A}, {name: B}]", "work: [{name: A}]", [("only-a", "work.b")]),
        ("work: [{name: A}]", "work: [{name: A}]\nskills: [C]", [("only-b", "skills")]),
        ("work: [{name: A}, {name: B}]", "work: [{name: B}, {name: A}]", [("moved", "work.b")]),
        (
            "skills: [C]\nawards: [X]\nwork: [{name: A}]",
            "work: [{name: A}]\nskills: [C]\nawards: [X]",
            [("moved", "work")],
        ),
        (
            "work: [{name: A, highlights: [One two, Three]}]",
            "work: [{name: A, highlights: [One two too, Three, Four]}]",
            [("changed", "work.a.1"), ("only-b", "work.a.3")],
        ),
        (
            "work: [{name: A, position: P, startDate: 2020, keywords: [x]}]",
            "work: [{name: A, position: Q, startDate: 2021, keywords: [x, y]}]",
            [("changed", "work.a.subtitle"), ("changed", "work.a.dates"), ("changed", "work.a.keywords")],
        ),
        (  # what tells the second position's employer is the heading that it shares
            "work: [{name: A, id: p, position: P}, {name: A, id: q, position: Q}]",
            "work: [{name: A, id: q, position: Q}]",
            [("only-a", "work.p")],
        ),
        (
            "education: [{institution: U, thesis: On A}]",
            "education: [{institution: U, thesis: On B}]",
            [("changed", "education.u.details")],
        ),
        (
            "publications: [{name: P, authors: [A, B], doi: 10.1/x}]",
            "publications: [{name: P, authors: [A], doi: 10.1/y}]",
            [("changed", "publications.p.doi"), ("changed", "publications.p.authors")],
        ),
    ],
)
def test_differences(a: str, b: str, wanted: list[tuple[str, str]]) -> None:
    """Every one is found where it is, and no other."""
    head = "basics: {name: Ada}\n"
    assert places(head + a, head + b) == wanted


def test_the_head() -> None:
    """Label, contacts and summary count as well."""
    a = "basics: {name: Ada, label: X, phone: 412-555-0117, summary: One.}"
    b = "basics: {name: Ada, label: Y, email: ada@example.com}"
    assert places(a, b) == [
        ("changed", "basics.label"),
        ("changed", "basics.email"),
        ("changed", "basics.phone"),
        ("only-a", "summary"),
    ]


def test_settings_differ(tmp_path: Path) -> None:
    """Template, pages and language are part of what a reader sees; options where they can be compared."""
    file = tmp_path / "a.yaml"
    file.write_text("template: academic\npages: 3\nlocale: no\nsections: []\n", "utf-8")
    other = tmp_path / "b.yaml"
    other.write_text("locale: en\noptions: {paper: letter}\nsections: []\n", "utf-8")
    found = differences(Request(data=MASTER, variant=str(file), project=ROOT), "")
    settings = [change.field for change in found if change.section == "settings"]
    assert settings == ["template", "locale", "pages"]
    found = differences(Request(data=MASTER, variant=str(other), project=ROOT), "")
    assert [change.field for change in found if change.section == "settings"] == ["options.paper"]


def test_the_verb() -> None:
    """Marks around words where there is no colour; names of both; all there is in the place of none."""
    flags = ("--data", str(MASTER), "--variant", str(GOOD / "override-highlight.yaml"))
    done = texresume("diff", *flags)
    assert done.returncode == 0
    assert "  ~ acme.grid: Kept the [-whole -]grid up." in done.stdout
    assert "\x1b" not in done.stdout
    both = texresume("diff", *flags, "--against", str(GOOD / "override-highlight.yaml"))
    assert both.stdout.splitlines()[1:] == ["  no differences"]
    assert texresume("diff", "--data", str(MASTER), "--variant", "nothing").returncode == 2


def test_the_verb_as_json() -> None:
    """One object; every change with its path, both texts, and the words between."""
    done = texresume(
        "diff", "--data", str(MASTER), "--against", str(GOOD / "override-highlight.yaml"), "--json"
    )
    result = json.loads(done.stdout)
    assert set(result) == {"a", "b", "changes"}
    change = next(change for change in result["changes"] if change["path"] == "work.acme.grid")
    assert change["kind"] == "changed"
    assert change["words"] == [["same", "Kept the "], ["b", "whole "], ["same", "grid up."]]


def test_a_change_says_where() -> None:
    """By the names that a variant could hide or override it by."""
    assert Change("only-a", "work", "acme", "grid").place == "work.acme.grid"


def test_files_may_lie_anywhere(tmp_path: Path) -> None:
    """A variant by the path of its file, which lies in another folder."""
    file = tmp_path / "here.yaml"
    file.write_text("hide: [skills]\n", "utf-8")
    found = differences(Request(data=MASTER, variant=str(file), project=ROOT), "")
    assert [(change.kind, change.place) for change in found] == [("only-b", "skills")]


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        ("[here](https://a.example.com)", "[here](https://b.example.com)", "[here](https://b.example.com)"),
        ("now **bold**", "now bold", "now bold"),
        ("x^2^", "x2", "x2"),
    ],
)
def test_markup_and_targets_count(a: str, b: str, shown: str) -> None:
    """What prints or leads otherwise is a difference, though the words are the same."""
    head = "basics: {name: Ada}\nwork: [{name: A, highlights: ['"
    (change,) = difference.compare(document(f"{head}{a}']}}]"), document(f"{head}{b}']}}]"))
    assert (change.kind, change.place, change.b) == ("changed", "work.a.1", shown)
