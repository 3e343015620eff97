"""What YAML's parsers say, and what it means to somebody who just writes a résumé."""

from __future__ import annotations

import re

import yaml

from texresume.diagnostics import Diagnostic

from .source import Source


def unreadable(source: Source, error: yaml.reader.ReaderError) -> Diagnostic:
    """A character that no YAML file may hold."""
    found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source.text)
    if found is None:
        return source.diagnostic("yaml-syntax", str(error.reason), None)
    return source.diagnostic(
        "control-character",
        f"the control character U+{ord(found[0]):04X} may not stand in a file",
        source.at(found.start()),
        hint="remove it",
    )


def nested_too_deep(error: yaml.YAMLError) -> bool:
    """Whether libyaml itself refuses the depth of nesting, as PyYAML's wheels do since 6.0.4."""
    return "exceeded maximum nesting depth" in str(getattr(error, "problem", ""))


# What a line's text begins with, and why YAML does not take it for text.
_NEEDS_QUOTES = {
    "*": "a reference to an anchor",
    "&": "an anchor",
    "!": "a tag",
    "%": "a directive",
    "@": "a reserved sign",
    "`": "a reserved sign",
    "[": "a list",
    "{": "a mapping",
    "|": "a block text",
    ">": "a block text",
}
_VALUE = re.compile(r"^\s*(?:-\s+)*(?:[A-Za-z_$][\w-]*:\s+)?(?P<first>[*&!%@`\[{\"'|>])")


def syntax_error(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    """What the parser stumbled over, in words, and what most likely brings it about."""
    mark = error.problem_mark or error.context_mark
    if mark and error.context_mark and mark.index >= len(source.text.rstrip()):
        mark = error.context_mark  # what is not closed, not the end of the file
    position = source.at(mark.index) if mark is not None else None
    problem = error.problem or "this is not YAML"
    hint = ""
    line = position.text if position is not None else ""
    opened = _VALUE.match(line)
    if "mapping values are not allowed" in problem and position and ":" not in line[: position.column - 1]:
        hint = "this line stands deeper than the one above, or the one above lacks its colon"
    elif "mapping values are not allowed" in problem:
        hint = "a text with ': ' in it must stand in quotes"
    elif "unexpected end of stream" in problem:
        hint = "it opens here"
    elif "escape" in problem:
        hint = "in double quotes a backslash begins an escape: write two, or use single quotes"
    elif opened and opened["first"] in "\"'":
        if "',' or" not in problem:
            hint = "a text that begins with a quotation mark must stand in quotes as a whole"
    elif opened:
        first = opened["first"]
        hint = f"a text that begins with {first} must stand in quotes: YAML reads {_NEEDS_QUOTES[first]}"
    elif "could not find expected ':'" in problem:
        hint = "a key needs a colon and a space: 'name: Ada'"
    elif "did not find expected key" in problem or "expected <block end>" in problem:
        hint = "check the indentation: what belongs together begins in the same column"
    elif "found undefined alias" in problem:
        hint = "a text that begins with * must stand in quotes"
    return source.diagnostic("yaml-syntax", _plain_problem(problem), position, hint=hint)


def _plain_problem(problem: str) -> str:
    words = {
        "mapping values are not allowed": "a ': ' that cannot begin a value here",
        "did not find expected key": "no key where one is expected",
        "did not find expected '-' indicator": "this line does not fit the list around it",
        "expected <block end>": "this line does not fit its surroundings",
        "could not find expected ':'": "a key without a colon",
        "found unexpected end of stream": "a quotation mark is not closed",
        "found character that cannot start any token": "a sign that no text may begin with",
        "found undefined alias": "an unknown anchor is referred to",
        "did not find expected <document start>": "the data ends here, yet the file goes on",
        "did not find expected ',' or ']'": "a '[' is not closed, or a comma is missing",
        "did not find expected ',' or '}'": "a '{' is not closed, or a comma is missing",
        "but found another document": "a second document ('---') begins here",
    }
    return next((plain for known, plain in words.items() if known in problem), problem)
