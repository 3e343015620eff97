"""Many builds on any executor: what travels, what comes back, and what becomes of workers that die."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume.build import batch, cluster, crew, lock, packing, parcel, worker
from texresume.build.outcome import Outcome
from texresume.build.parcel import Parcel, ParcelOutcome
from texresume.build.request import Request
from texresume.cli.status import exit_status
from texresume.data import files
from texresume.diagnostics import Diagnostic, ExitStatus, Position, ResumeError, Severity
from texresume.tex import distribution, process
from texresume.tex.engine import Typeset

FONTS = distribution.texmf_folder() / "fonts" / "opentype" / "texresume"
RESUME = """\
basics:
  name: Ada Example
  label: Zymurgist
  email: ada@example.org
  image: ../pictures/ada.jpg
  signature: {image: signature.png}
bibliography: ../refs.bib
work:
  - {id: brew, name: Brew & Co, startDate: 2020-01, highlights: [Brewed for 300 people., Kept the books.]}
meta:
  template: own
  fonts: {Hebr: ../fonts/Own-Regular.otf}
"""
BIB = "@article{a, title={On Yeast}, author={Example, Ada}, journal={Brewing}, year={2021}}\n"
TEMPLATE = {
    "template.yaml": "title: Own\nextends: ../base\n",
    "parts/note.tex.j2": "",
    "own.sty": "\\ProvidesPackage{own}\n",
    "thumbnail.png": "not needed",
    ".hidden": "not needed",
}
BASE = {"template.yaml": "title: Base\nextends: moderncv\noptions:\n  photo: {default: square}\n"}


def written(folder: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file of every kind that a build may read, and others; the current folder."""
    from PIL import Image

    folder = tmp_path / "thesis office"
    written(folder / "templates" / "own", TEMPLATE)
    written(folder / "templates" / "base", BASE)
    written(
        folder,
        {
            "people/ada.yaml": RESUME,
            "people/private.yaml": "basics: {phone: 212-555-0142}\n",
            "people/variants/_all.yaml": "sections: [work, publications]\n",
            "people/variants/acme.yaml": "extends: _all\nletter: {body: Hello., to: {company: Acme}}\n",
            "people/variants/initech.yaml": "letter: {body: Hello., to: {company: Initech}}\n",
            "people/other.yaml": "basics: {name: Bo Example}\n",
            "refs.bib": BIB,
            "secret.txt": "hunter2",
        },
    )
    (folder / "pictures").mkdir()
    Image.new("RGB", (200, 200), "navy").save(folder / "pictures" / "ada.jpg")
    Image.new("RGB", (200, 80), "white").save(folder / "people" / "signature.png")
    (folder / "fonts").mkdir()
    for face in ("Regular", "Bold"):
        shutil.copy(
            FONTS / f"texresume-XCharter-{'Roman' if face == 'Regular' else face}.otf",
            folder / "fonts" / f"Own-{face}.otf",
        )
    monkeypatch.chdir(folder)
    return folder


def request_of(name: str = "ada", **more: object) -> Request:
    return replace(Request(Path(f"people/{name}.yaml"), output=Path("dist")), **more)  # type: ignore[arg-type]


def plain(folder: Path, *names: str) -> list[Request]:
    """Requests for one plain résumé after the other, named after its file."""
    made = []
    for name in names:
        file = folder / f"{name}.yaml"
        file.write_text(f"basics: {{name: {name.title()} Example}}\n", "utf-8")
        made.append(Request(file, output=folder / "dist", project=folder, name=name))
    return made


def codes(outcome: Outcome) -> list[str]:
    return [one.code for one in outcome.diagnostics]


# -- what travels -----------------------------------------------------------------------------------------


def test_a_parcel_has_what_the_build_reads_and_nothing_else(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of file, under relative names; neither other people's data nor our own templates. Here, no
    TeX is needed.
    """
    monkeypatch.setenv(distribution.CHOICE, "none")
    packed = packing.pack(request_of(variant="acme")).parcel
    assert sorted(packed.files) == [
        f"thesis office/{name}"
        for name in (
            "fonts/Own-Bold.otf",
            "fonts/Own-Regular.otf",
            "people/ada.yaml",
            "people/private.yaml",
            "people/signature.png",
            "people/variants/_all.yaml",
            "people/variants/acme.yaml",
            "people/variants/initech.yaml",
            "pictures/ada.jpg",
            "refs.bib",
            "templates/base/template.yaml",
            "templates/own/own.sty",
            "templates/own/parts/note.tex.j2",
            "templates/own/template.yaml",
        )
    ]
    sent = pickle.dumps(replace(packed, shown={}))  # `shown` is for messages: there, the sender's words count
    assert str(project).encode() not in sent
    assert b"hunter2" not in sent
    assert pickle.loads(sent).files == packed.files  # noqa: S301 - our own


def test_what_is_named_by_path_travels_too(project: Path, tmp_path: Path) -> None:
    """Private data, a variant and a template from outside the project."""
    away = tmp_path / "away"
    written(away, {"p.yaml": "basics: {phone: 212-555-0143}\n", "v.yaml": "sections: [work]\n"})
    written(away / "look", {"template.yaml": "title: Look\nextends: onepage\n"})
    request = request_of(private=str(away / "p.yaml"), variant="../away/v.yaml", template=str(away / "look"))
    packed = packing.pack(request).parcel
    names = ["away/look/template.yaml", "away/p.yaml", "away/v.yaml"]
    assert [name for name in sorted(packed.files) if "away" in name] == [
        f"{tmp_path.name}/{name}" for name in names
    ]
    assert packed.here == f"{tmp_path.name}/thesis office"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_nothing_leaves_by_a_link(project: Path, tmp_path: Path) -> None:
    """What a build here would not read is not sent either: it is an error here, or left out."""
    secret = tmp_path / "secret.jpg"
    shutil.copy("pictures/ada.jpg", secret)
    Path("pictures/ada.jpg").unlink()
    Path("pictures/ada.jpg").symlink_to(secret)
    with pytest.raises(ResumeError) as caught:
        packing.pack(request_of())
    assert [one.code for one in caught.value.diagnostics] == ["photo-outside"]
    Path("people/ada.yaml").write_text("basics: {name: Ada}\nmeta: {template: own}\n")
    for name in ("fonts.sty", "more.tex.j2", "template.yaml"):
        Path(f"templates/own/{name}").unlink(missing_ok=True)
        Path(f"templates/own/{name}").symlink_to(secret)
    with pytest.raises(ResumeError, match="leads out"):
        packing.pack(request_of())
    Path("templates/own/template.yaml").unlink()
    Path("templates/own/template.yaml").write_text(TEMPLATE["template.yaml"])
    assert secret.read_bytes() not in packing.pack(request_of()).parcel.files.values()


def test_what_is_wrong_with_the_data_is_said_before_anything_is_sent(project: Path) -> None:
    """With line and column; no worker is asked."""

    def unasked() -> Executor:
        raise AssertionError

    Path("people/bad.yaml").write_text("basics: {name: Ada, nme: Ada}\n")
    (outcome,) = cluster.build_all([request_of("bad")], unasked)
    (fault, *_) = outcome.diagnostics
    assert (fault.code, fault.file) == ("unknown-key", Path("people/bad.yaml"))
    assert fault.position
    assert fault.position.line == 1


def test_too_much_is_not_sent(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither too many bytes nor too many files."""
    for limit in ("MAXIMUM_BYTES", "MAXIMUM_FILES"):
        with monkeypatch.context() as patched:
            patched.setattr(parcel, limit, 3)
            with pytest.raises(ResumeError) as caught:
                packing.pack(request_of())
            assert caught.value.diagnostics[-1].code == "too-large"


def test_a_pipe_is_not_sent(project: Path) -> None:
    """It could be read once only, which was done to learn what else is needed."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names")
    Path("templates/own/pipe.tex.j2").unlink(missing_ok=True)
    os.mkfifo("templates/own/pipe.tex.j2")
    assert not any("pipe" in name for name in packing.pack(request_of()).parcel.files)


# -- the other side ---------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where workers make their folders; nothing may be left in it."""
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def parcel_of(**more: object) -> Parcel:
    made = Parcel(
        edition=parcel.edition(),
        files={"p/ada.yaml": b"basics: {name: Ada}\n"},
        places={"data": "p/ada.yaml", "project": "p"},
        values={},
        shown={"": "/home/ada", "p": ".", "p/ada.yaml": "ada.yaml"},
        here="p",
        output="dist",
        epoch="",
    )
    return replace(made, **more)  # type: ignore[arg-type]


OUTSIDE = ["../x", "/etc/x", "a/../../x", "a//x", "./x", "a/\0", "a/.."]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_folder(name: str, room: Path) -> None:
    """Neither that of a file nor that of a place: it is refused as a whole."""
    for bad in (
        {"files": {name: b"x"}},
        {"places": {"data": name, "project": "p"}},
        {"here": name},
    ):
        reply = worker.build_parcel(parcel_of(**bad))
        assert reply.outcome is None
        assert [one.code for one in reply.refusal] == ["damaged-parcel"]


def test_a_file_in_the_place_of_a_folder(room: Path) -> None:
    """What cannot be written is said."""
    reply = worker.build_parcel(parcel_of(files={"p": b"x", "p/ada.yaml": b"x"}))
    assert [one.code for one in reply.refusal] == ["worker-failed"]


def test_too_much_is_not_unpacked(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a byte is written."""
    monkeypatch.setattr(parcel, "MAXIMUM_BYTES", 3)
    assert [one.code for one in worker.build_parcel(parcel_of()).refusal] == ["too-large"]


def _fonts(folder: str, names: list[str]) -> list[str]:
    return ["fonts"] if Path(folder).name == "texmf" else ["__pycache__"]


def test_another_release_refuses(project: Path) -> None:
    """Whatever it would make of it."""
    packed = packing.pack(request_of()).parcel
    reply = worker.build_parcel(replace(packed, edition="0.0.9 (abc)", values={"unheard": "of"}))
    assert [one.code for one in reply.refusal] == ["worker-version"]
    assert "0.0.9 (abc)" in reply.refusal[0].message
    assert exit_status(reply.refusal) is ExitStatus.TEX


@pytest.mark.slow
def test_the_edition_is_that_of_the_sources(tmp_path: Path) -> None:
    """Wherever, whenever and however it was installed; another source is another edition."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "texresume", copy / "texresume", ignore=_fonts)
    shutil.copytree(ROOT / "templates", copy / "texresume" / "templates")
    code = "from texresume.build import parcel; print(parcel.edition())"
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    for wanted in (True, False):
        said = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.strip()
        assert (said == parcel.edition()) is wanted
        (copy / "texresume" / "patterns.py").write_text(
            "lazy = None\n" * 2 + "import re\ndef lazy(*a): return re.compile(*a)\n"
        )


def _faulty(request: Request) -> Outcome:
    """A build that finds something wrong in every place."""
    found = (
        Diagnostic(
            Severity.ERROR,
            "x",
            f"{request.data}: bad; see {request.output / 'ada.failed.log'}",
            request.data,
            Position(1, 2, "text"),
            hint=f"look into {request.data.parent} or {request.project}",
        ),
        Diagnostic(
            Severity.ERROR,
            "y",
            f"{request.data.parent.parent}/unknown.yaml",
            request.project / "templates" / "t",
        ),
        Diagnostic(Severity.ERROR, "no-sandbox", "m", hint="without --untrusted"),
    )
    return Outcome(request, None, found)


def test_what_is_wrong_is_said_in_the_senders_words(
    project: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, messages and hints name its files; the worker's folder is nowhere."""
    monkeypatch.setattr(batch, "attempt", _faulty)
    with ThreadPoolExecutor(1) as pool:
        (outcome,) = cluster.build_all([request_of()], pool)
    first, second, third = outcome.diagnostics
    assert outcome.request == request_of()
    assert first.file == Path("people/ada.yaml")
    assert first.message == "people/ada.yaml: bad; see dist/ada.failed.log"
    assert first.hint == "look into people or ."
    assert first.position == Position(1, 2, "text")
    assert second.message == "unknown.yaml"
    assert second.file == Path("templates/t")
    assert "trust=True" in third.hint
    assert "texresume-build" not in repr(outcome)


@pytest.mark.parametrize("trust", [False, True])
def test_templates_of_others_are_confined_unless_the_sender_trusts_them(
    trust: bool, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with --untrusted, which is not the default of a build here."""
    monkeypatch.setattr(process, "confines_templates", lambda: False)
    monkeypatch.setattr(batch, "attempt", partial(batch.attempt, typeset=_no_tex))
    with ThreadPoolExecutor(1) as pool:
        (outcome,) = cluster.build_all([request_of()], pool, trust=trust)
    assert ("no-sandbox" in codes(outcome)) is not trust
    assert ("stop" in codes(outcome)) is trust


def _no_tex(source: str, files: object = (), **more: object) -> Typeset:
    raise ResumeError(Diagnostic(Severity.ERROR, "stop", "as far as it goes"))


@pytest.mark.parametrize("here", ["", "1700000000"])
def test_the_date_travels(here: str, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SOURCE_DATE_EPOCH is the sender's, and the worker's own afterwards."""
    seen = []

    def build(request: Request) -> Outcome:
        seen.append((process.date(), files.here().name))
        return Outcome(request, None, ())

    monkeypatch.setattr(batch, "attempt", build)
    monkeypatch.setenv(process.EPOCH, "42")
    worker.build_parcel(parcel_of(epoch=here))
    assert seen == [(here or "946684800", "p")]
    assert os.environ[process.EPOCH] == "42"
    assert files.here() == Path()


def test_a_build_that_raises_leaves_nothing(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool tells the sender, and the sender says which file it was."""

    def broken(request: Request) -> Outcome:
        raise KeyError("of ours")

    monkeypatch.setattr(batch, "attempt", broken)
    with pytest.raises(KeyError):
        worker.build_parcel(parcel_of())
    requests = plain(room.parent, "ada")
    with ThreadPoolExecutor(1) as pool:
        (outcome,) = cluster.build_all(requests, pool)
    (fault,) = outcome.diagnostics
    assert (fault.code, fault.file) == ("worker-failed", requests[0].data)
    assert "KeyError" in fault.message


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_what_a_killed_worker_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the next one on that machine: not what is still being built, nor what is somebody else's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(batch, "attempt", lambda request: Outcome(request, None, ()))
    names = [f"{worker.FOLDERS}{name}" for name in ("dead", "busy", "new")]
    for name in (*names, "other"):
        written(tmp_path / name, {"in/private.yaml": "x", "lock": ""})
        if "new" not in name:
            os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    (tmp_path / f"{worker.FOLDERS}link").symlink_to(tmp_path / "other")
    monkeypatch.setattr(worker, "_looked", float("-inf"))
    with lock.held(tmp_path / names[1] / "lock"):
        worker.build_parcel(parcel_of())
    kept = {*names[1:], "other", f"{worker.FOLDERS}link"}
    assert {entry.name for entry in tmp_path.iterdir()} == kept
    assert (tmp_path / "other" / "lock").exists()


# -- the executor -----------------------------------------------------------------------------------------


def _nothing(sent: Parcel) -> ParcelOutcome:
    return ParcelOutcome(Outcome(Request(), None, ()), {f"{sent.values['name']}.failed.log": b"x"})


def _deadly(sent: Parcel) -> ParcelOutcome:
    """A build that kills its process if the file says so."""
    if b"Killer" in next(iter(sent.files.values())):
        os.kill(os.getpid(), signal.SIGKILL)
    return _nothing(sent)


class Slow(Executor):
    """An executor that finishes nothing until it is asked to, and counts."""

    def __init__(self) -> None:
        self.running: list[tuple[Future[object], Callable[[], object]]] = []
        self.most = self.sent = 0

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
        future: Future[object] = Future()
        self.running.append((future, partial(fn, *args, **kwargs)))
        self.most, self.sent = max(self.most, len(self.running)), self.sent + 1
        return future

    def finish(self, *_: object, **__: object) -> tuple[set[Future[object]], set[Future[object]]]:
        """What stands in for waiting: the first one is finished then."""
        future, work = self.running.pop(0)
        future.set_result(work())
        return {future}, set()


def test_only_so_many_are_on_their_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are taken from an iterator as results come, so that memory does not grow with their number."""
    monkeypatch.setattr(worker, "build_parcel", _nothing)
    slow, taken = Slow(), 0
    monkeypatch.setattr(crew, "wait", slow.finish)

    def requests() -> Iterator[Request]:
        nonlocal taken
        for request in plain(tmp_path, *(f"p{number}" for number in range(20))):
            taken += 1
            yield request

    for number, outcome in enumerate(cluster.build_all(requests(), slow, in_flight=4), 1):
        assert (tmp_path / "dist" / f"{outcome.request.name}.failed.log").exists()
        assert taken <= number + 4
    assert (slow.most, slow.sent, taken) == (4, 20, 20)
    slow.most = 0
    monkeypatch.setattr(crew, "MAXIMUM_BYTES", 50)  # two of these
    assert len(list(cluster.build_all(requests(), slow))) == 20
    assert slow.most == 2


def test_closing_cancels_what_has_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ctrl-C does; the executor is its owner's and stays open."""
    monkeypatch.setattr(worker, "build_parcel", _nothing)
    slow = Slow()
    monkeypatch.setattr(crew, "wait", slow.finish)
    outcomes = cluster.build_all(plain(tmp_path, *(f"p{number}" for number in range(9))), slow, in_flight=5)
    next(outcomes)
    outcomes.close()
    assert len(slow.running) == 4
    assert all(future.cancelled() for future, _ in slow.running)

    def interrupted(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(crew, "wait", interrupted)
    slow.running.clear()
    with pytest.raises(KeyboardInterrupt):
        list(cluster.build_all(plain(tmp_path, "a", "b"), slow))
    assert [future.cancelled() for future, _ in slow.running] == [True, True]


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_only_those_that_kill_their_worker_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a function that makes pools, everything else is built again, whatever was in flight."""
    monkeypatch.setattr(worker, "build_parcel", _deadly)
    names = ["a", "b", "killer", "c", "d", "killer2", "e", "f", "g", "h"]
    pools = []

    def pool() -> Executor:
        pools.append(ProcessPoolExecutor(2, mp_context=get_context("fork")))
        return pools[-1]

    outcomes = {one.request.name: codes(one) for one in cluster.build_all(plain(tmp_path, *names), pool)}
    assert outcomes == {name: ["worker-died"] if "killer" in name else [] for name in names}
    assert len(pools) > 2
    for one in pools:
        with pytest.raises(RuntimeError):
            one.submit(print)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_pool_that_breaks_is_not_the_end_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request has an outcome, which says what happened, and the file."""
    monkeypatch.setattr(worker, "build_parcel", _deadly)
    requests = plain(tmp_path, "a", "killer", *(f"p{number}" for number in range(20)))
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        outcomes = list(cluster.build_all(requests, pool, in_flight=4))
    assert sorted(one.request.name for one in outcomes) == sorted(one.name for one in requests)
    died = [one for one in outcomes if codes(one) == ["worker-died"]]
    assert len(died) >= 19
    assert all(one.diagnostics[0].file == one.request.data for one in died)


def test_pools_that_never_work_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that cannot even start does so each time."""
    made = 0

    def pool() -> Executor:
        nonlocal made
        made += 1
        return ThreadPoolExecutor(1, initializer=_never)

    outcomes = list(cluster.build_all(plain(tmp_path, *(f"p{number}" for number in range(30))), pool))
    assert [codes(one) for one in outcomes] == [["worker-died"]] * 30
    assert made < 12


def test_a_cluster_that_is_gone(tmp_path: Path) -> None:
    """Whatever its executor raises, each request has an outcome; so has one that was cancelled."""

    class Gone(Executor):
        def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
            if not seen:
                seen.append(Future[object]())
                seen[0].cancel()
                seen[0].set_running_or_notify_cancel()
                return seen[0]
            raise ConnectionError("scheduler\nmore")

    seen: list[Future[object]] = []
    outcomes = list(cluster.build_all(plain(tmp_path, "ada", "bo", "cy"), Gone(), in_flight=2))
    assert sorted(map(codes, outcomes)) == [["worker-died"], ["worker-failed"], ["worker-failed"]]
    assert any(one.diagnostics[0].message.endswith("ConnectionError: scheduler") for one in outcomes)


def _never() -> None:
    raise OSError("no")


# -- what comes back --------------------------------------------------------------------------------------


def test_no_two_write_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two students of one name: the first is built, the second is told; in the order of the requests."""
    monkeypatch.setattr(worker, "build_parcel", _nothing)
    first, second = plain(tmp_path, "ada", "bo")
    second.data.write_text("basics: {name: Ada Example}\n", "utf-8")
    requests = [replace(one, name="") for one in (first, second)]
    with ThreadPoolExecutor(1) as pool:
        outcomes = {one.request.data: one for one in cluster.build_all(requests, pool)}
    assert codes(outcomes[first.data]) == []
    (fault,) = outcomes[second.data].diagnostics
    assert (fault.code, fault.file) == ("same-name", second.data)
    assert str(first.data) in fault.message


def test_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said; the others go on."""
    monkeypatch.setattr(worker, "build_parcel", _nothing)
    first, second = plain(tmp_path, "ada", "bo")
    (tmp_path / "file").write_text("x")
    with ThreadPoolExecutor(1) as pool:
        requests = [replace(first, output=tmp_path / "file"), second]
        outcomes = {one.request.name: codes(one) for one in cluster.build_all(requests, pool)}
    assert outcomes == {"ada": ["not-writable"], "bo": []}


@pytest.mark.tex
@pytest.mark.slow
def test_the_same_bytes_as_here(
    any_tex: str, project: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a machine that has nothing of the project, in all formats, with the letter and a failure."""
    request = request_of(variant="acme", formats=("pdf", "html", "txt"), merge=True)
    here = batch.attempt(replace(request, output=Path("here")))
    assert here.letter
    sent, away = packing.pack(request, trust=True), project.with_name("gone")
    project.rename(away)
    monkeypatch.chdir("/")
    reply = pickle.loads(pickle.dumps(worker.build_parcel(pickle.loads(pickle.dumps(sent.parcel)))))  # noqa: S301
    away.rename(project)
    monkeypatch.chdir(project)
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(worker, "build_parcel", lambda _: reply)
        (there,) = cluster.build_all([request], pool, trust=True)
    assert there.letter
    for one, other in ((here, there), (here.letter, there.letter)):
        assert one.build
        assert other.build
        assert [*other.build.digests.values()] == [*one.build.digests.values()]
        assert other.diagnostics == one.diagnostics
        for form, file in other.build.files.items():
            assert Path(file).parent == Path("dist")
            assert Path(file).read_bytes() == Path(one.build.files[form]).read_bytes()
    assert sorted(Path("dist").iterdir()) == [
        Path("dist", file.name) for file in sorted(Path("here").iterdir())
    ]


@pytest.mark.tex
def test_only_what_has_changed_is_sent_again(
    any_tex: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `reuse`; a worker with other releases is noted, and what it built is not taken for ours."""
    (request,) = plain(tmp_path, "ada")
    os.utime(request.data, (1_000_000_000, 1_000_000_000))

    def build() -> Outcome:
        with ThreadPoolExecutor(1) as pool:
            (outcome,) = cluster.build_all([request], pool, reuse=True)
        return outcome

    with monkeypatch.context() as patched:
        patched.setattr(cluster, "machine", lambda engine: {engine: "another", "babel": "0"})
        first = build()
    assert codes(first) == ["worker-differs"]
    assert "(here another)" in first.diagnostics[0].message
    assert not first.failed
    second = build()
    assert second.build
    assert second.diagnostics == ()
    monkeypatch.setattr(worker, "build_parcel", _nothing)
    third = build()
    assert third.up_to_date
    here = batch.attempt(replace(request, output=tmp_path / "here")).build
    assert here
    assert [*here.digests.values()] == [*second.build.digests.values()]
