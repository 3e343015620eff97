"""What a good editor would say about the dates, for `check`: gaps, order, the future."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from texresume.data import dates
from texresume.data.dates import PartialDate
from texresume.data.resume import DataPath, Entry, Resume, Text
from texresume.data.source import Source
from texresume.data.today import Today
from texresume.diagnostics import Diagnostic, Severity
from texresume.records import dataclass

from . import hints

MAXIMUM_GAP = 6
"""Longest gap, in months, that nobody asks about."""
_YEAR = 12
_EVER = 9999 * _YEAR
_CAREER = ("work", "education")
_DONE = ("work", "volunteer", "projects")
"""Sections about the past; a degree may well be expected next year."""


@dataclass(frozen=True, slots=True)
class _Span:
    """When an entry was. `ongoing`: it has no end yet; `free`: the spans of a date in words."""

    section: str
    path: DataPath
    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool
    has_end: bool
    """Whether an end is written, even as `present`."""
    free: tuple[dates.Span, ...]
    in_words: bool = False
    """Whether its start or end is a text, such as `Expected May 2027`."""

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """First and last months, counted from year 0; a year alone means all of it. None if unknown."""
        start, end = self.start or self.end, self.end or self.start
        if start is None or end is None:
            return tuple(_months(one.start, one.end, one.open) for one in self.free)
        return (_months(start, end, self.ongoing),)


def _list_spans(resume: Resume) -> list[_Span]:
    return [_span_of(section.name, entry) for section in resume.sections for entry in section.entries]


def _span_of(section: str, entry: Entry) -> _Span:
    def text(name: str) -> str:
        value = entry.text(name)
        return next(iter(value.languages.values()), "") if isinstance(value, Text) else ""

    start, end = dates.start_of(text("startDate")), dates.end_of(text("endDate"))
    single = text("date") or text("releaseDate")
    if start and not text("endDate") and dates.is_free_text(text("startDate")):  # "Summer 2020", "Since 2019"
        single = single or text("startDate")
    if exact := dates.parse_date(single):
        start, end = start or exact, end or exact
    spans = dates.spans(single) if not exact else ()
    if len(spans) == 1 and end is None and (start is None or single == text("startDate")):
        start, end = spans[0].start, None if spans[0].open else spans[0].end
    has_end = bool(text("endDate")) or bool(single)
    ongoing = start is not None and end is None and (not single or any(span.open for span in spans))
    in_words = any(dates.is_free_text(text(name)) for name in ("startDate", "endDate"))
    return _Span(section, entry.path, start, end, ongoing, has_end, spans, in_words)


def _months(start: PartialDate, end: PartialDate, ongoing: bool) -> tuple[int, int]:
    last = _EVER if ongoing else end.year * _YEAR + (end.month or _YEAR)
    return start.year * _YEAR + (start.month or 1), last


def check_dates(
    resume: Resume, whole: Resume, source: Source, now: Today, language: str, ordered: Collection[str] = ()
) -> list[Diagnostic]:
    """All hints about the dates of a résumé in a language (a BCP 47 tag).

    `whole` is the résumé including what a variant leaves out, `ordered` names the sections that it sorts.
    """
    spans = _list_spans(resume)
    found = [
        *_check_gaps(spans, _list_spans(whole), source),
        *_check_future(spans, source, now),
        *_check_ends(spans, source),
    ]
    if not hints.wordings(language.partition("-")[0].lower()).get("oldest_first"):
        for name in _CAREER:
            if name not in ordered:
                found += _check_order([span for span in spans if span.section == name], source)
    return found


def _hint(source: Source, code: str, message: str, path: DataPath, remedy: str) -> Diagnostic:
    """A hint at a date, or at the start of the entry if it has none."""
    return source.diagnostic(
        code, message, source.value(path), path=path, hint=remedy, severity=Severity.WARNING
    )


def _check_gaps(spans: Sequence[_Span], whole: Sequence[_Span], source: Source) -> Iterator[Diagnostic]:
    """Months before work or education that no entry covers, not even one that is left out."""
    career = sorted(
        (months, span.path) for span in spans if span.section in _CAREER for months in span.months
    )
    covered = sorted(months for span in whole for months in span.months)
    for (first, _), path in career[1:]:
        before = [last for start, last in covered if start < first]
        if not before:
            continue
        gap = first - max(before) - 1
        if gap > MAXIMUM_GAP:
            message = f"gap of {gap} months before this entry"
            remedy = "add an entry for that time, even a year off, or give months instead of years"
            yield _hint(source, "date-gap", message, (*path, "startDate"), remedy)


def _check_future(spans: Sequence[_Span], source: Source, now: Today) -> Iterator[Diagnostic]:
    for span in spans:
        if span.section not in _DONE or span.in_words:
            continue
        for name, date in (("startDate", span.start), ("endDate", span.end)):
            path = (*span.path, name)
            if date is not None and date.is_after(now.date) and path in source.marks:
                remedy = "check the year, or write 'present' for an end that is still to come"
                message = f"{_iso(date)} is in the future (today is {_iso(now.date)}, by {now.by})"
                yield _hint(source, "future-date", message, path, remedy)
                break


def _iso(date: PartialDate) -> str:
    return "-".join([f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part)])


def _check_ends(spans: Sequence[_Span], source: Source) -> Iterator[Diagnostic]:
    """An entry without an end counts as current: doubtful if another one began after it."""
    for span in spans:
        if span.section not in _CAREER or span.start is None or span.has_end:
            continue
        later = [
            one
            for one in spans
            if one.section == span.section and one.start and one.start.is_after(span.start)
        ]
        if later:
            message = "no endDate, although a later entry has begun"
            remedy = "add endDate; 'endDate: present' if it has not ended"
            yield _hint(source, "missing-end-date", message, (*span.path, "startDate"), remedy)


def _check_order(spans: Sequence[_Span], source: Source) -> Iterator[Diagnostic]:
    """The newest entry is expected first; reported once per section."""
    dated = [span for span in spans if span.start or span.end]
    for above, below in pairwise(dated):
        later_end = below.ongoing > above.ongoing or bool(
            above.end and below.end and below.end.is_after(above.end)
        )
        same_end = above.ongoing == below.ongoing and above.end == below.end
        later_start = bool(above.start and below.start and below.start.is_after(above.start))
        if later_end or (same_end and not above.ongoing and later_start):
            remedy = "put the newest entry first"
            message = "this entry is newer than the one before it"
            yield _hint(source, "out-of-order", message, below.path, remedy)
            return
