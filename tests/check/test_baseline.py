"""`check --baseline`: what a PDF has that an earlier one had not."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from tests.cli.test_verbs import Done, texresume
from tests.conftest import ROOT, absent
from tests.pages import Page, faults
from tests.support import build_ok
from texresume.build.pipeline import Request
from texresume.check import baseline, earlier
from texresume.cli.status import exit_status
from texresume.diagnostics import ExitStatus, ResumeError
from texresume.tex import distribution

MASTER = """
basics: {name: Ilka Brandvold, email: ilka@example.com}
work:
  - name: Acme
    position: Engineer
    startDate: 2021-03
    highlights:
      - Cut the nightly report from 4 hours to 11 minutes.
      - Led a team of nine through a rewrite of the booking service.
"""
VARIANTS = {"web": "sections: [work]\n", "short": "hide: [basics.email]\n"}


def blank(pages: int, width: int = 595) -> bytes:
    """A PDF of empty pages."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width, 842)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that was built once: its PDF lies in `old`."""
    if not distribution.find():
        absent("TeX")
    data = tmp_path / "data"
    (data / "variants").mkdir(parents=True)
    (data / "resume.yaml").write_text(MASTER, "utf-8")
    for name, text in VARIANTS.items():
        (data / "variants" / f"{name}.yaml").write_text(text, "utf-8")
    build_ok(Request(data=data / "resume.yaml", output=tmp_path / "old", project=ROOT))
    return tmp_path


def edit(project: Path, old: str, new: str) -> None:
    file = project / "data" / "resume.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def compared(done: Done) -> dict[str, Any]:
    """What `--json` says of the comparison."""
    (build,) = json.loads(done.stdout)["builds"]
    return dict(build["baseline"])


@pytest.mark.tex
def test_nothing_changed(project: Path) -> None:
    """That is said in a line; `--baseline-must-match` is content."""
    done = texresume(
        "check", "--baseline", "old/ilka-brandvold-onepage.pdf", "--baseline-must-match", cwd=project
    )
    assert done.returncode == 0, done.stderr
    assert "compared with old/ilka-brandvold-onepage.pdf: no difference\n" in done.stdout


@pytest.mark.tex
def test_words_that_changed(project: Path) -> None:
    """Each is named, the share of the page too, and the build is as good as it was."""
    edit(project, "11 minutes", "9 short minutes")
    done = texresume("check", "--baseline", "old", cwd=project)
    assert done.returncode == 0
    assert "2 words added, 1 removed; page 1 looks different in 0." in done.stdout
    assert "    - 11\n    + 9 short\n" in done.stdout
    result = compared(texresume("check", "--baseline", "old", "--json", cwd=project))
    (page,) = result.pop("pages")
    assert 0 < page["share"] < 0.05
    assert result == {
        "file": "old/ilka-brandvold-onepage.pdf",
        "same": False,
        "words_added": 2,
        "words_removed": 1,
        "words": [["a", "11"], ["b", "9 short"]],
        "pages_before": 1,
        "pages_after": 1,
    }


@pytest.mark.tex
def test_only_the_picture_changed(project: Path) -> None:
    """Another paper, the same words."""
    done = texresume("check", "--baseline", "old", "--option", "paper=letter", "--json", cwd=project)
    result = compared(done)
    assert (result["words"], result["same"]) == ([], False)
    assert "same words; page 1 looks different in" in done.stderr


@pytest.mark.tex
def test_a_difference_may_be_a_fault(project: Path) -> None:
    """With the flag: status 4, a finding, in the report too; the PDF that was built is there."""
    edit(project, "nine", "ten")
    done = texresume(
        "check", "--baseline", "old", "--baseline-must-match", "--report", "page.html", cwd=project
    )
    assert done.returncode == 4
    assert "[baseline-differs]" in done.stderr
    assert (project / "dist" / "ilka-brandvold-onepage.pdf").exists()
    page = Page((project / "page.html").read_text("utf-8"))
    assert faults(page) == []
    assert [one.text for one in page.all("del")] == ["nine"]
    assert [one.text for one in page.all("ins")] == ["ten"]
    assert [one.text for one in page.all("figcaption")] == ["Page 1 of 1", "before", "now", "difference"]


@pytest.mark.tex
def test_the_file_that_is_built_over_can_be_the_baseline(project: Path) -> None:
    """It is read before the build writes."""
    shutil.copytree(project / "old", project / "dist")
    edit(project, "nine", "ten")
    done = texresume("check", "--baseline", "dist/ilka-brandvold-onepage.pdf", cwd=project)
    assert "1 word added, 1 removed" in done.stdout


@pytest.mark.tex
def test_every_variant_has_its_own(project: Path) -> None:
    """By the names of their files in a folder; where there is none, a warning or a fault."""
    assert texresume("build", "--variant", "web", "--output", "old", cwd=project).returncode == 0
    edit(project, "nine", "ten")
    done = texresume("check", "--all", "--baseline", "old", "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    said = {build["variant"]: build.get("baseline", {}).get("words_added") for build in result["builds"]}
    assert said == {"web": 1, "short": None}
    found = {(one["variant"], one["code"], one["severity"]) for one in result["diagnostics"]}
    of_content = {"half-empty-page", "no-contact"}
    assert {one for one in found if one[1] not in of_content} == {("short", "no-baseline", "warning")}
    done = texresume("check", "--all", "--baseline", "old", "--baseline-must-match", cwd=project)
    assert done.returncode == 4
    assert "2 of 2 variants failed" in done.stderr
    done = texresume("check", "--all", "--baseline", "old/ilka-brandvold-onepage.pdf", cwd=project)
    assert done.returncode == 2
    assert "name the folder" in done.stderr


@pytest.mark.tex
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.5\nnothing that opens", "broken-baseline"),
        (b"<html>", "broken-baseline"),
        (None, "no-baseline"),
    ],
)
def test_a_broken_baseline(content: bytes | None, code: str, project: Path) -> None:
    """Missing, no PDF, or one that does not open: usage at fault, with a hint."""
    if content is not None:
        (project / "broken.pdf").write_bytes(content)
    done = texresume("check", "--baseline", "broken.pdf", cwd=project)
    assert done.returncode == 2
    assert f"[{code}]" in done.stderr
    assert "hint: " in done.stderr


def test_a_folder_without_pdfs(tmp_path: Path) -> None:
    """Is no baseline."""
    with pytest.raises(ResumeError) as caught:
        baseline.load(tmp_path, every=True)
    assert exit_status(caught.value.diagnostics) is ExitStatus.USAGE
    assert caught.value.diagnostics[0].code == "no-baseline"


def test_pages_that_came_and_went() -> None:
    """A page that only one of both has looks different all over; empty ones of other sizes compare too."""
    found = baseline.compare(Path("old.pdf"), blank(1), blank(3), pictures=True)
    assert [page.share for page in found.pages] == [0, 1, 1]
    assert [bool(page.old) for page in found.pages] == [True, False, False]
    assert baseline.summarize(found).startswith("same words; 1 → 3 pages; page 2")
    assert baseline.compare(Path("old.pdf"), blank(1), blank(1, 612)).same
    with pytest.raises(ResumeError) as caught:
        baseline.compare(Path("old.pdf"), blank(earlier.MAXIMUM_PAGES + 1), blank(1))
    assert caught.value.diagnostics[0].code == "broken-baseline"


@pytest.mark.parametrize(
    ("width", "seconds", "said"),
    [(4000, 30, "page 1 is 4000 by"), (720_000, 30, "page 1 is 720000"), (595, 0.01, "takes longer")],
)
def test_an_earlier_pdf_of_somebody_is_read_within_bounds(
    monkeypatch: pytest.MonkeyPatch, width: int, seconds: float, said: str
) -> None:
    """A page of 250 metres, a PDF that takes for ever: a message, and no MemoryError."""
    monkeypatch.setattr(earlier, "SECONDS", seconds)
    with pytest.raises(ResumeError) as caught:
        baseline.compare(Path("old.pdf"), blank(1, width), blank(1))
    (fault,) = caught.value.diagnostics
    assert fault.code == "broken-baseline"
    assert said in fault.message


def test_an_earlier_pdf_is_read_by_our_own_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that lie in the current folder are not imported."""
    (tmp_path / "json.py").write_text("raise SystemExit(1)\n")
    (tmp_path / "texresume").mkdir()
    (tmp_path / "texresume" / "__init__.py").write_text("raise SystemExit(1)\n")
    monkeypatch.chdir(tmp_path)
    assert baseline.compare(Path("old.pdf"), blank(1), blank(1)).same


def test_an_earlier_pdf_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not even read."""
    monkeypatch.setattr(baseline, "MAXIMUM_BYTES", 100)
    (tmp_path / "old.pdf").write_bytes(blank(1))
    with pytest.raises(ResumeError) as caught:
        baseline.load(tmp_path / "old.pdf", every=False)
    assert caught.value.diagnostics[0].code == "no-baseline"


@pytest.mark.tex
def test_the_overlay_shows_where_it_differs(any_tex: str, tmp_path: Path) -> None:
    """What went is red, what came is blue, and the same page has neither."""

    def built(text: str) -> bytes:
        (tmp_path / "resume.yaml").write_text(text, "utf-8")
        request = Request(data=tmp_path / "resume.yaml", output=tmp_path / "dist", project=ROOT)
        return Path(build_ok(request).files["pdf"]).read_bytes()

    old, new = built(MASTER), built(MASTER.replace("nine", "ten"))
    for pair, coloured in (((old, new), True), ((old, old), False)):
        (page,) = baseline.compare(Path("old.pdf"), *pair, pictures=True).pages
        colours = Image.open(BytesIO(page.overlay)).convert("RGB").getcolors(1 << 20)
        assert colours is not None
        shades = [shade for _, shade in colours if isinstance(shade, tuple)]
        assert any(red > 200 and blue < 80 for red, _, blue in shades) is coloured
        assert any(blue > 200 and red < 80 for red, _, blue in shades) is coloured
