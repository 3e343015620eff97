"""Aligning a text with the fields that should be in it."""

from __future__ import annotations

import pytest

from texresume.pdf.alignment import Aligner, align, find_lines, find_losses
from texresume.text.inline import RichText

FIELDS = [
    RichText.of("Acme GmbH, Berlin", "work[0].name"),
    RichText.of("Wrote Go services at Acme", "work[0].highlights[0]"),
    RichText.of("Go", "skills[0].name"),
]
TEXT = "Acme GmbH, Berlin\nWrote Go services\nPage 1\nat Acme\nGo"


def test_the_example_of_the_docstring() -> None:
    """The three passes take the three fields, and only the footer is left over."""
    aligner = Aligner(TEXT, FIELDS, rtl=False)
    assert aligner.find_unique([0, 1, 2]) == [1, 2]
    assert aligner.find_near([1, 2], 30) == [1]
    assert aligner.find_in_pieces([1]) == {}
    assert aligner.result.spans == {0: [(0, 15)], 1: [(15, 15), (35, 6)], 2: [(41, 2)]}
    assert aligner.text.text.strip("\0") == "page1"
    assert align(TEXT, FIELDS).losses == []


def test_each_span_answers_once() -> None:
    """Without its own text, a short field takes a word of another one, whose loss is reported instead."""
    (loss,) = find_losses(TEXT.removesuffix("\nGo"), FIELDS)
    assert (loss.path, loss.words) == ("work[0].highlights[0]", ("go",))


def test_what_is_missing_takes_nothing() -> None:
    """The words of a field that is not there whole are free for those that are."""
    fields = [RichText.of("Led a team of nine people", "a"), RichText.of("Led nine teams", "b")]
    (loss,) = find_losses("Led | nine | teams | a team of", fields)
    assert (loss.path, loss.words) == ("a", ("people",))


def test_numbers_are_not_torn() -> None:
    """A digit answers for a number of its own, even if a longer number that has it is nearer."""
    fields = [RichText.of("grew by 12 shops", "a"), RichText.of("x 2 y", "b")]
    alignment = align("grew by 12 shops x\nfoot\n2 y", fields)
    assert alignment.losses == []
    assert find_losses("grew by 12 shops x\nfoot\n3 y", fields)[0].words == ("2",)


@pytest.mark.parametrize("text", ["", "Page 1"])
def test_nothing_comes_back(text: str) -> None:
    """Of an empty page every word is missing, in the order of printing."""
    losses = find_losses(text, FIELDS)
    assert [loss.path for loss in losses] == ["work[0].name", "work[0].highlights[0]", "skills[0].name"]
    assert losses[1].words == ("wrote", "go", "services", "at", "acme")


def test_lines_are_those_of_the_text() -> None:
    """A field has its first and last line; one in pieces has that of its longest piece."""
    assert find_lines(TEXT, FIELDS) == ((0, 0), (1, 1), (4, 4))
    assert find_lines("Acme GmbH,\nBerlin", FIELDS[:1]) == ((0, 1),)
    assert find_lines("Berlin", FIELDS[:1]) == (None,)


def test_lines_of_right_to_left_text() -> None:
    """Every field keeps its own lines where points are compared apart."""
    fields = [RichText.of("שָׁלוֹם עולם", "a"), RichText.of("כתובת", "b"), RichText.of("Haifa", "c")]
    assert find_lines("שָׁלוֹם עולם\nכתובת\nHaifa", fields, rtl=True) == ((0, 0), (1, 1), (2, 2))
