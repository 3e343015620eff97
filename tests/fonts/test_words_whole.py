"""Kerns, superscripts, code and changes of face: every extractor reads each word whole."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from tests.conftest import ROOT, absent
from tests.support import build_ok
from texresume.build.request import Request
from texresume.pdf import extractors
from texresume.tex import distribution

DATA = ROOT / "tests" / "data" / "whole-words"
WORDS = {  # by file
    "kafka": "Kafka Streams",
    "skills": "pdfLaTeX, RefWorks, PerfView, Kafka",
    "superscript": "3rd Prize Scholarship 106 events 2nd floor, CO2 below",
    "tfl": "TfL Planner",
    "ylva": "Ylva Berg",
    "faces": (
        "Chemist, H2O and 3rd code f(x), bold both bold, it bi it, fB, fB, x2, H2O. Annele, 1st, then. CO2"
        " Physics2 TfL2 106 of Bold and fx ofH a^b C++17, m2; “R&D” 5% C# a_b. -rf E=mc2 C14"
    ),
}


def texts(pdf: bytes) -> Iterator[tuple[str, str]]:
    """What each extractor reads, pdfminer and pdftotext with their defaults, too."""
    from pdfminer.high_level import extract_text

    yield "pdfium", extractors.read_with_pdfium(pdf).text
    yield from extractors.extract_texts(pdf).items()
    yield "pdfminer by default", extract_text(BytesIO(pdf))
    for option in ("-enc", "-layout"):
        command = ["pdftotext", option, *(["UTF-8"] if option == "-enc" else []), "-", "-"]
        done = subprocess.run(command, input=pdf, capture_output=True, check=True)
        yield f"pdftotext {option}", done.stdout.decode("utf-8")


@pytest.mark.parametrize("engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
@pytest.mark.parametrize("name", WORDS)
def test_every_extractor_reads_words_whole(name: str, template: str, engine: str, tmp_path: Path) -> None:
    """Built, verified, and every extractor has each word, between white space or punctuation."""
    if not distribution.find(engine):
        absent(engine)
    request = Request(DATA / f"{name}.yaml", template, tmp_path, engine=engine, project=ROOT)
    pdf = Path(build_ok(request).files["pdf"]).read_bytes()
    for extractor, text in texts(pdf):
        read = {piece for word in text.split() for piece in (word, word.strip("(),·|–:"))}
        assert set(WORDS[name].split()) <= read | {","}, extractor


def test_no_kern_is_as_wide_as_a_word_space() -> None:
    """The fonts for XeTeX; `invoke pairs` asks the extractors about both engines."""
    from fontTools.ttLib import TTFont

    for file in (distribution.texmf_folder() / "fonts/opentype/texresume").glob("*.otf"):
        with TTFont(file) as font:
            if "GPOS" not in font:
                continue
            for lookup in font["GPOS"].table.LookupList.Lookup:
                for table in lookup.SubTable:
                    table = getattr(table, "ExtSubTable", table)  # noqa: PLW2901 - unwrapped
                    if table.LookupType != 2:
                        continue
                    if table.Format == 1:
                        values = [r.Value1 for pairs in table.PairSet for r in pairs.PairValueRecord]
                    else:
                        values = [r.Value1 for row in table.Class1Record for r in row.Class2Record]
                    assert all(getattr(value, "XAdvance", 0) <= 60 for value in values), file.name
