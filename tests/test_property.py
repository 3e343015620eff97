"""Any string in any field of a résumé either is built and comes back exactly, or is refused before TeX with
its place.

`TEXRESUME_EXAMPLES=5000 pytest tests/test_property.py` tries so many of each kind, others in each run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings

from texresume.build import pipeline
from texresume.build.pipeline import Build, Request
from texresume.cli.status import exit_status
from texresume.data import dates
from texresume.diagnostics import ExitStatus, ResumeError, format_diagnostics, has_errors
from texresume.tex import distribution
from texresume.text import bidi, blocks, locale, markdown, quotes
from texresume.text.inline import Anchor, Inline, Math, Span, plain_text

from .conftest import absent
from .strategies import SCRIPTED, SLOTS, TAME, WILD, Look, Placed, Resume, Slot, looks, resumes

pytestmark = pytest.mark.tex

EXAMPLES = "TEXRESUME_EXAMPLES"
"""Environment variable: how many résumés each test tries, chosen anew in each run."""
WITHOUT_FONT = {"no-font", "no-xetex"}
"""What the machine lacks, and not the data: status 3, yet before TeX and with the place."""
WITHOUT_PATH = {"yaml-syntax", "control-character"}
"""Faults of YAML: what no parser could read has no path."""
UNPLACED = {"too-long"}
"""A template's promise of one page is about no single text."""


def some(count: int) -> settings:
    """So many examples, the same in each run; `EXAMPLES` asks for more, and others."""
    given_count = os.environ.get(EXAMPLES)
    return settings(
        max_examples=int(given_count or count),
        derandomize=not given_count,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


# -- what must hold ---------------------------------------------------------------------------------------


def outcome(resume: Resume, engine_name: str, look: Look) -> str:
    """Build a résumé in a folder of its own, see that the one or the other has happened, and say which."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        file = project / "resume.yaml"
        file.write_text(resume.yaml(), encoding="utf-8", newline="\n")
        (project / "other.txt").write_text("not ours")
        before = contents(project)
        request = Request(
            file,
            look.template,
            project / "dist",
            look.options,
            engine=engine_name,
            project=project,
            locale=look.locale,
        )
        try:
            built = pipeline.build(request)
        except ResumeError as error:
            check_refusal(error, file)
            happened = error.diagnostics[-1].code
        else:
            check_text(built, resume)
            happened = "built"
        assert contents(project) == before
        made = [path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()]
        ours = re.compile(r"dist/(\.texresume|[a-z0-9.-]+)|resume\.yaml|other\.txt")
        assert all(map(ours.fullmatch, made)), made
    return happened


def contents(folder: Path) -> dict[str, bytes]:
    """What lies in a folder beside the output."""
    return {
        path.name: path.read_bytes() if path.is_file() else b""
        for path in folder.iterdir()
        if path.name != "dist"
    }


def check_refusal(error: ResumeError, file: Path) -> None:
    """Every fault says where it stands, can be printed, and nothing was typeset."""
    shown = format_diagnostics(error.diagnostics)
    faults = [found for found in error.diagnostics if found.severity == "error"]
    codes = {found.code for found in faults}
    assert codes, "refused without a fault"
    expected = ExitStatus.TEX if codes <= WITHOUT_FONT else ExitStatus.DATA
    assert exit_status(error.diagnostics) == expected, shown
    if codes != UNPLACED:
        assert not (file.parent / "dist").exists(), f"TeX ran: {shown}"
    shown.encode()
    json.dumps([found.as_json() for found in error.diagnostics]).encode()
    lines = re.split(r"\r\n|\n|\r", file.read_bytes().decode())
    for found in faults:
        if found.code in UNPLACED:
            continue
        assert found.path or found.code in WITHOUT_PATH, shown
        assert found.position is not None, shown
        assert 1 <= found.position.line <= len(lines), shown
        assert 1 <= found.position.column <= len(lines[found.position.line - 1]) + 1, shown


# -- what comes back, without the package's own comparison -------------------------------------------------

# Joiners, marks of direction, wishes for text or emoji: read and not printed. docs/characters.md says so.
_UNPRINTED = re.compile("[\\s\u200b-\u200f\u061c\ufe0e\ufe0f\x00-\x1f]+")
# Readers disagree on which bracket of a mirrored pair is which.
_MIRRORED = str.maketrans(")]}>»›", "([{<«‹")


def folded(text: str) -> str:
    """NFKC, without white space; what pdfium says for a hyphen at a line's end is a hyphen; the wave dash is
    the full-width tilde (one sign of JIS X 0208, one glyph).
    """
    text = text.replace("\ufffe", "-").replace("\u301c", "\uff5e")
    return _UNPRINTED.sub("", unicodedata.normalize("NFKC", text))


def pdfium_text(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return folded("\n".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


def poppler_text(pdf: Path) -> str | None:
    if shutil.which("pdftotext") is None:
        return None
    done = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True, timeout=30)
    return folded(done.stdout.decode())


def check_text(built: Build, resume: Resume) -> None:
    """Each string that the template prints stands in the text of the PDF."""
    assert not has_errors(built.diagnostics)
    pdf = Path(built.files["pdf"])
    texts = {"pdfium": pdfium_text(pdf), "poppler": poppler_text(pdf)}
    for placed in resume.placed:
        if placed.slot.name in left_out(built):
            continue
        for reader, text in texts.items():
            if text is not None:
                assert any(all(stands(part, text, reader) for part in parts) for parts in printed(placed)), (
                    f"{reader} lacks {placed}: {text[:2000]}"
                )


def left_out(built: Build) -> set[str]:
    """Fields that the build says it does not print."""
    said = " ".join(found.message for found in built.diagnostics if found.code == "not-printed")
    return set(re.findall(r"\w+", said))


def stands(part: str, text: str, reader: str) -> bool:
    """Whether a text holds a string, in a piece for each line or so: a column beside it is read between.

    Where letters are set out of their order (right-to-left words, marks around letters), readers put them in
    an order of their own, also those of a line beside a heading in Arabic, and poppler drops some: pdfium
    must have every character, in any order.
    """
    wanted = folded(part)
    if bidi.has_right_to_left(text) or any(unicodedata.category(char)[0] == "M" for char in part):
        there = Counter(text.translate(_MIRRORED))
        return reader != "pdfium" or not Counter(wanted.translate(_MIRRORED)) - there
    for _ in range(1 + len(wanted) // LEAST_LINE):
        size = longest(wanted, text)
        text = text.replace(wanted[:size], "\0", 1)
        wanted = wanted[size:]
        if not wanted:
            return True
    return False


LEAST_LINE = 25
"""Characters that stand in the narrowest line."""


def longest(wanted: str, text: str) -> int:
    """How much of a string stands in a text in one piece, from the string's start."""
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if wanted[:middle] in text else (low, middle - 1)
    return low


# -- what must come back ----------------------------------------------------------------------------------


def printed(placed: Placed) -> Iterator[list[str]]:
    """What a string should read as: alternatives, each in parts that stand by themselves."""
    slot, string = placed.slot, placed.string.strip()
    if slot.rule == "address":
        yield [re.sub(r"^(https?://)?(www\.)?", "", string, flags=re.IGNORECASE).removesuffix("/")]
    elif slot.rule == "email":
        yield [string.removeprefix("mailto:")]
    elif slot.name in LITERAL:
        yield [unicodedata.normalize("NFC", string)]
    elif slot.rule in MARKED_UP and not has_another_form(slot, string):
        yield from rich(string)
    else:
        yield []


LITERAL = {"phone", "postalCode", "region"}
MARKED_UP = {"text", "texts", "highlights", "entry", "free_date"}


def has_another_form(slot: Slot, string: str) -> bool:
    """What is shown in the reader's words, or not at all: dates, known types, networks in an address."""
    if slot.rule == "free_date":
        return dates.is_present(string) or dates.parse_date(string) is not None
    if slot.name == "type":
        return string.casefold() in locale.find("en").publication_types
    return slot.name == "network"


def rich(string: str) -> Iterator[list[str]]:
    """A text without its markup, formulas left out: as one paragraph, or as those that blank lines part."""
    string = quotes.typographic(string, quotes.of_languages(["en"]))
    parted = [block.text for block in blocks.split(markdown.normalised(string))]
    for texts, parse in (([string], markdown.parse), (parted, markdown.parse_block)):
        with suppress(markdown.MarkupError):
            yield [part for text in texts for part in "".join(shown(parse(text))).split("\0")]


def shown(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Math):
            yield "\0"
        elif isinstance(inline, Span | Anchor):
            yield from shown(inline.children)
        else:
            yield plain_text([inline])


# -- the property -----------------------------------------------------------------------------------------


def with_field(section: str, name: str, string: str) -> Resume:
    """A résumé with a string in one field: for what was found once."""
    slot = next(slot for slot in SLOTS if (slot.section, slot.name) == (section, name))
    entry = {"name": "Plain", name: string}
    return Resume({"basics": {"name": "Ada Quill"}, section: [entry]}, (Placed(slot, string),))


@pytest.fixture
def xetex() -> None:
    """XeTeX; a character that no font of the machine has is refused, which is as good."""
    if not distribution.find("xetex"):
        absent("XeTeX")


ACADEMIC = Look("academic", {})


@some(30)
@example(with_field("publications", "type", "Straße, kırmızı"), ACADEMIC)  # in small capitals
@example(with_field("work", "location", "W\u00a0" * 500), ACADEMIC)  # as long as may be
@example(with_field("work", "date", "W\u00a0" * 150), Look("moderncv", {"style": "classic"}))
@example(with_field("work", "description", "WW " * 1000), ACADEMIC)
@example(with_field("work", "location", "x" * 20_000), ACADEMIC)  # beyond what TeX can measure
@given(resumes(TAME), looks("en-GB", "pl", "tr"))
def test_strings_for_pdftex(any_tex: str, resume: Resume, look: Look) -> None:
    """TeX's signs, Markdown's, HTML, addresses, long words, spaces: nearly all are built."""
    event(outcome(resume, "pdftex", look))


@some(40)
@given(resumes(WILD | TAME, most=3), looks())
def test_any_strings_at_all(any_tex: str, resume: Resume, look: Look) -> None:
    """All of Unicode, control characters, lone surrogates: nearly all are refused."""
    event(outcome(resume, "pdftex", look))


@some(15)
@example(with_field("skills", "summary", "x - - y- - -- -"), ACADEMIC)  # pdfium lost hyphens by themselves
@example(with_field("skills", "summary", "x-**-** 王 - - 王 -"), ACADEMIC)
@example(with_field("skills", "summary", "-" * 41), ACADEMIC)
@example(with_field("skills", "summary", "ܖܽܞܧܦܕܟ ܨ݆ܿ"), ACADEMIC)  # points of Syriac stand apart
@example(with_field("skills", "summary", "a ؆̀ b"), ACADEMIC)
@example(
    with_field("skills", "summary", "a\U00022b4f·b 王\U00022b4f王 \U0001d4d0x"), ACADEMIC
)  # beyond U+FFFF
@given(resumes(SCRIPTED), looks("ar", "ja", "hi"))
def test_strings_for_xetex(xetex: None, resume: Resume, look: Look) -> None:
    """Scripts of all kinds beside each other, from both directions, and TeX's signs among them."""
    event(outcome(resume, "xetex", look))


@pytest.mark.parametrize(
    ("written", "meant"), [("Ada Quill", "Ada Quilt"), ("a word", "a a word"), ("Go", "GO")]
)
def test_the_property_can_fail(any_tex: str, written: str, meant: str) -> None:
    """A letter, a word, a capital that is not on the page is missed."""
    resume = with_field("skills", "summary", written)
    wrong = Resume(resume.data, tuple(replace(placed, string=meant) for placed in resume.placed))
    with pytest.raises(AssertionError, match="lacks"):
        outcome(wrong, "pdftex", ACADEMIC)
