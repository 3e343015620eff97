"""What tests that run TeX share: which TeX, and whether its absence may skip a test."""

from __future__ import annotations

import os
import signal
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from texresume import cache
from texresume.tex import distribution

ROOT = Path(__file__).resolve().parent.parent
NO_SKIP = "TEXRESUME_NO_SKIP"
"""Set in CI: a test that would be skipped for want of a program fails instead."""


def heed_signals() -> None:
    """Let the programs that tests start heed signals, however the tests themselves were started.

    Under nohup and in the background, shells have SIGHUP and SIGINT ignored, and a program inherits that: no
    test could end it as a user does. Those with a handler are back at their default in a new program, so the
    tests themselves go on ignoring them.
    """
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


heed_signals()


LONGEST = ("test_property.py", "test_killed.py", "test_readme.py", "test_json_schemas.py", "test_formats.py")
"""Files whose tests take longest, first of all: at the end one process would wait for the other."""


SLOW = frozenset((ROOT / "tests" / "slow.txt").read_text("utf-8").splitlines())
"""Variations that take long, of what a quicker one tries too."""
EVERY = "TEXRESUME_EVERY"
"""Of slow tests with many variations, only every so many are run, by their names: `.ci/run` sets it to 5."""
_MANY = 6


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Longest tests first; variations that take long are slow; of many slow ones there may be a sample."""
    for item in items:
        if item.nodeid.removeprefix("tests/") in SLOW:
            item.add_marker(pytest.mark.slow)
    every = int(os.environ.get(EVERY, "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    counts = Counter(item.nodeid.partition("[")[0] for item in slow)
    left_out = [
        item
        for item in slow
        if counts[item.nodeid.partition("[")[0]] >= _MANY and zlib.crc32(item.nodeid.encode()) % every
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=lambda item: item.path.name not in LONGEST)


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
