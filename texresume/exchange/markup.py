"""What the writers of XML and HTML share: characters that neither can hold, and joining what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from texresume.data import links
from texresume.document.model import Author, Detail, Entry
from texresume.patterns import lazy
from texresume.records import dataclass
from texresume.text.inline import RichText

_ILLEGAL = lazy("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def legible(text: str) -> str:
    """A text without characters that XML or HTML forbid, such as NUL or half a surrogate pair: each becomes
    a replacement character, which people see and a comparison finds.
    """
    return text if text.isascii() and text.isprintable() else _ILLEGAL.sub(REPLACEMENT, text)


def safe_target(url: str) -> str:
    """The target of a link, or an empty string where its scheme is none of ours."""
    return url if links.is_linkable(url) else ""


def counted(number: str) -> int | None:
    """The number of an item such as `2.` where a program that counts in its own way writes the same, else
    None, as for `01.` and Arabic digits.
    """
    digits = number[:-1]
    return int(digits) if digits.isascii() and digits.isdigit() and str(int(digits)) == digits else None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: a field, how it is set (a style by its name, "" for plain) and where it leads."""

    text: RichText
    style: str = ""
    url: str = ""


Line = tuple[Piece, ...]


def piece(field: RichText | str, style: str = "", url: str = "") -> Line:
    """A line of one piece; empty for an empty field."""
    field = RichText.of(field) if isinstance(field, str) else field
    return (Piece(field, style, safe_target(url)),) if field else ()


def joined(lines: Iterable[Line], separator: str) -> Line:
    """The lines that are not empty as one, with a separator between them."""
    found: list[Piece] = []
    for line in filter(None, lines):
        if found:
            found += piece(separator)
        found += line
    return tuple(found)


def facts(entry: Entry, names: Sequence[str]) -> list[Detail]:
    """The details of an entry that have one of these names."""
    return [detail for detail in entry.details if detail.name in names]


def further(entry: Entry, names: Sequence[str]) -> list[Detail]:
    """The details of an entry that have none of these names."""
    return [detail for detail in entry.details if detail.name not in names]


def between_authors(authors: Sequence[Author], place: int, labels: dict[str, str]) -> str:
    """What stands after an author: nothing after the last one, a word such as "and" before the last name."""
    rest = len(authors) - place - 1
    if not rest:
        return ""
    last = rest == 1 and not authors[place + 1].others
    return labels["separator_last" if last else "separator_list"]
