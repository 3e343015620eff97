"""What an inspection finds in a PDF, what is wrong with it, and how it is said: one ordered list of checks.

The list is all there is to say whether a PDF is good: what it reports as an error fails the build. The table
"In every build" of docs/checks.md has the same codes, which a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from texresume.diagnostics import Severity
from texresume.records import dataclass

from . import folding
from .visibility import TINY

if TYPE_CHECKING:
    from texresume.document.model import Metadata

    from .alignment import Loss
    from .reading_order import Displaced, Misspaced
    from .structure import StructureFindings

_EXCERPT = 60
"""Characters of a text that a message shows."""


@dataclass(frozen=True, slots=True)
class LostLink:
    """A target that the PDF has less often than it was printed, and the path in the data that it is from.

    `displaced`: the PDF has it, but links around it have other targets than they should.
    """

    url: str
    path: str
    displaced: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that is in the PDF but that nobody sees: the code says why, `losses` which texts of the data.

    `page` counts from 1; `sample` is the text, or how much of it there is.
    """

    code: str
    page: int
    sample: str
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class BadPage:
    """A page that should not be there, or not be like this: the code says why. `page` counts from 1."""

    code: str
    page: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspection found; `damage` is the code of what keeps programs from opening the file, if any."""

    pages: int = 0
    lines_by_page: tuple[int, ...] = ()
    damage: str = ""
    lost: tuple[Loss, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    misspaced: tuple[Misspaced, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()
    """Path and text of what is in the PDF once more than it was printed."""
    structure: StructureFindings | None = None
    """What is wrong with the structure of the PDF; None if it has none, or if this pdfium cannot tell."""
    hidden: tuple[Hidden, ...] = ()
    page_faults: tuple[BadPage, ...] = ()
    missing_links: tuple[LostLink, ...] = ()
    foreign_links: tuple[str, ...] = ()
    """Targets that the data has not."""
    wide_links: tuple[tuple[int, str], ...] = ()
    """Page, from 1, and target of each link that is larger than any text."""
    additions: tuple[tuple[str, str], ...] = ()
    """Code and name of what no résumé needs: scripts, files, notes."""
    link_count: int = 0
    fonts_embedded: bool = True
    unembedded: tuple[str, ...] = ()
    title: str = ""
    author: str = ""
    language: str | None = None
    intended: Metadata | None = None
    """What the PDF should state."""
    unreadable: tuple[str, ...] = ()
    readers: tuple[str, ...] = field(default=("pdfium",))
    """The names of the extractors that were used."""
    strict: bool = False
    """Whether what only pdfium shows is an error too, as in `check`."""

    @property
    def misread(self) -> tuple[str, ...]:
        """The paths of the fields that pdfium misreads; none where nothing can be read at all."""
        paths = [one.path for one in self.lost] + [one.path for one in self.displaced]
        paths += [one.path for one in self.misspaced if one.plain]
        return tuple(path for path in dict.fromkeys(paths) if path)

    @property
    def good(self) -> bool:
        """Whether nothing that was found fails the build."""
        return not any(problem.is_error for problem in find_problems(self))

    def as_json(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "characters_lost": sum(len(word) for loss in self.lost for word in loss.words),
            "words_lost": sum(len(loss.words) for loss in self.lost),
            "links": self.link_count,
            "links_lost": len(self.missing_links),
            "fonts_embedded": self.fonts_embedded,
            "tagged": self.structure is not None,
            "readers": list(self.readers),
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about a PDF; `path` is the path in the data of the text that it is about, if any."""

    code: str
    message: str
    path: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether it fails the build."""
        return self.severity is Severity.ERROR


def find_problems(report: Report) -> Iterator[Problem]:
    """Everything that is wrong, in the order of `CHECKS`."""
    if report.damage and not report.pages:  # nothing else is known of a file that does not open
        yield from _check_damage(report)
        return
    for _, check in CHECKS:
        yield from check(report)


HINTS: Mapping[str, str] = {
    "damage": "build again; if it stays, 'texresume doctor' tells whether TeX is installed completely",
    "text-lost": "look for it in the .failed.pdf; write it in other words or characters, or try another "
    "template (--template) or engine (--engine)",
    "reading-order": "programs that copy the text read it in this order; try another template (--template)",
    "text-repeated": "delete it where the data has it a second time; a template may print it twice",
    "spaces": "people see it right, programs may not; write the word in another way, or try another engine "
    "(--engine) or template (--template)",
    "structure": "screen readers say what the structure holds, in its order; a template of your own must set "
    "text in paragraphs, or with \\trpiece",
    "hidden": "the template or the photo hides it: try another template (--template), or remove the photo",
    "off-page": "shorten the longest word or address in it; see the warnings about lines that are too wide",
    "page": "try another template (--template); one of your own must print no such page",
    "link": "check the address in the data; a template of your own must link with \\trlink",
    "foreign": "the template adds it: take it out there, or use another template (--template)",
    "font-not-embedded": "install the font, or name another one under meta.fonts",
    "unreadable-text": "replace the character in the data, or try another engine (--engine)",
    "no-unicode-map": "use another font: meta.fonts in the data, or another template (--template)",
}
"""What the user can do about it."""


def describe_loss(loss: Loss, where: str, severity: Severity = Severity.ERROR) -> Problem:
    """A text that is missing; `where` says from what, such as "the PDF's text"."""
    words = " ".join(loss.words)[:_EXCERPT]
    message = f"{words!r} of {loss.path or repr(loss.text)} is missing from {where}"
    return Problem("text-lost", message, loss.path, HINTS["text-lost"], severity)


def describe_unreadable(char: str) -> Problem:
    """A character in the PDF's text that no program understands."""
    message = f"the PDF's text contains {char!r}, which no program can read"
    return Problem("unreadable-text", message, hint=HINTS["unreadable-text"])


def describe_unmapped(font: str) -> Problem:
    """A font without a ToUnicode table."""
    message = f"the font {font} has no ToUnicode table: some extractors must guess its characters"
    return Problem("no-unicode-map", message, hint=HINTS["no-unicode-map"])


def _check_damage(report: Report) -> Iterator[Problem]:
    if report.damage == "damaged-pdf":
        message = "the PDF is damaged: programs cannot open it, or must repair it first"
        yield Problem(report.damage, message, hint=HINTS["damage"])
    elif report.damage:
        message = "the PDF is encrypted: programs cannot open it, or may not copy its text"
        yield Problem(report.damage, message, hint=HINTS["damage"])


def _severity(report: Report, *, confirmed: bool) -> Severity:
    """What one way of reading shows and another does not is a warning, but for `check`."""
    return Severity.ERROR if confirmed or report.strict else Severity.WARNING


def _check_losses(report: Report) -> Iterator[Problem]:
    for loss in report.lost:
        where = "the PDF's text" if loss.confirmed else "the text that pdfium extracts"
        yield describe_loss(loss, where, _severity(report, confirmed=loss.confirmed))


def _check_order(report: Report) -> Iterator[Problem]:
    if any(page.code == "rotated-page" for page in report.page_faults):
        return  # the order of its texts follows from that
    for moved in report.displaced:
        text = repr(moved.text[:_EXCERPT])
        if moved.within:
            message = f"{text} is extracted with its words in another order"
        else:
            more = f" and {moved.others} more texts are" if moved.others else " is"
            message = f"{text}{more} extracted at another place than printed"
        severity = _severity(report, confirmed=moved.confirmed)
        yield Problem("reading-order", message, moved.path, HINTS["reading-order"], severity)


def _check_repetitions(report: Report) -> Iterator[Problem]:
    if any(page.code == "repeated-page" for page in report.page_faults):
        return
    for path, text in report.repeated:
        message = f"{text[:_EXCERPT]!r} is in the PDF one more time than it was printed"
        severity = _severity(report, confirmed=False)
        yield Problem("text-repeated", message, path, HINTS["text-repeated"], severity)


def _check_spaces(report: Report) -> Iterator[Problem]:
    for spaced in report.misspaced:
        text = repr(spaced.text[:_EXCERPT])
        if spaced.joined:
            severity = _severity(report, confirmed=spaced.confirmed) if spaced.plain else Severity.WARNING
            message = f"words are extracted without the space between them: {spaced.joined[0]!r} in {text}"
            yield Problem("words-joined", message, spaced.path, HINTS["spaces"], severity)
        # pdfium sees gaps next to letters with marks (ș, ờ) where there are none.
        if spaced.split and spaced.plain:
            message = f"a word is extracted with a space in it: {spaced.split[0]!r} in {text}"
            severity = _severity(report, confirmed=spaced.confirmed)
            severity = Severity.WARNING if spaced.at_script else severity
            yield Problem("word-split", message, spaced.path, HINTS["spaces"], severity)


def _check_structure(report: Report) -> Iterator[Problem]:
    if report.structure is None:
        return
    severity = _severity(report, confirmed=False)
    for loss in report.structure.lost:
        words = " ".join(loss.words)[:_EXCERPT]
        message = f"{words!r} of {loss.path or repr(loss.text)} is missing from the structure of the PDF"
        yield Problem("untagged-text", message, loss.path, HINTS["structure"], severity)
    for moved in report.structure.displaced:
        text = repr(moved.text[:_EXCERPT])
        message = f"{text} stands at another place in the structure of the PDF than it was printed"
        yield Problem("structure-order", message, moved.path, HINTS["structure"], severity)


_HIDDEN = {
    "invisible-text": "text that is neither filled nor stroked",
    "tiny-text": f"letters smaller than {TINY:g} pt",
    "pale-text": "text in the colour of the page",
    "covered-text": "text with something painted over it",
    "unseen-text": "text that cannot be seen",
    "off-page": "text beyond the edge of the page",
}


def _check_visibility(report: Report) -> Iterator[Problem]:
    for hidden in report.hidden:
        message = f"page {hidden.page} has {_HIDDEN[hidden.code]}"
        hint = HINTS["off-page" if hidden.code == "off-page" else "hidden"]
        for loss in hidden.losses:
            words = " ".join(loss.words)[:_EXCERPT]
            yield Problem(hidden.code, f"{message}: {words!r}", loss.path, hint)
        if not hidden.losses:
            yield Problem(hidden.code, f"{message}: {hidden.sample[:_EXCERPT]}", hint=hint)


_BAD_PAGES = {
    "blank-page": "shows nothing of the data",
    "no-text": "is a picture without text",
    "repeated-page": "repeats an earlier page",
    "rotated-page": "is rotated",
}


def _check_pages(report: Report) -> Iterator[Problem]:
    for page in report.page_faults:
        yield Problem(page.code, f"page {page.page} {_BAD_PAGES[page.code]}", hint=HINTS["page"])


def _check_links(report: Report) -> Iterator[Problem]:
    for link in report.missing_links:
        if link.displaced:
            message = f"the link to {link.url} is on another text"
            yield Problem("link-displaced", message, link.path, HINTS["link"])
        else:
            message = f"the link to {link.url} is missing from the PDF"
            yield Problem("link-lost", message, link.path, HINTS["link"])
    severity = _severity(report, confirmed=False)
    for url in report.foreign_links:
        message = f"the PDF links to {url}, which is not in the data"
        yield Problem("foreign-link", message, hint=HINTS["foreign"], severity=severity)
    for page, url in report.wide_links:
        message = f"page {page} has a link to {url} over more than a line of text"
        yield Problem("link-too-large", message, hint=HINTS["link"], severity=severity)


def _check_additions(report: Report) -> Iterator[Problem]:
    for code, name in report.additions:
        yield Problem(code, f"the PDF contains {name}", hint=HINTS["foreign"])


def _check_fonts(report: Report) -> Iterator[Problem]:
    for font in report.unembedded:
        message = f"the font {font} is not embedded in the PDF"
        yield Problem("font-not-embedded", message, hint=HINTS["font-not-embedded"])


def _check_characters(report: Report) -> Iterator[Problem]:
    for char in report.unreadable:
        yield describe_unreadable(char)


def _check_metadata(report: Report) -> Iterator[Problem]:
    for name, value in (("title", report.title), ("author", report.author), ("language", report.language)):
        if value == "":  # None: this pdfium cannot tell
            hint = f"templates set it with \\hypersetup and metadata.{name}"
            yield Problem(f"no-{name}", f"the PDF does not state its {name}", hint=hint)
        elif value and report.intended and not _is_same(name, value, getattr(report.intended, name)):
            message = f"the PDF states the {name} {value[:_EXCERPT]!r}, and not that of the data"
            hint = f"templates set it with \\hypersetup and metadata.{name}"
            # a title in other words is a template's choice, until `check` is asked
            severity = _severity(report, confirmed=name != "title")
            yield Problem(f"wrong-{name}", message, hint=hint, severity=severity)


def _is_same(name: str, stated: str, intended: str) -> bool:
    """Whether a statement is that of the data: `en` is the language of `en-US`, too."""
    if name == "language":
        return stated.casefold().partition("-")[0] == intended.casefold().partition("-")[0]
    return folding.fold(stated) == folding.fold(intended)


CHECKS: tuple[tuple[tuple[str, ...], Callable[[Report], Iterable[Problem]]], ...] = (
    (("damaged-pdf", "encrypted-pdf"), _check_damage),
    (("text-lost",), _check_losses),
    (("reading-order",), _check_order),
    (("text-repeated",), _check_repetitions),
    (("words-joined", "word-split"), _check_spaces),
    (("untagged-text", "structure-order"), _check_structure),
    (tuple(_HIDDEN), _check_visibility),
    (tuple(_BAD_PAGES), _check_pages),
    (("link-lost", "link-displaced", "foreign-link", "link-too-large"), _check_links),
    (("active-content", "embedded-file", "foreign-annotation"), _check_additions),
    (("font-not-embedded",), _check_fonts),
    (("unreadable-text",), _check_characters),
    (
        ("no-title", "no-author", "no-language", "wrong-title", "wrong-author", "wrong-language"),
        _check_metadata,
    ),
)
"""The codes that each check may report, and the check, in the order of the report."""

CODES = frozenset(code for codes, _ in CHECKS for code in codes) | {"no-unicode-map"}
"""The codes of everything that verifying a PDF may find wrong."""
