"""Dates as people write them: what can be read in one way only is read, the rest keeps its years."""

from __future__ import annotations

import pytest

from texresume.data import written_dates
from texresume.data.written_dates import Parts, Stretch


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2020", (2020, 0, 0)),
        ("2020-05", (2020, 5, 0)),
        ("2020-3", (2020, 3, 0)),
        ("2011-12", (2011, 12, 0)),
        ("2020/05", (2020, 5, 0)),
        ("2020.05", (2020, 5, 0)),
        ("2020/5/7", (2020, 5, 7)),
        ("2020-01-01T00:00:00Z", (2020, 1, 1)),
        ("2020-01-01 12:30", (2020, 1, 1)),
        ("08/2021", (2021, 8, 0)),
        ("8.2021", (2021, 8, 0)),
        ("06-15-2020", (2020, 6, 15)),
        ("15/06/2020", (2020, 6, 15)),
        ("15.06.2020", (2020, 6, 15)),
        ("05.06.2020", (2020, 6, 5)),
        ("05/05/2020", (2020, 5, 5)),
        ("Aug 2014", (2014, 8, 0)),
        ("Aug. 2014", (2014, 8, 0)),
        ("AUG 2014", (2014, 8, 0)),
        ("Sept 2014", (2014, 9, 0)),
        ("October 2012", (2012, 10, 0)),
        ("October, 2012", (2012, 10, 0)),
        ("Aug '14", (2014, 8, 0)),
        ("Mar ’98", (1998, 3, 0)),
        ("June 15, 2020", (2020, 6, 15)),
        ("15 June 2020", (2020, 6, 15)),
        ("15th June 2020", (2020, 6, 15)),
        ("1. März 2020", (2020, 3, 1)),
        ("März 2020", (2020, 3, 0)),
        ("août 2019", (2019, 8, 0)),
        ("1er août 2019", (2019, 8, 1)),
        ("15 de junio de 2020", (2020, 6, 15)),
        ("май 2018", (2018, 5, 0)),
        ("maj 2018", (2018, 5, 0)),
        ("2018. május", (2018, 5, 0)),
        ("2020年5月", (2020, 5, 0)),
        ("2020年", (2020, 0, 0)),
        ("2020년 5월 3일", (2020, 5, 3)),
        # More than one meaning, or none.
        ("05/06/2020", None),
        ("08/14", None),
        ("Aug 14", None),
        ("2019-13", None),
        ("13/2019", None),
        ("2020-02-30", None),
        ("30.02.2020", None),
        ("2020-00", None),
        ("2020-05-00", None),
        ("2018-19", None),
        ("2011/12", None),
        ("listopad 2018", None),  # October in Croatian, November in Czech and Polish
        ("Summer 2020", None),
        ("Q3 2018", None),
        ("ca. 2017", None),
        ("2018?", None),
        ("Expected May 2027", None),
        ("Class of 2018", None),
        ("soon", None),
        ("", None),
    ],
)
def test_read(text: str, wanted: Parts | None) -> None:
    """Never more exact than it was written, and only what is a day of the calendar."""
    assert written_dates.read(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Present",
            "present",
            "now",
            "Current",
            "ongoing",
            "to date",
            "(Present)",
            "heute",
            "aktuell",
            "bis heute",
        ),
        *("à ce jour", "Aujourd'hui", "Actualidad", "현재", "至今", "настоящее время", "н.в.", "nå", "núna"),
    ],
)
def test_present(text: str) -> None:
    """In any language, whatever language the résumé is in."""
    assert written_dates.is_present(text)


@pytest.mark.parametrize("text", ["", "2019", "Presently employed", "soon", "–"])
def test_not_present(text: str) -> None:
    """A whole text, not a word of it."""
    assert not written_dates.is_present(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *((text, True) for text in ("2019-13", "2020-02-30", "13/2019", "05/06/2020")),
        *((text, False) for text in ("2018-19", "2015-2018", "2018?", "2019", "08/2021", "soon", "–")),
    ],
)
def test_mistaken(text: str, wanted: bool) -> None:
    """A slip of the pen is told from free text."""
    assert written_dates.is_mistaken(text) is wanted


def test_ambiguous() -> None:
    """Both readings, for the hint."""
    assert written_dates.meant("05/06/2020") == ((2020, 6, 5), (2020, 5, 6))
    assert written_dates.meant("15/06/2020") == ()


def span(first: Parts, last: Parts | None = None) -> Stretch:
    """A span that has an end."""
    return Stretch(first, last or first)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Since 2019", (Stretch((2019, 0, 0), (2019, 0, 0), open=True),)),
        ("seit 03/2019", (Stretch((2019, 3, 0), (2019, 3, 0), open=True),)),
        ("depuis août 2019", (Stretch((2019, 8, 0), (2019, 8, 0), open=True),)),
        ("03/2020 – 05/2021", (span((2020, 3, 0), (2021, 5, 0)),)),
        ("2019–20, 2021–22", (span((2019, 0, 0), (2020, 0, 0)), span((2021, 0, 0), (2022, 0, 0)))),
        ("2018-19, 2019-20", (span((2018, 0, 0), (2019, 0, 0)), span((2019, 0, 0), (2020, 0, 0)))),
        ("2016/17", (span((2016, 0, 0), (2017, 0, 0)),)),
        ("2013-05", (span((2013, 5, 0)),)),
        ("3 months (2018)", (span((2018, 0, 0)),)),
        ("Expected May 2027", (span((2027, 5, 0)),)),
        ("Summer 2020", (span((2020, 0, 0)),)),
        ("Q3 2018 – Q1 2019", (span((2018, 7, 0), (2019, 3, 0)),)),
        ("ca. 2017", (span((2017, 0, 0)),)),
        ("2018?", (span((2018, 0, 0)),)),
        ("2012 - present", (Stretch((2012, 0, 0), (2012, 0, 0), open=True),)),
        ("May 2012 –", (Stretch((2012, 5, 0), (2012, 5, 0), open=True),)),
        ("2012, 2014 and 2016", (span((2012, 0, 0)), span((2014, 0, 0)), span((2016, 0, 0)))),
        ("from 2012 to 2014", (span((2012, 0, 0), (2014, 0, 0)),)),
        ("June 15, 2020", (span((2020, 6, 15)),)),
        ("01.03.2020 bis 30.04.2020", (span((2020, 3, 1), (2020, 4, 30)),)),
        ("2015-2018", (span((2015, 0, 0), (2018, 0, 0)),)),
        ("soon", ()),
        ("42 weeks", ()),
    ],
)
def test_stretches(text: str, wanted: tuple[Stretch, ...]) -> None:
    """What a text in words says of when it was."""
    assert written_dates.stretches(text) == wanted
