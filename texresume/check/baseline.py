"""A PDF against an earlier one: the words that came and went, and how much of each page looks different."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from texresume.build import output
from texresume.diagnostics import Diagnostic, ResumeError, Severity, printable
from texresume.pdf import extractors
from texresume.variants.difference import words_changed

DPI = 60
"""At which pages are compared: enough to see a comma move."""
MAXIMUM_PAGES = 40
"""Of an earlier PDF: whatever is longer is no earlier version of a résumé."""
_SEEN = 24
"""Difference of grey, of 255, below which nobody sees one."""
_FADED = 0.6
"""How pale the overlay shows what stayed: 1 is white."""
_HALO = 11
"""Pixels that the tint reaches, both ways."""
_TINT = (255, 236, 140)
_SHOWN = 6
"""Runs of words that the terminal shows; the report has all."""
_RUN = 60
"""Characters of such a run."""
_HYPHEN = re.compile("\ufffe\\s*")


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page of either PDF. `share` is how much of it looks different (0 to 1); 1 where only one has it.

    `old`, `new` and `overlay` are PNGs, or empty where there is no such page: in the overlay, what went is
    red, what came is blue, on a tint that is seen from afar, and what stayed is grey.
    """

    page: int
    share: float
    old: bytes = b""
    new: bytes = b""
    overlay: bytes = b""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a PDF has that an earlier one had not, and the other way round.

    `words` is the way from the old text to the new: runs that are `same`, only in `a` (the old one) or `b`.
    """

    file: Path
    words: tuple[tuple[str, str], ...]
    pages: tuple[PageChange, ...]
    pages_before: int
    pages_after: int

    @property
    def added(self) -> int:
        """How many words came."""
        return sum(len(text.split()) for kind, text in self.words if kind == "b")

    @property
    def removed(self) -> int:
        """How many words went."""
        return sum(len(text.split()) for kind, text in self.words if kind == "a")

    @property
    def same(self) -> bool:
        """Whether nobody would see a difference."""
        return not (self.added or self.removed or any(page.share for page in self.pages))

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`: changed words come as pairs of `a` (went) or `b` (came) and the text."""
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
    """Earlier PDFs by the names of their files, read before a build writes over them.

    `path` is a file, or a folder with a file for each variant (`every` asks for one). A file alone goes by
    the name "", whatever a build is called. Raises `ResumeError` with status 2.
    """
    hint = "name a PDF of an earlier build, or the folder where it lies"
    if path.is_dir():
        found = {file.name: (file, _read(file, hint)) for file in sorted(path.glob("*.pdf"))}
        if found:
            return found
        raise _fault("no-baseline", f"there is no PDF in {path}", hint)
    if every and path.exists():
        raise _fault(
            "wrong-flags",
            "--all has many PDFs: --baseline must be a folder",
            "name the folder of an earlier --all",
        )
    return {"": (path, _read(path, hint))}


def find(earlier: Mapping[str, tuple[Path, bytes]], name: str) -> tuple[Path, bytes] | None:
    """The earlier PDF of a build whose file is called `name`."""
    return earlier.get("") or earlier.get(name)


def _read(file: Path, hint: str) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _fault("no-baseline", f"cannot read {file}: {error.strerror or error}", hint) from None
    if not content.startswith(b"%PDF"):
        raise _fault("broken-baseline", f"{file} is no PDF", hint)
    return content


def _fault(code: str, message: str, hint: str) -> ResumeError:
    return ResumeError(Diagnostic(Severity.ERROR, code, message, hint=hint))


def compare(file: Path, old: bytes, new: bytes, *, pictures: bool = False) -> Comparison:
    """What changed from one PDF to the other; `pictures` keeps those of the pages.

    Raises `ResumeError` where the old one does not open or has too many pages.
    """
    hint = "it must be a PDF that opens; build it anew from an earlier version of the data"
    try:
        before = [page.text for page in extractors.pdfium_sees(old).pages]
    except (ValueError, extractors.Unreadable) as error:
        raise _fault("broken-baseline", f"{file} does not open: {error}", hint) from None
    if len(before) > MAXIMUM_PAGES:
        message = f"{file} has {len(before)} pages, and at most {MAXIMUM_PAGES} are compared"
        raise _fault("broken-baseline", message, "name a PDF of an earlier build")
    after = [page.text for page in extractors.pdfium_sees(new).pages]
    words = words_changed(_flowing(before), _flowing(after))
    pairs = zip_longest(output.pictures(old, DPI), output.pictures(new, DPI), fillvalue=b"")
    pages = [_page(number, *pair, pictures=pictures) for number, pair in enumerate(pairs, 1)]
    return Comparison(file, tuple(words), tuple(pages), len(before), len(after))


def _flowing(pages: Sequence[str]) -> str:
    """The text as one line, so that a line that ends elsewhere changes no word."""
    return " ".join(_HYPHEN.sub("-", "\n".join(pages)).split())


def _page(number: int, old: bytes, new: bytes, *, pictures: bool) -> PageChange:
    from PIL import Image, ImageChops

    if not (old and new):
        return PageChange(number, 1.0, old, new) if pictures else PageChange(number, 1.0)
    mine, its = (Image.open(BytesIO(picture)).convert("L") for picture in (old, new))
    size = (max(mine.width, its.width), max(mine.height, its.height))
    grounds = []
    for picture in (mine, its):
        ground = Image.new("L", size, 255)
        ground.paste(picture)
        grounds.append(ground)
    difference = ImageChops.difference(*grounds)
    share = sum(difference.histogram()[_SEEN:]) / (size[0] * size[1])
    if not pictures:
        return PageChange(number, share)
    return PageChange(number, share, old, new, _overlay(grounds[0], grounds[1], difference))


def _overlay(old: Any, new: Any, difference: Any) -> bytes:
    """Both pages in one, from pictures in grey: see `PageChange`."""
    from PIL import Image, ImageChops, ImageFilter

    white = Image.new("L", old.size, 255)
    both = Image.blend(ImageChops.lighter(old, new), white, _FADED)
    changed = difference.point([0] * _SEEN + [255] * (256 - _SEEN))
    around = changed.filter(ImageFilter.MaxFilter(_HALO))
    tinted = Image.composite(Image.new("RGB", old.size, _TINT), Image.merge("RGB", [both] * 3), around)
    # Where only the old page has ink, red alone is left; where only the new one has, blue.
    inks = Image.merge("RGB", (new, ImageChops.darker(old, new), old))
    stream = BytesIO()
    Image.composite(inks, tinted, changed).save(stream, format="PNG")
    return stream.getvalue()


def words(comparison: Comparison) -> str:
    """How many words came and went."""
    came, went = comparison.added, comparison.removed
    return f"{came} word{'s' * (came != 1)} came, {went} went" if came or went else "the same words"


def summary(comparison: Comparison) -> str:
    """What changed, in one line."""
    if comparison.same:
        return "the same words, the same picture"
    changes = [words(comparison)]
    if comparison.pages_before != comparison.pages_after:
        changes.append(f"{comparison.pages_before} pages became {comparison.pages_after}")
    changes += [
        f"page {page.page} looks different on {max(page.share, 0.001):.1%}"
        for page in comparison.pages
        if page.share
    ]
    return "; ".join(changes)


def said(comparison: Comparison) -> list[str]:
    """Lines for the terminal."""
    runs = [(kind, text.strip()) for kind, text in comparison.words if kind != "same" and text.strip()]
    lines = [f"compared with {printable(str(comparison.file))}: {summary(comparison)}"]
    lines += [f"  {'-' if kind == 'a' else '+'} {_short(text)}" for kind, text in runs[:_SHOWN]]
    more = len(runs) - _SHOWN
    return [*lines, f"  and {more} more, which --report shows"] if more > 0 else lines


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _RUN else f"{text[: _RUN - 1]}…"
