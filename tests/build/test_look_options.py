"""Options of looks in moderncv (both styles) and academic: each value builds, is read back, is measured."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from tests.conftest import ROOT, absent
from tests.support import build_fails, build_ok, request_for, write_yaml
from texresume.latex import template
from texresume.tex import distribution

pytestmark = pytest.mark.tex
MM = 72 / 25.4
LOOKS = ("banking", "classic", "academic")
NUMBERS = {"margins": ("12.7", "35"), "spacing": ("0.7", "1.5"), "photo_size": ("15", "45")}
"""The ends of the ranges."""
OPTIONS = (
    "header", "size", "margins", "spacing", "heading", "rule", "icons", "bullet", "foot", "photo_side",
    "photo_size",
)  # fmt: skip
DATA: dict[str, Any] = {
    "basics": {
        "name": "Ada Quill",
        "label": "Engineer of looms",
        "email": "ada@example.com",
        "phone": "+1 412 555 0163",
        "url": "https://quill.example.com",
        "location": {"city": "Oslo"},
        "profiles": [{"network": "GitHub", "username": "aquill", "url": "https://github.com/aquill"}],
    },
    "work": [
        {
            "name": f"Larch{number}",
            "position": "Chief",
            "startDate": f"20{10 + 2 * number}-01",
            "endDate": f"20{11 + 2 * number}-12",
            "highlights": ["Led the looms of Oslo", "Kept the cards"],
        }
        for number in range(3)
    ],
    "education": [
        {"institution": "Fjord College", "area": "Weaving", "studyType": "BSc", "endDate": "2009-06"}
    ],
    "skills": [{"name": "Tools", "keywords": ["Vim", "Make"]}, {"name": "Cards", "keywords": ["Punched"]}],
    "meta": {"lastModified": "2024-05-06"},
}
LONG = {
    **DATA,
    "work": [{**job, "name": f"{job['name']}{turn}"} for turn in range(10) for job in DATA["work"]],
}


@pytest.fixture(autouse=True)
def _tex() -> None:
    if not distribution.find():
        absent("TeX")


def values() -> list[tuple[str, str, str]]:
    """Each look, option and value that is not the default."""
    found = []
    for look in LOOKS:
        manifest = template.find("academic" if look == "academic" else "moderncv", ROOT)
        for option in manifest.options:
            if option.name in OPTIONS:
                among = option.choices or NUMBERS[option.name]
                found += [(look, option.name, value) for value in among if value != option.default]
    return found


class Sheet:
    """A build: the words, drawings and letters of its first page, in bp from the top left, and its pages."""

    def __init__(self, folder: Path, look: str, data: dict[str, Any] = DATA, **options: Any) -> None:
        import pdfplumber

        made = build_ok(request(folder, look, data, **options), thorough=options.get("thorough", False))
        self.codes = {found.code for found in made.diagnostics}
        self.pdf = Path(made.files["pdf"])
        with pdfplumber.open(self.pdf) as opened:
            page = opened.pages[0]
            self.pages = len(opened.pages)
            self.width = float(page.width)
            self.words = page.extract_words(return_chars=True)
            for word in self.words:
                word["size"] = word["chars"][0]["size"]
            self.text = page.extract_text()
            self.rules = [one for one in page.rects + page.lines if one["width"] > 100 and one["height"] < 2]
            self.drawn = [one for one in page.curves + page.rects + page.lines if one["width"] < 12]
            self.images = page.images

    def word(self, text: str) -> dict[str, Any]:
        return next(word for word in self.words if word["text"].strip(",:").casefold() == text.casefold())

    def base(self, text: str) -> float:
        return float(self.word(text)["bottom"])


def request(folder: Path, look: str, data: dict[str, Any], **options: Any) -> Any:
    """A build of the data in that look."""
    more = {key: options.pop(key) for key in ("engine", "locale") if key in options}
    options.pop("thorough", None)
    if look != "academic":
        options["style"] = look
    name = "academic" if look == "academic" else "moderncv"
    return request_for(write_yaml(folder, data), folder, template=name, options=options, **more)


def with_photo(folder: Path) -> dict[str, Any]:
    """The data with a photo beside it."""
    Image.new("RGB", (360, 460), "teal").save(folder / "me.png")
    return {**DATA, "basics": {**DATA["basics"], "image": "me.png"}}


def pitch(sheet: Sheet, first: str, second: str) -> float:
    return abs(sheet.base(second) - sheet.base(first))


_without: dict[tuple[str, str], set[str]] = {}
"""By look and engine: the codes of what is said about the defaults."""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["pdftex", "xetex"])
@pytest.mark.parametrize(("look", "option", "value"), values())
def test_every_value_is_read_back(look: str, option: str, value: str, engine: str, tmp_path: Path) -> None:
    """By all extractors, with no more to say than about the default."""
    if not distribution.find(engine):
        absent(engine)
    data = with_photo(tmp_path)
    if (look, engine) not in _without:
        _without[look, engine] = Sheet(tmp_path, look, data, engine=engine, thorough=True).codes
    sheet = Sheet(tmp_path, look, data, engine=engine, thorough=True, **{option: value})
    assert sheet.codes <= _without[look, engine]


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_on_a_mirrored_page(look: str, tmp_path: Path) -> None:
    """The contacts stand at the left of the name there."""
    if not distribution.find("xetex"):
        absent("xetex")
    data = yaml.safe_load((ROOT / "tests/data/scripts/he.yaml").read_text("utf-8"))
    options: dict[str, Any] = {
        "header": "split",
        "icons": "drawn",
        "heading": "capitals",
        "rule": "below",
        "bullet": "triangle",
    }
    sheet = Sheet(tmp_path, look, data, engine="xetex", thorough=True, **options)
    assert sheet.codes <= Sheet(tmp_path, look, data, engine="xetex", thorough=True).codes
    assert sheet.word("noa@example.com")["x1"] < sheet.width / 2


@pytest.mark.parametrize("look", LOOKS)
def test_all_at_once_are_read_back(look: str, tmp_path: Path) -> None:
    """Options do not get into each other's way."""
    options: dict[str, Any] = {
        "header": "split",
        "icons": "drawn",
        "heading": "smallcaps",
        "bullet": "triangle",
        "size": "12",
    }
    sheet = Sheet(tmp_path, look, thorough=True, **options, margins="25", spacing="1.3", foot="full")
    assert not sheet.codes & {
        "readers-differ",
        "text-lost",
        "heading-unread",
        "outside-margin",
        "overfull-line",
    }


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("size", "13", "expected one of auto, 10, 10.5, 11, 12"),
        ("margins", "12", "at least 12.7, at most 35"),
        ("margins", "wide", "expected a number"),
        ("spacing", "1.6", "at least 0.7, at most 1.5"),
        ("header", "right", "expected one of left, centered, split"),
    ],
)
@pytest.mark.parametrize("look", ["banking", "academic"])
def test_wrong_values_are_refused(option: str, value: str, hint: str, look: str, tmp_path: Path) -> None:
    """With what is expected."""
    error = build_fails("wrong-option", request(tmp_path, look, DATA, **{option: value}))
    assert hint in " ".join(found.hint for found in error.diagnostics)


@pytest.mark.parametrize("value", ["14", "46"])
def test_a_photo_has_a_range(value: str, tmp_path: Path) -> None:
    """From 15 to 45 mm."""
    build_fails("wrong-option", request(tmp_path, "banking", DATA, photo_size=value))


@pytest.mark.parametrize("look", LOOKS)
def test_what_the_template_has_of_its_own(look: str, tmp_path: Path) -> None:
    """Said in so many words, it is the same page, letter for letter."""
    own = {"banking": ("10.5", "18"), "classic": ("10.5", "18"), "academic": ("11", "30")}[look]
    plain = Sheet(tmp_path, look, paper="a4")
    said = Sheet(tmp_path, look, paper="a4", size=own[0], margins=own[1])
    for one, other in zip(plain.words, said.words, strict=True):
        assert one["text"] == other["text"]
        for side in ("x0", "x1", "top", "bottom"):
            assert one[side] == pytest.approx(other[side], abs=0.05)


@pytest.mark.parametrize("size", ["10", "12"])
@pytest.mark.parametrize("look", LOOKS)
def test_the_size_of_the_text(look: str, size: str, tmp_path: Path) -> None:
    """All other sizes follow it, and so do leading and gaps."""
    plain, sheet = Sheet(tmp_path, look), Sheet(tmp_path, look, size=size)
    assert sheet.word("Vim")["size"] == pytest.approx(float(size) * 0.99626, abs=0.05)
    factor = sheet.word("Vim")["size"] / plain.word("Vim")["size"]
    for text in ("Quill", "Looms", "Skills"):
        assert sheet.word(text)["size"] == pytest.approx(factor * plain.word(text)["size"], rel=0.01)
    for first, second in (("Kept", "Led"), ("Tools", "Cards"), ("Larch0", "Larch1")):
        assert pitch(sheet, first, second) == pytest.approx(factor * pitch(plain, first, second), rel=0.02)


@pytest.mark.parametrize("look", LOOKS)
def test_steps_follow_the_size(look: str, tmp_path: Path) -> None:
    """Down to 9 pt, and each is as tight as the one before or tighter."""
    sizes = []
    for step in range(1, 9):
        sheet = Sheet(tmp_path, look, size="12", margins="30", step=str(step))
        sizes.append((sheet.word("Vim")["size"] / 0.99626, sheet.width - sheet.word("Punched")["x1"]))
    points = [size for size, _ in sizes]
    assert points[0] == pytest.approx(12, abs=0.05)
    assert points[-1] == pytest.approx(12 * (9 / 10.5 if look != "academic" else 9 / 11), abs=0.05)
    assert all(below <= above + 0.01 for above, below in pairwise(points))
    assert Sheet(tmp_path, look, size="10", step="8").word("Vim")["size"] >= 9 * 0.9962


@pytest.mark.parametrize(
    ("margins", "step", "left"), [("12.7", "1", 12.7), ("25", "1", 25), ("35", "8", 12.7)]
)
@pytest.mark.parametrize("look", LOOKS)
def test_the_margins(look: str, margins: str, step: str, left: float, tmp_path: Path) -> None:
    """At step 1 as they are set, at the last one nearly or wholly 12.7 mm."""
    sheet = Sheet(tmp_path, look, margins=margins, step=step, rule="below", paper="a4")
    slack = 3.2 if (look, step) == ("academic", "8") else 0.2
    right = max(rule["x1"] for rule in sheet.rules)
    assert (sheet.width - right) / MM == pytest.approx(left, abs=slack)
    if look != "classic":
        assert sheet.word("Ada")["x0"] / MM == pytest.approx(left, abs=slack + 0.3)


@pytest.mark.parametrize("look", LOOKS)
def test_spacing_is_a_factor_of_the_gaps(look: str, tmp_path: Path) -> None:
    """The lines of one text stay as far apart as they are: leading and gaps add up."""
    found = {value: Sheet(tmp_path, look, spacing=value) for value in ("0.7", "1", "1.5")}
    tools = {value: pitch(sheet, "Tools", "Cards") for value, sheet in found.items()}
    jobs = {value: pitch(sheet, "Larch0", "Larch1") for value, sheet in found.items()}
    for gaps in (tools, jobs):
        assert gaps["0.7"] < gaps["1"] < gaps["1.5"]
        assert (gaps["1.5"] - gaps["1"]) / 0.5 == pytest.approx((gaps["1"] - gaps["0.7"]) / 0.3, rel=0.05)
    assert len({round(sheet.word("Vim")["size"], 2) for sheet in found.values()}) == 1


@pytest.mark.parametrize("font", ["sourcesans", "libertinus"])
@pytest.mark.parametrize("look", LOOKS)
def test_headings_change_their_case(look: str, font: str, tmp_path: Path) -> None:
    """The text layer has words, bookmarks have the letters as they were written."""
    from pypdf import PdfReader

    plain = Sheet(tmp_path, look, font=font)
    assert "Education" in plain.text
    capitals = Sheet(tmp_path, look, font=font, heading="capitals")
    assert "EDUCATION" in capitals.text
    found: list[Any] = [PdfReader(one.pdf).outline for one in (capitals, plain)]
    assert [entry.title for entry in found[0]] == [entry.title for entry in found[1]]
    small = Sheet(tmp_path, look, font=font, heading="smallcaps")
    assert ("Education" if font == "libertinus" else "EDUCATION") in small.text
    widths = [sheet.word("Education")["x1"] - sheet.word("Education")["x0"] for sheet in (small, capitals)]
    assert widths[0] < widths[1]


def test_a_heading_keeps_what_is_no_letter(tmp_path: Path) -> None:
    """Signs, formulas and scripts without case stay; ß becomes SS, which is read as the same word."""
    custom = {"title": r"Straße & R\&D, 50% $x^2$", "entries": [{"name": "One"}]}
    data = {**DATA, "custom": [custom]}
    for look in LOOKS:
        text = Sheet(tmp_path, look, data, heading="capitals").text
        assert "STRASSE &" in text, text


@pytest.mark.parametrize("look", LOOKS)
def test_turkish_headings_stay(look: str, tmp_path: Path) -> None:
    """Whose i has a capital of its own."""
    for heading in ("capitals", "smallcaps"):
        assert "Deneyim" in Sheet(tmp_path, look, locale="tr", heading=heading, font="libertinus").text


@pytest.mark.parametrize("look", LOOKS)
def test_where_the_rule_is(look: str, tmp_path: Path) -> None:
    """Above the heading, below it or nowhere; it touches neither the heading nor the text."""
    headings = ("Experience", "Education", "Skills")
    for rule in ("above", "below", "none"):
        sheet = Sheet(tmp_path, look, rule=rule)
        assert len(sheet.rules) == (0 if rule == "none" else len(headings))
        for heading, drawn in zip(headings, sheet.rules, strict=False):
            word = sheet.word(heading)
            base = word["bottom"] - 0.25 * word["size"]
            if rule == "above":
                assert 3 < base - 0.66 * word["size"] - drawn["bottom"] < 7
            else:
                assert 3 < drawn["top"] - base < 7


@pytest.mark.parametrize("look", LOOKS)
def test_where_the_header_is(look: str, tmp_path: Path) -> None:
    """At the left, in the middle, or name at the left and contacts at the right."""
    left, split = Sheet(tmp_path, look, header="left"), Sheet(tmp_path, look, header="split")
    name, mail = split.word("Quill"), split.word("ada@example.com")
    assert split.word("Ada")["x0"] == pytest.approx(left.word("Ada")["x0"], abs=0.1)
    edge = max(word["x1"] for word in split.words)
    for contact in ("ada@example.com", "Oslo", "github.com/aquill"):
        assert split.word(contact)["x1"] == pytest.approx(edge, abs=0.3)
    assert mail["x0"] > name["x1"] + 16
    assert mail["bottom"] - 0.25 * mail["size"] == pytest.approx(
        name["bottom"] - 0.25 * name["size"], abs=1.5
    )
    assert split.word("Experience")["top"] > split.word("github.com/aquill")["bottom"] + 8
    if look != "classic":
        centred = Sheet(tmp_path, look, header="centered")
        middle = (centred.word("Ada")["x0"] + centred.word("Quill")["x1"]) / 2
        assert middle == pytest.approx(centred.width / 2, abs=0.5)


@pytest.mark.parametrize("look", LOOKS)
def test_wide_contacts_stand_below_the_name(look: str, tmp_path: Path) -> None:
    """Where they would leave it too little of the line."""
    mail = "wilhelmina.featherstone@mmm.example.com"
    data = {**DATA, "basics": {**DATA["basics"], "email": mail}}
    sheet = Sheet(tmp_path, look, data, header="split", margins="35", size="12", icons="drawn", thorough=True)
    left = sheet.word("Ada")["x0"]
    for contact in (mail, "github.com/aquill"):
        assert 0 < sheet.word(contact)["x0"] - left < 20  # the width of a drawing
    assert "overfull-line" not in sheet.codes


@pytest.mark.parametrize("look", LOOKS)
def test_icons_are_no_text(look: str, tmp_path: Path) -> None:
    """They are there, before the contacts, and the text is the same."""
    plain, icons = Sheet(tmp_path, look), Sheet(tmp_path, look, icons="drawn")
    assert icons.text.split() == plain.text.split()
    end = plain.word("Experience")["top"]
    before = [one for one in icons.drawn if one["bottom"] < end]
    assert len(before) >= 5
    assert len([one for one in plain.drawn if one["bottom"] < end]) == 0
    mail = icons.word("ada@example.com")
    assert min(one["x0"] for one in before) == pytest.approx(plain.word("ada@example.com")["x0"], abs=2)
    assert mail["x0"] > plain.word("ada@example.com")["x0"] + 6


@pytest.mark.parametrize("look", LOOKS)
def test_the_sign_of_a_bullet(look: str, tmp_path: Path) -> None:
    """A sign of the font, or a drawing, at the same place; the text begins where it does."""
    plain = Sheet(tmp_path, look)
    for bullet, sign in (("dash", "–"), ("square", ""), ("triangle", "")):
        sheet = Sheet(tmp_path, look, bullet=bullet)
        assert "•" in plain.text
        assert "•" not in sheet.text
        assert sheet.word("Led")["x0"] == pytest.approx(plain.word("Led")["x0"], abs=0.1)
        if sign:
            assert f"{sign} Led" in sheet.text
        else:
            led = sheet.word("Led")
            here = [one for one in sheet.drawn if 0 < led["x0"] - one["x0"] < 14]
            assert len(here) == len(plain.text.split("•")) - 1


@pytest.mark.parametrize("look", LOOKS)
def test_what_the_foot_says(look: str, tmp_path: Path) -> None:
    """The page, the name, the date, each where it was asked for."""
    date = "6 May 2024" if "6 May 2024" in Sheet(tmp_path, look, LONG, foot="full").text else "May 2024"
    for foot in ("none", "page", "name", "full"):
        sheet = Sheet(tmp_path, look, LONG, foot=foot)
        assert sheet.pages > 1
        last = sheet.text.splitlines()[-1]
        assert ("page 1 of" in last) == (foot != "none")
        assert ("Ada Quill" in last) == (foot in ("name", "full"))
        assert (date in last) == (foot == "full")
    for foot in ("page", "name"):
        assert "page" not in Sheet(tmp_path, look, foot=foot).text


@pytest.mark.parametrize(("style", "own"), [("banking", "right"), ("classic", "left")])
def test_where_the_photo_is(style: str, own: str, tmp_path: Path) -> None:
    """On the side that was chosen, and as wide as was chosen."""
    data = with_photo(tmp_path)
    for side in ("auto", "left", "right"):
        sheet = Sheet(tmp_path, style, data, photo_side=side, photo_size="20", paper="a4")
        (image,) = sheet.images
        left = (side if side != "auto" else own) == "left"
        assert (image["x0"] < sheet.width / 2) == left
        assert (image["x1"] < sheet.word("Ada")["x0"]) == left
        assert image["width"] / MM == pytest.approx(20, abs=0.6)
        if not left:
            assert image["x1"] / MM == pytest.approx(210 - 18, abs=0.5)
    (wide,) = Sheet(tmp_path, style, data, photo_size="40", photo="square").images
    assert wide["height"] / MM == pytest.approx(40 * 46 / 36, abs=1)
