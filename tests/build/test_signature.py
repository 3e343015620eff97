"""A signature: an image with place and date at the end of the page, in every template."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.conftest import absent
from tests.support import Files, build_fails, build_ok, project, request_for
from texresume.build import pipeline
from texresume.check import validation
from texresume.diagnostics import Severity
from texresume.pdf import closeup
from texresume.tex import distribution

MM = 72 / 25.4
LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("onepage", {}),
    ("moderncv", {"style": "banking"}),
    ("moderncv", {"style": "classic"}),
    ("academic", {}),
)
SIGNED = "Halle (Saale), 30. November 2026"
DATA: dict[str, Any] = {
    "basics": {
        "name": "Jördis Weißmüller",
        "email": "joerdis@example.org",
        "location": {"city": "Leipzig", "countryCode": "DE"},
        "signature": {"image": "unterschrift.png", "place": "Halle (Saale)", "date": "2026-11-30"},
    },
    "work": [{"name": "Stadtwerke Auental", "position": "Elektronikerin", "startDate": "2017-09"}],
    "interests": ["Modelleisenbahn", "Feuerwehr"],
    "meta": {"locale": "de"},
}


def drawing(width: int = 520, height: int = 150) -> bytes:
    """A line of ink on a ground that one sees through, as a PNG."""
    image = Image.new("RGBA", (width, height), (20, 32, 92, 0))
    ImageDraw.Draw(image).line([(10, height - 10), (width // 2, 10), (width - 10, height - 20)], "#14205c", 5)
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def files(folder: Path, size: tuple[int, int] = (520, 150), **basics: Any) -> Path:
    """The data in a folder, with other keys in its basics."""
    data = {**DATA, "basics": {**DATA["basics"], **basics}}
    return project(folder, {"resume.yaml": data, "unterschrift.png": drawing(*size)}) / "resume.yaml"


def places(pdf: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """The last line of the text and the only picture, with their places from the top left in bp."""
    import pdfplumber

    with pdfplumber.open(pdf) as opened:
        page = opened.pages[-1]
        line = page.extract_text_lines()[-1]
        (picture,) = page.images
        return line, {key: float(picture[key]) for key in ("x0", "x1", "top", "bottom", "width", "height")}


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("kind", ["pdftex", "xetex"])
@pytest.mark.parametrize(("name", "options"), LOOKS)
def test_every_template_prints_it(name: str, options: dict[str, str], kind: str, tmp_path: Path) -> None:
    """Below the last section at the edge of the text, the image below place and date, in its own shape."""
    if kind == "xetex" and not distribution.find("xetex"):
        absent("XeTeX")
    request = request_for(files(tmp_path), tmp_path, template=name, options=options, engine=kind)
    made = build_ok(request, thorough=True)
    assert [one.code for one in made.diagnostics if one.severity is Severity.WARNING] == []
    line, picture = places(Path(made.files["pdf"]))
    assert line["text"] == SIGNED
    assert abs(picture["top"] - line["bottom"]) < MM
    assert abs(picture["x0"] - line["x0"]) < 1
    assert picture["height"] == pytest.approx(13 * MM, abs=0.1)
    assert picture["width"] / picture["height"] == pytest.approx(520 / 150, rel=0.01)
    (seen,) = closeup.look_closely(Path(made.files["pdf"]).read_bytes()).pictures
    assert seen.stretch == pytest.approx(1, rel=0.01)


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_wide_one_is_less_high(tmp_path: Path) -> None:
    """So that it stays a signature."""
    made = build_ok(request_for(files(tmp_path, (1200, 60)), tmp_path, template="onepage"))
    _, picture = places(Path(made.files["pdf"]))
    assert picture["width"] == pytest.approx(55 * MM, abs=0.1)
    assert picture["height"] == pytest.approx(55 * MM / 20, abs=0.1)


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_variant_may_hide_it(tmp_path: Path) -> None:
    """Together with place and date."""
    import pdfplumber

    data = files(tmp_path)
    project(tmp_path, {"variants/plain.yaml": {"hide": ["basics.signature"], "template": "onepage"}})
    made = build_ok(request_for(data, tmp_path, variant="plain"), thorough=True)
    with pdfplumber.open(made.files["pdf"]) as opened:
        assert opened.pages[0].images == []
        assert "November" not in opened.pages[0].extract_text()


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
@pytest.mark.parametrize("length", [20, 40])
def test_place_and_signature_share_a_page(length: int, tmp_path: Path) -> None:
    """Wherever the text ends, the image is below its line."""
    data = files(tmp_path)
    long = {**DATA, "interests": [f"Verein {number}, {'Sport ' * 12}" for number in range(length)]}
    project(tmp_path, {"resume.yaml": long})
    for name in ("moderncv", "academic"):
        for step in ("1", "2", "3"):
            options = {"step": step, "paper": "a4"}
            made = build_ok(request_for(data, tmp_path, template=name, options=options))
            line, picture = places(Path(made.files["pdf"]))
            assert line["text"] == SIGNED
            assert abs(picture["top"] - line["bottom"]) < MM


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_page_from_right_to_left_has_it_at_the_right(tmp_path: Path) -> None:
    """As it has everything that begins a line; the image itself is not mirrored."""
    if not distribution.find("xetex"):
        absent("XeTeX")
    data = {
        "basics": {"name": "נועה לביא", "email": "noa@example.org", "signature": "unterschrift.png"},
        "interests": ["שחמט"],
        "meta": {"locale": "he", "lastModified": "2026-11-30"},
    }
    project(tmp_path, {"resume.yaml": data, "unterschrift.png": drawing()})
    made = build_ok(request_for(tmp_path / "resume.yaml", tmp_path, template="onepage"))
    import pdfplumber

    with pdfplumber.open(made.files["pdf"]) as opened:
        page = opened.pages[0]
        (picture,) = page.images
        assert float(page.width) - float(picture["x1"]) == pytest.approx(16 * MM, abs=1)


OWN = r"""\documentclass{article}
\usepackage[sourcesans]{texresume}
((* from "parts.tex.j2" import pdf *))
((( pdf(metadata) )))
\begin{document}
((( resume.name ))) ((( resume.contacts[0][0].text )))
\end{document}
"""


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_template_that_does_not_print_it_is_named(tmp_path: Path) -> None:
    """As for every other field."""
    manifest = {"title": "Own", "license": "MIT"}
    own: Files = {"templates/own/template.yaml": manifest, "templates/own/resume.tex.j2": OWN}
    request = request_for(files(tmp_path, signature="unterschrift.png"), tmp_path, template="own")
    project(tmp_path, own)
    made = build_ok(replace(request, project=tmp_path))
    (found,) = [one for one in made.diagnostics if one.code == "not-printed"]
    assert "basics.signature" in found.message


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        ("none.png", "no-such-photo"),
        ({"image": "resume.yaml"}, "wrong-photo"),
        ("https://example.org/me.png", "photo-not-fetched"),
        ("../../../secret.png", "photo-outside"),
    ],
)
def test_what_is_wrong_with_it_is_said(signature: Any, code: str, tmp_path: Path) -> None:
    """By its name, at its line: `validate` warns."""
    home = tmp_path / "a" / "b"
    home.mkdir(parents=True)
    file = files(home, signature=signature)
    (found,) = validation.validate(file, project=home)
    assert (found.code, found.place) == (code, "basics.signature.image")
    assert found.position is not None
    assert "photo" not in found.message


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_missing_one_ends_a_build(tmp_path: Path) -> None:
    """As a missing photo does."""
    build_fails("no-such-photo", request_for(files(tmp_path, signature="none.png"), tmp_path))


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_other_formats_have_it(tmp_path: Path) -> None:
    """Place and date in all, the image where there are images; JSON gives back the same document."""
    formats = ("pdf", "txt", "md", "html", "docx", "json")
    request = request_for(files(tmp_path), tmp_path, template="moderncv", formats=formats)
    made = build_ok(request)
    for name in ("txt", "md", "html"):
        assert SIGNED in Path(made.files[name]).read_text("utf-8")
    assert Path(made.files["html"]).read_text("utf-8").count('src="data:image/png;base64,') == 1
    with zipfile.ZipFile(made.files["docx"]) as packed:
        assert SIGNED.split(",", maxsplit=1)[0] in packed.read("word/document.xml").decode()
        (image,) = [name for name in packed.namelist() if "/media/" in name]
        assert packed.read(image) == (tmp_path / "unterschrift.png").read_bytes()
    back = pipeline.read(Path(made.files["json"]))[0]
    assert str(back.closing) == SIGNED
    assert back.signature.startswith("data:image/png;base64,")
