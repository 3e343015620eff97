"""A folder from somebody else: what it may make texresume read, wait for and print."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from texresume import cache
from texresume.build import confinement, output, reading, up_to_date
from texresume.build.request import Request
from texresume.check import baseline, spelling, validation
from texresume.cli import arguments, doctor, json_output
from texresume.data import assets, files, loader
from texresume.data.source import Source
from texresume.diagnostics import ResumeError, Severity, format_diagnostics
from texresume.latex import template
from texresume.tex import process
from texresume.variants import variant

from .conftest import ROOT
from .support import build_fails

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")

# What must not be printed.
SECRET = "root:x:hidden: [words\n"
DATA = "basics: {name: Ada}\n"
MANIFEST = "title: Own\nlicense: MIT\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder, and a secret outside it."""
    place = tmp_path / "project"
    for name, text in {
        "data/resume.yaml": DATA,
        "data/variants/one.yaml": "template: onepage\n",
        "templates/own/template.yaml": MANIFEST,
        "templates/own/resume.tex.j2": "x",
    }.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.chdir(place)
    return place


@pytest.fixture(params=["pipe", "socket", "device"])
def odd(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Something with a name that is no file."""
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    place = tmp_path / "odd"
    if request.param == "pipe":
        os.mkfifo(place)
        yield place
    elif request.param == "device":
        place.symlink_to("/dev/zero")
        yield place
    else:
        monkeypatch.chdir(tmp_path)  # names of sockets are short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("odd")
            yield place


def failure(error: pytest.ExceptionInfo[ResumeError]) -> tuple[str, str]:
    """The code, and all that is printed."""
    return error.value.diagnostics[0].code, format_diagnostics(error.value.diagnostics)


def test_what_is_no_file_is_refused_as_data(odd: Path) -> None:
    """Whatever has the name: the data, a private file, a variant."""
    started = time.monotonic()
    with pytest.raises(ResumeError) as caught:
        loader.load(odd)
    assert failure(caught)[0] == "not-a-file"
    with pytest.raises(ResumeError) as caught:
        reading.master(odd)
    assert failure(caught)[0] == "not-a-file"
    with pytest.raises(ResumeError) as caught:
        variant.find(str(odd), odd.parent / "resume.yaml", odd.parent)
    assert failure(caught)[0] == "unknown-variant"
    with pytest.raises(OSError, match="no plain file"):
        up_to_date.Digests().of(odd)
    assert time.monotonic() - started < 5


def test_what_is_no_file_is_refused_beside_data(odd: Path, tmp_path: Path) -> None:
    """A photo, a posting, `words.txt`, an earlier PDF, the record of a folder."""
    source = Source.of(tmp_path / "resume.yaml", DATA)
    found = assets.photo(odd.name, source, tmp_path)
    assert found[0] is None
    assert [one.code for one in found[2]] in (["wrong-photo"], ["photo-outside"])
    (tmp_path / "variants").mkdir()
    file = tmp_path / "variants" / "one.yaml"
    file.write_text("posting: ../odd\n")
    with pytest.raises(ResumeError) as caught:
        variant.find(str(file), tmp_path / "resume.yaml", tmp_path)
    assert failure(caught)[0] in ("wrong-posting", "posting-outside")
    words, warnings = spelling._read_words(odd)
    assert words == set()
    assert [one.code for one in warnings] == ["wrong-words"]
    with pytest.raises(ResumeError) as caught:
        baseline.load(odd, every=False)
    assert failure(caught)[0] == "no-baseline"
    odd.rename(tmp_path / output.RECORD)
    assert output.recorded(tmp_path) == []
    output.built(tmp_path / "x.pdf", b"%PDF")


def test_what_comes_through_a_pipe_is_read_once(tmp_path: Path) -> None:
    """As with `texresume build <(generate)`."""
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(DATA,))
    writer.start()
    assert loader.load(pipe).data == {"basics": {"name": "Ada"}}
    writer.join()


def test_links_out_of_a_project_are_not_followed(project: Path) -> None:
    """Nobody named what they lead to, and nothing of it is printed."""
    secret = project.parent / "secret"
    (project / "data" / "private.yaml").symlink_to(secret)
    with pytest.raises(ResumeError) as caught:
        reading.master(Path("data/resume.yaml"))
    code, printed = failure(caught)
    assert code == "link-outside"
    assert "hidden" not in printed
    with pytest.raises(ResumeError) as caught:  # named, it is the user's own
        reading.master(Path("data/resume.yaml"), str(secret))
    assert "hidden" in failure(caught)[1]
    (project / "data" / "private.yaml").unlink()
    (project / "data" / "resume.yaml").unlink()
    (project / "data" / "resume.yaml").symlink_to(secret)
    for read in (reading.master, validation.validate):
        with pytest.raises(ResumeError) as caught:
            read(Path("data/resume.yaml"))
        code, printed = failure(caught)
        assert code == "link-outside"
        assert "hidden" not in printed


def test_links_within_a_project_are_followed(project: Path) -> None:
    """They lead to what the project has anyway."""
    (project / "mine.yaml").write_text("basics: {phone: +1 202 555 0100}\n")
    (project / "data" / "private.yaml").symlink_to("../mine.yaml")
    assert reading.master(Path("data/resume.yaml")).loaded.data["basics"]["phone"] == "+1 202 555 0100"


@pytest.mark.parametrize("what", ["manifest", "folder"])
def test_templates_that_lead_out_are_refused(project: Path, what: str) -> None:
    """A link in the place of the manifest, or of the whole folder."""
    manifest = project / "templates" / "own" / "template.yaml"
    if what == "manifest":
        manifest.unlink()
        manifest.symlink_to(project.parent / "secret")
    else:
        (project / "templates" / "own").rename(project.parent / "own")
        (project / "templates" / "own").symlink_to(project.parent / "own")
    with pytest.raises(ResumeError) as caught:
        template.find("own", Path())
    code, printed = failure(caught)
    assert code == "template-outside"
    assert "hidden" not in printed


def test_only_a_user_names_a_template_elsewhere(project: Path) -> None:
    """The data and a variant may name what is in the project."""
    (project / "templates" / "own").rename(project.parent / "own")
    assert template.find("../own", Path()).title == "Own"
    with pytest.raises(ResumeError) as caught:
        template.find("../own", Path(), chosen=False)
    assert failure(caught)[0] == "template-outside"
    assert template.find("onepage", Path(), chosen=False).trusted


def test_other_links_out_are_refused(project: Path) -> None:
    """A variant, a posting, `words.txt`, an earlier PDF in a folder."""
    secret, data = project.parent / "secret", Path("data/resume.yaml")
    (project / "data" / "variants" / "two.yaml").symlink_to(secret)
    (project / "data" / "variants" / "three.yaml").write_text("posting: posting.txt\n")
    (project / "data" / "variants" / "posting.txt").symlink_to(secret)
    for name, expected in (("two", "variant-outside"), ("three", "posting-outside")):
        with pytest.raises(ResumeError) as caught:
            variant.find(name, data, Path())
        code, printed = failure(caught)
        assert code == expected
        assert "hidden" not in printed
    (project / "data" / "words.txt").symlink_to(secret)
    words, warnings = spelling._read_words(project / "data" / "words.txt")
    assert words == set()
    assert [one.code for one in warnings] == ["wrong-words"]
    secret.write_bytes(b"%PDF hidden")
    (project / "published").mkdir()
    (project / "published" / "x.pdf").symlink_to(secret)
    with pytest.raises(ResumeError) as caught:
        baseline.load(project / "published", every=True)
    assert failure(caught)[0] == "broken-baseline"


NASTY = "a\x1b[31m\nb\n::error::c\x9b2J##[error]d\r"


def test_what_is_printed_does_nothing_but_show(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Titles of templates, names of variants and files: on a terminal, in a log of GitHub, as JSON."""
    manifest = json.dumps({"title": NASTY, "license": "MIT", "description": NASTY})
    (project / "templates" / "own" / "template.yaml").write_text(manifest)
    (project / "data" / "variants" / f"{NASTY.replace('/', '')}.yaml").write_text("template: [\n")
    (project / "out").mkdir()
    output.built(project / "out" / "::error::x\ny", b"1")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for line in (
        ["templates"],
        ["doctor"],
        ["validate"],
        ["validate", "--json"],
        ["clean", "--output", "out"],
        ["diff", "--variant", NASTY],
        ["check", "--variant", NASTY, "--annotations", "github"],
        ["build", "--variant", "::error::x"],
        ["build", "--template", "::error::x\n::warning::y"],
    ):
        with suppress(SystemExit):
            arguments.main(line)
        said = "".join(capsys.readouterr())
        assert said
        assert all(char.isprintable() or char == "\n" for char in said), line
        assert "##[" not in said
        commands = [one for one in said.split("\n") if one.lstrip().startswith("::")]
        ours = [one for one in commands if re.match(r"::(error|warning|notice) (file|title)=[^:]*::", one)]
        assert commands == ours, line


def test_json_stays_json(capsys: pytest.CaptureFixture[str]) -> None:
    """What is escaped in it is the same text to whoever reads it."""
    json_output.write({NASTY: [NASTY, "é – 日本"]})
    said = capsys.readouterr().out
    assert json.loads(said) == {NASTY: [NASTY, "é – 日本"]}
    assert all(char.isprintable() or char == "\n" for char in said)
    assert "##[" not in said
    json_output.write_line([NASTY])
    assert json.loads(capsys.readouterr().out) == [NASTY]


def test_everything_is_printed_in_one_place() -> None:
    """No other module writes to standard output or standard error by itself."""
    folder = ROOT / "texresume"
    wild = re.compile(
        r"sys\.std(?:out|err)\.write\(|sys\.std(?:out|err) if [^\n]*\)\.write\(|(?<![\w.])print\("
    )
    found = {
        file.relative_to(folder).as_posix(): len(wild.findall(file.read_text("utf-8")))
        for file in folder.rglob("*.py")
        if "skeleton" not in file.parts and wild.search(file.read_text("utf-8"))
    }
    assert found == {
        "__main__.py": 4,  # the version, a shell in quotes, -OO, no room for a library
        "cli/console.py": 1,  # annotations
        "cli/json_output.py": 2,
        "cli/streams.py": 1,  # help, which is ours
    }


def test_a_template_that_is_not_confined_is_said_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each folder, as long as the cache remembers; `--untrusted` refuses it."""
    monkeypatch.setenv(cache.FOLDER, str(project.parent / "cache"))
    own, ours = template.find("own", Path()), template.find("onepage", Path())
    monkeypatch.setattr(process, "_bubblewrap", lambda: "bwrap")
    assert confinement.doubts(own, untrusted=True) == []
    monkeypatch.setattr(process, "_bubblewrap", lambda: None)
    with pytest.raises(ResumeError) as caught:
        confinement.doubts(own, untrusted=True)
    assert failure(caught)[0] == "no-sandbox"
    assert confinement.doubts(ours, untrusted=True) == []
    (note,) = confinement.doubts(own, untrusted=False)
    assert (note.code, note.severity) == ("not-sandboxed", Severity.NOTE)
    assert confinement.doubts(own, untrusted=False) == []
    build_fails("no-sandbox", Request(template="own", untrusted=True))
    monkeypatch.setenv(cache.FOLDER, "none")
    assert len(confinement.doubts(own, untrusted=False)) == 1


def test_doctor_examines_templates_by_path(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says of each whether it is confined."""
    monkeypatch.setattr(process, "_bubblewrap", lambda: None)
    monkeypatch.setattr(doctor, "_probe", lambda _: doctor.Line(True, "probed"))
    (project / "templates").rename(project.parent / "elsewhere")
    texts = [line.text for line in doctor.examine(Path(), "../elsewhere/own")]
    assert any("../elsewhere/own (third-party, NOT sandboxed" in text for text in texts)
    lines = list(doctor.examine(Path(), "../nowhere"))
    assert any(not line.good and "../nowhere" in line.text for line in lines)
