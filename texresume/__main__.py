"""`texresume …` and `python -m texresume …`."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

_SIGNALLED = 128
_ENDING = ("SIGTERM", "SIGHUP")  # Windows lacks the second
_COMPLETION = "--print-completion-script"


def main() -> None:
    """Run the command that the command line names."""
    with suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # until a command has begun, Ctrl-C just ends this
    try:
        _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output, `head` for example, has seen enough
        from .cli import streams

        streams.discard_output()
    except KeyboardInterrupt:  # before a command has begun, or after it
        sys.exit(_SIGNALLED + signal.SIGINT)


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
