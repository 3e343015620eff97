"""YAML as it is written: any text comes back, in every place, without a warning."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from texresume.data import loader
from texresume.exchange import yaml_text
from texresume.text import blocks

WORDS = "word Wörter 日本語 עברית 4,000 null yes 2020-01-01 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa \\n".split()
SIGNS = [*", [ ] { } ' & ! | > % @ ` ~ = ?".split(), '"', "- ", "* ", "1. ", "# ", " #", ": ", ":"]
SPACES = [" ", "  ", "\t", "\n", "\n\n", "  \n", "\\\n"]
PIECES = st.sampled_from([*WORDS, *SIGNS, *SPACES])
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join).map(str.strip).filter(bool)
TEXTS = TEXTS.filter(lambda text: not re.search(r"\\\\|\\ +\n", text))  # a backslash before a break


def same(value: Any) -> Any:
    """A value by what it means: a text of several lines by its blocks, tabs as spaces."""
    if isinstance(value, dict):
        return {key: same(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [same(inner) for inner in value]
    value = value.expandtabs(4)
    if "\n" not in value:
        return value
    return [(one.level, one.number, one.text) for one in blocks.split(value.strip("\n"))]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back(text: str, more: list[str]) -> None:
    """As the value of a key, in a list, below a highlight, and among keywords."""
    flat = [" ".join(one.split()) for one in more]
    data = {
        "basics": {"name": " ".join(text.split()), "summary": text},
        "work": [{"name": "A", "highlights": [*more, {"text": text, "highlights": flat}], "keywords": flat}],
    }
    written = yaml_text.dump(data, {("work", 0, "highlights", 0): (more[0], "a comment")})
    loaded = loader.parse(written, Path("resume.yaml"))
    assert same(loaded.data) == same(data), written
    assert loaded.warnings == ()
