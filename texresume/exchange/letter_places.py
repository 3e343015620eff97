"""Where the parts of a letter stand in Word and on printed pages of the web, as in the PDF."""

from __future__ import annotations

from collections.abc import Mapping

from texresume.document.letter import LAYOUTS
from texresume.document.model import Letter
from texresume.records import dataclass

PT = 25.4 / 72
"""A point, in mm."""
SIGNATURE_HEIGHT = 14
"""The room for a signature, in mm, and the height of its image."""
SENDER_HEIGHT = 5
"""The height in mm of the line above the recipient that names the sender."""
WINDOW_WIDTH = 80
"""What a window shows of a line, in mm."""
SIZE, LEADING = 11.0, 14.8
"""Of a letter that has room enough, in pt."""
SIDES: Mapping[str, float] = {"onepage": 27, "moderncv": 29}
ACADEMIC_MEASURE = 150
"""The margins of built-in templates, and the width of the text of academic, in mm."""
WINDOW_SIDES = 25
TOPS = (18, 17, 16, 15, 14, 13, 13, 12.7)
"""The margin at the top by fitting step, as in texresume-letter.sty."""
TIGHT = 5
"""The step from which on the subject just follows the address."""


@dataclass(frozen=True, slots=True)
class Places:
    """A layout: where parts of a letter stand, in mm from the top of the paper to that of a line.

    `address` is that of the recipient, with the date beside its first line, or of the date where that is
    `date_above`; `subject` is 0 where it just follows. Where a `window` shows the address, the sender is
    named above it. `indent` is that of date, closing and name, as a share of the width of the text. `line`
    and `gap` are the distance of lines and what is between paragraphs, in mm.
    """

    address: float
    subject: float = 0
    window: bool = False
    date_above: bool = False
    indent: float = 0
    line: float = LEADING * PT
    gap: float = LEADING * PT / 2

    @property
    def least(self) -> float:
        """What is at least between the head and the first line below it, in mm."""
        return self.line * (0.5 if self.window else 1.3)

    @property
    def usual(self) -> float:
        """What is at least above the subject."""
        return self.line + self.gap

    def above_subject(self, lines: int) -> float:
        """What is above the subject after so many lines of the recipient, in mm."""
        return max(self.subject - self.address - lines * self.line, self.usual)


PLACES: Mapping[str, Places] = {
    "international": Places(48),
    "din-a": Places(44.7, 77, window=True),
    "din-b": Places(62.7, 95, window=True),
    "us-block": Places(39, date_above=True),
    "us-modified": Places(39, date_above=True, indent=0.5),
}
"""By layout: DIN 5008 says where the zone of the address is; others suit the window of a no. 10 envelope."""
assert tuple(PLACES) == LAYOUTS  # noqa: S101 - they are the same


def names_sender(places: Places | None, letter: Letter | None) -> bool:
    """Whether the sender is named above the recipient."""
    return bool(places and places.window and letter and letter.sender)
