"""What a good editor would say about the dates: gaps, order, the future."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from texresume.data import dates
from texresume.data.dates import PartialDate
from texresume.data.resume import DataPath, Entry, Resume, Text
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity

from . import hints

MAXIMUM_GAP = 6
"""Months without work or education of which nobody asks."""
_YEAR = 12
_EVER = 9999 * _YEAR
_CAREER = ("work", "education")
_DONE = ("work", "volunteer", "projects")
"""Sections of what has been done; a degree may well be due next year."""
_EPOCH = "SOURCE_DATE_EPOCH"  # https://reproducible-builds.org/specs/source-date-epoch/


@dataclass(frozen=True, slots=True)
class Today:
    """The day that counts as today, and what says so."""

    date: PartialDate
    by: str


def today(resume: Resume) -> Today:
    """By SOURCE_DATE_EPOCH, so that a build can be repeated; else `meta.lastModified`; else the clock."""
    epoch = os.environ.get(_EPOCH, "")
    if re.fullmatch(r"\d{1,11}", epoch):
        day = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
        return Today(PartialDate(day.year, day.month, day.day), _EPOCH)
    if modified := dates.parse_date(resume.meta.get("lastModified", "")):
        return Today(modified, "meta.lastModified")
    day = datetime.datetime.now(datetime.UTC).date()
    return Today(PartialDate(day.year, day.month, day.day), "the clock")


@dataclass(frozen=True, slots=True)
class _Span:
    """When an entry was. `ongoing` has an end that is still to come; `free` are the spans of a date in words."""

    section: str
    path: DataPath
    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool
    said: bool
    """Whether the end is written, be it as `present`."""
    free: tuple[dates.Span, ...]

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """First and last months, counted from year 0, where a year alone is all of it; none if unknown."""
        start, end = self.start or self.end, self.end or self.start
        if start is None or end is None:
            return tuple(_months(one.start, one.end, one.open) for one in self.free)
        return (_months(start, end, self.ongoing),)


def _spans(resume: Resume) -> list[_Span]:
    return [_span(part.name, item) for part in resume.sections for item in part.entries]


def _span(section: str, item: Entry) -> _Span:
    def text(name: str) -> str:
        value = item.text(name)
        return next(iter(value.languages.values()), "") if isinstance(value, Text) else ""

    start, end = dates.year_of(text("startDate")), dates.year_of(text("endDate"), last=True)
    single = text("date") or text("releaseDate")
    if exact := dates.parse_date(single):
        start, end = start or exact, end or exact
    spans = dates.spans(single) if not exact else ()
    if len(spans) == 1 and start is None and end is None:
        start, end = spans[0].start, None if spans[0].open else spans[0].end
    written = bool(text("endDate")) or bool(single)
    ongoing = start is not None and end is None and (not single or any(one.open for one in spans))
    return _Span(section, item.path, start, end, ongoing, written, spans)


def _months(start: PartialDate, end: PartialDate, ongoing: bool) -> tuple[int, int]:
    last = _EVER if ongoing else end.year * _YEAR + (end.month or _YEAR)
    return start.year * _YEAR + (start.month or 1), last


def given(
    resume: Resume, whole: Resume, source: Source, now: Today, language: str, ordered: Collection[str] = ()
) -> list[Diagnostic]:
    """All hints about the dates of a résumé, in a language by its BCP 47 tag.

    `whole` is the résumé with what a variant leaves out, `ordered` the sections that it has put in order.
    """
    spans = _spans(resume)
    found = [*_gaps(spans, _spans(whole), source), *_future(spans, source, now), *_without_end(spans, source)]
    if not hints.wordings(language.partition("-")[0].lower()).get("oldest_first"):
        for name in _CAREER:
            if name not in ordered:
                found += _order([span for span in spans if span.section == name], source)
    return found


def _hint(source: Source, code: str, message: str, path: DataPath, remedy: str) -> Diagnostic:
    """A hint at a date, or where the entry begins if that is not there."""
    return source.diagnostic(
        code, message, source.value(path), path=path, hint=remedy, severity=Severity.WARNING
    )


def _gaps(spans: Sequence[_Span], whole: Sequence[_Span], source: Source) -> Iterator[Diagnostic]:
    """Months before an entry of work or education of which none tells, not even one that is left out."""
    career = sorted((months, span.path) for span in spans if span.section in _CAREER for months in span.months)
    covered = sorted(months for span in whole for months in span.months)
    for (first, _), path in career[1:]:
        before = [last for start, last in covered if start < first]
        if not before:
            continue
        gap = first - max(before) - 1
        if gap > MAXIMUM_GAP:
            remedy = "say what was there, be it a year off, or give months instead of years"
            yield _hint(
                source, "date-gap", f"nothing for {gap} months before this", (*path, "startDate"), remedy
            )


def _future(spans: Sequence[_Span], source: Source, now: Today) -> Iterator[Diagnostic]:
    for span in spans:
        if span.section not in _DONE:
            continue
        for name, date in (("startDate", span.start), ("endDate", span.end)):
            path = (*span.path, name)
            if date is not None and date.is_after(now.date) and path in source.marks:
                remedy = "is the year right? An end that is still to come is 'present'"
                message = f"{_iso(date)} is in the future (today is {_iso(now.date)} by {now.by})"
                yield _hint(source, "future-date", message, path, remedy)
                break


def _iso(date: PartialDate) -> str:
    return "-".join([f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part)])


def _without_end(spans: Sequence[_Span], source: Source) -> Iterator[Diagnostic]:
    """What has no end is taken as going on: doubtful where something began after it."""
    for span in spans:
        if span.section not in _CAREER or span.start is None or span.said:
            continue
        later = [
            one
            for one in spans
            if one.section == span.section and one.start and one.start.is_after(span.start)
        ]
        if later:
            message = "this has no end, and something later has begun"
            remedy = "write endDate, or 'endDate: present' if it goes on"
            yield _hint(source, "missing-end-date", message, (*span.path, "startDate"), remedy)


def _order(spans: Sequence[_Span], source: Source) -> Iterator[Diagnostic]:
    """Readers expect what is newest first; said once in a section."""
    dated = [span for span in spans if span.start or span.end]
    for above, below in pairwise(dated):
        later_end = below.ongoing > above.ongoing or bool(
            above.end and below.end and below.end.is_after(above.end)
        )
        same_end = above.ongoing == below.ongoing and above.end == below.end
        later_start = bool(above.start and below.start and below.start.is_after(above.start))
        if later_end or (same_end and not above.ongoing and later_start):
            remedy = "put what is newest first"
            message = "this is newer than what stands before it"
            yield _hint(source, "out-of-order", message, below.path, remedy)
            return
