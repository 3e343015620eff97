"""The text of a page as programs read it: what is on it, in order, with the numbers of lists."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = frozenset(["head", "script", "style", "template", "noscript"])
_VOID = frozenset(["meta", "link", "br", "img", "hr", "input", "wbr", "base", "col", "source"])
_SYMBOLS = frozenset(["mi", "mn", "mo"])
"""What formulas consist of: symbols side by side, not words."""
_LINES = frozenset(
    """address article aside blockquote body dd div dl dt figure figcaption footer h1 h2 h3 h4 h5 h6 header hr
    li main nav ol p pre section table td th tr ul br""".split()
)


def words(page: str) -> str:
    """The text of a page, a line for each of its blocks, without what is not seen."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(reader.found)).strip()


class _Reader(HTMLParser):
    """Collects the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen: list[str] = []
        self._lists: list[tuple[bool, int, int, str]] = []
        """For each list that is open: numbered, the last number, the step to the next, the sign after it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A line begins with a block, and an item with its number."""
        if self._unseen or tag in _UNSEEN:
            if tag not in _VOID:
                self._unseen.append(tag)
            return
        given = dict(attrs)
        if tag in _LINES:
            self.found.append("\n")
        elif tag in _SYMBOLS:
            self.found.append(" ")
        if tag in ("ol", "ul"):
            backward = "reversed" in given
            sign = ")" if "bracket" in (given.get("class") or "").split() else "."
            start = int(given.get("start") or 1)
            self._lists.append((tag == "ol", start + (1 if backward else -1), -1 if backward else 1, sign))
        elif tag == "li" and self._lists and self._lists[-1][0]:
            _, last, step, sign = self._lists[-1]
            number = int(given.get("value") or last + step)
            self._lists[-1] = (True, number, step, sign)
            self.found.append(f"{number}{sign} ")

    def handle_endtag(self, tag: str) -> None:
        """A line ends with a block."""
        if self._unseen:
            if tag in self._unseen:
                while self._unseen.pop() != tag:
                    pass
            return
        if tag in _LINES:
            self.found.append("\n")
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        """Text, where it is seen; its lines are not those of the page."""
        if not self._unseen:
            self.found.append(re.sub(r"\s*\n\s*", " ", data))
