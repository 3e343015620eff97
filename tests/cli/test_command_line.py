"""The command line: help, arguments, what is said of a mistake, and the same commands as tasks of invoke."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from invoke.collection import Collection
from invoke.parser.argument import Argument

from tasks import namespace
from tests.conftest import ROOT
from texresume import __version__, tasks
from texresume.cli import arguments
from texresume.cli.commands import COMMANDS
from texresume.cli.flags import Argument as Placing
from texresume.cli.flags import BuildFlags, Flag, ValidateFlags
from texresume.diagnostics import ResumeError

from .test_verbs import BAD, GOOD, diagnostics, process, texresume

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the golden files."""
    monkeypatch.setenv("COLUMNS", "80")


def values(*line: str) -> dict[str, object]:
    """What a command line gives to its only command, defaults left out."""
    (step,) = arguments.parse(line)
    _, flags = step.args  # type: ignore[attr-defined] # a partial
    return {name: value for name, value in vars(flags).items() if value != getattr(type(flags)(), name)}


def fault(*line: str) -> tuple[str, str, str]:
    """Code, message and hint of a command line that cannot be understood."""
    with pytest.raises(ResumeError) as caught:
        arguments.parse(line)
    (found,) = caught.value.diagnostics
    return found.code, found.message, found.hint


# -- help -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["texresume", "build", "check", "new", "preview"])
def test_help_is_as_the_golden_file_has_it(name: str) -> None:
    """To the letter; `texresume help build > tests/cli/golden/build.txt` writes one anew, 80 columns wide."""
    done = texresume(*([] if name == "texresume" else ["help", name]))
    assert done.returncode == 0
    assert done.stdout == (GOLDEN / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "line", ["build -h", "build --help", "help build", "--help build", "build x.yaml -a -h"]
)
def test_every_way_to_ask_for_the_help_of_a_command(line: str) -> None:
    """All print the same and run nothing."""
    assert texresume(*line.split()).stdout == (GOLDEN / "build.txt").read_text("utf-8")


@pytest.mark.parametrize("line", ["", "-h", "--help", "help", "--list", "-l"])
def test_every_way_to_ask_for_help(line: str) -> None:
    """All print the overview, which names every command once."""
    done = texresume(*line.split())
    assert done.stdout == (GOLDEN / "texresume.txt").read_text("utf-8")
    assert [done.stdout.count(f"\n  {name} ") for name in COMMANDS] == [1] * len(COMMANDS)


@pytest.mark.parametrize("columns", ["1", "40", "80", "300"])
def test_help_fits_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 40 columns on; names of flags are not broken, and no line is too wide to read well."""
    monkeypatch.setenv("COLUMNS", columns)
    limit = max(40, min(int(columns), 100))
    for name in COMMANDS:
        for line in texresume("help", name).stdout.split("Examples:")[0].splitlines():
            assert len(line) <= limit or " " not in line.strip()


def test_examples_of_the_help_are_understood() -> None:
    """Each example's flags exist."""
    for name, command in COMMANDS.items():
        assert command.examples
        for example in command.examples:
            program, *rest = example.split()
            assert (program, rest[0]) == ("texresume", name)
            assert arguments.parse(rest)


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize("line", ["build -h", "--help", "templates"])
def test_a_reader_that_stops_early_is_no_error(line: str) -> None:
    """`| head -1`, and even a reader that takes nothing: no traceback."""
    for reader in ("head -1", "true"):
        command = f"'{sys.executable}' -m texresume {line} | {reader}"
        done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_help_on_a_terminal_without_utf8() -> None:
    """É is escaped instead of failing."""
    done = process("--help", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"r\xe9sum\xe9" in done.stdout


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version(flag: str) -> None:
    """On one line."""
    assert texresume(flag).stdout == f"texresume {__version__}\n"


# -- arguments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("build", {}),
        ("build cv.yaml", {"data": "cv.yaml"}),
        ("build --data cv.yaml", {"data": "cv.yaml"}),
        ("build --data=cv.yaml", {"data": "cv.yaml"}),
        ("build -d cv.yaml", {"data": "cv.yaml"}),
        ("build -dcv.yaml", {"data": "cv.yaml"}),
        ("build -- -odd.yaml", {"data": "-odd.yaml"}),
        ("build --data=--odd", {"data": "--odd"}),
        ("watch -a cv.yaml", {"data": "cv.yaml", "all": True}),
        (
            "check cv.yaml --report a.html --report b.sarif",
            {"data": "cv.yaml", "report": ("a.html", "b.sarif")},
        ),
        ("build -aj -odist2", {"all": True, "json": True, "output": "dist2"}),
        ("build -p paper=a4 --option=accent=red", {"option": ("paper=a4", "accent=red")}),
        ("build --no-drop", {"drop": False}),
        ("build --no-verify", {"verify": False}),
        ("watch --no-verify", {"verify": False}),
        ("build --template=", {}),
        ("validate cv.yaml -p none", {"data": "cv.yaml", "private": "none"}),
        ("diff cv.yaml -v a -a b", {"data": "cv.yaml", "variant": "a", "against": "b"}),
        ("new", {}),
        ("new mine --from old.json", {"folder": "mine", "from_": "old.json"}),
        ("new build", {"folder": "build"}),
        ("check --baseline-must-match", {"baseline_must_match": True}),
    ],
)
def test_arguments_are_understood(line: str, expected: dict[str, object]) -> None:
    """Values in each form, switches together, data with and without the name of their flag."""
    assert values(*line.split()) == expected


def test_several_commands_follow_each_other() -> None:
    """As with invoke; each with flags of its own."""
    first, second = arguments.parse(["validate", "cv.yaml", "build", "--all"])
    assert [type(step.args[1]) for step in (first, second)] == [ValidateFlags, BuildFlags]  # type: ignore[attr-defined]
    assert second.args[1].data == "data/resume.yaml"  # type: ignore[attr-defined]


def test_commands_after_one_that_fails_do_not_run() -> None:
    """The status is that of the first that failed."""
    done = texresume("validate", str(BAD), "doctor")
    assert (done.returncode, done.stdout) == (1, "")


def test_data_as_an_argument_are_validated() -> None:
    """As with `--data`."""
    done = texresume("validate", str(GOOD))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{GOOD}: valid\n", "")
    assert texresume("validate", str(BAD)).stderr == texresume("validate", "--data", str(BAD)).stderr


@pytest.mark.parametrize(
    ("line", "code", "message", "hint"),
    [
        ("biuld", "unknown-command", "unknown command 'biuld'", "did you mean 'build'?"),
        ("help chekc", "unknown-command", "unknown command 'chekc'", "did you mean 'check'?"),
        ("xyzzy", "unknown-command", "unknown command 'xyzzy'", "'texresume --help' lists the commands"),
        ("cv.yaml", "unknown-command", "'cv.yaml' is not a command", "texresume build cv.yaml"),
        ("--versoin", "unknown-flag", "unknown flag '--versoin'", "did you mean '--version'?"),
        ("--json build", "unknown-flag", "unknown flag '--json'",
         "flags follow the command: texresume build --json …"),
        ("build --tempalte x", "unknown-flag", "unknown flag '--tempalte' for 'build'",
         "did you mean '--template'?"),
        ("build --no-dorp", "unknown-flag", "unknown flag '--no-dorp' for 'build'",
         "did you mean '--no-drop'?"),
        ("build -x", "unknown-flag", "unknown flag '-x' for 'build'",
         "'texresume help build' lists its flags"),
        ("build -ax", "unknown-flag", "unknown flag '-x' for 'build'",
         "'texresume help build' lists its flags"),
        ("doctor --json", "unknown-flag", "unknown flag '--json' for 'doctor'",
         "'texresume help doctor' lists its flags"),
        ("setup --engine --yes", "missing-value", "flag '--engine' needs a value",
         "--engine NAME: pdftex, or xetex for other scripts as well [default: pdftex]"),
        ("build --json=1", "unexpected-value", "flag '--json' takes no value",
         "'texresume help build' lists its flags"),
        ("build a.yaml b.yaml", "unexpected-argument", "unexpected argument 'b.yaml' for 'build'",
         "'texresume help build' lists its flags"),
        ("build a.yaml --data b.yaml", "repeated-flag", "flag '--data' can only be given once",
         "'texresume help build' lists its flags"),
        ("build a.yaml chekc", "unexpected-argument", "unexpected argument 'chekc' for 'build'",
         "did you mean 'check'?"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_what_was_meant(line: str, code: str, message: str, hint: str) -> None:
    """One message, one hint."""
    assert fault(*line.split()) == (code, message, hint)


def test_a_mistake_takes_two_lines_and_ends_with_2() -> None:
    """Without the help that nobody asked for; the status reaches the shell."""
    done = process("biuld")
    expected = "error: unknown command 'biuld' [unknown-command]\n      hint: did you mean 'build'?\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


@pytest.mark.parametrize("line", ["build --tempalte x --json", "biuld --json", "check -j --report"])
def test_a_mistake_is_one_object_with_json(line: str) -> None:
    """On standard output, in the form of every other result."""
    done = texresume(*line.split())
    assert done.returncode == 2
    (found,) = diagnostics(done)
    assert found["severity"] == "error"
    assert found["message"] in done.stderr


def test_shells_complete_commands_and_flags() -> None:
    """What invoke's completion scripts ask for."""
    done = texresume("--complete", "--", "texresume", "bu")
    assert set(COMMANDS) <= set(done.stdout.split())
    done = texresume("--complete", "--", "texresume", "check", "--re")
    assert {"--report", "--no-drop", "--help"} <= set(done.stdout.split())
    assert "complete -F" in texresume("--print-completion-script", "bash").stdout
    assert texresume("--print-completion-script", "csh").returncode == 2


# -- the same in invoke -----------------------------------------------------------------------------------


@functools.cache
def by_invoke() -> dict[str, dict[str, Argument]]:
    """The arguments of each task, by their names. Invoke can work them out once only."""
    contexts = Collection.from_module(tasks).to_contexts()
    return {
        str(one.name): {argument.names[0]: argument for argument in one.args.values()} for one in contexts
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_invoke_has_the_same_flags(name: str) -> None:
    """Names, letters, kinds and defaults: what is typed for one works for the other."""
    flags: tuple[Flag, ...] = COMMANDS[name].flags
    found = by_invoke()[name]
    assert set(found) == {flag.name for flag in flags}
    for flag in flags:
        argument = found[flag.name]
        assert argument.names == tuple(filter(None, (flag.name, flag.short)))
        assert argument.kind is (bool if flag.is_switch else list if flag.is_repeatable else str)
        assert argument.help
        if flag.argument is Placing.USUALLY:
            assert argument.positional
        else:
            assert (argument.value or ()) == (flag.default or ())


def run_invoke(*line: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "invoke", *line], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_a_projects_invoke_runs_the_commands(tmp_path: Path) -> None:
    """`from texresume import tasks` in the `tasks.py` of a project: same flags, streams and statuses."""
    texresume("new", str(tmp_path))
    done = run_invoke("validate", "--json", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["diagnostics"]) == (0, []), done.stderr
    (tmp_path / "data" / "resume.yaml").write_text("basics: {nome: Ada}\n")
    done = run_invoke("validate", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "did you mean 'name'?" in done.stderr
    done = run_invoke("build", "--option", "paper", cwd=tmp_path)
    assert done.returncode == 2


def test_users_commands_stand_first_in_this_repository() -> None:
    """Those of developers follow in a namespace of their own, and answer to their bare names, too."""
    listed = [line.split()[0] for line in run_invoke("--list").stdout.splitlines() if line[2:3].strip()]
    names = listed[listed.index("build") :]
    assert names[: len(COMMANDS)] == sorted(COMMANDS)
    developers = names[len(COMMANDS) :]
    assert {"dev.test", "dev.lint", "dev.bench", "dev.gallery"} <= set(developers)
    assert all(name.startswith("dev.") for name in developers)
    contexts = {name for one in namespace.to_contexts() for name in (one.name, *one.aliases)}
    assert contexts >= {*developers, *(name.removeprefix("dev.") for name in developers)}
    for typed in ("test", "dev.test"):
        done = run_invoke("--help", typed)
        assert done.returncode == 0, done.stderr
        assert "--[no-]tex" in done.stdout
