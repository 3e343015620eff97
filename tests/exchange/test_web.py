"""Pages of the web: what is on them, that nothing is lost or runs, and that everybody can use them."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.exchange.browsing import axe_checks
from tests.exchange.designed import EXAMPLES, HOSTILE, additions, export_from, export_of, hostile, losses
from texresume.diagnostics import ResumeError
from texresume.exchange.web import WRITER
from texresume.exchange.web_formula import mathml
from texresume.exchange.web_style import DARK, LIGHT, _contrast, readable
from texresume.text import formulas

HEAD = "basics: {name: Ada Example, label: Engineer, email: ada@example.com}\n"


def page_of(folder: Path, text: str, template: str = "onepage", **options: str) -> str:
    """The page that a YAML text gives."""
    return WRITER.write(export_from(folder, text, template, **options)).decode()


def text_of(page: str | bytes) -> str:
    """What the writer reads back."""
    text = WRITER.text(page.encode() if isinstance(page, str) else page)
    assert text is not None
    return text


class Elements(HTMLParser):
    """The elements of a page, in order, with their attributes; those that are open at the end."""

    VOID = ("meta", "img", "br", "link", "input", "hr", "wbr")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]


def main_of(page: str) -> str:
    return page[page.index("<body") :]


# -- nothing is lost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_text_is_there(name: str) -> None:
    """Read back by a parser, the page has every text of the document; its elements are closed; and it is the
    same when made again.
    """
    export = export_of(*EXAMPLES[name])
    content = WRITER.write(export)
    assert losses(text_of(content), export) == []
    assert additions(text_of(content), export) == []
    assert WRITER.write(export) == content
    elements = Elements(content.decode())
    assert elements.open == []
    ids = [attributes["id"] for _, attributes in elements.all if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.slow
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests/data/valid").glob("*.[yj]*[ln]")), ids=lambda file: file.name
)
def test_every_text_of_every_case_is_there(file: Path, template: str) -> None:
    """Every case of valid data, in every template."""
    export = export_of(file, template)
    page = WRITER.write(export).decode()
    assert losses(text_of(page), export) == []
    assert Elements(page).open == []


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


def test_a_text_that_is_lost_is_found() -> None:
    """Whichever text of the page is taken out, the comparison misses it."""
    export = export_of(*EXAMPLES["grouped"], {"span": "false"})
    page = WRITER.write(export).decode()
    start = page.index("<body")
    found = [one for one in re.finditer(r">([^<>]*\w[^<>]*)<", page) if one.start() > start]
    assert len(found) > 10
    for one in found:
        read = text_of(page[: one.start(1)] + page[one.end(1) :])
        assert html.unescape(one[1]) in read or losses(read, export), one[1]


def test_what_is_not_seen_is_no_text(tmp_path: Path) -> None:
    """The title, the style sheet and the data for search engines do not count as text of the page."""
    text = text_of(page_of(tmp_path, HEAD))
    assert text == "Ada Example\nEngineer\nada@example.com"


# -- nothing runs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
def test_hostile_text_is_text(template: str) -> None:
    """Markup and expressions of templates print as written; what HTML forbids is replaced, so that people see
    it and the comparison finds it. The only script is the data for search engines, and it is JSON.
    """
    export = hostile(export_of(EXAMPLES["every-section"][0], template))
    page = WRITER.write(export).decode()
    text = text_of(page)
    for one in HOSTILE:
        assert one in text
    assert "\N{REPLACEMENT CHARACTER}" in text
    assert losses(text, export)  # the characters that HTML cannot hold
    assert not re.search(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe]", page)
    elements = Elements(page)
    assert elements.open == []
    assert [one["type"] for one in elements.named("script")] == ["application/ld+json"]
    assert not any(name.startswith("on") for _, attributes in elements.all for name in attributes)
    assert json.loads(_script(page))["@type"] == "Person"


def _script(page: str) -> str:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    return found[1]


def test_links_lead_where_links_may(tmp_path: Path) -> None:
    """Web, mail and telephone; others are text."""
    text = (
        HEAD
        + "work: [{name: A, highlights: ['[a](https://example.org/?a=1&b=%22) [b](javascript:alert)']}]\n"
    )
    page = page_of(tmp_path, text)
    targets = [one["href"] for one in Elements(page).named("a")]
    assert targets == ["mailto:ada@example.com", "https://example.org/?a=1&b=%22"]
    assert "[b](javascript:alert)" in text_of(page)


def test_the_policy_allows_the_own_style_sheet_only(tmp_path: Path) -> None:
    """Its hash is that of the style sheet on the page; nothing is loaded from anywhere."""
    page = page_of(tmp_path, HEAD)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(
        one["content"] or ""
        for one in Elements(page).named("meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script" not in policy
    assert "http" not in style
    assert "url(" not in style
    assert not re.search(r"\sstyle=", main_of(page))


# -- what it is made of -------------------------------------------------------------------------------------


def test_elements_say_what_things_are(tmp_path: Path) -> None:
    """Headings without gaps, landmarks, an address, lists, dates as dates, language and direction."""
    text = HEAD + (
        "work:\n- {name: Acme, position: Boss, startDate: 2019-03, endDate: 2021-05-07, highlights: [one]}\n"
        "awards: [{title: Best map, date: 2020}]\n"
        "publications: [{name: On maps, type: article, releaseDate: 2018-02}]\n"
    )
    page = page_of(tmp_path, text)
    body = main_of(page)
    assert '<html lang="en" dir="ltr">' in page
    for element in ("<header>", "<main>", "<address>", "<article class=", "<section id="):
        assert element in body
    levels = [int(tag[1]) for tag, _ in Elements(page).all if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert '<time datetime="2019-03">Mar 2019</time> – <time datetime="2021-05-07">' in body
    assert '<time datetime="2020">2020</time>' in body
    assert '<time datetime="2018-02">Feb 2018</time>' in body
    assert "<li>one</li>" in body


def test_texts_in_other_languages_say_so(tmp_path: Path) -> None:
    """Browsers speak and hyphenate them by theirs; those in the language of the page need not say it."""
    text = HEAD + (
        "education: [{institution: {fr: École}, area: {en: Sums}, thesis: {fr: '**Étude** d''or'}}]\n"
        "work: [{name: A, highlights: [{ja-JP: Sakura}, plain]}]\n"
    )
    body = main_of(page_of(tmp_path, text))
    assert sorted(re.findall(r'<span lang="([\w-]+)">(.*?)</span>', body)) == [
        ("fr", "<em><strong>Étude</strong> d’or</em>"),
        ("fr", "École"),
        ("ja-JP", "Sakura"),
    ]
    assert "<li>plain</li>" in body


def test_lists_within_texts(tmp_path: Path) -> None:
    """Paragraphs, lists in lists and numbers as they were written."""
    lines = ("Then", "", "3. c", "4. d", "   - e", "   - f", "", "End", "", "1) x", "2) y")
    text = HEAD + "work:\n- name: Acme\n  summary: |\n" + "".join(f"    {line}\n" for line in lines)
    page = page_of(tmp_path, text)
    assert (
        '<p>Then</p><ol><li value="3">c</li><li>d<ul><li>e</li><li>f</li></ul></li></ol>'
        '<p>End</p><ol class="bracket"><li>x</li><li>y</li></ol>'
    ) in page.replace("\n", "")
    assert "Then\n3. c\n4. d\ne\nf\nEnd\n1) x\n2) y" in text_of(page)


def test_publications_count_down() -> None:
    """A list whose numbers are those of the PDF, or none where the template has none."""
    page = WRITER.write(export_of(*EXAMPLES["solveig"])).decode()
    assert '<ol class="publications" reversed>' in page
    numbers = [int(number) for number in re.findall(r'<li value="(\d+)" class="publication', page)]
    assert all(after in (before - 1, before) or before == 1 for before, after in pairwise(numbers))
    assert numbers[-1] == 1
    plain = WRITER.write(export_of(EXAMPLES["solveig"][0], "academic", {"numbering": "false"})).decode()
    assert '<ul class="publications">' in plain


def test_search_engines_are_told_what_is_printed(tmp_path: Path) -> None:
    """schema.org's Person: no more than the page shows."""
    text = (
        "basics: {name: Ada Example, label: Engineer, email: ada@example.com, phone: +1 412 555 0163, "
        "url: https://ada.example.com, profiles: [{network: GitHub, username: ada}], "
        "location: {city: Oslo, countryCode: NO}}\n"
        "work: [{name: Acme, position: Boss, startDate: 2019}, {name: Old, startDate: 2010, endDate: 2012}]\n"
        "education: [{institution: Merriden, area: Maps}]\n"
        "skills: [{name: Maps, keywords: [QGIS]}]\nlanguages: [{language: Norwegian}]\n"
    )
    data: dict[str, Any] = json.loads(_script(page_of(tmp_path, text)))
    assert data["name"] == "Ada Example"
    assert data["jobTitle"] == "Engineer"
    assert data["email"] == "ada@example.com"
    assert data["telephone"] == "+14125550163"
    assert data["sameAs"] == "https://github.com/ada"
    assert "Oslo" in data["address"]
    assert data["worksFor"] == {"@type": "Organization", "name": "Acme"}
    assert data["alumniOf"]["name"] == "Merriden"
    assert data["knowsLanguage"] == "Norwegian"
    assert data["knowsAbout"] == "QGIS"


def test_the_photo_is_on_the_page() -> None:
    """As part of the file, with alternative text, where the template shows it."""
    export = export_of(*EXAMPLES["mareike"])
    (image,) = Elements(WRITER.write(export).decode()).named("img")
    assert image["alt"] == "Mareike Dornhagen"
    source = image["src"] or ""
    assert source.startswith("data:image/jpeg;base64,")
    assert base64.b64decode(source.partition(",")[2]) == export.files[-1][0].read_bytes()
    without = export_of(*EXAMPLES["mareike"], {"photo": "none"})
    assert Elements(WRITER.write(without).decode()).named("img") == []


def test_right_to_left() -> None:
    """The page has its direction, and a telephone number another one."""
    page = WRITER.write(export_of(*EXAMPLES["ar"])).decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<bdi dir="ltr">+962 6 555 0142</bdi>' in page


@pytest.mark.parametrize("accent", ["FFFF00", "808080", "18559B", "000000", "FFFFFF", "00FF00"])
def test_any_accent_can_be_read(tmp_path: Path, accent: str) -> None:
    """Whatever the accent, text in it has a contrast of at least 7:1 on light and on dark."""
    for ground in (LIGHT, DARK):
        assert _contrast(readable(accent, ground), ground) >= 7
    assert f"--accent: #{readable(accent, LIGHT)}" in page_of(tmp_path, HEAD, accent=accent)


def test_the_look_follows_the_template(tmp_path: Path) -> None:
    """Fonts, paper, rules and the order of position and employer."""
    text = HEAD + "work: [{name: Acme, position: Boss}]\n"
    export = export_from(tmp_path, text, "moderncv", order="position", paper="letter", header="centered")
    document = replace(export.document, fonts={"Latn": "My Sans", "Arab": "fonts/A.ttf", "Hani": 'x"; }'})
    page = WRITER.write(replace(export, document=document)).decode()
    assert "<h3>Boss</h3>" in page
    assert 'font: 100%/1.5 "My Sans", "Source Sans 3"' in page
    assert "A.ttf" not in page
    assert 'x"' not in page
    assert "size: 215.9mm 279.4mm" in page
    assert "header-centered" in page
    assert "<h3>Acme</h3>" in page_of(tmp_path, text, "moderncv", order="employer")


# -- templates of projects ----------------------------------------------------------------------------------


def _project(folder: Path, page: str, name: str = "mine") -> Path:
    own = folder / "templates" / name
    own.mkdir(parents=True)
    (own / "template.yaml").write_text("title: Mine\nextends: onepage\n")
    (own / "resume.html.j2").write_text(page)
    (folder / "resume.yaml").write_text(HEAD + "work: [{name: <Acme>}]\n")
    return folder / "resume.yaml"


def test_a_template_may_have_its_own_page(tmp_path: Path) -> None:
    """It sees what ours sees, and what it prints is escaped."""
    data = _project(
        tmp_path, "<h1>{{ resume.name }}</h1>{{ resume.sections[0].entries[0].title }} {{ look.accent }}"
    )
    page = WRITER.write(export_of(data, "mine", project=tmp_path)).decode()
    assert page == "<h1>Ada Example</h1>&lt;Acme&gt; 000000"


def test_a_template_may_change_ours(tmp_path: Path) -> None:
    """Blocks of our page are replaced or extended; the policy allows the new style sheet, too."""
    data = _project(
        tmp_path,
        '{% extends "texresume/resume.html.j2" %}\n'
        "{% block style %}{{ super() }}<style>h1 { color: red; }</style>{% endblock %}\n"
        "{% block footer %}<footer><p>{{ resume.label }}</p></footer>{% endblock %}\n",
    )
    export = export_of(data, "mine", project=tmp_path)
    page = WRITER.write(export).decode()
    assert losses(text_of(page), export) == []
    assert "<footer><p>Engineer</p></footer>" in page
    assert page.count("'sha256-") == 2


def test_the_page_of_the_docs_works(tmp_path: Path) -> None:
    """What docs/templates.md shows, on an example: no text is lost, and the policy allows both sheets."""
    docs = (ROOT / "docs/templates.md").read_text("utf-8")
    found = re.search(r"<!-- page of a template -->\n```jinja\n(.*?)```", docs, re.DOTALL)
    assert found
    _project(tmp_path, found[1])
    export = export_of(EXAMPLES["nadia"][0], "mine", project=tmp_path)
    page = WRITER.write(export).decode()
    assert losses(text_of(page), export) == []
    assert page.count("'sha256-") == 2
    assert "letter-spacing: .05em" in page


@pytest.mark.parametrize(
    ("page", "message", "line"),
    [
        ("<p>\n{{ resume.nme }}", "no attribute 'nme'", 2),
        ("{% if %}", "Expected an expression", 1),
        ("{{ ''.__class__.__mro__ }}", "unsafe", 1),
        ("{% include 'other.html' %}", "other.html", 1),
        ("{{ resume.name | safe }}", "No filter named 'safe'", 1),
        ("\n\n{{ 1 / 0 }}", "ZeroDivisionError", 3),
    ],
)
def test_errors_of_a_template_are_said(tmp_path: Path, page: str, message: str, line: int) -> None:
    """With the file and the line; no template reaches what is not its own."""
    data = _project(tmp_path, page)
    with pytest.raises(ResumeError) as caught:
        WRITER.write(export_of(data, "mine", project=tmp_path))
    (error,) = caught.value.diagnostics
    assert error.code == "template-fault"
    assert message in error.message
    assert error.position is not None
    assert error.position.line == line
    assert error.file is not None
    assert error.file.name == "resume.html.j2"


def test_a_link_out_of_a_template_is_not_followed(tmp_path: Path) -> None:
    """It could show any file of the user's."""
    data = _project(tmp_path, "{% include 'secret.html' %}")
    (tmp_path / "secret.html").write_text("secret")
    (tmp_path / "templates/mine/secret.html").symlink_to(tmp_path / "secret.html")
    with pytest.raises(ResumeError):
        WRITER.write(export_of(data, "mine", project=tmp_path))


# -- a real browser -----------------------------------------------------------------------------------------


@pytest.mark.programs
@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_everybody_can_use_it(name: str, browser: list[str], tmp_path: Path) -> None:
    """axe-core finds no violation of WCAG 2.2 AA, and nothing is wider than the screen."""
    page = WRITER.write(export_of(*EXAMPLES[name])).decode()
    for result in axe_checks(browser, tmp_path, page):
        assert result["violations"] == []
        assert result["passes"] > 20
        assert result["needed"] <= result["width"]


@pytest.mark.programs
@pytest.mark.slow
def test_the_check_finds_what_is_wrong(browser: list[str], tmp_path: Path) -> None:
    """A picture without alternative text and text that can hardly be read are violations."""
    page = WRITER.write(export_of(*EXAMPLES["mareike"])).decode()
    page = page.replace(' alt="Mareike Dornhagen"', "").replace("--quiet: #4a4a4a", "--quiet: #dddddd")
    broken = [{one[0] for one in result["violations"]} for result in axe_checks(browser, tmp_path, page)]
    assert all("image-alt" in found for found in broken)
    assert any("color-contrast" in found for found in broken)


@pytest.mark.programs
@pytest.mark.slow
def test_the_browser_applies_the_style_sheet(browser: list[str], tmp_path: Path) -> None:
    """Under its policy, nothing of the page is refused; another style sheet would be."""
    page = WRITER.write(export_of(*EXAMPLES["mareike"])).decode()
    for content, refused in ((page, False), (page.replace("box-sizing", "boxsizing"), True)):
        (tmp_path / "page.html").write_text(content, "utf-8")
        command = [*browser, "--enable-logging=stderr", f"--screenshot={tmp_path / 'page.png'}"]
        result = subprocess.run(
            [*command, (tmp_path / "page.html").as_uri()], capture_output=True, check=True, timeout=120
        )
        assert ("Content Security Policy" in result.stderr.decode("utf-8", "replace")) == refused


def test_templates_of_others_have_a_look(tmp_path: Path) -> None:
    """Options that are not as ours are, are as if they were not given."""
    export = export_from(tmp_path, HEAD)
    assert WRITER.write(
        replace(export, template="alien", look={"accent": "red;}", "bullet": None, "paper": 3})
    )


# -- formulas -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"\ell_p", "<msub><mi>ℓ</mi><mi>p</mi></msub>"),
        (r"x_i^{-1}", "<msubsup><mi>x</mi><mi>i</mi><mrow><mo>−</mo><mn>1</mn></mrow></msubsup>"),
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        (r"\sqrt{2}", "<msqrt><mn>2</mn></msqrt>"),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        (r"f''", "<msup><mi>f</mi><mo>′′</mo></msup>"),
        (r"\log n", '<mrow><mi>log</mi><mspace width=".17em"/><mi>n</mi></mrow>'),
        (r"a < b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
        (r"\mathrm{SO}", '<mi mathvariant="normal">SO</mi>'),
        (r"\mathbf{A}", '<mi mathvariant="normal">𝐀</mi>'),
        (r"\bar{x}", '<mover accent="true"><mi>x</mi><mo>¯</mo></mover>'),
        (
            r"\binom{n}{k}",
            '<mrow><mo>(</mo><mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>',
        ),
        (r"3.14\%", "<mrow><mn>3.14</mn><mo>%</mo></mrow>"),
    ],
)  # fmt: skip
def test_formulas_are_mathml(source: str, expected: str) -> None:
    """As browsers and screen readers know them."""
    assert mathml(formulas.check(source)) == f"<math>{expected}</math>"


@pytest.mark.parametrize("name", sorted(formulas.SYMBOLS | formulas.FONTS))
def test_every_command_is_written(name: str) -> None:
    """Each command of the list gives well-formed MathML with something in it, and no command is left over."""
    argument = "{x}" if name in formulas.FONTS else ""
    made = str(mathml(formulas.check(rf"a \{name}{argument} b")))
    assert "\\" not in made
    assert name in ("quad", "qquad") or re.search(r"<mi>a</mi>.*[^<>\s]+.*<mi>b</mi>", made)
    assert Elements(made.replace("/>", "></mspace>")).open == []


def test_a_formula_in_a_text(tmp_path: Path) -> None:
    """What is read is the symbols, side by side."""
    text = HEAD + "work: [{name: Acme, highlights: ['Ran in $`O(n \\log n)`$ time']}]\n"
    assert "Ran in  O ( n log n ) time" in text_of(page_of(tmp_path, text))
