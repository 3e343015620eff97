r"""Markers: which field of the document each piece of the LaTeX source comes from.

Each field that a template may print is wrapped in a marker, made of noncharacters that no text may contain:

    mark(name, Latex("Ada"))                  →  Latex("⟦0|Ada⟧"), where ⟦ | ⟧ stand for the noncharacters
    strip("\\Name{⟦0|Ada⟧}\n\\Bullet{⟦3|…⟧}") →  "\\Name{Ada}\n\\Bullet{…}", [Printed(1, name), Printed(2, …)]

What the template does with marked text is up to it. The order in which markers come out is the order of
reading, and a field printed twice is listed twice, one that is only tested is not.
"""

from __future__ import annotations

import re

from texresume.records import dataclass
from texresume.text.inline import RichText

from .escape import Latex

# Noncharacters, "intended for process-internal uses": https://www.unicode.org/faq/private_use.html#nonchar1
_OPEN, _NUMBER, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKER = re.compile(f"{_OPEN}(\\d+){_NUMBER}|{_CLOSE}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A field as it was printed: the line of the source where it begins, and its content."""

    line: int
    field: RichText


class Markers:
    """The markers of one rendering: `mark` hands them out, `strip` takes them out again."""

    def __init__(self) -> None:
        self._fields: list[RichText] = []

    def mark(self, field: RichText, latex: Latex) -> Latex:
        """Wrap the LaTeX of a field in a marker."""
        self._fields.append(field)
        return Latex(f"{_OPEN}{len(self._fields) - 1}{_NUMBER}{latex}{_CLOSE}")

    def strip(self, source: str) -> tuple[str, list[Printed]]:
        """The source without markers, and the fields in the order in which they were printed."""
        parts: list[str] = []
        printed: list[Printed] = []
        line, end = 1, 0
        for match in _MARKER.finditer(source):
            text = source[end : match.start()]
            parts.append(text)
            line += text.count("\n")
            end = match.end()
            if match[1] is not None:
                printed.append(Printed(line, self._fields[int(match[1])]))
        parts.append(source[end:])
        return "".join(parts), printed
