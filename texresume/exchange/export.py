"""What is written in other formats than PDF, and what writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from texresume.records import dataclass

if TYPE_CHECKING:
    from texresume.data.resume import Resume
    from texresume.document.model import Document


@dataclass(frozen=True, slots=True)
class Fitted:
    """How the text of the PDF was set to fit: the fitting step, from 1, the size and the distance of lines in
    pt, and the margin at the sides in mm.
    """

    step: int
    size: float
    leading: float
    margin: float


@dataclass(frozen=True, slots=True)
class Export:
    """What a build shows: everything that a writer may need, and nothing that the PDF does not show.

    `document` is as in the PDF, without the highlights that were dropped; `resume` is what it was composed
    from, the variant applied. `template` and `look` (the values of its options) say what the PDF looks like;
    `files` lay beside the source, each with its name there, the photo (`document.photo`) among them. `source`
    is the LaTeX source, `engine` what set it, which may read what is in `readable` folders, and is confined
    unless the source is `trusted`. `settings` are those of the writers, see `registry`.
    """

    document: Document
    resume: Resume
    template: str
    look: Mapping[str, object]
    source: str
    engine: str = "pdftex"
    files: Sequence[tuple[Path, str]] = ()
    readable: Sequence[Path] = ()
    trusted: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    folders: Sequence[Path] = ()
    """The folder of the template and those of its bases, the nearest first: writers may find files there."""
    fitted: Fitted | None = None
    """How the PDF was fitted, where its text must fit: letters follow it."""


class Writer(Protocol):
    """Writes a document in one format. The module of a format has one, called `WRITER`."""

    name: str
    """What `--format` calls it, such as `docx`."""
    suffix: str
    """How its files end, without the dot."""
    description: str
    """One line for the help: what the file is good for."""

    def write(self, export: Export) -> bytes:
        """The file. The same export gives the same bytes. Raises `ResumeError`."""
        ...

    def text(self, content: bytes) -> str | None:
        """The words of such a file in reading order, read as a stranger's program reads it, to be compared
        with the document; `None` where there is no text to compare, such as of LaTeX source.
        """
        ...


@runtime_checkable
class Rewriting(Protocol):
    """A writer that may say a text in other characters, such as plain ones."""

    def as_printed(self, text: str, settings: Mapping[str, str]) -> str:
        """A text of the document in the characters in which it is printed."""
        ...


@runtime_checkable
class Windowed(Protocol):
    """A writer that lays letters out for envelopes with a window."""

    def names_sender(self, export: Export) -> bool:
        """Whether a letter names the sender above the recipient."""
        ...
