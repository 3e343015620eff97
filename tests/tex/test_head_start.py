"""A build that starts TeX on the preamble of the last one: the same PDF, and no loss where it is another."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.watching import eventually
from texresume import cache
from texresume.build import batch, pipeline, stream
from texresume.build.outcome import Build
from texresume.build.request import Request
from texresume.tex import distribution, engine, formats, head_start, preloaded, process
from texresume.tex.formats import FORMATS
from texresume.tex.head_start import HeadStart
from texresume.tex.preloaded import PreloadedTex

pytestmark = [
    pytest.mark.tex,
    pytest.mark.skipif(not preloaded.available(), reason="for POSIX"),
]
DATA = "basics: {name: Ada Example}\nwork: [{name: Acme, highlights: [Kept NUMBER books.]}]\n"
TEXT = (
    "\\documentclass{article}\n\\usepackage{texresume}\n\\csname endofdump\\endcsname\n"
    "\\hypersetup{pdftitle={One},pdflang={en}}\n\\begin{document}\nBODY\n\\end{document}\n"
)


class Watched:
    """The processes that were started ahead, and what became of each: whether it made the PDF."""

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.made: list[bool] = []


@pytest.fixture
def watched(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """A room of its own for temporary folders and processes: nothing of either is left in the end."""
    room = tmp_path_factory.mktemp("room")
    monkeypatch.setenv("TMPDIR", str(room))
    monkeypatch.setattr(tempfile, "tempdir", None)
    found = Watched()
    start, finish = PreloadedTex.__init__, PreloadedTex.finish

    def started(self: PreloadedTex, source: preloaded.Source) -> None:
        start(self, source)
        found.pids.append(self.pid)

    def finished(self: PreloadedTex, source: preloaded.Source) -> engine.Typeset | None:
        typeset = finish(self, source)
        found.made.append(typeset is not None)
        return typeset

    monkeypatch.setattr(PreloadedTex, "__init__", started)
    monkeypatch.setattr(PreloadedTex, "finish", finished)
    yield found
    assert not any(map(runs, found.pids))
    assert eventually(lambda: not list(room.iterdir()))


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


@pytest.fixture
def request_of(tmp_path: Path) -> Callable[..., Request]:
    """A request for data that were saved just now."""

    def saved(number: object, **more: object) -> Request:
        data = tmp_path / "resume.yaml"
        data.write_text(DATA.replace("NUMBER", str(number)), "utf-8")
        return replace(Request(data=data, output=tmp_path / "dist", project=ROOT), **more)  # type: ignore[arg-type]

    return saved


def built(request: Request) -> Build:
    (outcome,) = stream.outcomes([request])
    assert outcome.build is not None, outcome.diagnostics
    return outcome.build


def with_format(request: Request) -> None:
    """Have the format made that a request's preamble needs, whoever makes it first."""

    def seen(tex: distribution.Tex, text: str, files: engine.Files) -> None:
        key = formats.format_key(tex, text, files, trusted=True)
        assert key is not None
        assert eventually(lambda: FORMATS.lookup(key) is not None or FORMATS.build(key))

    pipeline.build(request, typeset=lambda *given, **more: engine.typeset(*given, **more, shortcut=seen))


def plain_pdf(request: Request, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What a build without any cache makes."""
    with monkeypatch.context() as patch:
        patch.setenv(cache.FOLDER, "none")
        made = pipeline.build(replace(request, output=request.output.with_name("plain")))
        return Path(made.files["pdf"]).read_bytes()


def test_the_next_build_goes_on_with_it(
    watched: Watched, request_of: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF is that of a plain run, to the byte; what was kept is kept."""
    with_format(request_of("no"))
    built(request_of("one"))
    assert watched.made == []
    built(request_of("two"))
    made = built(request_of("three"))
    assert watched.made == [True, True]
    assert Path(made.files["pdf"]).read_bytes() == plain_pdf(request_of("three"), monkeypatch)


def test_another_preamble_is_kept_instead(
    watched: Watched, request_of: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A locale of the data's own: the process that waited is ended, and the next build has a right one."""
    with_format(request_of("no"))
    built(request_of("one"))
    german = "three books. ]}]\nmeta: {locale: de}\n#"
    made = built(request_of(german))
    assert len(watched.pids) == 1
    assert watched.made == []
    assert Path(made.files["pdf"]).read_bytes() == plain_pdf(request_of(german), monkeypatch)
    built(request_of("four " + german))
    assert watched.made == [True]


def test_wrong_data_leave_no_process(watched: Watched, request_of: Callable[..., Request]) -> None:
    """TeX has been started before they are read."""
    with_format(request_of("no"))
    built(request_of("one"))
    (outcome,) = stream.outcomes([request_of("one]}]\nwrok: [{a: [")])
    assert outcome.build is None
    assert len(watched.pids) == 1
    assert watched.made == []


@pytest.mark.slow
def test_nothing_waits_without_need(watched: Watched, request_of: Callable[..., Request]) -> None:
    """Not for what is up to date, not for several builds, not for one that another job does."""
    with_format(request_of("no"))
    request = request_of("one")
    built(request)
    watched.pids.clear()
    (outcome,) = stream.outcomes([request])
    assert outcome.build or outcome.up_to_date
    first = len(watched.pids)
    assert first == (0 if outcome.up_to_date else 1)
    request = request_of("two")
    others = [request, replace(request, name="other")]
    assert all(one.build for one in stream.outcomes(others))
    assert all(one.build for one in stream.outcomes([request_of("three")], job=_job))
    assert len(watched.pids) == first


def _job(request: Request) -> batch.Outcome:
    return batch.attempt(request)


@pytest.fixture
def typeset(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> Callable[..., engine.Typeset]:
    """Typeset a body with a head start, and keep the preamble."""
    tex = distribution.find()[0]
    key = formats.format_key(tex, TEXT, (), trusted=True)
    assert key is not None
    assert eventually(lambda: FORMATS.lookup(key) is not None or FORMATS.build(key))
    cache.keep("preambles/test", b"")

    def once(body: str, files: engine.Files = ()) -> engine.Typeset:
        ahead = HeadStart("test")
        try:
            done = ahead.typeset(TEXT.replace("BODY", body), files)
            ahead.keep()
        finally:
            ahead.close()
        return done

    return once


def test_a_text_that_needs_two_runs_has_none_the_next_time(
    watched: Watched, typeset: Callable[..., engine.Typeset]
) -> None:
    """The first run would be in vain each time; one that needs a single run is not offered it either."""
    twice = "\\section{One}\\label{there}\\ref{there}"
    assert typeset("x").runs == 1
    assert typeset(twice).runs > 1
    assert watched.made == [False]
    assert typeset(twice).runs > 1
    typeset("x")
    assert watched.made == [False]
    assert len(watched.pids) == 1


def test_a_file_beside_it_that_is_gone(
    watched: Watched, typeset: Callable[..., engine.Typeset], tmp_path: Path
) -> None:
    """No process, no error; and one that was made for a build alone is not looked for again."""
    file = tmp_path / "own.txt"
    file.write_text("x")
    typeset("x", [(file, "own.txt")])
    file.write_text("y")
    typeset("y", [(file, "own.txt")])
    assert watched.made == [True]
    file.unlink()
    typeset("z")
    assert len(watched.pids) == 1
    ahead = HeadStart("test")
    file.write_text("z")
    ahead.typeset(TEXT, [(file, "own.txt")])
    file.unlink()
    ahead.keep()
    ahead.close()
    typeset("z")
    assert watched.made == [True, True]


@pytest.mark.parametrize("change", ["damaged", "another TeX", "no format", "no process"])
def test_what_was_kept_is_not_needed(
    change: str,
    watched: Watched,
    typeset: Callable[..., engine.Typeset],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The plain way, with the same result."""
    expected = typeset("x").pdf
    if change == "damaged":
        name = "preambles/test"
        content = bytearray(cache.read(name) or b"")
        content[-3] ^= 1
        cache.keep(name, bytes(content))
    elif change == "another TeX":
        other = replace(distribution.find()[0], program=tmp_path / "pdflatex")
        kept = head_start._Preamble(other, TEXT, ())
        cache.remember_value("preambles/test", HeadStart("none")._stamp, kept)
    elif change == "no format":
        monkeypatch.setattr(FORMATS, "lookup", lambda _: None)
        monkeypatch.setattr(FORMATS, "build_in_background", lambda _: None)
    else:

        def none(*_: object, **__: object) -> None:
            raise BlockingIOError

        monkeypatch.setattr(process, "start", none)
        monkeypatch.setattr(engine, "_typeset", lambda *_: engine.Typeset(expected, *[None] * 5))  # type: ignore[arg-type]
    assert typeset("x").pdf == expected
    assert watched.made == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are found in /proc")
def test_a_killed_build_leaves_no_process(
    any_tex: str, tmp_path: Path, request_of: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while TeX waits, and without SIGKILL no folder either. The format is there, in a cache that no
    other test empties: making one may take longer.
    """
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    request = request_of("no")
    with_format(request)
    room = tmp_path / "room"
    room.mkdir()
    command = [sys.executable, "-m", "texresume", "build", "--data", str(request.data)]
    command += ["--output", str(request.output)]
    environment = {**os.environ, "TMPDIR": str(room), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        request_of(number)
        build = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        while not next(room.glob("*/ahead.tex"), None) and build.poll() is None:
            time.sleep(0.001)
        build.send_signal(number)
        assert build.wait() != 0
        assert eventually(lambda: not at_work_in(room))
        assert number == signal.SIGKILL or not list(room.iterdir())


def at_work_in(room: Path) -> list[str]:
    """The processes that work in a folder of the room."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append(str((entry / "cwd").readlink()))
    return [place for place in found if place.startswith(str(room))]
