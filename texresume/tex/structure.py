r"""The structure of a page that XeTeX has set, put into its PDF.

XeTeX has no objects of PDF: what is to be in the file stands on a page, and the structure is known only when
all pages are out. So `texresume-tags.tex` writes it, at the end of the same run, to the file `.tags`, one
object a line, and here those objects join the file that xdvipdfmx has made: its catalog and pages get the
entries that they lack, and its last table of objects gives way to a longer one. The pages' contents stay as
they are.

    page PAGE /StructParents 0/Tabs/S/Annots 1 0 R
    object NUMBER <</S/P/P 3 0 R/Pg P1 0 R/K[ 1]>>
    xml NUMBER <?xpacket ...
    catalog 0 /StructTreeRoot 2 0 R/Metadata 9 0 R
    end LAST

Numbers are those of this file, `P1 0 R` is the first page.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from texresume.records import dataclass

_VERSION = b"%PDF-1.7"
"""Of which PDF/UA-1 speaks; xdvipdfmx writes an older one, and what it writes is the same in both."""
_LINE = re.compile(r"(object|xml|page|catalog|end) (\d+) (.*)")
_STRING = r"\((?:[^()\\]|\\.)*\)"
_TOKEN = re.compile(rf"(?P<key>/URI)?(?P<string>{_STRING})|\b(?P<page>P?)(?P<number>\d+) 0 R\b")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_ANNOTATIONS = re.compile(rb"/Annots\s*(?:(\d+)\s+0\s+R|\[([^\]]*)\])")
_REFERENCE = re.compile(rb"(\d+)\s+0\s+R")
_TABLE = re.compile(rb"\s*(\d+)\s+0\s+obj\s*(<<.*?>>)\s*stream\r?\n", re.DOTALL)
_FREE, _PLAIN, _PACKED = range(3)
_PARTS = 2
"""Of what stands before the objects of a stream: numbers and offsets, in pairs."""
_DEPTH = 16
"""How many levels of the tree of pages are read."""


def read_pdf(folder: Path, job: str) -> bytes:
    """The PDF that TeX has made in a folder, with the structure that it wrote beside it, if it did. Raises
    `OSError`.
    """
    pdf = (folder / f"{job}.pdf").read_bytes()
    try:
        written = (folder / f"{job}.tags").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return pdf
    return add_structure(pdf, written)


def add_structure(pdf: bytes, written: str) -> bytes:
    """A PDF by xdvipdfmx with a structure as above. Where either is not as it should be, the PDF as it is: it
    is not tagged then, and does not say so.
    """
    try:
        return _joined(_File(pdf), _Structure.of(written))
    except (ValueError, KeyError, IndexError, zlib.error):
        return pdf


@dataclass(frozen=True, slots=True)
class _Structure:
    """What TeX has written: by their numbers, objects and streams of XML; additions to pages and catalog."""

    objects: Mapping[int, str]
    streams: Mapping[int, str]
    pages: Mapping[int, str]
    catalog: str
    last: int

    @staticmethod
    def of(written: str) -> _Structure:
        """Raises `ValueError` if it is not whole."""
        kinds: dict[str, dict[int, str]] = {"object": {}, "xml": {}, "page": {}, "catalog": {}, "end": {}}
        for line in written.splitlines():
            if (match := _LINE.fullmatch(line)) is None:
                raise ValueError("not a line of a structure")
            kinds[match[1]][int(match[2])] = match[3]
        if len(kinds["end"]) != 1 or len(kinds["catalog"]) != 1:
            raise ValueError("the end is missing")
        (last,) = kinds["end"]
        return _Structure(kinds["object"], kinds["xml"], kinds["page"], kinds["catalog"][0], last)


class _File:
    """The objects of a PDF whose table of objects is a stream, as xdvipdfmx makes it."""

    def __init__(self, pdf: bytes) -> None:
        """Raises `ValueError` and the like for a PDF that is made in another way."""
        self.pdf = pdf
        self.end = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        """Where the table begins, which is the last object."""
        if (table := _TABLE.match(pdf, self.end)) is None or b"/Prev" in table[2] or b"/Index" in table[2]:
            raise ValueError("not a table of objects by xdvipdfmx")
        self.number, self.trailer = int(table[1]), table[2]
        if b"/DecodeParms" in self.trailer or self.number != int(_value(self.trailer, b"Size")) - 1:
            raise ValueError("not a table of objects by xdvipdfmx")
        widths = [int(one) for one in _value(self.trailer, b"W").strip(b"[]").split()]
        data = zlib.decompressobj().decompress(pdf[table.end() :])
        self.entries = list(_read_entries(data, widths))
        self._packed: dict[int, dict[int, bytes]] = {}

    def read(self, number: int) -> bytes:
        """An object that is no stream."""
        kind, place, _ = self.entries[number]
        if kind == _PACKED:
            if place not in self._packed:
                self._packed[place] = self._unpack(place)
            return self._packed[place][number]
        if kind != _PLAIN:
            raise ValueError("an object that is not there")
        start = self.pdf.index(b"obj", place) + 3
        return self.pdf[start : self.pdf.index(b"endobj", start)].strip()

    def _unpack(self, number: int) -> dict[int, bytes]:
        """The objects of a stream."""
        place = self.entries[number][1]
        if (head := _TABLE.match(self.pdf, place)) is None:
            raise ValueError("not a stream of objects")
        data = zlib.decompressobj().decompress(self.pdf[head.end() :])
        first = int(_value(head[2], b"First"))
        numbers = [int(one) for one in data[:first].split()]
        starts = [first + offset for offset in numbers[1::2]]
        ends = [*starts[1:], len(data)]
        return {
            one: data[start:end].strip()
            for one, start, end in zip(numbers[::_PARTS], starts, ends, strict=True)
        }

    def pages(self, number: int, depth: int = _DEPTH) -> Iterator[int]:
        """The numbers of the pages below a node of their tree, in order."""
        node = self.read(number)
        match = re.search(rb"/Kids\s*\[([^\]]*)\]", node)
        if match is None:
            yield number
        elif depth:
            for kid in _REFERENCE.findall(match[1]):
                yield from self.pages(int(kid), depth - 1)


def _value(dictionary: bytes, name: bytes) -> bytes:
    """A number, a reference's number, or an array in a dictionary. Raises `ValueError` if there is none."""
    match = re.search(rb"/" + name + rb"\s*(\[[^\]]*\]|\d+)", dictionary)
    if match is None:
        raise ValueError(f"no {name!r}")
    return match[1]


def _read_entries(data: bytes, widths: list[int]) -> Iterator[tuple[int, int, int]]:
    one, two, three = widths
    for at in range(0, len(data) - sum(widths) + 1, sum(widths)):
        kind = int.from_bytes(data[at : at + one], "big") if one else _PLAIN
        place = int.from_bytes(data[at + one : at + one + two], "big")
        yield kind, place, int.from_bytes(data[at + one + two : at + one + two + three], "big")


def _joined(file: _File, structure: _Structure) -> bytes:
    """The file with the structure in it. Its objects take their numbers from that of the old table on."""
    root = int(_value(file.trailer, b"Root"))
    catalog = file.read(root)
    pages = list(file.pages(int(_value(catalog, b"Pages"))))
    if any(key in catalog for key in (b"/StructTreeRoot", b"/MarkInfo", b"/Metadata")):
        raise ValueError("a structure by somebody else")
    renumber = _Renumbering(file.number - 1, pages)
    packed = {renumber.base + number: renumber(text) for number, text in structure.objects.items()}
    packed[root] = _extended(catalog, renumber(structure.catalog))
    for place, number in enumerate(pages):
        addition = renumber(structure.pages[place + 1])
        page, others = _parted(file, file.read(number))
        packed[number] = _extended(page, addition)
        if others:  # a template has made them of itself
            ours = int(_value(addition, b"Annots"))
            packed[ours] = b"[" + packed[ours].strip(b"[]") + b" " + others + b"]"
    entries = file.entries[: file.number] + [(_FREE, 0, 0)] * (structure.last + 2)
    body = bytearray(_VERSION + file.pdf[len(_VERSION) : file.end])
    for number, text in structure.streams.items():
        xml = text.encode()
        entries[renumber.base + number] = (_PLAIN, len(body), 0)
        head = f"{renumber.base + number} 0 obj\n<</Type/Metadata/Subtype/XML/Length {len(xml)}>>\nstream\n"
        body += head.encode() + xml + b"\nendstream\nendobj\n"
    return _written(body, entries, packed, file.trailer)


class _Renumbering:
    """Gives the objects of a structure their numbers in the file."""

    def __init__(self, base: int, pages: list[int]) -> None:
        self.base = base
        self._pages = pages

    def __call__(self, text: str) -> bytes:
        """An object, with strings and references as they are in a PDF."""
        return _TOKEN.sub(self._token, text).encode("utf-8")

    def _token(self, match: re.Match[str]) -> str:
        if match["string"] is not None:
            is_text = match["key"] is None and not match["string"].isascii()
            return _encoded(match["string"]) if is_text else match[0]
        number = int(match["number"])
        return f"{self._pages[number - 1] if match['page'] else self.base + number} 0 R"


def _encoded(string: str) -> str:
    """A string of characters as one of UTF-16."""
    text = _ESCAPE.sub(lambda code: chr(int(code[1], 8)) if code[1].isdigit() else code[1], string[1:-1])
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _extended(dictionary: bytes, addition: bytes) -> bytes:
    """A dictionary with more entries."""
    if not dictionary.endswith(b">>"):
        raise ValueError("not a dictionary")
    return dictionary[:-2] + addition + b">>"


def _parted(file: _File, page: bytes) -> tuple[bytes, bytes]:
    """A page without its annotations, and references to these."""
    match = _ANNOTATIONS.search(page)
    if match is None:
        return page, b""
    others = match[2] if match[1] is None else file.read(int(match[1])).strip(b"[]")
    return page[: match.start()] + page[match.end() :], others.strip()


def _written(
    body: bytearray, entries: list[tuple[int, int, int]], packed: Mapping[int, bytes], trailer: bytes
) -> bytes:
    """The file: what is there, a stream of the other objects, and the table."""
    stream, table = len(entries) - 2, len(entries) - 1
    heads, texts, at = [], [], 0
    for index, (number, text) in enumerate(packed.items()):
        entries[number] = (_PACKED, stream, index)
        heads.append(f"{number} {at}")
        texts.append(text)
        at += len(text) + 1
    head = " ".join(heads).encode() + b"\n"
    entries[stream] = (_PLAIN, len(body), 0)
    keys = f"/Type/ObjStm/N {len(packed)}/First {len(head)}"
    body += _stream(stream, keys, head + b"\n".join(texts))
    entries[table] = (_PLAIN, len(body), 0)
    kept = b"".join(
        b"/%b %b%b" % (name, _value(trailer, name), b" 0 R") for name in (b"Root", b"Info") if name in trailer
    )
    identity = b"/ID" + _value(trailer, b"ID") if b"/ID" in trailer else b""
    keys = f"/Type/XRef{(identity + kept).decode('latin-1')}/Size {len(entries)}/W[1 4 2]"
    start = len(body)
    data = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")
        for kind, place, index in entries
    )
    body += _stream(table, keys, data)
    body += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(body)


def _stream(number: int, keys: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    head = f"{number} 0 obj\n<<{keys}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
    return head.encode("latin-1") + packed + b"\nendstream\nendobj\n"
