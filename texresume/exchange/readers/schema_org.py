"""schema.org: a Person in JSON-LD, as web pages have it.

https://schema.org/Person
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from texresume.data import profiles

from . import entries, texts
from .draft import Entry, Ledger, Part, Piece, joined
from .others import rest
from .sections import Sections

_SPAN = {"startDate": "startDate", "endDate": "endDate"}


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """Texts have no markup."""
    return Ledger(
        texts.plain,
        visible=texts.visible,
        quiet=frozenset(["@type", "@id", "@context", "logo", "identifier"]),
    )


def read(source: Part) -> Entry:
    """A person as a résumé of ours."""
    person = next((one for one in source["@graph"].each() if _type(one) == "Person"), source)
    for one in source["@graph"].each():
        if one != person:
            one.skip("quiet")  # what else is on the page
    person = person["mainEntity"] or person
    found = Sections()
    work = [
        _job(one)
        for key in ("hasOccupation", "worksFor", "alumniOf", "affiliation")
        for one in person[key].each()
        if key in ("hasOccupation", "worksFor") or _type(one) in _JOBS
    ]
    found.add("work", work)
    schools = [one for one in person["alumniOf"].each() if _type(one) not in _JOBS]
    found.add("education", [_school(one) for one in schools])
    found.add("certificates", [_credential(one) for one in person["hasCredential"].each()])
    found.add("awards", [{"title": award} for award in person["award"].texts()])
    found.add("memberships", [{"name": name} for part in person["memberOf"].each() if (name := _name(part))])
    skills = [
        name for key in ("knowsAbout", "skills") for part in person[key].each() if (name := _name(part))
    ]
    found.add("skills", [{"name": skill} for skill in skills])
    found.add(
        "languages", [{"language": name} for part in person["knowsLanguage"].each() if (name := _name(part))]
    )
    return found.result(_basics(person), {})


_JOBS = ("Organization", "Corporation", "OrganizationRole", "EmployeeRole", "Occupation", "LocalBusiness")


def _type(part: Part) -> str:
    return next((one.plain for one in part["@type"].each()), "")


def _name(part: Part) -> Piece | None:
    return part.first("name", "roleName").text() if part.is_mapping else part.text()


def _job(part: Part) -> Entry:
    inner = part.first("hiringOrganization", "worksFor", "memberOf", "alumniOf")
    if inner:
        made: Entry = {"name": _name(inner), "position": part.first("roleName", "name").text()}
        occupation = part["hasOccupation"]
        made["position"] = made["position"] or _name(occupation)
        made |= entries.entry(
            part, "work", {**_SPAN, "location": "occupationLocation", "body": "description"}
        )
        entries.address(made, inner["url"])
        return made
    table = {"name": "name", "position": "roleName|jobTitle", "url": "url", **_SPAN, "body": "description"}
    return entries.entry(part, "work", table)


def _school(part: Part) -> Entry:
    inner = part["alumniOf"]
    made: Entry = {"institution": _name(inner) or _name(part)}
    if part.is_mapping:
        made |= entries.entry(
            part, "education", {"url": "url", "studyType": "roleName", **_SPAN, "body": "description"}
        )
    return made


def _credential(part: Part) -> Entry:
    made: Entry = {"name": _name(part)}
    if part.is_mapping:
        made["issuer"] = _name(part["recognizedBy"]) if part["recognizedBy"] else None
        made |= entries.entry(
            part, "certificates", {"url": "url", "date": "dateCreated", "prose": "description"}
        )
    return made


def _basics(part: Part) -> Entry:
    place = part["address"]
    basics: Entry = {
        "name": part["name"].text()
        or joined(part["givenName"].text(), part["additionalName"].text(), part["familyName"].text(), by=" "),
        "label": part["jobTitle"].text(),
        "email": [
            one for mail in part["email"].each() if (one := mail.take(mail.plain.removeprefix("mailto:")))
        ],
        "phone": part["telephone"].literals(),
        "url": part["url"].literals(),
        "summary": part["description"].text(),
        "birthDate": part["birthDate"].date(),
        "nationality": _name(part["nationality"]),
        "location": {
            "address": place["streetAddress"].text(),
            "postalCode": place["postalCode"].text(),
            "city": place["addressLocality"].text(),
            "region": place["addressRegion"].text(),
            "countryCode": _name(place["addressCountry"]),
        }
        if place.is_mapping
        else place.text(),
        "profiles": [
            {"network": profiles.network_of(one.plain) or None, "url": one.literal()}
            for one in part["sameAs"].each()
        ],
    }
    part.skip("quiet", "givenName", "familyName", "additionalName")
    image = part["image"]
    if shown := image.first("url", "contentUrl") if image.is_mapping else image:
        entries.picture(basics, shown)
    rest(part, basics)
    return basics
