"""The styles of a letter as a Word document.

Word has no place on the paper to put a paragraph at but frames, which other programs and people who edit
the letter trip over. So the lines of the head and of the address have exact heights, whatever the font, and
what is to stand at a place has the white above it that is left.
"""

from __future__ import annotations

from itertools import takewhile

from texresume.document.letter import LAYOUTS

from .docx_fonts import TALL, Faces
from .docx_styles import BOLD, MM, Measures, Styles, colour, run_properties, size_of, style, twips
from .letter_places import PLACES, PT, SENDER_HEIGHT, SIGNATURE_HEIGHT, WINDOW_WIDTH
from .looks import Look

_HEAD = ("Title", "Subtitle", "Contact", "Contact Last")
_SENDER_SIZES = (6.0, 8.0)
"""The least and the usual size of the sender in a window, in pt."""
_WIDTH = 0.49
"""Of a character on average, in multiples of the size."""


class LetterStyles(Styles):
    """The styles of a letter. `sender` is the number of characters of the line above the recipient."""

    def __init__(self, look: Look, faces: Faces, measures: Measures, *, rtl: bool, sender: int) -> None:
        super().__init__(look, faces, measures, rtl=rtl)
        self._places = look.letter or PLACES[LAYOUTS[0]]
        self._sender = sender
        self._characters["Letter Date"] = {}
        tall = rtl or faces.language_code in TALL
        self._head_leading = 1.5 if tall else 1.2

    def _paragraph_styles(self) -> list[str]:
        return [*self._head(), *self._address(), *self._text(), *self._lists()]

    def line(self) -> str:
        """The distance of lines, as attributes."""
        return _exactly(self._places.line)

    # -- the head ---------------------------------------------------------------------------------------

    def spacing_of_head(self, name: str) -> str:
        """The spacing of a style of the head, below the last of which is the way to the address."""
        last = self._used_in_head[-1:] == [name]
        below = twips(self._below_head()) if last else self.below_in_head(name)
        return f'<w:spacing w:after="{below}" {_exactly(self._height(name))}/>'

    def _height(self, name: str) -> float:
        """The height in mm of a line in a style of the head."""
        look = self._look
        size = {"Title": look.name_size, "Subtitle": look.label_size}.get(name)
        return size * self._head_leading * PT if size else self._places.line

    def _below_head(self) -> float:
        """What is left free between the head and the address, in mm."""
        places, head = self._places, self._used_in_head
        gaps = sum(map(self.below_in_head, head[:-1])) / MM
        reached = self._look.top + sum(map(self._height, head)) + gaps
        sender = SENDER_HEIGHT if "envelope return" in self.used else 0
        return max(places.address - sender - reached, places.least)

    @property
    def _used_in_head(self) -> list[str]:
        return list(takewhile(lambda name: name in _HEAD, self.used))

    # -- the parts --------------------------------------------------------------------------------------

    def _address(self) -> list[str]:
        places, width = self._places, self._measures.width
        least, usual = _SENDER_SIZES
        fitting = WINDOW_WIDTH / PT / (_WIDTH * max(self._sender, 1))
        small = {**size_of(min(max(fitting, least), usual)), **colour("4D4D4D")}
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
        heading = {**BOLD, **colour(self._look.accent)}
        above = places.above_subject(self.used.count("Inside Address"))
        date = f'<w:spacing w:after="{twips(places.line)}"/>{self._indent}'
        return [
            style("paragraph", "envelope return", run_properties(small),
                  f"<w:spacing {_exactly(SENDER_HEIGHT)}/>", follow="Inside Address"),
            style("paragraph", "Date", "", date, follow="Inside Address"),
            style("paragraph", "Inside Address", "", tabs),
            style("paragraph", "Subject Line", run_properties(heading),
                  f'<w:keepNext/><w:spacing w:before="{twips(above)}"/><w:outlineLvl w:val="0"/>',
                  follow="Salutation"),
            style("paragraph", "Salutation", "",
                  f'<w:keepNext/><w:spacing w:before="{twips(places.line)}"/>', follow="Body Text"),
        ]  # fmt: skip

    def _text(self) -> list[str]:
        places, indent = self._places, self._indent
        gap, room = places.gap, 0 if "Signature Image" in self.used else SIGNATURE_HEIGHT
        return [
            style("paragraph", "Body Text", "", f'<w:spacing w:before="{twips(gap)}"/>'),
            style("paragraph", "Closing", "",
                  f'<w:keepNext/><w:keepLines/><w:spacing w:before="{twips(1.5 * gap)}"/>{indent}',
                  follow="Signature"),
            style("paragraph", "Signature Image", "",
                  f'<w:keepNext/><w:spacing w:before="0" w:line="240" w:lineRule="auto"/>{indent}',
                  follow="Signature"),
            style("paragraph", "Signature", "",
                  f'<w:keepLines/><w:spacing w:before="{twips(room)}"/>{indent}', follow="Enclosures"),
            style("paragraph", "Enclosures", "",
                  f'<w:keepLines/><w:spacing w:before="{twips(places.line + gap)}"/>'),
        ]  # fmt: skip

    @property
    def _indent(self) -> str:
        """Where date, closing and name begin."""
        share = self._places.indent
        return f'<w:ind w:left="{round(self._measures.width * share)}"/>' if share else ""


def _exactly(mm: float) -> str:
    return f'w:line="{twips(mm)}" w:lineRule="exact"'
