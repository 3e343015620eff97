"""Résumés from right to left: the page is the mirror image of one from left to right, measured in the PDF."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import babel
import pdfplumber
import pytest
import yaml

from tests.conftest import ROOT, absent
from tests.fixtures import DATA
from tests.support import build_ok, request_for
from texresume.build.pipeline import Build
from texresume.fonts import machine, runs
from texresume.latex.escape import Escaper
from texresume.pdf import alignment, extractors
from texresume.tex import distribution
from texresume.text import bidi, locale
from texresume.text.inline import Anchor, Code, Fragment, RichText, Run, Span, isolates

from .test_scripts import NEEDED

FOLDER = DATA / "scripts"
RTL = ("ar", "fa", "he")
STYLES = [("onepage", {}), ("moderncv", {}), ("moderncv", {"style": "classic"}), ("academic", {})]
NAMES = ["onepage", "banking", "classic", "academic"]
JOIN = 12
"""How far joined positions stand in, in pt."""
MARGIN = {"onepage": 16.0, "moderncv": 18.0, "academic": 30.0}
"""Millimetres of white at each side of A4; academic's text is 150 mm wide."""
MM = 72 / 25.4
NEAR = 1.0
"""Points (bp) by which a glyph's edge may differ from its margin: its side bearing, pdfTeX's points in bp."""


@pytest.fixture
def xetex() -> None:
    """XeTeX, and Noto's fonts."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    if gone := [name for name in NEEDED if name not in machine.installed()]:
        absent(f"the font {gone[0]}")


def built(
    data: Path,
    folder: Path,
    template: str,
    options: dict[str, str] | None = None,
    thorough: bool = False,
    **more: Any,
) -> Build:
    request = request_for(data, folder, template=template, options=options or {}, **more)
    return build_ok(request, thorough=thorough)


class Page:
    """The lines of a page: glyphs that take room, from left to right, by their baselines."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.width = float(page.width)
        rows: dict[float, list[dict[str, Any]]] = {}
        for char in page.chars:
            if char["text"].strip() and char["x1"] - char["x0"] > 0.1:  # points of vowels have no width
                rows.setdefault(round(char["matrix"][5], 1), []).append(char)
        self.lines = [
            sorted(rows[height], key=lambda char: float(char["x0"])) for height in sorted(rows, reverse=True)
        ]

    def line_of(self, text: str) -> list[dict[str, Any]]:
        """The line that holds all letters of a text, and the fewest others."""
        wanted = letters(text)
        found = [line for line in self.lines if not wanted - letters("".join(c["text"] for c in line))]
        assert found, text
        return min(found, key=len)

    def extents(self) -> list[tuple[float, float]]:
        """Left and right edge of each line."""
        return [(line[0]["x0"], max(char["x1"] for char in line)) for line in self.lines]

    def drawn(self) -> list[tuple[float, float]]:
        """Left and right edge of each rule and picture."""
        things = [*self.page.lines, *self.page.rects, *self.page.images]
        return sorted((float(thing["x0"]), float(thing["x1"])) for thing in things)


def letters(text: str) -> Counter[str]:
    return Counter(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def pages(result: Build) -> Iterator[Page]:
    with pdfplumber.open(result.files["pdf"]) as document:
        for page in document.pages:
            yield Page(page)


def data_of(language: str) -> Any:
    return yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8"))


def test_the_direction_of_every_locale_is_babels() -> None:
    """Arabic, Persian and Hebrew run from right to left, all others from left to right."""
    found = {tag: locale.find(tag).direction for tag in [*locale.available(), "ar-EG", "iw", "fa-AF"]}
    assert {tag for tag, direction in found.items() if direction == "rtl"} == {*RTL, "ar-EG", "iw", "fa-AF"}
    for tag in locale.available():
        assert found[tag] == babel.Locale.parse(tag.replace("-", "_")).text_direction


@pytest.mark.parametrize(
    ("text", "base", "isolated", "levels"),
    [
        ("abc אב", 1, [], "222111"),
        ("abc, אב.", 1, [], "22211111"),
        ("+98 21 55", 1, [(0, 9)], "444444444".replace("4", "2")),
        ("2014 – 2018", 1, [], "22221112222"),
        ("אב x(1); גד", 1, [(3, 8)], "11122222111"),
        ("אב C++ גד C#", 1, [], "111222111122"),
        ("אב C++, גד", 1, [], "1112221111"),
        ("Acme, Inc.", 1, [(0, 10)], "2222222222"),
        ("abc x(א) d", 0, [], "0000001000"),
    ],
)
def test_levels_of_a_paragraph_with_a_direction_of_its_own(
    text: str, base: int, isolated: list[tuple[int, int]], levels: str
) -> None:
    """A first Latin word does not lead; addresses, code and the signs of C++ stay from left to right."""
    assert "".join(map(str, bidi.levels(text, base, isolated))) == levels


def test_code_addresses_and_numbers_are_isolated() -> None:
    """Their places are those in the leaf's plain text, also within spans."""
    field = RichText(
        (
            Fragment("a", (Run("ab"), Span("strong", (Code("f(x)"), Run("!"))))),
            Fragment("b", (Run("x/"),), True),
        )
    )
    assert isolates(field) == [(2, 6), (7, 9)]


def mirrored_latex(*inlines: Any) -> str:
    font_selector = runs.FontSelector("xcharter", "he")
    return str(Escaper(font_selector, rtl=True).field(RichText((Fragment("", inlines),))))


@pytest.mark.parametrize("text", ["Ada אב", "אב Ada", "Ada, (אב) 12!", "Ada", "12 – 13", "אב"])
def test_directions_are_opened_and_closed_on_a_mirrored_page(text: str) -> None:
    """From the level of the page and back to it."""
    source = mirrored_latex(Run(text))
    assert source.count(r"\trleft{}") == source.count(r"\trleftend{}")
    assert r"\trright" not in source


def test_a_long_link_is_one_for_each_word_on_a_mirrored_page() -> None:
    """Readers would take what stands beside its lines for a part of it."""
    link = Anchor("https://a.b", (Run("one two three"), Span("strong", (Run(" four five"),)), Code("c d")))
    assert mirrored_latex(link).count(r"\trlink{https://a.b}") == 6
    assert mirrored_latex(Anchor("https://a.b", (Run("one two"),))).count(r"\trlink") == 1
    left_to_right = Escaper(runs.FontSelector("xcharter", "he"))
    assert str(left_to_right.field(RichText((Fragment("", (link,)),)))).count(r"\trlink") == 1


def test_a_piece_is_not_torn_out_of_a_number() -> None:
    """Lines from right to left: the 12 of one leaf is not that of 123 in another."""
    fields = [RichText.of("אב 12:30"), RichText.of("123 – 456")]
    assert not list(alignment.find_losses("456 – 123 12:30 אב", fields, rtl=True))
    (loss,) = alignment.find_losses("456 – 13 12:30 אב", fields, rtl=True)
    assert loss.text == "123 – 456"


@pytest.mark.tex
@pytest.mark.parametrize(("template", "options"), STYLES, ids=NAMES)
@pytest.mark.usefixtures("xetex")
def test_a_mirrored_page_is_the_mirror_image(
    template: str, options: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same English text in both directions: each line, rule and picture at the same distance from the
    other edge.
    """
    resume = yaml.safe_load((ROOT / "data" / "resume.yaml").read_text("utf-8"))
    del resume["basics"]["location"]  # has a line of its own from right to left
    resume["basics"]["image"] = "photo.jpg"
    data = tmp_path / "resume.yaml"
    data.write_text(yaml.safe_dump(resume, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes((ROOT / "data" / "engineer" / "photo.jpg").read_bytes())
    options = {**options, "paper": "a4"}
    images = []
    for direction in ("ltr", "rtl"):
        monkeypatch.setattr(locale.Locale, "direction", direction)
        images.append(list(pages(built(data, tmp_path / direction, template, options, engine="xetex"))))
    plain, turned = images
    assert len(plain) == len(turned)
    for left, right in zip(plain, turned, strict=True):
        assert len(left.lines) == len(right.lines) > 1
        for before, after in zip(left.extents(), right.extents(), strict=True):
            assert (left.width - after[1], left.width - after[0]) == pytest.approx(
                before, abs=2.5
            )  # kerned commas
        flipped = sorted((left.width - last, left.width - first) for first, last in right.drawn())
        assert flipped == [pytest.approx(edges, abs=NEAR) for edges in left.drawn()]


TEMPLATES = ("onepage", "moderncv", "academic")
PAGES = [
    (language, template, ("a4", "letter")[(row + column) % 2])
    for row, language in enumerate(RTL)
    for column, template in enumerate(TEMPLATES)
]


@pytest.mark.tex
@pytest.mark.parametrize(("language", "template", "paper"), PAGES)
@pytest.mark.usefixtures("xetex")
def test_a_page_from_right_to_left(language: str, template: str, paper: str, tmp_path: Path) -> None:
    """Every reader has every word, and everything stands where it belongs. Papers alternate."""
    result = built(FOLDER / f"{language}.yaml", tmp_path, template, {"paper": paper}, thorough=True)
    said_of_content = {"date-gap", "not-spelled", "half-empty-page", "not-used"}  # the photo
    assert {found.code for found in result.diagnostics} <= {"reader-limit", "not-tagged", *said_of_content}
    all_pages = list(pages(result))
    check_margins(all_pages, language, template)
    check_bullets(all_pages[0], language)
    check_addresses(all_pages[0], language, result)


def check_margins(all_pages: list[Page], language: str, template: str) -> None:
    """Name, headings and bullets stand at the right margin, dates at the left one, nothing beyond either."""
    words, data = locale.find(language), data_of(language)
    first = all_pages[0]
    left = MARGIN[template] * MM if template != "academic" else (first.width - 150 * MM) / 2
    right = first.width - left
    headings = [words.titles[name] for name in ("summary", "work", "education")]
    for text in (data["basics"]["name"], *headings):
        assert max(char["x1"] for char in first.line_of(text)) == pytest.approx(right, abs=2.5), text
    dates = [
        line
        for line in first.lines
        if letters(words.labels["present"]) - letters("")
        and not letters(words.labels["present"]) - letters("".join(c["text"] for c in line[:14]))
    ]
    assert dates
    if data["work"][0].get("endDate", "present") == "present":
        assert any(line[0]["x0"] == pytest.approx(left, abs=2.5) for line in dates)
    numbers = 0 if template == "onepage" else 20  # hang in the margin
    for page in all_pages:
        for start, end in page.extents():
            assert left - NEAR <= start
            assert end <= right + numbers + NEAR


def check_bullets(page: Page, language: str) -> None:
    """Bullets stand in one column at the right, in two with joined positions, their texts left of it."""
    places = [number for number, line in enumerate(page.lines) if line[-1]["text"] == "•"]
    assert len(places) >= 2
    columns = {round(page.lines[number][-1]["x0"]) for number in places}
    assert all(column == max(columns) or abs(max(columns) - column - JOIN) < 2 for column in columns)
    for column in columns:
        lines = [page.lines[number] for number in places]
        texts = [line[-2]["x1"] for line in lines if round(line[-1]["x0"]) == column]
        assert max(texts) - min(texts) < 2.5
    hanging = [
        (page.lines[number + 1][-1]["x1"], page.lines[number][-2]["x1"])
        for number in places
        if number + 1 not in places
    ]
    wrapped = [(edge, text) for edge, text in hanging if edge < min(columns)]
    assert wrapped or language != "fa"
    assert all(edge == pytest.approx(text, abs=2.5) for edge, text in wrapped)


def check_addresses(page: Page, language: str, result: Build) -> None:
    """Mail, telephone and web addresses of the head, to the letter, for pdfium; and links lie on their
    words.
    """
    basics = data_of(language)["basics"]
    text = extractors.read_with_pdfium(Path(result.files["pdf"]).read_bytes()).pages[0].text
    shown = [basics["email"], basics["phone"]]
    shown += [item["url"].removeprefix("https://") for item in basics.get("profiles", [])]
    for address in shown:
        assert address in text
    for link in page.page.hyperlinks:
        inside = [
            char["text"]
            for line in page.lines
            for char in line
            if link["top"] - 3 < char["top"] and char["bottom"] < link["bottom"] + 5
            if link["x0"] - NEAR < char["x0"] and char["x1"] < link["x1"] + NEAR
        ]
        ends = link["uri"].rpartition(":")[2].rpartition("/")[2]
        assert letters("".join(inside)) >= letters(ends.removeprefix("+")), link["uri"]


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_the_first_word_of_a_paragraph_is_rightmost(tmp_path: Path) -> None:
    """A Latin word too: it does not turn the paragraph; and a list runs from right to left."""
    page = next(pages(built(FOLDER / "fa.yaml", tmp_path, "onepage")))
    line = page.line_of("Python و PostgreSQL را برای انبار")
    texts = [char["text"] for char in line]
    assert texts[-1] == "•"
    assert "".join(texts[-7:-1]) == "Python"
    assert "".join(texts).index("PostgreSQL") < "".join(texts).index("Python")
    order = "".join(char["text"] for char in page.line_of("TypeScript Go Python C C"))
    places = [order.index(name) for name in ("C++", "C#", "Python", "Go", "TypeScript")]
    assert places == sorted(places, reverse=True)
    english = "".join(char["text"] for char in page.line_of("Rebuilt the path planner for fleets"))
    assert english == "Rebuiltthepathplannerforfleetsof200warehouserobots;aplanningcyclefellfrom1.9sto70ms.•"


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_colours_keep_to_their_words(tmp_path: Path) -> None:
    """On a mirrored page the accent is on names and headings, grey on the head's lines, and on nothing
    else.
    """
    page = next(pages(built(FOLDER / "fa.yaml", tmp_path, "moderncv")))
    accent, muted, black = (0.094, 0.333, 0.608), (0.302, 0.302, 0.302), (0.0,)

    def colours(text: str) -> set[tuple[float, ...]]:
        return {tuple(char["non_stroking_color"]) for char in page.line_of(text) if char["text"] not in "•|"}

    assert colours("نگار شهریاری") == {accent}
    assert colours("negar@example.com") == {muted}
    assert colours("مهندس نرم‌افزار با دوازده سال") == {black}
    assert colours("ناوگان 2014 2018") == {black, muted}
    rules = {(line["width"] > JOIN, line["stroking_color"]) for line in page.page.lines}
    assert rules == {(True, accent), (False, 0.62)}  # below headings, and beside positions


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_right_to_left_names_in_an_english_resume_turn_nothing(tmp_path: Path) -> None:
    """The locale decides, not the letters: an Arabic name and a Hebrew employer stand at the left."""
    resume = {
        "basics": {"name": "ليلى الأندلسي", "label": "Engineer", "email": "layla@example.com"},
        "work": [
            {
                "name": "אורן פתרונות",
                "position": "Team lead",
                "startDate": "2019",
                "endDate": "2021",
                "highlights": ["Led **אורן** (C++) to Haifa."],
            }
        ],
    }
    data = tmp_path / "resume.yaml"
    data.write_text(yaml.safe_dump(resume, allow_unicode=True), encoding="utf-8")
    for template in ("onepage", "moderncv", "academic"):
        page = next(pages(built(data, tmp_path / template, template, {"paper": "a4"}, locale="en")))
        left = MARGIN[template] * MM
        for text in ("ليلى الأندلسي", "אורן פתרונות", "Team lead"):
            assert page.line_of(text)[0]["x0"] == pytest.approx(left, abs=2.5)
        assert max(char["x1"] for char in page.line_of("2019 2021")) == pytest.approx(
            page.width - left, abs=1
        )


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_template_of_ones_own_is_mirrored_too(tmp_path: Path) -> None:
    """The one in docs/templates.md, which knows nothing of directions."""
    guide = (ROOT / "docs" / "templates.md").read_text("utf-8")
    folder = tmp_path / "plain"
    folder.mkdir()
    source = guide.partition("<!-- example -->\n```latex\n")[2].partition("```")[0]
    (folder / "resume.tex.j2").write_text(source, encoding="utf-8")
    paper = {"type": "choice", "choices": ["a4paper"], "default": "a4paper", "description": "the paper"}
    manifest = {"title": "Plain", "fonts": ["sourcesans"], "options": {"paper": paper}}
    (folder / "template.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    page = next(pages(built(FOLDER / "ar.yaml", tmp_path, str(folder))))
    for text in ("ليلى الأندلسي", "layla@example.com", "الخبرة المهنية"):
        assert page.line_of(text)[-1]["x1"] == pytest.approx(page.width - 20 * MM, abs=2.5)
    assert page.line_of("مارس 2019 حتى")[0]["x0"] == pytest.approx(20 * MM, abs=2.5)
