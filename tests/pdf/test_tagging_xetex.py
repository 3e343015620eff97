"""The structure for screen readers of pages that XeTeX has set, from left to right and from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.conftest import ROOT, absent
from tests.fixtures import DATA
from tests.support import build_fails, build_ok
from texresume.build import design, draft, reading
from texresume.build.request import Request
from texresume.build.run import Run
from texresume.check.thorough import inspect_thoroughly
from texresume.fonts import machine
from texresume.latex.render import Rendered
from texresume.pdf import inspection, tagging
from texresume.pdf.extractors import extract_texts, read_with_pdfium
from texresume.tex import distribution, engine, structure

from .test_tagging import ALL_KINDS, LOOKS, SABOTAGES, codes_of, elements

pytestmark = pytest.mark.tex

BOTH_WAYS = DATA / "structure" / "both-ways.yaml"
SCRIPTS = DATA / "scripts"
FONTS = ("Noto Sans Hebrew", "Noto Sans Arabic")
STRUCTURE_CODES = {code for _, codes in SABOTAGES.values() for code in codes}
NEAR = 0.02
"""Points by which a glyph may stand elsewhere with the structure: xdvipdfmx rounds where a mark begins."""


@pytest.fixture
def xetex(any_tex: str) -> None:
    """XeTeX."""
    if not distribution.find("xetex"):
        absent("xetex")


@pytest.fixture
def scripts(xetex: None) -> None:
    """XeTeX, and fonts for Hebrew and Arabic."""
    if gone := [name for name in FONTS if name not in machine.installed()]:
        absent(f"the font {gone[0]}")


@cache
def typeset(data: Path, look: str, untagged: bool = False) -> tuple[bytes, Rendered]:
    """The PDF of a résumé by XeTeX, and what was printed in it; TeX runs once for each."""
    template, options = LOOKS[look]
    request = Request(
        data=data, template=template, options=options, project=ROOT, engine="xetex", untagged=untagged
    )
    run = Run(request)
    run.content = reading.read_content(run)
    run.design = design.choose(run, run.content)
    run.draft = draft.fit_to_pages(run, run.design, engine.typeset)
    return run.draft.typeset.pdf, run.draft.rendered


def read_aloud(pdf: bytes) -> str:
    """The text of the structure, in its order, without white space."""
    read = read_with_pdfium(pdf).structure
    text = read.text if read else None
    assert text is not None, "the order is that of painting"
    return re.sub(r"\s+", "", text)


def glyphs(pdf: bytes) -> Iterator[tuple[int, str, float, float]]:
    """Page, character, and place of all that is visible, by pdfium, sorted."""
    from ctypes import c_double

    x, y = c_double(), c_double()
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        textpage = page.get_textpage()
        for index in range(textpage.count_chars()):
            character = chr(pdfium.FPDFText_GetUnicode(textpage.raw, index))
            if not character.isspace() and not pdfium.FPDFText_IsGenerated(textpage.raw, index):
                pdfium.FPDFText_GetCharOrigin(textpage.raw, index, x, y)
                yield number, character, x.value, y.value


# -- from left to right -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "look", [pytest.param(look, marks=() if look == "banking" else pytest.mark.slow) for look in LOOKS]
)
@pytest.mark.usefixtures("xetex")
def test_every_look_has_a_sound_structure(look: str) -> None:
    """Every kind of content, as with pdfTeX: the same elements, nothing moved, the same words."""
    pdf, rendered = typeset(ALL_KINDS, look)
    assert codes_of(pdf, rendered) & STRUCTURE_CODES == set()
    assert inspection.inspect(pdf, rendered).structure is not None
    kinds = [kind for _, kind, _ in elements(pdf)]
    assert kinds.count("H1") == 1
    assert {"Sect", "H2", "H3", "H4", "P", "L", "LI", "Lbl", "LBody", "Link", "Formula"} <= set(kinds)
    alts = {str(element["/Alt"]) for _, _, element in elements(pdf) if "/Alt" in element}
    assert {"x^2 + a/b", "E=mc^2"} <= alts
    assert ("Ada Verlaine-Ōshima" in alts) == (LOOKS[look][0] == "moderncv")
    plain, _ = typeset(ALL_KINDS, look, untagged=True)
    assert b"pdfuaid" not in plain
    for one, other in zip(glyphs(pdf), glyphs(plain), strict=True):
        assert one[:2] == other[:2]
        assert max(abs(one[2] - other[2]), abs(one[3] - other[3])) < NEAR
    assert read_with_pdfium(pdf).text.split() == read_with_pdfium(plain).text.split()
    if look != "banking":  # which is tried each time: these take long to load
        words, before = extract_texts(pdf), extract_texts(plain)
        assert {name: str(text).split() for name, text in words.items()} == {
            name: str(text).split() for name, text in before.items()
        }


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["resume", "researcher", "student", "engineer/resume"])
@pytest.mark.usefixtures("xetex")
def test_every_example_has_a_sound_structure(name: str, look: str) -> None:
    """In every look."""
    typeset.cache_clear()
    assert codes_of(*typeset(ROOT / "data" / f"{name}.yaml", look)) & STRUCTURE_CODES == set()


@pytest.mark.usefixtures("xetex")
def test_the_build_says_that_it_is_tagged(tmp_path: Path) -> None:
    """As with pdfTeX, and `check` has nothing to add; the same bytes each time. Archives need pdfTeX."""
    request = Request(ROOT / "data" / "student.yaml", "onepage", tmp_path, project=ROOT, engine="xetex")
    built = build_ok(request, inspect=inspect_thoroughly)
    assert built.as_json()["inspection"]["tagged"] is True
    assert {one.code for one in built.diagnostics} & (STRUCTURE_CODES | {"not-tagged"}) == set()
    pdf = Path(built.files["pdf"]).read_bytes()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert pdf.startswith(b"%PDF-1.7")
    assert Path(build_ok(request).files["pdf"]).read_bytes() == pdf
    build_fails("not-archived", Request(
        request.data, "onepage", tmp_path, project=ROOT, engine="xetex", archive=True
    ))  # fmt: skip


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=SLOW if number % 6 else ()) for number, name in enumerate(SABOTAGES)]
)
@pytest.mark.usefixtures("xetex")
def test_sabotage_of_the_structure_is_caught(name: str) -> None:
    """What is done to a good structure is named, whichever TeX made it."""
    harm, codes = SABOTAGES[name]
    pdf, rendered = typeset(ALL_KINDS, "banking")
    assert codes <= codes_of(harmed(pdf, harm), rendered)


def harmed(pdf: bytes, harm: Any) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    harm(writer)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


# -- from right to left -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("scripts")
def test_hebrew_within_a_page_from_left_to_right_is_read_in_its_order() -> None:
    """Text, link, text, as a reader says them, though the line is painted the other way round."""
    pdf, rendered = typeset(BOTH_WAYS, "onepage")
    assert codes_of(pdf, rendered) & STRUCTURE_CODES == set()
    said = read_aloud(pdf)
    assert "Writesעבריתעםקישורארוךבתוךהמשפטועודכמהמיליםשממשיכותעדסוףהשורהinthemiddle" in said
    assert "תרגמהאתהספרהגדולבשנהאחת,2019,עם12אנשים." in said
    (link, other) = [element for _, kind, element in elements(pdf) if kind == "Link"][1:]
    parent = link["/P"]
    kids = [kid.get_object() for kid in parent["/K"]]
    place = kids.index(link.get_object())
    assert place > 2, "words before the link come first"
    assert len(kids) - place > 8, "words after it follow"
    assert other["/P"]["/S"] == "/LBody"


@pytest.mark.parametrize(
    ("name", "look"),
    [
        pytest.param(name, look, marks=() if (name, look) == ("he", "onepage, split") else SLOW)
        for name in ("he", "ar", "fa", "he-hard")
        for look in LOOKS
    ],
)
@pytest.mark.usefixtures("scripts")
def test_pages_from_right_to_left_have_a_sound_structure(name: str, look: str) -> None:
    """In logical order, with no text outside of it."""
    pdf, rendered = typeset(SCRIPTS / f"{name}.yaml", look)
    assert rendered.rtl
    assert codes_of(pdf, rendered) & STRUCTURE_CODES == set()
    assert tagging.find_faults(pdf) == []
    if name == "he":
        said = read_aloud(pdf)
        assert said.startswith("נועהבן־שחרמהנדסתתוכנה")
        assert "הובילהצוותשל12מהנדסיםבשכתובשירותההזמנות,וזמןהתגובהירדמ־900ל־120אלפיותהשנייה." in said


def moved(writer: pypdf.PdfWriter) -> None:
    tree: Any = writer.root_object["/StructTreeRoot"]
    tree["/K"]["/K"].reverse()


def dropped(writer: pypdf.PdfWriter) -> None:
    tree: Any = writer.root_object["/StructTreeRoot"]
    del tree["/K"]["/K"][-1]


@pytest.mark.parametrize(("harm", "code"), [(moved, "structure-order"), (dropped, "untagged-text")])
@pytest.mark.usefixtures("scripts")
def test_sabotage_from_right_to_left_is_caught(harm: Any, code: str) -> None:
    """A part at another place, or in none."""
    pdf, rendered = typeset(SCRIPTS / "he.yaml", "onepage, split")
    assert code in codes_of(harmed(pdf, harm), rendered)


# -- how it gets into the PDF -------------------------------------------------------------------------------


TAGS = """\
page 1 /StructParents 0/Tabs/S/Annots 1 0 R
object 1 [ 5 0 R]
object 2 <</Type/StructTreeRoot/K 3 0 R/ParentTree <</Nums[ 0 4 0 R]>>>>
object 3 <</S/Document/P 2 0 R/Pg P1 0 R/Alt(É (5 0 R) \\(x\\))/K[ 0]>>
object 4 [ 3 0 R]
object 5 <</Type/Annot/Subtype/Link/Contents(é)/A<</URI(https://example.com/é)>>>>
xml 6 <x>pdfuaid:part Ł</x>
catalog 0 /StructTreeRoot 2 0 R/MarkInfo<</Marked true>>/Metadata 6 0 R
end 6 \n"""


@pytest.mark.usefixtures("xetex")
def test_what_tex_has_written_joins_the_pdf() -> None:
    """Objects, references, strings, XML and the additions to pages and catalog; nothing else changes."""
    plain, _ = typeset(ROOT / "data" / "student.yaml", "onepage", untagged=True)
    made = structure.add_structure(plain, TAGS.replace(" (5 0 R)", " 5 0 R"))
    reader = pypdf.PdfReader(BytesIO(made), strict=True)
    root: Any = reader.trailer["/Root"]
    document = root["/StructTreeRoot"]["/K"]
    assert document["/Alt"] == "É 5 0 R (x)"
    assert document.raw_get("/Pg") == reader.pages[0].indirect_reference
    annotations: Any = reader.pages[0]["/Annots"]
    assert annotations[0]["/Contents"] == "é"
    assert len(annotations) > 1, "those that were there remain"
    assert root["/Metadata"].get_data().decode() == "<x>pdfuaid:part Ł</x>"
    assert reader.metadata == pypdf.PdfReader(BytesIO(plain)).metadata
    assert read_with_pdfium(made).text == read_with_pdfium(plain).text


@pytest.mark.parametrize(
    "written",
    ["", "nonsense", TAGS[: TAGS.index("end")], TAGS.replace("page 1 /S", "page 2 /S"), TAGS + "end 9 "],
)
@pytest.mark.usefixtures("xetex")
def test_what_is_not_whole_leaves_the_pdf_as_it_is(written: str) -> None:
    """And so does a PDF that another program made: nothing is claimed."""
    plain, _ = typeset(ROOT / "data" / "student.yaml", "onepage", untagged=True)
    assert structure.add_structure(plain, written) == plain
    tagged = structure.add_structure(plain, TAGS)
    assert structure.add_structure(tagged, TAGS) == tagged
    assert structure.add_structure(b"%PDF-1.4 of others", TAGS) == b"%PDF-1.4 of others"
