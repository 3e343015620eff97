"""Exports without TeX: what a build hands to writers, from files or from YAML texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import ROOT
from texresume.build import design, reading
from texresume.build.request import Request
from texresume.build.run import Run
from texresume.exchange.export import Export


def export_of(
    data: Path,
    template: str = "onepage",
    options: Mapping[str, str] | None = None,
    *,
    project: Path = ROOT,
    locale: str = "",
) -> Export:
    """The export of a data file in a template with these options."""
    run = Run(Request(data, template=template, project=project, locale=locale, options=options or {}))
    content = reading.read_content(run)
    chosen = design.choose(run, content)
    return Export(
        document=chosen.document,
        resume=content.resume,
        template=chosen.template.name,
        look=chosen.options,
        source="",
        engine=chosen.typesetter.engine,
        files=chosen.files,
        folders=chosen.template.folders,
    )


def export_from(folder: Path, text: str, template: str = "onepage", **options: str) -> Export:
    """The export of a YAML text."""
    file = folder / "resume.yaml"
    file.write_text(text, "utf-8")
    return export_of(file, template, options)


EXAMPLES: Mapping[str, tuple[Path, str]] = {
    "nadia": (ROOT / "data/resume.yaml", "onepage"),
    "finn": (ROOT / "data/student.yaml", "onepage"),
    "mareike": (ROOT / "data/engineer/resume.yaml", "moderncv"),
    "solveig": (ROOT / "data/researcher.yaml", "academic"),
    "ar": (ROOT / "tests/data/scripts/ar.yaml", "onepage"),
    "he": (ROOT / "tests/data/scripts/he.yaml", "moderncv"),
    "ja": (ROOT / "tests/data/scripts/ja.yaml", "moderncv"),
    "zh": (ROOT / "tests/data/scripts/zh.yaml", "academic"),
    "hi": (ROOT / "tests/data/scripts/hi.yaml", "onepage"),
    "every-section": (ROOT / "tests/data/valid/every-section.yaml", "moderncv"),
    "grouped": (ROOT / "tests/data/valid/grouped-positions.yaml", "onepage"),
    "publications": (ROOT / "tests/data/valid/publications.yaml", "academic"),
    "lists": (ROOT / "tests/data/valid/texts-nested-literal.yaml", "moderncv"),
    "lists-rtl": (ROOT / "tests/data/valid/texts-lists-rtl.yaml", "academic"),
    "markdown": (ROOT / "tests/data/valid/texts-markdown.yaml", "onepage"),
    "math": (ROOT / "tests/data/valid/texts-math.yaml", "academic"),
}
"""Data files and the templates in which to look at them."""
