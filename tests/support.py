"""What tests share that build: projects of a few files, builds that must succeed, fail, or be done once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from texresume import cache as caches
from texresume.build import pipeline
from texresume.build.pipeline import Build
from texresume.build.request import Request
from texresume.check.thorough import inspect_thoroughly
from texresume.diagnostics import ResumeError, format_diagnostics, has_errors
from texresume.tex import distribution, process

from .conftest import ROOT

Content = str | bytes | Mapping[str, Any] | list[Any]
"""A file's content: as it stands, or data to be written as YAML."""
Files = Mapping[str, Content]
"""Contents by path within a project."""

_CONTEXT = (distribution.CHOICE, process.EPOCH)
"""Variables of the environment on which the bytes of a PDF depend."""


def write_yaml(folder: Path, data: object, name: str = "resume.yaml") -> Path:
    """The data as a file, which is returned."""
    file = folder / name
    file.write_bytes(_as_bytes(data))
    return file


def project(folder: Path, files: Files) -> Path:
    """The files in a folder, which is returned."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_as_bytes(content))
    return folder


def request_for(data: Path, folder: Path, **more: Any) -> Request:
    """A request with this repository's templates, whose output goes into `folder`/dist."""
    return Request(**{"data": data, "output": folder / "dist", "project": ROOT, **more})


def build_ok(request: Request, *, thorough: bool = False, **seams: Any) -> Build:
    """The build, which must succeed; otherwise the test fails with its diagnostics, as users see them.

    A thorough one is inspected as by `check`. `seams` go to `pipeline.build`, which offers them.
    """
    __tracebackhide__ = True
    try:
        built = pipeline.build(request, **_seams(thorough, seams))
    except ResumeError as error:
        pytest.fail(f"{request}\n{format_diagnostics(error.diagnostics)}")
    assert not has_errors(built.diagnostics)
    return built


def build_fails(code: str, request: Request, *, thorough: bool = False, **seams: Any) -> ResumeError:
    """The error of a build, which must fail with this code among others."""
    __tracebackhide__ = True
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request, **_seams(thorough, seams))
    codes = [diagnostic.code for diagnostic in caught.value.diagnostics]
    assert code in codes, format_diagnostics(caught.value.diagnostics)
    return caught.value


def _seams(thorough: bool, seams: Mapping[str, Any]) -> dict[str, Any]:
    return {"inspect": inspect_thoroughly, **seams} if thorough else dict(seams)


def shared_build(
    data: Path | Content, files: Files | None = None, *, thorough: bool = False, **more: Any
) -> Build:
    """A build that must succeed, done once in a session for the same request, files and TeX.

    `data` is a file of this repository, or what a file is to hold; `files` lie beside it. Copy what it has
    written before you change it: others look at it too.
    """
    __tracebackhide__ = True
    given = tuple(sorted((name, _as_bytes(content)) for name, content in (files or {}).items()))
    wanted = tuple(sorted((name, _frozen(value)) for name, value in more.items()))
    context = tuple(os.environ.get(name, "") for name in _CONTEXT)
    return _built(data if isinstance(data, Path) else _as_bytes(data), given, wanted, thorough, context)


@cache
def _built(
    data: Path | bytes,
    files: tuple[tuple[str, bytes], ...],
    wanted: tuple[tuple[str, Any], ...],
    thorough: bool,
    context: tuple[str, ...],
) -> Build:
    __tracebackhide__ = True
    folder = project(Path(tempfile.mkdtemp(dir=_session_folder())), dict(files))
    if isinstance(data, bytes):
        data = project(folder, {"resume.yaml": data}) / "resume.yaml"
    more = {name: dict(value) if name == "options" else value for name, value in wanted}
    return build_ok(request_for(data, folder, **more), thorough=thorough)


@cache
def _session_folder() -> Path:
    """Beside the cache that all tests share: pytest removes both."""
    folder = Path(os.environ[caches.FOLDER]).parent / "shared-builds"
    folder.mkdir(exist_ok=True)
    return folder


def _as_bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode("utf-8")
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode("utf-8")


def _frozen(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, Mapping) else value
