"""The owner's own fonts, emoji, and what readers of PDFs do not give back."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
import yaml

from tests.conftest import absent
from tests.support import build_ok, request_for
from texresume import resources
from texresume.build import pipeline
from texresume.build.pipeline import Build, Request
from texresume.check import validation
from texresume.cli import doctor
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.fonts import characters, machine, runs, scripts
from texresume.pdf import alignment, folding
from texresume.tex import distribution
from texresume.text.inline import RichText

THAI = "Noto Sans Thai"


@pytest.fixture
def xetex() -> None:
    """XeTeX, and a font to choose."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    if THAI not in machine.installed():
        absent(f"the font {THAI}")


def project(folder: Path, label: str, **chosen: str) -> Path:
    """A résumé with fonts of its own."""
    file = folder / "resume.yaml"
    data = {"basics": {"name": "Ada Quill", "label": label}, "meta": {"fonts": chosen}}
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def built(file: Path, **more: object) -> Build:
    return pipeline.build(Request(data=file, output=file.parent / "dist", project=file.parent, **more))  # type: ignore[arg-type]


def faults(file: Path) -> list[Diagnostic]:
    with pytest.raises(ResumeError) as caught:
        built(file)
    assert not list((file.parent / "dist").glob("*")), "TeX ran"
    return list(caught.value.diagnostics)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Arab", "Arab"),
        ("arabic", "Arab"),
        ("Han", "Hani"),
        ("Hant", "Hani"),
        ("Japanese", "Hani Hira Kana"),
        ("Old Italic", "Ital"),
        ("emoji", "Zsye"),
        ("Zzzz", ""),
        ("Klingon", ""),
    ],
)
def test_names_of_scripts(name: str, codes: str) -> None:
    """ISO 15924's codes, Unicode's names, and what people say."""
    assert " ".join(scripts.script_codes(name)) == codes


WRONG = {
    "Arabik": ("Noto Sans Thai", "unknown-script", 5, "'Arabic'"),
    "Latin": ("Noto Sans Symbols2", "unsupported-font", 11, "Latin letters and a space"),
    "Cyrl": ("Noto Serif", "unsupported-font", 5, "Latn"),
    "Thai": ("Noto Sans Thaj", "no-such-font", 11, "'Noto Sans Thai'"),
    "Hebr": ("mine.otf", "no-such-font", 11, "data's folder"),
    "Deva": ("../mine.otf", "font-outside", 11, "into the data's folder"),
    "Khmr": ("notes.otf", "wrong-font", 11, "OpenType"),
}


@pytest.mark.parametrize("script", WRONG)
@pytest.mark.usefixtures("xetex")
def test_fonts_that_there_are_not(script: str, tmp_path: Path) -> None:
    """Each is refused at its key or its value, with what was meant, before TeX runs."""
    value, code, column, hint = WRONG[script]
    (tmp_path / "notes.otf").write_text("no font")
    (found,) = faults(project(tmp_path, "สวัสดี", **{script: value}))
    assert found.code == code
    assert found.position is not None
    assert (found.position.line, found.position.column) == (
        6,
        column - 4 + (len(script) if column > 5 else 4),
    )
    assert hint in found.hint


@pytest.mark.usefixtures("xetex")
def test_a_font_behind_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    """As the photo: links are followed before the folder is looked at."""
    (tmp_path / "project").mkdir()
    (tmp_path / "outside.ttf").write_bytes(b"")
    (tmp_path / "project" / "inside.ttf").symlink_to(tmp_path / "outside.ttf")
    (found,) = faults(project(tmp_path / "project", "สวัสดี", Thai="inside.ttf"))
    assert found.code == "font-outside"


def test_where_no_font_is_needed_a_wrong_one_is_a_warning(tmp_path: Path) -> None:
    """The same data builds in English on a machine without the font, and `validate` says what lacks."""
    file = project(tmp_path, "Engineer", Thai="No Such Font")
    (found,) = validation.validate(file, project=tmp_path)
    assert (found.code, found.severity) == ("no-such-font", Severity.WARNING)


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_family_of_the_machine_is_taken(tmp_path: Path) -> None:
    """Whatever its case; it goes before what would have been taken."""
    ours = built(project(tmp_path, "สวัสดี")).fonts
    theirs = built(project(tmp_path, "สวัสดี", Thai="noto sans thai")).fonts
    assert [font["family"] for font in ours] == ["Noto Serif Thai"]
    assert [(font["family"], font["script"]) for font in theirs] == [(THAI, "Thai")]


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_file_of_the_project_is_taken(tmp_path: Path) -> None:
    """Its name may hold what means something to TeX; it is named in the JSON as the data names it."""
    face = machine.installed()[THAI][0]
    (tmp_path / "my #1 font.ttf").write_bytes(Path(face.file).read_bytes())
    result = built(project(tmp_path, "สวัสดี", Thai="my #1 font.ttf"))
    assert result.report.good
    assert result.as_json()["fonts"] == [{"family": THAI, "file": "my #1 font.ttf", "script": "Thai"}]


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_font_that_lacks_a_character_gives_way_with_a_warning(tmp_path: Path) -> None:
    """At the first of them; the text comes back whole."""
    result = built(project(tmp_path, "ab สวัสดี", Thai="Noto Sans Hebrew"))
    (found,) = result.diagnostics
    assert (found.code, found.severity) == ("font-lacks-character", Severity.WARNING)
    assert found.position is not None
    assert (found.position.line, found.position.column) == (3, 13)
    assert "and 4 more" in found.message
    assert [font["family"] for font in result.fonts] == ["Noto Serif Thai"]


def everything(family: str) -> machine.Face:
    """A face that has all characters."""
    return machine.Face(f"/{family}.otf", 0, family, False, False, "0-10ffff")


def test_a_font_for_chinese_characters_sets_kana_and_hangul_too() -> None:
    """Unless these have one of their own."""
    text = "東京 かな 한국"
    chosen = {"Hani": [everything("H")]}
    both = {**chosen, "Hang": [everything("K")]}
    for wanted, families in ((chosen, ["H"]), (both, ["H", "K"])):
        font_selector = runs.FontSelector("xcharter", "en", chosen=wanted)
        font_selector.field(text)
        font_selector.runs(text)
        assert [font["family"] for font in font_selector.used()] == families


def test_emoji_and_signs_have_fonts_of_their_own() -> None:
    """What the template's family has, it keeps."""
    chosen = {scripts.EMOJI: [everything("E")], scripts.SIGNS: [everything("S")]}
    font_selector = runs.FontSelector("xcharter", "en", chosen=chosen)
    assert font_selector.runs("a 1. \u20ac") == [("", "a 1. \u20ac")]
    keys = [key for key, piece in font_selector.runs("\U0001f600 \u29c9") if not piece.isspace()]
    assert [font["family"] for font in font_selector.used()] == ["E", "S"]
    assert len(set(keys)) == 2


# -- what readers do not give back ---------------------------------------------------------------------------

UNREAD = {
    "an old script from right to left": "\U0001e900\U0001e901",
    "a pictograph beside Hebrew": "שלום \U0001f600",
    "a mark that is set before its letter": "\U000110a1\U000110b1",
    "a ligature that stands for two letters": "\ufb4f",
    "music that Unicode takes apart": "\U0001d1bb",
    "two marks on a sign of Arabic": "\u0606\u0300\u0300",
    "a blank": "\u2800",
    "a joiner after an emoji": "\U0001f469\u200d x",
}


@pytest.mark.parametrize("kind", UNREAD)
def test_what_readers_lose_is_refused_before_tex(kind: str, tmp_path: Path) -> None:
    """By a rule, or by the measured table, with its place."""
    file = project(tmp_path, UNREAD[kind])
    with pytest.raises(ResumeError) as caught:
        validation.validate(file)
    for found in caught.value.diagnostics:
        assert found.code == "unsupported-character"
        assert found.position is not None
        assert found.position.line == 3


def test_the_table_of_what_is_not_given_back_holds_no_modern_letter() -> None:
    """Nothing of it can be set by pdfTeX, and all but a few lies beyond the first plane."""
    lost, _ = characters.unread()
    assert lost
    assert not lost & characters.covered("pdftex")
    assert len([char for char in lost if char <= "\uffff"]) < 5


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_font_without_a_space_sets_its_signs(tmp_path: Path) -> None:
    """XeTeX measures a font's space when it loads it, and misses it."""
    if not runs.anywhere("\U00011fd5"):
        absent("Noto Sans Tamil Supplement")
    assert built(project(tmp_path, "\U00011fd5 ௐ")).report.good


POINTED = {"Thaana": "އާދަމް", "Syriac": "ܫܠܳܡܳܐ", "N'Ko": "ߖߊ߲߬ߓߊ߫", "Hebrew": "שָׁלוֹם", "Arabic": "مُهَنْدِس"}


@pytest.mark.tex
@pytest.mark.parametrize("name", ["onepage", "moderncv", "academic"])
@pytest.mark.usefixtures("xetex")
def test_pointed_words_come_back(name: str, tmp_path: Path) -> None:
    """Points are counted, in a heading too, where pdfium parts them."""
    if not all(map(runs.anywhere, "".join(POINTED.values()))):
        absent("a font for one of them")
    words = [{"name": f"{word} Ada", "summary": f"x {word} y"} for word in POINTED.values()]
    file = tmp_path / "resume.yaml"
    data = {"basics": {"name": f"Ada {POINTED['Thaana']}"}, "work": words}
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert built(file, template=name).report.good


@pytest.mark.parametrize("script", POINTED)
def test_a_letter_or_a_point_that_is_gone_is_missed(script: str) -> None:
    """Points part a word into pieces, which readers give in any order; each is counted."""
    field = RichText.of(POINTED[script], "basics.label")
    pieces = re.split(f"({folding.POINTS.pattern})", unicodedata.normalize("NFKC", POINTED[script]))
    shown = "".join(reversed(pieces))
    assert not list(alignment.find_losses(shown, [field]))
    for place in range(len(shown)):
        assert list(alignment.find_losses(shown[:place] + shown[place + 1 :], [field]))


# -- emoji ---------------------------------------------------------------------------------------------------

EMOJI = {
    "one": "\U0001f600",
    "in the style of text": "\u263a\ufe0e",
    "in the style of emoji": "\u2764\ufe0f",
    "with a tone of skin": "\U0001f44d\U0001f3fd",
    "joined": "\U0001f469\u200d\U0001f4bb",
    "joined, with a tone": "\U0001f469\U0001f3fd\u200d\U0001f4bb",
    "joined, with a style": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a flag": "\U0001f1e9\U0001f1ea",
    "keycaps": "1\ufe0f\u20e3 #\ufe0f\u20e3 *\u20e3",
    "within a word": "Go\U0001f680fast",
}


@pytest.mark.tex
@pytest.mark.parametrize("kind", EMOJI)
@pytest.mark.usefixtures("xetex")
def test_emoji_are_printed_and_come_back(kind: str, tmp_path: Path) -> None:
    """In black, joined ones side by side, flags as their letters."""
    if "Symbola" not in machine.installed():
        absent("the font Symbola")
    assert built(project(tmp_path, f"x {EMOJI[kind]} y")).report.good


@pytest.mark.parametrize("kind", EMOJI)
@pytest.mark.usefixtures("xetex")
def test_without_a_font_emoji_are_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With their place, and the package that has them."""
    none: dict[str, tuple[machine.Face, ...]] = {}
    monkeypatch.setattr(machine, "installed", lambda: none)
    runs.anywhere.cache_clear()
    file = project(tmp_path, f"x {EMOJI[kind]} y")
    try:
        found = faults(file)
    finally:
        runs.anywhere.cache_clear()
    assert {fault.code for fault in found} == {"no-font"}
    assert all(fault.position and fault.position.line == 3 for fault in found)
    assert all("fonts-symbola" in fault.hint for fault in found)


def test_flags_made_of_tags_are_refused(tmp_path: Path) -> None:
    """Nobody sees their letters."""
    file = project(tmp_path, "\U0001f3f4\U000e0067\U000e007f")
    with pytest.raises(ResumeError):
        validation.validate(file)


# -- the doctor ----------------------------------------------------------------------------------------------


def test_the_doctor_names_scripts_with_a_font_and_packages_for_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line for those that have one, one for each package that would help."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    face = machine.Face("/x.ttf", 0, "X", False, False, "e01")
    for installed, there, packages in (
        ({"X": (face,)}, "fonts for Thai", ["fonts-noto-core", "fonts-noto-cjk", "fonts-symbola"]),
        ({}, "no font for Arabic", ["fonts-noto-core", "fonts-noto-cjk", "fonts-symbola"]),
    ):
        monkeypatch.setattr(machine, "installed", lambda installed=installed: installed)
        runs.anywhere.cache_clear()
        lines = list(doctor._other_scripts())
        runs.anywhere.cache_clear()
        assert any(there in line.text for line in lines)
        assert [line.hint.rpartition("Debian: ")[2].rstrip(")") for line in lines if line.hint] == packages


@pytest.mark.parametrize(
    ("char", "package"),
    [
        ("王", "fonts-noto-cjk"),
        ("\U00020002", "fonts-hanazono"),
        ("ก", "fonts-noto-core"),
        ("🚀", "fonts-symbola"),
    ],
)
def test_a_package_that_is_there_is_not_named(
    char: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the usual package is installed and lacks the character, another may have it."""
    installed: dict[str, tuple[machine.Face, ...]] = {}
    monkeypatch.setattr(machine, "installed", lambda: installed)
    assert runs.package(char) == package
    installed.update(
        {family: () for _, family in resources.table("fonts/tables/scripts.yaml")["packages"].values()}
    )
    assert runs.package(char) == "fonts-unifont"


def test_samples_are_of_the_script_they_stand_for() -> None:
    """Each is one letter, and no two are of one script."""
    samples = resources.table("fonts/tables/scripts.yaml")["samples"]
    assert all(len(char) == 1 for char in samples.values())
    assert len({scripts.script(char) for char in samples.values()}) == len(samples)


def test_fonts_of_another_width_serve_where_a_family_has_no_usual_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Symbola says of itself that it is semi-condensed."""
    faces = [
        machine.Face("/a.ttf", 0, "A", False, False, "20", condensed=True),
        machine.Face("/b.ttf", 0, "B", False, False, "20", condensed=True),
        machine.Face("/c.ttf", 0, "B", False, False, "20"),
    ]
    monkeypatch.setattr(machine, "_faces", lambda: faces)
    machine.installed.cache_clear()
    found = {family: [face.file for face in faces] for family, faces in machine.installed().items()}
    machine.installed.cache_clear()
    assert found == {"A": ["/a.ttf"], "B": ["/c.ttf"]}


def test_json_without_xetex_names_no_fonts(tmp_path: Path) -> None:
    """The template's own family is not in the list."""
    if not distribution.find():
        absent("TeX")
    assert json.loads(json.dumps(built(project(tmp_path, "Engineer")).as_json()))["fonts"] == []


LATIN = "basics: {name: Ada Example, email: ada@example.org}\nskills: [{name: TeX, keywords: [Ωμέγα, Жук]}]\n"


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
def test_a_font_of_ones_own_sets_the_page(template: str, tmp_path: Path) -> None:
    """The build chooses XeTeX by itself, and says so; nothing is in the template's own family."""
    if "Noto Serif" not in machine.installed():
        pytest.skip("needs Noto Serif")
    (tmp_path / "resume.yaml").write_text(LATIN + "meta: {fonts: {Latn: Noto Serif}}\n", "utf-8")
    built = build_ok(request_for(tmp_path / "resume.yaml", tmp_path, template=template))
    assert built.engine == "xetex"
    assert [font["family"] for font in built.fonts] == ["Noto Serif"]
    assert [(one.code, one.severity.value) for one in built.diagnostics] == [("own-font", "note")]
    with pdfplumber.open(built.files["pdf"]) as pdf:
        fonts = {char["fontname"] for page in pdf.pages for char in page.chars}
    assert fonts
    assert all("NotoSerif" in font for font in fonts), fonts


@pytest.mark.tex
@pytest.mark.usefixtures("xetex")
def test_a_font_file_sets_the_page(tmp_path: Path) -> None:
    """With a warning for the faces that one file lacks; pdfTeX does without the font, and says so."""
    faces = machine.installed().get("Noto Serif")
    if not faces:
        pytest.skip("needs Noto Serif")
    file = Path(re.sub(r":\d+$", "", runs.regular(faces).name.strip("[]")))
    (tmp_path / f"mine{file.suffix}").write_bytes(file.read_bytes())
    text = LATIN + f"meta: {{fonts: {{Latin: mine{file.suffix}}}}}\n"
    (tmp_path / "resume.yaml").write_text(text, "utf-8")
    request = request_for(tmp_path / "resume.yaml", tmp_path, project=tmp_path)
    built = build_ok(request)
    assert (built.engine, [font["file"] for font in built.fonts]) == ("xetex", [f"mine{file.suffix}"])
    found = {one.code: one for one in built.diagnostics}
    assert set(found) == {"own-font", "font-lacks-face"}
    assert "'Noto Serif' has no bold and no italic" in found["font-lacks-face"].message
    built = build_ok(replace(request, engine="pdftex"))
    assert (built.engine, [one.code for one in built.diagnostics]) == ("pdftex", ["not-used"])


def test_bold_of_an_owners_font_needs_the_letters_of_the_text() -> None:
    """Not all that its regular face has."""
    faces = [
        machine.Face("r.otf", 0, "Own", bold=False, italic=False, ranges="20-7e e9 f6 2603"),
        machine.Face("b.otf", 0, "Own", bold=True, italic=False, ranges="20-7e c9 e9"),
    ]
    bold = faces[1].characters
    assert bold >= runs.needed(faces, "Café") - {0xC9}
    assert not bold >= runs.needed(faces, "schön")
