"""One page means one page: the ladder, what is dropped when its end is not enough, the report."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_verbs import texresume
from tests.conftest import ROOT, absent
from tests.fixtures import document
from tests.support import request_for, write_yaml
from texresume.build import fit, pipeline
from texresume.build.fit import Fit, Set
from texresume.cli.status import exit_status
from texresume.diagnostics import ExitStatus, ResumeError, Severity
from texresume.document.model import Document
from texresume.pdf import extractors
from texresume.tex import distribution, texlog

WORDS = (
    "Cut the nightly report from four hours to eleven minutes and kept every number of it right while two"
    " teams moved their services to another region without anybody noticing until the bill came in lower"
).split()


def made(over: float, lines: list[int], leading: float = 10.0, gap: float = 1.0) -> Fit:
    """A fit that lacks so many pt, of highlights with so many lines."""
    highlights = tuple(Set(f"work[{place}].highlights[0]", count, 0.5) for place, count in enumerate(lines))
    return Fit(12, 12, 9.0, leading, gap, 12.7, 1.0, over, highlights)


def master(entries: list[list[dict[str, Any]]]) -> Document:
    """A document whose work has these highlights, each entry a year older than the one before."""
    work = [
        {"name": f"E{place}", "startDate": str(2010 - place), "endDate": str(2020 - place), "highlights": one}
        for place, one in enumerate(entries)
    ]
    return document(yaml.safe_dump({"basics": {"name": "Ada"}, "work": _strings(work)}))


def _strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strings(one) for key, one in value.items()}
    return [_strings(one) for one in value] if isinstance(value, list) else value


def measured(made_of: Document, over: float, lines: int = 1) -> Fit:
    """What TeX would say of it, if each highlight took so many lines."""
    paths = [
        one.path for section in made_of.sections for entry in section.entries for one in entry.highlights
    ]
    return replace(made(over, []), highlights=tuple(Set(path, lines, 0.5) for path in paths))


def texts(made_of: Document) -> list[str]:
    """The highlights that are left."""
    return [
        str(one.text) for section in made_of.sections for entry in section.entries for one in entry.highlights
    ]


def highlight(text: str, priority: int = 3, keep: bool = False) -> dict[str, Any]:
    """One as the data has it."""
    return {"text": text, "priority": str(priority), "keep": str(keep).lower()}


def test_the_least_important_goes_first_then_the_oldest() -> None:
    """By priority, then by the end of the entry, then by the lines saved."""
    whole = master([
        [highlight("new high", 5), highlight("new"), highlight("new low", 1)],
        [highlight("old high", 5), highlight("old"), highlight("old low", 1)],
    ])  # fmt: skip
    order = [str(one.highlight.text) for one in fit.candidates(whole, dict.fromkeys(_paths(whole), 1))]
    assert order == ["old low", "new low", "old", "new", "old high", "new high"]


def _paths(made_of: Document) -> list[str]:
    return [one.path for section in made_of.sections for entry in section.entries for one in entry.highlights]


def test_what_saves_most_goes_first_of_equals() -> None:
    """Two lines before one, in the same entry."""
    whole = master([[highlight("a"), highlight("b"), highlight("c")]])
    paths = _paths(whole)
    order = fit.candidates(whole, {paths[0]: 1, paths[1]: 3, paths[2]: 2})
    assert [one.lines for one in order] == [3, 2, 1]


def test_no_more_goes_than_must() -> None:
    """As many as save the height that lacks, and what was not needed comes back."""
    whole = master([[highlight(name) for name in "abcd"], [highlight(name) for name in "efgh"]])
    left, gone, _ = fit.drop_highlights(whole, measured(whole, 20))
    assert len(gone) == 2
    assert texts(left) == list("abcdgh")
    assert [one.address for one in gone] == ["work.e1.1", "work.e1.2"]


def test_an_entry_keeps_its_only_highlight() -> None:
    """And what is to be kept stays: where that is not enough, nothing goes at all."""
    whole = master([[highlight("a"), highlight("b", keep=True)], [highlight("c")]])
    left, gone, spare = fit.drop_highlights(whole, measured(whole, 11))
    assert (texts(left), len(gone), spare) == (["b", "c"], 1, 1)
    left, gone, spare = fit.drop_highlights(whole, measured(whole, 12))
    assert (texts(left), gone, spare) == (["a", "b", "c"], (), 1)


@given(
    st.lists(
        st.lists(
            st.builds(highlight, st.just("x"), st.integers(1, 5), st.booleans()), min_size=1, max_size=6
        ),
        min_size=1,
        max_size=5,
    ),
    st.floats(0.1, 400),
    st.integers(1, 4),
)
def test_dropping_keeps_its_promises(entries: list[list[dict[str, Any]]], over: float, lines: int) -> None:
    """Nothing kept goes, no entry is emptied, enough goes or nothing, and no single one in vain."""
    whole = master(entries)
    found = measured(whole, over, lines)
    left, gone, spare = fit.drop_highlights(whole, found)
    assert all(entry.highlights for section in left.sections for entry in section.entries)
    assert sum(one.keep for one in _highlights(left)) == sum(one.keep for one in _highlights(whole))
    assert len(_paths(left)) + len(gone) == len(_paths(whole))
    saved = sum(found.height(one.lines) for one in gone)
    if gone:
        assert saved >= over
        assert saved - found.height(lines) < over
    else:
        assert spare // lines * found.height(lines) < over


def test_languages_do_not_keep_a_highlight() -> None:
    """One that stands in two languages goes like any other."""
    whole = master([[{"text": {"en": "a", "de": "b"}}, highlight("c")]])
    found = replace(made(5, []), highlights=(Set("work[0].highlights[0].text.en", 1, 0.5),))
    left, (gone,), _ = fit.drop_highlights(whole, found)
    assert texts(left) == ["c"]
    assert gone.path == "work[0].highlights[0].text"


def _highlights(made_of: Document) -> list[Any]:
    return [one for section in made_of.sections for entry in section.entries for one in entry.highlights]


def test_runts_come_with_the_emptiest_first() -> None:
    """A last line under a fifth; a single line is none."""
    found = replace(
        made(0, []), highlights=(Set("a", 2, 0.19), Set("b", 1, 0.05), Set("c", 3, 0.02), Set("d", 2, 0.2))
    )
    assert [one.path for one in found.runts] == ["c", "a"]


def test_a_log_tells_only_of_what_is_on_the_page() -> None:
    """Lines that were too wide at a step that was given up are no findings."""
    overfull = "Overfull \\hbox (9.0pt too wide) in paragraph at lines {0}--{0}\n"
    log = (
        overfull.format(3)
        + "texresume: try=1\n"
        + overfull.format(10)
        + "texresume: try=2\n"
        + overfull.format(20)
        + "texresume: step=2\ntexresume: item=20 2 15\n"
    )
    assert [finding.line for finding in texlog.parse(log)] == [3, 20]
    assert texlog.items(log) == (texlog.Item(20, 2, 0.15),)


# -- with TeX -------------------------------------------------------------------------------------------


def resume_of(counts: list[int], seed: int, **fields: Any) -> dict[str, Any]:
    """A résumé with so many highlights in each entry, of one to four lines."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    return {
        "basics": {"name": "Ada Example", "email": "ada@example.com", "label": "Engineer"},
        "work": [
            {
                "name": f"Employer {place}",
                "position": "Engineer",
                "startDate": str(2020 - place),
                "endDate": str(2021 - place),
                "highlights": [
                    {
                        "text": f"{place}-{number} "
                        + " ".join(chance.choices(WORDS, k=chance.randint(8, 55))),
                        "priority": str(chance.randint(1, 5)),
                    }
                    for number in range(count)
                ],
                **fields,
            }
            for place, count in enumerate(counts)
        ],
        "skills": [{"name": "Languages", "keywords": ["Go", "Python", "C++"]}],
    }


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize(
    ("counts", "seed"),
    [([3], 1), ([4, 4], 2), ([6, 5, 4], 3), ([8, 8, 6], 4), ([12, 10, 8], 5), ([20, 20, 20], 6), ([120], 7),
     ([1] * 30, 8), ([1] * 60, 9), ([2] * 20, 10), ([30, 2, 2, 2], 11), ([5] * 12, 12)],
)  # fmt: skip
def test_one_page_or_an_error(
    counts: list[int], seed: int, tex_engine: str, any_tex: str, tmp_path: Path
) -> None:
    """Exactly one page or an error; full where the text allows; nothing smaller than the floor; whatever is
    not reported as dropped can be read.
    """
    if not distribution.find(tex_engine):
        absent(tex_engine)
    data = write_yaml(tmp_path, resume_of(counts, seed))
    try:
        built = pipeline.build(request_for(data, tmp_path, engine=tex_engine))
    except ResumeError as error:
        codes = [one.code for one in error.diagnostics if one.severity is Severity.ERROR]
        heads = len(counts) * 3 * 10.8 + 60  # two rows and one highlight each, in pt
        assert (codes, exit_status(error.diagnostics), heads > 700) == (["too-long"], ExitStatus.DATA, True)  # noqa: PT017 - or a page
        return
    assert built.report.pages == 1
    assert built.fit is not None
    assert built.fit.size >= 9
    assert built.fit.leading / built.fit.size >= 1.2 - 1e-6
    assert built.fit.margin >= 12.7 - 0.05
    assert built.fit.fill <= 1
    if sum(counts) > 12:
        assert built.fit.fill >= 0.92
    text = extractors.read_with_pdfium(Path(built.files["pdf"]).read_bytes()).text
    there = set(re.findall(r"\b\d+-\d+\b", text))
    dropped = {re.sub(r".*\[(\d+)\].*\[(\d+)\].*", r"\1-\2", one.path) for one in built.fit.dropped}
    every = {f"{place}-{number}" for place, count in enumerate(counts) for number in range(count)}
    assert there == every - dropped
    assert not built.fit.dropped or built.fit.step == built.fit.steps
    assert built.runs <= 2 or built.fit.dropped


@pytest.mark.tex
def test_what_fits_at_once_costs_one_run(any_tex: str, tmp_path: Path) -> None:
    """And so does what fits at any step; dropping costs a second one."""
    for counts, runs in ([3], 1), ([6, 5, 4], 1), ([40], 2):
        built = pipeline.build(request_for(write_yaml(tmp_path, resume_of(counts, 3)), tmp_path))
        assert built.runs == runs
        assert bool(built.fit and built.fit.dropped) == (runs == 2)


@pytest.mark.tex
def test_nothing_is_dropped_where_that_is_forbidden(any_tex: str, tmp_path: Path) -> None:
    """An error with the number of lines; the cheapest edits first, each with its line in the data."""
    data = write_yaml(tmp_path, resume_of([40], 3))
    done = texresume("build", "--no-drop", "--data", str(data), "--output", str(tmp_path / "dist"))
    assert done.returncode == 1
    assert re.search(r"\d+ lines over: the template 'onepage' allows one page \[too-long\]", done.stderr)
    notes = re.findall(
        rf"{re.escape(str(data))}:\d+:\d+: note: the last line of \S+ is only (\d+)% full", done.stderr
    )
    assert notes
    done = texresume("build", "--data", str(data), "--output", str(tmp_path / "dist"), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["builds"][0]["fit"]
    assert set(found) == {
        *("step", "steps", "size_pt", "leading_pt", "margin_mm", "fill", "dropped", "runts", "saved_page")
    }
    assert found["dropped"]
    assert f"dropped {len(found['dropped'])} highlights" in done.stderr


@pytest.mark.tex
@pytest.mark.parametrize("step", ["1", "14"])
def test_a_step_can_be_asked_for(step: str, any_tex: str, tmp_path: Path) -> None:
    """Then it is that one, whatever room there is."""
    data = write_yaml(tmp_path, resume_of([3], 1))
    built = pipeline.build(request_for(data, tmp_path, options={"step": step}))
    assert built.fit is not None
    assert built.fit.step == int(step)


@pytest.mark.tex
def test_findings_of_a_tried_step_stand_at_their_line(any_tex: str, tmp_path: Path) -> None:
    """The source is read anew for each step, and its lines keep their numbers: the right one is blamed."""
    data = resume_of([8, 8, 6], 4)
    # A formula cannot break.
    data["work"][1]["highlights"][3]["text"] = "$`" + "+".join("abcdefgh" * 5)[:59] + "`$"
    built = pipeline.build(request_for(write_yaml(tmp_path, data), tmp_path, drop=False))
    assert built.fit is not None
    assert built.fit.step > 1
    (wide,) = [one for one in built.diagnostics if one.code == "overfull-line"]
    assert wide.place == "work[1].highlights[3].text"


@pytest.mark.tex
def test_the_outline_is_that_of_the_page(any_tex: str, tmp_path: Path) -> None:
    """Steps that were tried leave no bookmarks behind."""
    import pypdfium2

    built = pipeline.build(request_for(write_yaml(tmp_path, resume_of([8, 8, 6], 4)), tmp_path))
    assert built.fit is not None
    assert built.fit.step > 1
    with pypdfium2.PdfDocument(built.files["pdf"]) as pdf:
        titles = [mark.get_title() for mark in pdf.get_toc()]
    assert titles == ["Experience", "Skills"]


@pytest.mark.tex
def test_the_engineers_master(any_tex: str, tmp_path: Path) -> None:
    """Four pages do not go on one without whole entries; with fewer sections they do, and what matters least
    goes.
    """
    data = ROOT / "data" / "engineer" / "resume.yaml"
    with pytest.raises(ResumeError) as caught:
        pipeline.build(request_for(data, tmp_path))
    (fault,) = [one for one in caught.value.diagnostics if one.code == "too-long"]
    assert "dropping all highlights that may be dropped saves only" in fault.message
    variant = tmp_path / "short.yaml"
    variant.write_text("sections: [summary, work, education, skills]\nlimit: {work: 5}\n", "utf-8")
    built = pipeline.build(request_for(data, tmp_path, variant=str(variant)))
    assert built.fit is not None
    gone = {one.address for one in built.fit.dropped}
    assert "work.palisander.palisander-mentoring" in gone  # priority 1
    assert not gone & {"work.havenlicht-principal.dispatch", "work.palisander.triage"}  # to be kept
    assert not any(address.startswith("work.havenlicht-principal.r") for address in gone)  # new, priority 4
