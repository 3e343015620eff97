"""Plain text: lines, bullets, plain punctuation; what somebody pastes into a form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texresume.exchange.plain_text import to_plain, width, wrap

from .exporting import EXAMPLES, exported, written

DATA = """\
basics:
  name: Ada Example
  label: Engineer – and more
  email: ada@example.com
  phone: +1 412 555 0142
  summary: "Says “yes”… \\n\\nAnd a second paragraph, which is long enough to go over to another line."
work:
- name: Acme
  position: Bookkeeper
  startDate: 2019-03
  endDate: 2020-05
  location: Berlin
  highlights:
  - Kept the **books** of *all* [branches](https://example.com/branches),
    a sum of 10^3^ and CO~2~ and 10^-6^ and 1^st^.
  - text: First line
    highlights: [Below, "And below\\n\\n1. one\\n2. two"]
skills:
- name: Tools
  level: good
  keywords: [awk, "`sed -n`"]
- Go
- Rust
awards:
- {title: A prize, awarder: A society, date: 2020}
"""
WRAPPED = """\
Ada Example
Engineer – and more

ada@example.com
+1 412 555 0142

Summary
-------

Says “yes”…

And a second paragraph, which is long
enough to go over to another line.

Experience
----------

Acme
Bookkeeper
Mar 2019 – May 2020
Berlin
• Kept the books of all branches, a sum
  of 10³ and CO2 and 10^-6 and 1st.
• First line
  • Below
  • And below
    1. one
    2. two

Skills
------

Tools (good): awk, sed -n
Go, Rust

Awards
------

• A prize, A society, 2020
"""


def test_a_page(tmp_path: Path) -> None:
    """Sections and dates are clear, lines are as long as they may be, and what is below is indented."""
    assert written(DATA, tmp_path, "txt", wrap="40") == WRAPPED


def test_unwrapped_and_plain(tmp_path: Path) -> None:
    """One line for each paragraph, and what every form takes: letters stay."""
    text = written(DATA.replace("Berlin", "Zürich ½ → 3½ ≥ 2 • x"), tmp_path, "txt", wrap="0", ascii="true")
    assert 'Says "yes"...\n' in text
    assert "\nAnd a second paragraph, which is long enough to go over to another line.\n" in text
    assert "* Kept the books of all branches, a sum of 10^3 and CO2 and 10^-6 and 1st.\n" in text
    assert "Mar 2019 - May 2020\nZürich 1/2 -> 3 1/2 >= 2 * x\n" in text


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name + "-" + file.stem)
def test_plain_examples_have_only_letters_beyond_ascii(file: Path) -> None:
    """What is left is letters, and signs that belong to them."""
    from texresume.exchange import registry

    export, _ = exported(file, settings={"ascii": "true"})
    text = registry.writer("txt").write(export).decode()
    assert {char for char in text if not char.isascii() and not char.isalpha()} <= set("€£°²³§")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 20, []),
        ("one two three", 7, ["one two", "three"]),
        ("one incomprehensible word", 7, ["one", "incomprehensible", "word"]),
        ("東京都、渋谷区（日本）と書く", 10, ["東京都、渋", "谷区（日", "本）と書く"]),
        ("Go言語とRust を使う", 8, ["Go言語と", "Rust を", "使う"]),
        ("a\u00a0b c", 2, ["a\u00a0b", "c"]),
        ("e\u0301e\u0301 e\u0301", 4, ["e\u0301e\u0301 e\u0301"]),
    ],
)
def test_lines_end_where_they_may(text: str, columns: int, lines: list[str]) -> None:
    """At spaces, and between Chinese and Japanese characters but for punctuation."""
    assert list(wrap(text, columns)) == lines


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers(0, 60), st.integers(0, 4))
def test_wrapping_loses_nothing(text: str, columns: int, indent: int) -> None:
    """Whatever the text: only spaces are lost, and no line is too long that could be shorter."""
    lines = list(wrap(text, columns, indent, indent))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert not columns or width(line) <= columns or " " not in line.strip(" ")


@settings(deadline=None)
@given(st.text())
def test_plain_punctuation_keeps_letters(text: str) -> None:
    """Doing it twice changes nothing more."""
    plain = to_plain(text)
    assert [char for char in plain if char.isalpha() and not char.isascii()] == [
        char for char in text if char.isalpha() and not char.isascii()
    ]
    assert to_plain(plain) == plain
