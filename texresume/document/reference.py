"""References: the text of a publication in a style, put together from the patterns of `styles/*.yaml`.

A pattern is text with fields in braces, `{title}`, and terms of the locale, `{:in}`. `[…]` is printed only if
all its own fields are there; `[a|b]` prints the first alternative of which that is true. `*…*` is emphasised.
A full stop or comma is left out where the text before it ends a sentence already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from texresume.records import dataclass
from texresume.text.inline import Fragment, RichText, Run, plain_text

from .emphasis import emphasised

_TOKEN = re.compile(r"\{:?[\w-]+\}|[\[\]|*]|[^\[\]|*{}]+")
_ENDS = (".", "?", "!", "…", "。", "？", "！")
_COMMA_AT_END = re.compile(r",([”’»\"“]?)\s*$")
_QUOTES_END = "”’»\"'“"


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a pattern: `text`, `field`, `term`, `emphasis` or `group`.

    `value` is the text or name; `alternatives` are those of a group, and of an emphasis its one content.
    """

    kind: str
    value: str = ""
    alternatives: tuple[tuple[Node, ...], ...] = ()


@cache
def parse(pattern: str) -> tuple[Node, ...]:
    """The pieces of a pattern. Raises `ValueError` if a bracket or star has no partner."""
    tokens = _TOKEN.findall(pattern)
    if "".join(tokens) != pattern:
        raise ValueError(f"a brace has no partner: {pattern}")
    position = [0]
    nodes = _sequence(tokens, position, "")
    if position[0] < len(tokens):
        raise ValueError(f"a bracket has no partner: {pattern}")
    return nodes


def _sequence(tokens: Sequence[str], position: list[int], closes: str) -> tuple[Node, ...]:
    nodes: list[Node] = []
    while position[0] < len(tokens):
        token = tokens[position[0]]
        if token == "]" or (token == "|" and closes == "]") or token == closes:
            return tuple(nodes)
        position[0] += 1
        if token == "[":
            alternatives = [_sequence(tokens, position, "]")]
            while position[0] < len(tokens) and tokens[position[0]] == "|":
                position[0] += 1
                alternatives.append(_sequence(tokens, position, "]"))
            _close(tokens, position, "]")
            nodes.append(Node("group", alternatives=tuple(alternatives)))
        elif token == "*":
            inner = _sequence(tokens, position, "*")
            _close(tokens, position, "*")
            nodes.append(Node("emphasis", alternatives=(inner,)))
        elif token.startswith("{:"):
            nodes.append(Node("term", token[2:-1]))
        elif token.startswith("{"):
            nodes.append(Node("field", token[1:-1]))
        else:
            nodes.append(Node("text", token))
    return tuple(nodes)


def _close(tokens: Sequence[str], position: list[int], closes: str) -> None:
    if position[0] >= len(tokens) or tokens[position[0]] != closes:
        raise ValueError(f"{closes!r} is missing after {''.join(tokens[: position[0]])!r}")
    position[0] += 1


def fields_in(pattern: str) -> set[str]:
    """The names of all fields of a pattern."""
    return set(re.findall(r"\{([\w-]+)\}", pattern))


def terms_in(pattern: str) -> set[str]:
    """The names of all terms of a pattern."""
    return set(re.findall(r"\{:([\w-]+)\}", pattern))


class Reference:
    """Fills patterns with the fields of one publication; knows which it has `used`."""

    def __init__(self, fields: Mapping[str, RichText], terms: Mapping[str, str]) -> None:
        self.fields, self.terms = fields, terms
        self.used: set[str] = set()

    def fill(self, pattern: str) -> RichText:
        """The pattern with the fields in it."""
        return _punctuated(self._parts(parse(pattern)))

    def _parts(self, nodes: Sequence[Node]) -> tuple[Fragment, ...]:
        parts: list[Fragment] = []
        for node in nodes:
            match node.kind:
                case "field":
                    self.used.add(node.value)
                    parts += self.fields.get(node.value, RichText()).parts
                case "term":
                    word = self.terms.get(node.value.removeprefix("lower-"), "")
                    parts.append(_words(word[:1].lower() + word[1:] if "lower-" in node.value else word))
                case "text":
                    parts.append(_words(node.value))
                case "emphasis":
                    parts += emphasised(RichText(self._parts(node.alternatives[0]))).parts
                case _:
                    parts += self._group(node)
        return tuple(parts)

    def _group(self, node: Node) -> tuple[Fragment, ...]:
        for alternative in node.alternatives:
            if self._is_complete(alternative):
                return self._parts(alternative)
        return ()

    def _is_complete(self, nodes: Sequence[Node]) -> bool:
        """Whether all fields are there, outside further groups; of groups alone, whether one is."""
        direct = [
            node for one in nodes for node in (one.alternatives[0] if one.kind == "emphasis" else (one,))
        ]
        names = [node.value for node in direct if node.kind == "field"]
        if names:
            return all(self.fields.get(name) for name in names)
        groups = [node for node in direct if node.kind == "group"]
        return not groups or any(self._is_complete(one) for group in groups for one in group.alternatives)


def _words(text: str) -> Fragment:
    return Fragment("", (Run(text),) if text else ())


def _punctuated(parts: Sequence[Fragment]) -> RichText:
    """The parts without punctuation that would follow the end of a sentence, and without doubled spaces."""
    result: list[Fragment] = []
    before = ""
    for part in parts:
        text = plain_text(part.inlines)
        if not text:
            continue
        if not part.path and len(part.inlines) == 1 and isinstance(part.inlines[0], Run):
            if text[0] == "." and (_COMMA_AT_END.search(before) and result):
                result[-1] = _stopped(result[-1])
                before = _COMMA_AT_END.sub(r".\1", before)
            text = _after(before, text)
            if not text:
                continue
            part = Fragment("", (Run(text),))  # noqa: PLW2901 - the same part, shorter
        result.append(part)
        before = (before + text)[-4:]
    if result and _COMMA_AT_END.search(before):
        result[-1] = _stopped(result[-1])
    return RichText(tuple(result))


def _stopped(part: Fragment) -> Fragment:
    """Words of a pattern with a full stop for the comma at their end."""
    if part.path or len(part.inlines) != 1 or not isinstance(part.inlines[0], Run):
        return part
    return Fragment("", (Run(_COMMA_AT_END.sub(r".\1", part.inlines[0].text)),))


def _after(before: str, text: str) -> str:
    """Words of a pattern after a text: without what punctuates it twice."""
    last = before[-1:]
    inside = before[:-1][-1:] if last and last in _QUOTES_END else ""
    if text[0] == "." and (last in _ENDS or inside in _ENDS):
        text = text[1:]
    elif text[0] == "," and (last in ("?", "!", "？", "！") or inside in _ENDS):
        text = text[1:]
    elif text[0] in ",." and last in (",", ";", ":") and last:
        text = text[1:]
    if before.endswith(" ") or not before:
        text = text.lstrip(" ")
    return text
