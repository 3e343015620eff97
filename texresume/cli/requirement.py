"""The line of a new project's `requirements.txt`: where its CI gets texresume from.

A line that only works on this machine, or only if an index has texresume, is never written without a word.
"""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Mapping
from dataclasses import field
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from texresume import __version__
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.records import dataclass

NAME = "texresume[tex,check]"
WHEELS = Path("wheels")
"""The folder of a project for a wheel that is on no server."""
_MAXIMUM_WHEEL = 50_000_000
_OTHERWISE = "texresume new --requirement ADDRESS names a wheel or a Git repository that it has"
_SPECIFIER = re.compile(r"texresume\s*(\[[\w\s,-]*\])?\s*([=<>!~@].*)?", re.IGNORECASE)
_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+\.\w+):(?!//)([\w./~-]+)")
"""The short form of a Git address: `git@example.com:ada/texresume.git`."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line for pip, a comment about it, files that go with it, and what has to be said of it."""

    line: str
    comment: str
    files: Mapping[Path, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def given(text: str) -> Requirement:
    """What `--requirement` names: a wheel, an address, a Git repository, or a line for pip as it is.

    Raises `ResumeError` for anything else.
    """
    text = text.strip()
    if Path(text).is_file() and text.endswith(".whl"):
        return _wheel(Path(text))
    if Path(text).is_dir() and (Path(text) / "pyproject.toml").is_file():
        return _folder(Path(text).absolute())
    if _SPECIFIER.fullmatch(text):
        return Requirement(text, "As given by 'texresume new --requirement'.")
    address = re.sub(r"\Agit\+", "", text)
    if short := _SCP.fullmatch(address):
        address, text = f"ssh://git@{short[1]}/{short[2]}", f"git+ssh://git@{short[1]}/{short[2]}"
    parts = urlsplit(address)
    if parts.scheme in ("https", "http", "ssh") and parts.netloc and "\n" not in text:
        if not text.startswith("git+") and not parts.path.endswith((".whl", ".tar.gz", ".zip")):
            text = f"git+{text}"
        return Requirement(f"{NAME} @ {text}", "As given by 'texresume new --requirement'.")
    what = "file not found" if text.endswith(".whl") else "neither a wheel, an address nor a requirement"
    hint = "a file that ends in .whl, https://…/texresume.whl, git+https://…@COMMIT, or texresume==1.0"
    message = f"cannot install texresume from {text!r}: {what}"
    raise ResumeError(Diagnostic(Severity.ERROR, "wrong-requirement", message, hint=hint))


def of_this_installation() -> Requirement:
    """Where this texresume was installed from, as pip has recorded it (PEP 610)."""
    try:
        text = metadata.distribution("texresume").read_text("direct_url.json")
        origin: dict[str, Any] = json.loads(text) if text else {}
    except (metadata.PackageNotFoundError, ValueError):
        origin = {}
    return from_origin(origin)


def from_origin(origin: Mapping[str, Any]) -> Requirement:
    """The requirement of a `direct_url.json`; without one, texresume came from a package index."""
    address = _without_user(str(origin.get("url", "")))
    if commit := origin.get("vcs_info", {}).get("commit_id"):
        return Requirement(f"{NAME} @ git+{address}@{commit}", "The commit that is installed here.")
    if address.startswith("file:"):
        place = Path(unquote(urlsplit(address).path))
        return _wheel(place) if place.is_file() and place.suffix == ".whl" else _folder(place)
    if address:
        checksum = origin.get("archive_info", {}).get("hashes", {}).get("sha256", "")
        return Requirement(
            f"{NAME} @ {address}{f'#sha256={checksum}' if checksum else ''}",
            "The file that is installed here.",
        )
    message = f"requirements.txt takes texresume {__version__} from PyPI, or the index that pip is set to use"
    note = Diagnostic(
        Severity.NOTE, "from-index", message, hint=f"if the index does not have it: {_OTHERWISE}"
    )
    return Requirement(
        f"{NAME}=={__version__}", "From PyPI, or the index that pip is set to use.", {}, (note,)
    )


def _wheel(file: Path) -> Requirement:
    """A wheel on this machine goes into the project: CI has no other way to it."""
    try:
        if file.stat().st_size > _MAXIMUM_WHEEL:
            raise OSError("larger than 50 MB")
        content = file.read_bytes()
    except OSError as error:
        message = f"cannot read {file}: {error.strerror or error}"
        raise ResumeError(Diagnostic(Severity.ERROR, "wrong-requirement", message)) from None
    place = WHEELS / file.name
    line = f"./{place.as_posix()}[tex,check]"
    return Requirement(line, "The wheel is part of this project.", {place: content})


def _folder(folder: Path) -> Requirement:
    """A clone whose commit a remote has is named by that; any other folder is on this machine only."""
    if clone := _published(folder):
        address, commit = clone
        return Requirement(f"{NAME} @ git+{address}@{commit}", "The commit that is installed here.")
    message = f"requirements.txt names a folder of this machine, which CI does not have: {folder}"
    warning = Diagnostic(Severity.WARNING, "only-here", message, hint=_OTHERWISE)
    return Requirement(f"{NAME} @ {folder.as_uri()}", "A folder of this machine: replace it.", {}, (warning,))


def _published(folder: Path) -> tuple[str, str] | None:
    """The address of a clone's remote and the commit that is checked out, if the remote has that commit."""
    git = folder / ".git"
    config = configparser.RawConfigParser(strict=False)
    try:
        config.read_string(re.sub(r"^\s+", "", (git / "config").read_text("utf-8"), flags=re.MULTILINE))
        address = config.get('remote "origin"', "url")
        references = _references(git)
        head = (git / "HEAD").read_text("utf-8").strip()
    except (OSError, ValueError, configparser.Error):
        return None
    commit = references.get(head.removeprefix("ref: "), "") if head.startswith("ref: ") else head
    pushed = {value for name, value in references.items() if name.startswith("refs/remotes/origin/")}
    if short := _SCP.fullmatch(address):
        address = f"https://{short[1]}/{short[2]}"
    parts = urlsplit(address)
    if not commit or commit not in pushed or parts.scheme not in ("https", "http", "ssh"):
        return None
    return _without_user(address), commit


def _references(git: Path) -> dict[str, str]:
    """The commits of a clone's branches and remote branches, by their names."""
    found = {}
    if (packed := git / "packed-refs").is_file():
        for line in packed.read_text("utf-8").splitlines():
            commit, _, name = line.partition(" ")
            if name.startswith("refs/") and not line.startswith("#"):
                found[name] = commit
    for file in (git / "refs").rglob("*"):
        if file.is_file():
            found[file.relative_to(git).as_posix()] = file.read_text("utf-8").strip()
    return found


def _without_user(address: str) -> str:
    """An address without a password or token, which no file of a repository may hold."""
    parts = urlsplit(address)
    if parts.scheme == "ssh" or "@" not in parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
