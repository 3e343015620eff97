"""YAML (or JSON) from a file, with the position of every value: all line numbers come from here.

PyYAML parses, with libyaml where it is available; the nodes that it composes are walked here, so that scalars
stay strings and no type is guessed. Every problem becomes a diagnostic, also input made to exhaust memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass
from texresume.resources import YamlLoader

from . import line_ends, text_files, yaml_slips
from .resume import DataPath
from .source import Mark, Source
from .yaml_errors import nested_too_deep, syntax_error, unreadable

MAXIMUM_DEPTH = 40
"""The schema's deepest path has 9 levels."""
MAXIMUM_NODES = 50_000
"""Nodes after aliases and merges are expanded."""
MAXIMUM_CHARACTERS = 20_000_000
"""Characters after aliases are expanded."""

_STRING_TAG = "tag:yaml.org,2002:str"
# Tags that PyYAML's resolver gives to plain scalars: we keep their text.
_RESOLVED_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "timestamp", "value")
)
_NULL_TAG = "tag:yaml.org,2002:null"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_NULLS = ("", "~", "null")
_COMMENT = re.compile(r"(?P<before>[ \t]+)(?P<comment>#[^\r\n]*)")
_PLAIN = (None, "")
"""The style of a scalar without quotes (libyaml says "", PyYAML's own parser None)."""

# JSON writes a character above U+FFFF as two escapes, YAML as one.
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_BEGIN = "'basics:' and a 'name:' below it"

Data = dict[str, Any] | list[Any] | str | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's data (mappings, lists, strings, None), its source, and warnings from reading it."""

    data: dict[str, Any]
    source: Source
    warnings: tuple[Diagnostic, ...] = ()


def load(file: Path, begin: str = _BEGIN) -> Loaded:
    """Read a YAML (or JSON) file that holds a mapping; `begin` says how such a file begins, for hints.

    Raises `ResumeError` if the file cannot be read or is not valid YAML.
    """
    return parse(text_files.decode(text_files.read_bytes(file), file), file, begin)


def parse(text: str, file: Path, begin: str = _BEGIN, *, lenient: bool = False) -> Loaded:
    """The same for text that has been read already. In a `lenient` one, written for another program, a
    duplicate key and what looks like a lost comment are warnings.
    """
    source = Source.of(file, _SURROGATES.sub(_join_surrogates, text))
    _refuse_tabs(source)
    try:
        _bound_depth(source)
        node = yaml.compose(source.text, Loader=YamlLoader)
    except yaml.MarkedYAMLError as error:
        raise ResumeError(yaml_slips.cause(source, error) or syntax_error(source, error)) from None
    except yaml.reader.ReaderError as error:
        raise ResumeError(unreadable(source, error)) from None
    if node is None or (node.tag == _NULL_TAG and node.value in _NULLS):
        raise ResumeError(
            source.diagnostic("empty-file", "the file is empty", None, hint=f"start with {begin}")
        )
    if not isinstance(node, yaml.MappingNode):
        kind = "a list" if isinstance(node, yaml.SequenceNode) else "a text"
        raise ResumeError(
            source.diagnostic(
                "wrong-top",
                f"expected a mapping at the top of the file, found {kind}",
                source.at(node.start_mark.index),
                hint=f"start with {begin}",
            )
        )
    builder = _Builder(source, lenient=lenient or file.suffix.lower() == ".json")
    data = builder.build(node)
    if builder.errors:
        raise ResumeError([*builder.warnings, *builder.errors])
    return Loaded(data, source, tuple(builder.warnings))


def _join_surrogates(escapes: re.Match[str]) -> str:
    high, low = int(escapes[2], 16), int(escapes[3], 16)
    return f"{escapes[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _refuse_tabs(source: Source) -> None:
    """Refuse a tab in the indentation: YAML forbids it, and PyYAML's message does not mention tabs."""
    match = re.search(r"^ *\t+(?=[^\s#])", source.text, re.MULTILINE)
    if match is None or source.text.lstrip().startswith("{"):  # in JSON tabs are fine
        return
    try:  # Within quotes, block texts and flow collections a tab is fine: ask the parser.
        for _ in yaml.parse(source.text, Loader=YamlLoader):
            pass
    except yaml.YAMLError as error:
        if nested_too_deep(error):
            return  # the tab may be fine: the depth is reported later
        mark = getattr(error, "problem_mark", None)
        tab = source.at(match.start() + match[0].index("\t"))
        if mark is None or source.at(mark.index).line >= tab.line:
            raise ResumeError(
                source.diagnostic(
                    "tab-indentation", "this line is indented with a tab; YAML allows only spaces", tab,
                    hint="replace the tab with two spaces",
                )
            ) from None  # fmt: skip


def _bound_depth(source: Source) -> None:
    """Check the depth on the parser's events, which needs no recursion; composing does."""
    try:
        start = _first_too_deep(source.text)
    except yaml.MarkedYAMLError as error:
        if not nested_too_deep(error) or error.problem_mark is None:
            raise
        # libyaml looks ahead, and gives up (at 1,000 levels in PyYAML 6.0.4's wheels) before it reports the
        # start of the level that is too deep for us. The text before the point where it stopped is valid.
        end = error.problem_mark.index
        start = _first_too_deep(source.text[:end])
        start = end if start is None else start
    if start is not None:
        message = f"nested more than {MAXIMUM_DEPTH} levels deep"
        hint = "close each [ and {, or quote a text that begins with one"
        raise ResumeError(source.diagnostic("too-deep", message, source.at(start), hint=hint))


def _first_too_deep(text: str) -> int | None:
    """The offset at which the first level starts that is too deep."""
    depth = 0
    for event in yaml.parse(text, Loader=YamlLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAXIMUM_DEPTH:
                return event.start_mark.index if event.start_mark else 0
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


_LEVELS = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


class _Builder:
    """Turns composed nodes into data and marks, and collects errors and warnings."""

    def __init__(self, source: Source, *, lenient: bool) -> None:
        self.source = source
        self.lenient = lenient
        self.errors: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        self.nodes = 0
        self.characters = 0
        self.open: set[int] = set()
        self.built: set[int] = set()
        self.repeats = False

    def build(self, node: yaml.MappingNode) -> dict[str, Any]:
        self.source.marks[()] = Mark(node.start_mark.index, node.start_mark.index, node.end_mark.index)
        data = self.value(node, ())
        return data if isinstance(data, dict) else {}

    def error(self, code: str, message: str, node: yaml.Node, path: DataPath, hint: str = "") -> None:
        self.errors.append(
            self.source.diagnostic(code, message, self.source.at(node.start_mark.index), path=path, hint=hint)
        )

    def sort(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add errors to the errors, and warnings to the warnings; in a lenient file all are warnings."""
        for one in diagnostics:
            if self.lenient:
                one = replace(one, severity=min(one.severity, Severity.WARNING, key=_LEVELS.index))  # noqa: PLW2901
            (self.errors if one.severity is Severity.ERROR else self.warnings).append(one)

    def value(self, node: yaml.Node, path: DataPath) -> Data:
        self.nodes += 1
        self.repeats = self.repeats or id(node) in self.built
        self.built.add(id(node))
        if self.nodes > MAXIMUM_NODES or self.characters > MAXIMUM_CHARACTERS:
            code, message = "alias-expansion", "aliases expand to more data than a résumé can hold"
            if not self.repeats:
                code, message = "too-large", f"the file has more than {MAXIMUM_NODES:,} values"
            raise ResumeError(
                self.source.diagnostic(code, message, self.source.at(node.start_mark.index), path=path[:4])
            )
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        if id(node) in self.open:
            self.error("recursive-alias", "this anchor contains itself", node, path)
            return None
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                self.expect_tag(node, "seq", path)
                self.sort(yaml_slips.split_numbers(node, path, self.source))
                return [self.item(child, (*path, number)) for number, child in enumerate(node.value)]
            if isinstance(node, yaml.MappingNode):
                self.expect_tag(node, "map", path)
                return self.mapping(node, path)
            raise AssertionError(f"PyYAML composes no {type(node).__name__}")
        finally:
            self.open.discard(id(node))

    def refuse_split_text(self, key_node: yaml.ScalarNode, value_node: yaml.Node, path: DataPath) -> None:
        """Refuse `{text: Kept 4,000 hosts up.}`: YAML reads `000 hosts up.` as a key without a value."""
        empty = isinstance(value_node, yaml.ScalarNode) and not value_node.value
        after = self.source.text[key_node.end_mark.index : key_node.end_mark.index + 200].lstrip()
        if empty and after[:1] in (",", "}"):
            message = f"YAML reads {key_node.value[:40]!r} as a key without a value"
            hint = "within { }, quote a text that contains a comma"
            position = self.source.at(key_node.start_mark.index)
            self.sort([self.source.diagnostic("lost-comma", message, position, path=path, hint=hint)])

    def expect_tag(self, node: yaml.Node, kind: str, path: DataPath) -> None:
        if node.tag != f"tag:yaml.org,2002:{kind}":
            self.refuse_tag(node, path)

    def refuse_tag(self, node: yaml.Node, path: DataPath) -> None:
        name = node.tag.replace("tag:yaml.org,2002:", "!!")
        self.error(
            "yaml-tag",
            f"the YAML tag {name!r} is not supported",
            node,
            path,
            "quote a text that starts with !",
        )

    def item(self, node: yaml.Node, path: DataPath) -> Data:
        self.source.marks[path] = Mark(node.start_mark.index, node.start_mark.index, node.end_mark.index)
        return self.value(node, path)

    def scalar(self, node: yaml.ScalarNode, path: DataPath) -> str | None:
        text: str = node.value
        self.characters += len(text)
        if node.style in _PLAIN:
            self.warn_of_comment(node, path)
        if node.tag == _NULL_TAG and node.style in _PLAIN and text in _NULLS:
            return None
        plain_tag = node.tag in _RESOLVED_TAGS or node.tag in (_NULL_TAG, _MERGE_TAG)
        if node.tag != _STRING_TAG and not (plain_tag and node.style in _PLAIN):
            self.refuse_tag(node, path)
        unspaced = list(yaml_slips.unspaced_items(node, path, self.source))
        self.warnings += unspaced or line_ends.folded_list(node, path, self.source)
        return line_ends.meant(text, node.style)

    def warn_of_comment(self, node: yaml.ScalarNode, path: DataPath) -> None:
        """`Ranked #1` and `C # and F` lose everything from the # on: to YAML it starts a comment.

        A clear comment has two spaces before the # and one after it. Anything else is an error after several
        words, and a warning after a single one.
        """
        match = _COMMENT.match(self.source.text, node.end_mark.index)
        if match is None:
            return
        spaced = re.match(r"#[\s#!-]|#$", match["comment"]) is not None
        if spaced and (not node.value or len(match["before"]) > 1):
            return
        self.warnings.append(  # errors too, so that those of the schema are reported beside them
            self.source.diagnostic(
                "lost-comment",
                f"{match['comment'][:40]!r} is read as a comment and not printed",
                self.source.at(match.start("comment")),
                path=path,
                severity=Severity.WARNING
                if self.lenient or (spaced and " " not in node.value.strip())
                else Severity.ERROR,
                hint="quote the text, or write a comment with two spaces before # and one after it",
            )
        )

    def mapping(self, node: yaml.MappingNode, path: DataPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        seen: dict[str, int] = {}
        merged: list[yaml.MappingNode] = []
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE_TAG and key_node.style in _PLAIN:
                merged.extend(self.merges(key_node, value_node, path))
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self.error("wrong-key", "a key must be a text, not a list or mapping", key_node, path)
                continue
            key: str = key_node.value
            if node.flow_style:
                self.refuse_split_text(key_node, value_node, (*path, key))
            if key in seen:
                self.report_duplicate(key, seen[key], key_node, (*path, key))
                if not self.lenient:
                    continue
            seen[key] = key_node.start_mark.index
            data[key] = self.keyed(key_node, value_node, (*path, key))
        for other in merged:
            for key_node, value_node in self.pairs(other, path, 0):
                if key_node.value not in data:
                    data[key_node.value] = self.keyed(key_node, value_node, (*path, key_node.value))
        return data

    def report_duplicate(self, key: str, first: int, node: yaml.Node, path: DataPath) -> None:
        line = f"first used on line {self.source.at(first).line}"
        if not self.lenient:
            self.error("duplicate-key", f"duplicate key {key!r}", node, path, line)
            return
        position = self.source.at(node.start_mark.index)
        message = f"duplicate key {key!r}: only the last one is printed"
        self.warnings.append(
            self.source.diagnostic(
                "duplicate-key", message, position, path=path, hint=line, severity=Severity.WARNING
            )
        )

    def keyed(self, key_node: yaml.Node, value_node: yaml.Node, path: DataPath) -> Data:
        start = value_node.start_mark.index
        self.source.marks[path] = Mark(key_node.start_mark.index, start, value_node.end_mark.index)
        return self.value(value_node, path)

    def merges(self, key_node: yaml.Node, node: yaml.Node, path: DataPath) -> Iterator[yaml.MappingNode]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for child in nodes:
            if isinstance(child, yaml.MappingNode):
                yield child
            else:
                self.error("wrong-merge", "'<<' can merge only mappings", key_node, path)

    def pairs(
        self, node: yaml.MappingNode, path: DataPath, depth: int
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """The pairs of a merged mapping: its own first, then those that it merges."""
        self.nodes += len(node.value)
        if depth > MAXIMUM_DEPTH or self.nodes > MAXIMUM_NODES:
            raise ResumeError(
                self.source.diagnostic(
                    "alias-expansion",
                    "merges expand to more data than a résumé can hold",
                    self.source.at(node.start_mark.index),
                    path=path,
                )
            )
        for key_node, value_node in node.value:
            if key_node.tag != _MERGE_TAG and isinstance(key_node, yaml.ScalarNode):
                yield key_node, value_node
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE_TAG:
                for child in self.merges(key_node, value_node, path):
                    yield from self.pairs(child, path, depth + 1)
