"""Archives of CSV files, read in memory: nothing is unpacked, and no member is larger than it may be."""

from __future__ import annotations

import csv
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from texresume.data.loader import Loaded
from texresume.data.source import Mark, Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity

from .readers.registry import refused

MAXIMUM_MEMBERS = 2_000
"""A whole archive of LinkedIn has some 50 files, and a picture for each post."""
MAXIMUM_MEMBER = 2_000_000
"""Bytes of a file of which a résumé is made; connections and messages, which may have more, are not read."""
MAXIMUM_TOTAL = 8_000_000
MAXIMUM_ROWS = 5_000
"""Rows of one table."""
TABLES = (
    "Profile", "Profile Summary", "Positions", "Education", "Skills", "Languages", "Certifications",
    "Projects", "Publications", "Honors", "Courses", "Volunteering", "Patents", "Recommendations_Received",
    "Email Addresses", "PhoneNumbers", "Organizations", "Test Scores", "Causes You Care About", "Interests",
)  # fmt: skip
"""The files of LinkedIn's archive that are about a career; the others are not opened."""
_OFFICE = {
    "word/document.xml": "a Word document",
    "content.xml": "an OpenDocument text",
    "xl/workbook.xml": "a workbook",
    "ppt/presentation.xml": "a presentation",
    "META-INF/container.xml": "an e-book",
}


def load(raw: bytes, file: Path) -> Loaded:
    """The tables of an archive, each a list of mappings by its columns. Raises `ResumeError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _Reader(archive, file).read()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        secret = isinstance(error, RuntimeError) and "password" in str(error)
        message = "the archive is encrypted" if secret else f"the archive is damaged: {error}"
        hint = "unpack it, and pack the files again without a password" if secret else "download it again"
        raise _error("damaged-archive", message, file, hint) from None


def _error(code: str, message: str, file: Path, hint: str = "") -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, file, hint=hint))


class _Reader:
    """Reads the tables of one archive."""

    def __init__(self, archive: zipfile.ZipFile, file: Path) -> None:
        self.archive, self.file = archive, file
        self.source = Source.of(file, "")
        self.total = 0

    def read(self) -> Loaded:
        members = self.archive.infolist()
        if len(members) > MAXIMUM_MEMBERS:
            raise _error("too-large", f"the archive has more than {MAXIMUM_MEMBERS:,} files", self.file)
        names = {member.filename for member in members}
        for name, kind in _OFFICE.items():
            if name in names:
                raise refused(self.file, f"it is {kind}")
        data: dict[str, Any] = {}
        for member in members:
            name = _table(member)
            if name in TABLES and name not in data and not _is_link(member):
                data[name] = self.table(name, member)
        if "Profile" not in data and "Positions" not in data:
            raise refused(
                self.file, "it is an archive without the tables of a LinkedIn export, such as Profile.csv"
            )
        data.setdefault("Profile", [])
        data.setdefault("Positions", [])
        return Loaded(data, self.source)

    def table(self, name: str, member: zipfile.ZipInfo) -> list[dict[str, str]]:
        """The rows of a table, with the positions of their cells."""
        with self.archive.open(member) as stream:
            raw = stream.read(MAXIMUM_MEMBER + 1)
        self.total += len(raw)
        if len(raw) > MAXIMUM_MEMBER or self.total > MAXIMUM_TOTAL:
            message = f"{member.filename[:80]} is larger than {MAXIMUM_MEMBER // 1_000_000} MB when unpacked"
            raise _error("too-large", message, self.file)
        text = self.decoded(raw, member)
        table = Source.of(self.file / PurePosixPath(member.filename).name, text)
        rows: list[dict[str, str]] = []
        for offset, row in _rows(text, self.file, name):
            mark = Mark(offset, offset, offset, table)
            number = len(rows)
            self.source.marks.setdefault((name,), mark)
            self.source.marks[name, number] = mark
            for key in row:
                at = text.find(row[key].partition("\n")[0], offset) if row[key] else offset
                self.source.marks[name, number, key] = replace(
                    mark, key=max(at, offset), start=max(at, offset)
                )
            rows.append(row)
        return rows

    def decoded(self, raw: bytes, member: zipfile.ZipInfo) -> str:
        for encoding in ("utf-8-sig", "utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        message = f"{member.filename[:80]} is not in UTF-8"
        raise _error(
            "wrong-encoding",
            message,
            self.file,
            "download the archive again; do not save its files with Excel",
        )


def _table(member: zipfile.ZipInfo) -> str:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    return path.stem if path.suffix.lower() == ".csv" and not path.name.startswith((".", "__")) else ""


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _rows(text: str, file: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The offset of each row below the header, with its cells by column; notes above it are skipped."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for one in lines:
        starts.append(starts[-1] + len(one))
    reader = csv.reader(lines, strict=False)
    header: list[str] = []
    line = 0
    try:
        for found in reader:
            here, line = starts[line], reader.line_num
            cells = [cell.strip() for cell in found]
            if not header:
                header = cells if _is_header(cells, name) else []
                continue
            if not any(cells):
                continue
            if line > MAXIMUM_ROWS * 20:
                raise _error("too-large", f"{name}.csv has too many lines", file)
            row = dict(zip(header, cells, strict=False))
            more = [cell for cell in cells[len(header) :] if cell]
            if more:  # a comma without quotes in the last column
                row[header[-1]] = ", ".join([row[header[-1]], *more])
            yield here, {key: value for key, value in row.items() if key}
    except csv.Error as error:
        raise _error("damaged-archive", f"{name}.csv: {error}", file) from None


_FIRST = (
    "first name", "company name", "school name", "name", "email address", "number", "extension", "title",
    "profile summary", "test name", "causes supported", "interest",
)  # fmt: skip
"""Columns that the header of a table begins with."""


def _is_header(cells: list[str], name: str) -> bool:
    return bool(cells) and cells[0].lstrip("\ufeff").casefold() in _FIRST
