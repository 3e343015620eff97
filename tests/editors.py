"""What an editor makes of a file: YAML by the core schema of YAML 1.2, checked by a JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from texresume.resources import YamlLoader

from .conftest import ROOT

SCHEMAS = ROOT / "texresume" / "data" / "schema" / "json"

# https://yaml.org/spec/1.2.2/#1032-tag-resolution
_CORE = [
    ("null", re.compile(r"null|Null|NULL|~|"), "~nN"),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), "tTfF"),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"), "-+0123456789"),
    ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), "-+.0123456789"),
    ("float", re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), "-+."),
    ("merge", re.compile(r"<<"), "<"),
]


class _Core(YamlLoader):  # type: ignore[misc] # libyaml is not everywhere
    """PyYAML with the tags of YAML 1.2 in the place of those of 1.1."""


_Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _firsts in _CORE:
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"(?:{_pattern.pattern})$"),
        [*_firsts, *([""] if _tag == "null" else [])],
    )


class UnreadableError(Exception):
    """The editor's YAML parser has something against the file, so that no schema is asked."""


def read(text: str) -> Any:
    """A YAML text as an editor sees it. Raises `UnreadableError`."""
    try:
        node = yaml.compose(text, Loader=_Core)
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(str(error)) from None
    return None if node is None else _value(node, ())


def read_file(file: Path) -> Any:
    """A file as an editor sees it. Raises `UnreadableError`."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_once) if file.suffix == ".json" else read(text)
    except ValueError as error:
        raise UnreadableError(str(error)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise UnreadableError("a key that stands there twice")
    return dict(pairs)


def _value(node: yaml.Node, around: tuple[int, ...]) -> Any:
    if id(node) in around:
        raise UnreadableError("an anchor that contains itself")
    around = (*around, id(node))
    if not node.tag.startswith("tag:yaml.org,2002:") or "/" in node.tag.removeprefix("tag:yaml.org,"):
        raise UnreadableError(f"the tag {node.tag}")
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, around) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, around)
    text, tag = str(node.value), node.tag.rpartition(":")[2]
    match tag:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
        case "float":
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _mapping(node: yaml.MappingNode, around: tuple[int, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    merged: list[dict[str, Any]] = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableError("a key that is no text")
        if key.tag.endswith(":merge"):
            children = value.value if isinstance(value, yaml.SequenceNode) else [value]
            if not all(isinstance(child, yaml.MappingNode) for child in children):
                raise UnreadableError("a merge of what is no mapping")
            merged += [_value(child, around) for child in children]
        elif key.value in found:
            raise UnreadableError("a key that stands there twice")
        else:
            found[key.value] = _value(value, around)
    for one in merged:
        found = {**one, **found}
    return found


@cache
def validator(kind: str) -> Any:
    """What checks files of a kind: `resume`, `variant` or `template`."""
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))
    return jsonschema.Draft7Validator(schema)


def underlined(kind: str, data: Any) -> set[tuple[str | int, ...]]:
    """The paths of all that an editor underlines."""
    return {path for error in validator(kind).iter_errors(data) for path in _paths(error)}


def _paths(error: Any) -> Iterator[tuple[str | int, ...]]:
    yield tuple(error.absolute_path)
    for inner in error.context or ():
        yield from _paths(inner)
