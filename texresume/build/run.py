"""One build while it goes on: what it has found, what it depends on, and the result of each stage so far."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ResumeError, Severity, has_errors
from texresume.records import dataclass

from .dependencies import Dependencies
from .request import Request

if TYPE_CHECKING:
    from texresume.latex.render import Rendered
    from texresume.pdf.problems import Report

    from .stages import Content, Design, Draft


@dataclass(slots=True)
class Log:
    """The diagnostics of a build, in the order in which they were found, and the codes to suppress."""

    found: list[Diagnostic] = field(default_factory=list)
    suppressed: set[str] = field(default_factory=set)

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add what is not there yet."""
        self.found = list(dict.fromkeys([*self.found, *diagnostics]))

    def forget_hints(self, name: str) -> None:
        """Take out the hints that name a file which could not be written."""
        self.found = [replace(one, hint="") if name in one.hint else one for one in self.found]

    def suppress(self, codes: Iterable[str]) -> None:
        """Suppress warnings and notes with these codes, also those that were found before."""
        self.suppressed.update(codes)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be reported. Errors cannot be suppressed."""
        return tuple(
            one for one in self.found if one.severity is Severity.ERROR or one.code not in self.suppressed
        )

    def raise_for_errors(self) -> None:
        """Raise `ResumeError` if there is an error among them."""
        if has_errors(self.found):
            raise ResumeError(self.diagnostics)


class Run:
    """A build under way.

    `content`, `design`, `draft` and `report` are what the stages gave, in this order: `None` for those that
    the build has not come to. `exports` are the contents of its other formats, by name. `rendered` is the
    source that TeX was given last, `tex_log` what TeX said of it when it refused it. `clock` is when the
    build began, in seconds since 1970.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.log = Log()
        self.log.suppress(request.off)
        self.dependencies = Dependencies()
        self.clock = time.time()
        self._started = time.perf_counter()
        self.content: Content | None = None
        self.design: Design | None = None
        self.rendered: Rendered | None = None
        self.tex_log: str | None = None
        self.draft: Draft | None = None
        self.report: Report | None = None
        self.exports: Mapping[str, bytes] = {}
        self.passed = False

    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self._started

    def typeset(self) -> tuple[Content, Design, Draft]:
        """What an inspection works on: the results of the stages up to the PDF."""
        if self.content is None or self.design is None or self.draft is None:
            raise ValueError("nothing has been typeset yet")
        return self.content, self.design, self.draft


class BuildFailed(ResumeError):  # noqa: N818 - what happened, as `TexFailed`
    """A build that failed, with all that was found; `run` is how far it came."""

    def __init__(self, run: Run) -> None:
        super().__init__(run.log.diagnostics)
        self.run = run
