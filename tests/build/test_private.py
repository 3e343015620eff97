"""Private data: laid over the head of the résumé, and left out where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from texresume.build import reading
from texresume.diagnostics import ResumeError
from texresume.document.model import Document
from texresume.latex.view import fields_of

PUBLIC = """\
basics:
  name: Ilka Brandvold
  email: ilka@example.com
  location: {city: Bergen, countryCode: "NO"}
work: [{name: Acme, startDate: 2020}]
"""
PRIVATE = """\
basics:
  phone: 412-555-0117
  location: {address: Strandgaten 1}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A project with private data beside the public."""
    (tmp_path / "private.yaml").write_text(PRIVATE, "utf-8")
    file = tmp_path / "resume.yaml"
    file.write_text(PUBLIC, "utf-8")
    return file


def text(data: Path, private: str = "") -> str:
    """All that the document says."""
    made: Document = reading.read(reading.master(data, private)).document
    return "\n".join(map(str, fields_of(made)))


def test_what_is_private_is_laid_over_the_head(data: Path) -> None:
    """The phone is added, and the street to the city that is public."""
    said = text(data)
    assert "412-555-0117" in said
    assert "Strandgaten 1, Bergen" in said
    assert "ilka@example.com" in said


def test_builds_without_it_leave_it_out(data: Path) -> None:
    """Where the file is not, as in CI, or not wanted."""
    assert "412-555-0117" not in text(data, reading.NOT_PRIVATE)
    (data.parent / "private.yaml").unlink()
    assert "412-555-0117" not in text(data)
    assert "Bergen" in text(data)


def test_another_file_can_be_named(data: Path, tmp_path: Path) -> None:
    """With `--private`; it takes the place of the usual one."""
    other = tmp_path / "other.yaml"
    other.write_text("basics: {phone: 555-0142}\n", "utf-8")
    said = text(data, str(other))
    assert "555-0142" in said
    assert "Strandgaten" not in said


@pytest.mark.parametrize(
    ("private", "place", "code"),
    [
        ("work: []\n", (1, 1), "unknown-key"),
        ("basics: {phoen: 412-555-0117}\n", (1, 10), "unknown-key"),
        ("basics:\n  email: nobody\n", (2, 10), "wrong-email"),
        ("basics: 412-555-0117\n", (1, 9), "wrong-type"),
        ("basics: {name: }\n", (1, 10), "empty-name"),
    ],
)
def test_its_faults_stand_in_it(data: Path, private: str, place: tuple[int, int], code: str) -> None:
    """File, line and column are those of the private file."""
    file = data.parent / "private.yaml"
    file.write_text(private, "utf-8")
    with pytest.raises(ResumeError) as caught:
        text(data)
    (fault,) = caught.value.diagnostics
    assert (fault.file, fault.code) == (file, code)
    assert fault.position is not None
    assert (fault.position.line, fault.position.column) == place


def test_a_file_that_is_named_must_be_there(data: Path) -> None:
    """The usual one may lack, one that is asked for may not."""
    with pytest.raises(ResumeError) as caught:
        text(data, str(data.parent / "nothing.yaml"))
    assert caught.value.diagnostics[0].code == "no-such-file"


def test_what_cannot_be_typeset_is_blamed_on_it(data: Path) -> None:
    """Found much later than the file was read, and still at its place."""
    file = data.parent / "private.yaml"
    file.write_text('basics:\n  location: {address: "1\\u202e Main St"}\n', "utf-8")
    with pytest.raises(ResumeError) as caught:
        text(data)
    (fault,) = caught.value.diagnostics
    assert fault.file == file
    assert fault.position is not None
    assert fault.position.line == 2
