"""Build 2,000 students' résumés on a Dask cluster of two workers here, kill one on the way, say what it took.

Prints PDFs a second and the memory of this process, which gives the work, as it goes; at the end a sample is
built here and compared to the byte.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from texresume.build import batch
from texresume.build.cluster import build_all
from texresume.build.outcome import Outcome
from texresume.build.request import Request

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ("onepage", "moderncv", "academic")
SYLLABLES = "bar del fen gor hal ib kel lor men nor pel ran sol tav ul ver wen".split()
WORDS = (
    "mapped counted compared drew wrote rivers hills towns roads maps models of with for seven twelve".split()
)
SUBJECTS = ("Geography", "History", "Chemistry", "Law", "Music", "Physics", "Statistics")


def write_students(folder: Path, count: int) -> None:
    """A data file for each of so many invented students, no two alike."""
    base = (ROOT / "data" / "student.yaml").read_text("utf-8")
    draw = random.Random("texresume")  # noqa: S311 - not for secrets
    folder.mkdir()
    for number in range(count):
        name = " ".join("".join(draw.sample(SYLLABLES, 3)).capitalize() for _ in range(2))
        highlight = " ".join(draw.sample(WORDS, 9)).capitalize()
        text = base.replace("Finn Abernarth", name).replace("Geography", draw.choice(SUBJECTS))
        text += f"\nprojects:\n  - name: Thesis {number}\n    highlights: [{highlight}]\n"
        (folder / f"{number:05}.yaml").write_text(text, "utf-8")


def requests(folder: Path) -> Iterator[Request]:
    """One for each student."""
    for number, file in enumerate(sorted((folder / "students").glob("*.yaml"))):
        template = TEMPLATES[number % len(TEMPLATES)]
        yield Request(file, template, folder / "dist", name=file.stem, project=folder)


def memory() -> float:
    """What this process holds now, in MB; 0 where that is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def used() -> float:
    """Seconds of the processor that this process has used, and those that it waited for."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def run(folder: Path, count: int, workers: int) -> list[Outcome]:
    """Build them all; a worker is killed after a quarter. The outcomes that failed."""
    from dask import distributed

    failed, found = [], Counter[str]()
    cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0")
    with cluster, distributed.Client(cluster) as client:
        victim, *_ = client.run(os.getpid).values()
        started, before = time.perf_counter(), time.process_time()
        for number, outcome in enumerate(build_all(requests(folder), client.get_executor()), 1):
            found.update(one.code for one in outcome.diagnostics if one.code.startswith("worker"))
            if outcome.failed:
                failed.append(outcome)
            if number == count // 4:
                os.kill(victim, signal.SIGKILL)
                sys.stdout.write(f"killed worker {victim}\n")
            if number % max(1, count // 10) == 0 or number == count:
                seconds, own = time.perf_counter() - started, time.process_time() - before
                sys.stdout.write(
                    f"{number:6,} PDFs  {seconds:6.1f} s  {number / seconds:5.1f} PDFs/s"
                    f"  {own / number * 1e3:5.1f} ms of the processor each, here  {memory():6.1f} MB\n"
                )
                sys.stdout.flush()
        theirs = sum(client.run(used).values())
    sys.stdout.write(
        f"{theirs:.0f} s of the processor in the workers that lived; load {os.getloadavg()[0]:.1f}\n"
    )
    sys.stdout.write(f"{dict(found) or 'no'} diagnostics about workers\n")
    return failed


def same_bytes(folder: Path, sample: int) -> int:
    """How many of a sample are not what a build here makes of them."""
    different = 0
    everyone = list(requests(folder))
    for request in everyone[:: max(1, len(everyone) // sample)]:
        here = batch.attempt(replace(request, output=folder / "here")).build
        there = folder / "dist" / f"{request.name}.pdf"
        if here is None or not there.exists():
            different += (here is None) is there.exists()
        elif Path(here.files["pdf"]).read_bytes() != there.read_bytes():
            different += 1
    return different


def main() -> int:
    """Run it in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sample", type=int, default=25)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="university-") as name:
        folder = Path(name)
        write_students(folder / "students", options.count)
        failed = run(folder, options.count, options.workers)
        for outcome in failed:
            said = [f"{one.code}: {one.message}" for one in outcome.diagnostics if one.severity == "error"]
            sys.stdout.write(f"{outcome.request.data.name} failed: {said}\n")
        made = len(list((folder / "dist").glob("*.pdf")))
        different = same_bytes(folder, options.sample)
        sys.stdout.write(
            f"{made:,} PDFs of {options.count:,}, {different} of a sample differ from builds here\n"
        )
    return int(made != options.count - len(failed) or different > 0)


if __name__ == "__main__":
    raise SystemExit(main())
