"""Copies of LinkedIn profiles as JSON, with keys of several programs that make them."""

from __future__ import annotations

from texresume.data import synonyms

from . import entries
from .draft import Entry, Part, joined
from .others import rest
from .sections import Sections

_SPAN = {
    "startDate": "startDate|starts_at|startedOn|start_date",
    "endDate": "endDate|ends_at|finishedOn|end_date",
}
_FIELDS = {
    "work": {
        "name": "companyName|company|organization",
        "position": "title|position",
        "location": "locationName|location",
        **_SPAN,
        "body": "description|summary",
    },
    "education": {
        "institution": "schoolName|school|institution",
        "studyType": "degreeName|degree_name|degree",
        "area": "fieldOfStudy|field_of_study|field",
        "score": "grade",
        **_SPAN,
        "body": "description",
    },
    "volunteer": {
        "organization": "companyName|company|organization",
        "position": "role|title",
        **_SPAN,
        "body": "description",
    },
    "projects": {"name": "title|name", "url": "url", **_SPAN, "body": "description"},
    "certificates": {"name": "name|title", "issuer": "authority|issuer", "url": "url", **_SPAN},
    "publications": {
        "name": "name|title",
        "publisher": "publisher",
        "releaseDate": "date|published_on",
        "url": "url",
        "prose": "description",
    },
    "awards": {
        "title": "title|name",
        "awarder": "issuer",
        "date": "issueDate|issued_on|date",
        "prose": "description",
    },
    "languages": {"language": "name|language", "fluency": "proficiency"},
    "skills": {"name": "name|skill"},
    "interests": {"name": "name"},
    "patents": {"name": "title", "url": "url", "date": "issued_on|date", "body": "description"},
    "references": {
        "name": "recommender|name",
        "position": "title|relationship",
        "reference": "text|recommendation",
    },
}
_NAMES = {
    "experience": "work",
    "experiences": "work",
    "positions": "work",
    "position": "work",
    "honors": "awards",
    "accomplishmenthonorsawards": "awards",
    "accomplishmentprojects": "projects",
    "accomplishmentpublications": "publications",
    "accomplishmentpatents": "patents",
    "accomplishmentorganisations": "memberships",
    "volunteerwork": "volunteer",
    "volunteerexperience": "volunteer",
    "volunteerexperiences": "volunteer",
    "recommendations": "references",
}


def read(source: Part) -> Entry:
    """A profile as a résumé of ours."""
    found = Sections()
    for key, part in source.items():
        plain = synonyms.plain(key)
        name = _NAMES.get(plain) or synonyms.meant(key, (), _FIELDS)
        if not name or not isinstance(part.value, list):
            continue
        made = []
        for item in part.each():
            period = item.first("timePeriod", "dateRange", "date_range")
            entry = entries.entry(item, name, _FIELDS.get(name, {"name": "name|title"}), rest=False)
            if period.is_mapping:
                entries.put(entry, name, "period", period)
            entries.adopt(item, entry, name)
            made.append(entry)
        found.add(name, made)
    full = joined(
        source.first("firstName", "first_name").text(), source.first("lastName", "last_name").text(), by=" "
    )
    place = source.first("location", "locationName", "geoLocationName", "geoLocation")
    basics: Entry = {
        "name": full or source.first("fullName", "full_name", "name").text(),
        "label": source.first("headline", "occupation").text(),
        "summary": source.first("summary", "about").text(),
        "email": source.first("email", "emailAddress").literals(),
        "phone": source.first("phone", "phoneNumbers").literals(),
        "location": place.text()
        if not place.is_mapping
        else joined(*(part.text() for _, part in place.items())),
        "profiles": [],
    }
    if full:
        source.skip("quiet", "fullName", "full_name")
    user = source.first("public_identifier", "publicIdentifier", "vanityName", "publicId")
    url = source.first("linkedinUrl", "linkedin_url", "profileUrl", "profile_url", "url")
    if user or url:
        basics["profiles"].append({"network": "LinkedIn", "username": user.literal(), "url": url.literal()})
    source.skip(
        "quiet",
        "profilePicture",
        "profilePicUrl",
        "profile_pic_url",
        "pictureUrl",
        "background_cover_image_url",
    )
    rest(source, basics)
    return found.result(basics, {})
