"""Where a new project installs texresume from: every way to name it, and what pip has recorded."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from texresume import __version__
from texresume.cli import requirement
from texresume.diagnostics import Severity

from .test_verbs import process, texresume

COMMIT = "0123456789abcdef0123456789abcdef01234567"
EXTRAS = {"tex", "check"}


def written(folder: Path) -> str:
    """The only line of a project's requirements.txt that is no comment."""
    lines = (folder / "requirements.txt").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if not line.startswith("#")]
    return line


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (f"git+https://example.com/ada/texresume@{COMMIT}", f"git+https://example.com/ada/texresume@{COMMIT}"),
        ("https://example.com/ada/texresume.git", "git+https://example.com/ada/texresume.git"),
        ("git@example.com:ada/texresume.git", "git+ssh://git@example.com/ada/texresume.git"),
        ("https://example.com/texresume-1.0-py3-none-any.whl", "https://example.com/texresume-1.0-py3-none-any.whl"),
    ],
)  # fmt: skip
def test_an_address_becomes_a_line_for_pip(given: str, url: str, tmp_path: Path) -> None:
    """With both extras, and valid by PEP 508."""
    done = texresume("new", "mine", "--requirement", given, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    line = Requirement(written(tmp_path / "mine"))
    assert (line.name, line.extras, line.url) == ("texresume", EXTRAS, url)


def test_a_line_for_pip_is_taken_as_it_is(tmp_path: Path) -> None:
    """So are extras that somebody left out on purpose."""
    texresume("new", "mine", "--requirement", "texresume[check]>=0.1,<2", cwd=tmp_path)
    assert written(tmp_path / "mine") == "texresume[check]>=0.1,<2"


def test_a_wheel_becomes_a_part_of_the_project(tmp_path: Path) -> None:
    """CI has no other way to a file of this machine."""
    wheel = tmp_path / "texresume-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    done = texresume("new", "mine", "--requirement", wheel.name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert written(tmp_path / "mine") == f"./wheels/{wheel.name}[tex,check]"
    assert (tmp_path / "mine" / "wheels" / wheel.name).read_bytes() == b"wheel"


@pytest.mark.parametrize("given", ["nowhere.whl", "ada/texresume", "rendercv==2.0", "https://", "-e .", "."])
def test_what_pip_could_not_install_is_refused(given: str, tmp_path: Path) -> None:
    """Before anything is written, with the forms that there are."""
    done = texresume("new", "mine", "--requirement", given, cwd=tmp_path)
    assert done.returncode == 2, done.stdout
    assert "[wrong-requirement]" in done.stderr
    assert "git+https" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_pip_has_recorded() -> None:
    """A commit and a download are named exactly; an index with a note; a password is never written."""

    def of(**origin: Any) -> requirement.Requirement:
        return requirement.from_origin(origin)

    commit = of(url="https://ada:token@example.com/texresume", vcs_info={"vcs": "git", "commit_id": COMMIT})
    assert Requirement(commit.line).url == f"git+https://example.com/texresume@{COMMIT}"
    assert commit.diagnostics == ()
    archive = of(url="https://example.com/t.whl", archive_info={"hashes": {"sha256": "ab" * 32}})
    assert Requirement(archive.line).url == f"https://example.com/t.whl#sha256={'ab' * 32}"
    index = of()
    assert index.line == f"texresume[tex,check]=={__version__}"
    (note,) = index.diagnostics
    assert (note.severity, note.code) == (Severity.NOTE, "from-index")
    assert "--requirement" in note.hint


def test_a_clone_whose_commit_was_pushed_is_named_by_it(tmp_path: Path) -> None:
    """One whose commit no remote has is a folder of this machine, with a warning."""

    def git(*arguments: str) -> str:
        identity = [
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.com",
            "-c",
            "init.defaultBranch=main",
        ]
        command = ["git", *identity, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "--quiet")
    git("commit", "--allow-empty", "--quiet", "-m", "first")
    (tmp_path / "pyproject.toml").touch()
    local = requirement.from_origin({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    assert Requirement(local.line).url == tmp_path.as_uri()
    (warning,) = local.diagnostics
    assert (warning.severity, warning.code) == (Severity.WARNING, "only-here")
    git("remote", "add", "origin", "https://ada:token@example.com/ada/texresume.git")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    head = git("rev-parse", "HEAD")
    for _ in range(2):
        pushed = requirement.given(str(tmp_path))
        assert Requirement(pushed.line).url == f"git+https://example.com/ada/texresume.git@{head}"
        assert pushed.diagnostics == ()
        git("pack-refs", "--all")
    git("commit", "--allow-empty", "--quiet", "-m", "second")
    assert requirement.given(str(tmp_path)).diagnostics == local.diagnostics


def test_the_record_of_this_installation_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the standard library finds it; one that is not JSON counts as none."""

    class Distribution:
        text = json.dumps({"url": "https://example.com/t.whl", "archive_info": {}})

        def read_text(self, name: str) -> str:
            assert name == "direct_url.json"
            return self.text

    monkeypatch.setattr("importlib.metadata.distribution", lambda _: Distribution())
    assert requirement.of_this_installation().line == "texresume[tex,check] @ https://example.com/t.whl"
    Distribution.text = "{"
    assert requirement.of_this_installation().line == f"texresume[tex,check]=={__version__}"


@pytest.mark.parametrize(
    "line",
    [
        "new -f mine",
        "new --folder mine",
        "new --folder=mine",
        "new --from old.json mine",
        "new mine --from old.json",
        "new --from old.json --folder mine",
        "new -r old.json -f mine",
        "new --requirement texresume==1.0 mine --from old.json",
    ],
)
def test_the_flags_of_new_come_in_any_order(line: str, tmp_path: Path) -> None:
    """The project is made in `mine`, from somebody's old file if one is named."""
    old = {"basics": {"name": "Grace Old"}, "work": [{"name": "Example Ltd", "position": "Clerk"}]}
    (tmp_path / "old.json").write_text(json.dumps(old), "utf-8")
    done = process(*line.split(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "mine" / "data" / "resume.yaml").read_text("utf-8")
    assert ("Grace Old" in text) is ("old.json" in line)
    done = process("validate", cwd=tmp_path / "mine")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """`new old.json` and `new -f old.json` mean `--from`, and the hint says so."""
    (tmp_path / "old.json").write_text("{}", "utf-8")
    for arguments in (["old.json"], ["-f", "old.json"]):
        done = texresume("new", *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert "--from old.json" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["old.json"]


def test_the_example_variant_needs_nothing_of_the_sample_data(tmp_path: Path) -> None:
    """A converted résumé keeps it, where it has the sections that the variant shows."""
    old: dict[str, Any] = {"basics": {"name": "Grace Old"}, "work": [{"name": "Example Ltd"}]}
    for name, more in {
        "few": {},
        "all": {"education": [{"institution": "X"}], "skills": [{"name": "Y"}]},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({**old, **more}), "utf-8")
        texresume("new", name, "--from", f"{name}.json", cwd=tmp_path)
        assert (tmp_path / name / "data" / "variants" / "example.yaml").exists() is (name == "all")
        done = texresume("validate", cwd=tmp_path / name)
        assert (done.returncode, done.stderr) == (0, "")
