"""Compare the PDFs of this working copy with those of another commit, byte for byte.

    python tools/same_bytes.py --base REV [--data FILE …] [--only TEXT]

Every example is built in every template, on every paper, with every TeX that is installed: once from a
temporary worktree of REV, once from here, both with the libraries of this Python. Only `texresume.build` is
used, which both must have. The exit status is 1 if any PDF differs, or if a build fails on one side only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ("a4", "letter")
TEX = (("embedded", "pdftex"), ("system", "pdftex"), ("system", "xetex"))
"""Which TeX (the environment variable TEXRESUME_TEX), and which engine of it."""


def jobs(root: Path, more: list[str], only: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Each build by its name, with the arguments of `texresume.build`."""
    data = root / "data"
    examples = sorted([*data.glob("*.yaml"), *data.glob("*/resume.yaml")])
    templates = sorted(file.parent.name for file in (root / "templates").glob("*/template.yaml"))
    for file in [*examples, *map(Path, more)]:
        label = file.relative_to(root) if file.is_relative_to(root) else file
        for template in templates:
            for paper in PAPERS:
                name = f"{label} {template} {paper}"
                if only in name:
                    options = {"paper": paper}
                    yield name, {"data": file, "template": template, "options": options, "project": root}


def build_all(root: Path, engine: str, more: list[str], only: str) -> dict[str, str]:
    """The SHA-256 of each PDF, or the codes of the errors if it was not built."""
    import texresume
    from texresume.diagnostics import ResumeError

    assert Path(texresume.__file__).is_relative_to(root)  # noqa: S101 - else nothing would be compared
    results = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as output:
        for name, arguments in jobs(root, more, only):
            try:
                built = texresume.build(output=output, engine=engine, **arguments)  # type: ignore[arg-type]
            except ResumeError as error:
                results[name] = "not built: " + ", ".join(sorted({one.code for one in error.diagnostics}))
            else:
                results[name] = hashlib.sha256(Path(built.files["pdf"]).read_bytes()).hexdigest()
    return results


def start(root: Path, tex: str, engine: str, more: list[str], only: str) -> subprocess.Popen[bytes]:
    """Build everything from a commit's files in a process of its own."""
    variables = {
        **os.environ,
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TEXRESUME_CACHE": "none",
        "TEXRESUME_TEX": tex,
    }
    variables.pop("SOURCE_DATE_EPOCH", None)
    command = [sys.executable, "-P", str(Path(__file__).resolve()), "--build", str(root), "--engine", engine]
    command += ["--only", only, "--data", *more]
    return subprocess.Popen(command, env=variables, cwd=root, stdout=subprocess.PIPE)


@contextmanager
def worktree(revision: str) -> Iterator[Path]:
    """The files of a commit, in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="texresume-base-")).resolve()
    git = ["git", "-C", str(ROOT), "worktree"]
    try:
        subprocess.run([*git, "add", "--quiet", "--detach", "--force", str(folder), revision], check=True)
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def compare(base: Path, tex: str, engine: str, more: list[str], only: str) -> tuple[int, list[str]]:
    """How many PDFs were compared, and the builds that differ."""
    running = [start(root, tex, engine, more, only) for root in (base, ROOT)]
    before, after = (json.loads(process.communicate()[0]) for process in running)
    if any(process.returncode for process in running):
        raise SystemExit("a process that builds has failed")
    differing = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, "no such example"), after.get(name, "no such example")
        if old != new:
            differing.append(f"{name}: {old[:40]} -> {new[:40]}")
    return sum(not result.startswith("not built") for result in after.values()), differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--base", default="main", help="the commit to compare with")
    parser.add_argument("--data", nargs="*", default=[], help="more files to build, besides the examples")
    parser.add_argument("--only", default="", help="only builds with this text in their names")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--engine", default="pdftex", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        print(json.dumps(build_all(given.build, given.engine, given.data, given.only)))
        return 0
    more = [str(Path(file).resolve()) for file in given.data]
    different = 0
    with worktree(given.base) as base:
        print(f"{'TeX':<20}{'PDFs':>6}{'different':>11}")
        for tex, engine in TEX:
            count, differing = compare(base, tex, engine, more, given.only)
            print(f"{f'{tex} {engine}':<20}{count:>6}{len(differing):>11}", flush=True)
            for line in differing:
                print(f"  {line}")
            different += len(differing)
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
