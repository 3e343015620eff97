"""The exit status of a verb, by the table of codes in `data/schema/statuses.yaml`."""

from __future__ import annotations

from collections.abc import Iterable

from texresume import resources
from texresume.diagnostics import Diagnostic, ExitStatus, Severity

TABLE = "data/schema/statuses.yaml"
_ORDER = (ExitStatus.USAGE, ExitStatus.INSPECTION, ExitStatus.DATA, ExitStatus.TEX, ExitStatus.OK)
"""Of several errors the first of these counts."""


def exit_status(diagnostics: Iterable[Diagnostic]) -> ExitStatus:
    """The exit status that goes with some diagnostics: 0 if none is an error."""
    errors = [_of_code(one) for one in diagnostics if one.severity is Severity.ERROR]
    return min(errors, key=_ORDER.index, default=ExitStatus.OK)


def _of_code(error: Diagnostic) -> ExitStatus:
    codes: dict[str, list[str]] = resources.table(TABLE)
    if error.code in codes["usage-file"] or (error.file is None and error.code in codes["usage"]):
        return ExitStatus.USAGE
    if error.code in codes["inspection"]:
        return ExitStatus.INSPECTION
    of_source = error.file is not None and error.file.suffix == ".tex" and error.code in codes["tex-source"]
    return ExitStatus.TEX if of_source or error.code in codes["tex"] else ExitStatus.DATA
