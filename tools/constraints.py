"""Pin what the README's commands install: the newest releases with which the tests pass, for all systems.

`uv` resolves every extra for Linux, macOS and Windows at once, with markers where releases differ by Python.
The tests run in a fresh environment with the result; only if they pass does it become `constraints.txt`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "constraints.txt"
HEADER = """\
# The releases that the tests last passed with, for Python {lowest} and later on Linux, macOS and Windows.
# Made by `invoke constraints`. `pip install texresume` does not read it: users have lower bounds only.
"""


def environment(folder: Path, *arguments: str) -> Path:
    """A fresh environment with some packages; where its programs lie."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "-q", *arguments], cwd=ROOT, check=True)
    return programs


def resolved(programs: Path) -> str:
    """The newest releases of all that texresume and its extras need."""
    project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lowest = project["requires-python"].removeprefix(">=")
    flags = "--all-extras --universal --upgrade --strip-extras --no-annotate --no-header --quiet".split()
    flags += ["--python-version", lowest, "--no-emit-package", project["name"]]
    command: list[str | Path] = [programs / "uv", "pip", "compile", "pyproject.toml", *flags]
    pins = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return HEADER.format(lowest=lowest) + pins


def main() -> int:
    """Write the file, if the tests pass with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-test", action="store_true", help="write it unseen")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = resolved(environment(folder / "uv", "uv"))
        fresh = folder / FILE.name
        fresh.write_text(text, encoding="utf-8")
        if not options.no_test:
            programs = environment(folder / "tests", "-c", str(fresh), "-e", ".[tex,dev]")
            done = subprocess.run([programs / "invoke", "test"], cwd=ROOT, check=False)
            if done.returncode:
                sys.stderr.write(
                    f"{FILE.name} stays as it is: the tests do not pass with the newest releases\n"
                )
                return done.returncode
    before = FILE.read_text("utf-8").splitlines() if FILE.exists() else []
    FILE.write_text(text, encoding="utf-8")
    for line in sorted({*before} ^ {*text.splitlines()}):
        sys.stdout.write(f"{'-' if line in before else '+'} {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
