"""The text of a Word document as programs read it: every part, paragraph by paragraph, with list numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from texresume.records import dataclass

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{_W}val"
_PARTS = ("header", "footer")


def words(content: bytes) -> str:
    """The text of a document: headers, body, footers; a line for each paragraph, tabs as they are.

    What a program counts by itself, such as the number of a page, is left out. Raises what python-docx does
    for a file that is none.
    """
    import docx

    part = docx.Document(io.BytesIO(content)).part
    lists = _Lists(part.numbering_part.element, part.styles.element)
    others: dict[str, list[Any]] = {name: [] for name in _PARTS}
    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in others and not relation.is_external:
            others[kind].append(_parsed(relation.target_part.blob))
    roots = [*others["header"], part.element, *others["footer"]]
    lines = (line for root in roots for line in _paragraphs(root, lists))
    return "\n".join(lines)


def _parsed(xml: bytes) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(xml)


def _paragraphs(root: Any, lists: _Lists) -> Iterator[str]:
    for paragraph in root.iter(f"{_W}p"):
        yield lists.marker(paragraph) + "".join(_pieces(paragraph))


def _pieces(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph without the results of fields."""
    counted = False
    for element in paragraph.iter():
        if element.tag == f"{_W}fldChar":
            counted = element.get(f"{_W}fldCharType") == "separate"
        elif counted:
            continue
        elif element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag == f"{_W}tab" and element.getparent().tag == f"{_W}r":
            yield "\t"
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list: whether it is numbered, how its numbers look, such as `%1.`, and the first one."""

    numbered: bool
    text: str
    start: int


class _Lists:
    """Counts the items of lists as Word does."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        kinds = {
            kind.get(f"{_W}abstractNumId"): {
                level.get(f"{_W}ilvl"): _level(level) for level in kind.iter(f"{_W}lvl")
            }
            for kind in numbering.iter(f"{_W}abstractNum")
        }
        self._levels: dict[str, dict[str, _Level]] = {}
        self._starts: dict[tuple[str, str], int] = {}
        for one in numbering.iter(f"{_W}num"):
            name = one.get(f"{_W}numId")
            self._levels[name] = kinds[one.find(f"{_W}abstractNumId").get(_VALUE)]
            for override in one.iter(f"{_W}startOverride"):
                level = override.getparent().get(f"{_W}ilvl")
                self._starts[name, level] = int(override.get(_VALUE))
        self._by_style = {
            style.get(f"{_W}styleId"): style.find(f"{_W}pPr/{_W}numPr")
            for style in styles.iter(f"{_W}style")
            if style.find(f"{_W}pPr/{_W}numPr") is not None
        }
        self._last: dict[tuple[str, str], int] = {}

    def marker(self, paragraph: Any) -> str:
        """The number before a paragraph, with a space; empty without one, or where it has a bullet."""
        place = paragraph.find(f"{_W}pPr/{_W}numPr")
        if place is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            place = self._by_style.get(style.get(_VALUE)) if style is not None else None
        if place is None:
            return ""
        name, level = (place.find(f"{_W}{tag}").get(_VALUE) for tag in ("numId", "ilvl"))
        one = self._levels[name][level]
        if not one.numbered:
            return ""
        first = self._starts.get((name, level), one.start)
        number = self._last.get((name, level), first - 1) + 1
        self._last[name, level] = number
        return one.text.replace(f"%{int(level) + 1}", str(number)) + " "


def _level(level: Any) -> _Level:
    def value(tag: str, default: str) -> str:
        found = level.find(f"{_W}{tag}")
        return default if found is None else found.get(_VALUE)

    return _Level(value("numFmt", "decimal") != "bullet", value("lvlText", ""), int(value("start", "1")))
