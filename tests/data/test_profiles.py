"""User names of networks and the addresses that follow from them."""

from __future__ import annotations

import re

import pytest

from texresume import resources
from texresume.data import profiles


@pytest.mark.parametrize(
    ("network", "username", "url"),
    [
        ("LinkedIn", "https://www.linkedin.com/in/rosal", "https://www.linkedin.com/in/rosal"),
        ("LinkedIn", "linkedin.com/in/rosal", "https://linkedin.com/in/rosal"),
        ("LinkedIn", "www.linkedin.com/in/rosal/", "https://www.linkedin.com/in/rosal/"),
        ("LinkedIn", "in/rosal", "https://www.linkedin.com/in/rosal"),
        ("LinkedIn", "/in/rosal", "https://www.linkedin.com/in/rosal"),
        ("linkedin.com", "rosal", "https://www.linkedin.com/in/rosal"),
        ("LinkedIn", "rósa-líndqvist", "https://www.linkedin.com/in/r%C3%B3sa-l%C3%ADndqvist"),
        ("GitHub", "@rosal", "https://github.com/rosal"),
        ("GitHub", "github.com/rosal", "https://github.com/rosal"),
        ("X", "@rosal", "https://x.com/rosal"),
        ("Twitter", "rosal", "https://x.com/rosal"),
        ("YouTube", "@rosal", "https://www.youtube.com/@rosal"),
        ("Medium", "@rosal", "https://medium.com/@rosal"),
        ("ORCID", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("ORCID iD", "https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("Google Scholar", "AbCdEfGAAAAJ", "https://scholar.google.com/citations?user=AbCdEfGAAAAJ"),
        ("Stack Overflow", "1234567", "https://stackoverflow.com/users/1234567"),
        ("Stack Overflow", "1234567/rosal", "https://stackoverflow.com/users/1234567/rosal"),
        ("Mastodon", "@rosa@hachyderm.example", "https://hachyderm.example/@rosa"),
        ("Mastodon", "rosa@hachyderm.example", "https://hachyderm.example/@rosa"),
        ("Bluesky", "@rosa.bsky.social", "https://bsky.app/profile/rosa.bsky.social"),
        ("Telegram", "@rosal", "https://t.me/rosal"),
        ("XING", "Rosa_Lindqvist", "https://www.xing.com/profile/Rosa_Lindqvist"),
        ("WhatsApp", "+46 70 555 01 99", "https://wa.me/46705550199"),
        ("LeetCode", "rosal", "https://leetcode.com/u/rosal"),
        ("Matrix", "@rosa:matrix.org", "https://matrix.to/#/@rosa:matrix.org"),
        ("SourceHut", "~rosal", "https://sr.ht/~rosal"),
        ("Substack", "rosal", "https://rosal.substack.com"),
        ("DEV.to", "rosal", "https://dev.to/rosal"),
        ("Hugging Face", "rosal", "https://huggingface.co/rosal"),
        ("dblp", "12/3456-1", "https://dblp.org/pid/12/3456-1"),
        ("知乎", "rosal", "https://www.zhihu.com/people/rosal"),
        ("ВКонтакте", "rosal", "https://vk.com/rosal"),
        ("Blog", "rosal.example.org", "https://rosal.example.org"),
        ("GitLab", "group/rosal", "https://gitlab.com/group/rosal"),
    ],
)
def test_linked(network: str, username: str, url: str) -> None:
    """An address is recognised, "@" and the beginning of a path are dropped."""
    assert profiles.of(network, username).url == url


@pytest.mark.parametrize(
    ("network", "username", "problem"),
    [
        ("LinkedIn", "Rosa Lindqvist", "name"),
        ("GitHub", "Rosa Lindqvist", "name"),
        ("Google Scholar", "Rosa Lindqvist", "name"),
        ("ORCID", "rosal", "name"),
        ("Mastodon", "rosal", "name"),
        ("WhatsApp", "070 555 01 99", "name"),
        ("Skype", "live:rosa", "no-address"),
        ("Discord", "rosal", "no-address"),
        ("微信", "rosal", "no-address"),
        ("translation", "English version", "network"),
        ("Hyves", "rosal", "network"),
    ],
)
def test_not_linked(network: str, username: str, problem: str) -> None:
    """Printed as it is written, and the reason is known."""
    found = profiles.of(network, username)
    assert (found.url, found.shown, found.problem) == ("", username, problem)


def test_what_is_printed() -> None:
    """The address, but for names that say more than the address."""
    assert profiles.of("GitHub", "@rosal").shown == "github.com/rosal"
    assert profiles.of("Mastodon", "@rosa@hachyderm.example").shown == "@rosa@hachyderm.example"
    assert profiles.of("WhatsApp", "+46 70 555 01 99").shown == "+46 70 555 01 99"


def test_network_of_an_address() -> None:
    """By its host."""
    assert profiles.network_of("https://gitlab.com/rosal") == "gitlab"
    assert profiles.network_of("https://www.linkedin.com/in/rosal") == "linkedin"
    assert profiles.network_of("https://rosal.example.org") == ""


def test_the_table() -> None:
    """Every pattern compiles, no name stands twice, every address is https and has a place for the name."""
    table = resources.table("data/schema/networks.yaml")
    names = [alias for name, known in table.items() for alias in (name, *known.get("also", ()))]
    assert len(set(names)) == len(names)
    for name, known in table.items():
        assert name == re.sub(r"[\W_]+", "", name).casefold()
        assert set(known) <= {"url", "username", "also", "at", "print", "digits"}
        if "url" in known:
            assert known["url"].startswith("https://")
            assert "{name}" in known["url"]
            re.compile(known["username"])
