"""Where a publication is on the web: DOI, arXiv, PubMed, an address, however a .bib file says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from . import bib_text, links
from .bibtex import Value

_ARXIV = re.compile(r"(?:https?://)?(?:www\.)?arxiv\.org/(?:abs|pdf)/([^\s?#]+?)(?:\.pdf)?/?$", re.IGNORECASE)
_ARXIV_ID = re.compile(r"(?:arxiv[:\s]*)?((?:[a-z.-]+/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?)\b", re.IGNORECASE)
_IN_WORDS = re.compile(r"arxiv[:./ ]*(?:preprint\s+)?(?:arxiv[:./ ]*)?(?:abs/)?"
                       r"(\d{4}\.\d{4,5}(?:v\d+)?|[a-z.-]+/\d{7})", re.IGNORECASE)  # fmt: skip
_DOI = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*", re.IGNORECASE)
_PUBMED = re.compile(
    r"(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)/?$"
)
_NOWHERE = "\n"
"""What is in no address."""

Found = tuple[str, str, str]
"""A field of ours, that of the entry which says it, and the text."""


def bare_doi(text: str) -> str:
    """A DOI without the address of its resolver."""
    return _DOI.sub("", text.strip(), count=1)


def read(
    fields: Mapping[str, Value], text: Callable[[str], str]
) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """What the fields of an entry say, each place once; and the fields whose address is none.

    `text` gives a field as a text.
    """
    found: dict[str, Found] = {}
    no_links: list[str] = []
    for target, name, identifier in _identifiers(fields, text):
        if identifier:
            found.setdefault(target, (target, name, identifier))
    name = next((one for one in ("url", "howpublished") if one in fields), "")
    url = _address(name, fields[name]) if name else ""
    place = _place(url)
    if url and place is None:
        no_links.append(name)
    elif place is not None:
        target, identifier = place
        doi = found["doi"][2].casefold() if "doi" in found else _NOWHERE
        if target != "url" or doi not in url.casefold():
            found.setdefault(target, (target, name, identifier))
    return tuple(found.values()), tuple(no_links)


def _identifiers(fields: Mapping[str, Value], text: Callable[[str], str]) -> Iterator[Found]:
    if "doi" in fields:
        yield "doi", "doi", bare_doi(bib_text.verbatim(fields["doi"]))
    if "eprint" in fields:
        kind = f"{text('eprinttype')} {text('archiveprefix')}".casefold().strip()
        yield _eprint(bib_text.verbatim(fields["eprint"]), kind)
    if "pmid" in fields:
        yield "pubmed", "pmid", bib_text.verbatim(fields["pmid"]).removeprefix("PMID:")
    for name in ("journal", "journaltitle", "volume", "howpublished", "note"):  # as Google Scholar writes it
        if match := _IN_WORDS.search(text(name)):
            yield "arxiv", name, match[1]


def _eprint(eprint: str, kind: str) -> Found:
    identifier = _ARXIV_ID.fullmatch(_ARXIV.sub(r"\1", eprint))
    if identifier and (not kind or "arxiv" in kind):
        return "arxiv", "eprint", identifier[1]
    if "pubmed" in kind and eprint.isdigit():
        return "pubmed", "eprint", eprint
    if re.match("https?:", eprint):
        return "url", "eprint", eprint
    return "eprint", "eprint", f"{kind or 'eprint'}:{eprint}" if eprint else ""


def _address(name: str, value: Value) -> str:
    if name == "url":
        return bib_text.verbatim(value)
    found = re.search(r"https?://[^\s{}]+", value.text)
    return found[0] if found else ""


def _place(url: str) -> tuple[str, str] | None:
    """The field of ours for an address, and what is in it; nothing for what is none."""
    if match := _ARXIV.fullmatch(url):
        return "arxiv", match[1]
    if match := _PUBMED.fullmatch(url):
        return "pubmed", match[1]
    if _DOI.match(url):
        return "doi", bare_doi(url)
    return ("url", url) if url and links.with_scheme(url) else None
