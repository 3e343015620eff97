"""What a machine reads from the PDF, compared with what was printed.

Every build uses pdfium, `check` every extractor that is installed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, groupby
from operator import itemgetter

from texresume.data import links
from texresume.latex.render import Rendered
from texresume.text.inline import Anchor, Inline, RichText, Span

from . import extractors, link_areas, second_look, structure
from .alignment import Alignment, Loss, align, find_losses
from .extractors import PageContent, PdfContent, Unreadable, read_with_pdfium
from .folding import BULLET, fold, path_of, strip_points
from .problems import BadPage, Hidden, LostLink, Report
from .second_look import TextFindings

# Private use, replacement character, Latin ligatures, glyphs without a name, controls other than line ends.
_UNREADABLE = re.compile(r"[\ue000-\uf8ff\ufffd\ufb00-\ufb06\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\(cid:\d+\)")


def inspect(pdf: bytes, rendered: Rendered, *, thorough: bool = False) -> Report:
    """Compare a PDF with what was printed; `thorough` looks for every text in the picture of its page.

    What pdfium's text lacks is looked for in a second reading, which costs nothing where all is well.
    """
    try:
        content = read_with_pdfium(pdf, thorough=thorough)
    except Unreadable as error:
        return Report(damage="encrypted-pdf" if error.encrypted else "damaged-pdf")
    fields = [printed.field for printed in rendered.fields]
    alignment = align(content.text, fields, rtl=rendered.rtl)
    found = TextFindings.of(alignment)
    if found.is_doubtful:
        found = second_look.confirm(pdf, found, fields, rtl=rendered.rtl)
    lost_links = _find_lost_links(content, rendered, ordered=not alignment.reordered)
    tree = structure.compare(content.structure, alignment, fields) if content.tagged else None
    return Report(
        pages=len(content.pages),
        lines_by_page=tuple(len(page.text.split("\n")) for page in content.pages),
        damage="encrypted-pdf" if content.encrypted else "" if content.whole else "damaged-pdf",
        lost=found.lost,
        displaced=found.displaced,
        misspaced=found.misspaced,
        repeated=found.repeated,
        structure=tree,
        strict=thorough,
        hidden=tuple(_find_hidden(content, fields, alignment.losses, rtl=rendered.rtl)),
        page_faults=tuple(_find_bad_pages(content.pages, alignment, rtl=rendered.rtl)),
        missing_links=_confirm(lost_links, pdf, rendered),
        foreign_links=tuple(_find_foreign_links(content, rendered)),
        wide_links=content.wide_links,
        additions=content.additions,
        intended=rendered.metadata,
        link_count=len(content.links),
        fonts_embedded=not content.unembedded,
        unembedded=content.unembedded,
        title=content.title,
        author=content.author,
        language=content.language,
        unreadable=tuple(dict.fromkeys(_UNREADABLE.findall(content.text))),
    )


def _find_hidden(
    content: PdfContent, fields: Sequence[RichText], known: Sequence[Loss], *, rtl: bool
) -> Iterable[Hidden]:
    """For each page and code, the texts that would be lost if the PDF held only what people see."""
    texts = [page.text for page in content.pages]
    for number, page in enumerate(content.pages):
        for code, (visible, sample) in page.hidden.items():
            seen = "\n".join([*texts[:number], visible, *texts[number + 1 :]])
            losses = [loss for loss in find_losses(seen, fields, rtl=rtl) if loss not in known]
            yield Hidden(code, number + 1, sample, tuple(losses))


def _find_bad_pages(pages: Sequence[PageContent], alignment: Alignment, *, rtl: bool) -> Iterable[BadPage]:
    """Pages that are rotated, show nothing of the data, are only a picture, or repeat one before them."""

    def length(page: PageContent) -> int:
        """How much of the alignment's text the page has: see there for what is left out of it."""
        text = fold(page.text.replace(BULLET, "") if rtl else page.text)
        return len(strip_points(text) if alignment.reordered else text)

    ends = list(accumulate(map(length, pages))) if len(pages) > 1 else []
    used = {bisect_right(ends, offset) for spans in alignment.spans.values() for offset, _ in spans}
    before: set[str] = set()
    for number, page in enumerate(pages):
        code = ""
        if page.sideways:
            code = "rotated-page"
        elif not page.text.strip():
            code = "no-text" if page.objects else "blank-page"
        elif page.text in before:
            code = "repeated-page"
        elif number not in used and not alignment.losses:
            code = "blank-page"
        before.add(page.text)
        if code:
            yield BadPage(code, number + 1)


def _find_lost_links(content: PdfContent, rendered: Rendered, *, ordered: bool) -> Iterable[LostLink]:
    """Targets that the PDF has less often than they were printed, or in another order where that is known.

    A link over two lines counts as two, so the PDF may well have more.
    """
    present = [links.core(url) for url in content.links]
    printed = list(_list_printed_links(rendered))
    missing = Counter(core for core, _ in printed) - Counter(present)
    first = dict(reversed(printed))
    yield from (first[core] for core in missing)
    if missing or not ordered:
        return
    rest = iter(present)
    for core, link in _drop_repetitions(printed):
        if core not in rest:  # consumes everything up to the match: the order must be the same
            yield LostLink(link.url, link.path, displaced=True)
            return


def _confirm(found: Iterable[LostLink], pdf: bytes, rendered: Rendered) -> tuple[LostLink, ...]:
    """The links that are missing; where others are in another order than printed, those on other texts."""
    lost = tuple(found)
    if not any(link.displaced for link in lost):
        return lost
    return tuple(LostLink(*one, displaced=True) for one in link_areas.find_displaced(pdf, rendered))


def _find_foreign_links(content: PdfContent, rendered: Rendered) -> Iterable[str]:
    """Targets that nobody printed, each once: an address with another query is another one."""
    printed = {core for core, _ in _list_printed_links(rendered)}
    targets = dict.fromkeys(content.links)
    return (url for url in targets if links.core(url) not in printed)


def _list_printed_links(rendered: Rendered) -> Iterable[tuple[str, LostLink]]:
    for number, printed in enumerate(rendered.fields):
        for fragment in printed.field.parts:
            for url in find_targets(fragment.inlines):
                # A target has no path of its own: it has that of the text which is printed after it.
                nearby = (path_of(other.field) for other in rendered.fields[number : number + 2])
                yield links.core(url), LostLink(url, next(filter(None, nearby), ""))


def _drop_repetitions(printed: Iterable[tuple[str, LostLink]]) -> Iterable[tuple[str, LostLink]]:
    """Neighbours with the same target may be one link in the PDF."""
    return (next(same) for _, same in groupby(printed, key=itemgetter(0)))


def find_targets(inlines: Sequence[Inline]) -> Iterable[str]:
    """The targets of the links in a text."""
    for inline in inlines:
        if isinstance(inline, Anchor):
            yield inline.url
        if isinstance(inline, Span | Anchor):
            yield from find_targets(inline.children)


# -- other extractors ---------------------------------------------------------------------------------------


def find_losses_by_extractor(texts: Mapping[str, str], rendered: Rendered) -> dict[str, list[Loss]]:
    """What each extractor misses, by its name; `texts` is what it extracted."""
    fields = [printed.field for printed in rendered.fields]
    return {name: find_losses(text, fields, rtl=rendered.rtl) for name, text in texts.items()}


def find_unmapped_fonts(pdf: bytes) -> list[str]:
    """Fonts that do not say which characters their glyphs are, if pypdf is installed."""
    try:
        return extractors.find_unmapped_fonts(pdf)
    except ImportError:
        return []


def find_misread_characters(pdf: bytes, rendered: Rendered) -> tuple[str, ...]:
    """Characters that no program understands and nobody wrote, as pypdf extracts them.

    Unlike pypdf, pdfium decomposes ligatures such as U+FB00, and so hides them.
    """
    try:
        text = extractors.EXTRACTORS["pypdf"](pdf)
    except ImportError:
        return ()
    written = set("".join(str(printed.field) for printed in rendered.fields))
    return tuple(char for char in dict.fromkeys(_UNREADABLE.findall(text)) if char not in written)
