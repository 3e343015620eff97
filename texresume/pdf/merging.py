"""Two PDFs of ours as one: the pages of the first before those of the second, and what belongs to both."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from .extractors import read_with_pdfium

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter


def merge(first: bytes, second: bytes, entry: str, *, title: str, subject: str) -> bytes:
    """One PDF with all pages, with a `title` and `subject` of its own. What else is said of it, language and
    outline are those of the second, with an `entry` of the outline for the first; the structure is that of
    both. The same input gives the same bytes.

    Raises `ResumeError` where a text or a link of one of them is not in the result.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject

    above = PdfReader(BytesIO(first))
    writer = PdfWriter(clone_from=BytesIO(second))
    writer.merge(0, above, import_outline=False)
    _merge_structure(writer, above)
    _add_to_outline(writer, entry)
    _describe(writer, {"title": title, "subject": subject})
    digest = hashlib.sha256(first + second).digest()[:16]
    writer._ID = ArrayObject([ByteStringObject(digest), ByteStringObject(digest)])
    stream = BytesIO()
    writer.write(stream)
    merged = stream.getvalue()
    _verify(merged, first, second)
    return merged


def _verify(merged: bytes, first: bytes, second: bytes) -> None:
    """Whether pdfium reads the same texts and links in the result as in both."""
    one, parts = read_with_pdfium(merged), [read_with_pdfium(pdf) for pdf in (first, second)]
    texts = "\n".join(part.text for part in parts).split() == one.text.split()
    links = sorted(link for part in parts for link in part.links) == sorted(one.links)
    if not (texts and links):
        message = f"the merged PDF lacks {'links' if texts else 'text'} of the letter or the résumé"
        hint = "send both PDFs, and report this, please"
        raise ResumeError(Diagnostic(Severity.ERROR, "merge-failed", message, hint=hint))


# -- the metadata ------------------------------------------------------------------------------------------


_XMP = {"title": "dc:title", "subject": "dc:description"}


def _describe(writer: PdfWriter, texts: Mapping[str, str]) -> None:
    """Say what both are, in the information of the document and in its XMP, where there is one."""
    from pypdf.generic import StreamObject

    writer.add_metadata({f"/{name.title()}": text for name, text in texts.items()})
    xmp = writer.root_object.get("/Metadata")
    stream = xmp.get_object() if xmp is not None else None
    if not isinstance(stream, StreamObject):
        return
    content = stream.get_data()
    for name, text in texts.items():
        tag = re.escape(_XMP[name].encode())
        pattern = re.compile(b"(<" + tag + rb">.*?<rdf:li[^>]*>)[^<]*(?=</rdf:li>)", re.DOTALL)
        new = escape(text).encode()
        content = pattern.sub(lambda found, new=new: found[1] + new, content, count=1)  # type: ignore[misc]
    stream.set_data(content)


# -- the outline ------------------------------------------------------------------------------------------


def _add_to_outline(writer: PdfWriter, title: str) -> None:
    """Add an entry for the first page, and move it before the others (pypdf itself only appends one)."""
    from pypdf.generic import NameObject

    entry = writer.add_outline_item(title=title, page_number=0)
    root, added = writer.get_outline_root(), entry.get_object()
    first = root.raw_get("/First")
    if not isinstance(added, dict) or first == entry:
        return
    before = added.pop("/Prev").get_object()
    before.pop("/Next")
    root[NameObject("/Last")] = before.indirect_reference
    added[NameObject("/Next")] = first
    first.get_object()[NameObject("/Prev")] = entry
    root[NameObject("/First")] = entry


# -- the structure ----------------------------------------------------------------------------------------


def _merge_structure(writer: PdfWriter, above: PdfReader) -> None:
    """Put the structure of the first PDF before that of the second, and number what its pages refer to after
    what those of the second do. Where one of both has none, those pages refer to nothing.
    """
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

    root = _structure(writer.root_object)
    foreign = _structure(above.root_object)
    numbers = dict(_numbers(root["/ParentTree"])) if root and "/ParentTree" in root else {}
    offset = max([*numbers, int(root.get("/ParentTreeNextKey", 0)) - 1], default=-1) + 1 if root else 0
    for page, source in zip(writer.pages, above.pages, strict=False):
        if "/StructParents" in source:  # which pypdf leaves out
            page[NameObject("/StructParents")] = source["/StructParents"]
    for place, key in _references(writer, len(above.pages)):
        if root and foreign:
            place[NameObject(key)] = NumberObject(place[key] + offset)
        else:
            del place[key]
    if not (root and foreign):
        return
    cloned = foreign.clone(writer)
    moved = {number + offset: value for number, value in _numbers(cloned["/ParentTree"])}
    _insert_elements(root, _children(cloned))
    pairs = [
        part
        for number, value in sorted({**numbers, **moved}.items())
        for part in (NumberObject(number), value)
    ]
    tree = DictionaryObject({NameObject("/Nums"): ArrayObject(pairs)})
    root[NameObject("/ParentTree")] = writer._add_object(tree)
    root[NameObject("/ParentTreeNextKey")] = NumberObject(max([*numbers, *moved], default=-1) + 1)
    for name in ("/RoleMap", "/ClassMap"):
        if name in cloned:
            known = root[name].get_object() if name in root else {}
            root[NameObject(name)] = DictionaryObject({**cloned[name].get_object(), **known})


def _insert_elements(root: Any, elements: list[Any]) -> None:
    """Put elements first in a tree of structure; where it is one document, as parts of that."""
    from pypdf.generic import ArrayObject, NameObject

    present = _children(root)
    document: Any = present[0].get_object() if len(present) == 1 else None
    whole = document is not None and document.get("/S") == "/Document"
    parent: Any = document if whole else root
    for one in elements:
        element = one.get_object()
        element[NameObject("/P")] = parent.indirect_reference
        if whole and element.get("/S") == "/Document":
            element[NameObject("/S")] = NameObject("/Part")
    parent[NameObject("/K")] = ArrayObject([*elements, *_children(parent)])


def _structure(catalog: Any) -> Any:
    root = catalog.get("/StructTreeRoot")
    return root.get_object() if root is not None else None


def _children(root: Any) -> list[Any]:
    """References to the elements at the top of a tree of structure."""
    from pypdf.generic import ArrayObject

    children = root.raw_get("/K") if "/K" in root else []
    found = children.get_object() if hasattr(children, "get_object") else children
    return list(found) if isinstance(found, ArrayObject) else [children]


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    """The pairs of a number tree."""
    node = tree.get_object()
    for kid in node.get("/Kids", ()):
        yield from _numbers(kid)
    pairs = list(node.get("/Nums", ()))
    yield from ((int(number), value) for number, value in zip(pairs[::2], pairs[1::2], strict=True))


def _references(writer: PdfWriter, count: int) -> Iterator[tuple[Any, str]]:
    """Where the first pages and what is on them refer to the structure."""
    for page in writer.pages[:count]:
        places = [page, *(one.get_object() for one in page.get("/Annots", ()))]
        for place in places:
            yield from ((place, key) for key in ("/StructParents", "/StructParent") if key in place)
