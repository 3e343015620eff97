"""Markdown: what a program that knows it shows is the text, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.test_property import some
from texresume.exchange import commonmark
from texresume.exchange.commonmark import WRITER
from texresume.text import markdown
from texresume.text.inline import (
    Anchor,
    Block,
    Break,
    Code,
    Fragment,
    Inline,
    RichText,
    Run,
    Span,
    plain_text,
)

from .exporting import written
from .test_plain_text import DATA

PAGE = """\
# Ada Example

Engineer – and more

[ada@example.com](mailto:ada@example.com) · [+1 412 555 0142](tel:+14125550142)

## Summary

Says “yes”…

And a second paragraph, which is long enough to go over to another line.

## Experience

### Acme

**Bookkeeper**\\
Mar 2019 – May 2020\\
Berlin

- Kept the **books** of *all* [branches](https://example.com/branches), a sum of 10<sup>3</sup> and \
CO<sub>2</sub> and 10<sup>-6</sup> and 1<sup>st</sup>.
- First line
  - Below
  - And below
    1. one
    2. two

## Skills

- **Tools** (good): *awk, `sed -n`*
- Go, Rust

## Awards

- **A prize**, A society, 2020
"""


def shown(text: str) -> str:
    """The HTML of a Markdown text, as GitHub makes it but for what it filters."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def test_a_page(tmp_path: Path) -> None:
    """As a person would write it."""
    assert written(DATA, tmp_path, "md") == PAGE.replace("*awk, `sed -n`*", "awk, `sed -n`")


def test_right_to_left(tmp_path: Path) -> None:
    """GitHub is told which way the page runs."""
    text = written(f"{DATA}meta: {{locale: ar}}\n", tmp_path, "md")
    assert text.startswith('<div dir="rtl">\n\n# Ada Example\n')
    assert text.endswith("\n\n</div>\n")
    assert " · \u200e[+1 412 555 0142](tel:" in text
    assert WRITER.text(text.encode()) == WRITER.text(text[17:-9].encode())


@pytest.mark.parametrize(
    ("written_", "expected"),
    [
        ("a**b**c", "a**b**c"),
        ("***x***", "*<strong>x</strong>*"),
        ("*a*[b](https://example.com)", "*a*[b](https://example.com)"),
        ("!`x`", "!`x`"),
        ("![x](https://example.com)", "\\![x](https://example.com)"),
        ("`` a`b ``", "``a`b``"),
        ("$`x_1 < 2`$", "$`x_{1} < 2`$"),
        ("snake_case _x_ 2 * 3 * 4 [x] <b>", "snake_case \\_x\\_ 2 \\* 3 \\* 4 \\[x\\] \\<b>"),
        ("AT&T &amp; &lt; R&D", "AT&T \\&amp; \\&lt; R&D"),
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("---", "\\---"),
        ("> a", "\\> a"),
        ("C:\\dir", "C:\\\\dir"),
        ("[a](https://example.com/x_(y)*z)", "[a](<https://example.com/x_(y)*z>)"),
    ],
)
def test_markup_and_text(written_: str, expected: str) -> None:
    """Markup of ours becomes that of CommonMark, and text stays text."""
    field = RichText((Fragment("x", markdown.parse(written_)),))
    assert commonmark._paragraph(field) == expected


TEXTS = st.text(st.sampled_from("ab 1.)#*_`~<>[]()!&;|\\$-+=:/@^'\"é漢。“\n"), max_size=12)
LEAVES: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Run, TEXTS), st.builds(Code, TEXTS.filter(lambda text: bool(text.strip()))), st.just(Break())
)
INLINES: st.SearchStrategy[Inline] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            Span,
            st.sampled_from(["strong", "emphasis", "superscript", "subscript"]),
            st.lists(inner, min_size=1, max_size=3).map(tuple),
        ),
        st.builds(
            Anchor,
            st.sampled_from(
                ["https://example.com/a_b(c)", "mailto:a@example.com", "https://example.com/?a&lt;b"]
            ),
            st.lists(inner, min_size=1, max_size=3).map(tuple),
        ),
    ),
    max_leaves=6,
)


def letters(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


@some(60)
@given(st.lists(INLINES, max_size=5).map(tuple))
def test_any_text_comes_back(inlines: tuple[Inline, ...]) -> None:
    """In a paragraph, in a heading and in an item: every character, whatever markup stands around it."""
    field = RichText((Fragment("x", inlines),))
    wanted = letters(plain_text(inlines))
    for text in (
        commonmark._paragraph(field),
        f"## {commonmark._line(field)}",
        commonmark._list([commonmark._paragraph(field), "x"]),
    ):
        found = letters(WRITER.text(text.encode()) or "")
        assert found.removesuffix("x" if text.startswith("-") else "") == wanted or not wanted
        assert "<script" not in shown(text)
        assert "<img" not in shown(text)
        assert shown(text).count("<h") <= 1


@some(60)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["", "1.", "2.", "3)", "10."]), st.sampled_from("ab1"))
    )
)
def test_lists_in_texts(items: list[tuple[int, str, str]]) -> None:
    """Items of any level and number: each with its number and text, in their order."""
    inlines = tuple(one for level, number, text in items for one in (Block(level, number), Run(text)))
    for field in (
        RichText((Fragment("x", inlines),)),
        RichText((Fragment("x", (Run("lead"), *inlines)),)),
    ):
        as_item = commonmark._list([commonmark._item(field)])
        as_text = "\n\n".join(commonmark._blocks(field))
        for text in (as_item, as_text):
            found = letters(WRITER.text(text.encode()) or "")
            assert found == letters(str(field)), text
