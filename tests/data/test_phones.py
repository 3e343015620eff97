"""Telephone numbers as people write them, and what is dialled."""

from __future__ import annotations

import pytest

from texresume.data import phones


@pytest.mark.parametrize(
    ("text", "region", "wanted"),
    [
        ("(+49) 157 0000000", "", "tel:+491570000000"),
        ("+44 (0)20 7946 0958", "", "tel:+442079460958"),
        ("+44(0) 20 7946 0958", "US", "tel:+442079460958"),
        ("tel:+46705550199", "", "tel:+46705550199"),
        ("TEL: +46 70 555 01 99", "", "tel:+46705550199"),
        ("00 49 30 23125 012", "", "tel:+493023125012"),
        ("0049 (0)30 23125 012", "US", "tel:+493023125012"),
        ("011 49 30 23125 012", "US", "tel:+493023125012"),
        ("1-800-FLOWERS", "US", "tel:+18003569377"),
        ("+1 800 FLOWERS", "", "tel:+18003569377"),
        ("(415) 555-0132", "US", "tel:+14155550132"),
        ("415.555.0132 ext. 12", "US", "tel:+14155550132;ext=12"),
        ("+1 415 555 0132 x12", "", "tel:+14155550132;ext=12"),
        ("+49 30 23125 012 DW 12", "", "tel:+493023125012;ext=12"),
        ("+46 70 555 01 99 (m)", "", "tel:+46705550199"),
        ("+46 70 555 01 99 mobile", "", "tel:+46705550199"),
        ("Mobile: +46 70 555 01 99", "", "tel:+46705550199"),
        ("Tel. 030 23125 012", "DE", "tel:+493023125012"),
        ("030/23125-012", "DE", "tel:+493023125012"),
        ("01 99 00 12 34", "FR", "tel:+33199001234"),
        ("+39 (0)6 5550 1234", "", "tel:+390655501234"),
        ("020 7946 0958", "gb", "tel:+442079460958"),
        ("\uff0b44 20 7946 0958", "", "tel:+442079460958"),
        # No country, too short, too long, no number at all.
        ("030 23125 012", "", ""),
        ("555-0199", "US", ""),
        ("+47 555 01 88", "", ""),
        ("+1 415 555 0132 99", "", ""),
        ("on request", "US", ""),
        ("", "US", ""),
    ],
)
def test_target(text: str, region: str, wanted: str) -> None:
    """With the country's code, and with the extension as RFC 3966 writes it; or nothing."""
    assert phones.target(text, region) == wanted


def test_a_guessed_country_must_fit() -> None:
    """A Swedish number in an English résumé has the length of an American one: no wrong link."""
    assert phones.target("070 555 01 99", "US", guessed=True) == ""
    assert phones.target("070 555 01 99", "SE") == "tel:+46705550199"
    assert phones.target("(415) 555-0132", "US", guessed=True) == "tel:+14155550132"


def test_north_american_numbers_are_known_anywhere() -> None:
    """By their form, unless they are numbers of the country, too."""
    assert phones.target("(212) 555-0101", "FR", guessed=True) == "tel:+12125550101"
    assert phones.target("212-555-0101", "NO") == "tel:+12125550101"
    assert phones.target("(212) 555-0101", "TR") == "tel:+902125550101"
    assert phones.target("212 555 01 01", "FR") == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("+46 70 555 01 99 (m), +47 555 01 888 (h)", ("+46 70 555 01 99 (m)", "+47 555 01 888 (h)")),
        ("+46 70 555 01 99 / +47 555 01 888", ("+46 70 555 01 99", "+47 555 01 888")),
        ("415-555-0132; 415-555-0133", ("415-555-0132", "415-555-0133")),
        ("415-555-0132 or 415-555-0133", ("415-555-0132", "415-555-0133")),
        ("030 23125 012 oder 030 23125 013", ("030 23125 012", "030 23125 013")),
        ("415-555-0132\n415-555-0133", ("415-555-0132", "415-555-0133")),
        ("+46 70 555 01 99 +47 22 55 01 17", ("+46 70 555 01 99", "+47 22 55 01 17")),
        ("+46 70 555 01 99", ()),
        ("030/23125-012", ()),
        ("+49 30 23125 0/12", ()),
        ("415-555-0132, ext. 12", ()),
        ("415-555-0132 (cell or text)", ()),
    ],
)
def test_several(text: str, wanted: tuple[str, ...]) -> None:
    """Only where each part could be a number of its own."""
    assert phones.several(text) == wanted


def test_answers_are_kept() -> None:
    """A second run does not import the library for a number that it has seen."""
    import subprocess
    import sys

    script = """
import sys
from texresume.data import phones
assert phones.target("(415) 555-0132", "US") == "tel:+14155550132"
print("phonenumbers" in sys.modules)
"""
    runs = [
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert runs[1].strip() == "False"
