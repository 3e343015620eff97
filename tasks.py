"""The tasks of this repository: the commands for users, and tasks for developers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task, task

from texresume import tasks as users_commands

PYTHON = f'"{sys.executable}"'


@task(
    help={
        "tex": "also run the tests that need TeX",
        "slow": "also run the exhaustive tests, as CI does",
        "options": "options to pass to pytest",
    }
)
def test(context: Context, tex: bool = True, slow: bool = False, options: str = "") -> None:
    """Run the tests, with --no-tex only the quick ones, with --slow all of them."""
    left_out = [mark for mark, on in (("tex", tex), ("slow", slow)) if not on]
    marks = f'-m "{" and ".join(f"not {mark}" for mark in left_out)}"' if left_out else ""
    command = f"{PYTHON} -m pytest -n auto {marks} {options}"
    try:
        _run(context, command)
    except Exit as error:
        if error.code != 1:  # 1: some failed
            raise
        sys.stderr.write("Run once more, since builds, watchers and processes share a busy machine:\n")
        _run(context, f"{command} --last-failed --last-failed-no-failures none")


@task
def lint(context: Context) -> None:
    """Run ruff and mypy."""
    _run(context, f"{PYTHON} -m ruff check .")
    _run(context, f"{PYTHON} -m ruff format --check .")
    _run(context, f"{PYTHON} -m mypy")


@task(
    help={
        "rounds": "number of rounds",
        "quick": "one small round, to see whether the benchmark works",
        "full": "also 1,000 variants, first runs and the inspection",
        "only": "run only these, comma-separated: builds, watch, batch, variants, pages, fitting, inspection",
        "again": "reuse the samples of an earlier --json instead of measuring",
        "json": "write all samples to this file",
        "plot": "write a chart to this file (SVG or PNG; needs the extra 'bench')",
        "write": "update the tables in docs/benchmarks.md",
    }
)
def bench(
    context: Context,
    rounds: int = 9,
    quick: bool = False,
    full: bool = False,
    only: str = "",
    again: str = "",
    json: str = "",
    plot: str = "",
    write: bool = False,
) -> None:
    """Compare the speed with plain TeX, latexmk, RenderCV and YAMLResume."""
    given = (("--only", only), ("--again", again), ("--json", json), ("--plot", plot))
    flags = [f' {name} "{value}"' for name, value in given if value]
    flags += [f" {name}" for name, on in (("--quick", quick), ("--full", full), ("--write", write)) if on]
    _run(context, f"{PYTHON} tools/bench.py --rounds {rounds}{''.join(flags)}")


@task(help={"output": "folder for the images"})
def gallery(context: Context, output: str = "docs/gallery") -> None:
    """Build every example in every template and render the README's images."""
    _run(context, f"{PYTHON} tools/gallery.py --output {output}")


@task(help={"source": "unpacked texlive-fonts-extra, see texresume/tex/texmf/README.md"})
def fonts(context: Context, source: str) -> None:
    """Regenerate the bundled fonts."""
    _run(context, f'{PYTHON} tools/vendor_fonts.py --from "{source}"')


@task(help={"test": "only if the tests pass with it (default: yes)"})
def constraints(context: Context, test: bool = True) -> None:
    """Pin the newest releases of all that is installed, if the tests pass with them, in constraints.txt."""
    _run(context, f"{PYTHON} tools/constraints.py{'' if test else ' --no-test'}")


@task
def characters(context: Context) -> None:
    """Regenerate the table of characters that can be read back from a PDF."""
    _run(context, f"{PYTHON} tools/measure_characters.py")


@task
def house(context: Context) -> None:
    """Print the packages, the imports between them, and what breaks the rules of the house."""
    _run(context, f"{PYTHON} tools/house.py")


@task
def schemas(context: Context) -> None:
    """Regenerate the JSON Schemas for editors from the validation rules."""
    _run(context, f"{PYTHON} tools/json_schemas.py")


@task(
    help={
        "step": "try every Nth character; 1 takes a few minutes",
        "learn": "update the table of characters that extractors do not return",
        "write": "update the counts in docs/characters.md",
    }
)
def sweep(context: Context, step: int = 60, learn: bool = False, write: bool = False) -> None:
    """Try every character: it must be read back from the PDF or be rejected."""
    flags = f"{' --learn' if learn else ''}{' --write' if write else ''}"
    _run(context, f"{PYTHON} tools/sweep.py --step {step}{flags}")


@task(
    help={
        "count": "how many résumés",
        "first": "the first seed",
        "keep": "a folder for the data of résumés that failed",
        "write": "put the figures into docs/checks.md",
    }
)
def population(
    context: Context, count: int = 60, first: int = 0, keep: str = "", write: bool = False
) -> None:
    """Build realistic résumés of invented people and count what is refused, lost or warned about."""
    flags = (f' --keep "{keep}"' if keep else "") + (" --write" if write else "")
    _run(context, f"{PYTHON} tools/populate.py --count {count} --first {first}{flags}")


@task(
    help={
        "step": "every how many pairs; 1 takes a quarter of an hour",
        "size": "the font size in pt",
        "write": "put the table into docs/checks.md",
    }
)
def pairs(context: Context, step: int = 60, size: float = 10, write: bool = False) -> None:
    """Set every pair of letters in every face and check that no extractor splits or joins them."""
    flags = " --write" if write else ""
    _run(context, f"{PYTHON} tools/pairs.py --step {step} --size {size}{flags}")


@task(help={"builds": "how many in all", "at-once": "how many at a time, each a process"})
def crowd(context: Context, builds: int = 600, at_once: int = 20) -> None:
    """Build into one folder many times at once and ask whether 'unchanged' is ever wrong."""
    _run(context, f"{PYTHON} tools/crowd.py --builds {builds} --at-once {at_once}")


def _run(context: Context, command: str) -> None:
    os.chdir(Path(__file__).parent)
    done = context.run(command, pty=sys.stdout.isatty() and os.name == "posix", warn=True)
    if done is None or done.failed:
        raise Exit(code=1 if done is None else done.exited)


class _Short(Collection):
    """`invoke test` for `invoke dev.test`: a namespace that has one default task and lists none.

    Invoke knows no hidden aliases; what it gives a bare name to is the default task of a namespace.
    """

    def __init__(self, task: Task[Any]) -> None:
        super().__init__(task.name)
        self.default = task.name
        self._task = task

    @property
    def task_names(self) -> dict[str, list[str]]:
        return {self._task.name: []}

    def task_with_config(self, name: str | None) -> tuple[Any, dict[str, Any]]:
        return self._task, self.configuration()


DEVELOPERS: tuple[Any, ...] = (
    *(test, lint, bench, gallery, house, population),
    *(fonts, constraints, characters, schemas, sweep, pairs),
)
"""Listed after users' commands as `dev.test` and so on; `invoke test` works, too."""

namespace = Collection.from_module(users_commands)
namespace.add_collection(Collection("dev", *DEVELOPERS))
for one in DEVELOPERS:
    namespace.add_collection(_Short(one))
