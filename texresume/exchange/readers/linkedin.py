"""LinkedIn: the archive of CSV files that members download, and copies of profiles as JSON.

https://www.linkedin.com/help/linkedin/answer/50191
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import entries, texts
from .draft import Entry, Ledger, Part, Piece, joined
from .others import rest
from .sections import Sections

_SPAN = {"startDate": "Started On", "endDate": "Finished On"}
_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "Positions",
        "work",
        {"name": "Company Name", "position": "Title", "location": "Location", **_SPAN, "body": "Description"},
    ),
    (
        "Education",
        "education",
        {
            "institution": "School Name",
            "studyType": "Degree Name",
            "startDate": "Start Date",
            "endDate": "End Date",
            "body": "Notes",
        },
    ),
    (
        "Volunteering",
        "volunteer",
        {"organization": "Company Name", "position": "Role", **_SPAN, "body": "Description"},
    ),
    ("Projects", "projects", {"name": "Title", "url": "Url", **_SPAN, "body": "Description"}),
    (
        "Publications",
        "publications",
        {
            "name": "Name",
            "publisher": "Publisher",
            "releaseDate": "Published On",
            "url": "Url",
            "prose": "Description",
        },
    ),
    ("Patents", "patents", {"name": "Title", "url": "Url", "date": "Issued On", "body": "Description"}),
    ("Honors", "awards", {"title": "Title", "date": "Issued On", "prose": "Description"}),
    ("Certifications", "certificates", {"name": "Name", "issuer": "Authority", "url": "Url", **_SPAN}),
    (
        "Organizations",
        "memberships",
        {"name": "Name", "position": "Position", **_SPAN, "body": "Description"},
    ),
    ("Languages", "languages", {"language": "Name", "fluency": "Proficiency"}),
)
"""Our section of each table, and our field of each of its columns."""


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """LinkedIn's texts have line ends, and no markup."""
    quiet = (
        "Confirmed",
        "Primary",
        "Updated On",
        "Extension",
        "Type",
        "Creation Date",
        "Status",
        "entityUrn",
        "urn",
        "companyUrn",
        "schoolUrn",
        "objectUrn",
        "trackingId",
        "$type",
        "logo",
        "company_logo_url",
        "profile_pic_url",
        "background_cover_image_url",
        "logo_url",
        "connections",
        "follower_count",
        "number_of_connections",
    )
    return Ledger(texts.plain, quiet=frozenset(quiet))


def read(source: Part) -> Entry:
    """A LinkedIn profile as a résumé of ours."""
    if not isinstance(source.value.get("Profile"), list | Mapping):
        from . import linkedin_json

        return linkedin_json.read(source)
    found = Sections()
    for table, section, fields in _TABLES:
        found.add(section, [_entry(row, section, fields) for row in source[table].each()])
    skills = [row["Name"].text() for row in source["Skills"].each()]
    found.add(
        "skills",
        [
            {
                "name": Piece(
                    "Skills", *_origins(skills), note="LinkedIn has one list of skills: group them"
                ),
                "keywords": [one for one in skills if one],
            }
        ]
        if any(skills)
        else [],
    )
    courses = [_course(row) for row in source["Courses"].each()]
    found.custom(Piece("Courses"), courses, "list")
    scores = [
        entries.entry(
            row, "custom", {"name": "Name", "level": "Score", "date": "Date taken", "prose": "Description"}
        )
        for row in source["Test Scores"].each()
    ]
    found.custom(Piece("Test scores"), scores, "list")
    references = []
    for row in source["Recommendations_Received"].each():
        if row["Status"].plain.casefold() in ("hidden", "pending", "not_visible"):
            row.skip("hidden")
            continue
        references.append(_reference(row))
    found.add("references", references)
    for table in ("Interests", "Causes You Care About"):
        rows = [one for row in source[table].each() for _, part in row.items() if (one := part.text())]
        found.add("interests", [{"name": one} for one in rows])
    return found.result(_basics(source, found), {})


def _origins(pieces: list[Piece | None]) -> tuple[Any, ...]:
    return tuple(path for piece in pieces if piece for path in piece.origins)[:1]


def _entry(row: Part, section: str, fields: Mapping[str, str]) -> Entry:
    made = entries.entry(row, section, fields, rest=False)
    if section == "education" and made.get("studyType"):
        made["studyType"], made["area"] = _degree(made["studyType"])
    if section == "patents":
        made["position"] = joined(
            row["Number"].text(), row["Patent Number"].text(), row["Application Number"].text()
        )
    entries.adopt(row, made, section)
    return made


def _degree(text: Piece) -> tuple[Piece, Piece | None]:
    """LinkedIn writes degree and field of study in one, `Bachelor of Science - BS, Physics`."""
    match = re.fullmatch(r"([^,]*[^,\s]\s+-\s+[\w./ ()]{1,12}),\s+(.+)", text)
    return (text.with_text(match[1]), text.with_text(match[2])) if match else (text, None)


def _course(row: Part) -> Entry:
    made: Entry = {"name": row["Name"].text(), "position": row["Number"].text()}
    entries.adopt(row, made, "custom")
    return made


def _reference(row: Part) -> Entry:
    made: Entry = {
        "name": joined(row["First Name"].text(), row["Last Name"].text(), by=" "),
        "position": row["Job Title"].text(),
        "organization": row["Company"].text(),
        "reference": row["Text"].text(),
    }
    entries.adopt(row, made, "references")
    return made


# -- the head ----------------------------------------------------------------------------------------------


def _basics(source: Part, found: Sections) -> Entry:
    profile = source["Profile"].each()[0] if source["Profile"] else Part(source.ledger, None, ("Profile",))
    name = full_name(profile["First Name"].text(), profile["Last Name"].text())
    maiden = profile["Maiden Name"].text()
    basics: Entry = {
        "name": name or profile["Name"].text(),
        "aliases": [maiden] if maiden else [],
        "label": profile["Headline"].text(),
        "email": [one for one in map(_email, _first(source["Email Addresses"].each())) if one],
        "phone": [one for row in source["PhoneNumbers"].each() if (one := _phone(row))],
        "birthDate": profile["Birth Date"].date(),
        "summary": joined(
            profile["Summary"].text(),
            *(row["Profile Summary"].text() for row in source["Profile Summary"].each()),
            by="\n\n",
        ),
        "location": _location(profile),
        "profiles": [],
        "contacts": [],
    }
    _addresses(profile["Websites"], basics)
    for handle in _bracketed(profile["Twitter Handles"].plain):
        basics["profiles"].append(
            {"network": "X", "username": profile["Twitter Handles"].take(handle, coded=True)}
        )
    for messenger in _bracketed(profile["Instant Messengers"].plain):
        kind, _, account = messenger.rpartition(":")
        taken = profile["Instant Messengers"].take(account, coded=True)
        basics["profiles"].append({"network": kind.title() or "Messenger", "username": taken})
    if industry := profile["Industry"].text():
        basics["contacts"].append(
            {"label": "Industry", "text": industry.with_text(industry, note="leave it out if you like")}
        )
    for key, part in profile.items():
        if key.casefold() == "public profile url":
            basics["profiles"].append({"network": "LinkedIn", "url": part.literal()})
    rest(profile, basics)
    return basics


def _email(row: Part) -> Piece | None:
    return row["Email Address"].literal()


def _first(rows: list[Part]) -> list[Part]:
    """The primary address alone: the others are for signing in."""
    primary = [row for row in rows if row["Primary"].plain.casefold() in ("yes", "true")]
    for row in rows:
        if primary and row not in primary:
            row.skip("spare")
    return primary or rows


def _phone(row: Part) -> Piece | None:
    number, extension = row["Number"].literal(), row["Extension"].plain
    if number and extension and not number.startswith("+"):
        return number.with_text(f"+{extension.lstrip('+')} {number}") if len(extension) <= 3 else number  # noqa: PLR2004 - longer ones are no country's
    return number


def _location(profile: Part) -> Any:
    place = joined(profile["Address"].text(), profile["Geo Location"].text())
    code = profile["Zip Code"].text()
    return {"address": place, "postalCode": code} if code else place


_TOGETHER = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]+")
"""Names in Chinese characters or Hangul, which are written without a space, the family name first."""


def full_name(first: Piece | None, last: Piece | None) -> Piece | None:
    """A name from its parts."""
    if first and last and _TOGETHER.fullmatch(first) and _TOGETHER.fullmatch(last):
        return Piece(f"{last}{first}", *last.origins, *first.origins, coded=True)
    return joined(first, last, by=" ")


def _addresses(part: Part, basics: Entry) -> None:
    """`[PORTFOLIO:https://example.com,COMPANY:https://example.org]`, as one of the profile's links each."""
    urls = []
    for item in _bracketed(part.plain):
        match = re.fullmatch(r"(?:([A-Z][A-Z_ ]*):)?(\S+)", item)
        if match and (url := part.take(match[2], coded=True)):
            urls.append(url)
    if urls:
        basics["url"] = urls if len(urls) > 1 else urls[0]


def _bracketed(text: str) -> list[str]:
    """The items of `[a,b]`, which LinkedIn writes where there may be several."""
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return [item.strip() for item in re.split(r",\s*(?=[A-Z_ ]+:|[^,]*$)", inner) if item.strip()]
