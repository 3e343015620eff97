"""Splitting a text into runs of one font."""

from __future__ import annotations

import random

import pytest

from texresume.fonts import runs
from texresume.fonts.runs import FAMILIES, OWN, FontSelector


@pytest.mark.parametrize("family", FAMILIES)
def test_plain_text_needs_no_look_at_its_neighbours(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken for the template's own at once is so when each cluster is looked at, in any company."""
    code = FAMILIES[family][0]
    own = [chr(number) for number in sorted(runs._own(code)) if runs._is_plainly_own(chr(number), code)]
    assert {"é", "–", "’", "\u00a0", "©"} <= set(own)
    choice = random.Random(7)  # noqa: S311 - no secret
    texts = ["".join(choice.choices([*own, " ", "-", "a"], k=12)) for _ in range(400)]
    selector = FontSelector(family, "en")
    assert {run[0] for text in texts for run in selector.runs(text)} == {OWN}
    monkeypatch.setattr(runs, "_is_plainly_own", lambda char, family: False)
    for text in texts:
        assert selector.runs(text) == [(OWN, text)]


def test_marks_selectors_and_emoji_are_looked_at() -> None:
    """They belong to the character before them, are not printed, or ask for another font."""
    for char in ("\u0301", "\ufe0f", "\u200d", "\u20e3", "\U0001f600", "中"):
        assert not runs._is_plainly_own(char, FAMILIES["xcharter"][0])
