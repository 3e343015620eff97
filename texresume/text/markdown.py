r"""Text in fields: a Markdown subset, parsed into rich text.

`**strong**`, `*emphasis*`, `` `code` ``, `[text](url)`, `<url>`, `^sup^`, `~sub~` and ``$`x^2`$``.
A backslash before one of ``* ` [ ] < > ^ ~ $`` makes it plain. Everything else is plain text: underscores,
HTML, braces, backslashes, single markers, links with schemes that are not in `links.SCHEMES`. Bare addresses
(`https://…`, `www.…`, `ada@example.com`) become links.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Hashable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from texresume import cache as store
from texresume.cache import Memo
from texresume.data import links
from texresume.patterns import lazy

from . import blocks, formulas, inline
from .blocks import LINE
from .inline import Anchor, Break, Code, Inline, Math, Run, Span, SpanKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_MARKUP = re.compile(r"[*`\[<^~]|\\[\]>$]")
"""A text without any of these needs no parsing, which is true of most."""
_ESCAPABLE = "*`[]<>^~$"
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_BLANKS = re.compile(r"[ \t\f\v]+")
_LINE_ENDS = lazy(r" ?\n[ \n]*")
_LIST_ITEM = lazy(r"\n(?=(?:[-*+•–]|\d{1,2}[.)]) \S)")

_ADDRESS = lazy(
    r"(?<![\w@/.+-])(?:(?P<web>(?:https?://|www\.)[^\s<>\"“”„«»|\\^`{}]+)"
    r"|(?P<mail>[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}+)(?![\w@/]|:\S|\.\w))",
    re.IGNORECASE,
)
_AFTER_ADDRESS = ".,;:!?'’‘*_…"
"""What does not belong to an address at its end."""
_MAXIMUM_BRACKETS = 200
"""In a text with more brackets they are plain: matching them takes quadratic time."""

_REMEMBERED = 1000
"""Only texts of up to so many characters are remembered: 1,024 of them take a few MB."""
_memo: Memo[tuple[Inline, ...]] = Memo(1024)
"""Parsed paragraphs, by their text."""
_STORED = "texts/paragraphs"
_MOST_KEPT = 300
"""Paragraphs with markup that are kept for the next process."""
_kept: set[Hashable] = set()

MAXIMUM_DEPTH = 20
"""Levels of markup within markup."""

_SPANS: dict[str, SpanKind] = {"strong": "strong", "em": "emphasis", "sup": "superscript", "sub": "subscript"}


class MarkupError(ValueError):
    """A text whose markup cannot be typeset; the message says why."""


def normalised(text: str) -> str:
    """The text in Unicode's composed form (NFC), with line feeds as line ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def parse(text: str) -> tuple[Inline, ...]:
    """A text of one line as rich text. White space becomes single spaces; lines that start like an item of a
    list keep their line break.

    Raises `MarkupError` for a formula that TeX cannot typeset.
    """
    text = _BLANKS.sub(" ", normalised(text).replace(LINE, " ")).strip()
    if "\n" in text:
        text = _LIST_ITEM.sub(LINE, _LINE_ENDS.sub("\n", text)).replace("\n", " ")
    return _parse_spaced(text)


def parse_block(text: str) -> tuple[Inline, ...]:
    """The text of a block (see `blocks`) as rich text. Raises `MarkupError` as `parse` does."""
    return _parse_spaced(_BLANKS.sub(" ", text))


def _parse_spaced(text: str) -> tuple[Inline, ...]:
    if not text:
        return ()
    if not _MARKUP.search(text):
        return tuple(_runs(text))
    if len(text) > _REMEMBERED:
        return _parse(text)
    _recall()
    return _memo.get(text, lambda: _parse(text))


@cache
def _recall() -> None:
    """Take over what earlier processes have parsed, since importing markdown-it takes 15 ms."""
    kept = store.recall_value(_STORED, _made_by())
    for paragraph, inlines in kept.items() if isinstance(kept, dict) else ():
        _memo.put(paragraph, inlines)
        _kept.add(paragraph)


def keep_parsed() -> None:
    """Keep the paragraphs that were parsed last in the user's cache, unless they are there."""
    latest = _memo.latest(_MOST_KEPT)
    if not latest.keys() <= _kept:
        _kept.update(latest)
        store.remember_value(_STORED, _made_by(), latest)


@cache
def _made_by() -> str:
    ours = store.made_by(sys.modules[__name__], blocks, formulas, inline, links)
    return f"{ours} {store.library('markdown_it')} {store.library('pylatexenc')}"


def _parse(text: str) -> tuple[Inline, ...]:
    markdown = _parser()
    tokens: list[Token] = []
    markdown.inline.parse(text, markdown, {"brackets": text.count("[") <= _MAXIMUM_BRACKETS}, tokens)
    return tuple(_tree(iter(tokens), None, MAXIMUM_DEPTH))


def literal(text: str) -> tuple[Inline, ...]:
    """A text without markup, such as an address: white space becomes single spaces, all else is kept."""
    text = _SPACE.sub(" ", normalised(text)).strip()
    return (Run(text),) if text else ()


def _runs(text: str) -> Iterable[Inline]:
    """A plain text, with links at its addresses."""
    if "@" not in text and "://" not in text and "www." not in text.lower():
        yield from _lines(text)
        return
    end = 0
    for match in _ADDRESS.finditer(text):
        address = _without_punctuation(match[0])
        url = f"mailto:{address}" if match["mail"] else links.with_scheme(address)
        if not url or not links.is_linkable(url):
            continue
        yield from _lines(text[end : match.start()])
        yield Anchor(links.normalised(url), (Run(address),))
        end = match.start() + len(address)
    yield from _lines(text[end:])


def _without_punctuation(address: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        closes = last in ")]" and address.count(last) > address.count("(" if last == ")" else "[")
        if not closes and last not in _AFTER_ADDRESS:
            break
        address = address[:-1]
    return address


def _lines(text: str) -> Iterable[Inline]:
    for number, line in enumerate(text.split(LINE)):
        if number:
            yield Break()
        if line:
            yield Run(line)


def _tree(tokens: Iterable[Token], closing: str | None, depth: int, linked: bool = False) -> Iterable[Inline]:
    """The inlines up to a closing token; `linked` within a link, where addresses are just text."""
    if not depth:
        raise MarkupError("emphasis and links are nested too deeply")
    for token in tokens:
        kind = token.type
        if kind == closing:
            return
        if kind == "text":
            yield from _lines(token.content) if linked else _runs(token.content)
        elif kind == "code_inline":
            yield Code(token.content.replace(LINE, " "))
        elif kind == "formula":
            yield Math(token.content, formulas.linear(token.content))
        elif kind == "link_open":
            children = _tree(tokens, "link_close", depth - 1, linked=True)
            yield Anchor(str(token.attrs["href"]), tuple(children))
        elif kind.endswith("_open"):
            name = kind.removesuffix("_open")
            yield Span(_SPANS[name], tuple(_tree(tokens, f"{name}_close", depth - 1, linked)))
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
    """A single star between letters or digits is plain: `2*3*4`, `a*b`."""
    offset = state.pos
    if state.src[offset] != "*" or not 0 < offset < len(state.src) - 1:
        return False
    if not (_is_wordlike(state.src[offset - 1]) and _is_wordlike(state.src[offset + 1])):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


def _is_wordlike(char: str) -> bool:
    """Whether it is a digit, or a letter of a script with capitals: such scripts put spaces between words."""
    return char.isdigit() or char.upper() != char.lower()


def _formula(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("$`", state.pos):
        return False
    end = state.src.find("`$", state.pos + 2)
    if end < 0:
        return False
    if not silent:
        try:
            source = formulas.check(state.src[state.pos + 2 : end].replace(LINE, " "))
        except formulas.FormulaError as error:
            raise MarkupError(f"invalid formula {state.src[state.pos : end + 2]}: {error}") from None
        token = state.push("formula", "", 0)
        token.content = source
    state.pos = end + 2
    return True


# A superscript or subscript is short and has no space: "~5 min to ~10 min" and "x^2 + y^2" are plain text. No
# letter or digit follows a closing "^", so that "x^2+y^2" is plain too; "~" differs, since "H~2~O" must work.
_SCRIPT = lazy(r"\^(?P<sup>[\w+\-−=().,*′]{1,20})\^(?![\w^])|(?<!~)~(?P<sub>[\w+\-−=().,]{1,20})~(?!~)")


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


_AUTOLINK = lazy(r"<((?:https?|mailto|tel):[^\s<>]+|[^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+)>", re.IGNORECASE)


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
