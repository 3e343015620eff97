"""What many variants cost, and what a long résumé costs."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from texresume import cache
from texresume.build import batch, pipeline
from texresume.diagnostics import ResumeError

from . import content
from .builds import program, settled
from .timing import Action, Measured, measure, run

TEMPLATE = "academic"
"""For long résumés: one that promises no number of pages."""
_TRIED = 40
_ONCE = 1000
"""So many variants and more are built once."""
_SAMPLES_A_SECOND = 5
_LETTER = re.compile(r"^letter:.*\n(?:[ \t].*\n|\n)*", re.MULTILINE)


class Variants:
    """The engineer's three variants, without their letters, copied until there are so many: a PDF each."""

    def __init__(self, count: int, folder: Path) -> None:
        source = content.ROOT / "data" / "engineer"
        self.folder, self.count = folder, count
        self.data = folder / "data" / "resume.yaml"
        self.numbers = itertools.count(1)
        shutil.copytree(source, self.data.parent)
        variants = self.data.parent / "variants"
        for file in variants.glob("*.yaml"):
            file.write_text(_LETTER.sub("", file.read_text("utf-8")), "utf-8")
        files = sorted(variants.glob("[!_]*.yaml"))
        for file in files[count:]:
            file.unlink()
        for number in range(count - len(files)):
            shutil.copyfile(files[number % len(files)], variants / f"copy-{number:04d}.yaml")
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(content.ROOT),
            cache.FOLDER: str(folder.parent / "cache"),
        }

    def edit(self) -> None:
        """Change the telephone number, so that no build is an unchanged one."""
        settled(Path(self.environment[cache.FOLDER]))
        phone = f"+49 40 555 {100 + next(self.numbers) % 100:04d}"
        (self.data.parent / "private.yaml").write_text(f"basics:\n  phone: {phone}\n", "utf-8")

    def command(self) -> list[str]:
        return [*program("texresume"), "build", "--all", "--output", str(self.folder / "dist")]

    def build_all(self) -> None:
        """As a process, as people do it."""
        run(self.command(), self.folder, self.environment)

    def build_alone(self) -> None:
        """One after the other, in this process."""
        request = pipeline.Request(data=self.data, output=self.folder / "dist", project=self.folder)
        for outcome in batch.build_all(batch.for_all_variants(request), 1):
            if outcome.build is None:
                raise ResumeError(outcome.diagnostics)

    def peak(self) -> tuple[float, float]:
        """Seconds of a run, and the most MiB that it and all below it hold at one time (0: unknown)."""
        started = time.perf_counter()
        with subprocess.Popen(
            self.command(), cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process, _sampled(process.pid) as peaks:  # fmt: skip
            status = process.wait()
        if status:
            raise subprocess.CalledProcessError(status, self.command())
        return time.perf_counter() - started, max(peaks, default=0) / 1024


@contextmanager
def _sampled(pid: int) -> Iterator[list[int]]:
    """The memory of a process and those below it in KiB, some times a second; what is shared counts once."""
    found: list[int] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(1 / _SAMPLES_A_SECOND):
            found.append(sum(_kibibytes(one) for one in _family(pid)))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _family(pid: int) -> Iterator[int]:
    """A process and all below it, as far as /proc tells."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text("ascii").split():
                yield from _family(int(child))


def _kibibytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def batches(count: int, rounds: int, folder: Path) -> list[Measured]:
    """Many variants by `build --all`, and one after the other."""
    many = Variants(count, folder / "batch")
    actions = {
        ("batch", f"`texresume build --all`, {count} variants"): Action(many.build_all, many.edit),
        ("batch-alone", f"{count} variants one after the other, one process"): Action(
            many.build_alone, many.edit
        ),
    }
    return [
        Measured(one.name, one.what, one.seconds, {**one.facts, "variants": count})
        for one in measure(actions, rounds)
    ]


def by_variants(counts: Sequence[int], rounds: int, folder: Path) -> list[Measured]:
    """`build --all` as variants grow; a thousand are built once, while their memory is measured."""
    found = []
    for count in counts:
        many = Variants(count, folder / f"variants-{count}")
        name, what = f"variants-{count}", f"{count:,} variant{'s' * (count > 1)}"
        times: tuple[float, ...] = ()
        if count < _ONCE:
            (one,) = measure({(name, what): Action(many.build_all, many.edit)}, rounds)
            if not one.seconds:
                found.append(one)
                continue
            times = one.seconds
        many.edit()
        taken, peak = many.peak()
        facts = {"variants": count, "MiB": round(peak)}
        found.append(Measured(name, what, times or (taken,), facts))
    return found


class Long:
    """A résumé of so many employers, built in a running process."""

    def __init__(self, employers: int, folder: Path) -> None:
        self.employers = employers
        self.numbers: Iterable[int] = itertools.count(1000)
        self.request = pipeline.Request(
            data=folder / f"{employers}.yaml", template=TEMPLATE, output=folder / "dist", project=content.ROOT
        )
        self.edit()

    def edit(self) -> None:
        """Write the data as they never were before."""
        number = next(iter(self.numbers))
        text = content.long(self.employers).replace("Number 0.", f"Number {number}.")
        self.request.data.write_text(text, "utf-8")

    def build(self) -> pipeline.Build:
        return pipeline.build(self.request)


def of_pages(pages: int, folder: Path) -> Long:
    """A résumé on so many pages: the longest that still fits, by trying."""
    each = Long(_TRIED, folder).build().report.pages / _TRIED
    guess = max(1, round((pages - 0.3) / each))
    for employers in sorted(range(max(1, guess - 6), guess + 7), key=lambda one: abs(one - guess)):
        tried = Long(employers, folder)
        if tried.build().report.pages == pages:
            return tried
    raise SystemExit(f"no résumé of {pages} pages came out of the content that there is")


def by_pages(counts: Sequence[int], rounds: int, folder: Path) -> list[Measured]:
    """One build in a running process as the résumé grows."""
    lengths = {count: of_pages(count, folder) for count in counts}
    runs: dict[int, int] = {}

    def build(count: int, one: Long) -> None:
        runs[count] = one.build().runs

    actions = {
        (f"pages-{count}", f"{count} page{'s' * (count > 1)}"): Action(partial(build, count, one), one.edit)
        for count, one in lengths.items()
    }
    return [
        Measured(one.name, one.what, one.seconds, {**one.facts, "pages": count, "runs": runs[count]})
        for count, one in zip(counts, measure(actions, rounds), strict=True)
    ]


def scope(folder: Path) -> Callable[[], None]:
    """Let builds of this process use a cache of their own; returns what undoes it."""
    before = os.environ.get(cache.FOLDER)
    os.environ[cache.FOLDER] = str(folder / "cache")

    def undo() -> None:
        os.environ.pop(cache.FOLDER, None)
        if before is not None:
            os.environ[cache.FOLDER] = before

    return undo
