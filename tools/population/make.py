"""Realistic résumés of invented people, from word lists by culture: the same seed gives the same résumé.

They are dense: names, employers, skills, units, quotes and markup that refused builds in the field stand much
closer together than in any one real résumé, so that a small sample meets most kinds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).parent / "words.yaml"
TEMPLATES = ("onepage", "moderncv", "academic")
# Options whose values change the layout, with the values to draw from.
OPTIONS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "onepage": {"paper": ("a4", "letter"), "order": ("employer", "position")},
    "moderncv": {
        "paper": ("a4", "letter"),
        "style": ("banking", "classic"),
        "order": ("employer", "position"),
        "header": ("left", "centered", "split"),
    },
    "academic": {
        "paper": ("a4", "letter"),
        "order": ("employer", "position"),
        "publications": ("open", "compact"),
        "density": ("open", "compact"),
    },
}
XETEX_SHARE = 0.25
"""Of résumés that pdfTeX could set."""
ABROAD = 0.25
"""Share of people who write in a language other than that of their name."""


@dataclass(frozen=True, slots=True)
class Person:
    """A résumé to build: its seed, the language of its text, and how it is to be built."""

    seed: int
    culture: str
    resume: Mapping[str, Any]
    template: str
    options: Mapping[str, str]
    engine: str

    def yaml(self) -> str:
        """The data file."""
        return yaml.safe_dump(dict(self.resume), allow_unicode=True, sort_keys=False, width=100)


@cache
def words() -> Mapping[str, Any]:
    """The lists of words."""
    loaded: Mapping[str, Any] = yaml.safe_load(WORDS.read_text("utf-8"))
    return loaded


def person(seed: int) -> Person:
    """The résumé of a seed. Culture and template follow from the seed in turn, all else is drawn."""
    cultures = list(words()["cultures"])
    culture = cultures[seed % len(cultures)]
    template = TEMPLATES[(seed // len(cultures)) % len(TEMPLATES)]
    draw = random.Random(f"texresume {seed}")  # noqa: S311 - not for secrets
    options = {name: draw.choice(values) for name, values in OPTIONS[template].items() if draw.random() < 0.5}
    engine = "xetex" if draw.random() < XETEX_SHARE else "auto"
    return Person(seed, culture, _Maker(draw, culture, template).resume(), template, options, engine)


class _Maker:
    """Draws one résumé."""

    def __init__(self, draw: random.Random, culture: str, template: str) -> None:
        self.draw = draw
        self.shared = words()["shared"]
        self.own = words()["cultures"][culture]
        # Who lives abroad keeps name and some employers, and writes in the language of the place.
        abroad = draw.random() < ABROAD
        self.text = words()["cultures"][draw.choice(["us", "uk", "de", "fr"])] if abroad else self.own
        self.jobs = (
            1 + int(draw.paretovariate(1.2)) if template == "onepage" else draw.choice([2, 3, 4, 6, 9, 14])
        )
        self.jobs = min(self.jobs, 3 if template == "onepage" else 14)

    def pick(self, name: str) -> str:
        """One of the words of the language of the text, now and then of the person's own."""
        home = self.own if self.draw.random() < 0.2 else self.text
        return str(self.draw.choice(home[name]))

    def maybe(self, share: float, make: Callable[[], Any]) -> Any:
        return make() if self.draw.random() < share else None

    def resume(self) -> dict[str, Any]:
        sections: dict[str, Callable[[], list[Any]]] = {
            "work": lambda: [self.job(number) for number in range(self.jobs)],
            "education": lambda: [self.school(number) for number in range(self.draw.choice([1, 2, 2, 3]))],
            "skills": lambda: [self.skill() for _ in range(self.draw.choice([1, 2, 3, 5]))],
            "languages": lambda: [
                {"language": name, "fluency": level} for name, level in self.text["languages"]
            ],
            "projects": lambda: [self.project() for _ in range(self.draw.choice([1, 2]))],
            "publications": lambda: [self.publication() for _ in range(self.draw.choice([1, 3, 8]))],
            "awards": lambda: [self.award() for _ in range(self.draw.choice([1, 2, 3]))],
            "volunteer": lambda: [self.volunteer()],
            "interests": lambda: [{"name": self.pick("skills"), "keywords": [self.pick("skills")]}],
            "references": lambda: [{"name": self.name(), "reference": self.sentence()}],
        }
        data: dict[str, Any] = {"meta": {"locale": self.text["locale"]}, "basics": self.basics()}
        for name, make in sections.items():
            share = 1.0 if name in {"work", "education", "skills"} else 0.4
            if self.draw.random() < share:
                data[name] = make()
        return data

    def name(self) -> str:
        given = self.draw.choice(self.own["given"])
        family = self.draw.choice(self.own["family"])
        if self.text["locale"] in {"zh-Hans", "ja", "ko"} and self.own is self.text:
            return f"{family}{given}"
        extra = self.maybe(0.1, lambda: self.draw.choice(self.own["given"]))
        return " ".join(filter(None, [str(given), extra, str(family)]))

    def basics(self) -> dict[str, Any]:
        address = self.own["address"]
        location = {
            "address": self.draw.choice(address["street"]),
            "postalCode": self.draw.choice(address["postalCode"]),
            "city": self.draw.choice(self.own["cities"]),
            "region": self.draw.choice(address["region"]),
            "countryCode": self.own["country"],
        }
        kept = {key: value for key, value in location.items() if value and self.draw.random() < 0.8}
        basics: dict[str, Any] = {
            "name": self.name(),
            "label": self.maybe(0.7, lambda: self.pick("positions")),
        }
        basics["email"] = "ada.o-neil+cv@example.com"
        basics["phone"] = self.draw.choice(self.own["phone"])
        basics["url"] = self.maybe(0.5, lambda: self.draw.choice(self.shared["urls"]))
        basics["summary"] = self.maybe(0.6, self.sentence)
        basics["location"] = kept or None
        networks = self.draw.sample(self.shared["networks"], self.draw.choice([0, 1, 2, 3]))
        basics["profiles"] = [{"network": network, "username": user} for network, user in networks]
        return {key: value for key, value in basics.items() if value}

    def sentence(self) -> str:
        extra = self.maybe(
            0.4, lambda: f" {self.pick('verbs')} {self.pick('objects')} {self.pick('because')}."
        )
        return f"{self.pick('sentences')}{extra or ''}"

    def highlight(self) -> Any:
        text = f"{self.pick('verbs')} {self.pick('objects')}"
        if self.draw.random() < 0.6:
            text += f" {self.pick('because')}"
        for _ in range(self.draw.choice([0, 0, 1, 1, 2])):
            text += f"; {self.draw.choice(self.shared['symbols'])}"
        if self.draw.random() < 0.15:
            return {
                "text": text,
                "tags": [self.draw.choice(self.shared["tags"])],
                "priority": self.draw.randint(1, 5),
            }
        return text

    def dates(self, number: int) -> dict[str, str]:
        end, years = 2026 - 2 * number, self.draw.choice([1, 2])
        month = self.draw.choice(["", "-01", "-05", "-09", "-12"])
        dates = {"startDate": f"{end - years}{month}", "endDate": f"{end}{month}"}
        if number == 0:
            dates["endDate"] = "present"
        if self.draw.random() < 0.05:
            return {"date": f"{end - 1}-{end % 100:02}, {end}-{(end + 1) % 100:02}"}
        return dates

    def job(self, number: int) -> dict[str, Any]:
        job: dict[str, Any] = {"name": self.pick("employers"), "position": self.pick("positions")}
        job |= self.dates(number)
        job["location"] = self.maybe(0.5, lambda: self.pick("cities"))
        job["url"] = self.maybe(0.2, lambda: self.draw.choice(self.shared["urls"]))
        job["summary"] = self.maybe(0.2, self.sentence)
        job["keywords"] = self.maybe(0.1, lambda: [self.pick("skills"), self.pick("skills")])
        job["highlights"] = [self.highlight() for _ in range(self.draw.choice([0, 1, 2, 3, 4]))]
        return {key: value for key, value in job.items() if value}

    def school(self, number: int) -> dict[str, Any]:
        school: dict[str, Any] = {"institution": self.pick("schools"), "studyType": self.pick("degrees")}
        school |= self.dates(number + 4)
        school["area"] = self.maybe(0.8, lambda: self.pick("areas"))
        school["score"] = self.maybe(0.5, lambda: self.pick("scores"))
        school["courses"] = self.maybe(0.2, lambda: [self.pick("areas"), self.pick("skills")])
        return {key: value for key, value in school.items() if value}

    def skill(self) -> dict[str, Any]:
        count = self.draw.choice([1, 2, 4, 7])
        skill: dict[str, Any] = {"keywords": list(dict.fromkeys(self.pick("skills") for _ in range(count)))}
        skill["name"] = self.maybe(0.8, lambda: self.pick("areas")) or self.pick("skills")
        skill["level"] = self.maybe(0.2, lambda: self.pick("scores"))
        return {key: value for key, value in skill.items() if value}

    def project(self) -> dict[str, Any]:
        project: dict[str, Any] = {"name": self.pick("employers"), "description": self.sentence()}
        project["url"] = self.maybe(0.6, lambda: self.draw.choice(self.shared["urls"]))
        project["keywords"] = [self.pick("skills"), self.pick("skills")]
        project["highlights"] = self.maybe(0.5, lambda: [self.highlight()])
        return {key: value for key, value in project.items() if value}

    def publication(self) -> dict[str, Any]:
        paper: dict[str, Any] = {"name": self.draw.choice(self.shared["titles"])}
        paper["authors"] = [self.name() for _ in range(self.draw.choice([1, 2, 5]))]
        paper["publisher"] = self.draw.choice(self.shared["venues"])
        paper["releaseDate"] = f"{self.draw.randint(1998, 2026)}"
        paper["url"] = self.maybe(0.4, lambda: self.draw.choice(self.shared["urls"]))
        paper["summary"] = self.maybe(0.2, self.sentence)
        return {key: value for key, value in paper.items() if value}

    def award(self) -> dict[str, Any]:
        award: dict[str, Any] = {
            "title": self.draw.choice(self.shared["awards"]),
            "awarder": self.pick("schools"),
        }
        award["date"] = self.draw.choice(["2018", "2019-06", "2018-19, 2019-20"])
        award["summary"] = self.maybe(0.3, self.sentence)
        return {key: value for key, value in award.items() if value}

    def volunteer(self) -> dict[str, Any]:
        return {"organization": self.pick("employers"), "position": self.pick("positions"), **self.dates(3)}
