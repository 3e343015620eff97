"""What the structure for screen readers is worth and costs: every example in every look, with each TeX.

    python tools/structure.py [--only TEXT] [--rounds N] [--tex system|embedded]

A row says for one PDF how many bytes the structure adds, how many rules of `check` it breaks, how many texts
it lacks or has elsewhere, which extractors read other words with it than without, and whether the bytes are
the same without a format and from another folder. Then come medians of CPU time, and of paired differences,
tagged less untagged: of TeX, of the inspection and of a whole `texresume build`. The exit status is 1 if a
rule is broken, a text is lost or read otherwise, or bytes differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from texresume.build import design, draft, reading
from texresume.build.request import Request
from texresume.build.run import Run
from texresume.diagnostics import ResumeError
from texresume.latex.render import Rendered
from texresume.pdf import inspection, tagging
from texresume.pdf.extractors import EXTRACTORS
from texresume.tex import engine

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ("resume", "student", "researcher", "engineer/resume")
LOOKS: dict[str, tuple[str, dict[str, str]]] = {
    "onepage": ("onepage", {}),
    "academic": ("academic", {}),
    "banking": ("moderncv", {}),
    "classic": ("moderncv", {"style": "classic"}),
}


@dataclass
class Example:
    """One résumé in one look."""

    data: str
    look: str

    def __str__(self) -> str:
        return f"{self.data} {self.look}"

    def request(self, root: Path, *, untagged: bool = False) -> Request:
        template, options = LOOKS[self.look]
        data = root / "data" / f"{self.data}.yaml"
        return Request(data, template, project=root, options=options, engine="pdftex", untagged=untagged)

    def typeset(self, root: Path = ROOT, *, untagged: bool = False) -> tuple[bytes, Rendered]:
        """The PDF, even if it is longer than it may be."""
        run = Run(self.request(root, untagged=untagged))
        run.content = reading.read_content(run)
        run.design = design.choose(run, run.content)
        run.draft = draft.fit_to_pages(run, run.design, engine.typeset)
        return run.draft.typeset.pdf, run.draft.rendered


def examples(only: str) -> list[Example]:
    """Those with a text in their names."""
    every = [Example(data, look) for data in EXAMPLES for look in LOOKS]
    return [one for one in every if only in str(one)]


def digests(root: Path, only: str) -> dict[str, str]:
    """The SHA-256 of each PDF."""
    return {str(one): hashlib.sha256(one.typeset(root)[0]).hexdigest() for one in examples(only)}


def ask(root: Path, only: str, **variables: str) -> dict[str, str]:
    """`digests` by another process, with other variables of the environment."""
    command = [sys.executable, "-P", __file__, "--digests", str(root), "--only", only]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


# -- times -------------------------------------------------------------------------------------------------


def cpu(act: Callable[[], Any]) -> float:
    """CPU time in ms of this process and of those that it starts."""

    def now() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + used.ru_utime + used.ru_stime

    start = now()
    act()
    return (now() - start) * 1000


def pairs(rounds: int, plain: Callable[[], Any], tagged: Callable[[], Any]) -> str:
    """The median time without a structure, and that of what it adds."""
    before, added = [], []
    for number in range(rounds + 1):
        times = {act: cpu(act) for act in ((plain, tagged) if number % 2 else (tagged, plain))}
        if number:  # the first round reads files
            before.append(times[plain])
            added.append(times[tagged] - times[plain])
    base, more = median(before), median(added)
    return f"{base:7.1f} {more:+6.1f} {100 * more / base:+4.0f} %"


def build(one: Example, folder: str, *flags: str) -> None:
    """`texresume build` in a process of its own, into an empty folder: else nothing would be done."""
    template, options = LOOKS[one.look]
    command = [
        sys.executable,
        "-m",
        "texresume",
        "build",
        "--data",
        f"data/{one.data}.yaml",
        "--template",
        template,
    ]
    command += [f"--option={key}={value}" for key, value in options.items()]
    command += ["--engine", "pdftex", "--output", tempfile.mkdtemp(dir=folder), *flags]
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )


def clock(one: Example, rounds: int, folder: str) -> Iterator[str]:
    """The three times of one example."""
    tagged, plain = one.typeset(), one.typeset(untagged=True)
    yield pairs(rounds, lambda: one.typeset(untagged=True), one.typeset)
    yield pairs(rounds, lambda: inspection.inspect(*plain), lambda: inspection.inspect(*tagged))
    yield pairs(rounds, lambda: build(one, folder, "--untagged"), lambda: build(one, folder))


# -- the table ---------------------------------------------------------------------------------------------


def differing(tagged: bytes, plain: bytes) -> list[str]:
    """The extractors that read other words with the structure than without."""

    def differs(name: str) -> bool:
        try:
            return EXTRACTORS[name](tagged).split() != EXTRACTORS[name](plain).split()
        except ImportError:
            return True

    return list(filter(differs, EXTRACTORS))


def row(one: Example, others: list[dict[str, str]]) -> tuple[str, bool]:
    """What is said of one PDF, and whether all is well."""
    (tagged, rendered), (plain, _) = one.typeset(), one.typeset(untagged=True)
    faults = list(tagging.find_faults(tagged))
    read = inspection.inspect(tagged, rendered)
    tree = read.structure
    lost, moved = (len(tree.lost), len(tree.displaced)) if tree else (-1, -1)
    words = differing(tagged, plain)
    digest = hashlib.sha256(tagged).hexdigest()
    same = [other[str(one)] == digest for other in others]
    size = f"{len(plain):>7} {100 * (len(tagged) - len(plain)) / len(plain):+5.1f} %"
    text = (
        f"{one!s:<26}{read.pages:>5} {size} {len(faults):>7} {lost:>5} {moved:>5}  "
        f"{', '.join(words) or 'same':<12} {'same' if all(same) else 'DIFFER'}"
    )
    return text, not (faults or lost or moved or words) and all(same)


def table(only: str, rounds: int) -> bool:
    """Print everything for the TeX in use."""
    well = True
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "elsewhere"
        for name in ("data", "templates"):
            shutil.copytree(ROOT / name, copy / name)
        others = [ask(ROOT, only, TEXRESUME_CACHE="none"), ask(copy, only)]
        print(f"{'':<26}pages   bytes        faults  lost moved  words        bytes elsewhere")
        for one in examples(only):
            text, is_well = row(one, others)
            well = well and is_well
            print(text, flush=True)
        if rounds:
            print(f"\n{'CPU ms, paired':<26}    TeX                 inspection          texresume build")
            for one in examples(only):
                print(f"{one!s:<26}{'  '.join(clock(one, rounds, folder))}", flush=True)
    return well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="only examples with this text in their names")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of which each time is the median")
    parser.add_argument("--tex", choices=("system", "embedded"), help="default: both")
    parser.add_argument("--digests", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.digests:
        print(json.dumps(digests(given.digests, given.only)))
        return 0
    well = True
    for tex in [given.tex] if given.tex else ["system", "embedded"]:
        os.environ["TEXRESUME_TEX"] = tex
        print(f"\n{tex} pdfTeX", flush=True)
        try:
            well = table(given.only, given.rounds) and well
        except ResumeError as error:
            print(error, file=sys.stderr)
            well = False
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
