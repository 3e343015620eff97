"""Findings for programs: SARIF, and annotations of GitHub Actions."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import jsonschema
import pytest

from tests.cli.test_verbs import BAD, texresume
from tests.fixtures import DATA
from texresume.check import sarif
from texresume.diagnostics import Diagnostic, ExitStatus, Position, Severity, printable

SCHEMA = json.loads((DATA / "sarif" / "schema.json").read_text("utf-8"))
HOSTILE = '100% of \r\n::error::it, "quoted": \u2028 <b> \x07 \ud800'


def one(severity: Severity = Severity.ERROR, code: str = "some-code", **more: Any) -> Diagnostic:
    """A finding with as much as the test is about."""
    return Diagnostic(severity, code, more.pop("message", "text"), **more)


def run_of(text: str) -> dict[str, Any]:
    """The run of a log, which must keep to the standard."""
    log = json.loads(text)
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return dict(run)


def test_findings_are_results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With rule, level, address, line, column, the source line and the place in the data."""
    monkeypatch.chdir(tmp_path)
    place = Position(4, 16, "    startDate: 2021-19")
    found = [
        one(
            file=Path("data/my résumé.yaml"), position=place, path=("work", 0, "startDate"), hint="write YYYY"
        ),
        one(Severity.NOTE, "runt"),
        one(Severity.WARNING, "some-code"),
    ]
    run = run_of(sarif.render_sarif({"": found}, Path("data/resume.yaml"), ExitStatus.DATA))
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 1}]
    assert [
        (rule["id"], rule["defaultConfiguration"]["level"]) for rule in run["tool"]["driver"]["rules"]
    ] == [
        ("runt", "note"),
        ("some-code", "error"),
    ]
    by_level = {result["level"]: result for result in run["results"]}
    assert set(by_level) == {"error", "warning", "note"}
    (location,) = by_level["error"]["locations"]
    physical = location["physicalLocation"]
    assert unquote(physical["artifactLocation"]["uri"]) == "data/my résumé.yaml"
    assert physical["region"] == {"startLine": 4, "startColumn": 16, "snippet": {"text": place.text}}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "work[0].startDate"
    assert by_level["error"]["message"]["text"] == "text\nwrite YYYY"
    physical = by_level["note"]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "data/resume.yaml"


def test_no_findings_are_a_log_too() -> None:
    """Code scanning closes what it showed before."""
    run = run_of(sarif.render_sarif({}, Path("x.yaml")))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"]


def test_a_finding_of_several_variants_is_one_result() -> None:
    """Which they are stands beside it."""
    shared, own = one(code="shared"), one(code="own")
    run = run_of(sarif.render_sarif({"a": [shared], "b": [shared, own]}, Path("x.yaml")))
    assert {result["ruleId"]: result["properties"]["variants"] for result in run["results"]} == {
        "shared": ["a", "b"],
        "own": ["b"],
    }


def test_fingerprints_stay_when_lines_move() -> None:
    """And tell findings apart."""
    results = [
        run_of(sarif.render_sarif({"": [one(message=message, position=Position(line, 1))]}, Path("x")))[
            "results"
        ][0]
        for message, line in (("text", 4), ("text", 9), ("other", 4))
    ]
    first, moved, other = (result["partialFingerprints"]["texresume/v1"] for result in results)
    assert first == moved != other


def test_hostile_texts_are_a_valid_log() -> None:
    """Controls, lone surrogates and marks of other formats in every field."""
    name = HOSTILE.replace("\ud800", "\udcff")  # a byte of a name that is no UTF-8
    diagnostic = one(
        message=HOSTILE, file=Path(name), position=Position(1, 1, HOSTILE), path=(HOSTILE,), hint=HOSTILE
    )
    text = sarif.render_sarif({HOSTILE: [diagnostic]}, Path("x"))
    text.encode("ascii")
    run = run_of(text)
    assert run["results"][0]["message"]["text"] == f"{printable(HOSTILE)}\n{printable(HOSTILE)}"
    address = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert os.fsdecode(unquote_to_bytes(address)) == name


def test_the_verb_writes_a_log(tmp_path: Path) -> None:
    """Also of data that fail before TeX; files elsewhere have whole addresses."""
    file = tmp_path / "check.sarif"
    done = texresume("check", "--data", str(BAD), "--report", str(file), cwd=tmp_path)
    assert done.returncode == 1
    run = run_of(file.read_text("utf-8"))
    assert len(run["results"]) == 7
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": BAD.as_uri()}


# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\r\n]*,?)+)::([^\r\n]*)")


def decoded(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub reads it."""
    match = COMMAND.fullmatch(line)
    assert match, line
    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    codes = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))

    def plain(text: str) -> str:
        for code, char in codes:
            text = text.replace(code, char)
        return text

    return match[1], {name: plain(text) for name, text in properties.items()}, plain(match[3])


def test_annotations_come_back_as_they_were(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever a text holds, it is one line, and what GitHub reads is what was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    place = Position(4, 16, "x")
    name = "data/a,b: 100%.yaml"
    diagnostic = one(message=HOSTILE, file=Path(name), position=place, hint=HOSTILE)
    assert decoded(sarif.render_annotation(diagnostic, "acme, b: c")) == (
        "error",
        {"file": name, "line": "4", "col": "16", "title": "some-code (acme, b: c)"},
        f"{printable(HOSTILE)}\n{printable(HOSTILE)}",
    )
    assert decoded(sarif.render_annotation(one(Severity.WARNING)))[:2] == ("warning", {"title": "some-code"})
    assert decoded(sarif.render_annotation(one(Severity.NOTE)))[0] == "notice"


def test_annotations_start_at_the_root_of_the_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A project in a folder of a repository: GitHub wants paths from the top."""
    folder = tmp_path / "cv"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    properties = decoded(sarif.render_annotation(one(file=Path("data/resume.yaml"))))[1]
    assert properties["file"] == "cv/data/resume.yaml"


@pytest.mark.parametrize(
    ("environment", "flags", "stream"),
    [
        ("true", (), "stdout"),
        ("true", ("--json",), "stderr"),
        ("true", ("--annotations", "none"), ""),
        ("", ("--annotations", "github"), "stdout"),
        ("", (), ""),
    ],
)
def test_when_annotations_are_printed(
    environment: str, flags: tuple[str, ...], stream: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In GitHub Actions, or when asked for; beside the JSON, never in it."""
    monkeypatch.setenv("GITHUB_ACTIONS", environment)
    done = texresume("check", "--data", str(BAD), *flags, cwd=tmp_path)
    assert done.returncode == 1
    for name in ("stdout", "stderr"):
        commands = [line for line in getattr(done, name).splitlines() if line.startswith("::")]
        assert len([decoded(command) for command in commands]) == (7 if name == stream else 0)
    if "--json" in flags:
        assert len(json.loads(done.stdout)["diagnostics"]) == 7


@pytest.mark.parametrize(
    ("ours", "semantic"), [("1.2.3", "1.2.3"), ("0.3.dev1", "0.3.0-dev1"), ("2.0.0.post1", "2.0.0-post1")]
)
def test_versions_are_semantic(ours: str, semantic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three numbers, whatever Python's versions look like."""
    monkeypatch.setattr(sarif, "__version__", ours)
    assert run_of(sarif.render_sarif({}, Path("x.yaml")))["tool"]["driver"]["semanticVersion"] == semantic
