"""Languages: their files are whole, dates are natural, a tag finds its words, a text its language."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import babel
import pytest

from tests.cli.test_verbs import diagnostics, texresume
from tests.conftest import ROOT, absent
from tests.fixtures import DATA, REFRESH
from texresume import resources
from texresume.build import pipeline
from texresume.cli.status import exit_status
from texresume.data import loader, schema
from texresume.data.dates import PartialDate
from texresume.data.resume import Text
from texresume.diagnostics import Diagnostic, ExitStatus, ResumeError
from texresume.document.compose import compose
from texresume.document.model import Document
from texresume.fonts import characters
from texresume.text import locale

ENGINEER = ROOT / "data" / "engineer" / "resume.yaml"
BRACKETS = {"separators.open", "separators.close"}
"""The same in all languages but those that write full-width signs."""
ENGLISH = resources.table("text/locales/en.yaml")
PARTIAL = ["en-GB", "pt-BR"]  # they say what differs, and fall back for the rest
WHOLE = sorted(set(locale.available()) - {"en", *PARTIAL})
# Nothing but Latin, Greek and Cyrillic: pdfTeX can do these (but not the є of Ukrainian).
PDFTEX = """bg ca cs da de el en en-GB es et fi fr hr hu id is it lt lv ms nl no pl pt pt-BR ro ru sk sl
    sr-Latn sv tr vi""".split()
# Words that are the same as in English.
SAME = {
    "labels.score": {"ja", "zh-Hant", "vi"},
    "labels.curriculum_vitae": {"it", "pt", "nl", "no", "da", "ro"},
    "titles.publications": {"fr"},
    "titles.patents": {"ca"},
    "publication_types.patent": {"ca"},
    "publication_types.software": {"de", "it", "pt", "nl", "da", "cs", "ro"},
    "publication_types.preprint": {"de", "pt", "nl", "da"},
    "publication_terms.ed": {"ca", "cs", "es", "id", "ms", "pt", "ro", "sk", "tr"},
    "publication_terms.eds": {"ca", "cs", "es", "pt", "sk"},
    "publication_terms.vol": {"ca", "es", "fr", "it", "pt", "ro", "sv"},
    "publication_terms.p": {"ca", "es", "fr", "it", "ja", "ko", "lt", "nl", "pt", "ro"},
    "publication_terms.pp": {"ca", "es", "it", "ja", "ko", "nl", "pt", "ro"},
    "publication_terms.edition": {"ca", "es", "id", "it", "ms", "pt", "ro"},
    "publication_terms.patent": set("ca cs da de et hr no pl sk sl sr-Latn sv tr".split()),
    "publication_terms.version": {"da", "de", "fr", "sv"},
    "publication_terms.in": {"de", "hu", "it", "lt", "lv", "nl", "sk"},
    "titles.media": {"fi", "id", "it", "ms", "nl", "pl", "ro"},
    "publication_terms.pages_total": {"fr"},
    "publication_terms.chapter": {"fr"},
    "publication_terms.nr": {"id", "tr"},
    "separators.list": set(WHOLE) - {"ja", "zh-Hans", "zh-Hant", "ar", "fa"},
    "separators.colon": set(WHOLE) - {"fr", "ja", "zh-Hans", "zh-Hant"},
    "patterns.range": set(WHOLE) - {"ru", "uk", "ja"},
    "patterns.degree": {"it"},
}  # fmt: skip
BCP47 = re.compile(r"[a-z]{2}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def made(text: str, tag: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of a YAML text in a language, whatever its characters, and the warnings."""
    loaded = loader.parse(text, Path("resume.yaml"))
    resume, _ = schema.validate(loaded)
    return compose(resume, locale.find(tag), loaded.source)


def fields(pattern: str) -> list[str]:
    """The placeholders of a pattern."""
    return sorted(name for _, name, *_ in string.Formatter().parse(pattern) if name)


# -- the files --------------------------------------------------------------------------------------------


def test_every_language_that_was_promised_is_there() -> None:
    """The list of the design."""
    wanted = """ar bg ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv ms nl no pl pt pt-BR
        ro ru sk sl sr sv tr uk vi zh-Hans zh-Hant""".split()
    assert set(wanted) <= set(locale.available())
    assert all(map(BCP47.fullmatch, locale.available()))


@pytest.mark.parametrize("tag", [*WHOLE, *PARTIAL])
def test_a_file_has_the_keys_of_english(tag: str) -> None:
    """All of them, in the same order, with the same placeholders; a partial one none that is unknown."""
    words = dict(resources.table(f"text/locales/{tag}.yaml"))
    formats = words.pop("date_formats", {})
    assert set(formats) <= {"year", "month", "day"}
    if tag in PARTIAL:
        assert set(words) <= set(ENGLISH)
        assert all(set(words[group]) <= set(ENGLISH[group]) for group in words)
    else:
        assert list(words) == list(ENGLISH)
        assert {group: list(words[group]) for group in words} == {
            group: list(ENGLISH[group]) for group in ENGLISH
        }
    for group, entries in words.items():
        for key, text in entries.items():
            assert isinstance(text, str)
            assert text
            assert group == "separators" or text.strip() == text
            assert group in ("patterns", "separators", "letter") or not re.search(r"[{}:]|\.\.|'", text)
            assert fields(text) == fields(ENGLISH[group][key])


@pytest.mark.parametrize("tag", WHOLE)
def test_nothing_was_left_in_english(tag: str) -> None:
    """A word that is the same as the English one is listed above; and the list names no other."""
    words = resources.table(f"text/locales/{tag}.yaml")
    same = {
        f"{group}.{key}"
        for group, entries in ENGLISH.items()
        for key, text in entries.items()
        if words[group][key] == text
    }
    assert same - BRACKETS == {name for name, tags in SAME.items() if tag in tags}
    assert (same >= BRACKETS) == (words["separators"]["list"].endswith(" "))


@pytest.mark.parametrize("tag", locale.available())
def test_the_words_of_a_section_are_not_those_of_another(tag: str) -> None:
    """Two sections of one résumé cannot have the same heading."""
    titles = list(locale.find(tag).titles.values())
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("tag", locale.available())
def test_what_pdftex_can_do(tag: str) -> None:
    """Every word of ours, month and country in the languages that it has; others are told as a whole."""
    chosen = locale.find(tag)
    months = [chosen.date(PartialDate(2019, month, 2)) for month in range(1, 13)]
    months += [chosen.date(PartialDate(2019, month)) for month in range(1, 13)]
    text = "".join([*chosen.words(), *months, *map(chosen.country, ["DE", "US", "FR", "GB", "JP"])])
    lacking = set(text) - characters.covered("pdftex") - {" "}
    assert (not lacking) is (tag in PDFTEX)


@pytest.mark.parametrize("tag", locale.available())
def test_dates_are_gregorian_in_latin_digits(tag: str) -> None:
    """In every language, whatever calendar and digits it has besides."""
    chosen = locale.find(tag)
    for date in (PartialDate(2019), PartialDate(2019, 5), PartialDate(2019, 5, 13)):
        text = chosen.date(date)
        assert "2019" in text
        assert text.isprintable()
        assert not [char for char in text if char.isdigit() and not char.isascii()]


def test_dates_read_naturally() -> None:
    """A year, a month, a day, and a span that goes on: as the golden says, made with one version of CLDR."""
    lines = [f"Babel {babel.__version__}"]
    for tag in [*locale.available(), "de-AT", "fr-CA", "es-MX", "zh-TW", "nb", "en-AU"]:
        chosen = locale.find(tag)
        forms = [chosen.date(PartialDate(*date)) for date in ((2019,), (2019, 5), (2019, 9, 3))]
        span = chosen.range(chosen.date(PartialDate(2021, 2)), chosen.labels["present"])
        lines.append(" | ".join([tag, *forms, span, chosen.country("AT"), chosen.patterns["page"]]))
    golden = DATA / "locales.txt"
    found = "\n".join(lines) + "\n"
    if REFRESH:
        golden.write_text(found, "utf-8")
    wanted = golden.read_text("utf-8")
    if wanted.splitlines()[0] != lines[0]:
        absent(f"{wanted.splitlines()[0]}, with whose months this was written,")
    assert found == wanted


# -- a tag and its words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "canonical", "work", "present"),
    [
        ("en", "en", "Experience", "Present"),
        ("en-US", "en-US", "Experience", "Present"),
        ("de", "de", "Berufserfahrung", "heute"),
        ("DE_at", "de-AT", "Berufserfahrung", "heute"),
        ("de-ZZ-1996", "de-ZZ-1996", "Berufserfahrung", "heute"),
        ("de-x-foo", "de-X-FOO", "Berufserfahrung", "heute"),
        ("nb", "nb", "Arbeidserfaring", "nå"),
        ("nb-NO", "nb-NO", "Arbeidserfaring", "nå"),
        ("no", "no", "Arbeidserfaring", "nå"),
        ("zh", "zh", "工作经历", "至今"),
        ("zh-CN", "zh-CN", "工作经历", "至今"),
        ("zh-hant-hk", "zh-Hant-HK", "工作經歷", "迄今"),
        ("zh_TW", "zh-TW", "工作經歷", "迄今"),
        ("pt", "pt", "Experiência profissional", "presente"),
        ("pt-BR", "pt-BR", "Experiência profissional", "atual"),
        ("pt-AO", "pt-AO", "Experiência profissional", "presente"),
        ("iw", "he", "ניסיון תעסוקתי", "היום"),
        ("in-ID", "id-ID", "Pengalaman Kerja", "Sekarang"),
        (" fr ", "fr", "Expérience professionnelle", "aujourd’hui"),
    ],
)
def test_a_tag_finds_its_words(tag: str, canonical: str, work: str, present: str) -> None:
    """The nearest file that there is, wider and wider, and the tag itself stays for the PDF."""
    found = locale.find(tag)
    assert (found.tag, found.titles["work"], found.labels["present"]) == (canonical, work, present)
    assert "2019" in found.date(PartialDate(2019, 5))


@pytest.mark.parametrize(
    "tag", ["", "xx", "nn", "english", "../en", "de-", "-", "de--AT", "C.UTF-8", "d", "é"]
)
def test_unknown_languages_are_told(tag: str) -> None:
    """A language without a file, and what is no tag at all."""
    with pytest.raises(LookupError):
        locale.find(tag)


def test_british_english_differs() -> None:
    """And other countries follow it, with dates of their own."""
    assert locale.find("en-GB").labels["honors"] == locale.find("en-AU").labels["honors"] == "Honours"
    assert locale.find("en").labels["honors"] == locale.find("en-PH").labels["honors"] == "Honors"
    assert locale.find("en-GB").titles == locale.find("en").titles
    assert locale.find("en-GB").date(PartialDate(2020, 2, 1)) == "1 Feb 2020"


@pytest.mark.parametrize(
    ("tag", "wanted", "found"),
    [("no", "bokmål", True), ("nb", "bokmål", True), ("zh-TW", "trad", True), ("zh", "simp", True),
     ("zh-Hans-SG", "simp", True), ("pt-BR", "pt", True), ("de", "bokmål", False)],
)  # fmt: skip
def test_texts_are_picked_by_the_locale(tag: str, wanted: str, found: bool) -> None:
    """Names that a language also goes by count as that language."""
    text = Text(("x",), {"nb": "bokmål", "zh-Hans": "simp", "zh-Hant": "trad", "pt": "pt"})
    assert text.pick(*locale.find(tag).languages)[::2] == (wanted, found)


def test_a_missing_language_is_told_where_it_is_missing() -> None:
    """The language written first stands in for it; a text without languages is no matter."""
    document, warnings = made("basics: {name: Ada, label: {en: Engineer, fr: Ingénieure}}", "de")
    assert str(document.label) == "Engineer"
    assert [(w.code, w.place, w.position.column if w.position else 0) for w in warnings] == [
        ("missing-language", "basics.label", 21)
    ]
    assert "'de'" in warnings[0].message
    assert "'en'" in warnings[0].message


# -- the document -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "degree"),
    [("en", "MSc in Maps"), ("de", "MSc, Maps"), ("fr", "MSc en Maps"), ("hu", "Maps MSc"),
     ("ja", "MSc（Maps）"), ("ko", "Maps MSc"), ("ar", "MSc في Maps"), ("tr", "Maps, MSc")],
)  # fmt: skip
def test_degrees_in_the_order_of_the_language(tag: str, degree: str) -> None:
    """Either may come first, and there may be something behind."""
    text = "basics: {name: Ada}\neducation: [{institution: U, studyType: MSc, area: Maps}, {studyType: MSc}]"
    entries = made(text, tag)[0].sections[0].entries
    assert str(entries[0].subtitle) == degree
    assert str(entries[1].title) == "MSc"
    assert [part.path for part in entries[0].subtitle.parts if part.path]


def test_words_around_the_data_are_in_the_language() -> None:
    """Titles, labels, separators, countries, what the PDF says of itself; the paper is the country's."""
    text = """
basics: {name: Ada, location: {city: Lyon, countryCode: DE}, profiles: [{network: Net, username: a}]}
education: [{institution: U, score: 15/20, thesis: T, startDate: 2019-05}]
"""
    document = made(text, "fr-CA")[0]
    entry = document.sections[0].entries[0]
    assert str(document.contacts[0][0].text) == "Lyon, Allemagne"
    assert str(document.contacts[1][0].text) == "Net\u00a0: a"
    assert str(document.sections[0].title) == "Formation"
    assert [(str(detail.label), str(detail.text)) for detail in entry.details] == [
        ("", "Moyenne 15/20"), ("Mémoire", "T"),
    ]  # fmt: skip
    assert str(entry.dates) == "mai 2019 – aujourd’hui"
    assert document.metadata.language == "fr-CA"
    assert document.metadata.title == "Ada\u00a0: CV"
    assert document.paper == "a4"
    assert document.labels["page_before"] == "page "
    assert document.labels["page_between"] == " sur "


def test_lists_have_the_comma_of_the_language() -> None:
    """Between words of ours and those of the data alike; an address in Latin letters has Latin commas."""
    text = "basics: {name: A, location: {city: B, countryCode: JP}}"
    assert str(made(text, "ja")[0].contacts[0][0].text) == "B, 日本"
    assert str(made(text, "fa")[0].contacts[0][0].text) == "B، ژاپن"


# -- choosing ---------------------------------------------------------------------------------------------


def written(folder: Path, text: str, name: str = "resume.yaml") -> Path:
    """A data file."""
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_the_data_choose_a_locale_and_the_flag_another(tmp_path: Path) -> None:
    """`--locale` before `meta.locale` before English."""
    file = written(tmp_path, "basics: {name: Ada, summary: S}\nmeta: {locale: de-AT}\n")
    assert pipeline.read(file)[0].metadata.language == "de-AT"
    assert str(pipeline.read(file)[0].sections[0].title) == "Profil"
    assert pipeline.read(file, "it")[0].metadata.language == "it"
    assert pipeline.read(written(tmp_path, "basics: {name: Ada}"))[0].metadata.language == "en"


def test_an_unknown_locale_of_the_data_is_told_at_its_place(tmp_path: Path) -> None:
    """With the nearest and the list; a document from elsewhere is read in English all the same."""
    file = written(tmp_path, "basics: {name: Ada}\nmeta:\n  locale: dee\n")
    with pytest.raises(ResumeError) as caught:
        pipeline.read(file)
    assert exit_status(caught.value.diagnostics) == ExitStatus.DATA
    (found,) = caught.value.diagnostics
    assert (found.code, found.place) == ("unknown-locale", "meta.locale")
    assert found.position is not None
    assert (found.position.line, found.position.column) == (3, 11)
    assert "did you mean 'de'? available: ar, bg, " in found.hint
    foreign = written(tmp_path, json.dumps({"basics": {"name": "Ada"}, "meta": {"locale": "dee"}}), "r.json")
    document, _, warnings = pipeline.read(foreign)
    assert document.metadata.language == "en"
    assert [(one.code, one.severity) for one in warnings] == [("unknown-locale", "warning")]


@pytest.mark.parametrize("verb", ["build", "check", "validate"])
def test_an_unknown_locale_of_the_flag_ends_with_2(verb: str, tmp_path: Path) -> None:
    """It is the user's mistake, not the data's."""
    output = () if verb == "validate" else ("--output", str(tmp_path))
    done = texresume(verb, "--data", str(ENGINEER), "--locale", "klingon", *output, "--json")
    assert done.returncode == 2
    (fault,) = diagnostics(done)
    assert fault["code"] == "unknown-locale"
    assert "zh-Hant" in fault["hint"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tag", ["ja", "ko", "zh", "ar", "he", "fa", "hi", "uk"])
def test_pdftex_refuses_a_language_that_it_cannot_print(tag: str, tmp_path: Path) -> None:
    """One diagnostic that names the locale and the way out, at its place where it has one."""
    arguments = ("--engine", "pdftex", "--template", "academic", "--output", str(tmp_path), "--json")
    done = texresume("build", "--data", str(ENGINEER), "--locale", tag, *arguments)
    assert done.returncode == 1
    (fault,) = [one for one in diagnostics(done) if one["severity"] == "error"]
    assert (fault["code"], fault["line"]) == ("unsupported-locale", None)
    assert repr(locale.find(tag).tag) in fault["message"]
    assert "--engine" in fault["hint"]
    assert list(tmp_path.iterdir()) == []
    file = written(tmp_path, f"meta: {{locale: {tag}}}\nbasics: {{name: Ada}}\n")
    (fault,) = diagnostics(texresume("build", "--data", str(file), *arguments))
    assert (fault["code"], fault["path"], fault["line"]) == ("unsupported-locale", "meta.locale", 1)


@pytest.mark.tex
@pytest.mark.parametrize("template", ["moderncv", "academic"])
@pytest.mark.parametrize("tag", ["de", "fr", "el", "ru"])
def test_a_resume_in_another_language_builds(template: str, tag: str, tmp_path: Path, any_tex: str) -> None:
    """The engineer's, part of which is in German: what lacks is a warning, and a machine reads all of it."""
    made = pipeline.build(pipeline.Request(ENGINEER, template, tmp_path, locale=tag))
    assert made.report.good
    assert {one.code for one in made.diagnostics} <= {"missing-language", "not-used"}  # the photo
    assert any(one.code == "missing-language" for one in made.diagnostics) is (tag != "de")


@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.parametrize("tag", PDFTEX)
@pytest.mark.parametrize("template", ["onepage", "moderncv", "academic"])
def test_every_word_of_ours_can_be_read_back(template: str, tag: str, tmp_path: Path, any_tex: str) -> None:
    """A résumé with every section, label and type of publication."""
    types = ", ".join(
        f"{{name: P, type: {kind}, authors: [A, B, C]}}" for kind in ENGLISH["publication_types"]
    )
    sections = "\n".join(
        f"{name}: [{{{section['needs'][0]}: X, keywords: [a, b]}}]"
        for name, section in resources.table("data/schema/resume.yaml")["sections"].items()
        if name not in ("custom", "publications", "education")
    )
    text = f"""
basics: {{name: Ada, summary: S, location: {{city: X, countryCode: DE}}}}
meta: {{lastModified: 2024-05-01}}
education: [{{institution: U, studyType: S, area: A, score: "1", honors: [H], thesis: T, advisor: V,
  courses: [C, D], startDate: 2019-05}}]
publications: [{types}]
{sections}
"""
    request = pipeline.Request(written(tmp_path, text), template, tmp_path, locale=tag)
    if template != "onepage":
        assert pipeline.build(request).report.good
        return
    with pytest.raises(ResumeError) as caught:  # too much for one page, and nothing else is wrong with it
        pipeline.build(request)
    assert [one.code for one in caught.value.diagnostics] == ["too-long"]
