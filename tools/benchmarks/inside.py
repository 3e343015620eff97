"""What two stages of a build cost: fitting a promised number of pages, and inspecting the PDF."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import yaml

from texresume.build import pipeline
from texresume.latex.render import Rendered
from texresume.pdf import extractors, inspection
from texresume.pdf.problems import Report

from .content import ROOT
from .timing import Action, Measured, measure


def fitting(rounds: int, folder: Path) -> list[Measured]:
    """What a promised page costs: it fits at once, at the last step, or only without some highlights."""
    highlights = [f"{'Kept the nightly report of every region right. ' * 3}{number}" for number in range(40)]

    def request(count: int, more: str = "") -> pipeline.Request:
        file = folder / f"{count}.yaml"
        entry = {"name": f"Acme{more}", "highlights": highlights[:count]}
        file.write_text(yaml.safe_dump({"basics": {"name": "Ada"}, "work": [entry]}), "utf-8")
        return pipeline.Request(data=file, output=folder / "dist", project=ROOT)

    def fits(count: int) -> bool:
        fitted = pipeline.build(request(count)).fit
        assert fitted is not None  # noqa: S101 - onepage measures
        return not fitted.dropped

    full = next(count for count in range(24, 40) if not fits(count + 1))
    counts = {"at the first step": 8, "at the last": full, "without some highlights": 40}
    built: dict[str, pipeline.Build] = {}
    numbers = iter(range(1000, 10_000))

    def build(what: str) -> None:
        built[what] = pipeline.build(request(counts[what]))

    actions = {
        (f"fit-{count}", what): Action(
            partial(build, what), lambda count=count: request(count, f" {next(numbers)}")  # type: ignore[misc] # mypy infers no default arguments of a lambda
        )
        for what, count in counts.items()
    }  # fmt: skip
    found = []
    for one in measure(actions, rounds):
        made = built[one.what]
        facts = {"step": made.fit.step if made.fit else 0, "runs": made.runs}
        found.append(Measured(one.name, one.what, one.seconds, facts))
    return found


def _inspected(data: Path, name: str, folder: Path) -> tuple[bytes, Rendered]:
    """The PDF of an example as the inspection gets it, with what was printed into it."""
    seen: list[tuple[bytes, Rendered]] = []
    real = inspection.inspect

    def spy(pdf: bytes, rendered: Rendered, **more: bool) -> Report:
        seen.append((pdf, rendered))
        return real(pdf, rendered, **more)

    inspection.inspect = spy
    try:
        pipeline.build(pipeline.Request(data=data, template=name, output=folder, project=ROOT))
    finally:
        inspection.inspect = real
    return seen[-1]


def inspections(rounds: int, folder: Path) -> list[Measured]:
    """The inspection of one page and of long CVs, by the clock of the processor: others disturb it less."""
    found = []
    for data, name in (("resume", "onepage"), ("engineer/resume", "moderncv"), ("researcher", "academic")):
        pdf, rendered = _inspected(ROOT / "data" / f"{data}.yaml", name, folder)
        key = f"inspection-{data.partition('/')[0]}"
        actions = {
            (f"{key}-reading", f"{data}, {name}: reading the PDF"): Action(
                partial(extractors.read_with_pdfium, pdf)
            ),
            (key, f"{data}, {name}: the whole inspection"): Action(
                partial(inspection.inspect, pdf, rendered)
            ),
        }
        facts = {"pages": inspection.inspect(pdf, rendered).pages, "texts": len(rendered.fields)}
        found += [
            Measured(one.name, one.what, one.seconds, facts)
            for one in measure(actions, rounds, clock=time.process_time)
        ]
    return found
