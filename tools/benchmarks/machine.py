"""The machine and the versions that a table of times is worth nothing without."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from texresume import __version__
from texresume.tex import distribution

from . import peers
from .content import ROOT


def described() -> str:
    """Processor, cores, memory and system in a line."""
    model = (
        _found(r"model name\s*: (.+)", _text("/proc/cpuinfo")) or platform.processor() or platform.machine()
    )
    memory = int(_found(r"MemTotal:\s*(\d+)", _text("/proc/meminfo")) or 0) / 2**20
    room = f", {memory:.0f} GiB" if memory else ""
    return f"{model}, {os.cpu_count()} cores{room}, {_system()}"


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({platform.machine()})"
    except (OSError, KeyError, AttributeError):
        return f"{platform.system()} {platform.release()} ({platform.machine()})"


def versions() -> Mapping[str, str]:
    """What was measured: program to version."""
    found = {"texresume": f"{__version__} {_first(['git', 'rev-parse', '--short', 'HEAD'])}".strip()}
    found["Python"] = platform.python_version()
    for tex in [*distribution.find(), *distribution.find("xetex")]:
        name = {"pdftex": "pdfTeX", "xetex": "XeTeX"}[tex.engine]
        said = _first([str(tex.program), "--version"])
        found[f"{tex.origin} {name}"] = _found(r"-([\d.]+ \(.+\))$", said) or said
    for name, program in peers.programs().items():
        found[name] = _found(r"\d+(?:\.\d+)+\w*", _first([program, "--version"])) or "unknown"
    return found


def _first(command: Sequence[str]) -> str:
    """The first line that a program prints of itself that is not empty."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return next((line.strip() for line in done.stdout.splitlines() if line.strip()), "")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return (match[1] if match.re.groups else match[0]).strip() if match else ""


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", "replace")
    except OSError:
        return ""
