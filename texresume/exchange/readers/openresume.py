"""OpenResume: what the editor keeps in the browser, as JSON.

https://www.open-resume.com
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import entries, texts
from .draft import Entry, Ledger, Part
from .sections import Sections

_FIELDS = {
    "work": {"name": "company", "position": "jobTitle", "period": "date", "highlights": "descriptions"},
    "education": {
        "institution": "school",
        "studyType": "degree",
        "period": "date",
        "score": "gpa",
        "highlights": "descriptions",
    },
    "projects": {"name": "project", "period": "date", "highlights": "descriptions"},
}
_FORMS = {"workExperiences": "work", "educations": "education", "projects": "projects", "skills": "skills"}


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """OpenResume's texts have no markup."""
    return Ledger(texts.plain, quiet=frozenset(["rating"]))


def read(source: Part) -> Entry:
    """A résumé of OpenResume as one of ours."""
    settings = source["settings"]
    headings, shown = settings["formToHeading"], settings["formToShow"]
    resume = source["resume"] or source
    found = Sections()
    order = [one.plain for one in settings["formsOrder"].each()]
    present = [key for key, _ in resume.items() if key in (*_FORMS, "custom")]
    for key in sorted(present, key=lambda key: order.index(key) if key in order else len(order)):
        part = resume[key]
        if shown[key].plain == "false":
            part.skip("hidden")
            continue
        title = headings[key].text()
        if key == "custom":
            found.custom(title, [{"highlights": part["descriptions"].texts()}], "text")
        elif key == "skills":
            _skills(found, part, title)
        else:
            found.add(
                _FORMS[key],
                [entries.entry(one, _FORMS[key], _FIELDS[_FORMS[key]]) for one in part.each()],
                title,
            )
    settings.skip("settings")
    profile = resume["profile"]
    basics: Entry = {
        "name": profile["name"].text(),
        "email": profile["email"].literal(),
        "phone": profile["phone"].literal(),
        "url": profile["url"].literal(),
        "location": profile["location"].text(),
        "summary": profile.first("summary", "objective").text(),
    }
    return found.result(basics, {})


def _skills(found: Sections, part: Part, title: Any) -> None:
    featured = [one["skill"].text() for one in part["featuredSkills"].each()]
    made: list[Entry] = [{"name": one} for one in featured if one]
    for line in part["descriptions"].texts():
        name, colon, rest = line.partition(":")
        if colon and rest.strip() and len(name.split()) <= 4:  # noqa: PLR2004 - words of a label
            items = [item.strip() for item in rest.split(",")]
            made.append(
                {"name": line.with_text(name), "keywords": [line.with_text(item) for item in items if item]}
            )
        else:
            made.append({"name": line})
    found.add("skills", made, title)
