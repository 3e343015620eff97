"""Files of other programs under tests/data/exchange/in, and what is expected of each.

`FORMAT/NAME.*` is a source, or a folder that is packed into an archive; `FORMAT/NAME.expected.yaml` is what
`new --from` writes, with the diagnostics and the count of words as comments at its end.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from texresume.diagnostics import Diagnostic, in_order
from texresume.exchange import containers, importing, yaml_text

FOLDER = ROOT / "tests/data/exchange/in"


@dataclass(frozen=True)
class Case:
    """A source and what it is expected to become."""

    source: Path

    @property
    def format(self) -> str:
        return self.source.parent.name

    @property
    def name(self) -> str:
        return self.source.stem

    @property
    def expected(self) -> Path:
        return self.source.with_name(f"{self.name}.expected.yaml")

    @property
    def id(self) -> str:
        return f"{self.format}-{self.name}"


CASES = [
    Case(source)
    for folder in sorted(FOLDER.iterdir())
    for source in sorted(folder.iterdir())
    if not source.name.endswith(".expected.yaml")
]


def content(case: Case) -> tuple[bytes, Path]:
    """What the file holds, and its name."""
    if not case.source.is_dir():
        return case.source.read_bytes(), Path(case.source.name)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(case.source.iterdir()):
            archive.write(file, file.name)
    return made.getvalue(), Path(f"{case.name}.zip")


def converted(case: Case) -> str:
    """What the source becomes."""
    imported = importing.of(containers.loads(*content(case)))
    said = importing.settled(imported)
    lines = [f"# {_said(one)}" for one in in_order(said)]
    count = importing.summary(imported, Path(content(case)[1]))
    text = yaml_text.dump(imported.loaded.data, imported.converted.comments)
    return "\n".join([text, *lines, f"# {count}", ""])


def _said(one: Diagnostic) -> str:
    position = one.position
    file = one.file.as_posix() if one.file else ""
    where = f"{file}:{position.line}:{position.column}: " if position else ""
    return f"{where}{one.severity}: {one.message} [{one.code}]"
