"""The command line: which commands are to run with which flags, or what is wrong with it.

Flags take their value as `--flag VALUE`, `--flag=VALUE`, `-f VALUE` or `-fVALUE`; switches join: `-aj`.
Several commands can follow each other, as with invoke: `texresume validate build --all`.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from texresume.diagnostics import (
    Diagnostic,
    ExitStatus,
    ResumeError,
    Severity,
    format_diagnostic,
    nearest,
)

from . import streams
from .commands import COMMANDS, Command
from .flags import Argument, Flag, Value

HELP = ("-h", "--help")
_OVERVIEW = (*HELP, "help", "-l", "--list")
_DATA_FILES = (".yaml", ".yml", ".json")

Step = Callable[[], None]


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for. Raises `SystemExit` unless all went well."""
    if arguments[:1] == ["--complete"]:
        streams.show("".join(f"{one}\n" for one in candidates(arguments[1:])))
        return
    try:
        steps = parse(arguments)
    except ResumeError as error:
        _report(error, json=_wants_json(arguments))
        sys.exit(ExitStatus.USAGE)
    for step in steps:
        step()


def _report(error: ResumeError, *, json: bool) -> None:
    streams.tolerate_any_encoding()
    for diagnostic in error.diagnostics:
        for line in format_diagnostic(diagnostic).split("\n"):
            streams.say(line, sys.stderr)
    if json:
        from . import json_output

        json_output.print_builds([], error.diagnostics)


def _wants_json(arguments: Sequence[str]) -> bool:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in before or "-j" in before


def _run(command: Command, flags: object) -> None:
    from . import console

    try:
        command.run(flags)
    except console.Exit as exit_:
        if exit_.message:
            streams.say(exit_.message, sys.stderr)
        if exit_.code:
            sys.exit(exit_.code)


def parse(arguments: Sequence[str]) -> list[Step]:
    """What to do, in order. Raises `ResumeError` for a command line that cannot be understood."""
    if not arguments or arguments[0] in _OVERVIEW:
        return [_help(arguments[1:])]
    steps: list[Step] = []
    rest = list(arguments)
    while rest:
        command = _command(rest.pop(0))
        line = _Line(command, rest)
        if line.asks_for_help:
            return [functools.partial(_show_help, command)]
        steps.append(functools.partial(_run, command, command.takes(**line.values)))
        rest = line.rest
    return steps


def _help(names: Sequence[str]) -> Step:
    named = [name for name in names if not name.startswith("-")]
    return functools.partial(_show_help, _command(named[0]) if named else None)


def _show_help(command: Command | None) -> None:
    from . import help as help_

    streams.show(help_.of(command) if command else help_.overview())


def _command(name: str) -> Command:
    if name in COMMANDS:
        return COMMANDS[name]
    if name.startswith("-"):
        long = name.partition("=")[0]
        known = {flag.long for command in COMMANDS.values() for flag in command.flags}
        hint = (
            f"flags follow the command: texresume build {long} …"
            if long in known
            else nearest(long, ("--help", "--version")) or "'texresume --help' lists the commands"
        )
        raise _wrong("unknown-flag", f"unknown flag {long!r}", hint)
    if name.endswith(_DATA_FILES):
        raise _wrong("unknown-command", f"{name!r} is not a command", f"texresume build {name}")
    hint = nearest(name, (*COMMANDS, "help")) or "'texresume --help' lists the commands"
    raise _wrong("unknown-command", f"unknown command {name!r}", hint)


class _Line:
    """What follows the name of a command, up to the next command.

    `values` are what was given, by attribute; `rest` is what is left for the next command.
    """

    def __init__(self, command: Command, tokens: list[str]) -> None:
        self.command = command
        self.values: dict[str, Value] = {}
        self.asks_for_help = False
        self.rest = list(tokens)
        self._by_name = {f"--{flag.name}": flag for flag in command.flags}
        self._by_name |= {f"-{flag.short}": flag for flag in command.flags if flag.short}
        self._off = {flag.long: flag for flag in command.flags if flag.default is True}
        self._argument = next((flag for flag in command.flags if flag.argument is not Argument.NO), None)
        self._read()

    def _read(self) -> None:
        while self.rest and not self.asks_for_help:
            token = self.rest[0]
            if token in COMMANDS and not self._expects_any_name():
                return
            self.rest.pop(0)
            if token in HELP:
                self.asks_for_help = True
            elif token == "--":
                for value in self.rest:
                    self._take_argument(value)
                self.rest = []
            elif token.startswith("-") and token != "-":
                self._take_flag(token)
            else:
                self._take_argument(token)

    def _expects_any_name(self) -> bool:
        """`new build` makes a folder called build; a data file that is called as a command needs its `./`."""
        argument = self._argument
        return (
            argument is not None
            and argument.argument is Argument.USUALLY
            and argument.attribute not in self.values
        )

    def _take_argument(self, value: str) -> None:
        if self._argument is None or self._argument.attribute in self.values:
            what = f"unexpected argument {value!r} for '{self.command.name}'"
            raise _wrong("unexpected-argument", what, nearest(value, COMMANDS) or self._see_help())
        self.values[self._argument.attribute] = value

    def _take_flag(self, token: str) -> None:
        name, equals, value = token.partition("=")
        if not name.startswith("--") and len(name) > 2:  # noqa: PLR2004 - a dash and a letter
            self._split(token)
            return
        if name in self._off and not equals:
            self._set(self._off[name], False, name)
            return
        flag = self._flag(name)
        if flag.is_switch:
            if equals:
                raise _wrong("unexpected-value", f"flag {name!r} takes no value", self._see_help())
            self._set(flag, True, name)
            return
        self._set(flag, value if equals else self._value(flag, name), name)

    def _split(self, token: str) -> None:
        """`-ofolder` is `-o folder`, `-aj` is `-a -j`."""
        flag = self._flag(token[:2])
        if flag.is_switch:
            self._set(flag, True, token[:2])
            self._take_flag(f"-{token[2:]}")
        else:
            self._set(flag, token[2:], token[:2])

    def _value(self, flag: Flag, name: str) -> str:
        following = self.rest[0] if self.rest else ""
        if not self.rest or following in self._by_name or following.startswith("--") or following in HELP:
            hint = f"{name} {flag.metavar}: {flag.help}"
            raise _wrong("missing-value", f"flag {name!r} needs a value", hint)
        return self.rest.pop(0)

    def _set(self, flag: Flag, value: str | bool, name: str) -> None:
        if flag.is_repeatable:
            before: Any = self.values.get(flag.attribute, ())
            self.values[flag.attribute] = (*before, str(value))
            return
        if flag.attribute in self.values and not flag.is_switch:
            raise _wrong("repeated-flag", f"flag {name!r} can only be given once", self._see_help())
        self.values[flag.attribute] = value

    def _flag(self, name: str) -> Flag:
        if name in self._by_name:
            return self._by_name[name]
        hint = (name.startswith("--") and nearest(name, (*self._long(), "--help"))) or self._see_help()
        raise _wrong("unknown-flag", f"unknown flag {name!r} for '{self.command.name}'", hint)

    def _long(self) -> Iterable[str]:
        return [name for name in (*self._by_name, *self._off) if name.startswith("--")]

    def _see_help(self) -> str:
        return f"'texresume help {self.command.name}' lists its flags"


def _wrong(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint))


def candidates(words: Sequence[str]) -> list[str]:
    """What can stand last on an unfinished command line, for the completion of shells."""
    named = [word for word in words if word in COMMANDS]
    if not words or not words[-1].startswith("-") or not named:
        return sorted([*COMMANDS, "help"])
    return [*(flag.long for flag in COMMANDS[named[-1]].flags), "--help"]
