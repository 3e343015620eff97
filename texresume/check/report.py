"""The report of `check` for people: one HTML page that needs nothing else.

The page is a Jinja template of ours, `html/report.html.j2`; Jinja escapes every value. Its policy
allows its own script by its hash and nothing from elsewhere, so that no text of a résumé could ever run.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from texresume import __version__
from texresume.build import fit, output
from texresume.build.evidence import Evidence
from texresume.build.pipeline import Build
from texresume.diagnostics import EXCERPT_WIDTH, Diagnostic, ExitStatus, Severity, printable
from texresume.pdf import extractors, glyphs
from texresume.pdf.locations import Box, Places

from . import baseline
from .baseline import Comparison, PageChange

DPI = 110
"""Of the pictures of pages: text of 9 pt can be read; a page takes 100 to 300 kB."""
MAXIMUM_PAGES = 40
"""More are not drawn."""
_LEAST = 0.004
"""Height of a mark at the least, as a share of the page: of what is missing there is only a place."""
_ROW = 3
"""Numbers beside each other in the margin."""
_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of one variant: a build that passed, or one that did not and what it left."""

    variant: str
    data: Path
    diagnostics: tuple[Diagnostic, ...]
    status: ExitStatus = ExitStatus.OK
    evidence: Evidence | None = None
    build: Build | None = None
    baseline: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic with its number on the page, where it is marked, and its line of source around it."""

    number: int
    diagnostic: Diagnostic
    place: str
    before: str
    at: str
    after: str
    marks: tuple[Box, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of the PDF as a data: address, its size in pixels, and what is marked on it."""

    number: int
    address: str
    width: int
    height: int
    marks: tuple[tuple[Finding, str], ...]


def html(shown: Sequence[Shown]) -> str:
    """The page: one for all variants, with a part for each.

    Everything is found again in the PDF of the build, also of one that failed; where there is none, findings
    are all that there is.
    """
    script, style = _file("report.js"), _file("report.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Trusted: files of this package; all else is escaped.
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["printable"] = printable
    return environment.from_string(_file("report.html.j2")).render(
        builds=[_view(number, one) for number, one in enumerate(shown, 1)],
        name=next((one.evidence.name for one in shown if one.evidence), ""),
        data=shown[0].data.as_posix() if shown else "",
        style=Markup(style),  # noqa: S704 - see above
        script=Markup(script),  # noqa: S704 - see above
        policy=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        version=__version__,
    )


def _file(name: str) -> str:
    return importlib.resources.files("texresume").joinpath("check/html", name).read_text("utf-8")


def _view(number: int, shown: Shown) -> dict[str, Any]:
    """What the template needs of one build."""
    evidence = shown.evidence
    layout = _layout(evidence.pdf) if evidence else None
    places = Places(layout.glyphs, evidence.fields) if layout and evidence else None
    findings = _findings(shown.diagnostics, places)
    pdf = evidence.pdf if layout and evidence else b""
    return {
        "id": f"b{number}",
        "title": shown.variant or (evidence.template if evidence else "") or "résumé",
        "failed": shown.status is not ExitStatus.OK,
        "counts": _counts(shown.diagnostics),
        "facts": list(_facts(shown, layout)),
        "groups": [
            (_HEADINGS[severity], severity.value, group)
            for severity in Severity
            if (group := [one for one in findings if one.diagnostic.severity is severity])
        ],
        "pictures": list(_pictures(pdf, findings)),
        "readings": list(_readings(pdf)),
        "links": extractors.pdfium_sees(pdf).links if pdf else (),
        "fonts": layout.fonts if layout else (),
        "metadata": layout.metadata if layout else {},
        "language": evidence.language if evidence else "",
        "baseline": _compared(shown.baseline),
    }


def _layout(pdf: bytes) -> glyphs.Layout | None:
    try:
        return glyphs.layout(pdf) if pdf else None
    except ValueError:
        return None  # that it does not open is among the findings


def _counts(diagnostics: Sequence[Diagnostic]) -> str:
    counts = [(severity, sum(one.severity is severity for one in diagnostics)) for severity in Severity]
    said = [f"{count} {severity}{'s' * (count > 1)}" for severity, count in counts if count]
    return ", ".join(said) or "nothing found"


def _facts(shown: Shown, layout: glyphs.Layout | None) -> Iterator[tuple[str, str]]:
    """What was built and how, as pairs."""
    evidence, build = shown.evidence, shown.build
    yield "Data", shown.data.as_posix()
    if evidence is None:
        return
    if evidence.variant:
        yield "Variant", evidence.variant
    yield "Template", evidence.template
    tex = f" ({build.tex})" if build else ""
    yield "Engine", f"{'XeTeX' if evidence.engine == 'xetex' else 'pdfTeX'}{tex}"
    yield "Language", evidence.language
    if layout:
        yield "Pages", str(layout.pages)
    if build:
        yield "Time", f"{build.seconds_total:.2f} s, {build.seconds_tex:.2f} s of it TeX"
        yield "Files", ", ".join(build.files.values())
        yield "Read by", ", ".join(build.report.readers)
    if evidence.fit:
        yield "Fit", "; ".join(fit.said(evidence.fit))


# -- findings and their marks -------------------------------------------------------------------------------


def _findings(diagnostics: Sequence[Diagnostic], places: Places | None) -> list[Finding]:
    """Numbered in the order in which they are listed: the worst first."""
    ranks = list(Severity)
    ordered = sorted(diagnostics, key=lambda one: ranks.index(one.severity))
    return [_finding(number, one, places) for number, one in enumerate(ordered, 1)]


def _finding(number: int, diagnostic: Diagnostic, places: Places | None) -> Finding:
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
    marks: list[Box] = []
    missing = False
    if places is not None and diagnostic.path:
        marks = places.of(diagnostic.place)
        missing = not marks
        marks = marks or places.before(diagnostic.place)
    return Finding(number, diagnostic, ":".join(where), before, at, after, tuple(marks), missing)


def _pictures(pdf: bytes, findings: Sequence[Finding]) -> Iterator[Picture]:
    for number, png in enumerate(output.pictures(pdf, DPI, MAXIMUM_PAGES) if pdf else (), 1):
        marks = [(finding, box) for finding in findings for box in finding.marks if box.page == number]
        yield Picture(number, _address(_small(png)), *_size(png), tuple(_styled(marks)))


def _styled(marks: Sequence[tuple[Finding, Box]]) -> Iterator[tuple[Finding, str]]:
    """Marks with their place as CSS; numbers of findings about the same text stand in rows."""
    taken: dict[tuple[float, float], int] = {}
    for finding, box in marks:
        corner = (round(box.left, 2), round(box.top, 2))
        order = taken[corner] = taken.get(corner, -1) + 1
        edges = {"left": box.left, "top": box.top, "width": box.width, "height": max(box.height, _LEAST)}
        style = ";".join(f"{edge}:{min(max(share, 0), 1):.3%}" for edge, share in edges.items())
        yield finding, f"{style};--column:{order % _ROW};--row:{order // _ROW}"


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the first chunk has them: https://www.w3.org/TR/png-3/#11IHDR."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _small(png: bytes) -> bytes:
    """The same without colours where it has none: a third of the bytes, and not a pixel changed."""
    from PIL import Image, ImageChops

    picture = Image.open(BytesIO(png)).convert("RGB")
    red, green, blue = picture.split()
    if ImageChops.difference(red, green).getbbox() or ImageChops.difference(red, blue).getbbox():
        return png
    stream = BytesIO()
    red.save(stream, format="PNG")
    return stream.getvalue()


def _address(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""


# -- what readers see ---------------------------------------------------------------------------------------


def _readings(pdf: bytes) -> Iterator[tuple[str, str, int]]:
    """The name of each reader, the text that it sees, and how many words that are."""
    if not pdf:
        return
    yield _reading("pdfium", extractors.pdfium_sees(pdf).text)
    for name, read in extractors.EXTRACTORS.items():
        try:
            text = read(pdf)
        except ImportError:
            continue
        except Exception as error:  # noqa: BLE001 - a reader that fails says so on the page, and spoils nothing
            text = f"({name} failed: {error})"
        yield _reading(name, text)


def _reading(name: str, text: str) -> tuple[str, str, int]:
    text = text.replace("\ufffe", "-").replace("\f", "\n")
    lines = [printable(line) for line in text.splitlines()]
    return name, "\n".join(lines), len(text.split())


def _compared(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "file": comparison.file.as_posix(),
        "same": comparison.same,
        "counts": baseline.words(comparison),
        "words": [(kind, _context(text) if kind == "same" else text) for kind, text in comparison.words],
        "before": comparison.pages_before,
        "after": comparison.pages_after,
        "pages": [_sides(page) for page in comparison.pages],
    }


def _context(text: str) -> str:
    """Words around a change: what is the same for long is cut short."""
    words = text.split(" ")
    return text if len(words) <= 16 else f"{' '.join(words[:6])} … {' '.join(words[-6:])}"  # noqa: PLR2004 - above


def _sides(page: PageChange) -> dict[str, Any]:
    sides = [("before", page.old), ("now", page.new), ("what differs", page.overlay)]
    return {
        "number": page.page,
        "share": page.share,
        "sides": [(name, _address(png), *_size(png)) for name, png in sides if png],
    }
