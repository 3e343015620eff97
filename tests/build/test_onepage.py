"""The page of onepage: open, close and tight headings, joined positions, contacts, links, accent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import build_ok, request_for, write_yaml

pytestmark = pytest.mark.tex
JOBS = [
    {
        "name": "Larch",
        "position": "Chief",
        "location": "Oslo",
        "url": "https://larch.example.com",
        "startDate": "2020-01",
        "endDate": "2022-12",
        "keywords": ["Rust", "Zig"],
        "highlights": ["Led"],
    },
    {
        "name": "Spruce",
        "position": "Engineer",
        "location": "Malmö",
        "startDate": "2018-01",
        "endDate": "2019-12",
        "highlights": ["Built"],
    },
]
STUDY = {
    "institution": "Merriden College",
    "studyType": "BSc",
    "area": "Geography",
    "score": "3.9",
    "location": "Leeds",
    "startDate": "2014",
    "endDate": "2017",
    "thesis": "Rivers",
}
POSITIONS = [
    {
        "name": "Larch",
        "position": name,
        "location": "Oslo",
        "startDate": f"{2020 - 2 * number}-01",
        "endDate": f"{2021 - 2 * number}-12",
        "highlights": [f"Done {number}-{line} " + "and more of it " * 12 for line in range(5)],
    }
    for number, name in enumerate(("Chief", "Engineer", "Trainee"))
]


class Sheet:
    """A build: words, lines and rules of each page with their places in bp from the top left."""

    def __init__(self, folder: Path, data: dict[str, Any], **options: Any) -> None:
        import pdfplumber

        data = {"basics": {"name": "Ada Quill", "email": "ada@example.com"}, **data}
        more = {name: options.pop(name) for name in ("variant",) if name in options}
        request = request_for(write_yaml(folder, data), folder, template="onepage", options=options, **more)
        made = build_ok(request, thorough=True)
        self.codes = {found.code for found in made.diagnostics}
        self.words: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self.rules: list[tuple[int, float, float, float, float]] = []
        with pdfplumber.open(Path(made.files["pdf"])) as opened:
            for number, page in enumerate(opened.pages):
                self.words += [
                    {**word, "page": number}
                    for word in page.extract_words(extra_attrs=["non_stroking_color", "fontname", "size"])
                ]
                self.lines += [line["text"] for line in page.extract_text_lines(return_chars=False)]
                for one in page.rects + page.lines:
                    thick = one["linewidth"] / 2 if one["top"] == one["bottom"] else 0
                    self.rules.append(
                        (number, one["x0"], one["top"] - thick, one["x1"], one["bottom"] + thick)
                    )

    def word(self, text: str) -> dict[str, Any]:
        (found,) = (word for word in self.words if word["text"].strip(",") == text)
        return found

    def beginning(self, text: str) -> dict[str, Any]:
        """The word that begins so; what follows in another colour is another word."""
        (found,) = (word for word in self.words if word["text"].startswith(text))
        return found

    def stem(self, page: int) -> list[tuple[float, float]]:
        """The pieces of the rule that joins positions, from top to bottom."""
        margin = self.word("Larch")["x0"]
        return sorted(
            (top, bottom)
            for number, left, top, right, bottom in self.rules
            if number == page and right - left < 1 and abs(left - margin) < 1
        )


HEADINGS = {
    "1": [
        *("Larch Jan 2020 – Dec 2022", "Chief Oslo", "Rust, Zig larch.example.com"),
        *("Spruce Jan 2018 – Dec 2019", "Engineer Malmö"),
        *("Merriden College 2014 – 2017", "BSc in Geography, GPA 3.9 Leeds"),
    ],
    "9": [
        *("Larch Chief Jan 2020 – Dec 2022", "Rust, Zig Oslo · larch.example.com"),
        *("Spruce Jan 2018 – Dec 2019", "Engineer Malmö"),
        *("Merriden College 2014 – 2017", "BSc in Geography, GPA 3.9 Leeds"),
    ],
    "12": [
        *("Larch Chief Jan 2020 – Dec 2022", "Rust, Zig Oslo · larch.example.com"),
        "Spruce Engineer Malmö · Jan 2018 – Dec 2019",
        "Merriden College BSc in Geography, GPA 3.9 Leeds · 2014 – 2017",
    ],
}


@pytest.mark.parametrize("step", HEADINGS)
def test_headings_are_open_close_and_tight(step: str, tmp_path: Path) -> None:
    """All extractors read each back; close ones share lines where that saves one."""
    sheet = Sheet(tmp_path, {"work": JOBS, "education": [STUDY]}, step=step)
    first = ("Larch", "Chief", "Rust", "Spruce", "Engineer", "Merriden", "BSc")
    assert [line for line in sheet.lines if line.startswith(first)] == HEADINGS[step]


@pytest.mark.parametrize("step", ["9", "12"])
def test_what_has_no_room_stays_open(step: str, tmp_path: Path) -> None:
    """A long employer and a long position keep lines of their own."""
    job = {**JOBS[0], "name": "Larch " + "and Sons " * 6, "position": "Chief " + "of Things " * 5}
    sheet = Sheet(tmp_path, {"work": [job]}, step=step)
    assert sheet.word("Chief")["x0"] == pytest.approx(sheet.word("Larch")["x0"], abs=1)
    assert sheet.word("Chief")["top"] > sheet.word("Larch")["top"] + 5


@pytest.mark.parametrize("order", ["employer", "position"])
@pytest.mark.parametrize("step", ["1", "14"])
def test_title_and_second_line_are_larger(step: str, order: str, tmp_path: Path) -> None:
    """The title is bold, the second one roman; in a close heading it has the size of the body."""
    sheet = Sheet(tmp_path, {"work": JOBS}, step=step, order=order)
    lead, second = ("Larch", "Chief") if order == "employer" else ("Chief", "Larch")
    body = sheet.word("Led")["size"]
    assert sheet.word(lead)["size"] == pytest.approx(1.08 * body, abs=0.1)
    assert sheet.word(second)["size"] == pytest.approx((1.08 if step == "1" else 1) * body, abs=0.1)
    assert "Bold" in sheet.word(lead)["fontname"]
    assert "Bold" not in sheet.word(second)["fontname"]


def test_positions_are_joined_by_a_rule(tmp_path: Path) -> None:
    """They stand in below their employer, whose span is at the right; the rule has no gaps and no specks."""
    sheet = Sheet(tmp_path, {"work": [{**one, "highlights": ["Done"]} for one in POSITIONS[:2]]})
    assert sheet.lines[3:6] == ["Larch, Oslo Jan 2018 – Dec 2021", "Chief Jan 2020 – Dec 2021", "• Done"]
    for text in ("Chief", "Engineer"):
        assert sheet.word(text)["x0"] == pytest.approx(sheet.word("Larch")["x0"] + 12, abs=0.5)
        assert "Bold" in sheet.word(text)["fontname"]
    pieces = sheet.stem(0)
    end = pieces[0][0]
    for top, bottom in pieces:
        assert top < end + 0.1
        assert bottom - top > 0.04
        end = max(end, bottom)
    assert pieces[0][0] < sheet.word("Chief")["bottom"]
    assert end > sheet.word("Engineer")["bottom"] + 6
    assert end < sheet.word("Engineer")["bottom"] + 25


def test_the_rule_goes_over_the_end_of_a_page(tmp_path: Path) -> None:
    """On both pages it runs beside the lines of the positions."""
    variant = tmp_path / "two.yaml"
    variant.write_text("pages: 2\n", "utf-8")
    positions = [
        {**one, "highlights": [f"{line}{number}" for line in one["highlights"] for number in range(6)]}
        for one in POSITIONS
    ]
    sheet = Sheet(tmp_path, {"work": positions}, variant=str(variant), step="1")
    first, last = sheet.stem(0), sheet.stem(1)
    assert {word["page"] for word in sheet.words} == {0, 1}
    assert first[0][0] < 180
    assert first[-1][1] > 780
    assert last[0][0] < 60
    for page in (first, last):
        assert sum(bottom - top for top, bottom in page) == pytest.approx(page[-1][1] - page[0][0], abs=2)


@pytest.mark.parametrize(
    ("span", "line"), [("true", "Larch, Oslo Jan 2018 – Dec 2021"), ("false", "Larch Oslo")]
)
def test_the_span_is_an_option(span: str, line: str, tmp_path: Path) -> None:
    """Without it the place stands at the right, and the positions keep their dates."""
    data = {"work": [{**one, "highlights": ["Done"]} for one in POSITIONS[:2]]}
    sheet = Sheet(tmp_path, data, span=span)
    assert line in sheet.lines
    assert "Engineer Jan 2018 – Dec 2019" in sheet.lines


def test_contacts_run_on_where_that_saves_a_line(tmp_path: Path) -> None:
    """In a close head; at any step where a contact would stand alone on its line, if that fits."""
    profiles = [{"network": "GitHub", "username": "ada"}]
    lone = {"name": "Ada Quill", "email": "ada@example.com", "profiles": profiles}
    four = {**lone, "phone": "+44 113 555 0142", "url": "https://ada.example.com"}
    joined = "ada@example.com · github.com/ada"
    for basics, step, line in (
        (lone, "1", joined),
        (lone, "12", joined),
        (four, "1", "ada@example.com · +44 113 555 0142"),
        (four, "12", "ada@example.com · +44 113 555 0142 · ada.example.com · github.com/ada"),
    ):
        assert Sheet(tmp_path, {"basics": basics, "work": JOBS}, step=step).lines[1] == line


def is_below(rule: tuple[int, float, float, float, float], word: dict[str, Any]) -> bool:
    """Whether a rule begins at a word's left edge, just below it, and is no longer than a few words."""
    _, left, top, right, _ = rule
    return right - left < 200 and abs(left - word["x0"]) < 1 and 0 < top - word["top"] < 14


def test_links_show_as_the_option_says(tmp_path: Path) -> None:
    """Coloured, underlined, or like the text; printed addresses are always like the text."""
    basics = {"name": "Ada", "email": "ada@example.com", "summary": "See [there](https://example.com)."}
    colours, underlined = {}, {}
    for links in ("plain", "underlined", "coloured"):
        sheet = Sheet(tmp_path, {"basics": basics, "work": JOBS}, links=links)
        word = sheet.beginning("there")
        colours[links] = [round(part, 2) for part in word["non_stroking_color"]]
        underlined[links] = [
            text
            for text in ("there", "ada@example.com", "larch.example.com")
            if any(is_below(rule, sheet.beginning(text)) for rule in sheet.rules)
        ]
        mail = next(one for one in sheet.words if "@" in one["text"])
        assert not any(mail["non_stroking_color"])
    assert underlined == {"plain": [], "underlined": ["there"], "coloured": []}
    assert colours["coloured"] == [0.12, 0.23, 0.37]
    assert not any(colours["plain"] + colours["underlined"])


def test_the_accent_colours_name_and_headings(tmp_path: Path) -> None:
    """And coloured links, but not text; black is the default."""
    basics = {"name": "Ada", "email": "ada@example.com", "summary": "See [there](https://example.com)."}
    green = [round(int("176329"[at : at + 2], 16) / 255, 2) for at in (0, 2, 4)]
    sheet = Sheet(tmp_path, {"basics": basics, "work": JOBS}, accent="green", links="coloured")
    coloured = {
        word["text"]
        for word in sheet.words
        if [round(part, 2) for part in word["non_stroking_color"]] == green
    }
    assert {text.strip(".") for text in coloured} == {"Ada", "Summary", "Experience", "there"}
    sheet = Sheet(tmp_path, {"basics": basics, "work": JOBS})
    assert not any(part for word in sheet.words for part in word["non_stroking_color"])


def test_labels_share_a_line_beside_others_with_keywords(tmp_path: Path) -> None:
    """In roman, with dots; those with keywords have their bold labels and lines of their own."""
    skills = [{"name": "Go"}, {"name": "Rust", "level": "expert"}, {"name": "Data", "keywords": ["SQL"]}]
    sheet = Sheet(tmp_path, {"skills": [*skills, {"name": "Latin"}]})
    assert sheet.lines[-3:] == ["Go · Rust (expert)", "Data: SQL", "Latin"]
    assert ["Bold" in sheet.word(text)["fontname"] for text in ("Go", "Rust", "Data:")] == [
        False,
        False,
        True,
    ]


def test_grades_follow_the_school_where_there_is_no_degree(tmp_path: Path) -> None:
    """They do not stand alone on a line; the title of a thesis is in italics."""
    study = {name: STUDY[name] for name in ("institution", "score", "thesis")}
    sheet = Sheet(tmp_path, {"education": [study]})
    assert sheet.lines[-2:] == ["Merriden College, GPA 3.9", "Thesis: Rivers"]
    assert "Italic" in sheet.word("Rivers")["fontname"]
    assert "Italic" not in sheet.word("Thesis:")["fontname"]


@pytest.mark.parametrize(("dates", "shown"), [("years", "2020"), ("full", "May 2020")])
def test_publications_have_years(dates: str, shown: str, tmp_path: Path) -> None:
    """Or the dates of the data."""
    publication = {"name": "Fjords", "publisher": "Sea", "releaseDate": "2020-05"}
    sheet = Sheet(tmp_path, {"publications": [publication]}, publication_dates=dates)
    assert sheet.lines[-1] == f"Fjords. Sea. {shown}"
