"""The body of a letter as a Word document: each part a paragraph whose style puts it where it belongs."""

from __future__ import annotations

from texresume.document.model import Letter
from texresume.text.inline import RichText

from .docx_page import Page
from .docx_text import TAB
from .letter_places import Places
from .markup import joined, piece


class LetterBody(Page):
    """Writes the paragraphs of a letter."""

    def xml(self) -> str:
        """All paragraphs."""
        letter, places = self._document.letter, self._look.letter
        self._head()
        if letter is not None and places is not None:
            self._address(letter, places)
            self._rest(letter)
        return "".join(self._found)

    def _address(self, letter: Letter, places: Places) -> None:
        """The recipient, below the sender where that shows in a window, and the date."""
        field = self._runs.field
        if places.window and letter.sender:
            self._paragraph("envelope return", field(letter.sender))
        if places.date_above and letter.date:
            self._paragraph("Date", field(letter.date))
        date = "" if places.date_above or not letter.date else TAB + field(letter.date, "Letter Date")
        first, *others = letter.recipient or (RichText(),)
        if first or date:
            self._paragraph("Inside Address", field(first) + date)
        for line in others:
            self._paragraph("Inside Address", field(line))

    def _rest(self, letter: Letter) -> None:
        field = self._runs.field
        if letter.subject:
            self._paragraph("Subject Line", field(letter.subject))
        self._paragraph("Salutation", field(letter.opening))
        for paragraph in letter.paragraphs:
            self._text(paragraph, "Body Text")
        self._paragraph("Closing", field(letter.closing))
        if self._signature:
            self._paragraph("Signature Image", self._signature)
        self._paragraph("Signature", field(letter.name))
        if letter.enclosures:
            label = *piece(letter.enclosures_label, "Strong"), *piece(self._colon, "Strong")
            self._line("Enclosures", (*label, *joined(map(piece, letter.enclosures), self._list)))
