"""Aligning a text with the fields that should be in it."""

from __future__ import annotations

import pytest

from texresume.pdf.alignment import Aligner, align, find_lines, find_losses
from texresume.pdf.reading_order import find_misspaced
from texresume.text.inline import Fragment, RichText, Run, Span, SpanKind

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


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("C is used, TCP/IP\nfoot\nand ¹³C in R", ["TCP/IP and ¹³C", "C", "R"]),
        ("Uses TCP/IP\npage 1\nand ¹³C\nC | R", ["Uses TCP/IP and ¹³C", "C", "R"]),
        (
            "R, C, TCP/IP, Go\nGoogle in Gothenburg\nC",
            ["R", "C", "TCP/IP", "Go", "Google in Gothenburg", "C"],
        ),
        ("maps ab ℝcd onto ℂ\nR", ["maps ab ℝ cd onto ℂ", "R"]),
    ],
)
def test_short_values_take_whole_words(text: str, values: list[str]) -> None:
    """A value of one letter is not taken out of another word, as long as it stands by itself somewhere."""
    assert find_losses(text, [RichText.of(value, f"v[{n}]") for n, value in enumerate(values)]) == []


def test_a_letter_that_is_missing_is_missed() -> None:
    """Where a value of one letter is not printed, the text that it is a part of is not enough."""
    fields = [RichText.of("TCP/IP", "a"), RichText.of("C", "b")]
    (loss,) = find_losses("TCP/IP", fields)
    assert (loss.path, loss.words) == ("b", ("c",))


def script(before: str, kind: SpanKind, raised: str, after: str, path: str = "a") -> RichText:
    """A text with one superscript or subscript."""
    inlines = (Run(before), Span(kind, (Run(raised),)), Run(after))
    return RichText((Fragment(path, inlines),))


@pytest.mark.parametrize("text", ["H2O and more", "H O and more\n2", "2\nH O and more", "H\n2\nO and more"])
def test_scripts_may_be_on_another_line(text: str) -> None:
    """An extractor that takes a subscript for a line of its own has lost nothing; one that drops it has."""
    field = script("H", "subscript", "2", "O and more")
    assert find_losses(text, [field]) == []
    assert find_losses(text.replace("2", ""), [field])[0].path == "a"


def test_a_script_does_not_tear_another_word() -> None:
    """The 2 that was moved to the next line is taken there, and not out of the word beside its old place."""
    field = script("H", "subscript", "2", "O₂ and ¹³C")
    assert find_losses("H O₂ and ¹³C\n2", [field]) == []


def test_splits_beside_scripts_are_known_as_such() -> None:
    """ "3 rd" is no word with a space in it; "Priz e" is."""
    field = script("3", "superscript", "rd", " Prize")
    (found,) = find_misspaced(align("3 rd Prize", [field]))
    assert (found.split, found.at_script) == (("3 rd",), True)
    (found,) = find_misspaced(align("3 rd Priz e", [field]))
    assert not found.at_script
    assert not list(find_misspaced(align("3rd Prize", [field])))


def test_scattered_words_are_not_lost() -> None:
    """Every word is there as often as it was printed, though a table has put them far from each other."""
    filler = " ".join(f"row{number} filler text" for number in range(200))
    text = f"first {filler} second {filler} third"
    assert find_losses(text, [RichText.of("first second third", "a")]) == []
    (loss,) = find_losses(text.replace("second", "secon"), [RichText.of("first second third", "a")])
    assert loss.path == "a"


@pytest.mark.parametrize(
    ("printed", "extracted"),
    [
        ("דיוק ≥ 99.9 %", "% 99.9 ≤ דיוק"),
        ("חצי ½", "1/2 חצי"),
        ("רשימה ①②③", "③②① רשימה"),
        ("פרויקט “גל”", "”גל“ פרויקט"),
        (
            "אתר example.com/with-many-words/and_underscores",
            "and_undersc/example.com/with-many-w אתר\nores\nords",
        ),
    ],
)
def test_right_to_left_text_in_any_order(printed: str, extracted: str) -> None:
    """Mirrored signs, fractions, quotes and broken addresses of right-to-left documents are found."""
    assert find_losses(extracted, [RichText.of(printed, "a")], rtl=True) == []


@pytest.mark.parametrize(
    ("printed", "extracted"),
    [("דיוק ≥ 99.9 %", "% 99.9 דיוק"), ("אתר example.com/words", "example.com/w אתר"), ("שלום עולם", "שלום")],
)
def test_losses_of_right_to_left_text(printed: str, extracted: str) -> None:
    """What is not there in any order is lost."""
    assert [loss.path for loss in find_losses(extracted, [RichText.of(printed, "a")], rtl=True)] == ["a"]
