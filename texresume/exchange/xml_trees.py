"""XML as data with positions, without what XML can do to its reader: no DTD, no entities, no files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from texresume.data.loader import MAXIMUM_DEPTH, MAXIMUM_NODES, Loaded
from texresume.data.resume import DataPath
from texresume.data.source import Mark, Source
from texresume.diagnostics import ResumeError

from .readers.draft import TEXT


class _Element:
    """An element that is being read."""

    def __init__(self, name: str, attributes: dict[str, str], start: int) -> None:
        self.name, self.start, self.end = name, start, start
        self.attributes = {f"@{_local(key)}": value for key, value in attributes.items()}
        self.children: list[_Element] = []
        self.text = ""


class _Refused(Exception):  # noqa: N818 - carries a diagnostic's words
    """An element of the document goes too far; the message says how."""


class _Target:
    """Builds elements as the parser meets them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parser: Any = None
        self.root: _Element | None = None
        self.open: list[_Element] = []
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1 + len(attributes)
        if self.count > MAXIMUM_NODES:
            raise _Refused(f"the file has more than {MAXIMUM_NODES:,} elements")
        if len(self.open) >= MAXIMUM_DEPTH:
            raise _Refused(f"nested more than {MAXIMUM_DEPTH} levels deep")
        element = _Element(_local(tag), attributes, self.offset())
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop().end = self.offset()

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def close(self) -> _Element | None:
        return self.root

    def offset(self) -> int:
        """The offset in the text of what is being read."""
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        starts = self.source.line_starts
        return int(starts[min(line, len(starts)) - 1] + column)


def load(text: str, file: Path) -> Loaded:
    """The data of an XML document: its root is a key, elements are mappings by their names without namespace,
    those that come several times lists; attributes have an `@` before their names. Raises `ResumeError`.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    source = Source.of(file, text)
    target = _Target(source)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    target.parser = parser.parser
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException:
        message = "XML with a document type or entities is not read: they can name other files"
        raise ResumeError(source.diagnostic("unsafe-xml", message, source.at(target.offset()))) from None
    except _Refused as error:
        raise ResumeError(source.diagnostic("too-large", str(error), source.at(target.offset()))) from None
    except (SyntaxError, ValueError) as error:  # what ElementTree's parser raises
        message = f"this is not valid XML: {str(error).partition(':')[0]}"
        raise ResumeError(source.diagnostic("xml-syntax", message, source.at(target.offset()))) from None
    data = {root.name: _value(root, (root.name,), source)}
    source.marks[()] = source.marks[root.name,] = Mark(root.start, root.start, root.end)
    return Loaded(data, source)


def _value(element: _Element, path: DataPath, source: Source) -> Any:
    source.marks[path] = Mark(element.start, element.start, element.end)
    if not element.children and not element.attributes:
        return element.text.strip()
    data: dict[str, Any] = dict(element.attributes)
    if element.text.strip():
        data[TEXT] = element.text.strip()
        source.marks[*path, TEXT] = source.marks[path]
    names = Counter(child.name for child in element.children)
    for child in element.children:
        if names[child.name] == 1:
            data[child.name] = _value(child, (*path, child.name), source)
        else:
            items = data.setdefault(child.name, [])
            source.marks.setdefault((*path, child.name), Mark(child.start, child.start, child.end))
            items.append(_value(child, (*path, child.name, len(items)), source))
    return data


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]
