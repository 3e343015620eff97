"""Names of authors: told apart in a text, and the owner's among them."""

from __future__ import annotations

import pytest

from tests.fixtures import document
from texresume.document import authors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A. Example, B. Sample & C. Other", ["A. Example", "B. Sample", "C. Other"]),
        ("Smith, J. A., and Berg, O.", ["Smith, J. A.", "Berg, O."]),
        ("Smith, J. A., Berg, O., & Lee, K. B.", ["Smith, J. A.", "Berg, O.", "Lee, K. B."]),
        ("Smith, Jane and Berg, Olav", ["Smith, Jane", "Berg, Olav"]),
        ("Smith JA, Berg O, et al.", ["Smith JA", "Berg O", "et al."]),
        ("Smith, J.; Berg, O.; and Lee, K.", ["Smith, J.", "Berg, O.", "Lee, K."]),
        ("Müller, K., Berg, O. und Wu, X.-Y.", ["Müller, K.", "Berg, O.", "Wu, X.-Y."]),
        ("Ana María López y Juan Pérez", ["Ana María López", "Juan Pérez"]),
        ("J. Smith et al.", ["J. Smith", "et al."]),
        ("**J. Smith**, O. Berg", ["**J. Smith**", "O. Berg"]),
        ("王小明, 李四", ["王小明", "李四"]),
        # one name or several? As it stands
        ("Smith, Jane", ["Smith, Jane"]),
        ("Brückner, Jörg", ["Brückner, Jörg"]),
        ("OECD, World Bank", ["OECD, World Bank"]),
        ("**J. Smith, O. Berg**", ["**J. Smith, O. Berg**"]),
        ("A. B. Smith, Jr., and C. Lee", ["A. B. Smith, Jr., and C. Lee"]),
    ],
)
def test_a_text_is_told_apart_where_it_is_certain(text: str, names: list[str]) -> None:
    """By semicolons, by "and", by commas between whole names or after initials."""
    assert authors.split(text) == names


@pytest.mark.parametrize(
    ("owner", "own", "others"),
    [
        (
            "Jane A. Smith",
            [
                "Smith JA",
                "J. A. Smith",
                "Smith, J. A.",
                "Smith, Jane",
                "J. Smith",
                "Smith J",
                "Jane Smith",
                "JA Smith",
                "SMITH JA",
                "Jane Anne Smith",
                "Smith, J.A.1",
                "Smith J.A.*",
            ],
            [
                "John Smith",
                "Smith, John",
                "Smith AJ",
                "K. Smith",
                "J. B. Smith",
                "Smith",
                "A. Smith",
                "O. Berg",
                "...",
            ],
        ),
        (
            "Jane Smith-Berg",
            ["J. Smith-Berg", "J. Smith Berg", "Smith-Berg, J.", "Smith Berg J"],
            ["J. Smith", "J. Berg"],
        ),
        ("Wei Zhang", ["Zhang Wei", "W. Zhang", "Zhang W", "Zhang, W."], ["Zhang X", "Wang Zhang"]),
        ("Zhang Wei", ["Zhang Wei", "W. Zhang", "Zhang W", "Wei Zhang"], ["Zhang X"]),
        (
            "Jan van der Berg",
            ["J. van der Berg", "Berg, J. van der", "Van der Berg, J.", "J. Berg"],
            ["P. van der Berg"],
        ),
        ("Yang Du", ["Y. Du", "Du Y"], ["Y. Li"]),
        ("Klaus Müller", ["K. Mueller", "Muller K", "Müller, Klaus"], ["H. Müller"]),
        ("María García López", ["M. García López", "García López, M.", "M. Garcia Lopez"], ["J. López"]),
        ("Jean-Pierre Dupont", ["J.-P. Dupont", "Dupont JP", "J. Dupont"], ["Dupont, J.-M."]),
        ("王小明", ["王小明", "王 小明"], ["王明"]),
    ],
)
def test_the_owner_is_who_has_the_family_name_and_the_initials(
    owner: str, own: list[str], others: list[str]
) -> None:
    """In every form of a name, and never somebody of the same family."""
    assert [name for name in own if not authors.is_own(name, [owner])] == []
    assert [name for name in others if authors.is_own(name, [owner])] == []


def test_former_names_are_the_owners(  # the case publications/former-name
) -> None:
    """`basics.aliases` names them."""
    made = document(
        "basics: {name: Jane Smith-Berg, aliases: [Jane Smith]}\n"
        'publications: [{name: One, authors: [J. Smith, "...", "**O. Berg**", et al.]}]\n'
    )
    found = made.sections[0].entries[0].authors
    assert [(str(one.text), one.own, one.others) for one in found] == [
        ("J. Smith", True, False), ("...", False, False), ("O. Berg", False, False), ("et al.", False, True),
    ]  # fmt: skip
