"""Findings for programs: SARIF 2.1.0, for code scanning and editors, and annotations of GitHub Actions."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from texresume import __version__
from texresume.diagnostics import Diagnostic, ExitStatus, Severity, in_order, printable

VERSION = "2.1.0"
# https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""The usual name for the root of a repository, which relative addresses are based on."""
WORKSPACE = "GITHUB_WORKSPACE"
"""Where GitHub Actions has checked the repository out: paths of annotations start there."""
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def sarif(
    findings: Mapping[str, Sequence[Diagnostic]], data: Path, status: ExitStatus = ExitStatus.OK
) -> str:
    """A log of one run. `findings` leads from a variant ("" for none) to what was found in it.

    What is found in several variants is one result. What stands in no file is said of the data file as a
    whole, since readers of SARIF drop what has no place.
    """
    variants: dict[Diagnostic, list[str]] = {}
    for variant, found in findings.items():
        for diagnostic in found:
            variants.setdefault(diagnostic, []).append(variant)
    ordered = in_order(variants)
    codes = sorted({diagnostic.code for diagnostic in ordered})
    worst = {diagnostic.code: _level(diagnostic) for diagnostic in sorted(ordered, key=_rank, reverse=True)}
    rules = [
        {
            "id": code,
            "shortDescription": {"text": code.replace("-", " ")},
            "defaultConfiguration": {"level": worst[code]},
        }
        for code in codes
    ]
    run = {
        "tool": {"driver": {"name": "texresume", "semanticVersion": _semantic(), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder that check ran in"}}},
        "invocations": [{"executionSuccessful": status is ExitStatus.OK, "exitCode": int(status)}],
        "results": [_result(one, codes.index(one.code), variants[one], data) for one in ordered],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, ensure_ascii=True, indent=2) + "\n"
    )


def _semantic() -> str:
    """Our version as https://semver.org has it, which wants three numbers: 0.3.dev1 is 0.3.0-dev1."""
    numbers = [part for part in __version__.split(".") if part.isdecimal()]
    rest = [part for part in __version__.split(".") if not part.isdecimal()]
    return "-".join([".".join([*numbers, "0", "0"][:3]), *filter(None, [".".join(rest)])])


def _rank(diagnostic: Diagnostic) -> int:
    return list(Severity).index(diagnostic.severity)


def _level(diagnostic: Diagnostic) -> str:
    return diagnostic.severity.value  # `error`, `warning` and `note` are SARIF's own words


def _result(diagnostic: Diagnostic, rule: int, variants: Iterable[str], data: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(diagnostic.file or data)}
    region: dict[str, Any] = {"startLine": 1, "startColumn": 1}
    if diagnostic.position is not None:
        position = diagnostic.position
        region = {"startLine": position.line, "startColumn": position.column}
        if position.text:
            region["snippet"] = {"text": printable(position.text)}
    location: dict[str, Any] = {"physicalLocation": {**place, "region": region}}
    if diagnostic.path:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(diagnostic.place), "kind": "member"}]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _level(diagnostic),
        "message": {"text": _said(diagnostic)},
        "locations": [location],
        "partialFingerprints": {"texresume/v1": _fingerprint(diagnostic)},
    }
    if named := [variant for variant in variants if variant]:
        result["properties"] = {"variants": named}
    return result


def _said(diagnostic: Diagnostic) -> str:
    """The message, and the hint in a line of its own; controls and lone surrogates as pictures."""
    return "\n".join(printable(text) for text in (diagnostic.message, diagnostic.hint) if text)


def _fingerprint(diagnostic: Diagnostic) -> str:
    """The same finding has the same one after lines were added above it."""
    about = (diagnostic.code, str(diagnostic.file or ""), diagnostic.place, diagnostic.message)
    return hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _artifact(file: Path) -> dict[str, str]:
    relative = _relative(file, Path.cwd())
    if Path(relative).is_absolute():
        return {"uri": Path(relative).as_uri()}
    return {"uri": quote(os.fsencode(relative), safe="/-._~"), "uriBaseId": ROOT}


def _relative(file: Path, root: Path) -> str:
    """A file as seen from a folder, with slashes; absolute if it lies elsewhere."""
    # Not resolved: a link within the folder may lead out of it.
    full = Path(os.path.abspath(file))  # noqa: PTH100 - see above
    return (full.relative_to(root) if full.is_relative_to(root) else full).as_posix()


def annotation(diagnostic: Diagnostic, variant: str = "", root: Path | None = None) -> str:
    """A line that GitHub Actions shows beside the line of the file that it is about.

    `root` is the root of the repository (by default what GitHub says, else the current folder).
    """
    root = root or Path(os.environ.get(WORKSPACE) or Path.cwd())
    properties = {}
    if diagnostic.file is not None:
        properties["file"] = _relative(diagnostic.file, root)
    if diagnostic.position is not None:
        properties |= {"line": str(diagnostic.position.line), "col": str(diagnostic.position.column)}
    properties["title"] = f"{diagnostic.code} ({variant})" if variant else diagnostic.code
    said = ",".join(f"{name}={_escaped(text, ':,')}" for name, text in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {said}::{_escaped(_said(diagnostic))}"


def _escaped(text: str, more: str = "") -> str:
    """What would end a command or one of its properties, percent-encoded: all that GitHub decodes."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
