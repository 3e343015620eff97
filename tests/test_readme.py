"""What the README and the docs promise, done as a stranger would."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from texresume.build import pipeline
from texresume.data import rules
from texresume.diagnostics import ResumeError, format_diagnostics
from texresume.latex import template
from texresume.tex import distribution

from .cli.test_verbs import process, texresume
from .conftest import NO_SKIP, ROOT

_BLOCK = re.compile(
    r"^(?:<!-- (?P<name>[\w-]+) -->\n)?```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks() -> dict[str, str]:
    """The README's code blocks by the names in the comments above them."""
    return {
        match["name"]: match["code"] for match in _BLOCK.finditer((ROOT / "README.md").read_text("utf-8"))
    }


def test_every_block_of_the_readme_is_tested() -> None:
    """No block without a name, and no name that no test here runs."""
    assert set(blocks()) == {
        "example",
        "install",
        "new",
        "main",
        "test",
        "resume",
        "verbs",
        "variant",
        "variants",
        "library",
        "wrong",
        "diagnostics",
    }


def test_the_first_screen_shows_the_example() -> None:
    """What is beside the picture is in the data that the picture was made of."""
    lines = (ROOT / "data" / "resume.yaml").read_text("utf-8").splitlines()
    shown = blocks()["example"].splitlines()
    assert len(shown) > 20
    assert [line for line in shown if not any(one.startswith(line) for one in lines)] == []


def test_the_first_two_commands_are_those_of_a_clone() -> None:
    """The first does the main job, the second the tests; each is one line."""
    text = (ROOT / "README.md").read_text("utf-8")
    commands = [match["name"] for match in _BLOCK.finditer(text) if match["language"] == "sh"]
    assert commands[:2] == ["main", "test"]
    assert all(blocks()[name].count("\n") == 1 for name in commands[:2])


def project(folder: Path, data: str) -> Path:
    (folder / "data").mkdir()
    (folder / "data" / "resume.yaml").write_text(data, encoding="utf-8")
    return folder


def test_the_diagnostics_of_the_readme_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken data of the README gives what the README shows, to the letter."""
    monkeypatch.chdir(project(tmp_path, blocks()["wrong"]))
    with pytest.raises(ResumeError) as caught:
        pipeline.read(Path("data/resume.yaml"))
    assert format_diagnostics(caught.value.diagnostics) == blocks()["diagnostics"].strip()


@pytest.mark.tex
def test_the_verbs_of_the_readme_run(any_tex: str, tmp_path: Path) -> None:
    """Each line of the verbs' block succeeds on the README's first résumé."""
    folder = project(tmp_path, blocks()["resume"])
    for line in blocks()["verbs"].splitlines():
        program, *arguments = line.split()
        assert program == "texresume"
        done = subprocess.run(
            [sys.executable, "-m", "texresume", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    names = sorted(file.name for file in (folder / "dist").iterdir() if not file.name.startswith("."))
    assert names == [
        "ada-example-academic.pdf",
        "ada-example-moderncv.pdf",
        "ada-example-onepage-1.png",
        "ada-example-onepage.docx",
        "ada-example-onepage.html",
        "ada-example-onepage.json",
        "ada-example-onepage.md",
        "ada-example-onepage.pdf",
        "ada-example-onepage.txt",
    ]


@pytest.mark.tex
def test_the_variant_of_the_readme_builds(any_tex: str, tmp_path: Path) -> None:
    """The verbs for variants succeed on the example of one, in a project as `texresume new` makes it."""
    assert texresume("new", "mine", "--requirement", "texresume==1.0", cwd=tmp_path).stderr == ""
    folder = tmp_path / "mine"
    (folder / "data" / "variants" / "acme.yaml").write_text(blocks()["variant"], "utf-8")
    for line in blocks()["variants"].splitlines():
        done = texresume(*line.split()[1:], cwd=folder)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
    assert "basics" in done.stdout
    names = sorted(file.name for file in (folder / "dist").glob("*.pdf"))
    assert names == ["ada-example-acme-onepage.pdf", "ada-example-example-onepage.pdf"]
    printed = subprocess.run(
        [sys.executable, "-c", blocks()["library"]], cwd=folder, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "dist/ada-example-acme-onepage.pdf 1\n"


@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the command is for a POSIX shell")
def test_the_first_command_works_in_a_fresh_clone_without_tex(tmp_path: Path) -> None:
    """A fresh checkout, a fresh venv, no TeX on PATH: the README's first line makes a PDF of one page."""
    checkout = tmp_path / "clone"
    copy_checkout(checkout)
    tools = tmp_path / "bin"
    tools.mkdir()
    for program in ("python3", "sh", "bash", "env"):
        found = shutil.which(program)
        assert found is not None
        (tools / program).symlink_to(Path(found).resolve() if program != "python3" else sys.executable)
    environment = {
        name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", distribution.CHOICE)
    }
    done = subprocess.run(
        ["/bin/sh", "-ec", blocks()["main"]],
        cwd=checkout,
        env={**environment, "PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 page" in done.stdout
    assert "embedded" in done.stdout
    (pdf,) = (checkout / "dist").glob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    folder = tmp_path / "mine"
    folder.mkdir()
    project(folder, blocks()["resume"])
    for line in blocks()["verbs"].splitlines():  # with what this command installs, and nothing more
        program, *arguments = line.split()
        verb = [str(checkout / ".venv" / "bin" / program), *arguments]
        done = subprocess.run(verb, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.tex
def test_the_first_steps_lead_to_a_pdf(any_tex: str, tmp_path: Path) -> None:
    """`new`, `cd`, `build`, one after the other, as a stranger types them."""
    folder = tmp_path
    for line in blocks()["new"].splitlines():
        program, *arguments = line.split()
        if program == "cd":
            folder /= arguments[0]
        else:
            done = process(*arguments, cwd=folder)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert [file.name for file in (folder / "dist").glob("*.pdf")] == ["ada-example-onepage.pdf"]


def test_what_is_installed_without_a_clone_is_a_requirement() -> None:
    """pipx and uvx get extras that exist, from an address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [shlex.split(line) for line in blocks()["install"].splitlines()]
    assert [line[:2] for line in lines] == [["pipx", "install"], ["uvx", "--from"]]
    for line in lines:
        needed = Requirement(line[2].replace("ADDRESS", "example.com/ada/texresume"))
        assert needed.name == project["name"]
        assert needed.extras <= set(project["optional-dependencies"])
    assert lines[1][3] in project["scripts"]


def test_the_guide_to_ci_shows_what_there_is() -> None:
    """The inputs of the action, the hook's id and the commits of other actions are those of this one."""
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    shown = {match["name"]: match["code"] for match in _BLOCK.finditer(text) if match["name"]}
    (job,) = yaml.safe_load(shown["action"])["jobs"].values()
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    (step,) = [step for step in job["steps"] if step["uses"].startswith("OWNER/")]
    assert set(step["with"]) <= set(action["inputs"])
    assert {name for name in action["inputs"] if f"`{name}`" not in text} == set()
    pinned = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert all(line in pinned for line in re.findall(r"uses: (actions/.*)", shown["action"]))
    (hook,) = yaml.safe_load(shown["hook"])["repos"][0]["hooks"]
    ours = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] in [one["id"] for one in ours]


def copy_checkout(target: Path) -> None:
    """What git would hand out: tracked files, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def test_the_second_command_runs_the_tests() -> None:
    """The README's second line is the one that CI runs, and ends in the tests."""
    assert blocks()["test"].strip().endswith("invoke test")
    assert NO_SKIP in (ROOT / ".ci" / "run").read_text()


def test_links_of_the_docs_lead_somewhere() -> None:
    """Every relative link in the Markdown files points at a file."""
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_headings_that_links_name_exist() -> None:
    """As GitHub makes names of headings."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    names = {
        file: {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
        }
        for file in files
    }
    for file in files:
        for target, name in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", file.read_text("utf-8")):
            there = (file.parent / target).resolve() if target else file
            assert name in names.get(there, {name}), f"{file.name}: {target}#{name}"


def test_the_data_reference_names_every_field() -> None:
    """`docs/data.md` has each section and field of the schema."""
    text = (ROOT / "docs" / "data.md").read_text("utf-8")
    table = rules.table()
    names = {*table["sections"], *table["common"], *table["highlight"], *table["custom"]}
    names |= {field for section in table["sections"].values() for field in section["fields"]} - {"level"}
    names |= {date for section in table["sections"].values() for date in section.get("dates", ())}
    names |= (table["basics"].keys() - {"profile", "line"}) | {
        *table["basics"]["line"],
        *table["basics"]["location"],
        *table["basics"]["profile"],
    }
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_the_architecture_names_every_package() -> None:
    """`docs/architecture.md` has each package, and no module that is not there."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = {file.parent.name for file in (ROOT / "texresume").glob("*/__init__.py")}
    assert {name for name in packages if f"`{name}/`" not in text} == set()
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", text)
    assert [name for name in named if not (ROOT / "texresume" / name).exists()] == []


def test_the_guide_to_templates_shows_a_manifest_that_passes(tmp_path: Path) -> None:
    """The manifest in `docs/templates.md` is one."""
    text = (ROOT / "docs" / "templates.md").read_text("utf-8")
    manifest = next(match["code"] for match in _BLOCK.finditer(text) if match["language"] == "yaml")
    folder = tmp_path / "templates" / "shown"
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text(manifest, encoding="utf-8")
    (folder / "resume.tex.j2").write_text("x")
    found = template.find("shown", tmp_path)
    assert found.pages == 1
    assert len(found.options) == 5


@pytest.mark.tex
def test_the_extending_template_of_the_guide_builds(any_tex: str, tmp_path: Path) -> None:
    """Its four files are a template, and each of them has its effect."""
    text = (ROOT / "docs" / "templates.md").read_text("utf-8")
    files = dict(re.findall(r"<!-- extending (\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL))
    assert len(files) == 4
    folder = tmp_path / "templates" / "mine"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    request = pipeline.Request(
        data=ROOT / "data" / "resume.yaml", template="mine", output=tmp_path, project=tmp_path,
        formats=("pdf", "tex"),
    )  # fmt: skip
    built = pipeline.build(request)
    assert built.diagnostics == ()
    source = Path(built.files["tex"]).read_text("utf-8")
    assert source.index("{onepage}") < source.index("{mine}") < source.index("endofdump")
    assert "\\opaccent{18559B}" in source
    assert "\\optitle{\\MakeUppercase{" in source
    assert "Made\twith\tcare" in source


@pytest.mark.tex
def test_the_template_of_the_guide_builds(any_tex: str, tmp_path: Path) -> None:
    """The whole template in `docs/templates.md` typesets an example, and says what it leaves out."""
    text = (ROOT / "docs" / "templates.md").read_text("utf-8")
    example = next(match["code"] for match in _BLOCK.finditer(text) if match["name"] == "example")
    folder = tmp_path / "templates" / "plain"
    folder.mkdir(parents=True)
    manifest = text.partition("<!-- example manifest -->\n```yaml\n")[2].partition("```")[0]
    (folder / "template.yaml").write_text(manifest, encoding="utf-8")
    (folder / "resume.tex.j2").write_text(example, encoding="utf-8")
    request = pipeline.Request(
        data=ROOT / "data" / "resume.yaml", template="plain", output=tmp_path / "dist", project=tmp_path
    )
    built = pipeline.build(request)
    (warning,) = built.diagnostics
    assert warning.code == "not-printed"
    assert "projects[].url" in warning.message
