"""Formats: the same bytes in a third of the time, and never a build that fails for them."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, absent
from texresume import cache
from texresume.build import pipeline
from texresume.build.pipeline import Request
from texresume.latex import template
from texresume.tex import distribution, engine, formats, process, searchpath
from texresume.tex.formats import FORMATS, FormatCache, FormatKey

pytestmark = pytest.mark.tex

Files = list[tuple[Path, str]]
BODY = "\\begin{document}\n\\pagestyle{empty}\\hrule\n\\end{document}\n"
PLAIN = f"\\documentclass{{article}}\n{formats.END}\n{BODY}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and no makers but those that the test starts."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    monkeypatch.setattr(FORMATS, "_requested", set())
    monkeypatch.setattr(FORMATS, "build_in_background", lambda key: None)
    return tmp_path / "cache" / "texresume" / "formats"


def rendered(name: str, out: Path) -> tuple[str, Files]:
    """The source of an example in a template, and the files beside it."""
    data = ROOT / "data" / "resume.yaml"
    request = Request(data=data, template=name, output=out, formats=("tex",), project=ROOT)
    source = Path(pipeline.build(request).files["tex"]).read_text("utf-8")
    return source, [(file, file.name) for file in template.find(name, ROOT).files()]


def want_of(source: str, files: Files) -> FormatKey:
    tex, *_ = distribution.find()
    want = formats.format_key(tex, source, files, trusted=True)
    assert want is not None
    return want


def made(source: str, files: Files) -> Path:
    want = want_of(source, files)
    assert FORMATS.build(want)
    found = FORMATS.lookup(want)
    assert found is not None
    return found


def leftovers(folder: Path) -> list[str]:
    """What lies among the formats and is none."""
    return [entry.name for entry in folder.iterdir() if entry.name.startswith(".") or entry.suffix]


@pytest.mark.parametrize("name", ["onepage", "moderncv", "academic"])
def test_the_bytes_are_the_same(name: str, tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a format and without, whatever the date; the log says the same of the same lines."""
    source, files = rendered(name, tmp_path)
    FORMATS.build(want_of(source, files))
    monkeypatch.setenv(process.EPOCH, "1700000000")
    with_it = engine.typeset(source, files)
    monkeypatch.setenv(cache.FOLDER, "none")
    without = engine.typeset(source, files)
    assert (with_it.with_format, without.with_format) == (True, False)
    assert with_it.pdf == without.pdf
    assert (with_it.measures, with_it.items) == (without.measures, without.items)
    assert with_it.findings == without.findings
    assert with_it.runs == without.runs == 1


HEADS = {
    "an open file": (
        "\\newwrite\\w\\immediate\\openout\\w=w.txt",
        "\\immediate\\write\\w{kept}\\immediate\\closeout\\w\\InputIfFileExists{w.txt}{}{lost}",
    ),
    "a name": ("\\edef\\x{\\jobname}", "\\x"),
    "a file of its own kind": ("\\def\\x{no}\\IfFileExists{own.dat}{\\def\\x{yes}}{}", "\\x"),
    "the catalogue of the PDF": ("\\pdfcatalog{/Lang (de)}", "x"),
    "a map of fonts": ("\\pdfmapline{=cmr10 CMTT10 <cmtt10.pfb}", "mapped"),
    "a colour": ("\\usepackage{xcolor}\\color{red}", "red"),
    "a page": ("\\shipout\\hbox{one}", "two"),
    "what was written for a run before": (
        "\\InputIfFileExists{\\jobname.cnt}{}{\\def\\x{one}}",
        "\\x\\newwrite\\w\\immediate\\openout\\w=\\jobname.cnt \\immediate\\write\\w{\\def\\string\\x{two}}"
        "\\immediate\\closeout\\w\\label{a}\\ref{a}",
    ),
    "nothing special": ("\\usepackage{xcolor}\\newcommand*\\x{plain}", "\\textcolor{red}{\\x}"),
}


@pytest.mark.parametrize("name", HEADS)
def test_what_cannot_be_dumped_is_not(name: str, any_tex: str, tmp_path: Path) -> None:
    """A format for a template of others is compared with a plain run before it is used."""
    head, body = HEADS[name]
    source = (
        f"\\documentclass{{article}}\n{head}\n{formats.END}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )
    (tmp_path / "own.dat").write_text("data")
    files = [(tmp_path / "own.dat", "own.dat")]
    tex, *_ = distribution.find()
    plain = engine.typeset(source, files, trusted=False)
    want = formats.format_key(tex, source, files, trusted=False)
    assert want is not None
    assert FORMATS.build(want)
    built = [engine.typeset(source, files, trusted=False) for _ in "123"]
    assert {one.pdf for one in built} == {plain.pdf}
    assert not built[0].with_format
    assert (
        built[1].with_format
        == built[2].with_format
        == (name in ("nothing special", "a file of its own kind"))
    )


@pytest.mark.skipif(os.name == "nt", reason="files have no such owners")
def test_what_somebody_else_has_dumped_is_not_read(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that others may write into: a format may do what a template of others may not."""
    made(PLAIN, [])
    want = want_of(PLAIN, [])
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert FORMATS.lookup(want) is None
    assert not FORMATS.build(want), "nor is it made again and again"


def test_another_date_is_another_head_of_others(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been read; ours has not."""
    tex, *_ = distribution.find()

    def key(*, trusted: bool) -> str:
        want = formats.format_key(tex, PLAIN, [], trusted=trusted)
        assert want is not None
        return want.key

    ours, others = key(trusted=True), key(trusted=False)
    monkeypatch.setenv(process.EPOCH, "1700000000")
    assert (key(trusted=True) == ours, key(trusted=False) == others) == (True, False)


def test_arrays_fit_the_source(any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of half a million characters is typeset from the format; where arrays were too small after all,
    the build runs again without it.
    """
    long = PLAIN.replace("\\hrule", f"\\hrule\\iffalse {'x' * 500_000}\\fi")
    made(long, [])
    assert engine.typeset(long).with_format
    monkeypatch.setattr(formats, "array_sizes", lambda source: {"buf_size": "1000"})
    result = engine.typeset(long)
    assert not result.with_format
    assert result.pdf


def test_lines_stay_where_they_were(any_tex: str, tmp_path: Path) -> None:
    """What goes wrong is said as without a format, with the line of the whole source."""
    source, files = rendered("onepage", tmp_path)
    made(source, files)
    broken = source.replace("\\end{document}", "\\nosuchcommand\n\\end{document}")
    with pytest.raises(engine.TexFailed) as caught:
        engine.typeset(broken, files)
    assert caught.value.findings[0].line == broken.split("\n").index("\\nosuchcommand") + 1
    assert FORMATS.lookup(want_of(source, files)), "the format was not to blame"


def test_the_first_build_has_one_made(
    any_tex: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process of its own, after the build; the next build uses it, and nothing else is left."""
    monkeypatch.undo()
    monkeypatch.setenv(cache.FOLDER, str(folder.parent.parent))
    monkeypatch.setattr(FORMATS, "_requested", set())  # tests of this process may have asked before
    source, files = rendered("moderncv", tmp_path)
    want = want_of(source, files)
    deadline = time.monotonic() + 60
    while FORMATS.lookup(want) is None or leftovers(folder):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert engine.typeset(source, files).with_format
    assert not leftovers(folder)


def racer(number: int, folder: Path) -> bytes:
    request = Request(output=folder / str(number), project=ROOT, data=ROOT / "data" / "resume.yaml")
    return Path(pipeline.build(request).files["pdf"]).read_bytes()


def test_ten_racing_builds(any_tex: str, folder: Path, tmp_path: Path) -> None:
    """Begun with an empty cache, they give the same bytes, and one format remains."""
    with ProcessPoolExecutor(10) as pool:
        pdfs = set(pool.map(racer, range(10), [tmp_path] * 10))
    assert len(pdfs) == 1
    page = rendered("onepage", tmp_path)
    racing = [maker(folder.parent.parent, page) for _ in range(10)]
    assert [one.wait(60) for one in racing] == [0] * 10
    assert FORMATS.lookup(want_of(*page))
    assert len(list(folder.iterdir())) == 1
    assert engine.typeset(*page).pdf == pdfs.pop()


def maker(place: Path, page: tuple[str, Files]) -> subprocess.Popen[bytes]:
    """A process that makes the format of a page, as builds start it."""
    formats_of_its_own = FormatCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER, str(place))
        formats_of_its_own.build_in_background(want_of(*page))
    (one,) = formats_of_its_own._running
    return one


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:1_000_000])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def garbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[100_000:9_000_000] = bytes(range(256)) * (8_900_000 // 256)
    file.write_bytes(content)


def of_another_tex(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4:40] = content[4:40][::-1]
    file.write_bytes(content)


def packed(file: Path) -> None:
    file.write_bytes(gzip.compress(b"no format"))


@pytest.mark.parametrize("unnoticed", [False, True])
@pytest.mark.parametrize("damage", [truncated, emptied, garbled, of_another_tex, packed])
def test_a_damaged_format_costs_time_only(
    damage: Callable[[Path], None], unnoticed: bool, any_tex: str, tmp_path: Path
) -> None:
    """Whether its size and time tell of it or not: the PDF is the one without a format, and it is not tried
    again.
    """
    source, files = rendered("onepage", tmp_path)
    good = engine.typeset(source, files)
    file = made(source, files)
    before = file.stat()
    damage(file)
    if unnoticed:
        with file.open("r+b") as stream:
            stream.truncate(before.st_size)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    typeset = engine.typeset(source, files)
    assert typeset.pdf == good.pdf
    assert not typeset.with_format
    assert FORMATS.lookup(want_of(source, files)) is None
    assert FORMATS.build(want_of(source, files)) is not unnoticed, "one that failed rests for a while"


def test_a_format_that_is_gone_in_between_costs_time_only(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`clean` in another window."""
    source, files = rendered("onepage", tmp_path)
    file = made(source, files)
    lookup = FORMATS.lookup

    def found_and_lost(want: FormatKey) -> Path | None:
        found = lookup(want)
        cache.forget()
        return found

    monkeypatch.setattr(FORMATS, "lookup", found_and_lost)
    assert engine.typeset(source, files).pdf.startswith(b"%PDF")
    assert not file.exists()


def test_what_went_into_a_format_is_watched(any_tex: str, tmp_path: Path) -> None:
    """A style that changes has another format; TeX's own files, by their size and time, make it stale."""
    style = tmp_path / "x.sty"
    style.write_text("\\newcommand\\x{1}")
    source = PLAIN.replace("\n", "\n\\usepackage{x}\n", 1)
    files = [(style, style.name)]
    made(source, files)
    want = want_of(source, files)
    style.write_text("\\newcommand\\x{2}")
    assert want_of(source, files).key != want.key
    style.write_text("\\newcommand\\x{1}")
    assert want_of(source, files).key == want.key
    noted = want.folder / "inputs.json"
    assert "article.cls" in noted.read_text()
    assert "latex.fmt" in noted.read_text()
    (tmp_path / "now").touch()
    noted.write_text(f'[["{tmp_path / "now"}", 0, 1]]')
    assert FORMATS.lookup(want) is None
    assert FORMATS.build(want)
    assert FORMATS.lookup(want)


@pytest.mark.parametrize("another", [False, True])
def test_a_format_that_is_replaced_while_it_is_used_is_not_to_blame(
    another: bool, any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another maker, or `clean`; one that stays, and fails, is."""
    source, files = rendered("onepage", tmp_path)
    file = made(source, files)
    want = want_of(source, files)
    run = process.run

    def fails(*more: Any, dumped: Path | None = None, **flags: Any) -> int:
        if dumped is None:
            return run(*more, dumped=dumped, **flags)
        if another:
            cache.forget()
            made(source, files)
        return 1

    monkeypatch.setattr(process, "run", fails)
    assert engine.typeset(source, files).pdf.startswith(b"%PDF")
    assert file.exists() is another
    assert (FORMATS.lookup(want) is not None) is another


def test_a_format_made_anew_is_another_one_even_with_the_same_inode(any_tex: str) -> None:
    """File systems give the inode of a removed file to the next one."""
    file = made(PLAIN, [])
    want = want_of(PLAIN, [])
    old = FORMATS.generation(want)
    inputs = file.with_name("inputs.json")
    content = inputs.read_bytes()
    time.sleep(0.02)  # more than the clock of a file system takes for a tick
    inputs.write_bytes(content)
    assert FORMATS.generation(want) != old
    FORMATS.invalidate(want, old)
    assert file.exists(), "another one than failed"
    FORMATS.invalidate(want, FORMATS.generation(want))
    assert not file.exists()


def test_what_is_there_is_not_made_again(any_tex: str, tmp_path: Path) -> None:
    """Two builds may have asked for it, and the second maker come when the first is done."""
    file = made(PLAIN, [])
    before = file.stat()
    assert FORMATS.build(want_of(PLAIN, []))
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_maker_whose_tex_is_killed_blames_nobody(any_tex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next build may have it made."""
    with monkeypatch.context() as patch:
        patch.setattr(process, "dump", lambda *_, **__: -9)
        assert not FORMATS.build(want_of(PLAIN, []))
    assert FORMATS.build(want_of(PLAIN, []))


@pytest.mark.parametrize(
    "source",
    [
        PLAIN.replace(formats.END, ""),
        PLAIN.replace(formats.END, f"% {formats.END}"),
        PLAIN.replace("article}", "article}\n\\begin{document}\n"),
    ],
)
def test_sources_without_a_head_have_no_format(source: str, any_tex: str) -> None:
    """The line must be there, alone, in the preamble."""
    assert formats.format_key(distribution.find()[0], source, (), trusted=True) is None
    assert formats.format_key(distribution.find()[0], PLAIN, (), trusted=True) is not None


def test_xetex_has_no_formats(any_tex: str) -> None:
    """It dumps fonts that crash it when they are read."""
    tex = replace(distribution.find()[0], engine="xetex")
    assert formats.format_key(tex, PLAIN, (), trusted=True) is None


def test_a_head_that_cannot_be_dumped_is_not_tried_at_each_build(any_tex: str, folder: Path) -> None:
    """Until an hour is over."""
    source = PLAIN.replace("\n", "\n\\nosuchcommand\n", 1)
    want = want_of(source, [])
    assert not FORMATS.build(want)
    (mark,) = leftovers(folder)
    assert not FORMATS.build(want)
    os.utime(folder / mark, (0, 0))
    assert formats._may_be_made(want)


def test_a_head_that_reads_what_the_key_does_not_know_has_no_format(any_tex: str, tmp_path: Path) -> None:
    """Such as a picture's size: a change of it would not be seen."""
    file = tmp_path / "x.txt"
    file.write_text("\\relax")
    source = PLAIN.replace("\n", "\n\\input{x.txt}\n", 1)
    assert engine.typeset(source, [(file, file.name)]).pdf
    assert not FORMATS.build(want_of(source, [(file, file.name)]))


def test_a_template_of_others_is_dumped_in_its_room(any_tex: str, tmp_path: Path) -> None:
    """With bubblewrap, where its head sees nothing of the machine; and read there, too."""
    if not process.confines_templates():
        absent("a working bubblewrap")
    secret = tmp_path / "secret.txt"
    secret.write_text("\\def\\secret{seen}")
    look = f"\\documentclass{{article}}\n\\InputIfFileExists{{{secret}}}{{}}{{\\def\\secret{{unseen}}}}"
    said = (
        "\\pagestyle{empty}\\begin{document}\n\\typeout{texresume: secret=\\secret}\\hrule\n\\end{document}\n"
    )
    source = f"{look}\n{formats.END}\n{said}"
    tex, *_ = distribution.find()
    want = formats.format_key(tex, source, (), trusted=False)
    assert want is not None
    assert want.key != want_of(source, []).key
    assert FORMATS.build(want)
    engine.typeset(source, trusted=False)
    typeset = engine.typeset(source, trusted=False)
    assert typeset.with_format
    assert typeset.measures["secret"] == "unseen"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder where nothing can be written."""
    place = tmp_path / "locked"
    place.mkdir()
    place.chmod(0o500)
    yield place
    place.chmod(0o700)


def test_a_cache_that_cannot_be_written_costs_time_only(
    any_tex: str, locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read-only, or a file where the folder should be."""
    source, files = rendered("onepage", tmp_path)
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "cache", locked):
        if place == locked and os.access(locked, os.W_OK):
            continue  # root writes anywhere
        monkeypatch.setenv(cache.FOLDER, str(place))
        assert not FORMATS.build(want_of(source, files))
        assert engine.typeset(source, files).pdf.startswith(b"%PDF")


def test_a_full_disk_leaves_nothing_half(
    any_tex: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the format nor the folder in which it was written."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    assert not FORMATS.build(want_of(PLAIN, []))
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("wait", [0.0, 0.1, 0.2, 0.4])
def test_a_maker_that_is_killed_leaves_nothing_half(
    wait: float, any_tex: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever stage: the next build is good, and what has been left is removed in time."""
    page = rendered("onepage", tmp_path)
    one = maker(folder.parent.parent, page)
    time.sleep(wait)
    one.send_signal(signal.SIGKILL)
    one.wait()
    found = FORMATS.lookup(want_of(*page))
    assert engine.typeset(*page).with_format is (found is not None)
    monkeypatch.setattr(formats, "_ABANDONED", -1.0)
    if found is None:
        made(*page)
    elif folder.is_dir():
        formats._remove_oldest(folder)
    assert not leftovers(folder)


def test_only_so_many_are_kept(
    any_tex: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were used last."""
    monkeypatch.setattr(formats, "AT_MOST", 2)
    sources = [
        PLAIN.replace("article", f"{size}pt]{{article").replace("class{", "class[", 1)
        for size in (10, 11, 12)
    ]
    for number, source in enumerate(sources[:2]):
        place = made(source, []).parent
        os.utime(place, (number - 9e5 + time.time(), number - 9e5 + time.time()))
    assert engine.typeset(sources[0]).with_format
    made(sources[2], [])
    assert [FORMATS.lookup(want_of(source, [])) is not None for source in sources] == [True, False, True]


def test_clean_forgets(any_tex: str, folder: Path) -> None:
    """What a view links to stays."""
    file = made(PLAIN, [])
    assert cache.forget()
    assert not file.exists()
    assert (distribution.texmf_folder() / "README.md").is_file()


# -- the small view of a large TeX Live -----------------------------------------------------------------


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's TeX: the embedded one has no kpsewhich."""
    monkeypatch.setenv(distribution.CHOICE, "system")
    if not distribution.find():
        absent("the system TeX")
    if not (distribution.find()[0].program.with_name("kpsewhich")).exists():
        absent("kpsewhich")


def test_a_view_lists_all_inputs_and_few_fonts(
    system: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ten thousand more fonts, and a map of them, the view stays as it is; a package is found in it."""
    local = tmp_path / "local"
    (local / "tex" / "latex" / "mine").mkdir(parents=True)
    (local / "tex" / "latex" / "mine" / "mine.sty").write_text("\\newcommand\\mine{mine}")
    many = [f"f{number}.tfm" for number in range(10_000)]
    (local / "ls-R").write_text(
        "% ls-R -- filename database for kpathsea; do not change this line.\n\n"
        "./tex/latex/mine:\nmine.sty\n\n./fonts/tfm/public/many:\n" + "\n".join(many) + "\n"
    )
    plain = process.environment
    monkeypatch.setattr(process, "environment", lambda place: {**plain(place), "TEXMFLOCAL": str(local)})
    late = PLAIN.replace("\\hrule", "\\input{mine.sty}\\typeout{texresume: mine=\\mine}\\hrule")
    file = made(late, [])
    listed = (file.parent / searchpath.FOLDER / "ls-R").read_text()
    assert "mine.sty" in listed
    assert "f77.tfm" not in listed
    typeset = engine.typeset(late)
    assert typeset.with_format
    assert typeset.measures["mine"] == "mine"
    noted = (file.parent / "inputs.json").read_text()
    assert str(local / "ls-R") in noted, "a package that is installed makes the view stale"


def test_a_font_that_the_view_lacks_costs_time_only(
    system: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TeX stops for want of it, loudly; the build is done again with the whole of TeX Live."""
    monkeypatch.setattr(searchpath, "_MAPPED", re.compile("nothing"))
    source = PLAIN.replace("\\hrule", "$\\sum$")
    file = made(source, [])
    assert (file.parent / searchpath.FOLDER / "pdftex.map").read_text().strip() == ""
    typeset = engine.typeset(source)
    assert not typeset.with_format
    monkeypatch.setenv(cache.FOLDER, "none")
    assert typeset.pdf == engine.typeset(source).pdf


def test_without_kpsewhich_there_is_no_view(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a format all the same."""

    def missing(*_: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(process, "answer", missing)
    file = made(PLAIN, [])
    assert [entry.name for entry in sorted(file.parent.iterdir())] == ["head.fmt", "inputs.json"]
    assert searchpath.variables(file.parent) == {}
    assert engine.typeset(PLAIN).with_format


def test_makers_are_started_with_this_python(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From no matter where, with nothing of the current folder in the way."""
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    (tmp_path / "texresume").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    assert maker(tmp_path / "cache", (PLAIN, [])).wait(60) == 0
    assert FORMATS.lookup(want_of(PLAIN, []))
    assert sys.executable
