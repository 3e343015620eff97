"""Building anew on every save, however it is made, whatever breaks meanwhile, until a signal ends it."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import watchfiles

from tests.cli.test_verbs import texresume
from tests.conftest import ROOT
from tests.watching import RESUME, Rounds, ended, eventually, process
from texresume.build import batch
from texresume.build.batch import Outcome
from texresume.build.request import Request
from texresume.cli import console
from texresume.cli.status import exit_status
from texresume.diagnostics import ExitStatus, ResumeError
from texresume.tex.distribution import NO_TEX
from texresume.tex.engine import Typeset

POSIX = pytest.mark.skipif(os.name != "posix", reason="for POSIX")


def no_tex(source: str, files: object = (), **more: object) -> Typeset:
    raise ResumeError(NO_TEX)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Builds that end before TeX and are taken as good: the variants that were built."""
    names: list[str] = []

    real = batch.attempt

    def attempt(request: Request, **_: object) -> Outcome:
        names.append(Path(request.variant).stem)
        outcome = real(request, typeset=no_tex)
        found = tuple(one for one in outcome.diagnostics if one != NO_TEX)
        return replace(outcome, diagnostics=found)

    def build_all(requests: Sequence[Request], **_: object) -> Iterator[Outcome]:
        yield from map(attempt, requests)

    monkeypatch.setattr(batch, "attempt", attempt)
    monkeypatch.setattr(batch, "build_all", build_all)
    return names


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder of its own."""
    folder = tmp_path / "project"
    (folder / "data" / "variants").mkdir(parents=True)
    (folder / "data" / "resume.yaml").write_text(RESUME)
    return folder


@pytest.fixture
def request_(project: Path) -> Request:
    return Request(data=project / "data" / "resume.yaml", project=project, output=project / "dist")


def in_place(file: Path, text: str) -> None:
    """As nano and `cat >` do."""
    file.write_text(text)


def renamed(file: Path, text: str) -> None:
    """As many editors do, so that nobody sees half a file."""
    aside = file.with_name(f".{file.name}.tmp")
    aside.write_text(text)
    aside.replace(file)


def like_vim(file: Path, text: str) -> None:
    """A swap file, a trial, the old file as a backup, a new one; the backup goes."""
    swap = file.with_name(f".{file.name}.swp")
    swap.write_text("b0VIM")
    trial = file.with_name("4913")
    trial.write_text("")
    trial.unlink()
    backup = file.with_name(f"{file.name}~")
    file.rename(backup)
    file.write_text(text)
    backup.unlink()
    swap.unlink()


def like_emacs(file: Path, text: str) -> None:
    """A lock that is a link to nowhere, an auto-save file, a backup by renaming."""
    lock = file.with_name(f".#{file.name}")
    lock.symlink_to("ada@host.example.1:2")
    saved = file.with_name(f"#{file.name}#")
    saved.write_text(text)
    file.rename(file.with_name(f"{file.name}~"))
    file.write_text(text)
    saved.unlink()
    lock.unlink()


def removed_first(file: Path, text: str) -> None:
    """Gone for a moment."""
    file.unlink()
    time.sleep(0.05)
    file.write_text(text)


def in_pieces(file: Path, text: str) -> None:
    """Empty for a moment."""
    with file.open("w") as stream:
        stream.flush()
        time.sleep(0.05)
        stream.write(text)


@POSIX
@pytest.mark.parametrize("save", [in_place, renamed, like_vim, like_emacs, removed_first, in_pieces])
def test_each_way_to_save_is_one_build(
    save: Callable[[Path, str], None], request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One, of the new text; what lies beside the file for a moment is none."""
    with Rounds(request_, monkeypatch) as rounds:
        assert rounds.changed() == []
        for text in ("# one\n", "# two, which is longer\n"):
            save(request_.data, RESUME + text)
            assert rounds.changed() == ["resume.yaml"]
        assert rounds.idle()


def test_the_last_of_many_saves_is_built(
    request_: Request, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also one that comes while a build is running: another one follows it."""
    seen: list[str] = []

    def attempt(request: Request, **_: object) -> Outcome:
        seen.append(request.data.read_text())
        if len(seen) in (1, 2):
            request.data.write_text(RESUME + f"# {len(seen)}, while it was built\n")
        return Outcome(request, None, ())

    monkeypatch.setattr(batch, "attempt", attempt)
    with Rounds(request_, monkeypatch) as rounds:
        for _ in range(3):
            rounds.next()
        assert rounds.idle()
    assert seen[-1] == request_.data.read_text()


def test_whatever_the_pdf_is_made_of_counts(
    request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """Private data that come and go, the photo, a template of the project; nothing else in these folders."""
    request_.data.write_text(RESUME + "  image: photo.png\n")
    with_photo = replace(request_, template="moderncv", options={"photo": "round"})
    with Rounds(with_photo, monkeypatch) as rounds:
        rounds.next()
        place = project / "data"
        for name in ("private.yaml", "photo.png"):
            for change in (lambda file: file.write_text("basics: {}\n"), Path.unlink):
                change(place / name)
                assert rounds.changed() == [name]
        (place / "notes.txt").write_text("x")
        (project / "dist").mkdir()
        (project / "dist" / "ada-example-onepage.pdf").write_text("x")
        assert rounds.idle()
        own = project / "templates" / "moderncv"
        own.mkdir(parents=True)
        (own / "template.yaml").write_text("title: Own\n")
        assert rounds.changed() == ["template.yaml"]
        (own / "own.sty").write_text("x")
        assert rounds.changed() == ["own.sty"]


def test_a_folder_may_be_deleted_and_come_back(
    request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """It is seen to go, to come, and again watched; so is the whole project."""
    with Rounds(request_, monkeypatch) as rounds:
        rounds.next()
        for folder in (request_.data.parent, project):
            shutil.rmtree(folder)
            assert rounds.changed() == ["resume.yaml"]
            request_.data.parent.mkdir(parents=True)
            request_.data.write_text(RESUME)
            assert rounds.changed() == ["resume.yaml"]
            in_place(request_.data, RESUME + "# again\n")
            assert rounds.changed() == ["resume.yaml"]


def test_another_folder_may_take_its_place(
    request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """As `git checkout` and file managers do."""
    other = project / "other"
    other.mkdir()
    (other / "resume.yaml").write_text(RESUME + "# other\n")
    with Rounds(request_, monkeypatch) as rounds:
        rounds.next()
        request_.data.parent.rename(project / "before")
        other.rename(request_.data.parent)
        assert rounds.changed() == ["resume.yaml"]
        in_place(request_.data, RESUME + "# again\n")
        assert rounds.changed() == ["resume.yaml"]


def test_of_all_variants_those_are_built_that_it_concerns(
    request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One's own file, one that it extends, the data; new ones are built, and none for those that are gone."""
    folder = request_.data.parent / "variants"
    (folder / "_base.yaml").write_text("pages: 1\n")
    (folder / "acme.yaml").write_text("extends: _base\n")
    (folder / "initech.yaml").write_text("pages: 2\n")

    def next_of(rounds: Rounds) -> list[str]:
        built.clear()
        rounds.next()
        return sorted(built)

    with Rounds(request_, monkeypatch, every=True) as rounds:
        rounds.next()
        assert sorted(built) == ["acme", "initech"]
        for file, name in ((folder / "initech.yaml", "initech"), (folder / "_base.yaml", "acme")):
            built.clear()
            in_place(file, "pages: 3\n")
            rounds.next()
            assert built == [name]
        built.clear()
        in_place(request_.data, RESUME + "# one\n")
        rounds.next()
        assert sorted(built) == ["acme", "initech"]
        built.clear()
        in_place(folder / "newest.yaml", "pages: 1\n")
        rounds.next()
        assert built == ["newest"]
        built.clear()
        (folder / "newest.yaml").unlink()
        in_place(folder / "acme.yaml", "extends: [\n")
        rounds.next()
        assert set(built) == {"acme"}


def test_all_variants_may_be_gone_for_a_while(
    request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the loop goes on."""
    file = request_.data.parent / "variants" / "acme.yaml"
    file.write_text("pages: 1\n")
    with Rounds(request_, monkeypatch, every=True) as rounds:
        rounds.next()
        shutil.rmtree(file.parent)
        (outcome,) = rounds.next().outcomes
        assert [found.code for found in outcome.diagnostics] == ["no-variants"]
        file.parent.mkdir()
        file.write_text("pages: 1\n")
        (outcome,) = rounds.next().outcomes
        assert not outcome.failed


def test_what_the_world_does_to_a_build_is_a_fault_of_that_build(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that vanishes while it is read."""

    def attempt(request: Request, **_: object) -> Outcome:
        raise FileNotFoundError(2, "No such file or directory", "style.sty")

    monkeypatch.setattr(batch, "attempt", attempt)
    with Rounds(request_, monkeypatch) as rounds:
        for _ in range(2):
            (outcome,) = rounds.next().outcomes
            assert [found.code for found in outcome.diagnostics] == ["build-stopped"]
            request_.data.write_text(RESUME + "# one\n")


def test_what_nobody_can_do_ends_it_at_the_start_only(request_: Request, project: Path) -> None:
    """A template that there is not was asked for by mistake, not edited."""
    mistaken = Request(data=request_.data, project=project, template="nosuch")
    with pytest.raises(ResumeError) as caught:
        console.watch(mistaken, every=False, json=False)
    assert exit_status(caught.value.diagnostics) == ExitStatus.USAGE


@pytest.mark.parametrize(
    "flags", [("--template", "nosuch"), ("--option", "paper"), ("--all",), ("--all", "--variant", "x")]
)
def test_wrong_usage_ends_with_2(flags: tuple[str, ...], project: Path) -> None:
    """As it does with `build`, before anything is watched."""
    (project / "data" / "variants").rmdir()
    done = texresume("watch", *flags, cwd=project)
    assert done.returncode == 2, done.stderr
    assert "error: " in done.stderr


def test_without_events_it_looks_now_and_then(
    request_: Request, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where watchfiles has no room left, or is not there: said once."""

    def refused(*_: object, **__: object) -> Iterator[object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(watchfiles, "watch", refused)
    with Rounds(request_, monkeypatch) as rounds:
        rounds.next()
        in_place(request_.data, RESUME + "# one\n")
        found = [rounds.next(), rounds.next()]
        assert rounds.idle()
        assert [one.note for one in found if "No space left on device" in one.note]
        assert [file.name for one in found for file in one.changed] == ["resume.yaml"]


@pytest.mark.tex
@POSIX
def test_it_survives_and_says_what_breaks(any_tex: str, project: Path) -> None:
    """Half-written YAML, an empty file, none, a template's fault, a killed TeX: the last good PDF stays."""
    with process(project, "--data", "data/resume.yaml") as running:
        (build,) = running.next()["builds"]
        pdf = project / build["files"]["pdf"]
        good = pdf.read_bytes()
        data = project / "data" / "resume.yaml"
        for text, code in (
            (RESUME + "work: [\n", "yaml-syntax"),
            (RESUME + "work: [ \n", "yaml-syntax"),
            ("", "empty-file"),
            (RESUME + "nosuchkey: x\n", "unknown-key"),
        ):
            data.write_text(text)
            assert code in running.codes()
            assert pdf.read_bytes() == good
        data.unlink()
        assert running.codes() == ["no-such-file"]
        data.write_text(RESUME.replace("Zymurgist", "Baker"))
        assert running.codes() == []
        assert pdf.read_bytes() != good
        waiting = running.waiting()
        os.kill(waiting, signal.SIGKILL)
        data.write_text(RESUME)
        line = running.next()
        assert line["changed"] == ["data/resume.yaml"]
        assert line["diagnostics"] == []
        assert list(line["seconds"]) == ["noticed", "total", "tex"]
        assert pdf.read_bytes() == good
        assert running.end() == 130
    assert "fixed: dist/ada-example-onepage.pdf, 1 page" in running.errors()
    assert "error: the file is empty" in running.errors()
    assert "Traceback" not in running.errors()


@pytest.mark.tex
@POSIX
def test_its_own_folder_may_be_deleted_and_come_back(any_tex: str, project: Path) -> None:
    """The one in which it was started, and from which its paths start."""
    with process(project) as running:
        running.next()
        shutil.rmtree(project)
        assert running.codes() == ["no-such-file"]
        (project / "data").mkdir(parents=True)
        (project / "data" / "resume.yaml").write_text(RESUME)
        (build,) = running.next()["builds"]
        assert (project / build["files"]["pdf"]).read_bytes().startswith(b"%PDF")
        (project / "data" / "resume.yaml").write_text(RESUME + "# one\n")
        assert running.next()["builds"]
        assert running.end() == 130


@pytest.mark.tex
@POSIX
@pytest.mark.parametrize(
    ("module", "name", "status"),
    [
        ("texresume", "SIGINT", 130),
        ("texresume", "SIGTERM", 143),
        ("texresume", "SIGHUP", 129),
        ("invoke", "SIGINT", 130),
        ("invoke", "SIGTERM", 143),
    ],
)
def test_a_signal_ends_it_and_nothing_is_left(
    module: str, name: str, status: int, any_tex: str, project: Path
) -> None:
    """No process, no temporary folder, no traceback: while it waits for a save."""
    shutil.copy(ROOT / "tasks.py", project)
    with process(project, module=module) as running:
        running.next()
        waiting = running.waiting()
        assert list(running.room.iterdir())
        assert running.end(getattr(signal, name)) == status
    assert ended(waiting)
    assert eventually(lambda: not list(running.room.iterdir()))  # where a format is made, that goes on
    assert "Traceback" not in running.errors()


@pytest.mark.tex
@POSIX
@pytest.mark.parametrize("flags", [(), ("--all",)])
@pytest.mark.parametrize("after", [0.0, 0.15])
def test_so_does_one_that_comes_during_a_build(
    after: float, flags: tuple[str, ...], any_tex: str, project: Path
) -> None:
    """Wherever the build is; beside the good PDF there is nothing but the record of it."""
    for name in ("acme", "initech"):
        (project / "data" / "variants" / f"{name}.yaml").write_text("pages: 1\n")
    with process(project, *flags) as running:
        running.next()
        began = running.children()
        (project / "data" / "resume.yaml").write_text(RESUME + "# one\n")
        time.sleep(after)
        started = {*began, *running.children()}
        assert running.end(signal.SIGINT) == 130
    assert eventually(lambda: all(map(ended, started)))  # one that makes a format ends by itself
    assert eventually(lambda: not list(running.room.iterdir()))
    assert "Traceback" not in running.errors()
    assert {file.suffix for file in (project / "dist").iterdir()} <= {".pdf", ""}


@pytest.mark.tex
@POSIX
@pytest.mark.parametrize("after", [0.03, 0.08])
def test_killed_it_leaves_no_half_file_and_no_process(after: float, any_tex: str, project: Path) -> None:
    """At whichever stage of a build: what TeX was started ahead ends by itself."""
    with process(project) as running:
        running.next()
        before = set(running.children())
        (project / "data" / "resume.yaml").write_text(RESUME + "# one\n")
        time.sleep(after)
        children = before | set(running.children())
        running.end(signal.SIGKILL)
    assert eventually(lambda: all(map(ended, children)))
    (pdf,) = (project / "dist").glob("[!.]*.pdf")
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.rstrip().endswith(b"%%EOF")


@pytest.mark.tex
@POSIX
def test_the_pdf_follows_variants_and_templates(any_tex: str, project: Path) -> None:
    """A changed variant, another template in it, a changed style of the project's own."""
    own = project / "templates" / "own"
    shutil.copytree(ROOT / "templates" / "academic", own)
    file = project / "data" / "variants" / "acme.yaml"
    file.write_text("template: onepage\n")
    with process(project, "--variant", "acme") as running:
        assert running.next()["builds"][0]["template"] == "onepage"
        file.write_text("template: own\n")
        (build,) = running.next()["builds"]
        assert build["template"] == "own"
        pdf = project / build["files"]["pdf"]
        before = pdf.read_bytes()
        style = own / "academic.sty"
        lower = "\\AddToHook{begindocument/end}{\\vspace*{9pt}}\n"
        style.write_text(lower + style.read_text("utf-8"), "utf-8")
        line = running.next()
        assert line["changed"] == ["templates/own/academic.sty"]
        assert line["builds"]
        after = pdf.read_bytes()
        source = own / "resume.tex.j2"
        source.write_text(source.read_text("utf-8").replace("\\Label{", "\\nosuchcommand{"), "utf-8")
        assert "tex-undefined" in running.codes()
        assert pdf.read_bytes() == after
        assert running.end() == 130
    assert before != after


@pytest.mark.tex
def test_a_letter_is_built_with_its_resume(
    project: Path, request_: Request, any_tex: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both on every save; a letter of its own, once it is there; a letter that fails and is mended."""
    variant = project / "data" / "variants" / "acme.yaml"
    variant.write_text("letter: {body: I would like the job.}\n")
    wanted = replace(request_, variant="acme")
    with Rounds(wanted, monkeypatch) as rounds:
        first = rounds.next()
        assert [(one.label, one.failed) for one in first.outcomes] == [
            ("acme", False),
            ("acme (letter)", False),
        ]
        own = project / "data" / "letters" / "acme.yaml"
        own.parent.mkdir()
        own.write_text("opening: Dear [Name],\n")
        second = rounds.next()
        assert [one.failed for one in second.outcomes] == [False, True]
        own.write_text("opening: Dear Ms Smith,\n")
        third = rounds.next()
        assert [one.failed for one in third.outcomes] == [False, False]
        assert third.fixed == {"acme"}
