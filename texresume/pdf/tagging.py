"""Whether the structure of a tagged PDF is sound: the rules of PDF/UA-1 that a program can judge.

Numbers such as 01-005 are failure conditions of the Matterhorn Protocol 1.1, the list of what a file that is
to conform to PDF/UA-1 must not do. What the text of the structure says is compared in `structure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from texresume.records import dataclass

_PAINTING = frozenset("Tj TJ ' \" S s f F f* B B* b b* sh Do EI".split()) | {"INLINE IMAGE"}
"""Operators that leave something on the page."""
_NEEDS_ALT = ("Figure", "Formula")
_HEADINGS = {f"H{level}": level for level in range(1, 7)}
_KNOWN = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H L LI Lbl LBody Table"
    " TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT"
    " WP Figure Formula Form".split()
) | set(_HEADINGS)
"""The standard types: ISO 32000-1, 14.8.4."""
_PARENTS = {"LI": ("L",), "Lbl": ("LI", "Note", "TOCI", "BibEntry"), "LBody": ("LI",)}
_CHILDREN = {"L": ("LI", "L", "Caption"), "LI": ("Lbl", "LBody")}
_DEPTH = 64
"""How many levels of elements, or of nodes of the parent tree, are read."""
_MOST = 3
"""How many findings of one code are told; more of them say the same."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the code of a diagnostic, and what it is, without a full stop."""

    code: str
    message: str


def find_faults(pdf: bytes) -> list[Fault]:
    """Everything that is wrong with the structure of a tagged PDF, at most three of a kind.

    Raises ImportError where pypdf is not installed.
    """
    from pypdf import PdfReader

    walk = _Walk(PdfReader(BytesIO(pdf)))
    counts: Counter[str] = Counter()
    found = []
    for fault in dict.fromkeys(walk.run()):
        counts[fault.code] += 1
        if counts[fault.code] <= _MOST:
            found.append(fault)
    return found


def _metadata(root: Any) -> bytes:
    stream = root.get("/Metadata")
    return bytes(stream.get_object().get_data()) if stream is not None else b""


def _name(value: Any) -> str:
    return str(value).lstrip("/")


def _id(reference: Any) -> int:
    """The number of an object, by which references to it are compared; -1 if it has none."""
    reference = getattr(reference, "indirect_reference", reference)
    return int(getattr(reference, "idnum", -1))


class _Walk:
    """Goes through the pages, the tree and the annotations of one file."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.root = reader.trailer["/Root"]
        self.pages = {_id(page): number for number, page in enumerate(reader.pages)}
        self.marks: list[dict[int, bool]] = []
        """The numbers of the marks on each page, and whether they hold something."""
        self.parents: dict[int, Any] = {}
        """The parent tree: what each key stands for."""
        self.used: set[tuple[int, int]] = set()
        self.linked: set[int] = set()
        """The annotations that are in the tree."""
        self.level = 0
        """Of the last heading."""

    def run(self) -> Iterator[Fault]:
        """All faults."""
        for number, page in enumerate(self.reader.pages):
            marks: dict[int, bool] = {}
            yield from _check_content(page, self.reader, number + 1, marks)
            self.marks.append(marks)
        tree = self.root.get("/StructTreeRoot")
        if tree is None:
            yield Fault("broken-structure", "the PDF has no structure tree")
            return
        tree = tree.get_object()
        self.parents = dict(_list_numbers(tree.get("/ParentTree", {}), _DEPTH))
        for kid in _kids(tree):
            yield from self._check_element(kid.get_object(), tree, None, "StructTreeRoot", _DEPTH)
        for number, marks in enumerate(self.marks):
            for mark in (one for one, holds in marks.items() if holds and (number, one) not in self.used):
                message = f"mark {mark} of page {number + 1} is in no element of the structure"
                yield Fault("untagged-content", message)
        for number, page in enumerate(self.reader.pages):
            yield from self._check_annotations(page, number + 1)
        yield from _check_metadata(self.root)

    def _check_element(
        self, element: Any, parent: Any, page: Any, parent_type: str, depth: int
    ) -> Iterator[Fault]:
        kind = _name(element.get("/S", ""))
        if _id(element.raw_get("/P") if "/P" in element else None) != _id(parent):
            yield Fault("broken-structure", f"an element {kind} does not name the one that it is in")
        yield from self._check_type(element, kind, parent_type)
        page = element.raw_get("/Pg") if "/Pg" in element else page
        kids = list(_kids(element))
        if not kids and kind not in ("TD", "TH"):
            yield Fault("broken-structure", f"an element {kind} holds nothing")
        for kid in kids:
            value = kid.get_object() if hasattr(kid, "get_object") else kid
            if isinstance(value, int):
                yield from self._check_mark(element, kind, int(value), page)
            elif "/S" in value:
                if depth:
                    yield from self._check_element(value, element, page, kind, depth - 1)
            elif value.get("/Type") == "/OBJR":
                yield from self._check_reference(element, kind, value)
            else:
                place = value.raw_get("/Pg") if "/Pg" in value else page
                yield from self._check_mark(element, kind, int(value["/MCID"]), place)

    def _check_type(self, element: Any, kind: str, parent_type: str) -> Iterator[Fault]:
        if kind not in _KNOWN:
            yield Fault("broken-structure", f"{kind!r} is not a type of PDF/UA-1")
        if kind in _NEEDS_ALT and not str(element.get("/Alt", "")).strip():
            yield Fault("missing-alt", f"an element {kind} has no alternative text")
        allowed = _PARENTS.get(kind)
        if (allowed and parent_type not in allowed) or kind not in _CHILDREN.get(parent_type, (kind,)):
            yield Fault("broken-list", f"an element {kind} is directly in {parent_type}")
        if level := _HEADINGS.get(kind):
            if level > self.level + 1:
                before = f"H{self.level}" if self.level else "no heading"
                yield Fault("heading-level", f"a heading {kind} follows {before}")
            self.level = level

    def _check_mark(self, element: Any, kind: str, mark: int, page: Any) -> Iterator[Fault]:
        number = self.pages.get(_id(page))
        if number is None:
            yield Fault("broken-structure", f"an element {kind} does not say which page it is on")
            return
        if mark not in self.marks[number]:
            yield Fault("broken-structure", f"mark {mark} of an element {kind} is not on page {number + 1}")
        if (number, mark) in self.used:
            yield Fault("broken-structure", f"mark {mark} of page {number + 1} is in two elements")
        self.used.add((number, mark))
        key = self.reader.pages[number].get("/StructParents")
        entries = self.parents.get(int(key)) if key is not None else None
        entries = entries.get_object() if entries is not None else []
        owner = entries[mark] if isinstance(entries, list) and mark < len(entries) else None
        if owner is None or _id(element) != _id(entries[mark].get_object() if owner is not None else None):
            yield Fault(
                "broken-structure", f"the parent tree is wrong about mark {mark} of page {number + 1}"
            )

    def _check_reference(self, element: Any, kind: str, reference: Any) -> Iterator[Fault]:
        annotation = reference["/Obj"].get_object()
        self.linked.add(_id(annotation))
        if annotation.get("/Subtype") == "/Link" and kind != "Link":
            yield Fault("untagged-link", f"a link is in an element {kind}, and not in Link")
        owner = self.parents.get(int(annotation.get("/StructParent", -1)))
        if owner is None or _id(owner.get_object()) != _id(element):
            yield Fault("broken-structure", "the parent tree is wrong about a link")

    def _check_annotations(self, page: Any, number: int) -> Iterator[Fault]:
        annotations = page.get("/Annots")
        annotations = (
            [one.get_object() for one in annotations.get_object()] if annotations is not None else []
        )
        for annotation in annotations:
            if _id(annotation) not in self.linked:
                yield Fault("untagged-link", f"a link of page {number} is in no element of the structure")
            if not str(annotation.get("/Contents", "")).strip():
                yield Fault("untagged-link", f"a link of page {number} does not say what it is (/Contents)")
        keys = [one.get("/StructParent") for one in annotations]
        if len(keys) != len(set(map(str, keys))):
            yield Fault("broken-structure", f"links of page {number} share a key of the parent tree")
        if annotations and page.get("/Tabs") != "/S":
            yield Fault(
                "ua-metadata", f"page {number} does not say that Tab follows its structure (/Tabs /S)"
            )


def _kids(element: Any) -> Sequence[Any]:
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    return list(kids) if isinstance(kids, list) else [kids]


def _list_numbers(node: Any, depth: int) -> Iterator[tuple[int, Any]]:
    node = node.get_object()
    numbers = list(node.get("/Nums", []))
    yield from zip(map(int, numbers[::2]), numbers[1::2], strict=False)
    for kid in node.get("/Kids", []) if depth else []:
        yield from _list_numbers(kid, depth - 1)


def _check_content(page: Any, reader: Any, number: int, marks: dict[int, bool]) -> Iterator[Fault]:
    """The marks of a page, which must hold all it paints; adds them to `marks`."""
    from pypdf.generic import ContentStream

    where = f"on page {number}"
    contents = page.get_contents()
    open_marks: list[tuple[str, int | None]] = []
    for operands, operator in ContentStream(contents, reader).operations if contents is not None else ():
        name = operator.decode("latin-1")
        if name in ("BDC", "BMC"):
            properties = operands[1] if name == "BDC" else {}
            mark = properties.get("/MCID") if hasattr(properties, "get") else None
            mark = None if mark is None else int(mark)
            if mark is not None and mark in marks:
                yield Fault("broken-marks", f"mark {mark} is used twice {where}")
            is_artifact = operands[0] == "/Artifact"
            if (mark is not None or is_artifact) and any(one[1] is not None for one in open_marks):
                yield Fault("broken-marks", f"a mark is within another one {where}")
            elif mark is not None and any(one[0] == "/Artifact" for one in open_marks):
                yield Fault("broken-marks", f"mark {mark} is within an artifact {where}")
            if mark is not None:
                marks.setdefault(mark, False)
            open_marks.append((str(operands[0]), mark))
        elif name == "EMC":
            if not open_marks:
                yield Fault("broken-marks", f"a mark ends that was not begun {where}")
            else:
                open_marks.pop()
        elif name in _PAINTING:
            held = next((one[1] for one in reversed(open_marks) if one[1] is not None), None)
            if held is not None:
                marks[held] = True
            elif all(one[0] != "/Artifact" for one in open_marks):
                yield Fault("untagged-content", f"something is neither tagged nor an artifact {where}")
    if open_marks:
        yield Fault("broken-marks", f"{len(open_marks)} marks do not end {where}")


def _check_metadata(root: Any) -> Iterator[Fault]:
    metadata = _metadata(root)
    if b"pdfuaid:part" not in metadata:
        yield Fault("ua-metadata", "the PDF does not say that it is made for PDF/UA")
    if b"dc:title" not in metadata:
        yield Fault("ua-metadata", "the XMP metadata has no title")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield Fault("ua-metadata", "viewers are not told to show the title (/DisplayDocTitle)")
    marked = root.get("/MarkInfo", {})
    if not marked.get("/Marked") or marked.get("/Suspects"):
        yield Fault("ua-metadata", "the PDF does not say that it is tagged (/MarkInfo)")
    if not str(root.get("/Lang", "")).strip():
        yield Fault("ua-metadata", "the PDF does not state its language (/Lang)")
