"""Time `texresume build` beside plain pdflatex on the same source, interleaved, in one run.

Prints Markdown tables of medians and ratios. Ratios hold where milliseconds do not: machines are noisy.
`--inspection` times what every build does with the PDF once TeX has made it.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from texresume import __version__, batch, distribution, inspection, pipeline, process, readers, template
from texresume.diagnostics import ResumeError
from texresume.renderer import Rendered

ROOT = Path(__file__).resolve().parent.parent


def seconds(action: Callable[[], object], clock: Callable[[], float]) -> float:
    started = clock()
    action()
    return clock() - started


def measure(
    actions: dict[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """The median of each action in seconds; every round runs each once, so that noise hits all alike."""
    for action in actions.values():
        action()
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            times[name].append(seconds(action, clock))
    return {name: statistics.median(found) for name, found in times.items()}


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def actions_for(
    tex: distribution.Tex, data: Path, name: str, folder: Path
) -> dict[str, Callable[[], object]]:
    """One build as a whole process, the same in this process, and pdflatex alone on the same source."""
    os.environ[distribution.CHOICE] = tex.origin
    dist = folder / "dist"
    request = pipeline.Request(data=data, template=name, output=dist, formats=("tex", "pdf"), project=ROOT)
    built = pipeline.build(request)
    plain = folder / f"plain-{tex.origin}"
    plain.mkdir()
    shutil.copyfile(built.files["tex"], plain / "resume.tex")
    for file in template.find(name, ROOT).files():
        shutil.copyfile(file, plain / file.name)
    typeset = [str(tex.program), "-interaction=batchmode", "resume.tex"]
    texresume = [sys.executable, "-m", "texresume", "build"]
    build = [*texresume, "--data", str(data), "--template", name, "--output", str(dist)]
    environment = {**os.environ, distribution.CHOICE: tex.origin}
    return {
        "`texresume build`, whole process": lambda: run(build, ROOT, environment),
        "`texresume.pipeline.build`, in a running process": lambda: pipeline.build(request),
        "plain pdflatex, one run, same source": lambda: run(typeset, plain, process.environment(plain)),
        "`python -c pass`": lambda: run([sys.executable, "-c", "pass"], plain),
    }


def single(data: Path, name: str, rounds: int) -> None:
    """One build, with each TeX that is there."""
    print("| TeX | what | ms | of plain pdflatex |\n|---|---|---:|---:|")
    for tex in distribution.find():
        with tempfile.TemporaryDirectory() as folder:
            actions = actions_for(tex, data, name, Path(folder))
            medians = measure(actions, rounds)
        reference = medians["plain pdflatex, one run, same source"]
        for what, median in medians.items():
            print(f"| {tex.origin} | {what} | {1000 * median:.0f} | {median / reference:.2f} |")
        os.environ.pop(distribution.CHOICE, None)


def batch_of(count: int, rounds: int) -> None:
    """The engineer's three variants, copied until there are so many."""
    source = ROOT / "data" / "engineer"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        shutil.copytree(source, data)
        files = sorted((source / "variants").glob("[!_]*.yaml"))
        for number in range(count - len(files)):
            shutil.copyfile(files[number % len(files)], data / "variants" / f"copy-{number}.yaml")
        request = pipeline.Request(data=data / "resume.yaml", output=folder / "dist", project=folder)
        requests = batch.for_all_variants(request)
        command = [sys.executable, "-m", "texresume", "build", "--all", "--output", str(folder / "dist")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        actions: dict[str, Callable[[], object]] = {
            f"{workers} process{'es' * (workers > 1)}": partial(_build_all, requests, workers)
            for workers in dict.fromkeys((1, os.cpu_count() or 1))
        }
        actions["`texresume build --all`"] = lambda: run(command, folder, environment)
        medians = measure(actions, rounds)
    reference = medians["1 process"]
    print(f"| {len(requests)} variants | s | PDFs/s | of one process |\n|---|---:|---:|---:|")
    for what, median in medians.items():
        rate = len(requests) / median
        print(f"| {what} | {median:.1f} | {rate:.1f} | {median / reference:.2f} |")


def _build_all(requests: list[pipeline.Request], workers: int) -> None:
    for outcome in batch.build_all(requests, workers):
        if outcome.build is None:
            raise ResumeError(outcome.diagnostics)


def fitting(rounds: int) -> None:
    """What a promised page costs: it fits at once, at the last step, or only without some highlights."""
    highlights = [f"{'Kept the nightly report of every region right. ' * 3}{number}" for number in range(40)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def request(count: int) -> pipeline.Request:
            file = folder / f"{count}.yaml"
            entry = {"name": "Acme", "highlights": highlights[:count]}
            file.write_text(yaml.safe_dump({"basics": {"name": "Ada"}, "work": [entry]}), "utf-8")
            return pipeline.Request(data=file, output=folder / "dist", project=ROOT)

        full = next(count for count in range(24, 40) if pipeline.build(request(count + 1)).fit.dropped)  # type: ignore[union-attr] # onepage measures
        counts = {"at the first step": 8, "at the last": full, "without some highlights": 40}
        made = {what: request(count) for what, count in counts.items()}
        builds = {what: pipeline.build(one) for what, one in made.items()}
        medians = measure({what: partial(pipeline.build, one) for what, one in made.items()}, rounds)
    print("| it fits | step | runs of TeX | ms | of the first |\n|---|---:|---:|---:|---:|")
    for what, built in builds.items():
        step = built.fit.step if built.fit else 0
        share = medians[what] / medians["at the first step"]
        print(f"| {what} | {step} | {built.runs} | {1000 * medians[what]:.0f} | {share:.2f} |")


def inspected(data: Path, name: str, folder: Path) -> tuple[bytes, Rendered]:
    """The PDF of an example as the inspection gets it, with what was printed into it."""
    seen: list[tuple[bytes, Rendered]] = []
    real = inspection.inspect

    def spy(pdf: bytes, rendered: Rendered, **more: bool) -> inspection.Report:
        seen.append((pdf, rendered))
        return real(pdf, rendered, **more)

    inspection.inspect = spy
    try:
        pipeline.build(pipeline.Request(data=data, template=name, output=folder, project=ROOT))
    finally:
        inspection.inspect = real
    return seen[-1]


def inspections(rounds: int) -> None:
    """The inspection of one page and of long CVs, by the clock of the processor: others disturb it less."""
    print("| PDF | pages | texts | reading it, ms | the whole inspection, ms |\n|---|---:|---:|---:|---:|")
    for data, name in (("resume", "onepage"), ("engineer/resume", "moderncv"), ("researcher", "academic")):
        with tempfile.TemporaryDirectory() as folder:
            pdf, rendered = inspected(ROOT / "data" / f"{data}.yaml", name, Path(folder))
        actions: dict[str, Callable[[], object]] = {
            "reading": partial(readers.pdfium_sees, pdf),
            "all": partial(inspection.inspect, pdf, rendered),
        }
        medians = measure(actions, rounds, clock=time.process_time)
        pages = inspection.inspect(pdf, rendered).pages
        times = " | ".join(f"{1000 * median:.1f}" for median in medians.values())
        print(f"| {data}, {name} | {pages} | {len(rendered.leaves)} | {times} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "resume.yaml")
    parser.add_argument("--template", default="onepage")
    parser.add_argument("--variants", type=int, default=40)
    parser.add_argument("--inspection", action="store_true", help="time the inspection alone")
    arguments = parser.parse_args()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    versions = f"texresume {__version__}, Python {platform.python_version()}"
    print(f"{versions}, {machine}; medians of {arguments.rounds} rounds (of many variants 3)\n")
    if arguments.inspection:
        inspections(arguments.rounds)
        return
    single(arguments.data, arguments.template, arguments.rounds)
    print()
    fitting(arguments.rounds)
    print()
    batch_of(arguments.variants, 3)


if __name__ == "__main__":
    main()
