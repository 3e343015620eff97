"""Comparing a PDF with an earlier one: words added and removed, and how much of each page looks different."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from texresume.build import output
from texresume.data import files
from texresume.diagnostics import Diagnostic, ResumeError, Severity, printable
from texresume.pdf import extractors
from texresume.records import dataclass

from . import earlier

DPI = 60
"""Resolution of the comparison: enough to see a comma move."""
MAXIMUM_BYTES = 50_000_000
"""A résumé with a photo has less than a tenth of that."""
_VISIBLE = 24
"""Smallest difference of grey levels (of 255) that counts."""
_FADED = 0.6
"""How pale unchanged text is in the overlay: 1 is white."""
_HALO = 11
"""Width of the tint around a change, in pixels."""
_TINT = (255, 236, 140)
_MAXIMUM_RUNS = 6
"""Runs of words that the terminal shows; the report has all."""
_RUN_LENGTH = 60
"""Characters of such a run that the terminal shows."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page of either PDF. `share` is how much of it looks different (0 to 1); 1 if only one PDF has it.

    `old`, `new` and `overlay` are PNGs, or empty if there is no such page. In the overlay, removed ink is red
    and added ink blue, on a conspicuous tint; the rest is grey.
    """

    page: int
    share: float
    old: bytes = b""
    new: bytes = b""
    overlay: bytes = b""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an earlier PDF to a PDF.

    `words` are the runs of both texts in order: `same`, only in `a` (the earlier one), or only in `b`.
    """

    file: Path
    words: tuple[tuple[str, str], ...]
    pages: tuple[PageChange, ...]
    pages_before: int
    pages_after: int

    @property
    def added(self) -> int:
        """The number of words added."""
        return sum(len(text.split()) for kind, text in self.words if kind == "b")

    @property
    def removed(self) -> int:
        """The number of words removed."""
        return sum(len(text.split()) for kind, text in self.words if kind == "a")

    @property
    def same(self) -> bool:
        """Whether no difference can be seen."""
        return not (self.added or self.removed or any(page.share for page in self.pages))

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`: changed words are pairs of `a` (removed) or `b` (added) and the text."""
        return {
            "file": self.file.as_posix(),
            "same": self.same,
            "words_added": self.added,
            "words_removed": self.removed,
            "words": [list(pair) for pair in self.words if pair[0] != "same"],
            "pages_before": self.pages_before,
            "pages_after": self.pages_after,
            "pages": [{"page": page.page, "share": round(page.share, 4)} for page in self.pages],
        }


def load(path: Path, *, every: bool) -> dict[str, tuple[Path, bytes]]:
    """Earlier PDFs by file name, read before a build overwrites them.

    `path` is a file, or a folder with one for each variant, which `every` requires. A single file has the
    name "", and is for any build. Raises `ResumeError`.
    """
    hint = "name the PDF of an earlier build, or the folder that has it"
    if path.is_dir():
        listed = sorted(path.glob("*.pdf"))
        for file in listed:
            if files.leads_out(file, (path, Path())):  # its words would be printed
                raise _error("broken-baseline", f"{file} is a link that leads out of {path}", hint)
        found = {file.name: (file, _read(file, hint)) for file in listed}
        if found:
            return found
        raise _error("no-baseline", f"no PDF in {path}", hint)
    if every and path.exists():
        raise _error(
            "wrong-flags",
            "with --all, --baseline must be a folder",
            "name the folder that an earlier --all wrote to",
        )
    return {"": (path, _read(path, hint))}


def find(known: Mapping[str, tuple[Path, bytes]], name: str) -> tuple[Path, bytes] | None:
    """The earlier PDF of a build whose file is called `name`."""
    return known.get("") or known.get(name)


def _read(file: Path, hint: str) -> bytes:
    try:
        content = files.read(file, MAXIMUM_BYTES)
    except OSError as error:
        raise _error("no-baseline", f"cannot read {file}: {error.strerror or error}", hint) from None
    if not content.startswith(b"%PDF"):
        raise _error("broken-baseline", f"{file} is not a PDF", hint)
    return content


def _error(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint))


def compare(file: Path, old: bytes, new: bytes, *, pictures: bool = False) -> Comparison:
    """Compare two PDFs; `pictures` keeps those of the pages.

    Raises `ResumeError` if the earlier one does not open or is beyond the bounds of `earlier`.
    """
    after = [page.text for page in extractors.read_with_pdfium(new).pages]
    try:
        before = earlier.read(old, earlier.joined(after), DPI)
    except earlier.Refused as error:
        hint = "name the PDF of an earlier build, or build it again from the earlier version of the data"
        raise _error("broken-baseline", f"cannot compare with {file}: {error}", hint) from None
    pairs = zip_longest(before.pictures, output.pictures(new, DPI), fillvalue=b"")
    pages = [_compare_pages(number, *pair, pictures=pictures) for number, pair in enumerate(pairs, 1)]
    return Comparison(file, before.words, tuple(pages), before.pages, len(after))


def _compare_pages(number: int, old: bytes, new: bytes, *, pictures: bool) -> PageChange:
    from PIL import Image, ImageChops

    if not (old and new):
        return PageChange(number, 1.0, old, new) if pictures else PageChange(number, 1.0)
    both = [Image.open(BytesIO(picture)).convert("L") for picture in (old, new)]
    size = (max(one.width for one in both), max(one.height for one in both))
    padded = []
    for picture in both:
        canvas = Image.new("L", size, 255)
        canvas.paste(picture)
        padded.append(canvas)
    difference = ImageChops.difference(*padded)
    share = sum(difference.histogram()[_VISIBLE:]) / (size[0] * size[1])
    if not pictures:
        return PageChange(number, share)
    return PageChange(number, share, old, new, _draw_overlay(padded[0], padded[1], difference))


def _draw_overlay(old: Any, new: Any, difference: Any) -> bytes:
    """Both pages in one, from grey pictures: see `PageChange`."""
    from PIL import Image, ImageChops, ImageFilter

    white = Image.new("L", old.size, 255)
    both = Image.blend(ImageChops.lighter(old, new), white, _FADED)
    changed = difference.point([0] * _VISIBLE + [255] * (256 - _VISIBLE))
    around = changed.filter(ImageFilter.MaxFilter(_HALO))
    tinted = Image.composite(Image.new("RGB", old.size, _TINT), Image.merge("RGB", [both] * 3), around)
    # Where only the old page has ink, red alone is left; where only the new one has, blue.
    inks = Image.merge("RGB", (new, ImageChops.darker(old, new), old))
    stream = BytesIO()
    Image.composite(inks, tinted, changed).save(stream, format="PNG")
    return stream.getvalue()


def format_word_counts(comparison: Comparison) -> str:
    """How many words were added and removed."""
    added, removed = comparison.added, comparison.removed
    return f"{added} word{'s' * (added != 1)} added, {removed} removed" if added or removed else "same words"


def summarize(comparison: Comparison) -> str:
    """What changed, in one line."""
    if comparison.same:
        return "no difference"
    changes = [format_word_counts(comparison)]
    if comparison.pages_before != comparison.pages_after:
        changes.append(f"{comparison.pages_before} → {comparison.pages_after} pages")
    changes += [
        f"page {page.page} looks different in {max(page.share, 0.001):.1%} of its area"
        for page in comparison.pages
        if page.share
    ]
    return "; ".join(changes)


def format_comparison(comparison: Comparison) -> list[str]:
    """Lines for the terminal."""
    runs = [(kind, text.strip()) for kind, text in comparison.words if kind != "same" and text.strip()]
    lines = [f"compared with {printable(str(comparison.file))}: {summarize(comparison)}"]
    lines += [f"  {'-' if kind == 'a' else '+'} {_shorten(text)}" for kind, text in runs[:_MAXIMUM_RUNS]]
    more = len(runs) - _MAXIMUM_RUNS
    return [*lines, f"  and {more} more: see --report"] if more > 0 else lines


def _shorten(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _RUN_LENGTH else f"{text[: _RUN_LENGTH - 1]}…"
