"""Hints: a file under data/hints says at its top what `check` says of its words and dates, and nothing else.

The form is that of `test_invalid`: `#! LINE:COLUMN severity code | part of the message or hint`.
"""

from __future__ import annotations

import ast
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.data.test_invalid import described, expectations
from tests.fixtures import DATA, REFRESH
from tests.strategies import SCRIPTED, WILD, Resume, resumes
from tests.test_architecture import TREES
from texresume import resources
from texresume.build import pipeline, reading
from texresume.check import spelling, thorough
from texresume.cli.status import exit_status
from texresume.data import rules, suppressions
from texresume.diagnostics import Diagnostic, ResumeError, Severity, in_order
from texresume.variants import variant

if TYPE_CHECKING:
    from texresume.build.pipeline import Inspector

FOLDER = DATA / "hints"
FILES = sorted(FOLDER.glob("*.yaml"))
EXAMPLES = [ROOT / "data" / name for name in ("resume.yaml", "student.yaml", "researcher.yaml")]


def advice(file: Path, name: str = "", tag: str = "") -> list[Diagnostic]:
    """What `check` says of a file's content, without the page: lengths are those of the characters."""
    whole = reading.master(file)
    wanted = variant.find(name, file, ROOT) if name else None
    read_in = reading.read(whole, wanted, tag)
    found = [*read_in.warnings, *thorough.advice(read_in, read_in.document, None)]
    return in_order(suppressions.without(found, read_in.resume.suppressed))


def written(tmp_path: Path, text: str, words: str | bytes = "") -> Path:
    file = tmp_path / "resume.yaml"
    file.write_text(text, "utf-8")
    if words:
        (tmp_path / "words.txt").write_bytes(words if isinstance(words, bytes) else words.encode())
    return file


def refresh(file: Path) -> None:
    """Write what is said now at the file's top."""
    text = file.read_text("utf-8")
    body = re.sub(r"\A(?:#! [^\n]*\n)*", "", text)
    found = advice(file)
    extra = len(found) - (text.count("\n") - body.count("\n"))
    parts = {part for _, part in expectations(file) if part}
    lines = ""
    for one in found:
        place = f"{one.position.line + extra}:{one.position.column}" if one.position else "-"
        part = next((part for part in parts if part in f"{one.message}\n{one.hint}"), "")
        lines += f"#! {place} {one.severity} {one.code}" + (f" | {part}" if part else "") + "\n"
    file.write_text(lines + body, "utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_says_exactly_what_is_true(file: Path) -> None:
    """Every hint is given at its line and column, and no other is."""
    if REFRESH:
        refresh(file)
    found = advice(file)
    wanted = expectations(file)
    assert sorted(map(described, found)) == sorted(fault for fault, _ in wanted)
    for fault, part in wanted:
        assert any(described(one) == fault and part in f"{one.message}\n{one.hint}" for one in found), part


def test_every_hint_is_tried() -> None:
    """Each code that hints, dates and spelling have stands in a file's expectations."""
    tried = {fault.split()[-1] for file in FILES for fault, _ in expectations(file)}
    ours = {code for code, heading in headings().items() if heading.startswith(("the words", "the dates"))}
    assert ours - tried == {"wrong-words"}  # of which the tests below speak


def headings() -> dict[str, str]:
    """The heading in `checks.yaml` below which each code stands."""
    found, heading = {}, ""
    for line in (ROOT / "texresume" / "data" / "schema" / "checks.yaml").read_text("utf-8").splitlines():
        if line.startswith("# "):
            heading = line[2:]
        elif line:
            found[line.partition(":")[0]] = heading
    return found


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_nothing_is_said_of_the_examples(file: Path) -> None:
    """The examples are what hints ask for, and their words are spelt right."""
    assert advice(file) == []


@pytest.mark.parametrize("name", ["", "leitung", "machine-learning", "reliability"])
def test_nothing_is_said_of_the_engineer(name: str) -> None:
    """Nor is anything of the master and its variants: what a variant leaves out makes no gap."""
    assert advice(ROOT / "data" / "engineer" / "resume.yaml", name) == []


def test_a_long_highlight_is_counted_on_the_page() -> None:
    """Where lines were measured, they count and not characters."""
    file = ROOT / "data" / "resume.yaml"
    whole = reading.master(file)
    read_in = reading.read(whole)
    from texresume.build.fit import Fit, Set

    sets = (Set("work[0].highlights[0]", 3, 0.5), Set("work[0].highlights[1]", 2, 1.0))
    fitted = Fit(1, 1, 10, 12, 1, 20, 1, 0, sets)
    (found,) = thorough.advice(read_in, read_in.document, fitted)
    assert (found.code, found.place) == ("long-highlight", "work[0].highlights[0]")
    assert "3 lines" in found.message


@pytest.mark.parametrize("local", ["princess", "a.ninja", "dude69", "sexylady", "xx_ada_xx", "party_girl"])
def test_nicknames_are_told_from_names(local: str, tmp_path: Path) -> None:
    """Nicknames stand between signs; surnames that begin alike are none, nor are years of birth."""
    text = "basics: {name: Ada, email: LOCAL@example.com}"
    (found,) = advice(written(tmp_path, text.replace("LOCAL", local)))
    assert found.code == "unprofessional-email"
    for name in ("j.dudek", "babette", "ann.killerby", "swagerty1969", "maxx", "hasikova", "princessa.m"):
        assert advice(written(tmp_path, text.replace("LOCAL", name))) == []


@given(resumes(WILD | SCRIPTED), st.sampled_from(["", "en", "de", "fr", "ja", "es"]))
@settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_no_text_is_too_much(resume: Resume, tag: str) -> None:
    """Of whatever can be read something is said, or nothing, at a place that is there; nothing is raised."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "resume.yaml"
        file.write_text(resume.yaml(), "utf-8", newline="\n")
        (Path(name) / "words.txt").write_text(resume.yaml(), "utf-8")
        with suppress(ResumeError):
            for one in advice(file, tag=tag):
                assert one.code in suppressions.codes()
                assert one.message


# -- today --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("epoch", "count"), [("1577836800", 1), ("1735689600", 0), ("no number", 0)])
def test_today_is_what_the_environment_says(
    epoch: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_DATE_EPOCH (2020, 2025) goes before the data; what is no number is passed over."""
    text = (
        "basics: {name: Ada, email: a@example.com}\nmeta: {lastModified: 2024-01}\n"
        "work: [{name: Corvane, startDate: 2023-05}]"
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    found = advice(written(tmp_path, text))
    assert [one.code for one in found] == ["future-date"] * count


def test_today_is_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything else the clock says it."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    text = "basics: {name: Ada, email: a@example.com}\nwork: [{name: Corvane, startDate: YEAR}]"
    assert advice(written(tmp_path, text.replace("YEAR", "2025-01"))) == []
    (found,) = advice(written(tmp_path, text.replace("YEAR", "3025")))
    assert "by the clock" in found.message


# -- spelling -----------------------------------------------------------------------------------------------


def test_a_missing_checker_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyspellchecker all other hints are given, and how to install it."""
    monkeypatch.setitem(__import__("sys").modules, "spellchecker", None)
    found = advice(written(tmp_path, "basics: {name: Ada, summary: recieved}"))
    assert sorted(one.code for one in found) == ["no-contact", "not-spelled"]
    note = next(one for one in found if one.code == "not-spelled")
    assert note.severity.value == "note"
    assert "pip install" in note.hint


@pytest.mark.parametrize("words", [b"\xff\xfe\x00", b"x" * 1_000_001])
def test_words_that_cannot_be_read_are_a_warning(words: bytes, tmp_path: Path) -> None:
    """A words.txt of another kind is named, and spelling checked without it."""
    found = advice(written(tmp_path, "basics: {name: Ada, email: a@example.com, summary: recieved}", words))
    assert sorted(one.code for one in found) == ["spelling", "wrong-words"]


def test_words_in_any_form(tmp_path: Path) -> None:
    """Byte order mark, CRLF, comments, several on a line, hyphens: all are words."""
    words = "\ufeffrecieved\r\n# thier\r\nseperate wich# \r\nnon-exsistent  # a comment"
    text = "basics: {name: Ada, email: a@example.com, summary: Recieved seperate exsistent thier}"
    found = advice(written(tmp_path, text, words))
    assert [one.message for one in found] == ["'thier' looks misspelt"]


def test_slips_are_found() -> None:
    """Of common misspellings most are found; none of the right words is."""
    pairs = [line.split() for line in SLIPS.strip().splitlines()]
    found = {wrong: _reported(wrong) for wrong, _ in pairs}
    assert [right for _, right in pairs if _reported(right)] == []
    assert sum(map(bool, found.values())) >= 0.9 * len(pairs), [
        word for word, one in found.items() if not one
    ]
    for wrong, right in pairs:
        assert not found[wrong] or right in found[wrong], wrong


def _reported(word: str) -> tuple[str, ...]:
    languages = ("en",)
    return () if spelling._is_known(word, languages) else spelling._find_similar(word, languages)


SLIPS = """
accomodate accommodate
acheived achieved
adress address
analyis analysis
apparant apparent
archictecture architecture
assesment assessment
avaliable available
begining beginning
buisness business
calender calendar
collegue colleague
commited committed
comunication communication
coordiated coordinated
custumer customer
definately definitely
developement development
eficient efficient
enviroment environment
excelent excellent
expereince experience
experiance experience
goverment government
implemention implementation
improvment improvement
independant independent
knowlege knowledge
langauge language
maintainance maintenance
managment management
mesurement measurement
neccessary necessary
occured occurred
occassion occasion
oportunity opportunity
orginized organized
perfomance performance
posession possession
prefered preferred
proccess process
profesional professional
programing programming
recieved received
recomend recommend
refered referred
relevent relevant
responsability responsibility
schedual schedule
seperate separate
strenght strength
succesful successful
succesfully successfully
sucess success
teh the
thier their
transfered transferred
univeristy university
untill until
wich which
writting writing
"""


# -- switching off ------------------------------------------------------------------------------------------


def test_every_code_of_a_warning_is_listed() -> None:
    """A code that stands in the source where a warning is made can be switched off."""
    made = {
        node.value
        for tree in TREES.values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and any(
            part in ast.unparse(call) for part in ("Severity.WARNING", "Severity.NOTE", "self.hint", "_hint(")
        )
        for node in [*call.args[:3]]
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+(-[a-z]+)*", node.value)
    }
    assert len(made) > 25
    of_new = {"only-here", "from-index"}  # `new` reads no settings that could turn them off
    assert made - set(suppressions.codes()) == of_new


def test_codes_and_docs_agree() -> None:
    """`docs/checks.md` has each code of the words and dates."""
    text = (ROOT / "docs" / "checks.md").read_text("utf-8")
    ours = {code for code, heading in headings().items() if heading.startswith(("the words", "the dates"))}
    assert {code for code in ours if f"| `{code}` |" not in text} == set()


def test_the_wordings_are_well_formed() -> None:
    """Every list of words is a list of texts (YAML takes No for a truth), every pattern compiles."""
    for language, lists in resources.table("check/words/hints.yaml").items():
        assert language == "any" or rules.is_language_tag(language)
        for name, words in lists.items():
            if name == "oldest_first":
                continue
            assert all(isinstance(word, str) and word for word in words), (language, name)
            for pattern in words if name in ("placeholders", "email") else ():
                re.compile(pattern)
            if name not in ("placeholders", "email", "first_person", "abbreviations"):
                assert [word for word in words if word != word.lower()] == []
    for lists in resources.table("check/words/spelling.yaml").values():
        assert all(isinstance(word, str) for word in lists["words"].split())
        assert all(isinstance(one, str) for one in lists.get("prefixes", ()))
        assert all(isinstance(one, str) for pair in lists.get("spelt", {}).items() for one in pair)


TEXT = (
    "basics: {name: Ada}\nmeta: {checks: {off: [OFF]}}\n"
    "work: [{name: C, highlights: [Helped., Wrote robots]}]\n"
)


def test_the_data_switches_off(tmp_path: Path) -> None:
    """What the data names is not said; the rest is."""
    found = advice(written(tmp_path, TEXT.replace("OFF", "")))
    assert [one.code for one in found] == ["no-contact", "weak-start", "mixed-end"]
    found = advice(written(tmp_path, TEXT.replace("OFF", "no-contact, mixed-end")))
    assert [one.code for one in found] == ["weak-start"]


def test_errors_stay() -> None:
    """An error is no warning that can be switched off."""
    kept = Diagnostic(severity=Severity.ERROR, code="spelling", message="")
    assert suppressions.without([kept], {"spelling"}) == [kept]


def test_a_variant_switches_off(tmp_path: Path) -> None:
    """`checks` in a variant counts beside that of the data; an unknown code is named at its place there."""
    file = written(tmp_path, TEXT.replace("OFF", "no-contact"))
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants" / "a.yaml").write_text("checks: {off: [weak-start, mixed-ends]}\n")
    wanted = variant.find("a", file, ROOT)
    assert wanted.suppressed == ("weak-start", "mixed-ends")
    (fault,) = wanted.warnings
    assert (fault.code, fault.place, fault.hint) == (
        "unknown-check",
        "checks.off[1]",
        "did you mean 'mixed-end'?",
    )
    assert fault.position is not None
    assert (fault.position.line, fault.position.column) == (1, 28)


def test_wrong_kinds_are_faults(tmp_path: Path) -> None:
    """`checks` is a mapping with `off`, a list of texts, in the data as in a variant."""
    for wrong in ("all", "{of: [spelling]}", "{off: spelling}", "{off: [[spelling]]}"):
        with pytest.raises(ResumeError) as caught:
            reading.master(written(tmp_path, f"basics: {{name: Ada}}\nmeta: {{checks: {wrong}}}\n"))
        assert {one.code for one in caught.value.diagnostics} <= {"wrong-type", "unknown-key"}


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_check_says_what_build_does_not(tmp_path: Path) -> None:
    """Hints are for `check`; the flag and the data switch codes off, also those of others."""
    text = TEXT.replace("OFF", "no-contact")
    data = written(tmp_path, text)

    def said(off: tuple[str, ...] = (), inspect: Inspector = thorough.inspect_thoroughly) -> list[str]:
        request = pipeline.Request(data=data, output=tmp_path / "dist", project=ROOT, off=off)
        return sorted(one.code for one in pipeline.build(request, inspect=inspect).diagnostics)

    assert said(inspect=pipeline.inspect_pdf) == []
    assert said() == ["half-empty-page", "mixed-end", "weak-start"]
    assert said(off=("weak-start", "half-empty-page")) == ["mixed-end"]
    with pytest.raises(ResumeError) as caught:
        said(off=("weak-stat",))
    assert exit_status(caught.value.diagnostics) == 2
    assert caught.value.diagnostics[0].hint == "did you mean 'weak-start'?"


def test_abbreviations_are_not_checked() -> None:
    """A short word with a capital and a full stop is one where more text follows; at the end it is a word."""
    assert list(spelling._list_words("Wiss. Mitarbeiter")) == ["Mitarbeiter"]
    assert list(spelling._list_words("Wrote tets. Then more")) == ["Wrote", "tets", "Then", "more"]
    assert list(spelling._list_words("Tets.")) == ["Tets"]
