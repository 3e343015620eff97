"""The body of a Word document: its header, sections and entries as paragraphs, each with a style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from texresume.document.model import Document, Entry, Group, Link, Section
from texresume.text.inline import RichText, split_blocks

from .docx_entries import BESIDE, Row, dated
from .docx_page import Page, address
from .docx_text import TAB
from .markup import Line, Piece, between_authors, facts, further, joined, piece

_REACH = ("email", "phone", "contact", "link")
"""Details that say how a person is reached: they share a line."""


class Body(Page):
    """Writes the paragraphs of a document with sections."""

    _from_end = 1
    """Beside which line of publications dates stand, from the last one."""

    def xml(self) -> str:
        """All paragraphs."""
        self._head()
        for section in self._document.sections:
            self._section(section)
        self._closing()
        return "".join(self._found)

    def _closing(self) -> None:
        """Place and date, and the signature below them."""
        self._below = ""
        if self._document.closing:
            runs = self._runs.field(self._document.closing)
            self._paragraph("Closing", runs, attached=bool(self._signature))
        if self._signature:
            self._paragraph("Entry Text", self._signature)

    # -- paragraphs -----------------------------------------------------------------------------------

    def _rows(self, style: str, rows: Sequence[Row], *, attached: bool) -> None:
        """Rows, each with what stands at the right edge, or before them in a column of dates."""
        for number, row in enumerate(rows):
            left, right = self._runs.line(row.left), self._runs.line(row.right)
            if self._look.dates_left:
                left, right = right, left
            together = left + (TAB + right if right or self._look.dates_left else "")
            last = number == len(rows) - 1
            self._paragraph(
                row.style or ("Entry Line" if number else style), together, attached=attached or not last
            )

    def _highlight(self, field: RichText) -> None:
        """A highlight, with what is below it."""
        for block, text in split_blocks(field):
            if block is None:
                self._numbering.restart(1)
                self._item(0, "", text)
            elif block.level:
                self._item(block.level - 1, block.number, text)
            else:
                self._paragraph("List Continue", self._runs.field(text))

    # -- sections ---------------------------------------------------------------------------------------

    def _section(self, section: Section) -> None:
        self._page = self._page or section.break_before
        if section.title:
            self._paragraph("heading 1", self._runs.field(section.title))
        for group in section.groups:
            self._page = self._page or group.break_before
            if group.title:
                self._paragraph("heading 2", self._runs.field(group.title))
            self._group(section, group)

    def _group(self, section: Section, group: Group) -> None:
        labels: list[Entry] = []
        self._from_end = self._dated_line(group) if section.kind == "publications" else 1
        for entry in group.entries:
            if section.kind == "tags" and entry.is_label_only:
                labels.append(entry)
                continue
            self._labels(labels)
            labels = []
            self._page = self._page or entry.break_before
            self._kept = entry.keep
            first = len(self._found)
            self._entry(section, entry)
            self._kept = False
            if entry.keep and len(self._found) > first:  # the last one is not tied to the next entry
                self._found[-1] = self._found[-1].replace("<w:keepNext/>", "", 1)
        self._labels(labels)

    def _entry(self, section: Section, entry: Entry) -> None:
        match section.kind:
            case "timeline" if entry.positions and not _has_parts(entry):
                self._employer(entry)
            case "timeline":
                self._rows("Entry", self._heads.timeline(section.name, entry), attached=_has_more(entry))
                self._rest(self._without_keywords(entry))
            case "tags":
                self._tags(entry)
            case "publications":
                self._publication(entry)
            case _:
                style = "Entry" if section.spread or section.kind == "references" else "Item"
                title = "Talk Title" if section.name == "talks" and self._look.base == "academic" else ""
                self._rows(style, self._heads.item(entry, title), attached=not entry.is_heading_only)
                self._rest(entry, results=True)

    def _labels(self, entries: Sequence[Entry]) -> None:
        """Entries with nothing but a label and a level, in one paragraph."""
        line = joined(
            (self._noted(entry, "") for entry in entries),
            self._list if self._look.base == "academic" else self._between,
        )
        self._line("Skill", line)

    def _noted(self, entry: Entry, style: str) -> Line:
        """A name, with the level or note in brackets."""
        open_, close = self._document.labels["separator_open"], self._document.labels["separator_close"]
        space = " " if open_ == "(" else ""
        note = joined([piece(entry.subtitle), piece(entry.note, "Entry Note")], self._list)
        if not note:
            return piece(entry.title, style)
        if not entry.title:
            return note
        brackets = piece(f"{space}{open_}", "Entry Separator"), piece(close, "Entry Separator")
        return (*piece(entry.title, style), *brackets[0], *note, *brackets[1])

    def _tags(self, entry: Entry) -> None:
        name = self._noted(entry, "Skill Name")
        words = joined(map(piece, entry.keywords), self._list)
        line = (*name, *piece(self._colon, "Skill Name"), *words) if name and words else name or words
        right = joined([piece(entry.location, "Entry Place"), piece(entry.dates, "Entry Dates")], " | ")
        if line or right:
            self._paragraph("Skill", self._runs.line(line) + (TAB + self._runs.line(right) if right else ""))
        for link in (entry.link, entry.doi):
            self._line("Entry Contact", address(link))
        self._rest(replace(entry, keywords=()), results=True)

    def _employer(self, entry: Entry) -> None:
        """Several positions at one employer: its name, place and the whole span once, then each by itself."""
        one_place = not any(position.location for position in entry.positions)
        self._rows("Entry", self._heads.employer(entry, one_place=one_place), attached=True)
        location = RichText() if one_place else entry.location
        own = replace(
            entry, title=RichText(), note=RichText(), link=Link(), doi=Link(), location=location, positions=()
        )
        for position in (own, *entry.positions):
            self._position(position)

    def _position(self, entry: Entry) -> None:
        self._page = self._page or entry.break_before
        self._rows("Position", self._heads.position(entry), attached=_has_more(entry))
        self._rest(self._without_keywords(entry), results=True)

    def _without_keywords(self, entry: Entry) -> Entry:
        """The entry, without keywords if they are in its head."""
        return replace(entry, keywords=()) if self._heads.with_keywords else entry

    # -- what follows the head of an entry --------------------------------------------------------------

    def _rest(self, entry: Entry, *, results: bool = False) -> None:
        """What follows the head of an entry: `results` too, if its rows do not have them."""
        if results or not self._heads.results(entry):
            beside = (self._heads.detail(one, "Entry Fact") for one in facts(entry, BESIDE))
            self._line("Entry Detail", joined(beside, self._list))
        self._line("Entry Detail", self._authors(entry))
        if entry.keywords:
            self._line("Keywords", self._heads.keywords(entry))
        for detail in further(entry, (*BESIDE, *_REACH)):
            self._line("Entry Detail", self._heads.detail(detail))
        reach = (self._heads.detail(detail) for detail in facts(entry, _REACH))
        self._line("Entry Contact", joined(reach, self._between))
        for paragraph in entry.paragraphs:
            self._text(paragraph)
        self._numbering.restart()
        for highlight in entry.highlights:
            self._highlight(highlight.text)
        for position in entry.positions:
            self._position(position)

    # -- publications -----------------------------------------------------------------------------------

    def _publication(self, entry: Entry) -> None:
        parts, right = self._lines_of(entry), self._right_of(entry)
        number = ""
        if self._look.numbering and entry.number:
            number = self._runs.line(piece(str(entry.number), "Publication Number"))
        body = any((entry.highlights, entry.paragraphs, entry.details, entry.keywords))
        dated_row = max(len(parts) - self._from_end, 0)
        for place, part in enumerate(parts or [()]):
            last = place >= len(parts) - 1
            text = (number + TAB if not place else "") + self._runs.line(part)
            text += TAB + self._runs.line(right) if place == dated_row and right else ""
            style = "Publication Line" if place else "Publication"
            self._paragraph(style, text, attached=not last or body)
        self._below = "Publication Line"
        self._rest(replace(entry, authors=()), results=True)
        self._below = ""

    def _lines_of(self, entry: Entry) -> list[Line]:
        """The lines of a publication."""
        return [line for line in (self._compact if self._look.compact else self._open)(entry) if line]

    def _right_of(self, entry: Entry) -> Line:
        """What stands at the right edge beside one of them."""
        if entry.reference:  # which says when it was
            return ()
        parts = [piece(entry.location, "Entry Place"), piece(entry.dates, "Entry Dates")]
        return dated(joined(parts, self._list))

    def _dated_line(self, group: Group) -> int:
        """Beside which line, from the last one (1), the dates of a group have room most often."""
        entries = [(self._lines_of(entry), self._right_of(entry)) for entry in group.entries]

        def fitting(number: int) -> int:
            lines = ((lines[max(-number, -len(lines))], right) for lines, right in entries if lines)
            return sum(self._heads.has_room(line, right) for line, right in lines)

        return max((1, 2, 3), key=fitting)

    def _compact(self, entry: Entry) -> list[Line]:
        """One paragraph: authors, title, venue, each as a sentence; then the addresses."""
        if entry.reference:
            return [piece(entry.reference)]
        sentences = [
            self._authors(entry),
            piece(entry.title, "Publication Title"),
            piece(entry.subtitle, "Publication Venue"),
            piece(entry.note, "Entry Note"),
        ]
        line: Line = ()
        for sentence in filter(None, sentences):
            stop = "" if str(sentence[-1].text).rstrip().endswith((".", "!", "?", "。", "！", "？")) else "."
            line = (*line, *(piece(" ") if line else ()), *sentence, *piece(stop))
        addresses = joined(map(address, entry.addresses), self._list)
        return [(*line, *(piece(" ") if line and addresses else ()), *addresses)]

    def _open(self, entry: Entry) -> list[Line]:
        """The title, the authors, and the venue with the addresses, on lines of their own."""
        if entry.reference:
            return [piece(entry.reference)]
        source = [
            piece(entry.subtitle, "Publication Venue"),
            piece(entry.note, "Entry Note"),
            *map(address, entry.addresses),
        ]
        return [piece(entry.title, "Publication Title"), self._authors(entry), joined(source, self._list)]

    def _authors(self, entry: Entry) -> Line:
        found: list[Piece] = []
        for place, author in enumerate(entry.authors):
            found += piece(author.text, "Own Name" if author.own else "")
            found += piece(between_authors(entry.authors, place, self._document.labels))
        return tuple(found)


def highest_number(document: Document) -> int:
    """The highest number of a publication."""
    return max((entry.number for section in document.sections for entry in section.entries), default=0)


def _has_more(entry: Entry) -> bool:
    """Whether something follows the head of an entry, keywords aside: they may be in it."""
    return bool(entry.highlights or entry.paragraphs or entry.details or entry.positions)


def _has_parts(entry: Entry) -> bool:
    """Whether what follows an entry is what it consisted of, such as clients, and no further positions."""
    return entry.positions[0].path.startswith(f"{entry.path}.")
