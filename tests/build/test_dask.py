"""The programs of docs/batch.md as they stand there: a worker is killed, and every PDF is there."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import ROOT, absent
from texresume.build import pipeline
from texresume.build.request import Request

pytestmark = [
    pytest.mark.tex,
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL"),
]
_BLOCK = re.compile(r"^<!-- (?P<name>\w+) -->\n```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_FOR_MAIN = 'if __name__ == "__main__":\n'
_HELPER = re.compile(r"resource_tracker|forkserver")
"""Processes of pools that build nothing."""
SAMPLE = (0, 1, 7)


def blocks() -> dict[str, str]:
    """The programs of the page by their names."""
    found = {
        match["name"]: match["code"]
        for match in _BLOCK.finditer((ROOT / "docs" / "batch.md").read_text("utf-8"))
    }
    assert set(found) == {"students", "processes", "joblib"}
    return found


def write_students(folder: Path, number: int) -> list[str]:
    """Data files of invented students; their names without an ending."""
    text = (ROOT / "data" / "student.yaml").read_text("utf-8")
    (folder / "students").mkdir()
    names = [f"student-{one:03}" for one in range(number)]
    for one, name in enumerate(names):
        own = text.replace("Finn Abernarth", f"Finn Abernarth {'IVX'[one % 3]}").replace(
            "Geography", f"Geography {one}"
        )
        (folder / "students" / f"{name}.yaml").write_text(own, "utf-8")
    return names


def run_and_kill(folder: Path, program: str, after: int) -> list[str]:
    """Run a program that prints a line for each build, and kill one of its workers on the way."""
    import psutil

    (folder / "program.py").write_text(program, "utf-8")
    with subprocess.Popen(
        [sys.executable, "program.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line.rstrip("\n"))
            if len(lines) == after:
                children = psutil.Process(running.pid).children()
                workers = [one for one in children if not _HELPER.search(" ".join(one.cmdline()))]
                assert len(workers) == 2
                workers[0].kill()
        said = running.communicate()[1]
        assert running.returncode == 0, said
    return lines


def compare(folder: Path, names: list[str], lines: list[str]) -> None:
    """Every PDF is there, none failed, and those of a sample are those of a build here."""
    assert sorted(re.findall(r"students/([\w-]+)\.yaml", "\n".join(lines))) == names
    assert not any("FAILED" in line for line in lines)
    assert sorted(file.stem for file in (folder / "dist").glob("*.pdf")) == names
    for one in SAMPLE:
        request = Request(folder / "students" / f"{names[one]}.yaml", name=names[one], output=folder / "here")
        built = pipeline.build(request)
        there = folder / "dist" / f"{names[one]}.pdf"
        assert there.read_bytes() == Path(built.files["pdf"]).read_bytes()
    assert len({file.read_bytes() for file in (folder / "dist").glob("*.pdf")}) == len(names)


def test_students_on_dask(any_tex: str, tmp_path: Path) -> None:
    """60 of them, on two workers, one of which is killed: Dask gives its builds to another."""
    if importlib.util.find_spec("distributed") is None:
        absent("distributed")
    names = write_students(tmp_path, 60)
    lines = run_and_kill(tmp_path, blocks()["students"], after=15)
    compare(tmp_path, names, lines)


@pytest.mark.parametrize("pool", ["processes", "joblib"])
def test_students_on_a_pool_that_breaks(pool: str, any_tex: str, tmp_path: Path) -> None:
    """A process is killed: another pool builds what was in flight."""
    if importlib.util.find_spec("joblib") is None:
        absent("joblib")
    names = write_students(tmp_path, 16)
    program, other = blocks()["students"].partition(_FOR_MAIN)[0], blocks()[pool].replace("4", "2")
    shown = "for one in outcomes:\n    print(one.request.data, 'FAILED' if one.failed else '', flush=True)\n"
    lines = run_and_kill(tmp_path, program + _FOR_MAIN + textwrap.indent(other + shown, "    "), after=3)
    compare(tmp_path, names, lines)
