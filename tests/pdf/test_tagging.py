"""The structure for screen readers: what it is in each template, and that every fault in it has a name."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pypdfium2 import raw

from tests.conftest import ROOT
from tests.support import build_fails, build_ok, project
from texresume.build import design, draft, reading
from texresume.build.request import Request
from texresume.build.run import Run
from texresume.check.thorough import inspect_thoroughly
from texresume.diagnostics import Severity
from texresume.latex.render import Rendered
from texresume.pdf import inspection, structure, tagging
from texresume.pdf.extractors import read_attachments, read_with_pdfium
from texresume.pdf.marks import read_text
from texresume.pdf.problems import find_problems
from texresume.tex import engine
from texresume.text.inline import plain_text, split_blocks

pytestmark = pytest.mark.tex

ALL_KINDS = ROOT / "tests" / "data" / "structure" / "all-kinds.yaml"
LOOKS: dict[str, tuple[str, dict[str, str]]] = {
    "onepage": ("onepage", {}),
    "onepage, split": ("onepage", {"header": "split", "icons": "drawn", "bullet": "square"}),
    "onepage, underlined": ("onepage", {"header": "centered", "links": "underlined", "rule": "above"}),
    "academic": ("academic", {}),
    "academic, compact": ("academic", {"publications": "compact", "header": "split", "icons": "drawn"}),
    "banking": ("moderncv", {}),
    "classic": ("moderncv", {"style": "classic"}),
    "classic, split": ("moderncv", {"style": "classic", "header": "split", "bullet": "triangle"}),
}  # fmt: skip


def one_quickly(first: str, *others: str) -> list[Any]:
    """Parameters of which only the first one is in the quick suite."""
    return [first, *(pytest.param(other, marks=pytest.mark.slow) for other in others)]


@cache
def typeset(data: Path, look: str) -> tuple[bytes, Rendered]:
    """The PDF of a résumé, and what was printed in it; TeX runs once for each."""
    template, options = LOOKS[look]
    run = Run(Request(data=data, template=template, options=options, project=ROOT, engine="pdftex"))
    run.content = reading.read_content(run)
    run.design = design.choose(run, run.content)
    run.draft = draft.fit_to_pages(run, run.design, engine.typeset)
    return run.draft.typeset.pdf, run.draft.rendered


def elements(pdf: bytes) -> Iterator[tuple[int, str, Any]]:
    """Depth, type and dictionary of each element, in the order of reading."""
    root: Any = pypdf.PdfReader(BytesIO(pdf)).trailer["/Root"]
    tree = root["/StructTreeRoot"]

    def go(element: Any, depth: int) -> Iterator[tuple[int, str, Any]]:
        yield depth, str(element["/S"])[1:], element
        kids: Any = element["/K"]
        for kid in kids if isinstance(kids, list) else [kids]:
            value = kid.get_object()
            if isinstance(value, dict) and "/S" in value:
                yield from go(value, depth + 1)

    yield from go(tree["/K"], 0)


def codes_of(pdf: bytes, rendered: Rendered) -> set[str]:
    """What a build finds in the structure, and what `check` adds."""
    found = {problem.code for problem in find_problems(inspection.inspect(pdf, rendered))}
    return found | {fault.code for fault in tagging.find_faults(pdf)}


# -- what it is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_has_a_sound_structure(look: str, any_tex: str) -> None:
    """Every kind of content, with lists in lists, formulas, broken links and a photo."""
    pdf, rendered = typeset(ALL_KINDS, look)
    assert codes_of(pdf, rendered) == set()
    assert inspection.inspect(pdf, rendered).structure is not None
    kinds = [kind for _, kind, _ in elements(pdf)]
    assert kinds.count("H1") == 1
    assert {"Sect", "H2", "H3", "H4", "P", "L", "LI", "Lbl", "LBody", "Link", "Formula"} <= set(kinds)
    assert kinds.count("Figure") == (LOOKS[look][0] == "moderncv")
    assert kinds.count("Formula") == 2


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["resume", "researcher", "student", "engineer/resume"])
def test_every_example_has_a_sound_structure(name: str, look: str, tex: str) -> None:
    """In every look, with each TeX."""
    typeset.cache_clear()
    assert codes_of(*typeset(ROOT / "data" / f"{name}.yaml", look)) <= {"too-long"}


def test_alternative_texts(any_tex: str) -> None:
    """The photo shows the person; a formula says what it is in a line of text; links have descriptions."""
    pdf, _ = typeset(ALL_KINDS, "banking")
    alts = [(kind, str(element["/Alt"])) for _, kind, element in elements(pdf) if "/Alt" in element]
    assert alts == [("Figure", "Ada Verlaine-Ōshima"), ("Formula", "x^2 + a/b"), ("Formula", "E=mc^2")]


def test_lists_within_lists(any_tex: str) -> None:
    """A list in a highlight is in the item, and what follows it too; numbered ones say so."""
    pdf, _ = typeset(ALL_KINDS, "onepage")
    lists = [
        (depth, element["/A"]["/ListNumbering"]) for depth, kind, element in elements(pdf) if kind == "L"
    ]
    assert {numbering for _, numbering in lists} == {"/Disc", "/Decimal"}
    assert len({depth for depth, _ in lists}) > 2


def test_a_broken_link_is_one_element(any_tex: str) -> None:
    """Each of its lines has an area of its own, and all are in one Link."""
    pdf, _ = typeset(ALL_KINDS, "onepage")
    areas = [
        sum(
            isinstance(kid.get_object(), dict) and kid.get_object().get("/Type") == "/OBJR"
            for kid in element["/K"]
        )
        for _, kind, element in elements(pdf)
        if kind == "Link"
    ]
    assert sorted(areas)[-2:] == [2, 2]
    assert sorted(areas)[0] == 1


def test_a_paragraph_over_two_pages_is_one_element(any_tex: str, tmp_path: Path) -> None:
    """What goes on there belongs to it."""
    data = tmp_path / "resume.yaml"
    text = " ".join(f"Sentence number {number} of many that fill the page." for number in range(400))
    data.write_text(f"basics:\n  name: Ada\n  summary: {text}\n", "utf-8")
    pdf, rendered = typeset(data, "academic")
    assert codes_of(pdf, rendered) <= {"half-empty-page"}
    longest = max(
        (element for _, kind, element in elements(pdf) if kind == "P"), key=lambda one: len(one["/K"])
    )
    pages = {str(kid.get_object().get("/Pg")) for kid in longest["/K"] if isinstance(kid.get_object(), dict)}
    assert len(longest["/K"]) == len(pypdf.PdfReader(BytesIO(pdf)).pages)
    assert pages


def spoken(pdf: bytes) -> list[tuple[str, str]]:
    """Language and text of each element that states a language, as pdfium reads them."""
    buffer = ctypes.create_string_buffer(1 << 9)

    def go(element: Any) -> Iterator[tuple[str, str]]:
        size = raw.FPDF_StructElement_GetLang(element, buffer, len(buffer))
        if language := buffer.raw[: max(0, size - 2)].decode("utf-16-le"):
            marks = set(structure._list_marks(element, raw, 9))
            found = (item for item in objects if raw.FPDFPageObj_GetMarkedContentID(item) in marks)
            yield language, "".join(read_text(item, textpage, raw) for item in found)
        for number in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, number):
                yield from go(child)

    page = pypdfium2.PdfDocument(pdf)[0]
    textpage = page.get_textpage()
    count = raw.FPDFPage_CountObjects(page.raw)
    objects = [raw.FPDFPage_GetObject(page.raw, number) for number in range(count)]
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    return list(go(raw.FPDF_StructTree_GetChildAtIndex(tree, 0)))


@pytest.mark.parametrize("look", one_quickly("academic", *(look for look in LOOKS if look != "academic")))
def test_texts_in_other_languages_say_so(look: str, any_tex: str) -> None:
    """Every text of the data that is not in English is in an element with its language, and no other text."""
    pdf, rendered = typeset(ROOT / "tests" / "data" / "structure" / "languages.yaml", look)
    assert codes_of(pdf, rendered) <= {"half-empty-page"}
    expected = sorted(
        (part.language, re.sub(r"\s", "", plain_text(inlines)))
        for printed in rendered.fields
        for _, block in split_blocks(printed.field)
        for part in block.parts
        if part.language and (inlines := part.inlines)
    )
    assert {language for language, _ in expected} == {"fr", "de", "ja", "es"}
    assert sorted((language, re.sub(r"\s", "", text)) for language, text in spoken(pdf)) == expected


def outlined(pdf: Path) -> str:
    """What poppler says of the structure: elements without their attributes, the texts of each in one."""
    command = ["pdfinfo", "-struct-text", str(pdf)]
    lines: list[str] = []
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        if match := re.fullmatch(r"( *)\"(.*)\"", line):
            before = re.fullmatch(r"( *)\"(.*)\"", lines[-1])
            joined = before is not None and before[1] == match[1]
            text = f"{before[2]}{match[2]}" if joined and before is not None else match[2]
            if joined:
                lines.pop()
            if text:
                lines.append(f'{match[1]}"{text}"')
        elif match := re.fullmatch(r"( *\w+)( \((block|inline)\))?:?", line):
            lines.append(match[1])
    return re.sub(r"\"([^\"\n]{81})[^\"\n]{2,}\"", r'"\1…"', "\n".join(lines))


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="needs poppler")
@pytest.mark.parametrize("look", one_quickly("onepage", "academic", "banking"))
def test_the_docs_show_what_a_screen_reader_gets(look: str, any_tex: str, tmp_path: Path) -> None:
    """The samples of docs/accessibility.md begin as poppler says. TEXRESUME_EXPECT=write writes them anew."""
    page, pdf = ROOT / "docs" / "accessibility.md", tmp_path / "resume.pdf"
    pdf.write_bytes(typeset(ROOT / "data" / "resume.yaml", look)[0])
    before, after = page.read_text("utf-8").split(f"In `{LOOKS[look][0]}`:\n\n```text\n")
    shown = after[: after.index("```")]
    outline = "".join(outlined(pdf).splitlines(keepends=True)[: shown.count("\n")])
    if os.environ.get("TEXRESUME_EXPECT") == "write":
        text = f"{before}In `{LOOKS[look][0]}`:\n\n```text\n{outline}{after[len(shown) :]}"
        page.write_text(text, "utf-8")
    assert shown == outline
    assert shown.count("\n") > 40


@pytest.mark.parametrize("look", one_quickly("academic", "onepage, underlined", "classic"))
def test_what_is_drawn_is_no_text(look: str, any_tex: str, tmp_path: Path) -> None:
    """Rules beside positions and below links are artifacts, also where their paragraph goes over a page."""
    data = tmp_path / "resume.yaml"
    text = "Look [here, at number one](https://example.org). " + "A sentence that fills the page. " * 130
    summary = f"    summary: {text}\n    highlights: ['{text}', '{text[:1000]}']\n"
    work = "".join(f"  - name: L\n    position: P{number}\n{summary}" for number in range(2))
    data.write_text(f"basics:\n  name: Ada\n  url: https://example.org\nwork:\n{work}", "utf-8")
    pdf, rendered = typeset(data, look)
    assert codes_of(pdf, rendered) <= {"half-empty-page", "too-long"}
    reader = pypdf.PdfReader(BytesIO(pdf))
    assert len(reader.pages) > 1
    strokes = 0
    for page in reader.pages:
        marks: list[Any] = []
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                marks.append(operands[0])
            elif operator == b"EMC":
                marks.pop()
            elif operator in (b"S", b"f"):
                assert marks in (["/Artifact"], ["/Lbl"])  # bullets are drawn too
                strokes += 1
    assert strokes > len(reader.pages)


def test_untagged(any_tex: str, tmp_path: Path) -> None:
    """Without the structure the page is the same, and nothing is claimed."""
    request = Request(ROOT / "data" / "resume.yaml", "onepage", tmp_path / "a", project=ROOT, engine="pdftex")
    tagged = build_ok(request)
    plain = build_ok(
        Request(request.data, "onepage", tmp_path / "b", project=ROOT, engine="pdftex", untagged=True)
    )
    assert tagged.as_json()["inspection"]["tagged"] is True
    assert plain.as_json()["inspection"]["tagged"] is False
    one, other = (Path(built.files["pdf"]).read_bytes() for built in (tagged, plain))
    assert b"pdfuaid" in one
    assert b"pdfuaid" not in other
    assert read_with_pdfium(one).text == read_with_pdfium(other).text


@pytest.mark.parametrize("template", ["onepage", "moderncv"])
def test_a_pdf_for_archives(template: str, any_tex: str, tmp_path: Path) -> None:
    """It says what it is, and describes its colours; the same bytes each time."""
    request = Request(
        ROOT / "data" / "resume.yaml", template, tmp_path, project=ROOT, engine="pdftex", archive=True
    )
    one, other = (Path(build_ok(request).files["pdf"]).read_bytes() for _ in range(2))
    assert one == other
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in one
    root: Any = pypdf.PdfReader(BytesIO(one)).trailer["/Root"]
    profile = root["/OutputIntents"][0]["/DestOutputProfile"].get_data()
    assert profile[36:40] == b"acsp"
    assert profile[16:20] == b"RGB "
    assert tagging.find_faults(one) == []


def test_what_cannot_be_archived_is_an_error(any_tex: str, tmp_path: Path) -> None:
    """Nothing is claimed that is not so."""
    request = Request(ROOT / "data" / "resume.yaml", "onepage", tmp_path, project=ROOT, engine="pdftex")
    build_fails("not-archived", replace(request, archive=True, untagged=True))


def test_the_data_inside(any_tex: str, tmp_path: Path) -> None:
    """What is shown and no more, found by others, who are told that the page was made from it."""
    data = tmp_path / "resume.yaml"
    data.write_text((ROOT / "data" / "resume.yaml").read_text("utf-8") + "meta: {attach: json}\n", "utf-8")
    variant = tmp_path / "small.yaml"
    variant.write_text("sections: [work]\nlimit: {highlights: 1}\n", "utf-8")
    request = Request(data, "onepage", tmp_path, project=ROOT, engine="pdftex", variant=str(variant))
    pdf = Path(build_ok(request, thorough=True).files["pdf"]).read_bytes()
    ((name, content),) = read_attachments(pdf)
    assert name == "resume.json"
    read = json.loads(content)
    assert read["basics"]["name"] == "Nadia Ellersby"
    assert "projects" not in read
    assert {len(job.get("highlights", ())) for job in read["work"]} == {1}
    root: Any = pypdf.PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert root["/AF"][0]["/AFRelationship"] == "/Source"
    without = build_ok(replace(request, attach="none"))
    assert read_attachments(Path(without.files["pdf"]).read_bytes()) == []


def test_other_files_inside_are_still_errors(any_tex: str, tmp_path: Path) -> None:
    """Only what was asked for may be there."""
    request = Request(
        ROOT / "data" / "resume.yaml", "onepage", tmp_path, project=ROOT, engine="pdftex", attach="json"
    )

    def typeset(*given: Any, **more: Any) -> engine.Typeset:
        made = engine.typeset(*given, **more)
        writer = pypdf.PdfWriter(clone_from=BytesIO(made.pdf))
        writer.add_attachment("more.txt", b"more")
        stream = BytesIO()
        writer.write(stream)
        return replace(made, pdf=stream.getvalue())

    error = build_fails("not-attached", request, typeset=typeset)
    assert "embedded-file" in {one.code for one in error.diagnostics}


# -- templates of others ------------------------------------------------------------------------------------

OWN = r"""\documentclass{article}
\usepackage{texresume}
\csname endofdump\endcsname
\hypersetup{pdftitle={((( metadata.title )))},pdfauthor={((( metadata.author )))}}
\hypersetup{pdflang={((( metadata.language )))}}
\begin{document}
{\Large\bfseries ((( resume.name ))) }\par
((* for line in resume.contacts *))
((* for contact in line *))
\href{((( contact.url )))}{((( contact.text )))}
((* endfor *))
\par
((* endfor *))
\hrule
((* for section in resume.sections *))
BEFORE{\bfseries ((( section.title )))}AFTER
((* for entry in section.entries *))
\trrow{\textbf{((( entry.title )))}}{((( entry.dates )))}
((( entry.subtitle )))
\begin{itemize}
((* for highlight in entry.highlights *))\item ((( highlight.text )))
((* endfor *))\end{itemize}
((* endfor *))
((* endfor *))
\end{document}
"""
SMALL = {
    "basics": {"name": "Ada Verlaine", "email": "ada@example.com"},
    "work": [
        {"name": "Firm", "position": "Clerk", "startDate": "2019", "highlights": ["One thing", "Another"]}
    ],
}


def own_template(folder: Path, before: str, after: str) -> Request:
    source = OWN.replace("BEFORE", before).replace("AFTER", after)
    manifest = {"title": "Own", "description": "A template", "license": "MIT"}
    files: dict[str, Any] = {
        "templates/own/resume.tex.j2": source,
        "templates/own/template.yaml": manifest,
        "resume.yaml": SMALL,
    }
    project(folder, files)
    return Request(folder / "resume.yaml", "own", folder / "dist", project=folder, engine="pdftex")


def test_a_template_that_does_nothing_has_paragraphs_and_links(any_tex: str, tmp_path: Path) -> None:
    """Every text is in one, every link in its own element, rules are artifacts."""
    built = build_ok(own_template(tmp_path, "", r"\par"), inspect=inspect_thoroughly)
    pdf = Path(built.files["pdf"]).read_bytes()
    kinds = [kind for _, kind, _ in elements(pdf)]
    assert {"Document", "P", "Link"} == set(kinds)
    assert {one.code for one in built.diagnostics} & FAULTS_BY_CODE == set()
    assert [one.place for one in built.diagnostics if one.code == "untagged-heading"] == [
        "basics.name",
        "work[0]",
    ]


def test_text_in_a_bare_box_is_found(any_tex: str, tmp_path: Path) -> None:
    """TeX does not say that it is a paragraph; \\trpiece does."""
    built = build_ok(own_template(tmp_path / "a", r"\hbox{", "}"))
    (found,) = [one for one in built.diagnostics if one.code == "untagged-text"]
    assert found.severity is Severity.WARNING
    built = build_ok(own_template(tmp_path / "b", r"\hbox{\trpiece{H2}{", "}}"))
    assert [one for one in built.diagnostics if one.code == "untagged-text"] == []
    assert "H1" in [kind for _, kind, _ in elements(Path(built.files["pdf"]).read_bytes())]


# -- sabotage -----------------------------------------------------------------------------------------------

Harm = Callable[[pypdf.PdfWriter], None]


def first(writer: pypdf.PdfWriter, kind: str, number: int = 0) -> Any:
    """An element of the tree."""
    tree: Any = writer.root_object["/StructTreeRoot"]
    found: list[Any] = []

    def go(element: Any) -> None:
        if str(element["/S"]) == f"/{kind}":
            found.append(element)
        for kid in element["/K"]:
            value = kid.get_object()
            if isinstance(value, dict) and "/S" in value:
                go(value)

    go(tree["/K"])
    return found[number]


def typed(kind: str, other: str, number: int = 0) -> Harm:
    def harm(writer: pypdf.PdfWriter) -> None:
        first(writer, kind, number)[NameObject("/S")] = NameObject(f"/{other}")

    return harm


def without(kind: str, key: str) -> Harm:
    def harm(writer: pypdf.PdfWriter) -> None:
        del first(writer, kind)[key]

    return harm


def painted(pattern: bytes, by: bytes, count: int = 1) -> Harm:
    """A change of the marks of the first page."""

    def harm(writer: pypdf.PdfWriter) -> None:
        contents = writer.pages[0].get_contents()
        assert contents is not None
        data, changed = re.subn(pattern, by, contents.get_data(), count=count)
        assert changed
        stream = StreamObject()
        stream.set_data(data)
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return harm


def moved(writer: pypdf.PdfWriter) -> None:
    document = first(writer, "Document")
    document[NameObject("/K")] = ArrayObject(reversed(document["/K"]))


def unlinked(writer: pypdf.PdfWriter) -> None:
    link = first(writer, "Link")
    kept = [kid for kid in link["/K"] if not isinstance(kid.get_object(), DictionaryObject)]
    link[NameObject("/K")] = ArrayObject(kept)


def undescribed(writer: pypdf.PdfWriter) -> None:
    annotations: Any = writer.pages[0]["/Annots"]
    annotations.get_object()[0].get_object()[NameObject("/Contents")] = TextStringObject("")


def dropped(writer: pypdf.PdfWriter) -> None:
    """The last element of the document, with all that it holds."""
    del first(writer, "Document")["/K"][-1]


def misled(writer: pypdf.PdfWriter) -> None:
    """The parent tree gives a mark to another element."""
    tree: Any = writer.root_object["/StructTreeRoot"]
    entries = tree["/ParentTree"]["/Nums"][1].get_object()
    numbers = [
        number for number, entry in enumerate(entries) if isinstance(entry.get_object(), DictionaryObject)
    ]
    entries[numbers[0]] = (
        entries.raw_get(numbers[-1]) if hasattr(entries, "raw_get") else entries[numbers[-1]]
    )


def unclaimed(writer: pypdf.PdfWriter) -> None:
    stream: Any = writer.root_object["/Metadata"]
    stream.set_data(stream.get_data().replace(b"pdfuaid:part", b"pdfuaid:port"))


def untitled(writer: pypdf.PdfWriter) -> None:
    del writer.root_object["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[attr-defined]


def untabbed(writer: pypdf.PdfWriter) -> None:
    del writer.pages[0]["/Tabs"]


def foreign_page(writer: pypdf.PdfWriter) -> None:
    first(writer, "P")[NameObject("/Pg")] = NumberObject(7)


SABOTAGES: dict[str, tuple[Harm, set[str]]] = {
    "a heading is a paragraph": (typed("H3", "P"), {"heading-level"}),
    "the name is a paragraph": (typed("H1", "P"), {"heading-level"}),
    "a heading of a lower level": (typed("H2", "H4"), {"heading-level"}),
    "a list without items": (typed("LI", "Div"), {"broken-list"}),
    "an item without a list": (typed("L", "Div"), {"broken-list"}),
    "an unknown type": (typed("Sect", "Chapter"), {"broken-structure"}),
    "a link that is no link": (typed("Link", "Span"), {"untagged-link"}),
    "a link outside of the tree": (unlinked, {"untagged-link"}),
    "a link that does not say what it is": (undescribed, {"untagged-link"}),
    "a picture without a text": (without("Figure", "/Alt"), {"missing-alt"}),
    "a formula without a text": (without("Formula", "/Alt"), {"missing-alt"}),
    "a mark that does not end": (painted(rb"EMC((?:\s|0 [Gg]|Q)*)$", rb"\1"), {"broken-marks"}),
    "a mark within a mark": (
        painted(rb"(/LBody <</MCID \d+>> BDC)", rb"\1 /Span <</MCID 9999>> BDC EMC"),
        {"broken-marks"},
    ),
    "something without a mark": (painted(rb"^", b"0 0 m 9 9 l S "), {"untagged-content"}),
    "a value in an artifact": (
        painted(rb"/LBody <</MCID \d+>> BDC", b"/Artifact BMC"),
        {"untagged-text", "broken-structure"},
    ),
    "a part of the document dropped": (dropped, {"untagged-text", "untagged-content"}),
    "the parts in another order": (moved, {"structure-order"}),
    "a parent tree that is wrong": (misled, {"broken-structure"}),
    "an element without a page": (foreign_page, {"broken-structure"}),
    "nothing claimed": (unclaimed, {"ua-metadata"}),
    "the title not shown": (untitled, {"ua-metadata"}),
    "Tab in any order": (untabbed, {"ua-metadata"}),
}
FAULTS_BY_CODE = {code for _, codes in SABOTAGES.values() for code in codes}


@pytest.mark.parametrize("name", SABOTAGES)
def test_sabotage_of_the_structure_is_caught(name: str, any_tex: str) -> None:
    """What is done to a good structure is named."""
    harm, codes = SABOTAGES[name]
    pdf, rendered = typeset(ALL_KINDS, "banking")
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    harm(writer)
    made = BytesIO()
    writer.write(made)
    assert codes <= codes_of(made.getvalue(), rendered)


def test_every_code_is_documented_and_fires() -> None:
    """The table of `docs/checks.md` has each code that a sabotage is caught by, and two notes."""
    text = (ROOT / "docs" / "checks.md").read_text("utf-8")
    table = text.partition("## Only by `check`: the structure\n")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    of_builds = {"untagged-text", "structure-order"}
    assert documented == FAULTS_BY_CODE - of_builds | {"not-tagged", "untagged-heading"}
