"""What the academic page shows: joined positions, years of publications, the foot, grades beside degrees."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from tests.conftest import absent
from tests.support import build_ok, request_for, shared_build, write_yaml
from texresume.build.outcome import Build
from texresume.pdf.alignment import Loss
from texresume.pdf.second_look import TextFindings, confirm
from texresume.tex import distribution
from texresume.text.inline import RichText

pytestmark = pytest.mark.tex

RULE = (0x9A / 255,) * 3
"""The grey of the rules."""


@pytest.fixture(autouse=True)
def _tex() -> None:
    if not distribution.find():
        absent("TeX")


def held(name: str, position: str, start: str, end: str = "", **more: Any) -> dict[str, Any]:
    """A position at an employer."""
    return {
        "name": name,
        "position": position,
        "startDate": start,
        **({"endDate": end} if end else {}),
        **more,
    }


DATA: dict[str, Any] = {
    "basics": {"name": "Ada Berg", "email": "ada@example.com"},
    "meta": {"lastModified": "2026-11-03"},
    "work": [
        held(
            "Northmoor University", "Professor", "2020-02", location="Northmoor", description="A university"
        ),
        held(
            "Northmoor University",
            "Lecturer",
            "2014-03",
            "2020-01",
            highlights=["Taught waves", "Wrote notes"],
        ),
    ],
    "education": [
        {
            "institution": "Aldermoor College",
            "area": "Physics",
            "studyType": "Doctor",
            "score": "1.0",
            "thesis": "Slow tides",
            "endDate": "2013-05",
        },
        {
            "institution": "Eastmoor College",
            "area": "Physics",
            "studyType": "Bachelor",
            "honors": [
                "The prize of the whole faculty for the best degree of all the years since its foundation"
            ],
            "endDate": "2010-05",
        },
    ],
    "publications": [
        {"name": "Waves", "publisher": "Annals", "releaseDate": "2019-05-20"},
        {"name": "Tides", "publisher": "Annals", "date": "in press", "releaseDate": "2018-04"},
    ],
    "skills": [{"name": "Sailing", "level": "expert"}, {"name": "Code", "keywords": ["R", "Julia"]}],
}


def built(**more: Any) -> Build:
    """The page of the data."""
    return shared_build(DATA, template="academic", **more)


def lines_of(page: Any) -> list[str]:
    """The lines of a page from top to bottom."""
    return [" ".join(line["text"].split()) for line in page.extract_text_lines(x_tolerance_ratio=0.2)]


def text_of(build: Build) -> list[str]:
    """The lines of all pages."""
    with pdfplumber.open(build.files["pdf"]) as pdf:
        return [line for page in pdf.pages for line in lines_of(page)]


def stems(page: Any) -> list[tuple[float, float]]:
    """Top and bottom of the pieces of the joining rule. pdfTeX draws what is low as a wide stroke."""
    return sorted(
        (one["top"] - (half := one["linewidth"] / 2 if one["height"] < 0.1 else 0), one["bottom"] + half)
        for one in page.lines
        if one["width"] < 1 and one["stroking_color"] == pytest.approx(RULE, abs=0.01)
    )


def line_with(lines: list[str], word: str) -> str:
    """The first line with a word."""
    return next(line for line in lines if word in line)


def test_positions_are_joined_below_their_employer() -> None:
    """The employer, its place and the whole span once, each position with its own dates, all at one rule."""
    lines = text_of(built())
    assert line_with(lines, "Northmoor University") == (
        "Northmoor University – A university, Northmoor Mar 2014 – Present"
    )
    assert line_with(lines, "Professor") == "Professor Feb 2020 – Present"
    assert line_with(lines, "Lecturer") == "Lecturer Mar 2014 – Jan 2020"
    with pdfplumber.open(built().files["pdf"]) as pdf:
        page = pdf.pages[0]
        words = {word["text"]: word for word in reversed(page.extract_words())}
        fonts = {char["fontname"] for char in page.chars if char["top"] == words["Lecturer"]["top"]}
        rule = stems(page)
        assert rule[0][0] > words["Northmoor"]["bottom"] - 3
        assert rule[-1][1] == pytest.approx(words["notes"]["bottom"], abs=3)
        assert words["Lecturer"]["x0"] == pytest.approx(words["Northmoor"]["x0"] + 13.2, abs=0.3)
        assert any("Bold" in font for font in fonts), "all titles are bold, not the later ones alone"


def test_a_note_that_does_not_fit_has_its_own_line() -> None:
    """The whole span stays on the first line."""
    note = "A public university with nine faculties and a harbour"
    work = [{**DATA["work"][0], "description": note}, DATA["work"][1]]
    lines = text_of(shared_build({**DATA, "work": work}, template="academic"))
    at = lines.index("Northmoor University, Northmoor Mar 2014 – Present")
    assert lines[at + 1] == note


def test_the_whole_span_is_an_option() -> None:
    """Without it the place stands at the right edge."""
    lines = text_of(built(options={"span": "false"}))
    assert line_with(lines, "Northmoor University") == "Northmoor University – A university Northmoor"
    assert not any("Mar 2014 – Present" in line for line in lines)
    assert line_with(lines, "Lecturer") == "Lecturer Mar 2014 – Jan 2020"


def test_positions_at_other_places_have_their_own() -> None:
    """The place beside the employer would be that of one of them only."""
    work = [DATA["work"][0], {**DATA["work"][1], "location": "Southmoor"}]
    lines = text_of(shared_build({**DATA, "work": work}, template="academic"))
    assert "Professor, Northmoor Feb 2020 – Present" in lines
    assert "Lecturer, Southmoor Mar 2014 – Jan 2020" in lines
    assert line_with(lines, "Northmoor University").startswith("Northmoor University – A university Mar")


def test_the_rule_goes_on_over_the_end_of_a_page() -> None:
    """On each page it runs from the first to the last line of the positions."""
    many = [f"Taught waves to year {number}" for number in range(70)]
    work = [DATA["work"][0], {**DATA["work"][1], "highlights": many}]
    build = shared_build({**DATA, "work": work}, template="academic")
    with pdfplumber.open(build.files["pdf"]) as pdf:
        assert len(pdf.pages) > 1
        for page in pdf.pages[:2]:
            taught = [line for line in page.extract_text_lines() if "Taught waves" in line["text"]]
            rule = stems(page)
            assert rule[-1][1] == pytest.approx(taught[-1]["bottom"], abs=3)
            assert page.page_number == 1 or rule[0][0] == pytest.approx(taught[0]["top"], abs=5)
            assert max(after[0] - before[1] for before, after in pairwise(rule)) < 0.1


def test_lines_of_a_long_title_hang_and_its_dates_end_at_the_edge() -> None:
    """Among joined positions as elsewhere."""
    title = "Professor of the " + "very long and winding history " * 4 + "of tides"
    work = [{**DATA["work"][0], "position": title}, DATA["work"][1]]
    with pdfplumber.open(shared_build({**DATA, "work": work}, template="academic").files["pdf"]) as pdf:
        words = pdf.pages[0].extract_words()
    professor = next(word for word in words if word["text"] == "Professor")
    ends = [word["x1"] for word in words if word["text"] == "Present"]
    assert len(ends) == 2
    assert ends[0] == pytest.approx(ends[1], abs=0.3)
    below = min(
        (word for word in words if word["top"] > professor["bottom"] - 2), key=lambda word: word["top"]
    )
    assert below["x0"] == pytest.approx(professor["x0"] + 13.2, abs=0.3)


@pytest.mark.parametrize(("wanted", "date"), [("years", "2019"), ("full", "May 2019")])
def test_dates_of_publications(wanted: str, date: str) -> None:
    """Years unless the option says otherwise; a date beside another text is as it is. Nothing is missed."""
    build = built(options={"publication_dates": wanted})
    lines = text_of(build)
    assert f"Annals. {date}" in lines
    assert "Annals. in press, Apr 2018" in lines
    assert "not-printed" not in {one.code for one in build.diagnostics}


def test_the_data_decides_on_dates_of_publications() -> None:
    """Whoever says in the data how precise they are gets that."""
    data = {**DATA, "meta": {"dates": {"publications": "month"}}}
    assert "Annals. May 2019" in text_of(shared_build(data, template="academic"))


def test_grades_stand_beside_the_degree_if_they_fit() -> None:
    """In roman; else below the school. The title of a thesis is in italics."""
    lines = text_of(built())
    assert line_with(lines, "Doctor in Physics") == "Doctor in Physics, 1.0 May 2013"
    at = lines.index("Bachelor in Physics May 2010")
    assert lines[at + 1] == "Eastmoor College"
    assert lines[at + 2].startswith("The prize of the whole faculty")
    with pdfplumber.open(built().files["pdf"]) as pdf:
        chars = pdf.pages[0].chars
    words = "".join(char["text"] for char in chars)
    assert "Bold" not in chars[words.index("1.0")]["fontname"]
    assert "Italic" in chars[words.index("tides")]["fontname"]
    lines = text_of(built(options={"order": "employer"}))
    assert "Doctor in Physics, 1.0" in lines


def test_labels_among_tags_share_a_line_in_roman(tmp_path: Path) -> None:
    """An entry of nothing but a label and a level is no heading."""
    skills = [{"name": "Sailing", "level": "expert"}, {"name": "Rowing"}, DATA["skills"][1]]
    build = build_ok(
        request_for(write_yaml(tmp_path, {**DATA, "skills": skills}), tmp_path, template="academic")
    )
    assert "Sailing (expert), Rowing" in text_of(build)
    with pdfplumber.open(build.files["pdf"]) as pdf:
        chars = [char for page in pdf.pages for char in page.chars]
    words = "".join(char["text"] for char in chars)
    assert "Bold" not in chars[words.index("Sailing")]["fontname"]
    assert "Bold" in chars[words.index("Code")]["fontname"]


@pytest.mark.parametrize(
    "name", ["Ada Berg", "Ada Maria Theodora Constanze von Bergen und Hohenfels-Wetterstein"]
)
def test_the_foot(name: str) -> None:
    """Name and date at the left, the number of the page at the right edge; the date is no lost text."""
    highlights = [f"Taught waves to year {number}" for number in range(70)]
    data = {**DATA, "basics": {"name": name}, "work": [{**DATA["work"][1], "highlights": highlights}]}
    build = shared_build(data, template="academic")
    shown = name if name == "Ada Berg" else "Hohenfels-Wetterstein"
    with pdfplumber.open(build.files["pdf"]) as pdf:
        assert len(pdf.pages) > 1
        for page in pdf.pages:
            assert lines_of(page)[-1] == f"{shown} · Nov 2026 page {page.page_number} of {len(pdf.pages)}"
            foot = page.extract_words()[-1]
            edge = max(line["x1"] for line in pdf.pages[0].lines)
            assert foot["x1"] == pytest.approx(edge, abs=0.5)
    assert not [one for one in build.diagnostics if one.code == "text-lost"]


def test_what_stands_in_the_foot_is_lost_only_if_it_was_at_first() -> None:
    """The second look leaves out what a template prints of itself, the date of the data among it."""
    highlights = [f"Taught waves to year {number}" for number in range(70)]
    work = [{**DATA["work"][1], "highlights": highlights}]
    pdf = Path(shared_build({**DATA, "work": work}, template="academic").files["pdf"]).read_bytes()
    date = RichText.of("Nov 2026", "meta.lastModified")
    nothing = TextFindings((), (), (), ())
    assert not confirm(pdf, nothing, [date], rtl=False).lost
    lost = replace(nothing, lost=(Loss("meta.lastModified", "Nov 2026", ("nov", "2026")),))
    assert confirm(pdf, lost, [date], rtl=False).lost


def test_the_last_line_of_a_publication_is_no_single_short_word() -> None:
    """A second word goes down with it."""
    alone = 0
    for words in range(10, 30):
        venue = "In " + " ".join(["wave"] * words) + " ed."
        data = {**DATA, "publications": [{"name": "Tides", "publisher": venue, "releaseDate": "2019"}]}
        lines = text_of(shared_build(data, template="academic", options={"numbering": "false"}))
        alone += any(re.fullmatch(r"ed\. 2019", line) for line in lines)
    assert alone == 0
