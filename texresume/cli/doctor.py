"""What works on this machine, and how to install what is missing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path

from texresume import resources
from texresume.diagnostics import ResumeError
from texresume.fonts import machine
from texresume.latex import template
from texresume.records import dataclass
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
    """One thing that was examined: what was found, and a hint if something can be done about it."""

    good: bool
    text: str
    hint: str = ""


def examine(project: Path, more: str = "") -> Iterator[Line]:
    """Everything a build needs (TeX, its packages, the templates, one `more` by name or path), then what is
    optional.
    """
    candidates = distribution.find()
    yield Line(True, f"Python {sys.version.split()[0]} on {sys.platform}")
    if not candidates:
        yield Line(False, distribution.NO_TEX.message, distribution.NO_TEX.hint)
    for number, tex in enumerate(candidates):
        use = "used" if number == 0 else "fallback"
        yield Line(True, f"pdfTeX ({tex.origin}, {use}): {tex.program}")
    names = sorted(template.folders(project))
    yield from (_template(name, project) for name in (*names, *([more] if more not in ("", *names) else ())))
    for family in ("xcharter", "sourcesans", "libertinus"):
        if candidates:
            yield _probe(family)
    yield from _other_scripts()
    yield from _further_checks()
    for module in ("pypdf", "pdfplumber", "pdfminer"):
        there = util.find_spec(module) is not None
        hint = "" if there else "for 'texresume check': pip install \"texresume[check]\""
        yield Line(
            True, f"PDF extractor {module}: {'installed' if there else 'not installed (optional)'}", hint
        )


def _template(name: str, project: Path) -> Line:
    try:
        found = template.find(name, project)
    except ResumeError as error:
        first = error.diagnostics[0]
        place = f" (in {first.file})" if first.file is not None else ""
        return Line(False, f"template {name}: {first.message}{place}", first.hint)
    where = "" if found.trusted else f" (third-party, {_confinement()})"
    return Line(True, f"template {name}{where}: {found.title}")


def _further_checks() -> Iterator[Line]:
    """What `check` and the sandbox use if it is there."""
    spelled = util.find_spec("spellchecker") is not None
    hint = "" if spelled else "for 'texresume check': pip install \"texresume[check]\""
    yield Line(
        True, f"spelling: pyspellchecker {'installed' if spelled else 'not installed (optional)'}", hint
    )
    programs = {
        "pdftotext": "a further PDF extractor for 'texresume check', of poppler-utils",
        "bwrap": "confines third-party templates, of bubblewrap (Linux)",
    }
    for program, purpose in programs.items():
        place = shutil.which(program)
        yield Line(True, f"{program}: {place or 'not installed (optional)'}", "" if place else purpose)


def _other_scripts() -> Iterator[Line]:
    """XeTeX and its fonts, which Latin, Greek and Cyrillic text do not need."""
    from texresume.fonts import runs

    candidates = distribution.find("xetex")
    if not candidates:
        hint = "to typeset Chinese, Arabic, Hindi and other scripts: texresume setup --engine xetex"
        yield Line(True, "XeTeX: not installed (optional)", hint)
        return
    installed = machine.installed()
    yield Line(True, f"XeTeX, {len(installed)} font families: {candidates[0].program}")
    there: list[str] = []
    missing: dict[str, list[str]] = {}
    for name, sample in resources.table("fonts/tables/scripts.yaml")["samples"].items():
        if runs.anywhere(sample):
            there.append(name)
        else:
            missing.setdefault(runs.package(sample), []).append(name)
    if there:
        yield Line(True, f"fonts for {', '.join(there)}")
    for package, names in missing.items():
        hint = f"only needed for text in them: texresume setup --fonts (Debian: {package})"
        yield Line(True, f"no font for {', '.join(names)}", hint)


def _confinement() -> str:
    return (
        "sandboxed with bubblewrap"
        if process.confines_templates()
        else "NOT sandboxed: use it only if you trust it, or install bubblewrap"
    )


def _probe(family: str) -> Line:
    try:
        done = engine.typeset(_PROBE % family)
    except engine.TexFailed as error:
        return Line(False, f"fonts {family}: {error.findings[0].message}", error.findings[0].hint)
    return Line(True, f"fonts {family}: typeset with the {done.tex.origin} TeX in {done.seconds:.2f} s")
