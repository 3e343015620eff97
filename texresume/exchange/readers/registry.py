"""The formats that are read, in the order in which they are tried."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from texresume.data import formats
from texresume.data.loader import Loaded
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

from . import assembly
from .draft import Entry, Ledger, Part


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, what a file of it is for people, and the module of this package that reads it."""

    name: str
    files: str
    module: str


class Reader(Protocol):
    """The module of a format."""

    def new_ledger(self, data: dict[str, Any]) -> Ledger:
        """How the texts of some data in the format are read."""
        ...

    def read(self, source: Part) -> Entry:
        """The source as a résumé of ours."""
        ...


FORMATS = (
    Format("JSON Resume", "JSON or YAML", ""),
    Format("RenderCV", "YAML", "rendercv"),
    Format("YAMLResume", "YAML", "yamlresume"),
    Format("Reactive Resume", "JSON", "reactive"),
    Format("LinkedIn", "the .zip of your data, or JSON", "linkedin"),
    Format("Europass", "XML or JSON", "europass"),
    Format("FRESH", "JSON", "fresh"),
    Format("OpenResume", "JSON", "openresume"),
    Format("Manfred", "JSON", "manfred"),
    Format("Visiky", "JSON", "visiky"),
    Format("schema.org", "JSON-LD", "schema_org"),
)
"""As the help lists them. `data.formats` recognises them by these names."""


def listed() -> str:
    """The formats in one line."""
    return ", ".join(f"{one.name} ({one.files})" for one in FORMATS)


def refused(file: Path, what: str) -> ResumeError:
    """The error for a file in a format that nobody reads; `what` says what it is."""
    message = f"this is not a format that texresume reads: {what}"
    return ResumeError(Diagnostic(Severity.ERROR, "not-a-resume", message, file, hint=f"it reads {listed()}"))


def recognise(data: dict[str, Any]) -> Format | None:
    """The format of data that is no JSON Resume."""
    found = formats.recognise(data)
    return next((one for one in FORMATS if found and one.name == found.name), None)


def convert(loaded: Loaded, format_: Format) -> assembly.Converted:
    """A résumé of ours from data in another format."""
    reader = cast("Reader", import_module(f"{__package__}.{format_.module}"))
    ledger = reader.new_ledger(loaded.data)
    return assembly.assemble(reader.read(Part(ledger, loaded.data)), ledger, loaded)
