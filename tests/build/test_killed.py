"""A build that is killed, at whatever stage: no half file, no process, and the next one is good."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume import cache
from texresume.build import output
from texresume.cli import project
from texresume.tex import process

pytestmark = [
    pytest.mark.tex,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc"),
]
OLD = b"%PDF an older one %%EOF"
MARK = "TEXRESUME_TEST_KILLED"


def processes(folder: Path) -> dict[int, str]:
    """The command lines of those that were started with the mark, or that TeX runs below the folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(str(folder)) in environment and command:
            found[int(entry.name)] = command.replace(b"\0", b" ").decode()
    return found


MAKER = "a format is made"
STAGES = {
    "Python starts": "",
    "the data is read": "cache/texresume/tables/**/resume.yaml",
    "TeX runs": f"tmp/{process.FOLDERS}*/resume.log",
    "TeX has a page": f"tmp/{process.FOLDERS}*/resume.pdf",
    "a PDF is written": "dist/.texresume",
    MAKER: f"tmp/{process.FOLDERS}*/head.tex",
}
"""What can be seen of a build's stages, with an empty cache: files, by patterns."""
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def ways() -> Iterator[object]:
    """Every stage and signal; of several builds, each stage and each signal. All other pairs are slow."""
    for turn, stage in enumerate(STAGES):
        for number in SIGNALS:
            for every in (False, True):
                in_turn = every == (SIGNALS[turn % len(SIGNALS)] is number)
                marks = () if in_turn else (pytest.mark.slow,)
                name = f"{stage}-{number.name}-{'all' if every else 'one'}"
                yield pytest.param(stage, number, every, marks=marks, id=name)


def wait_for(stage: str, folder: Path, build: subprocess.Popen[bytes]) -> None:
    """Until the stage can be seen. A build that has ended shows no more, but for the maker of its format."""
    deadline = time.monotonic() + 60
    while STAGES[stage] and not next(folder.glob(STAGES[stage]), None):
        assert time.monotonic() < deadline
        if build.poll() is not None and stage != MAKER:
            assert next(folder.glob(STAGES[stage]), None), f"it ended before this could be seen: {stage}"
            return
        time.sleep(0.002)


@pytest.mark.parametrize(("stage", "number", "every"), list(ways()))
def test_killed_at_each_stage(
    stage: str, number: signal.Signals, every: bool, any_tex: str, tmp_path: Path
) -> None:
    """Of one build and of several: no file is half written, no process left, and the next build is good."""
    out, temporary = tmp_path / "dist", tmp_path / "tmp"
    out.mkdir()
    temporary.mkdir()
    file = out / "nadia-ellersby-onepage.pdf"
    file.write_bytes(OLD)
    environment = {**os.environ, "TMPDIR": str(temporary), cache.FOLDER: str(tmp_path / "cache"), MARK: "1"}
    data = ["--data", str(ROOT / "data" / "engineer" / "resume.yaml"), "--all"] if every else []
    command = [sys.executable, "-m", "texresume", "build", *data, "--output", str(out)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as build:
        wait_for(stage, tmp_path, build)
        ended = build.poll() is not None
        build.send_signal(number)
        if stage == MAKER and ended:
            for pid in processes(tmp_path):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        _, said = build.communicate(timeout=60)
    if stage.startswith("TeX"):
        assert build.returncode != 0, "the signal came too late"
    if STAGES[stage]:  # before, Python itself may not have begun
        assert b"Traceback" not in said
    for pdf in out.glob("*.pdf"):
        content = pdf.read_bytes()
        assert content.startswith(b"%PDF")
        assert content.rstrip().endswith(b"%%EOF")
    deadline = time.monotonic() + 30
    while left := processes(tmp_path):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    if number != signal.SIGKILL:
        assert list(temporary.glob(f"{process.FOLDERS}*")) == []
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert again.returncode == 0
    assert every or file.read_bytes() != OLD


def test_clean_removes_what_killed_builds_have_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were being written, and folders that nobody has worked in for an hour."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pdf = output.built(tmp_path / "dist" / "x.pdf", b"1")
    aside = pdf.with_name(f".{pdf.name}.abcd1234")
    aside.write_bytes(b"half")
    other = pdf.with_name(".other.pdf.abcd1234")
    other.write_bytes(b"not ours")
    old, young, link = (
        tmp_path / f"{process.FOLDERS}{name}" for name in ("abcd_old", "abcdyoun", "abcdlink")
    )
    for place in (old, young):
        (place / "below").mkdir(parents=True)
    mine = tmp_path / "texresume-mine"
    mine.mkdir()
    for place in (old, mine):
        os.utime(place, (0, 0))
    link.symlink_to(tmp_path / "dist")
    project.clean(tmp_path / "dist")
    assert not aside.exists()
    assert other.exists()
    assert [place.is_dir() for place in (old, young)] == [False, True]
    assert link.is_symlink()
    assert mine.is_dir(), "a folder that only has such a name"


def test_builds_side_by_side_note_all_their_files(tmp_path: Path) -> None:
    """None of the names is lost; a link in the place of the record is not followed."""
    names = [f"{number}.pdf" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: output.built(tmp_path / name, b"1"), names * 2))
    assert len((tmp_path / output.RECORD).read_text().splitlines()) <= len(names) * 2
    assert {file.name for file in output.recorded(tmp_path)} == set(names)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / output.RECORD).symlink_to(tmp_path / "target")
    output.built(elsewhere / "x.pdf", b"1")
    assert not (tmp_path / "target").exists()
    assert len(output.clean(tmp_path)) == len(names)
