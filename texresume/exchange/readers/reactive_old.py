"""Reactive Resume 1 and 2: JSON with a mapping for each section, its heading and its items."""

from __future__ import annotations

from . import entries
from .draft import Entry, Part, joined
from .others import rest
from .sections import Sections

_SPAN = {"startDate": "startDate|start", "endDate": "endDate|end"}
_FIELDS = {
    "work": {
        "name": "company|title",
        "position": "position|role",
        "url": "website",
        **_SPAN,
        "body": "summary|description",
    },
    "education": {
        "institution": "institution|name",
        "studyType": "degree",
        "area": "field|major",
        "score": "gpa|grade",
        **_SPAN,
        "body": "summary|description",
    },
    "projects": {
        "name": "title",
        "url": "link|website",
        **_SPAN,
        "date": "date",
        "body": "summary|description",
    },
    "awards": {
        "title": "title",
        "awarder": "awarder|subtitle",
        "date": "date",
        "prose": "summary|description",
    },
    "certificates": {
        "name": "title",
        "issuer": "issuer|subtitle",
        "date": "date",
        "prose": "summary|description",
    },
    "skills": {"name": "name|skill", "level": "level"},
    "interests": {"name": "name|hobby"},
    "languages": {"language": "name|key", "fluency": "fluency|level"},
    "references": {
        "name": "name",
        "position": "position",
        "phone": "phone",
        "email": "email",
        "reference": "summary|description",
    },
    "memberships": {"name": "name|title"},
}
_NAMES = {"certifications": "certificates", "hobbies": "interests", "membership": "memberships"}


def read(source: Part) -> Entry:
    """A résumé of these versions as one of ours."""
    found = Sections()
    profile, objective = source["profile"], source["objective"]
    for key, part in source.items():
        name = _NAMES.get(key, key)
        if not part["items"] or key in ("social", "extras"):
            part.skip("quiet", "heading")
            continue
        if "false" in (part["enable"].plain, part["enabled"].plain, part["visible"].plain):
            part.skip("hidden")
            continue
        title = part["heading"].text()
        if name in _FIELDS:
            items = [item for item in part["items"].each() if not _is_hidden(item)]
            found.add(name, [entries.entry(item, name, _FIELDS[name]) for item in items], title)
        else:
            found.custom(
                title, [entries.entry(item, "custom", {}) for item in part["items"].each()], "timeline"
            )
    found.summarise([objective["body"].rich()])
    source.skip("settings", "metadata", "theme", "settings")
    source.skip("quiet", "id", "user", "name", "preview", "public", "createdAt", "updatedAt")
    return found.result(_basics(source, profile), {})


def _is_hidden(part: Part) -> bool:
    if "false" in (part["enable"].plain, part["enabled"].plain):
        part.skip("hidden")
        return True
    return False


def _basics(source: Part, profile: Part) -> Entry:
    address = profile["address"]
    town = address["city"].plain
    lines = [address[line] for line in ("line1", "line2", "line3") if not town or address[line].plain != town]
    address.skip(
        "quiet", *(line for line in ("line1", "line2", "line3") if town and address[line].plain == town)
    )
    basics: Entry = {
        "name": joined(profile["firstName"].text(), profile["lastName"].text(), by=" "),
        "label": profile["subtitle"].text(),
        "email": profile["email"].literal(),
        "phone": profile["phone"].literal(),
        "url": profile["website"].literal(),
        "birthDate": profile["birthDate"].date(),
        "location": {
            "address": joined(*(line.text() for line in lines)),
            "postalCode": address["pincode"].text(),
            "city": address["city"].text(),
        },
        "profiles": [entries.profile(one) for one in source["social"]["items"].each()],
        "contacts": [
            {"label": one["key"].text(), "text": one["value"].text()}
            for one in source["extras"]["items"].each()
        ],
    }
    if photo := profile.first("photograph", "photo"):
        entries.picture(basics, photo)
    rest(profile, basics)
    return basics
