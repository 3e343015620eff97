"""What a stranger met in the first hour, each done as it was."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume import resources
from texresume.diagnostics import ResumeError
from texresume.tex import installation

from .test_verbs import process, texresume

OLD = {
    "basics": {"name": "Grace Old", "email": "grace@example.com"},
    "work": [
        {"name": "A", "startDate": "Summer of '19", "endDate": "soon"},
        {"name": "B", "startDate": "2019-19", "endDate": "2015"},
        {"name": "C", "startDate": "2020-05-40"},
        {"name": "D", "startDate": "2020-06", "endDate": "2019-01"},
        {"name": "E", "startDate": "2020-06", "endDate": "2021-01"},
    ],
    "education": [{"institution": "F", "startDate": "2010-99", "endDate": "present"}],
    "awards": [{"title": "G", "date": "2019-40"}],
    "projects": [{"name": "H", "startDate": "06/2020", "endDate": "03/2019"}],
}


def test_a_converted_resume_has_only_dates_that_build(tmp_path: Path) -> None:
    """What is no date becomes a text or is left out, each with one warning at its line in the old file."""
    (tmp_path / "old.json").write_text(json.dumps(OLD, indent=1), "utf-8")
    done = texresume("new", "p", "--from", "old.json", "--requirement", "texresume==1", cwd=tmp_path)
    assert done.returncode == 0
    text = (tmp_path / "p" / "data" / "resume.yaml").read_text("utf-8")
    assert "date: Summer of '19 – soon" in text
    assert "startDate: 2020-06\n    endDate: 2021-01" in text
    assert "2020-05-40" not in text
    found = re.findall(r"old.json:(\d+):\d+: warning: .*\[wrong-date\]", done.stderr)
    assert len(found) == len(set(found)) == 7
    assert "'2020-05-40' in work[2] is no date, or not in order: left out" in done.stderr
    done = texresume("validate", cwd=tmp_path / "p")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_wrong_date_is_said_once(tmp_path: Path) -> None:
    """An invalid date is not also before or after another one."""
    data = tmp_path / "resume.yaml"
    for dates in ("startDate: 2021-13, endDate: 2020-01", "startDate: 2021-05, endDate: 2020-13"):
        data.write_text(f"basics: {{name: Ada}}\nwork: [{{name: X, {dates}}}]\n", "utf-8")
        done = texresume("validate", str(data), "--json", cwd=tmp_path)
        assert [one["code"] for one in json.loads(done.stdout)["diagnostics"]] == ["wrong-date"]


def test_keys_of_basics_at_the_top_of_the_file(tmp_path: Path) -> None:
    """The hint says where they go."""
    (tmp_path / "resume.yaml").write_text("basics: {name: Ada}\nemail: ada@example.com\n", "utf-8")
    done = texresume("validate", "resume.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "put it under 'basics:', indented by two spaces: '  email: …'" in done.stderr


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_every_page_of_a_picture_is_listed(tmp_path: Path) -> None:
    """In the headline, in the JSON, and for `clean`."""
    data = str(ROOT / "data" / "engineer" / "resume.yaml")
    arguments = ("build", data, "--template", "academic", "--format", "png,pdf", "-o", str(tmp_path / "dist"))
    done = texresume(*arguments, "--json")
    (built,) = json.loads(done.stdout)["builds"]
    pictures = sorted(str(file) for file in (tmp_path / "dist").glob("*.png"))
    assert built["pages"] == len(pictures) > 1
    assert [file for form, file in built["files"].items() if form.startswith("png")] == pictures
    assert all(picture in done.stderr for picture in pictures)
    texresume("clean", "--output", str(tmp_path / "dist"))
    assert not (tmp_path / "dist").exists()


LONG = "\n".join(
    f"  - name: Employer {number}\n    startDate: {2000 + number}\n    highlights:\n"
    + "\n".join(f"      - Did task {task} of many, at length, for {number} people." for task in range(20))
    for number in range(1, 7)
)


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_what_the_default_template_leaves_out_is_a_warning(tmp_path: Path) -> None:
    """Without a variant nobody has chosen; with one, the summary that the build prints is enough."""
    text = f"basics: {{name: Ada, email: ada@example.com}}\nwork:\n{LONG}\n"
    (tmp_path / "variants").mkdir()
    (tmp_path / "resume.yaml").write_text(text, "utf-8")
    (tmp_path / "variants" / "v.yaml").write_text("template: onepage\n", "utf-8")
    done = texresume("build", "resume.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (number,) = re.findall(r"warning: (\d+) highlights left out to keep .* \[dropped\]", done.stderr)
    assert f"dropped {number} highlights" in done.stdout
    done = texresume("build", "resume.yaml", "--variant", "v", cwd=tmp_path)
    assert "[dropped]" not in done.stderr
    assert texresume("check", "resume.yaml", "--fail-on", "dropped", cwd=tmp_path).returncode == 1


def test_without_a_package_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded TeX is offered where it helps: it has no XeTeX."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    for engine, offered in {"pdftex": True, "xetex": False}.items():
        with pytest.raises(ResumeError) as caught:
            installation.installation(engine)
        (fault,) = caught.value.diagnostics
        assert ("texresume[tex]" in fault.hint) is offered


def test_doctor_shows_what_check_uses() -> None:
    """The word lists, poppler's extractor, and the sandbox."""
    done = process("doctor")
    for name in ("pyspellchecker", "pdftotext", "bwrap"):
        assert name in done.stdout


def test_hints_name_pages_that_are_there() -> None:
    """Those of a clone, or those that the wheel brings (`tests/test_package.py`)."""
    named = set()
    for file in (ROOT / "texresume").rglob("*.py"):
        text = file.read_text("utf-8")
        named |= set(re.findall(r"""resources\.manual\(['"]([\w.]+)['"]\)""", text))
        hints = re.sub(r'"""(?:.|\n)*?"""|#.*', "", text)
        assert "docs/" not in hints.replace('f"docs/{name}"', ""), file
    assert named
    assert {name for name in named if not (ROOT / resources.manual(name)).is_file()} == set()
