"""TeX's log: samples under data/logs, and what their author is told, in the `.expected` beside each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures import DATA, REFRESH
from texresume.tex import texlog

LOGS = sorted((DATA / "logs").glob("*.log"))


def described(log: str) -> str:
    """All findings, whether another run is wanted, and what was measured."""
    lines = [
        f"{finding.severity} {finding.code} {finding.file or '-'}:{finding.line} {finding.message}"
        + (f" | {finding.hint}" if finding.hint else "")
        for finding in texlog.parse(log)
    ]
    lines += [f"{key}={value}" for key, value in texlog.measures(log).items()]
    return "\n".join([*lines, f"rerun: {texlog.wants_rerun(log)}"]) + "\n"


@pytest.mark.parametrize("file", LOGS, ids=lambda file: file.stem)
def test_logs_are_understood(file: Path) -> None:
    """Each sample yields its findings, in words that need no knowledge of TeX."""
    golden = file.with_suffix(".expected")
    found = described(file.read_text("utf-8"))
    if REFRESH:
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


def test_a_huge_log_is_read_in_time() -> None:
    """Lines of a megabyte, and many lines, are no trouble."""
    assert texlog.parse("a:" * 500_000) == []
    assert len(texlog.parse("Overfull \\hbox (9.0pt too wide) in paragraph at lines 1--2\n" * 5_000)) == 5_000
