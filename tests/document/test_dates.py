"""How dates look: `meta.dates`, and `dates` of a variant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures import document
from tests.support import project
from texresume.build import pipeline, reading
from texresume.build.run import Run
from texresume.data import loader, schema
from texresume.diagnostics import ResumeError
from texresume.document.compose import compose
from texresume.text import locale

MAY_2021 = "1620000000"


def shown(style: str, period: str, tag: str = "en") -> str:
    """The dates of an entry in a document with `meta.dates`."""
    text = f"meta: {{dates: {style}}}\nbasics: {{name: A}}\nwork:\n  - {{name: B, {period}}}\n"
    loaded = loader.parse(text, Path("resume.yaml"))
    composed, _ = compose(schema.validate(loaded)[0], locale.find(tag), loaded.source)
    return str(composed.sections[0].entries[0].dates)


@pytest.mark.parametrize(
    ("tag", "long", "numeric"),
    [
        ("en", "August 2017 – May 2020", "08/2017 – 05/2020"),
        ("de", "August 2017 – Mai 2020", "08/2017 – 05/2020"),
        ("fr", "août 2017 – mai 2020", "08/2017 – 05/2020"),
        ("fi", "elokuu 2017 – toukokuu 2020", "08.2017 – 05.2020"),
        ("ja", "2017年8月 〜 2020年5月", "2017/8 〜 2020/5"),
    ],
)
def test_months_are_long_or_numeric(tag: str, long: str, numeric: str) -> None:
    """In the form of the reader's language."""
    period = "startDate: 2017-08, endDate: 2020-05"
    assert shown("{month: long}", period, tag) == long
    assert shown("{month: numeric}", period, tag) == numeric
    assert shown("{month: short}", period, tag) == shown("month", period, tag)


def test_days_follow(tmp_path: Path) -> None:
    """A day goes with the month of its form."""
    assert shown("{month: long, precision: day}", "date: 2017-08-03") == "August 3, 2017"
    assert shown("{month: numeric, work: day}", "date: 2017-08-03") == "8/3/2017"
    assert shown("{month: long, precision: year}", "date: 2017-08-03") == "2017"


@pytest.mark.parametrize(
    ("period", "duration"),
    [
        ("startDate: 2017-08, endDate: 2020-05", "2 yrs 10 mos"),
        ("startDate: 2017-08, endDate: 2017-08", "1 mo"),
        ("startDate: 2017-08, endDate: 2018-07", "1 yr"),
        ("startDate: 2017-08, endDate: 2018-08", "1 yr 1 mo"),
        ("startDate: 2020-06", "1 yr"),
        ("startDate: 2020-06, endDate: present", "1 yr"),
        ("startDate: 2018", "3 yrs"),
        ("startDate: 2017, endDate: 2020", "3 yrs"),
        ("startDate: 2017, endDate: 2017", ""),
        ("startDate: 2017, endDate: 2020-05", ""),
        ("startDate: Summer 2017, endDate: 2020-05", ""),
        ("startDate: 2022-01", ""),
        ("date: 2017-08", ""),
        ("endDate: 2017-08", ""),
    ],
)
def test_durations_follow_a_span(period: str, duration: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both months are counted; what is not known exactly is not said."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", MAY_2021)
    plain = shown("month", period)
    assert shown("{durations: true}", period) == plain + (f" ({duration})" if duration else "")
    assert shown("{durations: false}", period) == plain


@pytest.mark.parametrize("tag", locale.available())
def test_durations_are_in_every_language(tag: str) -> None:
    """In words of its own: English stands in for none."""
    words = locale.find(tag).duration(3, 2)
    assert "3" in words
    assert tag.startswith("en") or not ("yr" in words or "year" in words)
    assert "  " not in words
    assert locale.find(tag).duration(0, 0) == ""


def test_durations_read_well() -> None:
    """As people write them."""
    found = {tag: locale.find(tag).duration(3, 2) for tag in ("en-GB", "de", "pl", "ja", "zh-Hans", "es")}
    assert found == {
        "en-GB": "3 yrs 2 mos", "de": "3 Jahre 2 Monate",
        "pl": "3 lata 2 miesiące", "ja": "3年2か月", "zh-Hans": "3年2个月", "es": "3 años 2 meses",
    }  # fmt: skip


def test_the_whole_time_at_an_employer_has_its_length() -> None:
    """Beside each position's."""
    text = (
        "meta: {dates: {durations: true}}\nbasics: {name: A}\nwork:\n"
        "  - {name: B, position: C, startDate: 2018-01, endDate: 2020-12}\n"
        "  - {name: B, position: D, startDate: 2016-01, endDate: 2017-12}\n"
    )
    entry = document(text).sections[0].entries[0]
    assert str(entry.dates).endswith("(3 yrs)")
    assert str(entry.positions[0].dates).endswith("(2 yrs)")
    assert str(entry.span).endswith("(5 yrs)")


@pytest.mark.parametrize(
    ("style", "message", "column"),
    [
        ("{month: shrt}", "'shrt' is not allowed for meta.dates.month", 23),
        ("{durations: maybe}", "'maybe' is not allowed for meta.dates.durations", 27),
        ("{awards: long}", "'long' is not a precision of dates", 24),
        ("long", "'long' is not a precision of dates", 15),
    ],
)
def test_other_styles_are_refused(style: str, message: str, column: int) -> None:
    """At the value that is wrong."""
    loaded = loader.parse(f"meta: {{dates: {style}}}\nbasics: {{name: A}}\n", Path("resume.yaml"))
    with pytest.raises(ResumeError) as caught:
        schema.validate(loaded)
    (fault,) = caught.value.diagnostics
    assert fault.position is not None
    assert (fault.message, fault.position.line, fault.position.column) == (message, 1, column)


def test_a_variant_has_its_own_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Laid over the data's, key by key. With durations to this day, no build is up to date."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    project(
        tmp_path,
        {
            "resume.yaml": "meta: {dates: {month: long, awards: year}}\nbasics: {name: A}\n"
            "work: [{name: B, startDate: 2017-08, endDate: 2020-05}]\nawards: [{title: C, date: 2017-08}]\n",
            "variants/v.yaml": "dates: {month: numeric, durations: true}\n",
        },
    )
    for variant, dates, complete in (
        ("", ["August 2017 – May 2020", "2017"], True),
        ("v", ["08/2017 – 05/2020 (2 yrs 10 mos)", "2017"], False),
    ):
        run = Run(pipeline.Request(data=tmp_path / "resume.yaml", variant=variant, project=tmp_path))
        content = reading.read_content(run)
        assert [str(one.entries[0].dates) for one in content.document.sections] == dates
        assert run.dependencies.complete is complete
