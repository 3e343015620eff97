"""From the data to the document: what leads an entry, dates, places, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures import composed, document
from texresume.data import loader, schema
from texresume.diagnostics import ResumeError
from texresume.document.compose import compose
from texresume.document.model import Contact, Entry
from texresume.latex import view
from texresume.text import locale


def entry(section: str, fields: str) -> Entry:
    """The only entry of a section with these fields."""
    return document(f"basics: {{name: Ada Quill}}\n{section}: [{{{fields}}}]\n").sections[0].entries[0]


def contacts(fields: str, name: str = "Ada Quill") -> list[Contact]:
    """The contacts of basics with these fields."""
    return [contact for line in document(f"basics: {{name: {name}, {fields}}}").contacts for contact in line]


@pytest.mark.parametrize(
    ("fields", "title", "subtitle"),
    [
        ("institution: U, studyType: BSc, area: Maps", "U", "BSc in Maps"),
        ("institution: U, studyType: BSc", "U", "BSc"),
        ("institution: U, area: Maps", "U", "Maps"),
        ("studyType: BSc, area: Maps", "BSc in Maps", ""),
        ("institution: U", "U", ""),
        ("institution: U, studyType: '**B**Sc', area: '*Maps*'", "U", "BSc in Maps"),
    ],
)
def test_degrees(fields: str, title: str, subtitle: str) -> None:
    """Degree and subject stand together; without a school they lead the entry."""
    found = entry("education", fields)
    assert (str(found.title), str(found.subtitle)) == (title, subtitle)


@pytest.mark.parametrize(
    ("score", "label"),
    [("3.9", "GPA"), ("3,9", ""), ("3.9/4.0", "GPA"), ("1.3 / 5", ""), ("85%", ""), ("85 %", ""),
     ("First class", ""), ("GPA 3.9", ""), ("A+", ""), ("2:1", "")],
)  # fmt: skip
def test_only_a_grade_point_average_gets_its_label(score: str, label: str) -> None:
    """A score that says itself what it is gets no label."""
    (detail,) = entry("education", f"institution: U, score: '{score}'").details
    assert (detail.name, str(detail.label)) == ("score", "")
    assert str(detail.text) == f"{label} {score}".strip()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("startDate: 2019, endDate: 2020", "2019 – 2020"),
        ("startDate: 2019-05", "May 2019 – Present"),
        ("startDate: 2019, endDate: Present", "2019 – Present"),
        ("endDate: 2020", "2020"),
        ("endDate: present", "Present"),
        ("startDate: 2019-05, endDate: 2019-05", "May 2019"),
        ("date: '2018-19, 2019-20'", "2018–19, 2019–20"),
        ("date: 'Summers of 2016-2018'", "Summers of 2016 – 2018"),
        ("date: 'Grant 2016-17-03'", "Grant 2016-17-03"),
        ("date: 2019-05", "May 2019"),
        ("date: present", "Present"),
        ("date: '*every* summer'", "every summer"),
        ("startDate: 2019, endDate: 2020, date: part time", "2019 – 2020, part time"),
        ("startDate: 2020-02-29, endDate: 2020-12-31", "Feb 2020 – Dec 2020"),
        ("", ""),
    ],
)
def test_periods(fields: str, shown: str) -> None:
    """A start without an end goes on; free text stays as it is, beside the dates."""
    assert str(entry("work", f"name: L, {fields}").dates) == shown


def test_markup_in_a_free_date_is_read() -> None:
    """A date that is none is a text like any other."""
    assert len(entry("work", "name: L, date: '*every* summer'").dates.parts[0].inlines) == 2


def test_brackets_are_not_doubled() -> None:
    """A level that has brackets stands behind a comma; another is a note, which templates set in brackets."""
    bracketed = entry("languages", "language: German, fluency: fluent (C1)")
    assert (str(bracketed.title), str(bracketed.note)) == ("German, fluent (C1)", "")
    plain = entry("languages", "language: German, fluency: fluent")
    assert (str(plain.title), str(plain.note)) == ("German", "fluent")


@pytest.mark.parametrize(
    ("study", "area", "made"),
    [
        ("Bachelor of Science in Physics", "Physics", "Bachelor of Science in Physics"),
        ("BSc physics", "Physics", "BSc physics"),
        ("Master", "Physics", "Master in Physics"),
        ("Master of Astrophysics", "physics", "Master of Astrophysics in physics"),
    ],
)
def test_a_field_is_not_repeated(study: str, area: str, made: str) -> None:
    """A degree that ends with its field has named it."""
    found = entry("education", f"institution: X, studyType: {study}, area: {area}")
    assert str(found.subtitle) == made


@pytest.mark.parametrize(
    ("fields", "place", "paper"),
    [
        ("city: Leeds, countryCode: GB", "Leeds, United Kingdom", "a4"),
        ("city: Seattle, region: WA, countryCode: US", "Seattle, WA", "letter"),
        ("city: Seattle, countryCode: us", "Seattle, United States", "letter"),
        ("city: Toronto, region: ON, countryCode: CA", "Toronto, ON", "letter"),
        (
            "postalCode: '14467', city: Potsdam, region: BB, countryCode: DE",
            "14467 Potsdam, BB, Germany",
            "a4",
        ),
        ("address: 1 Main St, city: Leeds", "1 Main St, Leeds", "a4"),
        ("countryCode: Atlantis", "Atlantis", "a4"),
        ("postalCode: '1'", "1", "a4"),
    ],
)
def test_places(fields: str, place: str, paper: str) -> None:
    """Street, code and city, region, country by name; where people leave the country out, so do we."""
    made = document(f"basics: {{name: Ada, location: {{{fields}}}}}")
    assert str(made.contacts[0][0].text) == place
    assert made.paper == paper


@pytest.mark.parametrize(
    ("basics", "language", "paper"),
    [
        ("phone: +1 415 555 0100", "en", "letter"),
        ("phone: (415) 555-0100", "en", "letter"),
        ("phone: [001 415 555 0100, +44 20 7946 0958]", "en", "letter"),
        ("phone: +1 613 555 0100", "fr", "letter"),
        ("phone: +1 876 555 0100", "en", "a4"),
        ("phone: +44 20 7946 0958", "en", "a4"),
        ("phone: 030 5550 0142", "de", "a4"),
        ("location: 'San Francisco, CA 94115'", "en", "letter"),
        ("location: {city: Boston, region: MA, postalCode: 02108-1234}", "en", "letter"),
        ("location: {city: 'San Francisco, CA'}, phone: 415-555-0100", "en", "letter"),
        ("location: 'Toronto, ON M5V 2T6'", "en", "letter"),
        ("location: 'Potsdam, DE 14467'", "en", "letter"),
        ("location: 'DE-14467 Potsdam'", "en", "a4"),
        ("location: {city: Potsdam, countryCode: DE}, phone: +1 415 555 0100", "en-US", "a4"),
        ("label: Engineer", "en-US", "letter"),
        ("label: Engineer", "es-MX", "letter"),
        ("label: Engineer", "en-GB", "a4"),
        ("label: Engineer", "en", "a4"),
    ],
)
def test_paper(basics: str, language: str, paper: str) -> None:
    """The country decides; without one the address, the phone, or a country in the locale."""
    loaded = loader.parse(f"basics: {{name: Ada, {basics}}}", Path("resume.yaml"))
    resume, _ = schema.validate(loaded)
    assert compose(resume, locale.find(language), loaded.source)[0].paper == paper


@pytest.mark.parametrize(
    ("fields", "text", "url"),
    [
        ("network: GitHub, username: ada", "github.com/ada", "https://github.com/ada"),
        ("network: github, username: ada, url: 'https://github.com/ada'", "github.com/ada", "https://github.com/ada"),
        ("network: Mastodon, username: '@a@b.social'", "Mastodon: @a@b.social", "https://b.social/@a"),
        ("network: Mastodon, username: '@a', url: 'https://b.social/@a'", "Mastodon: b.social/@a", "https://b.social/@a"),
        ("network: Acme, username: x9, url: acme.com/77", "acme.com/77 (x9)", "https://acme.com/77"),
        ("network: Stack Overflow, username: '12'", "stackoverflow.com/users/12", "https://stackoverflow.com/users/12"),
        ("network: Stack Overflow, url: 'https://stackoverflow.com/u/1'", "stackoverflow.com/u/1",
         "https://stackoverflow.com/u/1"),
        ("url: example.com", "example.com", "https://example.com"),
        ("username: ada", "ada", ""),
        ("network: LinkedIn, username: 'a b/../é'", "LinkedIn: a b/../é", ""),
        ("network: '*Net*', username: '*a*'", "Net: *a*", ""),
    ],
)  # fmt: skip
def test_profiles(fields: str, text: str, url: str) -> None:
    """A profile is shown by its address; what the address does not say of network and name is added."""
    (contact,) = contacts(f"profiles: [{{{fields}}}]")
    assert (contact.kind, str(contact.text), contact.url.target) == ("profile", text, url)


def test_the_network_of_a_profile_elsewhere_is_shown() -> None:
    """A known network on a host of one's own is named: the address does not say it."""
    (contact,) = contacts("profiles: [{network: GitHub, url: 'https://git.example.com/ada'}]")
    assert "github" in str(contact.text).casefold()


def test_no_date_of_a_publication_is_lost() -> None:
    """Where a publication has two dates, both are shown."""
    found = entry("publications", "name: P, date: winter term, releaseDate: 2020")
    assert "2020" in str(found.dates)
    assert "winter term" in str(found.dates)


def test_contacts_stand_in_two_lines() -> None:
    """How to reach somebody first, addresses on the web second, each with its target."""
    made = document(
        "basics: {name: Ada, url: example.com, phone: '+1 555', email: 'mailto:a_b@c.de',"
        " location: {city: X},"
        " profiles: [{network: GitHub, username: a}]}"
    )
    assert [[contact.kind for contact in line] for line in made.contacts] == [
        ["email", "phone", "location"], ["url", "profile"],
    ]  # fmt: skip
    email = made.contacts[0][0]
    assert (str(email.text), email.url.target) == ("a_b@c.de", "mailto:a_b@c.de")


def test_markup_in_contacts_is_text() -> None:
    """Phone numbers, addresses and user names are kept to the letter."""
    (phone,) = contacts("phone: '*1* `2`'")
    assert str(phone.text) == "*1* `2`"
    (email,) = contacts("email: '*a*@b.cd'")
    assert str(email.text) == "*a*@b.cd"


@pytest.mark.parametrize(
    ("second", "gathered"),
    [
        ("name: Acme, position: B", True),
        ("name: ACME, position: B", True),
        ("name: Acme, position: B, location: X", True),
        ("name: Acme, position: B, location: Y", True),
        ("name: Acme, position: B, url: example.com", False),
        ("name: Acme, position: B, description: other", False),
        ("name: Acme", False),
        ("name: Acme Ltd, position: B", False),
    ],
)
def test_positions_at_one_employer_are_gathered(second: str, gathered: bool) -> None:
    """Neighbours of the same employer share a heading, if nothing of the second would be lost."""
    made = document(
        f"basics: {{name: Ada}}\nwork: [{{name: Acme, position: A, location: X}}, {{{second}}},"
        " {name: Z}]\n"
    )
    entries = made.sections[0].entries
    assert len(entries) == (2 if gathered else 3)
    assert [str(position.subtitle) for position in entries[0].positions] == (["B"] if gathered else [])


def test_a_third_position_is_gathered_too() -> None:
    """All neighbours come under the first one's heading, in their order; others in between part them."""
    rows = ", ".join(f"{{name: {name}, position: P{n}}}" for n, name in enumerate(["A", "A", "A", "B", "A"]))
    entries = document(f"basics: {{name: Ada}}\nwork: [{rows}]\n").sections[0].entries
    assert [str(one.title) for one in entries] == ["A", "B", "A"]
    assert [str(one.subtitle) for one in entries[0].positions] == ["P1", "P2"]


@pytest.mark.parametrize(
    ("author", "own"),
    [
        ("J. Brückner", True), ("Jörg Brückner", True), ("J. A. Brückner", True), ("Brückner, J.", True),
        ("Brückner, Jörg", True), ("**J. Brückner***", True), ("j. brückner†", True), ("J.~Brückner", True),
        ("K. Brückner", False), ("J. Brucker", False), ("Brückner", False), ("Other, J.", False),
    ],
)  # fmt: skip
def test_the_owner_is_found_among_authors(author: str, own: bool) -> None:
    """By family name and first initial, whichever comes first and whatever sign stands behind."""
    made = document(
        f'basics: {{name: Jörg A. Brückner}}\npublications: [{{name: P, authors: ["{author}"]}}]\n'
    )
    (found,) = made.sections[0].entries[0].authors
    assert found.own is own


def test_publications_are_numbered_backwards_within_their_type() -> None:
    """The newest, which stands first, has the highest number."""
    rows = ", ".join(
        f"{{name: P{n}, type: {kind}}}" for n, kind in enumerate(["article", "book", "Article", "Zine"])
    )
    made = document(f"basics: {{name: Ada}}\npublications: [{rows}]\n")
    found = [
        (str(group.title), [(str(one.title), one.number) for one in group.entries])
        for group in made.sections[0].groups
    ]
    assert found == [
        ("Journal articles", [("P0", 2), ("P2", 1)]), ("Books", [("P1", 1)]), ("Zine", [("P3", 1)]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("doi", "shown", "url"),
    [
        ("10.1000/a_b", "doi:10.1000/a_b", "https://doi.org/10.1000/a_b"),
        ("https://doi.org/10.1000/x", "doi:10.1000/x", "https://doi.org/10.1000/x"),
        ("http://dx.doi.org/10.1/x", "doi:10.1/x", "https://doi.org/10.1/x"),
        ("DOI: 10.1/x", "doi:10.1/x", "https://doi.org/10.1/x"),
        ("10.1/<x>#y", "doi:10.1/<x>#y", "https://doi.org/10.1/%3Cx%3E%23y"),
    ],
)
def test_dois_are_shown_one_way(doi: str, shown: str, url: str) -> None:
    """However a DOI is written, it is printed as doi: and leads to doi.org."""
    found = entry("publications", f"name: P, doi: '{doi}'").doi
    assert (str(found.text), found.url.target) == (shown, url)


def test_descriptions_of_projects_stand_where_they_fit() -> None:
    """A short one beside the name, a long one or one with roles as a paragraph."""
    short = entry("projects", "name: P, description: Short")
    assert (str(short.subtitle), short.paragraphs) == ("Short", ())
    long = entry("projects", f"name: P, description: {'word ' * 30}")
    assert not long.subtitle
    assert len(long.paragraphs) == 1
    roles = entry("projects", "name: P, description: Short, roles: [Lead]")
    assert (str(roles.subtitle), [str(one) for one in roles.paragraphs]) == ("Lead", ["Short"])


def test_every_section_of_the_schema_has_a_title() -> None:
    """The locale names each section that the schema knows, custom ones name themselves."""
    from texresume.data import rules
    from texresume.text import locale

    sections = set(rules.table()["sections"]) - {"custom"}
    assert sections <= set(locale.find("en").titles)


def test_a_missing_language_is_told_once() -> None:
    """However often a text is looked up, its missing language is one warning."""
    data = "basics: {name: {de: Ada}, label: %s}\nwork: [{name: L, date: {de: Sommer}}]\n"
    _, warnings = composed(data % "{en: Maid, de: Magd}")
    assert [fault.place for fault in warnings] == ["basics.name", "work[0].date"]
    # Where no text is in several languages, that one is in another says which it is in.
    assert not composed(data % "Maid")[1]


def test_every_wrong_text_is_told() -> None:
    """Faults of markup come all together, each with its place."""
    with pytest.raises(ResumeError) as caught:
        document("basics: {name: Ada, summary: '$`\\x`$'}\nskills: ['$`{`$', fine]\n")
    assert [fault.place for fault in caught.value.diagnostics] == ["basics.summary", "skills[0]"]


def test_empty_sections_do_not_show() -> None:
    """A section without entries has no heading."""
    made = document("basics: {name: Ada}\nwork: []\nskills: [Go]\ncustom: [{title: X, entries: []}]\n")
    assert [section.name for section in made.sections] == ["skills"]


def test_sections_keep_the_order_of_the_file() -> None:
    """The summary first, then as the file has them."""
    made = document("skills: [Go]\nbasics: {name: Ada, summary: S}\nwork: [{name: L}]\n")
    assert [section.name for section in made.sections] == ["summary", "skills", "work"]


def test_metadata_are_plain_texts() -> None:
    """What the PDF says of itself has no markup in it."""
    made = document(
        "basics: {name: '**Ada** Q', label: '*Eng* & more'}\nskills: [{name: A, keywords: [x, x, '`y`']}]\n"
    )
    assert (made.metadata.author, made.metadata.subject) == ("Ada Q", "Eng & more")
    assert made.metadata.keywords == ("x", "y")
    assert made.metadata.title == "Ada Q: résumé"


def test_every_leaf_knows_its_place() -> None:
    """Leaves from the data carry paths, words of ours none."""
    made = document("basics: {name: Ada, summary: S}\neducation: [{institution: U, thesis: T}]\n")
    paths = {str(field): [part.path for part in field.parts] for field in view.fields_of(made) if field}
    assert paths["T"] == ["education[0].thesis"]
    assert paths["Thesis"] == [""]
    assert paths["Summary"] == [""]
