"""BibTeX and BibLaTeX files: entries with the offset of every key and value, and what is wrong with others.

`bibtexparser` splits a file into blocks; values are read here, so that each keeps its place.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from texresume.diagnostics import Diagnostic, Severity, nearest
from texresume.patterns import lazy
from texresume.records import dataclass

from .source import Source

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MACRO = lazy(r"[^\s\"#%'(),={}]+")
_HYPHENS = re.compile(r"@[A-Za-z]+(?:-[A-Za-z]+)+(?=\s*[{(])")
"""Types such as `conference-paper`, which bibtexparser would not see."""
_NO_KEY = re.compile(
    r"(@(?!string\b|comment\b|preamble\b)\w+[ \t]*\{)\s(?=\s*[A-Za-z][\w-]*\s*=)", re.IGNORECASE
)
"""Entries without a key, in which white space makes room for a comma."""
_OPENING = re.compile(r"[{(]")
_LOST_ENTRY = lazy(r"(?m)^[ \t]*@?[ \t]*([\w-]+)[ \t]*[{(]?[ \t]*[^\s,={}]+,\s*\w[\w+:-]*\s*=\s*[{\"\w]")
_LOST_FIELD = lazy(r"\w[\w+:-]*\s*=\s*[{\"\d]")
_SPACES = lazy(r"\s*")
_COMMENT = lazy(r"%[^\n]*")


@dataclass(frozen=True, slots=True)
class Value:
    """The text of a field, of one piece or several joined by `#`. `pieces` are offsets in the text and, for
    each, the offset in the file; `start` and `end` are those of the whole value in the file.
    """

    text: str
    start: int
    end: int
    pieces: tuple[tuple[int, int], ...]

    def offset(self, index: int) -> int:
        """The offset in the file of a character of the text."""
        number = bisect_right([at for at, _ in self.pieces], index) - 1
        at, offset = self.pieces[max(number, 0)] if self.pieces else (0, self.start)
        return offset + index - at

    def part(self, start: int, end: int) -> Value:
        """A stretch of the text."""
        pieces = [(at - start, offset) for at, offset in self.pieces if start < at < end]
        first = self.offset(start)
        return Value(self.text[start:end], first, self.offset(end), ((0, first), *pieces))

    def stripped(self) -> Value:
        """The text without white space around it."""
        end = len(self.text.rstrip())
        start = min(len(self.text) - len(self.text.lstrip()), end)
        return self if (start, end) == (0, len(self.text)) else self.part(start, end)


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as it is written: its type and the names of its fields in lower case. `at` is where it begins,
    `key_at` where its key does, `names` where the names of its fields do.
    """

    type: str
    key: str
    at: int
    key_at: int
    fields: Mapping[str, Value]
    names: Mapping[str, int]


@dataclass(slots=True)
class Parsed:
    """The entries of a file, and diagnostics: errors for entries that are not among them."""

    source: Source
    entries: list[RawEntry] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(
        self, code: str, message: str, offset: int, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """A diagnostic about what stands at an offset."""
        position = self.source.at(offset)
        self.diagnostics.append(self.source.diagnostic(code, message, position, hint=hint, severity=severity))


class _WrongValueError(ValueError):
    """A value that cannot be read: the message, the offset, and a hint."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.offset, self.hint = offset, hint


def parse(source: Source) -> Parsed:
    """The entries of a file. Never raises: what cannot be read is an error among the diagnostics."""
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it logs is said as diagnostics
    parsed = Parsed(source)
    text = _NO_KEY.sub(r"\1,", _HYPHENS.sub(lambda match: match[0].replace("-", "_"), source.text))
    blocks = Splitter(text).split().blocks
    strings: dict[str, Value] = {}
    entries: list[tuple[Any, int]] = []
    cursor, failed = 0, False
    for block in blocks:
        at = text.find(block.raw or "", cursor)
        if at < 0:
            at = cursor
        cursor = max(cursor, at + 1)
        if isinstance(block, model.String):
            _define(block, at, strings, parsed)
        elif isinstance(block, model.DuplicateFieldKeyBlock | model.DuplicateBlockKeyBlock):
            inner = block.ignore_error_block
            if isinstance(inner, model.Entry):
                entries.append((inner, at))
            else:
                _define(inner, at, strings, parsed)
        elif isinstance(block, model.ParsingFailedBlock):
            _report_failed(block, at, parsed)
        elif isinstance(block, model.Entry):
            entries.append((block, at))
        elif isinstance(block, model.ImplicitComment) and not failed:  # else it is the rest of what failed
            _look_at_comment(block.comment, at, entries, parsed)
        failed = type(block) is model.ParsingFailedBlock
    for block, at in entries:
        _read_entry(block, at, strings, parsed)
    return parsed


def _define(block: Any, at: int, strings: dict[str, Value], parsed: Parsed) -> None:
    start = parsed.source.text.find(block.value, parsed.source.text.find("=", at))
    try:
        strings[block.key.lower()] = _value(parsed.source.text, start, len(block.value), strings)
    except _WrongValueError as error:
        parsed.add("bib-syntax", f"in @string {block.key!r}: {error}", error.offset, error.hint)


def _report_failed(block: Any, at: int, parsed: Parsed) -> None:
    """A block that bibtexparser gave up, in words of ours."""
    head = re.match(r"@\s*(\w+)\s*[{(]\s*([^\s,={}]*)", block.raw or "")
    name = f"entry {head[2]!r}" if head and head[2] else "this entry"
    reason = str(getattr(block.error, "abort_reason", block.error))
    end = getattr(block.error, "end_index", None)
    there = end - 1 if isinstance(end, int) else at  # the splitter puts a line feed before the text
    if "end of file" in reason:
        parsed.add("bib-syntax", f"{name} is never closed", at, "a '}' or a quotation mark is missing")
    elif "block start" in reason:
        hint = "a '}' or a quotation mark is missing in it"
        parsed.add("bib-syntax", f"{name} is not closed before the next one begins", at, hint)
    elif "comma after entry key" in reason:
        parsed.add("bib-syntax", f"{name}: expected a comma after the key", at, "like @article{key2024,")
    else:
        wrong = _last_name(parsed.source.text, at, max(there, at))
        message = f"{name}: expected '=' after the name of a field"
        parsed.add("bib-syntax", message, wrong, "a comma or an '=' is missing, or there is a '}' too many")


def _last_name(text: str, start: int, end: int) -> int:
    """Where the last word before an offset begins, which is what was to be the name of a field."""
    before = text[start:end].rstrip()
    word = re.search(r"[^\s,={}\"]+$", before)
    return start + (word.start() if word else max(len(before) - 1, 0))


def _look_at_comment(comment: str, at: int, entries: list[tuple[Any, int]], parsed: Parsed) -> None:
    """Text between entries is a comment, unless it is the rest of one or an entry that lost its "@"."""
    plain = _COMMENT.sub(lambda match: " " * len(match[0]), comment)
    if lost := _LOST_ENTRY.search(plain):
        message = f"this looks like an entry, but it is read as a comment: {lost[0].split(',')[0].strip()!r}"
        parsed.add("bib-syntax", message, at + lost.start(1), "an entry begins like @article{key2024,")
    elif field_ := _LOST_FIELD.search(plain):
        whose = f"entry {entries[-1][0].key!r}" if entries else "the entry"
        message = f"this is outside of {whose}, which has ended before"
        parsed.add("bib-syntax", message, at + field_.start(), "there is a '}' too many before it")
        if entries:
            entries.pop()


def _read_entry(block: Any, at: int, strings: Mapping[str, Value], parsed: Parsed) -> None:
    text = parsed.source.text
    opening = _OPENING.search(text, at)
    cursor = text.find(block.key, opening.end() if opening else at) if block.key else at
    key_at = cursor
    fields: dict[str, Value] = {}
    names: dict[str, int] = {}
    cursor += len(block.key)
    for one in block.fields:
        name_at = text.find(one.key, cursor)
        equals = text.find("=", name_at + len(one.key))
        spaces = _SPACES.match(text, equals + 1) if one.value else None
        start = spaces.end() if spaces else equals + 1
        cursor = start + len(one.value)
        name = one.key.lower()
        if not re.fullmatch(r"[\w+:.'*/-]+", name):
            words = one.key.split()
            message = f"entry {block.key!r}: a comma is missing before {words[-1]!r}" if words else ""
            message = message or f"entry {block.key!r}: a name is missing before '='"
            parsed.add("bib-syntax", message, name_at if words else equals)
            return
        if name in fields:
            message = f"entry {block.key!r} has a second field {name!r}, which is not used"
            parsed.add("bib-repeated", message, name_at, severity=Severity.WARNING)
            continue
        try:
            fields[name] = _value(text, start, len(one.value), strings)
        except _WrongValueError as error:
            parsed.add("bib-syntax", f"entry {block.key!r}: {error}", error.offset, error.hint)
            return
        names[name] = name_at
    parsed.entries.append(RawEntry(block.entry_type.lower(), block.key, at, key_at, fields, names))


# -- values -----------------------------------------------------------------------------------------------


def _value(text: str, start: int, length: int, strings: Mapping[str, Value]) -> Value:
    """A value: texts in braces or quotation marks, numbers and the names of @strings, joined by `#`."""
    end = start + length
    if not text[start:end].strip():
        raise _WrongValueError("a field has no value", start, "delete it, or write {}")
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    size = 0
    for piece, offset in _pieces(text, start, end, strings):
        pieces.append((size, offset))
        parts.append(piece)
        size += len(piece)
    return Value("".join(parts), start, end, tuple(pieces))


def _pieces(text: str, start: int, end: int, strings: Mapping[str, Value]) -> Iterator[tuple[str, int]]:
    at, joined = start, True
    while at < end:
        char = text[at]
        if char.isspace():
            at += 1
            continue
        if char == "#":
            joined, at = True, at + 1
            continue
        if not joined:
            word = re.match(r"[^\s,={}\"]*", text[at:end])
            shown = word[0] if word and word[0] else text[at : at + 10]
            raise _WrongValueError(f"a comma is missing before {shown!r}", at)
        joined = False
        if char in '{"':
            close = _closing(text, at, end)
            yield text[at + 1 : close], at + 1
            at = close + 1
            continue
        macro = _MACRO.match(text, at, end)
        if macro is None:
            raise _WrongValueError(f"{char!r} cannot begin a value", at, "put the value in braces")
        yield _expanded(macro[0], at, strings)
        at = macro.end()


def _expanded(name: str, at: int, strings: Mapping[str, Value]) -> tuple[str, int]:
    """A number, a month, or the text of a @string."""
    if name.isdigit() or name.lower() in MONTHS:
        return name, at
    if (known := strings.get(name.lower())) is not None:
        return known.text, known.offset(0)
    hint = nearest(name, [*strings, *MONTHS]) or "put it in braces, or define it with @string"
    raise _WrongValueError(f"{name!r} is not defined", at, hint)


def _closing(text: str, at: int, end: int) -> int:
    """Where a text in braces or quotation marks ends; `at` is where it begins."""
    closes, depth = ('"' if text[at] == '"' else "}"), 0
    for index in range(at + 1, end):
        char = text[index]
        escaped = text[index - 1] == "\\"
        if char == closes and not depth and not (escaped and char == "}"):
            return index
        if char in "{}" and not escaped:
            depth += 1 if char == "{" else -1
    raise _WrongValueError("a value is never closed", at)
