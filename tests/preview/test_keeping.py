"""What was chosen, written into the text of a variant; and texts that keep what they had."""

from __future__ import annotations

from pathlib import Path

import pytest

from texresume.data import loader
from texresume.diagnostics import ResumeError
from texresume.preview import keeping, project_files
from texresume.preview.project_files import ProjectFile

FILE = Path("acme.yaml")
EDITS = {
    "in place": (
        "# top\ntemplate: onepage  # why\noptions:\n  accent: blue # nice\n",
        "# top\ntemplate: academic  # why\noptions:\n  accent: red # nice\n",
    ),
    "another order": (
        "options: {accent: blue}\ntemplate: onepage\n",
        "options: {accent: red}\ntemplate: academic\n",
    ),
    "nothing yet": (
        "# top\n\ninclude: [a]\n",
        "# top\n\ntemplate: academic\noptions: {accent: red}\ninclude: [a]\n",
    ),
    "after extends": (
        "# top\nextends: base # of all\n# more\ninclude: [a]\n",
        "# top\nextends: base # of all\ntemplate: academic\noptions: {accent: red}\n# more\ninclude: [a]\n",
    ),
    "another option": (
        "template: x\noptions:\n    font: serif\n    # last\nhide: [b]\n",
        "template: academic\noptions:\n    font: serif\n    accent: red\n    # last\nhide: [b]\n",
    ),
    "in braces": (
        "{template: x, options: {font: serif}}",
        "{template: academic, options: {accent: red, font: serif}}",
    ),
    "no value yet": (
        "template:\noptions:\nhide: [b]\n",
        "template: academic\noptions: {accent: red}\nhide: [b]\n",
    ),
    "in quotes": (
        "'template': \"x\"\noptions: {'accent': 'blue'}\n",
        "'template': academic\noptions: {'accent': red}\n",
    ),
    "no line end": ("template: x", "template: academic\noptions: {accent: red}\n"),
    "a folded name": ("template: >-\n  x\noptions: {}\n", "template: academic\noptions: {accent: red}\n"),
    "merged options": (
        "titles: &b {accent: blue}\noptions:\n  <<: *b\n  font: x\ntemplate: x\n",
        "titles: &b {accent: blue}\noptions:\n  <<: *b\n  font: x\n  accent: red\ntemplate: academic\n",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_only_what_is_meant(name: str) -> None:
    """Comments, order, quotes and white space of everything else are what they were."""
    before, after = EDITS[name]
    assert keeping.edited(before, FILE, "academic", {"accent": "red"}) == after
    assert keeping.edited(after, FILE, "academic", {"accent": "red"}) == after


@pytest.mark.parametrize(
    "text",
    [
        "x: &o {accent: blue}\noptions: *o\n",
        "x: {y: &t onepage}\ntemplate: *t\noptions: {}\n",
        "options: [a]\n",
    ],
)
def test_what_cannot_be_edited_is_said(text: str) -> None:
    """An edit that would change something else, or would not be what is meant, is none."""
    with pytest.raises(ResumeError) as caught:
        keeping.edited(text, FILE, "academic", {"accent": "red"})
    (error,) = caught.value.diagnostics
    assert error.code == keeping.CODE
    assert "accent: red" in error.hint


@pytest.mark.parametrize(
    "value", ["#1F4E79", "null", "yes", "0.5", "1e3", "a: b", 'it\'s "x"', "é", "- x", "[", " x "]
)
def test_any_value_comes_back(value: str) -> None:
    """However it must be quoted."""
    text = keeping.edited("hide: [b]\n", FILE, "", {"accent": value})
    assert loader.parse(text, FILE).data["options"] == {"accent": value}


def file_of(folder: Path, content: bytes) -> ProjectFile:
    path = folder / "x.yaml"
    path.write_bytes(content)
    return ProjectFile("x", path, "x.yaml", "data", "", "", (folder.resolve(),))


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"a\r\nb\r\n", "a\nc\nb\n", b"a\r\nc\r\nb\r\n"),
        (b"a\nb\r\nc\n", "a\nb\nx\nc\n", b"a\nb\r\nx\nc\n"),
        (b"\xef\xbb\xbfa\n", "b\n", b"\xef\xbb\xbfb\n"),
        (b"a\rb\r", "a\nb\nc", b"a\rb\rc"),
        (b"", "a\n", b"a\n"),
        (b"a", "a\r\nb", b"a\nb"),
    ],
)
def test_line_ends_stay(before: bytes, text: str, after: bytes, tmp_path: Path) -> None:
    """Those of each line that is still there, and the usual ones elsewhere."""
    file = file_of(tmp_path, before)
    _, base = project_files.read(file)
    project_files.write(file, text, base)
    assert file.path.read_bytes() == after
    assert [one.name for one in tmp_path.iterdir()] == ["x.yaml"]


def test_a_link_within_the_project_stays_one(tmp_path: Path) -> None:
    """What is written is the file that it leads to."""
    target = tmp_path / "real.yaml"
    target.write_text("a: b\n")
    link = tmp_path / "x.yaml"
    link.symlink_to(target)
    file = ProjectFile("x", link, "x.yaml", "data", "", "", (tmp_path.resolve(),))
    _, base = project_files.read(file)
    project_files.write(file, "a: c\n", base)
    assert link.is_symlink()
    assert target.read_text() == "a: c\n"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Is left alone, with a word why."""
    file = file_of(tmp_path, b"a: b\n")
    _, base = project_files.read(file)
    file.path.unlink()
    with pytest.raises(ResumeError) as caught:
        project_files.write(file, "a: c\n", base)
    assert caught.value.diagnostics[0].code == "no-such-file"
    file.path.mkdir()
    with pytest.raises(ResumeError):
        project_files.read(file)
