"""What tests of the formats share: an export without TeX, and the comparison that a build makes."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import ROOT
from texresume.build import exports, reading
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic
from texresume.exchange import registry
from texresume.exchange.export import Export
from texresume.latex import template
from texresume.variants import variant

EXAMPLES = (
    ROOT / "data" / "resume.yaml",
    ROOT / "data" / "student.yaml",
    ROOT / "data" / "researcher.yaml",
    ROOT / "data" / "engineer" / "resume.yaml",
)
VALID = ROOT / "tests" / "data" / "valid"
WORDY = tuple(name for name in registry.FORMATS if name not in ("json", "zip"))
"""The formats whose text is compared with the document."""


def exported(
    data: Path, tag: str = "", *, name: str = "", settings: dict[str, str] | None = None
) -> tuple[Export, Source]:
    """What a build would give the writers, for a data file, a locale and a variant; and the source."""
    wanted = variant.find(name, data, ROOT) if name else None
    content = reading.read(reading.master(data), wanted, tag)
    onepage = template.find("onepage", ROOT)
    values = {**registry.SETTINGS, **(settings or {})}
    made = Export(content.document, content.resume, onepage.name, onepage.values({}), "", settings=values)
    return made, content.source


def written(text: str, folder: Path, name: str, **settings: str) -> str:
    """What a writer makes of a YAML text."""
    data = folder / "resume.yaml"
    data.write_text(text, encoding="utf-8")
    export, _ = exported(data, settings=settings)
    return registry.writer(name).write(export).decode()


def compared(name: str, export: Export, source: Source) -> list[Diagnostic]:
    """Write a format, twice alike, and compare it with the document as a build does."""
    writer = registry.writer(name)
    content = writer.write(export)
    assert writer.write(export) == content
    return exports.compare(writer, content, export, source)
