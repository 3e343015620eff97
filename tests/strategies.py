"""What Hypothesis builds résumés of: strings that are nasty on purpose, in any field that the schema has."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from texresume.data import rules
from texresume.fonts import characters
from texresume.latex import template
from texresume.text import locale

TEMPLATES = ("moderncv", "academic", "onepage")

# -- strings ----------------------------------------------------------------------------------------------

TEX = r"""
    \ \\ { } {} $ $$ & % # ## #1 _ __ ~ ^ ^^ ^^5c ^^M ^^^^0041 \input{/etc/passwd} \include \write18{id} \par
    \catcode`\%=11 \csname \endcsname \begin{document} \end{document} \end \def\x#1{} \let\a=b \relax \verb|x|
    \iffalse \fi \else \endinput \bye \noexpand \expandafter \begingroup \endgroup \bgroup \egroup \( \) \[ \]
    \hbox \vskip10cm \special{pdf:x} \pdfobj \trbreak{} \trrun{}{} \trright{} \trlink{}{} \item
    \\[1em] \& \% \$
    \# \_ \{ \} \textbackslash \' \" \` \char`\\ \ttfamily \makeatletter @ \texorpdfstring{a}{b} \\* \- \/ \,
    -- --- , ,, << >> `` '' ?` !` fi ffl ++ C++ -, –- |
""".split()
JINJA = "((( ))) ((* *)) ((= =)) {{ }} {% %} {# #} (((resume.name))) ((*if*)) &lt; &amp; |safe".split()
MARKDOWN = [
    *r"* ** *** **** _ __ ` `` ``` [ ] ( ) ]( [a](https://example.com) ![a](b) < > <https://e.com>".split(),
    *r"<a@e.com> ^ ~ ^2^ ~2~ H~2~O ~~x~~ $`x^2`$ $` `$ \* \` \[ \] \< \> \^ \~ \$ ".split(),
    *"**a**b *a*b `a`b 2*3*4 # > + - 1. • ---".split(),
    "\n- a", "\n\n", "\n1. b", "[a](<b c>)", "[a](mailto:x@e.com)", "[*a*](tel:1)", "[a](javascript:x)",
]  # fmt: skip
HTML = "<b> </b> <script> <!-- --> <br/> &nbsp; &#x41; &quot; <a href='x'> ]]> <![CDATA[ <?php".split()
YAML = [": ", "- ", "!t", "&a", "*a", "<<", "null", "yes", "0x1F", "---", "...", "\t", "? ", "@", "%YAML"]
QUOTES = "' '' \" \"\" ` ´ ‘ ’ “ ” „ ‚ ‹ › « » - -- – — − ‐ ‑ … · • ′ ″ ¨ ˜ ˆ ¸ ¯ ° ʼ ʹ ˈ".split()
SPACES = [
    " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", "\v", "\f", "\u00a0", "\u2002", "\u2003", "\u2009", "\u200a",
    "\u202f", "\u205f", "\u3000", "\u2007",
]  # fmt: skip
RESERVED = ":/?#[]@!$&'()*+,;=%~_-.|\\^`{}<>\" a1é"
LABELS = sorted(
    {
        *locale.find("en").labels.values(),
        *locale.find("en").titles.values(),
        "present",
        "GPA",
        "doi:",
        "1",
        "a",
        "Go",
    }
)
INVISIBLE = [
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\u202e", "\u2066", "\ufeff", "\u00ad",
    "\ufe0e", "\ufe0f", "\u034f", "\u2028", "\u0085", "\0", "\x1b", "\x7f", "\ufdd0", "\uffff", "\ufffd",
    "\ue000", "\ud800", "\udfff", "\U000e0041", "\u0301",
]  # fmt: skip

# First and last character of what several scripts have.
_BLOCKS = {
    "Hebrew": (0x05B0, 0x05F4), "Arabic": (0x0600, 0x06FF), "Devanagari": (0x0900, 0x097F),
    "Bengali": (0x0980, 0x09FE), "Tamil": (0x0B82, 0x0BFA), "Thai": (0x0E01, 0x0E5B),
    "Khmer": (0x1780, 0x17F9), "Georgian": (0x10A0, 0x10FF), "Armenian": (0x0531, 0x058F),
    "Hangul": (0xAC00, 0xD7A3), "Kana": (0x3041, 0x30FF), "Han": (0x4E00, 0x9FA5),
    "Wide": (0xFF01, 0xFF9F), "Signs": (0x2000, 0x27BF), "Emoji": (0x1F300, 0x1F64F),
    "Latin": (0x00A1, 0x024F), "Phonetic": (0x0250, 0x02FF), "Marks": (0x0300, 0x036F),
    "More": (0x1E00, 0x1FFE), "Myanmar": (0x1000, 0x109F), "Syriac": (0x0710, 0x074A),
    "Math": (0x1D400, 0x1D7FF), "Jamo": (0x1100, 0x11FF),
}  # fmt: skip


def _assigned(first: int, last: int) -> list[str]:
    return [char for char in map(chr, range(first, last + 1)) if unicodedata.category(char)[0] != "C"]


SCRIPTS = {name: _assigned(*block) for name, block in _BLOCKS.items()}
PDFTEX = sorted(characters.covered("pdftex"))

_TOKENS = st.sampled_from(sorted({*TEX, *JINJA, *MARKDOWN, *HTML, *YAML, *QUOTES}))
_WORDS = st.text(st.sampled_from("abcXYZ019éßñ"), min_size=1, max_size=8)
_MIXED = st.lists(_TOKENS | _WORDS | st.sampled_from(SPACES), min_size=1, max_size=12).map("".join)
_SPACED = st.lists(_TOKENS | _WORDS, min_size=1, max_size=10).map(" ".join)
_COVERED = st.text(st.sampled_from(PDFTEX), min_size=1, max_size=30)
_LONG = st.builds(
    lambda unit, count, tail: unit * count + tail,
    st.sampled_from(["a", "ab-", "W", "%", "-", "a/", "\\", "x,", "é", "+", "`", "{", "a\u00a0", ",", "*a"])
    | _WORDS,
    st.integers(2, 150),
    _TOKENS,
)
_REPEATED = st.builds(lambda unit, count: " ".join([unit] * count), _TOKENS | _WORDS, st.integers(2, 9))
_URLS = st.text(st.sampled_from(RESERVED), max_size=30).map("https://example.com/".__add__)

TAME: st.SearchStrategy[str] = st.one_of(
    _MIXED,
    _MIXED,
    _SPACED,
    _COVERED,
    _LONG,
    _REPEATED,
    _URLS,
    st.sampled_from(LABELS),
    st.sampled_from(PDFTEX),
)
"""Strings that pdfTeX can set, nearly all."""

_SCRIPT = st.sampled_from(sorted(SCRIPTS)).flatmap(
    lambda name: st.text(st.sampled_from(SCRIPTS[name]), min_size=1, max_size=8)
)
_SCRIPTED = st.lists(
    _SCRIPT | _SCRIPT | _WORDS | _TOKENS | st.sampled_from([*"  ()-/«»", ", ", "1,5%", "٢٠"]),
    min_size=1,
    max_size=7,
).map("".join)
_UNSEEN = st.lists(st.sampled_from(INVISIBLE) | _SCRIPT | _WORDS, min_size=1, max_size=6).map("".join)
SCRIPTED: st.SearchStrategy[str] = st.one_of(_SCRIPTED, _SCRIPTED, _SCRIPTED, TAME)
"""Strings that fonts of this machine may have, in many scripts."""


def _whole(text: str) -> str:
    """Two surrogates side by side are one character: JSON cannot say otherwise."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


WILD: st.SearchStrategy[str] = st.one_of(
    st.text(st.characters(), max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    _UNSEEN,
).map(_whole)
"""All of Unicode, what nobody sees, lone surrogates."""


# -- résumés ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """A field of the schema: its section (`profile`, `location` for those of `basics`), name and rule."""

    section: str
    name: str
    rule: str


def slots() -> list[Slot]:
    """Every field of the schema, so that what is added to it is covered without a change here."""
    table = rules.table()
    found = [
        Slot("basics", name, rule)
        for name, rule in table["basics"].items()
        if isinstance(rule, str) and name != "aliases"  # by which one is known among authors: never printed
    ]
    for part in ("location", "profile"):
        found += [Slot(part, name, rule) for name, rule in table["basics"][part].items()]
    dates = {"endDate": "end_date", "startDate": "date"}
    for section, body in table["sections"].items():
        fields = {**table["common"], **body["fields"]}
        fields |= {name: dates.get(name, "free_date") for name in body.get("dates", ())}
        found += [Slot(section, name, rule) for name, rule in fields.items()]
        found += [Slot(section, "", "entry")] * ("text" in body)
    found += [Slot("custom title", name, rule) for name, rule in table["custom"].items()]
    return found


SLOTS = slots()
PLAIN_TEXT = [
    slot for slot in SLOTS if slot.rule in ("text", "texts", "highlights", "literal", "entry", "free_date")
]


@dataclass(frozen=True)
class Placed:
    """A string, and the field that it was put into."""

    slot: Slot
    string: str


@dataclass(frozen=True)
class Resume:
    """A résumé as data, and the strings that were put into it."""

    data: dict[str, Any]
    placed: tuple[Placed, ...] = ()
    escaped: bool = False

    def yaml(self) -> str:
        """The file: with an escape for whatever is not ASCII, or for what YAML cannot show."""
        if self.escaped:
            return json.dumps(self.data, indent=1)
        return yaml.safe_dump(self.data, allow_unicode=True, sort_keys=False, width=1_000_000)

    def __repr__(self) -> str:
        return f"Resume(\n{self.yaml()})"


def _language(string: str) -> st.SearchStrategy[Any]:
    """The string by itself, or among languages: English is what is read, else the first."""
    return st.sampled_from([string, string, string, {"en": string, "de": "Deutsch"}, {"fr": string}])


_EMBEDDED: dict[str, Callable[[str], list[Any]]] = {
    "address": lambda string: [f"https://example.com/{string}", f"example.com?{string}", string],
    "email": lambda string: [f"{string}@example.com", f"a{string}b@example.org", string],
    "date": lambda string: ["2020-01", "2019", string],
    "end_date": lambda string: ["2021-02", "present", string],
    "identifier": lambda string: [string],
    "identifiers": lambda string: [["tag", string], ["tag"]],
    "priority": lambda string: ["1", string],
    "flag": lambda string: ["true", string],
    "kind": lambda string: ["timeline", "list", "tags", "text", "timeline", "list", "tags", "text", string],
    "literal": lambda string: [string],
}


@st.composite
def _value(draw: st.DrawFn, slot: Slot, string: str) -> Any:
    """What stands in a field: the string itself, or around it what the field wants."""
    if slot.rule == "texts":
        return [draw(_language(string))]
    if slot.rule == "highlights":
        return [
            draw(
                st.sampled_from(
                    [string, {"text": string}, {"text": {"en": string}, "tags": ["t"]}, {"fr": string}]
                )
            )
        ]
    if slot.rule in _EMBEDDED:
        return draw(st.sampled_from(_EMBEDDED[slot.rule](string)))
    if slot.rule == "entry":
        return string
    return draw(_language(string))


def _assembled(fields: dict[str, dict[str, Any]], lines: dict[str, list[str]]) -> dict[str, Any]:
    """The résumé, with what each entry must have at the least."""
    basics = {"name": "Ada Quill", **fields.get("basics", {})}
    if "location" in fields:
        basics["location"] = fields["location"]
    if profile := fields.get("profile"):
        basics["profiles"] = [
            profile if {"username", "url"} & set(profile) else {**profile, "username": "plain"}
        ]
    data: dict[str, Any] = {"basics": basics}
    for name, section in rules.table()["sections"].items():
        entries: list[Any] = list(lines.get(name, ()))
        if entry := fields.get(name):
            needed = not any(need in entry for need in section["needs"])
            entries.insert(0, {**entry, section["needs"][0]: f"Plain {name}"} if needed else entry)
        if entries:
            data[name] = entries
    if "custom" in data or "custom title" in fields:
        data["custom"] = [
            {"title": "Own", "entries": data.get("custom", ["Piece"]), **fields.get("custom title", {})}
        ]
    return data


@st.composite
def resumes(draw: st.DrawFn, strings: st.SearchStrategy[str], most: int = 8) -> Resume:
    """A small résumé with up to `most` strings, in fields of any section."""
    fields: dict[str, dict[str, Any]] = {}
    lines: dict[str, list[str]] = {}
    placed: list[Placed] = []
    for slot in draw(
        st.lists(st.sampled_from(PLAIN_TEXT) | st.sampled_from(SLOTS), min_size=1, max_size=most)
    ):
        string = draw(strings)
        if slot.rule == "entry":
            lines.setdefault(slot.section, []).append(string)
            placed.append(Placed(slot, string))
            continue
        into = fields.setdefault(slot.section, {})
        value = draw(_value(slot, string))
        if isinstance(value, list):
            into.setdefault(slot.name, []).extend(value)
        elif slot.name in into:
            continue
        else:
            into[slot.name] = value
        placed.append(Placed(slot, value if isinstance(value, str) else string))
    return Resume(_assembled(fields, lines), tuple(placed), draw(st.booleans()))


# -- looks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """A template with some of its options, and a locale ("" for that of the data)."""

    template: str
    options: dict[str, str]
    locale: str = ""


def looks(*locales: str) -> st.SearchStrategy[Look]:
    """Each template with any of its options, in one of some locales."""
    return st.one_of([_look(template.find(name, Path()), locales) for name in TEMPLATES])


def _look(manifest: template.Template, locales: tuple[str, ...]) -> st.SearchStrategy[Look]:
    chosen = {"boolean": st.sampled_from(["true", "false"]), "color": st.just("black")}
    options: dict[Any, st.SearchStrategy[str]] = {
        option.name: st.sampled_from(option.choices) if option.choices else chosen[option.type]
        for option in manifest.options
        if option.choices or option.type in chosen
    }
    return st.builds(
        Look,
        st.just(manifest.name),
        st.fixed_dictionaries({}, optional=options),
        st.sampled_from(["", *locales]),
    )
