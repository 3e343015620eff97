"""The page that `check --report` writes: whole, safe, and the findings where they belong."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path

import pytest
from PIL import ImageColor

from tests.cli.test_verbs import BAD, texresume
from tests.conftest import ROOT, absent
from tests.fixtures import DATA
from tests.pages import Page, faults
from tests.test_readme import _BLOCK
from texresume.build import batch, pipeline
from texresume.check import checking, report
from texresume.check.report import VariantResult
from texresume.diagnostics import Diagnostic, Position, Severity
from texresume.pdf import glyphs
from texresume.pdf.locations import Locations
from texresume.tex import distribution
from texresume.text.inline import RichText

HOSTILE = "</pre></script><script>alert('x')</script><img src=x onerror=alert(1)> \"' &amp; %0A::error::"
SABOTAGED = """
basics:
  name: Ada <script>alert(1)</script>
  label: Engineer & <b>builder</b>
  email: ada@example.com
work:
  - name: Example Instruments
    position: Engineer
    startDate: 2021-03
    highlights:
      - Cut the nightly report from **4 hours** to 11 minutes.
      - "</pre><script>alert('two')</script> Led a team of nine through a rewrite."
      - Wrote the guide that new engineers read in their first week.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose template swallows every second highlight, and whose data has marks of HTML in it."""
    if not distribution.find():
        absent("TeX")
    text = (ROOT / "docs" / "templates.md").read_text("utf-8")
    example = next(match["code"] for match in _BLOCK.finditer(text) if match["name"] == "example")
    field = "((( highlight.text )))"
    swallowed = f"((* if loop.index == 2 *))\\setbox0\\hbox{{{field}}}((* else *)){field}((* endif *))"
    folder = tmp_path / "templates" / "hungry"
    folder.mkdir(parents=True)
    paper = "{type: choice, choices: [a4paper, letterpaper], default: a4paper}"
    (folder / "template.yaml").write_text(f"title: Hungry\noptions:\n  paper: {paper}\n", "utf-8")
    (folder / "resume.tex.j2").write_text(example.replace(field, swallowed), "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "resume.yaml").write_text(SABOTAGED, "utf-8")
    return tmp_path


def page_of(file: Path) -> Page:
    """A page that stands alone, as every one must."""
    page = Page(file.read_text("utf-8"))
    assert faults(page) == []
    return page


@pytest.mark.tex
def test_a_failed_build_is_shown_with_what_it_left(project: Path) -> None:
    """The text that is lost is listed with its line, and its place is marked on the picture of the page."""
    done = texresume("check", "--template", "hungry", "--report", "out/page.html", cwd=project)
    assert done.returncode == 4
    page = page_of(project / "out" / "page.html")
    (heading,) = page.all("h1")
    assert heading.text == "Check of Ada <script>alert(1)</script>"
    (verdict,) = page.all("span", "verdict")
    assert verdict.text == "failed"
    lost = page.all("li", "error")[0]
    assert "text-lost" in lost.text
    assert "data/resume.yaml:12:9" in lost.text
    assert "</pre><script>alert('two')</script> Led a team" in lost.text
    mark = page.all("a", "missing")[0]
    assert mark.attributes["data-finding"] == lost.attributes["data-finding"]
    assert mark.attributes["href"] == f"#{lost.attributes['id']}"
    assert any(
        one.tag == "a" and one.attributes["href"] == f"#{mark.attributes['id']}"
        for one in page.elements
        if "href" in one.attributes
    )
    style = dict(re.findall(r"([a-z]+):([\d.]+)%", mark.attributes["style"]))
    assert 0 < float(style["left"]) < 50
    assert 10 < float(style["top"]) < 60
    texts = [pre.text for pre in page.all("pre", "text")]
    assert texts
    assert all("Cut the nightly report" in text and "nine through" not in text for text in texts)


@pytest.mark.tex
def test_a_good_build_is_shown(any_tex: str, tmp_path: Path) -> None:
    """Facts, page, readers, links, fonts and metadata; that nothing was found is said."""
    file = tmp_path / "page.html"
    done = texresume(
        "check",
        "--data",
        str(ROOT / "data" / "resume.yaml"),
        "--output",
        str(tmp_path / "dist"),
        "--report",
        str(file),
    )
    assert done.returncode == 0, done.stderr
    page = page_of(file)
    text = page.all("main")[0].text
    assert "No findings" in text
    assert "fits at step" in text
    assert "mailto:" in text
    assert "embedded" in text
    assert "not embedded" not in text
    assert len(page.all("img")) == 1
    assert page.all("summary")[0].text.startswith("pdfium")
    assert page.all("a", "mark") == []


@pytest.mark.tex
def test_all_variants_share_a_page(project: Path) -> None:
    """With a part for each, found through a list at the top; one without a PDF has its findings."""
    folder = project / "data" / "variants"
    folder.mkdir()
    (folder / "short.yaml").write_text("sections: [work]\n", "utf-8")
    (folder / "lost.yaml").write_text("include: [quantum]\n", "utf-8")
    done = texresume("check", "--all", "--report", "page.html", "--report", "page.sarif", cwd=project)
    assert done.returncode == 1
    page = page_of(project / "page.html")
    assert sorted(heading.text.split()[0] for heading in page.all("h2")) == ["lost", "short"]
    assert len(page.all("img")) == 1
    assert "unknown-tag" in page.all("main")[0].text
    (run,) = json.loads((project / "page.sarif").read_text("utf-8"))["runs"]
    assert [result["properties"] for result in run["results"] if result["level"] == "error"] == [
        {"variants": ["lost"]}
    ]


@pytest.mark.tex
@pytest.mark.parametrize("script", ["ar", "he", "ja", "th"])
def test_other_scripts_are_shown(script: str, any_tex: str, tmp_path: Path) -> None:
    """XeTeX's pages too, also from right to left: nearly every leaf has its place on them."""
    request = pipeline.Request(data=DATA / "scripts" / f"{script}.yaml", output=tmp_path, project=ROOT)
    outcome = checking.job(request)
    if any(one.code in ("no-font", "no-xetex") for one in outcome.diagnostics):
        absent("a font or XeTeX")
    assert outcome.artifacts is not None, outcome.diagnostics
    text = report.render_html(
        [
            VariantResult(
                "", request.data, outcome.diagnostics, artifacts=outcome.artifacts, build=outcome.build
            )
        ]
    )
    assert faults(Page(text)) == []
    assert found_share(outcome.artifacts.pdf, outcome.artifacts.fields) > 0.95


def found_share(pdf: bytes, fields: tuple[RichText, ...]) -> float:
    """How many of the paths of a document have a place on its pages, as a share."""
    locations = Locations(glyphs.read_layout(pdf).characters, fields)
    paths = {part.path for field in fields for part in field.parts if part.path and part.inlines}
    return sum(bool(locations.find(path)) for path in paths) / len(paths)


@pytest.mark.tex
@pytest.mark.parametrize("name", ["moderncv", "academic"])
def test_places_are_those_of_the_texts(name: str, any_tex: str, tmp_path: Path) -> None:
    """What stands within the rectangles of a highlight is its text; every leaf is found."""
    data = ROOT / "data" / "engineer" / "resume.yaml"
    request = pipeline.Request(data=data, template=name, output=tmp_path, project=ROOT)
    made = checking.job(request).artifacts
    assert made is not None
    characters = glyphs.read_layout(made.pdf).characters
    locations = Locations(characters, made.fields)
    assert found_share(made.pdf, made.fields) > 0.99
    tried = 0
    for field in made.fields:
        path = next((part.path for part in field.parts), "")
        if ".highlights[" not in path or len(field.parts) > 1:
            continue
        tried += 1
        boxes = locations.find(path)
        inside = "".join(
            glyph.char
            for glyph in characters
            for box in boxes
            if glyph.page == box.page
            and box.left - 1e-6 <= glyph.left <= box.left + box.width
            and box.top - 1e-6 <= (glyph.top + glyph.bottom) / 2 <= box.top + box.height
        )
        assert "".join(str(field).split()) == "".join(inside.replace("\ufffe", "-").split())
    assert tried > 20


def finding(severity: Severity, text: str) -> Diagnostic:
    return Diagnostic(severity, "some-code", text, Path(text), Position(3, 5, text), (text,), text)


def test_hostile_texts_stay_texts() -> None:
    """Whatever a message, file, line, path, hint or variant holds: no tag of it is one of the page."""
    found = tuple(finding(severity, HOSTILE) for severity in Severity)
    page = Page(report.render_html([VariantResult(HOSTILE, Path(HOSTILE), found)] * 2))
    assert faults(page) == []
    assert [item.text.count("<script>alert('x')</script>") >= 4 for item in page.all("li", "finding")] == [
        True
    ] * 6
    controls = finding(Severity.ERROR, "bell \x07, override \u202e, lone \ud800")
    source = report.render_html([VariantResult("", Path("x"), (controls,))])
    assert not set("\x07\u202e\ud800") & set(source)


def test_a_page_is_written_where_there_is_no_pdf(tmp_path: Path) -> None:
    """Faulty data: all findings in order of severity, with their lines, and nothing of a PDF."""
    done = texresume(
        "check", "--data", str(BAD), "--output", str(tmp_path), "--report", str(tmp_path / "page.html")
    )
    assert done.returncode == 1
    page = page_of(tmp_path / "page.html")
    assert len(page.all("li", "finding")) == 7
    assert page.all("img") == []
    assert all(item.text for item in page.all("pre", "source"))


def test_the_order_is_that_of_severity() -> None:
    """Errors first, and numbered so, whatever order they come in."""
    found = tuple(finding(severity, "text") for severity in reversed(Severity))
    page = Page(report.render_html([VariantResult("", Path("x"), found)]))
    assert [item.attributes["class"].split()[1] for item in page.all("li", "finding")] == [
        "error",
        "warning",
        "note",
    ]


def luminance(colour: str) -> float:
    """Relative luminance (https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    channels = [channel / 255 for channel in ImageColor.getrgb(colour)[:3]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_have_contrast_enough() -> None:
    """7:1 for every text on every ground, on light and on dark screens, and on paper."""
    style = importlib.resources.files("texresume").joinpath("check/html/report.css").read_text("utf-8")
    schemes = [
        dict(re.findall(r"--(\w+): (#\w{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(schemes) == 3
    for colours in schemes:
        for ground in ("ground", "raised"):
            for text in ("text", "quiet", "link", "error", "warning", "note", "good"):
                assert contrast(colours[text], colours[ground]) >= 7, (text, ground)
        assert contrast(colours["error"], colours["del"]) >= 7
        assert contrast(colours["note"], colours["ins"]) >= 7
    for tone in set(re.findall(r"\.mark[\w.]* \{ --tone: (#\w{6})", style)):
        assert contrast(tone, "#ffffff") >= 7


@pytest.mark.parametrize(
    "flags",
    [
        ("--report", "page.docx"),
        ("--annotations", "gitlab"),
        ("--baseline", "nowhere.pdf"),
        ("--baseline-must-match",),
    ],
)
def test_wrong_flags_are_said_before_anything_is_built(flags: tuple[str, ...], tmp_path: Path) -> None:
    """With a hint and status 2, and nothing is written."""
    done = texresume("check", "--data", str(ROOT / "data" / "resume.yaml"), *flags, cwd=tmp_path)
    assert done.returncode == 2
    assert "hint: " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_written_is_a_finding(tmp_path: Path) -> None:
    """Where a folder is in the way, say."""
    (tmp_path / "page.html").mkdir()
    done = texresume("check", "--data", str(BAD), "--report", "page.html", cwd=tmp_path)
    assert done.returncode == 2
    assert "choose another file with --report" in done.stderr


@pytest.mark.tex
def test_plain_check_prints_what_it_did(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report changes neither stream."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    arguments = ("check", "--data", str(ROOT / "data" / "resume.yaml"), "--output", str(tmp_path / "dist"))
    plain = texresume(*arguments, cwd=tmp_path)
    assert plain.returncode == 0
    assert texresume(*arguments, "--report", "page.html", cwd=tmp_path) == plain


@pytest.mark.tex
def test_a_report_beside_the_pdf_is_cleared_away_with_it(any_tex: str, tmp_path: Path) -> None:
    """`clean` knows what was built."""
    data = str(ROOT / "data" / "resume.yaml")
    assert texresume("check", "--data", data, "--report", "dist/page.html", cwd=tmp_path).returncode == 0
    assert (tmp_path / "dist" / "page.html").exists()
    texresume("clean", cwd=tmp_path)
    assert not (tmp_path / "dist").exists()


@pytest.mark.tex
def test_builds_that_are_not_checks_keep_no_artifacts(any_tex: str, tmp_path: Path) -> None:
    """A build that only builds holds no second copy of its PDF."""
    request = pipeline.Request(data=ROOT / "data" / "resume.yaml", output=tmp_path, project=ROOT)
    assert batch.attempt(request).artifacts is None
    assert checking.job(request).artifacts is not None
