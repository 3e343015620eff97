"""A build that mends itself where a program misreads a text, and the way out where it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import absent
from tests.support import build_fails, build_ok
from texresume.build import batch
from texresume.build.draft import Typesetter
from texresume.build.pipeline import Request
from texresume.diagnostics import Diagnostic, Severity
from texresume.tex import distribution, engine

pytestmark = pytest.mark.tex

DATA = """\
basics: {name: Ylva Berg, email: ylva@example.com}
work: [{name: Example Ltd, position: Planner, startDate: 2020, highlights: [Planned the Ylvania line]}]
"""
SPLIT = (r"Ylvania", r"Ylv\\hskip 3.5pt ania")
DROPPED = (r"the\sYlvania", "the")


class Harming:
    """A typesetter that changes what matches a pattern, and counts how often it was called."""

    def __init__(self, pattern: str, by: str, *, only: str = "", always: bool = False) -> None:
        self.pattern, self.by, self.only, self.always = pattern, by, only, always
        self.calls: list[str] = []

    def __call__(self, source: str, files: Any = (), **more: Any) -> engine.Typeset:
        self.calls.append(more["engine"])
        if self.always:
            source = source.replace(r"\trunkern{}", "")
        if self.only in ("", more["engine"]):
            source = re.sub(self.pattern, self.by, source)
        return engine.typeset(source, files, **more)


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """A short résumé in moderncv."""
    (tmp_path / "resume.yaml").write_text(DATA, encoding="utf-8")
    return Request(tmp_path / "resume.yaml", "moderncv", tmp_path / "dist", engine="pdftex", project=tmp_path)


def found(diagnostics: Iterable[Diagnostic], code: str) -> Diagnostic:
    """The one with this code."""
    (one,) = [one for one in diagnostics if one.code == code]
    return one


def needs(name: str) -> None:
    if not distribution.find(name):
        absent(name)


def test_a_good_build_is_not_tried_again(request_: Request, any_tex: str) -> None:
    """TeX runs once, and nothing is said."""
    typeset = Harming("nowhere", "")
    built = build_ok(request_, typeset=typeset)
    assert typeset.calls == ["pdftex"]
    assert not [one for one in built.diagnostics if one.code == "mended"]


@pytest.mark.parametrize("thorough", [False, True], ids=["build", "check"])
def test_a_misread_field_is_set_without_kerning(request_: Request, any_tex: str, *, thorough: bool) -> None:
    """The field that is split is set letter by letter; a note names it; everything else is as before."""
    typeset = Harming(*SPLIT)
    built = build_ok(request_, thorough=thorough, typeset=typeset)
    mended = found(built.diagnostics, "mended")
    assert typeset.calls == ["pdftex", "pdftex"]
    assert mended.severity is Severity.NOTE
    assert "without kerning" in mended.message
    assert mended.place == "work[0].highlights[0]"
    assert mended.position is not None
    assert mended.position.line == 2
    assert not [one for one in built.diagnostics if one.code in ("word-split", "text-lost")]


def test_the_other_engine_is_tried(request_: Request, any_tex: str) -> None:
    """Where plain setting does not help, the other engine does; the build says which one it was."""
    needs("xetex")
    typeset = Harming(*DROPPED, only="pdftex", always=True)
    built = build_ok(request_, typeset=typeset)
    assert typeset.calls == ["pdftex", "pdftex", "xetex"]
    assert built.engine == "xetex"
    assert "XeTeX" in found(built.diagnostics, "mended").message


def test_tries_are_bounded(request_: Request, any_tex: str) -> None:
    """What cannot be mended fails after four runs at most, and the message ends with the way out."""
    typeset = Harming(*DROPPED, always=True)
    error = build_fails("text-lost", request_, typeset=typeset)
    lost = found(error.diagnostics, "text-lost")
    assert len(typeset.calls) <= 4
    assert lost.hint.endswith("'texresume build --no-verify' writes the PDF all the same")
    assert list(request_.output.glob("*.failed.pdf"))
    assert not list(request_.output.glob("*moderncv.pdf"))


def test_no_verify_writes_the_pdf(request_: Request, any_tex: str) -> None:
    """The errors are warnings, one more says so, and nothing is left of the failure before."""
    typeset = Harming(*DROPPED, always=True)
    build_fails("text-lost", request_, typeset=typeset)
    built = build_ok(replace(request_, verify=False), typeset=typeset)
    assert found(built.diagnostics, "text-lost").severity is Severity.WARNING
    assert found(built.diagnostics, "not-verified").severity is Severity.WARNING
    assert Path(built.files["pdf"]).read_bytes().startswith(b"%PDF")
    assert not list(request_.output.glob("*.failed.*"))


def test_no_verify_says_nothing_of_a_good_build(request_: Request, any_tex: str) -> None:
    """Only what failed is not verified."""
    built = build_ok(replace(request_, verify=False))
    assert not [one for one in built.diagnostics if one.code == "not-verified"]


def _too_long(request: Request) -> Typesetter:
    lines = ", ".join(f"Line {number} of many that do not fit on the page at all" for number in range(120))
    request.data.write_text(DATA.replace("Planned the Ylvania line", lines), encoding="utf-8")
    return engine.typeset


def _wrong_tex(request: Request) -> Typesetter:
    return Harming("Planned", r"\\undefined")


@pytest.mark.parametrize(
    ("spoil", "code"), [(_too_long, "too-long"), (_wrong_tex, "tex-undefined")], ids=["length", "TeX"]
)
def test_no_verify_is_for_verification_only(
    spoil: Callable[[Request], Typesetter], code: str, request_: Request, any_tex: str
) -> None:
    """A text that is too long for its page, and one that TeX refuses, stay errors."""
    request = replace(request_, verify=False, template="onepage", drop=False)
    error = build_fails(code, request, typeset=spoil(request))
    assert "--no-verify" not in str(error)


def test_a_pdf_that_does_not_open_is_never_written(request_: Request, any_tex: str) -> None:
    """There is nothing to send."""

    def broken(source: str, files: Any = (), **more: Any) -> engine.Typeset:
        return replace(engine.typeset(source, files, **more), pdf=b"")

    error = build_fails("damaged-pdf", replace(request_, verify=False), typeset=broken)
    assert "--no-verify" not in str(error)


def test_a_failure_is_a_value_in_a_batch(request_: Request, any_tex: str) -> None:
    """`--all` and `watch` build with `attempt`: it mends, and it passes `verify` on."""
    assert batch.attempt(request_, typeset=Harming(*SPLIT)).build is not None
    harming = Harming(*DROPPED, always=True)
    assert batch.attempt(request_, typeset=harming).build is None
    assert batch.attempt(replace(request_, verify=False), typeset=harming).build is not None
