"""So many pages and no more: the ladder, what may be dropped when its end is not enough, and the report.

TeX tries the steps of a template's ladder and measures; see `texresume.sty`, section 6. Here is decided what
goes when even the tightest step does not fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from texresume.document.model import Document, Entry, Group, Highlight, Section
from texresume.latex.render import FittingSteps, Rendered
from texresume.latex.template import Template, Value

if TYPE_CHECKING:
    from texresume.tex.texlog import Item  # the shape of what TeX has measured

STEP = "step"
"""The option of a template with a ladder: a number, or `auto`."""
AUTO = "auto"
RUNT = 0.2
"""A last line less full than this is the cheapest edit there is (layout-facts: "One page")."""
ATTEMPTS = 5
"""Runs of TeX that dropping may cost: two, but where several pages end otherwise than before."""
_MM = 25.4 / 72.27


@dataclass(frozen=True, slots=True)
class Set:
    """A highlight as it was set: its place in the data, its lines, and how full the last one is (0 to 1)."""

    path: str
    lines: int
    last: float

    @property
    def is_runt(self) -> bool:
        """Whether a word or two less would save a line."""
        return self.lines > 1 and self.last < RUNT


@dataclass(frozen=True, slots=True)
class Dropped:
    """A highlight that was left out, by the name that variants know it by (`work.acme.2`), its place in the
    data, and the lines that saved.
    """

    address: str
    path: str
    lines: int


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text was made to fit.

    `step` of `steps` is the template's own; sizes are in pt, the margin at the side in mm; `gap` is the white
    above a highlight. `fill` is the share of the last page that is used, `over` what stands beyond the
    promised pages, in pt.
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
    """Lines that leaving out all highlights that may go would save."""

    @property
    def runts(self) -> tuple[Set, ...]:
        """The cheapest edits: those with the emptiest last line first."""
        return tuple(sorted((one for one in self.highlights if one.is_runt), key=lambda one: one.last))

    @property
    def lines_over(self) -> int:
        """The same as `over` in highlights of one line."""
        return math.ceil(self.over / (self.leading + self.gap))

    def height(self, lines: int) -> float:
        """What a highlight takes, in pt."""
        return lines * self.leading + self.gap

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
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
        }


def ladder(template: Template, options: Mapping[str, Value]) -> FittingSteps:
    """What the template may try: its whole ladder, or the one step that was asked for."""
    step = str(options.get(STEP, AUTO))
    if step == AUTO:
        return FittingSteps(template.pages)
    return FittingSteps(template.pages, int(step), int(step))


def measured(measures: Mapping[str, str], items: Iterable[Item], rendered: Rendered) -> Fit | None:
    """What TeX has measured; None for a template that promises nothing, or does not measure."""
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
    )


# -- what may go ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A highlight that may be dropped: the smaller its `age`, the longer ago its entry ended."""

    highlight: Highlight
    entry: str
    age: tuple[int, ...]
    lines: int


def candidates(document: Document, lines: Mapping[str, int]) -> list[Candidate]:
    """What may go, in the order in which it goes: the least important first, of equals the oldest, of these
    what saves most. Nothing that is to be kept, and nothing that was not measured.
    """
    found = [
        Candidate(highlight, entry.path, _age(entry, place), lines[_leaf(highlight)])
        for place, (_, entry) in enumerate(_entries(document))
        for highlight in entry.highlights
        if not highlight.keep and _leaf(highlight) in lines
    ]
    return sorted(found, key=lambda one: (one.highlight.priority, one.age, -one.lines))


def lighter(document: Document, fit: Fit) -> tuple[Document, tuple[Dropped, ...], int]:
    """The document without as many highlights as it takes to fit, these, and the lines that all could save.

    Each entry keeps one at least. What turns out not to be needed comes back, the most important first; where
    all is not enough, nothing goes.
    """
    lines = {one.path: one.lines for one in fit.highlights}
    left = {entry.path: len(entry.highlights) for _, entry in _entries(document)}
    gone: list[Candidate] = []
    for one in candidates(document, lines):
        if left[one.entry] > 1:
            left[one.entry] -= 1
            gone.append(one)
    spare = sum(one.lines for one in gone)
    saved = sum(fit.height(one.lines) for one in gone)
    if saved < fit.over:
        return document, (), spare
    for one in reversed(gone.copy()):
        if saved - fit.height(one.lines) >= fit.over:
            gone.remove(one)
            saved -= fit.height(one.lines)
    paths = {one.highlight.path for one in gone}
    dropped = tuple(
        Dropped(_address(section, entry, highlight), highlight.path, lines[_leaf(highlight)])
        for section, entry in _entries(document)
        for highlight in entry.highlights
        if highlight.path in paths
    )
    return _without(document, paths), dropped, spare


def _leaf(highlight: Highlight) -> str:
    """The place of what is printed: of one language, where the highlight has several."""
    return next((part.path for part in highlight.text.parts if part.path), highlight.path)


def _address(section: Section, entry: Entry, highlight: Highlight) -> str:
    name = highlight.id if highlight.id.startswith(f"{entry.id}.") else f"{entry.id}.{highlight.id}"
    return f"{section.id}.{name}"


def _age(entry: Entry, place: int) -> tuple[int, ...]:
    """The later an entry ended, the greater; what has no date goes by its place, later ones first."""
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
        groups = (Group(group.title, tuple(map(entry_without, group.entries))) for group in section.groups)
        return replace(section, groups=tuple(groups))

    return replace(document, sections=tuple(map(section_without, document.sections)))


def said(fit: Fit) -> list[str]:
    """The report for people, in a few lines."""
    lines = [
        f"fits at step {fit.step} of {fit.steps}: {fit.size:g} pt on {fit.leading:g} pt, margins"
        f" {fit.margin:.1f} mm, {fit.fill:.0%} full"
    ]
    if fit.dropped:
        total = sum(one.lines for one in fit.dropped)
        count = len(fit.dropped)
        lines.append(
            f"left out {count} highlight{'s' * (count > 1)} ({total} line{'s' * (total > 1)}):"
            f" {', '.join(one.address for one in fit.dropped)}"
        )
    if fit.runts:
        lines.append(f"a word or two less would save a line: {', '.join(one.path for one in fit.runts)}")
    return lines
