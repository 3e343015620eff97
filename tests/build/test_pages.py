"""Where pages end: not below a heading, not after the first line of an entry."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.support import build_ok, request_for, write_yaml

WORDS = "kept the nightly report of every region right while two teams moved their services elsewhere".split()
TITLES = ("Experience", "Education", "Projects", "Awards", "Talks", "Skills", "Volunteering")
HEADS = ("Employer", "Position", "School", "Project", "Stack")
LINES = ("Award", "Talk")
"""Entries of one line: a heading stays with two of them."""


SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))]


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
