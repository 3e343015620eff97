"""The page as an eye sees it: contrast, margins, word spaces, where pages end.

Thresholds are in pt of PDF (bp). Each finding names the place in the data of the text that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf import alignment
from texresume.pdf.geometry import WHITE, Box, Colour, Glyph, Page
from texresume.text import bidi

from .roles import Field

MINIMUM_CONTRAST = 7.0
"""https://www.w3.org/TR/WCAG21/#contrast-enhanced"""
MINIMUM_GAP = 3.0
"""Up to here pdfplumber takes the gap between two words for none: its `x_tolerance`."""
MINIMUM_MARGIN = 34.0
"""12 mm, for templates that do not say where their margins are."""
BEYOND = 1.0
"""How far letters and rules may stand beyond a margin at the sides."""
BEYOND_ABOVE = 8.0
"""The same above and below: accents stand above the first line, and fonts of other scripts are higher."""
HALF = 0.5
_POINT = 72 / 72.27
_SAME_LINE = 4.0
"""Baselines that are nearer stand in one line."""
_EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text layer: its page, from 0, its text and glyphs."""

    page: int
    text: str
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Edges:
    """Margins of a template, and how far below the text its foot stands."""

    left: float
    top: float
    right: float
    bottom: float
    foot: float

    @staticmethod
    def said(measures: Mapping[str, str], rtl: bool) -> Edges | None:
        """What the source has measured, or None: `edges` in TeX's pt (1/72.27 inch)."""
        try:
            left, top, right, bottom, foot = (
                float(value) * _POINT for value in measures.get("edges", "").split()
            )
        except ValueError:
            return None
        return Edges(right, top, left, bottom, foot) if rtl else Edges(left, top, right, bottom, foot)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is known of the pages: lines in the order of reading; for each leaf its first and last."""

    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    fields: tuple[Field, ...]
    spans: tuple[tuple[int, int] | None, ...]
    edges: Edges | None
    source: Source
    rtl: bool = False

    @staticmethod
    def of(
        pages: tuple[Page, ...],
        fields: tuple[Field, ...],
        measures: Mapping[str, str],
        source: Source,
        *,
        rtl: bool,
    ) -> Sheet:
        """Find each leaf on the pages."""
        lines = tuple(
            Line(number, text, glyphs)
            for number, page in enumerate(pages)
            for text, glyphs in zip(page.texts, page.lines, strict=True)
        )
        text = "\n".join(line.text for line in lines)
        spans = alignment.lines(text, [field.rich for field in fields], rtl=rtl)
        return Sheet(pages, lines, fields, spans, Edges.said(measures, rtl), source, rtl)

    def path(self, line: int, text: str = "") -> str:
        """The place in the data of a text in a line: of the leaf that has it, else of any in the line."""
        there = [
            field
            for field, span in zip(self.fields, self.spans, strict=True)
            if span and span[0] <= line <= span[1] and field.path
        ]
        wanted = alignment.folded(text)
        holding = [field for field in there if wanted and wanted in alignment.folded(str(field.rich))]
        return next((field.path for field in (*holding, *there)), "")

    def formula(self, line: int) -> bool:
        """Whether a formula stands in a line, or may."""
        return any(
            span and span[0] <= line <= span[1] and field.formula
            for field, span in zip(self.fields, self.spans, strict=True)
        )

    def warning(
        self, code: str, message: str, path: str, hint: str, severity: Severity = Severity.WARNING
    ) -> Diagnostic:
        """A finding about what stands at a path, or about the whole ("")."""
        place = undotted(path)
        position = self.source.value(place) if place else None
        return self.source.diagnostic(code, message, position, path=place, hint=hint, severity=severity)

    def content(self) -> dict[int, list[int]]:
        """The numbers of the lines that hold the data's own text, by page: feet are left out."""
        numbers = {
            number
            for field, span in zip(self.fields, self.spans, strict=True)
            if span and field.role.kind != "other"
            for number in range(span[0], span[1] + 1)
            if self.lines[number].glyphs
        }
        found: dict[int, list[int]] = {number: [] for number in range(len(self.pages))}
        for number in sorted(numbers):
            found[self.lines[number].page].append(number)
        return found


def check(sheet: Sheet) -> list[Diagnostic]:
    """Every finding about the looks of the pages."""
    return [
        *_contrast(sheet),
        *_margins(sheet),
        *_spaces(sheet),
        *_stranded(sheet),
        *_last_page(sheet),
    ]


# -- colours ------------------------------------------------------------------------------------------------


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    channels = (value / 255 for value in colour)
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 - WCAG's
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (none) to 21: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _contrast(sheet: Sheet) -> Iterator[Diagnostic]:
    """One finding for each pair of colours: letters and figures alone, since signs may be ornaments."""
    seen: set[tuple[Colour, Colour]] = set()
    for number, line in enumerate(sheet.lines):
        for place, glyph in enumerate(line.glyphs):
            ground = _ground(sheet.pages[line.page], glyph)
            pair = (glyph.colour, ground) if ground is not None else None
            if not glyph.char.isalnum() or pair is None or pair in seen:
                continue
            seen.add(pair)
            if (ratio := contrast(*pair)) < MINIMUM_CONTRAST:
                text = _run(line.glyphs, place)
                behind = "white" if ground == WHITE else f"#{_hex(pair[1])}"
                yield sheet.warning(
                    "low-contrast",
                    f"{text!r} is printed in #{_hex(glyph.colour)} on {behind}: a contrast of {ratio:.1f}:1, "
                    f"where {MINIMUM_CONTRAST:.0f}:1 can be read by all",
                    sheet.path(number, text),
                    "take a darker colour: --option accent=…, or the template's own",
                )


def _ground(page: Page, glyph: Glyph) -> Colour | None:
    """The colour behind a glyph; None where an image is."""
    x, y = (glyph.ink[0] + glyph.ink[2]) / 2, (glyph.ink[1] + glyph.ink[3]) / 2
    found: Colour | None = WHITE
    for shape in page.shapes:
        left, bottom, right, top = shape.box
        if left <= x <= right and bottom <= y <= top and (shape.fill is not None or shape.kind == "image"):
            found = shape.fill
    return found


def _hex(colour: Colour) -> str:
    return "".join(f"{value:02X}" for value in colour)


def _run(glyphs: Sequence[Glyph], place: int) -> str:
    """The text from a place on that has the same colour."""
    text = ""
    for glyph in glyphs[place : place + _EXCERPT]:
        if glyph.colour != glyphs[place].colour:
            break
        text += f" {glyph.char}" if glyph.spaced and text else glyph.char
    return text


# -- margins ------------------------------------------------------------------------------------------------


def _margins(sheet: Sheet) -> Iterator[Diagnostic]:
    """One finding for each line of text, one for all rules and images."""
    for number, line in enumerate(sheet.lines):
        room = _room(sheet.edges, sheet.pages[line.page])
        out = [glyph for glyph in line.glyphs if _beyond(glyph.ink, room)]
        if out:
            text = _run(line.glyphs, line.glyphs.index(out[0]))
            far = max(max(_overhang(glyph.ink, room)) for glyph in out)
            yield sheet.warning(
                "outside-margins",
                f"{text!r} on page {line.page + 1} stands {far:.0f} pt beyond the margin",
                sheet.path(number, text),
                "shorten a long word or address, or widen the margins of the template",
            )
    shapes = [
        number
        for number, page in enumerate(sheet.pages)
        for shape in page.shapes
        if _beyond(shape.box, _room(sheet.edges, page))
    ]
    if shapes:
        what = "a rule or an image" if len(shapes) == 1 else f"{len(shapes)} rules or images"
        message = f"{what} beyond the margins, first on page {shapes[0] + 1}"
        yield sheet.warning("outside-margins", message, "", "the template's .sty draws them")


def _room(edges: Edges | None, page: Page) -> Box:
    """The box in which everything must stand, feet too."""
    if edges is None:
        margin = MINIMUM_MARGIN
        return margin, margin, page.width - margin, page.height - margin
    below = edges.bottom - max(0.0, edges.foot)
    return edges.left, below, page.width - edges.right, page.height - edges.top


def _overhang(box: Box, room: Box) -> tuple[float, float, float, float]:
    """How far a box stands beyond another: left, below, right, above."""
    return room[0] - box[0], room[1] - box[1], box[2] - room[2], box[3] - room[3]


def _beyond(box: Box, room: Box) -> bool:
    left, below, right, above = _overhang(box, room)
    return max(left, right) > BEYOND or max(below, above) > BEYOND_ABOVE


# -- word spaces --------------------------------------------------------------------------------------------


def _spaces(sheet: Sheet) -> Iterator[Diagnostic]:
    """One finding for all, at the first: a space between two words that readers may take for none."""
    narrow = [
        (number, after, gap)
        for number, line in enumerate(sheet.lines)
        if not bidi.has_right_to_left(line.text) and not sheet.formula(number)
        for before, after in pairwise(line.glyphs)
        if after.spaced and (gap := _gap(before, after)) is not None and 0 <= gap < MINIMUM_GAP
    ]
    if narrow:
        number, after, _ = narrow[0]
        line = sheet.lines[number]
        least = min(gap for *_, gap in narrow)
        text = _words_at(line.glyphs, after)
        count = f"{len(narrow)} word space{'s are' if len(narrow) > 1 else ' is'}"
        yield sheet.warning(
            "narrow-space",
            f"{count} narrower than {MINIMUM_GAP:.0f} pt, which some readers take for none: "
            f"{least:.1f} pt, such as in {text!r}",
            sheet.path(number, text),
            "a template keeps them wide with \\trbody and \\trfont of texresume.sty",
        )


def _gap(before: Glyph, after: Glyph) -> float | None:
    """The white between two words, or None where it is not known.

    pdfium's box is as wide as a letter advances; where its ink stands out (f, j), as wide as the ink.
    """
    if not (before.char.isalnum() and after.char.isalnum()) or alignment.unspaced(before.char + after.char):
        return None
    overhang = before.ink[2] >= before.box[2] - 0.01 or after.ink[0] <= after.box[0] + 0.01
    return None if overhang else after.box[0] - before.box[2]


def _words_at(glyphs: Sequence[Glyph], at: Glyph) -> str:
    """The words before and after a space."""
    place = glyphs.index(at)
    first, last = place - 1, place + 1
    while first > 0 and not glyphs[first].spaced:
        first -= 1
    while last < len(glyphs) and not glyphs[last].spaced:
        last += 1
    before, after = glyphs[max(first, 0) : place], glyphs[place:last]
    return f"{''.join(g.char for g in before)} {''.join(g.char for g in after)}"


# -- where pages end ----------------------------------------------------------------------------------------


def _stranded(sheet: Sheet) -> Iterator[Diagnostic]:
    """A heading, or the head of an entry, at the foot of a page, with what it heads on the next."""
    placed = [
        (field, span)
        for field, span in zip(sheet.fields, sheet.spans, strict=True)
        if span and field.role.kind in ("heading", "head", "body")
    ]
    for number, ((field, span), (after, following)) in enumerate(pairwise(placed)):
        page = sheet.lines[span[1]].page
        if sheet.lines[following[0]].page <= page:
            continue
        here = [one for one, there in placed[: number + 1] if sheet.lines[there[1]].page == page]
        if field.role.kind == "heading" or _parted(here, after):
            what = "the heading" if field.role.kind == "heading" else "the head of an entry,"
            yield sheet.warning(
                "stranded-heading",
                f"{what} {str(field.rich)[:_EXCERPT]!r} is the last line of page {page + 1}; "
                "what belongs to it stands on the next",
                field.path,
                "a template keeps them together with \\nobreak; 'texresume templates' names others",
            )


def _parted(here: Sequence[Field], after: Field) -> bool:
    """Whether nothing but the head of an entry stands on a page, and its body on the next."""
    last = here[-1].role
    if last.kind != "head" or last.entry not in (after.role.entry, after.role.above):
        return False
    return all(field.role.kind == "head" for field in here if field.role.entry == last.entry)


def _last_page(sheet: Sheet) -> Iterator[Diagnostic]:
    content = sheet.content()
    last = len(sheet.pages) - 1
    page = sheet.pages[last]
    glyphs = [glyph for number in content[last] for glyph in sheet.lines[number].glyphs]
    rows = _rows(glyphs)
    top = page.height - (sheet.edges.top if sheet.edges else MINIMUM_MARGIN)
    bottom = sheet.edges.bottom if sheet.edges else MINIMUM_MARGIN
    full = (top - min((glyph.ink[1] for glyph in glyphs), default=top)) / (top - bottom)
    path = sheet.path(content[last][0]) if content[last] else ""
    if last and rows == 1:
        hint = "shorten a text by a line, or promise fewer pages: see docs/fitting.md"
        yield sheet.warning("lone-line", f"page {last + 1} holds one line alone", path, hint)
    elif full < HALF and last:
        message = f"page {last + 1}, the last, is only {full:.0%} full"
        hint = "show less, or promise fewer pages in a variant: see docs/fitting.md"
        yield sheet.warning("half-empty-page", message, path, hint)
    elif full < HALF:
        message = f"the page is only {full:.0%} full"
        hint = "there is room for more"
        yield sheet.warning("half-empty-page", message, "", hint, Severity.NOTE)


def _rows(glyphs: Sequence[Glyph]) -> int:
    """How many lines one above the other these glyphs stand in."""
    bottoms = sorted(glyph.box[1] for glyph in glyphs)
    return sum(after - before > _SAME_LINE for before, after in pairwise(bottoms)) + bool(bottoms)
