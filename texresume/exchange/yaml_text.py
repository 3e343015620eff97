"""Data as YAML that people like to edit: lists indented, long texts folded, comments above their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from texresume.data.resume import DataPath
from texresume.text import blocks

from .readers.assembly import Comments, in_order

WIDTH = 100
"""Columns of a line."""
_LIST_MARK = re.compile(r"[-*+•·‣▪●◦►–#]|\d{1,2}[.)]")


class _Dumper(yaml.SafeDumper):
    """Dates and numbers need no quotes: all scalars are texts here."""


_UNQUOTED = (":int", ":float", ":timestamp")
_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(_UNQUOTED)]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def dump(data: Mapping[str, Any], comments: Comments) -> str:
    """The data of a résumé, of mappings, lists and texts, with comments."""
    data = in_order({key: value for key, value in data.items() if key != "$schema"})
    return "\n".join(_mapping(data, (), 0, comments)) + "\n"


def _mapping(data: Mapping[str, Any], path: DataPath, indent: int, comments: Comments) -> Iterator[str]:
    space = " " * indent
    for key, value in data.items():
        here = (*path, key)
        yield from _comment(here, value, indent, comments)
        name = _scalar(key)
        if isinstance(value, Mapping):
            if value:
                yield f"{space}{name}:"
                yield from _mapping(value, here, indent + 2, comments)
            continue
        if isinstance(value, list):
            flow = _flow(value, here, comments)
            if flow and len(flow) + len(name) + indent + 2 <= WIDTH:
                yield f"{space}{name}: {flow}"
            elif value:
                yield f"{space}{name}:"
                yield from _items(value, here, indent + 2, comments)
            continue
        yield from _text(f"{space}{name}: ", str(value), indent + 2)


def _items(items: list[Any], path: DataPath, indent: int, comments: Comments) -> Iterator[str]:
    space = " " * indent
    for number, item in enumerate(items):
        here = (*path, number)
        yield from _comment(here, item, indent, comments)
        if isinstance(item, Mapping):
            lines = list(_mapping(item, here, indent + 2, comments))
            first = next((n for n, line in enumerate(lines) if not line.lstrip().startswith("#")), 0)
            yield from (f"{space}{line.strip()}" for line in lines[:first])
            yield f"{space}- {lines[first].lstrip()}"
            yield from lines[first + 1 :]
        elif isinstance(item, list):
            yield f"{space}- {_flow(item, here, {}) or '[]'}"
        else:
            yield from _text(f"{space}- ", str(item), indent + 2)


def _comment(path: DataPath, value: Any, indent: int, comments: Comments) -> Iterator[str]:
    about, comment = comments.get(path, ("", ""))
    if comment and value == about:
        yield f"{' ' * indent}# {' '.join(comment.split())}"


def _flow(items: list[Any], path: DataPath, comments: Comments) -> str:
    """A short list of short texts in brackets; empty if it is none."""
    if not items or path[-1] in ("highlights", "entries") or not all(isinstance(item, str) for item in items):
        return ""
    if any("\n" in item or (*path, number) in comments for number, item in enumerate(items)):
        return ""
    return yaml.dump(
        [item.expandtabs(4) for item in items],
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=True,
        width=10**9,
    ).strip()


def _scalar(text: str) -> str:
    """A text on one line, quoted where it must be."""
    dumped = yaml.dump([text], Dumper=_Dumper, allow_unicode=True, default_flow_style=False, width=10**9)
    return dumped.removeprefix("- ").rstrip("\n")


def _text(head: str, text: str, indent: int) -> Iterator[str]:
    """A text behind what leads to it, on as many lines as it takes."""
    space, text = " " * indent, text.expandtabs(4)
    if "\n" in text and _is_printable(text):
        yield f"{head}|"
        yield from (f"{space}{line}".rstrip() for line in _visible_breaks(text).split("\n"))
        return
    line = head + _scalar(text)
    if len(line) <= WIDTH or line[len(head)] == '"':
        yield line
        return
    words = line[len(head) :].split(" ")
    current = head + words[0]
    for number, word in enumerate(words[1:], 1):
        after = words[number + 1] if number + 1 < len(words) else "x"
        fits = len(current) + 1 + len(word) <= WIDTH
        if (
            fits
            or not word
            or not words[number - 1]
            or not after
            or _LIST_MARK.match(word)
            or word.startswith(":")
        ):
            current += f" {word}"
            continue
        yield current
        current = space + word
    yield current


_ITEM = re.compile(rf"( *)(?:[{re.escape(blocks.BULLETS)}]|\d{{1,2}}[.)]) +\S")


def _visible_breaks(text: str) -> str:
    """A text in which a break that is meant is a backslash, and not two spaces, which editors remove."""
    lines = text.split("\n")
    result: list[str] = []
    item = -1  # the column at which the item that is open begins
    for number, line in enumerate(lines):
        bare, after = line.rstrip(" "), lines[number + 1] if number + 1 < len(lines) else ""
        begins = _ITEM.match(line)
        item = len(begins[1]) if begins else item if bare else -1
        broken = (
            bare and line != bare and len(line) - len(bare) > 1 and after.strip() and not _ITEM.match(after)
        )
        ends = broken and item >= 0 and len(after) - len(after.lstrip()) <= item
        result += [bare, ""] if ends else [f"{bare}\\" if broken else bare]
        item = -1 if ends else item
    return "\n".join(result)


def _is_printable(text: str) -> bool:
    return all(char.isprintable() or char in "\n" for char in text) and not text[0].isspace()
