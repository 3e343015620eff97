"""Installing TeX or fonts with the system's package manager."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

from . import distribution

# The smallest packages with everything the templates load, by package manager and engine. Debian's names have
# been tested; the others are the distributions' names for the same TeX Live collections.
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
_BY_HAND = {
    "pdftex": 'install TeX Live from tug.org, or run: pip install "texresume[tex]"',
    "xetex": "install TeX Live with XeTeX from tug.org, and Noto fonts for your script (notofonts.github.io)",
    "fonts": "install Noto fonts for your script (notofonts.github.io)",
}
"""What to do where there is no package manager that we know; the embedded TeX has no XeTeX."""
_NEEDS_ROOT = frozenset(["apt-get", "dnf", "pacman"])


@dataclass(frozen=True, slots=True)
class Installation:
    """A command of the package manager."""

    command: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The command as typed in a shell."""
        return shlex.join(self.command)


def is_installed(engine_name: str) -> bool:
    """Whether the system has an engine, whatever packages come with it."""
    return any(tex.origin == "system" for tex in distribution.find(engine_name))


def installation(engine_name: str, *, fonts_only: bool = False) -> Installation:
    """The command that installs an engine, XeTeX with fonts for other scripts; or only these fonts.

    Raises `ResumeError` if the system has no package manager that we know.
    """
    if engine_name not in ("pdftex", "xetex"):
        error = Diagnostic(
            Severity.ERROR,
            "unknown-engine",
            f"invalid value {engine_name!r} for 'engine'",
            hint="use pdftex or xetex",
        )
        raise ResumeError(error)
    wanted = "fonts" if fonts_only else engine_name
    for manager, packages in _PACKAGES.items():
        if shutil.which(manager) and wanted in packages:
            root = manager in _NEEDS_ROOT and hasattr(os, "geteuid") and os.geteuid() != 0
            sudo = ["sudo"] if root else []
            return Installation((*sudo, *_INSTALL[manager], *packages[wanted].split()))
    error = Diagnostic(
        Severity.ERROR,
        "no-package-manager",
        "no supported package manager found",
        hint=_BY_HAND[wanted],
    )
    raise ResumeError(error)


def install(installation_: Installation) -> None:
    """Run the command. Raises `ResumeError` if it fails."""
    status = subprocess.run(installation_.command, check=False).returncode  # noqa: S603 - shown to the user first
    if status:
        message = f"installation failed with exit status {status}"
        error = Diagnostic(
            Severity.ERROR, "not-installed", message, hint=f"run it yourself: {installation_.shown}"
        )
        raise ResumeError(error)
