"""A page of a Word document: its head, and what every text consists of: paragraphs and items of lists."""

from __future__ import annotations

from texresume.document.model import Contact, Document, Link
from texresume.text.inline import RichText, split_blocks

from .docx_entries import Heads
from .docx_lists import Numbering
from .docx_styles import identifier
from .docx_text import RunWriter
from .looks import Look
from .markup import Line, counted, piece

_BELOW = ("Entry Text", "Entry Detail", "Entry Contact", "Keywords")
"""Styles of what follows the head of an entry."""


class Page:
    """Writes paragraphs, and the head of a document. `picture` and `signature` are runs with an image, or
    empty.
    """

    def __init__(
        self,
        document: Document,
        look: Look,
        runs: RunWriter,
        numbering: Numbering,
        picture: str = "",
        signature: str = "",
    ) -> None:
        self._document, self._look, self._runs, self._numbering = document, look, runs, numbering
        self._picture, self._signature = picture, signature
        self._list = document.labels["separator_list"]
        self._colon = document.labels["separator_colon"]
        self._heads = Heads(look, self._list, self._colon, document.metadata.language.partition("-")[0])
        self._between = f"\N{EN SPACE}{look.separator}\N{EN SPACE}"
        self._found: list[str] = []
        self.used: list[str] = []
        """The style of each paragraph, by its name."""
        self.below_contacts = 0.0
        """What is to be left free below the contacts, in pt, for a photo that reaches farther down."""
        self._below = ""
        """The style of texts below the head of a publication, which are as far in as that."""
        self._page = self._kept = False
        """Whether the next paragraph begins a page; whether all are of an entry that must not be parted."""

    # -- paragraphs -------------------------------------------------------------------------------------

    def _paragraph(self, style: str, runs: str, *, attached: bool = False, numbering: str = "") -> None:
        """A paragraph; `attached` keeps it on the page of the next one."""
        style = self._below if self._below and style in _BELOW else style
        properties = f'<w:pStyle w:val="{identifier(style)}"/>'
        properties += "<w:keepNext/>" if attached or self._kept else ""
        properties += "<w:pageBreakBefore/>" if self._page else ""
        self._page = False
        self.used.append(style)
        self._found.append(f"<w:p><w:pPr>{properties}{numbering}</w:pPr>{runs}</w:p>")

    def _line(self, style: str, line: Line, *, attached: bool = False) -> None:
        if line:
            self._paragraph(style, self._runs.line(line), attached=attached)

    def _text(self, field: RichText, style: str = "Entry Text") -> None:
        """A text with its blocks: paragraphs, and items of lists on two levels."""
        self._numbering.restart()
        for block, text in split_blocks(field):
            if block is None or not block.level:
                self._paragraph(style, self._runs.field(text))
            else:
                self._item(block.level - 1, block.number, text)

    def _item(self, level: int, number: str, text: RichText) -> None:
        as_written = bool(number) and counted(number) is None
        kind = "List Continue" if as_written else "List Number" if number else "List Bullet"
        style = f"{kind} {level + 1}" if level else kind
        numbering = ""
        if as_written:
            text = RichText.join("\N{NO-BREAK SPACE}", [RichText.of(number), text])
        elif number:
            place = self._numbering.number(level, number)
            numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{place}"/></w:numPr>'
        else:
            self._numbering.restart(level)
        self._paragraph(style, self._runs.field(text), numbering=numbering)

    # -- the head ---------------------------------------------------------------------------------------

    def _head(self) -> None:
        document = self._document
        picture, self._picture = self._picture, ""
        if document.name:
            self._paragraph("Title", picture + self._runs.field(document.name))
        elif picture:
            self._paragraph("Contact", picture)
        if document.label:
            self._paragraph("Subtitle", self._runs.field(document.label))
        lines: list[Line] = []
        for line in document.contacts:
            contacts = [address(contact) for contact in line]
            split = self._look.header == "split"
            beside = max(self._look.photo_width + 8 if picture else 0, 36 if self._look.dates_left else 0)
            lines += contacts if split else self._heads.packed(contacts, self._between, beside)
        if picture:
            self.below_contacts = self._left_of_photo(len(lines))
        for number, part in enumerate(lines, 1):
            self._line("Contact Last" if number == len(lines) else "Contact", part)

    def _left_of_photo(self, lines: int) -> float:
        """How much farther down the photo reaches than name, label and contacts, in pt."""
        look = self._look
        head = look.name_size * 1.25 * bool(self._document.name) + look.label_size * 1.7 * bool(
            self._document.label
        )
        return max(look.photo_height * 72 / 25.4 + look.size - head - lines * look.size * look.leading, 0)


def address(link: Link | Contact) -> Line:
    """A printed address, with a link if it has a target."""
    return piece(link.text, "Address", link.url.target)
