"""What a thorough build keeps for those who look into it afterwards: reports and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError
from .fit import Fit
from texresume.text.inline import RichText

if TYPE_CHECKING:
    from texresume.pdf.inspection import Report


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was made, whether it passed or not. `pdf` is empty where TeX made none, and `report` None then.

    `leaves` are all that was printed, in the order of reading; `language` is a BCP 47 tag.
    """

    name: str
    variant: str
    template: str
    engine: str
    language: str
    fields: tuple[RichText, ...]
    pdf: bytes = b""
    report: Report | None = None
    fit: Fit | None = None


class BuildError(ResumeError):
    """A build that came as far as TeX: what it leaves goes along."""

    def __init__(
        self, diagnostics: Iterable[Diagnostic], status: ExitStatus, evidence: Evidence | None
    ) -> None:
        super().__init__(diagnostics, status)
        self.evidence = evidence
