"""Profiles on networks: the address that a user name leads to."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from texresume import resources
from texresume.records import dataclass

from . import links

Problem = Literal["", "name", "network", "no-address"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What follows from a network and a user name.

    `shown` is printed: an address without its scheme, or the name. Without a `url` there is a problem:
    the text is not a user `name` there, the `network` is not known, or it has `no-address` for names.
    """

    url: str
    shown: str
    problem: Problem = ""


def of(network: str, username: str) -> Profile:
    """The profile of a user of a network, however both are written."""
    username = username.strip()
    if _is_address(username) and (url := links.with_scheme(username)):
        return Profile(url, links.printed(username))
    known = _network(network)
    if known is not None and known.get("url"):
        if url := _address(known, username):
            shown = username if known.get("print") == "username" else links.printed(url)
            return Profile(url, shown)
    elif known is None and _is_host(username) and (url := links.with_scheme(username)):
        return Profile(url, links.printed(username))
    if known is None:
        return Profile("", username, "network")
    return Profile("", username, "name" if known.get("url") else "no-address")


def network_of(url: str) -> str:
    """The name in the table of the network that an address belongs to; empty if it is of none."""
    host = _bare_host(url)
    return _hosts().get(host, "")


def key(network: str) -> str:
    """A network's name as the table has it, whatever its spelling; empty if it is not known."""
    plain = re.sub(r"[\W_]+", "", network).casefold()
    names = _names()
    return names.get(plain) or names.get(plain.removesuffix("com"), "")


def _network(network: str) -> dict[str, Any] | None:
    name = key(network)
    return _table()[name] if name else None


def _address(known: dict[str, Any], username: str) -> str:
    """The address of a name, or an empty text if it is no name of that network."""
    if not known.get("at"):
        username = username.removeprefix("@")
        before = urlsplit(known["url"].partition("{name}")[0])
        path = before.path.lstrip("/") + (f"?{before.query}" if before.query else "")
        username = re.sub(rf"^/?{re.escape(path)}", "", username) if path else username
    match = re.fullmatch(known["username"], username)
    if match is None:
        return ""
    groups = {"name": username, **match.groupdict()}
    if known.get("digits"):
        groups["name"] = re.sub(r"\D", "", groups["name"])
    return links.normalised(known["url"].format(**groups))


def _is_address(text: str) -> bool:
    """Whether a text is meant as an address: it has a scheme, or a path behind the name of a host."""
    if re.match(r"https?://", text, re.IGNORECASE):
        return True
    host, slash, _ = text.partition("/")
    return bool(slash) and _is_host(host)


def _is_host(text: str) -> bool:
    return re.fullmatch(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}", text) is not None


def _bare_host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


@cache
def _table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = resources.table("data/schema/networks.yaml")
    return table


@cache
def _names() -> dict[str, str]:
    """Every name of a network, to that of the table."""
    return {alias: name for name, known in _table().items() for alias in (name, *known.get("also", ()))}


@cache
def _hosts() -> dict[str, str]:
    return {
        _bare_host(known["url"].replace("{name}", "name")): name
        for name, known in _table().items()
        if "url" in known and "{host}" not in known["url"]
    } | {"twitter.com": "x"}
