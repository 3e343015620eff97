"""The header of the document: the owner's contacts."""

from __future__ import annotations

import re

from texresume.data import links
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Resume, dotted
from texresume.text.bidi import has_right_to_left
from texresume.text.inline import Fragment, RichText, Run, Url

from .model import Contact, Link
from .texts import Texts


def compose_contacts(resume: Resume, texts: Texts) -> tuple[tuple[Contact, ...], ...]:
    """The contacts by line: address, mail and phone first, pages on the web second."""
    basics = resume.basics
    address = _compose_address(resume, texts)
    place = [Contact("location", address, Url())] if address else []
    direct: list[Contact] = []
    if email := texts.string(basics.text("email")).removeprefix("mailto:"):
        shown = RichText.of(email, "basics.email").left_to_right()
        direct.append(Contact("email", shown, Url(links.mail_target(email))))
    if phone := texts.literal(basics.text("phone")):
        direct.append(Contact("phone", phone.left_to_right(), Url(links.phone_target(str(phone)))))
    web: list[Contact] = []
    if home := texts.link(basics.text("url")):
        web.append(Contact("url", home.text, home.url))
    web += [_compose_profile(profile, texts) for profile in resume.profiles]
    # pdfium, and with it Chrome, splits an address in a line that also has right-to-left words.
    apart = texts.locale.direction == "rtl" and has_right_to_left(str(address))
    lines = (place, direct, web) if apart else (direct + place, web)
    return tuple(tuple(line) for line in lines if line)


def _compose_address(resume: Resume, texts: Texts) -> RichText:
    """The owner's address: street, postal code and city, region, country."""
    location, locale = resume.location, texts.locale
    code = texts.string(location.text("countryCode"))
    region = texts.literal(location.text("region"))
    city = RichText.join(" ", [texts.literal(location.text("postalCode")), texts.rich(location.text("city"))])
    country = RichText()
    if code and locale.needs_country(code, bool(region)):
        country = RichText.of(locale.country(code), dotted((*location.path, "countryCode")))
    return texts.join([texts.rich(location.text("address")), city, region, country])


def _compose_profile(profile: DataEntry, texts: Texts) -> Contact:
    """A profile, by its address; network and user name are added if the address does not contain them."""
    network = texts.rich(profile.text("network"))
    username = texts.literal(profile.text("username"))
    link = texts.link(profile.text("url"))
    colon = texts.locale.separators["colon"]
    if not link and username and (target := links.profile_target(str(network), str(username))):
        shown = RichText.of(links.printed(target), username.parts[0].path).left_to_right()
        link = Link(shown, Url(links.normalised(target)))
    if not link:
        return Contact("profile", RichText.join(colon, [network, username]), Url())
    address = str(link.text).casefold()
    name = re.sub(r"\s+", "", str(network)).casefold().removesuffix(".com")
    text = link.text
    if name not in re.sub(r"[\s-]+", "", address):
        text = RichText.join(colon, [network, text])
    if username and str(username).casefold().lstrip("@") not in address:
        in_brackets = (Fragment("", (Run("("),)), *username.parts, Fragment("", (Run(")"),)))
        text = RichText.join(" ", [text, RichText(in_brackets)])
    return Contact("profile", text, link.url)
