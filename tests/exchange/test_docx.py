"""Word documents: what is in them, that all of it comes from styles, and that no text is lost."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml

from tests.conftest import ROOT, absent
from tests.exchange.designed import EXAMPLES, HOSTILE, additions, export_from, export_of, hostile, losses
from texresume.diagnostics import ResumeError
from texresume.exchange.docx import WRITER
from texresume.exchange.export import Export

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEAD = "basics: {name: Ada Example, email: ada@example.com, phone: +1 412 555 0163}\n"


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def written(folder: Path, text: str, template: str = "onepage", **options: str) -> Any:
    """The document that a YAML text gives."""
    return opened(WRITER.write(export_from(folder, text, template, **options)))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def styled(document: Any) -> list[tuple[str, str]]:
    """The style and the text of every paragraph."""
    return [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]


# -- nothing is lost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_text_is_there(name: str) -> None:
    """Read back by its XML, the file has every text of the document; and it is the same when made again."""
    export = export_of(*EXAMPLES[name])
    content = WRITER.write(export)
    assert losses(text_of(content), export) == []
    assert additions(text_of(content), export) == []
    assert WRITER.write(export) == content


@pytest.mark.slow
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests/data/valid").glob("*.[yj]*[ln]")), ids=lambda file: file.name
)
def test_every_text_of_every_case_is_there(file: Path, template: str) -> None:
    """Every case of valid data, in every template."""
    export = export_of(file, template)
    assert losses(text_of(WRITER.write(export)), export) == []


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["de", "ja", "ar"])
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
@pytest.mark.parametrize("file", sorted({file for file, _ in EXAMPLES.values()}), ids=lambda file: file.name)
def test_every_text_in_other_languages(file: Path, template: str, locale: str) -> None:
    """Every example in every template, with the words and the direction of three languages."""
    export = export_of(file, template, locale=locale)
    assert losses(text_of(WRITER.write(export)), export) == []


def test_numbers_that_programs_write_otherwise(tmp_path: Path) -> None:
    """Arabic digits and leading zeros stay as they were written."""
    lines = ("01. a", "02. b", "", "١. c", "٢. d")
    text = HEAD + "work:\n- name: Acme\n  summary: |\n" + "".join(f"    {line}\n" for line in lines)
    export = export_from(tmp_path, text)
    read = text_of(WRITER.write(export))
    assert losses(read, export) == []
    assert "01." in read
    assert "١." in read


def test_a_word_that_is_added_is_found() -> None:
    """Also on a page from right to left, where nothing says where words end."""
    for name, word in (("nadia", "Foreign"), ("he", "זר"), ("he", "Foreign")):
        export = export_of(*EXAMPLES[name])
        text = text_of(WRITER.write(export))
        assert additions(f"{text}\n{word}", export), word


def test_a_run_that_is_lost_is_found() -> None:
    """Whichever run of text is taken out, the comparison misses it; a span only says again what dates do."""
    export = export_of(*EXAMPLES["grouped"], {"span": "false"})
    content = WRITER.write(export)
    count = len(list(opened(content).element.body.iter(f"{W}t")))
    assert count > 10
    for number in range(count):
        document = opened(content)
        run = list(document.element.body.iter(f"{W}t"))[number]
        if not re.search(r"\w", run.text):
            continue
        text, run.text = run.text, ""
        stream = io.BytesIO()
        document.save(stream)
        read = text_of(stream.getvalue())
        assert text in read or losses(read, export), text


@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
def test_hostile_text_is_text(template: str) -> None:
    """Markup, formulas of spreadsheets and templates print as written; what XML forbids is replaced, so that
    people see it and the comparison finds it.
    """
    export = hostile(export_of(*EXAMPLES["every-section"][:1], template))
    content = WRITER.write(export)
    text = text_of(content)
    for one in HOSTILE:
        assert one in text
    assert "\N{REPLACEMENT CHARACTER}" in text
    assert losses(text, export)  # the characters that XML cannot hold
    for name, part in parts(content).items():
        assert "\0" not in part or name.endswith((".png", ".jpg"))


def test_no_link_leads_where_links_may_not(tmp_path: Path) -> None:
    """Targets of relationships have allowed schemes only, and there is one for each link."""
    text = HEAD + (
        "work: [{name: Acme, url: https://acme.example.com, highlights: "
        "['[a](https://example.org/?a=1&b=2) [b](javascript:alert) <https://example.org>']}]\n"
    )
    content = WRITER.write(export_from(tmp_path, text))
    targets = [
        one.target_ref for one in opened(content).part.rels.values() if one.reltype.endswith("/hyperlink")
    ]
    assert "https://example.org/?a=1&b=2" in targets
    assert "mailto:ada@example.com" in targets
    assert all(re.match(r"(https?|mailto|tel):", target) for target in targets)
    assert len(targets) == len(set(targets))


# -- what it is made of -------------------------------------------------------------------------------------


def test_styles_carry_the_look() -> None:
    """Runs and paragraphs have a style and nothing else that one sees; no tables, no boxes, one column."""
    for name in ("mareike", "solveig", "ar", "lists"):
        body = opened(WRITER.write(export_of(*EXAMPLES[name]))).element.body
        direct = {one.tag.removeprefix(W) for properties in body.iter(f"{W}rPr") for one in properties}
        assert direct <= {"rStyle", "rtl", "cs"}
        own = {
            one.tag.removeprefix(W)
            for properties in body.iter(f"{W}pPr")
            for one in properties
            if one.tag != W
        }
        assert own <= {"pStyle", "keepNext", "pageBreakBefore", "numPr"}
        tags = {one.tag.rpartition("}")[2] for one in body.iter()}
        assert not tags & {"tbl", "txbxContent", "textbox", "framePr"}
        assert len(list(body.iter(f"{W}sectPr"))) == 1


def text_of(content: bytes) -> str:
    """What the writer reads back."""
    text = WRITER.text(content)
    assert text is not None
    return text


def test_every_style_that_is_used_is_defined() -> None:
    """Word replaces an unknown style by its default, without a word."""
    for name in EXAMPLES:
        content = parts(WRITER.write(export_of(*EXAMPLES[name])))
        defined = set(re.findall(r'w:styleId="([^"]+)"', content["word/styles.xml"]))
        used = set(re.findall(r'w:(?:r|p)Style w:val="([^"]+)"', content["word/document.xml"]))
        based = set(re.findall(r'w:(?:basedOn|next|pStyle) w:val="([^"]+)"', content["word/styles.xml"]))
        assert used | based <= defined
        names = re.findall(r'<w:name w:val="([^"]+)"', content["word/styles.xml"])
        assert len(names) == len(set(names))


def test_texts_in_other_languages_say_so(tmp_path: Path) -> None:
    """Word checks their spelling by that: each in the kind of script that it has."""
    text = HEAD + "work: [{name: {fr: Étoile}, highlights: [{ja: 桜}, {he: שלום}, {de-AT: Jänner}, plain]}]\n"
    xml = written(tmp_path, text).element.xml
    languages = re.findall(r"<w:lang ([^/]*)/>\s*</w:rPr>\s*<w:t[^>]*>(.*?)</w:t>", xml)
    assert languages == [
        ('w:val="fr-FR"', "Étoile"),
        ('w:val="ja-JP" w:eastAsia="ja-JP"', "桜"),
        ('w:val="he-IL" w:bidi="he-IL"', "שלום"),
        ('w:val="de-AT"', "Jänner"),
    ]


def test_headings_lists_and_dates(tmp_path: Path) -> None:
    """Headings are headings, items are items of lists, dates stand behind a tab at the right edge."""
    text = HEAD + (
        "work:\n- name: Acme\n  position: Engineer\n  startDate: 2019-03\n  endDate: 2021-05\n"
        "  location: Oslo\n  summary: |\n    Two steps\n\n    3. third\n    4. fourth\n"
        "  highlights:\n  - text: Led\n    highlights: [below, {text: x, highlights: [deeper]}]\n"
    )
    document = written(tmp_path, text)
    assert styled(document) == [
        ("Title", "Ada Example"),
        ("Contact Last", "ada@example.com\N{EN SPACE}·\N{EN SPACE}+1 412 555 0163"),
        ("Heading 1", "Experience"),
        (
            "Entry",
            "Acme\tMar\N{NO-BREAK SPACE}2019\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2021",
        ),
        ("Entry Line", "Engineer\tOslo"),
        ("Entry Text", "Two steps"),
        ("List Number", "third"),
        ("List Number", "fourth"),
        ("List Bullet", "Led"),
        ("List Bullet 2", "below"),
        ("List Bullet 2", "x"),
        ("List Bullet 3", "deeper"),
    ]
    (tab,) = document.styles["Entry"].paragraph_format.tab_stops
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    assert tab.alignment == WD_TAB_ALIGNMENT.RIGHT
    assert abs(tab.position - width) < 700
    stream = io.BytesIO()
    document.save(stream)
    assert "3. third\n4. fourth\nLed" in text_of(stream.getvalue())


def test_numbers_stand_as_written(tmp_path: Path) -> None:
    """Each list counts by itself, from the number that it begins with, with its own sign."""
    lines = ("1. a", "2. b", "", "Then", "", "1) c", "2) d", "   1. e", "   2. f", "3) g")
    text = HEAD + "work:\n- name: Acme\n  summary: |\n" + "".join(f"    {line}\n" for line in lines)
    read = text_of(WRITER.write(export_from(tmp_path, text)))
    assert "1. a\n2. b\nThen\n1) c\n2) d\n1. e\n2. f\n3) g" in read


def test_heads_stay_with_what_follows(tmp_path: Path) -> None:
    """A head is kept with its text, not with the next entry; `keep` and page breaks are kept, too."""
    text = HEAD + (
        "work:\n- {name: Acme, position: Boss, startDate: 2020, highlights: [one, two], keep: true}\n"
        "- {name: Zeta, startDate: 2019, break: before}\n- {name: Eta, startDate: 2018}\n"
    )
    document = written(tmp_path, text)
    kept = {
        paragraph.text.split("\t")[0]: bool(paragraph.paragraph_format.keep_with_next)
        for paragraph in document.paragraphs
    }
    assert kept["Acme"]
    assert kept["one"]
    assert not kept["two"]
    assert not kept["Zeta"]
    broken = [
        paragraph.text.split("\t")[0]
        for paragraph in document.paragraphs
        if paragraph.paragraph_format.page_break_before
    ]
    assert broken == ["Zeta"]


def test_properties_say_whose_it_is(tmp_path: Path) -> None:
    """Title, author, keywords, language and the date of the data; nothing of python-docx's own template."""
    text = "meta: {lastModified: 2024-05-06}\n" + HEAD + "skills: [{name: Maps, keywords: [QGIS, GDAL]}]\n"
    content = WRITER.write(export_from(tmp_path, text))
    properties = opened(content).core_properties
    assert properties.title == "Ada Example: résumé"
    assert properties.author == "Ada Example"
    assert properties.keywords == "QGIS; GDAL"
    assert properties.language == "en"
    assert (properties.created.year, properties.created.month) == (2024, 5)
    assert "python-docx" not in "".join(parts(content).values())
    bare = opened(WRITER.write(export_from(tmp_path, HEAD)))
    assert (
        "created"
        not in bare.part.package.part_related_by(
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        ).blob.decode()
    )


def test_the_same_bytes_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip file holds dates: ours is always the same."""
    export = export_from(tmp_path, HEAD)
    content = WRITER.write(export)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 10**7)
    assert WRITER.write(export) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# -- languages ----------------------------------------------------------------------------------------------


def test_right_to_left() -> None:
    """Arabic: every paragraph and the page run from right to left, its runs too, a phone number does not."""
    content = parts(WRITER.write(export_of(*EXAMPLES["ar"])))
    assert re.search(r'w:styleId="Normal".*?<w:bidi/>', content["word/styles.xml"])
    assert "<w:bidi/></w:sectPr>" in content["word/document.xml"]
    assert 'w:bidi="ar-SA"' in content["word/styles.xml"]
    body = parse_xml(content["word/document.xml"].encode())
    runs = [
        (run.find(f"{W}rPr/{W}rtl") is not None, "".join(one.text for one in run.iter(f"{W}t")))
        for run in body.iter(f"{W}r")
    ]
    assert (False, "\u200e+962 6 555 0142\u200e") in runs
    assert all(
        rtl == bool(re.search("[\u0600-\u06ff]", text)) for rtl, text in runs if re.search(r"[^\W\d]", text)
    )


@pytest.mark.parametrize(
    ("name", "language", "font"),
    [
        ("ja", 'w:eastAsia="ja-JP"', "Yu Gothic"),
        ("zh", 'w:eastAsia="zh-CN"', "SimSun"),
        ("hi", 'w:bidi="hi-IN"', "Nirmala UI"),
    ],
)
def test_language_and_fonts(name: str, language: str, font: str) -> None:
    """The language of spelling is that of the document, with fonts for its letters."""
    content = parts(WRITER.write(export_of(*EXAMPLES[name])))
    defaults = re.search(r"<w:docDefaults>.*?</w:docDefaults>", content["word/styles.xml"])
    assert defaults
    assert language in defaults[0]
    assert font in defaults[0]
    assert f'w:name="{font}"' in content["word/fontTable.xml"]


# -- looks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "options", "style", "expected"),
    [
        ("moderncv", {}, "Heading 1", 'w:color w:val="18559B"'),
        ("moderncv", {"accent": "176329"}, "Title", 'w:color w:val="176329"'),
        ("onepage", {"header": "centered"}, "Title", 'w:jc w:val="center"'),
        ("onepage", {"header": "split"}, "Contact", 'w:jc w:val="right"'),
        ("onepage", {"heading": "capitals"}, "Heading 1", "<w:caps/>"),
        ("onepage", {"rule": "above"}, "Heading 1", "<w:top "),
        ("academic", {}, "Heading 1", "<w:top "),
        ("onepage", {"links": "underlined"}, "Hyperlink", 'w:u w:val="single"'),
        ("onepage", {"links": "plain"}, "Hyperlink", 'w:name w:val="Hyperlink"'),
        ("moderncv", {"style": "classic"}, "Entry", 'w:tab w:val="left"'),
    ],
)  # fmt: skip
def test_options_of_the_template(
    tmp_path: Path, template: str, options: dict[str, str], style: str, expected: str
) -> None:
    """What the options of a template say, the styles do."""
    from docx.oxml.xmlchemy import serialize_for_reading

    document = written(tmp_path, HEAD, template, **options)
    xml = re.sub(r"\s+", " ", str(serialize_for_reading(document.styles[style].element)))
    assert expected in xml


def test_font_size_and_paper(tmp_path: Path) -> None:
    """The family, the size that all others follow, and the paper."""
    one = parts(WRITER.write(export_from(tmp_path, HEAD, font="sourcesans", size="12", paper="letter")))
    assert 'w:ascii="Calibri"' in one["word/styles.xml"]
    assert '<w:sz w:val="24"/>' in one["word/styles.xml"]
    assert 'w:w="12240" w:h="15840"' in one["word/document.xml"]
    two = opened(WRITER.write(export_from(tmp_path, HEAD, "academic")))
    assert round(two.sections[0].left_margin.mm) == 30


def test_a_template_of_others_has_a_look(tmp_path: Path) -> None:
    """One that extends ours under another name looks like it, whatever else its options are."""
    export = export_from(tmp_path, HEAD, "moderncv")
    other = replace(
        export, template="mine", look={**export.look, "size": "huge", "accent": "none", "paper": 3}
    )
    assert "18559B" in parts(WRITER.write(other))["word/styles.xml"]
    assert WRITER.write(replace(export, template="alien", look={"colour": "mauve", "bullet": None}))


def test_the_photo() -> None:
    """At the right edge, with alternative text, in the template's size, cut to its shape, not stretched."""
    export = export_of(*EXAMPLES["mareike"])
    content = parts(WRITER.write(export))["word/document.xml"]
    assert 'descr="Mareike Dornhagen"' in content
    assert '<wp:extent cx="1008000" cy="1296000"/>' in content
    assert "<wp:align>right</wp:align>" in content
    assert '<a:srcRect l="11111" t="0" r="11111" b="0"/>' in content
    square = export_of(*EXAMPLES["mareike"], {"photo": "round", "photo_size": "30"})
    content = parts(WRITER.write(square))["word/document.xml"]
    assert 'prst="ellipse"' in content
    assert '<wp:extent cx="1080000" cy="1080000"/>' in content
    assert '<a:srcRect l="0" t="0" r="0" b="0"/>' in content  # the picture is a square


def test_a_photo_that_is_none_is_an_error(tmp_path: Path) -> None:
    """Said as any other error, without a traceback."""
    export = export_of(*EXAMPLES["mareike"])
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff no picture")
    files = [(tmp_path / "photo.jpg", name) for _, name in export.files]
    with pytest.raises(ResumeError) as caught:
        WRITER.write(replace(export, files=files))
    assert [one.code for one in caught.value.diagnostics] == ["wrong-image"]


def test_publications_are_numbered_as_in_the_pdf() -> None:
    """Where the template numbers them, the number stands before the first line; else there is none."""
    numbered = opened(WRITER.write(export_of(*EXAMPLES["solveig"])))
    texts = [text for style, text in styled(numbered) if style == "Publication"]
    assert all(re.match(r"\d+\t", text) for text in texts)
    plain = opened(WRITER.write(export_of(EXAMPLES["solveig"][0], "academic", {"numbering": "false"})))
    assert not any(re.match(r"\d+\t", text) for style, text in styled(plain) if style == "Publication")


# -- other programs -----------------------------------------------------------------------------------------


def _made(folder: Path) -> Iterator[Path]:
    for name in EXAMPLES:
        file = folder / f"{name}.docx"
        file.write_bytes(WRITER.write(export_of(*EXAMPLES[name])))
        yield file


@pytest.mark.programs
@pytest.mark.slow
def test_the_schema_of_office_accepts_it(tmp_path: Path) -> None:
    """openxml-audit finds nothing against the schemas and rules of Office, but an element that is none."""
    program = shutil.which("openxml-audit")
    if program is None:
        pytest.skip("openxml-audit is missing (pip install openxml-audit)")
    files = list(_made(tmp_path))
    for file in files:
        result = subprocess.run([program, "-q", file], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout
    broken = tmp_path / "broken.docx"
    with zipfile.ZipFile(files[0]) as archive, zipfile.ZipFile(broken, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:p>", b"<w:p><w:nonsense/>", 1)
            other.writestr(name, content)
    assert subprocess.run([program, "-q", broken], capture_output=True, check=False).returncode != 0


@pytest.mark.programs
@pytest.mark.slow
def test_libreoffice_shows_every_text(tmp_path: Path) -> None:
    """Turned into a PDF by LibreOffice, every text is still there, on pages of the right size."""
    import pypdfium2

    office = shutil.which("soffice")
    if office is None:
        absent("LibreOffice")
        return
    files = [file for file in _made(tmp_path) if file.stem in ("nadia", "mareike", "solveig", "ja", "lists")]
    command = [
        office,
        f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", tmp_path, *files], check=True, capture_output=True, timeout=300)
    for file in files:
        pdf = pypdfium2.PdfDocument(file.with_suffix(".pdf"))
        text = "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
        export: Export = export_of(*EXAMPLES[file.stem])
        assert losses(_with_hyphens(text), export) == []


def _with_hyphens(text: str) -> str:
    """pdfium marks a hyphen at the end of a line."""
    return text.replace("\ufffe", "-").replace("\x02", "-")
