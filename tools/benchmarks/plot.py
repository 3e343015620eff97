"""A picture of a run: who takes how long, and how the cost grows. Needs matplotlib, the extra `bench`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .results import BUILDS, PAGES, VARIANTS, WATCH, Results
from .timing import Measured

OURS, THEIRS, INK, FAINT = "#1f4e79", "#b5b5b5", "#222222", "#dddddd"
WIDTH, ROW_INCHES, CURVES_INCHES = 9.2, 0.3, 2.6
_STYLE = {
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "path",
    "svg.hashsalt": "texresume",
}
_REFERENCE = "warm"
_BEHIND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
"""What keeps a curve from crossing its labels."""


def draw(results: Results, file: Path) -> None:
    """Draw a run, as SVG or PNG by the file's name; on white, so that it is legible on dark pages."""
    matplotlib: Any = _required("matplotlib")
    matplotlib.use("Agg")
    pyplot: Any = _required("matplotlib.pyplot")
    bars = [one for title in (WATCH, BUILDS) for one in results.sections.get(title, ()) if one.seconds]
    curves = [title for title in (PAGES, VARIANTS) if results.sections.get(title)]
    heights = [max(len(bars), 1) * ROW_INCHES + 0.9, *([CURVES_INCHES] if curves else [])]
    with pyplot.rc_context(_STYLE):
        figure = pyplot.figure(figsize=(WIDTH, sum(heights)), layout="constrained", facecolor="white")
        parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
        _bars(parts[0].subplots(), sorted(bars, key=lambda one: one.median), results.find(_REFERENCE))
        if curves:
            axes = parts[1].subplots(1, len(curves), squeeze=False)[0]
            for axis, title in zip(axes, curves, strict=True):
                found = [one for one in results.sections[title] if one.seconds]
                (_pages if title == PAGES else _variants)(axis, found)
        metadata = {"Date": None} if file.suffix == ".svg" else {}
        figure.savefig(file, metadata=metadata, dpi=110)
        pyplot.close(figure)


def _required(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise SystemExit("a picture needs matplotlib: pip install -e '.[bench]'") from None


def _bars(axis: Any, bars: Sequence[Measured], reference: Measured | None) -> None:
    """Horizontal bars on a logarithmic axis, the quickest on top, with milliseconds and the ratio at each."""
    places = range(len(bars))
    times = [1000 * one.median for one in bars]
    colours = [OURS if one.what.startswith("texresume") else THEIRS for one in bars]
    axis.barh(places, times, color=colours, height=0.72)
    axis.set_xscale("log")
    axis.set_yticks(places, [one.what.replace("`", "").replace("texresume: ", "") for one in bars])
    for tick, one in zip(axis.get_yticklabels(), bars, strict=True):
        tick.set_fontweight("bold" if one.what.startswith("texresume") else "normal")
    axis.invert_yaxis()
    for place, one, time in zip(places, bars, times, strict=True):
        ratio = f"   {_short(one.median / reference.median)} ×" if reference else ""
        spelled = f"{time:,.0f} ms" if time >= 1 else f"{time:.1f} ms"
        axis.annotate(spelled + ratio, (time, place), (5, 0), textcoords="offset points", va="center")
    if times:
        axis.set_xlim(min(times) / 2, max(times) * 8)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.grid(visible=True, axis="x", color=FAINT, linewidth=0.8)
    axis.set_axisbelow(True)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel("milliseconds (logarithmic); × compares with invoke build after an edit")
    axis.set_ylabel("what is run (bold: texresume)")
    axis.set_title("Time to the PDF of the same résumé", loc="left", fontweight="bold")


def _short(ratio: float) -> str:
    """Two figures of a ratio."""
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"


def _pages(axis: Any, found: Sequence[Measured]) -> None:
    pages = [float(one.facts["pages"]) for one in found]
    times = [1000 * one.median for one in found]
    axis.plot(pages, times, color=OURS, marker="o")
    for x, y in zip(pages, times, strict=True):
        axis.annotate(f"{y:,.0f} ms", (x, y), (0, 7), textcoords="offset points", ha="center", bbox=_BEHIND)
    axis.set_title("As the résumé grows", loc="left", fontweight="bold")
    axis.set_xlabel("pages (logarithmic)")
    axis.set_ylabel("ms a build, in a running process")
    axis.set_ylim(0, max(times) * 1.25)
    axis.set_xscale("log")
    axis.set_xticks(pages, [f"{count:.0f}" for count in pages])
    axis.set_xticks([], minor=True)
    axis.set_xlim(min(pages) / 1.5, max(pages) * 1.5)
    axis.grid(visible=True, color=FAINT, linewidth=0.8)


def _variants(axis: Any, found: Sequence[Measured]) -> None:
    counts = [float(one.facts["variants"]) for one in found]
    rates = [count / one.median for one, count in zip(found, counts, strict=True)]
    axis.plot(counts, rates, color=OURS, marker="o")
    for one, x, y in zip(found, counts, rates, strict=True):
        memory = f"\n{one.facts['MiB']:,} MiB" if one.facts.get("MiB") else ""
        axis.annotate(
            f"{y:.1f}{memory}", (x, y), (0, 7), textcoords="offset points", ha="center", bbox=_BEHIND
        )
    axis.set_xscale("log")
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.set_xlim(min(counts) / 2, max(counts) * 2)
    axis.set_ylim(0, max(rates) * 1.4)
    axis.set_title("As variants grow", loc="left", fontweight="bold")
    axis.set_xlabel("variants (logarithmic; with the peak of memory)")
    axis.set_ylabel("PDFs a second, build --all")
    axis.grid(visible=True, color=FAINT, linewidth=0.8)
