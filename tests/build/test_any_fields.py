"""Any fields of any sections, with values as people have them: each résumé is right, and is built.

`TEXRESUME_EXAMPLES=500 pytest tests/build/test_any_fields.py` tries so many more.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import request_for, write_yaml
from texresume.build import pipeline
from texresume.data import rules
from texresume.diagnostics import ResumeError, format_diagnostics, has_errors

LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("onepage", {}),
    ("academic", {}),
    ("moderncv", {"style": "classic"}),
    ("moderncv", {"style": "banking"}),
)  # fmt: skip
WORDS = """payments reliability Kubernetes migration of the ledger to Postgres led mentored four engineers in
    Bergen; cut latency by 38 % (p99) and costs by €1.2M, on-call rota in 3 time zones R&D C++ A/B""".split()
PAGES = "www.example.com github.com/exampleuser docs.example.org www.linkedin.com/in".split()
LEFT_OUT = ("break", "keep", "priority", "id", "tags", "image", "birthDate", "pronouns", "name")
SEEDS = range(int(os.environ.get("TEXRESUME_EXAMPLES", "24")))


class Person:
    """Makes up a résumé."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(str(seed))  # noqa: S311 - no secret

    def text(self, most: int = 25) -> str:
        count = min(most, self.random.choice([1, 2, 2, 3, 4, 6, 10, 25]))
        return " ".join(self.random.choices(WORDS, k=count)).strip(" ;,").capitalize() or "Ledger"

    def address(self) -> str:
        rest = self.random.choice(["a", "resume", "very-long-path/with/parts", "x?q=1&b=2"])
        return f"https://{self.random.choice(PAGES)}/{rest}{self.random.randrange(1000)}"

    def some(self, make: Any, *, most: int = 3) -> list[Any]:
        return [make() for _ in range(self.random.randint(1, most))]

    def value(self, rule: str, name: str) -> Any:
        named = {"doi": "10.5555/12.34", "countryCode": "NO", "phone": "+1 212 555 0142"}
        if name in named:
            return named[name]
        year = self.random.randrange(2000, 2012)
        makers: dict[str, Callable[[], Any]] = {
            "address": self.address,
            "addresses": lambda: self.some(self.address, most=2),
            "links": lambda: self.some(lambda: {"label": self.text(2), "url": self.address()}, most=2),
            "parts": lambda: self.some(lambda: {"name": self.text(2)}, most=2),
            "emails": lambda: f"a{year}@example.com",
            "texts": lambda: self.some(lambda: self.text(2), most=6),
            "highlights": lambda: self.some(self.highlight, most=4),
            "date": lambda: f"{year}-0{self.random.randrange(1, 10)}",
            "end_date": lambda: self.random.choice(["present", f"{year + 12}-03"]),
            "flag": lambda: "true",
            "text": self.text,
            "free_date": lambda: f"{year}",
            "literal": lambda: self.text(1),
        }
        return makers[rule]() if rule in makers else None

    def highlight(self) -> Any:
        text = self.text()
        return text if self.random.random() < 0.8 else {"text": text, "highlights": [self.text()]}

    def fields(self, table: dict[str, Any], part: float, needed: tuple[str, ...] = ()) -> dict[str, Any]:
        chosen = {
            name: self.value(rule, name)
            for name, rule in table.items()
            if isinstance(rule, str)
            and (name in needed or (name not in LEFT_OUT and self.random.random() < part))
        }
        return {name: value for name, value in chosen.items() if value is not None}

    def entry(self, section: dict[str, Any]) -> dict[str, Any]:
        kinds = {"endDate": "end_date"}
        dates = {date: kinds.get(date, "date") for date in section.get("dates", ())}
        table = {**rules.table()["common"], **section["fields"], **dates}
        needed = (*section["needs"], section["title"])
        made = self.fields(table, self.random.choice([0.2, 0.4, 0.7]), needed)
        if "date" in made:
            made = {name: value for name, value in made.items() if name not in ("startDate", "endDate")}
        if "endDate" in made:
            made.setdefault("startDate", "1999-02")
        return made

    def resume(self) -> dict[str, Any]:
        table = rules.table()
        data: dict[str, Any] = {"basics": {"name": "Ylva Example", **self.fields(table["basics"], 0.35)}}
        names = [name for name in table["sections"] if name != "custom"]
        for name in self.random.sample(names, self.random.randint(1, 4)):
            data[name] = self.some(lambda name=name: self.entry(table["sections"][name]))
        if self.random.random() < 0.3:
            data["meta"] = {"locale": self.random.choice(["de", "fr", "es", "nb", "pt-BR"])}
        return data


def refused(data: dict[str, Any], folder: Path, template: str, options: dict[str, str]) -> str:
    """Why it is not built; empty if it is, or is too long for a page."""
    request = request_for(write_yaml(folder, data), folder, template=template, options=options)
    try:
        pipeline.build(request)
    except ResumeError as error:
        wrong = [one for one in error.diagnostics if has_errors([one]) and one.code != "too-long"]
        return format_diagnostics(wrong)
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_any_fields_are_built(seed: int, any_tex: str, tmp_path: Path) -> None:
    """In each template."""
    person = Person(seed)
    for look in LOOKS:
        assert not refused(person.resume(), tmp_path, *look)


def test_a_referee_has_a_page_and_an_email(any_tex: str, tmp_path: Path) -> None:
    """Without a date the page moves up beside the name, before the email: its link is on its own text."""
    referee = {"name": "Scott Example", "url": "https://www.example.com/scott", "email": "scott@example.com"}
    data = {"basics": {"name": "Ylva Example"}, "references": [referee]}
    assert not refused(data, tmp_path, "onepage", {})


def test_keywords_that_begin_alike(any_tex: str, tmp_path: Path) -> None:
    """A short one after a longer one that begins with it, and a place that one of them begins with."""
    thesis = {
        "name": "Migration and ledgers", "location": "38", "date": "2003-08",
        "keywords": ["To migration", "To", "38 led"],
    }  # fmt: skip
    data = {"basics": {"name": "Ylva Example"}, "theses": [thesis, {"name": "Latency, by of and to"}]}
    assert not refused(data, tmp_path, "onepage", {})
