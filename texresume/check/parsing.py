"""What a program that takes résumés to pieces finds in the text of the PDF, reader by reader.

Such programs go by lines and words: the head stands first, a heading alone on its line; employer, title and
date of an entry stand side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from texresume.data.resume import undotted
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, Severity
from texresume.pdf import alignment
from texresume.text.inline import Anchor, Inline, Math, RichText, Span

from .roles import Field

TOP = 12
"""Lines from the first on in which name, mail address and telephone number must stand."""
_SHOWN = 60
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of direction, which poppler adds."""
_SORTS = "pdfminer"
"""It sorts boxes of text by an analysis of its own: what stands in a column beside a text comes before or
after other lines, and no page could help it.
"""
_WORD = re.compile(r"\w+")
_CONTACTS = ("email", "phone")
_PAIR = ("title", "subtitle", "dates")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one reader gives back: its lines, and for each leaf the first and the last of its lines."""

    reader: str
    lines: tuple[str, ...]
    fields: tuple[Field, ...]
    spans: tuple[tuple[int, int] | None, ...]
    rtl: bool

    @staticmethod
    def of(reader: str, text: str, fields: tuple[Field, ...], *, rtl: bool) -> Extraction:
        """Find each leaf in a reader's text. Lines that hold nothing are left out."""
        lines = tuple(line for line in re.split(r"[\n\f]", _MARKS.sub("", text)) if line.strip())
        spans = alignment.lines("\n".join(lines), [field.rich for field in fields], rtl=rtl)
        return Extraction(reader, lines, fields, spans, rtl)

    def placed(self) -> Iterator[tuple[Field, tuple[int, int]]]:
        """The leaves that were found, with their lines."""
        for field, span in zip(self.fields, self.spans, strict=True):
            if span and str(field.rich):
                yield field, span


@dataclass(frozen=True, slots=True)
class _Fault:
    """What one reader makes of a leaf; other readers may make the same of it."""

    code: str
    field: Field
    what: str
    hint: str


def check(readings: Sequence[Extraction], source: Source) -> list[Diagnostic]:
    """Every finding, each once with the names of all readers that it is true of."""
    found: defaultdict[tuple[str, str], dict[str, _Fault]] = defaultdict(dict)
    for reading in readings:
        for fault in (*_contacts(reading), *_headings(reading), *_pairs(reading), *_words(reading)):
            found[fault.code, fault.field.path].setdefault(reading.reader, fault)
    return [_diagnostic(faults, source) for faults in found.values()]


def _diagnostic(faults: Mapping[str, _Fault], source: Source) -> Diagnostic:
    first = next(iter(faults.values()))
    path = undotted(first.field.path)
    return source.diagnostic(
        first.code,
        f"{first.what} (read by {', '.join(faults)})",
        source.value(path) if path else None,
        path=path,
        hint=first.hint,
        severity=Severity.WARNING,
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _hard(field: Field, reading: Extraction) -> bool:
    """Whether a reader may read this leaf word by word in another order: `reader-limit` says so."""
    return reading.rtl or alignment.needs_actual_text(str(field.rich))


def _plain(text: str) -> str:
    """A text as it is searched for: one kind of space and of hyphen, no case; words keep their spaces."""
    text = (
        unicodedata.normalize("NFKC", text)
        .replace("\ufffe", "-")
        .replace("\u2010", "-")
        .replace("\u2011", "-")
    )
    return " ".join(text.split()).casefold()


# -- the head -----------------------------------------------------------------------------------------------


def _contacts(reading: Extraction) -> Iterator[_Fault]:
    """Name, mail address and telephone number: whole, not glued to anything, in the first lines."""
    top = _plain(" ".join(reading.lines[:TOP]))
    for field, _ in reading.placed():
        if field.role.kind != "name" and not (field.role.kind == "contact" and field.role.field in _CONTACTS):
            continue
        text = _plain(str(field.rich))
        if _hard(field, reading):
            # Readers but pdfium may give such words back to front; some part them at hyphens and the like.
            whole = reading.reader != "pdfium" or all(word in top for word in _WORD.findall(text))
        else:
            whole = re.search(rf"(?<![\w#@.+]){re.escape(text)}(?![\w@])", top) is not None
        if not whole:
            names = {"name": "the name", "email": "the mail address", "phone": "the telephone number"}
            yield _Fault(
                "contact-unread",
                field,
                f"{names[field.role.field]} {_shown(str(field.rich))} does not stand by itself "
                f"in the first {TOP} lines",
                "print it at the top, in words without letterspacing and icons",
            )


# -- headings -----------------------------------------------------------------------------------------------


def _headings(reading: Extraction) -> Iterator[_Fault]:
    """A heading that shares its line, or is spaced out into letters."""
    for field, (first, last) in reading.placed():
        if field.role.field != "section" or field.role.kind != "heading":
            continue
        line = " ".join(reading.lines[first : last + 1])
        same = alignment.folded(line) == alignment.folded(str(field.rich))
        if _hard(field, reading):
            good = same or Counter(alignment.folded(line)) == Counter(alignment.folded(str(field.rich)))
        else:
            good = same and (alignment.unspaced(line) or _plain(line) == _plain(str(field.rich)))
        if not good:
            yield _Fault(
                "heading-unread",
                field,
                f"the heading {_shown(str(field.rich))} is read as {_shown(line.strip())}",
                "a heading stands on a line of its own, without letterspacing",
            )


# -- entries ------------------------------------------------------------------------------------------------


def _pairs(reading: Extraction) -> Iterator[_Fault]:
    """Title, subtitle and dates of an entry with a text between them that is no part of its head."""
    if reading.reader == _SORTS or (reading.rtl and reading.reader != "pdfium"):
        return
    parts: defaultdict[str, list[tuple[Field, tuple[int, int]]]] = defaultdict(list)
    others: list[tuple[Field, tuple[int, int]]] = []
    for field, span in reading.placed():
        if field.role.kind in ("head", "body") and field.role.field in _PAIR:
            parts[field.role.entry].append((field, span))
        if field.role.kind == "heading" or field.role.field in (*_PAIR, "highlights"):
            others.append((field, span))
    for entry, found in parts.items():
        first = min(span[0] for _, span in found)
        last = max(span[1] for _, span in found)
        between = [
            field
            for field, span in others
            if first < span[0]
            and span[1] < last
            and (field.role.entry != entry or field.role.field not in _PAIR)
        ]
        if between:
            far = max(found, key=lambda one: one[1][1])[0]
            others_names = [_shown(str(field.rich)) for field, _ in found if field is not far]
            yield _Fault(
                "pair-apart",
                far,
                f"{_shown(str(far.rich))} is not read beside {' and '.join(others_names)}: "
                f"{_shown(str(between[0].rich))} stands between them",
                "a template prints title, position and dates of an entry side by side, before all else",
            )


# -- words --------------------------------------------------------------------------------------------------


def _words(reading: Extraction) -> Iterator[_Fault]:
    """Words that a reader glues together or takes apart, at the first of them.

    A word may go on in the next line; what has no spaces, or is read in another order, is not asked for.
    """
    apart = Counter(_tokens("\n".join(reading.lines)))
    joined = Counter(_tokens("".join(line.strip() for line in reading.lines)))
    gone: list[str] = []
    first: Field | None = None
    for field, _ in reading.placed():
        text = _text(field.rich)
        if _hard(field, reading) or alignment.unspaced(text):
            continue
        for word in _tokens(text):
            if apart[word]:
                apart[word] -= 1
            elif joined[word]:
                joined[word] -= 1
            else:
                gone.append(word)
                first = first or field
    if first is not None:
        more = (
            f" and {len(gone) - 1} more are not read as words" if len(gone) > 1 else " is not read as a word"
        )
        yield _Fault(
            "readers-differ",
            first,
            f"the word {_shown(gone[0])}{more}",
            "wider word spaces and no letterspacing let every reader find the same words",
        )


def _tokens(text: str) -> list[str]:
    return _WORD.findall(_plain_lines(text))


def _plain_lines(text: str) -> str:
    return "\n".join(map(_plain, text.split("\n")))


def _text(field: RichText) -> str:
    """A leaf's text but for formulas and what is set higher or lower, which readers part as they like."""
    return "".join(_pieces([inline for part in field.parts for inline in part.inlines]))


def _pieces(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Math) or (
            isinstance(inline, Span) and inline.kind in ("superscript", "subscript")
        ):
            yield "\0"
        elif isinstance(inline, Span | Anchor):
            yield from _pieces(inline.children)
        else:
            yield " " if not hasattr(inline, "text") else inline.text
