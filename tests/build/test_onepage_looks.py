"""The options of looks in onepage: each value builds, reads back, and does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.build.test_onepage import JOBS, Sheet
from tests.conftest import ROOT
from tests.support import build_fails, build_ok, request_for, write_yaml
from texresume.latex import template

pytestmark = pytest.mark.tex
MM = 72 / 25.4
BASICS = {
    "name": "Ada Quill",
    "label": "Engineer",
    "email": "ada@example.com",
    "phone": "+44 113 555 0142",
    "url": "https://ada.example.com",
    "location": {"city": "Leeds"},
    "profiles": [
        {"network": "GitHub", "username": "quill"},
        {"network": "ORCID", "username": "0000-0002-1825-0097"},
    ],
}
DATA: dict[str, Any] = {"basics": BASICS, "work": JOBS}
LOOKS = {
    "size": ("10", "10.5", "11", "12"),
    "margins": ("12.7", "20", "35"),
    "spacing": ("0.7", "1.5"),
    "heading": ("capitals", "smallcaps"),
    "rule": ("above", "none"),
    "header": ("centered", "split"),
    "icons": ("drawn",),
    "bullet": ("dash", "square", "triangle"),
    "foot": ("none", "page", "name", "full"),
}
"""Each value that is not the default, or the ends of a range and a number between."""


def sheet_with(folder: Path, data: dict[str, Any] = DATA, **options: str) -> Sheet:
    """The page of the data, at the first fitting step unless another one is given."""
    folder.mkdir(exist_ok=True)
    return Sheet(folder, data, **{"step": "1", **options})


def lines_of(sheet: Sheet) -> dict[str, float]:
    """Where each line of text is, by its first word."""
    return {word["text"]: word["bottom"] for word in reversed(sheet.words)}


def rule_below(sheet: Sheet, text: str) -> float:
    """How far below a word the next wide rule is; negative if it is above it."""
    tops = [top for _, left, top, right, _ in sheet.rules if right - left > 300]
    return min((top - sheet.word(text)["bottom"] for top in tops), key=abs, default=float("inf"))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("data", ["resume.yaml", "student.yaml"])
@pytest.mark.parametrize(("name", "value"), [(name, value) for name in LOOKS for value in LOOKS[name]])
def test_every_value_reads_back(name: str, value: str, data: str, engine: str, tmp_path: Path) -> None:
    """With all extractors, in both engines."""
    request = request_for(
        ROOT / "data" / data, tmp_path, template="onepage", options={name: value}, engine=engine
    )
    assert build_ok(request, thorough=True).files["pdf"]


@pytest.mark.parametrize("data", ["zh.yaml", "ar.yaml", "el.yaml"])
def test_other_scripts_read_back_with_all_of_them(data: str, tmp_path: Path) -> None:
    """Chinese, a mirrored page, and Greek, whose headings keep their accents."""
    options = {name: values[-1] for name, values in LOOKS.items()} | {"size": "11"}
    request = request_for(
        ROOT / "tests" / "data" / "scripts" / data, tmp_path, template="onepage", options=options
    )
    assert build_ok(request).files["pdf"]


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("size", "9", "10, 10.5, 11, 12"),
        ("margins", "12", "at least 12.7, at most 35, or 0 for the template's own"),
        ("margins", "36", "at most 35"),
        ("margins", "wide", "expected a number"),
        ("spacing", "0.6", "at least 0.7, at most 1.5"),
        ("spacing", "0", "at least 0.7, at most 1.5"),
        ("heading", "loud", "plain, capitals, smallcaps"),
        ("rule", "left", "below, above, none"),
        ("header", "right", "left, centered, split"),
        ("icons", "font", "none, drawn"),
        ("bullet", "star", "dot, dash, square, triangle"),
        ("foot", "bar", "auto, none, page, name, full"),
    ],
)
def test_other_values_are_refused(name: str, value: str, hint: str, tmp_path: Path) -> None:
    """With a hint that says what there is."""
    data = write_yaml(tmp_path, DATA)
    request = request_for(data, tmp_path, template="onepage", options={name: value})
    (found,) = build_fails("wrong-option", request).diagnostics
    assert hint in found.hint or found.hint.startswith("did you mean")


def test_the_defaults_are_those_of_a_page_without_options(tmp_path: Path) -> None:
    """All defaults given make the same bytes as none."""
    data = write_yaml(tmp_path, DATA)
    onepage = template.find("onepage", ROOT)
    options = {option.name: option.default for option in onepage.options if option.name in LOOKS}
    assert set(options) == set(LOOKS)
    made = [
        Path(
            build_ok(request_for(data, tmp_path / str(len(given)), template="onepage", options=given)).files[
                "pdf"
            ]
        )
        for given in ({}, options)
    ]
    assert made[0].read_bytes() == made[1].read_bytes()


@pytest.mark.parametrize("size", LOOKS["size"])
def test_all_sizes_follow(size: str, tmp_path: Path) -> None:
    """The body has the size that is asked for, the name 2.4 times as much."""
    sheet = sheet_with(tmp_path, size=size)
    points = float(size) * 72 / 72.27
    assert sheet.word("Led")["size"] == pytest.approx(points, abs=0.05)
    assert sheet.word("Quill")["size"] == pytest.approx(2.4 * points, abs=0.1)


@pytest.mark.parametrize(("size", "last"), [("10", 9), ("12", 9 * 12 / 10.5)])
def test_the_fitting_steps_start_from_the_size(size: str, last: float, tmp_path: Path) -> None:
    """The last one keeps its ratio to the first, but is never below 9 pt."""
    sheet = Sheet(tmp_path, DATA, step="14", size=size)
    assert sheet.word("Led")["size"] == pytest.approx(last * 72 / 72.27, abs=0.05)


@pytest.mark.parametrize("margins", LOOKS["margins"])
def test_margins_at_the_sides(margins: str, tmp_path: Path) -> None:
    """At the first step what is asked for, at the last one 12.7 mm."""
    for step, wanted in (("1", float(margins)), ("14", 12.7)):
        sheet = sheet_with(tmp_path / step, step=step, margins=margins)
        assert sheet.word("Spruce")["x0"] == pytest.approx(wanted * MM, abs=1)
        assert max(word["x1"] for word in sheet.words) == pytest.approx(595.3 - wanted * MM, abs=1)


def test_spacing_is_a_factor_of_gaps_alone(tmp_path: Path) -> None:
    """Of all gaps between entries and above highlights; a name and its line stay together."""
    gaps = {}
    for spacing in ("0.7", "1", "1.5"):
        # on two pages nothing grows to fill one
        variant = tmp_path / f"{spacing}.yaml"
        variant.write_text("pages: 2\n", "utf-8")
        sheet = sheet_with(tmp_path / spacing, spacing=spacing, variant=str(variant))
        at = lines_of(sheet)
        gaps[spacing] = [
            at[low] - at[high] for high, low in (("Led", "Spruce"), ("Rust,", "•"), ("Larch", "Chief"))
        ]
    leading = 13.2 * 72 / 72.27
    for spacing, (entry, item, line) in gaps.items():
        added = [entry - gaps["1"][0], item - gaps["1"][1], line - gaps["1"][2]]
        factor = (float(spacing) - 1) * 72 / 72.27
        assert added == pytest.approx([factor * 6.6 * 1.2, factor * 1.2, 0], abs=0.15)
    assert gaps["1"][2] == pytest.approx(leading, abs=0.3)


@pytest.mark.parametrize("font", ["xcharter", "libertinus"])
@pytest.mark.parametrize(("heading", "text"), [("plain", "Experience"), ("capitals", "EXPERIENCE")])
def test_headings_in_capitals(heading: str, text: str, font: str, tmp_path: Path) -> None:
    """The bookmark keeps its letters."""
    import pypdf

    sheet = sheet_with(tmp_path, heading=heading, font=font)
    assert text in sheet.lines
    (made,) = (tmp_path / "dist").glob("*.pdf")
    outline: list[Any] = pypdf.PdfReader(made).outline
    assert "Experience" in [entry["/Title"] for entry in outline if isinstance(entry, dict)]


def test_small_capitals(tmp_path: Path) -> None:
    """XCharter has none here, so capitals of .8 of the size; readers get letters of those of Libertinus."""
    charter = sheet_with(tmp_path / "charter", heading="smallcaps")
    assert "EXPERIENCE" in charter.lines
    assert charter.word("XPERIENCE")["size"] == pytest.approx(0.8 * charter.word("E")["size"], abs=0.1)
    libertinus = sheet_with(tmp_path / "libertinus", heading="smallcaps", font="libertinus")
    assert "experience" in [line.casefold() for line in libertinus.lines]
    assert libertinus.word("Experience")["size"] > 13


def test_turkish_headings_keep_their_letters(tmp_path: Path) -> None:
    """Their i has a capital of its own."""
    sheet = Sheet(tmp_path, {**DATA, "meta": {"locale": "tr"}}, heading="capitals")
    assert "İş Deneyimi" in sheet.lines


@pytest.mark.parametrize(
    ("rule", "low", "high"), [("below", 0, 6), ("above", -30, -8), ("none", 20, float("inf"))]
)
def test_where_the_rule_is(rule: str, low: float, high: float, tmp_path: Path) -> None:
    """From the foot of a heading to the rule, clear of its letters."""
    sheet = sheet_with(tmp_path, rule=rule)
    assert low < rule_below(sheet, "Experience") <= high


def test_a_centered_header(tmp_path: Path) -> None:
    """Each line of the head is in the middle of the page, and what follows is at the left."""
    sheet = sheet_with(tmp_path, header="centered")
    lines: dict[int, list[dict[str, Any]]] = {}
    for word in sheet.words:
        if word["bottom"] < sheet.word("Experience")["top"]:
            lines.setdefault(round(word["bottom"]), []).append(word)
    assert len(lines) >= 4
    for words in lines.values():
        middle = (min(word["x0"] for word in words) + max(word["x1"] for word in words)) / 2
        assert middle == pytest.approx(595.3 / 2, abs=1.5)
    assert sheet.word("Experience")["x0"] == pytest.approx(16 * MM, abs=1)


def test_a_split_header(tmp_path: Path) -> None:
    """The contacts stand flush right, one below the other; the first one on the line of the name."""
    sheet = sheet_with(tmp_path, header="split")
    shown = ["ada@example.com", "0142", "Leeds", "ada.example.com", "github.com/quill"]
    words = [sheet.word(text) for text in shown]
    for word in words:
        assert word["x1"] == pytest.approx(595.3 - 16 * MM, abs=1)
    bottoms = [word["bottom"] for word in words]
    assert bottoms == sorted(bottoms)
    assert sheet.word("Quill")["x1"] < min(word["x0"] for word in words)
    assert sheet.word("Experience")["top"] > max(bottoms) + 5


def test_contacts_too_wide_for_a_split_header_stand_below(tmp_path: Path) -> None:
    """At the left, below name and label, none of them broken."""
    mail = "augustine.ada.quill-fernsby@correspondence.engineering.example.com"
    sheet = sheet_with(tmp_path, {"basics": {**BASICS, "email": mail}, "work": JOBS}, header="split")
    assert sheet.lines[:3] == ["Ada Quill", "Engineer", mail]
    assert sheet.word(mail)["x0"] == pytest.approx(16 * MM, abs=1)


def test_icons_are_drawn_and_silent(tmp_path: Path) -> None:
    """Curves before contacts, in artifacts; the text is the same as without them."""
    import pdfplumber

    plain, drawn = sheet_with(tmp_path / "plain"), sheet_with(tmp_path / "drawn", icons="drawn")
    assert drawn.lines == plain.lines
    (made,) = (tmp_path / "drawn" / "dist").glob("*.pdf")
    with pdfplumber.open(made) as opened:
        (page,) = opened.pages
        shapes = [*page.curves, *page.lines, *page.rects]
        mail = drawn.word("ada@example.com")
        before = [
            one for one in shapes if one["x1"] <= mail["x0"] and abs(one["bottom"] - mail["bottom"]) < 8
        ]
        assert before
        assert mail["x0"] - max(one["x1"] for one in before) > 2
        assert all(one.get("tag") == "Artifact" for one in page.curves)
        assert len(page.curves) >= 6


@pytest.mark.parametrize(
    ("bullet", "line"), [("dot", "• Led"), ("dash", "– Led"), ("square", "Led"), ("triangle", "Led")]
)
def test_the_sign_before_highlights(bullet: str, line: str, tmp_path: Path) -> None:
    """Squares and triangles are drawings, which are no text; the highlight stands where it did."""
    sheet = sheet_with(tmp_path / bullet, bullet=bullet)
    assert line in sheet.lines
    assert sheet.word("Led")["x0"] == pytest.approx(16 * MM + 1.85 * 10.46, abs=0.7)


@pytest.mark.parametrize(
    ("foot", "one", "two"),
    [("none", "", ""), ("page", "", "page 1 of 2"), ("name", "Ada Quill", "Ada Quill page 1 of 2")],
)
def test_the_foot(foot: str, one: str, two: str, tmp_path: Path) -> None:
    """On a single page without its number."""
    variant = tmp_path / "two.yaml"
    variant.write_text("pages: 2\n", "utf-8")
    jobs = [{**JOBS[1], "name": f"Spruce {number}", "highlights": ["Built"] * 9} for number in range(7)]
    single = sheet_with(tmp_path / "1", foot=foot)
    double = sheet_with(tmp_path / "2", {**DATA, "work": jobs}, foot=foot, variant=str(variant))
    for sheet, wanted in ((single, one), (double, two)):
        shown = [word["text"] for word in sheet.words if word["page"] == 0 and word["top"] > 841.9 - 13 * MM]
        assert " ".join(shown) == wanted
