"""Ties: where no line may end, and what a last line must have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from texresume.latex.ties import tie, tie_end
from texresume.latex.writers import InlineWriter

TEXTS = [
    tuple(part.splitlines())
    for part in (ROOT / "tests" / "data" / "ties.txt")
    .read_text("utf-8")
    .split("\n", 1)[1]
    .strip()
    .split("\n\n")
]


@pytest.mark.parametrize(("text", "tied"), TEXTS)
def test_what_belongs_together_is_tied(text: str, tied: str) -> None:
    """Numbers and units, digit groups, initials and names, a dash and what precedes it."""
    assert tie(text).replace("\u00a0", "~") == tied


@given(st.text(st.sampled_from("aB.1 2–%\u00a0(km)王D r"), max_size=30))
def test_only_spaces_change(text: str) -> None:
    """Offsets in the text stay what they are."""
    tied = tie(text)
    assert len(tied) == len(text)
    assert tied.replace("\u00a0", " ") == text.replace("\u00a0", " ")


def test_code_is_left_as_it_is() -> None:
    """What is typed has its spaces where it has them."""
    writer = InlineWriter()
    assert writer.text("sleep 5 s", code=True) == "sleep\t5\ts"
    assert writer.text("sleep 5 s") == "sleep\t5~s"


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("rewrote the parser in Go", "rewrote the parser in~Go"),
        ("from six hours to 3", "from six hours~to~3"),
        ("a model for under €90 a.", "a model for under~€90~a."),
        ("the nightly report", "the nightly report"),
        ("word", "word"),
        ("a b", "a~b"),
        ("at the end of it ", "at the end of~it "),
    ],
)
def test_a_last_line_has_four_letters(text: str, tied: str) -> None:
    """The last words are tied until together they have four letters or digits."""
    assert tie_end(text).replace("\u00a0", "~") == tied


@given(st.text(st.sampled_from("ab1. \u05d0漢-"), max_size=60))
def test_ties_change_spaces_alone(text: str) -> None:
    """Every other character stays where it was."""
    assert tie_end(tie(text)).replace("\u00a0", " ") == text
