"""What goes wrong around texresume: no traceback, and words that say what it was."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from texresume import cache
from texresume.build import batch, output, up_to_date
from texresume.build.request import Request
from texresume.cli import console
from texresume.data import loader, pictures
from texresume.diagnostics import ExitStatus, ResumeError, Severity
from texresume.latex import template
from texresume.tex import distribution, engine, texlog

from .conftest import ROOT
from .support import write_yaml

DATA = {"basics": {"name": "Ada Example"}, "work": [{"name": "Acme", "position": "Engineer"}]}
posix = pytest.mark.skipif(os.name != "posix", reason="as POSIX systems do it")


def run(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command in a shell, where `texresume` is this one."""
    line = line.replace("texresume", f"{sys.executable} $OPTIONS -m texresume", 1)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPTIONS": "", **more}
    return subprocess.run(  # noqa: S602 - lines of this file
        line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@posix
@pytest.mark.parametrize("more", [{"OPTIONS": "-OO"}, {"PYTHONOPTIMIZE": "2"}, {"OPTIONS": "-O"}])
def test_python_may_optimize(more: dict[str, str]) -> None:
    """Cerberus refuses to run without its docstrings, and our help would be empty."""
    done = run("texresume validate", **more)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Build a résumé" in run("texresume --help", **more).stdout


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_may_be_closed(closed: str) -> None:
    """The work is done all the same."""
    done = run(f"texresume validate {closed}")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@posix
def test_help_may_be_cut_short() -> None:
    """`head` closes the pipe."""
    assert run("texresume -h | head -1").stderr == ""


@posix
def test_ctrl_c_while_it_starts() -> None:
    """As soon as our own code runs, and until a command has begun, it just ends."""
    for milliseconds in range(0, 60, 10):
        process = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "texresume", "--help"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        while b"texresume.build" not in (line := process.stderr.readline()):
            assert line, "it ended before we saw it"
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGINT)
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() in (0, -signal.SIGINT, 128 + signal.SIGINT)


@posix
def test_ctrl_c_in_the_first_moments() -> None:
    """Before our own code runs, Python says where it was: nowhere in ours but where the package begins."""
    for milliseconds in range(0, 40, 4):
        process = subprocess.Popen(
            [sys.executable, "-m", "texresume", "--help"],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        ours = re.findall(rb'/texresume/[^"]*"', said)
        assert set(ours) <= {b'/texresume/__init__.py"'}, said.decode()
        assert process.returncode in (0, 1, -signal.SIGINT, 128 + signal.SIGINT)


linux = pytest.mark.skipif(sys.platform != "linux", reason="as Linux does it")
BUILD = "texresume build data/resume.yaml --output"


@linux
@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize(
    "kilobytes",
    [
        20_000,
        45_000,
        75_000,
        *(pytest.param(one, marks=pytest.mark.slow) for one in (15_000, 25_000, 55_000)),
    ],
)
def test_little_memory(kilobytes: int, tmp_path: Path) -> None:
    """`ulimit -v`: wherever it is too little, it is said that it is memory."""
    done = run(f"ulimit -v {kilobytes}; {BUILD} {tmp_path}")
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2, 3), done.stderr
    if done.returncode:
        assert "memory" in done.stderr
        assert "failed.log" not in done.stderr


def as_somebody_else() -> str:
    """How root becomes a user for whom limits hold, with the right to read what it may read; else nothing."""
    if os.geteuid():
        return ""
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv")
    return "setpriv --reuid=23456 --inh-caps=+dac_override --ambient-caps=+dac_override "


@linux
@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize(
    ("processes", "what"),
    [
        (2, "data/resume.yaml"),
        (4, "data/engineer/resume.yaml --all"),
        *(
            pytest.param(number, what, marks=pytest.mark.slow)
            for number in (2, 3, 5, 7)
            for what in ("data/resume.yaml", "data/engineer/resume.yaml --all")
        ),
    ],
)
def test_few_processes(processes: int, what: str, tmp_path: Path) -> None:
    """`ulimit -u`: nothing hangs, neither in this process nor in a pool, and what it was is said."""
    tmp_path.chmod(0o777)
    command = f"texresume build {what} --output {tmp_path}"
    limited = f"{as_somebody_else()}bash -c 'ulimit -u {processes}; exec {command}'"
    done = run(limited, HOME=str(tmp_path), TEXRESUME_CACHE="none")
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 2, 3), done.stderr
    if done.returncode:
        assert re.search("processes|memory|killed", done.stderr), done.stderr


@linux
@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("kilobytes", [16, 128])
def test_a_temporary_folder_without_room(kilobytes: int, tmp_path: Path) -> None:
    """It is named, and nobody is sent to a log that is not whole."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = f"mount -t tmpfs -o size={kilobytes}k none {small}"
    if not shutil.which("unshare") or run(f"unshare -rm sh -c '{mounted}'").returncode:
        pytest.skip("no file system of one's own here")
    command = f"texresume build data/resume.yaml --output {tmp_path / 'dist'}"
    line = f"unshare -rm sh -c '{mounted} && export TMPDIR={small} && exec {command}'"
    done = run(line, TEXRESUME_CACHE="none")
    assert done.returncode == 3, done.stderr
    assert f"no space left in the temporary folder {small} [no-space]" in done.stderr
    assert "failed.log" not in done.stderr


@pytest.mark.parametrize("code", ["missing-package", "tex-failed", "no-space"])
def test_another_tex_is_tried_where_one_says_nothing(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says first is reported if none makes a PDF."""
    first, second = (distribution.Tex(name, Path(name)) for name in ("system", "embedded"))
    monkeypatch.setattr(distribution, "find", lambda _: [first, second])
    tried = []
    finding = texlog.Finding(Severity.ERROR, code, "first")

    def typeset(job: Any, _: object) -> str:
        tried.append(job.tex)
        if job.tex is first:
            raise engine.TexFailed([finding], "", first)
        return "made"

    monkeypatch.setattr(engine, "_typeset", typeset)
    assert engine.typeset("x") == "made"  # type: ignore[comparison-overlap]
    assert tried == [first, second]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (ImportError("libx.so: failed to map segment from shared object"), "memory"),
        (RuntimeError("can't start new thread"), "processes"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "processes"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left"),
    ],
)
def test_a_machine_that_is_full(error: Exception, said: str) -> None:
    """`ulimit -v`, `ulimit -u`."""

    def body(_: object) -> None:
        raise error

    with pytest.raises(console.Exit, match=said) as caught:
        console.run(body, None)
    assert caught.value.code == ExitStatus.USAGE


@pytest.mark.parametrize("error", [ImportError("no module named 'x'"), RuntimeError("a mistake")])
def test_a_mistake_of_the_program_is_no_lack(error: Exception) -> None:
    """It is not explained away."""

    def body(_: object) -> None:
        raise error

    with pytest.raises(type(error)):
        console.run(body, None)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"[" * 100_000, b'{"of": 1}', b'{"a":' * 100_000, b"\xff", b'"text"'],
)
def test_damaged_records_are_ignored(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lies in the cache."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    request = Request(write_yaml(tmp_path, DATA))
    cache.keep(up_to_date._name(request), content)
    assert up_to_date.find(request) is None


@pytest.mark.parametrize(
    "made",
    [{"files": {}, "pages": 1}, {"files": {"pdf": 1}, "pages": 1}, {"files": {"pdf": "x"}, "pages": "1"}],
)
def test_records_of_wrong_types_are_ignored(
    made: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where everything that is compared is right."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    request = Request(write_yaml(tmp_path, DATA))
    made = {**made, "engine": "pdftex"}
    record: dict[str, Any] = {
        "of": up_to_date._circumstances("pdftex"),
        "made": made,
        "files": {},
        "inputs": [],
        "fonts": {},
    }
    record |= {"lines": [], "diagnostics": [], "letter": False}
    cache.keep(up_to_date._name(request), json.dumps(record).encode())
    assert up_to_date.find(request) is None
    record["made"] = {**made, "files": {"pdf": "x"}, "pages": 1}
    cache.keep(up_to_date._name(request), json.dumps(record).encode())
    assert up_to_date.find(request) is not None


def test_many_entries_are_no_aliases(tmp_path: Path) -> None:
    """Each message is about what is there."""
    file = tmp_path / "x.yaml"
    file.write_text("work:\n" + "- {name: a, position: b, location: c}\n" * 15_000)
    with pytest.raises(ResumeError) as caught:
        loader.load(file)
    assert caught.value.diagnostics[0].code == "too-large"
    file.write_text("a: &a [" + "b, " * 1000 + "]\nwork:\n" + "- *a\n" * 100)
    with pytest.raises(ResumeError) as caught:
        loader.load(file)
    assert caught.value.diagnostics[0].code == "alias-expansion"


@posix
def test_a_dangling_link_is_no_misspelt_name(tmp_path: Path) -> None:
    """It says where it leads."""
    file = tmp_path / "resume.yaml"
    file.symlink_to("nowhere.yaml")
    with pytest.raises(ResumeError) as caught:
        loader.load(file)
    (fault,) = caught.value.diagnostics
    assert "link to 'nowhere.yaml'" in fault.message
    assert "did you mean" not in fault.hint


def png(width: int, height: int, data: bytes, interlaced: int = 0) -> bytes:
    """A PNG of grey pixels with this in its IDAT."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced)
    chunks = (b"IHDR", head), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("data", [b"", zlib.compress(b""), zlib.compress(b"1" * 50)])
def test_a_png_without_data_is_damaged(data: bytes, interlaced: int) -> None:
    """TeX would stop without a word."""
    with pytest.raises(ValueError, match="rows are missing"):
        pictures.check_png(png(60, 60, data, interlaced))


def test_sizes_of_pictures() -> None:
    """A line of 60 million pixels is no photo; a whole picture is one, interlaced or not."""
    with pytest.raises(pictures.WrongSize):
        pictures.check_png(png(60_000_000, 1, b""))
    rows = zlib.compress((b"\0" + b"1" * 60) * 60)
    assert pictures.check_png(png(60, 60, rows)) == (60, 60)
    assert pictures.check_png(png(60, 60, rows, 1)) == (60, 60)


def test_an_installation_without_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that runs from a zip file."""
    monkeypatch.setattr(template, "builtin_folder", lambda: tmp_path / "nowhere")
    with pytest.raises(ResumeError) as caught:
        template.find("onepage", tmp_path)
    assert caught.value.diagnostics[0].code == "no-templates"


@pytest.mark.tex
def test_a_full_disk_does_not_hide_why_a_build_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_tex: str
) -> None:
    """What could not be kept is a warning, and nobody is sent to a log that is not there."""
    real = output.write

    def write(file: Path, *more: Any, **others: Any) -> Path:
        if ".failed." not in file.name:
            return real(file, *more, **others)
        with pytest.MonkeyPatch.context() as full:
            full.setattr("os.fdopen", no_space)
            return real(file, *more, **others)

    def no_space(handle: int, *_: object) -> None:
        os.close(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(output, "write", write)
    project = tmp_path / "templates" / "own"
    project.mkdir(parents=True)
    (project / "template.yaml").write_text("title: Own\nlicense: MIT\n")
    (project / "resume.tex.j2").write_text(
        "\\documentclass{article}\\begin{document}\\nonsense\\end{document}"
    )
    request = Request(write_yaml(tmp_path, DATA), "own", tmp_path / "dist", project=tmp_path)
    outcome = batch.attempt(request)
    assert outcome.build is None
    errors = [one for one in outcome.diagnostics if one.severity is Severity.ERROR]
    assert [one.code for one in errors] == ["tex-undefined"]
    assert "not-kept" in [one.code for one in outcome.diagnostics]
    assert not any("failed.log" in one.hint for one in outcome.diagnostics)
