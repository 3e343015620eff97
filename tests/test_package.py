"""What is handed out: the wheel and the sdist hold all that a build needs."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    manual = {f"texresume/docs/{file.name}" for file in (ROOT / "docs").glob("*.md")}
    assert manual - in_wheel == set()
    assert {*package, *templates, "tasks.py", "constraints.txt", "data/resume.yaml"} - in_sdist == set()


PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ({"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
           {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
           {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"})  # fmt: skip


def pins() -> list[Requirement]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: str(system["sys_platform"]))
def test_everything_is_pinned_to_one_release(python: str, system: dict[str, str]) -> None:
    """All that the project and its extras name, at a release that they allow, for each Python and system."""
    where = {**system, "python_version": python, "python_full_version": f"{python}.0"}
    found = [pin for pin in pins() if pin.marker is None or pin.marker.evaluate(where)]
    names = [canonicalize_name(pin.name) for pin in found]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in found)
    pinned = {name: str(pin.specifier).removeprefix("==") for name, pin in zip(names, found, strict=True)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = itertools.chain.from_iterable(project["optional-dependencies"].values())
    for wanted in map(Requirement, [*project["dependencies"], *extras]):
        if wanted.name != project["name"]:
            assert pinned[canonicalize_name(wanted.name)] in wanted.specifier, wanted


def test_what_is_pinned_is_what_is_installed_and_tested() -> None:
    """By the README's two commands and the workflow of every push; the weekly one takes the newest."""
    readme = (ROOT / "README.md").read_text("utf-8")
    workflows = {file.name: file.read_text("utf-8") for file in (ROOT / ".github/workflows").glob("*.yml")}
    for text in (readme, workflows["ci.yml"]):
        commands = re.findall(r"^.*pip install .*-e .*$", text, re.MULTILINE)
        assert commands
        assert all("-c constraints.txt" in command for command in commands)
    assert "constraints" not in "".join(re.findall(r"run: .*", workflows["newest.yml"]))
    assert "schedule:" in workflows["newest.yml"]
