"""The engineer's three applications: what they show, one page each, and what `diff` says of them."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pdfplumber
import pytest

from tests.conftest import ROOT
from tests.fixtures import DATA
from texresume.build import pipeline, reading
from texresume.build.differences import differences
from texresume.build.pipeline import Request
from texresume.check import validation
from texresume.check.thorough import inspect_thoroughly
from texresume.document.model import Document
from texresume.latex import view
from texresume.variants import variant
from texresume.variants.difference import Change

ENGINEER = ROOT / "data" / "engineer" / "resume.yaml"
VARIANTS = ("leitung", "machine-learning", "reliability")
MARKS = {"only-a": "-", "only-b": "+", "changed": "~", "moved": ">"}
MIRRORED = {"only-a": "only-b", "only-b": "only-a", "changed": "changed", "moved": "moved"}
MINIMUM_FILL = 0.92
"""Of the page's height, down to the last line: a page that ends earlier looks unfinished."""

# Sections with their entries, and positions with their highlights, as read from the files by hand.
SHOWN = {
    "reliability": {
        "summary": "summary",
        "work": "havenlicht-principal havenlicht-staff palisander skerry",
        "projects": "flakehunter ebbe",
        "education": "elbmarsch wesermuende",
        "skills": "programming infrastructure",
        "certificates": "kubernetes iso-27001",
    },
    "machine-learning": {
        "summary": "summary",
        "work": "havenlicht-principal havenlicht-staff palisander",
        "publications": "promises scanner",
        "education": "elbmarsch wesermuende",
        "skills": "machine-learning programming",
    },
    "leitung": {
        "summary": "summary",
        "work": "havenlicht-principal havenlicht-staff palisander skerry tolvan",
        "education": "elbmarsch wesermuende",
        "skills": "programming leadership",
        "languages": "german english danish swedish",
    },
}
HIGHLIGHTS = {
    "reliability": {
        "havenlicht-principal": "dispatch inverters regions unit-cost",
        "havenlicht-staff": "inference feature-store partner-api",
        "palisander": "appliance dicom-router",
        "skerry": "tiles releases",
        "flakehunter": "flakehunter.1",
        "ebbe": "ebbe.1",
    },
    "machine-learning": {
        "havenlicht-principal": "dispatch forum",
        "havenlicht-staff": "load-forecast inference feature-store hiring",
        "palisander": "triage shortcut palisander-mentoring",
    },
    "leitung": {
        "havenlicht-principal": "dispatch forum audit inverters unit-cost",
        "havenlicht-staff": "load-forecast hiring quantiles",
        "palisander": "ce-mark palisander-mentoring",
        "skerry": "chart-viewer",
        "tolvan": "scheduler-guide",
    },
}


def shown(name: str) -> Document:
    """What a variant shows."""
    return reading.read(reading.master(ENGINEER), variant.find(name, ENGINEER, ROOT)).document


def changes(name: str, against: str, locale: str = "") -> list[Change]:
    """What `diff` finds between two variants."""
    return differences(Request(data=ENGINEER, project=ROOT, variant=name, locale=locale), against)


def test_nothing_is_to_be_said_against_the_examples() -> None:
    """Neither the master nor a variant has a warning: no idle tag, no text that lacks a language.

    Their letter and postings are not used by any command yet, which is a note.
    """
    assert tuple(variant.applications(variant.folder_of(ENGINEER))) == VARIANTS
    said = validation.validate(ENGINEER, project=ROOT)
    assert {(one.severity.value, one.code) for one in said} == {("note", "not-used")}
    assert {one.path for one in said} == {("posting",)}


@pytest.mark.parametrize("name", VARIANTS)
def test_each_application_shows_what_its_file_says(name: str) -> None:
    """Sections, entries and highlights by id, in the order of the page."""
    sections = shown(name).sections
    entries = {
        section.id: [one for entry in section.entries for one in (entry, *entry.positions)]
        for section in sections
    }
    assert {section: " ".join(one.id for one in ones) for section, ones in entries.items()} == SHOWN[name]
    assert list(entries) == list(SHOWN[name])
    highlights = {
        one.id: " ".join(highlight.id for highlight in one.highlights)
        for ones in entries.values()
        for one in ones
        if one.highlights
    }
    assert highlights == HIGHLIGHTS[name]


def test_the_base_is_in_each_application() -> None:
    """One page on A4, shorter entries, a letter that closes in its own language."""
    for name in VARIANTS:
        found = variant.find(name, ENGINEER, ROOT)
        assert (found.pages, found.options["paper"]) == (1, "a4")
        assert found.letter is not None
        assert {"subject", "opening", "body", "closing"} <= set(found.letter.texts)
        assert found.letter.recipient
        assert found.posting is not None
        assert 150 <= len(found.posting.read_text("utf-8").split()) <= 300
        contacts = {contact.kind for line in shown(name).contacts for contact in line}
        assert contacts == {"email", "phone", "location", "profile"}


def test_the_german_application_is_german_throughout() -> None:
    """But for names, dates and addresses, each text is the German one of several, or the variant's own."""
    document = shown("leitung")
    assert document.metadata.language == "de"
    paths = {part.path for field in view.fields_of(document) for part in field.parts}
    others = {re.sub(r"\[\d+\]", "", path) for path in paths if path and not path.endswith(".de")}
    assert others == {
        *("basics.name", "basics.email", "basics.phone", "basics.profiles.url"),
        *("basics.location.postalCode", "basics.location.city", "basics.location.countryCode"),
        *("basics.label", "basics.summary"),  # the variant's own
        *("work.name", "work.startDate"),
        *("education.institution", "education.studyType", "education.startDate"),
        "skills.keywords",  # C++ is C++
    }


@pytest.mark.parametrize("file", sorted((DATA / "variants-diff").iterdir()), ids=lambda file: file.stem)
def test_diff_lists_what_two_files_say_differently(file: Path) -> None:
    """Kind and place of every difference, none more and none less, in the order of reading."""
    text = file.read_text("utf-8")
    wanted = [line for line in text.splitlines() if line and not line.startswith("#")]
    locale = "en" if "--locale en" in text else ""
    name, _, against = file.stem.partition("--")
    found = changes(name, against, locale)
    assert [f"{MARKS[change.kind]} {change.place}" for change in found] == wanted


@pytest.mark.parametrize(("name", "against"), list(itertools.combinations((*VARIANTS, ""), 2)))
def test_diff_says_the_same_from_both_sides(name: str, against: str) -> None:
    """What one has and the other has not is the same, whichever is named first; none differs from itself."""

    def kinds(found: list[Change]) -> list[tuple[str, str]]:
        return sorted((change.kind, change.place) for change in found if change.kind != "moved")

    there, back = changes(name, against), changes(against, name)
    assert kinds(there) == sorted((MIRRORED[kind], place) for kind, place in kinds(back))
    assert there
    assert changes(name, name) == []


@pytest.mark.tex
@pytest.mark.parametrize("name", VARIANTS)
def test_each_application_is_one_full_page(name: str, tex: str, tmp_path: Path) -> None:
    """One page that its text fills, nothing to be said against it, whole for every reader of PDFs."""
    request = Request(data=ENGINEER, output=tmp_path, project=ROOT, variant=name)
    built = pipeline.build(request, inspect=inspect_thoroughly)
    assert built.tex == tex
    assert built.report.good
    assert built.diagnostics == ()
    with pdfplumber.open(built.files["pdf"]) as pdf:
        (page,) = pdf.pages
        assert max(word["bottom"] for word in page.extract_words()) > MINIMUM_FILL * page.height
