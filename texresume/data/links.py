"""Addresses: which schemes become links, how a target is normalised, how an address is printed."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

SCHEMES = ("http", "https", "mailto", "tel")
"""Only these are ever made links: `javascript:`, `file:` and the like stay plain text."""

# https://www.rfc-editor.org/rfc/rfc3986#section-2.2 (reserved) and 2.3 (unreserved); "%" is kept as
# the start of an escape that stands there already.
_KEPT = ":/?#[]@!$&'()*+,;=-._~%"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_DOTTED = re.compile(r"[^.]+(?:\.[^.]+)+\.?")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_linkable(url: str) -> bool:
    """Whether a target has one of the allowed schemes and something after it."""
    match = _SCHEME.fullmatch(url)
    return bool(match and match[1].lower() in SCHEMES and match[2].strip("/ "))


def normalised(url: str) -> str:
    """The target in ASCII: what RFC 3986 does not allow is percent-encoded as UTF-8, the rest is kept.

    An empty fragment goes: it leads nowhere, and hyperref drops it too.
    """
    quoted = quote(_STRAY_PERCENT.sub("%25", url.strip()), safe=_KEPT)
    before, _, fragment = quoted.partition("#")
    return f"{before}#{fragment.replace('#', '%23')}" if fragment.strip("#") else before


def with_scheme(address: str) -> str:
    """`example.com/x` as people write it, made a target: `https://example.com/x`."""
    address = address.strip()
    if is_linkable(address):
        web = address.lower().startswith("http")
        return "" if web and not _host(address) else normalised(address)
    if _SCHEME.fullmatch(address) and not re.match(r"[^/?#]+\.[^/?#:]+(:\d+)?([/?#]|$)", address):
        return ""
    target = "https://" + address.removeprefix("//")
    host = _host(target)
    return normalised(target) if _DOTTED.fullmatch(host) or host == "localhost" else ""


def _host(target: str) -> str:
    """The host of a target; empty if it has none, or one in words."""
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        return ""
    return "" if re.search(r"\s", host) else host


def printed(address: str) -> str:
    """The address as it stands on the page: without scheme, `www.` and a last slash."""
    text = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip(), flags=re.IGNORECASE)
    if text.endswith("/") and "?" not in text and "#" not in text:
        text = text[:-1]
    return text or address.strip()


def core(url: str) -> str:
    """What of a target tells it from others: not percent-encoding, case, or a last slash."""
    return unquote(normalised(url)).rstrip("/").casefold()


def fault(target: str) -> str:
    """What is wrong with a target, as far as can be seen without asking the network, or an empty text."""
    scheme, _, rest = target.partition(":")
    scheme = scheme.lower()
    if re.search(r"\s|%20$|^%20", rest):
        return "it has a space in it"
    if scheme in ("http", "https"):
        host = _host(target)
        good = host == "localhost" or bool(_DOTTED.fullmatch(host)) or ":" in host  # IPv6
        return "" if good else f"{host!r} is no name of a host" if host else "it names no host"
    if scheme == "mailto":
        address = unquote(rest.partition("?")[0])
        return "" if re.fullmatch(r"[^@]+@[^@.]+(?:\.[^@.]+)+", address) else "it is no mail address"
    if scheme == "tel":
        digits = re.sub(r"[-.()]", "", rest)
        return "" if re.fullmatch(r"\+?[0-9]{3,15}", digits) else "it is no telephone number"
    return f"no browser opens {scheme!r}"


def mail_target(address: str) -> str:
    """`mailto:` with what an address may hold there (RFC 6068): "?" would begin a subject, "#" end it all."""
    return "mailto:" + quote(address.strip(), safe="@!$'()*+,;:~")


def doi_target(identifier: str) -> str:
    """Where a DOI leads; "#" and "?" are letters in one."""
    return normalised("https://doi.org/" + identifier.replace("#", "%23").replace("?", "%3F"))


def phone_target(number: str) -> str:
    """`tel:` with what a dialler understands (RFC 3966): digits, and a leading plus."""
    digits = re.sub(r"[^0-9]", "", re.split(r"(?i)\s*(?:ext|x)\.?\s*\d+$", number)[0])
    plus = "+" if number.strip().startswith("+") else ""
    return f"tel:{plus}{digits}" if digits else ""
