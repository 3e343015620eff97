"""Plain text, for web forms and mail: no markup, lines wrapped or not, plain punctuation if asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from texresume.document.letter import as_sections
from texresume.document.model import Document
from texresume.text.inline import (
    Anchor,
    Block,
    Break,
    Inline,
    RichText,
    Span,
    plain_text,
    split_blocks,
)

from .export import Export
from .outline import Piece, Words, pieces

BULLET = "•"
_INDENT = 2
_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛‹›′", "'"),
    **dict.fromkeys("•‣▪▫■◆◇●◦∙★☆✓✔✗✘➢➤", "*"),
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "
    ),
    **{"·": "-", "…": "...", "⁄": "/", "∕": "/", "×": "x", "÷": "/", "±": "+/-", "¦": "|", "∣": "|"},
    **{"→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇐": "<=", "⇔": "<=>", "↑": "^", "↓": "v"},
    **{"≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "≪": "<<", "≫": ">>", "∼": "~", "∗": "*", "○": "o"},
    **{"™": "(TM)", "℠": "(SM)", "®": "(R)", "©": "(C)", "℗": "(P)", "№": "No.", "‰": "per mille"},
    **{
        "¼": "1/4",
        "½": "1/2",
        "¾": "3/4",
        "⅓": "1/3",
        "⅔": "2/3",
        "⅛": "1/8",
        "⅜": "3/8",
        "⅝": "5/8",
        "⅞": "7/8",
    },
}
"""Punctuation and symbols of Latin text, as a keyboard has them. Letters and other scripts' signs stay."""
_PLAIN_TABLE = str.maketrans(_PLAIN)
_AFTER_A_DIGIT = re.compile(r"(?<=\d)(?=[¼½¾⅓⅔⅛⅜⅝⅞])")
_RAISED = str.maketrans("0123456789+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺")
_EXPONENT = re.compile(r"[0-9+−-]+")
# Where lines may end without a space: Chinese and Japanese, but not before what closes or after what opens.
_UNSPACED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_CLOSING = frozenset(
    "、。，．・：；？！」』）］｝】〕〉》〗ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;?!)]}’”"
)
_OPENING = frozenset("「『（［｛【〔〈《〖([{‘“")


class PlainText:
    """The writer of txt. Settings: `wrap`, the columns of a line or 0, and `ascii`, `true` or `false`."""

    name = "txt"
    suffix = "txt"
    description = "plain text, for web forms and mail"

    def write(self, export: Export) -> bytes:
        """The text in UTF-8, with a line feed at the end of each line."""
        page = _Page(int(export.settings["wrap"]), plain=export.settings["ascii"] == "true")
        lines = list(page.document(as_sections(export.document)))
        return ("\n".join(lines).strip("\n") + "\n").encode()

    def text(self, content: bytes) -> str | None:
        """All of it."""
        return content.decode()

    def as_printed(self, text: str, settings: Mapping[str, str]) -> str:
        """A text in the characters in which it is printed."""
        return to_plain(text) if settings["ascii"] == "true" else text


def to_plain(text: str) -> str:
    """A text with the punctuation and symbols that a keyboard has. Letters stay."""
    return text if text.isascii() else _AFTER_A_DIGIT.sub(" ", text).translate(_PLAIN_TABLE)


class _Page:
    """Prints a document in lines of so many columns (0: as long as they are)."""

    def __init__(self, columns: int, *, plain: bool) -> None:
        self.columns = columns
        self.plain = plain
        self.bullet = "*" if plain else BULLET

    def document(self, document: Document) -> Iterator[str]:
        """All lines."""
        words = Words(document.labels, " | ")
        yield from self.field(document.name)
        yield from self.field(document.label)
        if any(document.contacts):
            yield ""
        for line in document.contacts:
            for contact in line:
                yield from self.field(contact.text)
        for section in document.sections:
            if section.title:
                yield ""
                yield from self.heading(section.title)
            for group in section.groups:
                yield ""
                if group.title:
                    yield from self.field(group.title)
                    yield ""
                bulleted = section.kind in ("list", "publications")
                yield from self.pieces(list(pieces(section, group, words)), bulleted=bulleted)
        if document.closing:
            yield ""
            yield from self.field(document.closing)
        if document.date:
            yield ""
            yield from self.field(document.date)

    def heading(self, title: RichText) -> Iterator[str]:
        """A title, underlined."""
        lines = list(self.field(title))
        yield from lines
        if lines:
            yield "-" * max(map(width, lines))

    def pieces(self, found: Sequence[Piece], *, bulleted: bool) -> Iterator[str]:
        """Entries, with a blank line between those that are more than one item."""
        for number, piece in enumerate(found):
            if number and not (_is_item(piece) and _is_item(found[number - 1])):
                yield ""
            yield from self.piece(piece, bulleted=bulleted)

    def piece(self, piece: Piece, *, bulleted: bool = False) -> Iterator[str]:
        """An entry: its lines, paragraphs, items, and positions."""
        mark = f"{piece.number}." if piece.number else self.bullet if bulleted and piece.brief else ""
        indent = _INDENT if piece.brief else 0
        if piece.lead and mark:
            yield from self.item(piece.lead, mark, 0)
            indent = width(mark) + 1
        else:
            yield from self.field(piece.lead, 0, indent)
        for line in piece.lines:
            yield from self.field(line, indent, indent)
        for number, paragraph in enumerate(piece.paragraphs):
            if number:
                yield ""
            yield from self.blocks(paragraph, indent)
        for item in piece.items:
            yield from self.blocks(item, indent, as_item=True)
        for number, position in enumerate(piece.positions):
            if number or piece.lead or piece.lines:
                yield ""
            yield from self.piece(position)

    def blocks(self, field: RichText, indent: int, *, as_item: bool = False) -> Iterator[str]:
        """A text of several blocks: paragraphs and items of lists."""
        base = indent - _INDENT
        for number, (block, part) in enumerate(split_blocks(field)):
            level = block.level if block else int(as_item)
            mark = block.number if block and block.number else self.bullet
            if level:
                yield from self.item(part, mark, base + _INDENT * level)
            elif number:  # a further paragraph
                yield ""
                yield from self.field(part, indent + _INDENT * as_item, indent + _INDENT * as_item)
            else:
                yield from self.field(part, indent, indent)

    def item(self, field: RichText, mark: str, indent: int) -> Iterator[str]:
        """An item of a list, its lines below each other."""
        inner = indent + width(mark) + 1
        for number, line in enumerate(self.field(field, inner, inner)):
            yield line if number else f"{' ' * indent}{mark} {line.lstrip(' ')}"

    def field(self, field: RichText, first: int = 0, further: int = 0) -> Iterator[str]:
        """A text in lines, the first of which begins at a column, and the further ones at another."""
        indent = first
        for line in self.string(field).split("\n"):
            for wrapped in wrap(line, self.columns, indent, further):
                yield wrapped
                indent = further

    def string(self, field: RichText) -> str:
        """A text without markup, with line feeds for forced line breaks."""
        text = "".join(_plain(inline, plain=self.plain) for part in field.parts for inline in part.inlines)
        return to_plain(text) if self.plain else text


def _is_item(piece: Piece) -> bool:
    """Whether it may stand among others without blank lines."""
    return piece.brief and not (piece.paragraphs or piece.items or piece.positions)


def _plain(inline: Inline, *, plain: bool) -> str:
    match inline:
        case Break() | Block():
            return "\n"
        case Span("superscript", children):
            text = "".join(_plain(one, plain=plain) for one in children)
            if not _EXPONENT.fullmatch(text):  # "1st"
                return text
            raised = text if plain else text.translate(_RAISED)
            return f"^{text}" if raised.strip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺") else raised
        case Span(_, children) | Anchor(_, children):
            return "".join(_plain(one, plain=plain) for one in children)
    return plain_text([inline])


def width(text: str) -> int:
    """The columns that a text takes where each character has one, those of East Asia two, and marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def wrap(text: str, columns: int, first: int = 0, further: int = 0) -> Iterator[str]:
    """The lines of a text, with no more than so many columns (0: in one line) unless a word is longer.

    They begin with `first` and `further` spaces. Lines end at spaces, and between Chinese and Japanese
    characters. An empty text has no lines.
    """
    line, taken = "", first
    for word in text.split(" "):
        if not word:
            continue
        space = " " if line else ""
        for unit in _units(word):
            size = width(unit)
            if columns and line and taken + len(space) + size > columns:
                yield " " * first + line
                line, first, space = "", further, ""
                taken = further
            line += space + unit
            taken += len(space) + size
            space = ""
    if line:
        yield " " * first + line


def _units(word: str) -> Iterator[str]:
    """The pieces of a word between which a line may end."""
    if not _UNSPACED.search(word):
        yield word
        return
    start = 0
    for at in range(1, len(word)):
        before, char = word[at - 1], word[at]
        divides = _UNSPACED.match(before) or _UNSPACED.match(char)
        if (
            divides
            and char not in _CLOSING
            and before not in _OPENING
            and unicodedata.category(char)[0] not in "MC"
        ):
            yield word[start:at]
            start = at
    yield word[start:]


WRITER = PlainText()
