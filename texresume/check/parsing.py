"""What a program that parses résumés finds in the text of the PDF, extractor by extractor.

Such programs go by lines and words: contacts come first, a section heading is alone on its line, and
employer, position and dates of an entry are next to each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.latex.encoding import BREAK_AFTER
from texresume.pdf import alignment, folding
from texresume.records import dataclass
from texresume.text.inline import Anchor, Inline, Math, RichText, Span

from .field_kinds import PrintedField

TOP = 12
"""Name, email address and phone number must be within this many lines from the first."""
_EXCERPT = 60
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Poppler adds them."""
_SORTING = "pdfminer"
"""It orders blocks of text by an analysis of its own: what is in a column next to a text comes before or
after other lines, and no template could help it."""
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(rf"\S{{{BREAK_AFTER + 1},}}")
"""A word that may go on in the next line: an address."""
_WITH_HOLES = re.compile(r"\w*(?:\0\w*)+")
_CONTACTS = {"name": "name", "email": "email address", "phone": "phone number"}
_ENTRY_PARTS = ("title", "subtitle", "dates")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor returns: its lines, and for each field the first and the last of its lines."""

    extractor: str
    lines: tuple[str, ...]
    fields: tuple[PrintedField, ...]
    field_lines: tuple[tuple[int, int] | None, ...]
    rtl: bool

    @staticmethod
    def locate(extractor: str, text: str, fields: tuple[PrintedField, ...], *, rtl: bool) -> Extraction:
        """Find each field in an extractor's text, whose empty lines are left out."""
        lines = tuple(line for line in re.split(r"[\n\f]", _DIRECTION_MARKS.sub("", text)) if line.strip())
        found = alignment.find_lines("\n".join(lines), [field.text for field in fields], rtl=rtl)
        return Extraction(extractor, lines, fields, found, rtl)

    def located(self) -> Iterator[tuple[PrintedField, tuple[int, int]]]:
        """The fields that were found, with their first and last line."""
        for field, lines in zip(self.fields, self.field_lines, strict=True):
            if lines and str(field.text):
                yield field, lines

    def may_reorder(self, field: PrintedField) -> bool:
        """Whether the extractor may return the words of a field in another order: see `reader-limit`."""
        return self.rtl or folding.needs_actual_text(str(field.text))


@dataclass(frozen=True, slots=True)
class _ParsingProblem:
    """What is wrong with a field in the text of one extractor; others may have the same."""

    code: str
    field: PrintedField
    message: str
    hint: str


def check(
    extractions: Sequence[Extraction], laid_out: Sequence[Extraction], source: Source
) -> list[Diagnostic]:
    """Every finding once, with the names of all extractors that have it. In those that are `laid_out` columns
    stand side by side: they tell about words only.
    """
    found: defaultdict[tuple[str, str], dict[str, _ParsingProblem]] = defaultdict(dict)
    everything = (_check_contacts, _check_headings, _check_entries, _check_words)
    asked = [*((one, everything) for one in extractions), *((one, (_check_words,)) for one in laid_out)]
    for extraction, all_checks in asked:
        for checks in all_checks:
            for problem in checks(extraction):
                by_extractor = found[problem.code, problem.field.path]
                by_extractor.setdefault(extraction.extractor, problem)
    return [_merge(problems, source) for problems in found.values()]


def _merge(problems: Mapping[str, _ParsingProblem], source: Source) -> Diagnostic:
    first = next(iter(problems.values()))
    path = undotted(first.field.path)
    return source.diagnostic(
        first.code,
        f"{first.message} (extracted by {', '.join(problems)})",
        source.value(path) if path else None,
        path=path,
        hint=first.hint,
        severity=Severity.WARNING,
    )


def _quote(text: str) -> str:
    return repr(text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…")


def _normalize(text: str) -> str:
    """A text for searching: one kind of space and of hyphen, no case; words stay apart."""
    text = unicodedata.normalize("NFKC", text)
    for hyphen in "\ufffe\u2010\u2011":
        text = text.replace(hyphen, "-")
    return " ".join(text.split()).casefold()


# -- contacts -----------------------------------------------------------------------------------------------


def _check_contacts(extraction: Extraction) -> Iterator[_ParsingProblem]:
    """Name, email address and phone number are whole, attached to nothing, and in the first lines."""
    top = _normalize(" ".join(extraction.lines[:TOP]))
    for field, _ in extraction.located():
        if field.kind.area not in ("name", "contact") or field.kind.name not in _CONTACTS:
            continue
        text = _normalize(str(field.text))
        if extraction.may_reorder(field):
            # Extractors other than pdfium may return such words backwards, and split them at hyphens.
            is_whole = extraction.extractor != "pdfium" or all(word in top for word in _WORD.findall(text))
        else:
            is_whole = re.search(rf"(?<![\w#@.+]){re.escape(text)}(?![\w@])", top) is not None
        if not is_whole:
            yield _ParsingProblem(
                "contact-unread",
                field,
                f"the {_CONTACTS[field.kind.name]} {_quote(str(field.text))} is not a separate text in the "
                f"first {TOP} lines",
                "in the template, print it at the top, without letterspacing and icon fonts",
            )


# -- headings -----------------------------------------------------------------------------------------------


def _check_headings(extraction: Extraction) -> Iterator[_ParsingProblem]:
    """Section headings are alone on their line, and not spaced out into letters."""
    for field, (first, last) in extraction.located():
        if field.kind.area != "heading" or field.kind.name != "section":
            continue
        line, heading = " ".join(extraction.lines[first : last + 1]), str(field.text)
        same_letters = folding.fold(line) == folding.fold(heading)
        if extraction.may_reorder(field):
            good = same_letters or Counter(folding.fold(line)) == Counter(folding.fold(heading))
        else:
            good = same_letters and (folding.is_unspaced(line) or _normalize(line) == _normalize(heading))
        if not good:
            yield _ParsingProblem(
                "heading-unread",
                field,
                f"the heading {_quote(heading)} is extracted as {_quote(line.strip())}",
                "in the template, print headings on a line of their own, without letterspacing",
            )


# -- entries ------------------------------------------------------------------------------------------------


def _check_entries(extraction: Extraction) -> Iterator[_ParsingProblem]:
    """Title, subtitle and dates of an entry have no text between them that is not part of its heading."""
    if extraction.extractor == _SORTING or (extraction.rtl and extraction.extractor != "pdfium"):
        return
    entries: defaultdict[str, list[tuple[PrintedField, tuple[int, int]]]] = defaultdict(list)
    intruders: list[tuple[PrintedField, tuple[int, int]]] = []
    # On a page from right to left, which of two equal texts is whose is not known.
    times = Counter(str(field.text) for field in extraction.fields) if extraction.rtl else Counter[str]()
    for field, lines in extraction.located():
        if times[str(field.text)] > 1:
            continue
        if field.kind.area in ("entry-heading", "entry-body") and field.kind.name in _ENTRY_PARTS:
            entries[field.kind.entry].append((field, lines))
        if field.kind.area == "heading" or field.kind.name in (*_ENTRY_PARTS, "highlights"):
            intruders.append((field, lines))
    for entry, parts in entries.items():
        first = min(lines[0] for _, lines in parts)
        last = max(lines[1] for _, lines in parts)
        between = [
            field
            for field, lines in intruders
            if first < lines[0]
            and lines[1] < last
            and (field.kind.entry != entry or field.kind.name not in _ENTRY_PARTS)
        ]
        if between:
            farthest = max(parts, key=lambda part: part[1][1])[0]
            others = [_quote(str(field.text)) for field, _ in parts if field is not farthest]
            yield _ParsingProblem(
                "pair-apart",
                farthest,
                f"{_quote(str(between[0].text))} comes between {' and '.join(others)} and "
                f"{_quote(str(farthest.text))} of the same entry",
                "in the template, print title, position and dates of an entry together, before its text",
            )


# -- words --------------------------------------------------------------------------------------------------


def _check_words(extraction: Extraction) -> Iterator[_ParsingProblem]:
    """Words come back as words: one finding for all that are joined or split, at the first.

    A word may go on in the next line. Scripts without spaces, and those that are reordered, are left out.
    """
    by_line = Counter(_list_words("\n".join(extraction.lines)))
    across_lines = Counter(_list_words("".join(line.strip() for line in extraction.lines)))
    missing: list[str] = []
    first: PrintedField | None = None
    for field, _ in extraction.located():
        text = _read_text(field.text)
        if extraction.may_reorder(field) or folding.is_unspaced(text):
            continue
        for word in _list_words(text):
            if by_line[word]:
                by_line[word] -= 1
            elif across_lines[word]:
                across_lines[word] -= 1
            else:
                missing.append(word)
                first = first or field
    if first is not None:
        count = len(missing) - 1
        more = f" and {count} more are not extracted as words" if count else " is not extracted as a word"
        yield _ParsingProblem(
            "readers-differ",
            first,
            f"{_quote(missing[0])}{more}",
            "in the template, use wider word spaces and no letterspacing",
        )


def _list_words(text: str) -> list[str]:
    return _WORD.findall("\n".join(map(_normalize, text.split("\n"))))


def _read_text(field: RichText) -> str:
    """A field's text without addresses, which break anywhere, and without words that hold formulas,
    superscripts or subscripts: extractors space these as they like.
    """
    text = "".join(_read_inlines([inline for fragment in field.parts for inline in fragment.inlines]))
    return _WITH_HOLES.sub(" ", _LONG_WORD.sub(" ", text))


def _read_inlines(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Math) or (
            isinstance(inline, Span) and inline.kind in ("superscript", "subscript")
        ):
            yield "\0"
        elif isinstance(inline, Span | Anchor):
            yield from _read_inlines(inline.children)
        else:
            yield " " if not hasattr(inline, "text") else inline.text
