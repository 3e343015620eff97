"""What tests without TeX share: reading case files, dumping documents, refreshing goldens.

`TEXRESUME_REFRESH=1 pytest tests` rewrites expected diagnostics and goldens; read the difference before you
keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from texresume.data import loader, schema
from texresume.diagnostics import Diagnostic
from texresume.document.compose import compose
from texresume.document.model import Document, Entry
from texresume.text import locale
from texresume.text.inline import Anchor, Block, Break, Code, Inline, Math, RichText, Run, Span

DATA = Path(__file__).parent / "data"
REFRESH = bool(os.environ.get("TEXRESUME_REFRESH"))


@dataclass(frozen=True)
class Case:
    """A case of a file of cases: its title, what goes in, what must come out."""

    title: str
    given: str
    wanted: str


def cases(file: Path) -> list[Case]:
    """Cases between dots, as in markdown-it's fixtures: title, dot, input, dot, output, dot."""
    found = re.findall(
        r"^(?P<title>[^\n.][^\n]*)\n\.\n(?P<given>.*?)\n\.\n(?P<wanted>.*?)\n?^\.$",
        file.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return [Case(*case) for case in found]


def document(text: str, name: str = "resume.yaml") -> Document:
    """The document of a YAML text, whatever its characters."""
    return composed(text, name)[0]


def composed(text: str, name: str = "resume.yaml") -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of a YAML text, and all warnings."""
    loaded = loader.parse(text, Path(name))
    resume, warnings = schema.validate(loaded)
    made, more = compose(resume, locale.find("en"), loaded.source)
    return made, (*warnings, *more)


def tree(inlines: tuple[Inline, ...]) -> str:
    """An inline tree as text that can be read: `emphasis(a strong(b))`."""
    return "".join(map(_node, inlines))


def _node(inline: Inline) -> str:
    match inline:
        case Run(text):
            return f"‹{text}›"
        case Code(text):
            return f"code‹{text}›"
        case Math(source, text):
            return f"math‹{source}›=‹{text}›"
        case Break():
            return "↵"
        case Block(level, number):
            return f"⟦{level}{number and f' {number}'}⟧"
        case Span(kind, children):
            return f"{kind}({tree(children)})"
        case Anchor(url, children):
            return f"link<{url}>({tree(children)})"


def dump(made: Document) -> str:
    """A document as plain text: every leaf with the place in the data that it comes from."""
    return "\n".join(_lines(made)) + "\n"


def _leaf(field: RichText) -> str:
    return "".join(f"{tree(part.inlines)}@{part.path or '·'}" for part in field.parts)


def _lines(made: Document) -> Iterator[str]:
    yield f"name: {_leaf(made.name)}"
    for name, field in (("label", made.label), ("date", made.date)):
        if field:
            yield f"{name}: {_leaf(field)}"
    if made.photo:
        yield f"photo: {made.photo}"
    yield f"paper: {made.paper}"
    for line in made.contacts:
        for contact in line:
            yield f"{contact.kind}: {_leaf(contact.text)} -> {contact.url.target or '·'}"
        yield "--"
    for section in made.sections:
        yield f"\n# {_leaf(section.title)} ({section.name}, {section.id}, {section.kind})"
        if section.break_before:
            yield "pages: break before"
        for group in section.groups:
            if group.title:
                yield f"## {_leaf(group.title)}"
            if group.break_before:
                yield "pages: break before"
            for entry in group.entries:
                yield from _entry(entry, "")
    if made.closing or made.signature:
        yield f"\nclosing: {_leaf(made.closing)} | {made.signature or '·'}"
    metadata = made.metadata
    yield f"\nPDF: {metadata.title} | {metadata.author} | {metadata.subject} | {metadata.language}"
    yield f"keywords: {', '.join(metadata.keywords)}"


def _entry(entry: Entry, indent: str) -> Iterator[str]:
    number = f" no. {entry.number}" if entry.number else ""
    yield f"{indent}- [{entry.id} at {entry.path}]{number}"
    indent += "  "
    if entry.keep or entry.break_before:
        yield f"{indent}pages:{' keep' * entry.keep}{' break before' * entry.break_before}"
    for name in ("title", "subtitle", "note", "dates", "location", "span"):
        if field := getattr(entry, name):
            yield f"{indent}{name}: {_leaf(field)}"
    for name in ("link", "doi"):
        if link := getattr(entry, name):
            yield f"{indent}{name}: {_leaf(link.text)} -> {link.url.target or '·'}"
    for author in entry.authors:
        yield f"{indent}author: {_leaf(author.text)}{' (own)' if author.own else ''}"
    for detail in entry.details:
        yield f"{indent}{detail.name}: {_leaf(detail.label)} | {_leaf(detail.text)}"
    for paragraph in entry.paragraphs:
        yield f"{indent}paragraph: {_leaf(paragraph)}"
    for keyword in entry.keywords:
        yield f"{indent}keyword: {_leaf(keyword)}"
    for highlight in entry.highlights:
        yield f"{indent}* [{highlight.id}] {_leaf(highlight.text)}"
    for position in entry.positions:
        yield from _entry(position, indent)
