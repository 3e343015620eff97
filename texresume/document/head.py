"""The header of the document: the owner's contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from texresume.data import links, profiles, rules
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Resume, dotted
from texresume.text import postal
from texresume.text.bidi import has_right_to_left
from texresume.text.inline import Fragment, RichText, Run, Url

from . import reach
from .model import Contact, Link
from .texts import Texts

_WEB = ("url", "profile")
_PARTS: tuple[postal.Part, ...] = ("address", "city", "region", "postalCode")


def compose_contacts(resume: Resume, texts: Texts) -> tuple[tuple[Contact, ...], ...]:
    """The contacts by line: mail, phone and address first, pages on the web second, facts and own lines last.

    `basics.contacts` may set another order.
    """
    found = _without_repeated(_all_contacts(resume, texts))
    free = [(line.id, _compose_line(line, texts)) for line in resume.contacts]
    named = [name for name, contact in free if contact is None]
    if not named:
        web = [contact for contact in found if contact.kind in _WEB]
        direct = [contact for contact in found if contact.kind in ("email", "phone")]
        place = [contact for contact in found if contact.kind == "location"]
        facts = [contact for contact in found if contact.kind in rules.FACTS]
        last = facts + [contact for _, contact in free if contact is not None]
        # pdfium, and with it Chrome, splits an address in a line that also has right-to-left words.
        lines = (place, direct, web, last) if _apart(texts, place) else (direct + place, web, last)
        return tuple(tuple(line) for line in lines if line)
    ordered: list[Contact] = []
    for name, contact in free:
        ordered += [contact] if contact is not None else [one for one in found if one.kind == name]
    ordered += [one for one in found if one.kind not in named]
    return _lines(ordered, texts)


def _apart(texts: Texts, place: Sequence[Contact]) -> bool:
    return texts.locale.direction == "rtl" and any(has_right_to_left(str(one.text)) for one in place)


def _lines(ordered: Sequence[Contact], texts: Texts) -> tuple[tuple[Contact, ...], ...]:
    """Contacts in an order of the owner's: a line ends where pages on the web begin or end."""
    lines: list[list[Contact]] = []
    for contact in ordered:
        alone = contact.kind == "location" and _apart(texts, [contact])
        before = lines[-1][-1] if lines else None
        if (
            before is None
            or alone
            or (before.kind in _WEB) != (contact.kind in _WEB)
            or _apart(texts, [before])
        ):
            lines.append([])
        lines[-1].append(contact)
    return tuple(map(tuple, lines))


def _all_contacts(resume: Resume, texts: Texts) -> Iterable[Contact]:
    """Every contact of the data, in the order in which they are printed by default."""
    basics = resume.basics
    for link in reach.compose_emails(basics.texts("email"), texts):
        yield Contact("email", link.text, link.url)
    for link in reach.compose_phones(basics.texts("phone"), texts):
        yield Contact("phone", link.text, link.url)
    if address := _compose_address(resume.location, texts):
        yield Contact("location", address, Url())
    for link in reach.compose_urls(basics.texts("url"), texts):
        yield Contact("url", link.text, link.url)
    for profile in resume.profiles:
        yield _compose_profile(profile, texts)
    for kind, label in rules.FACTS.items():
        value = texts.day(basics.text(kind)) if kind == "birthDate" else texts.rich(basics.text(kind))
        if value:
            yield Contact(kind, texts.labelled(RichText.of(texts.locale.labels[label]), value), Url())


def _without_repeated(contacts: Iterable[Contact]) -> list[Contact]:
    """The contacts without those whose address has been given before."""
    seen: set[str] = set()
    kept = []
    for contact in contacts:
        key = re.sub(r"^https?://(?:www\.)?", "", links.core(contact.url.target))
        if key not in seen or not key:
            kept.append(contact)
        seen.add(key)
    return kept


def _compose_line(line: DataEntry, texts: Texts) -> Contact | None:
    """A contact line of the owner's own; `None` for the name of a contact."""
    if not line.fields:
        return None
    link = texts.link(line.text("url"))
    shown = texts.rich(line.text("text"))
    return Contact("line", texts.labelled(texts.rich(line.text("label")), shown or link.text), link.url)


# -- the address ------------------------------------------------------------------------------------------


def _compose_address(location: DataEntry, texts: Texts) -> RichText:
    """The owner's address on one line, as the country writes it."""
    code = texts.string(location.text("countryCode"))
    parts = {part: text for part in _PARTS if (text := _address_part(location, part, texts))}
    strings = {part: str(text).strip() for part, text in parts.items()}
    native = any(map(postal.is_east_asian, strings.values()))
    comma = texts.locale.separators["list"]
    if not native and not comma.endswith(" "):  # that of Chinese and Japanese
        comma = ", "
    pieces = postal.arranged(
        texts.country,
        _distinct(strings),
        native=native,
        letters_in_code=any(map(str.isalpha, strings.get("postalCode", ""))),
        comma=comma,
    )
    address = RichText(
        tuple(
            fragment
            for piece in pieces
            for fragment in (parts[piece.part] if piece.part else RichText.of(piece.text)).parts
        )
    )
    name = texts.locale.country(code) if code and texts.locale.needs_country(code, "region" in parts) else ""
    if not name or re.search(rf"(?<!\w){re.escape(name)}$", str(address).strip(), re.IGNORECASE):
        return address
    country = RichText.of(name, dotted((*location.path, "countryCode")))
    return RichText.join(" " if native else comma, [country, address] if native else [address, country])


def _address_part(location: DataEntry, part: postal.Part, texts: Texts) -> RichText:
    text = location.text(part)
    return texts.literal(text) if part in ("postalCode", "region") else texts.rich(text)


def _distinct(strings: dict[postal.Part, str]) -> list[postal.Part]:
    """The parts that say something of their own: the region of Berlin is Berlin."""
    seen: set[str] = set()
    kept: list[postal.Part] = []
    for part in _PARTS:
        if part in strings and strings[part].casefold() not in seen:
            kept.append(part)
            seen.add(strings[part].casefold())
    return kept


# -- profiles ---------------------------------------------------------------------------------------------


def _compose_profile(item: DataEntry, texts: Texts) -> Contact:
    """A profile, by its address; network and user name are added if the address does not contain them."""
    network = texts.rich(item.text("network"))
    username = texts.literal(item.text("username"))
    link = texts.link(item.text("url"))
    further = username
    if username and not link.url:  # no address, or one that only a web page can link
        link = Link(username, Url()) if link.text else _by_username(item, str(network), username, texts)
        further = RichText()
    address = str(link.text).casefold()
    text = link.text if _names_network(link, str(network)) else texts.labelled(network, link.text)
    if further and str(further).casefold().lstrip("@") not in address:
        in_brackets = (Fragment("", (Run("("),)), *further.parts, Fragment("", (Run(")"),)))
        text = RichText.join(" ", [text, RichText(in_brackets)])
    return Contact(
        "profile", text, link.url, profiles.key(str(network)) or profiles.network_of(link.url.target)
    )


def _names_network(link: Link, network: str) -> bool:
    """Whether a printed address needs no name of a network: it contains it, or is of another network."""
    address = str(link.text).casefold()
    host = links.printed(link.url.target).partition("/")[0].casefold()
    if not link.url or not address.startswith(host):
        return False
    name = re.sub(r"\s+", "", network).casefold().removesuffix(".com")
    known = bool(profiles.network_of(link.url.target) and profiles.key(network))
    return known or name in re.sub(r"[\s-]+", "", address)


def _by_username(item: DataEntry, network: str, username: RichText, texts: Texts) -> Link:
    """What a user name leads to; without a target it is printed as it stands, and a warning says why."""
    found = profiles.of(network, str(username))
    path = (*item.path, "username")
    if found.problem:
        message, hint = _PROBLEMS[found.problem]
        texts.warn("unlinked-profile", message.format(network=network, username=str(username)), path, hint)
    shown = RichText.of(found.shown, username.parts[0].path).left_to_right() if found.url else username
    return Link(shown, Url(found.url))


_PROBLEMS = {
    "name": (
        "{username!r} is not a user name of {network}: printed without a link",
        "write the user name, or the address as 'url: https://…'",
    ),
    "network": (
        "no address follows from a name on {network!r}: printed without a link",
        "add the address as 'url: https://…'",
    ),
    "no-address": (
        "{network} has no addresses for user names: printed without a link",
        "add an address as 'url: https://…' if there is one",
    ),
}
