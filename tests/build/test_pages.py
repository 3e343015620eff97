"""Where pages end: not below a heading, not after the first line of an entry; and where data says so."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import absent
from tests.support import build_ok, request_for, write_yaml
from texresume.diagnostics import Severity
from texresume.tex import distribution

WORDS = "kept the nightly report of every region right while two teams moved their services elsewhere".split()
TITLES = ("Experience", "Education", "Projects", "Awards", "Talks", "Skills", "Volunteering")
HEADS = ("Employer", "Position", "School", "Project", "Stack")
LINES = ("Award", "Talk")
"""Entries of one line: a heading stays with two of them."""


def text(chance: random.Random, least: int, most: int) -> str:
    """Some words."""
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))


def resume(seed: int) -> dict[str, Any]:
    """One of several pages, whose every line begins with a word that says what it is."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    work = [
        {
            "name": f"Employer {number}",
            "position": f"Position {number}",
            "startDate": str(2020 - number),
            "endDate": str(2021 - number),
            "location": "Bergen",
            "keywords": [f"Stack {number}", "Go"] if chance.random() < 0.5 else [],
            "highlights": [f"did {text(chance, 3, 40)}" for _ in range(chance.randint(1, 7))],
        }
        for number in range(chance.randint(8, 16))
    ]
    return {
        "basics": {"name": "Ada Example", "summary": text(chance, 10, 90)},
        "work": [{key: value for key, value in entry.items() if value} for entry in work],
        "education": [
            {"institution": f"School {number}", "area": "Physics", "endDate": "2009", "courses": ["did one"]}
            for number in range(chance.randint(1, 4))
        ],
        "awards": [{"title": f"Award {number}", "date": "2010"} for number in range(chance.randint(2, 9))],
        "projects": [
            {"name": f"Project {number}", "endDate": "2011", "highlights": [f"did {text(chance, 3, 30)}"]}
            for number in range(chance.randint(1, 6))
        ],
        "talks": [{"name": f"Talk {number}", "date": "2012"} for number in range(chance.randint(2, 12))],
    }


def lines_of(pdf: str) -> list[list[str]]:
    """The lines of each page from top to bottom, without the foot."""
    import pdfplumber

    found = []
    with pdfplumber.open(pdf) as opened:
        for page in opened.pages:
            words = [line["text"] for line in page.extract_text_lines(return_chars=False)]
            found.append([line for line in words if " of " not in line[-8:]])
    return found


@pytest.mark.tex
@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))]
)
@pytest.mark.parametrize(
    ("template", "options", "promise"),
    [
        ("academic", {}, 0),
        ("academic", {"density": "compact", "order": "employer"}, 0),
        ("academic", {}, 2),
        ("moderncv", {}, 0),
        ("moderncv", {"style": "classic"}, 0),
        ("moderncv", {"order": "position"}, 2),
    ],
)
def test_pages_end_where_they_may(
    template: str, options: dict[str, str], promise: int, seed: int, any_tex: str, tmp_path: Path
) -> None:
    """The last line of a page is of a highlight, a paragraph, or of an entry of one line that follows another
    one; the first line of a page is no rest of an entry's head.
    """
    variant = tmp_path / "variant.yaml"
    everything = "sections: [summary, work, education, awards, projects, talks]\n"
    variant.write_text(everything + (f"pages: {promise}\n" if promise else ""), "utf-8")
    data = write_yaml(tmp_path, resume(seed))
    built = build_ok(request_for(data, tmp_path, template=template, options=options, variant=str(variant)))
    pages = lines_of(built.files["pdf"])
    assert len(pages) > 1
    for number, page in enumerate(pages[:-1]):
        last = page[-1]
        assert not last.startswith(TITLES), (number, last)
        assert not any(word in last for word in HEADS), (number, last)
        if any(word in last for word in LINES):
            assert not page[-2].startswith(TITLES), (number, page[-2:])
    for page in pages[1:]:
        assert "Bergen" not in page[0] or "Employer" in page[0] or "Position" in page[0]


# -- of many lengths ------------------------------------------------------------------------------------

ENTRIES = ("Employer", "Position", "School", "Project")


def brief(length: int) -> dict[str, Any]:
    """A résumé of many entries that begin with a line, after an introduction of so many lines."""
    chance = random.Random(length)  # noqa: S311 - the same every time
    introduction = "\n\n".join("did introduce" for _ in range(length))
    return {
        "basics": {"name": "Ada Example", "summary": introduction},
        "work": [
            {
                "name": f"Employer {number}",
                "position": f"Position {number}",
                "endDate": str(2021 - number),
                "summary": chance.choice(["", "did this", "did this\n\ndid that\n\ndid more"]),
                "highlights": [f"did {text(chance, 2, 6)}" for _ in range(chance.randint(1, 5))],
            }
            for number in range(20)
        ],
        "projects": [
            {
                "name": f"Project {number}",
                "endDate": "2011",
                "highlights": ["did one", "did two", "did three"],
            }
            for number in range(4)
        ],
        "awards": [{"title": f"Award {number}", "date": "2010"} for number in range(4)],
    }


def check_page_ends(pages: list[list[str]]) -> None:
    """No page ends with a heading, the head of an entry, or one line below a head that has more."""
    for number, (page, following) in enumerate(pairwise(pages)):
        assert not page[-1].startswith(TITLES), (number, page[-2:])
        heads = [place for place, line in enumerate(page) if any(word in line for word in ENTRIES)]
        if any(word in page[-1] for word in LINES):
            assert not page[-2].startswith(TITLES), (number, page[-2:])
        elif heads and len(page) - heads[-1] <= 2:
            assert heads[-1] < len(page) - 1, (number, page[-1])
            begun = any(word in following[0] for word in (*TITLES, *ENTRIES))
            assert begun, (number, page[-2:], following[0])


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize(
    "length", [0, 1, 2, *(pytest.param(length, marks=pytest.mark.slow) for length in range(3, 14))]
)
@pytest.mark.parametrize(
    ("template", "style"),
    [("onepage", ""), ("academic", ""), ("moderncv", "banking"), ("moderncv", "classic")],
)
def test_a_head_stays_with_two_lines(
    template: str, style: str, length: int, tex_engine: str, tmp_path: Path
) -> None:
    """Whatever the length of the text: the head of an entry and its first two lines are on one page."""
    if not distribution.find(tex_engine):
        absent(tex_engine)
    variant = tmp_path / "variant.yaml"
    variant.write_text("pages: 4\n" if template == "onepage" else "{}\n", "utf-8")
    options = {"style": style} if style else {"step": "1"}
    request = request_for(
        write_yaml(tmp_path, _without_empty(brief(length))),
        tmp_path,
        template=template,
        options=options,
        engine=tex_engine,
        variant=str(variant),
    )
    pages = lines_of(build_ok(request).files["pdf"])
    assert len(pages) > 1
    check_page_ends(pages)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(one) for key, one in value.items() if one not in ("", [])}
    return [_without_empty(one) for one in value] if isinstance(value, list) else value


# -- what the data says ---------------------------------------------------------------------------------


def kept(key: str, value: str) -> dict[str, Any]:
    """A résumé of several pages, with a key in each entry of one section."""
    data = resume(1)
    data["work"] = [{**entry, key: value} for entry in data["work"]]
    return data


def pages_of(folder: Path, data: dict[str, Any], **more: Any) -> list[list[str]]:
    """The lines of each page, at the first fitting step."""
    request = request_for(write_yaml(folder, data), folder, options={"step": "1"}, **more)
    return lines_of(build_ok(request).files["pdf"])


def opens_entry(line: str) -> bool:
    """Whether a line begins an entry or a section."""
    return line.startswith(TITLES) or any(word in line for word in (*ENTRIES, *LINES))


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", ["academic", "moderncv"])
def test_no_page_ends_in_a_kept_entry(template: str, tex_engine: str, tmp_path: Path) -> None:
    """With `keep: true` every page begins with an entry; without, some do not."""
    if not distribution.find(tex_engine):
        absent(tex_engine)
    free = pages_of(tmp_path, resume(1), template=template, engine=tex_engine)
    assert not all(opens_entry(page[0]) for page in free)
    held = pages_of(tmp_path, kept("keep", "true"), template=template, engine=tex_engine)
    assert all(opens_entry(page[0]) for page in held[1:])
    assert sorted(line for page in held for line in page) == sorted(line for page in free for line in page)


@pytest.mark.tex
@pytest.mark.parametrize("template", ["academic", "moderncv", "onepage"])
def test_keeping_moves_nothing_within_a_page(template: str, any_tex: str, tmp_path: Path) -> None:
    """A short résumé looks the same, to the pixel, whether its entries are to be kept or not."""
    import pypdfium2

    pictures = []
    for keep in ("false", "true"):
        data = kept("keep", keep)
        data["work"] = data["work"][:3]
        variant = write_yaml(tmp_path, {"pages": 2}, "variant.yaml")
        request = request_for(write_yaml(tmp_path, data), tmp_path, template=template, variant=str(variant))
        with pypdfium2.PdfDocument(build_ok(request).files["pdf"]) as pdf:
            pictures.append([page.render(scale=2).to_numpy().tobytes() for page in pdf])
    assert pictures[0] == pictures[1]


@pytest.mark.tex
@pytest.mark.parametrize("template", ["academic", "moderncv"])
def test_an_entry_longer_than_a_page_is_parted(template: str, any_tex: str, tmp_path: Path) -> None:
    """To keep it is impossible, and nothing is lost."""
    data = resume(1)
    data["work"] = [data["work"][0] | {"keep": "true", "highlights": [f"did {n} this" for n in range(90)]}]
    pages = pages_of(tmp_path, data, template=template)
    assert {f"did {n} this" for n in range(90)} <= {line.lstrip("• ") for page in pages for line in page}
    assert len(pages) in (2, 3)


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize("template", ["academic", "moderncv"])
def test_an_entry_begins_a_new_page(template: str, tex_engine: str, tmp_path: Path) -> None:
    """With `break: before`; the first of a section takes its heading along."""
    if not distribution.find(tex_engine):
        absent(tex_engine)
    data = resume(1)
    data["work"] = data["work"][:3]
    data["work"][2]["break"] = "before"
    data["awards"][0]["break"] = "before"
    data["projects"] = data["projects"][:2]
    data["projects"][1] |= {"break": "before", "keep": "true"}
    pages = pages_of(tmp_path, data, template=template, engine=tex_engine)
    starts = [page[0] for page in pages[1:]]
    assert len(starts) == 3
    assert "2" in starts[0]
    assert any(word in starts[0] for word in ("Employer", "Position"))
    assert starts[1].startswith("Awards")
    assert "Project 1" in starts[2]


@pytest.mark.tex
@pytest.mark.parametrize("template", ["academic", "moderncv"])
def test_a_position_may_begin_a_page(template: str, any_tex: str, tmp_path: Path) -> None:
    """Also one of several at the same employer."""
    entry = {"name": "Employer", "highlights": ["did this"]}
    data = resume(1)
    data["work"] = [
        entry | {"position": f"Position {number}", "endDate": str(2020 - number)} for number in range(3)
    ]
    data["work"][1] |= {"break": "before", "keep": "true"}
    pages = pages_of(tmp_path, data, template=template)
    assert "Position 1" in pages[1][0]


@pytest.mark.tex
def test_one_page_has_no_breaks(any_tex: str, tmp_path: Path) -> None:
    """There `break: before` is ignored, with a note at its place."""
    data = resume(1) | {"work": [{"name": "Employer", "break": "before"}], "projects": []}
    data["talks"] = data["talks"][:1]
    made = build_ok(request_for(write_yaml(tmp_path, data), tmp_path))
    assert made.report.pages == 1
    (note,) = [one for one in made.diagnostics if one.code == "break-ignored"]
    assert note.place == "work[0].break"
    assert note.severity is Severity.NOTE
