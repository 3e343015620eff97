"""What tests of HTML pages share: reading one as a tree of tags, and its faults."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input"}


@dataclass
class Element:
    """A tag with its attributes and the text in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page in order; `faults` are tags that do not match."""

    source: str
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.faults += [f"<{element.tag}> is not closed" for element in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes nothing")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str, kind: str = "") -> list[Element]:
        """Elements of a tag, if named of a class."""
        return [
            element
            for element in self.elements
            if element.tag == tag and (not kind or kind in element.attributes.get("class", "").split())
        ]


def faults(page: Page) -> list[str]:
    """What is wrong with a page that must stand alone and be read by everybody."""
    found = list(page.faults)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    found += [f"the id {name} is there twice" for name in set(ids) if ids.count(name) > 1]
    for element in page.elements:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            address = element.attributes.get(name, "data:")
            if not address.startswith(("data:image/png;base64,", "#")) and address != "data:":
                found.append(f"<{element.tag}> leads out of the page: {address[:40]}")
            if address.startswith("#") and address[1:] not in ids:
                found.append(f"nothing is called {address}")
        found += [f"<{element.tag} {name}>" for name in element.attributes if name.startswith("on")]
        if element.tag == "img" and not element.attributes.get("alt"):
            found.append("a picture without a text")
    style = "".join(element.text for element in page.all("style"))
    found += re.findall(r"@import|url\([^)]*\)", style)
    levels = [int(element.tag[1]) for element in page.elements if re.fullmatch("h[1-6]", element.tag)]
    if levels[:1] != [1] or any(after > before + 1 for before, after in itertools.pairwise(levels)):
        found.append(f"headings of levels {levels}")
    if len(page.all("script")) != 1:
        found.append("a script that is not ours")
    return found
