"""The formats beside the PDF, by the names of `--format`. Their modules are imported when they write."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

if TYPE_CHECKING:
    from .export import Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module of this package whose `WRITER` writes it, how its files end, what they are for."""

    module: str
    suffix: str
    description: str


FORMATS: dict[str, Format] = {}
"""By name, in the order of the help. The suffixes differ, since all files of a build have one name."""

SETTINGS: Mapping[str, str] = {}
"""What can be set for writers, by name, with the value where nothing is said."""


def writer(name: str) -> Writer:
    """What writes a format of `FORMATS`."""
    return cast("Writer", import_module(f"{__package__}.{FORMATS[name].module}").WRITER)


def refuse_unknown(settings: Mapping[str, str]) -> None:
    """Raise `ResumeError` for a setting that no writer has."""
    for name in settings:
        if name not in SETTINGS:
            message = f"unknown setting {name!r}"
            hint = f"choose from {', '.join(SETTINGS)}"
            raise ResumeError(Diagnostic(Severity.ERROR, "wrong-flags", message, hint=hint))
