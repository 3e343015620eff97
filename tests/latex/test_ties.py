"""Ties: where no line may end, and what a last line must have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texresume.latex.ties import tie, tie_end


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("took 12 ms", "took 12~ms"),
        ("12 000 users", "12~000~users"),
        ("Dr. Ada Quill", "Dr.~Ada Quill"),
        ("by J. R. Quill", "by J.~R.~Quill"),
        ("fast – and right", "fast~– and right"),
        ("one of many", "one of many"),
    ],
)
def test_what_belongs_together_is_tied(text: str, tied: str) -> None:
    """Numbers and units, initials and names, a dash and what precedes it."""
    assert tie(text).replace("\u00a0", "~") == tied


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
