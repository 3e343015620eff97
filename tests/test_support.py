"""The tests' own tools: a build that fails must fail the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import build_fails, build_ok, project, request_for, shared_build, write_yaml

ADA = {"basics": {"name": "Ada"}}
pytestmark = pytest.mark.tex


def test_a_build_is_done_once(any_tex: str) -> None:
    """The same request is not built again; another one is."""
    first = shared_build(ADA, template="academic", options={"paper": "a4"})
    assert shared_build(dict(ADA), options={"paper": "a4"}, template="academic") is first
    other = shared_build(ADA, template="academic", options={"paper": "letter"})
    assert Path(other.files["pdf"]).read_bytes() != Path(first.files["pdf"]).read_bytes()


def test_what_goes_wrong_fails_the_test_with_its_code(any_tex: str, tmp_path: Path) -> None:
    """An unexpected error, one of another code, and none at all."""
    good = request_for(write_yaml(tmp_path, ADA), tmp_path)
    bad = request_for(project(tmp_path / "bad", {"x.yaml": {"basics": {}}}) / "x.yaml", tmp_path)
    assert build_fails("missing-key", bad).diagnostics[0].file == bad.data
    with pytest.raises(pytest.fail.Exception, match=r"\[missing-key\]"):
        build_ok(bad)
    with pytest.raises(AssertionError, match="missing-key"):
        build_fails("too-long", bad)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        build_fails("too-long", good)
