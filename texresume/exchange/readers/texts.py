"""Texts of other programs with our markup: plain text, HTML, Markdown of several kinds."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from texresume.data import html_markup, links
from texresume.text import markdown
from texresume.text.inline import plain_text

_SPECIAL = re.compile(r"[*`\[\]<>^~$]")
_BULLET = re.compile(r"^([ \t]*)[•‣▪●◦►·*–—][ \t]*(?=\S)", re.MULTILINE)
_ITEM = re.compile(r"[ \t]*(?:[-*+•‣▪●◦►·–]|\d{1,2}[.)])[ \t]+\S")


def plain(text: str) -> str:
    """A text without markup: what we would read as markup is escaped; line ends are kept."""
    lines = [_escaped(line.rstrip()) for line in _BULLET.sub(r"\1- ", text.strip()).splitlines()]
    return _with_breaks(lines)


def _escaped(line: str) -> str:
    bullet = re.match(r"[ \t]*- ", line)
    head, rest = (line[: bullet.end()], line[bullet.end() :]) if bullet else ("", line)
    if not _SPECIAL.search(rest):
        return line
    try:
        kept = plain_text(markdown.parse(rest)) == re.sub(r"\s+", " ", rest).strip()
    except markdown.MarkupError:
        kept = False
    return line if kept else head + _SPECIAL.sub(r"\\\g<0>", rest)


def _with_breaks(lines: list[str]) -> str:
    """Lines as one text in which line ends are meant: between two that are neither items nor empty."""
    result: list[str] = []
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        breaks = line.strip() and after.strip() and not _ITEM.match(after) and not line.endswith("\\")
        result.append(f"{line}\\" if breaks and not _ITEM.match(line) else line)
    return "\n".join(result).strip()


def of_html(text: str) -> str:
    """A text with HTML in it."""
    made = html_markup.read_text(text)[0]
    return re.sub(r"[ ]{2,}\n", "\\\\\n", made)


def dropped_from_html(text: str) -> list[str]:
    """What is left out of such a text, in words for a message."""
    names = [f"<{name}>" for name in html_markup.read_text(text)[1]]
    for target in re.findall(r"""<a\b[^>]*?\bhref\s*=\s*["']?([^"'>\s]+)""", text, re.IGNORECASE):
        if not links.with_scheme(html.unescape(target)):
            names.append(f"the link to {target[:40]!r}")
    names += [
        f"the picture {source[:40]!r}"
        for source in re.findall(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'>]+)", text)
    ]
    return list(dict.fromkeys(names))


class _Visible(HTMLParser):
    """Collects the text of HTML that people see."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        self.pieces.append("" if tag in _INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in ("script", "style")))
        self.pieces.append("" if tag in _INLINE else " ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


_INLINE = {"strong", "b", "em", "i", "u", "span", "a", "code", "sup", "sub", "mark", "s", "small", "font"}


def visible(text: str) -> str:
    """The text of HTML as people see it."""
    if "<" not in text:
        return html.unescape(text)
    reader = _Visible()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces)


def of_markdown(text: str) -> str:
    """A text in CommonMark: `_emphasis_` and `__strong__` are ours with asterisks, headings are strong."""
    text = re.sub(r"<br\s*/?>", "\\\\\n", text)
    text = re.sub(r"(?<![\w\\])__(?=\S)(.+?)(?<=\S)__(?!\w)", r"**\1**", text)
    text = re.sub(r"(?<![\w\\*])_(?=[^\s_])([^_\n]+?)(?<=\S)_(?!\w)", r"*\1*", text)
    if "\n" in text:
        text = re.sub(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", r"**\1**\n", text, flags=re.MULTILINE)
        text = re.sub(r"\n{3,}", "\n\n", text)
    text = re.sub(r"(?<!\\)~~(.+?)~~", r"\1", text)
    text = re.sub(r" {2,}\n(?=[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]|\s*\n)", "\n", text)
    text = re.sub(r" {2,}\n", "\\\\\n", text)
    return re.sub(r"\\([_#+.!()|{}-])", r"\1", text)


def visible_in_markdown(text: str) -> str:
    """The text of Markdown without HTML's line breaks."""
    return re.sub(r"<br\s*/?>", " ", text)


def without_emphasis(text: str) -> str:
    """A text without the asterisks around it."""
    return re.sub(r"^\*{1,3}(.+?)\*{1,3}$", r"\1", text)
