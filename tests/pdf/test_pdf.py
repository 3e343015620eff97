"""What the PDF is like for a reader: spaces, outline, language, colours, edges."""

from __future__ import annotations

import math
from pathlib import Path

import pdfplumber
import pypdf
import pytest

from tests.conftest import ROOT, absent
from tests.support import shared_build
from texresume.tex import distribution

pytestmark = pytest.mark.tex

BUILDS = [
    ("resume", "onepage"),
    ("engineer/resume", "moderncv"),
    ("engineer/resume", "academic"),
    ("student", "onepage"),
]
MINIMUM_GAP = 3.0
"""Points (bp) up to which pdfplumber ignores a gap: narrower word spaces join words."""
MINIMUM_CONTRAST = 7.0
"""https://www.w3.org/TR/WCAG21/#contrast-enhanced"""


@pytest.fixture(scope="module", params=BUILDS, ids="-".join)
def pdf(request: pytest.FixtureRequest) -> Path:
    """The PDF of an example."""
    if not distribution.find():
        absent("TeX")
    example, template = request.param
    return Path(shared_build(ROOT / "data" / f"{example}.yaml", template=template).files["pdf"])


def test_word_spaces_are_characters_or_wide_enough_for_every_reader(pdf: Path) -> None:
    """No gap between two words of a line is as narrow as one between letters may be, unless a space character
    is in it.
    """
    carried, guessed = 0, []
    with pdfplumber.open(pdf) as document:
        for page in document.pages:
            spaced = False
            chars = iter(page.chars)
            before = next(chars)
            for after in chars:
                if after["text"].isspace():
                    spaced = True
                    continue
                gap = after["x0"] - before["x1"]
                if abs(after["bottom"] - before["bottom"]) < 2 and gap > 1.5:
                    carried += spaced
                    guessed += [] if spaced else [gap]
                before, spaced = after, False
    assert carried > 20
    assert min(guessed, default=math.inf) > MINIMUM_GAP


def test_the_outline_holds_every_section(pdf: Path) -> None:
    """Each heading is a bookmark that leads to a page."""
    reader = pypdf.PdfReader(pdf)
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert "Education" in titles
    assert len(titles) == len(set(titles)) >= 3
    assert all(
        reader.get_destination_page_number(item) is not None
        for item in reader.outline
        if not isinstance(item, list)
    )


def test_title_author_language_and_keywords_are_set(pdf: Path) -> None:
    """What a file manager and a screen reader ask for is there."""
    reader = pypdf.PdfReader(pdf)
    information = reader.metadata
    assert information is not None
    assert information.author
    assert information.title == f"{information.author}: résumé"
    assert information["/Keywords"]
    assert str(reader.root_object["/Lang"]) == "en"


def test_nothing_stands_outside_the_margins(pdf: Path) -> None:
    """Every letter keeps 12 mm from the edges of the paper."""
    with pdfplumber.open(pdf) as document:
        for page in document.pages:
            for char in page.chars:
                if char["text"].strip():
                    assert char["x0"] >= 34
                    assert char["x1"] <= page.width - 34
                    assert char["top"] >= 20
                    assert char["bottom"] <= page.height - 20


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of a grey or RGB colour (https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    channels = colour * 3 if len(colour) == 1 else colour
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_is_dark_enough(pdf: Path) -> None:
    """Every letter has at least 7:1 on white, but for separators between contacts."""
    with pdfplumber.open(pdf) as document:
        colours = {
            tuple(char["non_stroking_color"] or (0,))
            for page in document.pages
            for char in page.chars
            if char["text"].isalnum()
        }
    assert colours
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= MINIMUM_CONTRAST


def test_dates_share_one_right_edge(pdf: Path) -> None:
    """Whatever ends near the right margin ends on it: the years of all entries stand in one column."""
    with pdfplumber.open(pdf) as document:
        edges = [
            word["x1"]
            for page in document.pages
            for word in page.extract_words()
            if word["text"] in {"Present", "present"} or (word["text"].isdigit() and len(word["text"]) == 4)
        ]
        right = max(edges)
    near = [edge for edge in edges if edge > right - 12]
    assert len(near) >= 2
    assert all(abs(edge - right) < 0.6 for edge in near)
