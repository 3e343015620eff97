"""What a run has measured, its tables, and which of the figures to reach are reached."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .timing import Measured

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
"""Between these comments of docs/benchmarks.md stand the tables of the newest run."""


@dataclass(slots=True)
class Results:
    """All samples of a run, by section."""

    machine: str
    versions: Mapping[str, str]
    date: str
    rounds: int
    sections: dict[str, list[Measured]] = field(default_factory=dict)

    def find(self, name: str) -> Measured | None:
        """What has this name and samples."""
        every = (one for section in self.sections.values() for one in section)
        return next((one for one in every if one.name == name and one.seconds), None)

    def why(self, name: str) -> str:
        """Why there are no samples under a name; nothing if it was not asked for."""
        every = (one for section in self.sections.values() for one in section)
        return next((str(one.facts["absent"]) for one in every if one.name == name and not one.seconds), "")

    def as_json(self) -> dict[str, object]:
        head = {
            "machine": self.machine,
            "versions": dict(self.versions),
            "date": self.date,
            "rounds": self.rounds,
        }
        sections = {
            title: {one.name: one.as_json() for one in found} for title, found in self.sections.items()
        }
        figures = [
            {
                "figure": figure.what,
                "limit": figure.limit,
                "measured": value,
                "reached": figure.reached(value),
            }
            for figure in FIGURES
            for value in (figure.value(self),)
        ]
        return {**head, "sections": sections, "figures": figures}

    @classmethod
    def read_json(cls, file: Path) -> Results:
        """A run that was written before."""
        kept = json.loads(file.read_text("utf-8"))
        sections = {
            title: [
                Measured(name, one.pop("what"), tuple(one.pop("seconds")), one) for name, one in found.items()
            ]
            for title, found in kept["sections"].items()
        }
        return cls(kept["machine"], kept["versions"], kept["date"], kept["rounds"], sections)

    def write_json(self, file: Path) -> None:
        file.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")


def by_median(one: Measured) -> float:
    return one.median


def by_fastest(one: Measured) -> float:
    return one.fastest


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to reach. `divisor` "" stands for milliseconds, "variants" for PDFs a second."""

    what: str
    limit: float
    name: str
    divisor: str = ""

    def value(self, results: Results, taken: Callable[[Measured], float] = by_median) -> float | None:
        """What the run says, if it measured what is needed; `taken` makes one number of samples."""
        one = results.find(self.name)
        if one is None:
            return None
        if self.divisor == "variants":
            return float(one.facts["variants"]) / taken(one)
        if not self.divisor:
            return 1000 * taken(one)
        other = results.find(self.divisor)
        return None if other is None else taken(one) / taken(other)

    def reached(self, value: float | None) -> bool | None:
        if value is None:
            return None
        return value >= self.limit if self.divisor == "variants" else value <= self.limit

    def spelled(self, value: float) -> str:
        if self.divisor == "variants":
            return f"{value:.1f} PDFs/s"
        return f"{value:.2f}" if self.divisor else f"{value:.0f} ms"


FIGURES = (
    Figure("`invoke build` after an edit, of RenderCV's PDF-only render", 0.35, "warm", "rendercv"),
    Figure(
        "`texresume build` after an edit, of RenderCV's PDF-only render", 0.28, "warm-texresume", "rendercv"
    ),
    Figure("`invoke build` after an edit, of YAMLResume's from clean", 0.10, "warm", "yamlresume-clean"),
    Figure("`invoke build` after an edit, of YAMLResume's after an edit", 0.10, "warm", "yamlresume"),
    Figure("first build (empty cache), of RenderCV's warm PDF-only render", 1.0, "cold", "rendercv"),
    Figure("save to new PDF while watching, pdfTeX", 50, "watch-pdftex"),
    Figure("save to new PDF while watching, XeTeX", 80, "watch-xetex"),
    Figure("save to picture in the preview", 100, "preview-picture"),
    Figure("save to picture in the preview, of RenderCV's watch", 0.9, "preview-picture", "watch-rendercv"),
    Figure("batch of variants", 24, "batch", "variants"),
)


def markdown(results: Results) -> str:
    """All tables of a run, the figures to reach first."""
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    rounds = f"medians of {results.rounds} round{'s' * (results.rounds > 1)}"
    lines = [
        f"{results.date}, {rounds}. {results.machine}. {versions}.",
    ]
    if figures := _figures(results):
        lines += ["", *_table("| figure | reach | measured | of the fastest | |", figures)]
    for title, head, rows in TABLES:
        if title in results.sections:
            lines += ["", f"### {title}", "", *_table(head, rows(results, results.sections[title]))]
    return "\n".join(lines) + "\n"


def _table(head: str, rows: Sequence[str]) -> list[str]:
    columns = head.count("|") - 1
    return [head, "|---|" + "---:|" * (columns - 1), *rows]


def _figures(results: Results) -> list[str]:
    """The figures to reach, those left out that the run did not ask for."""
    rows = []
    for figure in FIGURES:
        value = figure.value(results)
        sign = "≥" if figure.divisor == "variants" else "≤"
        limit = f"{sign} {figure.spelled(figure.limit)}"
        if value is None:
            missing = figure.name if results.find(figure.name) is None else figure.divisor
            if why := results.why(missing):
                rows.append(f"| {figure.what} | {limit} | – | – | not measured: {why} |")
        else:
            verdict = "reached" if figure.reached(value) else "**not reached**"
            best = figure.value(results, by_fastest) or value
            measured = f"{figure.spelled(value)} | {figure.spelled(best)}"
            rows.append(f"| {figure.what} | {limit} | {measured} | {verdict} |")
    return rows


def _builds(results: Results, found: Sequence[Measured]) -> list[str]:
    """Milliseconds, and how they compare with plain pdflatex and with RenderCV."""
    references = [results.find(name) for name in ("pdflatex", "rendercv")]
    rows = []
    for one in found:
        if not one.seconds:
            rows.append(f"| {one.what} | – | – | – | {one.facts['absent']} |")
            continue
        ratios = (f"{one.median / reference.median:.2f}" if reference else "–" for reference in references)
        rows.append(
            f"| {one.what} | {1000 * one.median:.0f} | {1000 * one.fastest:.0f} | {' | '.join(ratios)} |"
        )
    return rows


def _shown(_: Results, found: Sequence[Measured]) -> list[str]:
    return [
        f"| {one.what} | – | {one.facts['absent']} |"
        if "absent" in one.facts
        else f"| {one.what} | {one.facts['pages']} | {100 * float(one.facts['words']):.1f} % |"
        for one in found
    ]


def _batch(_: Results, found: Sequence[Measured]) -> list[str]:
    return [
        f"| {one.what} | {one.median:.1f} | {float(one.facts['variants']) / one.median:.1f} |"
        for one in found
        if one.seconds
    ]


def _variants(_: Results, found: Sequence[Measured]) -> list[str]:
    return [
        f"| {one.what} | {one.median:.2f} | {1000 * one.median / float(one.facts['variants']):.0f} "
        f"| {one.facts['MiB'] or '–'} |"
        for one in found
        if one.seconds
    ]


def _pages(_: Results, found: Sequence[Measured]) -> list[str]:
    return [
        f"| {one.what} | {1000 * one.median:.0f} | {1000 * one.median / float(one.facts['pages']):.0f} "
        f"| {one.facts['runs']} |"
        for one in found
        if one.seconds
    ]


def _fitting(_: Results, found: Sequence[Measured]) -> list[str]:
    return [
        f"| {one.what} | {one.facts['step']} | {one.facts['runs']} | {1000 * one.median:.0f} "
        f"| {one.median / found[0].median:.2f} |"
        for one in found
    ]


def _inspection(_: Results, found: Sequence[Measured]) -> list[str]:
    return [
        f"| {one.what} | {one.facts['pages']} | {one.facts['texts']} | {1000 * one.median:.1f} |"
        for one in found
    ]


BUILDS = "One build"
WATCH = "While watching"
SHOWN = "What the PDFs hold of the content"
BATCH = "Many variants"
VARIANTS = "As variants grow"
PAGES = "As the résumé grows"
FITTING = "A promised page"
INSPECTION = "The inspection"
TABLES: tuple[tuple[str, str, Callable[[Results, Sequence[Measured]], list[str]]], ...] = (
    (BUILDS, "| what | ms | fastest | of plain pdflatex | of RenderCV |", _builds),
    (SHOWN, "| program | pages | words that are there |", _shown),
    (WATCH, "| what | ms | fastest | of plain pdflatex | of RenderCV |", _builds),
    (BATCH, "| what | s | PDFs/s |", _batch),
    (VARIANTS, "| variants | s | ms each | peak memory, MiB |", _variants),
    (PAGES, "| pages | ms | ms a page | runs of TeX |", _pages),
    (FITTING, "| it fits | step | runs of TeX | ms | of the first |", _fitting),
    (INSPECTION, "| PDF | pages | texts | ms of the processor |", _inspection),
)


def write_into(document: Path, tables: str) -> None:
    """Put the tables between the two comments of a document. Raises `ValueError` if it lacks them."""
    before, begin, rest = document.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no place for the results: {BEGIN} … {END}")
    document.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", "utf-8")
