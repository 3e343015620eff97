"""What is wrong with the text of a PDF, and whether a second way of reading it shows the same.

An extractor guesses: a kern is a space to it, a superscript a new line. A guess of one of them is no reason
to refuse a page that is right. So what pdfium's text shows is looked for in the characters by their places
(see `rereading`), and where words are missing there too, in the text of every other extractor that is
installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from texresume.records import dataclass
from texresume.text.inline import RichText

from . import extractors, folding, reading_order
from .alignment import Alignment, Loss, align, find_losses
from .reading_order import Displaced, Misspaced

if TYPE_CHECKING:
    from .rereading import Reading


@dataclass(frozen=True, slots=True)
class TextFindings:
    """Texts that are missing, displaced, joined or split, and (path, text) of those that are there twice."""

    lost: tuple[Loss, ...]
    displaced: tuple[Displaced, ...]
    misspaced: tuple[Misspaced, ...]
    repeated: tuple[tuple[str, str], ...]

    @staticmethod
    def of(alignment: Alignment) -> TextFindings:
        """What an alignment shows."""
        return TextFindings(
            tuple(alignment.losses),
            tuple(reading_order.find_displaced(alignment)),
            tuple(reading_order.find_misspaced(alignment)),
            tuple((one.path, str(one.field)) for one in reading_order.find_repeated(alignment)),
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether a second look may find something that fails the build. Spaces next to symbols never do."""
        return bool(
            self.lost or self.displaced or self.repeated or any(found.plain for found in self.misspaced)
        )


def confirm(pdf: bytes, found: TextFindings, fields: Sequence[RichText], *, rtl: bool) -> TextFindings:
    """The same findings without what the template printed of itself, each confirmed or not."""
    from .rereading import reread

    reading = reread(pdf)
    if reading.has_own:
        at_first = {(loss.path, loss.text) for loss in found.lost}
        found = TextFindings.of(align(reading.given, fields, rtl=rtl))
        # what was there at first stands in what the template printed of itself, as a date in the foot does
        found = replace(found, lost=tuple(one for one in found.lost if (one.path, one.text) in at_first))
    placed = TextFindings.of(align(reading.placed, fields, rtl=rtl))
    return TextFindings(
        tuple(_confirm_losses(pdf, found.lost, reading, placed, fields, rtl=rtl)),
        tuple(_confirm_order(one, placed) for one in found.displaced),
        tuple(_confirm_spaces(one, placed) for one in found.misspaced),
        found.repeated,
    )


def _confirm_losses(
    pdf: bytes,
    lost: Sequence[Loss],
    reading: Reading,
    placed: TextFindings,
    fields: Sequence[RichText],
    *,
    rtl: bool,
) -> list[Loss]:
    missing = {(loss.path, loss.text) for loss in placed.lost}
    doubted = [
        loss for loss in lost if (loss.path, loss.text) in missing and not _is_backwards(loss, reading)
    ]
    texts = extractors.extract_texts(pdf) if doubted else {}
    others = [find_losses(text, fields, rtl=rtl) for text in texts.values()]
    missing = {(loss.path, loss.text) for found in others for loss in found}
    confirmed = [loss for loss in doubted if not others or (loss.path, loss.text) in missing]
    return [replace(loss, confirmed=loss in confirmed) for loss in lost]


def _is_backwards(loss: Loss, reading: Reading) -> bool:
    """Whether all words are where they should be, those of right-to-left letters from left to right."""
    if not any(map(folding.needs_actual_text, loss.words)):
        return False
    text = folding.strip_points(folding.fold(reading.placed))
    return all(word in text or word[::-1] in text for word in map(folding.strip_points, loss.words))


def _confirm_order(moved: Displaced, placed: TextFindings) -> Displaced:
    confirmed = any(
        other.within == moved.within and (not moved.within or other.text == moved.text)
        for other in placed.displaced
    )
    return replace(moved, confirmed=confirmed)


def _confirm_spaces(spaced: Misspaced, placed: TextFindings) -> Misspaced:
    confirmed = any(
        (other.path, other.text) == (spaced.path, spaced.text)
        and (set(other.joined) & set(spaced.joined) or set(other.split) & set(spaced.split))
        for other in placed.misspaced
    )
    return replace(spaced, confirmed=confirmed)
