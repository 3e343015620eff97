"""How dates are printed: `meta.dates`, or `dates` of a variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from texresume.data import dates, rules
from texresume.data.dates import PartialDate
from texresume.records import dataclass

_USUAL_PRECISION = "month"
_YEAR = 12


@dataclass(frozen=True, slots=True)
class DateStyle:
    """`sections` says how precise dates are, `day`, `month` or `year`, by section ("" is for all others);
    `month` how months are written, `short`, `long` or `numeric`. With `durations`, a span of time is followed
    by its length; `today` ends one that has not ended.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    month: str = "short"
    durations: bool = False
    today: PartialDate = PartialDate(1)

    @staticmethod
    def of(given: Mapping[str, str], today: PartialDate) -> DateStyle:
        """The style that the data or a variant gives; the key "" or `precision` is for all sections."""
        sections = {key: value for key, value in given.items() if key not in rules.DATE_STYLES}
        if "precision" in given:
            sections[""] = given["precision"]
        durations = given.get("durations", "false") in rules.DATE_STYLES["durations"][0]
        return DateStyle(sections, given.get("month", "short"), durations, today)

    def month_or(self, usual: str) -> str:
        """How months are written where `usual` is the usual way."""
        return usual if self.month == "short" else self.month

    def precision(self, section: str) -> str:
        """How precise the dates of a section are."""
        return self.sections.get(section, self.sections.get("", _USUAL_PRECISION))

    def duration(self, start: str, end: str) -> tuple[int, int]:
        """The years and months of a span of time, the first and the last month included; (0, 0) if unknown.

        Of dates without months, the difference of the years.
        """
        first = dates.parse_date(start)
        last = self.today if not end or dates.is_present(end) else dates.parse_date(end)
        if first is None or last is None:
            return 0, 0
        if not first.month and (not last.month or last is self.today):
            return max(last.year - first.year, 0), 0
        if not first.month or not last.month:
            return 0, 0
        months = (last.year - first.year) * _YEAR + last.month - first.month + 1
        return divmod(max(months, 0), _YEAR)
