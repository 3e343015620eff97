"""`texresume …` and `python -m texresume …`: the same verbs as `invoke …`."""

from __future__ import annotations

import sys

from invoke.collection import Collection
from invoke.exceptions import ParseError
from invoke.program import Program

from . import __version__, tasks
from .diagnostics import ExitStatus


def main() -> None:
    """Run the verb that the command line names."""
    program = Program(
        name="texresume", binary="texresume", version=__version__, namespace=Collection.from_module(tasks)
    )
    try:
        program.run()
    except SystemExit as exit_:
        if isinstance(exit_.__context__, ParseError):  # invoke says 1, which means wrong data here
            sys.exit(ExitStatus.USAGE)
        raise


if __name__ == "__main__":
    main()
