"""HTML in the texts of JSON from elsewhere, as the markup of our texts: `<strong>a</strong>` becomes `**a**`.

Paragraphs, breaks, lists, links and simple emphasis are read; of other elements only the text is kept, with a
warning. Entities such as `&amp;` are decoded. What is no element of HTML, as in `vector<int>`, is text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from texresume.diagnostics import Diagnostic, Severity

from . import links
from .resume import DataPath
from .source import Source

_NAMES = """
a abbr address article aside b big blockquote body br center cite code dd del details div dl dt em figure
font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark
meta nav ol p pre q s samp script section small span strike strong style sub summary sup svg table
tbody td tfoot th thead tr tt u ul var video wbr
""".split()
_TAG = re.compile(
    rf"</?(?:{'|'.join(_NAMES)})(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*\s*/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_INLINE = {"strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "code": "`", "tt": "`", "kbd": "`",
           "samp": "`", "sup": "^", "sub": "~"}  # fmt: skip
_PLAIN = {"span", "u", "abbr", "font", "small", "big", "mark", "wbr", "html", "body", "q", "var", "ins"}
_LISTS = {"ul", "ol"}
_BLOCKS = {"p", "div", "br", "li", *_LISTS}
_OTHER_BLOCKS = set(
    """
address article aside blockquote center dd details dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr main
nav pre section table tr td th
""".split()
)
_DROPPED = {"script", "style", "head"}
"""Elements whose text is not text."""
_SCRIPT = re.compile(r"[\w+\-−=().,*′]{1,20}")
_NOT_TEXT = ("url", "website", "image", "picture", "email", "$schema", "canonical", "doi", "id")


def read(data: Any, source: Source, path: DataPath = ()) -> Iterator[Diagnostic]:
    """Read the HTML in all texts of the data, which are changed. Yields warnings of what is left out."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(items):
        if isinstance(value, str):
            if "&" in value or "<" in value:
                data[key], dropped = read_text(value, is_text=key not in _NOT_TEXT)
                if dropped:
                    names = ", ".join(f"<{name}>" for name in dropped)
                    message = f"only the text of {names} is printed"
                    yield source.diagnostic(
                        "html-dropped", message, source.value((*path, key)), path=(*path, key),
                        severity=Severity.WARNING,
                    )  # fmt: skip
        else:
            yield from read(value, source, (*path, key))


def read_text(text: str, *, is_text: bool = True) -> tuple[str, list[str]]:
    """A text with our markup, and the names of the elements of which only the text is left."""
    if not is_text or not _TAG.search(text):
        return _ENTITY.sub(lambda match: html.unescape(match[0]), text), []
    names = {name.lower() for name in re.findall(r"</?([A-Za-z][A-Za-z0-9]*)", text)}
    reader = _Reader(is_block=bool(names & (_BLOCKS | _OTHER_BLOCKS)))
    # What only looks like a tag is text.
    end = 0
    for match in _TAG.finditer(text):
        reader.feed(text[end : match.start()].replace("<", "&lt;"))
        reader.feed(match[0])
        end = match.end()
    reader.feed(text[end:].replace("<", "&lt;"))
    reader.close()
    return reader.text(), list(dict.fromkeys(reader.dropped))


class _Reader(HTMLParser):
    """Collects our markup for the elements of a text."""

    def __init__(self, *, is_block: bool) -> None:
        super().__init__()
        self.is_block = is_block
        """Whether elements say where lines end, so that line ends are mere spaces."""
        self.dropped: list[str] = []
        self.open: list[tuple[str, str, list[str]]] = [("", "", [])]
        """Name, target and content so far of the text and of each inline element that is open in it."""
        self.lists: list[list[Any]] = []
        """Name and number of items so far of each list that is open."""
        self.hidden = 0
        self.pending = False
        """Whether a paragraph of an item has ended, so that more of its text begins a new line."""

    def text(self) -> str:
        while len(self.open) > 1:
            self._close_inline()
        text = "".join(self.open[0][2])
        text = re.sub(r"[ \t]+(?=\n\n|\Z)|(?<=\n)[ \t]+(?![ \t]*(?:[-*]|\d+\.) )", "", text)
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.hidden += 1
            self.dropped.append(tag)
        elif tag in _INLINE:
            self.open.append((tag, "", []))
        elif tag == "a":
            self.open.append((tag, str(dict(attrs).get("href") or ""), []))
        elif tag == "br":
            self._write("  \n")
        elif tag in _LISTS:
            self._end_line("\n")
            self.lists.append([tag, 0])
        elif tag == "li":
            self._begin_item()
        elif tag in ("p", "div"):
            self._paragraph()
        elif tag not in _PLAIN:
            self.dropped.append(tag)
            if tag in _OTHER_BLOCKS:
                self._paragraph()

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _INLINE or tag == "a":
            if any(name == tag for name, *_ in self.open):
                while self._close_inline() != tag:
                    pass
        elif tag in _LISTS:
            if self.lists:
                self.lists.pop()
            self._end_line("\n" if self.lists else "\n\n")
        elif tag in ("p", "div") or tag in _OTHER_BLOCKS:
            self._paragraph()

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.is_block:
            data = re.sub(r"[ \t\r\n]+", " ", data)
            if len(self.open) == 1 and (not self._last or self._last[-1].isspace()):
                data = data.lstrip(" ")
        self._write(data)

    @property
    def _last(self) -> str:
        """The last piece that was written to the innermost element."""
        pieces = self.open[-1][2]
        return pieces[-1] if pieces else ""

    def _write(self, text: str) -> None:
        if self.pending and text.strip():
            self.pending = False
            self.open[-1][2].append("  \n" + "   " * len(self.lists))
            text = text.lstrip(" ")
        if text:
            self.open[-1][2].append(text)

    def _end_line(self, end: str) -> None:
        self.pending = False
        if self.open[0][2] or len(self.open) > 1:
            self._write(end)

    def _paragraph(self) -> None:
        """A paragraph begins or ends; those of an item of a list do not end it."""
        if self.lists:
            self.pending = bool(self._last) and not re.search(r"(?:[-*]|\d+\.) $|\n *$", self._last)
        elif self._last:
            self._write("\n\n")

    def _begin_item(self) -> None:
        self.pending = False
        while len(self.open) > 1:
            self._close_inline()
        if not self.lists:
            self.lists.append(["ul", 0])
        name, number = self.lists[-1][0], self.lists[-1][1] + 1
        self.lists[-1][1] = number
        written = self._last.rstrip(" ")
        start = "" if not self._last or written.endswith("\n") else "\n"
        indent = "   " * (len(self.lists) - 1)
        self._write(f"{start}{indent}{f'{number}.' if name == 'ol' else '-'} ")

    def _close_inline(self) -> str:
        """Close the innermost inline element; returns its name."""
        name, target, pieces = self.open.pop()
        content = "".join(pieces)
        inner = content.strip()
        before, after = content[: len(content) - len(content.lstrip())], content[len(content.rstrip()) :]
        marked = _marked(name, target, inner) if inner else ""
        marker = _INLINE.get(name, "")
        pieces = self.open[-1][2]
        if marked and marker and not before and self._last.startswith(marker) and self._last.endswith(marker):
            marked = pieces.pop()[: -len(marker)] + marked[len(marker) :]  # **a****b** would not be read
        for piece in (before, marked, after) if inner else (content[:1],):
            self._write(piece)
        return name


def _marked(name: str, target: str, text: str) -> str:
    """The text of an inline element, with our markup."""
    if name == "a":
        url = links.with_scheme(html.unescape(target)) if target else ""
        shown = text.replace("[", r"\[").replace("]", r"\]")
        return (
            f"[{shown}]({url.replace('(', '%28').replace(')', '%29')})" if url and "\n" not in text else text
        )
    marker = _INLINE[name]
    if (marker in "^~" and not _SCRIPT.fullmatch(text)) or (marker == "`" and "`" in text) or "\n" in text:
        return text
    return f"{marker}{text}{marker}"
