"""The workflows: valid by their schema, and their commands do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

from texresume.cli import project

from .conftest import ROOT

WORKFLOWS = [
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    ROOT / "texresume" / "cli" / "skeleton" / "dot-github" / "workflows" / "resume.yml",
]


def steps(file: Path) -> list[dict[str, Any]]:
    workflow = yaml.safe_load(file.read_text("utf-8"))
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("file", WORKFLOWS, ids=[file.name for file in WORKFLOWS])
def test_workflows_are_valid(file: Path) -> None:
    """Each workflow passes GitHub's schema, as check-jsonschema carries it."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", WORKFLOWS, ids=[file.name for file in WORKFLOWS])
def test_actions_are_pinned_to_a_version(file: Path) -> None:
    """No action of whatever version is newest."""
    for step in steps(file):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+(\.\d+)*", step["uses"])


@pytest.mark.tex
@pytest.mark.slow
def test_the_workflow_of_a_new_project_works_in_a_clean_folder(tmp_path: Path) -> None:
    """Its `run:` steps, in order, in a fresh venv that knows this wheel, build and check a PDF."""
    wheels = tmp_path / "wheels"
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(wheels), str(ROOT)],
        check=True,
        capture_output=True,
    )
    home = tmp_path / "project"
    project.new(home, None)
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("bin" if os.name == "posix" else "Scripts")
    environment = {
        **os.environ,
        "PIP_FIND_LINKS": str(wheels),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    commands = [step["run"] for step in steps(WORKFLOWS[-1]) if "run" in step]
    assert len(commands) == 4
    for command in commands:
        done = subprocess.run(  # noqa: S602 - a workflow's commands are for a shell
            command, shell=True, cwd=home, env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    made = sorted(file.name for file in (home / "dist").glob("[!.]*"))
    pdfs = ["ada-example-example-onepage.pdf", "ada-example-onepage.pdf"]
    assert made == [*pdfs, "report.html", "variants.html"]
    listed = subprocess.run(
        [str(programs / "invoke"), "--list"], cwd=home, capture_output=True, text=True, check=True
    )
    assert "build" in listed.stdout
