"""What a template may do to a page without a word: each is caught by name, at its place in the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.check.test_thorough import ALARMS, CODES, DATA, MANIFEST, TEMPLATE, put
from texresume.build import pipeline
from texresume.build.pipeline import Request
from texresume.check.thorough import inspect_thoroughly
from texresume.diagnostics import Diagnostic, ResumeError, Severity

pytestmark = [pytest.mark.tex, pytest.mark.usefixtures("any_tex")]

SCRIPTED = DATA.replace("eleven countries.", "eleven countries, 10^6^ payments a day.")
LINKED = DATA.replace("small shops in", "[small shops](https://shops.example.org) in")
PICTURED = DATA.replace("basics:\n", "basics:\n  image: me.png\n")
PHOTO_OPTION = "options:\n  photo: {type: boolean, default: true, description: Shows the photo.}\n"
TWO_PAGES = put("closed", r'((* if loop.last and section.name == "work" *))\newpage((* endif *))')
Edit = Callable[[str], str]


def instead(old: str, new: str) -> Edit:
    """Something else in the template."""

    def edit(template: str) -> str:
        assert old in template
        return template.replace(old, new, 1)

    return edit


def both(*edits: Edit) -> Edit:
    def edit(template: str) -> str:
        for one in edits:
            template = one(template)
        return template

    return edit


SUMMARY = "((( paragraph )))"
HIGHLIGHT = "((( highlight.text )))"
FIRST = '((* if "ledger" in highlight.text *))%s((* else *))((( highlight.text )))((* endif *))'
RULE = r"\leavevmode\rlap{\raise%s\hbox{\vrule width 180pt height .6pt}}"
LITERAL = r"\pdfliteral direct{%s}"
CLIPPED = r"\leavevmode\pdfsave\pdfliteral{%s re W n}\rlap{%s}\pdfrestore\par "


def only_first(tex: str) -> Edit:
    """Other LaTeX for the first highlight."""
    return instead(HIGHLIGHT, FIRST % tex)


def photo(size: str) -> Edit:
    return put("end", rf"\pdfximage {size} {{((( resume.photo )))}}\pdfrefximage\pdflastximage")


def foot(numbers: str) -> Edit:
    return both(TWO_PAGES, instead(r"\begin{document}", rf"\trfoot{{{numbers}}}\begin{{document}}"))


CONTACTS = "((( contacts(line) )))"
SWAPPED = (
    r"((* for one in line *))\traddress{((( (line | reverse | list)[loop.index0].url )))}{((( one.text )))}"
    r"((* if not loop.last *))\trsep{}((* endif *))((* endfor *))"
)
UNLINKED = r"\makeatletter{\def\tr@taggedlink#1#2{#2}((( contacts(line) )))}\makeatother"
SUM, HIGH = "work[0].summary", "work[0].highlights[0]"

SABOTAGES: dict[str, tuple[str, Edit, str, str]] = {
    "a text over another": (
        "overprinted-text",
        instead(SUMMARY, r"\leavevmode\rlap{Known to be slow and never on time}" + SUMMARY),
        DATA,
        "",
    ),
    "two highlights at one place": (
        "overprinted-text",
        instead(r"{\hangindent1em", r"((* if loop.index == 2 *))\vspace{-14pt}((* endif *)){\hangindent1em"),
        DATA,
        "work[0].highlights[1]",
    ),
    "dashes over a text": (
        "overprinted-text",
        only_first(r"\leavevmode\rlap{\lower1pt\hbox{— — — — — — — — — — — —}}" + HIGHLIGHT),
        DATA,
        HIGH,
    ),
    "the upper half of letters clipped away": (
        "clipped-text",
        instead(SUMMARY, CLIPPED % ("0 -4 600 6.6", SUMMARY)),
        DATA,
        SUM,
    ),
    "the lower half of letters clipped away": (
        "clipped-text",
        only_first(CLIPPED % ("0 3 600 9", HIGHLIGHT)),
        DATA,
        HIGH,
    ),
    "white over half of the letters": (
        "clipped-text",
        instead(SUMMARY, SUMMARY + r"\llap{\color{white}\raise2.6pt\hbox{\vrule width 220pt height 7pt}}"),
        DATA,
        SUM,
    ),
    "struck through": ("struck-text", instead(SUMMARY, RULE % "2.2pt" + SUMMARY), DATA, SUM),
    "struck through by a stroke": (
        "struck-text",
        only_first(r"\leavevmode\rlap{\pdfliteral{q .5 w 0 2.5 m 250 2.5 l S Q}}" + HIGHLIGHT),
        DATA,
        HIGH,
    ),
    "a superscript on the line": (
        "flat-script",
        instead(SUMMARY, r"{\let\textsuperscript\relax\let\trsuper\relax " + SUMMARY + "}"),
        SCRIPTED,
        SUM,
    ),
    "a highlight twice": ("text-repeated", only_first(HIGHLIGHT + r"\par " + HIGHLIGHT), DATA, HIGH),
    "a paragraph twice": ("text-repeated", instead(SUMMARY, SUMMARY + r"\par " + SUMMARY), DATA, SUM),
    "Not: before a text": ("foreign-text", only_first("Not: " + HIGHLIGHT), DATA, HIGH),
    "a word after a text": ("foreign-text", only_first(HIGHLIGHT + " (alleged)"), DATA, HIGH),
    "a foreign heading": (
        "foreign-text",
        put("before", r"((* if loop.first *)){\bfseries Criminal record\par}((* endif *))"),
        DATA,
        "",
    ),
    "a word that is marked as the template's own": (
        "foreign-text",
        only_first(r"\trown{Not:} " + HIGHLIGHT),
        DATA,
        "",
    ),
    "a foot that says something else": ("foreign-text", foot("Rejected in 2024"), DATA, ""),
    "page 3 of 7": ("wrong-page-number", foot("page 3 of 7"), DATA, ""),
    "one page too many": (
        "wrong-page-number",
        foot(r"page \number\trpage\ of \number\numexpr\trpages+1\relax"),
        DATA,
        "",
    ),
    "contacts without links": ("contact-unlinked", instead(CONTACTS, UNLINKED), DATA, "basics.email"),
    "mail and web links swapped": ("link-displaced", instead(CONTACTS, SWAPPED), DATA, "basics.email"),
    "a link of its own": (
        "foreign-link",
        put("end", r"\href{https://example.com/ad}{((( resume.name )))}"),
        DATA,
        "",
    ),
    "a stretched photo": ("photo-stretched", photo("width 30mm height 20mm"), PICTURED, "basics.image"),
    "a photo that is not shown": (
        "photo-missing",
        put("end", r"\setbox0\hbox{\pdfximage{((( resume.photo )))}\pdfrefximage\pdflastximage}"),
        PICTURED,
        "basics.image",
    ),
    "glyphs that are not what they say": (
        "actual-text",
        instead(
            SUMMARY,
            r'((* if "small" in paragraph *))'
            + r"\leavevmode"
            + LITERAL % "/Span<</ActualText(Payments)>>BDC"
            + "Problems"
            + LITERAL % "EMC"
            + r"\trblank{}"
            + r"\setbox0\hbox{"
            + SUMMARY
            + r"} for small shops in eleven countries.((* else *))((( paragraph )))((* endif *))",
        ),
        DATA,
        SUM,
    ),
}
GOOD: dict[str, tuple[Edit, str]] = {
    "underlined": (
        instead(SUMMARY, r"\leavevmode\rlap{\lower1.5pt\hbox{\vrule width 180pt height .5pt}}" + SUMMARY),
        DATA,
    ),
    "a band below it": (instead(SUMMARY, r"\colorbox[gray]{.95}{" + SUMMARY + "}"), DATA),
    "a clipping path around it": (
        instead(SUMMARY, CLIPPED % ("0 -4 600 16", SUMMARY)),
        DATA,
    ),
    "a superscript": (str, SCRIPTED),
    "a link in a text": (str, LINKED),
    "a photo": (photo("height 20mm"), PICTURED),
    "a running foot": (
        foot(r"((( resume.name )))\hfill ((( labels.page_before )))\number\trpage((( labels.page_between )))"
             r"\number\trpages((( labels.page_after )))"),
        DATA,
    ),
    "numbers before highlights": (instead(r"\textbullet\ {", r"((( loop.index ))).\ {"), DATA),
}  # fmt: skip
OWN = {*ALARMS} - {*CODES} | {"text-repeated", "link-displaced", "foreign-link"}


def checked(tmp_path: Path, edit: Edit, data: str, **seams: Any) -> tuple[Diagnostic, ...]:
    """What `check` says of a résumé in a template that was tampered with."""
    folder = tmp_path / "tampered"
    folder.mkdir()
    (folder / "template.yaml").write_text(MANIFEST + PHOTO_OPTION, encoding="utf-8")
    template = edit(TEMPLATE)
    (folder / "resume.tex.j2").write_text(template, encoding="utf-8")
    Image.new("RGB", (120, 160), "navy").save(tmp_path / "me.png")
    file = tmp_path / "resume.yaml"
    file.write_text(data, encoding="utf-8")
    request = Request(data=file, template=str(folder), output=tmp_path / "dist", project=tmp_path)
    try:
        return pipeline.build(request, inspect=inspect_thoroughly, **seams).diagnostics
    except ResumeError as error:
        return error.diagnostics


@pytest.mark.parametrize("name", SABOTAGES)
def test_each_fault_is_caught_by_name(name: str, tmp_path: Path) -> None:
    """With its path in the data where it has one, the line there, and a hint."""
    code, edit, data, path = SABOTAGES[name]
    found = checked(tmp_path, edit, data)
    caught = [one for one in found if one.code == code]
    assert caught, [one.message for one in found]
    assert all(one.hint for one in caught)
    assert not path or path in {one.place for one in caught}
    assert not path or all(one.position is not None for one in caught if one.place == path)
    assert all(one.severity is not Severity.NOTE for one in caught)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_as_it_should_be_raises_none_of_them(name: str, tmp_path: Path) -> None:
    """The same means without harm."""
    edit, data = GOOD[name]
    found = checked(tmp_path, edit, data)
    assert [one.message for one in found if one.code in OWN] == []
    assert not [one for one in found if one.severity is Severity.ERROR]


def test_every_code_of_the_section_is_tried() -> None:
    """What docs/checks.md lists is what a sabotage is caught by."""
    assert {code for code, *_ in SABOTAGES.values()} - {"foreign-link"} == ALARMS - CODES
    assert len(SABOTAGES) >= 20
