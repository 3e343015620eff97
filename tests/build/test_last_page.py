"""A last page that is nearly empty: a tighter fitting step saves it, in the same run of TeX, or is named."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_verbs import texresume
from tests.conftest import absent
from tests.support import build_ok, request_for, write_yaml
from texresume.build.pipeline import Build
from texresume.tex import distribution, texlog

WORDS = "kept the nightly report of every region right while two teams moved their services elsewhere".split()
TEMPLATES = ("academic", "moderncv")
NEARLY_EMPTY = 0.2


@cache
def resume(lines: int) -> dict[str, Any]:
    """A résumé with so many highlights of a line each."""
    chance = random.Random(1)  # noqa: S311 - the same every time
    highlights = [f"{number} {' '.join(chance.choices(WORDS, k=6))}" for number in range(lines)]
    return {
        "basics": {"name": "Ada Example", "email": "ada@example.com"},
        "work": [
            {"name": f"Employer {place}", "endDate": str(2020 - place), "highlights": highlights[place::6]}
            for place in range(6)
        ],
    }


def built(folder: Path, template: str, lines: int, step: str = "auto", **more: Any) -> Build:
    """The build of a résumé of so many lines."""
    data = write_yaml(folder, resume(lines))
    options = {"step": step, "paper": "a4"}
    return build_ok(request_for(data, folder, template=template, options=options, **more))


def last_lines(made: Build) -> int:
    """How many lines the last page has, without its foot."""
    return made.report.lines_by_page[-1] - 1


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_nearly_empty_page_is_saved(template: str, tex_engine: str, tmp_path: Path) -> None:
    """As soon as a few lines go over to another page; with many, the page stays, and nothing is fitted."""
    if not distribution.find(tex_engine):
        absent(tex_engine)
    for lines in range(36, 70, 2):
        loose = built(tmp_path, template, lines, "1", engine=tex_engine)
        if loose.report.pages > 1:
            break
    assert (loose.report.pages, loose.fit) == (2, None)
    assert last_lines(loose) < 8
    tight = built(tmp_path, template, lines, engine=tex_engine)
    assert (tight.report.pages, tight.runs) == (1, 1)
    assert tight.fit is not None
    assert tight.fit.saved is not None
    assert 1 < tight.fit.step <= 4
    assert tight.fit.saved.number == 2
    assert 0 < tight.fit.saved.fill < NEARLY_EMPTY
    assert tight.lines()[0].startswith(f"fits at step {tight.fit.step} of 8")
    assert tight.lines()[1].startswith("saved page 2, which would be")
    # at the step before, the page would still be there
    before = built(tmp_path, template, lines, str(tight.fit.step - 1), engine=tex_engine)
    assert before.report.pages == 2
    # and the same step, asked for, looks the same
    asked = built(tmp_path, template, lines, str(tight.fit.step), engine=tex_engine)
    assert asked.report.lines_by_page == tight.report.lines_by_page
    assert asked.measures["edges"] == tight.measures["edges"]


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_what_no_step_saves_is_set_at_the_first(template: str, tex_engine: str, tmp_path: Path) -> None:
    """To the pixel, outline and all, after every step was tried."""
    import pypdfium2

    if not distribution.find(tex_engine):
        absent(tex_engine)

    data = resume(12) | {"projects": [{"name": "Project", "break": "before", "highlights": ["did it"]}]}
    file = write_yaml(tmp_path, data)
    seen = []
    for step in ("1", "auto"):
        options = {"step": step}
        made = build_ok(request_for(file, tmp_path, template=template, options=options, engine=tex_engine))
        assert (made.report.pages, made.fit, made.runs) == (2, None, 1)
        with pypdfium2.PdfDocument(made.files["pdf"]) as pdf:
            pictures = [page.render(scale=2).to_numpy().tobytes() for page in pdf]
            seen.append((pictures, [mark.get_title() for mark in pdf.get_toc()]))
    assert (made.measures["step"], made.measures["try"]) == ("1", "8")
    assert seen[0] == seen[1]
    assert seen[0][1] == ["Experience", "Projects"]


@pytest.mark.tex
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_may_be_of_any_length(template: str, any_tex: str, tmp_path: Path) -> None:
    """More pages than TeX can hold in a box are not tried again."""
    made = built(tmp_path, template, 1500)
    assert made.report.pages > 23
    assert (made.fit, made.runs) == (None, 1)


@pytest.mark.tex
def test_a_step_too_far_is_named(any_tex: str, tmp_path: Path) -> None:
    """If only a step beyond the third would save the page, `check` says which, and that is right."""
    for lines in range(40, 80):
        made = built(tmp_path, "moderncv", lines)
        if "saves" in made.measures:
            break
    step = made.measures["saves"]
    assert int(step) > 4
    assert (made.report.pages, made.fit) == (2, None)
    done = texresume(
        *("check", "--data", str(tmp_path / "resume.yaml"), "--template", "moderncv", "--option", "paper=a4"),
        *("--output", str(tmp_path / "dist"), "--json"),
    )
    (found,) = [one for one in json.loads(done.stdout)["diagnostics"] if one["code"] == "half-empty-page"]
    assert found["hint"].startswith(f"--option step={step} would save it; or")
    assert built(tmp_path, "moderncv", lines, step).report.pages == 1
    assert built(tmp_path, "moderncv", lines, str(int(step) - 1)).report.pages == 2


@pytest.mark.tex
def test_a_saved_page_is_the_same_again(any_tex: str, tmp_path: Path) -> None:
    """The same bytes from the same data; an unchanged build repeats what was said; JSON has it too."""
    for lines in range(36, 70, 2):
        made = built(tmp_path, "moderncv", lines)
        if made.fit:
            break
    pdf = Path(made.files["pdf"])
    first = pdf.read_bytes()
    assert Path(built(tmp_path, "moderncv", lines).files["pdf"]).read_bytes() == first
    arguments = ("build", "--data", str(tmp_path / "resume.yaml"), "--template", "moderncv", "--json")
    more = ("--option", "paper=a4", "--output", str(tmp_path / "dist"))
    said = [json.loads(texresume(*arguments, *more).stdout)["builds"][0] for _ in range(2)]
    assert [one["unchanged"] for one in said] == [False, True]
    assert said[0]["fit"] == said[1]["fit"]
    assert said[0]["fit"]["saved_page"]["number"] == 2
    told = texresume(*(one for one in arguments if one != "--json"))
    assert "  saved page 2, which would be" in told.stdout
    assert pdf.read_bytes() == first


@pytest.mark.tex
def test_a_promise_is_kept_as_it_was(any_tex: str, tmp_path: Path) -> None:
    """Where two pages are promised, the second may be nearly empty: nothing is made tighter."""
    for lines in range(36, 70, 2):
        if built(tmp_path, "moderncv", lines, "1").report.pages > 1:
            break
    variant = tmp_path / "variant.yaml"
    variant.write_text("pages: 2\n", "utf-8")
    made = built(tmp_path, "moderncv", lines, variant=str(variant))
    assert made.report.pages == 2
    assert made.fit is not None
    assert (made.fit.step, made.fit.saved) == (1, None)


def test_a_log_tells_of_the_step_that_was_taken() -> None:
    """If that is the first, what was tried after it is no finding."""
    overfull = "Overfull \\hbox (9.0pt too wide) in paragraph at lines {0}--{0}\n"
    log = (
        overfull.format(3)
        + "texresume: try=1\n"
        + overfull.format(10)
        + "texresume: try=2\n"
        + overfull.format(20)
        + "texresume: try=3\n"
        + overfull.format(30)
        + "texresume: saves=3\ntexresume: step=1\n"
        + overfull.format(40)
    )
    assert [finding.line for finding in texlog.parse(log)] == [3, 10, 40]
    assert texlog.measures(log)["saves"] == "3"
