"""Diagnostics: what is wrong, where, and how to fix it; the exception that carries them; how they print."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum, StrEnum
from pathlib import Path

from .records import dataclass

DataPath = tuple[str | int, ...]
"""The path of a value in the data, from the top: `("work", 0, "highlights", 2)`."""

EXCERPT_WIDTH = 100
"""Characters of a source line that are shown around a caret."""

_PLAIN_STEP = re.compile(r"[^.\[\]]+")
_STEP = re.compile(r'\[\d+\]|\["(?:[^"\\]|\\.)*"\]|[^.\[\]]+')


def dotted(path: DataPath) -> str:
    """A path as text, `work[0].highlights[2]`; keys with a dot or bracket are quoted: `["a.b"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif not _PLAIN_STEP.fullmatch(step):
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
        else:
            text += f".{step}" if text else step
    return text


def undotted(text: str) -> DataPath:
    """The path that `dotted` turned into this text."""
    return tuple(json.loads(step[1:-1]) if step.startswith("[") else step for step in _STEP.findall(text))


class Severity(StrEnum):
    """An error stops the build; warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class ExitStatus(IntEnum):
    """The exit status of every command, part of the public interface."""

    OK = 0
    DATA = 1
    USAGE = 2
    TEX = 3
    INSPECTION = 4


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a text file.

    `line` and `column` count from 1, columns in characters; `text` is the whole source line.
    """

    line: int
    column: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error, warning or note.

    `code` is stable, for scripts and suppressions; `path` is that of the value in the data. `file` and
    `position` are `None` for problems that are not in a file.
    """

    severity: Severity
    code: str
    message: str
    file: Path | None = None
    position: Position | None = None
    path: DataPath = ()
    hint: str = ""

    @property
    def place(self) -> str:
        """The path as text: `work[0].highlights[2]`."""
        return dotted(self.path)

    def as_json(self) -> dict[str, str | int | None]:
        """The object that `--json` prints: flat, with every key always present."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "file": None if self.file is None else self.file.as_posix(),
            "line": None if self.position is None else self.position.line,
            "column": None if self.position is None else self.position.column,
            "path": self.place or None,
            "hint": self.hint or None,
        }


class ResumeError(Exception):
    """Carries diagnostics to the command line, which prints them and sets the exit status."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("; ".join(diagnostic.message for diagnostic in found))
        self.diagnostics = found

    def __reduce__(self) -> tuple[type[ResumeError], tuple[tuple[Diagnostic, ...]]]:
        """What is sent to another process: the diagnostics."""
        return ResumeError, (self.diagnostics,)

    def __str__(self) -> str:
        """All diagnostics as users see them: what pytest shows of an error that nobody expected."""
        return format_diagnostics(self.diagnostics)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and position, without duplicates."""

    def key(diagnostic: Diagnostic) -> tuple[str, int, int]:
        position = diagnostic.position or Position(0, 0)
        return (str(diagnostic.file or ""), position.line, position.column)

    return sorted(dict.fromkeys(diagnostics), key=key)


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint "did you mean …?" for a misspelt name, or an empty string if nothing is close."""
    import difflib  # for this alone

    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[close[0]]!r}?" if close else ""


def printable(text: str) -> str:
    """The text with control characters replaced by visible ones, so that it cannot control a terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else _picture(char)
        for char in text.expandtabs(1)
    )


def _picture(char: str) -> str:
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else f"\\u{ord(char):04x}"  # noqa: PLR2004 - C0 controls


def _columns(text: str) -> int:
    """The width of a text in terminal columns."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    combining = sum(unicodedata.combining(char) != 0 for char in text)
    return len(text) + wide - combining


def format_diagnostic(diagnostic: Diagnostic) -> str:
    """One diagnostic as compilers print it: `file:line:column: severity: message [code]`.

    If the position is known, the source line and a caret with the hint follow.
    """
    where = "" if diagnostic.file is None else f"{printable(str(diagnostic.file))}:"
    position = diagnostic.position
    if position is not None:
        where += f"{position.line}:{position.column}:"
    head = f"{where} " if where else ""
    lines = [f"{head}{diagnostic.severity}: {printable(diagnostic.message)} [{diagnostic.code}]"]
    if position is not None and position.text:
        start = max(0, position.column - 1 - EXCERPT_WIDTH // 2) if len(position.text) > EXCERPT_WIDTH else 0
        shown = printable(position.text[start : start + EXCERPT_WIDTH])
        before = printable(position.text[start : position.column - 1])
        lines.append(f"{position.line:5} | {shown}")
        hint = f" {printable(diagnostic.hint)}" if diagnostic.hint else ""
        lines.append(f"      | {' ' * _columns(before)}^{hint}")
    elif diagnostic.hint:
        lines.append(f"      hint: {printable(diagnostic.hint)}")
    return "\n".join(lines)


def format_diagnostics(diagnostics: Sequence[Diagnostic]) -> str:
    """All diagnostics in order, and a last line with their number."""
    ordered = in_order(diagnostics)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in ordered)
    warnings = sum(diagnostic.severity is Severity.WARNING for diagnostic in ordered)
    counts = [
        f"{n} {word}{'s' if n > 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n
    ]
    return "\n".join([*map(format_diagnostic, ordered), *([" and ".join(counts)] if counts else [])])
