"""Pages that are right, whatever one program reads: the second reading, the foot."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import absent
from tests.support import build_ok, shared_build
from texresume.build import batch
from texresume.build.pipeline import Request
from texresume.build.run import Run
from texresume.check.thorough import inspect_thoroughly
from texresume.pdf import extractors
from texresume.pdf.glyphs import PlacedCharacter, read_layout
from texresume.pdf.inspection import inspect
from texresume.pdf.rereading import reread
from texresume.tex import distribution, engine

pytestmark = pytest.mark.tex

TEMPLATES = ("onepage", "moderncv", "academic")
LATIN = """\
basics: {name: Ylva Berg, email: ylva@example.com}
work:
  - {name: TfL, position: Planner, startDate: 2022, highlights: ["10^6^ on the 2^nd^ floor, CO~2~", "x^2^"]}
  - {name: VfL Beispielhausen, position: Kafka Lead, startDate: 2020, endDate: 2021}
education: [{institution: Example University, studyType: BSc, area: "H~2~O₂ and ¹³C", endDate: 2020}]
skills: [{name: C, keywords: [R, C, TCP/IP, RefWorks, PerfView, Apache Kafka, "ab ℝ cd"]}, {name: TCP/IP}]
awards: [{title: "3^rd^ Prize Scholarship", awarder: Example Institute, date: "2018-19, 2019-20"}]
"""
HEBREW = """\
meta: {locale: he}
basics: {name: אבי לדוגמה, email: avi@example.com}
work:
  - name: דוגמה
    position: מנהל מוצר
    startDate: 2020
    url: https://example.com/a/very/long/path/with-many-words/and_underscores?query=1&more=%20
    highlights: ["ניהול פרויקט “גל”; ≥ 99.9 %, ①②③, ½, x ≤ 5", "Used ¹³C and TCP/IP in C"]
skills: [{name: C, keywords: [R, C, TCP/IP, "≥ 99.9 %"]}]
"""
LINES = ", ".join(
    f"Line {number} of work that was measured at 12 percent better than before" for number in range(70)
)
LONG_NAME = f"""\
basics: {{name: Maria Anna Bartholomäus-Schwarzenberger von Hohenstein, email: m@example.com}}
work: [{{name: Example Power, position: Engineer, startDate: 2019, highlights: [{LINES}]}}]
"""


def needs(name: str) -> None:
    if not distribution.find(name):
        absent(name)


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_values_that_extractors_misread_are_no_reason_to_refuse(template: str, engine_name: str) -> None:
    """Kerned names, scripts, values of one letter: `check` finds nothing lost or split, in any extractor."""
    needs(engine_name)
    content = LATIN if engine_name == "xetex" else LATIN.replace(', "ab ℝ cd"', "")
    built = shared_build(content, thorough=True, template=template, engine=engine_name)
    codes = {one.code for one in built.diagnostics}
    assert not codes & {"text-lost", "words-joined", "reading-order", "text-repeated"}


@pytest.mark.slow
@pytest.mark.parametrize("template", TEMPLATES)
def test_signs_and_addresses_of_right_to_left_pages_are_found(template: str) -> None:
    """Mirrored signs, fractions, quotes and broken addresses are no losses, to no extractor."""
    needs("xetex")
    built = shared_build(HEBREW, thorough=True, template=template)
    assert not [one for one in built.diagnostics if one.code == "text-lost"]


@pytest.mark.parametrize("engine_name", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", ["moderncv", "academic"])
def test_a_long_name_fits_the_foot(template: str, engine_name: str) -> None:
    """It is shortened to the family name, collides with nothing, and is not taken for text of the data."""
    needs(engine_name)
    built = shared_build(LONG_NAME, template=template, engine=engine_name)
    assert built.report.pages > 1
    pdf = Path(built.files["pdf"]).read_bytes()
    first = [one for one in read_layout(pdf).characters if one.page == 1 and one.char.strip()]
    lowest = max(one.bottom for one in first)
    foot = sorted((one for one in first if one.bottom > lowest - 0.004), key=lambda one: one.left)
    assert "".join(one.char for one in foot).replace("·", "").startswith("Hohensteinpage1of")
    assert not [pair for pair in pairwise(foot) if _overlap(*pair)]
    reading = reread(pdf)
    assert reading.has_own
    assert not re.search(r"page\s*1\s*of", reading.given + reading.placed)
    assert "Hohenstein" in reading.given


def _overlap(one: PlacedCharacter, other: PlacedCharacter) -> bool:
    return other.left < one.right - 0.003 and (other.left, other.right) != (one.left, one.right)


def test_a_name_that_fits_is_whole_in_the_foot() -> None:
    """Only what is wider than 60 mm is shortened."""
    built = shared_build(LONG_NAME.replace("Bartholomäus-Schwarzenberger von ", ""), template="academic")
    text = extractors.read_with_pdfium(Path(built.files["pdf"]).read_bytes()).pages[0].text
    assert "Maria Anna Hohenstein page 1 of" in " ".join(text.split())


def harmed_run(data: Path, by: str, *, engine_name: str = "pdftex", thorough: bool = False) -> Run:
    """A build in which "Ylvania" is set as `by`, whatever it tries."""

    def typeset(source: str, files: Any = (), **more: Any) -> engine.Typeset:
        plain = source.replace(r"\trunkern{}", "")
        return engine.typeset(plain.replace("Ylvania", by), files, **{**more, "engine": engine_name})

    kept: list[Run] = []
    request = Request(data, "onepage", data.parent / "dist", engine=engine_name, project=data.parent)
    seams: dict[str, Any] = {"inspect": inspect_thoroughly} if thorough else {}
    batch.attempt(request, typeset=typeset, keep=kept.append, **seams)
    return kept[0]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A résumé with the word in it."""
    file = tmp_path / "resume.yaml"
    file.write_text(
        "basics: {name: Ada Berg, email: ada@example.com}\n"
        "work: [{name: Ylvania Lines, position: Planner, startDate: 2020}]\n",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize("thorough", [False, True], ids=["build", "check"])
def test_a_kern_that_only_a_program_sees(data: Path, any_tex: str, *, thorough: bool) -> None:
    """pdfium takes 1.9 pt for a space, people do not: a warning in a build, an error of `check`."""
    run = harmed_run(data, r"Ylv\kern 1.9pt ania", thorough=thorough)
    (split,) = [one for one in run.log.diagnostics if one.code == "word-split"]
    assert split.severity == ("error" if thorough else "warning")
    assert split.hint


def test_a_gap_that_people_see_fails(data: Path, any_tex: str) -> None:
    """Both ways of reading show it."""
    run = harmed_run(data, r"Ylv\kern 3.5pt ania")
    (split,) = [one for one in run.log.diagnostics if one.code == "word-split"]
    assert split.severity == "error"


def test_what_other_extractors_have_is_not_lost(
    data: Path, any_tex: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that pdfium misses is a warning where every other extractor has it, else an error."""
    run = harmed_run(data, "Ylania")
    pdf, rendered = run.typeset()[2].typeset.pdf, run.typeset()[2].rendered
    (lost,) = inspect(pdf, rendered).lost
    assert lost.confirmed
    whole = "Ada Berg ada@example.com Ylvania Lines Planner 2020 – Present Experience"
    monkeypatch.setattr(extractors, "extract_texts", lambda pdf: {"pypdf": whole, "pdfminer": whole})
    (lost,) = inspect(pdf, rendered).lost
    assert not lost.confirmed
    monkeypatch.setattr(extractors, "extract_texts", lambda pdf: {})
    (lost,) = inspect(pdf, rendered).lost
    assert lost.confirmed


def test_a_good_pdf_is_read_once(any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reading takes place only where something is amiss."""
    from texresume.pdf import rereading

    def unwanted(*_: Any, **__: Any) -> None:
        raise AssertionError("read twice")

    monkeypatch.setattr(rereading, "reread", unwanted)
    (tmp_path / "resume.yaml").write_text("basics: {name: Ada, email: ada@example.com}\n", encoding="utf-8")
    build_ok(Request(tmp_path / "resume.yaml", "moderncv", tmp_path / "dist", project=tmp_path))
