"""Publications in the document: groups, numbers, names, and the styles of references."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from texresume import resources
from texresume.build import reading
from texresume.data import rules
from texresume.document import names, reference, venues
from texresume.document.model import Document, Entry
from texresume.text.inline import RichText, written
from texresume.variants import variant

ROOT = Path(__file__).parents[2]
EXPECTED = ROOT / "tests" / "data" / "styles"
BASICS = "basics: {name: Solveig Ødemark, email: solveig@example.org, aliases: [S. Berg]}\n"


def document(folder: Path, text: str, bib: str = "", by_variant: str = "") -> Document:
    (folder / "p.bib").write_text(bib, "utf-8")
    data = folder / "resume.yaml"
    data.write_text(BASICS + ("bibliography: p.bib\n" if bib else "") + text, "utf-8")
    found = None
    if by_variant:
        (folder / "variants").mkdir(exist_ok=True)
        (folder / "variants" / "v.yaml").write_text(by_variant, "utf-8")
        found = variant.find("v", data, folder)
    return reading.read(reading.master(data), found).document


def groups(found: Document) -> list[tuple[str, list[int]]]:
    (section,) = (one for one in found.sections if one.name == "publications")
    return [(str(group.title), [one.number for one in group.entries]) for group in section.groups]


def entries(found: Document) -> list[Entry]:
    return [one for section in found.sections if section.name == "publications" for one in section.entries]


def marked(field: RichText) -> str:
    return "".join(written(part.inlines) for part in field.parts)


def authors(entry: Entry) -> str:
    return ", ".join(f"<{one.text}>" if one.own else str(one.text) for one in entry.authors)


# -- the manual -------------------------------------------------------------------------------------------


def blocks() -> dict[str, str]:
    text = (ROOT / "docs" / "publications.md").read_text("utf-8")
    found = re.findall(r"^<!-- ([\w.]+) -->\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return dict(found)


def test_the_manual_prints_what_it_says(tmp_path: Path) -> None:
    lines = []
    found = document(tmp_path, "", blocks()["publications.bib"])
    (section,) = (one for one in found.sections if one.name == "publications")
    for group in section.groups:
        lines.append(str(group.title))
        for one in group.entries:
            people = ", ".join(
                f"**{author.text}**" if author.own else str(author.text) for author in one.authors
            )
            source = [marked(one.subtitle), str(one.doi.text), *map(marked, one.paragraphs), str(one.year)]
            lines += [
                f"{one.number} {marked(one.title)}",
                f"  {people}",
                f"  {'. '.join(filter(None, source))}",
            ]
    assert "\n".join(lines) + "\n" == blocks()["printed"]


def test_the_settings_and_the_data_of_the_manual_are_valid(tmp_path: Path) -> None:
    bib = blocks()["publications.bib"]
    document(tmp_path, "", bib, blocks()["settings"])
    found = document(tmp_path, "", bib, blocks()["variant"])
    assert [one.id for one in entries(found)] == ["fjords"]
    one, two = entries(document(tmp_path, blocks()["yaml"]))
    assert str(one.subtitle) == "Inverse Methods 39(1), 014002"
    wanted = "In R. van der Weijden (ed.), Handbook of Ocean Sensing, 401–438. Halyard Press, Rotterdam"
    assert str(two.subtitle) == wanted
    assert [author.own for author in two.authors] == [True, False]


def test_every_style_and_type_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "publications.md").read_text("utf-8")
    types = resources.table("text/locales/en.yaml")["publication_types"]
    for name in (*rules.STYLES, *rules.PUBLICATIONS["schema"], *types, *types.values()):
        assert name in text
    fields = rules.table()["sections"]["publications"]["fields"]
    data = (ROOT / "docs" / "data.md").read_text("utf-8")
    (row,) = (line for line in data.splitlines() if line.startswith("| `publications`"))
    assert {f"`{name}`" for name in fields} <= set(re.split(r"[\s,:]+", row))


# -- groups and numbers -----------------------------------------------------------------------------------

MIXED = """
@misc{a, title = {A}, eprint = {2101.00001}, archiveprefix = {arXiv}, year = 2023}
@article{b, title = {B}, journal = {J}, year = 2022, keywords = {refereed}}
@inproceedings{c, title = {C}, booktitle = {P}, year = 2024, keywords = {refereed}}
@article{d, title = {D}, journal = {J}, year = 2021}
"""


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("{}", [("Journal articles", [2, 1]), ("Conference papers", [1]), ("Preprints", [1])]),
        ("{number: overall}", [("Journal articles", [4, 3]), ("Conference papers", [2]), ("Preprints", [1])]),
        ("{number: none}", [("Journal articles", [0, 0]), ("Conference papers", [0]), ("Preprints", [0])]),
        ("{groups: []}", [("", [4, 3, 2, 1])]),
        (
            "{groups: [preprint]}",
            [("Preprints", [1]), ("Journal articles", [2, 1]), ("Conference papers", [1])],
        ),
        (
            "{groups: [{title: Refereed *papers*, tags: [refereed]}, {types: [preprint, article]}]}",
            [("Refereed papers", [2, 1]), ("Journal articles", [2, 1])],
        ),
        (
            "{groups: [{title: {en: All, de: Alle}, types: [article, conference]}], number: overall}",
            [("All", [4, 3, 2]), ("Preprints", [1])],
        ),
    ],
)
def test_groups_and_their_numbers(settings: str, expected: list[Any], tmp_path: Path) -> None:
    """In the data or in a variant, which wins."""
    assert groups(document(tmp_path, f"meta: {{publications: {settings}}}\n", MIXED)) == expected
    other = f"publications: {settings}\n"
    assert groups(document(tmp_path, "", MIXED, other)) == expected


def test_without_a_bib_file_the_order_is_that_of_the_data(tmp_path: Path) -> None:
    text = """publications:
  - {name: A, type: preprint, date: 2020}
  - {name: B, type: article, date: 2023}
  - {name: C, type: article, date: 2024}
"""
    found = document(tmp_path, text)
    assert groups(found) == [("Preprints", [1]), ("Journal articles", [2, 1])]
    assert [str(one.title) for one in entries(found)] == ["A", "B", "C"]
    found = document(tmp_path, f"{text}meta: {{publications: {{sort: date}}}}\n")
    assert [str(one.title) for one in entries(found)] == ["C", "B", "A"]


def test_newest_first_with_what_is_in_press_before_all(tmp_path: Path) -> None:
    bib = "".join(
        f"@article{{k{n}, title = {{T{n}}}, journal = {{J}}, {date}}}\n"
        for n, date in enumerate(
            [
                "year = 2020, month = mar",
                "year = {in press}",
                "note = {none}",
                "date = {2020-11}",
                "year = 2021",
            ]
        )
    )
    assert [one.id for one in entries(document(tmp_path, "", bib))] == ["k1", "k4", "k3", "k0", "k2"]


# -- names ------------------------------------------------------------------------------------------------

PEOPLE = "A. One and B. Two and C. Three and D. Four and {\\O}demark, Solveig and F. Six"


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        ("6", "A. One, B. Two, C. Three, D. Four, <Solveig Ødemark>, F. Six"),
        ("5", "A. One, B. Two, C. Three, D. Four, <Solveig Ødemark>, et al."),
        ("3", "A. One, B. Two, …, <Solveig Ødemark>, et al."),
        ("1", "…, <Solveig Ødemark>, et al."),
    ],
)
def test_the_owner_is_never_among_the_others(most: str, expected: str, tmp_path: Path) -> None:
    bib = f"@article{{a, author = {{{PEOPLE}}}, title = {{T}}, journal = {{J}}, year = 2020}}"
    (found,) = entries(document(tmp_path, f"meta: {{publications: {{names: {most}}}}}\n", bib))
    assert authors(found) == expected


def test_names_in_the_data_are_printed_as_they_are_written(tmp_path: Path) -> None:
    """And are read for the other styles."""
    text = """publications:
  - {name: One, type: article, date: 2020, authors: ["Berg, S.", Smith JA, N. Mwangi*, "{The Group}", et al.]}
  - {name: Two, type: article, date: 2020, authors: "A. Other, S. Ødemark & B. Sample"}
"""
    one, two = entries(document(tmp_path, text))
    assert authors(one) == "<Berg, S.>, Smith JA, N. Mwangi*, The Group, et al."
    assert authors(two) == "A. Other, <S. Ødemark>, B. Sample"
    one, two = entries(document(tmp_path, f"{text}meta: {{publications: {{style: apa}}}}\n"))
    assert marked(two.reference).startswith("Other, A., **Ødemark, S.**, & Sample, B. (2020). ")


@pytest.mark.parametrize(
    ("text", "given", "initials", "family"),
    [
        ("Jane Anne Smith", "Jane Anne Smith", "J. A. Smith", "Smith, J. A."),
        ("Smith, Jr., Jane", "Jane Smith, Jr.", "J. Smith, Jr.", "Smith, J., Jr."),
        ("Jane Smith, Jr.", "Jane Smith, Jr.", "J. Smith, Jr.", "Smith, J., Jr."),
        (
            "Rosalinde van der Weijden",
            "Rosalinde van der Weijden",
            "R. van der Weijden",
            "van der Weijden, R.",
        ),
        ("Jean-Luc Example", "Jean-Luc Example", "J.-L. Example", "Example, J.-L."),
        ("Smith, JA", "JA Smith", "J. A. Smith", "Smith, J. A."),
        ("É. Charpentier", "É. Charpentier", "É. Charpentier", "Charpentier, É."),
        ("王小明", "王小明", "王小明", "王小明"),
        ("王, 小明", "王小明", "王小明", "王小明"),
        ("{The Group of Six}", "The Group of Six", "The Group of Six", "The Group of Six"),
        (
            "the FJORDNET Consortium",
            "the FJORDNET Consortium",
            "the FJORDNET Consortium",
            "the FJORDNET Consortium",
        ),
        ("Mwangi, Njeri*", "Njeri Mwangi*", "N. Mwangi*", "Mwangi, N.*"),
        ("Plato", "Plato", "Plato", "Plato"),
        ("Henry Ford III", "Henry Ford III", "H. Ford III", "Ford, H., III"),
    ],
)
def test_a_name_in_every_form(text: str, given: str, initials: str, family: str) -> None:
    name = names.parse(text)
    assert [names.written(name, form) for form in ("given", "initials", "family-initials")] == [
        given,
        initials,
        family,
    ]


# -- styles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", rules.STYLES)
def test_a_reference_in_every_style(style: str, tmp_path: Path) -> None:
    """One of each type, and the odd ones, as they are expected; TEXRESUME_EXPECT=write writes them anew."""
    bib = (EXPECTED / "references.bib").read_text("utf-8")
    settings = f"meta: {{publications: {{style: {style}, sort: file, groups: []}}}}\n"
    found = entries(document(tmp_path, settings, bib))
    lines = []
    for one in found:
        text = marked(one.reference)
        if not text:
            people = ", ".join(
                f"**{author.text}**" if author.own else str(author.text) for author in one.authors
            )
            text = " / ".join([marked(one.title), people, marked(one.subtitle), str(one.year)])
        lines.append(f"{one.id}: {text}")
    text = "\n".join(lines) + "\n"
    file = EXPECTED / f"{style}.expected"
    if os.environ.get("TEXRESUME_EXPECT") == "write":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("style", rules.STYLES)
def test_no_style_loses_a_field(style: str, tmp_path: Path) -> None:
    """Every field of the schema is printed, whatever the type, but for what a style leaves out on purpose."""
    fields = [
        name for name, rule in rules.table()["sections"]["publications"]["fields"].items()
        if rule == "text" and name not in ("name", "type")
    ]  # fmt: skip
    omitted = resources.table(f"document/styles/{style}.yaml").get("omits", [])
    for kind in (
        "article",
        "conference",
        "book",
        "chapter",
        "thesis",
        "report",
        "dataset",
        "software",
        "patent",
        "x",
    ):
        values = ", ".join(f"{name}: q{name}q" for name in fields)
        text = f"publications: [{{name: Title, type: {kind}, date: 2020, eprint: hdl:qeprintq, {values}}}]\n"
        (found,) = entries(document(tmp_path, f"{text}meta: {{publications: {{style: {style}}}}}\n"))
        printed = " ".join([str(found.reference or found.subtitle), str(found.year)])
        assert [name for name in [*fields, "eprint"] if f"q{name}q" not in printed] == omitted, kind


@pytest.mark.parametrize("style", rules.STYLES)
def test_the_patterns_of_a_style_are_sound(style: str) -> None:
    """They parse, and name fields and terms that there are."""
    table = resources.table(f"document/styles/{style}.yaml")
    patterns = [
        *table.get("venue", table.get("types", {})).values(),
        table.get("head", ""),
        table.get("tail", ""),
    ]
    known = {
        "authors",
        "title",
        "year",
        "date",
        "doi",
        "arxiv",
        "pubmed",
        "url",
        "note",
        "editors",
        *venues.FIELDS,
    }
    terms = resources.table("text/locales/en.yaml")["publication_terms"].keys() | {"lb", "rb"}
    for pattern in patterns:
        reference.parse(pattern)
        assert reference.fields_in(pattern) <= known
        assert {one.removeprefix("lower-") for one in reference.terms_in(pattern)} <= terms


@pytest.mark.parametrize("pattern", ["[a", "a]", "*a", "{a", "a}"])
def test_a_broken_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"partner|missing"):
        reference.parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{title}. {note}.", "Why? Good."),
        ("“{title},” {note}", "“Why?” Good"),
        ("[{none}, ]{note}", "Good"),
        ("[{none}|{note}]", "Good"),
        ("[{none}[ {note}]]x", "x"),
        ("[[{none}][{note}]]", "Good"),
        ("[{none}|{:in}]", "In"),
        ("{note},[ {none}].", "Good."),
        ("{note}:{:lower-in}", "Good:in"),
    ],
)
def test_patterns_print_what_is_there(pattern: str, expected: str) -> None:
    fields = {"title": RichText.of("Why?", "a"), "note": RichText.of("Good", "b"), "none": RichText()}
    assert str(reference.Reference(fields, {"in": "In"}).fill(pattern)) == expected


def test_titles_of_works_are_in_italics(tmp_path: Path) -> None:
    """Of books and theses, once, also where the owner wrote them so; of students' theses too."""
    text = """publications:
  - {name: "*A book*", type: book, date: 2020}
  - {name: Another, type: book, date: 2019}
  - {name: A paper, type: article, date: 2018}
education: [{institution: U, thesis: On waves}]
students: [{name: Ann, thesis: On tides}]
theses: [{name: On sand, author: Ben}]
"""
    found = document(tmp_path, text)
    assert [marked(one.title) for one in entries(found)] == ["*A book*", "*Another*", "A paper"]
    by_name = {one.name: one.entries[0] for one in found.sections}
    assert marked(by_name["education"].details[0].text) == "*On waves*"
    assert marked(by_name["students"].subtitle) == "*On tides*"
    assert marked(by_name["theses"].title) == "*On sand*"
