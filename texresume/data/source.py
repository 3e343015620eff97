"""A file's text and where everything in it stands: offsets in, lines and columns out."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from texresume.diagnostics import Diagnostic, Position, Severity

from .resume import DataPath, dotted

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a node and its key stand: character offsets in the source, or in that of another file."""

    key: int
    start: int
    end: int
    origin: Source | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and where everything in it stands."""

    file: Path
    text: str
    line_starts: tuple[int, ...]
    marks: dict[DataPath, Mark] = field(default_factory=dict)

    @staticmethod
    def of(file: Path, text: str) -> Source:
        """A source without marks yet."""
        return Source(file, text, (0, *(match.end() for match in _LINE_END.finditer(text))))

    def at(self, offset: int) -> Position:
        """The position of a character."""
        offset = max(0, min(offset, len(self.text)))
        number = bisect.bisect_right(self.line_starts, offset) - 1
        start = self.line_starts[number]
        end = self.line_starts[number + 1] if number + 1 < len(self.line_starts) else len(self.text)
        return Position(number + 1, offset - start + 1, self.text[start:end].rstrip("\r\n"))

    def mark(self, path: DataPath) -> Mark:
        """The mark of a path, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, Mark(0, 0, 0))

    def origin(self, path: DataPath) -> Source:
        """The file that a value comes from: this one, or one that was laid over it."""
        return self.mark(path).origin or self

    def value(self, path: DataPath) -> Position:
        """Where a value begins, in the file that it comes from."""
        return self.origin(path).at(self.mark(path).start)

    def key(self, path: DataPath) -> Position:
        """Where a value's key begins (an item of a list has none: where the item begins)."""
        return self.origin(path).at(self.mark(path).key)

    def graft(self, path: DataPath, other: Source, place: DataPath) -> None:
        """What stands at `path` comes from another file now, where it stands at `place`."""
        for old in _at_or_below(path, self.marks):
            del self.marks[old]
        level = len(place)
        for old in _at_or_below(place, other.marks):
            mark = other.marks[old]
            self.marks[(*path, *old[level:])] = replace(mark, origin=mark.origin or other)

    def keep_items(self, path: DataPath, kept: Sequence[int]) -> None:
        """Only these items of a list are left, in this order: their marks move along."""
        if list(kept) == list(range(len(kept))):
            return
        numbers: dict[str | int, int] = {old: new for new, old in enumerate(kept)}
        level = len(path)
        inside = [place for place in self.marks if len(place) > level and place[:level] == path]
        moved = {place: self.marks.pop(place) for place in inside}
        for place, mark in moved.items():
            if place[level] in numbers:
                self.marks[(*path, numbers[place[level]], *place[level + 1 :])] = mark

    def character(self, path: DataPath, char: str, number: int = 0) -> Position:
        """Where in a value a character stands, the `number`-th of its kind; else where the value begins."""
        mark, origin = self.mark(path), self.origin(path)
        offset = mark.start - 1
        for _ in range(number + 1):
            offset = origin.text.find(char, offset + 1, mark.end)
            if offset < 0:
                return origin.at(mark.start)
        return origin.at(offset)

    def words(self, path: DataPath, words: str) -> Position:
        """Where in a value these words stand, however they are spaced; else where the value begins."""
        mark, origin = self.mark(path), self.origin(path)
        spaced = r"\s+".join(map(re.escape, words.split()))
        whole = re.compile(rf"(?<!\w){spaced}(?!\w)")
        found = whole.search(origin.text, mark.start, mark.end) if spaced else None
        return origin.at(found.start() if found else mark.start)

    def diagnostic(
        self,
        code: str,
        message: str,
        position: Position | None,
        *,
        path: DataPath = (),
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Diagnostic:
        """A diagnostic about what stands at `path`: in this file, or the one that it comes from."""
        file = self.origin(path).file if path else self.file
        return Diagnostic(severity, code, message, file, position, dotted(path), hint)


def _at_or_below(path: DataPath, places: Iterable[DataPath]) -> list[DataPath]:
    level = len(path)
    if not level:
        return list(places)
    last = path[-1]  # which tells most of them apart at once
    return [
        place
        for place in places
        if len(place) >= level and place[level - 1] == last and place[:level] == path
    ]
