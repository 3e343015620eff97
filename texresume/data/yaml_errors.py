"""PyYAML's syntax errors as diagnostics that say what to change."""

from __future__ import annotations

import re

import yaml

from texresume.diagnostics import Diagnostic
from texresume.patterns import lazy

from .source import Source


def unreadable(source: Source, error: yaml.reader.ReaderError) -> Diagnostic:
    """A character that YAML does not allow in a file."""
    match = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source.text)
    if match is None:
        return source.diagnostic("yaml-syntax", str(error.reason), None)
    return source.diagnostic(
        "control-character",
        f"control character U+{ord(match[0]):04X} is not allowed",
        source.at(match.start()),
        hint="delete it",
    )


def nested_too_deep(error: yaml.YAMLError) -> bool:
    """Whether libyaml itself refuses the depth of nesting, as PyYAML's wheels do since 6.0.4."""
    return "exceeded maximum nesting depth" in str(getattr(error, "problem", ""))


# The first character of a text, and what YAML reads it as.
_NEEDS_QUOTES = {
    "*": "a reference to an anchor",
    "&": "an anchor",
    "!": "a tag",
    "%": "a directive",
    "@": "a reserved character",
    "`": "a reserved character",
    "[": "a list",
    "{": "a mapping",
    "|": "a block text",
    ">": "a block text",
}
_VALUE = lazy(r"^\s*(?:-\s+)*(?:[A-Za-z_$][\w-]*:\s+)?(?P<first>[*&!%@`\[{\"'|>])")


def syntax_error(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    """The parser's error in plain words, with its most likely cause as the hint."""
    mark = error.problem_mark or error.context_mark
    if mark and error.context_mark and mark.index >= len(source.text.rstrip()):
        mark = error.context_mark  # what is not closed, instead of the end of the file
    problem = error.problem or "invalid YAML"
    unclosed = re.search(r"',' or '([\]}])'", problem)
    if mark and error.context_mark and unclosed and source.file.suffix != ".json":
        mark = mark if mark.line == error.context_mark.line else error.context_mark
    position = source.at(mark.index) if mark is not None else None
    hint = ""
    line = position.text if position is not None else ""
    opened = _VALUE.match(line)
    if "mapping values are not allowed" in problem and position and ":" not in line[: position.column - 1]:
        hint = "this line is indented too far, or the line above has no colon"
    elif "mapping values are not allowed" in problem:
        hint = "quote a text that contains ': '"
    elif "unexpected end of stream" in problem:
        hint = "it opens here"
    elif "escape" in problem:
        hint = "in double quotes a backslash starts an escape: write two, or use single quotes"
    elif opened and opened["first"] in "\"'":
        if "',' or" not in problem:
            hint = "quote the whole text if it starts with a quotation mark"
    elif opened:
        first = opened["first"]
        hint = f"quote a text that starts with {first}, which YAML reads as {_NEEDS_QUOTES[first]}"
        if unclosed and first in "[{":
            hint = f"close it with {unclosed[1]}; {hint}"
    elif unclosed:
        hint = f"close it with {unclosed[1]}"
    elif "could not find expected ':'" in problem:
        hint = "write a colon and a space after the key: 'name: Ada'"
    elif "did not find expected key" in problem or "expected <block end>" in problem:
        hint = "check the indentation: keys and items of one level start in the same column"
    elif "found undefined alias" in problem:
        hint = "quote a text that starts with *"
    return source.diagnostic("yaml-syntax", _plain_problem(problem), position, hint=hint)


def _plain_problem(problem: str) -> str:
    words = {
        "mapping values are not allowed": "unexpected ': '",
        "did not find expected key": "expected a key",
        "did not find expected '-' indicator": "expected an item of the list, or less indentation",
        "expected <block end>": "unexpected indentation",
        "could not find expected ':'": "expected a colon after the key",
        "found unexpected end of stream": "this quotation mark is never closed",
        "found character that cannot start any token": "unquoted text cannot start with this character",
        "found undefined alias": "unknown anchor",
        "did not find expected <document start>": "unexpected text after the end of the data",
        "expected ',' or ']'": "'[' is never closed, or a comma is missing",
        "expected ',' or '}'": "'{' is never closed, or a comma is missing",
        "but found another document": "a second document ('---') starts here, but a file can hold only one",
    }
    return next((plain for known, plain in words.items() if known in problem), problem)
