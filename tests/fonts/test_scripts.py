"""Other scripts: XeTeX, its fonts, directions and lines; and which characters are refused, with their
places."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from tests.conftest import ROOT, absent
from tests.fixtures import DATA
from tests.support import build_fails, build_ok, request_for, write_yaml
from texresume import cache as kept
from texresume.build import pipeline, typesetter
from texresume.build.pipeline import Build
from texresume.cli.status import exit_status
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError
from texresume.fonts import characters, machine, runs, scripts
from texresume.latex.escape import Escaper
from texresume.pdf import alignment, extractors
from texresume.tex import distribution
from texresume.text import bidi
from texresume.text.inline import Anchor, Fragment, RichText, Run

FOLDER = DATA / "scripts"
LANGUAGES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
TEMPLATES = ("onepage", "moderncv", "academic")
PDFTEX = {"el", "pl", "ro", "ru", "tr", "vi"}
NEEDED = ("Noto Sans CJK JP", "Noto Serif CJK SC", "Noto Sans Arabic", "Noto Serif Thai", "Noto Sans Hebrew")

ABOUT_CONTENT = ("date-gap", "not-spelled", "not-used", "not-tagged")
"""What `check` rightly says of these small files, and what is not asked here."""


@pytest.fixture
def xetex() -> None:
    """XeTeX, and Noto's fonts."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    if gone := [name for name in NEEDED if name not in machine.installed()]:
        absent(f"the font {gone[0]}")


def built(data: Path, folder: Path, thorough: bool = False, **more: object) -> Build:
    return build_ok(request_for(data, folder, **more), thorough=thorough)


def refusals(text: str, folder: Path, engine_name: str = "auto") -> list[Diagnostic]:
    """What is said of a text as a label; nothing if it builds."""
    file = folder / "resume.yaml"
    file.write_text(json.dumps({"basics": {"name": "Ada Quill", "label": text}}), encoding="utf-8")
    try:
        pipeline.build(request_for(file, folder, engine=engine_name))
    except ResumeError as error:
        assert not list((folder / "dist").glob("*")), "TeX ran"
        return list(error.diagnostics)
    return []


def languages_in_templates() -> Iterator[object]:
    """Each language in one template after the other, whose fonts differ; all other pairs are slow."""
    for row, language in enumerate(LANGUAGES):
        for column, name in enumerate(TEMPLATES):
            marks = () if row % len(TEMPLATES) == column else (pytest.mark.slow,)
            yield pytest.param(language, name, marks=marks)


@pytest.mark.tex
@pytest.mark.parametrize(("language", "name"), list(languages_in_templates()))
@pytest.mark.usefixtures("xetex")
def test_a_resume_in_each_language_comes_back_whole(language: str, name: str, tmp_path: Path) -> None:
    """Every word is in the text layer; what pdfTeX can set, it sets; other readers lose nothing but order."""
    file = FOLDER / f"{language}.yaml"
    result = built(file, tmp_path, template=name, thorough=True, off=ABOUT_CONTENT)
    assert result.engine == ("pdftex" if language in PDFTEX else "xetex")
    harmless = {"reader-limit", "half-empty-page", "unlinked-profile"}
    assert {found.code for found in result.diagnostics} <= harmless


@pytest.mark.tex
@pytest.mark.parametrize("language", sorted(PDFTEX))
@pytest.mark.usefixtures("xetex")
def test_what_pdftex_sets_xetex_sets_too(language: str, tmp_path: Path) -> None:
    """European languages come back whole from XeTeX, for every reader."""
    file = FOLDER / f"{language}.yaml"
    result = built(file, tmp_path, engine="xetex", thorough=True, off=ABOUT_CONTENT)
    assert result.engine == "xetex"
    assert {found.code for found in result.diagnostics} <= {"half-empty-page"}


@pytest.mark.tex
@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.usefixtures("xetex")
def test_the_example_looks_the_same_from_both_engines(name: str, tmp_path: Path) -> None:
    """As many pages and, line by line, the same text; the photo too."""
    lines = []
    for engine_name in ("pdftex", "xetex"):
        result = built(
            ROOT / "data" / "resume.yaml", tmp_path, template=name, engine=engine_name, thorough=True
        )
        pages = extractors.read_with_pdfium(Path(result.files["pdf"]).read_bytes()).pages
        lines.append([line.strip() for page in pages for line in page.text.split("\n")])
    same = sum(one == other for one, other in zip(*lines, strict=False))
    assert len(lines[0]) == len(lines[1])
    assert same > 0.9 * len(lines[0])


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_the_same_input_gives_the_same_bytes_with_xetex(tmp_path: Path) -> None:
    """Two builds in two folders are equal to the byte."""
    made = [
        Path(built(FOLDER / "mixed.yaml", tmp_path / folder).files["pdf"]).read_bytes()
        for folder in ("a", "b")
    ]
    assert made[0] == made[1]


@pytest.mark.tex
@pytest.mark.parametrize("locale", ["zh-Hans", "zh-Hant", "ja", "ko", "ar", "he", "fa", "hi", "uk"])
@pytest.mark.usefixtures("xetex")
def test_words_of_other_locales_are_set(locale: str, tmp_path: Path) -> None:
    """Headings, dates and countries in languages that pdfTeX refuses, around English text."""
    result = built(ROOT / "data" / "engineer" / "resume.yaml", tmp_path, template="academic", locale=locale)
    assert result.engine == "xetex"


HOSTILE = [
    r"\input{/etc/passwd} 王",
    "王 % \\end{document} }}}{{{",
    r"שלום \csname x\endcsname #$&_^~",
    "मे--- ,, << >> ``''",
]


@pytest.mark.tex
@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.usefixtures("xetex")
def test_hostile_strings_are_printed_by_xetex_too(name: str, tmp_path: Path) -> None:
    """TeX's signs beside other scripts come back to the letter."""
    work = [
        {
            "name": hostile,
            "position": hostile,
            "highlights": [hostile],
            "keywords": [hostile, "`x` **王** *א*"],
        }
        for hostile in HOSTILE
    ]
    data = {"basics": {"name": HOSTILE[TEMPLATES.index(name)]}, "work": work}
    built(write_yaml(tmp_path, data), tmp_path, template=name)


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_word_that_falls_out_of_right_to_left_text_is_missed(tmp_path: Path) -> None:
    """Looser order is no looser count: a lost word, and a lost point, fail the comparison."""
    field = RichText.of("مهندسة فريقًا (منذ 2020)", "basics.label")
    assert not list(alignment.find_losses("(2020 منذ) مهندسة ً فريقا", [field]))
    assert [loss.words for loss in alignment.find_losses("(2020 منذ) مهندسة فريقا", [field])] == [("ً",)]
    assert [loss.words for loss in alignment.find_losses("(2020 منذ) ً فريقا", [field])] == [("مهندسة",)]
    assert [loss.words for loss in alignment.find_losses("(202 منذ) مهندسة ً فريقا", [field])] == [("2020",)]


def test_without_xetex_each_script_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The character, its line and column, and the command that installs what is missing; status 3."""
    monkeypatch.setattr(distribution, "find", lambda name="pdftex": [])
    file = tmp_path / "resume.yaml"
    file.write_text("basics:\n  name: 王小明\n  label: Ada אב\n", encoding="utf-8")
    error = build_fails("no-xetex", request_for(file, tmp_path))
    assert exit_status(error.diagnostics) == ExitStatus.TEX
    places = [
        (found.code, found.position.line, found.position.column)
        for found in error.diagnostics
        if found.position
    ]
    assert places == [("no-xetex", 2, 9), ("no-xetex", 3, 14)]
    assert all("texresume setup --engine xetex" in found.hint for found in error.diagnostics)


@pytest.mark.usefixtures("xetex")
def test_what_no_font_has_is_refused_before_tex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With place, code point, name and package."""
    none: dict[str, tuple[machine.Face, ...]] = {}
    monkeypatch.setattr(machine, "installed", lambda: none)
    runs.anywhere.cache_clear()
    (found,) = refusals("Ada 王", tmp_path)
    runs.anywhere.cache_clear()
    assert found.code == "no-font"
    assert "U+738B" in found.message
    assert "fonts-noto-cjk" in found.hint


NEVER = {
    "zero width space": "a\u200bb",
    "word joiner": "a\u2060b",
    "byte order mark": "a\ufeffb",
    "soft hyphen": "a\u00adb",
    "right-to-left override": "a\u202eb",
    "isolate": "a\u2066b",
    "left-to-right mark without need": "a\u200eb",
    "joiner without need": "a\u200db",
    "joiner at the end": "क\u200d",
    "private use": "a\ue000",
    "unassigned": "a\u0378",
    "noncharacter": "a\uffff",
    "control": "a\u0085b",
    "line separator": "a\u2028b",
    "mark without a letter": "\u0301a",
    "mark after a space": "a \u093e",
    "variation of an ideograph": "\u845b\U000e0100",
    "variation": "a\ufe00",
    "presentation of a letter": "a\ufe0f",
    "tag": "a\U000e0041",
    "hangul filler": "a\u3164b",
    "grapheme joiner": "a\u034fb",
    "replacement": "a\ufffd",
}


@pytest.mark.parametrize("kind", NEVER)
def test_characters_that_nobody_sees_are_refused(kind: str) -> None:
    """Each has a decided fate: docs/characters.md."""
    assert [char for char, _ in characters.senseless(NEVER[kind])]


GOOD = ["क्\u200dष", "می\u200cخواهم", "שלום\u200f!", "☎\ufe0e", "1\u0302", "王", "e\u0301"]


@pytest.mark.parametrize("text", GOOD)
def test_the_same_where_they_belong_are_taken(text: str) -> None:
    """Joiners within Indic and Persian words, marks of direction beside such text, a mark on a letter."""
    assert not list(characters.senseless(text))


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("abc אבג 12", "0000111122"),
        ("אבג (abc) 12", "111112221122"),
        ("a (אב) b", "00011000"),
        ("מ٢٠ (x)", "1221121"),
        ("אב 1,5%", "1112222"),
    ],
)
def test_directions(text: str, levels: str) -> None:
    """The bidirectional algorithm, on texts whose levels were worked out by hand."""
    assert "".join(map(str, bidi.levels(text))).startswith(levels[: len(text)])


def test_a_link_in_right_to_left_text_begins_anew() -> None:
    """Every direction that is opened is closed, within a link as outside of it."""
    font_selector = runs.FontSelector("xcharter", "en")
    field = (Run("א "), Anchor("https://a.b", (Run("abc"),)), Run(" ב"))
    source = str(Escaper(font_selector).field(RichText((Fragment("", field),))))
    link = source.partition(r"\trlink{https://a.b}")[2].partition("}")[0]
    for text in (source, link):
        assert text.count(r"\trright{}") == text.count(r"\trrightend{}")
        assert text.count(r"\trleft{}") == text.count(r"\trleftend{}")


def test_words_keep_to_one_font() -> None:
    """A letter that the template's family lacks takes its word with it, and no other."""
    try:
        pieces = runs.FontSelector("libertinus", "en").runs("Ada Llỻr, Łódź")
    except runs.NoFont:
        absent("a font for medieval Welsh")
    assert [piece for _, piece in pieces] == ["Ada ", "Llỻr,", " Łódź"]
    assert [bool(key) for key, _ in pieces] == [False, True, False]


def test_letters_that_only_bold_italic_lacks_stay_in_the_family() -> None:
    """Vietnamese, Ukrainian and Greek letters: upright within bold italic, rather than in another font."""
    font_selector = runs.FontSelector("libertinus", "en")
    assert [key for key, _ in font_selector.runs("Dương є")] == [""]
    assert Escaper(font_selector).text("sư ự") == "s\\trupright{1B0}{ư}\t\\trupright{1EF1}{ự}"
    assert Escaper(runs.FontSelector("sourcesans", "en")).text("sư") == "sư"


def test_no_letter_of_our_fonts_is_a_mark_alone() -> None:
    """Libertinus' bold italic had "ờ" without its "o": the text layer was whole, and nobody could read it."""
    for file in (distribution.texmf_folder() / "fonts/opentype/texresume").glob("*.otf"):
        with TTFont(file) as font:
            glyphs, names = font.getGlyphSet(), font.getBestCmap()
            for code in set(range(0x00C0, 0x0250)) | set(range(0x1E00, 0x1F00)):
                letters = unicodedata.normalize("NFD", chr(code))
                if len(letters) == 1 or code not in names:
                    continue
                heights = []
                for name in (names[code], names[ord(letters[0])]):
                    pen = BoundsPen(glyphs)
                    glyphs[name].draw(pen)
                    heights.append(pen.bounds[3] - pen.bounds[1])
                assert heights[0] > 0.8 * heights[1], (file.name, chr(code))


def test_clusters_stay_together() -> None:
    """Marks, joiners and skin tones go with what they belong to."""
    assert list(scripts.clusters("कि\u200dष a\u0302b")) == ["कि\u200dष", " ", "a\u0302", "b"]


@pytest.mark.parametrize(
    ("text", "locale", "evidence", "language"),
    [
        ("東京の", "en", "", "ja"),
        ("한국", "en", "", "ko"),
        ("软件", "en", "", "zh-Hans"),
        ("軟體", "en", "", "zh-Hant"),
        ("東京", "ja", "", "ja"),
        ("東京", "en", "カナ", "ja"),
        ("东京", "en", "カナ", "zh-Hans"),
        ("東京", "zh-TW", "", "zh-Hant"),
    ],
)
def test_whose_forms_chinese_characters_take(text: str, locale: str, evidence: str, language: str) -> None:
    """The text's own letters, then the reader's language, then the rest of the document."""
    assert scripts.east_asian_language(text, locale, evidence) == language


@pytest.mark.parametrize("damage", ["missing", "not json", "another shape", "read-only"])
def test_the_cache_of_fonts_survives_damage(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without fontconfig, fonts are read once; a cache that is damaged or cannot be written costs time
    only."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    shutil.copy(
        distribution.texmf_folder() / "fonts/opentype/texresume/texresume-XCharter-Roman.otf",
        folder / "x.otf",
    )
    (folder / "damaged.ttf").write_bytes(b"\0\1\0\0nothing")
    cache = tmp_path / "cache" / "texresume" / "fonts.json"
    monkeypatch.setenv(machine.FONTCONFIG, "0")
    monkeypatch.setattr(machine, "folders", lambda: [folder])
    monkeypatch.setenv(kept.FOLDER, str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    if damage == "read-only":
        cache.parent.write_text("a file")
    elif damage != "missing":
        cache.parent.mkdir()
        cache.write_text(
            "{" if damage == "not json" else json.dumps({"version": 1, "files": {str(folder / "x.otf"): 3}})
        )
    for _ in range(2):
        machine.installed.cache_clear()
        (face,) = machine.installed()["XCharter"]
        assert ord("A") in face.characters
    machine.installed.cache_clear()
    assert cache.is_file() == (damage != "read-only")


def test_engines_are_a_closed_list(tmp_path: Path) -> None:
    """Any other is refused with those that there are."""
    request = request_for(ROOT / "data" / "student.yaml", tmp_path, engine="luatex")
    (fault,) = build_fails("unknown-engine", request).diagnostics
    assert all(name in fault.hint for name in typesetter.ENGINES)


@pytest.mark.tex
@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.usefixtures("xetex")
def test_justified_lines_stay_on_the_page(name: str, tmp_path: Path) -> None:
    """Chinese with much Latin text, whose words cannot be spread: no line reaches into the margin."""
    words = " ".join(f"Internationalization{number}" for number in range(12))
    data = {
        "basics": {"name": "林晓月", "email": "a@example.com", "summary": f"使用 {words} 建立平台。"},
        "meta": {"locale": "zh"},
        "work": [{"name": "青松", "position": "工程师", "highlights": [f"用 {words}。"]}],
    }
    made = build_ok(request_for(write_yaml(tmp_path, data), tmp_path, template=name), thorough=True)
    assert "outside-margins" not in {found.code for found in made.diagnostics}
