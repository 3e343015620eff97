"""The blocks of a text: paragraphs, and the items of its lists on two levels.

    Led three projects:            TextBlock(0, "", "Led three projects:")
    - Timetable                    TextBlock(1, "", "Timetable")
      - Diesel                     TextBlock(2, "", "Diesel")
    1. first                       TextBlock(1, "1.", "first")

An item begins with a bullet or a number and a space. Lines of one block are joined, except where a break is
meant: after two spaces, or after a backslash.
"""

from __future__ import annotations

import re
from dataclasses import field

from texresume.patterns import lazy
from texresume.records import dataclass

LINE = "\u2028"
"""A line break within a block that is kept."""
BULLETS = "-*+•·‣▪●◦►–"
"""What an item of a list may begin with, beside a number."""
LEVELS = 2

_ITEM = lazy(rf"(?P<indent>[ ]*)(?P<marker>[{BULLETS}]|\d{{1,2}}[.)])(?P<space>[ ]+)(?P<text>\S.*)")
_MAY_BE_ITEM = re.compile(rf"\s*(?:[{BULLETS}]|\d{{1,2}}[.)])\s")
_KEPT_BREAK = lazy(r"(?: {2,}|(?<!\\)((?:\\\\)*)\\)$")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One block: a paragraph (level 0) or an item, with its number if it has one. Kept breaks are `LINE`."""

    level: int
    number: str
    text: str


@dataclass(slots=True)
class _Open:
    """A block that is being read; `indent` is the column of its marker, `inner` that of its text."""

    level: int = 0
    number: str = ""
    indent: int = 0
    inner: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether its last line ends with a break that is meant."""
        return _KEPT_BREAK.search(self.lines[-1]) is not None

    def closed(self) -> TextBlock:
        parts: list[str] = []
        for line in self.lines[:-1]:
            broken = _KEPT_BREAK.search(line)
            parts += [line[: broken.start()], broken[1] or "", LINE] if broken else [line.rstrip(), " "]
        return TextBlock(self.level, self.number, "".join([*parts, self.lines[-1]]).strip())


def split(text: str) -> list[TextBlock]:
    """The blocks of a text whose line ends are line feeds."""
    text = text.replace(LINE, " ").strip("\n")
    if "\n" not in text and not _MAY_BE_ITEM.match(text):
        return [TextBlock(0, "", text.strip())]
    return [block.closed() for block in _without_lone_numbers(_Reader().read(text.expandtabs(4)))]


class _Reader:
    """Reads a text line by line."""

    def __init__(self) -> None:
        self.blocks: list[_Open] = []

    def read(self, text: str) -> list[_Open]:
        after_blank = True
        for line in text.split("\n"):
            if not line.strip():
                after_blank = True
                continue
            match = _ITEM.fullmatch(line)
            if match and self._may_begin(match, after_blank):
                self._begin_item(match)
            elif self._continues(line, after_blank):
                block = self.blocks[-1]
                if after_blank:  # a further paragraph of an item stands on a line of its own
                    block.lines[-1] = block.lines[-1].rstrip() + "  "
                block.lines.append(line.lstrip())
            else:
                self.blocks.append(_Open(lines=[line.lstrip()]))
            after_blank = False
        return self.blocks

    def _may_begin(self, match: re.Match[str], after_blank: bool) -> bool:
        """Whether a line with a marker is an item: within a paragraph, a number other than 1 is text."""
        number = match["marker"][:-1]
        in_list = bool(self.blocks) and self.blocks[-1].level > 0
        return after_blank or in_list or not number.isdigit() or int(number) == 1 or self.blocks[-1].is_broken

    def _begin_item(self, match: re.Match[str]) -> None:
        indent = len(match["indent"])
        numbered = match["marker"][-1] in ".)"
        level = 1
        for block in reversed(self.blocks):
            if not block.level:
                break
            if indent >= block.indent + LEVELS:
                level = min(block.level + 1, LEVELS)
                break
            if indent >= block.indent:
                level = block.level
                break
        self.blocks.append(
            _Open(level, match["marker"] if numbered else "", indent, match.start("text"), [match["text"]])
        )

    def _continues(self, line: str, after_blank: bool) -> bool:
        """Whether a line without a marker belongs to the block before it."""
        if not self.blocks:
            return False
        block = self.blocks[-1]
        if not block.level:
            return not after_blank
        indented = len(line) - len(line.lstrip()) > block.indent
        return indented or not (after_blank or block.is_broken)


def _without_lone_numbers(blocks: list[_Open]) -> list[_Open]:
    """The blocks with "1. FC Nürnberg" as a text: a number makes a list only where another one follows it."""
    if not any(block.number for block in blocks):
        return blocks
    before, after = _neighbours(blocks), _neighbours(blocks[::-1])[::-1]
    in_list = False
    for block, *others in zip(blocks, before, after, strict=True):
        if block.number and not any(
            other is not None and other.number and other.level == block.level for other in others
        ):
            block.lines[0] = f"{block.number} {block.lines[0]}"
            block.number = ""
            block.level = block.level if in_list else 0
        in_list = in_list or block.level > 0
    return blocks


def _neighbours(blocks: list[_Open]) -> list[_Open | None]:
    """For each block the last one before it that is not below another one."""
    last: list[_Open | None] = [None] * (LEVELS + 1)
    found = []
    for block in blocks:
        found.append(last[block.level])
        last[block.level :] = [block] * (LEVELS + 1 - block.level)
    return found
