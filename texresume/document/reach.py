"""Email addresses and telephone numbers: each on its own, linked where its target is certain."""

from __future__ import annotations

from texresume.data import links, phones
from texresume.data.resume import DataPath, Text, dotted
from texresume.patterns import lazy
from texresume.text.inline import RichText, Url

from .model import Link
from .texts import Texts

_BETWEEN_EMAILS = lazy(r"(?:[\s,;/|]|\b(?:or|and|oder|und|ou|et|o|y|e)\b)+")


def compose_emails(values: tuple[Text, ...], texts: Texts) -> list[Link]:
    """The email addresses of a field, each with a `mailto:` link."""
    found: list[Link] = []
    for value in values:
        string, path = texts.pick(value)
        addresses = [
            one.removeprefix("mailto:") for one in _BETWEEN_EMAILS.split(string.strip()) if "@" in one
        ]
        if len(addresses) > 1:
            _warn_of_several(addresses, path, texts)
        found += [
            Link(RichText.of(one, dotted(path)).left_to_right(), Url(links.mail_target(one)))
            for one in addresses
        ]
    return found


def compose_urls(values: tuple[Text, ...], texts: Texts) -> list[Link]:
    """The web addresses of a field, each with its link."""
    found: list[Link] = []
    for value in values:
        string, path = texts.pick(value)
        addresses = links.several(string)
        if addresses:
            _warn_of_several(list(addresses), path, texts)
        found += [texts.address(one, path) for one in addresses or (string,)]
    return found


def compose_phones(values: tuple[Text, ...], texts: Texts) -> list[Link]:
    """The telephone numbers of a field, each with a `tel:` link if it can be dialled as it stands."""
    found: list[Link] = []
    for value in values:
        string, path = texts.pick(value)
        numbers = phones.several(string)
        if numbers:
            _warn_of_several(list(numbers), path, texts)
        for number in numbers or (phones.without_scheme(string),):
            if number:
                target = phones.target(number, *_region(texts))
                found.append(Link(RichText.of(number, dotted(path)).left_to_right(), Url(target)))
                if not target and any(map(str.isdigit, number)):  # "on request" is not meant as one
                    _warn_of_unlinked(number, path, texts)
    return found


def _region(texts: Texts) -> tuple[str, bool]:
    """The country of numbers without a country code, and whether it is only guessed by the language."""
    return (texts.country, False) if texts.country else (texts.locale.likely_country, True)


def _warn_of_several(items: list[str], path: DataPath, texts: Texts) -> None:
    key = path[-1] if isinstance(path[-1], str) else path[-2]
    written = ", ".join(f'"{item}"' for item in items)
    texts.warn(
        "several-in-one",
        f"{dotted(path)} holds {len(items)} contacts",
        path,
        f"write a list: {key}: [{written}]",
    )


def _warn_of_unlinked(number: str, path: DataPath, texts: Texts) -> None:
    texts.warn(
        "unlinked-phone",
        f"{number!r} is not a number that can be dialled: printed without a link",
        path,
        "write it with the country code, like +44 20 7946 0958"
        + ("" if texts.country else ", or add location.countryCode"),
    )
