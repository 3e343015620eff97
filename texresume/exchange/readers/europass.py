"""Europass: the SkillsPassport of 2012 to 2020, XML or JSON; today's Candidate is in `europass_candidate`.

Names of elements are those of the schema, version 3; lists are in elements such as `WorkExperienceList`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import entries, texts
from .draft import Entry, Ledger, Part, Piece, joined, span
from .europass_words import fluency, word
from .others import tag
from .sections import Sections

_LEVELS = ("Listening", "Reading", "SpokenInteraction", "SpokenProduction", "Writing")
_SKILLS = ("Communication", "Organisational", "JobRelated", "Computer", "Other")


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """Long texts have HTML in them."""
    quiet = (
        "Code",
        "Type",
        "MimeType",
        "@type",
        "Metadata",
        "@id",
        "@idref",
        "@schemaLocation",
        "PrintingPreferences",
        "DocumentInfo",
        "xmlns",
        "@schemeID",
        "@schemeName",
        "@schemeAgencyName",
        "@schemeVersionID",
        "@typeCode",
        "@languageID",
        "@name",
        "@listName",
        "@listVersionID",
        "DocumentID",
        "ID",
    )
    return Ledger(texts.plain, _markup, texts.visible, texts.dropped_from_html, frozenset(quiet))


def _markup(text: str) -> str:
    return texts.of_html(text) if "<" in text or "&" in text else texts.plain(text)


def read(source: Part) -> Entry:
    """A Europass CV as a résumé of ours."""
    if source["Candidate"]:
        from . import europass_candidate

        return europass_candidate.read(source["Candidate"])
    passport = source["SkillsPassport"] or source
    learner = passport["LearnerInfo"] or passport["learnerinfo"]
    found = Sections()
    headline, about = learner["Headline"], learner.at("Headline", "Type", "Code").plain
    label = (
        headline["Description"].text()
        if not headline["Description"].is_mapping
        else _label(headline["Description"])
    )
    if about in ("personal_statement", "personalstatement") and label:
        found.summarise([label])
        label = None
    headline["Type"].skip("quiet")
    found.add("work", [_work(one) for one in listed(learner, "WorkExperience")])
    found.add("education", [_education(one) for one in listed(learner, "Education")])
    skills = learner["Skills"]
    language = passport.first("@locale", "locale", "Locale").plain or "en"
    _languages(skills["Linguistic"], found, language)
    found.add("skills", [made for key in _SKILLS if (made := _skill(skills[key], key, language))])
    licences = [one.literal() for one in listed(skills.at("Driving", "Description"), "Licence")]
    for one in listed(learner, "Achievement"):
        _achievement(one, found)
    basics = _basics(learner["Identification"])
    basics["label"] = label
    basics["drivingLicence"] = joined(*licences) or skills.at("Driving", "Description").text()
    meta: Entry = {}
    if said := passport.first("@locale", "locale", "Locale"):
        meta["locale"] = tag(said)
    passport.skip("settings", "PrintingPreferences", "DocumentInfo", "CoverLetter")
    passport.skip("letter", "CoverLetter")
    passport.skip("quiet", "@locale", "Attachment", "AttachmentList")
    learner.skip("quiet", "ReferenceTo", "Documentation")
    return found.result(basics, meta)


def listed(part: Part, name: str) -> list[Part]:
    """The elements of a list: `NameList/Name` in XML, `Name` in JSON."""
    return (part[f"{name}List"][name] or part[name]).each()


def _label(part: Part) -> Piece | None:
    """The text of what has a code and a label, or is a text."""
    return part["Label"].text() if part.is_mapping else part.text()


# -- the head ----------------------------------------------------------------------------------------------


def _basics(part: Part) -> Entry:
    name, contact = part["PersonName"], part["ContactInfo"]
    birth = part.at("Demographics", "Birthdate")
    basics: Entry = {
        "name": joined(_label(name["Title"]), name["FirstName"].text(), name["Surname"].text(), by=" "),
        "email": contact["Email"].first("Contact").literal() or contact["Email"].literal(),
        "phone": [one["Contact"].literal() or one.literal() for one in listed(contact, "Telephone")],
        "url": [one["Contact"].literal() or one.literal() for one in listed(contact, "Website")],
        "location": place(contact["Address"]["Contact"] or contact["Address"]),
        "birthDate": birth.date(),
        "nationality": joined(*(_label(one) for one in listed(part["Demographics"], "Nationality"))),
        "profiles": [
            {
                "network": _label(one["Use"]) or one.at("Use", "Code").literal(),
                "username": one["Contact"].literal(),
            }
            for one in listed(contact, "InstantMessaging")
        ],
        "contacts": [],
    }
    if gender := _label(part.at("Demographics", "Gender")):
        basics["contacts"].append(
            {"label": "Gender", "text": gender.with_text(gender, note="leave it out if you like")}
        )
    for one in [*listed(contact, "Telephone"), *listed(contact, "Website")]:
        one["Use"].skip("quiet")
    photo = part["Photo"]
    if photo["Data"].plain and photo["MimeType"].plain in ("image/jpeg", "image/png"):
        data = "".join(photo["Data"].plain.split())
        basics["image"] = photo["Data"].take(f"data:{photo['MimeType'].plain};base64,{data}", coded=True)
    photo.skip("quiet")
    return basics


def place(part: Part) -> Entry:
    """An address."""
    country = part["Country"]
    return {
        "address": joined(part["AddressLine"].text(), part["AddressLine2"].text()),
        "postalCode": part["PostalCode"].text(),
        "city": part["Municipality"].text(),
        "region": part["Region"].text(),
        "countryCode": _country(country),
    }


def _country(part: Part) -> Piece | None:
    if not part.is_mapping:
        return part.literal()
    label, code = part["Label"].literal(), part["Code"].literal()
    return label or code


def _town(part: Part) -> Piece | None:
    """An address in one line."""
    return joined(
        part["AddressLine"].text(),
        joined(part["PostalCode"].text(), part["Municipality"].text(), by=" "),
        _country(part["Country"]),
    )


# -- sections ----------------------------------------------------------------------------------------------


def _period(part: Part) -> Entry:
    current = part["Current"].plain == "true"
    part["Current"].skip("quiet")
    return span(part["From"], part["To"], ongoing=current)


def _organisation(part: Part, made: Entry) -> None:
    """Where an employer or a school is."""
    contact = part["ContactInfo"]
    made["location"] = _town(contact["Address"]["Contact"] or contact["Address"])
    entries.address(made, contact.at("Website", "Contact"))


def _work(part: Part) -> Entry:
    employer = part["Employer"]
    made: Entry = {
        "name": employer["Name"].text(),
        "position": _label(part["Position"]),
        **_period(part["Period"]),
    }
    _organisation(employer, made)
    entries.body(made, part["Activities"])
    made["description"] = _label(employer["Sector"])
    return made


def _education(part: Part) -> Entry:
    school = part["Organisation"]
    made: Entry = {
        "institution": school["Name"].text(),
        "studyType": _label(part["Title"]),
        "area": _label(part["Field"]),
        **_period(part["Period"]),
    }
    _organisation(school, made)
    entries.body(made, part["Activities"])
    if level := _label(part["Level"]):
        made["honors"] = [level]
    return made


def _languages(part: Part, found: Sections, language: str) -> None:
    for one in listed(part, "MotherTongue"):
        name = _label(one["Description"])
        mother = Piece(word("mother_tongue", language), *(name.origins if name else ()))
        found.add("languages", [{"language": name, "fluency": mother}])
    for one in listed(part, "ForeignLanguage"):
        levels = one["ProficiencyLevel"]
        made: Entry = {
            "language": _label(one["Description"]),
            "fluency": fluency([(key, levels[key].literal()) for key in _LEVELS], language),
            "keywords": [
                _label(cert["Title"]) or cert.text()
                for cert in listed(one, "Certificate") or listed(one, "Experience")
            ],
        }
        found.add("languages", [made])


def _skill(part: Part, key: str, language: str) -> Entry | None:
    if not part:
        return None
    description = part["Description"]
    made: Entry = {}
    entries.paragraphs(made, description["Label"] if description.is_mapping else description)
    keywords = []
    for name, level in part["ProficiencyLevel"].items():
        label = word("DigitalCommunication" if name == "Communication" else name, language)
        keywords.append(level.take(f"{label}: {word(level.plain, language)}", coded=True))
    keywords += [_label(one["Title"]) or one.text() for one in listed(part, "Certificate")]
    made["keywords"] = [one for one in keywords if one]
    return {"name": word(key, language), **made} if any(made.values()) else None


_ACHIEVEMENTS = {
    "publications": "publications",
    "projects": "projects",
    "honors_awards": "awards",
    "honours_awards": "awards",
    "memberships": "memberships",
    "references": "references",
    "certifications": "certificates",
}
_LEADING = {"awards": "title"}


def _achievement(part: Part, found: Sections) -> None:
    kind, title = part["Title"]["Code"].plain, _label(part["Title"])
    name = _ACHIEVEMENTS.get(kind.casefold(), "")
    made: Entry = {}
    entries.body(made, part["Description"])
    if name and not made.get("highlights") and made.get("summary") and "\n" not in made["summary"]:
        found.add(name, [{_LEADING.get(name, "name"): made["summary"]}], title)
    else:
        found.custom(title, [made], "text")
