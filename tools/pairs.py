"""Whether readers of PDFs take any two letters apart, or glue words together: every pair, in every face.

    python tools/pairs.py [--step N] [--engine pdftex|xetex] [--family NAME] [--size PT] [--write]

Each face of each family sets every pair of the letters, digits and signs that it has as a word of its own, by
both engines and with texresume.sty. Each reader must then give back the same characters (NFKC) with spaces at
the same places: one that is too many is a split, one that lacks is a join. A sign that a reader gives back as
something else, whatever stands beside it, is counted apart.

`--step` tries only every so many pairs; `--write` puts the table into docs/checks.md. The exit status is 1
where there is a split or a join.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path
from subprocess import run

from texresume.fonts.characters import covered
from texresume.fonts.machine import parse_ranges
from texresume.fonts.runs import FontSelector
from texresume.latex.escape import Escaper
from texresume.pdf import extractors
from texresume.tex import engine
from texresume.text.inline import Code, Fragment, RichText

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "checks.md"
XETEX = ROOT / "texresume" / "fonts" / "tables" / "xetex.json"
"""What each family has as OpenType."""

FAMILIES = {"xcharter": "texresume-charter", "sourcesans": "texresume-sans", "libertinus": "texresume-serif"}
CODE = "code"
FACES = {
    "regular": "",
    "italic": r"\itshape",
    "bold": r"\bfseries",
    "bold italic": r"\bfseries\itshape",
    "small capitals": r"\scshape",
}
ENGINES = ("pdftex", "xetex")
NEIGHBOURS = "AFJLTVWYfghjklmorty1.,-'(/\")]"
"""What letters beyond T1 are tried with: pdfTeX sets them from a font of their own, without kerns."""
ROW, SOURCE, MOST_SHOWN = 60, 6000, 12
PREAMBLE = r"""\documentclass{article}
\usepackage[%s]{texresume}
\geometry{paperwidth=1400pt,paperheight=1400pt,margin=20pt}
\trbody{%spt}{14pt}
%s
\begin{document}
%s
"""


def _pdfium(pdf: bytes) -> str:
    return extractors.read_with_pdfium(pdf).text


def _pdfminer(pdf: bytes) -> str:
    from io import BytesIO

    from pdfminer.high_level import extract_text

    return str(extract_text(BytesIO(pdf)))


def _poppler(*options: str) -> Callable[[bytes], str]:
    command = ["pdftotext", *options, "-enc", "UTF-8", "-", "-"]
    return lambda pdf: run(command, input=pdf, capture_output=True, check=True).stdout.decode()


READERS: dict[str, Callable[[bytes], str]] = {
    "pdfium": _pdfium,
    "pypdf": extractors.EXTRACTORS["pypdf"],
    "pdfplumber": extractors.EXTRACTORS["pdfplumber"],
    "pdfminer": _pdfminer,
    "pdftotext": _poppler(),
    "pdftotext -layout": _poppler("-layout"),
}


@dataclass(frozen=True)
class Job:
    """One source: pairs in a face of a family, by an engine."""

    family: str
    face: str
    engine: str
    size: float
    pairs: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.family, self.face, self.engine


@dataclass
class Count:
    """What a reader made of the pairs of a face: each list has the pairs, as they came back."""

    pairs: int = 0
    splits: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def add(self, more: Count) -> None:
        self.pairs += more.pairs
        self.splits += more.splits
        self.joins += more.joins
        self.other += more.other


# -- what is set --------------------------------------------------------------------------------------------


def _has_a_form(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS"


def repertoire(family: str, name: str) -> tuple[list[str], list[str]]:
    """The letters, digits and signs that a family has for an engine: of T1, and beyond."""
    from fontlib import lx

    found = set(covered("pdftex"))
    nfss = FAMILIES.get(family, "texresume-mono")
    if name == "xetex":
        found &= set(map(chr, parse_ranges(json.loads(XETEX.read_text("ascii"))["families"][nfss])))
    beyond = {char for table in lx.ENCODINGS.values() for char in table if not char.isascii()}
    chars = sorted(filter(_has_a_form, found))
    return [c for c in chars if c not in beyond], [c for c in chars if c in beyond]


def pairs_of(family: str, name: str) -> list[str]:
    """Every pair of what T1 has; and what is beyond it with some of that on both sides."""
    plain, more = repertoire(family, name)
    around = [*product(more, NEIGHBOURS), *product(NEIGHBOURS, more)]
    return ["".join(pair) for pair in [*product(plain, plain), *around]]


def jobs(step: int, families: Sequence[str], engines: Sequence[str], size: float) -> Iterator[Job]:
    """All sources. With a step, each face begins somewhere else."""
    count = 0
    for family, name in product(families, engines):
        every = pairs_of(family, name)
        for face in FACES:
            if (family == CODE and face != "regular") or (
                face == "small capitals" and family != "libertinus"
            ):
                continue
            pairs = every[count % step :: step]
            count += 1
            for start in range(0, len(pairs), SOURCE):
                yield Job(family, face, name, size, tuple(pairs[start : start + SOURCE]))


def rows(pairs: Sequence[str]) -> list[list[str]]:
    """The words of each line: pairs, and a last word that is sure to end in a letter."""
    return [[*pairs[start : start + ROW], "nn"] for start in range(0, len(pairs), ROW)]


def source(job: Job) -> str:
    """The LaTeX of a job."""
    load = "xcharter" if job.family == CODE else job.family
    fonts = FontSelector(load, "en") if job.engine == "xetex" else None
    escaper = Escaper(fonts)

    def write(text: str) -> str:
        if job.family == CODE:
            return escaper.field(RichText((Fragment("", (Code(text),)),)))
        return escaper.text(text)

    lines = [r"\noindent " + " ".join(map(write, words)) + r"\par" for words in rows(job.pairs)]
    head = PREAMBLE % (load, job.size, fonts.preamble() if fonts else "", FACES[job.face])
    return head + "\n".join(lines) + "\n\\end{document}\n"


# -- what comes back ----------------------------------------------------------------------------------------


def folded(text: str, face: str) -> str:
    """NFKC, each word without what NFKC makes of accents; small capitals have no case, and no dot to lack."""
    words = ("".join(unicodedata.normalize("NFKC", word).split()) for word in text.split())
    plain = " ".join(words)
    return plain.casefold().replace("ı", "i") if face == "small capitals" else plain


def compare(job: Job, text: str) -> Count:
    """The words of a job held against what a reader gives."""
    count = Count(len(job.pairs))
    wanted = [folded(" ".join(words), job.face) for words in rows(job.pairs)]
    given = [line for line in (folded(line, job.face) for line in text.splitlines()) if line]
    whole = Counter(wanted) & Counter(given)  # some readers give lines in another order
    wanted, given = (list((Counter(lines) - whole).elements()) for lines in (wanted, given))
    there, back = ([line.replace(" ", "") for line in lines] for lines in (wanted, given))
    for kind, first, last, start, end in SequenceMatcher(None, there, back, autojunk=False).get_opcodes():
        if kind == "equal":
            for a, b in zip(wanted[first:last], given[start:end], strict=True):
                _by_places(a, b, count)
        elif last - first == end - start:
            for a, b in zip(wanted[first:last], given[start:end], strict=True):
                _by_letters(a, b, count)
        else:
            _by_letters(" ".join(wanted[first:last]), " ".join(given[start:end]), count)
    return count


def _places(text: str) -> set[int]:
    """How many letters stand before each space."""
    spaces = [place for place, char in enumerate(text) if char == " "]
    return {place - number for number, place in enumerate(spaces)}


def _by_places(wanted: str, given: str, count: Count) -> None:
    """The same letters: only spaces may differ."""
    if wanted == given:
        return
    letters = wanted.replace(" ", "")
    there, back = _places(wanted), _places(given)
    count.splits += [letters[place - 1 : place + 1] for place in back - there]
    count.joins += [letters[place - 1 : place + 1] for place in there - back]


def _by_letters(wanted: str, given: str, count: Count) -> None:
    """Not the same letters."""
    for kind, first, last, start, end in SequenceMatcher(None, wanted, given, autojunk=False).get_opcodes():
        old, new = wanted[first:last], given[start:end]
        if kind == "equal":
            continue
        if not old.strip() and new and not new.strip():
            count.splits.append(wanted[max(0, first - 1) : first + 1])
        elif not new.strip() and old and not old.strip():
            count.joins.append(wanted[max(0, first - 1) : last + 1])
        else:
            count.other.append(f"{old}→{new}")


def look(job: Job) -> dict[str, Count]:
    """Typeset a job and ask every reader."""
    pdf = engine.typeset(source(job), engine=job.engine).pdf
    return {name: compare(job, read(pdf)) for name, read in READERS.items()}


# -- what is said -------------------------------------------------------------------------------------------

Found = dict[tuple[str, str, str], dict[str, Count]]


def table(found: Found) -> Iterator[str]:
    """A row for each face and engine: pairs, and splits and joins by reader."""
    yield f"| family | face | engine | pairs | {' | '.join(READERS)} |"
    yield f"|---|---|---|---:|{'---:|' * len(READERS)}"
    for (family, face, name), counts in found.items():
        cells = [f"{len(one.splits)} / {len(one.joins)}" for one in counts.values()]
        pairs = next(iter(counts.values())).pairs
        yield f"| {family} | {face} | {name} | {pairs:,} | {' | '.join(cells)} |"


def details(found: Found) -> Iterator[str]:
    """Some of what is wrong."""
    for key, counts in found.items():
        for reader, one in counts.items():
            for title, what in (("splits", one.splits), ("joins", one.joins), ("other", one.other)):
                if what:
                    usual = Counter(what).most_common(MOST_SHOWN)
                    yield f"{' '.join(key)}, {reader}: {len(what)} {title}: {' '.join(t for t, _ in usual)}"


def write(found: Found) -> None:
    """Put the table into the page."""
    made = "\n".join(["<!-- pairs -->", "", *table(found), "", "<!-- /pairs -->"])
    page = PAGE.read_text("utf-8")
    PAGE.write_text(re.sub("<!-- pairs -->.*<!-- /pairs -->", lambda _: made, page, flags=re.DOTALL), "utf-8")


def main() -> int:
    """Read the arguments, set the pairs, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--step", type=int, default=1, help="only every so many pairs")
    parser.add_argument("--engine", choices=ENGINES, help="only by this one")
    parser.add_argument("--family", choices=[*FAMILIES, CODE], help="only this one")
    parser.add_argument("--size", type=float, default=10, help="of the letters, in points")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the table into docs/checks.md")
    arguments = parser.parse_args()
    started = time.perf_counter()
    families = [arguments.family] if arguments.family else [*FAMILIES, CODE]
    engines = [arguments.engine] if arguments.engine else ENGINES
    todo = list(jobs(arguments.step, families, engines, arguments.size))
    found: Found = {}
    with ProcessPoolExecutor(arguments.processes) as pool:
        for job, counts in zip(todo, pool.map(look, todo), strict=True):
            sums = found.setdefault(job.key, {name: Count() for name in READERS})
            for name, count in counts.items():
                sums[name].add(count)
    for line in [*details(found), "", *table(found)]:
        sys.stdout.write(f"{line}\n")
    if arguments.write:
        write(found)
    every = [one for counts in found.values() for one in counts.values()]
    splits, joins, other = (sum(len(getattr(one, n)) for one in every) for n in ("splits", "joins", "other"))
    seconds = time.perf_counter() - started
    sys.stdout.write(f"\n{splits} splits, {joins} joins, {other} signs read as others, in {seconds:.0f} s\n")
    return int(splits + joins > 0)


if __name__ == "__main__":
    sys.exit(main())
