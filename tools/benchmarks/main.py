"""`invoke bench`: which measures a run takes, and where its results go."""

from __future__ import annotations

import argparse
import datetime
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import builds, growth, inside, machine, previewing, results, watching
from .content import ROOT
from .results import Results
from .timing import Measured

DOCUMENT = ROOT / "docs" / "benchmarks.md"
BATCH_ROUNDS = 3
"""A batch is long enough to even out the noise within itself."""


def parsed(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each is timed")
    parser.add_argument("--variants", type=int, default=40, help="how many a batch has")
    parser.add_argument("--quick", action="store_true", help="one round of little: whether all of it works")
    parser.add_argument("--full", action="store_true", help="also 1,000 variants, first runs, the inspection")
    parser.add_argument(
        "--only", default="", help=f"some sections, with commas between: {', '.join(SECTIONS)}"
    )
    parser.add_argument("--again", type=Path, help="measure nothing: take the samples of an earlier --json")
    parser.add_argument("--json", type=Path, help="write all samples here")
    parser.add_argument(
        "--plot", type=Path, help="draw the results here (SVG or PNG; needs the extra `bench`)"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args(given)
    unknown = set(filter(None, arguments.only.split(","))) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    if arguments.quick:
        arguments.rounds, arguments.variants = 1, 4
    return arguments


def _builds(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    times, shown = builds.builds(wanted.rounds, folder, full=wanted.full)
    return {results.BUILDS: times, results.SHOWN: shown}


def _watch(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    found = watching.watched(wanted.rounds, folder)
    return {results.WATCH: [*found, *previewing.previewed(wanted.rounds, folder)]}


def _batch(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    return {results.BATCH: growth.batches(wanted.variants, min(wanted.rounds, BATCH_ROUNDS), folder)}


def _variants(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    counts = (1, 3) if wanted.quick else (1, 10, 100, *((1000,) if wanted.full else ()))
    return {results.VARIANTS: growth.by_variants(counts, min(wanted.rounds, BATCH_ROUNDS), folder)}


def _pages(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    return {results.PAGES: growth.by_pages((1, 2) if wanted.quick else (1, 2, 5, 20), wanted.rounds, folder)}


def _fitting(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    return {results.FITTING: inside.fitting(wanted.rounds, folder)}


def _inspection(wanted: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    return {results.INSPECTION: inside.inspections(wanted.rounds, folder)}


SECTIONS: dict[str, Callable[[argparse.Namespace, Path], dict[str, list[Measured]]]] = {
    "builds": _builds,
    "watch": _watch,
    "batch": _batch,
    "variants": _variants,
    "pages": _pages,
    "fitting": _fitting,
    "inspection": _inspection,
}
QUICK = ("builds", "watch", "batch", "variants", "pages")


def chosen(wanted: argparse.Namespace) -> list[str]:
    """The sections of a run, in order."""
    named = [name for name in wanted.only.split(",") if name]
    if named:
        return [name for name in SECTIONS if name in named]
    return [
        name
        for name in SECTIONS
        if (name in QUICK or not wanted.quick) and (name != "inspection" or wanted.full)
    ]


def measured(wanted: argparse.Namespace) -> Results:
    """Take all measures that are wanted, each section in a folder and with a cache of its own."""
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    found = Results(machine.described(), machine.versions(), today, wanted.rounds)
    for name in chosen(wanted):
        print(f"{name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as place:
            undo = growth.scope(Path(place))
            try:
                found.sections.update(SECTIONS[name](wanted, Path(place)))
            finally:
                undo()
    return found


def main(given: list[str] | None = None) -> None:
    if os.name == "posix":
        # A bench that is ended ends what it has started: `SystemExit` runs what `with` and `finally` hold.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # As on users' machines, where modules are compiled once and not in every process.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    wanted = parsed(given)
    found = Results.read_json(wanted.again) if wanted.again else measured(wanted)
    tables = results.markdown(found)
    print(tables)
    if wanted.json:
        found.write_json(wanted.json)
    if wanted.plot:
        from . import plot

        plot.draw(found, wanted.plot)
    if wanted.write:
        results.write_into(DOCUMENT, tables)
