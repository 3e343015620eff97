"""Settings in `meta`: the template, its options, headings, the order of sections; and what is not used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_verbs import texresume
from texresume.build import pipeline
from texresume.build.request import Request
from texresume.diagnostics import Diagnostic, ResumeError

BODY = """\
basics: {name: Ada Example, email: ada@example.com}
work: [{name: Example Ltd, position: Engineer, startDate: 2020}]
education: [{institution: Example University, area: Physics}]
custom: [{id: boats, title: Boats, entries: [Kayak]}]
skills: [Go]
"""
Make = Callable[..., pipeline.Build]


@pytest.fixture
def make(tmp_path: Path, any_tex: str) -> Make:
    """Builds the body with some `meta`, a variant if there is one, and flags."""

    def build(meta: str, variant: str = "", *, body: str = BODY, **flags: str) -> pipeline.Build:
        name = "resume.json" if body.startswith("{") else "resume.yaml"
        text = body if name.endswith("json") else f"{body}meta:\n{meta}"
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / "variants").mkdir(exist_ok=True)
        (tmp_path / "variants" / "v.yaml").write_text(variant or "{}", "utf-8")
        options = {"options": {"accent": flags.pop("accent")}} if "accent" in flags else {}
        request = Request(
            data=tmp_path / name, output=tmp_path / "dist", project=tmp_path,
            variant="v" if variant else "", **options, **flags,  # type: ignore[arg-type]
        )  # fmt: skip
        return pipeline.build(request)

    return build


def found(build: Make, *arguments: str, **more: str) -> list[tuple[str, str, int]]:
    """Severity, code and line of what is said of a build, passed or not."""
    try:
        diagnostics: tuple[Diagnostic, ...] = build(*arguments, **more).diagnostics
    except ResumeError as error:
        diagnostics = error.diagnostics
    return [(one.severity.value, one.code, one.position.line if one.position else 0) for one in diagnostics]


def accent(build: pipeline.Build) -> str:
    """The colour of the headings, as the source sets it."""
    (tex,) = (file for form, file in build.files.items() if form == "tex")
    text = Path(tex).read_text("utf-8")
    return next((name for name in ("1B4D2E", "1F3A5F", "7A1420") if name in text), "")


@pytest.mark.tex
def test_the_data_sets_the_template(make: Make) -> None:
    """A variant overrides it, a flag both."""
    assert make("  template: academic\n").template == "academic"
    assert make("  template: academic\n", "pages: 2\n").template == "academic"
    assert make("  template: academic\n", "template: moderncv\n").template == "moderncv"
    assert make("  template: academic\n", "template: moderncv\n", template="onepage").template == "onepage"


@pytest.mark.tex
def test_the_data_sets_options(make: Make) -> None:
    """Those of a variant and of the command line go before; each option by itself."""
    meta = "  template: academic\n  options: {accent: green, paper: letter}\n"
    both = {"formats": ("pdf", "tex")}
    assert accent(make(meta, **both)) == "1B4D2E"
    assert accent(make(meta, "options: {accent: red}\n", **both)) == "7A1420"
    flags = {**both, "accent": "blue"}
    made = make(meta, "options: {accent: red}\n", **flags)
    assert accent(made) == "1F3A5F"
    assert "letter" in Path(made.files["tex"]).read_text("utf-8")


@pytest.mark.tex
def test_the_data_sets_headings_and_order(make: Make) -> None:
    """Sections that are not named follow; a variant's headings and order win."""
    meta = "  titles: {work: Voyages, boats: Vessels}\n  sections: [skills, boats]\n"
    order = ["Skills", "Vessels", "Voyages", "Education"]
    assert headings(make(meta), [*order, "Boats", "Experience"]) == order
    made = make(meta, "titles: {work: Jobs}\nsections: [work, boats]\n")
    assert headings(made, [*order, "Jobs", "Boats"]) == ["Jobs", "Vessels"]


def headings(build: pipeline.Build, words: list[str]) -> list[str]:
    """The words that stand alone on a line of the PDF, in its order."""
    from texresume.pdf.extractors import read_with_pdfium

    text = read_with_pdfium(Path(build.files["pdf"]).read_bytes()).text
    lines = [line.strip().casefold() for line in text.splitlines()]
    return sorted(
        (word for word in words if word.casefold() in lines), key=lambda word: lines.index(word.casefold())
    )


@pytest.mark.tex
@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ("  template: academik\n", ("error", "unknown-template", 7)),
        ("  options: {acent: red}\n", ("error", "unknown-option", 7)),
        ("  template: academic\n  options:\n    accent: rouge\n", ("error", "wrong-option", 9)),
        ("  options: [red]\n", ("error", "wrong-type", 7)),
        ("  titles: {wrok: Jobs}\n", ("error", "unknown-section", 7)),
        ("  sections: [work, skils]\n", ("error", "unknown-section", 7)),
        ("  sections: [awards]\n", ("warning", "empty-section", 7)),
        ("  tempalte: academic\n", ("warning", "not-used", 7)),
        ("  colour: {of: money}\n", ("note", "not-used", 7)),
    ],
)
def test_what_is_wrong_or_not_used_is_said_at_its_line(
    make: Make, meta: str, said: tuple[str, str, int], tmp_path: Path
) -> None:
    """By `build` and by `validate`."""
    assert found(make, meta) == [said]
    done = texresume("validate", str(tmp_path / "resume.yaml"), "--json", cwd=tmp_path)
    diagnostics = [
        (one["severity"], one["code"], one["line"]) for one in json.loads(done.stdout)["diagnostics"]
    ]
    assert diagnostics == [said]


@pytest.mark.tex
def test_options_of_another_template(make: Make) -> None:
    """A variant with another template needs no word; a flag on the command line gets a warning."""
    meta = "  template: moderncv\n  options: {style: classic}\n"
    assert found(make, meta) == []
    assert found(make, meta, "template: onepage\n") == []
    assert found(make, meta, template="onepage") == [("warning", "unknown-option", 8)]


@pytest.mark.tex
def test_settings_of_other_programs_end_no_build(make: Make) -> None:
    """In JSON from elsewhere a template that there is not is a warning."""
    body = {
        "basics": {"name": "Ada Example"},
        "work": [{"name": "Example Ltd"}],
        "meta": {"template": "elegant", "options": ["x"], "sections": ["nonsense"], "colour": "red"},
    }
    said = found(make, "", body=json.dumps(body))
    assert {severity for severity, *_ in said} == {"warning"}
    assert {code for _, code, _ in said} >= {"unknown-template", "unknown-section"}


@pytest.mark.tex
def test_a_photo_that_is_not_shown_is_said(make: Make, tmp_path: Path) -> None:
    """Where the template shows none, and where an option omits it."""
    from PIL import Image

    Image.new("RGB", (600, 800), "white").save(tmp_path / "me.jpg")
    body = BODY.replace("{name: Ada", "{image: me.jpg, name: Ada")
    assert found(make, "  template: onepage\n", body=body) == [("note", "not-used", 1)]
    none = "  template: moderncv\n  options: {photo: none}\n"
    assert found(make, none, body=body) == [("note", "not-used", 1)]
    assert found(make, "  template: moderncv\n", body=body) == []
    assert found(make, "", "template: onepage\n", body=body) == []  # another variant may show it


def test_a_posting_is_not_used_yet(tmp_path: Path) -> None:
    """`validate` says so: it is checked, and nothing more. A letter is built."""
    (tmp_path / "variants").mkdir()
    (tmp_path / "resume.yaml").write_text(BODY, "utf-8")
    (tmp_path / "variants" / "posting.txt").write_text("Wanted", "utf-8")
    text = "posting: posting.txt\nletter: {body: Hello.}\n"
    (tmp_path / "variants" / "v.yaml").write_text(text, "utf-8")
    done = texresume("validate", str(tmp_path / "resume.yaml"), "--json", cwd=tmp_path)
    assert done.returncode == 0
    said = json.loads(done.stdout)["diagnostics"]
    assert [(one["code"], one["severity"], one["line"]) for one in said] == [("not-used", "note", 1)]
