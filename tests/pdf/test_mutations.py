"""Sabotage: a good résumé is damaged in one way at a time, and the build names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from tests.conftest import ROOT, absent
from tests.support import build_fails, build_ok
from texresume.build.draft import Typesetter
from texresume.build.pipeline import Request
from texresume.cli.status import exit_status
from texresume.diagnostics import Diagnostic, ExitStatus
from texresume.latex.writers import InlineWriter
from texresume.tex import distribution, engine

pytestmark = pytest.mark.tex

DATA = ROOT / "data" / "resume.yaml"
LINES = DATA.read_text("utf-8").splitlines()
BULLET = InlineWriter().text(
    "Led six engineers through a live migration of 2.7 billion rows off a proprietary database; cutover took"
    " 11 minutes, lost no writes and saved $2.1M a year in licenses and hardware."
)
OTHER = InlineWriter().text(
    "Cut p99 authorization latency from 310 to 42 ms by replacing two-phase commit with idempotent writes."
)
PATH = "work[0].highlights[1]"
OTHER_PATH = "work[0].highlights[2]"
Edit = Callable[[str], str]
Harm = Callable[[bytes], bytes]


def request_for(folder: Path, template: str, engine_name: str = "pdftex") -> Request:
    """A request for the example."""
    return Request(DATA, template, folder, engine=engine_name, options={"paper": "a4"}, project=ROOT)


def sabotaged(edit: Edit = str, harm: Harm = bytes) -> Typesetter:
    """A typesetter whose LaTeX source or PDF is sabotaged on its way through TeX.

    Whatever else the build tries to mend itself, it gets the same again.
    """
    engines: list[str] = []
    last: list[engine.Typeset] = []

    def typeset(source: str, files: Any = (), **more: Any) -> engine.Typeset:
        engines.append(more["engine"])
        if r"\trplainly{" in source or more["engine"] != engines[0]:
            return last[-1]
        last.append(harmed(source, files, **more))
        return last[-1]

    def harmed(source: str, files: Any, **more: Any) -> engine.Typeset:
        edited = edit(source)
        assert edit is str or edited != source
        key = (edited, more["engine"])
        if key not in _TYPESET:  # TeX runs once for each source
            _TYPESET[key] = engine.typeset(edited, files, **more)
        return replace(_TYPESET[key], pdf=harm(_TYPESET[key].pdf))

    return typeset


_TYPESET: dict[tuple[str, str], engine.Typeset] = {}


def errors_of(
    code: str,
    folder: Path,
    template: str,
    engine_name: str = "pdftex",
    *,
    edit: Edit = str,
    harm: Harm = bytes,
    thorough: bool = False,
) -> list[Diagnostic]:
    """The errors of a sabotaged build, which must fail with this code among others, and with status 4."""
    request = request_for(folder, template, engine_name)
    error = build_fails(code, request, thorough=thorough, typeset=sabotaged(edit, harm))
    assert exit_status(error.diagnostics) == ExitStatus.INSPECTION
    return [one for one in error.diagnostics if one.severity == "error"]


# -- sabotage of the source -------------------------------------------------------------------------------


def swap(one: str, other: str) -> Edit:
    def edit(source: str) -> str:
        assert source.count(one) == source.count(other) == 1
        return source.replace(one, "\0").replace(other, one).replace("\0", other)

    return edit


def change(pattern: str, by: str) -> Edit:
    return lambda source: re.sub(pattern, lambda match: match.expand(by), source, count=1, flags=re.DOTALL)


def around(before: str, after: str) -> Edit:
    return lambda source: source.replace(BULLET, f"{before}{BULLET}{after}")


def mode_3(source: str) -> str:
    """Text that is neither filled nor stroked, in the words of either engine."""
    literal = r"\ifdefined\pdfliteral\pdfliteral direct{%s Tr}\else\special{pdf:literal direct %s Tr}\fi "
    return source.replace(BULLET, f"{literal % (3, 3)}{BULLET}{literal % (0, 0)}")


@dataclass(frozen=True)
class Mutation:
    """A sabotage, the codes that it must be called by, and where in the data the text is that it harms."""

    name: str
    edit: Edit
    codes: set[str]
    path: str = ""
    words: str = ""


IN_SOURCE = [
    Mutation("a highlight dropped", change(re.escape(BULLET), ""), {"text-lost"}, PATH, "six engineers"),
    Mutation("two highlights swapped", swap(BULLET, OTHER), {"reading-order"}, PATH, "six engineers"),
    Mutation("a highlight twice", change(re.escape(OTHER), r"\g<0> \g<0>"), {"text-repeated"}, OTHER_PATH),
    Mutation("two words swapped", change("six\tengineers", "engineers\tsix"), {"reading-order"}, PATH, "six"),
    Mutation("a digit changed", change(r"2\.7~billion", "2.8~billion"), {"text-lost"}, PATH, "2.7"),
    Mutation("a letter changed", change("proprietary", "propriatary"), {"text-lost"}, PATH, "proprietary"),
    Mutation(
        "a section dropped",
        change(r"\\\w+\{Projects\}.*?(?=\\\w+\{Education\})", ""),
        {"text-lost", "link-lost"},
        "projects[0].highlights[0]",
        "skip locked",
    ),
    Mutation("white text", around(r"{\color{white}", "}"), {"pale-text"}, PATH, "six engineers"),
    Mutation("invisible text", mode_3, {"invisible-text"}, PATH, "six engineers"),
    Mutation("tiny text", around(r"{\fontsize{1}{1}\selectfont ", "}"), {"tiny-text"}, PATH, "six engineers"),
    Mutation("text off the page", around(r"\rlap{\hskip 650bp ", "}"), {"off-page"}, PATH, "six engineers"),
    Mutation(
        "no word spaces",
        around(r"{\let\trblank\relax\spaceskip=.2pt\relax ", "}"),
        {"words-joined"},
        PATH,
        "ledsix",
    ),
    Mutation(
        "a space in a word",
        change("authorization", r"autho\\hskip 3.5pt rization"),
        {"word-split"},
        OTHER_PATH,
        "autho rization",
    ),
    Mutation(
        "a link dropped",
        change(r"\\traddress\{https://github.com/nellersby/quillon\}(\{.*?\})", r"\1"),
        {"link-lost"},
        "projects[0].url",
        "quillon",
    ),
    Mutation(
        "a link's target changed",
        change(r"\\traddress\{https://github.com/nellersby/quillon\}", r"\\traddress{https://example.com/}"),
        {"link-lost"},
        "projects[0].url",
        "quillon",
    ),
    Mutation(
        "two links' targets swapped",
        swap(r"\traddress{https://github.com/nellersby/quillon}", r"\traddress{https://github.com/nellersby/curbside}"),
        {"link-displaced"},
        "projects[1].url",
        "curbside",
    ),
    Mutation("no title", change(r"pdftitle=\{.*?\},", ""), {"no-title"}),
    Mutation("no author", change(r"pdfauthor=\{.*?\},", ""), {"no-author"}),
    Mutation("no language", change(r",pdflang=\{.*?\}", ""), {"no-language"}),
]  # fmt: skip
TEMPLATES = ("onepage", "academic")
LEFT_TO_CHECK = {"text-repeated"}
"""What costs no words: a warning in a build, an error of `check`."""


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("mutation", IN_SOURCE, ids=lambda mutation: mutation.name)
def test_sabotage_of_the_source_is_caught(
    mutation: Mutation, template: str, engine_name: str, tmp_path: Path
) -> None:
    """What TeX is made to set differently is named, with the text and its line in the data."""
    if not distribution.find(engine_name):
        absent(engine_name)
    thorough = mutation.codes <= LEFT_TO_CHECK
    code = min(mutation.codes)
    if thorough:
        built = build_ok(request_for(tmp_path, template, engine_name), typeset=sabotaged(mutation.edit))
        assert code in {one.code for one in built.diagnostics if one.severity == "warning"}
    found = errors_of(code, tmp_path, template, engine_name, edit=mutation.edit, thorough=thorough)
    check(found, mutation)


def check(found: list[Diagnostic], mutation: Mutation) -> None:
    assert {diagnostic.code for diagnostic in found} == mutation.codes
    if not mutation.path:
        return
    (named, *_) = [one for one in found if one.place == mutation.path and mutation.words in one.message]
    assert named.file == DATA
    assert named.position is not None
    assert LINES[named.position.line - 1] == named.position.text


# -- sabotage of the PDF ----------------------------------------------------------------------------------


def rewritten(harm: Callable[[pypdf.PdfWriter], object]) -> Harm:
    def apply(pdf: bytes) -> bytes:
        writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
        harm(writer)
        made = BytesIO()
        writer.write(made)
        return made.getvalue()

    return apply


def content(edit: Callable[[bytes], bytes]) -> Harm:
    """A change of what is painted on the first page."""

    def harm(writer: pypdf.PdfWriter) -> None:
        page = writer.pages[0]
        contents = page.get_contents()
        assert contents is not None
        before = contents.get_data()
        stream = StreamObject()
        stream.set_data(edit(before))
        assert stream.get_data() != before
        page[NameObject("/Contents")] = writer._add_object(stream)

    return rewritten(harm)


def fonts_of(writer: pypdf.PdfWriter) -> list[DictionaryObject]:
    resources: Any = writer.pages[0]["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]


def table(pattern: bytes, by: bytes) -> Harm:
    """A change of the tables that say which characters the glyphs of the upright face are."""

    def harm(writer: pypdf.PdfWriter) -> None:
        changed = 0
        for font in fonts_of(writer):
            stream: Any = font["/ToUnicode"].get_object()
            data, count = re.subn(pattern, by, stream.get_data())
            if count and str(font["/BaseFont"]).endswith("XCharter-Roman"):
                made = StreamObject()
                made.set_data(data)
                font[NameObject("/ToUnicode")] = writer._add_object(made)
                changed += 1
        assert changed

    return rewritten(harm)


def unmap(writer: pypdf.PdfWriter) -> None:
    (font,) = [font for font in fonts_of(writer) if str(font["/BaseFont"]).endswith("XCharter-Bold")]
    del font["/ToUnicode"]


def unembed(writer: pypdf.PdfWriter) -> None:
    for font in fonts_of(writer):
        descriptor: Any = font["/FontDescriptor"].get_object()
        descriptor.pop("/FontFile", None)


def picture(pdf: bytes) -> bytes:
    """The page as a picture, with all that a PDF says of itself."""

    def harm(writer: pypdf.PdfWriter) -> None:
        image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L")
        made = StreamObject()
        made.set_data(image.tobytes())
        facts = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray"}
        made.update({NameObject(key): NameObject(value) for key, value in facts.items()})
        for key, value in (("/Width", image.width), ("/Height", image.height), ("/BitsPerComponent", 8)):
            made[NameObject(key)] = pypdf.generic.NumberObject(value)
        resources: Any = writer.pages[0]["/Resources"]
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/P"): writer._add_object(made)})
        stream = StreamObject()
        stream.set_data(b"q 595 0 0 842 0 0 cm /P Do Q")
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return rewritten(harm)(pdf)


def blocks_reversed(data: bytes) -> bytes:
    """The same page to look at: two paragraphs of text, the longest, painted in the other order."""
    whole = re.finditer(rb"(?<=BDC\n)BT\n(?:(?!ET\n).)*ET\n(?=EMC)", data, re.DOTALL)
    blocks = sorted(whole, key=lambda block: -len(block[0]))[:2]
    first, second = sorted(blocks, key=lambda block: block.start())
    between = data[first.end() : second.start()]
    return data[: first.start()] + second[0] + between + first[0] + data[second.end() :]


def encrypted(user: str) -> Harm:
    return rewritten(lambda writer: writer.encrypt(user, "owner", algorithm="RC4-128"))


def without_link(writer: pypdf.PdfWriter) -> None:
    annotations: Any = writer.pages[0]["/Annots"]
    del annotations[-1]


def retargeted(writer: pypdf.PdfWriter) -> None:
    annotations: Any = writer.pages[0]["/Annots"]
    annotations[-1].get_object()["/A"][NameObject("/URI")] = TextStringObject("https://example.com/evil")


def cropped(writer: pypdf.PdfWriter) -> None:
    writer.pages[0].cropbox.lower_left = (0, 300)


def in_white_boxes(data: bytes) -> bytes:
    return data + b"\nq 1 1 1 rg 0 600 600 100 re f Q\n"


def on_black(data: bytes) -> bytes:
    return b"q 0 g 0 600 600 100 re f Q\n" + data


def on_black_in_white(data: bytes) -> bytes:
    """Text that is as pale as paper, on a band on which it is well seen."""
    pale = re.sub(rb"(?m)^0 g 0 G$|^0 0 0 rg 0 0 0 RG$", b"1 g 1 G", data)
    return b"/Artifact BMC q 0 g 0 0 600 842 re f Q EMC 1 g\n" + pale


IN_PDF: dict[str, tuple[Harm, set[str], str]] = {
    "a ligature's glyph is of private use": (
        table(rb"<00660066>", b"<E000>"),
        {"unreadable-text", "text-lost"},
        "basics.label",
    ),
    "a table that says another letter": (table(rb"<00660066>", b"<00660074>"), {"text-lost"}, "basics.label"),
    "white box over text": (content(in_white_boxes), {"covered-text"}, PATH),
    "page without text": (picture, {"no-text", "text-lost"}, PATH),
    "fonts not embedded": (rewritten(unembed), {"font-not-embedded"}, ""),
    "blank page": (
        rewritten(lambda writer: writer.add_blank_page()),
        {"too-long", "blank-page"},
        "",
    ),
    "page twice": (
        rewritten(lambda writer: writer.add_page(writer.pages[0])),
        {"too-long", "repeated-page"},
        "",
    ),
    "file cut short": (lambda pdf: pdf[:-300], {"damaged-pdf"}, ""),
    "half a file": (lambda pdf: pdf[: len(pdf) // 2], {"damaged-pdf"}, ""),
    "no file": (lambda pdf: b"", {"damaged-pdf"}, ""),
    "password": (encrypted("secret"), {"encrypted-pdf"}, ""),
    "encrypted without a password": (encrypted(""), {"encrypted-pdf"}, ""),
    "page on its side": (rewritten(lambda writer: writer.pages[0].rotate(90)), {"rotated-page"}, ""),
    "crop box": (rewritten(cropped), {"off-page"}, "projects[0].url"),
    "blocks in another order": (content(blocks_reversed), {"reading-order", "text-lost"}, ""),
    "link removed": (rewritten(without_link), {"link-lost"}, "projects[1].url"),
    "link retargeted": (rewritten(retargeted), {"link-lost"}, "projects[1].url"),
}


ONLY_FOR_PDFIUM = {"blocks in another order"}
"""What looks right, and reads right by its places: a warning in a build, an error of `check`."""


def few(codes: set[str]) -> set[str]:
    """A damaged file may have lost anything besides."""
    return codes & {"damaged-pdf"} or codes


@pytest.mark.parametrize("name", IN_PDF)
def test_sabotage_of_the_pdf_is_caught(name: str, any_tex: str, tmp_path: Path) -> None:
    """What is done to a good PDF is named."""
    harm, codes, path = IN_PDF[name]
    thorough = name in ONLY_FOR_PDFIUM
    if thorough:
        built = build_ok(request_for(tmp_path, "onepage"), typeset=sabotaged(harm=harm))
        assert codes <= {one.code for one in built.diagnostics if one.severity == "warning"}
    found = errors_of(min(codes), tmp_path, "onepage", harm=harm, thorough=thorough)
    assert few({diagnostic.code for diagnostic in found}) == codes
    if path:
        placed = [one for one in found if one.place == path]
        assert placed
        assert all(one.position is not None and one.position.text in LINES for one in placed)


def test_pages_in_another_order_are_caught(any_tex: str, tmp_path: Path) -> None:
    """Two pages change places: one finding names the first text that is extracted elsewhere."""

    def harm(writer: pypdf.PdfWriter) -> None:
        pages: Any = writer.root_object["/Pages"]
        pages[NameObject("/Kids")] = ArrayObject(reversed(pages["/Kids"]))

    found = errors_of("reading-order", tmp_path, "academic", harm=rewritten(harm))
    assert [diagnostic.code for diagnostic in found] == ["reading-order"]
    assert "more texts" in found[0].message


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (rewritten(unmap), "no-unicode-map"),
        (table(rb"<00660066>", b"<FB00>"), "unreadable-text"),
        (content(on_black), "unseen-text"),
    ],
    ids=["no table of characters", "a ligature's glyph is U+FB00", "black on black"],
)
def test_sabotage_that_only_check_sees(harm: Harm, code: str, any_tex: str, tmp_path: Path) -> None:
    """`check` looks at every text in the page's picture, and into every font."""
    build_ok(request_for(tmp_path, "onepage"), typeset=sabotaged(harm=harm))
    found = errors_of(code, tmp_path, "onepage", harm=harm, thorough=True)
    assert {diagnostic.code for diagnostic in found} - {"text-lost", "unreadable-text"} == {code} - {
        "unreadable-text"
    }


GOOD: dict[str, Harm] = {
    "as it is": bytes,
    "written by another program": rewritten(lambda writer: None),
    "white on black": content(on_black_in_white),
    "a white band below the text": content(
        lambda data: b"/Artifact BMC q 1 g 0 0 600 842 re f Q EMC\n" + data
    ),
}


@pytest.mark.parametrize("thorough", [False, True], ids=["build", "check"])
@pytest.mark.parametrize("name", GOOD)
def test_what_is_no_sabotage_raises_nothing(name: str, thorough: bool, any_tex: str, tmp_path: Path) -> None:
    """The same ways of changing a PDF, without damage."""
    request = request_for(tmp_path, "onepage")
    built = build_ok(request, thorough=thorough, typeset=sabotaged(harm=GOOD[name]))
    # A band over the whole page reaches into its margins.
    assert {one.code for one in built.diagnostics} <= {"outside-margins"}


def test_the_older_pdf_survives(any_tex: str, tmp_path: Path) -> None:
    """A build that fails leaves the PDF of an earlier one alone, and keeps its own beside it."""
    older = Path(build_ok(request_for(tmp_path, "onepage")).files["pdf"])
    good = older.read_bytes()
    errors_of("text-lost", tmp_path, "onepage", edit=IN_SOURCE[0].edit)
    assert older.read_bytes() == good
    failed = older.with_suffix(".failed.pdf").read_bytes()
    assert failed.startswith(b"%PDF")
    assert failed != good
