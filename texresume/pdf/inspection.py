"""What a machine reads from the PDF, held against what was written.

Every build asks pdfium, `check` every reader that is installed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any

from texresume.data import links
from texresume.latex.render import Rendered
from texresume.text.inline import Anchor, Inline, RichText, Span

from . import reading_order
from .alignment import Alignment, Loss, align, folded, lost, path_of
from .extractors import EXTRACTORS, Page, Seen, Unreadable, pdfium_sees, unmapped_fonts
from .reading_order import Displaced, SpacingFault

# Private use, replacement character, Latin ligatures, glyphs without a name, controls (but for line ends).
_UNREADABLE = re.compile(r"[\ue000-\uf8ff\ufffd\ufb00-\ufb06\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class LostLink:
    """A target that the PDF has less often than it was printed, and the place in the data that it is from.

    `displaced`: the PDF has it, but the links around it lead elsewhere than they should.
    """

    url: str
    path: str
    displaced: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that is in the PDF and that nobody sees: the code says why, `losses` which texts of the data.

    `page` counts from 1; `sample` is the text, or how much of it there is.
    """

    code: str
    page: int
    sample: str
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class PageFault:
    """A page that should not be, or not be so. `page` counts from 1."""

    code: str
    page: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspection found; `damage` is the code of what keeps readers from opening the file, if any."""

    pages: int = 0
    lines_by_page: tuple[int, ...] = ()
    damage: str = ""
    lost: tuple[Loss, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    misspaced: tuple[SpacingFault, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()
    """Path and text of what stands in the PDF once more than it was printed."""
    hidden: tuple[Hidden, ...] = ()
    page_faults: tuple[PageFault, ...] = ()
    missing_links: tuple[LostLink, ...] = ()
    link_count: int = 0
    fonts_embedded: bool = True
    unembedded: tuple[str, ...] = ()
    title: str = ""
    author: str = ""
    language: str | None = None
    unreadable: tuple[str, ...] = ()
    readers: tuple[str, ...] = field(default=("pdfium",))

    @property
    def good(self) -> bool:
        """Whether a machine reads what was written."""
        return (
            bool(self.title and self.author)
            and self.language != ""
            and not (
                self.damage
                or self.lost
                or self.displaced
                or self.hidden
                or any(one.plain for one in self.misspaced)
            )
            and not self.repeated
            and not (self.page_faults or self.missing_links or self.unembedded or self.unreadable)
        )

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "characters_lost": sum(len(word) for loss in self.lost for word in loss.words),
            "words_lost": sum(len(loss.words) for loss in self.lost),
            "links": self.link_count,
            "links_lost": len(self.missing_links),
            "fonts_embedded": self.fonts_embedded,
            "readers": list(self.readers),
        }


def inspect(pdf: bytes, rendered: Rendered, *, thorough: bool = False) -> Report:
    """Compare a PDF with what was printed into it; `thorough` looks for each text in the page's picture."""
    try:
        seen = pdfium_sees(pdf, thorough=thorough)
    except Unreadable as error:
        return Report(damage="encrypted-pdf" if error.encrypted else "damaged-pdf")
    fields = [printed.field for printed in rendered.fields]
    found = align(seen.text, fields, rtl=rendered.rtl)
    return Report(
        pages=len(seen.pages),
        lines_by_page=tuple(len(page.text.split("\n")) for page in seen.pages),
        damage="encrypted-pdf" if seen.encrypted else "" if seen.whole else "damaged-pdf",
        lost=tuple(found.losses),
        displaced=tuple(reading_order.displaced(found)),
        misspaced=tuple(reading_order.misspaced(found)),
        repeated=tuple((one.path, str(one.field)) for one in reading_order.repeated(found)),
        hidden=tuple(_hidden(seen, fields, found.losses, rtl=rendered.rtl)),
        page_faults=tuple(_page_faults(seen.pages, found)),
        missing_links=tuple(_missing_links(seen, rendered, ordered=not found.loose)),
        link_count=len(seen.links),
        fonts_embedded=not seen.unembedded,
        unembedded=seen.unembedded,
        title=seen.title,
        author=seen.author,
        language=seen.language,
        unreadable=tuple(dict.fromkeys(_UNREADABLE.findall(seen.text))),
    )


def _hidden(seen: Seen, fields: Sequence[RichText], known: Sequence[Loss], *, rtl: bool) -> Iterable[Hidden]:
    """For each page and reason, the texts that would be lost if the PDF held only what people see."""
    texts = [page.text for page in seen.pages]
    for number, page in enumerate(seen.pages):
        for code, (rest, sample) in page.hidden.items():
            visible = "\n".join([*texts[:number], rest, *texts[number + 1 :]])
            losses = [loss for loss in lost(visible, fields, rtl=rtl) if loss not in known]
            yield Hidden(code, number + 1, sample, tuple(losses))


def _page_faults(pages: Sequence[Page], found: Alignment) -> Iterable[PageFault]:
    """Pages that stand on their side, hold nothing, a picture alone, or the same as one before."""
    ends = list(accumulate(len(folded(page.text)) for page in pages)) if len(pages) > 1 else []
    used = {bisect_right(ends, place) for pieces in found.places.values() for place, _ in pieces}
    before: set[str] = set()
    for number, page in enumerate(pages):
        fault = ""
        if page.sideways:
            fault = "rotated-page"
        elif not page.text.strip():
            fault = "no-text" if page.objects else "blank-page"
        elif page.text in before:
            fault = "repeated-page"
        elif number not in used and not found.losses:
            fault = "blank-page"
        before.add(page.text)
        if fault:
            yield PageFault(fault, number + 1)


def _missing_links(seen: Seen, rendered: Rendered, *, ordered: bool) -> Iterable[LostLink]:
    """Targets that the PDF has less often than they were printed, or in another order where that is known.

    A link over two lines counts as two, so there may well be more.
    """
    there = [links.core(url) for url in seen.links]
    printed = list(_printed_links(rendered))
    lacking = Counter(core for core, _ in printed) - Counter(there)
    first = dict(reversed(printed))
    yield from (first[core] for core in lacking)
    if lacking or not ordered:
        return
    rest = iter(there)
    for core, link in _without_repetitions(printed):
        if core not in rest:  # which takes all before it
            yield LostLink(link.url, link.path, displaced=True)
            return


def _printed_links(rendered: Rendered) -> Iterable[tuple[str, LostLink]]:
    for number, printed in enumerate(rendered.fields):
        for url in _targets(printed.field):
            # A target has no path of its own: it is that of the text which is printed after it.
            nearby = (path_of(other.field) for other in rendered.fields[number : number + 2])
            yield links.core(url), LostLink(url, next(filter(None, nearby), ""))


def _without_repetitions(printed: Iterable[tuple[str, LostLink]]) -> Iterable[tuple[str, LostLink]]:
    """Neighbours that lead to the same place may be one link in the PDF."""
    return (next(same) for _, same in groupby(printed, key=itemgetter(0)))


def _targets(field: RichText) -> Iterable[str]:
    for part in field.parts:
        yield from targets(part.inlines)


def opinions(texts: Mapping[str, str], rendered: Rendered) -> dict[str, list[Loss]]:
    """What each reader misses, by its name; `texts` is what it reads."""
    fields = [printed.field for printed in rendered.fields]
    return {name: list(lost(text, fields, rtl=rendered.rtl)) for name, text in texts.items()}


def unmapped(pdf: bytes) -> list[str]:
    """Fonts that do not say which characters their glyphs are, where pypdf is there to ask."""
    try:
        return unmapped_fonts(pdf)
    except ImportError:
        return []


def misread(pdf: bytes, rendered: Rendered) -> tuple[str, ...]:
    """Characters that no reader understands and nobody wrote: pdfium, unlike pypdf, takes ligatures apart."""
    try:
        text = EXTRACTORS["pypdf"](pdf)
    except ImportError:
        return ()
    written = set("".join(str(printed.field) for printed in rendered.fields))
    return tuple(char for char in dict.fromkeys(_UNREADABLE.findall(text)) if char not in written)


def targets(inlines: Sequence[Inline]) -> Iterable[str]:
    """The targets of the links in a text."""
    for inline in inlines:
        if isinstance(inline, Anchor):
            yield inline.url
        if isinstance(inline, Span | Anchor):
            yield from targets(inline.children)
