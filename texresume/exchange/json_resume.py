"""JSON Resume 1.x: what the standard has in its form, all else beside it under `x-texresume`.

Written from the data and not from the document: dates stay dates. Read again, the file says the same as the
YAML that it was made from, in one language; see `data.extension`.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from texresume.data import assets, dates
from texresume.data.resume import Entry, Highlight, Resume, Section, Text, dotted
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.text import locale

from .export import Export
from .json_data import Plain, unfolded
from .json_standard import standard, usual_date, usual_url

_LARGEST_PHOTO = 1_000_000
"""Bytes of a photo that is put into the file."""
# What YAML, which reads the file, has only as escapes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class JsonResume:
    """The writer of json."""

    name = "json"
    suffix = "json"
    description = "JSON Resume, for other programs"

    def write(self, export: Export) -> bytes:
        """The file in UTF-8. Raises `ResumeError` where a text of the data is not in it."""
        tag = export.document.metadata.language
        languages = locale.find(tag).languages
        data = Plain(languages).resume(export.resume, tag)
        document, resume = export.document, export.resume
        if photo := _picture(export, resume.basics.text("image"), document.photo):
            data["basics"]["image"] = photo
        if signature := _picture(export, resume.signature.text("image"), document.signature):
            data["basics"]["signature"]["image"] = signature
        text = json.dumps(standard(data), ensure_ascii=False, indent=2) + "\n"
        text = _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        _refuse_losses(export.resume, languages, text)
        return text.encode()

    def text(self, content: bytes) -> str | None:
        """None: it has dates and settings, and no headings. `write` compares the texts of the data."""
        return None


def _picture(export: Export, image: Text | None, shown: str) -> str:
    """A picture that the PDF shows, as an address that has it all: its path says nothing elsewhere."""
    file = next((file for file, name in export.files if name == shown), None)
    if file is None or image is None or any(map(assets.is_embedded, image.languages.values())):
        return ""
    content = file.read_bytes()
    kind = "png" if shown.endswith(".png") else "jpeg"
    packed = base64.b64encode(content).decode()
    return f"data:image/{kind};base64,{packed}" if len(content) <= _LARGEST_PHOTO else ""


# -- nothing is lost ---------------------------------------------------------------------------------------


def _refuse_losses(resume: Resume, languages: tuple[str, ...], written: str) -> None:
    """Read the file again and look for every text of the data in it."""
    data = json.loads(written)
    there = Counter(_strings(data))
    for path, string in _texts(resume, languages):
        # an address is there with its scheme, an ongoing date is left out
        forms = {unfolded(string), usual_url(string), usual_date(string)}
        if not any(there[form] for form in forms if form) and not dates.is_present(string):
            message = f"{string[:60]!r} of {path} is missing from the json"
            raise ResumeError(Diagnostic(Severity.ERROR, "text-lost", message, hint="please report this"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def _texts(resume: Resume, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every text of a résumé that a reader of these languages sees, with its path."""
    has_summary = any(section.name == "summary" for section in resume.sections)
    signature = [text for key, text in resume.signature.fields.items() if key != "image"]
    stack: list[Any] = [resume.location, *signature, *resume.profiles, *resume.contacts, *resume.sections]
    for key, value in resume.basics.fields.items():
        if key != "image" and (key != "summary" or has_summary):
            stack.append(value)
    while stack:
        match stack.pop():
            case Text() as text:
                string, path, _ = text.pick(*languages)
                if string:
                    yield dotted(path), string
            case tuple() as values:
                stack += values
            case Section() as section:
                stack += [*section.entries, *([section.title] if section.title else [])]
            case Entry() as entry:
                stack += [*entry.fields.values(), *entry.highlights, *entry.links, *entry.parts]
            case Highlight() as highlight:
                stack += [highlight.text, *highlight.highlights]


WRITER = JsonResume()
