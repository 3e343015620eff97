"""What stands within entries and beside them: clients, links, references, clauses, categories."""

from __future__ import annotations

import pytest

from tests.fixtures import composed, document
from texresume.data.resume import dotted
from texresume.document.model import Entry

BASICS = "basics: {name: Ada Quill}\n"


def entry(text: str) -> Entry:
    """The first entry of these data."""
    return document(BASICS + text).sections[0].entries[0]


@pytest.mark.parametrize("key", ["projects", "entries"])
@pytest.mark.parametrize(
    "section", ["work: [{name: A", "volunteer: [{organization: A", "teaching: [{name: A"]
)
def test_entries_within_an_entry_stand_beneath_it(section: str, key: str) -> None:
    """With name and role, dates, highlights, links."""
    parts = "[{name: B, position: Lead, startDate: 2019, endDate: 2020, highlights: Did it., url: b.io}, C]"
    first, second = entry(f"{section}, {key}: {parts}}}]\n").positions
    assert (str(first.title), str(first.subtitle), str(first.dates)) == ("", "B, Lead", "2019 – 2020")
    assert [str(one.text) for one in first.highlights] == ["Did it."]
    assert str(first.link.text) == "b.io"
    assert str(second.subtitle) == "C"


def test_an_entry_with_parts_has_a_heading_of_its_own() -> None:
    """Else a client and a later position at the same employer would look alike."""
    work = "{name: A, position: P, projects: [B]}, {name: A, position: Q}, {name: A, position: R}"
    first, second = document(f"{BASICS}work: [{work}]\n").sections[0].entries
    assert [str(one.subtitle) for one in first.positions] == ["B"]
    assert [str(one.subtitle) for one in second.positions] == ["R"]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("repository: https://github.com/a/b", ["github.com/a/b"]),
        ("url: a.example, repository: https://a.example/", []),  # the same address
        ("links: [a.example, {label: Paper, url: b.example}]", ["a.example", "Paper | b.example"]),
        ("links: a.example", ["a.example"]),
        ("repository: a.example, links: [a.example, b.example]", ["a.example", "b.example"]),
    ],
)
@pytest.mark.parametrize(
    "section", ["work: [{name: A, position: B", "awards: [{title: A", "skills: [{name: A"]
)
def test_further_links(section: str, fields: str, shown: list[str]) -> None:
    """Any entry may have a repository and links; each address is printed once."""
    details = entry(f"{section}, {fields}}}]\n").details
    assert {one.name for one in details} <= {"link"}
    assert [" | ".join(filter(None, map(str, (one.label, one.text)))) for one in details] == shown


def test_referees_and_plain_references() -> None:
    """A referee's position and organization stand beside the name; a text is what somebody said."""
    made = document(
        BASICS + "references:\n"
        "  - {name: O. Berg, position: Head, organization: College, email: o@b.example, reference: Good.}\n"
        "  - Available on request\n"
    )
    referee, text = made.sections[0].entries
    assert (str(referee.title), str(referee.subtitle)) == ("O. Berg", "Head, College")
    assert [str(one.text) for one in referee.details] == ["o@b.example"]
    assert (str(text.title), list(map(str, text.paragraphs))) == ("", ["Available on request"])
    assert list(map(str, entry("references: On request\n").paragraphs)) == ["On request"]


@pytest.mark.parametrize("title", ["", ", title: ''"])
def test_a_section_without_a_title_has_no_heading(title: str) -> None:
    """As for a clause of consent."""
    (section,) = document(
        f"{BASICS}custom: [{{id: consent, kind: text{title}, entries: [I agree.]}}]\n"
    ).sections
    assert (section.id, str(section.title)) == ("consent", "")
    assert list(map(str, section.entries[0].paragraphs)) == ["I agree."]


@pytest.mark.parametrize(
    ("fields", "note", "left_out"),
    [
        ("type: application, entity: Self", "", "'application', 'Self'"),
        ("type: website, entity: idea2app", "idea2app", "'website'"),
        ("type: Mobile application, entity: Acme", "Mobile application, Acme", ""),
    ],
)
def test_categories_are_not_printed(fields: str, note: str, left_out: str) -> None:
    """Types and entities that are words for programs; a note says so."""
    made, found = composed(f"{BASICS}projects: [{{name: A, {fields}}}]\n")
    assert str(made.sections[0].entries[0].note) == note
    assert [one.message for one in found] == ([f"categories are not printed: {left_out}"] if left_out else [])


def test_a_text_is_a_list_of_one() -> None:
    """Its commas stay as they are."""
    made = entry("work: [{name: A, highlights: 'Did this, that.', keywords: 'a, b'}]\n")
    assert [str(one.text) for one in made.highlights] == ["Did this, that."]
    assert list(map(str, made.keywords)) == ["a, b"]
    assert dotted(("work", 0, "keywords", 0)) == made.keywords[0].parts[0].path
