"""Every variant at once: one that fails does not stop the others."""

from __future__ import annotations

import functools
import json
import multiprocessing
import multiprocessing.synchronize
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import texresume as texresume_library
from tests.cli.test_verbs import texresume
from tests.conftest import ROOT
from tests.variants.test_variants import MASTER
from texresume.build import batch, pipeline, signals
from texresume.build.pipeline import Request
from texresume.check import validation
from texresume.cli.status import exit_status
from texresume.diagnostics import ExitStatus, ResumeError
from texresume.variants import variant

VARIANTS = {
    "_base": "sections: [work]",
    "acme": "extends: _base\ninclude: [infra]",
    "lost": "extends: _base\ninclude: [quantum]",
    "web": "extends: _base\ninclude: [web]\ntemplate: academic",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three variants, one of which is wrong."""
    (tmp_path / "data" / "variants").mkdir(parents=True)
    (tmp_path / "data" / "resume.yaml").write_text(MASTER.read_text("utf-8"), "utf-8")
    for name, text in VARIANTS.items():
        (tmp_path / "data" / "variants" / f"{name}.yaml").write_text(text + "\n", "utf-8")
    return tmp_path


def request_of(project: Path) -> Request:
    """The master request of a project."""
    return Request(data=project / "data" / "resume.yaml", output=project / "dist", project=ROOT)


def test_what_is_built(project: Path) -> None:
    """Variants in the order of their names, without those that are there to be extended."""
    requests = batch.for_all_variants(request_of(project))
    assert [Path(request.variant).stem for request in requests] == ["acme", "lost", "web"]


def test_none_are_there(tmp_path: Path) -> None:
    """That is said, with the folder where they would be."""
    with pytest.raises(ResumeError) as caught:
        batch.for_all_variants(Request(data=tmp_path / "resume.yaml"))
    assert exit_status(caught.value.diagnostics) is ExitStatus.USAGE
    assert str(tmp_path / "variants") in caught.value.diagnostics[0].message


def test_two_would_write_one_file(project: Path) -> None:
    """Names that differ only in what file names here do not keep: the second is a fault, the others go on."""
    (project / "data" / "variants" / "web!.yaml").write_text("sections: [work]\n", "utf-8")
    requests = batch.for_all_variants(request_of(project))
    assert [Path(request.variant).stem for request in requests] == ["acme", "lost", "web!"]
    ((fault,),) = (one.diagnostics for one in batch.refused(request_of(project)))
    assert (fault.code, fault.file and fault.file.name) == ("same-name", "web.yaml")
    with pytest.raises(ResumeError) as caught:
        validation.validate(project / "data" / "resume.yaml", project=ROOT)
    assert "same-name" in {found.code for found in caught.value.diagnostics}


def test_what_is_no_variant_is_said(project: Path) -> None:
    """A name that ends otherwise, a folder: passed over, with a warning."""
    folder = project / "data" / "variants"
    for name in ("J.json", "INFRA.YAML"):
        (folder / name).write_text("sections: [work]\n", "utf-8")
    (folder / "sub").mkdir()
    (folder / "lost.yaml").unlink()
    found = validation.validate(project / "data" / "resume.yaml", project=ROOT)
    passed_over = [one.file.name for one in found if one.code == "not-a-variant" and one.file]
    assert passed_over == ["INFRA.YAML", "J.json", "sub"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_leads_out_is_not_read(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Not a word of the file is shown."""
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    secret.write_text("password: hunter2\n", "utf-8")
    (project / "data" / "variants" / "lost.yaml").unlink()
    (project / "data" / "variants" / "lost.yaml").symlink_to(secret)
    done = texresume("validate", cwd=project)
    assert done.returncode == 1
    assert "[variant-outside]" in done.stderr
    assert "hunter2" not in done.stderr


def test_no_end_of_variants(project: Path) -> None:
    """A chain of more than twenty is refused."""
    folder = project / "data" / "variants"
    for number in range(40):
        (folder / f"_c{number}.yaml").write_text(f"extends: _c{number + 1}\n", "utf-8")
    (folder / "_c40.yaml").write_text("sections: [work]\n", "utf-8")
    with pytest.raises(ResumeError) as caught:
        variant.find("_c0", project / "data" / "resume.yaml", ROOT)
    assert caught.value.diagnostics[0].code == "variant-depth"


@pytest.mark.tex
@pytest.mark.skipif(os.name != "posix", reason="any bytes may be a name on POSIX only")
def test_a_name_that_is_no_text(project: Path, any_tex: str) -> None:
    """A file name that is not UTF-8 is built like any other."""
    name = os.fsdecode(b"\xff.yaml")
    try:
        (project / "data" / "variants" / name).write_text("sections: [work]\n", "utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    built = pipeline.build(replace(request_of(project), variant=os.fsdecode(b"\xff")))
    assert Path(built.files["pdf"]).is_file()


@pytest.mark.tex
@pytest.mark.parametrize("workers", [1, 2])
def test_one_that_fails_does_not_stop_the_others(project: Path, any_tex: str, workers: int) -> None:
    """Each has its outcome; files are named after person, variant and template."""
    requests = batch.for_all_variants(request_of(project))
    outcomes = {Path(one.request.variant).stem: one for one in batch.build_all(requests, workers)}
    assert {name for name, one in outcomes.items() if one.build} == {"acme", "web"}
    assert [fault.code for fault in outcomes["lost"].diagnostics] == ["unknown-tag"]
    assert exit_status(outcomes["lost"].diagnostics) is ExitStatus.DATA
    names = sorted(file.name for file in (project / "dist").glob("*.pdf"))
    assert names == ["ilka-brandvold-acme-onepage.pdf", "ilka-brandvold-web-academic.pdf"]


@pytest.mark.tex
def test_the_verb(project: Path, any_tex: str) -> None:
    """A line for each, what is wrong by variant at the end, and the exit status of the worst."""
    done = texresume("build", "--all", cwd=project)
    assert done.returncode == 1
    assert sorted(line.split("] ")[1].split(":")[0] for line in done.stdout.splitlines()) == [
        "acme",
        "lost",
        "web",
    ]
    assert "[3/3]" in done.stdout
    assert "lost: FAILED" in done.stdout
    assert "\nlost:\n" in done.stderr
    assert "1 of 3 variants failed" in done.stderr
    (project / "data" / "variants" / "lost.yaml").unlink()
    done = texresume("check", "--all", "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert sorted(build["variant"] for build in result["builds"]) == ["acme", "web"]


@pytest.mark.tex
def test_diagnostics_say_which_variant(project: Path, any_tex: str) -> None:
    """In JSON, where many are told at once."""
    result = json.loads(texresume("build", "--all", "--json", cwd=project).stdout)
    assert [(one["variant"], one["code"]) for one in result["diagnostics"]] == [("lost", "unknown-tag")]
    assert len(result["builds"]) == 2


def test_flags_that_exclude_each_other(project: Path) -> None:
    """All and one."""
    done = texresume("build", "--all", "--variant", "acme", cwd=project)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def _killed(request: Request) -> batch.Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError(request)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_worker_that_dies_is_a_finding(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended by the system for want of memory, say: every build has an outcome all the same."""
    monkeypatch.setattr(batch, "attempt", _killed)
    outcomes = list(batch.build_all(batch.for_all_variants(request_of(project)), 2))
    assert [outcome.diagnostics[0].code for outcome in outcomes] == ["worker-died"] * 3


def _interrupted(request: Request) -> batch.Outcome:
    """Ctrl-C: the terminal sends it to all."""
    os.killpg(os.getpgid(0), signal.SIGINT)
    return batch.Outcome(request, None, ())


def _in_a_group_of_its_own(project: Path, ended: multiprocessing.synchronize.Event) -> None:
    os.setsid()
    batch.attempt = _interrupted  # type: ignore[assignment]
    with signals.Signals() as ending:
        try:
            list(batch.build_all(batch.for_all_variants(request_of(project)), 2, signals=ending))
        except KeyboardInterrupt:
            ended.set()


@pytest.mark.skipif(os.name == "nt", reason="there are no groups of processes")
def test_ctrl_c_ends_all_after_what_is_running(project: Path) -> None:
    """Without a word of a worker that died: workers leave it to their parent."""
    context = multiprocessing.get_context("fork")
    ended = context.Event()
    process = context.Process(target=_in_a_group_of_its_own, args=(project, ended))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert ended.is_set()


@pytest.mark.skipif(os.name == "nt", reason="there are no groups of processes")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_end_it_in_good_order(name: str, project: Path, tmp_path: Path) -> None:
    """However early: the status of the contract, no traceback, no temporary file."""
    number = getattr(signal, name)
    room = tmp_path / "room"
    room.mkdir()
    script = f"""
import os, signal
from texresume import __main__
from texresume.build import batch
real = batch.attempt
def attempt(request):
    os.killpg(os.getpgid(0), {number})
    return real(request)
batch.attempt = attempt
__main__.sys.argv = ["texresume", "build", "--all"]
__main__.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(room), "TEXRESUME_CACHE": "none"},
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 128 + number
    assert "Traceback" not in done.stderr
    assert [entry for entry in room.iterdir() if number == signal.SIGINT] == []


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_workers_do_not_outlive_the_one_that_gives_work(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended by the system, it can tell nobody: its pipe, which they hold too, is closed by their end."""
    script = """
import os, signal
from pathlib import Path
from texresume.build import batch
from texresume.build.request import Request
def attempt(request):
    return batch.Outcome(request, None, ())
batch.attempt = attempt
for _ in batch.build_all(batch.for_all_variants(Request()), 2):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, "and nobody else writes into the pipe: the call has come back"


def test_all_variants_are_validated(project: Path) -> None:
    """With the data; each fault once, in the file where it stands."""
    done = texresume("validate", cwd=project)
    assert done.returncode == 1
    assert "lost.yaml:2:11: error: nothing has the tag 'quantum' [unknown-tag]" in done.stderr
    assert texresume("validate", "--variant", "acme", cwd=project).returncode == 0


def test_a_tag_that_no_variant_uses(project: Path) -> None:
    """Is said once, where it first stands; not where there are no variants."""
    variants = project / "data" / "variants"
    for name in ("lost", "web"):
        (variants / f"{name}.yaml").unlink()
    found = validation.validate(project / "data" / "resume.yaml", project=ROOT)
    assert [(fault.code, fault.position.line) for fault in found if fault.position] == [("unused-tag", 19)]
    for file in variants.iterdir():
        file.unlink()
    assert validation.validate(project / "data" / "resume.yaml", project=ROOT) == ()


@pytest.mark.tex
def test_pages_are_a_promise(project: Path, any_tex: str) -> None:
    """More than the variant promises is a fault, said where it is promised."""
    highlights = "".join(f"\n      - {'A long highlight. ' * 12}" for _ in range(40))
    file = project / "data" / "variants" / "long.yaml"
    file.write_text(
        f"pages: 1\ntemplate: academic\noverride:\n  work.acme:\n    highlights:{highlights}\n", "utf-8"
    )
    with pytest.raises(ResumeError) as caught:
        pipeline.build(replace(request_of(project), variant="long", drop=False))
    (fault,) = [one for one in caught.value.diagnostics if one.code == "too-long"]
    assert fault.file == file
    assert fault.position is not None
    assert (fault.position.line, fault.position.column) == (1, 8)


@pytest.mark.tex
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_the_library_builds_from_any_pool(method: str, any_tex: str, project: Path) -> None:
    """`texresume.build` and what it returns can be sent to workers, however they are started."""
    names = ["acme", "web"]
    build = functools.partial(
        texresume_library.build, project / "data" / "resume.yaml", output=project / "dist"
    )
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        futures = [pool.submit(build, variant=name) for name in names]
        builds = [future.result() for future in futures]
    assert [built.variant for built in builds] == names
    assert [built.template for built in builds] == ["onepage", "academic"]
    assert all(Path(built.files["pdf"]).is_file() for built in builds)


@pytest.mark.tex
def test_the_library_raises_what_is_wrong(any_tex: str, project: Path) -> None:
    """With its place, for whoever catches it; flags have the names of the verb's."""
    with pytest.raises(ResumeError) as caught:
        texresume_library.build(project / "data" / "resume.yaml", variant="lost", output=project / "dist")
    assert caught.value.diagnostics[0].position
    built = texresume_library.build(
        str(project / "data" / "resume.yaml"),
        variant="acme",
        template="moderncv",
        output=str(project / "dist"),
        options={"paper": "letter"},
        formats=("pdf", "tex"),
        locale="de",
        drop=False,
        private="none",
        engine="pdftex",
        project=str(project),
    )
    assert "letterpaper" in Path(built.files["tex"]).read_text("utf-8")
    assert built.report.language == "de"
