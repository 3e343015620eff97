"""The day that counts as today."""

from __future__ import annotations

import datetime
import os
import re

from texresume.records import dataclass

from . import dates
from .dates import PartialDate
from .resume import Resume

_EPOCH = "SOURCE_DATE_EPOCH"  # https://reproducible-builds.org/specs/source-date-epoch/
_CLOCK = "the clock"


@dataclass(frozen=True, slots=True)
class Today:
    """The day that counts as today, and where it comes from."""

    date: PartialDate
    by: str

    @property
    def by_clock(self) -> bool:
        """Whether another day is another answer."""
        return self.by == _CLOCK


def find_today(resume: Resume) -> Today:
    """Today by SOURCE_DATE_EPOCH (for reproducible builds), else `meta.lastModified`, else the clock."""
    epoch = os.environ.get(_EPOCH, "")
    if re.fullmatch(r"\d{1,11}", epoch):
        day = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
        return Today(PartialDate(day.year, day.month, day.day), _EPOCH)
    if modified := dates.parse_date(resume.meta.get("lastModified", "")):
        return Today(modified, "meta.lastModified")
    day = datetime.datetime.now(datetime.UTC).date()
    return Today(PartialDate(day.year, day.month, day.day), _CLOCK)
