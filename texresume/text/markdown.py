r"""Text in fields: a Markdown subset, read into the inline tree.

`**strong**`, `*emphasis*`, `` `code` ``, `[text](url)`, `<url>`, `^sup^`, `~sub~` and ``$`x^2`$``.
A backslash before one of ``* ` [ ] < > ^ ~ $`` makes it plain. Everything else is text and is kept to the
letter: underscores, HTML, braces, backslashes, lone markers, links with another scheme than `links.SCHEMES`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from texresume.data import links

from . import formulas
from .inline import Anchor, Break, Code, Inline, Math, Run, Span, SpanKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_MARKUP = re.compile(r"[*`\[<^~]|\\[\]>$]")
"""Without one of these there is nothing to parse: most texts take the short way."""
_ESCAPABLE = "*`[]<>^~$"
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_BLANKS = re.compile(r"[ \t\f\v]+")
_LINE_ENDS = re.compile(r" ?\n[ \n]*")
_LIST_ITEM = re.compile(r"\n(?=(?:[-*+•–]|\d{1,2}[.)]) \S)")
_LINE = "\u2028"
_MAXIMUM_BRACKETS = 200
"""Above this a text is no prose: its brackets are plain (their pairing costs quadratic time)."""

_USUAL = 1000
"""Characters of a text whose tree is remembered: in 1,024 such trees, a few MB."""

MAXIMUM_DEPTH = 20
"""Levels of markup within markup."""

_SPANS: dict[str, SpanKind] = {"strong": "strong", "em": "emphasis", "sup": "superscript", "sub": "subscript"}


class MarkupError(ValueError):
    """A text that cannot be typeset as written; the message names what."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: a blank line parts them."""
    return [part for part in _PARAGRAPHS.split(normalised(text).strip()) if part]


def normalised(text: str) -> str:
    """Unicode's composed form (NFC), line ends as a line feed."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def parse(text: str) -> tuple[Inline, ...]:
    """The inline tree of one paragraph. White space folds to one space; lines that begin like an item of a
    list keep their line.

    Raises `MarkupError` for a formula that TeX could not set.
    """
    text = _BLANKS.sub(" ", normalised(text).replace(_LINE, " ")).strip()
    text = _LIST_ITEM.sub(_LINE, _LINE_ENDS.sub("\n", text)).replace("\n", " ")
    if not text:
        return ()
    if not _MARKUP.search(text):
        return tuple(_lines(text))
    return _usual(text) if len(text) <= _USUAL else _parsed(text)


def _parsed(text: str) -> tuple[Inline, ...]:
    markdown = _parser()
    tokens: list[Token] = []
    markdown.inline.parse(text, markdown, {"brackets": text.count("[") <= _MAXIMUM_BRACKETS}, tokens)
    return tuple(_tree(iter(tokens), None, MAXIMUM_DEPTH))


_usual = lru_cache(1024)(_parsed)


def literal(text: str) -> tuple[Inline, ...]:
    """A text without markup, such as an address: white space folds, all else is kept."""
    text = _SPACE.sub(" ", normalised(text)).strip()
    return (Run(text),) if text else ()


def _lines(text: str) -> Iterable[Inline]:
    for number, line in enumerate(text.split(_LINE)):
        if number:
            yield Break()
        if line:
            yield Run(line)


def _tree(tokens: Iterable[Token], closing: str | None, depth: int) -> Iterable[Inline]:
    if not depth:
        raise MarkupError("emphasis and links nested too deep")
    for token in tokens:
        kind = token.type
        if kind == closing:
            return
        if kind == "text":
            yield from _lines(token.content)
        elif kind == "code_inline":
            yield Code(token.content.replace(_LINE, " "))
        elif kind == "formula":
            yield Math(token.content, formulas.linear(token.content))
        elif kind == "link_open":
            yield Anchor(str(token.attrs["href"]), tuple(_tree(tokens, "link_close", depth - 1)))
        elif kind.endswith("_open"):
            name = kind.removesuffix("_open")
            yield Span(_SPANS[name], tuple(_tree(tokens, f"{name}_close", depth - 1)))
        else:
            raise AssertionError(f"unexpected token {kind}")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("zero").enable(["backticks", "emphasis"])
    rules = markdown.inline.ruler
    rules.before("backticks", "formula", _formula)
    rules.before("formula", "plain_escape", _plain_escape)
    rules.before("emphasis", "plain_underscore", _plain_underscore)
    rules.before("emphasis", "plain_star", _plain_star)
    rules.push("super_and_subscript", _script)
    rules.push("plain_link", _link)
    rules.push("plain_autolink", _autolink)
    return markdown


def _plain_escape(state: StateInline, silent: bool) -> bool:
    follows = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "\\" or not follows or follows not in _ESCAPABLE:
        return False
    if not silent:
        state.pending += follows
    state.pos += 2
    return True


def _plain_underscore(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "_":
        return False
    if not silent:
        state.pending += "_"
    state.pos += 1
    return True


def _plain_star(state: StateInline, silent: bool) -> bool:
    """A lone star between letters or digits is one: `2*3*4`, `a*b`."""
    place = state.pos
    if state.src[place] != "*" or not 0 < place < len(state.src) - 1:
        return False
    if not (_wordlike(state.src[place - 1]) and _wordlike(state.src[place + 1])):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


def _wordlike(char: str) -> bool:
    """A digit, or a letter of a script that parts words by spaces: those with capitals do."""
    return char.isdigit() or char.upper() != char.lower()


def _formula(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("$`", state.pos):
        return False
    end = state.src.find("`$", state.pos + 2)
    if end < 0:
        return False
    if not silent:
        try:
            source = formulas.check(state.src[state.pos + 2 : end].replace(_LINE, " "))
        except formulas.FormulaError as error:
            raise MarkupError(f"{error}, in the formula {state.src[state.pos : end + 2]}") from None
        token = state.push("formula", "", 0)
        token.content = source
    state.pos = end + 2
    return True


# A script is short and holds no space: "~5 min to ~10 min" and "x^2 + y^2" are text. What follows a closing
# "^" is no letter or digit, so that "x^2+y^2" is text too; "H~2~O" must work, hence not so for "~".
_SCRIPT = re.compile(r"\^(?P<sup>[\w+\-−=().,*′]{1,20})\^(?![\w^])|(?<!~)~(?P<sub>[\w+\-−=().,]{1,20})~(?!~)")


def _script(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "^~":
        return False
    match = _SCRIPT.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        name = "sup" if match["sup"] is not None else "sub"
        state.push(f"{name}_open", name, 1)
        state.push("text", "", 0).content = match[name]
        state.push(f"{name}_close", name, -1)
    state.pos = match.end()
    return True


def _link(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or not state.env["brackets"]:
        return False
    start = state.pos
    close = state.md.helpers.parseLinkLabel(state, start, True)
    if close < 0 or not state.src.startswith("(", close + 1):
        return False
    target = state.md.helpers.parseLinkDestination(state.src, close + 2, state.posMax)
    end = target.pos
    if not target.ok or not state.src.startswith(")", end) or not links.is_linkable(target.str):
        return False
    if not silent:
        maximum = state.posMax
        state.pos, state.posMax = start + 1, close
        state.push("link_open", "a", 1).attrs = {"href": links.normalised(target.str)}
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
        state.posMax = maximum
    state.pos = end + 1
    return True


_AUTOLINK = re.compile(r"<((?:https?|mailto|tel):[^\s<>]+|[^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+)>", re.IGNORECASE)


def _autolink(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    match = _AUTOLINK.match(state.src, state.pos)
    if match is None:
        return False
    address = match[1]
    target = address if links.is_linkable(address) else f"mailto:{address}"
    if not links.is_linkable(target):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": links.normalised(target)}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = match.end()
    return True
