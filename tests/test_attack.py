"""What attackers tried: each found a hole once. Many strings share a build: each costs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from texresume.build import pipeline
from texresume.data import links, loader
from texresume.diagnostics import ResumeError
from texresume.fonts import characters
from texresume.latex import template
from texresume.latex.render import render
from texresume.pdf import alignment, extractors, inspection
from texresume.tex import engine
from texresume.text.inline import RichText

from .build.test_build import TEMPLATES
from .conftest import ROOT
from .support import request_for, write_yaml

COLUMN = 30
LONG_TEMPLATES = ("moderncv", "academic")


def build(data: object, tmp_path: Path, name: str, **more: Any) -> pipeline.Build:
    return pipeline.build(request_for(write_yaml(tmp_path, data), tmp_path, template=name, **more))


def seen(made: pipeline.Build) -> extractors.PdfContent:
    return extractors.read_with_pdfium(Path(made.files["pdf"]).read_bytes())


@pytest.mark.tex
@pytest.mark.parametrize("name", LONG_TEMPLATES)
def test_every_character_is_there_in_every_face(name: str, tex: str, tmp_path: Path) -> None:
    """The face for code lacks some characters: they come from that of the text, and all come back."""
    every = [char for char in sorted(characters.covered("pdftex")) if char.strip() and char != "`"]
    marks = ("`{}`", "**`{}`**", "*`{}`*")
    bullets = [
        " ".join("x" + mark.format(char) + "y" for char in every[start : start + COLUMN])
        for mark in marks
        for start in range(0, len(every), COLUMN)
    ]
    made = build({"basics": {"name": "A"}, "awards": [{"title": "t", "highlights": bullets}]}, tmp_path, name)
    assert made.report.good


@pytest.mark.tex
@pytest.mark.parametrize("name", TEMPLATES)
def test_targets_of_links_arrive_to_the_letter(name: str, tex: str, tmp_path: Path) -> None:
    """ "~", a second "#", brackets: what LaTeX and hyperref would take for something of theirs."""
    targets = ["https://e.com/~u#f", "https://e.com/#a#b", "https://e.com/#", "https://e.com/(x)[y]$&_%20"]
    data = {
        "basics": {
            "name": "A",
            "email": "a+b'#?&%@e.com",
            "profiles": [{"url": target} for target in targets],
        },
        "awards": [{"title": f"[a]({target})", "url": target} for target in targets],
        "publications": [{"name": "P", "doi": "10.1/(a)<b>#c?d%{}_^~"}],
    }
    found = seen(build(data, tmp_path, name)).links
    wanted = {"https://e.com/~u#f", "https://e.com/#a%23b", "https://e.com/", "https://e.com/(x)[y]$&_%20"}
    wanted |= {"mailto:a+b'%23%3F%26%25@e.com", "https://doi.org/10.1/(a)%3Cb%3E%23c%3Fd%25%7B%7D_%5E~"}
    assert set(found) == wanted


@pytest.mark.tex
def test_a_target_that_the_pdf_lacks_is_missed(any_tex: str, tmp_path: Path) -> None:
    """Not only links in texts: also those of contacts and entries."""
    data = write_yaml(tmp_path, {"basics": {"name": "A", "url": "https://e.com/x"}})
    document, _, _ = pipeline.read(data)
    chosen = template.find("onepage", ROOT)
    rendered = render(document, chosen, chosen.values({"paper": "a4"}))
    sabotaged = rendered.source.replace("https://e.com/x", "https://e.com/y")
    pdf = engine.typeset(sabotaged, [(file, file.name) for file in chosen.files()]).pdf
    report = inspection.inspect(pdf, rendered)
    assert [(link.url, link.path) for link in report.missing_links] == [("https://e.com/x", "basics.url")]


@pytest.mark.tex
@pytest.mark.parametrize("name", TEMPLATES)
def test_no_ligature_is_made_with_a_neighbour(name: str, any_tex: str, tmp_path: Path) -> None:
    """A comma before a comma of ours, a hyphen after a dash, markup between the two."""
    words = [
        "q,",
        ",",
        "r,,",
        "–-",
        "s–--",
        "*-*-",
        "!‘?‘ ‘‘ ’’",
        "*’*’",
        "**,**,",
        "`,`,",
        r"\<\<",
        "[,](https://e.com),",
        "'*'*'",
    ]
    data = {
        "basics": {"name": "A B", "location": {"address": "x,", "city": "y,", "region": "z,"}},
        "education": [
            {"institution": "a,", "area": "b,", "studyType": "c,", "courses": words, "honors": words}
        ],
        "projects": [{"name": "p,", "roles": words, "entity": "e,", "type": "t,", "date": "d,"}],
        "publications": [{"name": "n,", "authors": ["C,", "D,", "E,"], "publisher": "u,", "date": "v,"}],
        "skills": [{"name": "k,", "level": "l,", "keywords": words}],
    }
    assert build(data, tmp_path, name).report.good


@pytest.mark.tex
@pytest.mark.parametrize("name", LONG_TEMPLATES)
def test_nothing_leaves_the_page(name: str, any_tex: str, tmp_path: Path) -> None:
    """Words made of many pieces, lines of no-break spaces, paragraphs without end: all stay on their page."""
    texts = ["**a**`b`*c*" * 60, "tied\u00a0" * 60, "\n\n".join("a" * 200), "`" * 9000]
    data = {
        "basics": {"name": "A", "label": texts[0]},
        "awards": [{"title": "t", "summary": x} for x in texts],
    }
    made = build(data, tmp_path, name)
    assert made.report.good
    assert not made.report.hidden


@pytest.mark.tex
def test_what_leaves_the_page_fails_the_build(any_tex: str, tmp_path: Path) -> None:
    """A text layer that is whole is no comfort where nobody sees the text."""
    folder = tmp_path / "wide"
    folder.mkdir()
    (folder / "template.yaml").write_text("title: Wide\n")
    (folder / "resume.tex.j2").write_text(
        "\\documentclass{article}\\usepackage{texresume}((* from 'parts.tex.j2' import pdf *))"
        "((( pdf(metadata) )))\\begin{document}\\hbox{\\kern20cm ((( resume.name )))}\\end{document}\n"
    )
    with pytest.raises(ResumeError) as caught:
        build({"basics": {"name": "Ada Example"}}, tmp_path, str(folder))
    assert "off-page" in [diagnostic.code for diagnostic in caught.value.diagnostics]


@pytest.mark.tex
def test_a_section_of_a_thousand_entries_takes_seconds(any_tex: str, tmp_path: Path) -> None:
    """No template looks at every entry for every entry."""
    made = build(
        {"basics": {"name": "A"}, "awards": [f"award {n}" for n in range(1000)]}, tmp_path, "academic"
    )
    assert made.seconds_total < 8


@pytest.mark.tex
def test_a_template_cannot_link_to_files_outside(any_tex: str, tmp_path: Path) -> None:
    """A link in a template's folder could show any file of the user's."""
    (tmp_path / "secret").write_text("SECRET")
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "template.yaml").write_text("title: Evil\n")
    (folder / "resume.tex.j2").symlink_to(tmp_path / "secret")
    with pytest.raises(ResumeError) as caught:
        build({"basics": {"name": "A"}}, tmp_path, str(folder))
    assert caught.value.diagnostics[0].code == "template-fault"
    assert not (tmp_path / "dist").exists()


def picture(kind: str, **more: Any) -> bytes:
    stream = BytesIO()
    Image.effect_noise((40, 50), 80).convert("RGB").save(stream, format=kind, **more)
    return stream.getvalue()


@pytest.mark.tex
def test_damaged_photos_are_refused_before_tex(any_tex: str, tmp_path: Path) -> None:
    """pdfTeX ends without a word at a cut PNG: line and column come first."""
    jpeg, png = picture("JPEG"), picture("PNG")
    no_size = png[:16] + b"\0" * 8 + png[24:]
    broken = [
        jpeg[:20],
        jpeg[: len(jpeg) // 2],
        png[:40],
        png[: len(png) // 2],
        png[:60] + b"\0\0" + png[62:],
        no_size,
    ]
    for content in broken:
        (tmp_path / "me.png").write_bytes(content)
        with pytest.raises(ResumeError) as caught:
            build({"basics": {"name": "A", "image": "me.png"}}, tmp_path, "moderncv")
        (fault,) = caught.value.diagnostics
        assert (fault.code, fault.place) == ("wrong-photo", "basics.image")
        assert fault.position is not None
    for content in (jpeg, png, picture("JPEG", dpi=(1, 1)), picture("JPEG", progressive=True)):
        (tmp_path / "me.png").write_bytes(content)
        assert build({"basics": {"name": "A", "image": "me.png"}}, tmp_path, "moderncv").report.good


@pytest.mark.parametrize("word", ["İ" * 200, "½" * 200, "á" * 100 + "-" * 100, "ab" * 200])
def test_the_foot_of_a_page_may_part_a_long_word_anywhere(word: str) -> None:
    """Folding makes letters more or fewer, so that no place to break at is known; a lost one is missed."""
    field = RichText.of(word, "basics.label")
    for place in range(90, 110):
        assert not list(alignment.find_losses(f"{word[:place]}\npage 1 of 2\n{word[place:]}", [field]))
    (loss,) = alignment.find_losses(f"{word[:100]}\npage 1 of 2\n{word[104:]}", [field])
    assert loss.path == "basics.label"


def test_a_name_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    """TeX cannot measure a heading of five thousand characters."""
    with pytest.raises(ResumeError) as caught:
        pipeline.read(write_yaml(tmp_path, {"basics": {"name": "*a " * 5000}}))
    assert caught.value.diagnostics[0].code == "long-name"
    assert caught.value.diagnostics[0].position is not None


@pytest.mark.parametrize(
    ("field", "size"), [("location", 1001), ("date", 301), ("keywords", 1001), ("position", 3001)]
)
def test_texts_too_long_for_their_place_are_refused(field: str, size: int, tmp_path: Path) -> None:
    """TeX measures what stays in one piece, and stopped at 20,000 letters; a summary may be as long as it
    likes.
    """
    text = "x" * size
    entry = {"name": "B", "summary": "x" * 5000, field: [text] if field == "keywords" else text}
    data = {"basics": {"name": "A"}, "work": [entry]}
    with pytest.raises(ResumeError) as caught:
        pipeline.read(write_yaml(tmp_path, data))
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.place.split("[")[0]) == ("long-text", "work")
    assert field in fault.place
    assert fault.position is not None


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file here")
def test_an_endless_file_is_refused() -> None:
    """A device says that it holds nothing, and gives without end."""
    with pytest.raises(ResumeError) as caught:
        loader.load(Path("/dev/zero"))
    assert caught.value.diagnostics[0].code == "not-a-file"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://e.com/#", "https://e.com/"),
        ("https://e.com/##", "https://e.com/"),
        ("https://e.com/#a#b", "https://e.com/#a%23b"),
        ("https://e.com/~x", "https://e.com/~x"),
    ],
)
def test_a_target_has_one_fragment(url: str, target: str) -> None:
    """RFC 3986 allows one "#"; hyperref drops what stands after a second."""
    assert links.normalised(url) == target
    assert links.normalised(target) == target
