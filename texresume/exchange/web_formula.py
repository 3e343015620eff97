"""Formulas as MathML, which browsers set and screen readers read: the closed list of `text.formulas`."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup

from texresume.patterns import lazy
from texresume.text import formulas

from .markup import legible

_TOKEN = lazy(r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_SPACES = {",": ".17em", ":": ".22em", ";": ".28em", " ": ".33em", "quad": "1em", "qquad": "2em"}
_SIGNS = {"-": "−", "*": "∗", "`": "‘"}
_NAMED = {"lbrace": "{", "rbrace": "}", "vert": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖"}
_ACCENTS = {
    "hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨", "overline": "‾",
    "underline": "_",
}  # fmt: skip
_ALPHABETS = {"mathbf": 0x1D400, "mathsf": 0x1D5A0, "mathtt": 0x1D670}
"""Where the letters of Unicode's mathematical alphabets begin: 26 capitals, then 26 small ones."""
_SCRIPTS = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))
_BRACKETS = frozenset("()[]{}|‖⟨⟩⌊⌋⌈⌉")
_NO_SPACE = ("", "(", "[", "^", "_", "}", ")", "]", ",")
"""What follows a function such as log without a space."""
_IDENTIFIERS = "∞∅∂∇ℓℏℵ℘ℜℑ⊤⊥∠"
"""Symbols that are no operators."""


@lru_cache(500)
def mathml(source: str) -> Markup:
    """A formula that `formulas.check` has accepted. What is in it is escaped."""
    return Markup("<math>{}</math>").format(_Reader(source).row(""))


@lru_cache(500)
def _symbol(name: str) -> str:
    return formulas.linear(f"\\{name}")


class _Reader:
    """Reads a formula and writes MathML as it goes."""

    def __init__(self, source: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(source)
        self._next = 0

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._next += 1
        return token

    def row(self, end: str) -> Markup:
        """What stands before a token, which is taken too, or before the end of the formula."""
        found: list[Markup] = []
        while (token := self._peek()) and token != end:
            if token == " ":
                self._take()
            else:
                found.append(self._scripted())
        self._take()
        return found[0] if len(found) == 1 else Markup("<mrow>{}</mrow>").format(Markup("").join(found))

    def _scripted(self) -> Markup:
        """An element with its primes, subscript and superscript."""
        base = Markup("<mrow></mrow>") if self._peek() in "^_'" else self._nucleus()
        scripts: dict[str, Markup] = {}
        while True:
            while self._peek() == " ":
                self._take()
            if self._peek() == "'":
                primes = 0
                while self._peek() in ("'", " ") and self._peek():
                    primes += self._take() == "'"
                scripts["^"] = Markup("<mo>{}</mo>").format("′" * primes)
            elif self._peek() in ("^", "_"):
                place = self._take()
                scripts[place] = self._argument()
            else:
                break
        match scripts:
            case {"_": below, "^": above}:
                return Markup("<msubsup>{}{}{}</msubsup>").format(base, below, above)
            case {"_": below}:
                return Markup("<msub>{}{}</msub>").format(base, below)
            case {"^": above}:
                return Markup("<msup>{}{}</msup>").format(base, above)
        return base

    def _argument(self) -> Markup:
        while self._peek() == " ":
            self._take()
        return self._nucleus()

    def _letters(self) -> str:
        """The letters of an argument in another alphabet; spaces do not count in formulas."""
        depth, found = 0, []
        while self._peek() == " ":
            self._take()
        while token := self._take():
            depth += (token == "{") - (token == "}")
            if token not in ("{", "}", " "):
                named = token.startswith("\\") and token[1:].isalpha()
                found.append(_symbol(token[1:]) if named else token.removeprefix("\\"))
            if depth == 0:
                break
        return "".join(found)

    def _nucleus(self) -> Markup:
        token = self._take()
        if token == "{":
            return self.row("}")
        if token.startswith("\\"):
            return self._command(token[1:])
        if token[0].isdigit():
            return Markup("<mn>{}</mn>").format(token)
        if token.isalpha():
            return Markup("<mi>{}</mi>").format(token)
        return _operator(_SIGNS.get(token, token))

    def _command(self, name: str) -> Markup:
        if name == "!":
            return Markup("")
        if name in _SPACES:
            return Markup('<mspace width="{}"/>').format(_SPACES[name])
        if name == "frac":
            return Markup("<mfrac>{}{}</mfrac>").format(self._argument(), self._argument())
        if name == "binom":
            two = self._argument(), self._argument()
            fraction = Markup('<mfrac linethickness="0">{}{}</mfrac>').format(*two)
            return Markup("<mrow><mo>(</mo>{}<mo>)</mo></mrow>").format(fraction)
        if name == "sqrt":
            return self._root()
        if name in _ACCENTS:
            accented = (self._argument(), _ACCENTS[name])
            if name == "underline":
                return Markup("<munder>{}<mo>{}</mo></munder>").format(*accented)
            return Markup('<mover accent="true">{}<mo>{}</mo></mover>').format(*accented)
        if name in formulas.FONTS:
            return self._in_font(name)
        text = _NAMED.get(name) or (_symbol(name) if name.isalpha() else name)
        letters = text.isalpha() or text in _IDENTIFIERS
        if not letters:
            return _operator(text)
        space = Markup('<mspace width=".17em"/>') if len(text) > 1 and self._peek() not in _NO_SPACE else ""
        return Markup("<mi>{}</mi>{}").format(legible(text), space)

    def _root(self) -> Markup:
        if self._peek() != "[":
            return Markup("<msqrt>{}</msqrt>").format(self._argument())
        self._take()
        degree = self.row("]")
        return Markup("<mroot>{}{}</mroot>").format(self._argument(), degree)

    def _in_font(self, name: str) -> Markup:
        letters = self._letters()
        if name == "mathit":
            return Markup("<mi>{}</mi>").format(legible(letters))
        if name == "mathcal":
            letters = "".join(_SCRIPTS.get(one, one) for one in letters)
        elif name in _ALPHABETS:
            letters = "".join(_styled(one, _ALPHABETS[name]) for one in letters)
        return Markup('<mi mathvariant="normal">{}</mi>').format(legible(letters))


def _operator(text: str) -> Markup:
    """A sign; brackets keep their size."""
    if text in _BRACKETS:
        return Markup('<mo stretchy="false">{}</mo>').format(text)
    return Markup("<mo>{}</mo>").format(legible(text))


def _styled(letter: str, first: int) -> str:
    """A Latin letter of a mathematical alphabet; others stay."""
    if "A" <= letter <= "Z":
        return chr(first + ord(letter) - ord("A"))
    if "a" <= letter <= "z":
        return chr(first + 26 + ord(letter) - ord("a"))
    return letter
