"""Many builds at once into one folder: whether `unchanged` is ever said beside another build's files.

Each round starts builds of different data that all write the same PDF and the same .tex, then asks for each
of them whether it is up to date. Whoever is told so must find its own text in both files, and the two files
must always be of one build.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from texresume.build import stream, up_to_date
from texresume.build.request import Request
from texresume.pdf import extractors

ROOT = Path(__file__).parents[1]
SETTLED = 0.2
"""Seconds after which a file that was written counts as older than a build."""
_DATA = """\
basics: {{name: Ada Example, label: Number {number}}}
work:
  - {{name: Acme, position: Engineer, startDate: 2020, highlights: ["Kept book {word}."]}}
"""


@dataclass(frozen=True)
class Tally:
    """What was seen: builds, those that failed, answers `unchanged`, those that were wrong, mixed files."""

    builds: int = 0
    failed: int = 0
    unchanged: int = 0
    wrong: int = 0
    mixed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.builds} builds, {self.failed} failed; {self.unchanged} times unchanged, {self.wrong} of "
            f"them wrong; {self.mixed} times PDF and .tex of two builds"
        )


def word(number: int) -> str:
    """A word of its own for each build."""
    return "x" + "".join(chr(ord("a") + int(digit)) for digit in str(number)) + "x"


def requests(folder: Path, first: int, count: int) -> list[Request]:
    """Builds of different data that write the same files."""
    found = []
    for number in range(first, first + count):
        data = folder / f"data-{number}" / "resume.yaml"
        data.parent.mkdir(parents=True)
        data.write_text(_DATA.format(number=number, word=word(number)), encoding="utf-8")
        request = Request(data, output=folder / "dist", formats=("pdf", "tex"), project=ROOT, name="same")
        found.append(request)
    return found


def build(request: Request) -> bool:
    """One build, as the command does it; returns whether it passed."""
    return all(outcome.build is not None for outcome in stream.outcomes([request]))


def ask(request: Request, number: int) -> Tally:
    """Whether a build is up to date, and if so, whether that is true."""
    told = up_to_date.find(request) is not None
    if not told:
        return Tally()
    pdf, tex = (request.output / f"same.{ending}" for ending in ("pdf", "tex"))
    text = " ".join(page.text for page in extractors.read_with_pdfium(pdf.read_bytes()).pages)
    own = word(number) in text and word(number) in tex.read_text("utf-8")
    return Tally(unchanged=1, wrong=int(not own))


def is_mixed(folder: Path, numbers: range) -> bool:
    """Whether the two files that lie there are of two builds."""
    content = (folder / "dist" / "same.pdf").read_bytes()
    text = " ".join(page.text for page in extractors.read_with_pdfium(content).pages)
    source = (folder / "dist" / "same.tex").read_text("utf-8")
    return not any(word(number) in text and word(number) in source for number in numbers)


def crowd(folder: Path, builds: int, at_once: int, *, quiet: bool = False) -> Tally:
    """All rounds. The processes are started once: what is tried is writing, not starting."""
    total = Tally()
    with ProcessPoolExecutor(at_once) as pool:
        for first in range(0, builds, at_once):
            asked = requests(folder, first, min(at_once, builds - first))
            numbers = range(first, first + len(asked))
            time.sleep(SETTLED)
            passed = list(pool.map(build, asked))
            round_ = Tally(len(asked), passed.count(False), mixed=int(is_mixed(folder, numbers)))
            for request, number in zip(asked, numbers, strict=True):
                round_ += ask(request, number)
            total += round_
            if not quiet:
                sys.stdout.write(f"{total}\n")
                sys.stdout.flush()
    return total


def main() -> None:
    """Print what was seen; exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--builds", type=int, default=600)
    parser.add_argument("--at-once", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        total = crowd(Path(folder), given.builds, given.at_once)
    sys.exit(1 if total.wrong or total.mixed or total.failed else 0)


if __name__ == "__main__":
    main()
