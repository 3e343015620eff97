"""TeX processes started ahead: the same PDF, and the plain way after any trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import ROOT, absent
from tests.watching import eventually
from texresume import cache
from texresume.build.pipeline import Build, Request, build
from texresume.tex import distribution, driver, engine, formats, preloaded, process
from texresume.tex.preloaded import Pool, PreloadedTex, Source

pytestmark = [
    pytest.mark.tex,
    pytest.mark.skipif(not preloaded.available(), reason="for POSIX"),
]
PREAMBLE = "\\documentclass{article}\n\\usepackage{texresume}\n\\hypersetup{pdftitle={One},pdflang={en}}\n"


def text_with(body: str, preamble: str = PREAMBLE) -> str:
    return f"{preamble}\\begin{{document}}\n{body}\n\\end{{document}}\n"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made: nobody else's."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def pool(any_tex: str, room: Path) -> Iterator[Pool]:
    """A pool; nothing of it is left in the end."""
    made = Pool()
    yield made
    pids = made.pids()
    made.close()
    assert not any(map(runs, pids))
    assert eventually(lambda: not list(room.iterdir()))  # where a format is made, that goes on


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def ends(pid: int) -> bool:
    """Whether a process ends, be it nobody's child."""
    until = time.monotonic() + 30
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not runs(pid)


def plainly(text: str, files: list[tuple[Path, str]] | None = None) -> engine.Typeset:
    return engine.typeset(text, files or [])


def ready(pool: Pool, text: str, files: list[tuple[Path, str]] | None = None) -> None:
    """A process waits that has read the head of a text."""
    pool.typeset(text, files or [])
    pool.prepare()
    assert len(pool.pids()) == 1


@pytest.mark.parametrize("template", ["onepage", "academic", "moderncv"])
@pytest.mark.parametrize("program", ["pdftex", "xetex"])
def test_the_pdf_is_the_same_to_the_byte(template: str, program: str, pool: Pool, tmp_path: Path) -> None:
    """As the plain build's, and so are measures and findings, also where the text is set more than once."""
    if not distribution.find(program):
        absent(program)

    def built() -> Build:
        return build(
            Request(ROOT / "data" / "resume.yaml", template, tmp_path / "dist", engine=program, project=ROOT),
            typeset=pool.typeset,
        )

    first = built()
    plain = Path(first.files["pdf"]).read_bytes()
    pool.prepare()
    (waiting,) = pool.pids()
    second = built()
    assert pool.pids() == []
    pool.close()
    assert not runs(waiting)
    assert Path(second.files["pdf"]).read_bytes() == plain
    assert (second.measures, second.fit, second.report) == (first.measures, first.fit, first.report)
    if template == "onepage":
        assert int(first.measures["step"]) > 1  # the text was read again, by its lines


@pytest.mark.parametrize("template", ["onepage", "academic", "moderncv"])
def test_a_format_helps_it_as_well(
    template: str, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process starts from the format of its head, if there is one; the PDF is that of plain TeX."""
    given: list[tuple[distribution.Tex, str, list[tuple[Path, str]]]] = []

    def seen(tex: distribution.Tex, text: str, files: Sequence[tuple[Path, str]]) -> None:
        given.append((tex, text, list(files)))

    request = Request(ROOT / "data" / "resume.yaml", template, tmp_path / "dist", project=ROOT)
    build(request, typeset=partial(engine.typeset, shortcut=seen))
    tex, text, files = given[-1]
    want = formats.format_key(tex, text, files, trusted=True)
    assert want is not None
    assert eventually(lambda: formats.FORMATS.lookup(want) is not None or formats.FORMATS.build(want))
    ready(pool, text, files)
    (command,) = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pool.pids()[0])], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert "-fmt=" in command
    typeset = pool.shortcut(tex, text, files)
    assert typeset is not None
    monkeypatch.setenv(cache.FOLDER, "none")
    plain = plainly(text, files)
    assert not plain.with_format
    assert typeset.pdf == plain.pdf
    assert (typeset.findings, typeset.items) == (plain.findings, plain.items)


def test_metadata_may_change_after_they_were_read(pool: Pool) -> None:
    """A title is no reason to start anew, whatever it is made of; the language is one."""
    ready(pool, text_with("x"))
    (waiting,) = pool.pids()
    other = text_with("y\n\nz").replace("{One}", "{Łódź: 50\\% of\n  one}")
    assert pool.typeset(other).pdf == plainly(other).pdf
    pool.close()
    assert not runs(waiting)
    pool.prepare()
    (waiting,) = pool.pids()
    foreign = other.replace("{en}", "{de}")
    assert pool.typeset(foreign).pdf == plainly(foreign).pdf
    assert runs(waiting)


def test_lines_have_their_numbers(pool: Pool) -> None:
    """What the log says of a line is true, also where the metadata were said late, over two lines."""
    wide = "\n\n\\noindent\\hbox to 2\\hsize{x}\n\n"
    ready(pool, text_with("x"))
    text = text_with(wide).replace("{One}", "{Two\n  lines}")
    found = pool.typeset(text).findings
    assert found == plainly(text).findings
    assert [finding.code for finding in found] == ["overfull-line"]


def test_another_preamble_is_not_that_one(pool: Pool) -> None:
    """The process for the old one goes on waiting, beside one for the new."""
    ready(pool, text_with("x"))
    (waiting,) = pool.pids()
    other = text_with("x", PREAMBLE + "\\newcommand\\own{x}\n")
    assert pool.typeset(other).pdf == plainly(other).pdf
    pool.prepare()
    assert len(pool.pids()) == 2
    assert runs(waiting)


def test_only_so_many_wait(pool: Pool) -> None:
    """The oldest ones make room."""
    for number in range(preloaded.MOST + 2):
        pool.typeset(text_with("x", PREAMBLE + f"\\newcommand\\own{{{number}}}\n"))
        pool.prepare()
    assert len(pool.pids()) == preloaded.MOST


def test_a_changed_file_beside_it_counts(pool: Pool, tmp_path: Path) -> None:
    """A style that was read is not the one that is there now."""
    style = tmp_path / "own.sty"
    style.write_text("\\newcommand\\own{old}")
    text = text_with("\\own", PREAMBLE + "\\usepackage{own}\n")
    files = [(style, "own.sty")]
    ready(pool, text, files)
    style.write_text("\\newcommand\\own{newer}")
    assert pool.typeset(text, files).pdf == plainly(text, files).pdf


def test_a_killed_process_is_no_loss(pool: Pool) -> None:
    """The build takes the plain way, and after the next one another process waits."""
    text = text_with("x")
    ready(pool, text)
    (waiting,) = pool.pids()
    os.kill(waiting, signal.SIGKILL)
    assert pool.typeset(text).pdf == plainly(text).pdf
    pool.typeset(text)
    pool.prepare()
    (another,) = pool.pids()
    assert another != waiting


def test_a_removed_folder_is_no_loss(pool: Pool, room: Path) -> None:
    """Somebody tidies up: the plain way, again."""
    text = text_with("x")
    ready(pool, text)
    (folder,) = room.iterdir()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert pool.typeset(text).pdf == plainly(text).pdf


def test_faults_are_those_of_a_plain_run(pool: Pool) -> None:
    """Same findings and same log: they come from there."""
    ready(pool, text_with("x"))
    wrong = text_with("x\n\n\\nosuchcommand")
    with pytest.raises(engine.TexFailed) as caught:
        pool.typeset(wrong)
    with pytest.raises(engine.TexFailed) as expected:
        plainly(wrong)
    assert caught.value.findings == expected.value.findings
    assert caught.value.log == expected.value.log
    assert caught.value.findings[0].line == 7


def test_a_loop_is_ended(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that a run may take begins with the text."""
    text = text_with("x")
    ready(pool, text)
    monkeypatch.setattr(process, "WALL_SECONDS", 1.0)
    source = Source(distribution.find()[0], text_with("\\def\\x{\\x}\\x"), [])
    (waiting,) = pool.pids()
    assert pool.shortcut(source.key.tex, text_with("\\def\\x{\\x}\\x"), []) is None
    pool.close()
    assert not runs(waiting)


def test_a_pdf_of_another_size_is_not_taken(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_with("x")
    ready(pool, text)
    monkeypatch.setattr(process, "written", lambda _: 7)
    assert pool.shortcut(distribution.find()[0], text, []) is None


def test_xetex_has_a_view_that_follows_its_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """xdvipdfmx reads the lists of files for each PDF."""
    if not (programs := distribution.find("xetex")):
        absent("XeTeX")
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    first = driver.command(programs[0])
    (place,) = (tmp_path / "cache" / "texresume" / "views").iterdir()
    made = (place / "inputs.json").stat().st_ino
    assert str(place) in first
    assert driver.command(programs[0]) == first
    assert (place / "inputs.json").stat().st_ino == made
    record = (place / "inputs.json").read_text("utf-8")
    (place / "inputs.json").write_text(record.replace("ls-R", "gone"), "utf-8")
    assert driver.command(programs[0]) == first
    assert (place / "inputs.json").read_text("utf-8") == record
    monkeypatch.setenv(cache.FOLDER, "none")
    assert driver.command(programs[0]) == ""


def test_templates_of_others_have_no_shortcut(any_tex: str) -> None:
    """They run in bubblewrap, each for itself."""

    def forbidden(*_: object) -> None:
        raise AssertionError

    assert engine.typeset(text_with("x"), trusted=False, shortcut=forbidden).pdf
    with pytest.raises(AssertionError):
        engine.typeset(text_with("x"), shortcut=forbidden)


def test_a_source_without_a_line_that_begins_the_document(pool: Pool) -> None:
    """Nothing is started, and nothing lost."""
    text = "\\documentclass{article}\\begin{document}x\\end{document}\n"
    assert pool.typeset(text).pdf
    pool.prepare()
    assert pool.pids() == []


_ORPHAN = """
import os, signal, sys
from texresume.tex import distribution, preloaded
source = preloaded.Source(distribution.find()[0], sys.argv[1], [])
print(preloaded.PreloadedTex(source).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_outlives_its_parent(any_tex: str, room: Path) -> None:
    """A program that is killed can close nothing: TeX finds the end of its pipe."""
    done = subprocess.run(
        [sys.executable, "-c", _ORPHAN, text_with("x")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert ends(int(done.stdout))


def test_what_cannot_be_started_leaves_nothing(any_tex: str, room: Path, tmp_path: Path) -> None:
    """A TeX that is gone, a file that is gone."""
    gone = distribution.Tex("system", tmp_path / "pdflatex")
    with pytest.raises(OSError, match="pdflatex"):
        PreloadedTex(Source(gone, text_with("x"), []))
    style = tmp_path / "own.sty"
    style.write_text("")
    source = Source(distribution.find()[0], text_with("x"), [(style, "own.sty")])
    style.unlink()
    with pytest.raises(OSError, match=r"own\.sty"):
        PreloadedTex(source)
    assert list(room.iterdir()) == []
