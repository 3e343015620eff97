"""Pages that are right, and were refused once: what the population of résumés found."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from pypdf.generic import DecodedStreamObject, NameObject

from tests.conftest import absent
from tests.support import build_ok, request_for, write_yaml
from texresume.pdf import folding, inspection, visibility
from texresume.pdf.alignment import align
from texresume.pdf.extractors import PageContent
from texresume.tex import distribution
from texresume.text.inline import RichText


def test_the_last_page_of_a_right_to_left_document_is_not_blank() -> None:
    """Bullets are left out of the text that is compared there: pages are told apart without them, too."""
    items = [f"שורה{chr(0x5D0 + number)}" for number in range(20)]
    texts = ["\n".join(f"• {item}" for item in items), "סוף"]
    pages = [PageContent(text, {}, 1, False) for text in texts]
    fields = [RichText.of(text, f"work[{number}]") for number, text in enumerate([*items, "סוף"])]
    alignment = align("\n".join(texts), fields, rtl=True)
    assert not alignment.losses
    assert list(inspection._find_bad_pages(pages, alignment, rtl=True)) == []


def test_an_ellipsis_of_a_chinese_font_is_one() -> None:
    """Its glyph is also that of U+22EF, which most extractors read."""
    assert folding.fold("等⋯") == folding.fold("等…")


def drawn(operators: bytes) -> pypdfium2.PdfDocument:
    """A page with something drawn on it."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    content = DecodedStreamObject()
    content.set_data(operators)
    page[NameObject("/Contents")] = writer._add_object(content)
    out = BytesIO()
    writer.write(out)
    return pypdfium2.PdfDocument(out.getvalue())


def test_a_stroke_that_fills_its_box_is_seen() -> None:
    """Such as 一, whose box is all ink: it is seen against what is around it; and nothing is not."""
    is_seen = visibility._render(drawn(b"0 g 100 100 20 1 re f")[0])
    assert is_seen((100.0, 100.0, 120.0, 101.0))
    assert not is_seen((20.0, 20.0, 40.0, 21.0))


@pytest.mark.tex
def test_a_link_in_right_to_left_text_ends_on_a_page_from_left_to_right(tmp_path: Path) -> None:
    """It lies on its own words, and those after it are linked elsewhere or not at all."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    highlights = ["تطوير فريق; ada@example.org", "Built it", "at [home](https://example.net/home)"]
    job = {"name": "Example", "position": "Engineer", "startDate": "2020", "highlights": highlights}
    data = {"basics": {"name": "Ada Example", "email": "ada@example.com"}, "work": [job]}
    built = build_ok(request_for(write_yaml(tmp_path, data), tmp_path, template="moderncv"))
    page: Any = pypdf.PdfReader(built.files["pdf"]).pages[0]
    links = [one.get_object()["/A"]["/URI"] for one in page["/Annots"]]
    assert links == ["mailto:ada@example.com", "mailto:ada@example.org", "https://example.net/home"]
