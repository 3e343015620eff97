"""Publications on the page: every word of sixty of them, in every style and template, read back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume.build import pipeline
from texresume.build.request import Request
from texresume.build.run import BuildFailed
from texresume.data import rules

SOURCES = ("researcher.yaml", "researcher.bib")


def built(folder: Path, template: str, style: str, *formats: str) -> pipeline.Build:
    for name in SOURCES:
        shutil.copy(ROOT / "data" / name, folder / name)
    (folder / "variants").mkdir()
    (folder / "variants" / "v.yaml").write_text(f"publications: {{style: {style}}}\n", "utf-8")
    request = Request(
        folder / SOURCES[0],
        template=template,
        variant="v",
        output=folder / "dist",
        project=folder,
        formats=("pdf", *formats),
    )
    return pipeline.build(request)


@pytest.mark.parametrize(
    ("template", "style"),
    [
        ("academic", "numeric"),
        ("academic", "ieee"),
        ("moderncv", "apa"),
        *(
            pytest.param(*one, marks=pytest.mark.slow)
            for one in [("moderncv", "numeric"), *(("academic", style) for style in rules.STYLES)]
            if one not in [("academic", "numeric"), ("academic", "ieee")]
        ),
    ],
)
def test_sixty_publications_read_back(template: str, style: str, any_tex: str, tmp_path: Path) -> None:
    """No word, link or font is missing in any style, in no format, and nothing is said of it."""
    formats = ("txt", "md", "json", "html", "docx") if style in ("numeric", "ieee") else ()
    made = built(tmp_path, template, style, *formats)
    assert made.tex == any_tex
    assert not made.report.lost
    assert [one for one in made.diagnostics if one.code not in ("not-sandboxed", "overfull-line")] == []
    assert made.report.pages > 5


def test_publications_on_one_page(any_tex: str, tmp_path: Path) -> None:
    """The template of one page prints a few, in lines and in a paragraph."""
    data = tmp_path / "resume.yaml"
    data.write_text("basics: {name: Solveig Ødemark, email: s@example.org}\nbibliography: p.bib\n", "utf-8")
    shutil.copy(ROOT / "tests" / "data" / "styles" / "references.bib", tmp_path / "p.bib")
    text = (tmp_path / "p.bib").read_text("utf-8").replace("王小明 and ", "")
    (tmp_path / "p.bib").write_text(text, "utf-8")
    for style in ("numeric", "chicago"):
        data.write_text(
            f"{data.read_text('utf-8').split('meta')[0]}meta: {{publications: {{style: {style}}}}}\n", "utf-8"
        )
        made = pipeline.build(Request(data, template="onepage", output=tmp_path / style, project=tmp_path))
        assert made.tex == any_tex
        assert not made.report.lost
        assert not [one for one in made.diagnostics if one.code == "not-printed"]


def test_what_no_font_has_is_told_in_the_bib_file(tmp_path: Path) -> None:
    """A character that cannot be typeset has its line and column in the file that it comes from."""
    data = tmp_path / "resume.yaml"
    data.write_text("basics: {name: Ada Example}\nbibliography: p.bib\n", "utf-8")
    (tmp_path / "p.bib").write_text("@book{a,\n  title = {A \ue000 book},\n  year = 2020}\n", "utf-8")
    with pytest.raises(BuildFailed) as caught:
        pipeline.build(Request(data, output=tmp_path / "dist", project=tmp_path))
    errors = [one for one in caught.value.diagnostics if one.severity == "error"]
    assert [(one.file, one.position and (one.position.line, one.position.column)) for one in errors] == [
        (tmp_path / "p.bib", (2, 14))
    ]
