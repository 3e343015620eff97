"""Letters as PDFs: beside each résumé, in all layouts, on one page, and in one PDF with the résumé."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pdfplumber
import pypdf
import pytest
from PIL import Image, ImageDraw
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

import texresume
from tests.conftest import absent
from tests.support import Files, build_fails, build_ok, project, request_for
from texresume.build import batch, stream, up_to_date
from texresume.build.outcome import Outcome
from texresume.build.request import OF_DATA, Request
from texresume.check import checking
from texresume.check.thorough import inspect_thoroughly
from texresume.cli import arguments, console
from texresume.diagnostics import Diagnostic, Severity
from texresume.document.letter import LAYOUTS
from texresume.exchange import registry
from texresume.latex import template
from texresume.pdf import merging
from texresume.pdf.extractors import read_with_pdfium
from texresume.tex import distribution

pytestmark = pytest.mark.tex
MM = 72 / 25.4
TEMPLATES = ("onepage", "academic", "moderncv")
ADDRESS = {"international": 52, "din-a": 48.7, "din-b": 66.7, "us-block": 54, "us-modified": 54}
"""How far below the paper's top edge the first line of the address ends, in mm. Where DIN 5008 has a zone for
the address, that begins 4 mm above.
"""
DATA = {
    "basics": {
        "name": "Ada Quill",
        "email": "ada@example.com",
        "location": {"address": "Kaistraße 7", "postalCode": "20457", "city": "Hamburg", "countryCode": "DE"},
    },
    "work": [{"name": "Larch", "position": "Chief", "startDate": "2010", "highlights": ["Led the looms."]}],
    "meta": {"lastModified": "2026-11-30"},
}
LETTER = {
    "to": {"name": "Ms Smith", "company": "Tolvan Networks", "address": ["Quay 1", "Bergen"]},
    "subject": "Application as {position}",
    "body": "I kept *looms* up.\n\nWith me:\n\n- cards,\n- [a page](https://example.com/).\n\nThat's it.",
    "enclosures": ["Résumé", "Certificates"],
}
VARIANT: dict[str, Any] = {"employer": "Tolvan Networks", "position": "Weaver", "letter": LETTER}
FILES: Files = {"resume.yaml": DATA, "variants/tolvan.yaml": VARIANT}
WORDS = (
    "Ms Smith Tolvan Networks Quay 1 Bergen Application as Weaver Dear Hiring Manager, I kept looms up. With"
    " me: cards, a page. That’s it. Sincerely, Ada Quill Enclosures: Résumé, Certificates"
).split()


@pytest.fixture(autouse=True)
def _tex() -> None:
    if not distribution.find():
        absent("TeX")


def request(folder: Path, files: Files = FILES, **more: Any) -> Request:
    """A request for a variant of a small project."""
    project(folder, files)
    return request_for(folder / "resume.yaml", folder, **{"variant": "tolvan", **more})


def errors(outcome: Outcome) -> list[Diagnostic]:
    return [one for one in outcome.diagnostics if one.severity is Severity.ERROR]


def lines_of(pdf: Path) -> dict[str, tuple[float, float]]:
    """Left edge and baseline of each line, in mm from the left and the top edge of the page, by its text."""
    with pdfplumber.open(pdf) as opened:
        lines = opened.pages[0].extract_text_lines(return_chars=False)
        return {line["text"]: (line["x0"] / MM, line["bottom"] / MM) for line in lines}


@pytest.mark.parametrize(("look", "layout"), list(zip(cycle(TEMPLATES), LAYOUTS, strict=False)))
def test_each_layout_stands_where_it_should(tmp_path: Path, look: str, layout: str) -> None:
    """Every word in order, nothing for `check` to say; the address in the window; dates above or beside."""
    options = {"letter_layout": layout, "paper": "letter" if layout.startswith("us") else "a4"}
    built = build_ok(request(tmp_path, letter=True, template=look, options=options), thorough=True)
    assert [one for one in built.diagnostics if one.severity is not Severity.NOTE] == []
    assert built.report.pages == 1
    content = read_with_pdfium(Path(built.files["pdf"]).read_bytes())
    words = [word for word in content.text.split() if word not in ("•", "November", "30,", "2026")]
    start = len(words) - len(WORDS)
    assert words[start:] == WORDS
    lines = lines_of(Path(built.files["pdf"]))
    first = next(at for text, at in lines.items() if text.startswith("Ms Smith"))
    below = float(built.measures["window"]) * 25.4 / 72.27
    assert first[1] - below == pytest.approx(ADDRESS[layout], abs=1.5)
    date = next(at for text, at in lines.items() if "November 30, 2026" in text)
    assert (date[1] < first[1]) is layout.startswith("us")
    assert any(text.endswith("Deutschland") or text.endswith("Germany") for text in lines)
    if layout.startswith("din"):
        assert first[0] == pytest.approx(25, abs=0.5)
        assert any(text.startswith("Ada Quill, Kaistraße 7") for text in lines)
    closing = next(at for text, at in lines.items() if text == "Sincerely,")
    assert (closing[0] > 90) is (layout == "us-modified")


def test_a_resume_and_its_letter_are_built_together(tmp_path: Path) -> None:
    """Two outcomes of one request, with names that say which is which; both are up to date afterwards."""
    wanted = request(tmp_path)
    first = list(stream.outcomes([wanted]))
    assert [sorted(one.build.files) for one in first if one.build] == [["pdf"], ["pdf"]]
    names = [Path(one.build.files["pdf"]).name for one in first if one.build]
    assert names == ["ada-quill-tolvan-onepage.pdf", "ada-quill-tolvan-letter-onepage.pdf"]
    assert [(one.as_json() or {})["document"] for one in first] == ["resume", "letter"]
    assert [one.label for one in first] == ["tolvan", "tolvan (letter)"]


@pytest.mark.parametrize("changed", ["letter", "own file", "output"])
def test_both_are_up_to_date_or_neither(tmp_path: Path, changed: str) -> None:
    """A change to the letter, a letter of its own, a PDF that is gone: both are built again."""
    wanted = request(tmp_path)
    for one in stream.outcomes([wanted]):
        assert one.build
        up_to_date.store(one.request, _aged(one), up_to_date.Digests())
    found = list(stream.outcomes([wanted]))
    assert [bool(one.up_to_date) for one in found] == [True, True]
    if changed == "letter":
        project(tmp_path, {"variants/tolvan.yaml": {**VARIANT, "letter": {**LETTER, "opening": "Hei,"}}})
    elif changed == "own file":
        project(tmp_path, {"letters/tolvan.yaml": {"opening": "Hei,"}})
    else:
        Path(found[1].as_json()["files"]["pdf"]).unlink()  # type: ignore[index]
    again = list(stream.outcomes([wanted]))
    assert [bool(one.build) for one in again] == [True, True]
    text = read_with_pdfium(Path(again[1].build.files["pdf"]).read_bytes()).text  # type: ignore[union-attr]
    assert ("Hei," in text) is (changed != "output")


def _aged(outcome: Outcome) -> Any:
    """A build as if it had begun long after its files were saved."""
    from dataclasses import replace

    return replace(outcome.build, started=outcome.build.started + 60) if outcome.build else None


def test_a_wrong_letter_leaves_the_resume(tmp_path: Path) -> None:
    """The résumé is written, the letter is not, and what all say is said once."""
    wrong = {**VARIANT, "letter": {**LETTER, "opening": "Dear [Name],"}}
    done = batch.attempt(request(tmp_path, {**FILES, "variants/tolvan.yaml": wrong}))
    assert done.build
    assert not errors(done)
    assert done.letter
    assert done.letter.build is None
    assert [one.code for one in errors(done.letter)] == ["letter-todo"]
    assert not set(done.diagnostics) & set(done.letter.diagnostics)
    assert [file.name for file in (tmp_path / "dist").glob("*.pdf")] == ["ada-quill-tolvan-onepage.pdf"]


def test_a_letter_that_is_too_long(tmp_path: Path) -> None:
    """All steps are tried, nothing is dropped, and the lines over are told."""
    long = {**VARIANT, "letter": {**LETTER, "body": ["Words that fill a line of the letter. " * 30] * 5}}
    found = build_fails(
        "letter-too-long", request(tmp_path, {**FILES, "variants/tolvan.yaml": long}, letter=True)
    )
    (error,) = (one for one in found.diagnostics if one.code == "letter-too-long")
    assert error.path == ("letter", "body")
    assert "lines too long for one page" in error.message
    fits = {**VARIANT, "letter": {**LETTER, "body": ["Words that fill a line of the letter. " * 14] * 5}}
    built = build_ok(request(tmp_path, {**FILES, "variants/tolvan.yaml": fits}, letter=True))
    assert built.fit is not None
    assert built.fit.step > 1
    assert built.report.pages == 1


def test_a_signature_stands_above_the_name(tmp_path: Path) -> None:
    """An image 14 mm high, undistorted, between the closing and the name."""
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).line([(10, 100), (590, 20)], fill="navy", width=8)
    stream_ = BytesIO()
    image.save(stream_, "PNG")
    signed = {**VARIANT, "letter": {**LETTER, "signature": "../me.png"}}
    files = {**FILES, "variants/tolvan.yaml": signed, "me.png": stream_.getvalue()}
    built = build_ok(request(tmp_path, files, letter=True), thorough=True)
    with pdfplumber.open(built.files["pdf"]) as opened:
        (picture,) = opened.pages[0].images
        assert (picture["bottom"] - picture["top"]) / MM == pytest.approx(14, abs=0.1)
        assert picture["width"] / picture["height"] == pytest.approx(3, abs=0.01)
        words = {word["text"]: word for word in opened.pages[0].extract_words()}
        assert words["Sincerely,"]["bottom"] <= picture["top"] + 3 * MM
        assert picture["bottom"] <= words["Enclosures:"]["top"]
    assert Path(tmp_path / "me.png") in built.dependencies.files | built.dependencies.shadowing


def test_a_window_that_the_address_misses(tmp_path: Path) -> None:
    """A high header and DIN form A, whose window is near the top: a warning where that was asked for."""
    options = {"letter_layout": "din-a"}
    profiles = [{"network": f"Net{one}", "url": f"https://example.com/{one}"} for one in "abcdefgh"]
    data = {**DATA, "basics": {**DATA["basics"], "profiles": profiles, "label": "Weaver"}}  # type: ignore[dict-item]
    built = build_ok(request(tmp_path, {**FILES, "resume.yaml": data}, letter=True, options=options))
    (found,) = (one for one in built.diagnostics if one.code == "letter-window")
    assert (found.severity, found.path) == (Severity.WARNING, ("letter", "to"))
    assert "mm below the window" in found.message


# -- both in one PDF --------------------------------------------------------------------------------------


def test_letter_and_resume_in_one_pdf(tmp_path: Path) -> None:
    """The letter first, then the résumé with its outline; links lead where they did; the title names both."""
    wanted = request(tmp_path, merge=True)
    done = batch.attempt(wanted)
    assert done.letter
    assert done.letter.build
    merged = Path(done.letter.build.files["merged"])
    assert merged.name == "ada-quill-tolvan-application-onepage.pdf"
    content = merged.read_bytes()
    assert done.letter.build.digests[merged.as_posix()] == hashlib.sha256(content).hexdigest()
    parts = [Path(one.build.files["pdf"]).read_bytes() for one in reversed(done.both) if one.build]
    texts = [read_with_pdfium(part) for part in parts]
    both = read_with_pdfium(content)
    assert [page.text for page in both.pages] == [page.text for text in texts for page in text.pages]
    assert sorted(both.links) == sorted(link for text in texts for link in text.links)
    title, subject = "Ada Quill: cover letter, résumé – Tolvan Networks", "Application as Weaver"
    assert (both.title, both.author, both.language) == (title, "Ada Quill", "en")
    opened = pypdf.PdfReader(BytesIO(content))
    pages = {str(one.title): opened.get_destination_page_number(one) for one in opened.outline}  # type: ignore[union-attr,arg-type]
    assert pages == {"Ada Quill: cover letter": 0, "Experience": 1}
    assert list(pages) == ["Ada Quill: cover letter", "Experience"]
    assert opened.metadata
    assert opened.metadata.subject == subject
    said = opened.xmp_metadata
    assert said
    assert (said.dc_title, said.dc_description) == ({"x-default": title}, {"x-default": subject})
    again = merging.merge(parts[0], parts[1], "Ada Quill: cover letter", title=title, subject=subject)
    assert again == content
    assert [bool(one.up_to_date or one.build) for one in stream.outcomes([wanted])] == [True, True]


def structured(pdf: bytes) -> bytes:
    """A PDF with a tree of structure: a document with an element for each page, and what leads there."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    reference = writer._add_object(root)
    whole = DictionaryObject({NameObject("/S"): NameObject("/Document"), NameObject("/P"): reference})
    top = writer._add_object(whole)
    numbers = ArrayObject()
    elements = ArrayObject()
    for number, page in enumerate(writer.pages):
        element = DictionaryObject({
            NameObject("/S"): NameObject("/P"), NameObject("/P"): top, NameObject("/K"): NumberObject(0),
            NameObject("/Pg"): page.indirect_reference,
        })  # fmt: skip
        elements.append(writer._add_object(element))
        page[NameObject("/StructParents")] = NumberObject(number)
        numbers += [NumberObject(number), ArrayObject([elements[-1]])]
    whole[NameObject("/K")] = elements
    root[NameObject("/K")] = ArrayObject([top])
    tree = writer._add_object(DictionaryObject({NameObject("/Nums"): numbers}))
    root[NameObject("/ParentTree")] = tree
    root[NameObject("/ParentTreeNextKey")] = NumberObject(len(elements))
    writer.root_object[NameObject("/StructTreeRoot")] = reference
    stream_ = BytesIO()
    writer.write(stream_)
    return stream_.getvalue()


@pytest.mark.parametrize("which", ["both", "letter", "resume"])
def test_the_structure_of_both_is_kept(tmp_path: Path, which: str) -> None:
    """Each page leads to its own element, in one document; a page without structure leads nowhere."""
    done = batch.attempt(request(tmp_path, untagged=True))
    resume, letter = (Path(one.build.files["pdf"]).read_bytes() for one in done.both if one.build)
    first = structured(letter) if which != "resume" else letter
    second = structured(resume) if which != "letter" else resume
    opened = pypdf.PdfReader(BytesIO(merging.merge(first, second, "Letter", title="Both <1>", subject="")))
    root: Any = opened.root_object.get("/StructTreeRoot")
    numbers = [page.get("/StructParents") for page in opened.pages]
    if which != "both":
        assert numbers == ([None, None] if which == "letter" else [None, 0])
        return
    (whole,) = root["/K"]
    assert [one.get_object()["/S"] for one in whole.get_object()["/K"]] == ["/Part", "/P"]
    flat = root["/ParentTree"]["/Nums"]
    tree = {int(flat[at]): flat[at + 1].get_object()[0].get_object() for at in range(0, len(flat), 2)}
    for number, page in zip(numbers, opened.pages, strict=True):
        assert tree[int(number)].raw_get("/Pg") == page.indirect_reference  # type: ignore[arg-type]


# -- templates --------------------------------------------------------------------------------------------


def test_a_template_without_a_letter(tmp_path: Path) -> None:
    """One of others: an error that says what to do, for the letter alone."""
    source = "\\documentclass{article}\n\\begin{document}\n((( resume.name )))\n\\end{document}\n"
    files = {"templates/mine/template.yaml": "title: Mine\n", "templates/mine/resume.tex.j2": source}
    wanted = request(tmp_path, {**FILES, **files}, letter=True, template="mine", project=tmp_path)
    error = build_fails("no-letter-template", wanted)
    assert "templates.md says how" in error.diagnostics[-1].hint


def test_a_template_has_the_letter_of_its_base(tmp_path: Path) -> None:
    """With its own macros and style, also where its résumé is its own."""
    own = (template.builtin_folder() / "onepage" / "resume.tex.j2").read_text("utf-8")
    files = {
        "templates/mine/template.yaml": "title: Mine\nextends: onepage\n",
        "templates/mine/mine.sty": "\\ProvidesPackage{mine}\\renewcommand\\opname[1]{\\textbf{#1}\\par}\n",
        "templates/theirs/template.yaml": "title: Theirs\nextends: onepage\n",
        "templates/theirs/resume.tex.j2": own.replace("% texresume: one page", "% mine"),
    }
    for name in ("mine", "theirs"):
        wanted = request(
            tmp_path, {**FILES, **files}, letter=True, template=name, project=tmp_path, formats=("pdf", "tex")
        )
        built = build_ok(wanted)
        source = Path(built.files["tex"]).read_text("utf-8")
        assert "\\ltsubject" in source
        assert ("\\usepackage{mine}" in source) is (name == "mine")
        assert "% mine" not in source


# -- the command line -------------------------------------------------------------------------------------


def run(*words: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(folder)
    try:
        arguments.main(list(words))
    except (console.Exit, SystemExit) as done:
        return int(getattr(done, "code", 0) or 0)
    return 0


def test_all_variants_with_their_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--all --merge` writes three PDFs of a variant with a letter, and warns of one without."""
    project(tmp_path, {f"data/{name}": content for name, content in FILES.items()})
    project(tmp_path, {"data/variants/plain.yaml": {}})
    assert run("build", "--all", "--merge", "--json", folder=tmp_path, monkeypatch=monkeypatch) == 0
    shown = json.loads(capsys.readouterr().out)
    built = sorted((one["variant"], one["document"], sorted(one["files"])) for one in shown["builds"])
    assert built == [
        ("plain", "resume", ["pdf"]),
        ("tolvan", "letter", ["merged", "pdf"]),
        ("tolvan", "resume", ["pdf"]),
    ]
    assert [(one["code"], one["variant"]) for one in shown["diagnostics"]] == [("no-letter", "plain")]


def test_merging_needs_a_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole résumé has no letter."""
    project(tmp_path, {"data/resume.yaml": DATA})
    assert run("build", "--merge", folder=tmp_path, monkeypatch=monkeypatch) == 2
    assert "--merge needs a variant with a letter" in capsys.readouterr().err


def test_check_looks_at_the_letter(tmp_path: Path) -> None:
    """A misspelt word and a repeated one in it are found; the résumé's wording is said once."""
    odd = {**VARIANT, "letter": {**LETTER, "body": "I have the the experiance."}}
    found = batch.attempt(
        request(tmp_path, {**FILES, "variants/tolvan.yaml": odd}), inspect=inspect_thoroughly
    )
    assert found.letter
    codes = [one.code for one in found.letter.diagnostics]
    assert codes.count("repeated-word") == 1
    assert {"spelling", "repeated-word"} >= set(codes) - {"readers-missing"}


@pytest.mark.parametrize("form", [name for name in registry.FORMATS if name not in OF_DATA])
def test_a_letter_in_other_formats(tmp_path: Path, form: str) -> None:
    """Every format that is not for data, compared with the letter; JSON is of the résumé only."""
    done = batch.attempt(request(tmp_path, formats=(form, "json")))
    assert (errors(done), [sorted(one.build.files) for one in done.both if one.build]) == (
        [],
        [sorted([form, "json"]), [form]],
    )
    assert done.letter
    assert done.letter.build
    assert not [one for one in done.letter.diagnostics if one.severity is not Severity.NOTE]
    writer = registry.writer(form)
    text = writer.text(Path(done.letter.build.files[form]).read_bytes())
    if text is not None:
        words = text.split()
        assert "Tolvan" in words
        assert words.index("Tolvan") < words.index("looms") < len(words) - 1 - words[::-1].index("Quill")


def test_only_data_is_no_letter(tmp_path: Path) -> None:
    """`--format json` writes the résumé alone."""
    done = batch.attempt(request(tmp_path, formats=("json",)))
    assert done.build
    assert done.letter is None


def test_from_python_and_beside_a_baseline(tmp_path: Path) -> None:
    """`letter=True` builds it; one earlier PDF is that of the résumé, a folder has both."""
    made = texresume.build(
        project(tmp_path, FILES) / "resume.yaml", variant="tolvan", output=tmp_path / "old", letter=True
    )
    assert Path(made.files["pdf"]).name == "ada-quill-tolvan-letter-onepage.pdf"
    texresume.build(tmp_path / "resume.yaml", variant="tolvan", output=tmp_path / "old")
    wanted = request(tmp_path)
    report = tmp_path / "report.html"
    for against, compared in (("old/ada-quill-tolvan-onepage.pdf", [True, False]), ("old", [True, True])):
        check = checking.prepare(
            wanted, every=False, reports=[str(report)], against=str(tmp_path / against), must_match=True
        )
        done = check(list(checking.job(wanted).both))
        assert [(bool(one.more), errors(one)) for one in done] == [(one, []) for one in compared]
    assert "tolvan (letter)" in report.read_text("utf-8")
