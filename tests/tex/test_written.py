"""When a waiting TeX counts as done: it has said that the PDF and the log are closed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from texresume.tex import preloaded, process

pytestmark = pytest.mark.skipif(not preloaded.available(), reason="for POSIX")
TRANSCRIPT = "Transcript written on resume.log.\n"


def said(text: str, seconds: float = 0) -> int | None:
    """What `written` makes of a process that says this, after more than a pipe holds."""
    program = f"import time; print('x' * 100_000 + {text!r}, end='', flush=True); time.sleep({seconds})"
    one = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, start_new_session=True)
    try:
        return process.written(one)
    finally:
        process.kill(one)
        one.wait()
        assert one.stdout
        one.stdout.close()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (f")\nOutput written on resume.pdf (1 page, 73814 bytes).\n{TRANSCRIPT}", 73814),
        (f")\nOutput written on resume.pdf (12 pages, 9 bytes).\n{TRANSCRIPT}", 9),
        (f")\nOutput written on resume.pdf (2 pages).\n{TRANSCRIPT}", 0),  # XeTeX does not tell
        (f")\nNo pages of output.\n{TRANSCRIPT}", None),
        (f")\nError 256 (driver return code) generating output;\nfile may not be valid.\n{TRANSCRIPT}", None),
        (f"!  ==> Fatal error occurred, no output PDF file produced!\n{TRANSCRIPT}", None),
        ("\nOutput written on resume.pdf (1 page, 73814 bytes).\n", None),  # the log may not be there yet
        (f"[]\\T1/x Output written on resume.pdf (1 page, 5 bytes).\n{TRANSCRIPT}", None),  # data
        ("", None),
    ],
)  # fmt: skip
def test_what_tex_says(text: str, size: int | None) -> None:
    assert said(text) == size


def test_the_end_is_not_waited_for() -> None:
    started = time.monotonic()
    assert said(f"\nOutput written on resume.pdf (1 page, 7 bytes).\n{TRANSCRIPT}", 60) == 7
    assert time.monotonic() - started < 50


def test_a_process_that_says_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WALL_SECONDS", 0.1)
    assert said("", 60) is None
