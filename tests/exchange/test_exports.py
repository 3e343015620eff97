"""The formats beside the PDF as a build makes them: compared with the document, all written or none."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_verbs import texresume
from tests.conftest import ROOT
from texresume.build import batch, pipeline, up_to_date
from texresume.build.request import Request
from texresume.cli import console
from texresume.diagnostics import ResumeError, Severity
from texresume.exchange import comparison, registry
from texresume.exchange.export import Export
from texresume.latex.view import fields_of

pytestmark = pytest.mark.tex

DATA = """\
basics: {name: Ada Example, label: Engineer}
work:
- name: Acme
  position: Bookkeeper
  startDate: 2019-03
  highlights: [Kept the books., Wrote 21 programs.]
"""


class Plain:
    """A writer that prints every field, a line each, but for what is taken out, and adds what is put in."""

    name, suffix, description = "plain", "plain", "for tests"

    def __init__(self, without: str = "\0", more: str = "") -> None:
        self.without, self.more = without, more

    def write(self, export: Export) -> bytes:
        lines = [str(field).replace(self.without, "") for field in comparison.printed(export.document)]
        return "\n".join([*lines, self.more]).encode()

    def text(self, content: bytes) -> str | None:
        return content.decode()


def use(monkeypatch: pytest.MonkeyPatch, writer: Plain) -> None:
    """Let `plain` be a format that this one writes."""
    monkeypatch.setitem(registry.FORMATS, "plain", registry.Format("plain", "plain", "for tests"))
    real = registry.writer
    monkeypatch.setattr(registry, "writer", lambda name: writer if name == "plain" else real(name))


@pytest.fixture
def request_(tmp_path: Path, any_tex: str) -> Request:
    (tmp_path / "resume.yaml").write_text(DATA)
    return Request(tmp_path / "resume.yaml", output=tmp_path / "dist", formats=("pdf", "plain"))


def test_formats_are_written_with_the_pdf(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under its name, recorded for `clean`, named in the JSON, with a digest; and unchanged the next time."""
    use(monkeypatch, Plain())
    (outcome,) = batch.build_all([request_])
    assert outcome.build is not None
    file = request_.output / "ada-example-onepage.plain"
    assert outcome.build.files == {
        "pdf": file.with_suffix(".pdf").as_posix(),
        "plain": file.as_posix(),
    }
    assert "Wrote 21 programs." in file.read_text()
    assert file.name in (request_.output / ".texresume").read_text().splitlines()
    assert [one.code for one in outcome.diagnostics] == []
    up_to_date.store(request_, replace(outcome.build, started=outcome.build.started + 60))
    assert up_to_date.find(request_) is not None
    assert up_to_date.find(replace(request_, settings={"wrap": "0"})) is None
    file.write_text("changed")
    assert up_to_date.find(request_) is None


def test_a_lost_word_fails_the_build(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and the line of the data is named; with --no-verify all is, and a warning said."""
    use(monkeypatch, Plain(without="programs"))
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request_)
    (fault,) = (one for one in caught.value.diagnostics if one.severity is Severity.ERROR)
    assert fault.code == "text-lost"
    assert fault.message == "'programs.' of work[0].highlights[1] is missing from the plain"
    assert fault.position is not None
    assert fault.position.line == 6
    assert not list(request_.output.glob("*.plain"))
    assert not list(request_.output.glob("ada-example-onepage.pdf"))
    made = pipeline.build(replace(request_, verify=False))
    assert set(made.files) == {"pdf", "plain"}
    assert {one.code for one in made.diagnostics} >= {"text-lost", "not-verified"}


def test_a_word_of_its_own_is_told(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a warning: what was written is all there."""
    use(monkeypatch, Plain(more="Sponsored link"))
    made = pipeline.build(request_)
    (found,) = made.diagnostics
    assert (found.code, found.severity) == ("foreign-text", Severity.WARNING)
    assert "'sponsored link'" in found.message


def test_an_unknown_format_is_refused(request_: Request) -> None:
    """With all that there are, and so is an unknown setting."""
    for changed, words in (
        (replace(request_, formats=("pdf", "rtf")), ["'rtf'", "pdf, tex, png", *registry.FORMATS]),
        (replace(request_, settings={"width": "1"}), ["'width'", *registry.SETTINGS]),
    ):
        with pytest.raises(ResumeError) as caught:
            pipeline.build(changed)
        (fault,) = caught.value.diagnostics
        assert all(word in f"{fault.message} {fault.hint}" for word in words)


@pytest.mark.parametrize("name", registry.FORMATS)
def test_the_registry_says_what_its_writers_say(name: str) -> None:
    """The registry says it without importing them."""
    writer = registry.writer(name)
    format_ = registry.FORMATS[name]
    assert (writer.name, writer.suffix, writer.description) == (name, format_.suffix, format_.description)


@pytest.mark.slow
@pytest.mark.usefixtures("any_tex")
def test_the_commands_of_the_manual_run(tmp_path: Path) -> None:
    """Each line of docs/formats.md, which lists every format."""
    manual = (ROOT / "docs" / "formats.md").read_text("utf-8")
    table = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", manual, re.MULTILINE))
    assert set(table) == {"pdf", "tex", "png", *registry.FORMATS}
    (block,) = re.findall(r"<!-- formats -->\n```sh\n(.*?)```", manual, re.DOTALL)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "resume.yaml").write_text(DATA)
    for line in block.splitlines():
        program, *arguments = line.split()
        assert program == "texresume"
        done = texresume(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert "* Kept the books." in (tmp_path / "dist" / "ada-example-onepage.txt").read_text("utf-8")


def test_a_file_says_its_format() -> None:
    """`--output cv.txt` needs no --format; a folder may have a dot in its name."""

    def asked(output: str, formats: str = "pdf") -> tuple[str, str, tuple[str, ...]]:
        made = console.request("resume.yaml", "", output, "auto", formats, ())
        return made.output.as_posix(), made.name, made.formats

    assert asked("out/cv.txt") == ("out", "cv", ("txt",))
    assert asked("cv.PDF") == (".", "cv", ("pdf",))
    assert asked("cv.json", "pdf,json") == (".", "cv", ("pdf", "json"))
    assert asked("out.d") == ("out.d", "", ("pdf",))


def test_the_flags_of_txt_are_refused_where_they_are_wrong(tmp_path: Path) -> None:
    """With status 2, before anything is read."""
    for wrong in ("x", "-1", "5", "1.5"):
        done = texresume("build", f"--wrap={wrong}", cwd=tmp_path)
        assert done.returncode == 2
        assert f"error: invalid value '{wrong}' for 'wrap' [wrong-flags]" in done.stderr


def test_suffixes_differ() -> None:
    """All files of a build have one name."""
    suffixes = ["pdf", "tex", "png", *(one.suffix for one in registry.FORMATS.values())]
    assert len(set(suffixes)) == len(suffixes)


def test_printed_fields_are_all_but_repetitions(tmp_path: Path) -> None:
    """Whatever field the document gets: only `year` and `span` say again what `dates` do."""
    (tmp_path / "resume.yaml").write_text(
        DATA + "publications: [{name: A paper, releaseDate: 2020-05, authors: [A. Example]}]\n"
    )
    document = pipeline.read(tmp_path / "resume.yaml")[0]
    printed = {id(field) for field in comparison.printed(document)}
    entries = [entry for section in document.sections for entry in section.entries]
    repeated = {id(field) for entry in entries for field in (entry.year, entry.span)}
    assert {id(field) for field in fields_of(document)} - printed <= repeated
