"""The workflows: valid by their schema, and their commands do what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

from texresume.cli import project
from texresume.cli.commands import COMMANDS

from .cli.test_verbs import process
from .conftest import ROOT

STARTER = ROOT / "texresume" / "cli" / "skeleton" / "dot-github" / "workflows"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), *sorted(STARTER.glob("*.yml"))]
ACTION = ROOT / "action.yml"
VARIANTS = "hashFiles('data/variants/*.yaml', 'data/variants/*.yml')"


def steps(file: Path) -> list[dict[str, Any]]:
    workflow = yaml.safe_load(file.read_text("utf-8"))
    jobs = [workflow["runs"]] if file == ACTION else workflow["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def commands(file: Path, project: Path) -> list[str]:
    """The `run:` steps that GitHub would run in the first job, in order."""
    has_variants = any((project / "data" / "variants").glob("*.y*ml"))
    conditions = {None: True, f"{VARIANTS} != ''": has_variants, f"{VARIANTS} == ''": not has_variants}
    workflow = yaml.safe_load(file.read_text("utf-8"))
    first = next(iter(workflow["jobs"].values()))
    return [step["run"] for step in first["steps"] if "run" in step and conditions[step.get("if")]]


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION], ids=[file.name for file in [*WORKFLOWS, ACTION]])
def test_workflows_are_valid(file: Path) -> None:
    """Each workflow and the action pass GitHub's schemas, as check-jsonschema carries them."""
    schema = "vendor.github-actions" if file == ACTION else "vendor.github-workflows"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION], ids=[file.name for file in [*WORKFLOWS, ACTION]])
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    """A tag can be moved to other code, a commit cannot; a comment says which version; all agree."""
    used = re.findall(r"uses: (.*)", file.read_text("utf-8"))
    assert used
    for line in used:
        assert line == "./" or re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
        name = line.partition("@")[0]
        everywhere = {
            other
            for one in [*WORKFLOWS, ACTION]
            for other in re.findall(r"uses: (.*)", one.read_text("utf-8"))
            if other.partition("@")[0] == name
        }
        assert everywhere == {line}


@pytest.mark.parametrize("file", sorted(STARTER.glob("*.yml")), ids=lambda file: str(file.name))
def test_workflows_of_a_new_project_ask_for_little(file: Path) -> None:
    """Every job has a time-out and may only read, unless it publishes; newer runs replace those before."""
    workflow = yaml.safe_load(file.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 15
        assert ("permissions" in job) is (name in ("release", "pages"))
    triggers = set(workflow[True])  # YAML 1.1 reads the key "on" so
    expected = {"resume.yml": {"push", "pull_request", "workflow_dispatch"}}
    assert triggers == expected.get(file.name, {"release", "workflow_dispatch"})
    for step in steps(file):  # what GitHub puts into a command, others may have written
        assert "${{" not in step.get("run", "")


def test_the_commands_of_the_action_are_one_shell_script(tmp_path: Path) -> None:
    """Its last step passes on what it is given, in an environment, and finds the variants of a project."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / "data" / "variants").mkdir(parents=True)
    script = steps(ACTION)[-1]["run"]

    def run(**given: str) -> list[str]:
        values = {"DATA": "data/resume.yaml", "VARIANT": "", "ARGUMENTS": "", "OUTPUT": "dist", "REPORT": ""}
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=tmp_path, env={**values, **given, "PATH": path}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.rstrip("|").split("|")

    start = ["-m", "texresume", "check", "data/resume.yaml", "--output", "dist"]
    assert run() == start
    assert run(REPORT="a b.html", VARIANT="acme") == [*start, "--report", "a b.html", "--variant", "acme"]
    assert run(ARGUMENTS="--strict  --option paper=letter") == [
        *start,
        "--strict",
        "--option",
        "paper=letter",
    ]
    assert run(ARGUMENTS="$(id); `id`") == [*start, "$(id);", "`id`"]
    (tmp_path / "data" / "variants" / "acme.yml").touch()
    assert run() == [*start, "--all"]


def test_the_hook_for_pre_commit_is_valid() -> None:
    """pre-commit accepts the manifest, and what it calls is a command of ours."""
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, command_ = hook["entry"].split()
    assert (program, command_ in COMMANDS) == ("texresume", True)
    for name, expected in {"data/resume.yaml": True, "data/variants/a.yml": True, "README.md": False}.items():
        assert bool(re.search(hook["files"], name)) is expected


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
    (wheel,) = wheels.glob("*.whl")
    home = tmp_path / "project"
    project.new(home, None, str(wheel))
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("bin" if os.name == "posix" else "Scripts")
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    run = commands(STARTER / "resume.yml", home)
    assert len(run) == 3
    for command in run:
        done = subprocess.run(  # noqa: S602 - a workflow's commands are for a shell
            command, shell=True, cwd=home, env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    made = sorted(file.name for file in (home / "dist").glob("[!.]*"))
    assert made == ["ada-example-example-onepage.pdf", "report.html"]
    listed = subprocess.run(
        [str(programs / "invoke"), "--list"], cwd=home, capture_output=True, text=True, check=True
    )
    assert "build" in listed.stdout


OWN = {
    "engineer": ROOT / "data" / "engineer" / "resume.yaml",
    "researcher": ROOT / "data" / "researcher.yaml",
    "student": ROOT / "data" / "student.yaml",
    "readme": None,
}


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("kind", OWN)
def test_the_starter_survives_the_owners_data(kind: str, tmp_path: Path) -> None:
    """With somebody's own résumé in place of the sample, both workflows still pass, as they are."""
    project.new(tmp_path, None, "texresume==1.0")
    data = tmp_path / "data" / "resume.yaml"
    if own := OWN[kind]:
        data.write_bytes(own.read_bytes())
        for beside in (*own.parent.glob("*.jpg"), *own.parent.glob("*.bib")):
            shutil.copy(beside, data.parent)
    else:
        data.write_text("basics: {name: Ada Example}\nwork: [{name: Example Instruments}]\n", "utf-8")
    for file in sorted(STARTER.glob("*.yml")):
        for command in commands(file, tmp_path)[1:]:  # without pip
            arguments = command.removeprefix("python -m texresume ").split()
            done = process(*arguments, cwd=tmp_path)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert list((tmp_path / "dist").glob("*-example-onepage.pdf"))


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_the_workflow_builds_what_the_data_declares(tmp_path: Path) -> None:
    """Without variants, a long résumé is built with the template in its data, not on one page."""
    project.new(tmp_path, None, "texresume==1.0")
    data = tmp_path / "data" / "resume.yaml"
    (tmp_path / "data" / "variants" / "example.yaml").unlink()
    text = (ROOT / "data" / "researcher.yaml").read_text("utf-8")
    shutil.copy(ROOT / "data" / "researcher.bib", data.parent)
    assert "\nmeta:" not in text
    data.write_text(f"{text}meta: {{template: academic}}\n", "utf-8")
    for command in commands(STARTER / "resume.yml", tmp_path)[1:]:
        done = process(*command.removeprefix("python -m texresume ").split(), cwd=tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert [file.name.rpartition("-")[2] for file in (tmp_path / "dist").glob("*.pdf")] == ["academic.pdf"]
