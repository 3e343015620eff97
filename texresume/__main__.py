"""`texresume …` and `python -m texresume …`: the same verbs as `invoke …`."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

_HELP = ("-h", "--help")
_SIGNALLED = 128
_ENDING = ("SIGTERM", "SIGHUP")  # Windows lacks the second


def main() -> None:
    """Run the verb that the command line names."""
    with suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # until a verb has begun, Ctrl-C just ends this
    try:
        _run()
    except KeyboardInterrupt:  # before a verb has begun, or after it
        sys.exit(_SIGNALLED + signal.SIGINT)


def _run() -> None:
    from invoke.collection import Collection
    from invoke.exceptions import ParseError
    from invoke.program import Program

    from . import __version__, tasks
    from .diagnostics import ExitStatus

    program = Program(
        name="texresume", binary="texresume", version=__version__, namespace=Collection.from_module(tasks)
    )
    for name in _ENDING:
        number = getattr(signal, name, None)
        with suppress(ValueError, OSError):  # not the main thread
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _ended)
    try:
        program.run(_with_folder(sys.argv))
    except SystemExit as exit_:
        if isinstance(exit_.__context__, ParseError):  # invoke says 1, which means wrong data here
            sys.exit(ExitStatus.USAGE)
        raise


def _ended(number: int, _: object) -> None:
    """Ended from outside: what lies in temporary folders is removed on the way out."""
    sys.exit(_SIGNALLED + number)


def _with_folder(arguments: list[str]) -> list[str]:
    """`new` alone means here: a positional argument of invoke's can have no default."""
    after = arguments.index("new") + 1 if "new" in arguments[:3] else 0
    if after and set(arguments[after:]) & set(_HELP):
        return [*arguments[: after - 1], "--help", "new"]
    alone = after and (after == len(arguments) or arguments[after].startswith("-"))
    return [*arguments[:after], ".", *arguments[after:]] if alone else arguments


if __name__ == "__main__":
    main()
