"""The closed room in which TeX runs, and what comes of a template that misbehaves."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, absent
from texresume.build import pipeline
from texresume.build.pipeline import Request
from texresume.cli.status import exit_status
from texresume.diagnostics import ExitStatus, ResumeError
from texresume.latex import template
from texresume.tex import distribution, engine, process

pytestmark = pytest.mark.tex

MANIFEST = "title: Test\nlicense: MIT\n"
HEAD = "\\documentclass{article}\n\\hypersetup{}\n"


def source(body: str) -> str:
    return f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def project_with(folder: Path, body: str) -> Path:
    """A project that has a template of its own, named `own`."""
    place = folder / "templates" / "own"
    place.mkdir(parents=True)
    (place / "template.yaml").write_text(MANIFEST)
    (place / "resume.tex.j2").write_text(
        "\\documentclass{article}\n\\usepackage{texresume}\n\\hypersetup{pdftitle={((( metadata.title )))},"
        "pdfauthor={((( metadata.author )))},pdflang={((( metadata.language )))}}\n"
        "\\begin{document}\n((( resume.name )))\n" + body + "\n\\end{document}\n"
    )
    (folder / "resume.yaml").write_text("basics: {name: Ada Example}\n")
    return folder


def build(project: Path) -> pipeline.Build:
    return pipeline.build(
        Request(data=project / "resume.yaml", template="own", output=project / "dist", project=project)
    )


def test_a_template_of_the_project_builds(any_tex: str, tmp_path: Path) -> None:
    """The least that a template needs is a manifest and a source."""
    assert build(project_with(tmp_path, "")).report.pages == 1


def test_a_fault_of_tex_names_line_and_log(any_tex: str, tmp_path: Path) -> None:
    """An unknown command is said with the .tex line; the log is kept, an older PDF too."""
    project = project_with(tmp_path, "\\nosuchcommand")
    (tmp_path / "dist").mkdir()
    older = tmp_path / "dist" / "ada-example-own.pdf"
    older.write_bytes(b"older")
    with pytest.raises(ResumeError) as caught:
        build(project)
    assert exit_status(caught.value.diagnostics) == ExitStatus.TEX
    (fault,) = caught.value.diagnostics
    assert fault.code == "tex-undefined"
    assert fault.position is not None
    assert fault.position.text == "\\nosuchcommand"
    assert older.read_bytes() == b"older"
    assert "nosuchcommand" in (tmp_path / "dist" / "ada-example-own.failed.log").read_text()


def test_text_that_the_template_hides_fails_the_build(any_tex: str, tmp_path: Path) -> None:
    """A leaf that never reaches the page is lost text: status 4, at its place in the YAML."""
    project = project_with(tmp_path, "\\setbox0\\hbox{((( resume.label )))}")
    (project / "resume.yaml").write_text("basics:\n  name: Ada Example\n  label: Zymurgist\n")
    with pytest.raises(ResumeError) as caught:
        build(project)
    assert exit_status(caught.value.diagnostics) == ExitStatus.INSPECTION
    (fault,) = caught.value.diagnostics
    assert fault.code == "text-lost"
    assert fault.position is not None
    assert (fault.position.line, fault.place) == (3, "basics.label")


def outcome(text: str) -> bytes:
    """The PDF, or the log of the failure."""
    try:
        return engine.typeset(text).pdf
    except engine.TexFailed as error:
        return error.log.encode()


_WRITE = "\\newwrite\\w\\immediate\\openout\\w=%s \\immediate\\write\\w{x}\\immediate\\closeout\\w"
ESCAPES = {
    "write18": "\\immediate\\write18{touch @/pwned}",
    "pipe": '\\input{|"touch @/pwned"}',
    "absolute output": _WRITE % "@/pwned.tex",
    "parent output": _WRITE % "../pwned.tex",
    "absolute input": "\\input{@/secret.txt}",
    "reading lines": "\\newread\\r\\openin\\r=@/secret.txt \\ifeof\\r\\else\\read\\r to\\x \\x\\fi",
    "image": "\\includegraphics{@/secret.pdf}",
}


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_tex_neither_writes_nor_reads_outside_its_room(escape: str, tex: str, tmp_path: Path) -> None:
    """Every way out that a source may try is shut, in each TeX."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET\n")
    seen = outcome(source("x " + escape.replace("@", tmp_path.as_posix())))
    assert b"TOPSECRET" not in seen
    assert [file.name for file in tmp_path.iterdir()] == ["secret.txt"]
    assert not list(tmp_path.parent.glob("pwned*"))


def test_templates_of_others_cannot_embed_files_where_bubblewrap_is(any_tex: str, tmp_path: Path) -> None:
    """pdfTeX's own way to embed any file is shut by bubblewrap, and open without: SECURITY.md says so."""
    if not process.confines_templates():
        absent("a working bubblewrap")
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET\n")
    embedding = source(f"x\\pdfcompresslevel=0 \\immediate\\pdfobj stream file{{{secret.as_posix()}}}")
    assert b"TOPSECRET" in engine.typeset(embedding).pdf  # what built-in templates could do, and do not
    with pytest.raises(engine.TexFailed):
        engine.typeset(embedding, trusted=False)


LOOPS = {
    "endless": "\\def\\x{\\x}\\x",
    "pages": "\\loop\\hbox{x}\\vfill\\eject\\iftrue\\repeat",
    "memory": "\\def\\x{x}\\loop\\edef\\x{\\x\\x}\\iftrue\\repeat",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_loops_are_ended(loop: str, any_tex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that would run for ever, or eat all memory, is stopped and said to be."""
    monkeypatch.setattr(process, "WALL_SECONDS", 4.0)
    monkeypatch.setattr(process, "CPU_SECONDS", 3)
    started = time.monotonic()
    with pytest.raises(engine.TexFailed) as caught:
        engine.typeset(source(loop))
    assert time.monotonic() - started < 20
    assert caught.value.findings[0].code in ("tex-limit", "tex-error")


def test_a_tex_that_lacks_a_package_gives_way(
    any_tex: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """If the first TeX lacks a file, the next one is tried; if none has it, the message names the file."""
    lacking = distribution.Tex("system", tmp_path / "pdflatex")
    lacking.program.write_text(
        "#!/bin/sh\n"
        "echo './resume.tex:2: LaTeX Error: File `xcolor.sty'\"'\"' not found.' > resume.log\n"
        "exit 1\n"
    )
    lacking.program.chmod(0o755)
    working = distribution.find()
    monkeypatch.setattr(distribution, "find", lambda engine="pdftex": [lacking, *working])
    assert engine.typeset(source("x")).pdf.startswith(b"%PDF")
    with pytest.raises(engine.TexFailed) as caught:
        engine.typeset(source("").replace("{article}", "{nosuchclass}"))
    assert "nosuchclass" in caught.value.findings[0].message or "xcolor" in caught.value.findings[0].message


def test_nothing_is_left_behind(any_tex: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The build folder is gone after a good build and after a failed one."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    engine.typeset(source("x"))
    with pytest.raises(engine.TexFailed):
        engine.typeset(source("\\undefinedthing"))
    assert list(tmp_path.iterdir()) == []


def test_built_in_templates_are_the_only_trusted_ones(tmp_path: Path) -> None:
    """A project's own template is not trusted, even under a built-in name."""
    place = tmp_path / "templates" / "onepage"
    place.mkdir(parents=True)
    (place / "template.yaml").write_text(MANIFEST)
    (place / "resume.tex.j2").write_text("x")
    assert not template.find("onepage", tmp_path).trusted
    assert template.find("onepage", ROOT).trusted
