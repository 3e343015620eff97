"""Web addresses: which become links, how a target is normalised, how an address is printed."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from texresume.patterns import lazy

SCHEMES = ("http", "https", "mailto", "tel")
"""Only these become links: `javascript:`, `file:` and others stay plain text."""

# https://www.rfc-editor.org/rfc/rfc3986#section-2.2 (reserved) and 2.3 (unreserved), and "%", which starts
# an existing escape.
_SAFE = ":/?#[]@!$&'()*+,;=-._~%"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_DOTTED = lazy(r"[^.]+(?:\.[^.]+)+\.?")
# Names of files, of which none ends like the name of a host.
_FILE = lazy(
    r"[^/]\.(?:html?|xhtml|php|aspx?|jsp|pdf|docx?|odt|rtf|txt|json|xml|jpe?g|png|gif|svg|csv)$", re.I
)
_BETWEEN = re.compile(r"\s*[,;|]\s+|\s+(?:or|and|oder|und|ou|et|o|y|e|/)\s+|\s+|;")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_linkable(url: str) -> bool:
    """Whether a target has one of `SCHEMES` and something after it."""
    match = _SCHEME.fullmatch(url)
    return bool(match and match[1].lower() in SCHEMES and match[2].strip("/ "))


def normalised(url: str) -> str:
    """The target in ASCII: characters that RFC 3986 does not allow are percent-encoded as UTF-8.

    An empty fragment is dropped, as hyperref does.
    """
    quoted = quote(_STRAY_PERCENT.sub("%25", url.strip()), safe=_SAFE)
    before, _, fragment = quoted.partition("#")
    return f"{before}#{fragment.replace('#', '%23')}" if fragment.strip("#") else before


def with_scheme(address: str) -> str:
    """The target of an address as people write it: `example.com/x` becomes `https://example.com/x`.

    Empty if it is not a web address.
    """
    address = address.strip()
    if is_linkable(address):
        web = address.lower().startswith("http")
        return "" if web and not _host(address) else normalised(address)
    if _SCHEME.fullmatch(address) and not re.match(r"[^/?#]+\.[^/?#:]+(:\d+)?([/?#]|$)", address):
        return ""
    if is_relative(address):
        return ""
    target = "https://" + address.removeprefix("//")
    host = _host(target)
    return normalised(target) if _DOTTED.fullmatch(host) or host == "localhost" else ""


def several(text: str) -> tuple[str, ...]:
    """The addresses of a text that holds more than one; none if it holds one."""
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    if len(parts) < 2 or not all(re.search(r"[.:]", part) and with_scheme(part) for part in parts):  # noqa: PLR2004 - two are several
        return ()
    return tuple(parts)


def is_relative(address: str) -> bool:
    """Whether an address is the path of a file, such as `index-en.html`, which only a web page can link."""
    path = re.split(r"[?#]", address.strip(), maxsplit=1)[0]
    if re.match(r"\.{0,2}/(?!/)", path):
        return True
    if re.search(r"[:\s]|^//", path) or not _FILE.search(path):
        return False
    return "/" not in path or not re.match(r"[^/]+\.[A-Za-z]{2,}/", path)


def _host(target: str) -> str:
    """The host of a target; empty if it has none, or one with spaces."""
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        return ""
    return "" if re.search(r"\s", host) else host


def printed(address: str) -> str:
    """The address as printed: without scheme, `www.` and a trailing slash."""
    text = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip(), flags=re.IGNORECASE)
    if text.endswith("/") and "?" not in text and "#" not in text:
        text = text[:-1]
    return text or address.strip()


def core(url: str) -> str:
    """A target for comparison: without percent-encoding, in lower case, without a trailing slash."""
    return unquote(normalised(url)).rstrip("/").casefold()


def find_problem(target: str) -> str:
    """What is wrong with a target, as far as that is visible offline; empty if nothing is."""
    scheme, _, rest = target.partition(":")
    scheme = scheme.lower()
    if re.search(r"\s|%20$|^%20", rest):
        return "it contains a space"
    if scheme in ("http", "https"):
        host = _host(target)
        good = host == "localhost" or bool(_DOTTED.fullmatch(host)) or ":" in host  # IPv6
        return "" if good else f"{host!r} is not a valid host name" if host else "it has no host name"
    if scheme == "mailto":
        address = unquote(rest.partition("?")[0])
        return (
            "" if re.fullmatch(r"[^@]+@[^@.]+(?:\.[^@.]+)+", address) else "it is not a valid email address"
        )
    if scheme == "tel":
        digits = re.sub(r"[-.()]", "", rest.partition(";")[0])
        return "" if re.fullmatch(r"\+?[0-9]{3,15}", digits) else "it is not a valid phone number"
    return f"browsers do not open {scheme!r} links"


def mail_target(address: str) -> str:
    """The `mailto:` target of an address (RFC 6068): "?", which starts headers, and "#" are encoded."""
    return "mailto:" + quote(address.strip(), safe="@!$'()*+,;:~")


def doi_target(identifier: str) -> str:
    """The target of a DOI, in which "#" and "?" are plain characters."""
    return normalised("https://doi.org/" + identifier.replace("#", "%23").replace("?", "%3F"))
