"""Texts on the page: lists, paragraphs, long words, quotation marks, in every template."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import DATA
from tests.support import build_ok, request_for, write_yaml

TEMPLATES = ("onepage", "moderncv", "academic")
VALID = DATA / "valid"
FOREIGN = {"readers-missing", "readers-differ", "not-spelled", "spelling"}


def words_of(pdf: Path) -> list[dict[str, Any]]:
    import pdfplumber

    with pdfplumber.open(pdf) as opened:
        return [word for page in opened.pages for word in page.extract_words()]


def lines_of(pdf: Path) -> list[str]:
    import pdfplumber

    with pdfplumber.open(pdf) as opened:
        return [line["text"] for page in opened.pages for line in page.extract_text_lines(return_chars=False)]


def built(data: Path, folder: Path, template: str, **more: Any) -> Path:
    made = build_ok(request_for(data, folder, template=template, **more))
    return Path(made.files["pdf"])


@pytest.mark.parametrize("engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_lists_hang_on_their_levels(tmp_path: Path, template: str, engine: str) -> None:
    """Each item has a bullet or its number on its own line, and each level stands further in."""
    pdf = built(VALID / "texts-nested-literal.yaml", tmp_path, template, engine=engine)
    lines = lines_of(pdf)
    wanted = "• one point|• two points|1. first|2. second|• Led three projects:|• Timetable|• Fuel cards"
    found = [line for line in lines if re.match(r"[•\d]", line)]
    assert found == [*wanted.split("|"), "• Diesel", "• Gas", "• Night shift", "• Kept the rest"]
    left = {word["text"]: word["x0"] for word in words_of(pdf)}
    assert left["Led"] < left["Timetable"] < left["Diesel"]
    assert left["Timetable"] == pytest.approx(left["Night"], abs=0.1) == left["Fuel"]
    assert left["Led"] == pytest.approx(left["Kept"], abs=0.1)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_long_item_hangs(tmp_path: Path, template: str) -> None:
    """The second line of an item begins below its text, not below its bullet."""
    pdf = built(VALID / "texts-nested-long.yaml", tmp_path, template)
    words = words_of(pdf)
    first = next(word for word in words if word["text"] == "Timetable")
    below = [word for word in words if word["top"] > first["bottom"] and word["text"] != "•"]
    assert min(below, key=lambda word: (round(word["top"]), word["x0"]))["x0"] == pytest.approx(
        first["x0"], abs=0.2
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_lists_pass_every_check(tmp_path: Path, template: str) -> None:
    """No extractor mixes up the items, also from right to left."""
    for name in ("texts-nested-literal.yaml", "texts-lists-rtl.yaml"):
        made = build_ok(request_for(VALID / name, tmp_path, template=template), thorough=True)
        codes = {one.code for one in made.diagnostics} - FOREIGN
        assert codes <= {"half-empty-page", "reader-limit", "runt", "not-tagged", "no-number", "mixed-end"}, (
            codes
        )


@pytest.mark.parametrize("template", TEMPLATES)
def test_long_addresses_break_between_their_parts(tmp_path: Path, template: str) -> None:
    """No line ends within a word of an address."""
    lines = lines_of(built(VALID / "texts-long-address.yaml", tmp_path, template))
    parts = [line for line in lines if "coastal" in line or "engagement" in line]
    assert "".join(parts).count("stakeholder-engagement") == 1
    for line in parts[:-1]:
        assert re.search(r"[/.?&=_-]$", line) or "stakeholder" in line


def test_a_label_of_the_classic_style_is_not_broken_after_slashes(tmp_path: Path) -> None:
    """A label wider than its column leads its text: readers would find its parts with text between."""
    pdf = built(VALID / "texts-classic-dates.yaml", tmp_path, "moderncv", options={"style": "classic"})
    words = [word["text"] for word in words_of(pdf)]
    assert "Containerisation/Orchestration/Virtualisation:" in words


def test_dropping_a_highlight_drops_what_is_below_it(tmp_path: Path) -> None:
    """A highlight and its list are one to the fit: its lines are counted and dropped together."""
    words = "kept the nightly report of every region right while two teams moved their services"
    work = [
        {
            "name": f"Employer {number}",
            "position": "Clerk",
            "startDate": str(2020 - number),
            "endDate": str(2021 - number),
            "highlights": [
                {"text": f"did {words}"},
                {"text": words, "priority": "1", "highlights": [words] * 3},
            ],
        }
        for number in range(14)
    ]
    made = build_ok(
        request_for(
            write_yaml(tmp_path, {"basics": {"name": "Ada"}, "work": work}), tmp_path, template="onepage"
        )
    )
    fit = made.fit
    assert fit is not None
    assert fit.dropped
    assert {one.lines for one in fit.dropped} == {4}
    assert made.report.pages == 1


def test_the_span_is_printed_once(tmp_path: Path) -> None:
    """Several positions: the employer once, with its whole span; each position with its place and dates."""
    for template in TEMPLATES:
        lines = lines_of(built(VALID / "texts-promotions.yaml", tmp_path, template))
        text = "\n".join(lines)
        assert text.count("Northgate") == 1
        assert next(line for line in lines if "Northgate" in line).endswith("May 2017 – Present")
        for position in ("Head of Route Planning", "Senior Planner", "Planner"):
            assert any(line.startswith(position) and "20" in line for line in lines)


def test_chinese_is_upright(tmp_path: Path) -> None:
    """Latin letters among Japanese ones are not in italics, and no English word stands between them."""
    import pdfplumber

    pdf = built(VALID / "texts-italic-only-latin-in-cjk.json", tmp_path, "moderncv")
    with pdfplumber.open(pdf) as opened:
        fonts = {char["fontname"] for char in opened.pages[0].chars if char["text"] in "WebIoT"}
    assert not any("It" in font.partition("+")[2] for font in fonts), fonts
    assert "学士 情報学" in "\n".join(lines_of(pdf))


def test_places_stand_in_one_column(tmp_path: Path) -> None:
    """Onepage prints all places of a résumé at the right, whatever else an entry has."""
    words = words_of(built(VALID / "texts-onepage-location-jumps.json", tmp_path, "onepage"))
    ends = [word["x1"] for word in words if word["text"] == "Netherlands"]
    assert len(ends) == 2
    assert ends[0] == pytest.approx(ends[1], abs=0.2)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_section_may_have_no_heading(tmp_path: Path, template: str) -> None:
    """A text without a title is printed without a heading."""
    lines = lines_of(built(VALID / "texts-consent.yaml", tmp_path, template))
    assert lines[-1].startswith("I agree")
    assert lines[-2].startswith(("Clerk", "Quay"))
