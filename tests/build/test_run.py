"""What a build reports however early it fails: every warning so far, without those that are suppressed."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from texresume.build import batch, dependencies, pipeline
from texresume.build.request import Request
from texresume.build.run import Log
from texresume.check import checking, validation
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.tex import distribution
from texresume.tex.distribution import NO_TEX
from texresume.tex.engine import TexFailed, Typeset
from texresume.tex.texlog import Finding

DATA = """\
basics:
  name: Ada Example
  email: ada@example.com # lost
PHOTO
work:
- name: Acme
  highlights: ["• One that has a bullet of its own"]
META
"""
WARNED = ["double-bullet", "lost-comment"]
OFF = "checks: {off: [lost-comment]}"


def data(folder: Path, meta: str = "", photo: str = "", more: str = "") -> Path:
    file = folder / "resume.yaml"
    text = DATA.replace("PHOTO", f"  image: {photo}" if photo else "")
    file.write_text(text.replace("META", f"meta: {{{meta}}}" if meta else "") + more)
    return file


def no_tex(source: str, files: object = (), **more: object) -> Typeset:
    raise ResumeError(NO_TEX)


def refuses(source: str, files: object = (), **more: object) -> Typeset:
    tex = distribution.Tex("system", Path("pdftex"))
    raise TexFailed([Finding(Severity.ERROR, "tex-error", "no", "", 1)], "the log", tex)


def codes(folder: Path, file: Path, typeset: object = no_tex, **more: object) -> list[str]:
    """The codes of what a build reports that fails."""
    request = Request(data=file, output=folder / "dist", project=folder, **more)  # type: ignore[arg-type]
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request, typeset=typeset)  # type: ignore[arg-type]
    return sorted(one.code for one in caught.value.diagnostics)


SHOWN: Mapping[str, object] = {"template": "moderncv", "options": {"photo": "round"}}


@pytest.mark.parametrize(("file", "code"), [("missing.png", "no-such-photo"), ("resume.yaml", "wrong-photo")])
def test_a_wrong_photo_swallows_no_warning(file: str, code: str, tmp_path: Path) -> None:
    """Everything that was found before it is reported with it."""
    found = codes(tmp_path, data(tmp_path, photo=file), **SHOWN)
    assert found == sorted([code, *WARNED])


def test_suppressed_codes_stay_suppressed_when_a_build_fails(tmp_path: Path) -> None:
    """At each stage: the data, the locale, the variant, the template, the photo, TeX."""
    assert codes(tmp_path, data(tmp_path, OFF)) == ["double-bullet", "no-tex"]
    assert codes(tmp_path, data(tmp_path, OFF), refuses) == ["double-bullet", "tex-error"]
    assert codes(tmp_path, data(tmp_path, OFF), template="nosuch") == ["double-bullet", "unknown-template"]
    assert codes(tmp_path, data(tmp_path, OFF, photo="missing.png"), **SHOWN) == [
        "double-bullet",
        "no-such-photo",
    ]
    found = codes(tmp_path, data(tmp_path, f"{OFF}, locale: xx"))
    assert "unknown-locale" in found
    assert "lost-comment" not in found
    found = codes(tmp_path, data(tmp_path, OFF, more="worl: [{name: Acme}]\n"))
    assert "unknown-key" in found
    assert "lost-comment" not in found
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants" / "one.yaml").write_text("checks: {off: [double-bullet]}\nlocale: xx\n")
    assert codes(tmp_path, data(tmp_path, OFF), variant="one") == ["unknown-locale"]
    assert codes(tmp_path, data(tmp_path), off=("double-bullet",)) == ["lost-comment", "no-tex"]


def test_validate_suppresses_them_too(tmp_path: Path) -> None:
    """Where the data is not valid as well."""
    assert [one.code for one in validation.validate(data(tmp_path, OFF))] == ["double-bullet"]
    with pytest.raises(ResumeError) as caught:
        validation.validate(data(tmp_path, OFF, more="worl: [{name: Acme}]\n"))
    assert "lost-comment" not in {one.code for one in caught.value.diagnostics}


def test_what_tex_refused_is_kept(tmp_path: Path) -> None:
    """The source and the log, and nothing where TeX did not run."""
    file = data(tmp_path)
    codes(tmp_path, file)
    assert not (tmp_path / "dist").exists()
    codes(tmp_path, file, refuses)
    names = {one.name: one for one in (tmp_path / "dist").iterdir()}
    assert names["ada-example-onepage.failed.log"].read_text() == "the log"
    assert "ada@example.com" in names["ada-example-onepage.failed.tex"].read_text()


def test_a_folder_that_cannot_be_written_hides_no_error(tmp_path: Path) -> None:
    """Both are reported: what TeX said, and that it could not be kept."""
    (tmp_path / "dist").write_text("a file")
    found = codes(tmp_path, data(tmp_path, OFF), refuses)
    assert found == ["double-bullet", "not-kept", "not-kept", "tex-error"]


def test_the_log_keeps_what_was_found_once(tmp_path: Path) -> None:
    """In order; errors cannot be suppressed."""
    error, warning = (
        Diagnostic(severity, "a-code", "text") for severity in (Severity.ERROR, Severity.WARNING)
    )
    log = Log()
    log.add([warning, warning])
    log.raise_for_errors()
    log.suppress(["a-code"])
    assert not log.diagnostics
    log.add([error, warning])
    assert log.diagnostics == (error,)
    with pytest.raises(ResumeError) as caught:
        log.raise_for_errors()
    assert caught.value.diagnostics == (error,)


def test_a_failure_can_be_sent_to_another_process(tmp_path: Path) -> None:
    """Its diagnostics, that is, from any pool of workers."""
    request = Request(data=data(tmp_path), output=tmp_path / "dist", project=tmp_path)
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request, typeset=no_tex)
    outcome = batch.attempt(request, typeset=no_tex)
    failure, result, job = (
        pickle.loads(pickle.dumps(one))  # noqa: S301 - our own
        for one in (caught.value, outcome, checking.job)
    )
    assert failure.diagnostics == caught.value.diagnostics
    assert result == outcome
    assert job.keywords == checking.job.keywords


def test_dependencies_of_several_builds(tmp_path: Path) -> None:
    """The union has all of each."""
    some = [batch.attempt(Request(data=tmp_path / name, project=tmp_path)).dependencies for name in "ab"]
    both = dependencies.union([one for one in some if one is not None])
    assert both.files == {tmp_path / "a", tmp_path / "b"}
    assert both.complete
    assert replace(both, complete=False) != both
