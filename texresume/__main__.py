"""`texresume …` and `python -m texresume …`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_SIGNALLED = 128
_ENDING = ("SIGTERM", "SIGHUP")  # Windows lacks the second
_AGAIN = "TEXRESUME_STARTED_AGAIN"
_COMPLETION = "--print-completion-script"


def main() -> None:
    """Run the command that the command line names."""
    _open_streams()
    _keep_docstrings()
    with suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # until a command has begun, Ctrl-C just ends this
    try:
        try:
            _run(sys.argv[1:])
            sys.stdout.flush()
        except (
            ImportError,
            MemoryError,
            SystemError,
        ) as error:  # before a command has begun: no room for a library
            _explain(error)
    except BrokenPipeError:  # whoever read the output, `head` for example, has seen enough
        from .cli import streams

        streams.discard_output()
    except KeyboardInterrupt:  # before a command has begun, or after it
        sys.exit(_SIGNALLED + signal.SIGINT)


def _explain(error: ImportError | MemoryError | SystemError) -> NoReturn:
    from .cli import lacking

    message = lacking.message(error)
    if not message:
        raise error
    sys.stderr.write(f"error: {message}\n")
    sys.exit(2)


def _open_streams() -> None:
    """What was closed (`>&-`) leads nowhere; otherwise the next file that is opened would take its place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # it gets the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+" if number == 0 else "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _keep_docstrings() -> None:
    """Start again without `-OO`, which takes away the docstrings: Cerberus reads its rules from its own."""
    if sys.flags.optimize < 2:  # noqa: PLR2004 - the level that does so
        return
    given = sys.orig_argv[1:]
    rest = next((number for number, one in enumerate(given) if one not in ("-O", "-OO")), len(given))
    if os.name != "posix" or _AGAIN in os.environ:
        sys.stderr.write("error: texresume cannot run with Python's option -OO; use -O\n")
        sys.exit(2)
    environment = {**os.environ, "PYTHONOPTIMIZE": "1", _AGAIN: "1"}
    os.execve(sys.executable, [sys.executable, *given[rest:]], environment)  # noqa: S606 - itself


def _run(arguments: list[str]) -> None:
    if arguments[:1] in (["--version"], ["-V"]):
        from . import __version__

        sys.stdout.write(f"texresume {__version__}\n")
        return
    for name in _ENDING:
        number = getattr(signal, name, None)
        with suppress(ValueError, OSError):  # not the main thread
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _ended)
    if arguments and arguments[0].startswith(_COMPLETION):
        _print_completion_script(arguments)
        return
    from .cli import startup

    startup.save_time()
    startup.spare_metadata()
    from .cli import arguments as command_line

    command_line.main(arguments)


def _print_completion_script(arguments: list[str]) -> None:
    """Invoke's scripts ask `texresume --complete -- WORDS`, which `cli.arguments` answers."""
    from invoke.completion.complete import print_completion_script
    from invoke.exceptions import ParseError

    shell = arguments[0].partition("=")[2] or "".join(arguments[1:2])
    try:
        print_completion_script(shell, ["texresume"])
    except ParseError:
        sys.stderr.write(f"error: unknown shell {shell!r}; use bash, zsh or fish\n")
        sys.exit(2)


def _ended(number: int, _: object) -> None:
    """Ended from outside: temporary folders are removed on the way out."""
    sys.exit(_SIGNALLED + number)


if __name__ == "__main__":
    main()
