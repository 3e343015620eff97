"""What is typeset: the example, an edit to it, longer ones made of it, the forms of other programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from texresume.pdf import extractors

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "data" / "resume.yaml"
_WORD = re.compile(r"\w+")
_HYPHEN = re.compile("(?:[\u00ad\u0002\ufffe]|-(?=\\s*\\n))\\s*")
"""Where a word was hyphenated at the end of a line."""
_BULLET = re.compile(r"(\n +- Founded a weekly design review for nine teams)( \d+)?")
"""The bullet of the example that is edited between rounds, so that no build is an unchanged one."""


def edited(text: str, number: int) -> str:
    """The example after an edit: a number in one of its bullets, always of the same width."""
    changed, count = _BULLET.subn(rf"\g<1> {number:04d}", text)
    if count != 1:
        raise SystemExit(f"{EXAMPLE} has lost the bullet that is edited between rounds")
    return changed


def plain(text: str) -> dict[str, Any]:
    """The data of a YAML text as plain dictionaries, scalars as the texts that they are."""
    data: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts, lists and dictionaries only
    return data


def long(pages_of_work: int) -> str:
    """A résumé of so many employers with bullets, invented: each takes about a fifth of a page."""
    master = plain(EXAMPLE.read_text("utf-8"))
    entries = [entry for entry in master["work"] if len(entry["highlights"]) > 1]
    work = []
    for number in range(pages_of_work):
        model = entries[number % len(entries)]
        highlights = [f"{text} Number {number}." for text in model["highlights"]]
        name = f"{model['name']} {number}"
        years = {"startDate": f"{2024 - number % 40}-01", "endDate": f"{2024 - number % 40}-12"}
        work.append({**model, **years, "name": name, "highlights": highlights})
    whole = {"basics": master["basics"], "work": work, "education": master["education"]}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def for_rendercv(data: Mapping[str, Any]) -> str:
    """The same content in the form of RenderCV's input."""
    basics = data["basics"]
    place = basics["location"]
    sections: dict[str, list[dict[str, Any]]] = {
        "experience": [
            {
                "company": entry["name"],
                "position": entry["position"],
                **_times(entry),
                "location": entry["location"],
                "highlights": [*entry["highlights"], *_keywords(entry)],
            }
            for entry in data["work"]
        ],
        "projects": [
            {
                "name": f"[{entry['name']}]({entry['url']})",
                **_times(entry),
                "summary": entry["type"],
                "highlights": [*entry["highlights"], *_keywords(entry)],
            }
            for entry in data.get("projects", ())
        ],
        "education": [
            {
                "institution": entry["institution"],
                "area": entry["area"],
                "degree": entry["studyType"],
                **_times(entry),
                "location": entry["location"],
                "highlights": [f"{entry['score']}", *entry.get("honors", ())],
            }
            for entry in data["education"]
        ],
        "skills": [
            {"label": entry["name"], "details": ", ".join(entry["keywords"])}
            for entry in data.get("skills", ())
        ],
    }
    cv = {
        "name": basics["name"],
        "headline": basics["label"],
        "location": f"{place['city']}, {place['region']}",
        "email": basics["email"],
        "phone": basics["phone"],
        "website": basics["url"],
        "social_networks": [
            {"network": profile["network"], "username": profile["username"]} for profile in basics["profiles"]
        ],
        "sections": {title: entries for title, entries in sections.items() if entries},
    }
    design = {"theme": "engineeringresumes", "page": {"size": "us-letter"}}
    return yaml.safe_dump({"cv": cv, "design": design}, allow_unicode=True, sort_keys=False)


def _times(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"start_date": entry["startDate"], "end_date": entry.get("endDate", "present")}


def _keywords(entry: Mapping[str, Any]) -> list[str]:
    return [", ".join(entry["keywords"])] if "keywords" in entry else []


def for_yamlresume(data: Mapping[str, Any]) -> str:
    """The same content in the form of YAMLResume's input, to be typeset by XeLaTeX alone."""
    basics = data["basics"]
    degrees = {"Master of Science": "Master", "Bachelor of Science": "Bachelor"}
    timeline = {
        "work": [
            {"name": entry["name"], "position": entry["position"], **_span(entry), **_summary(entry)}
            for entry in data["work"]
        ],
        "projects": [
            {
                "name": entry["name"],
                "description": entry["type"],
                "url": entry["url"],
                **_span(entry),
                **_summary(entry),
            }
            for entry in data.get("projects", ())
        ],
        "education": [
            {
                "institution": entry["institution"],
                "area": entry["area"],
                "degree": degrees[entry["studyType"]],
                "score": entry["score"],
                **_span(entry),
                "summary": "\n".join(
                    f"- {honor}" for honor in (entry["studyType"], *entry.get("honors", ()))
                ),
            }
            for entry in data["education"]
        ],
    }
    resume = {
        "content": {
            "basics": {
                "name": basics["name"],
                "headline": basics["label"],
                "email": basics["email"],
                "phone": basics["phone"],
                "url": basics["url"],
            },
            "location": {
                "city": basics["location"]["city"],
                "region": basics["location"]["region"],
                "country": "United States",
            },
            "profiles": [
                {key: profile[key] for key in ("network", "username", "url")}
                for profile in basics["profiles"]
            ],
            **{title: entries for title, entries in timeline.items() if entries},
            "skills": [
                {"name": entry["name"], "level": "Expert", "keywords": entry["keywords"]}
                for entry in data.get("skills", ())
            ],
        },
        "locale": {"language": "en"},
        "layouts": [
            {"engine": "latex", "template": "moderncv-banking", "page": {"paperSize": "letter"}},
        ],
    }
    return yaml.safe_dump(resume, allow_unicode=True, sort_keys=False)


def _span(entry: Mapping[str, Any]) -> dict[str, str]:
    """The dates; YAMLResume takes an entry without an end as going on."""
    end = entry.get("endDate", "present")
    return {"startDate": entry["startDate"], **({} if end == "present" else {"endDate": end})}


def _summary(entry: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"summary": "\n".join(f"- {text}" for text in entry["highlights"])}
    if "keywords" in entry:
        found["keywords"] = entry["keywords"]
    return found


def words_of(data: Path) -> list[str]:
    """The words of the highlights and skills of a résumé: what every program must print as it stands."""
    content = plain(data.read_text("utf-8"))
    texts = [
        text for entry in (*content["work"], *content.get("projects", ())) for text in entry["highlights"]
    ]
    texts += [word for skill in content.get("skills", ()) for word in skill["keywords"]]
    return _WORD.findall(" ".join(texts).replace("**", "").replace("`", ""))


def shown(pdf: bytes, wanted: list[str]) -> tuple[int, float]:
    """How many pages a PDF has, and which share of the words stands on them."""
    seen = extractors.read_with_pdfium(pdf)
    text = seen.text
    there = {*_WORD.findall(text), *_WORD.findall(_HYPHEN.sub("", text))}
    return len(seen.pages), sum(word in there for word in wanted) / len(wanted)
