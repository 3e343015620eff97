"""What tests that run TeX share: which TeX, and whether its absence may skip a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from texresume import cache
from texresume.tex import distribution

ROOT = Path(__file__).resolve().parent.parent
NO_SKIP = "TEXRESUME_NO_SKIP"
"""Set in CI: a test that would be skipped for want of a program fails instead."""


def absent(what: str) -> None:
    """Skip the test for want of something, or fail it where skipping is forbidden."""
    if os.environ.get(NO_SKIP):
        pytest.fail(f"{what} is missing, and {NO_SKIP} forbids skipping")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache that all tests share, and nobody else."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER, str(folder / "cache"))
        yield


@pytest.fixture(params=["embedded", "system"])
def tex(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each TeX in turn: the test sees no other one."""
    origin: str = request.param
    monkeypatch.setenv(distribution.CHOICE, origin)
    if not distribution.find():
        absent(f"the {origin} TeX")
    return origin


@pytest.fixture
def any_tex() -> str:
    """Whichever TeX a user would get."""
    found = distribution.find()
    if not found:
        absent("TeX")
    return found[0].origin
