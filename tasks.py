"""The verbs of this repository: those for users, and those for developers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

from texresume import tasks as users_verbs

PYTHON = f'"{sys.executable}"'


@task(help={"tex": "also the tests that run TeX (default: yes)", "options": "more options for pytest"})
def test(context: Context, tex: bool = True, options: str = "") -> None:
    """Run the tests; `--no-tex` leaves out those that run TeX, for every save."""
    marks = "" if tex else '-m "not tex and not slow"'
    _run(context, f"{PYTHON} -m pytest -n auto {marks} {options}")


@task
def lint(context: Context) -> None:
    """Ruff, mypy and the check of the imports."""
    _run(context, f"{PYTHON} -m ruff check .")
    _run(context, f"{PYTHON} -m ruff format --check .")
    _run(context, f"{PYTHON} -m mypy")


@task(
    help={
        "rounds": "how often each is timed",
        "quick": "one round of little: whether all of it works",
        "full": "also 1,000 variants, first runs, the inspection",
        "only": "builds, watch, batch, variants, pages, fitting, inspection: only these, with commas between",
        "again": "measure nothing: take the samples of an earlier --json",
        "json": "write all samples into this file",
        "plot": "draw the results into this file (SVG or PNG; needs the extra bench)",
        "write": "put the tables into docs/benchmarks.md",
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
    """Time texresume beside plain TeX, latexmk, RenderCV and YAMLResume on the same content, in one run."""
    given = (("--only", only), ("--again", again), ("--json", json), ("--plot", plot))
    flags = [f' {name} "{value}"' for name, value in given if value]
    flags += [f" {name}" for name, on in (("--quick", quick), ("--full", full), ("--write", write)) if on]
    _run(context, f"{PYTHON} tools/bench.py --rounds {rounds}{''.join(flags)}")


@task(help={"output": "where the pictures go"})
def gallery(context: Context, output: str = "docs/gallery") -> None:
    """Build every example in every template, and write the pictures of the README."""
    _run(context, f"{PYTHON} tools/gallery.py --output {output}")


@task(help={"source": "an unpacked tree of texlive-fonts-extra, see texresume/texmf/README.md"})
def fonts(context: Context, source: str) -> None:
    """Make the vendored fonts anew."""
    _run(context, f'{PYTHON} tools/vendor_fonts.py --from "{source}"')


@task
def characters(context: Context) -> None:
    """Measure which characters come back from the PDF, and write the table that builds go by."""
    _run(context, f"{PYTHON} tools/measure_characters.py")


@task
def schemas(context: Context) -> None:
    """Write the JSON Schemas for editors from the rules that data are validated with."""
    _run(context, f"{PYTHON} tools/json_schemas.py")


@task(
    help={
        "step": "only every so many characters; 1 takes some minutes",
        "learn": "write the table of what readers do not give back",
        "write": "write the counts into docs/characters.md",
    }
)
def sweep(context: Context, step: int = 60, learn: bool = False, write: bool = False) -> None:
    """Say what becomes of every character: typeset and read back, or refused."""
    flags = f"{' --learn' if learn else ''}{' --write' if write else ''}"
    _run(context, f"{PYTHON} tools/sweep.py --step {step}{flags}")


@task(
    help={
        "step": "only every so many pairs; 1 takes a quarter of an hour",
        "size": "of the letters, in points",
        "write": "write the table into docs/checks.md",
    }
)
def pairs(context: Context, step: int = 60, size: float = 10, write: bool = False) -> None:
    """Ask every reader for every pair of letters in every face: none taken apart, no two words joined."""
    flags = " --write" if write else ""
    _run(context, f"{PYTHON} tools/pairs.py --step {step} --size {size}{flags}")


def _run(context: Context, command: str) -> None:
    os.chdir(Path(__file__).parent)
    done = context.run(command, pty=sys.stdout.isatty() and os.name == "posix", warn=True)
    if done is None or done.failed:
        raise Exit(code=1 if done is None else done.exited)


namespace = Collection.from_module(users_verbs)
for verb in (test, lint, bench, gallery, fonts, characters, schemas, sweep, pairs):
    namespace.add_task(verb)  # type: ignore[arg-type] # invoke's decorator is typed for both of its uses
