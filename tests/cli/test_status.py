"""Exit statuses: one table from codes to statuses."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume import resources
from texresume.cli.status import TABLE, exit_status
from texresume.data import suppressions
from texresume.diagnostics import Diagnostic, ExitStatus, Severity

LEFT_TO_CHECK = {"words-joined", "word-split", "text-lost", "reading-order", "text-repeated"}
LEFT_TO_CHECK |= {"foreign-link", "link-too-large", "wrong-title", "structure-order", "untagged-text"}
"""Warnings of a build where only one extractor shows them."""
CODES: dict[str, list[str]] = resources.table(TABLE)
SOURCE = "".join(file.read_text("utf-8") for file in (ROOT / "texresume").rglob("*.py"))
# As the contract has had it since 0.1: a code on the command line, in a file, and about a .tex file.
BEFORE = {
    "unknown-template": (2, 1, 1),
    "unknown-option": (2, 1, 1),
    "wrong-option": (2, 1, 1),
    "unknown-variant": (2, 1, 1),
    "unknown-locale": (2, 1, 1),
    "unknown-check": (2, 1, 1),
    "not-writable": (2, 1, 1),
    "no-baseline": (2, 4, 4),
    "no-such-file": (2, 2, 2),
    "baseline-differs": (4, 4, 4),
    "no-tex": (3, 3, 3),
    "no-font": (3, 3, 3),
    "tex-error": (3, 3, 3),
    "missing-package": (3, 3, 3),
    "worker-died": (3, 3, 3),
    "unsupported-character": (1, 1, 3),
    "text-lost": (4, 4, 4),
    "reading-order": (4, 4, 4),
    "too-long": (1, 1, 1),
    "unknown-key": (1, 1, 1),
    "template-fault": (1, 1, 1),
    "no-such-photo": (1, 1, 1),
    "same-name": (1, 1, 1),
    "build-stopped": (1, 1, 1),
}


def error(code: str, file: str | None = None, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(severity, code, "text", None if file is None else Path(file))


@pytest.mark.parametrize("code", BEFORE)
def test_each_code_has_its_status(code: str) -> None:
    """Without a file, in the data, in a source of TeX's."""
    found = [exit_status([error(code, file)]) for file in (None, "data/resume.yaml", "dist/ada.failed.tex")]
    assert tuple(map(int, found)) == BEFORE[code]


def test_only_errors_count() -> None:
    """Warnings and notes leave 0, whatever their code."""
    for code in (*CODES["inspection"], *CODES["tex"], "unknown-key"):
        assert exit_status([error(code, severity=Severity.WARNING)]) is ExitStatus.OK
    assert exit_status([]) is ExitStatus.OK


def test_of_several_errors_one_counts() -> None:
    """Usage before all; a PDF that is not good before a text that is too long; data before fonts."""
    ordered = [error("wrong-flags"), error("text-lost"), error("too-long"), error("no-font")]
    for first, second in combinations(ordered, 2):
        assert exit_status([first, second]) == exit_status([second, first]) == exit_status([first])


def test_the_table_is_true() -> None:
    """Each code exists, and has one status where a file does not decide; none is only a warning."""
    codes = [code for name, some in CODES.items() if name != "usage" for code in some]
    assert len(codes) == len(set(codes))
    put_together = {"no-author", "no-language", "no-title", "unknown-format"}
    put_together |= {"wrong-author", "wrong-language", "wrong-title"}
    assert {code for some in CODES.values() for code in some if f'"{code}"' not in SOURCE} <= put_together
    assert all(some == sorted(some) for some in CODES.values())
    assert not set(codes) & set(suppressions.codes()) - {*LEFT_TO_CHECK, "no-baseline"}


def test_what_the_inspection_finds_ends_with_4() -> None:
    """All that docs/checks.md says of every build."""
    text = (ROOT / "docs" / "checks.md").read_text("utf-8")
    table = text.partition("## In every build")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `") and "fails" in line]
    codes = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])}
    assert len(codes) > 15
    assert codes <= set(CODES["inspection"])
