"""The Candidate of europass.europa.eu (HR-XML 3.4 with additions), which it puts into its PDFs as well."""

from __future__ import annotations

from texresume.text import cldr

from . import entries
from .draft import Entry, Part, Piece, joined, span
from .europass_words import fluency, word
from .others import tag
from .sections import Sections

_OWN = (
    "EmploymentHistory",
    "EducationHistory",
    "PersonQualifications",
    "Certifications",
    "Licenses",
    "PublicationHistory",
    "ExecutiveSummary",
    "EmploymentReferences",
)
_ABOUT = ("ID", "Attachment", "PersonAvailability", "ExperienceSummary")
_NAMES = {
    "Projects": "projects",
    "VoluntaryWorks": "volunteer",
    "HobbiesAndInterests": "interests",
    "NetworksAndMemberships": "memberships",
    "ConferencesAndSeminars": "talks",
    "HonoursAndAwards": "awards",
    "HonorsAndAwards": "awards",
    "PatentHistory": "patents",
}
_LEADING = {"volunteer": "position", "awards": "title"}


def read(source: Part) -> Entry:
    """A Candidate as a résumé of ours."""
    person, profiles = source["CandidatePerson"], source["CandidateProfile"].each()
    found = Sections()
    meta: Entry = {}
    basics = _basics(person)
    native = person["PrimaryLanguageCode"].plain
    for profile in profiles:
        found.summarise([profile["ExecutiveSummary"].rich()])
        found.add(
            "work",
            [made for one in profile["EmploymentHistory"]["EmployerHistory"].each() for made in _work(one)],
        )
        found.add(
            "education",
            [
                _education(one)
                for one in profile["EducationHistory"]["EducationOrganizationAttendance"].each()
            ],
        )
        _competencies(profile["PersonQualifications"], found, profile["@languageCode"].plain or "en", native)
        found.add(
            "certificates", [_certificate(one) for one in profile["Certifications"]["Certification"].each()]
        )
        licences = [
            one.first("LicenseName", "LicenseTypeCode").literal()
            for one in profile["Licenses"]["License"].each()
        ]
        basics["drivingLicence"] = joined(basics.get("drivingLicence"), *licences)
        for one in profile["PublicationHistory"]["Publication"].each():
            found.add("publications", [_publication(one)])
        for one in profile["EmploymentReferences"].each():
            found.add(
                "references",
                [
                    _referee(referee)
                    for referee in (one["Referee"] or one["EmploymentReference"] or one).each()
                ],
            )
        for key, part in profile.items():
            if key not in (*_OWN, *_ABOUT) and not key.startswith("@"):
                _others(key, part, found)
        if profile["@languageCode"].plain:
            meta["locale"] = meta.get("locale") or tag(profile["@languageCode"])
        profile.skip("quiet", "@languageCode", *_ABOUT)
    if title := person.first("CandidateHeadline", "ProfessionalTitle", "Headline").text():
        basics["label"] = title
    source.skip(
        "quiet",
        "DocumentID",
        "AlternateDocumentID",
        "ProcessingInformation",
        "DocumentIDGroup",
        "CandidateSupplier",
    )
    source.skip("settings", "RenderingInformation", "PositionSeekingStatusCode")
    return found.result(basics, meta)


# -- the head ----------------------------------------------------------------------------------------------


def _basics(part: Part) -> Entry:
    name = part["PersonName"]
    basics: Entry = {
        "name": joined(
            name["GivenName"].text(), name["MiddleName"].text(), name["FamilyName"].text(), by=" "
        ),
        "email": [],
        "phone": [],
        "url": [],
        "profiles": [],
        "contacts": [],
        "birthDate": part["BirthDate"].date(),
        "nationality": joined(*(_upper(one) for one in part["NationalityCode"].each())),
    }
    if not basics["name"]:
        basics["name"] = name["FormattedName"].text()
    name.skip("quiet", "FormattedName")
    for channel in part["Communication"].each():
        _channel(channel, basics)
    if gender := part["GenderCode"].text():
        basics["contacts"].append(
            {"label": "Gender", "text": gender.with_text(gender, note="leave it out if you like")}
        )
    if permits := [_upper(one["IssuingCountryCode"]) for one in part["Visa"].each()]:
        basics["workPermit"] = joined(*permits)
    if part["ResidencyCountryCode"] and not basics.get("location"):
        basics["location"] = {"countryCode": _upper(part["ResidencyCountryCode"])}
    part.skip("quiet", "PrimaryLanguageCode", "ResidencyCountryCode")
    return basics


def _upper(part: Part) -> Piece | None:
    return part.take(part.plain.upper(), coded=True) if part.plain else None


def _channel(part: Part, basics: Entry) -> None:
    code = part["ChannelCode"].plain.casefold()
    uri = part["URI"].literal()
    if uri and (code == "email" or "@" in uri):
        basics["email"].append(uri)
    elif uri and code in ("instantmessage", "im", "socialmedia", "social media"):
        basics["profiles"].append(
            {"network": part["OtherTitle"].literal() or part["UseCode"].literal(), "username": uri}
        )
    elif uri:
        basics["url"].append(uri)
    number = joined(
        _dialling(part["CountryDialing"]), part["AreaDialing"].literal(), part["DialNumber"].literal(), by=" "
    )
    if number:
        basics["phone"].append(number)
    if address := part["Address"]:
        basics["location"] = _address(address)
    part.skip("quiet", "ChannelCode", "UseCode")


def _dialling(part: Part) -> Piece | None:
    return part.take(f"+{part.plain.lstrip('+0')}", coded=True) if part.plain else None


def _address(part: Part) -> Entry:
    return {
        "address": joined(*(one.text() for one in part["AddressLine"].each())),
        "postalCode": part["PostalCode"].text(),
        "city": part["CityName"].text(),
        "region": part["CountrySubDivisionCode"].text(),
        "countryCode": _upper(part["CountryCode"]),
    }


# -- sections ----------------------------------------------------------------------------------------------


def _date(part: Part) -> Part:
    return part.first("FormattedDateTime", "DateText", "Year") if part.is_mapping else part


def _period(part: Part) -> Entry:
    current = "true" in (part["CurrentIndicator"].plain, part["Ongoing"].plain)
    part.skip("quiet", "CurrentIndicator", "Ongoing")
    if current:
        part.skip("quiet", "EndDate")
    return span(
        _date(part["StartDate"]),
        Part(part.ledger, None) if current else _date(part["EndDate"]),
        ongoing=current,
    )


def _town(part: Part) -> Piece | None:
    """The place of an employer or a school."""
    address = part.at("OrganizationContact", "Communication")
    address = next((one["Address"] for one in address.each() if one["Address"]), address["Address"])
    lines = [one.text() for one in address["AddressLine"].each()]
    town = joined(address["PostalCode"].text(), address["CityName"].text(), by=" ")
    return joined(*lines, town, _upper(address["CountryCode"]))


def _work(part: Part) -> list[Entry]:
    name, place = part["OrganizationName"].text(), _town(part)
    part.skip("quiet", "IndustryCode")
    made = []
    for position in part["PositionHistory"].each() or [part]:
        period = position["EmploymentPeriod"] or part["EmploymentPeriod"]
        entry: Entry = {
            "name": name,
            "position": position["PositionTitle"].text(),
            **_period(period),
        }
        town = joined(position["City"].text(), _upper(position["Country"]))
        entry["location"] = place if place and town and str(town) in str(place) else joined(town) or place
        if town and entry["location"] is place:
            entry["location"] = Piece(str(place), *place.origins, *town.origins, coded=True)
        entries.body(entry, position["Description"])
        made.append(entry)
    if made and any(entry.get("startDate") for entry in made):
        part.skip("quiet", "EmploymentPeriod")
    return made


def _education(part: Part) -> Entry:
    degree = part["EducationDegree"]
    made: Entry = {
        "institution": part["OrganizationName"].text(),
        "studyType": degree["DegreeName"].text() or part["ProgramName"].text(),
        "area": part["ProgramName"].text() if degree["DegreeName"] else None,
        "score": degree.at("FinalGrade", "ScoreText").text() or part.at("EducationScore", "ScoreText").text(),
        "location": _town(part),
        **_period(part["AttendancePeriod"]),
    }
    if str(made["area"] or "").casefold() == str(made["studyType"] or "").casefold():
        made["area"] = None
    for skills in (
        degree["OccupationalSkillsCovered"],
        part["OccupationalSkillsCovered"],
        part["Comment"],
        part["Description"],
    ):
        entries.body(made, skills)
    level = part["EducationLevelCode"]
    code = level["#text"] if level.is_mapping else level
    if code.plain:
        made["honors"] = [code.take(f"EQF level {code.plain}", note="the European Qualifications Framework")]
    thesis = degree["Thesis"] or part["Thesis"]
    made["thesis"] = thesis.text() or thesis["Title"].text()
    entries.adopt(degree, made, "education")
    entries.adopt(part, made, "education")
    return made


def _competencies(part: Part, found: Sections, language: str, mother: str) -> None:
    skills: list[Piece] = []
    for one in part["PersonCompetency"].each():
        if "language" in one["TaxonomyID"].plain.casefold():
            found.add("languages", [_language(one, language, mother)])
        else:
            text = one.first("CompetencyName", "CompetencyID").text()
            skills += [text] if text else []
        one.skip("quiet", "TaxonomyID", "CompetencyID")
    if skills:
        found.add("skills", [{"name": Piece("Skills"), "keywords": skills}])


def _language(part: Part, language: str, mother: str) -> Entry:
    code = part["CompetencyID"]
    name = cldr.language_name(code.plain, language)
    taxonomy = part["TaxonomyID"].plain.casefold()
    native = part["PrimaryLanguageIndicator"].plain == "true" or "native" in taxonomy or code.plain == mother
    levels: list[tuple[str, Piece | None]] = []
    for one in part["CompetencyDimension"].each():
        kind = one["CompetencyDimensionTypeCode"]
        name_ = _DIMENSIONS.get(kind.plain.removeprefix("CEF-"), kind.plain)
        levels.append((name_, one.at("Score", "ScoreText").literal()))
        kind.skip("quiet")
    part.skip("quiet", "PrimaryLanguageIndicator")
    made: Entry = {"language": code.take(name, coded=True), "fluency": fluency(levels, language)}
    if native and not made["fluency"]:
        made["fluency"] = Piece(word("mother_tongue", language), code.path)
    return made


_DIMENSIONS = {
    "Understanding-Listening": "Listening",
    "Understanding-Reading": "Reading",
    "Speaking-Interaction": "SpokenInteraction",
    "Speaking-Production": "SpokenProduction",
    "Writing-Production": "Writing",
    "Writing": "Writing",
}


def _certificate(part: Part) -> Entry:
    made: Entry = {
        "name": part.first("CertificationName", "Title").text(),
        "issuer": part.at("IssuingAuthority", "OrganizationName").text() or part["IssuingAuthority"].text(),
        "date": _date(part.first("FirstIssuedDate", "IssueDate", "EffectiveDate")).date(),
    }
    entries.paragraphs(made, part["Description"])
    entries.adopt(part, made, "certificates")
    return made


def _publication(part: Part) -> Entry:
    made: Entry = {
        "name": part.first("Title", "FormattedPublicationDescription").text(),
        "publisher": part.first("PublisherName", "Publisher", "JournalName").text(),
        "releaseDate": _date(part.first("PublicationDate", "Year", "Date")).date(),
    }
    entries.paragraphs(made, part.first("Reference", "Description", "Comment"))
    link = part.first("Link", "URI", "URL")
    entries.address(made, link["URI"] if link.is_mapping else link)
    entries.adopt(part, made, "publications")
    return made


def _referee(part: Part) -> Entry:
    name = part["PersonName"]
    made: Entry = {
        "name": name["FormattedName"].text()
        or joined(name["GivenName"].text(), name["FamilyName"].text(), by=" "),
        "position": part["PositionTitle"].text(),
        "organization": part["OrganizationName"].text(),
    }
    for channel in part["Communication"].each():
        if uri := channel["URI"].literal():
            made["email"] = uri
        if number := channel["DialNumber"].literal():
            made["phone"] = number
        channel.skip("quiet", "ChannelCode")
    entries.adopt(part, made, "references")
    return made


def _others(key: str, part: Part, found: Sections) -> None:
    """A section with items that have a title and a description, or are texts."""
    name = _NAMES.get(key, "")
    items = [item for inner, child in part.items() if inner != "Title" for item in child.each()]
    if not part.is_mapping or (part["Title"] and part["Description"]):
        items = [part]
    texts = [item.text() for item in items if not item.is_mapping]
    if key == "DigitalSkills" and texts and len(texts) == len(items):
        found.add(
            "skills", [{"name": part.key(entries.spaced(key)), "keywords": [one for one in texts if one]}]
        )
        return
    made = []
    for item in items:
        entry: Entry = {_LEADING.get(name, "name"): item["Title"].text() if item.is_mapping else item.text()}
        if item.is_mapping:
            entry |= _period(item.first("Period", "ProjectPeriod", "VoluntaryWorkPeriod"))
            entries.body(entry, item["Description"])
            entries.address(entry, item.first("Link", "URI", "URL"))
            entries.adopt(item, entry, name or "custom")
        made.append(entry)
    if name:
        found.add(name, made)
    else:
        heading = part["Title"].text() if items != [part] and part["Title"] else part.key(entries.spaced(key))
        found.custom(heading, made, "list")
