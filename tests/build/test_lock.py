"""Builds side by side in one folder: whose files lie there, and who waits for whom."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import crowd
import pytest

from tests.conftest import ROOT
from texresume import cache
from texresume.build import lock, output, stream, up_to_date

HOLDER = """
import sys, time
from pathlib import Path
from texresume.build import lock
with lock.held(Path(sys.argv[1])) as taken:
    print(taken, flush=True)
    time.sleep(60)
"""


def holder(file: Path) -> subprocess.Popen[bytes]:
    """A process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"True"
    return process


def test_a_lock_keeps_others_out_for_a_while_only(tmp_path: Path) -> None:
    """A process that hangs while it writes costs patience; one that was killed costs nothing."""
    file = tmp_path / output.RECORD
    process = holder(file)
    try:
        started = time.monotonic()
        with lock.held(file, patience=0.3) as taken:
            assert not taken
        assert time.monotonic() - started >= 0.3
    finally:
        process.kill()
        process.wait()
    with lock.held(file, patience=0) as taken:
        assert taken


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be stopped here")
def test_a_stopped_process_keeps_nobody_from_writing(tmp_path: Path) -> None:
    """It may never go on."""
    process = holder(tmp_path / output.RECORD)
    try:
        process.send_signal(signal.SIGSTOP)
        with lock.held(tmp_path / output.RECORD, patience=0.1) as taken:
            assert not taken
        output.built(tmp_path / "x.pdf", b"%PDF")
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "x.pdf").read_bytes() == b"%PDF"


def test_a_lock_outlives_clean(tmp_path: Path) -> None:
    """Who waited for a file that was removed meanwhile locks the one that took its place."""
    file = tmp_path / output.RECORD
    with lock.held(file) as taken:
        assert taken
        output.clean(tmp_path)
        tmp_path.mkdir(exist_ok=True)
        with lock.held(file, patience=0) as other:
            assert other, "another file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("kind", ["fifo", "folder", "link"])
def test_what_is_no_file_is_no_lock(tmp_path: Path, kind: str) -> None:
    """Nothing is followed, and nobody hangs."""
    file = tmp_path / output.RECORD
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(tmp_path / "elsewhere")
    with lock.held(file) as taken:
        assert not taken
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.tex
def test_a_record_is_of_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_tex: str
) -> None:
    """Another build wrote the same file between writing and recording: nobody is told `unchanged`."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    (request,) = crowd.requests(tmp_path, 0, 1)
    time.sleep(crowd.SETTLED)
    (outcome,) = stream.outcomes([request])
    assert outcome.build
    assert up_to_date.find(request)
    pdf = Path(outcome.build.files["pdf"])
    written = pdf.read_bytes()
    pdf.write_bytes(b"%PDF of another build")
    up_to_date.store(request, outcome.build)
    assert up_to_date.find(request) is None
    pdf.write_bytes(written)
    assert up_to_date.find(request)


@pytest.mark.tex
def test_a_crowd_is_told_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_tex: str) -> None:
    """`invoke dev.crowd` does this with 600 builds."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    total = crowd.crowd(tmp_path / "crowd", 8, 4, quiet=True)
    assert total.builds == 8
    assert (total.failed, total.wrong, total.mixed) == (0, 0, 0)
    assert total.unchanged <= 2
