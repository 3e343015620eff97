"""The verbs as a user runs them, without TeX: exit statuses, streams, JSON."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.editors import SCHEMAS
from tests.fixtures import DATA
from texresume.__main__ import main

GOOD = ROOT / "data" / "resume.yaml"
BAD = DATA / "invalid" / "several-faults.yaml"
WARNED = DATA / "valid" / "lost-comment.yaml"


@dataclass(frozen=True)
class Done:
    """What a run of the program has left."""

    returncode: int
    stdout: str
    stderr: str


def texresume(*arguments: str, cwd: Path = ROOT) -> Done:
    """Run the program within this process, which saves the start of Python."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["texresume", *arguments]
    status = 0
    try:
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else 0
    finally:
        sys.argv = before
    return Done(status, out.getvalue(), err.getvalue())


def process(*arguments: str, cwd: Path = ROOT, **variables: str) -> Done:
    """Run the program as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "texresume", *arguments],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def diagnostics(done: Done) -> list[dict[str, Any]]:
    """The diagnostics of `--json`, whose form is checked."""
    found = json.loads(done.stdout)
    assert list(found) == ["builds", "diagnostics"]
    assert found["builds"] == []
    keys = ["severity", "code", "message", "file", "line", "column", "path", "hint"]
    assert all(list(fault) == keys for fault in found["diagnostics"])
    return list(found["diagnostics"])


def test_good_data_are_good() -> None:
    """Validating good data says so on standard output and ends with 0."""
    done = process("validate", "--data", str(GOOD))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{GOOD}: valid\n", "")


def test_faulty_data_end_with_1() -> None:
    """Faults go to standard error, all of them, and the exit status is 1."""
    done = process("validate", "--data", str(BAD))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count(f"{BAD}:") == 7
    assert done.stderr.endswith("7 errors\n")


def test_json_is_one_object_on_standard_output() -> None:
    """`--json` prints nothing else there, in order of lines, and the same status."""
    done = texresume("validate", "--data", str(BAD), "--json")
    found = diagnostics(done)
    assert done.returncode == 1
    assert len(found) == 7
    assert [fault["line"] for fault in found] == sorted(fault["line"] for fault in found)
    assert all(fault["severity"] == "error" and fault["file"] == BAD.as_posix() for fault in found)
    done = texresume("validate", "--data", str(WARNED), "--json")
    assert done.returncode == 0
    assert [fault["severity"] for fault in diagnostics(done)] == ["warning", "warning"]
    done = texresume("validate", "--data", str(GOOD), "--json")
    assert diagnostics(done) == []
    assert "valid" in done.stderr


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    """Without data in the usual place there is a hint what to do."""
    done = texresume("validate", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "file not found" in done.stderr
    assert "texresume new" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("validate", "--nonsense"),
        ("validate", "--data"),
        ("build", "--engine", "luatex"),
        ("build", "--format", "rtf"),
        ("build", "--option", "paper"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Unknown verbs, flags, engines and formats are the user's mistakes, not the data's."""
    done = texresume(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("--template", "nonsense"), ("--option", "nope=1"), ("--option", "paper=a9")]
)
def test_what_does_not_fit_the_template_ends_with_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """An unknown template or option is told before TeX runs, and nothing is written."""
    done = texresume("build", "--data", str(GOOD), "--output", str(tmp_path), *arguments)
    assert done.returncode == 2, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_faulty_data_are_told_before_tex_runs(tmp_path: Path) -> None:
    """A build of faulty data ends with 1, also where there is no TeX, and writes nothing."""
    for verb in ("build", "check"):
        done = texresume(verb, "--data", str(BAD), "--output", str(tmp_path), "--json")
        assert done.returncode == 1
        assert len(diagnostics(done)) == 7
    assert list(tmp_path.iterdir()) == []


def test_templates_are_listed_with_their_options() -> None:
    """Each with its title, its options and their defaults."""
    done = texresume("templates")
    assert done.returncode == 0
    assert "onepage (1 page): " in done.stdout
    assert "paper=auto" in done.stdout


def test_a_template_is_described(tmp_path: Path) -> None:
    """Where it lies, its picture, and its options with their values; as JSON too."""
    done = texresume("templates", "moderncv", cwd=tmp_path)
    assert done.returncode == 0
    folder, picture = (
        Path(re.search(rf"{word}: (.+)", done.stdout)[1])  # type: ignore[index] # it is there
        for word in ("folder", "picture")
    )
    assert (folder / "template.yaml").is_file()
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "style=banking\n          banking|classic\n" in done.stdout
    assert "onepage" not in done.stdout
    (one,) = json.loads(texresume("templates", "moderncv", "--json", cwd=tmp_path).stdout)["templates"]
    assert (one["name"], one["folder"], one["picture"]) == ("moderncv", folder.as_posix(), picture.as_posix())
    style = next(option for option in one["options"] if option["name"] == "style")
    assert (style["default"], style["choices"]) == ("banking", ["banking", "classic"])
    done = texresume("templates", "modern", cwd=tmp_path)
    assert (done.returncode, "did you mean 'moderncv'?" in done.stderr) == (2, True)


def test_broken_templates_are_told_with_the_list(tmp_path: Path) -> None:
    """The others are listed all the same, as one object where JSON is wanted."""
    (tmp_path / "templates" / "broken").mkdir(parents=True)
    (tmp_path / "templates" / "broken" / "template.yaml").write_text("title: x\nextends: nowhere\n")
    done = texresume("templates", cwd=tmp_path)
    assert (done.returncode, "onepage (1 page)" in done.stdout, "unknown-base" in done.stderr) == (
        1, True, True,
    )  # fmt: skip
    done = texresume("templates", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [fault["code"] for fault in found["diagnostics"]] == ["unknown-base"]
    assert len(found["templates"]) == 3


def test_a_template_is_copied_into_the_project(tmp_path: Path) -> None:
    """Whole, under the name given, and never over files that are there, unless they may be overwritten."""
    done = texresume("templates", "--copy", "onepage", "mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "templates" / "mine"
    names = ["letter.tex.j2", "onepage.sty", "resume.tex.j2", "template.yaml"]
    assert sorted(file.name for file in folder.iterdir()) == names
    assert done.stdout.splitlines() == [f"created {Path('templates', 'mine', name)}" for name in names]
    assert "mine (1 page): " in texresume("templates", cwd=tmp_path).stdout
    (folder / "onepage.sty").write_text("changed")
    (folder / "template.yaml").unlink()
    done = texresume("templates", "--copy", "onepage", "mine", cwd=tmp_path)
    assert (done.returncode, "already exists" in done.stderr) == (2, True)
    assert sorted(file.name for file in folder.iterdir()) == names[:3]
    assert (folder / "onepage.sty").read_text() == "changed"
    assert texresume("templates", "--copy", "onepage", "mine", "--force", cwd=tmp_path).returncode == 0
    assert (folder / "onepage.sty").read_text() != "changed"


@pytest.mark.parametrize("name", ["", "../mine", ".mine", "a/b"])
def test_a_copy_needs_a_plain_name(name: str, tmp_path: Path) -> None:
    """Nothing is written elsewhere."""
    done = texresume("templates", "--copy", "onepage", *filter(None, [name]), cwd=tmp_path)
    assert (done.returncode, "[wrong-folder]" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_new_project_validates(tmp_path: Path) -> None:
    """`new` writes a project whose data are good, and overwrites nothing the second time."""
    done = texresume("new", "mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = texresume("validate", cwd=tmp_path / "mine")
    assert (done.returncode, done.stderr) == (0, "")
    before = (tmp_path / "mine" / "data" / "resume.yaml").read_bytes()
    done = texresume("new", "mine", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "mine" / "data" / "resume.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["resume.json", "before-1.0.json"])
def test_a_new_project_from_json_resume_validates(name: str, tmp_path: Path) -> None:
    """What comes out of somebody's JSON Resume is YAML that passes strictly, and says what it left out."""
    done = texresume("new", ".", "--from", str(DATA / "valid" / name), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ("unknown-key" in done.stderr) is (name == "before-1.0.json")
    done = texresume("validate", cwd=tmp_path)
    assert done.returncode == 0
    assert "error" not in done.stderr


def test_the_variant_of_a_new_project_shows_something_else(tmp_path: Path) -> None:
    """The example picks by a tag, orders sections and overrides, each of which `diff` says."""
    texresume("new", "mine", cwd=tmp_path)
    done = texresume("diff", "--variant", "example", "--json", cwd=tmp_path / "mine")
    changes = json.loads(done.stdout)["changes"]
    assert {change["kind"] for change in changes} == {"only-b", "changed", "moved"}


def test_an_override_without_a_value_is_a_fault(tmp_path: Path) -> None:
    """A key of `override` with nothing behind it is told with its line, and is no traceback."""
    texresume("new", "mine", cwd=tmp_path)
    file = tmp_path / "mine" / "data" / "variants" / "example.yaml"
    file.write_text("override:\n  example-instruments:\n", "utf-8")
    done = texresume("validate", "--variant", "example", "--json", cwd=tmp_path / "mine")
    (fault,) = diagnostics(done)
    assert (fault["code"], fault["line"], fault["column"]) == ("wrong-type", 2, 3)
    assert "delete this line" in fault["hint"]


def test_private_data_of_a_new_project_stay_private(tmp_path: Path) -> None:
    """What the data's comment says about private data works, and git ignores that file."""
    texresume("new", "mine", cwd=tmp_path)
    data = tmp_path / "mine" / "data"
    (line,) = re.findall(r"#   (basics: .*)", (data / "resume.yaml").read_text("utf-8"))
    (data / "private.yaml").write_text(line, "utf-8")
    assert "data/private.yaml" in (tmp_path / "mine" / ".gitignore").read_text().splitlines()
    done = texresume("validate", cwd=tmp_path / "mine")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("source", [None, DATA / "valid" / "resume.json"])
def test_editors_find_the_schemas_of_a_new_project(source: Path | None, tmp_path: Path) -> None:
    """The modeline at the top of each data file leads to a schema, as this version has it."""
    texresume("new", "mine", *([] if source is None else ["--from", str(source)]), cwd=tmp_path)
    files = sorted((tmp_path / "mine" / "data").rglob("*.yaml"))
    assert len(files) == 2
    for file in files:
        kind = "variant" if file.parent.name == "variants" else "resume"
        schema = modeline(file)
        assert schema.read_bytes() == (SCHEMAS / f"{kind}.schema.json").read_bytes()
        ignored = (tmp_path / "mine" / ".gitignore").read_text().splitlines()
        assert not any(schema.relative_to(tmp_path / "mine").as_posix().startswith(one) for one in ignored)


@pytest.mark.parametrize("file", sorted((ROOT / "data").rglob("*.yaml")), ids=lambda file: file.name)
def test_editors_find_the_schemas_of_the_examples(file: Path) -> None:
    """The examples of this repository lead editors to the schema that is shipped."""
    kind = "variant" if file.parent.name == "variants" else "resume"
    assert modeline(file) == SCHEMAS / f"{kind}.schema.json"


def modeline(file: Path) -> Path:
    """The schema that the first line of a file names."""
    first = file.read_text("utf-8").splitlines()[0]
    return (file.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_names_that_are_not_ascii_do_no_harm(encoding: str, tmp_path: Path) -> None:
    """Paths and messages that the terminal cannot show never end in a traceback, and JSON stays JSON."""
    file = tmp_path / "résumé 王.yaml"
    file.write_text("basics: {name: Ada, lable: 王}", "utf-8")
    done = process("validate", "--data", str(file), "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 1
    assert [fault["file"] for fault in diagnostics(done)] == [str(file)]
    file.write_text("basics: {name: Ada}", "utf-8")
    assert process("validate", "--data", str(file), PYTHONIOENCODING=encoding).returncode == 0


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_warnings_are_switched_off_once(tmp_path: Path) -> None:
    """`check --off` takes codes with commas between; one that there is not is wrong usage."""
    data = tmp_path / "resume.yaml"
    data.write_text("basics: {name: Ada, summary: What was recieved.}\n", "utf-8")
    flags = ("check", "--data", str(data), "--output", str(tmp_path / "dist"))
    done = texresume(*flags)
    assert done.returncode == 0
    assert "[no-contact]" in done.stderr
    assert "[spelling]" in done.stderr
    assert "did you mean 'received'" in done.stderr
    done = texresume(*flags, "--off", "no-contact, spelling,half-empty-page")
    assert (done.returncode, done.stderr) == (0, "")
    done = texresume(*flags, "--off", "speling")
    assert done.returncode == 2
    assert "did you mean 'spelling'?" in done.stderr
