"""A text of the owner's at the foot, and what holds of every option that is a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import absent
from tests.support import build_fails, build_ok, request_for, write_yaml
from texresume.diagnostics import Severity
from texresume.tex import distribution

pytestmark = [pytest.mark.tex, pytest.mark.usefixtures("any_tex")]

TEXT = "Confidential & 100% my own_words"
LONG = f"{TEXT}: please do not pass this on without my consent, and call me before you speak with others"
LOOKS = (("onepage", ""), ("moderncv", "banking"), ("moderncv", "classic"), ("academic", ""))


def data(entries: int) -> dict[str, Any]:
    """A résumé of so many entries."""
    return {
        "basics": {"name": "Ada Quill", "email": "ada@example.com", "location": {"city": "Oslo"}},
        "work": [
            {"name": f"Larch {number}", "position": "Chief", "startDate": "2020", "highlights": ["Led looms"]}
            for number in range(entries)
        ],
        "meta": {"lastModified": "2024-05-06"},
    }


def feet(folder: Path, look: tuple[str, str], entries: int = 1, **options: str) -> tuple[list[str], set[str]]:
    """The last line of each page, and the codes of warnings."""
    import pdfplumber

    style = {"style": look[1]} if look[1] else {}
    request = request_for(
        write_yaml(folder, data(entries)), folder, template=look[0], options={**style, **options}
    )
    made = build_ok(request, thorough=True)
    with pdfplumber.open(made.files["pdf"]) as opened:
        lines = [page.extract_text_lines() for page in opened.pages]
        assert all(
            line["bottom"] < page.height - 8 for page, (*_, line) in zip(opened.pages, lines, strict=True)
        )
    warned = {one.code for one in made.diagnostics if one.severity is not Severity.NOTE}
    return [line[-1]["text"] for line in lines], warned


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_a_single_page_has_it(look: tuple[str, str], tmp_path: Path) -> None:
    """Without a number; `check` does not take it for words of the template."""
    (foot,), codes = feet(tmp_path, look, foot_text=TEXT)
    assert foot.startswith(TEXT)
    assert "1" not in foot.removeprefix(TEXT)
    assert "foreign-text" not in codes


@pytest.mark.parametrize("look", LOOKS[1:], ids="-".join)
def test_several_pages_have_numbers_too(look: tuple[str, str], tmp_path: Path) -> None:
    """But for `foot=none`."""
    found, codes = feet(tmp_path, look, 40, foot_text=TEXT, foot="name")
    assert found == [f"{TEXT} page {number} of {len(found)}" for number in range(1, len(found) + 1)]
    assert len(found) > 1
    assert "foreign-text" not in codes
    found, _ = feet(tmp_path, look, 40, foot_text=TEXT, foot="none")
    assert set(found) == {TEXT}


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[2]], ids="-".join)
def test_a_long_one_has_two_lines(look: tuple[str, str], tmp_path: Path) -> None:
    """It stays within the margins at the sides, and on the page; a third line is refused as off the page."""
    (foot,), codes = feet(tmp_path, look, foot_text=LONG)
    assert LONG.strip().endswith(foot)
    assert "foreign-text" not in codes


def test_its_characters_choose_the_engine(tmp_path: Path) -> None:
    """As those of the data do."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    request = request_for(write_yaml(tmp_path, data(1)), tmp_path, options={"foot_text": "王小明"})
    assert build_ok(request).engine == "xetex"
    build_fails(
        "unsupported-character", request_for(request.data, tmp_path, options=request.options, engine="pdftex")
    )


@pytest.mark.parametrize("char", ["\x07", "\ue000", "\u202e", "\ufffe"])
def test_what_is_no_text_is_refused(char: str, tmp_path: Path) -> None:
    """Before TeX runs, with the name of the option."""
    request = request_for(write_yaml(tmp_path, data(1)), tmp_path, options={"foot_text": f"a{char}b"})
    (error, *_) = build_fails("unsupported-character", request).diagnostics
    assert "meta.options.foot_text" in error.message
