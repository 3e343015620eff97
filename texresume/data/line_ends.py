"""Line ends of texts: what YAML has kept of them, said in the way in which texts are read.

In a text, a blank line begins a paragraph, two spaces at the end of a line keep its end, and other line
ends are spaces. YAML says the same with fewer line feeds: in a folded text one that is left was a blank line,
and in double quotes (and so in JSON) somebody wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import yaml

from texresume.diagnostics import Diagnostic, Severity
from texresume.patterns import lazy

from .resume import DataPath
from .source import Source

_QUOTED = lazy(r"(?<=\S)[ \t]*\n(?=[ \t]*\S)")
_POINT = re.compile(r"[ \t]*(?:[-*+•·]|(\d{1,2}[.)]))[ \t]+\S")
_FEW = 2
"""Fewest lines with a number that are taken for a list."""


def meant(text: str, style: str | None) -> str:
    """A multi-line value of YAML, with blank lines between paragraphs and kept line ends."""
    if "\n" not in text:
        return text
    if style == '"':
        return _QUOTED.sub("  \n", text)
    if style == "|":
        return text
    lines = text.split("\n")
    joined = lines[0]
    for before, line in pairwise(lines):
        kept = not before or not line or before[0].isspace() or line[0].isspace()
        joined += ("\n" if kept else "\n\n") + line
    return joined


def folded_list(node: yaml.ScalarNode, path: DataPath, source: Source) -> Iterator[Diagnostic]:
    """A warning of points below a text without |, as below `- Led projects:`: to YAML they are no list."""
    if node.style == "|" or node.start_mark.line == node.end_mark.line:
        return
    start = node.start_mark.index
    at = folded_point(source.text[start : node.end_mark.index], node.value)
    if at is not None:
        yield source.diagnostic(
            "folded-list",
            "YAML joins this line with the one before it, so this is not a list",
            source.at(start + at),
            path=path,
            severity=Severity.WARNING,
            hint="write the text as 'text:', and the points below it as a list under 'highlights:'"
            if "highlights" in path
            else "put | after the key, and the text on the lines below",
        )


def folded_point(raw: str, text: str) -> int | None:
    """Where in a value, as it was written, a line begins a point of a list although YAML joins it with the
    line before; None if nowhere.
    """
    offset, first, numbered = 0, None, 0
    for number, line in enumerate(raw.split("\n")):
        match = _POINT.match(line)
        if number and match and not re.search(rf"(?:\A|\n)\s*{re.escape(line.strip()[:20])}", text):
            numbered += match[1] is not None
            start = offset + len(line) - len(line.lstrip())
            if match[1] is None:
                return start
            first = start if first is None else first
        offset += len(line) + 1
    return first if numbered >= _FEW else None
