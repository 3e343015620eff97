"""The text of a file and the position of every value in it: offsets in, lines and columns out."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from pathlib import Path

from texresume.diagnostics import Diagnostic, Position, Severity
from texresume.records import dataclass

from .resume import DataPath

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Mark:
    """The position of a value and its key: character offsets in the source, or in that of another file."""

    key: int
    start: int
    end: int
    origin: Source | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file and a mark for the path of every value in it."""

    file: Path
    text: str
    line_starts: tuple[int, ...]
    marks: dict[DataPath, Mark] = field(default_factory=dict)

    @staticmethod
    def of(file: Path, text: str) -> Source:
        """A source without marks."""
        return Source(file, text, (0, *(match.end() for match in _LINE_END.finditer(text))))

    def at(self, offset: int) -> Position:
        """The line and column of a character offset."""
        offset = max(0, min(offset, len(self.text)))
        number = bisect.bisect_right(self.line_starts, offset) - 1
        start = self.line_starts[number]
        end = self.line_starts[number + 1] if number + 1 < len(self.line_starts) else len(self.text)
        return Position(number + 1, offset - start + 1, self.text[start:end].rstrip("\r\n"))

    def mark(self, path: DataPath) -> Mark:
        """The mark of a path, or of the nearest value that contains it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, Mark(0, 0, 0))

    def origin(self, path: DataPath) -> Source:
        """The file that a value comes from: this one, or one that was merged over it."""
        return self.mark(path).origin or self

    def is_bibliography(self, path: DataPath) -> bool:
        """Whether a value comes from a .bib file."""
        return self.origin(path).file.suffix.lower() in (".bib", ".bibtex")

    def value(self, path: DataPath) -> Position:
        """The position of a value, in the file that it comes from."""
        return self.origin(path).at(self.mark(path).start)

    def key(self, path: DataPath) -> Position:
        """The position of a value's key, or of the value itself if it is an item of a list."""
        return self.origin(path).at(self.mark(path).key)

    def copy_marks(self, path: DataPath, other: Source, other_path: DataPath) -> None:
        """The value at `path` now comes from another file, where it is at `other_path`."""
        for old in _at_or_below(path, self.marks):
            del self.marks[old]
        level = len(other_path)
        for old in _at_or_below(other_path, other.marks):
            mark = other.marks[old]
            self.marks[(*path, *old[level:])] = replace(mark, origin=mark.origin or other)

    def keep_items(self, path: DataPath, kept: Sequence[int]) -> None:
        """Keep only the marks of these items of a list, and renumber them in this order."""
        if list(kept) == list(range(len(kept))):
            return
        numbers: dict[str | int, int] = {old: new for new, old in enumerate(kept)}
        level = len(path)
        below = [marked for marked in self.marks if len(marked) > level and marked[:level] == path]
        moved = {marked: self.marks.pop(marked) for marked in below}
        for marked, mark in moved.items():
            if marked[level] in numbers:
                self.marks[(*path, numbers[marked[level]], *marked[level + 1 :])] = mark

    def character(self, path: DataPath, char: str, number: int = 0) -> Position:
        """The position of the `number`-th `char` in a value (from 0), else that of the value."""
        mark, origin = self.mark(path), self.origin(path)
        offset = mark.start - 1
        for _ in range(number + 1):
            offset = origin.text.find(char, offset + 1, mark.end)
            if offset < 0:
                return origin.at(mark.start)
        return origin.at(offset)

    def words(self, path: DataPath, words: str) -> Position:
        """The position of these words in a value, however they are spaced; else that of the value."""
        mark, origin = self.mark(path), self.origin(path)
        spaced = r"\s+".join(map(re.escape, words.split()))
        whole_words = re.compile(rf"(?<!\w){spaced}(?!\w)")
        match = whole_words.search(origin.text, mark.start, mark.end) if spaced else None
        return origin.at(match.start() if match else mark.start)

    def exactly(self, path: DataPath, text: str) -> Position:
        """The position of a text in a value as it was written; else that of the value."""
        mark, origin = self.mark(path), self.origin(path)
        return origin.at(max(origin.text.find(text, mark.start, mark.end), mark.start))

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
        """A diagnostic about the value at `path`, in the file that the value comes from."""
        file = self.origin(path).file if path else self.file
        return Diagnostic(severity, code, message, file, position, path, hint)


def _at_or_below(path: DataPath, marked: Iterable[DataPath]) -> list[DataPath]:
    level = len(path)
    if not level:
        return list(marked)
    last = path[-1]  # comparing the last step first rules out most paths at once
    return [
        other
        for other in marked
        if len(other) >= level and other[level - 1] == last and other[:level] == path
    ]
