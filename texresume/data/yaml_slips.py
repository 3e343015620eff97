"""Slips that YAML takes for something else: `1,2 Mio. €` in brackets, `-Lead` without a space, a `#` in the
middle of a text. Some are valid YAML and get a warning; of others the parser complains lines below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import yaml

from texresume.diagnostics import Diagnostic, Severity
from texresume.patterns import lazy

from .resume import DataPath
from .source import Source

_THOUSANDS = lazy(r"\d,\d{3}(?!\d).?", re.DOTALL)
_DECIMALS = lazy(r"\d{1,2}(?:[ \t]+[^\W\d_]|[ \t]*[%‰€$£¥°])")
_BARE_DECIMALS = lazy(r"\d{1,2}")
_WORDS_AND_DIGIT = lazy(r".*[^\W\d_].*[ \t]\d+", re.DOTALL)
_UNSPACED = re.compile(r"[ \t]*-(?=[^\W\d_])")
_QUOTED = lazy(r'"(?:[^"\\\n]|\\.)*"|(?<![^\W_])\'(?:[^\'\n]|\'\')*\'')
_COMMENT = lazy(r"(?<=\S)[ \t]+(#[^\n]*)")
_JSON_COMMENT = lazy(r"//[^\n]*|/\*(?:[^*\n]|\*(?!/))*(?:\*/)?")
_FLOW = ("',' or ']'", "',' or '}'", "unexpected end of stream")
_BLOCK = ("'-' indicator", "expected ':'", "expected key", "<block end>", "mapping values")
_LINES = 30
"""Lines before an error that are searched for its cause."""


def split_numbers(node: yaml.SequenceNode, path: DataPath, source: Source) -> Iterator[Diagnostic]:
    """An error for `[Cut 4,000 hosts]`, which YAML reads as two items, and a warning for `[1,2 Mio. €]`."""
    if not node.flow_style:
        return
    for number, (before, after) in enumerate(pairwise(node.value)):
        start, end = before.end_mark.index, after.start_mark.index
        if source.text[start:end] != ",":
            continue
        place, at = (*path, number + 1), source.at(end)
        message = "the comma in this number splits the text into two items"
        if _THOUSANDS.fullmatch(source.text[start - 1 : end + 4]):
            yield source.diagnostic("torn-number", message, at, path=place, hint="quote the text")
        elif _is_split_decimal(before, after):
            hint = "quote the text, or put a space after the comma if these are two items"
            yield source.diagnostic(
                "split-number", message, at, path=place, hint=hint, severity=Severity.WARNING
            )


def _is_split_decimal(before: yaml.Node, after: yaml.Node) -> bool:
    """Whether two plain items seem to be one: `1` and `2 Mio. €`, or `Grade 1` and `3`."""
    texts = [node.value for node in (before, after) if isinstance(node, yaml.ScalarNode) and not node.style]
    if len(texts) < 2 or not re.search(r"\d\Z", texts[0]):  # noqa: PLR2004 - both
        return False
    worded = _WORDS_AND_DIGIT.fullmatch(texts[0]) is not None
    return bool(_DECIMALS.match(texts[1])) or (worded and bool(_BARE_DECIMALS.fullmatch(texts[1])))


def unspaced_items(node: yaml.ScalarNode, path: DataPath, source: Source) -> Iterator[Diagnostic]:
    """A warning for each `-Lead` at the start of a line of a plain text: without a space it is no item."""
    start = node.start_mark.index
    if node.style:
        return
    before = source.text[source.text.rfind("\n", 0, start) + 1 : start]
    for number, line in enumerate(source.text[start : node.end_mark.index].split("\n")):
        if (number or not before.strip()) and (match := _UNSPACED.match(line)):
            yield _unspaced(source, start + match.end() - 1, path, Severity.WARNING)
            return
        start += len(line) + 1


def _unspaced(source: Source, index: int, path: DataPath, severity: Severity) -> Diagnostic:
    message = "a '-' without a space after it begins no item of a list"
    line = source.text[index:].partition("\n")[0].removeprefix("-").rstrip()
    hint = f"write '- {line[:30]}{'…' * (len(line) > 30)}'"  # noqa: PLR2004 - enough to recognise it
    return source.diagnostic(
        "missing-space", message, source.at(index), path=path, hint=hint, severity=severity
    )


def cause(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic | None:
    """What a syntax error comes from, where that is a slip in a line before."""
    if error.problem_mark is None:
        return None
    problem = error.problem or ""
    lines = source.text.split("\n")
    last = min(error.problem_mark.line, len(lines) - 1)
    if any(words in problem for words in _FLOW) and error.context_mark is not None:
        first = max(error.context_mark.line, last - _LINES)
        if comment := _json_comment(source, lines, range(first, last + 1)):
            return comment
        return _swallowed(source, lines, range(first, last + 1), closing=True)
    if not any(words in problem for words in _BLOCK):
        return None
    above = [number for number in range(max(0, last - _LINES), last + 1) if lines[number].strip()][-3:]
    for number in reversed(above):
        if match := _UNSPACED.match(lines[number]):
            return _unspaced(source, _offset(lines, number) + match.end() - 1, (), Severity.ERROR)
    before = [number for number in above if number < last][-1:]
    if before and _indentation(lines[last]) > _indentation(lines[before[0]]):
        return _swallowed(source, lines, before, closing=False)
    return None


def _json_comment(source: Source, lines: list[str], numbers: range) -> Diagnostic | None:
    """A comment of JavaScript in JSON, which is read as a text."""
    for number in numbers if source.text.lstrip().startswith("{") else ():
        blank = _QUOTED.sub(lambda match: "x" * len(match[0]), lines[number])
        if match := _JSON_COMMENT.search(blank):
            index = _offset(lines, number) + match.start()
            shown = lines[number][match.start() : match.end()].strip()[:40]
            message = f"{shown!r} is a comment, and JSON has none"
            return source.diagnostic("yaml-syntax", message, source.at(index), hint="delete it")
    return None


def _swallowed(
    source: Source, lines: list[str], numbers: range | list[int], *, closing: bool
) -> Diagnostic | None:
    """A comment that ends a text too early; with `closing`, one that swallows a bracket or a comma."""
    for number in numbers:
        blank = _QUOTED.sub(lambda match: "x" * len(match[0]), lines[number])
        match = _COMMENT.search(blank)
        if match is None or (closing and not re.search(r"[\]},]", match[1])):
            continue
        index = _offset(lines, number) + match.start(1)
        shown = lines[number][match.start(1) :][:40]
        message = f"{shown!r} is read as a comment and not printed"
        return source.diagnostic("lost-comment", message, source.at(index), hint="quote the text")
    return None


def _offset(lines: list[str], number: int) -> int:
    return sum(len(line) + 1 for line in lines[:number])


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
