"""What is handed out: the wheel and the sdist hold all that a build needs."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT


@pytest.mark.slow
def test_wheel_and_sdist_carry_templates_fonts_and_schemas(tmp_path: Path) -> None:
    """Both hold every template, font, locale, rule and the skeleton, dot files' stand-ins included."""
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(tmp_path), str(ROOT)], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    (sdist,) = tmp_path.glob("*.tar.gz")
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    package = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "texresume").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    templates = [
        file.relative_to(ROOT).as_posix() for file in (ROOT / "templates").rglob("*") if file.is_file()
    ]
    assert set(package) - in_wheel == set()
    assert {f"texresume/{name}" for name in templates if not name.endswith(".keep")} - in_wheel == set()
    assert {*package, *templates, "tasks.py", "data/resume.yaml"} - in_sdist == set()
