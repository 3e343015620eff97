"""PDFs with their data inside are read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume.build import pipeline, reading
from texresume.build.request import Request
from texresume.diagnostics import ResumeError
from texresume.exchange import importing

pytestmark = pytest.mark.tex


def test_a_pdf_gives_its_data_back(any_tex: str, tmp_path: Path) -> None:
    """`build --attach json`, then `build --data` and `new --from` of the PDF: the same document."""
    data = ROOT / "data/resume.yaml"
    built = pipeline.build(Request(data=data, output=tmp_path, template="academic", attach="json"))
    pdf = Path(built.files["pdf"])
    before, after = (pipeline.read(file)[0] for file in (data, pdf))
    assert [str(entry.title) for section in after.sections for entry in section.entries] == [
        str(entry.title) for section in before.sections for entry in section.entries
    ]
    assert str(after.name) == str(before.name)
    assert importing.read(pdf).loaded.data["basics"]["name"] == str(before.name)
    again = pipeline.build(Request(data=pdf, output=tmp_path / "again", template="academic"))
    assert Path(again.files["pdf"]).exists()


def test_other_pdfs_have_no_data(any_tex: str, tmp_path: Path) -> None:
    """One without an attachment, one that is cut off."""
    built = pipeline.build(Request(data=ROOT / "data/resume.yaml", output=tmp_path, template="academic"))
    pdf = Path(built.files["pdf"])
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(pdf.read_bytes()[:2000])
    for file in (pdf, cut):
        with pytest.raises(ResumeError) as caught:
            reading.master(file)
        assert [one.code for one in caught.value.diagnostics] == ["no-data-attached"]
