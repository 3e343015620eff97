r"""Markup of other kinds in a text, which is printed as it stands: `_emphasis_`, `<b>`, `$x^2$`, `\href{}{}`.

Only what is very likely meant as markup is found: `a_b`, `vector<int>`, `$5` and `C:\Users` are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from texresume.records import dataclass

MARKUP = "looks-like-markup"
TEX = "tex-command"

HTML_TAGS = """
a abbr address article aside b big blockquote body br center cite code dd del details div dl dt em figure
font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark
meta nav ol p pre q s samp script section small source span strike strong style sub summary sup svg table
tbody td tfoot th thead title tr tt u ul var video wbr
""".split()
"""Names of elements of HTML; others in angle brackets are text, as in `vector<int>`."""

_LITERAL = "is printed as it is"


@dataclass(frozen=True, slots=True)
class Suspect:
    """What looks like markup: its code, its text, what becomes of it, how to write it."""

    code: str
    text: str
    message: str
    hint: str


_MAYBE = re.compile(r"[_~<\\$`]|\]\(|&[#\w]+;")
_VERBATIM = re.compile(r"(?<!`)(?:`[^`]+`|``(?!`).+?(?<!`)``)(?!`)|(?:https?://|www\.)[^\s{}]+", re.DOTALL)
_TEX_QUOTES = r"``(?![\s`])[^`'\n]*''"
_COMMANDS = (
    "href|url|textbf|textit|textsc|texttt|textrm|textsf|emph|underline|textsuperscript|textsubscript|cite|ref|"
    "begin|end|item|mathbf|mathrm|vspace|hspace|includegraphics|footnote|color|textcolor"
)
_TAGS = "|".join(HTML_TAGS)
_LINK = r"(?<!!)\[[^\[\]\n]+\]"
_ENTITIES = (
    r"&(?:amp|nbsp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|hellip|#\d{2,5}|#x[0-9a-fA-F]{2,5}"
    r"|[a-zA-Z]{1,2}(?:acute|grave|uml|circ|tilde|cedil));"
)
_SAY_TEX = "write **bold**, *italic*, `code`; lists as lines that begin with '- '"
_SAY_LINK = "write [text](https://example.com)"
_SAY_HTML = (
    f"{_SAY_LINK[:5]} **bold**, *italic*, `code`, {_SAY_LINK[6:]}; end a line with two spaces for a break"
)
# The first match of each is reported. A pattern is compiled where its sign stands in a text.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    (TEX, "\\", r"\\href\{[^{}]*\}\{[^{}]*\}|\\url\{[^{}]*\}", _SAY_LINK),
    (TEX, "\\", rf"(?<![\w\\])\\(?:{_COMMANDS})\b(?:\{{[^{{}}]*\}}|(?=\s))", _SAY_TEX),
    (TEX, "\\", r"\\[&%#_$](?!\$)", "write the character without the backslash"),
    (MARKUP, "_", r"(?<![\w_/\\])_(?![\s_])[^_\n]*[^\s_]_(?![\w_/])", "write *text* for emphasis"),
    (MARKUP, "~~", r"~~(?![\s~])[^~\n]*[^\s~]~~", "struck text is not supported"),
    (MARKUP, "![", r"!\[[^\[\]\n]*\]\([^()\n]*\)", "images in texts are not supported"),
    (MARKUP, "](", rf"{_LINK}\((?:\s[^()\n]*|[^()\n]*\s)\)", f"{_SAY_LINK}, without spaces in the brackets"),
    (
        MARKUP,
        "](",
        rf"(?i:{_LINK}\((?!https?:|mailto:|tel:)(?:[a-z][\w+.-]*:|\.{{0,2}}/|www\.)[^\s()]*(?:\([^\s()]*\))?\))",
        "a link begins with https:, http:, mailto: or tel:",
    ),
    (MARKUP, "<", rf"(?i:</?(?:{_TAGS})(?:\s[^<>]*)?/?>)", _SAY_HTML),
    (MARKUP, "&", _ENTITIES, "write the character itself"),
    (
        MARKUP,
        "$",
        r"(?<![\w$\\`])\$(?![\s`$])(?=[^$`\n]*(?:[\\^_{}]|[A-Za-z]\())[^$`\n]*(?<![\s\\])\$(?![\w`$])",
        "write $`formula`$ for a formula",
    ),
    (MARKUP, "``", _TEX_QUOTES, 'write "text"; quotation marks become those of the language'),
)


def find(text: str) -> Iterator[Suspect]:
    """The first of each kind of markup that a text seems to have; nothing in code, formulas and addresses."""
    if not _MAYBE.search(text):
        return
    plain = _VERBATIM.sub(lambda match: " " * len(match[0]), text)
    seen: list[tuple[int, int]] = []
    for code, sign, pattern, hint in _RULES:
        if sign not in text:
            continue
        for match in re.finditer(pattern, text if pattern is _TEX_QUOTES else plain):
            if any(start < match.end() and match.start() < end for start, end in seen):
                continue
            seen.append(match.span())
            message = (
                "is a command of TeX and printed as it is"
                if code == TEX
                else f"looks like markup and {_LITERAL}"
            )
            yield Suspect(code, text[match.start() : match.end()], message, hint)
            break
