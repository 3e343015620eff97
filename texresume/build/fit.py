"""Fitting a number of pages: the fitting steps, dropping highlights, and the report.

TeX tries the fitting steps of a template and measures the text; see `texresume.sty`, section 6. This module
decides which highlights are dropped if even the tightest step does not fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from texresume.document.model import Document, Entry, Highlight, Section
from texresume.latex.manifest import Value
from texresume.latex.render import FittingSteps, Rendered
from texresume.latex.template import Template
from texresume.records import dataclass

if TYPE_CHECKING:
    from texresume.tex.texlog import Item  # the shape of what TeX has measured

STEP = "step"
"""The option of templates with fitting steps: a number, or `auto`."""
AUTO = "auto"
RUNT = 0.2
"""If a highlight's last line is less full than this, shortening it is the cheapest way to save a line."""
ATTEMPTS = 5
"""Runs of TeX that dropping highlights may take: two, unless page breaks move on several pages."""
_MM = 25.4 / 72.27


@dataclass(frozen=True, slots=True)
class Set:
    """A highlight on the page: its data path, its lines, and how full the last one is (0 to 1)."""

    path: str
    lines: int
    last: float

    @property
    def is_runt(self) -> bool:
        """Whether shortening it by a word or two would save a line."""
        return self.lines > 1 and self.last < RUNT


@dataclass(frozen=True, slots=True)
class Dropped:
    """A highlight that was dropped: its name in variants (`work.acme.2`), its data path, and its lines."""

    address: str
    path: str
    lines: int


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The last page of a text at the loosest step, which a tighter one saved: its number, and how full it was
    (0 to 1).
    """

    number: int
    fill: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text was fitted.

    `step` is the fitting step of the template, out of `steps`. Sizes are in pt, the side margin in mm; `gap`
    is the white space above a highlight. `fill` is the used share of the last page, `over` the height in pt
    that does not fit.
    """

    step: int
    steps: int
    size: float
    leading: float
    gap: float
    margin: float
    fill: float
    over: float
    highlights: tuple[Set, ...]
    dropped: tuple[Dropped, ...] = ()
    spare: int = 0
    """Lines that dropping all droppable highlights would save."""
    saved: SavedPage | None = None
    """The nearly empty last page for whose sake this step was taken, where no number of pages is promised."""

    @property
    def runts(self) -> tuple[Set, ...]:
        """The cheapest edits, those with the emptiest last line first."""
        return tuple(sorted((one for one in self.highlights if one.is_runt), key=lambda one: one.last))

    @property
    def lines_over(self) -> int:
        """`over` in highlights of one line."""
        return math.ceil(self.over / (self.leading + self.gap))

    def height(self, lines: int) -> float:
        """The height of a highlight, in pt."""
        return lines * self.leading + self.gap

    def as_json(self) -> dict[str, Any]:
        """The object in `--json`."""
        return {
            "step": self.step,
            "steps": self.steps,
            "size_pt": round(self.size, 2),
            "leading_pt": round(self.leading, 2),
            "margin_mm": round(self.margin, 2),
            "fill": round(self.fill, 4),
            "dropped": [
                {"path": one.path, "address": one.address, "lines": one.lines} for one in self.dropped
            ],
            "runts": [one.path for one in self.runts],
            "saved_page": {"number": self.saved.number, "fill": self.saved.fill} if self.saved else None,
        }


def fitting_steps(template: Template, options: Mapping[str, Value]) -> FittingSteps:
    """The steps that the template may try: all of them, or the one that was asked for."""
    step = str(options.get(STEP, AUTO))
    if step == AUTO:
        return FittingSteps(template.pages)
    return FittingSteps(template.pages, int(step), int(step))


def measured(measures: Mapping[str, str], items: Iterable[Item], rendered: Rendered) -> Fit | None:
    """What TeX has measured; `None` if there was nothing to fit, or the template does not measure."""
    try:
        values = {
            key: float(measures[key].removesuffix("pt"))
            for key in ("step", "steps", "size", "leading", "gap", "margin", "room", "over", "filled")
        }
    except (KeyError, ValueError):
        return None
    return Fit(
        step=int(values["step"]),
        steps=int(values["steps"]),
        size=values["size"],
        leading=values["leading"],
        gap=values["gap"],
        margin=values["margin"] * _MM,
        fill=values["filled"] / values["room"] if values["room"] else 0.0,
        over=max(0.0, values["over"]),
        highlights=tuple(Set(rendered.path_at(item.line), item.lines, item.last) for item in items),
        saved=_saved(measures.get("saved", "")),
    )


def _saved(measure: str) -> SavedPage | None:
    """The page that was saved, from `saved=PAGE PERCENT` in the log."""
    if not measure:
        return None
    number, percent = map(int, measure.split())
    return SavedPage(number, percent / 100)


# -- dropping highlights --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A highlight that may be dropped. The smaller its `age`, the longer ago its entry ended."""

    highlight: Highlight
    entry: str
    age: tuple[int, ...]
    lines: int


def candidates(document: Document, lines: Mapping[str, int]) -> list[Candidate]:
    """The highlights that may be dropped, in that order: the least important first, of these the oldest, of
    these the longest. Those to be kept, and those that were not measured, are not among them.
    """
    found = [
        Candidate(highlight, entry.path, _age(entry, place), lines[_printed_path(highlight)])
        for place, (_, entry) in enumerate(_entries(document))
        for highlight in _by_path(entry)
        if not highlight.keep and _printed_path(highlight) in lines
    ]
    return sorted(found, key=lambda one: (one.highlight.priority, one.age, -one.lines))


def drop_highlights(document: Document, fit: Fit) -> tuple[Document, tuple[Dropped, ...], int]:
    """Drop as many highlights as it takes to fit: returns the document without them, the dropped ones, and
    the lines that dropping all of them could save.

    Each entry keeps at least one. Those that turn out to be unnecessary come back, the most important first;
    if all of them are not enough, none is dropped.
    """
    lines: dict[str, int] = {}
    for item in fit.highlights:  # a text that is a list is several highlights
        lines[item.path] = lines.get(item.path, 0) + item.lines
    left = {entry.path: len(_by_path(entry)) for _, entry in _entries(document)}
    chosen: list[Candidate] = []
    for one in candidates(document, lines):
        if left[one.entry] > 1:
            left[one.entry] -= 1
            chosen.append(one)
    spare = sum(one.lines for one in chosen)
    saved = sum(fit.height(one.lines) for one in chosen)
    if saved < fit.over:
        return document, (), spare
    for one in reversed(chosen.copy()):
        if saved - fit.height(one.lines) >= fit.over:
            chosen.remove(one)
            saved -= fit.height(one.lines)
    paths = {one.highlight.path for one in chosen}
    dropped = tuple(
        Dropped(_address(section, entry, highlight), highlight.path, lines[_printed_path(highlight)])
        for section, entry in _entries(document)
        for highlight in _by_path(entry)
        if highlight.path in paths
    )
    return _without(document, paths), dropped, spare


def _by_path(entry: Entry) -> tuple[Highlight, ...]:
    """The highlights of an entry; of those that one text of the data became, the first."""
    return tuple({one.path: one for one in reversed(entry.highlights)}.values())[::-1]


def _printed_path(highlight: Highlight) -> str:
    """The data path of the printed text, which is that of one language if the highlight has several."""
    return next((part.path for part in highlight.text.parts if part.path), highlight.path)


def _address(section: Section, entry: Entry, highlight: Highlight) -> str:
    name = highlight.id if highlight.id.startswith(f"{entry.id}.") else f"{entry.id}.{highlight.id}"
    return f"{section.id}.{name}"


def _age(entry: Entry, place: int) -> tuple[int, ...]:
    """The later an entry ended, the greater; those without a date count by position, the last one first."""
    return (*entry.ended, -place)


def _entries(document: Document) -> Iterator[tuple[Section, Entry]]:
    for section in document.sections:
        for entry in section.entries:
            yield section, entry
            yield from ((section, position) for position in entry.positions)


def _without(document: Document, paths: set[str]) -> Document:
    def entry_without(entry: Entry) -> Entry:
        return replace(
            entry,
            highlights=tuple(one for one in entry.highlights if one.path not in paths),
            positions=tuple(map(entry_without, entry.positions)),
        )

    def section_without(section: Section) -> Section:
        groups = (
            replace(group, entries=tuple(map(entry_without, group.entries))) for group in section.groups
        )
        return replace(section, groups=tuple(groups))

    return replace(document, sections=tuple(map(section_without, document.sections)))


def summary(fit: Fit) -> list[str]:
    """The report for people, a few lines."""
    lines = [
        f"fits at step {fit.step} of {fit.steps}: {fit.size:g} pt on {fit.leading:g} pt, margins"
        f" {fit.margin:.1f} mm, {fit.fill:.0%} full"
    ]
    if fit.saved:
        page = f"page {fit.saved.number}, which would be {fit.saved.fill:.0%} full"
        lines.append(f"saved {page}: --option step=1 keeps it")
    if fit.dropped:
        total = sum(one.lines for one in fit.dropped)
        count = len(fit.dropped)
        lines.append(
            f"dropped {count} highlight{'s' * (count > 1)} ({total} line{'s' * (total > 1)}):"
            f" {', '.join(one.address for one in fit.dropped)}"
        )
    if fit.runts:
        paths = ", ".join(one.path for one in fit.runts)
        lines.append(f"shortening these by a word or two would save a line each: {paths}")
    return lines
