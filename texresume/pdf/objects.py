"""What is in a PDF beside its pages: actions, files, notes. Its objects are read as text, without a library.

A name counts where it stands in an object, not in a string (such as the target of a link) nor in a stream.
Compressed objects, as pdfTeX and XeTeX write them, are unpacked first.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"stream\r?\n")
_LARGEST = 1 << 24
"""Bytes up to which the objects of one stream are unpacked."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)"
_NAME = re.compile(_STRING + rb"|/(Subtype\s*/)?([^\s()<>\[\]{}/%]+)", re.DOTALL)
ACTIVE = {
    "OpenAction": "an action when it is opened",
    "AA": "an action that starts by itself",
    "JavaScript": "JavaScript",
    "JS": "JavaScript",
    "Launch": "the start of a program",
    "GoToR": "a link into another file",
    "GoToE": "a link into an embedded file",
    "SubmitForm": "a form that is sent somewhere",
    "ImportData": "the import of data",
    "XFA": "a form of XFA",
    "AcroForm": "a form",
    "RichMedia": "a player of media",
}
"""Names of what a PDF may do when it is read: ISO 32000-1, 12.6."""
EMBEDDED = {"EmbeddedFile": "an embedded file", "EmbeddedFiles": "an embedded file"}
NOTES = {
    "Text": "a note",
    "FreeText": "a note",
    "Popup": "a note",
    "StrikeOut": "a line through its text",
    "Highlight": "a highlighter's mark",
    "Underline": "a reviewer's underline",
    "Squiggly": "a reviewer's underline",
    "Stamp": "a stamp",
    "Ink": "a drawing",
    "Line": "a drawing",
    "Square": "a drawing",
    "Circle": "a drawing",
    "Polygon": "a drawing",
    "PolyLine": "a drawing",
    "Redact": "a redaction",
    "Watermark": "a watermark",
    "FileAttachment": "an attached file",
    "Screen": "a player of media",
    "Movie": "a player of media",
    "Sound": "a player of media",
    "Widget": "a field of a form",
}
"""Subtypes of annotations other than links: ISO 32000-1, 12.5.6."""


_CANDIDATE = re.compile(
    f"/(?:{'|'.join((*ACTIVE, *EMBEDDED))})|/Subtype\\s*/(?:{'|'.join(NOTES)})".encode() + b"|#[0-9A-Fa-f]{2}"
)
"""Quick to look for: what has none of these has none of the names."""


def find_additions(pdf: bytes) -> Iterator[tuple[str, str]]:
    """What a PDF has that no résumé needs: the code of each, and what it is; each once."""
    found: dict[tuple[str, str], None] = {}
    for objects in filter(_CANDIDATE.search, _read_objects(pdf)):
        for match in _NAME.finditer(objects):
            if match[2] is None:
                continue
            name = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), match[2]).decode("latin-1")
            if match[1] and name in NOTES:
                found["foreign-annotation", NOTES[name]] = None
            elif name in ACTIVE:
                found["active-content", ACTIVE[name]] = None
            elif name in EMBEDDED:
                found["embedded-file", EMBEDDED[name]] = None
    yield from found


def _read_objects(pdf: bytes) -> Iterator[bytes]:
    """The objects of a file between its streams, and those in them."""
    for piece in pdf.split(b"endstream"):
        match = _STREAM.search(piece)
        between = piece[: match.start()] if match else piece
        yield between
        if match and b"/ObjStm" in between[between.rfind(b"obj") :]:
            try:
                yield zlib.decompressobj().decompress(piece[match.end() :], _LARGEST)
            except zlib.error:  # what pdfium cannot read either is reported as damage
                continue
