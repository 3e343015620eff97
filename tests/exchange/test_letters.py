"""Letters in other formats: each word is there, and each part stands where the layout wants it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from PIL import Image

from tests.conftest import absent
from tests.fixtures import DATA
from tests.support import build_ok, request_for
from tests.support import project as project_of
from texresume.build import exports
from texresume.build.outcome import Build
from texresume.data.source import Source
from texresume.diagnostics import ResumeError
from texresume.document.letter import LAYOUTS
from texresume.exchange import registry
from texresume.exchange.export import Export, Fitted
from texresume.exchange.letter_places import PLACES
from texresume.text.inline import RichText

from . import designed
from .browsing import axe_checks
from .designed import export_of
from .exporting import WORDY, compared

FOLDER = DATA / "letters"
MASTER = FOLDER / "resume.yaml"
GOOD = sorted((FOLDER / "good").glob("*.yaml"))
SOURCE = Source.of(MASTER, "")
TEMPLATES = ("onepage", "moderncv", "academic")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
PLACED = [
    (TEMPLATES[number % 3], layout, paper)
    for number, layout in enumerate(LAYOUTS)
    for paper in ("a4", "letter")
]


def letter(name: str, template: str = "onepage", **options: str) -> Export:
    """The export of a good letter."""
    return export_of(MASTER, template, options, letter=str(FOLDER / "good" / f"{name}.yaml"))


def project(folder: Path, text: str, more: str = "") -> Path:
    """A data file with a variant `acme` that has this letter."""
    (folder / "variants").mkdir()
    data = folder / "resume.yaml"
    contacts = "email: ilka@example.com, location: {address: Kai 7, city: Bergen, countryCode: 'NO'}"
    data.write_text(f"basics: {{name: Ilka Brandvold, label: Engineer, {contacts}}}\n{more}", "utf-8")
    (folder / "variants" / "acme.yaml").write_text(text, "utf-8")
    return data


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_every_word_is_in_every_format(file: Path) -> None:
    """And none is added, whatever the layout; the same letter gives the same bytes."""
    for number, name in enumerate(WORDY):
        template, layout = TEMPLATES[number % 3], LAYOUTS[number]
        export = export_of(MASTER, template, {"letter_layout": layout}, letter=str(file))
        assert compared(name, export, SOURCE) == []


def test_hostile_text_is_text() -> None:
    """In every field of a letter with a layout of its own; no program takes it for markup."""
    export = designed.hostile(letter("everything"))
    for name in ("docx", "html"):
        writer = registry.writer(name)
        content = writer.write(export)
        text = " ".join((writer.text(content) or "").split())
        for one in designed.HOSTILE:
            assert one in text, name
    assert b"<script>alert" not in registry.writer("html").write(export)


def test_a_lost_word_is_found() -> None:
    """Of each part of a letter, in each format."""
    whole = letter("german")
    found = whole.document.letter
    assert found
    lacking = [
        replace(found, **{name: type(getattr(found, name))()})
        for name in ("recipient", "date", "subject", "opening", "paragraphs", "closing", "name", "enclosures")
    ]
    for name in WORDY:
        writer = registry.writer(name)
        for one in (*lacking, *([replace(found, sender=RichText())] if name in ("docx", "html") else [])):
            content = writer.write(replace(whole, document=replace(whole.document, letter=one)))
            codes = {fault.code for fault in exports.compare(writer, content, whole, SOURCE)}
            assert codes >= {"text-lost"}, name


# -- Word -------------------------------------------------------------------------------------------------


def word(export: Export) -> Any:
    """The Word document as python-docx reads it."""
    return docx.Document(io.BytesIO(registry.writer("docx").write(export)))


def _spacing(document: Any, style: Any, name: str, default: int) -> int:
    """A property of the spacing of a style or of what it is based on, in twentieths of a point."""
    while style is not None:
        found = style.element.find(f"{W}pPr/{W}spacing")
        if found is not None and found.get(f"{W}{name}") is not None:
            return int(found.get(f"{W}{name}"))
        style = style.base_style
    defaults = document.styles.element.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr/{W}spacing")
    return int(defaults.get(f"{W}{name}") or default)


def tops(export: Export) -> dict[str, float]:
    """Where the first paragraph of each style begins, in mm from the top of the paper, and its text: lines
    have exact heights, so that this needs no fonts. All texts above the subject are lines.
    """
    document = word(export)
    at = round(document.sections[0].top_margin.mm * MM)
    found: dict[str, float] = {}
    for paragraph in document.paragraphs:
        style = paragraph.style
        at += _spacing(document, style, "before", 0)
        found.setdefault(style.name, at / MM)
        at += _spacing(document, style, "line", 0) + _spacing(document, style, "after", 0)
    return found


@pytest.mark.parametrize(("template", "layout", "paper"), PLACED)
def test_parts_of_a_word_document_stand_in_their_places(template: str, layout: str, paper: str) -> None:
    """The address in its window, the sender above it, the subject at its line; on either paper."""
    name = "german" if layout.startswith("din") else "american"
    export = letter(name, template, letter_layout=layout, paper=paper)
    places, at = PLACES[layout], tops(export)
    first = "Date" if places.date_above else "Inside Address"
    head = max(top for style, top in at.items() if style in ("Contact", "Contact Last", "Subtitle"))
    lower = head + 14.8 * 25.4 / 72 * (1.5 if places.window else 2.3) + (5 if places.window else 0)
    assert at[first] == pytest.approx(max(places.address, lower), abs=0.1)
    if places.window:
        assert at["Inside Address"] - at["envelope return"] == pytest.approx(5, abs=0.1)
        assert at["Subject Line"] == pytest.approx(places.subject + at[first] - places.address, abs=0.2)
    assert ("envelope return" in at) is places.window
    assert ("Date" in at) is places.date_above
    document = word(export)
    section = document.sections[0]
    assert section.page_width.mm == pytest.approx(210 if paper == "a4" else 215.9, abs=0.1)
    if places.window:
        assert section.left_margin.mm == pytest.approx(25, abs=0.1)
    width = section.page_width - section.left_margin - section.right_margin
    for style in ("Date", "Closing", "Signature"):
        indent = document.styles[style].paragraph_format.left_indent or 0
        assert indent == pytest.approx(width * places.indent, abs=700)


def test_what_a_word_document_consists_of() -> None:
    """Each part has a style of its own, Word's own where there is one; no frames, tables or boxes."""
    document = word(letter("everything", "academic"))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles == [
        *("Title", "Subtitle", "Contact Last"),
        *["Inside Address"] * 6,
        *("Subject Line", "Salutation", "Body Text", "Body Text", "List Bullet", "List Bullet", "Body Text"),
        *("Closing", "Signature", "Enclosures"),
    ]
    assert document.paragraphs[3].text == "Ms Ada Smith\tDecember 1, 2026"
    assert document.paragraphs[-1].text == "Enclosures: Résumé, Certificates"
    body = document.element.body
    direct = {one.tag.removeprefix(W) for properties in body.iter(f"{W}rPr") for one in properties}
    own = {one.tag.removeprefix(W) for properties in body.iter(f"{W}pPr") for one in properties}
    assert direct <= {"rStyle", "rtl", "cs"}
    assert own <= {"pStyle", "numPr"}
    assert not {one.tag.rpartition("}")[2] for one in body.iter()} & {"tbl", "framePr", "txbxContent"}
    assert not document.sections[0].footer.paragraphs[0].text
    properties = document.core_properties
    assert properties.title == "Ilka Brandvold: cover letter"
    assert properties.subject == "Site Reliability Engineer, reference 12/7"
    text = registry.writer("docx").write(letter("everything", "academic"))
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        root = parse_xml(archive.read("word/styles.xml"))
    defined = {style.get(f"{W}styleId") for style in root.iter(f"{W}style")}
    used = {one.get(f"{W}val") for one in body.iter(f"{W}pStyle", f"{W}rStyle")}
    used |= {one.get(f"{W}val") for one in root.iter(f"{W}next", f"{W}basedOn")}
    assert used <= defined


def test_a_letter_follows_the_step_of_its_pdf() -> None:
    """A long one is set as tight, with the margins that the PDF has."""
    export = letter("everything")
    wide, narrow = word(export), word(replace(export, fitted=Fitted(7, 9.5, 11.8, 20)))
    assert wide.sections[0].left_margin.mm == pytest.approx(27, abs=0.1)
    assert narrow.sections[0].left_margin.mm == pytest.approx(20, abs=0.1)
    sizes = [
        one.styles.element.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz").get(f"{W}val")
        for one in (wide, narrow)
    ]
    assert sizes == ["22", "19"]
    window = replace(letter("german"), fitted=Fitted(7, 9.5, 11.8, 25))
    at = tops(window)
    assert at["Inside Address"] == pytest.approx(62.7, abs=0.1)
    assert at["Subject Line"] < 90  # there is no room to be lost below the address
    small = tops(replace(window, fitted=Fitted(1, 9.5, 11.8, 25)))  # by choice
    assert small["Subject Line"] == pytest.approx(95, abs=0.1)


def test_right_to_left_in_word() -> None:
    """Paragraphs run from right to left, so the tab stop of the date is at the left edge."""
    content = registry.writer("docx").write(letter("arabic"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles, body = (archive.read(f"word/{name}.xml").decode() for name in ("styles", "document"))
    assert re.search(r'w:styleId="Normal".*?<w:bidi/>', styles)
    assert "<w:bidi/></w:sectPr>" in body
    assert "<w:tab/>" in body


@pytest.mark.parametrize("signed", [True, False])
def test_the_signature(signed: bool, tmp_path: Path) -> None:
    """The picture, 14 mm high, above the name; without one there is as much room for a pen."""
    more = "  signature: sign.png\n" if signed else ""
    data = project(tmp_path, f"letter:\n  to: {{company: Acme}}\n  body: Hello.\n{more}")
    Image.new("RGB", (300, 100), "white").save(tmp_path / "variants" / "sign.png")
    export = export_of(data, letter="acme", project=tmp_path)
    document = word(export)
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert ("Signature Image" in styles) is signed
    before = _spacing(document, document.styles["Signature"], "before", 0)
    assert before == pytest.approx(0 if signed else 14 * MM, abs=1)
    assert [round(one.height.mm) for one in document.inline_shapes] == [14] * signed
    page = registry.writer("html").write(export).decode()
    assert ('<img src="data:image/png;base64,' in page) is signed
    assert ('class="name unsigned"' in page) is not signed
    if signed:
        broken = replace(export, files=[(data, name) for _, name in export.files])
        with pytest.raises(ResumeError) as caught:
            registry.writer("docx").write(broken)
        assert [one.code for one in caught.value.diagnostics] == ["wrong-image"]


# -- the web ----------------------------------------------------------------------------------------------


def test_what_a_page_consists_of() -> None:
    """The parts in their order; the sender in small print where a window shows it; a sheet for the paper."""
    page = registry.writer("html").write(letter("german", "moderncv")).decode()
    marks = re.findall(r'class="(sender|recipient|date|subject|opening|text|farewell|enclosures)', page)
    assert marks == ["sender", "recipient", "date", "subject", "opening", "text", "farewell", "enclosures"]
    assert "Tolvan Netze GmbH<br>Frau Ada Schmidt<br>Hafenstraße 1<br>20457 Hamburg" in page
    assert "@page { size: 210mm 297mm; margin: 18mm 25mm 10mm; }" in page
    assert "<title>Ilka Brandvold: Anschreiben</title>" in page
    american = registry.writer("html").write(letter("american", "academic", paper="letter")).decode()
    assert re.findall(r'class="(sender|recipient|date)', american) == ["date", "recipient"]
    assert "size: 215.9mm 279.4mm" in american


def test_a_page_of_ones_own_has_letters(tmp_path: Path) -> None:
    """One that extends ours has letters; any other has the parts as sections; one for letters wins."""
    data = project(tmp_path, "letter: {to: {company: Acme}, subject: Work, body: Hello.}\n")
    folder = tmp_path / "templates" / "mine"
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text("title: Mine\nextends: onepage\n")
    (folder / "resume.html.j2").write_text(
        '{% extends "texresume/resume.html.j2" %}{% block footer %}<footer>my foot</footer>{% endblock %}'
    )
    writer = registry.writer("html")

    def page() -> str:
        export = export_of(data, "mine", letter="acme", project=tmp_path)
        content = writer.write(export)
        assert designed.losses(writer.text(content) or "", export) == []
        return content.decode()

    assert "my foot" in (found := page())
    assert 'class="subject"' in found
    (folder / "resume.html.j2").write_text(
        "<h1>{{ resume.name }}</h1>{{ resume.label }}"
        "{% for line in resume.contacts %}{% for one in line %}<p>{{ one.text }}</p>{% endfor %}{% endfor %}"
        "{% for section in resume.sections %}<h2>{{ section.title }}</h2>{% for entry in section.entries %}"
        "{% for one in entry.paragraphs %}<p>{{ one }}</p>{% endfor %}{% endfor %}{% endfor %}"
    )
    assert "<h2>Work</h2>" in page()
    (folder / "letter.html.j2").write_text(
        '{% extends "texresume/letter.html.j2" %}{% block head %}<meta name="x">{% endblock %}'
        "{% block header %}{{ super() }}<p>P.S.</p>{% endblock %}"
    )
    (folder / "resume.html.j2").unlink()
    assert '<meta name="x">' in (found := page())
    assert "P.S." in found
    (folder / "letter.html.j2").write_text("\n{{ letter.nothing.x }}")
    with pytest.raises(ResumeError) as caught:
        page()
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.position and fault.position.line) == ("template-fault", 2)


# -- text -------------------------------------------------------------------------------------------------


def test_plain_text_and_markdown() -> None:
    """A letter as one would write it in a mail."""
    text, marked = (registry.writer(name).write(letter("everything")).decode() for name in ("txt", "md"))
    assert text.split("\n\n")[2:] == [
        "December 1, 2026",
        "Ms Ada Smith\nHead of People\nPeople\nTolvan Networks Ltd.\n1 Harbour Street\nBergen",
        "Site Reliability Engineer, reference 12/7\n" + "-" * 41,
        "Dear Ms Smith,",
        "I kept 4,000 hosts up, with a formula: x^2 and {code}.",
        "What I bring to Tolvan Networks:\n• a page,\n• {braces}, and a second line.",
        "That is all.",
        "Kind regards,",
        "Ilka Brandvold",
        "Enclosures: Résumé, Certificates\n",
    ]
    assert "\n\nMs Ada Smith\\\nHead of People\\\n" in marked
    assert marked.endswith("\n\nIlka Brandvold\n\nEnclosures: Résumé, Certificates\n")


# -- other programs ---------------------------------------------------------------------------------------


def _baselines(pdf: Path) -> dict[str, float]:
    """Where each line stands, in mm from the top of its page, by its text; a further page is an error."""
    import pdfplumber

    with pdfplumber.open(pdf) as opened:
        assert len(opened.pages) == 1
        lines = opened.pages[0].extract_text_lines(return_chars=False)
        return {line["text"]: line["bottom"] / 72 * 25.4 for line in lines}


def _check_places(lines: dict[str, float], layout: str) -> None:
    """Of the German letter: a line of text ends some 5 mm below where it begins."""
    places = PLACES[layout]
    first = next(at for text, at in lines.items() if text.startswith("Tolvan Netze GmbH"))
    subject = next(at for text, at in lines.items() if text.startswith("Bewerbung als"))
    assert first == pytest.approx(places.address + 4.7, abs=1.2)
    if places.subject:
        assert subject == pytest.approx(places.subject + 4.7, abs=1.2)


@pytest.mark.programs
@pytest.mark.slow
def test_libreoffice_puts_it_in_its_places(tmp_path: Path) -> None:
    """Turned into a PDF by LibreOffice, each part is where it should be, on one page."""
    office = shutil.which("soffice")
    if office is None:
        absent("LibreOffice")
        return
    for template, layout in (("moderncv", "din-b"), ("academic", "din-a"), ("onepage", "international")):
        export = letter("german", template, letter_layout=layout)
        (tmp_path / f"{layout}.docx").write_bytes(registry.writer("docx").write(export))
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    files = sorted(tmp_path.glob("*.docx"))
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=300)
    for file in files:
        _check_places(_baselines(file.with_suffix(".pdf")), file.stem)


@pytest.mark.programs
@pytest.mark.slow
@pytest.mark.parametrize(("template", "layout"), [("moderncv", "din-b"), ("onepage", "international")])
def test_a_printed_page_has_each_part_in_its_place(
    browser: list[str],
    template: str,
    layout: str,
    tmp_path: Path,
) -> None:
    """As Chromium prints it; nobody is shut out of what it shows."""
    page = registry.writer("html").write(letter("german", template, letter_layout=layout))
    (tmp_path / "page.html").write_bytes(page)
    command = [*browser, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}"]
    subprocess.run(
        [*command, (tmp_path / "page.html").as_uri()], check=True, capture_output=True, timeout=120
    )
    _check_places(_baselines(tmp_path / "page.pdf"), layout)
    for result in axe_checks(browser, tmp_path, page.decode()):
        assert result["violations"] == []
        assert result["needed"] <= result["width"]


# -- as a build makes them ----------------------------------------------------------------------------------

SENTENCE = "We kept the looms of the valley going through three winters, and counted every thread twice. "
"""Said as often as a long letter needs it: 26 times, in paragraphs of four or five, beside a full head."""
LONG = "\n\n".join(SENTENCE * count for count in (4, 5, 4, 5, 4, 4))


def built(folder: Path, template: str, layout: str, body: str) -> tuple[Build, dict[str, Path]]:
    """The build of a letter with everything and its files by format; the résumé is built beside it."""
    to = {"name": "Ms Smith", "position": "Head", "company": "Tolvan", "address": ["Quay 1", "5003 Bergen"]}
    letter_ = {
        "to": to,
        "subject": "Application as {position}",
        "body": body,
        "signature": "sign.png",
        "enclosures": ["Résumé", "Certificates"],
    }
    basics = {
        "name": "Ilka Brandvold",
        "label": "Weaver",
        "email": "ilka@example.com",
        "phone": "+1 412 555 0163",
        "url": "https://example.com",
        "location": {"address": "Kai 7", "postalCode": "5013", "city": "Bergen", "countryCode": "NO"},
    }
    variant = {"employer": "Tolvan", "position": "Weaver", "letter": letter_}
    work = [{"name": "Larch", "position": "Weaver", "startDate": "2010"}]
    project_of(folder, {"resume.yaml": {"basics": basics, "work": work}, "variants/tolvan.yaml": variant})
    Image.new("RGB", (300, 100), "navy").save(folder / "variants" / "sign.png")
    wanted = request_for(
        folder / "resume.yaml",
        folder,
        variant="tolvan",
        letter=True,
        template=template,
        options={"letter_layout": layout},
        formats=("pdf", "docx", "html"),
    )
    made = build_ok(wanted)
    return made, {name: Path(file) for name, file in made.files.items()}


@pytest.mark.slow
@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("body", [LONG, "Hello.\n\n- One,\n- [two](https://example.com).\n\n**Bye.**"])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("layout", ["international", "din-b", "us-modified"])
def test_a_build_of_all_formats(template: str, layout: str, body: str, tmp_path: Path) -> None:
    """A long letter and one with everything: no word is lost, and all are set as tight as the PDF."""
    made, files = built(tmp_path, template, layout, body)
    assert not {"text-lost", "foreign-text"} & {one.code for one in made.diagnostics}
    assert made.fit
    document = docx.Document(files["docx"].as_posix())
    defaults = document.styles.element.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
    assert int(defaults.get(f"{W}val")) == round(2 * made.fit.size)
    margin = document.sections[0].left_margin
    assert margin
    assert margin.mm == pytest.approx(made.fit.margin, abs=0.1)
    assert f"font-size: {made.fit.size}pt" in files["html"].read_text("utf-8")
    assert (made.fit.step > 1) is (body == LONG)
    assert len(document.inline_shapes) == 1


@pytest.mark.programs
@pytest.mark.slow
@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_long_letter_has_one_page_in_word(template: str, tmp_path: Path) -> None:
    """In LibreOffice, if it has fonts as wide as those that Word has."""
    office, match = shutil.which("soffice"), shutil.which("fc-match")
    if office is None or match is None:
        absent("LibreOffice")
        return
    for name, free in (("Cambria", "Caladea"), ("Calibri", "Carlito"), ("Times New Roman", "Liberation")):
        found = subprocess.run([match, name], capture_output=True, text=True, check=True).stdout
        if free not in found and name not in found:
            pytest.skip(f"{free} is missing")
    _, files = built(tmp_path, template, "international", LONG)
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, files["docx"]], check=True, capture_output=True, timeout=300)
    _baselines(tmp_path / f"{files['docx'].stem}.pdf")
