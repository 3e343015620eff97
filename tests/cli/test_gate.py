"""What makes `check` fail beside errors, what it says of many variants, and readers that stop early."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .test_verbs import diagnostics, process, texresume

WARNED = "basics: {name: Ada, summary: What was recieved.}\n"
"""Two warnings, `no-contact` and `spelling`, and a note, `half-empty-page`."""


@pytest.fixture
def flags(tmp_path: Path, any_tex: str) -> tuple[str, ...]:
    """`check` of data with two warnings."""
    (tmp_path / "resume.yaml").write_text(WARNED, "utf-8")
    return ("check", str(tmp_path / "resume.yaml"), "--output", str(tmp_path / "dist"))


@pytest.mark.tex
@pytest.mark.parametrize(
    ("more", "status", "errors"),
    [
        ([], 0, set()),
        (["--strict"], 1, {"no-contact", "spelling"}),
        (["--strict", "--off", "spelling,no-contact"], 0, set()),
        (["--fail-on", "spelling"], 1, {"spelling"}),
        (["--fail-on", "half-empty-page, spelling"], 1, {"half-empty-page", "spelling"}),
        (["--fail-on", "date-gap"], 0, set()),
        (["--strict", "--fail-on", "half-empty-page"], 1, {"half-empty-page", "no-contact", "spelling"}),
    ],
)
def test_what_fails_a_check(
    flags: tuple[str, ...], more: list[str], status: int, errors: set[str], tmp_path: Path
) -> None:
    """`--strict` fails on warnings, `--fail-on` on what it names; the PDF is written and reports agree."""
    report = tmp_path / "dist" / "report.sarif"
    done = texresume(*flags, *more, "--json", "--report", str(report), "--annotations", "github")
    assert done.returncode == status, done.stderr
    found = json.loads(done.stdout)["diagnostics"]
    assert {one["code"] for one in found if one["severity"] == "error"} == errors
    levels = json.loads(report.read_text("utf-8"))["runs"][0]["results"]
    assert {one["ruleId"] for one in levels if one["level"] == "error"} == errors
    assert done.stderr.count("::error") == len(errors)
    assert (tmp_path / "dist" / "ada-onepage.pdf").is_file()


def test_codes_to_fail_on_must_exist(tmp_path: Path) -> None:
    """A mistyped one would never fail anything; one that is turned off as well cannot be meant."""
    data = tmp_path / "resume.yaml"
    data.write_text(WARNED, "utf-8")
    done = texresume("check", str(data), "--fail-on", "speling", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'spelling'?" in done.stderr
    assert [one["code"] for one in diagnostics(done)] == ["unknown-check"]
    done = texresume("check", str(data), "--fail-on", "spelling", "--off", "spelling", cwd=tmp_path)
    assert done.returncode == 2
    assert "[wrong-flags]" in done.stderr
    assert not (tmp_path / "dist").exists()


@pytest.mark.tex
def test_what_all_variants_share_is_said_once(flags: tuple[str, ...], tmp_path: Path) -> None:
    """The misspelt word of the data once; what one variant alone has, below its name."""
    (tmp_path / "variants").mkdir()
    for name, hidden in {"acme": "", "initech": "checks: {off: [no-contact]}\n"}.items():
        (tmp_path / "variants" / f"{name}.yaml").write_text(f"template: onepage\n{hidden}", "utf-8")
    done = texresume(*flags, "--all")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("[spelling]") == 1
    parts = {part.partition(":\n")[0].strip(): part for part in done.stderr.split("\n\n")}
    assert set(parts) == {"all variants", "acme"}
    assert "[spelling]" in parts["all variants"]
    assert "[no-contact]" in parts["acme"]
    done = texresume(*flags, "--all", "--strict")
    assert done.returncode == 1
    assert "2 of 2 variants failed" in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "line", ["build -h", "--help", "--version", "templates", "validate", "--print-completion-script bash"]
)
def test_a_reader_that_stops_early_is_no_error(line: str, unbuffered: str) -> None:
    """As with `texresume build -h | head -1`: nothing on standard error, whenever the pipe breaks."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "texresume", *line.split()],
        cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_errors_for_a_reader_that_stops_early_are_no_traceback() -> None:
    """The same for standard error."""
    command = f"{sys.executable} -m texresume build --nonsense 2>&1 | true"
    done = subprocess.run(  # noqa: S602 - a pipe of the shell
        command, shell=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")
    assert process("build", "--nonsense").returncode == 2
