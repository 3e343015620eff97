"""Broken inputs: a file under data/invalid says at its top, or in `<file>.expected`, what must be reported.

A line is `#! LINE:COLUMN severity code | part of the message or hint`, `-` for a position that is not known.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fixtures import DATA, REFRESH
from texresume.build import pipeline, typesetter
from texresume.data import loader
from texresume.diagnostics import Diagnostic, ResumeError, format_diagnostic, format_diagnostics, in_order
from texresume.latex import template

FOLDER = DATA / "invalid"
FILES = sorted(file for file in FOLDER.iterdir() if file.suffix != ".expected")
_EXPECTED = re.compile(r"#! (?P<fault>(?:\d+:\d+|-) \w+ [\w-]+)(?: \| (?P<part>.*))?")
_SECONDS = 5.0


def read_for_pdftex(file: Path) -> None:
    """All that comes before TeX."""
    document, source, _ = pipeline.read(file)
    typesetter.choose("pdftex", document, template.find("onepage", ROOT), source)


def faults(file: Path) -> list[Diagnostic]:
    """What is reported for a file, which must be a `ResumeError` and nothing else, in time."""
    started = time.process_time()  # of this process alone: machines are noisy
    with pytest.raises(ResumeError) as caught:
        read_for_pdftex(file)
    assert time.process_time() - started < _SECONDS
    return in_order(caught.value.diagnostics)


def described(fault: Diagnostic) -> str:
    """The form of the expectations."""
    place = f"{fault.position.line}:{fault.position.column}" if fault.position else "-"
    return f"{place} {fault.severity} {fault.code}"


def expectations(file: Path) -> list[tuple[str, str]]:
    """What a file, or the one beside it, says must be reported; and a part of the wording of each."""
    beside = file.with_name(f"{file.name}.expected")
    text = (beside if beside.exists() else file).read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("#! ")]
    matches = [_EXPECTED.fullmatch(line) for line in lines]
    assert all(matches), "an expectation that cannot be read"
    return [(match["fault"], match["part"] or "") for match in matches if match]


def refresh(file: Path) -> None:
    """Write what is reported now where the expectations stand, keeping their wording while it holds."""
    beside = file.with_name(f"{file.name}.expected")
    found = faults(file)
    parts = {part for _, part in expectations(file) if part} if REFRESH else set()

    def lines(extra: int) -> str:
        text = ""
        for fault in found:
            place = f"{fault.position.line + extra}:{fault.position.column}" if fault.position else "-"
            part = next((part for part in parts if part in f"{fault.message}\n{fault.hint}"), "")
            text += f"#! {place} {fault.severity} {fault.code}" + (f" | {part}" if part else "") + "\n"
        return text

    if beside.exists() or file.suffix != ".yaml":
        beside.write_text(lines(0), "utf-8")
        return
    text = file.read_text("utf-8")
    body = re.sub(r"\A(?:#! [^\n]*\n)*", "", text)
    extra = len(found) - (text.count("\n") - body.count("\n"))
    file.write_text(lines(extra) + body, "utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_reports_exactly_what_is_wrong(file: Path) -> None:
    """Every fault is reported at its line and column with its code, and nothing else is; printed, each shows
    its line and has its caret below the column.
    """
    if REFRESH:
        refresh(file)
    wanted = expectations(file)
    assert wanted, "no expectation"
    found = faults(file)
    assert sorted(map(described, found)) == sorted(fault for fault, _ in wanted)
    for fault, part in wanted:
        assert any(described(one) == fault and part in f"{one.message}\n{one.hint}" for one in found), part
    for one in found:
        check_printed(one, file)


def check_printed(fault: Diagnostic, file: Path) -> None:
    """Printed, a fault names file, line and column, shows the line, and has its caret below the column."""
    printed = format_diagnostic(fault)
    assert "\x1b" not in printed
    if fault.position is None:
        assert printed.startswith(f"{file}: {fault.severity}: ")
        return
    line, column, text = fault.position.line, fault.position.column, fault.position.text
    assert printed.startswith(f"{file}:{line}:{column}: {fault.severity}: ")
    assert printed.splitlines()[0].endswith(f"[{fault.code}]")
    rows = printed.splitlines()[1:]
    if text.isascii() and len(text) <= 100 and text:
        shown = "".join(chr(0x2400 + ord(char)) if char < " " else char for char in text.expandtabs(1))
        assert rows[0] == f"{line:5} | {shown}"
        assert rows[1].startswith("      | " + " " * (column - 1) + "^")
        assert rows[1][8 + column :].strip() == fault.hint


def test_there_are_enough_broken_inputs() -> None:
    """The collection is there: an empty folder would pass every other test."""
    assert len(FILES) >= 90


def made(name: str, content: bytes, tmp_path: Path) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def deep(opening: str, closing: str, levels: int) -> bytes:
    return ("basics: {name: Ada}\nwork: " + opening * levels + closing * levels + "\n").encode()


def laughs(levels: int) -> bytes:
    lines = ["basics: {name: Ada}", "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


def long_laughs() -> bytes:
    return (
        b"a: &a '" + b"ha" * 500_000 + b"'\nb: &b [" + b", ".join([b"*a"] * 90) + b"]\n"
        b"c: [" + b", ".join([b"*b"] * 90) + b"]\n"
    )


def merges(levels: int) -> bytes:
    lines = ["basics: {name: Ada}", "a0: &a0 {k0: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}], k{n}: 1}}" for n in range(1, levels)]
    return "\n".join(lines).encode()


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "flow lists 3,000 deep": (lambda: deep("[", "]", 3000), "too-deep"),
    "flow mappings 3,000 deep": (lambda: deep("{a: ", "}", 3000), "too-deep"),
    "flow lists 3,000 deep, never closed": (lambda: deep("[", "", 3000), "too-deep"),
    "block lists 3,000 deep": (lambda: b"work:\n  " + b"- " * 3000 + b"x\n", "too-deep"),
    "block mappings 1,000 deep": (
        lambda: "".join(f"{' ' * n}a:\n" for n in range(1000)).encode(),
        "too-deep",
    ),
    "a billion laughs": (lambda: laughs(10), "alias-expansion"),
    "laughs of long texts": (long_laughs, "alias-expansion"),
    "a merge bomb": (lambda: merges(10), "alias-expansion"),
    "five million bytes": (lambda: b"basics: {name: Ada}\n#" + b"x" * 5_000_000, "too-large"),
}


def test_depth_is_found_where_it_begins_whoever_finds_it(tmp_path: Path) -> None:
    """At the same place with the same hint, whether or not libyaml gives up first (as in PyYAML 6.0.4); a tab
    in brackets, which is fine, is not blamed for it.
    """
    for levels in (60, 3000):
        for tab, closing in ((b"", b"]"), (b"", b""), (b"\t", b"]")):
            before = b"basics: {name: Ada}\nskills: [\n" + tab + b"{name: x}]\nwork: "
            (fault,) = faults(made("deep.yaml", before + b"[" * levels + closing * levels, tmp_path))
            assert described(fault) == f"4:{len('work: ') + loader.MAXIMUM_DEPTH} error too-deep"
            assert fault.hint == "close each [ and {, or quote a text that begins with one"


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_defused(name: str, tmp_path: Path) -> None:
    """What would exhaust the machine is one fault, found at once."""
    make, code = BOMBS[name]
    (fault,) = faults(made("bomb.yaml", make(), tmp_path))
    assert fault.code == code
    assert len(format_diagnostic(fault)) < 1000


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    """A misspelt file name is one fault with the nearest name as its hint."""
    made("resume.yaml", b"", tmp_path)
    (fault,) = faults(tmp_path / "resum.yaml")
    assert (fault.code, fault.position, fault.hint) == ("no-such-file", None, "did you mean 'resume.yaml'?")
    (fault,) = faults(tmp_path / "nowhere" / "resume.yaml")
    assert fault.code == "no-such-file"
    assert "texresume new" in fault.hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """A folder, or a file taken for one, is a fault and no exception."""
    (fault,) = faults(tmp_path)
    assert fault.code == "not-a-file"
    (fault,) = faults(made("a", b"", tmp_path) / "b.yaml")
    assert fault.code == "not-readable"
    (fault,) = faults(tmp_path / ("x" * 300))
    assert fault.code == "not-readable"
    (fault,) = faults(tmp_path / "nul\0.yaml")
    assert fault.code == "not-readable"


def test_an_unreadable_file_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions that are lacking end in a diagnostic, also where the folder may not be entered."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    def open_(place: Any, *more: Any) -> int:
        if place == file:
            refuse()
        return real(place, *more)

    real = os.open
    file = made("resume.yaml", b"basics: {name: Ada}", tmp_path)
    monkeypatch.setattr("os.open", open_)
    (fault,) = faults(file)
    assert (fault.code, fault.message) == ("not-readable", "permission denied")
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "is_dir", refuse)
    (fault,) = faults(file)
    assert fault.code == "not-readable"


def test_faults_are_printed_in_order_and_counted() -> None:
    """All faults of a file come in the order of its lines, and a last line counts them."""
    found = faults(FOLDER / "several-faults.yaml")
    printed = format_diagnostics(tuple(reversed(found)))
    places = [int(number) for number in re.findall(r"several-faults\.yaml:(\d+):", printed)]
    assert len(places) == len(found) == 7
    assert places == sorted(places)
    assert printed.endswith("\n7 errors")
