"""What `check` finds on a page beyond what every build does: each check fires, and none without cause."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, absent
from texresume.build import pipeline
from texresume.build.pipeline import Request
from texresume.check import layout
from texresume.check.thorough import inspect_thoroughly
from texresume.data import links
from texresume.diagnostics import Diagnostic, ResumeError, Severity, format_diagnostic
from texresume.pdf import extractors
from texresume.tex import distribution

DATA = """\
basics:
  name: Ada Quill
  email: ada@example.com
  phone: "+1 212-555-0142"
  url: https://ada.example.org
work:
  - name: Larkspur Payments
    position: Staff Engineer
    startDate: 2019-03
    summary: Payments for small shops in eleven countries.
    highlights:
      - Led the move of the ledger to append-only tables, with no hour of downtime.
      - Wrote the tests that found nine faults before customers did.
  - name: Corvane Robotics
    position: Engineer
    startDate: 2014
    endDate: 2018
    highlights:
      - Rebuilt the planner of paths for fleets of two hundred robots.
      - Taught six colleagues to write drivers.
education:
  - {institution: Atlas University, area: Informatics, studyType: BSc, endDate: 2013}
skills: [{name: Languages, keywords: [Python, Rust, Erlang]}]
"""
MANIFEST = """\
title: Sabotaged
description: A template for tests.
license: MIT
engine: pdftex
fonts: [sourcesans]
"""
TEMPLATE = r"""
\documentclass[a4paper,11pt]{article}
\usepackage[sourcesans]{texresume}
\geometry{margin=20mm}
((* from "parts.tex.j2" import contacts, pdf *))
((( pdf(metadata) )))
\begin{document}
\trbody{11pt}{14pt}\trragged
{\trfont{24pt}{28pt}\bfseries ((( resume.name )))\par}
((=contacts=))
((* for line in resume.contacts *))((( contacts(line) )))\par((* endfor *))
((=/contacts=))

((* for section in resume.sections *))
((=before=))
\bigskip{\bfseries ((( section.title )))((=heading=))\par}
((=headed=))
((* for entry in section.entries *))
\trrow{\textbf{((( entry.title )))}}{((=date=))((( entry.dates )))((=/date=))}
((* if entry.subtitle *))\trrow{((( entry.subtitle )))}{((( entry.location )))}((* endif *))
((=opened=))

((* for paragraph in entry.paragraphs *))((( paragraph )))\par((* endfor *))

((* for highlight in entry.highlights *))
{\hangindent1em\textbullet\ {((( highlight.text )))}\par}
((* endfor *))
((=closed=))
((* if entry.keywords *))((( entry.keywords | join(", ") )))\par((* endif *))

((* endfor *))
((* endfor *))
((=end=))
\end{document}
"""


def put(place: str, text: str) -> Callable[[str], str]:
    """Something more at a place of the template."""
    return lambda template: template.replace(f"((={place}=))", text)


def move(what: str, place: str) -> Callable[[str], str]:
    """A stretch of the template that stands elsewhere."""

    def moved(template: str) -> str:
        piece = re.search(rf"\(\(={what}=\)\)(.*?)\(\(=/{what}=\)\)", template, re.DOTALL)
        assert piece
        return template.replace(piece[0], "").replace(f"((={place}=))", f"{piece[1]}\\par{{}}\n")

    return moved


def spaces(least: str) -> Callable[[str], str]:
    """Word spaces as narrow as they get, without a character that extractors could read."""
    macro = rf"\renewcommand*\trblank{{}}\trspacemin={least}"
    narrow = rf"{macro}\trbody{{11pt}}{{14pt}}\spaceskip{least}\relax"
    return lambda template: template.replace(r"\trbody{11pt}{14pt}", narrow)


@dataclass(frozen=True)
class Sabotage:
    """What is done to template or data, and the one code that must name it, with the path in the data."""

    code: str
    template: Callable[[str], str] = str
    data: Callable[[str], str] = str
    path: str = ""
    besides: tuple[str, ...] = ()


def filled(lines: int) -> str:
    r"""A page with so many empty lines on it."""
    return rf"\vspace*{{{lines * 14}pt}}"


SABOTAGES = {
    "spaces of 2 pt": Sabotage("narrow-space", spaces("2pt"), besides=("readers-differ", "contact-unread")),
    "spaces of half a point": Sabotage(
        "readers-differ",
        spaces(".5pt"),
        path="basics.name",
        besides=("contact-unread", "words-joined", "narrow-space"),
    ),
    "contacts at the end": Sabotage("contact-unread", move("contacts", "end"), path="basics.email"),
    "an icon glued to the address": Sabotage(
        "contact-unread",
        lambda template: template.replace("((( contacts(line) )))", r"\#((( contacts(line) )))"),
        path="basics.email",
    ),
    "dates after the highlights": Sabotage("pair-apart", move("date", "closed"), path="work[0].startDate"),
    "a heading within a line": Sabotage(
        "heading-unread",
        put("heading", r":\trswitch what\trswitch I\trswitch did"),
        path="work[0]",
        besides=("foreign-text",),
    ),
    "a pale date": Sabotage("low-contrast", put("date", r"\color[gray]{.5}"), path="work[0].startDate"),
    "black on a dark ground": Sabotage(
        "low-contrast",
        lambda template: template.replace(
            "((( section.title )))", r"\colorbox[gray]{.4}{((( section.title )))}"
        ),
        path="work[0]",
    ),
    "white on black": Sabotage(
        "",
        lambda template: template.replace(
            "((( section.title )))", r"\colorbox{black}{\color{white}((( section.title )))}"
        ),
    ),
    "text in the margin": Sabotage(
        "outside-margins",
        lambda template: template.replace("((( paragraph )))", r"\noindent\hskip-9mm ((( paragraph )))"),
        path="work[0].summary",
    ),
    "a rule across the sheet": Sabotage(
        "outside-margins",
        put("headed", r"\noindent\hskip-15mm\rule{200mm}{1pt}\par"),
        besides=("overfull-line",),
    ),
    "a heading at the foot": Sabotage(
        "stranded-heading",
        put("headed", r"\newpage" + filled(30)),
        path="work[0]",
        besides=("half-empty-page",),
    ),
    "the head of an entry at the foot": Sabotage(
        "stranded-heading",
        put("opened", r"\newpage" + filled(30)),
        path="work[0].position",
        besides=("half-empty-page", "lone-line"),
    ),
    "a short last page": Sabotage(
        "half-empty-page",
        put("before", r'((* if section.name == "skills" *))\newpage((* endif *))'),
        path="skills[0]",
    ),
    "one line on the last page": Sabotage(
        "lone-line",
        lambda template: template.replace(
            r"{\hangindent1em", r'((* if "drivers" in highlight.text *))\newpage((* endif *)){\hangindent1em'
        ),
        lambda data: data[: data.index("education:")],
        path="work[1].highlights[1]",
    ),
    "a link to a name that is none": Sabotage(
        "bad-link",
        data=lambda data: data.replace(
            "Payments for small shops", "Its [payments](https://intranet/x) for small shops"
        ),
        path="work[0].summary",
    ),
    "a mail link without a host": Sabotage(
        "bad-link",
        data=lambda data: data.replace("Payments for", "Its [payments](mailto:ada) for"),
        path="work[0].summary",
    ),
    "a telephone link in letters": Sabotage(
        "bad-link",
        data=lambda data: data.replace("Payments for", "Its [payments](tel:call-me) for"),
        path="work[0].summary",
    ),
    "nothing": Sabotage(""),
}


def checked(tmp_path: Path, done: Sabotage) -> tuple[Diagnostic, ...]:
    """What `check` says of a sabotaged résumé."""
    folder = tmp_path / "sabotaged"
    folder.mkdir()
    (folder / "template.yaml").write_text(MANIFEST, encoding="utf-8")
    template = done.template(TEMPLATE)
    (folder / "resume.tex.j2").write_text(template, encoding="utf-8")
    data = tmp_path / "resume.yaml"
    data.write_text(done.data(DATA), encoding="utf-8")
    assert (template, done.data(DATA)) != (TEMPLATE, DATA) or not done.code
    request = Request(data=data, template=str(folder), output=tmp_path / "dist", project=tmp_path)
    try:
        return pipeline.build(request, inspect=inspect_thoroughly).diagnostics
    except ResumeError as error:  # some are so bad that every build sees them
        return error.diagnostics


@pytest.mark.tex
@pytest.mark.parametrize("name", SABOTAGES)
@pytest.mark.usefixtures("any_tex")
def test_each_sabotage_is_caught_by_name(name: str, tmp_path: Path) -> None:
    """The check for it says so, at the place in the data, with a hint; no other complains without cause."""
    done = SABOTAGES[name]
    found = [one for one in checked(tmp_path, done) if one.severity is not Severity.NOTE]
    found = [one for one in found if one.code != "not-printed"]
    assert {one.code for one in found} - set(done.besides) == ({done.code} if done.code else set())
    if done.code:
        caught = [one for one in found if one.code == done.code]
        assert all(one.hint for one in caught)
        assert not done.path or done.path in {one.place for one in caught}
        assert not done.path or all(one.position is not None for one in caught if one.place == done.path)


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_extractors_that_are_not_installed_are_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, a note names the missing extractors and how to install them."""

    def absent_extractor(_: bytes) -> str:
        raise ImportError

    monkeypatch.setattr(extractors, "EXTRACTORS", dict.fromkeys(extractors.EXTRACTORS, absent_extractor))
    (note,) = [one for one in checked(tmp_path, Sabotage("")) if one.code == "readers-missing"]
    assert note.severity is Severity.NOTE
    assert "not checked: what pypdf, pdfplumber and pdfminer read in the PDF" in note.message
    assert "texresume[check]" in note.message


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_without_the_extra_one_line_says_what_was_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spelling, too; and where only the word lists are missing, their own note."""

    def absent_extractor(_: bytes) -> str:
        raise ImportError

    monkeypatch.setitem(sys.modules, "spellchecker", None)
    found = checked(tmp_path, Sabotage(""))
    assert [one.code for one in found if one.code in ("not-spelled", "readers-missing")] == ["not-spelled"]
    monkeypatch.setattr(extractors, "EXTRACTORS", dict.fromkeys(extractors.EXTRACTORS, absent_extractor))
    (tmp_path / "again").mkdir()
    found = checked(tmp_path / "again", Sabotage(""))
    (note,) = [one for one in found if one.code in ("not-spelled", "readers-missing")]
    assert "not checked: spelling, and what pypdf" in note.message
    assert "\n" not in format_diagnostic(note)


@pytest.mark.tex
@pytest.mark.usefixtures("any_tex")
def test_a_page_that_is_half_empty_is_a_note(tmp_path: Path) -> None:
    """One short page is no fault: there is room for more."""
    found = {one.code: one.severity for one in checked(tmp_path, Sabotage(""))}
    assert found.get("half-empty-page") is Severity.NOTE


@pytest.mark.parametrize(
    ("target", "good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://localhost:8000", True),
        ("https://[2001:db8::1]/", True),
        ("https://intranet/", False),
        ("https:///path", False),
        ("https://example.org/a b", False),
        ("mailto:ada@example.com?subject=x", True),
        ("mailto:ada@localhost", False),
        ("mailto:a@b@example.com", False),
        ("tel:+12125550142", True),
        ("tel:", False),
        ("ftp://example.org", False),
    ],
)
def test_targets_that_cannot_lead_anywhere(target: str, good: bool) -> None:
    """What is wrong with a target can be seen without the network."""
    assert bool(links.find_problem(target)) is not good


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21:1; #595959 is the palest grey of 7:1, as WebAIM's table has it."""
    assert layout.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert layout.contrast((255, 255, 255), (0x59, 0x59, 0x59)) == pytest.approx(7.0, abs=0.01)
    assert layout.contrast((0, 0, 0), (0, 0, 0)) == pytest.approx(1)


# -- no false alarm -----------------------------------------------------------------------------------------

LOOKS: dict[str, tuple[str, dict[str, str]]] = {
    "onepage": ("onepage", {}),
    "banking": ("moderncv", {}),
    "classic": ("moderncv", {"style": "classic"}),
    "academic": ("academic", {}),
}
EXAMPLES = [*sorted((ROOT / "data").glob("*.yaml")), ROOT / "data" / "engineer" / "resume.yaml"]
VARIANTS = ("leitung", "machine-learning", "reliability")
SCRIPTS = sorted((ROOT / "tests" / "data" / "scripts").glob("*.yaml"))


def documented(section: str) -> set[str]:
    """The codes in a section of docs/checks.md."""
    text = (ROOT / "docs" / "checks.md").read_text("utf-8")
    found = text.partition(f"## Only by `check`: {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z-]+)` \|", found, re.MULTILINE))


CODES = documented("the page")
ALARMS = CODES | documented("what the template does")
"""All that must not be said of a page that is right."""


def test_every_code_is_documented_and_fires() -> None:
    """The table of `docs/checks.md` has each code that a sabotage is caught by, and none besides."""
    assert {done.code for done in SABOTAGES.values() if done.code} | {"readers-missing"} == CODES


def complaints(
    data: Path, look: str, variant: str, paper: str, engine_name: str, output: Path
) -> Sequence[Diagnostic]:
    """What `check` says of an example beyond what is true of it."""
    template, options = LOOKS[look]
    settings: dict[str, Any] = {
        "options": {**options, "paper": paper},
        "engine": engine_name,
        "variant": variant,
    }
    request = Request(data=data, template=template, output=output, project=ROOT, **settings)
    try:
        built = pipeline.build(request, inspect=inspect_thoroughly)
    except ResumeError as error:
        # Whole masters are too long for one page.
        assert "too-long" in {one.code for one in error.diagnostics}  # noqa: PT017 - not all are refused
        return [one for one in error.diagnostics if one.code in {*ALARMS, "text-lost"} - {"half-empty-page"}]
    found = [one for one in built.diagnostics if one.severity is not Severity.NOTE and one.code in ALARMS]
    # Few lines on the last page, by another count than that of the check.
    *before, last = built.report.lines_by_page
    return [one for one in found if one.code != "half-empty-page" or last > 0.6 * max(before, default=0)]


BOUNDED = [
    ("resume", "classic", "", "a4", "pdftex"),
    ("resume", "academic", "", "letter", "xetex"),
    ("researcher", "banking", "", "letter", "pdftex"),
    ("student", "onepage", "", "letter", "xetex"),
    ("he-hard", "classic", "", "a4", "xetex"),
    ("fa", "banking", "", "a4", "xetex"),
    ("th", "academic", "", "a4", "xetex"),
    ("mixed", "classic", "", "letter", "xetex"),
]
BY_NAME = {file.stem: file for file in [*SCRIPTS, *EXAMPLES[:-1]]}


@pytest.mark.tex
@pytest.mark.parametrize(("name", "look", "variant", "paper", "engine_name"), BOUNDED)
@pytest.mark.usefixtures("any_tex")
def test_no_false_alarm(
    name: str, look: str, variant: str, paper: str, engine_name: str, tmp_path: Path
) -> None:
    """A few of all examples; the slow test takes every one."""
    if engine_name == "xetex" and not distribution.find("xetex"):
        absent("XeTeX")
    assert complaints(BY_NAME[name], look, variant, paper, engine_name, tmp_path) == []


@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["pdftex", "xetex"])
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.usefixtures("any_tex")
def test_no_false_alarm_on_any_example(look: str, engine_name: str, tmp_path: Path) -> None:
    """All examples in all templates by both engines, on alternating papers: nothing that is not so."""
    is_letter = (list(LOOKS).index(look) % 2 == 0) == (engine_name == "xetex")
    paper = "letter" if is_letter else "a4"
    if engine_name == "xetex" and not distribution.find("xetex"):
        absent("XeTeX")
    jobs = [(file, "") for file in EXAMPLES]
    jobs += list(itertools.product([EXAMPLES[-1]], VARIANTS))
    jobs += [(file, "") for file in SCRIPTS] if engine_name == "xetex" else []
    found = {
        f"{file.stem} {variant}": messages
        for file, variant in jobs
        if (
            messages := [one.message for one in complaints(file, look, variant, paper, engine_name, tmp_path)]
        )
    }
    assert found == {}
