"""The page as people see it: contrast, margins, word spaces, page ends.

Lengths are in PDF points (bp). Each finding names the path in the data of the text that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from texresume import resources
from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf import alignment, folding
from texresume.pdf.geometry import WHITE, Colour, InkedGlyph, PageGeometry
from texresume.pdf.visibility import Box
from texresume.records import dataclass
from texresume.text import bidi

from .field_kinds import PrintedField

MINIMUM_CONTRAST = 7.0
"""https://www.w3.org/TR/WCAG21/#contrast-enhanced"""
MINIMUM_GAP = 3.0
"""pdfplumber ignores gaps between words up to this width: its `x_tolerance`."""
MINIMUM_MARGIN = 34.0
"""12 mm, for templates that do not log their margins."""
OVERHANG = 1.0
"""How far letters and rules may reach into the left or right margin."""
OVERHANG_ABOVE = 8.0
"""The same for top and bottom: accents rise above the first line, and fonts of other scripts are taller."""
HALF = 0.5
_POINT = 72 / 72.27
"""A point of TeX in PDF points."""
_SAME_LINE = 4.0
"""Baselines that are closer belong to one line."""
_EXCERPT = 40


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text layer: its page (from 0), its text, its glyphs."""

    page: int
    text: str
    glyphs: tuple[InkedGlyph, ...]


@dataclass(frozen=True, slots=True)
class Margins:
    """The margins of a template, how far below the text its footer is, how far above it a running head."""

    left: float
    top: float
    right: float
    bottom: float
    footer: float
    header: float = 0.0

    @staticmethod
    def from_measures(measures: Mapping[str, str], rtl: bool) -> Margins | None:
        """The margins that texresume.sty logged as `edges`, or None; on right-to-left pages mirrored."""
        try:
            left, top, right, bottom, footer = (
                float(value) * _POINT for value in measures.get("edges", "").split()
            )
            header = float(measures.get("head", "0")) * _POINT
        except ValueError:
            return None
        if rtl:
            left, right = right, left
        return Margins(left, top, right, bottom, footer, header)


@dataclass(frozen=True, slots=True)
class PrintedPages:
    """The pages, their lines in reading order, and the first and last line of each printed field."""

    pages: tuple[PageGeometry, ...]
    lines: tuple[TextLine, ...]
    fields: tuple[PrintedField, ...]
    field_lines: tuple[tuple[int, int] | None, ...]
    margins: Margins | None
    source: Source
    rtl: bool = False
    saving_step: str = ""
    """The fitting step that would save the last page, which is nearly empty, if there is one."""

    @staticmethod
    def locate(
        pages: tuple[PageGeometry, ...],
        fields: tuple[PrintedField, ...],
        measures: Mapping[str, str],
        source: Source,
        *,
        rtl: bool,
    ) -> PrintedPages:
        """Find each field on the pages."""
        lines = tuple(
            TextLine(number, text, glyphs)
            for number, page in enumerate(pages)
            for text, glyphs in zip(page.texts, page.lines, strict=True)
        )
        text = "\n".join(line.text for line in lines)
        found = alignment.find_lines(text, [field.text for field in fields], rtl=rtl)
        margins = Margins.from_measures(measures, rtl)
        return PrintedPages(pages, lines, fields, found, margins, source, rtl, measures.get("saves", ""))

    def located(self) -> Iterator[tuple[PrintedField, tuple[int, int]]]:
        """The fields that were found, with their first and last line."""
        for field, lines in zip(self.fields, self.field_lines, strict=True):
            if lines:
                yield field, lines

    def find_path(self, line: int, text: str = "") -> str:
        """The path in the data of a text in a line: of the field that has it, else of any in the line."""
        candidates = [
            field for field, (first, last) in self.located() if first <= line <= last and field.path
        ]
        folded = folding.fold(text)
        holding = [field for field in candidates if folded and folded in folding.fold(str(field.text))]
        return next((field.path for field in (*holding, *candidates)), "")

    def may_have_formula(self, line: int) -> bool:
        """Whether a field in a line has a formula."""
        return any(first <= line <= last and field.has_formula for field, (first, last) in self.located())

    def warn(
        self, code: str, message: str, path: str, hint: str, severity: Severity = Severity.WARNING
    ) -> Diagnostic:
        """A finding about what comes from a path, or about the whole ("")."""
        data_path = undotted(path)
        position = self.source.value(data_path) if data_path else None
        return self.source.diagnostic(code, message, position, path=data_path, hint=hint, severity=severity)

    def content_lines(self) -> dict[int, list[int]]:
        """The numbers of the lines that hold text of the data, by page: footers are left out."""
        numbers = {
            number
            for field, (first, last) in self.located()
            if field.kind.area != "other"
            for number in range(first, last + 1)
            if self.lines[number].glyphs
        }
        by_page: dict[int, list[int]] = {number: [] for number in range(len(self.pages))}
        for number in sorted(numbers):
            by_page[self.lines[number].page].append(number)
        return by_page


def check(printed: PrintedPages) -> list[Diagnostic]:
    """Every finding about the look of the pages."""
    return [
        *_check_contrast(printed),
        *_check_margins(printed),
        *_check_word_spaces(printed),
        *_check_page_breaks(printed),
        *_check_last_page(printed),
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


def _check_contrast(printed: PrintedPages) -> Iterator[Diagnostic]:
    """One finding per pair of colours, for letters and digits only: symbols may be ornaments."""
    seen: set[tuple[Colour, Colour]] = set()
    for number, line in enumerate(printed.lines):
        for index, glyph in enumerate(line.glyphs):
            background = _find_background(printed.pages[line.page], glyph)
            pair = (glyph.colour, background) if background is not None else None
            if not glyph.char.isalnum() or pair is None or pair in seen:
                continue
            seen.add(pair)
            if (ratio := contrast(*pair)) < MINIMUM_CONTRAST:
                text = _read_run(line.glyphs, index)
                behind = "white" if background == WHITE else f"#{_hex(pair[1])}"
                yield printed.warn(
                    "low-contrast",
                    f"{text!r} is #{_hex(glyph.colour)} on {behind}: the contrast is {ratio:.1f}:1, "
                    f"less than {MINIMUM_CONTRAST:.0f}:1",
                    printed.find_path(number, text),
                    "use a darker colour, with --option accent=… or in the template",
                )


def _find_background(page: PageGeometry, glyph: InkedGlyph) -> Colour | None:
    """The colour behind a glyph; None where there is an image."""
    x, y = (glyph.ink[0] + glyph.ink[2]) / 2, (glyph.ink[1] + glyph.ink[3]) / 2
    colour: Colour | None = WHITE
    for shape in page.shapes:
        left, bottom, right, top = shape.box
        if left <= x <= right and bottom <= y <= top and (shape.fill is not None or shape.kind == "image"):
            colour = shape.fill
    return colour


def _hex(colour: Colour) -> str:
    return "".join(f"{value:02X}" for value in colour)


def _read_run(glyphs: Sequence[InkedGlyph], start: int) -> str:
    """The text from an index on that has the same colour."""
    text = ""
    for glyph in glyphs[start : start + _EXCERPT]:
        if glyph.colour != glyphs[start].colour:
            break
        text += f" {glyph.char}" if glyph.spaced and text else glyph.char
    return text


# -- margins ------------------------------------------------------------------------------------------------


def _check_margins(printed: PrintedPages) -> Iterator[Diagnostic]:
    """One finding per line of text, one for all rules and images."""
    for number, line in enumerate(printed.lines):
        area = _printable_area(printed.margins, printed.pages[line.page])
        outside = [glyph for glyph in line.glyphs if _is_outside(glyph.ink, area)]
        if outside:
            text = _read_run(line.glyphs, line.glyphs.index(outside[0]))
            distance = max(max(_overhang(glyph.ink, area)) for glyph in outside)
            yield printed.warn(
                "outside-margins",
                f"{text!r} on page {line.page + 1} reaches {distance:.0f} pt into the margin",
                printed.find_path(number, text),
                "shorten a long word or URL, or make the template's margins wider",
            )
    shapes = [
        number
        for number, page in enumerate(printed.pages)
        for shape in page.shapes
        if _is_outside(shape.box, _printable_area(printed.margins, page))
    ]
    if shapes:
        what = "a rule or an image" if len(shapes) == 1 else f"{len(shapes)} rules or images"
        verb = "reaches" if len(shapes) == 1 else "reach"
        message = f"{what} {verb} into the margin, first on page {shapes[0] + 1}"
        hint = "shorten it in the template's .sty or resume.tex.j2"
        yield printed.warn("outside-margins", message, "", hint)


def _printable_area(margins: Margins | None, page: PageGeometry) -> Box:
    """The box in which everything must be, the footer and a running head included."""
    if margins is None:
        least = MINIMUM_MARGIN
        return least, least, page.width - least, page.height - least
    bottom = margins.bottom - max(0.0, margins.footer)
    return margins.left, bottom, page.width - margins.right, page.height - margins.top + margins.header


def _overhang(box: Box, area: Box) -> tuple[float, float, float, float]:
    """How far a box reaches beyond another: left, below, right, above."""
    return area[0] - box[0], area[1] - box[1], box[2] - area[2], box[3] - area[3]


def _is_outside(box: Box, area: Box) -> bool:
    left, below, right, above = _overhang(box, area)
    return max(left, right) > OVERHANG or max(below, above) > OVERHANG_ABOVE


# -- word spaces --------------------------------------------------------------------------------------------


def _check_word_spaces(printed: PrintedPages) -> Iterator[Diagnostic]:
    """One finding for all word spaces that extractors may miss, at the first of them.

    These are narrow gaps without a space character.
    """
    narrow = [
        (number, after, gap)
        for number, line in enumerate(printed.lines)
        if not bidi.has_right_to_left(line.text) and not printed.may_have_formula(number)
        for before, after in pairwise(line.glyphs)
        if after.guessed
        and (gap := _measure_gap(before, after)) is not None
        and 0 <= gap < MINIMUM_GAP
        and not _is_carried(before, after, printed.pages[line.page].spaces)
    ]
    if narrow:
        number, after, _ = narrow[0]
        line = printed.lines[number]
        least = min(gap for *_, gap in narrow)
        text = _read_words_at(line.glyphs, after)
        count = f"{len(narrow)} word space{'s are' if len(narrow) > 1 else ' is'}"
        yield printed.warn(
            "narrow-space",
            f"{count} narrower than {MINIMUM_GAP:.0f} pt and no character of the PDF "
            f"(down to {least:.1f} pt, for example in {text!r}): some extractors miss such spaces",
            printed.find_path(number, text),
            "in the template, set such spaces with \\trswitch of texresume.sty, which extractors can read",
        )


def _is_carried(before: InkedGlyph, after: InkedGlyph, spaces: Iterable[tuple[float, float]]) -> bool:
    """Whether a space character that stands alone is in the gap between two words."""
    low, high = min(before.box[1], after.box[1]), max(before.box[3], after.box[3])
    return any(before.ink[2] - 1 <= x <= after.box[0] + 1 and low <= y <= high for x, y in spaces)


def _measure_gap(before: InkedGlyph, after: InkedGlyph) -> float | None:
    """The white between two words, or None where it is unknown.

    pdfium's box is as wide as the advance of a letter, or as its ink where that is wider (f, j).
    """
    if not (before.char.isalnum() and after.char.isalnum()) or folding.is_unspaced(before.char + after.char):
        return None
    overhang = before.ink[2] >= before.box[2] - 0.01 or after.ink[0] <= after.box[0] + 0.01
    return None if overhang else after.box[0] - before.box[2]


def _read_words_at(glyphs: Sequence[InkedGlyph], at: InkedGlyph) -> str:
    """The words before and after a space."""
    index = glyphs.index(at)
    first, last = index - 1, index + 1
    while first > 0 and not glyphs[first].spaced:
        first -= 1
    while last < len(glyphs) and not glyphs[last].spaced:
        last += 1
    before, after = glyphs[max(first, 0) : index], glyphs[index:last]
    return f"{''.join(g.char for g in before)} {''.join(g.char for g in after)}"


# -- page ends ----------------------------------------------------------------------------------------------


def _check_page_breaks(printed: PrintedPages) -> Iterator[Diagnostic]:
    """Headings at the end of a page whose text begins on the next."""
    located = [
        (field, lines)
        for field, lines in printed.located()
        if field.kind.area in ("heading", "entry-heading", "entry-body")
    ]
    for number, ((field, lines), (after, next_lines)) in enumerate(pairwise(located)):
        page = printed.lines[lines[1]].page
        if printed.lines[next_lines[0]].page <= page:
            continue
        on_page = [one for one, (_, last) in located[: number + 1] if printed.lines[last].page == page]
        is_heading = field.kind.area == "heading"
        if is_heading or _is_split_from_body(on_page, after):
            what = "the heading" if is_heading else "the entry heading"
            yield printed.warn(
                "stranded-heading",
                f"{what} {str(field.text)[:_EXCERPT]!r} is the last line of page {page + 1}",
                field.path,
                "the template can keep it with the next line by \\nobreak; or use another template",
            )


def _is_split_from_body(on_page: Sequence[PrintedField], after: PrintedField) -> bool:
    """Whether a page ends with the heading of an entry, and all of its body is on the next."""
    last = on_page[-1].kind
    if last.area != "entry-heading" or last.entry not in (after.kind.entry, after.kind.parent):
        return False
    return all(field.kind.area == "entry-heading" for field in on_page if field.kind.entry == last.entry)


def _check_last_page(printed: PrintedPages) -> Iterator[Diagnostic]:
    content = printed.content_lines()
    last = len(printed.pages) - 1
    page = printed.pages[last]
    glyphs = [glyph for number in content[last] for glyph in printed.lines[number].glyphs]
    rows = _count_rows(glyphs)
    top = page.height - (printed.margins.top if printed.margins else MINIMUM_MARGIN)
    bottom = printed.margins.bottom if printed.margins else MINIMUM_MARGIN
    full = (top - min((glyph.ink[1] for glyph in glyphs), default=top)) / (top - bottom)
    path = printed.find_path(content[last][0]) if content[last] else ""
    saving = f"--option step={printed.saving_step} would save it; or " if printed.saving_step else ""
    if last and rows == 1:
        fitting = resources.manual("fitting.md")
        hint = f"{saving}shorten a text by a line, or set fewer pages in a variant: see {fitting}"
        yield printed.warn("lone-line", f"page {last + 1} has only one line", path, hint)
    elif full < HALF and last:
        message = f"the last page, {last + 1}, is only {full:.0%} full"
        hint = f"{saving}show less, or set fewer pages in a variant: see {resources.manual('fitting.md')}"
        yield printed.warn("half-empty-page", message, path, hint)
    elif full < HALF:
        message = f"the page is only {full:.0%} full"
        hint = "there is room for more"
        yield printed.warn("half-empty-page", message, "", hint, Severity.NOTE)


def _count_rows(glyphs: Sequence[InkedGlyph]) -> int:
    """In how many rows, one above the other, glyphs are."""
    bottoms = sorted(glyph.box[1] for glyph in glyphs)
    return sum(after - before > _SAME_LINE for before, after in pairwise(bottoms)) + bool(bottoms)
