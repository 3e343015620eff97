"""The commands as tasks for invoke: `from texresume import tasks` in the `tasks.py` of a project.

The tasks take the flags of the commands, see `cli.flags`.
"""

from __future__ import annotations

import inspect
from typing import Any

from .cli import startup

if startup.is_invoke():  # before there is more to import
    startup.save_time()
    startup.keep_bytecode()

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task

from .cli import console, streams
from .cli.commands import COMMANDS, Command
from .cli.flags import Argument, Flag


def _task(command: Command) -> Task[Any]:
    def body(context: Context, **given: Any) -> None:
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        try:
            command.run(command.takes(**given))
        except console.Exit as exit_:
            raise Exit(streams.harmless(exit_.message) or None, code=exit_.code) from None

    body.__name__ = body.__qualname__ = command.name
    body.__doc__ = command.summary
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [context, *map(_parameter, command.flags)]
    body.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what invoke reads
    return Task(
        body,
        help={flag.attribute: _help(flag) for flag in command.flags},
        iterable=[flag.attribute for flag in command.flags if flag.is_repeatable],
    )


def _parameter(flag: Flag) -> inspect.Parameter:
    """A parameter that invoke makes a flag of, or an argument, which cannot have a default there."""
    default: Any = None if flag.is_repeatable else flag.default
    if flag.argument is Argument.USUALLY:
        default = inspect.Parameter.empty
    return inspect.Parameter(flag.attribute, inspect.Parameter.KEYWORD_ONLY, default=default)


def _help(flag: Flag) -> str:
    return f"{flag.long}: {flag.help}" if flag.default is True else flag.help


build = _task(COMMANDS["build"])
watch = _task(COMMANDS["watch"])
preview = _task(COMMANDS["preview"])
check = _task(COMMANDS["check"])
validate = _task(COMMANDS["validate"])
diff = _task(COMMANDS["diff"])
new = _task(COMMANDS["new"])
templates = _task(COMMANDS["templates"])
doctor = _task(COMMANDS["doctor"])
setup = _task(COMMANDS["setup"])
clean = _task(COMMANDS["clean"])
