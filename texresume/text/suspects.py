r"""Markup of other kinds in a text, which is printed as it stands: `_emphasis_`, `<b>`, `$x^2$`, `\href{}{}`.

Only what is very likely meant as markup is found: `a_b`, `vector<int>`, `$5` and `C:\Users` are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKUP = "looks-like-markup"
TEX = "tex-command"

HTML_TAGS = (
    "a abbr address article aside b big blockquote body br center cite code dd del details div dl dt em figure "
    "font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark "
    "meta nav ol p pre q s samp script section small source span strike strong style sub summary sup svg table tbody td "
    "tfoot th thead title tr tt u ul var video wbr"
).split()
"""Names of elements of HTML; others in angle brackets are text, as in `vector<int>`."""

_LITERAL = "is printed as it is"


@dataclass(frozen=True, slots=True)
class Suspect:
    """What looks like markup: its code, its text, what becomes of it, how to write it."""

    code: str
    text: str
    message: str
    hint: str


_MAYBE = re.compile(r"[_~<\\$&!`]|\]\(")
_VERBATIM = re.compile(r"(?<!`)(?:`[^`]+`|``(?!`).+?(?<!`)``)(?!`)|(?:https?://|www\.)\S+", re.DOTALL)
_COMMANDS = (
    "href|url|textbf|textit|textsc|texttt|textrm|textsf|emph|underline|textsuperscript|textsubscript|cite|ref|"
    "begin|end|item|mathbf|mathrm|vspace|hspace|includegraphics|footnote|color|textcolor"
)
_TAGS = "|".join(HTML_TAGS)
# The first match of each is reported.
_RULES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (TEX, re.compile(r"\\href\{[^{}]*\}\{[^{}]*\}|\\url\{[^{}]*\}"), "write [text](https://example.com)"),
    (TEX, re.compile(rf"(?<![\w\\])\\(?:{_COMMANDS})\b(?:\{{[^{{}}]*\}}|(?=\s))"), "write **bold**, *italic*, `code`; lists as lines that begin with '- '"),
    (TEX, re.compile(r"\\[&%#_$](?!\$)"), "write the character without the backslash"),
    (MARKUP, re.compile(r"(?<![\w_/\\])_(?![\s_])[^_\n]*[^\s_]_(?![\w_/])"), "write *text* for emphasis"),
    (MARKUP, re.compile(r"~~(?![\s~])[^~\n]*[^\s~]~~"), "there is no form for struck text; delete it"),
    (MARKUP, re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)"), "images in texts are not supported"),
    (MARKUP, re.compile(r"(?<!!)\[[^\[\]\n]+\]\((?:\s[^()\n]*|[^()\n]*\s)\)"), "write [text](https://example.com), without spaces in the brackets"),
    (MARKUP, re.compile(r"(?<!!)\[[^\[\]\n]+\]\((?!https?:|mailto:|tel:)(?:[a-z][\w+.-]*:|\.{0,2}/|www\.)[^\s()]*(?:\([^\s()]*\))?\)", re.I), "a link begins with https:, http:, mailto: or tel:"),
    (MARKUP, re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.I), "write **bold**, *italic*, `code`, [text](https://example.com); end a line with two spaces for a break"),
    (MARKUP, re.compile(r"&(?:amp|nbsp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|hellip|[a-zA-Z]{1,2}(?:acute|grave|uml|circ|tilde|cedil)|#\d{2,5}|#x[0-9a-fA-F]{2,5});"), "write the character itself"),
    (MARKUP, re.compile(r"(?<![\w$\\`])\$(?![\s`$])(?=[^$`\n]*(?:[\\^_{}]|[A-Za-z]\())[^$`\n]*(?<![\s\\])\$(?![\w`$])"), "write $`formula`$ for a formula"),
    (MARKUP, re.compile(r"``(?![\s`])[^`'\n]*''"), "write \"text\"; quotation marks become those of the language"),
)  # fmt: skip


def find(text: str) -> Iterator[Suspect]:
    """The first of each kind of markup that a text seems to have; nothing in code, formulas and addresses."""
    if not _MAYBE.search(text):
        return
    plain = _VERBATIM.sub(lambda match: " " * len(match[0]), text)
    seen: list[tuple[int, int]] = []
    for code, pattern, hint in _RULES:
        for match in pattern.finditer(plain if "``" not in pattern.pattern else text):
            if any(start < match.end() and match.start() < end for start, end in seen):
                continue
            seen.append(match.span())
            message = "is a command of TeX and printed as it is" if code == TEX else f"looks like markup and {_LITERAL}"
            yield Suspect(code, text[match.start() : match.end()], message, hint)
            break
