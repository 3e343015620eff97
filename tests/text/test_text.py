"""Text in fields: the Markdown subset and its way to LaTeX, by cases in data/*.txt."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.fixtures import DATA, REFRESH, Case, cases, tree
from texresume import resources
from texresume.data import html_markup, line_ends, links
from texresume.data.source import Source
from texresume.latex import encoding, escape
from texresume.latex.escape import Escaper
from texresume.text import blocks, locale, markdown, quotes, suspects
from texresume.text.inline import (
    Anchor,
    Break,
    Code,
    Fragment,
    Inline,
    Math,
    RichText,
    Run,
    Span,
    Url,
    plain_text,
)

_MARKUP = "*`[]<>^~\\"
PROSE = st.text(st.characters(codec="utf-8", exclude_characters=f"{_MARKUP}\u2028"))
ANYTHING = st.text(
    st.one_of(st.sampled_from(_MARKUP + "$!()_-+,'\" \na1{}%#&:."), st.characters(codec="utf-8"))
)
FEW = settings(max_examples=60, deadline=None)


def as_latex(text: str) -> str:
    return str(Escaper().field(RichText((Fragment("", markdown.parse(text)),))))


def check(file: Path, convert: Callable[[str], str], case: Case) -> None:
    """Compare a case, or write what comes out now into its file."""
    found = convert(case.given)
    if REFRESH and found != case.wanted:
        before = f"{case.title}\n.\n{case.given}\n.\n"
        text = file.read_text("utf-8")
        file.write_text(text.replace(f"{before}{case.wanted}\n.", f"{before}{found}\n."), "utf-8")
        return
    assert found == case.wanted


@pytest.mark.parametrize("case", cases(DATA / "richtext.txt"), ids=lambda case: case.title)
def test_markup(case: Case) -> None:
    """What is markup becomes a tree, what is none stays text to the letter."""
    check(DATA / "richtext.txt", lambda text: tree(markdown.parse(text)), case)


@pytest.mark.parametrize("case", cases(DATA / "latex.txt"), ids=lambda case: case.title)
def test_escaping(case: Case) -> None:
    """Text without markup becomes LaTeX that sets exactly it."""
    check(DATA / "latex.txt", spaced(lambda text: str(Escaper().text(text))), case)


@pytest.mark.parametrize("case", cases(DATA / "markup-as-latex.txt"), ids=lambda case: case.title)
def test_markup_as_latex(case: Case) -> None:
    """Markup becomes LaTeX's commands, each closed."""
    check(DATA / "markup-as-latex.txt", spaced(as_latex), case)


def spaced(write: Callable[[str], str]) -> Callable[[str], str]:
    """What writes LaTeX, the spaces of which become tabs: in the files of cases they are spaces."""

    def written(text: str) -> str:
        source = write(text)
        assert " " not in source
        return source.replace("\t", " ")

    return written


@pytest.mark.parametrize("case", cases(DATA / "quotes.txt"), ids=lambda case: case.title)
def test_quotation_marks(case: Case) -> None:
    """Straight marks become those of the language, and only where they are quotations or apostrophes."""

    def convert(given: str) -> str:
        language, _, text = given.partition(" ")
        made = quotes.typographic(text, quotes.of_languages([language]))
        assert quotes.typographic(made, quotes.of_languages([language])) == made
        return made.replace("\u00a0", "~")

    check(DATA / "quotes.txt", convert, case)


@pytest.mark.parametrize("case", cases(DATA / "suspects.txt"), ids=lambda case: case.title)
def test_what_looks_like_markup(case: Case) -> None:
    """Markup of other kinds is found, text that resembles it is not."""
    check(
        DATA / "suspects.txt",
        lambda text: "\n".join(f"{one.code}: {one.text}" for one in suspects.find(text)),
        case,
    )


@pytest.mark.parametrize("case", cases(DATA / "blocks.txt"), ids=lambda case: case.title)
def test_blocks(case: Case) -> None:
    """Paragraphs, items of lists with their level and number, and line breaks that are kept (↵)."""

    def convert(given: str) -> str:
        found = blocks.split(given.replace("·" * 2, "  "))
        return "\n".join(
            " ".join(filter(None, (str(one.level), one.number, one.text.replace(blocks.LINE, "↵"))))
            for one in found
        )

    check(DATA / "blocks.txt", convert, case)


def test_every_locale_has_quotation_marks() -> None:
    """No locale falls back to the English ones, but for English itself."""
    table = resources.table("text/quotes.yaml")
    for tag in locale.available():
        assert tag in table or tag.partition("-")[0] in table, tag
        assert all(quotes.of_languages([tag]))


def test_there_are_enough_cases() -> None:
    """The files of cases are read whole: every title in them is a case."""
    for name, least in (("richtext.txt", 75), ("latex.txt", 33), ("markup-as-latex.txt", 10)):
        text = (DATA / name).read_text("utf-8")
        found = cases(DATA / name)
        assert len(found) == len(re.findall(r"\A[^\n.]|(?<=\n\n)[^\n.][^\n]*(?=\n\.\n)", text)) >= least
        assert len({case.title for case in found}) == len(found)


HARD = {
    "brackets": "[" * 50_000,
    "brackets with parentheses": "[a](" * 12_000,
    "parentheses of a link": "[a](" + "(" * 50_000,
    "links": "[a](https://b.cd)" * 190,
    "stars": "*" * 50_000,
    "stars and letters": "*a" * 20_000,
    "nested emphasis": "*a **b " * 6_000,
    "backticks": "`" * 50_000,
    "backticks of every length": "".join("`" * (n % 300 + 1) + "a" for n in range(300)),
    "less signs": "<" * 50_000,
    "less and at signs": "<a@" * 16_000,
    "tildes": "~" * 50_000,
    "carets": "^a" * 20_000,
    "formulas that do not end": "$`a " * 12_000,
    "backslashes": "\\" * 50_000,
    "spaces": "a" + " " * 50_000 + "b",
    "line ends": "a" + "\n " * 25_000 + "b",
    "paragraphs": "a\n\n" * 16_000,
    "items": "\n- a" * 12_000,
    "underscores": "a_" * 25_000,
    "hyphens": "-" * 50_000,
    "pluses": "+" * 50_000,
    "specials": "%&#$_{}~^\\" * 5_000,
    "quotation marks": "\"a' " * 12_000,
    "marks in stars": "*'" * 25_000,
    "addresses": "www.a.b " * 6_000,
    "an endless address": "www." + "a.b/" * 12_000 + "(" * 500 + ")" * 500,
    "mail addresses": "a@b.c@" * 8_000,
    "dots after an at sign": "a@" + "b." * 25_000,
    "images": "![](" * 12_000,
    "dollars": "$a_" * 16_000,
    "commands": "\\href{" * 7_000,
    "tags": "<b " * 16_000,
    "numbered items": "1. a\n" * 10_000,
    "items on two levels": "- a\n  - b\n" * 4_000,
    "broken lines": "a  \n" * 12_000,
    "code in code": "`` ` " * 10_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_take_linear_time(name: str) -> None:
    """50,000 characters that invite a parser to go back are read and written: quadratic ways take minutes."""
    started = time.process_time()  # of this process alone: machines are noisy
    text = HARD[name]
    for block in blocks.split(text)[:5_000]:
        as_latex(block.text)
    assert list(suspects.find(text)) is not None
    assert quotes.typographic(text, quotes.of_languages(["en"]))
    html_markup.read({"text": text + "<b>" + text}, Source.of(Path("x"), ""))
    assert line_ends.folded_point(text, "") != -1
    assert time.process_time() - started < 10


@pytest.mark.parametrize("depth", [21, 100, 2_000])
def test_markup_nested_too_deep_is_refused(depth: int) -> None:
    """Nesting that could exhaust the stack is a `MarkupError`, never a `RecursionError`."""
    text = "**a *b " * depth + "c" + "* d**" * depth
    with pytest.raises(markdown.MarkupError, match="nested too deep"):
        markdown.parse(text)


@FEW
@given(ANYTHING)
def test_parsing_raises_nothing_but_markup_errors(text: str) -> None:
    """Whatever the text, it becomes a tree of non-empty runs, or a `MarkupError`."""
    try:
        inlines = markdown.parse(text)
    except markdown.MarkupError:
        return
    for node in walk(inlines):
        if isinstance(node, Run):
            assert node.text
            assert "\n" not in node.text
        if isinstance(node, Anchor):
            assert links.is_linkable(node.url)
            assert node.url.isascii()
    Escaper().field(RichText((Fragment("", tuple(inlines)),)))
    plain_text(inlines)


def walk(inlines: tuple[Inline, ...]) -> list[Inline]:
    """All nodes of a tree."""
    found: list[Inline] = []
    for inline in inlines:
        found.append(inline)
        if isinstance(inline, Span | Anchor):
            found += walk(inline.children)
    return found


def folded(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"[ \t\n\f\v]+", " ", text).strip()


@FEW
@given(PROSE)
def test_text_without_markup_comes_back(text: str) -> None:
    """Without a sign of markup the same text comes out, white space folded, letters composed."""
    assert folded(plain_text(markdown.parse(text))) == folded(text)


@FEW
@given(st.text(st.sampled_from("ab* `[](){}<>_^~$\\:/#\n-1."), max_size=40))
def test_only_signs_of_markup_can_vanish(text: str) -> None:
    """Markup takes its own signs off the page, and the targets of links; every other character stays."""
    assume("](" not in text and "<" not in text)
    try:
        shown = plain_text(markdown.parse(text))
    except markdown.MarkupError:
        return
    if "$`" in text:
        return  # formulas are shown in a form of their own
    gone = re.compile(r"[*`^~\\\s]")
    assert gone.sub("", shown) == gone.sub("", text)


# -- a reader of the LaTeX that comes out -----------------------------------------------------------------

_BACK = {macro: char for char, macro in encoding.SPECIALS.items()} | {
    r"\trplusplus{}": "++",
    r"\trbreak{}": "",
    "{}": "",
}
_UNIT = re.compile(r"\\[A-Za-z]+\{\}|\\.|\{\}|.", re.DOTALL)


def unescaped(source: str) -> str:
    """The text that LaTeX would set. An unescaped special, or a ligature of T1 fonts, fails."""
    text = ""
    previous = ""
    for unit in _UNIT.findall(source):
        assert unit in _BACK or unit not in set("\\{}$&%#_^'`\"|<>"), f"unescaped {unit!r}"
        assert unit in _BACK or not unit.startswith("\\"), f"unknown command {unit!r}"
        pair = previous + unit
        assert pair not in {"--", ",,", "<<", ">>", "''", "``", "?`", "!`", "++", "-,", ",-"}, (
            f"ligature {pair}"
        )
        text += _BACK.get(unit, unit)
        previous = unit
    return text


SPECIAL_TEXT = st.text(
    st.one_of(st.sampled_from("\\{}$&%#_~^'`\"|<>-,+?! \u00a0a1"), st.characters(codec="utf-8")), max_size=200
)


@FEW
@given(SPECIAL_TEXT)
def test_escaping_can_be_undone(text: str) -> None:
    """No special and no ligature is left in the LaTeX, and undoing it gives back the text."""
    text = unicodedata.normalize("NFC", text)
    assert unescaped(encoding.escape_text(text)) == text


@FEW
@given(st.text(st.sampled_from("-,+a%é "), min_size=480, max_size=1_200))
def test_escaping_in_pieces_is_escaping(text: str) -> None:
    """Long texts are escaped in pieces, none of which parts a ligature."""
    source = encoding.escape_text(text)
    assert unescaped(source) == text


@FEW
@given(ANYTHING)
def test_braces_of_rich_text_balance(text: str) -> None:
    """Every command that markup opens is closed, whatever the text."""
    try:
        source = as_latex(text)
    except markdown.MarkupError:
        return
    depth = 0
    for unit in re.findall(r"\\.|[{}]", source, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(unit, 0)
        assert depth >= 0
    assert depth == 0


@FEW
@given(st.text(st.one_of(st.sampled_from("%#&_$~^{}\\ '\"<>|"), st.characters(codec="utf-8"))))
def test_targets_of_links_are_safe(target: str) -> None:
    """The target of a link is ASCII without a bare special, and reads as the address that was written."""
    source = str(escape.url_latex(Url(f"https://example.com/{target}")))
    assert source.isascii()
    assert not re.search(r"(?<!\\)[%#&_$]|[{}^ \"<>]|\\[^%#&_$]", source)
    address = re.sub(r"\\(.)", r"\1", source)
    assert links.core(address) == links.core(f"https://example.com/{target}".strip())


def test_only_long_words_get_places_to_break_at() -> None:
    """A word may be as long as the limit says; one longer can break, and never within an escaped sign."""
    assert encoding.escape_text("x" * encoding.BREAK_AFTER) == "x" * encoding.BREAK_AFTER
    assert r"\trbreak{}" in encoding.escape_text("x" * (encoding.BREAK_AFTER + 1))
    assert r"\trbreak{}" not in encoding.escape_text(f"{'x' * encoding.BREAK_AFTER} " * 3)
    assert r"\trbreak{}" not in encoding.escape_text(f"{'x' * encoding.BREAK_AFTER}\u00a0" * 3)


def test_latex_is_a_type_that_escapes() -> None:
    """Whatever is joined to `Latex` is escaped once, `Latex` itself never again."""
    bold = escape.Latex(r"\textbf{x}")
    assert bold + " & " == "\\textbf{x}\t\\&\t"
    assert "% " + bold == "\\%\t\\textbf{x}"
    assert escape.Latex("%s and %s") % (bold, "a_b") == r"\textbf{x} and a\_b"
    assert escape.Latex(", ").join([bold, "#1"]) == r"\textbf{x}, \#1"
    assert escape.Latex.escape(bold) is not None
    assert str(escape.Latex.escape(bold)) == r"\textbf{x}"
    assert escape.Latex.escape(3) == "3"
    assert isinstance(bold + "x", escape.Latex)


def test_metadata_has_no_places_to_break_at() -> None:
    """Fields of the PDF's metadata are escaped texts without commands of ours."""
    assert Escaper().metadata("C++ " + "x" * 70) == "C++\t" + "x" * 70
    assert Escaper().metadata("a_b {c}") == "a\\_b\t\\{c\\}"
    assert "--" not in Escaper().metadata("-" * 70), "a ligature, which would be another character"


def test_leaves_join_with_words_of_ours() -> None:
    """Joining leaves keeps their places and leaves out the empty ones."""
    joined = RichText.join(", ", [RichText.of("a", "x"), RichText(), RichText.of("b", "y")])
    assert str(joined) == "a, b"
    assert [part.path for part in joined.parts] == ["x", "", "y"]
    assert not RichText.join(", ", [RichText(), RichText.of("")])


def test_plain_text_of_every_node() -> None:
    """Markup vanishes from plain text, what it holds does not."""
    nodes = (
        Run("a"), Break(), Code("b"), Math("x^{2}", "x^2"), Span("strong", (Run("c"),)),
        Anchor("u", (Run("d"),)),
    )  # fmt: skip
    assert plain_text(nodes) == "a bx^2cd"


def test_paragraphs_are_parted_by_blank_lines() -> None:
    """One blank line or several part paragraphs, also with spaces in them and any line ends."""
    text = markdown.normalised("a\n\nb\r\n \r\n\t\r\nc\nd\n\n")
    assert [(block.level, block.text) for block in blocks.split(text)] == [(0, "a"), (0, "b"), (0, "c d")]
    assert [block.text for block in blocks.split(" \n ")] == []


def test_literal_text_has_no_markup() -> None:
    """Fields such as a phone number are kept to the letter, white space folded."""
    assert markdown.literal(" a*b*  \n `c` ") == (Run("a*b* `c`"),)
    assert markdown.literal(" \n") == ()
