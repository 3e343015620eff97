r"""Formulas in text, ``$`x^2`$``: a closed list of commands, checked before TeX sees them.

Formulas are the only TeX in the data. They are parsed completely, so that none can run other commands, break
a build or leave a group open.
"""

from __future__ import annotations

import re

from texresume.patterns import lazy

SYMBOLS = frozenset(
    """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi
    rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma
    Upsilon Phi Psi Omega ell hbar imath jmath Re Im aleph partial nabla infty emptyset forall exists neg
    prime top bot angle pm mp times div cdot ast star circ bullet cap cup uplus sqcap sqcup vee wedge
    setminus wr oplus ominus otimes oslash odot dagger ddagger amalg leq le geq ge neq ne equiv sim simeq
    approx cong propto ll gg subset supset subseteq supseteq in ni notin vdash models perp mid parallel
    to gets rightarrow leftarrow Rightarrow Leftarrow leftrightarrow Leftrightarrow mapsto uparrow downarrow
    longrightarrow longleftarrow sum prod coprod int oint bigcap bigcup bigvee bigwedge bigoplus bigotimes
    log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh min max inf sup lim limsup
    liminf arg det dim deg gcd hom ker Pr ldots cdots dots lbrace rbrace langle rangle lfloor rfloor lceil
    rceil lVert rVert vert Vert quad qquad""".split()
)
FONTS = frozenset(
    "mathrm mathbf mathit mathsf mathtt mathcal hat bar tilde vec dot ddot overline underline".split()
)
_TWO_ARGUMENTS = frozenset(["frac", "binom"])
_ESCAPED = frozenset("{}%#&_$,;:! |")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-=<>()[]|/.,;:!?*'\" ")
_TOKEN = lazy(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
MAXIMUM_DEPTH = 12
MAXIMUM_LENGTH = 500


class FormulaError(ValueError):
    """A formula that cannot be typeset; the message says why."""


def check(source: str) -> str:
    r"""The formula for TeX: on one line, with every argument in braces (TeX rejects `x^\log`).

    Raises `FormulaError` for the first command that is not on the list, and for unbalanced or double scripts.
    """
    if len(source) > MAXIMUM_LENGTH:
        raise FormulaError(f"{len(source)} characters are too many (at most {MAXIMUM_LENGTH})")
    source = " ".join(source.split())
    if not source:
        raise FormulaError("the formula is empty")
    parser = _Parser(_TOKEN.findall(source))
    parser.formula(0, closed_by=None)
    return "".join(parser.written)


def linear(source: str) -> str:
    """A formula as a line of text, for titles and plain-text output."""
    from pylatexenc.latex2text import LatexNodes2Text

    text: str = LatexNodes2Text(math_mode="text").latex_to_text(source)
    return " ".join(text.split())


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.next = 0
        self.written: list[str] = []

    def take(self) -> str | None:
        token = self.peek()
        self.next += 1
        self.written.append(token or "")
        return token

    def peek(self) -> str | None:
        return self.tokens[self.next] if self.next < len(self.tokens) else None

    def spaces(self) -> None:
        while self.peek() == " ":
            self.take()

    def formula(self, depth: int, closed_by: str | None) -> None:
        if depth > MAXIMUM_DEPTH:
            raise FormulaError("nested too deeply")
        while (token := self.peek()) != closed_by:
            if token is None:
                raise FormulaError("'{' is never closed" if closed_by == "}" else "'[' is never closed")
            if token not in "^_":
                self.nucleus(depth)
            self.scripts(depth, primed=token == "'")
        if closed_by == "]":
            self.written.append("}")
        self.take()

    def primes(self) -> None:
        """Further primes: TeX would take spaces between them for the start of a second superscript."""
        while self.peek() in (" ", "'"):
            if self.peek() == " ":
                self.next += 1
            else:
                self.take()

    def scripts(self, depth: int, *, primed: bool) -> None:
        seen = set()
        self.spaces()
        while (token := self.peek()) in ("^", "_"):
            assert token is not None  # noqa: S101 - for the type checker
            if token == "^" and primed:
                raise FormulaError("'^' after a prime: use braces")
            if token in seen:
                raise FormulaError(f"double {token!r} on one symbol: use braces")
            seen.add(token)
            self.take()
            self.spaces()
            self.argument(depth, f"nothing follows {token!r}")
            self.spaces()
        if seen and self.peek() == "'":
            raise FormulaError("a prime after '^' or '_': write the prime first")

    def argument(self, depth: int, missing: str) -> None:
        self.spaces()
        token = self.peek()
        if token is None or token in "}^_":
            raise FormulaError(missing)
        if token == "{":
            self.take()
            self.formula(depth + 1, "}")
        elif token[0] == "\\" and token[1:] not in SYMBOLS:
            raise FormulaError(f"{token!r} as an argument: put it in braces")
        else:
            self.written.append("{")
            self.nucleus(depth)
            self.written.append("}")

    def root(self, depth: int) -> None:
        """The degree in brackets, which may be left out, and the argument."""
        self.spaces()
        if self.peek() == "[":
            self.take()
            self.written.append("{")  # braces protect brackets in the degree
            self.formula(depth + 1, "]")
        self.argument(depth, "\\sqrt needs an argument")

    def nucleus(self, depth: int) -> None:
        token = self.take()
        assert token is not None  # noqa: S101 - callers have peeked
        if token == "{":
            self.formula(depth + 1, "}")
        elif token in _PLAIN:
            if token == "'":
                self.primes()
        elif token[0] == "\\" and len(token) > 1:
            self.command(token[1:], depth)
        elif token == "}":
            raise FormulaError("'}' without an opening '{'")
        elif token.isascii():
            raise FormulaError(f"{token!r} is not allowed in a formula")
        else:
            raise FormulaError(f"write {token!r} as a command, such as \\alpha")

    def command(self, name: str, depth: int) -> None:
        if name in SYMBOLS or name in _ESCAPED:
            return
        missing = f"\\{name} needs {'two arguments' if name in _TWO_ARGUMENTS else 'an argument'}"
        if name in _TWO_ARGUMENTS:
            self.argument(depth, missing)
            self.argument(depth, missing)
        elif name in FONTS:
            self.argument(depth, missing)
        elif name == "sqrt":
            self.root(depth)
        else:
            raise FormulaError(f"\\{name} is not a supported command")
