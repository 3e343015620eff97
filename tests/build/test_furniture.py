"""What stands on a page beside the text: running heads, a first page without a foot, the date of the data."""

from __future__ import annotations

from pathlib import Path

import pdfplumber
import pytest

from tests.conftest import ROOT
from tests.support import shared_build
from texresume.pdf.extractors import read_with_pdfium

pytestmark = pytest.mark.tex
RESEARCHER = ROOT / "data" / "researcher.yaml"
SMALL = {
    "basics": {"name": "Ada Quill", "email": "ada@example.com"},
    "work": [{"name": "Larch", "position": "Chief", "startDate": "2010", "highlights": ["Led the looms."]}],
    "meta": {"lastModified": "2026-11-30"},
}


def bands(pdf: Path, below: float, above: float) -> list[tuple[str, str]]:
    """What stands in so many pt at the top of each page, and at its bottom."""
    with pdfplumber.open(pdf) as opened:
        return [
            (
                page.crop((0, 0, page.width, below)).extract_text(),
                page.crop((0, page.height - above, page.width, page.height)).extract_text(),
            )
            for page in opened.pages
        ]


@pytest.mark.parametrize("look", ["academic", "moderncv"])
def test_a_running_head_begins_on_the_second_page(look: str, any_tex: str) -> None:
    """The name and the page number, in the margin, which `check` knows; the first page has no foot."""
    options = {"running_head": "full", "first_foot": "false", "foot": "page"}
    built = shared_build(RESEARCHER, template=look, options=options, thorough=True)
    codes = {one.code for one in built.diagnostics}
    assert not codes & {
        "outside-margins",
        "foreign-text",
        "text-repeated",
        "reading-order",
        "wrong-page-number",
    }
    pages = built.report.pages
    assert pages > 2
    found = bands(Path(built.files["pdf"]), 62, 62)
    assert "page" not in found[0][0] + found[0][1]
    for number, (top, bottom) in enumerate(found[1:], 2):
        assert f"Solveig Ødemark page {number} of {pages}" in top
        assert f"page {number} of {pages}" in bottom


@pytest.mark.parametrize(("value", "text"), [("name", "Solveig Ødemark"), ("page", "page 2 of")])
def test_a_running_head_has_what_was_asked_for(value: str, text: str, any_tex: str) -> None:
    """The name alone, or the page alone; by default nothing."""
    built = shared_build(RESEARCHER, template="academic", options={"running_head": value, "foot": "none"})
    top = bands(Path(built.files["pdf"]), 62, 62)[1][0].splitlines()[0]
    assert text in top
    assert ("Solveig" in top) is (value == "name")
    plain = shared_build(RESEARCHER, template="academic", options={"foot": "none"})
    assert "Solveig" not in bands(Path(plain.files["pdf"]), 62, 62)[1][0]


@pytest.mark.parametrize("look", ["onepage", "academic", "moderncv"])
@pytest.mark.parametrize(("locale", "said"), [("en", "Last updated: Nov 2026"), ("de", "Stand: Nov. 2026")])
def test_the_date_of_the_data_by_option(look: str, locale: str, said: str, any_tex: str) -> None:
    """The words with the date of `meta.lastModified`, in the reader's language; off by default."""
    built = shared_build(SMALL, template=look, locale=locale, options={"updated": "true"}, thorough=True)
    text = " ".join(read_with_pdfium(Path(built.files["pdf"]).read_bytes()).text.split())
    assert said in text
    assert {one.code for one in built.diagnostics} <= {"half-empty-page", "readers-missing", "not-spelled"}
    plain = shared_build(SMALL, template=look, locale=locale)
    assert said not in " ".join(read_with_pdfium(Path(plain.files["pdf"]).read_bytes()).text.split())
