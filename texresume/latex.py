r"""Escaping for LaTeX, and `Latex`, the type of what is escaped.

pylatexenc's encoder walks the text with rules of ours: the ten specials, characters that T1 fonts would
change (`'` to ’, `` ` `` to ‘), and the ligatures that change data (`--`, `<<`, `,,` …). Characters that the
engine can typeset and give back (see `characters`) pass as UTF-8; others never come here, they are refused
with their position before anything is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from . import links
from .inline import Anchor, Break, Code, Inline, Math, Rich, Run, Span, SpanKind, Url, plain_text

SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # T1 has no straight quote and no grave accent standing alone: TS1 has.
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\u00a0": "~",
}
"""Characters that TeX or the T1 encoding would take for something else."""

BREAK_AFTER = 40
"""A word longer than this many characters gets places to break at, or it would leave the page."""
BREAK_EVERY = 8
"""… and one every so many."""

# Every pair that T1 fonts join into another character, and "++", which a template may set closer.
_LIGATURES = re.compile(r"\+\+|[-–](?=-)|[-,](?=[-,])|[!?‘](?=‘)|’(?=’)")
_JOINT = re.compile(r"[-–](?=-)|,(?=,)|[!?‘](?=‘)|’(?=’)")
_NEEDS_ESCAPING = re.compile(r"[^0-9A-Za-z .;:!?()\[\]/=@*\u00a1-\uffff-]|[-,][-,]|–-|[!?‘]‘|’’|[!?]`")
_LONG_WORD = re.compile(rf"[^\s\u00a0]{{{BREAK_AFTER + 1},}}")
# As pasted from the web: a line of no-break spaces alone would leave the page.
_LONG_TIED = re.compile(rf"[^ \t\n]{{{2 * BREAK_AFTER},}}")
# pylatexenc copies all that it has done with every replacement, which takes quadratic time: it gets a long
# text in pieces, none of which ends within a ligature.
_PIECE = re.compile(r".{1,500}[-–,+!?‘’]*", re.DOTALL)
_ESCAPED_UNIT = re.compile(r"\\[A-Za-z]+\{\}|\\.|.(?:\{\})?(?:[\u0300-\u036f]*)", re.DOTALL)

_SPAN_MACROS: dict[SpanKind, str] = {
    "strong": r"\textbf",
    "emphasis": r"\emph",
    "superscript": r"\textsuperscript",
    "subscript": r"\textsubscript",
}


class Latex(Markup):
    """LaTeX source: concatenation, `%`, `join` and the like escape whatever is not."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Latex:
        """Escape a value unless it is markup already."""
        return cls(s.__html__()) if hasattr(s, "__html__") else cls(escaped(str(s)))


def escaped(text: str) -> str:
    """A text as LaTeX source that typesets exactly it."""
    if not _NEEDS_ESCAPING.search(text) and len(text) <= BREAK_AFTER:
        return text
    if len(text) <= BREAK_AFTER:
        return _encoded(text)
    text = _LONG_TIED.sub(lambda match: match[0].replace("\u00a0", " "), text)
    parts = []
    end = 0
    for match in _LONG_WORD.finditer(text):
        parts += [_encoded(text[end : match.start()]), _breakable(match[0])]
        end = match.end()
    return "".join([*parts, _encoded(text[end:])])


def _encoded(text: str) -> str:
    return "".join(map(_encoder().unicode_to_latex, _PIECE.findall(text)))


def _breakable(word: str) -> str:
    units = _ESCAPED_UNIT.findall(_encoded(word))
    return r"\trbreak{}".join(
        "".join(units[start : start + BREAK_EVERY]) for start in range(0, len(units), BREAK_EVERY)
    )


@cache
def _encoder() -> Any:
    from pylatexenc import latexencode  # noqa: PLC0415 - 22 ms

    def ligature(match: re.Match[str]) -> str:
        return r"\trplusplus{}" if match[0] == "++" else match[0] + "{}"

    return latexencode.UnicodeToLatexEncoder(
        conversion_rules=[
            latexencode.UnicodeToLatexConversionRule(
                latexencode.RULE_REGEX, [(_LIGATURES, ligature)], replacement_latex_protection="none"
            ),
            latexencode.UnicodeToLatexConversionRule(
                latexencode.RULE_DICT,
                {ord(char): latex for char, latex in SPECIALS.items()},
                replacement_latex_protection="none",
            ),
        ],
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )


def url_latex(url: Url) -> Latex:
    r"""The target of a link, for the first argument of `\href`. It is ASCII, see `links.normalised`."""
    return Latex(re.sub(r"([%#&_$])", r"\\\1", links.normalised(url.target)))


def rich_latex(leaf: Rich) -> Latex:
    """A leaf of the document as LaTeX."""
    return Latex(_joined(inlines_latex(part.inlines) for part in leaf.parts))


def inlines_latex(inlines: Sequence[Inline]) -> str:
    """An inline tree as LaTeX source."""
    return _joined(_pieces(inlines))


def _pieces(inlines: Sequence[Inline]) -> Iterator[str]:
    """Each inline as LaTeX; between those that make one long word, places to break at."""
    unbroken = 0
    for inline in inlines:
        text = plain_text([inline])
        first, last = (re.split(r"[ \t\n]", text)[end] for end in (0, -1))
        if unbroken and first and unbroken + len(first) > BREAK_AFTER:
            yield r"\trbreak{}"
            unbroken = 0
        yield _inline_latex(inline)
        unbroken = len(last) + (unbroken if last == text else 0)


def _joined(pieces: Iterable[str]) -> str:
    """Pieces one after the other, none of which makes a ligature with its neighbour."""
    joined = ""
    for piece in pieces:
        joined += f"{{}}{piece}" if _JOINT.match(joined[-1:] + piece[:1]) else piece
    return joined


def _inline_latex(inline: Inline) -> str:
    match inline:
        case Run(text):
            return escaped(text)
        case Code(text):
            return rf"\texttt{{{escaped(text)}}}"
        case Math(source, text):
            return rf"\texorpdfstring{{\({source}\)}}{{{escaped(text)}}}"
        case Break():
            return r"\trnewline{}"
        case Span(kind, children):
            return f"{_SPAN_MACROS[kind]}{{{inlines_latex(children)}}}"
        case Anchor(url, children):
            return rf"\trlink{{{url_latex(Url(url))}}}{{{inlines_latex(children)}}}"


def metadata_latex(text: str) -> Latex:
    """A text without markup, for the fields that PDF keeps about itself."""
    return Latex(escaped(text).replace(r"\trbreak{}", "").replace(r"\trplusplus{}", "++"))


def contains_formula(inlines: Sequence[Inline]) -> bool:
    """Whether a formula stands in the tree: its text layer is not compared letter by letter."""
    return any(
        isinstance(inline, Math) or (isinstance(inline, Span | Anchor) and contains_formula(inline.children))
        for inline in inlines
    )
