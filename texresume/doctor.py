"""What works on this machine, and how to install what does not."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from . import distribution, engine, fonts, packaged, process, template
from .diagnostics import Diagnostic, ExitStatus, ResumeError, Severity

# The small packages that hold what our templates load, per package manager and engine; Debian's names were
# tried, the others are the distributions' own names for the same TeX Live collections.
_PACKAGES: dict[str, dict[str, str]] = {
    "apt-get": {
        "pdftex": "texlive-latex-base texlive-latex-recommended texlive-latex-extra lmodern",
        "xetex": "texlive-latex-base texlive-latex-recommended texlive-latex-extra lmodern texlive-xetex"
        " fonts-noto-core fonts-noto-cjk fonts-symbola fontconfig",
        "fonts": "fonts-noto-core fonts-noto-cjk fonts-symbola fontconfig",
    },
    "dnf": {
        "pdftex": "texlive-collection-latexrecommended texlive-bookmark texlive-lm",
        "xetex": "texlive-collection-latexrecommended texlive-bookmark texlive-lm texlive-collection-xetex"
        " google-noto-fonts-common google-noto-sans-fonts google-noto-sans-cjk-fonts fontconfig",
        "fonts": "google-noto-fonts-common google-noto-sans-fonts google-noto-sans-cjk-fonts fontconfig",
    },
    "pacman": {
        "pdftex": "texlive-latexrecommended texlive-fontsrecommended",
        "xetex": "texlive-latexrecommended texlive-fontsrecommended texlive-xetex noto-fonts noto-fonts-cjk",
        "fonts": "noto-fonts noto-fonts-cjk",
    },
    "brew": {
        "pdftex": "--cask basictex",
        "xetex": "--cask basictex",
        "fonts": "--cask font-noto-sans font-noto-sans-cjk",
    },
    "winget": {"pdftex": "MiKTeX.MiKTeX", "xetex": "MiKTeX.MiKTeX"},
}
_INSTALL: dict[str, list[str]] = {
    "apt-get": ["apt-get", "install", "--no-install-recommends", "-y"],
    "dnf": ["dnf", "install", "-y"],
    "pacman": ["pacman", "-S", "--needed", "--noconfirm"],
    "brew": ["brew", "install"],
    "winget": ["winget", "install"],
}
_NEEDS_ROOT = frozenset(["apt-get", "dnf", "pacman"])

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


@dataclass(frozen=True, slots=True)
class Installation:
    """A command that installs something."""

    command: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The command as one would type it."""
        return shlex.join(self.command)


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
    from . import runs  # noqa: PLC0415 - fontTools, which builds with pdfTeX need not wait for

    candidates = distribution.find("xetex")
    if not candidates:
        hint = "'texresume setup --engine xetex' installs it, with fonts: for Chinese, Arabic, Hindi …"
        yield Line(True, "XeTeX: not there, and only needed for other scripts", hint)
        return
    installed = fonts.installed()
    yield Line(True, f"XeTeX, with {len(installed)} families of fonts to take from: {candidates[0].program}")
    there: list[str] = []
    lacking: dict[str, list[str]] = {}
    for name, sample in packaged.table("characters/scripts.yaml")["samples"].items():
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


def is_installed(engine_name: str) -> bool:
    """Whether the system has an engine, with its packages or without."""
    return any(tex.origin == "system" for tex in distribution.find(engine_name))


def installation(engine_name: str, *, fonts_only: bool = False) -> Installation:
    """The command that installs a system TeX with this system's package manager; for XeTeX with fonts, or
    those alone.

    Raises `ResumeError` where none is known.
    """
    if engine_name not in ("pdftex", "xetex"):
        fault = Diagnostic(
            Severity.ERROR, "unknown-engine", f"no engine {engine_name!r}", hint="pdftex or xetex"
        )
        raise ResumeError(fault, ExitStatus.USAGE)
    wanted = "fonts" if fonts_only else engine_name
    for manager, packages in _PACKAGES.items():
        if shutil.which(manager) and wanted in packages:
            root = manager in _NEEDS_ROOT and hasattr(os, "geteuid") and os.geteuid() != 0
            sudo = ["sudo"] if root else []
            return Installation((*sudo, *_INSTALL[manager], *packages[wanted].split()))
    fault = Diagnostic(
        Severity.ERROR,
        "no-package-manager",
        "no package manager that texresume knows",
        hint="install TeX Live from tug.org, or 'pip install \"texresume[tex]\"'",
    )
    raise ResumeError(fault, ExitStatus.TEX)


def install(installation_: Installation) -> None:
    """Run it. Raises `ResumeError` when it fails."""
    status = subprocess.run(installation_.command, check=False).returncode  # noqa: S603 - shown to the user first
    if status:
        message = f"the installation ended with status {status}"
        fault = Diagnostic(
            Severity.ERROR, "not-installed", message, hint=f"run it yourself: {installation_.shown}"
        )
        raise ResumeError(fault, ExitStatus.TEX)
