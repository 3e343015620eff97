"""What `--help` prints: usage, the commands or flags in columns, examples."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterable
from contextlib import suppress

from .commands import COMMANDS, GROUPS, Command
from .flags import Argument, Flag

_WIDEST = 100
_NARROWEST = 40
_USUAL = 80
_LEFT = 28
"""The widest left column whose text stands beside it and not below."""

_OVERVIEW = """\
Build a résumé from data: YAML in, a LaTeX-typeset PDF out that people and machines can read.

Usage: texresume COMMAND [FLAGS]
"""
_EXAMPLES = (
    "texresume new my-resume",
    "texresume build data/resume.yaml",
    "texresume check --report report.html",
)
_GENERAL = (
    ("-h, --help", "show this help, or that of a command: 'texresume help build'"),
    ("-V, --version", "show the version"),
    ("--print-completion-script SHELL", "print a completion script for bash, zsh or fish"),
)
_HEADING = re.compile(r"^([A-Z]\w+:)", re.MULTILINE)


def overview() -> str:
    """The help of the program: every command, by group."""
    groups: dict[str, list[tuple[str, str]]] = {heading: [] for heading in GROUPS.values()}
    for command in COMMANDS.values():
        groups[GROUPS[command.group]].append((command.name, command.summary.rstrip(".")))
    groups["Flags"] = list(_GENERAL)
    left = _column(row for rows in groups.values() for row in rows)
    sections = [_section(heading, rows, left) for heading, rows in groups.items()]
    return _dressed([_filled(_OVERVIEW), *sections, _examples(_EXAMPLES)])


def of(command: Command) -> str:
    """The help of one command."""
    argument = next((flag for flag in command.flags if flag.argument is not Argument.NO), None)
    flags = command.flags
    usage = " ".join([command.name, *([f"[{argument.metavar}]"] if argument else []), "[FLAGS]"])
    usage = textwrap.fill(f"Usage: texresume {usage}", _width(), subsequent_indent="  ")
    parts = [f"{_filled(command.summary)}\n\n{usage}\n"]
    if argument:
        row = (argument.metavar, argument.help)
        parts.append(_section("Arguments", [row], _column([row])))
    rows = [(_left(flag), f"same as {flag.metavar}" if flag == argument else flag.help) for flag in flags]
    rows.append(("-h, --help", "show this help"))
    parts.append(_section("Flags", rows, _column(rows)))
    return _dressed([*parts, _examples(command.examples)])


def _left(flag: Flag) -> str:
    short = f"-{flag.short}, " if flag.short else "    "
    return f"{short}{flag.long}{f' {flag.metavar}' if flag.metavar else ''}"


def _column(rows: Iterable[tuple[str, str]]) -> int:
    """Where the texts begin: behind the longest name that is not all too long."""
    return max((len(name) for name, _ in rows if len(name) <= _LEFT), default=_LEFT) + 4


def _section(heading: str, rows: Iterable[tuple[str, str]], left: int) -> str:
    lines = []
    for name, text in rows:
        first = f"  {name}".ljust(left)
        beside = len(first) <= left
        lines += [] if beside else [first]
        start = first if beside else " " * left
        lines += textwrap.wrap(text, _width(), initial_indent=start, subsequent_indent=" " * left)
    return "\n".join([f"{heading}:", *lines, ""])


def _examples(examples: Iterable[str]) -> str:
    return "\n".join(["Examples:", *(f"  {one}" for one in examples), ""])


def _filled(text: str) -> str:
    return "\n".join(textwrap.fill(line, _width()) for line in text.split("\n"))


def _width() -> int:
    """That of the terminal, within what reads well."""
    width = _USUAL
    with suppress(OSError, ValueError):
        width = (
            int(os.environ.get("COLUMNS", ""))
            if os.environ.get("COLUMNS")
            else os.get_terminal_size(1).columns
        )
    return max(_NARROWEST, min(width or _USUAL, _WIDEST))


def _dressed(parts: Iterable[str]) -> str:
    """The parts with a line between them; headings are bold where a terminal shows that."""
    text = "\n".join(parts)
    plain = os.name != "posix" or "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    return text if plain or not sys.stdout.isatty() else _HEADING.sub("\033[1m\\1\033[0m", text)
