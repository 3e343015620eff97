"""What works on this machine, and how to install what does not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from texresume import resources
from texresume.diagnostics import ResumeError
from texresume.fonts import machine
from texresume.latex import template
from texresume.tex import distribution, engine, process

# The smallest document that loads what texresume.sty loads.
_PROBE = r"""\documentclass{article}
\usepackage[%s]{texresume}
\begin{document}
\textbf{Ada} \textit{Lovelace} \texttt{1815} \textbullet
\end{document}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was examined."""

    good: bool
    text: str
    hint: str = ""


def examine(project: Path) -> Iterator[Line]:
    """Everything that a build needs: TeX, the packages, each template; then what is good to have."""
    candidates = distribution.find()
    yield Line(True, f"Python {sys.version.split()[0]} on {sys.platform}")
    if not candidates:
        yield Line(False, distribution.NO_TEX.message, distribution.NO_TEX.hint)
    for number, tex in enumerate(candidates):
        use = "used" if number == 0 else "in reserve"
        yield Line(True, f"{tex.origin} pdfTeX, {use}: {tex.program}")
    for name, folder in sorted(template.folders(project).items()):
        try:
            found = template.find(name, project)
        except ResumeError as error:
            yield Line(False, f"template {name}: {error}", f"in {folder}")
            continue
        where = "" if found.trusted else f" (of this project, {_confinement()})"
        yield Line(True, f"template {name}{where}: {found.title}")
    for family in ("xcharter", "sourcesans", "libertinus"):
        if candidates:
            yield _probe(family)
    yield from _other_scripts()
    for module in ("pypdf", "pdfplumber", "pdfminer"):
        there = util.find_spec(module) is not None
        hint = "" if there else "'pip install \"texresume[check]\"' lets 'check' ask it too"
        yield Line(True, f"reader {module}: {'there' if there else 'not there, and not needed'}", hint)


def _other_scripts() -> Iterator[Line]:
    """XeTeX and its fonts, which Latin, Greek and Cyrillic text can do without."""
    from texresume.fonts import runs

    candidates = distribution.find("xetex")
    if not candidates:
        hint = "'texresume setup --engine xetex' installs it, with fonts: for Chinese, Arabic, Hindi …"
        yield Line(True, "XeTeX: not there, and only needed for other scripts", hint)
        return
    installed = machine.installed()
    yield Line(True, f"XeTeX, with {len(installed)} families of fonts to take from: {candidates[0].program}")
    there: list[str] = []
    lacking: dict[str, list[str]] = {}
    for name, sample in resources.table("fonts/tables/scripts.yaml")["samples"].items():
        if runs.anywhere(sample):
            there.append(name)
        else:
            lacking.setdefault(runs.package(sample), []).append(name)
    if there:
        yield Line(True, f"fonts for {', '.join(there)}")
    for package, names in lacking.items():
        hint = f"Debian's {package} has them; 'texresume setup --fonts' installs what this system calls it"
        yield Line(True, f"no font for {', '.join(names)}: not needed unless you write them", hint)


def _confinement() -> str:
    return (
        "runs in bubblewrap"
        if process.confines_templates()
        else "runs without bubblewrap: trust it or install bwrap"
    )


def _probe(family: str) -> Line:
    try:
        done = engine.typeset(_PROBE % family)
    except engine.TexFailed as error:
        return Line(False, f"fonts {family}: {error.findings[0].message}", error.findings[0].hint)
    return Line(True, f"fonts {family}: typeset by the {done.tex.origin} TeX in {done.seconds:.2f} s")
