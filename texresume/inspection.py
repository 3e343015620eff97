"""What a machine reads from the PDF, held against what was written.

Every build asks pdfium, `check` every reader that is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import links
from .comparison import Loss, lost
from .inline import Anchor, Inline, Rich, Span
from .readers import pdfium_sees
from .renderer import Rendered

_UNREADABLE = re.compile(r"[\ue000-\uf8ff\ufffd\ufb00-\ufb06]|\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspection found."""

    pages: int
    lines_by_page: tuple[int, ...]
    lost: tuple[Loss, ...]
    missing_links: tuple[str, ...]
    link_count: int
    fonts_embedded: bool
    unembedded: tuple[str, ...]
    title: str
    author: str
    unreadable: tuple[str, ...]
    outside: int = 0
    readers: tuple[str, ...] = field(default=("pdfium",))

    @property
    def good(self) -> bool:
        """Whether a machine reads what was written."""
        return bool(self.title) and not (
            self.lost or self.missing_links or self.unembedded or self.unreadable or self.outside
        )

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "characters_lost": sum(len(word) for loss in self.lost for word in loss.words),
            "words_lost": sum(len(loss.words) for loss in self.lost),
            "links": self.link_count,
            "links_lost": len(self.missing_links),
            "fonts_embedded": self.fonts_embedded,
            "readers": list(self.readers),
        }


def inspect(pdf: bytes, rendered: Rendered) -> Report:
    """Compare a PDF with what was printed into it. Raises `ValueError` if it does not open."""
    seen = pdfium_sees(pdf)
    text = "\n".join(seen.pages)
    leaves = [printed.leaf for printed in rendered.leaves]
    there = set(map(links.core, seen.links))
    wanted = list(dict.fromkeys(url for printed in rendered.leaves for url in _targets(printed.leaf)))
    return Report(
        pages=len(seen.pages),
        lines_by_page=tuple(len(page.split("\n")) for page in seen.pages),
        lost=tuple(lost(text, leaves, mirrored=rendered.mirrored)),
        missing_links=tuple(url for url in wanted if links.core(url) not in there),
        link_count=len(seen.links),
        fonts_embedded=not seen.unembedded,
        unembedded=seen.unembedded,
        title=seen.title,
        author=seen.author,
        unreadable=tuple(dict.fromkeys(_UNREADABLE.findall(text))),
        outside=seen.outside,
    )


def _targets(leaf: Rich) -> Iterable[str]:
    for part in leaf.parts:
        yield from targets(part.inlines)


def targets(inlines: Sequence[Inline]) -> Iterable[str]:
    """The targets of the links in a text."""
    for inline in inlines:
        if isinstance(inline, Anchor):
            yield inline.url
        if isinstance(inline, Span | Anchor):
            yield from targets(inline.children)


def opinions(texts: Mapping[str, str], rendered: Rendered) -> dict[str, list[Loss]]:
    """What each reader misses, by its name; `texts` is what it reads."""
    leaves = [printed.leaf for printed in rendered.leaves]
    return {name: list(lost(text, leaves, mirrored=rendered.mirrored)) for name, text in texts.items()}
