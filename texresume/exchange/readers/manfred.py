"""Manfred Awesomic CV (MAC): JSON with experience, knowledge and preferences.

https://github.com/getmanfred/mac
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import entries
from .draft import Entry, Ledger, Part, Piece, joined, span
from .others import rest, tag
from .sections import Sections
from .texts import of_markdown, visible_in_markdown


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """MAC's texts are Markdown."""
    return Ledger(
        of_markdown,
        visible=visible_in_markdown,
        quiet=frozenset(["image", "logo", "type", "$schema", "visible", "alt"]),
    )


def read(source: Part) -> Entry:
    """A MAC as a résumé of ours."""
    about, experience, knowledge = source["aboutMe"], source["experience"], source["knowledge"]
    found = Sections()
    found.add("work", [made for job in experience["jobs"].each() for made in _jobs(job)])
    found.add("projects", [_project(one) for one in experience["projects"].each()])
    for one in experience["publicArtifacts"].each():
        _artifact(one, found)
    _studies(knowledge, found)
    for key, name in (("hardSkills", "Skills"), ("softSkills", "Soft skills")):
        skills = [_skill(one) for one in knowledge[key].each()]
        found.add("skills", [{"name": knowledge[key].key(name), "keywords": skills}] if skills else [])
    found.add("languages", [_language(one) for one in knowledge["languages"].each()])
    facts = [
        {"name": one["topic"].text(), "summary": one["content"].text()}
        for one in about["interestingFacts"].each()
    ]
    found.custom(about["interestingFacts"].key("Interesting facts"), facts, "list")
    found.add("references", [_recommendation(one) for one in about["recommendations"].each()])
    meta: Entry = {}
    if source["settings"]["language"].plain:
        meta["locale"] = tag(source["settings"]["language"])
    source.skip("settings", "settings", "careerPreferences")
    return found.result(_basics(about, source["careerPreferences"]), meta)


def _jobs(job: Part) -> list[Entry]:
    """The roles of a job, each a position at the same employer."""
    organisation = job["organization"]
    result: list[Entry] = []
    for role in job["roles"].each() or [job]:
        made: Entry = {"name": organisation["name"].text(), "position": role["name"].text()}
        made |= span(role["startDate"], role["finishDate"])
        if not result:
            entries.address(made, organisation["URL"])
            entries.paragraphs(made, organisation["description"])
        else:
            made["url"] = result[0].get("url")
        made["highlights"] = [
            text for one in role["challenges"].each() if (text := one["description"].text() or one.text())
        ]
        made["keywords"] = [one["name"].text() for one in role["competences"].each()]
        entries.adopt(role, made, "work")
        result.append(made)
    return result


def _project(part: Part) -> Entry:
    details = part["details"]
    made: Entry = {"name": details["name"].text()}
    entries.address(made, details["URL"])
    entries.body(made, details["description"])
    for role in part["roles"].each():
        made["roles"] = [*made.get("roles", ()), *([role["name"].text()] if role["name"] else [])]
        made |= span(role["startDate"], role["finishDate"])
        made["highlights"] = [
            *made.get("highlights", ()),
            *(one["description"].text() for one in role["challenges"].each()),
        ]
        made["keywords"] = [
            *made.get("keywords", ()),
            *(one["name"].text() for one in role["competences"].each()),
        ]
    entries.adopt(part, made, "projects")
    return made


_ARTIFACTS = {
    "talk": "talks",
    "lecture": "talks",
    "workshop": "talks",
    "award": "awards",
    "patent": "patents",
    "achievement": "awards",
    "launch": "projects",
}


def _artifact(part: Part, found: Sections) -> None:
    section = _ARTIFACTS.get(part["type"].plain.casefold(), "publications")
    details = part["details"]
    name = {"awards": "title"}.get(section, "name")
    date = {"publications": "releaseDate"}.get(section, "date")
    made: Entry = {name: details["name"].text(), date: part["publishingDate"].date()}
    entries.address(made, details["URL"])
    entries.paragraphs(made, details["description"])
    entries.adopt(part, made, section)
    found.add(section, [made])


def _studies(part: Part, found: Sections) -> None:
    for one in part["studies"].each():
        school = one["institution"]
        name = school["name"].text() or school.text()
        made: Entry = span(one["startDate"], one["finishDate"])
        if one["studyType"].plain.casefold() in (
            "certification",
            "certificate",
            "uniquecourse",
            "selftraining",
        ):
            made |= {"name": one["name"].text(), "issuer": name}
            section = "certificates"
        else:
            made |= {"institution": name or one["name"].text(), "area": one["name"].text() if name else None}
            section = "education"
        one.skip("quiet", "studyType", "degreeAchieved")
        if school.is_mapping:
            entries.address(made, school["URL"])
            made["location"] = joined(
                *(school["location"][key].text() for key in ("municipality", "region", "country"))
            )
        entries.paragraphs(made, one["description"])
        entries.adopt(one, made, section)
        found.add(section, [made])


def _skill(part: Part) -> Piece | None:
    name = part["skill"]["name"].text() or part["name"].text()
    level = part["level"].text()
    return (
        name.with_text(f"{name} ({level})")
        if name and level and level.with_text("") == "" and _grown(name, level)
        else name
    )


def _grown(name: Piece, level: Piece) -> bool:
    name.origins = (*name.origins, *level.origins)
    return True


def _language(part: Part) -> Entry:
    made: Entry = {
        "language": part["fullName"].text() or part["name"].text(),
        "fluency": part["level"].text(),
    }
    part.skip("quiet", "name")
    return made


def _recommendation(part: Part) -> Entry:
    who = part["recommender"] or part
    made: Entry = {
        "name": joined(who["name"].text(), who["surnames"].text(), by=" "),
        "position": who["title"].text(),
        "reference": part.first("content", "description").text(),
    }
    entries.adopt(part, made, "references")
    return made


def _basics(about: Part, preferences: Part) -> Entry:
    profile = about["profile"]
    contact = profile["contact"] or preferences["contact"]
    place = profile["location"]
    basics: Entry = {
        "name": joined(profile["name"].text(), profile["surnames"].text(), by=" "),
        "label": profile["title"].text(),
        "summary": profile["description"].text(),
        "birthDate": profile["birthday"].date(),
        "email": [one for mail in contact["contactMails"].each() if (one := mail.literal())],
        "phone": [_phone(one) for one in contact["phoneNumbers"].each()],
        "location": {
            "city": place["municipality"].text(),
            "region": place["region"].text(),
            "countryCode": place["country"].literal(),
            "address": place["notes"].text(),
        },
        "profiles": [
            {"network": one["type"].literal(), "url": one.first("URL", "url").literal()}
            for links in (about["relevantLinks"], contact["publicProfiles"])
            for one in links.each()
        ],
    }
    if picture := profile["avatar"]["link"] or profile["avatar"]["URL"]:
        entries.picture(basics, picture)
    rest(profile, basics)
    return basics


def _phone(part: Part) -> Piece | None:
    if not part.is_mapping:
        return part.literal()
    code = part["countryCode"]
    dialled = code.take(f"+{code.plain.lstrip('+')}", coded=True) if code.plain else None
    return joined(dialled, part["number"].literal(), by=" ")
