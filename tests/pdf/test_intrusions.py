"""Sabotage by what a template or a program adds to a good PDF: scripts, files, notes, links, statements."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pypdf.annotations import Link, Text
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)

from tests.conftest import ROOT
from tests.pdf.test_mutations import IN_PDF, IN_SOURCE, Harm, errors_of, request_for, rewritten, sabotaged
from tests.pdf.test_tagging import FAULTS_BY_CODE
from tests.support import build_ok
from texresume.pdf import objects
from texresume.pdf.problems import CHECKS

Writer = pypdf.PdfWriter


def action(**entries: str) -> DictionaryObject:
    """An action of a PDF: names begin with a slash, all else is text."""
    made = DictionaryObject()
    for key, value in entries.items():
        made[NameObject(f"/{key}")] = NameObject(value) if value[0] == "/" else TextStringObject(value)
    return made


def opens(**entries: str) -> Harm:
    def harm(writer: Writer) -> None:
        writer.root_object[NameObject("/OpenAction")] = action(**entries)

    return rewritten(harm)


def first_link(writer: Writer) -> Any:
    annotations: Any = writer.pages[0]["/Annots"]
    return annotations[0].get_object()


def acts(**entries: str) -> Harm:
    """The first link does something else."""

    def harm(writer: Writer) -> None:
        page = writer.pages[0]
        rectangle = RectangleObject((300, 20, 310, 30))
        made = DictionaryObject({NameObject("/Type"): NameObject("/Annot")})
        made[NameObject("/Subtype")], made[NameObject("/Rect")] = NameObject("/Link"), rectangle
        made[NameObject("/A")] = action(**entries)
        annotations: Any = page["/Annots"].get_object()
        annotations.append(writer._add_object(made))

    return rewritten(harm)


def with_trigger(writer: Writer) -> None:
    trigger = DictionaryObject({NameObject("/O"): action(S="/Named", N="/Print")})
    writer.pages[0][NameObject("/AA")] = trigger


def with_script(writer: Writer) -> None:
    """JavaScript in the table of names, which runs when the file is opened."""
    names = ArrayObject([TextStringObject("x"), action(S="/JavaScript", JS="app.alert(1)")])
    tree = DictionaryObject({NameObject("/Names"): names})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})


def with_form(writer: Writer) -> None:
    form = DictionaryObject({NameObject("/Fields"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)


def with_note(writer: Writer) -> None:
    writer.add_annotation(0, Text(text="Do not hire", rect=(50, 50, 70, 70)))


def struck(writer: Writer) -> None:
    """A reviewer's line through a text."""
    mark = DictionaryObject({NameObject("/Type"): NameObject("/Annot")})
    mark[NameObject("/Subtype")], mark[NameObject("/Rect")] = (
        NameObject("/StrikeOut"),
        RectangleObject((60, 600, 300, 612)),
    )
    corners = (60, 612, 300, 612, 60, 600, 300, 600)
    mark[NameObject("/QuadPoints")] = ArrayObject(map(FloatObject, corners))
    writer.add_annotation(0, mark)


def with_link(target: str, box: tuple[int, int, int, int]) -> Harm:
    return rewritten(lambda writer: writer.add_annotation(0, Link(url=target, rect=box)))


def covering(writer: Writer) -> None:
    first_link(writer)[NameObject("/Rect")] = RectangleObject((0, 0, 595, 842))


def copied_to_another(writer: Writer) -> None:
    annotations: Any = writer.pages[0]["/Annots"]
    (mail,) = [
        one.get_object() for one in annotations if one.get_object()["/A"]["/URI"].startswith("mailto:")
    ]
    target = f"{mail['/A']['/URI']}?bcc=spy@example.org"
    writer.add_annotation(0, Link(url=target, rect=tuple(mail["/Rect"])))


def stating(**entries: str) -> Harm:
    return rewritten(lambda writer: writer.add_metadata({f"/{key}": value for key, value in entries.items()}))


def in_danish(writer: Writer) -> None:
    writer.root_object[NameObject("/Lang")] = TextStringObject("da")


INTRUSIONS: dict[str, tuple[str, Harm]] = {
    "JavaScript when it opens": ("active-content", opens(S="/JavaScript", JS="app.alert(1)")),
    "a page of the web when it opens": ("active-content", opens(S="/URI", URI="https://example.com/")),
    "JavaScript by name": ("active-content", rewritten(with_script)),
    "a link that starts a program": ("active-content", acts(S="/Launch", F="evil.exe")),
    "a link into another file": ("active-content", acts(S="/GoToR", F="other.pdf")),
    "an action of the page": ("active-content", rewritten(with_trigger)),
    "a form": ("active-content", rewritten(with_form)),
    "a file within": (
        "embedded-file",
        rewritten(lambda writer: writer.add_attachment("private.yaml", b"phone: 1")),
    ),
    "a note": ("foreign-annotation", rewritten(with_note)),
    "a reviewer's line through a text": ("foreign-annotation", rewritten(struck)),
    "a foreign link": ("foreign-link", with_link("https://example.com/ad", (300, 20, 340, 30))),
    "a copy to somebody": ("foreign-link", rewritten(copied_to_another)),
    "a link over the page": ("link-too-large", rewritten(covering)),
    "somebody's title": ("wrong-title", stating(Title="Confidential: John Doe")),
    "somebody's name": ("wrong-author", stating(Author="John Doe")),
    "another language": ("wrong-language", rewritten(in_danish)),
}
ONLY_WARNS = {"foreign-link", "link-too-large", "wrong-title"}
"""What a template may have been made to do: a warning in a build, an error of `check`."""


@pytest.mark.tex
@pytest.mark.parametrize("name", INTRUSIONS)
def test_what_is_added_to_a_good_pdf_is_caught(name: str, any_tex: str, tmp_path: Path) -> None:
    """Each by its name, and `check` fails on all of them."""
    code, harm = INTRUSIONS[name]
    if code in ONLY_WARNS:
        built = build_ok(request_for(tmp_path, "onepage"), typeset=sabotaged(harm=harm))
        assert code in {one.code for one in built.diagnostics if one.severity == "warning"}
    else:
        assert {one.code for one in errors_of(code, tmp_path, "onepage", harm=harm)} == {code}
    found = errors_of(code, tmp_path, "onepage", harm=harm, thorough=True)
    assert {one.code for one in found} == {code}
    assert all(one.hint for one in found)


def test_names_in_texts_and_streams_are_no_objects() -> None:
    """A link to a page about JavaScript is none; a name is one however it is written."""
    good = rb"1 0 obj <</URI (https://example.com/Launch/JS\)/OpenAction)/Subtype/Link>> endobj"
    assert list(objects.find_additions(good)) == []
    assert list(objects.find_additions(b"<< >>\nstream\n/JavaScript\nendstream")) == []
    assert list(objects.find_additions(b"<</ProcSet[/PDF/Text]/A 1 0 R>>")) == []
    named = {code for code, _ in objects.find_additions(b"<</#4Aava#53cript 2 0 R /Subtype /Stamp>>")}
    assert named == {"active-content", "foreign-annotation"}


def test_compressed_objects_are_read() -> None:
    """pypdf packs what it adds into streams of objects, as pdfTeX does."""
    writer = Writer()
    writer.add_blank_page(100, 100)
    with_script(writer)
    out = BytesIO()
    writer.write(out)
    plain = out.getvalue()
    assert ("active-content", "JavaScript") in set(objects.find_additions(plain))
    body = b" ".join(re.findall(rb"<<.*?>>", plain, re.DOTALL))
    packed = b"9 0 obj <</Type/ObjStm/Filter/FlateDecode>>\nstream\n%s\nendstream" % zlib.compress(body)
    assert b"JavaScript" not in packed
    assert ("active-content", "JavaScript") in set(objects.find_additions(packed))


def test_the_list_of_checks_is_the_documented_one() -> None:
    """`docs/checks.md` has the codes of the inspection's list of checks, and a mutation commits each."""
    codes = {code for codes, _ in CHECKS for code in codes}
    table = (
        (ROOT / "docs" / "checks.md")
        .read_text("utf-8")
        .partition("## In every build")[2]
        .partition("\n## ")[0]
    )
    documented = {
        code
        for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
        for code in re.findall(r"`([a-z-]+)`", row)
    }
    assert documented == codes - {"unseen-text"}  # which `check` alone reports
    mutated = {code for mutation in IN_SOURCE for code in mutation.codes}
    mutated |= {code for _, found, _ in IN_PDF.values() for code in found}
    mutated |= {code for code, _ in INTRUSIONS.values()} | FAULTS_BY_CODE
    assert codes - mutated == {"unseen-text"}


def test_there_are_enough_mutations() -> None:
    """Each fault has its own code, and each code a mutation."""
    codes = {code for mutation in IN_SOURCE for code in mutation.codes}
    codes |= {code for _, found, _ in IN_PDF.values() for code in found}
    codes |= {code for code, _ in INTRUSIONS.values()}
    assert len(IN_SOURCE) + len(IN_PDF) + len(INTRUSIONS) >= 50
    assert len(codes) >= 20
