"""The page of moderncv in both styles: joined positions, photo, links, dates, numbers, lists."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support import build_ok, request_for, write_yaml

pytestmark = pytest.mark.tex
STYLES = ("banking", "classic")
SIDE = 51.0
"""The left margin, 18 mm in bp."""
HANG = (
    "an item that is so long that it takes a second line of the page, whatever the style of the page may be, "
    "and some more words"
)
WORK = [
    {
        "name": "Larch",
        "position": "Chief",
        "location": "Oslo",
        "startDate": "2020-01",
        "endDate": "2022-12",
        "keywords": ["Rust", "Zig"],
        "highlights": [f"Led these:\n\n- {HANG}\n- another", "Kept"],
    },
    {
        "name": "Larch",
        "position": "Engineer",
        "location": "Oslo",
        "startDate": "2018-01",
        "endDate": "2019-12",
        "highlights": ["Built"],
    },
]


class Sheet:
    """The first page of a build: words, rules and characters with their places in bp from the top left."""

    def __init__(self, folder: Path, data: dict[str, Any], **options: Any) -> None:
        import pdfplumber

        data = {"basics": {"name": "Ada Quill", "email": "ada@example.com"}, **data}
        thorough = options.pop("thorough", False)
        request = request_for(write_yaml(folder, data), folder, template="moderncv", options=options)
        made = build_ok(request, thorough=thorough)
        self.codes = {found.code for found in made.diagnostics}
        self.pdf = Path(made.files["pdf"])
        with pdfplumber.open(self.pdf) as opened:
            page = opened.pages[0]
            self.words = page.extract_words(extra_attrs=["non_stroking_color"])
            self.lines = [line["text"] for line in page.extract_text_lines(return_chars=False)]
            shapes = page.rects + page.lines
            self.rules = [tuple(one[side] for side in ("x0", "top", "x1", "bottom")) for one in shapes]

    def word(self, text: str) -> dict[str, Any]:
        (found,) = (word for word in self.words if word["text"].strip(",") == text)
        return found

    def left(self, text: str) -> float:
        return float(self.word(text)["x0"])

    def top(self, text: str) -> float:
        return float(self.word(text)["top"])


@pytest.mark.parametrize("style", STYLES)
def test_positions_are_joined_by_a_rule(style: str, tmp_path: Path) -> None:
    """They stand in below their employer; a thin rule without gaps goes from the first to the last."""
    sheet = Sheet(tmp_path, {"work": WORK}, style=style)
    for text in ("Chief", "Rust", "Engineer"):
        assert sheet.left(text) == pytest.approx(sheet.left("Larch") + 12, abs=0.3)
    pieces = sorted(
        (top, bottom)
        for left, top, right, bottom in sheet.rules
        if right - left < 1 and abs(left - sheet.left("Larch")) < 1
    )
    end = pieces[0][0]
    for top, bottom in pieces:
        assert top < end + 0.1
        end = max(end, bottom)
    assert pieces[0][0] < sheet.word("Chief")["bottom"]
    assert end > sheet.word("Built")["bottom"] - 4


@pytest.mark.parametrize("style", STYLES)
def test_lists_in_joined_positions_stand_in(style: str, tmp_path: Path) -> None:
    """All lines of an item, below the text of their highlight."""
    sheet = Sheet(tmp_path, {"work": WORK}, style=style)
    assert sheet.left("Led") == pytest.approx(sheet.left("Kept"), abs=0.1)
    assert sheet.left("another") > sheet.left("Led") + 9
    item = [word for word in sheet.words if sheet.top("an") <= word["top"] < sheet.top("another") - 1]
    starts = {round(word["top"]): word["x0"] for word in reversed(item) if word["text"] not in "•"}
    assert len(starts) == 2
    assert all(left == pytest.approx(sheet.left("another"), abs=0.1) for left in starts.values())


@pytest.mark.parametrize("style", STYLES)
def test_the_span_is_an_option(style: str, tmp_path: Path) -> None:
    """Without it the employer's line has no dates, and the positions keep theirs."""
    for span, times in (("true", 2), ("false", 1)):
        text = " ".join(Sheet(tmp_path, {"work": WORK}, style=style, span=span).lines)
        assert (text.count("Jan 2018"), text.count("Dec 2022")) == (times, times)


@pytest.mark.parametrize("style", STYLES)
def test_keywords_stand_under_the_position(style: str, tmp_path: Path) -> None:
    """At its left edge, one line below, in the order that readers get."""
    sheet = Sheet(tmp_path, {"work": WORK}, style=style)
    assert sheet.top("Rust") - sheet.top("Chief") == pytest.approx(13, abs=0.5)
    (at,) = (number for number, line in enumerate(sheet.lines) if line.endswith("Rust, Zig"))
    assert "Chief" in sheet.lines[at - 1]
    assert "Led these" in sheet.lines[at + 1]


def test_links_show_as_the_option_says(tmp_path: Path) -> None:
    """Coloured with the accent, underlined, or like the text; printed addresses have no colour of links."""
    data = {
        "basics": {"name": "Ada", "email": "ada@example.com", "summary": "See [there](https://example.com)."}
    }
    accent = tuple(round(int("176329"[at : at + 2], 16) / 255, 2) for at in (0, 2, 4))
    colours, below = {}, {}
    for links in ("plain", "underlined", "coloured"):
        sheet = Sheet(tmp_path, data, links=links, accent="green")
        word = next(one for one in sheet.words if one["text"].startswith("there"))
        colours[links] = tuple(round(part, 2) for part in word["non_stroking_color"])
        below[links] = [
            rule for rule in sheet.rules if abs(rule[0] - word["x0"]) < 1 and 0 < rule[1] - word["top"] < 13
        ]
        mail = next(one for one in sheet.words if "@" in one["text"])
        assert tuple(round(part, 2) for part in mail["non_stroking_color"]) != accent
    assert colours["coloured"] == accent
    assert colours["plain"] == colours["underlined"] != accent
    assert [bool(below[links]) for links in ("plain", "underlined", "coloured")] == [False, True, False]


@pytest.mark.parametrize(
    ("start", "end", "wide"),
    [("2019", "2020", 56.7), ("2019-09", "2020-09", 80)],
)
def test_the_date_column_is_as_wide_as_its_dates(start: str, end: str, wide: float, tmp_path: Path) -> None:
    """But not narrower than the bars, 20 mm, and 4 mm from the text; dates end at its right edge."""
    work = [{"name": "Larch", "position": "Chief", "startDate": start, "endDate": end}]
    sheet = Sheet(tmp_path, {"work": work}, style="classic")
    column = sheet.left("Chief") - 11.3
    assert column - SIDE == pytest.approx(wide, abs=6 if wide > 60 else 0.5)
    date = [
        word for word in sheet.words if abs(word["top"] - sheet.top("Chief")) < 3 and word["x1"] < column + 1
    ]
    assert max(word["x1"] for word in date) == pytest.approx(column, abs=0.6)
    assert min(word["x0"] for word in date) > SIDE - 1


@pytest.mark.parametrize("shape", ["portrait", "square"])
def test_a_tall_photo_is_cut_below_rather_than_above(shape: str, tmp_path: Path) -> None:
    """A third of what is too high is cut from the top: 1 in 6 of this picture, two in 6 from the bottom."""
    import pypdfium2

    tall = Image.linear_gradient("L").resize((280, 720 if shape == "portrait" else 560)).convert("RGB")
    tall.save(tmp_path / "me.png")
    data = {"basics": {"name": "Ada", "email": "ada@example.com", "image": "me.png"}}
    sheet = Sheet(tmp_path, data, photo=shape)
    with pypdfium2.PdfDocument(sheet.pdf) as opened:
        page = opened[0].render(scale=2).to_pil().convert("L")
    column = page.crop((page.width - 180, 60, page.width - 179, 420))
    shades = [shade for shade in column.get_flattened_data() if shade < 250]
    inner = shades[6:-6]
    height = 36 if shape == "portrait" else 24
    assert len(shades) == pytest.approx(height / 25.4 * 144, abs=8)
    assert inner[0] == pytest.approx(255 / 6, abs=10)
    assert inner[-1] == pytest.approx(255 * 4 / 6, abs=10)


@pytest.mark.parametrize("style", STYLES)
def test_a_cut_photo_stays_within_the_margins(style: str, tmp_path: Path) -> None:
    """What is cut from a wide picture is not on the page."""
    Image.new("RGB", (1200, 300), "teal").save(tmp_path / "me.png")
    data = {"basics": {"name": "Ada", "email": "ada@example.com", "image": "me.png"}}
    assert "outside-margin" not in Sheet(tmp_path, data, style=style, thorough=True).codes


@pytest.mark.parametrize(
    ("style", "step", "hung"), [("banking", "1", True), ("banking", "6", False), ("classic", "1", False)]
)
def test_numbers_of_publications_hang(style: str, step: str, hung: bool, tmp_path: Path) -> None:
    """In the margin where it is wide enough, else the text moves in by 20 pt; all lines begin at one edge."""
    publication = {"name": "Fjords", "authors": ["A. Quill"], "publisher": "Sea", "releaseDate": "2020-01"}
    data = {"publications": [publication], "interests": [{"name": "Rowing", "keywords": ["alone"]}]}
    sheet = Sheet(tmp_path, data, style=style, step=step, thorough=True)
    edge = sheet.left("alone" if style == "classic" else "Rowing:")
    assert sheet.left("Fjords") == pytest.approx(edge + (0 if hung else 19.9), abs=0.5)
    assert sheet.left("A.") == pytest.approx(sheet.left("Fjords"), abs=0.8)
    assert sheet.word("[1]")["x1"] == pytest.approx(sheet.left("Fjords") - 4.5, abs=0.6)
    assert "outside-margin" not in sheet.codes


@pytest.mark.parametrize("style", STYLES)
def test_one_note_does_not_spread_a_list(style: str, tmp_path: Path) -> None:
    """The awards around it keep their distance."""
    awards = [{"title": f"Prize{number}", "date": f"20{20 - number}"} for number in range(5)]
    awards[2]["summary"] = "Remarkable."
    sheet = Sheet(tmp_path, {"awards": awards}, style=style)
    tops = [sheet.top(f"Prize{number}") for number in range(5)]
    pitch = [round(below - above, 1) for above, below in pairwise(tops)]
    assert pitch[0] == pytest.approx(pitch[1], abs=0.2) == pitch[3]
    assert pitch[0] < 15


def test_labels_look_alike(tmp_path: Path) -> None:
    """In classic a label that is wider than its column leads its text, as grey as the others."""
    skills = [
        {"name": "Tools", "keywords": ["Vim"]},
        {"name": "Containerisation/Orchestration/Virtualisation", "keywords": ["Docker"]},
    ]
    sheet = Sheet(tmp_path, {"skills": skills}, style="classic")
    wide = next(word for word in sheet.words if word["text"].startswith("Containerisation/"))
    assert wide["text"] == "Containerisation/Orchestration/Virtualisation:"
    assert wide["non_stroking_color"] == sheet.word("Tools")["non_stroking_color"]


@pytest.mark.parametrize("style", STYLES)
def test_the_page_number_stands_at_the_right_edge(style: str, tmp_path: Path) -> None:
    """And the name at the left of the text."""
    work = [
        {"name": f"Larch{number}", "position": "Chief", "highlights": ["Led"] * 4} for number in range(20)
    ]
    sheet = Sheet(tmp_path, {"work": work}, style=style)
    assert sheet.lines[-1].startswith("Ada Quill page 1 of")
    foot = sheet.words[-6:]
    assert foot[-1]["x1"] == pytest.approx(595.3 - SIDE, abs=0.6)
    assert foot[0]["x0"] == pytest.approx(
        min(word["x0"] for word in sheet.words if word["text"] == "Led") - 11.6, abs=1
    )
