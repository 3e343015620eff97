r"""LaTeX in the fields of a .bib file as the markup of our texts: `{\"O}demark \emph{et al.}` becomes
`Ödemark *et al.*`.

Accents, ligatures and symbols become characters (pylatexenc knows the symbols), emphasis, superscripts,
subscripts, links and formulas become markup, and everything else is text, in which `*`, `_` and `<` are no
markup. A command that nothing knows is printed as it is written, with a warning.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from texresume import resources
from texresume.patterns import lazy

from .bibtex import Value

Warn = Callable[[str, int], None]
"""Takes what is wrong, and the index in the text of the value."""

_SPECIAL = re.compile(r"[\\{}$~*`\[\]<>^&]|--|''")
_PLAIN_RUN = re.compile(r"[^\\{}$~*`\[\]<>^&'\-]+")
_SPACE = re.compile(r"[ \t\r\n]+")
_ESCAPED = "*`[]<>^~$"
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "t": "\u0361", "h": "\u0309", "G": "\u030f", "U": "\u030e",
}  # fmt: skip
_CHARACTERS = {
    "&": "&", "%": "%", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", ",": "\u00a0", ";": " ", ":": " ",
    "\\": " ", "/": "", "-": "", "@": "", "!": "", "\n": " ", "\t": " ",
}  # fmt: skip
_MARKS = {"emph": "*", "textit": "*", "textsl": "*", "mkbibemph": "*", "mkbibitalic": "*", "textbf": "**",
          "mkbibbold": "**", "strong": "**"}  # fmt: skip
_SCRIPTS = {"textsuperscript": "^", "textsubscript": "~", "mkbibsuperscript": "^", "mkbibsubscript": "~"}
_QUOTES = {"enquote": "“”", "mkbibquote": "“”", "enquote*": "‘’"}
_PLAIN = frozenset(
    """textrm textsf textsc textup textmd textnormal text mbox hbox textlf textin mathrm ensuremath lowercase
    uppercase MakeUppercase MakeLowercase NoCaseChange foreignlanguage texorpdfstring bibstring mkbibparens
    underline textulc""".split()
)
_FIRST_DROPPED = frozenset(["foreignlanguage"])
_SECOND_DROPPED = frozenset(["texorpdfstring"])
_SWITCHES = {"em": "*", "it": "*", "itshape": "*", "sl": "*", "slshape": "*", "bf": "**", "bfseries": "**",
             **dict.fromkeys("""rm sf sc tt rmfamily sffamily ttfamily scshape upshape mdseries normalfont
                relax protect noopsort bgroup egroup nobreak unskip ignorespaces
                allowbreak""".split(), "")}  # fmt: skip
_SCRIPT_TEXT = lazy(r"[\w+\-−=().,]{1,20}")
_SCRIPT_ONLY = lazy(r"\s*([\^_])\s*(?:\{([\w+\-−=().,]{1,20})\}|(\w))\s*")
_TAG = lazy(r"</?(i|em|italic|b|strong|bold|sup|sub|scp|span|tt|jats:\w+)(?:\s[^<>]*)?>", re.IGNORECASE)
_ENTITY = lazy(r"&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAGS = {"i": "*", "em": "*", "italic": "*", "b": "**", "strong": "**", "bold": "**", "sup": "^", "sub": "~",
         "jats:italic": "*", "jats:bold": "**", "jats:sup": "^", "jats:sub": "~"}  # fmt: skip
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_MAXIMUM_DEPTH = 50
_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})


@cache
def _table(kind: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in resources.table("data/schema/bibtex.yaml")[kind].items()}


@cache
def _symbols() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db

    return get_default_latex_context_db()


def decode(value: Value, warn: Warn) -> str:
    """The text of a value, on one line, in the markup of our texts."""
    text = value.text
    if not _SPECIAL.search(text):
        return unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())
    decoder = _Decoder(text, warn)
    decoded = decoder.run(closes="")
    return unicodedata.normalize("NFC", _SPACE.sub(" ", decoded).strip(" "))


def verbatim(value: Value) -> str:
    """An address or identifier: only TeX's escapes are undone."""
    text = re.sub(r"\\url\s*\{([^{}]*)\}", r"\1", value.text)
    text = re.sub(r"\\([&%#_{}$~])", r"\1", text).replace("{", "").replace("}", "").replace("$\\sim$", "~")
    return re.sub(r"\s+", "", text.replace("\\textasciitilde", "~").replace("\\_", "_").replace("\\", ""))


def fold(text: str) -> str:
    """A title or name for comparison: words in lower case, without accents, commands and markup."""
    plain = re.sub(r"\\[A-Za-z]+|[`$]", " ", text)
    plain = unicodedata.normalize("NFKD", plain.casefold().translate(_FOLDED))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", re.sub(r"[{}\\\"'*^~]", "", plain)))


class _Decoder:
    def __init__(self, text: str, warn: Warn) -> None:
        self.text, self.warn = text, warn
        self.at = 0
        self.depth = 0

    def run(self, closes: str) -> str:
        """The text up to what closes it, which is passed over."""
        parts: list[str] = []
        text = self.text
        while self.at < len(text):
            if plain := _PLAIN_RUN.match(text, self.at):
                parts.append(plain[0])
                self.at = plain.end()
                continue
            char = text[self.at]
            if closes and char == closes:
                self.at += 1
                return "".join(parts)
            if char == "\\":
                if (switch := self.switch()) is not None:
                    rest = self.run(closes)
                    parts.append(_marked(rest, switch, self.follows()))
                    return "".join(parts)
                parts.append(self.command())
            elif char == "{":
                parts.append(self.group())
            elif char == "}":  # one too many, which BibTeX would not let pass
                self.warn("'}' closes nothing", self.at)
                self.at += 1
            else:
                parts.append(self.character(char))
        return "".join(parts)

    def follows(self) -> str:
        return self.text[self.at : self.at + 1]

    def group(self) -> str:
        """What is in braces, which protect its case: here all case is kept."""
        self.depth += 1
        self.at += 1
        if self.depth > _MAXIMUM_DEPTH:
            self.warn("nested too deeply", self.at)
            rest, self.at = self.text[self.at :], len(self.text)
            return _plain(rest)
        inner = self.run("}")
        self.depth -= 1
        return inner

    def character(self, char: str) -> str:
        text, at = self.text, self.at
        if char == "$":
            return self.formula("$$" if text.startswith("$$", at) else "$")
        for written, meant in (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("`", "‘")):
            if char == written[0] and text.startswith(written, at):
                self.at += len(written)
                return meant
        if char == "<" and (tag := _TAG.match(text, at)):
            return self.tag(tag)
        if char == "&" and (entity := _ENTITY.match(text, at)):
            self.at = entity.end()
            return _plain(html.unescape(entity[0]))
        self.at += 1
        return "\u00a0" if char == "~" else _plain(char)

    def tag(self, tag: re.Match[str]) -> str:
        """HTML, which Crossref and those who ask it put into titles."""
        name = tag[1].lower()
        self.at = tag.end()
        mark = _TAGS.get(name, "")
        end = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(self.text, self.at)
        if tag[0].startswith("</") or not mark or end is None:
            return ""
        inner = _Decoder(self.text[self.at : end.start()], self.warn).run("")
        self.at = end.end()
        return _marked(inner, mark, self.follows())

    # -- formulas ---------------------------------------------------------------------------------------

    def formula(self, closes: str) -> str:
        start = self.at + len(closes if closes != "\\)" else "\\(")
        end = self.text.find(closes, start)
        while end > 0 and self.text[end - 1] == "\\" and closes[0] == "$":
            end = self.text.find(closes, end + 1)
        if end < 0:
            self.warn(f"'{self.text[self.at : start]}' begins a formula that never ends", self.at)
            self.at = start
            return _plain(self.text[self.at - len(closes) : self.at])
        source = self.text[start:end].strip()
        self.at = end + len(closes)
        script = _SCRIPT_ONLY.fullmatch(source)
        if script:
            mark = "^" if script[1] == "^" else "~"
            marked = _marked(script[2] or script[3], mark, self.follows())
            if marked != (script[2] or script[3]):
                return marked
        return f"$`{source}`$" if source else ""

    # -- commands ---------------------------------------------------------------------------------------

    def name(self) -> tuple[str, int]:
        """The name of the command at this place, and where it ends."""
        match = re.compile(r"[A-Za-z]+\*?").match(self.text, self.at + 1)
        if match is None:
            return self.text[self.at + 1 : self.at + 2], self.at + 2
        return match[0], match.end()

    def switch(self) -> str | None:
        """The mark of a command that holds for the rest of its group; `None` for any other command."""
        name, end = self.name()
        if name not in _SWITCHES:
            return None
        self.at = end
        self.spaces()
        return _SWITCHES[name]

    def spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def command(self) -> str:
        start = self.at
        name, self.at = self.name()
        if not name:
            return "\\"
        if name == "(":
            self.at = start
            return self.formula("\\)")
        if name in _ACCENTS and not (name.isalpha() and self.follows().isalpha()):
            return self.accent(name)
        if name in _CHARACTERS:
            return _plain(_CHARACTERS[name])
        if name in ("$", *_ESCAPED):
            return _plain(name)
        if name[0].isalpha():
            self.spaces_after()
        return self.with_argument(name, start)

    def spaces_after(self) -> None:
        r"""Spaces after a command's name are no part of the text; those after `\LaTeX{}` are."""
        self.spaces()
        if self.text.startswith("{}", self.at):
            self.at += 2

    def accent(self, name: str) -> str:
        self.spaces()
        base = self.argument()
        plain = base.replace("ı", "i").replace("ȷ", "j")
        if not plain:
            return {"~": r"\~", "^": r"\^", "`": r"\`", "'": "’", '"': '"'}.get(name, "")
        return unicodedata.normalize("NFC", plain[0] + _ACCENTS[name] + plain[1:])

    def argument(self) -> str:
        """The argument of a command: a group, a command or a character."""
        self.spaces()
        follows = self.follows()
        if follows == "{":
            return self.group()
        if follows == "\\":
            return self.command()
        if not follows or follows in "}$":
            return ""
        self.at += 1
        return _plain(follows)

    def raw(self) -> str:
        """An argument as it is written, such as an address."""
        self.spaces()
        if self.follows() != "{":
            return ""
        depth, start = 0, self.at + 1
        for index in range(self.at, len(self.text)):
            depth += {"{": 1, "}": -1}.get(self.text[index], 0)
            if not depth:
                self.at = index + 1
                return re.sub(r"\\([&%#_{}$~])", r"\1", self.text[start:index]).strip()
        self.at = len(self.text)
        return self.text[start:]

    def with_argument(self, name: str, start: int) -> str:
        if name in _MARKS:
            return _marked(self.argument(), _MARKS[name], self.follows())
        if name in _SCRIPTS:
            return _marked(self.argument(), _SCRIPTS[name], self.follows())
        if name in ("url", "nolinkurl", "path"):
            return _address(self.raw())
        if name in ("texttt", "lstinline", "verb", "mintinline"):
            inner = self.raw()
            return f"`{inner}`" if inner and "`" not in inner else _plain(inner)
        if name == "href":
            target, text = self.raw(), self.argument()
            return f"[{text}]({target})" if text else _address(target)
        if name in _QUOTES:
            return f"{_QUOTES[name][0]}{self.argument()}{_QUOTES[name][1]}"
        if name in _PLAIN:
            if name in _FIRST_DROPPED:
                self.argument()
            text = self.argument()
            if name in _SECOND_DROPPED:
                self.argument()
            return f"({text})" if name == "mkbibparens" else text
        if (symbol := self.symbol(name)) is not None:
            return _plain(symbol)
        self.warn(f"the command '\\{name}' is not known and printed as it is written", start)
        if self.follows() == "{":
            return f"\\{name}{{{self.group()}}}"
        return _plain(f"\\{name}" + (" " if self.text[self.at - 1 : self.at].isspace() else ""))

    def symbol(self, name: str) -> str | None:
        r"""The character that a command stands for, such as ß for `\ss`."""
        for table in ("symbols", "journals"):
            if name in _table(table):
                return _table(table)[name]
        spec = _symbols().get_macro_spec(name)
        found = getattr(spec, "simplify_repl", None)
        return found if isinstance(found, str) and found and "%" not in found else None


def _plain(text: str) -> str:
    """A text in which nothing is markup."""
    return re.sub(r"[*`\[\]<>^~$]", r"\\\g<0>", text)


def _marked(text: str, mark: str, follows: str) -> str:
    """A text with markup around it, where that can be: markup begins and ends at words."""
    inner = text.strip()
    if not mark or not inner:
        return text
    if mark in "^~" and not _SCRIPT_TEXT.fullmatch(inner):
        return text
    if mark == "^" and follows.isalnum():
        raised = inner.translate(_RAISED)
        return raised if not re.search(r"[^⁰¹²³⁴-⁹⁺⁻]", raised) else text
    if mark == "*" and follows.isalnum() and inner[-1].isalnum():
        return text  # within a word
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{inner}{mark}{after}"


def _address(target: str) -> str:
    return f"<{target}>" if re.match(r"https?://|mailto:", target) else _plain(target)
