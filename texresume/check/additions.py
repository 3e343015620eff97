r"""What a template adds of itself, and where it links, counts or shows something else than the data.

What is marked as an artifact (`\trown`) may stand at the head or foot of a page: the name, the date, words of
the locale, the number of the page. Everything else on a page comes from the data, but for numbers of lists.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.document.model import Document, Entry, Link
from texresume.pdf import alignment, folding, link_areas
from texresume.pdf.closeup import Closeup
from texresume.records import dataclass
from texresume.text import bidi
from texresume.text.inline import Anchor, Inline, RichText, Span, plain_text

from .field_kinds import PrintedField

HEAD, FOOT = 0.9, 0.1
"""From where on, as a part of the height of the page, a text is at its head, and up to where at its foot."""
STRETCH = 0.02
"""How much wider or higher than its pixels a photo may be: TeX rounds lengths."""
_SHORTEST = 3
"""Letters of a word that is looked for in a document whose order is the extractor's."""
_RUN = re.compile(r"[^\0]+")
_EXCERPT = 60
_HINT = "take it out of the template, or mark a running head or foot with \\trown; or use another template"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is compared: the fields that were printed, the PDF as it is seen closely, the document."""

    fields: tuple[PrintedField, ...]
    seen: Closeup
    document: Document
    source: Source
    rtl: bool
    latex: str

    def warn(
        self, code: str, message: str, path: str, hint: str, severity: Severity = Severity.WARNING
    ) -> Diagnostic:
        """A finding about what comes from a path, or about the whole ("")."""
        place = undotted(path)
        position = self.source.value(place) if path else None
        return self.source.diagnostic(code, message, position, path=place, hint=hint, severity=severity)


def check(shown: Shown) -> Iterator[Diagnostic]:
    """All checks of this module."""
    for one in (_check_words, _check_page_numbers, _check_links, _check_photo, _check_glyphs, _check_copies):
        yield from one(shown)


# -- words of the template ----------------------------------------------------------------------------------


def _check_words(shown: Shown) -> Iterator[Diagnostic]:
    """Words on the page that no field has, each place by itself."""
    text = "\n".join(shown.seen.texts)
    aligned = alignment.align(text, [one.text for one in shown.fields], rtl=shown.rtl)
    foreign = _find_words(shown, text) if aligned.reordered else _find_leftover(shown, aligned, text)
    for words, path, where in foreign:
        message = f"the template prints {words[:_EXCERPT]!r} of itself{where}"
        yield shown.warn("foreign-text", message, path, _HINT)
    if shown.rtl:
        return
    options = _options(shown)
    for own in shown.seen.own:
        in_body = FOOT < own.height < HEAD
        if any(folding.fold(own.text) in one for one in options):  # a long one has several lines
            continue
        texts = {own.text, _backwards(own.text)}
        if all(
            _letters(_without(options, text) if in_body else _without_known(shown, text)) for text in texts
        ):
            place = "within" if in_body else "at the head or foot of"
            message = f"the template prints {own.text[:_EXCERPT]!r} of itself {place} page {own.page + 1}"
            yield shown.warn("foreign-text", message, "", _HINT)


def _find_leftover(shown: Shown, aligned: alignment.Alignment, text: str) -> Iterator[tuple[str, str, str]]:
    """Runs that answer for no field: their words, the path of the text beside them, where they stand."""
    if aligned.losses:  # what is lost may be there in other letters
        return
    formulas = {number for number, one in enumerate(shown.fields) if one.has_formula}
    spans = sorted(
        (offset, offset + length, aligned.segments[segment].number)
        for segment, some in aligned.spans.items()
        for offset, length in some
        if length
    )
    starts = [start for start, *_ in spans]
    lines = set(accumulate((len(folding.fold(line)) for line in text.split("\n")), initial=0))
    for run in _RUN.finditer(aligned.leftover):
        if not _letters(_without_known(shown, run[0])):
            continue
        index = bisect_right(starts, run.start())
        before = spans[index - 1][2] if index else None
        after = spans[index][2] if index < len(spans) else None
        if before in formulas or after in formulas:
            continue
        opens, closes = run.start() in lines, run.end() in lines
        near = after if (opens or before is None) and after is not None else before
        beside = shown.fields[near] if near is not None else None
        words = _divided(aligned, run.start(), run.end())
        where = " in a line of its own" if opens and closes else ""
        if not where and beside is not None:
            where = f" {'before' if near == after else 'after'} {str(beside.text)[:_EXCERPT]!r}"
        yield words, beside.path if beside is not None else "", where


def _divided(aligned: alignment.Alignment, start: int, end: int) -> str:
    """A stretch of the folded text, with the spaces of the extractor."""
    cuts = [at for at in aligned.word_starts if start < at < end]
    return " ".join(aligned.text[one:two] for one, two in zip([start, *cuts], [*cuts, end], strict=True))


def _find_words(shown: Shown, text: str) -> Iterator[tuple[str, str, str]]:
    """Words that are in no field at all: in right-to-left documents the order is the extractor's."""
    printed = folding.strip_points("\0".join(folding.fold(str(one.text)) for one in shown.fields))
    known = f"{printed}\0{_known(shown)}"
    if any(one.has_formula for one in shown.fields):
        return
    for word in dict.fromkeys(folding.fold_words(text)):
        for part in re.findall(r"[^\W\d_]+", folding.strip_points(word)):
            is_known = part in known or part[::-1] in known or folding.needs_actual_text(part)
            if len(part) >= _SHORTEST and not is_known:
                yield part, "", ""


def _backwards(text: str) -> str:
    """A text with its right-to-left words turned round, as pdfium may read them."""
    return " ".join(word[::-1] if bidi.has_right_to_left(word) else word for word in text.split(" "))


def _letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _options(shown: Shown) -> list[str]:
    """The options that are texts: the owner's words, which a template may print of itself."""
    return [folding.fold(str(text)) for text in shown.document.option_texts]


def _known(shown: Shown) -> str:
    return "\0".join(sorted({folding.fold(one) for one in _phrases(shown)}, key=len, reverse=True))


def _phrases(shown: Shown) -> Iterator[str]:
    """What a template may print of itself: the name, the date, words of the locale but for headings."""
    document = shown.document
    yield from (str(document.name), *str(document.name).split(), str(document.date))
    yield from (text for name, text in document.labels.items() if not name.startswith("title_"))
    yield from map(str, document.option_texts)


def _without_known(shown: Shown, text: str) -> str:
    """A text, folded, without what a template may print of itself."""
    rest = _without(_known(shown).split("\0"), text)
    # the name in the foot may be shortened, and Thai marks come apart
    return "" if rest.strip() in folding.fold(str(shown.document.name)) else rest


def _without(phrases: Iterable[str], text: str) -> str:
    rest = folding.fold(text)
    for phrase in phrases:
        if _letters(phrase):
            rest = rest.replace(phrase, " ")
    return rest


def _check_page_numbers(shown: Shown) -> Iterator[Diagnostic]:
    """Numbers of pages, in the words of the locale, that are not those of the page."""
    labels = shown.document.labels
    words = {folding.fold(labels.get("page_between", "")), "of", "/", "von", "de", "sur"}
    between = "|".join(sorted({*map(re.escape, words), *(re.escape(one[::-1]) for one in words)} - {""}))
    before = re.escape(folding.fold(labels.get("page_before", "")))
    count = len(shown.seen.texts)
    pattern = re.compile(rf"(?<![\d.])(\d+)(?:{between})(\d+)(?![\d.])")
    leads = re.compile(rf"(?:page|{before or 'page'})(\d+)(?:{between})(\d+)")
    texts = [(own.page, pattern, own.text) for own in shown.seen.own]
    # a running foot of a template that does not mark it: a line by itself
    texts += [
        (page, leads, line)
        for page, text in enumerate(shown.seen.texts)
        for line in (text.split("\n")[0], text.strip().split("\n")[-1])
    ]
    for page, looked_for, text in dict.fromkeys(texts):
        found = looked_for.search(folding.fold(text))
        if found and {int(found[1]), int(found[2])} != {page + 1, count}:
            message = f"page {page + 1} of {count} says {text.strip()[-_EXCERPT:]!r}"
            hint = "in a template, \\trpage and \\trpages are the numbers of the page and of all pages"
            yield shown.warn("wrong-page-number", message, "", hint, Severity.ERROR)


# -- links --------------------------------------------------------------------------------------------------


def _check_links(shown: Shown) -> Iterator[Diagnostic]:
    """Texts whose link leads elsewhere, and contacts without one."""
    areas = shown.seen.links
    printed = {id(one.text) for one in shown.fields}
    for text, target, path, is_contact in _list_linked(shown):
        if is_contact and id(text) not in printed:
            continue
        others = link_areas.find_others(areas, target, str(text))
        excerpt = repr(str(text)[:_EXCERPT])
        if others:
            message = f"the link on {excerpt} leads to {others[0].target}, and not to {target}"
            hint = "a template must put each address around its own text, with \\traddress or \\trlink"
            yield shown.warn("link-displaced", message, path, hint, Severity.ERROR)
        elif is_contact and not link_areas.is_covered(areas, target, str(text)):
            message = f"the PDF has no link to {target} on {excerpt}"
            hint = "a template prints a contact with its address by \\traddress"
            yield shown.warn("contact-unlinked", message, path, hint)


def _list_linked(shown: Shown) -> Iterator[tuple[RichText | str, str, str, bool]]:
    """Each text that is a link: its target, its path, whether it is a contact or an address."""
    for line in shown.document.contacts:
        for contact in line:
            if contact.url.target:
                yield contact.text, contact.url.target, folding.path_of(contact.text), True
    for section in shown.document.sections:
        for link in _list_addresses(section.entries):
            if link.url.target and link.text:
                yield link.text, link.url.target, folding.path_of(link.text), True
    for field in shown.fields:
        for part in field.text.parts:
            for anchor in _list_anchors(part.inlines):
                yield plain_text(anchor.children), anchor.url, part.path, False


def _list_addresses(entries: Sequence[Entry]) -> Iterator[Link]:
    for entry in entries:
        yield from (entry.link, entry.doi)
        yield from _list_addresses(entry.positions)


def _list_anchors(inlines: Sequence[Inline]) -> Iterator[Anchor]:
    for inline in inlines:
        if isinstance(inline, Anchor):
            yield inline
        elif isinstance(inline, Span):
            yield from _list_anchors(inline.children)


# -- the photo, glyphs, copies ------------------------------------------------------------------------------


def _check_photo(shown: Shown) -> Iterator[Diagnostic]:
    """A photo or signature that the template names and that the PDF has not, or has in another shape."""
    document = shown.document
    named = {"photo": (document.photo, "basics.image"), "signature": (document.signature, "basics.signature")}
    if document.letter is not None:
        named = {"signature": (document.letter.signature, "letter.signature")}
    paths = {word: path for word, (name, path) in named.items() if name and name in shown.latex}
    if not paths:
        return
    hint = "set it with \\trphoto or \\trsigned, which keep its shape, or with one of width and height only"
    if len(shown.seen.pictures) < len(paths):
        word = " or the ".join(paths)
        yield shown.warn(
            "photo-missing", f"the {word} is not in the PDF", next(iter(paths.values())), hint, Severity.ERROR
        )
    word, path = " or ".join(paths), next(iter(paths.values()))
    for picture in shown.seen.pictures:
        if abs(picture.stretch - 1) > STRETCH:
            shape = "wider" if picture.stretch > 1 else "higher"
            factor = max(picture.stretch, 1 / picture.stretch) if picture.stretch else 0
            message = f"the {word} on page {picture.page + 1} is stretched: {factor:.2f} times {shape}"
            yield shown.warn("photo-stretched", message, path, hint, Severity.ERROR)


def _check_glyphs(shown: Shown) -> Iterator[Diagnostic]:
    """Texts that only an ActualText says, and that the glyphs do not show."""
    if shown.seen.drawn == shown.seen.stated:
        return
    fields = [one.text for one in shown.fields]
    stated = {
        (loss.path, loss.text) for loss in alignment.find_losses(shown.seen.stated, fields, rtl=shown.rtl)
    }
    for loss in alignment.find_losses(shown.seen.drawn, fields, rtl=shown.rtl):
        words = [word for word in loss.words if not _is_excused(word)]
        if words and (loss.path, loss.text) not in stated and not _is_excused(loss.text):
            message = f"the PDF says {' '.join(words)[:_EXCERPT]!r}, but its glyphs are others"
            hint = "an ActualText of the template says something else than what is printed"
            yield shown.warn("actual-text", message, loss.path, hint, Severity.ERROR)


def _is_excused(text: str) -> bool:
    """Whether glyphs alone do not give a text: those of scripts that turn, join or reorder letters."""
    return folding.needs_actual_text(text) or bidi.has_right_to_left(text) or folding.is_unspaced(text)


def _check_copies(shown: Shown) -> Iterator[Diagnostic]:
    """Highlights and paragraphs that the template prints more than once."""
    texts = [one.text for one in shown.fields if one.kind.name in ("highlights", "paragraphs")]
    for text in _repeated(texts):
        message = f"the template prints {str(text)[:_EXCERPT]!r} more than once"
        hint = "a template must print each field once"
        yield shown.warn("text-repeated", message, folding.path_of(text), hint, Severity.ERROR)


def _repeated(texts: Iterable[RichText]) -> list[RichText]:
    """The texts that are there more than once: the very same, not equal ones."""
    texts = list(texts)
    counts = Counter(map(id, texts))
    return [text for text in {id(one): one for one in texts}.values() if counts[id(text)] > 1]
