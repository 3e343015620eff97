"""Exports without TeX, in the look of a template with its options and the photo, and texts to attack with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from texresume.build import design, reading
from texresume.build.request import Request
from texresume.build.run import Run
from texresume.document.model import Metadata
from texresume.exchange import comparison, registry
from texresume.exchange.export import Export
from texresume.pdf import alignment
from texresume.pdf.alignment import Loss
from texresume.text import inline
from texresume.text.inline import RichText, Url


def export_of(
    data: Path,
    template: str = "onepage",
    options: Mapping[str, str] | None = None,
    *,
    project: Path = ROOT,
    locale: str = "",
    letter: str = "",
) -> Export:
    """The export of a data file in a template with these options, or of the `letter` of a variant of it."""
    run = Run(
        Request(
            data,
            variant=letter,
            template=template,
            project=project,
            locale=locale,
            options=options or {},
            letter=bool(letter),
        )
    )
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
        settings=registry.SETTINGS,
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

HOSTILE = (
    "<script>alert(1)</script>",
    "]]>",
    "{{7*7}}{% raise %}",
    "=cmd|' /C calc'!A0",
    "&amp; &lt;b&gt; \"quoted\" 'single'",
    "</style></title><!-- -->",
    "<w:t>x</w:t>",
)
"""Text that other programs would take for more than text."""
_ILLEGAL = "a\0b\x1bc\ufffed\ud800e\x7ff"


def hostile(export: Export) -> Export:
    """The export with hostile text in every field, and characters that XML cannot hold."""
    texts = [*HOSTILE, _ILLEGAL]
    count = iter(range(10_000))

    def rewrite(value: Any) -> Any:
        match value:
            case RichText():
                return RichText(tuple(replace(part, inlines=rewrite(part.inlines)) for part in value.parts))
            case inline.Run():
                return inline.Run(f"{value.text}{texts[next(count) % len(texts)]}")
            case Url():
                return value
            case tuple():
                return tuple(map(rewrite, value))
            case Metadata():
                return replace(
                    value, title=f"{HOSTILE[0]}\0", author=f"{HOSTILE[2]}\x01", keywords=(HOSTILE[5], "]]>")
                )
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: rewrite(getattr(value, one.name)) for one in fields(value)})
        return value

    return replace(export, document=rewrite(export.document))


def additions(text: str, export: Export) -> list[str]:
    """Words of a text that the document does not have."""
    wanted = list(filter(None, comparison.printed(export.document)))
    return comparison.find_additions(text, wanted, export.document)


def losses(text: str, export: Export) -> list[Loss]:
    """What of the document is missing in a text."""
    document = export.document
    wanted = list(filter(None, comparison.printed(document)))
    return alignment.find_losses(text, wanted, rtl=document.direction == "rtl")
