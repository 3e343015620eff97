"""Scores and degrees as they are printed."""

from __future__ import annotations

import pytest

from texresume.document import grades


@pytest.mark.parametrize(
    ("score", "study", "country", "wanted"),
    [
        ("3.9/4.0", "BSc", "", "GPA"),
        ("3.9 / 4", "BSc", "US", "GPA"),
        ("3.9", "", "US", "GPA"),
        ("3.85", "B.A.", "", "GPA"),
        ("4.0/4.3", "B.A.", "", "GPA"),
        ("3.9", "BSc", "DE", ""),
        ("92%", "XII", "", ""),
        ("9.1/10", "B.Tech", "", ""),
        ("8.7 / 10 CGPA", "B.Tech", "", ""),
        ("15/20", "Licence", "", ""),
        ("1.3", "Abitur", "", ""),
        ("2.3", "Abitur", "", ""),
        ("1,3", "Abitur", "", ""),
        ("2,1", "Bachelor", "", ""),
        ("2,1 (gut)", "Diplom", "", ""),
        ("2:1", "BA", "", ""),
        ("110/110 e lode", "Laurea", "", ""),
        ("A", "HS", "", ""),
        ("5.5 of 6", "BSc", "", ""),
        ("1520", "SAT", "", ""),
        ("34", "ACT", "US", ""),
        ("summa cum laude", "BA", "US", ""),
        ("GPA 3.9", "BA", "US", ""),
        ("First-class honours", "BA", "GB", ""),
        ("3.9 (magna cum laude)", "BA", "US", ""),
    ],
)
def test_gpa(score: str, study: str, country: str, wanted: str) -> None:
    """Only on a scale of four."""
    assert grades.is_labelled(score, study, "GPA", country) is bool(wanted)


@pytest.mark.parametrize(
    ("score", "study", "wanted"),
    [
        ("1,3", "Abitur", "Note"),
        ("2,1", "Bachelor", "Note"),
        ("1.3", "", "Note"),
        ("15/20", "Licence", "Note"),
        ("2,1 (gut)", "Diplom", ""),
        ("92%", "XII", ""),
        ("1520", "SAT", ""),
        ("mit Auszeichnung", "", ""),
    ],
)
def test_other_languages(score: str, study: str, wanted: str) -> None:
    """The language's own word before a bare mark."""
    assert grades.is_labelled(score, study, "Note", "") is bool(wanted)


@pytest.mark.parametrize(
    ("study", "area", "wanted"),
    [
        ("BSc", "Physics", "pattern"),
        ("Bachelor of Science", "Computer Science", "pattern"),
        ("Ph.D.", "Information Systems", "pattern"),
        ("Master", "International Law", "pattern"),
        ("Bachelor of Arts", "Indian History", "pattern"),
        ("Bachelor of Science in Computer Science", "Minor in Music", "comma"),
        ("BSc", "Minor in Music", "comma"),
        ("BA", "Major in History", "comma"),
        ("BA", "with Honours in History", "space"),
        ("BSc", "in Physics", "space"),
        ("B.Sc. in Physics", "Astronomy", "comma"),
        ("Licence", "en droit", "space"),
        ("Master in", "Physics", "space"),
        ("Bachelor", "mit Schwerpunkt Informatik", "space"),
        ("BA", "(Hons) History", "comma"),
        ("BSc", "2014", "comma"),
    ],
)
def test_joint(study: str, area: str, wanted: str) -> None:
    """A phrase, or two with a comma."""
    assert grades.joint(study, area) == wanted
