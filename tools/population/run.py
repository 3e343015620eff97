"""Build a population of realistic résumés, and say what was refused, lost and warned about.

Each is built as a user would build it, by the command line's own function with `--json`, a quarter of them by
`check`; what it says counts.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from .make import Person, person

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "docs" / "checks.md"
BEGIN, END = "<!-- population -->\n", "<!-- /population -->\n"
LENGTH = "too-long"
"""The one refusal that can be right: a person may have more to say than a page holds."""
LOST = ("text-lost",)
CHECKED = 4
"""Every so many goes through `check`."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one résumé. `findings` are (severity, code, message, path)."""

    seed: int
    culture: str
    template: str
    engine: str
    verb: str
    status: int
    pages: int
    findings: tuple[tuple[str, str, str, str], ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """Codes of the errors, each once."""
        return tuple(dict.fromkeys(code for severity, code, _, _ in self.findings if severity == "error"))

    @property
    def refused(self) -> bool:
        """Whether it was refused for anything but its length."""
        return self.status != 0 and self.errors != (LENGTH,)


def build(seed: int, keep: Path | None = None) -> Result:
    """Build the résumé of a seed in a folder of its own; a failed one stays in `keep`."""
    one = person(seed)
    verb = "check" if seed % CHECKED == 0 else "build"
    with tempfile.TemporaryDirectory(prefix="population-") as folder:
        data = Path(folder) / "resume.yaml"
        data.write_text(one.yaml(), encoding="utf-8")
        status, said = _texresume(_command(one, verb, data, Path(folder) / "dist"))
    result = _result(one, verb, status, said)
    if keep is not None and result.status:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{seed}-{one.template}.yaml").write_text(one.yaml(), encoding="utf-8")
    return result


def _command(one: Person, verb: str, data: Path, output: Path) -> list[str]:
    options = [part for name, value in one.options.items() for part in ("--option", f"{name}={value}")]
    return [
        *("texresume", verb, "--data", str(data), "--template", one.template, "--engine", one.engine),
        *("--output", str(output), "--json", *options),
    ]


def _texresume(command: Sequence[str]) -> tuple[int, dict[str, Any]]:
    """Exit status and JSON of one command, run in this process."""
    from texresume.__main__ import main  # the pool's workers import it, not the parent

    out, err = io.StringIO(), io.StringIO()
    status = 0
    with (
        mock.patch.object(sys, "argv", list(command)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as exit_:
            status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    try:
        return status, json.loads(out.getvalue())
    except ValueError:
        finding = {"severity": "error", "code": "no-json", "message": err.getvalue()[-500:], "path": ""}
        return status or 1, {"builds": [], "diagnostics": [finding]}


def _result(one: Person, verb: str, status: int, said: dict[str, Any]) -> Result:
    builds = said.get("builds", [])
    findings = tuple(
        (found["severity"], found["code"], found["message"], found.get("path") or "")
        for found in said.get("diagnostics", [])
    )
    engine = builds[0]["engine"] if builds else one.engine
    pages = builds[0]["pages"] if builds else 0
    return Result(one.seed, one.culture, one.template, engine, verb, status, pages, findings)


def run(seeds: Sequence[int], workers: int, keep: Path | None = None) -> Iterator[Result]:
    """All results, in the order of the seeds."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(build, seeds, [keep] * len(seeds), chunksize=4)


def table(results: Sequence[Result]) -> str:
    """Refusals and findings, as Markdown."""
    lines = [
        "| template | builds | too long | refused | words lost | with warnings |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in [*sorted({one.template for one in results}), "all"]:
        some = [one for one in results if name in (one.template, "all")]
        lost = sum(
            code in LOST for one in some for severity, code, _, _ in one.findings if severity == "error"
        )
        warned = sum(any(severity == "warning" for severity, *_ in one.findings) for one in some)
        long = sum(one.errors == (LENGTH,) for one in some)
        lines.append(
            f"| {name} | {len(some)} | {long} | {sum(one.refused for one in some)} | {lost} | {warned} |"
        )
    counts = Counter(
        (severity, code)
        for one in results
        for severity, code in {(severity, code) for severity, code, _, _ in one.findings}
    )
    lines += ["", "| finding | résumés |", "|---|---:|"]
    order = {"error": 0, "warning": 1, "note": 2}
    for (severity, code), count in sorted(counts.items(), key=lambda one: (order[one[0][0]], -one[1])):
        lines.append(f"| {severity}: `{code}` | {count} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: exit status 1 if anything was refused but for its length."""
    parser = argparse.ArgumentParser(prog="population", description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="how many résumés (default: 60)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="a folder for the data of résumés that failed")
    parser.add_argument("--json", type=Path, help="write every finding into this file")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/checks.md")
    flags = parser.parse_args(arguments)
    seeds = range(flags.first, flags.first + flags.count)
    results = []
    for one in run(seeds, flags.workers, flags.keep):
        results.append(one)
        for severity, code, message, path in one.findings:
            if severity == "error" and one.refused:
                about = f"{one.seed} {one.culture} {one.template} {one.engine} {one.verb}"
                print(f"{about}: [{code}] {path}: {message}", flush=True)
    text = table(results)
    print(text)
    if flags.json:
        flags.json.write_text(json.dumps([_as_json(one) for one in results], ensure_ascii=False, indent=1))
    if flags.write:
        _write(text, len(results))
    return int(any(one.refused for one in results))


def _as_json(one: Result) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Result.__slots__}


def _write(text: str, count: int) -> None:
    page = DOC.read_text("utf-8")
    before, found, rest = page.partition(BEGIN)
    if not found:
        raise SystemExit(f"{DOC} has no line {BEGIN.strip()}")
    after = rest.partition(END)[2]
    head = f"{count} résumés, by `invoke population --count {count} --write`:\n\n"
    DOC.write_text(f"{before}{BEGIN}{head}{text}{END}{after}", encoding="utf-8")
