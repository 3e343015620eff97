"""Addresses on one line, as each country writes them."""

from __future__ import annotations

import pytest

from texresume.text import postal
from texresume.text.postal import Part

ADDRESSES: list[tuple[str, dict[Part, str], str]] = [
    (
        "US",
        {"address": "12 Main St", "postalCode": "94115", "city": "San Francisco", "region": "CA"},
        "12 Main St, San Francisco, CA 94115",
    ),
    ("US", {"region": "CA", "city": "San Francisco"}, "San Francisco, CA"),
    ("US", {"region": "CA"}, "CA"),
    ("US", {"postalCode": "94115", "city": "San Francisco"}, "San Francisco 94115"),
    (
        "GB",
        {"address": "221B Baker Street", "postalCode": "NW1 6XE", "city": "London"},
        "221B Baker Street, London NW1 6XE",
    ),
    ("IE", {"postalCode": "D02 X285", "city": "Dublin"}, "Dublin D02 X285"),
    ("CA", {"postalCode": "M5H 1A1", "city": "Toronto", "region": "ON"}, "Toronto ON M5H 1A1"),
    ("CA", {"city": "Toronto", "region": "ON"}, "Toronto, ON"),
    ("AU", {"postalCode": "2000", "city": "Sydney", "region": "NSW"}, "Sydney NSW 2000"),
    ("FR", {"postalCode": "75001", "city": "Paris"}, "75001 Paris"),
    ("DE", {"address": "Allee 1", "postalCode": "10178", "city": "Berlin"}, "Allee 1, 10178 Berlin"),
    ("SE", {"postalCode": "111 22", "city": "Stockholm"}, "111 22 Stockholm"),
    ("CH", {"postalCode": "8001", "city": "Zürich", "region": "ZH"}, "8001 Zürich, ZH"),
    ("IT", {"postalCode": "00184", "city": "Roma", "region": "RM"}, "00184 Roma RM"),
    ("BR", {"postalCode": "01310-100", "city": "São Paulo", "region": "SP"}, "São Paulo-SP, 01310-100"),
    (
        "IN",
        {"postalCode": "560001", "city": "Bengaluru", "region": "Karnataka"},
        "Bengaluru 560001, Karnataka",
    ),
    ("HU", {"address": "Fő utca 1.", "postalCode": "1011", "city": "Budapest"}, "1011 Budapest, Fő utca 1."),
    (
        "SG",
        {"address": "1 Orchard Rd", "postalCode": "238823", "city": "Singapore"},
        "1 Orchard Rd, Singapore 238823",
    ),
    (
        "JP",
        {"address": "1-2-3 Chiyoda", "postalCode": "100-0001", "city": "Tokyo"},
        "1-2-3 Chiyoda, Tokyo 100-0001",
    ),
    (
        "JP",
        {"address": "千代田1-2-3", "postalCode": "100-0001", "city": "千代田区", "region": "東京都"},
        "〒100-0001 東京都千代田区千代田1-2-3",
    ),
    (
        "CN",
        {"address": "中关村大街1号", "postalCode": "100080", "city": "北京市"},
        "100080 北京市中关村大街1号",
    ),
    (
        "CN",
        {"address": "1 Zhongguancun St", "postalCode": "100080", "city": "Beijing"},
        "1 Zhongguancun St, Beijing 100080",
    ),
    (
        "KR",
        {"address": "테헤란로 1", "city": "강남구", "region": "서울특별시"},
        "서울특별시 강남구 테헤란로 1",
    ),
    ("KR", {"address": "1 Teheran-ro", "postalCode": "06236", "city": "Seoul"}, "1 Teheran-ro, Seoul 06236"),
    ("AE", {"address": "Sheikh Zayed Rd", "city": "Dubai"}, "Sheikh Zayed Rd, Dubai"),
    (
        "",
        {"address": "Street 1", "postalCode": "123", "city": "Town", "region": "R"},
        "Street 1, 123 Town, R",
    ),
    ("XX", {"postalCode": "123", "city": "Town"}, "123 Town"),
    ("GB", {}, ""),
]


@pytest.mark.parametrize(("country", "parts", "wanted"), ADDRESSES)
def test_one_line(country: str, parts: dict[Part, str], wanted: str) -> None:
    """Every part is there once, in the country's order."""
    pieces = postal.arranged(
        country,
        list(parts),
        native=any(map(postal.is_east_asian, parts.values())),
        letters_in_code=any(map(str.isalpha, parts.get("postalCode", ""))),
    )
    assert "".join(parts[piece.part] if piece.part else piece.text for piece in pieces) == wanted


def test_no_part_is_lost_in_any_country() -> None:
    """Whatever the format has a place for."""
    given: list[Part] = ["address", "city", "region", "postalCode"]
    for country in postal._asked():
        for native in (False, True):
            pieces = postal.arranged(country, given, native=native)
            assert sorted(piece.part for piece in pieces if piece.part) == sorted(given), country
            assert all(piece.text for piece in pieces if not piece.part)
