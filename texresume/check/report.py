"""The HTML report of `check`: one self-contained page.

The page is the Jinja template `html/report.html.j2`; Jinja escapes every value. Its content security policy
allows its own script, by its hash, and nothing from elsewhere: no text of a résumé can ever run.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from texresume import __version__
from texresume.build import fit, output
from texresume.build.artifacts import Artifacts
from texresume.build.outcome import Build
from texresume.diagnostics import EXCERPT_WIDTH, Diagnostic, Severity, has_errors, printable
from texresume.pdf import extractors, glyphs
from texresume.pdf.locations import Locations, Rectangle
from texresume.records import dataclass

from . import baseline
from .baseline import Comparison, PageChange

DPI = 110
"""Resolution of page pictures: text of 9 pt is readable; a page takes 100 to 300 kB."""
MAXIMUM_PAGES = 40
"""More pages are not shown as pictures."""
_MARK_HEIGHT = 0.004
"""Least height of a mark, as a fraction of the page: a missing text has a place, but no height."""
_COLUMNS = 3
"""Numbers next to each other in the margin."""
_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What the page shows of one variant: its build, or what a failed one left."""

    variant: str
    data: Path
    diagnostics: tuple[Diagnostic, ...]
    artifacts: Artifacts | None = None
    build: Build | None = None
    baseline: Comparison | None = None


@dataclass(frozen=True, slots=True)
class NumberedFinding:
    """A diagnostic with its number on the page, its marks, and its source line, split at the column."""

    number: int
    diagnostic: Diagnostic
    location: str
    before: str
    at: str
    after: str
    marks: tuple[Rectangle, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of the PDF as a data: URL, its size in pixels, and the marks on it."""

    number: int
    address: str
    width: int
    height: int
    marks: tuple[tuple[NumberedFinding, str], ...]


def render_html(results: Sequence[VariantResult]) -> str:
    """The page: one for all variants, with a part for each.

    Everything but the findings is read from the PDF of the build, even of a failed one, if there is any.
    """
    script, style = _read_file("report.js"), _read_file("report.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Trusted: files of this package. Everything else is escaped.
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["printable"] = printable
    return environment.from_string(_read_file("report.html.j2")).render(
        builds=[_describe(number, result) for number, result in enumerate(results, 1)],
        name=next((result.artifacts.name for result in results if result.artifacts), ""),
        data=results[0].data.as_posix() if results else "",
        style=Markup(style),  # noqa: S704 - see above
        script=Markup(script),  # noqa: S704 - see above
        policy=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        version=__version__,
    )


def _read_file(name: str) -> str:
    return importlib.resources.files("texresume").joinpath("check/html", name).read_text("utf-8")


def _describe(number: int, result: VariantResult) -> dict[str, Any]:
    """What the template needs of one build."""
    artifacts = result.artifacts
    layout = _read_layout(artifacts.pdf) if artifacts else None
    locations = Locations(layout.characters, artifacts.fields) if layout and artifacts else None
    findings = _number_findings(result.diagnostics, locations)
    pdf = artifacts.pdf if layout and artifacts else b""
    return {
        "id": f"b{number}",
        "title": result.variant or (artifacts.template if artifacts else "") or "résumé",
        "failed": has_errors(result.diagnostics),
        "counts": _format_counts(result.diagnostics),
        "facts": list(_list_facts(result, layout)),
        "groups": [
            (_HEADINGS[severity], severity.value, group)
            for severity in Severity
            if (group := [one for one in findings if one.diagnostic.severity is severity])
        ],
        "pictures": list(_render_pages(pdf, findings)),
        "texts": list(_extract_texts(pdf)),
        "links": extractors.read_with_pdfium(pdf).links if pdf else (),
        "fonts": layout.fonts if layout else (),
        "metadata": layout.metadata if layout else {},
        "language": artifacts.language if artifacts else "",
        "baseline": _describe_comparison(result.baseline),
    }


def _read_layout(pdf: bytes) -> glyphs.PdfLayout | None:
    try:
        return glyphs.read_layout(pdf) if pdf else None
    except ValueError:
        return None  # the findings say that it does not open


def _format_counts(diagnostics: Sequence[Diagnostic]) -> str:
    counts = [(severity, sum(one.severity is severity for one in diagnostics)) for severity in Severity]
    parts = [f"{count} {severity}{'s' * (count > 1)}" for severity, count in counts if count]
    return ", ".join(parts) or "no findings"


def _list_facts(result: VariantResult, layout: glyphs.PdfLayout | None) -> Iterator[tuple[str, str]]:
    """What was built and how, as labels and values."""
    artifacts, build = result.artifacts, result.build
    yield "Data", result.data.as_posix()
    if artifacts is None:
        return
    if artifacts.variant:
        yield "Variant", artifacts.variant
    yield "Template", artifacts.template
    tex = f" ({build.tex})" if build else ""
    yield "Engine", f"{'XeTeX' if artifacts.engine == 'xetex' else 'pdfTeX'}{tex}"
    yield "Language", artifacts.language
    if layout:
        yield "Pages", str(layout.pages)
    if build:
        yield "Time", f"{build.seconds_total:.2f} s ({build.seconds_tex:.2f} s in TeX)"
        yield "Files", ", ".join(build.files.values())
        yield "Extractors", ", ".join(build.report.readers)
    if artifacts.fit:
        yield "Fit", "; ".join(fit.summary(artifacts.fit))


# -- findings and their marks -------------------------------------------------------------------------------


def _number_findings(diagnostics: Sequence[Diagnostic], locations: Locations | None) -> list[NumberedFinding]:
    """The findings numbered as they are listed, the worst first."""
    ranks = list(Severity)
    ordered = sorted(diagnostics, key=lambda one: ranks.index(one.severity))
    return [_locate_finding(number, one, locations) for number, one in enumerate(ordered, 1)]


def _locate_finding(number: int, diagnostic: Diagnostic, locations: Locations | None) -> NumberedFinding:
    position = diagnostic.position
    where = [printable(diagnostic.file.as_posix())] if diagnostic.file else []
    before = at = after = ""
    if position is not None:
        where += [str(position.line), str(position.column)]
        column = position.column - 1
        start = max(0, column - EXCERPT_WIDTH // 2) if len(position.text) > EXCERPT_WIDTH else 0
        line = position.text[: start + EXCERPT_WIDTH]
        before, at, after = map(
            printable, (line[start:column], line[column : column + 1], line[column + 1 :])
        )
    marks: list[Rectangle] = []
    missing = False
    if locations is not None and diagnostic.path:
        marks = locations.find(diagnostic.place)
        missing = not marks
        marks = marks or locations.find_before(diagnostic.place)
    return NumberedFinding(number, diagnostic, ":".join(where), before, at, after, tuple(marks), missing)


def _render_pages(pdf: bytes, findings: Sequence[NumberedFinding]) -> Iterator[PagePicture]:
    for number, png in enumerate(output.pictures(pdf, DPI, MAXIMUM_PAGES) if pdf else (), 1):
        marks = [(finding, box) for finding in findings for box in finding.marks if box.page == number]
        address = _data_url(_drop_colours(png))
        yield PagePicture(number, address, *_size_of(png), tuple(_place_marks(marks)))


def _place_marks(
    marks: Sequence[tuple[NumberedFinding, Rectangle]],
) -> Iterator[tuple[NumberedFinding, str]]:
    """Marks with their position as CSS; the numbers of findings about the same text form rows."""
    taken: dict[tuple[float, float], int] = {}
    for finding, box in marks:
        corner = (round(box.left, 2), round(box.top, 2))
        order = taken[corner] = taken.get(corner, -1) + 1
        edges = {
            "left": box.left,
            "top": box.top,
            "width": box.width,
            "height": max(box.height, _MARK_HEIGHT),
        }
        style = ";".join(f"{edge}:{min(max(share, 0), 1):.3%}" for edge, share in edges.items())
        yield finding, f"{style};--column:{order % _COLUMNS};--row:{order // _COLUMNS}"


def _size_of(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the first chunk: https://www.w3.org/TR/png-3/#11IHDR."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _drop_colours(png: bytes) -> bytes:
    """A colourless picture in grey: the same pixels in a third of the bytes. Others stay as they are."""
    from PIL import Image, ImageChops

    picture = Image.open(BytesIO(png)).convert("RGB")
    red, green, blue = picture.split()
    if ImageChops.difference(red, green).getbbox() or ImageChops.difference(red, blue).getbbox():
        return png
    stream = BytesIO()
    red.save(stream, format="PNG")
    return stream.getvalue()


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""


# -- extracted text -----------------------------------------------------------------------------------------


def _extract_texts(pdf: bytes) -> Iterator[tuple[str, str, int]]:
    """The name of each extractor, the text that it returns, and the number of words."""
    if not pdf:
        return
    yield _format_text("pdfium", extractors.read_with_pdfium(pdf).text)
    for name, extract in extractors.EXTRACTORS.items():
        try:
            text = extract(pdf)
        except ImportError:
            continue
        except Exception as error:  # noqa: BLE001 - the page shows that it failed
            text = f"({name} failed: {error})"
        yield _format_text(name, text)


def _format_text(name: str, text: str) -> tuple[str, str, int]:
    text = text.replace("\ufffe", "-").replace("\f", "\n")
    lines = [printable(line) for line in text.splitlines()]
    return name, "\n".join(lines), len(text.split())


def _describe_comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "file": comparison.file.as_posix(),
        "same": comparison.same,
        "counts": baseline.format_word_counts(comparison),
        "words": [
            (kind, _shorten_context(text) if kind == "same" else text) for kind, text in comparison.words
        ],
        "before": comparison.pages_before,
        "after": comparison.pages_after,
        "pages": [_describe_page(page) for page in comparison.pages],
    }


def _shorten_context(text: str) -> str:
    """Unchanged words around a change: a long run keeps its beginning and end."""
    words = text.split(" ")
    return text if len(words) <= 16 else f"{' '.join(words[:6])} … {' '.join(words[-6:])}"  # noqa: PLR2004 - above


def _describe_page(page: PageChange) -> dict[str, Any]:
    sides = [("before", page.old), ("now", page.new), ("difference", page.overlay)]
    return {
        "number": page.page,
        "share": page.share,
        "sides": [(name, _data_url(png), *_size_of(png)) for name, png in sides if png],
    }
