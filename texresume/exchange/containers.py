"""What a file is by its first bytes, and the data in it: YAML or JSON in any encoding of Unicode, XML,
an archive.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from texresume.data import loader, text_files
from texresume.data.loader import Loaded
from texresume.diagnostics import Diagnostic, ResumeError, Severity

from .readers import registry

MAXIMUM_ARCHIVE = 50_000_000
"""A LinkedIn archive without pictures has less than 10 MB."""
_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "a document in Rich Text Format"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"%!PS", "a PostScript file"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def load(file: Path, *, lenient: bool = True) -> Loaded:
    """The data of a file, whatever holds it; YAML that is not read as another program's is, if not `lenient`.

    Raises `ResumeError`.
    """
    raw = text_files.read_bytes(file, MAXIMUM_ARCHIVE)
    return loads(raw, file, lenient=lenient)


def loads(raw: bytes, file: Path, *, lenient: bool = True) -> Loaded:
    """The same for what a file holds."""
    if raw.startswith(b"PK\x03\x04") or raw.startswith(b"PK\x05\x06"):
        from . import archives

        return archives.load(raw, file)
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        from . import attached

        return attached.load(raw, file)
    for magic, name in _MAGIC:
        if raw.startswith(magic):
            raise registry.refused(file, f"it is {name}")
    if len(raw) > text_files.MAXIMUM_BYTES:
        message = f"the file is larger than {text_files.MAXIMUM_BYTES // 1_000_000} MB"
        raise ResumeError(Diagnostic(Severity.ERROR, "too-large", message, file))
    text = decoded(raw, file)
    if re.match(r"\s*<(?:\?xml|!DOCTYPE(?! html)|!--|[A-Za-z_][\w.:-]*[\s/>])", text) and not _is_html(text):
        from . import xml_trees

        return xml_trees.load(text, file)
    if _is_html(text):
        raise registry.refused(file, "it is a web page")
    return _yaml(text, file, lenient=lenient)


def decoded(raw: bytes, file: Path) -> str:
    """The text in some bytes: UTF-8, or UTF-16 and UTF-32 with a mark, or UTF-16 by its NULs."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                message = f"the file starts like {encoding.upper()}, but is not: {error.reason}"
                raise ResumeError(Diagnostic(Severity.ERROR, "wrong-encoding", message, file)) from None
    head = raw[:64]
    if len(head) > 1 and not head[1::2].strip(b"\0") and head[::2].strip(b"\0"):
        return _as(raw, "utf-16-le", file)
    if len(head) > 1 and not head[::2].strip(b"\0") and head[1::2].strip(b"\0"):
        return _as(raw, "utf-16-be", file)
    if b"\0" in head:
        raise registry.refused(file, "it is not a text")
    declared = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z][\w.-]*)", raw[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        return _as(raw, declared[1].decode("ascii"), file)
    return text_files.decode(raw, file)


def _as(raw: bytes, encoding: str, file: Path) -> str:
    try:
        return raw.decode(encoding)
    except (LookupError, UnicodeDecodeError, ValueError) as error:
        message = f"the file is not valid {encoding}: {error}"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-encoding", message, file)) from None


def _is_html(text: str) -> bool:
    return (
        re.match(r"\s*(?:<!--.*?-->\s*)?<(?:!DOCTYPE html|html|head|body)\b", text, re.IGNORECASE | re.DOTALL)
        is not None
    )


def _yaml(text: str, file: Path, *, lenient: bool) -> Loaded:
    """YAML or JSON; a text that is neither is none of our formats."""
    try:
        return loader.parse(text, file, lenient=lenient)
    except ResumeError as error:
        codes = {one.code for one in error.diagnostics}
        if "wrong-top" in codes:
            raise registry.refused(
                file, "it holds " + ("a list" if text.lstrip().startswith(("[", "-")) else "plain text")
            ) from None
        looks_structured = re.search(r"^\s*[\"']?[\w $@-]+[\"']?\s*:(?:\s|$)|^\s*[{\[]", text, re.MULTILINE)
        if "syntax" in " ".join(codes) and not looks_structured:
            raise registry.refused(file, "it holds plain text") from None
        raise
