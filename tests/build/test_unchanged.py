"""Builds that are not done again: only where nothing at all has changed, and then all is said again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import ROOT
from texresume import cache
from texresume.build import batch, pipeline, up_to_date
from texresume.build.request import Request
from texresume.cli import console
from texresume.fonts import machine
from texresume.tex import distribution, engine, process
from texresume.tex.formats import FORMATS

pytestmark = pytest.mark.tex

DATA = """\
basics:
  name: Ada Example
  image: photo.png
work:
  - name: Acme
    position: Engineer
    tags: [one]
    highlights: [Kept the books.]
"""
OWN = {
    "template.yaml": "title: Own\nlicense: MIT\n"
    "options: {photo: {type: choice, choices: [round, none], default: round}}\n",
    "own.sty": "\\ProvidesPackage{own}\\RequirePackage{texresume}\n",
    "resume.tex.j2": "\\documentclass{article}\n\\usepackage{own}\n\\csname endofdump\\endcsname\n"
    '((* from "parts.tex.j2" import pdf *))\n((( pdf(metadata) )))\n\\begin{document}\n'
    "\\trbody{11pt}{14pt}((( resume.name )))\n\n\\trphoto{round}{20mm}{((( resume.photo )))}\n\n"
    "((* for section in resume.sections *))((* for entry in section.entries *))((( entry.title ))) "
    "((( entry.subtitle )))\n\n((* for highlight in entry.highlights *))((( highlight.text )))\n\n"
    "((* endfor *))"
    "((* endfor *))((* endfor *))\n\\end{document}\n",
}


def made_project(place: Path) -> Path:
    """A project with a template of its own, a photo, and a variant that extends another one."""
    (place / "variants").mkdir(parents=True)
    (place / "resume.yaml").write_text(DATA)
    Image.new("RGB", (40, 40), "red").save(place / "photo.png")
    (place / "variants" / "_base.yaml").write_text("template: own\n")
    (place / "variants" / "one.yaml").write_text("extends: _base\ninclude: [one]\n")
    for name, text in OWN.items():
        file = place / "templates" / "own" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return place


@pytest.fixture(scope="module", autouse=True)
def no_makers() -> Iterator[None]:
    """No process makes formats in the background: it would write into a cache that a test is restoring."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FORMATS, "build_in_background", lambda key: None)
        yield


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_tex: str) -> Path:
    """A project, and an empty cache."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    place = made_project(tmp_path / "project")
    monkeypatch.chdir(place)
    settle()
    return place


@pytest.fixture(scope="module")
def built_once(no_makers: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with a project and a cache in it, where the project was built; and a copy of the folder."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER, str(folder / "a" / "cache"))
        patch.chdir(made_project(folder / "a" / "b" / "project"))
        build(request())
    shutil.copytree(folder / "a", folder / "copy", symlinks=True)
    return folder / "a", folder / "copy"


@pytest.fixture
def built_project(
    built_once: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, any_tex: str
) -> Iterator[Path]:
    """A project that was built: what a test changes in it, or in the cache, is restored after it."""
    folder, copy = built_once
    monkeypatch.setenv(cache.FOLDER, str(folder / "cache"))
    monkeypatch.chdir(folder / "b" / "project")
    yield folder / "b" / "project"
    monkeypatch.chdir(copy)
    shutil.rmtree(folder)
    shutil.copytree(copy, folder, symlinks=True)


def settle() -> None:
    """Let the clock go on: what was saved in the moment when a build began may have been saved after it."""
    time.sleep(0.1)


def request(**more: object) -> Request:
    wanted = Request(data=Path("resume.yaml"), variant="one", output=Path("dist"))
    return replace(wanted, **more)  # type: ignore[arg-type]


def build(wanted: Request) -> pipeline.Build:
    settle()
    built = pipeline.build(wanted)
    up_to_date.store(wanted, built)
    return built


def text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        file = project / name
        content = file.read_text()
        assert old in content
        file.write_text(content.replace(old, new))

    return edit


def write(name: str, content: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content)

    return edit


def another_photo(project: Path) -> None:
    Image.new("RGB", (40, 40), "blue").save(project / "photo.png")


def another_pdf(project: Path) -> None:
    (pdf,) = (project / "dist").glob("*.pdf")
    pdf.write_bytes(pdf.read_bytes() + b"\n")


def no_pdf(project: Path) -> None:
    (pdf,) = (project / "dist").glob("*.pdf")
    pdf.unlink()


def linked(name: str, target: str) -> Callable[[Path], None]:
    """A file replaced by a link to another one of the same content."""

    def edit(project: Path) -> None:
        file, other = project / name, (project / name).parent / target
        other.parent.mkdir(parents=True, exist_ok=True)
        file.replace(other)
        file.symlink_to(target)

    return edit


def a_failure(project: Path) -> None:
    (pdf,) = (project / "dist").glob("*.pdf")
    pdf.with_name(f"{pdf.stem}.failed.tex").write_text("of a build in between")


CHANGES = {
    "data": text("resume.yaml", "books", "accounts"),
    "a comment": text("resume.yaml", "basics:", "# me\nbasics:"),
    "private data": write("private.yaml", "basics: {phone: +1 202 555 0123}\n"),
    "variant": text("variants/one.yaml", "[one]", "[one, two]"),
    "what it extends": text("variants/_base.yaml", "own", "own\noptions: {photo: none}"),
    "style": text("templates/own/own.sty", "texresume}", "texresume}\\relax"),
    "source": text("templates/own/resume.tex.j2", "20mm", "21mm"),
    "manifest": text("templates/own/template.yaml", "MIT", "OFL"),
    "photo": another_photo,
    "a photo that goes before": lambda project: shutil.move(project / "photo.png", project / "old.png"),
    "photo behind a link": linked("photo.png", "pictures/1.png"),
    "photo outside": linked("photo.png", "../1.png"),
    "data behind a link": linked("resume.yaml", "data/1.yaml"),
    "variant outside": linked("variants/one.yaml", "../../one.yaml"),
    "style behind a link, which is not followed": linked("templates/own/own.sty", "1.txt"),
    "a variant that goes before": write("variants/one.yml", "template: onepage\n"),
    "a base that goes before": write("variants/_base.yml", "template: onepage\n"),
    "a part in a hidden folder": write("templates/own/.parts/a.j2", "text"),
    "what a build in between has left": a_failure,
    "the PDF": another_pdf,
    "no PDF": no_pdf,
    "the variant is gone": lambda project: (project / "variants" / "one.yaml").unlink(),
    "the data is gone": lambda project: (project / "resume.yaml").unlink(),
}


def test_what_is_not_read_does_not_count(project: Path) -> None:
    """Another template, another variant, a photo that nobody names; a template that goes before does."""
    (project / "variants" / "two.yaml").write_text("extends: _base\n")
    wanted = request(template="onepage")
    build(wanted)
    write("templates/more/template.yaml", "title: More\nlicense: MIT\n")(project)
    write("variants/two.yaml", "template: onepage\n")(project)
    write("other.png", "x")(project)
    assert up_to_date.find(wanted)
    write("templates/onepage/template.yaml", "title: Mine\nlicense: MIT\n")(project)
    assert up_to_date.find(wanted) is None


def test_a_posting_counts(project: Path) -> None:
    """A variant names it, and a build refuses one that is not text."""
    (project / "posting.txt").write_text("wanted")
    (project / "variants" / "one.yaml").write_text("extends: _base\nposting: ../posting.txt\n")
    build(request())
    assert up_to_date.find(request())
    (project / "posting.txt").write_text("still wanted")
    assert up_to_date.find(request()) is None


def test_a_link_that_leads_elsewhere_is_a_change(project: Path) -> None:
    """The photo's name stays, and so does each of the two files."""
    Image.new("RGB", (40, 40), "blue").save(project / "blue.png")
    linked("photo.png", "red.png")(project)
    build(request())
    assert up_to_date.find(request())
    (project / "photo.png").unlink()
    (project / "photo.png").symlink_to("blue.png")
    assert up_to_date.find(request()) is None


def test_what_goes_while_a_build_goes_on_is_not_forgotten(project: Path) -> None:
    """The PDF has what is gone by now: that it is still gone later does not make it good."""
    (project / "private.yaml").write_text("basics: {phone: +1 202 555 0123}\n")
    settle()
    built = pipeline.build(request())
    up_to_date.store(request(), built)
    assert up_to_date.find(request())
    for name in ("private.yaml", "variants/one.yaml", "resume.yaml", "photo.png"):
        aside = (project / name).rename(project / "aside")
        up_to_date.store(request(), built)
        assert up_to_date.find(request()) is None, name
        aside.rename(project / name)


def test_fonts_of_the_machine_count_for_xetex(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed, replaced, behind a link, or said to lie elsewhere."""
    monkeypatch.setattr(machine, "folders", lambda: [project / "fonts"])
    monkeypatch.setattr(machine, "settings", lambda: [project / "fontconfig"])
    (project / "elsewhere").mkdir()
    (project / "fonts").mkdir()
    (project / "fonts" / "more").symlink_to(project / "elsewhere")
    (project / "fonts" / "round").symlink_to(project / "fonts")
    settle()
    built = replace(pipeline.build(request()), engine="xetex")
    monkeypatch.setattr(distribution, "find", lambda engine: [])
    for change in ("fonts/1.otf", "elsewhere/2.otf", "fontconfig/fonts.conf"):
        settle()
        up_to_date.store(request(), replace(built, started=time.time()))
        assert up_to_date.find(request())
        write(change, "a font")(project)
        assert up_to_date.find(request()) is None
    settle()
    up_to_date.store(request(), replace(built, started=time.time()))
    monkeypatch.setenv("FONTCONFIG_FILE", "elsewhere")
    assert up_to_date.find(request()) is None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_is_seen(change: Callable[[Path], None], built_project: Path) -> None:
    """Everything that a build is made from, and the files that it has written; nothing else."""
    assert up_to_date.find(request())
    (built_project / "notes.txt").write_text("no matter")
    (built_project / "resume.yaml").touch()
    assert up_to_date.find(request()), "a time alone is no change"
    change(built_project)
    assert up_to_date.find(request()) is None


def test_what_was_changed_back_is_unchanged(built_project: Path) -> None:
    """The PDF is that of the text as it stands again."""
    (built_project / "resume.yaml").write_text(DATA.replace("books", "accounts"))
    (built_project / "resume.yaml").write_text(DATA)
    assert up_to_date.find(request())


@pytest.mark.parametrize(
    "more",
    [
        {"options": {"photo": "none"}},
        {"template": "onepage"},
        {"locale": "de"},
        {"output": Path("elsewhere")},
        {"formats": ("pdf", "tex")},
        {"variant": ""},
        {"engine": "pdftex"},
        {"private": "none"},
        {"drop": False},
    ],
)
def test_another_request_is_another_build(more: dict[str, object], built_project: Path) -> None:
    """Each flag counts."""
    assert up_to_date.find(request(**more)) is None
    assert up_to_date.find(request())


def test_another_texresume_or_another_date_builds_again(
    built_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or another TeX."""
    for name, value in ((process.EPOCH, "1700000000"), ("TEXRESUME_TEX", "embedded")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert up_to_date.find(request()) is None
    assert up_to_date.find(request())
    for what in ("ourselves", "libraries"):
        with monkeypatch.context() as patch:
            patch.setattr(cache, what, lambda: "another")
            assert up_to_date.find(request()) is None


def test_what_is_saved_while_a_build_goes_on_is_not_lost(project: Path) -> None:
    """The PDF has the text of before, so the next build must not think that nothing has changed."""
    settle()
    built = pipeline.build(request())
    (project / "resume.yaml").write_text(DATA.replace("books", "accounts"))
    up_to_date.store(request(), built)
    assert up_to_date.find(request()) is None
    (project / "resume.yaml").write_text(DATA)
    shutil.copystat(ROOT / "README.md", project / "resume.yaml")
    up_to_date.store(request(), built)
    assert up_to_date.find(request()) is None, "the time may have been set back"


def test_digests_are_not_older_than_their_files(tmp_path: Path) -> None:
    """A file that is written between two looks is read twice; one that is not, once."""
    digests, file = up_to_date.Digests(), tmp_path / "x"
    file.write_text("1")
    first = digests.of(file)
    assert digests.of(file) == first
    settle()
    file.write_text("2")
    assert digests.of(file) != first
    assert digests.of(tmp_path) != digests.of(tmp_path / "none") == ""


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b"null", b"\xff", b'{"of": []}', "half", "key"])
def test_a_damaged_stamp_costs_time_only(damage: bytes | str, built_project: Path) -> None:
    """It is as if there were none."""
    (stamp,) = Path(os.environ[cache.FOLDER]).glob("texresume/stamps/*")
    good = stamp.read_bytes()
    named = {"half": good[: len(good) // 2], "key": good.replace(b'"lines"', b'"line"')}
    stamp.write_bytes(named[damage] if isinstance(damage, str) else damage)
    assert up_to_date.find(request()) is None


def test_after_a_damaged_stamp_there_is_a_good_one(built_project: Path) -> None:
    """The build is done again, and stamped again."""
    (stamp,) = Path(os.environ[cache.FOLDER]).glob("texresume/stamps/*")
    stamp.write_bytes(b"{")
    build(request())
    assert up_to_date.find(request())


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "texresume", *flags]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_said_with_all_that_was_said_before(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same warnings at the same places, the same JSON but for what it cost; and TeX does not run."""
    (project / "resume.yaml").write_text(DATA + "    location: Łódź\n")
    settle()
    first, second = (run("build", "--data", "resume.yaml", "--template", "own", "--json") for _ in "12")
    assert first.returncode == second.returncode == 0
    before, after = json.loads(first.stdout), json.loads(second.stdout)
    assert before["diagnostics"] == after["diagnostics"]
    assert before["builds"][0]["unchanged"] is False
    expected = {"unchanged": True, "runs": 0, "seconds": after["builds"][0]["seconds"]}
    assert after["builds"][0] == {**before["builds"][0], **expected}
    assert after["builds"][0]["seconds"]["tex"] == 0
    *warnings, _ = first.stderr.splitlines()
    *again, said = second.stderr.splitlines()
    assert warnings == again
    assert "the template 'own' does not print work[].location" in warnings[0]
    assert "1 page, unchanged" in said

    def never(*_: object, **__: object) -> engine.Typeset:
        raise AssertionError

    monkeypatch.setattr(engine, "typeset", never)
    wanted = Request(data=Path("resume.yaml"), template="own")
    console.make(wanted, every=False, json=False)
    assert "unchanged" in capsys.readouterr().out


def test_what_somebody_else_says_is_not_believed(
    built_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that others may write into."""
    if hasattr(os, "geteuid"):
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        assert up_to_date.find(request()) is None


def test_check_asks_again(project: Path) -> None:
    """Readers may have been installed in between."""
    settle()
    for _ in "12":
        done = run("check", "--data", "resume.yaml", "--template", "onepage", "--json")
        assert json.loads(done.stdout)["builds"][0]["runs"] == 1


def test_of_all_variants_only_what_changed_is_built(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that stand are in the JSON too."""
    for name in ("two", "three"):
        (project / "variants" / f"{name}.yaml").write_text("extends: _base\n")
    wanted = request(variant="")
    settle()
    console.make(wanted, every=True, json=False)
    capsys.readouterr()
    (project / "variants" / "two.yaml").write_text("extends: _base\ninclude: [one]\n")
    built: list[str] = []
    real = batch.build_all

    def noted(requests: list[Request], **more: Any) -> object:
        built.extend(Path(one.variant).stem for one in requests)
        return real(requests, **more)

    monkeypatch.setattr(batch, "build_all", noted)
    console.make(wanted, every=True, json=True)
    assert built == ["two"]
    shown = json.loads(capsys.readouterr().out)["builds"]
    assert {one["variant"]: one["unchanged"] for one in shown} == {"one": True, "two": False, "three": True}


def test_pictures_are_made_again(project: Path) -> None:
    """There is one for each page, of which only the first is named."""
    wanted = request(formats=("pdf", "png"))
    build(wanted)
    assert up_to_date.find(wanted) is None


@pytest.mark.parametrize("place", ["texmf-dist", "share/texlive/texmf-dist"])
def test_other_packages_of_tex_are_another_tex(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their list is written anew when they are installed, though the program stays as it is."""
    program = tmp_path / "bin" / "x86_64-linux" / "pdflatex"
    listed = tmp_path / place / "ls-R"
    for file in (program, listed):
        file.parent.mkdir(parents=True)
        file.write_text("1")
    monkeypatch.setattr(distribution, "find", lambda _: [distribution.Tex("system", program)])
    before = up_to_date._circumstances("pdftex")
    assert up_to_date._circumstances("pdftex") == before
    listed.write_text("12")
    assert up_to_date._circumstances("pdftex") != before
