"""Findings for programs: SARIF 2.1.0 for code scanning and editors, and annotations for GitHub Actions."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from texresume import __version__
from texresume.diagnostics import Diagnostic, Severity, in_order, printable

VERSION = "2.1.0"
# https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""The usual name for the root of a repository, the base of relative URIs."""
WORKSPACE = "GITHUB_WORKSPACE"
"""Where GitHub Actions checked out the repository: paths in annotations are relative to it."""
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_sarif(findings: Mapping[str, Sequence[Diagnostic]], data: Path, exit_code: int = 0) -> str:
    """A SARIF log of one run. `findings` maps a variant ("" for none) to what was found in it.

    What was found in several variants is one result. What is in no file is reported for line 1 of the data,
    since programs drop results without a location.
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
        "tool": {"driver": {"name": "texresume", "semanticVersion": _semantic_version(), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder in which texresume check ran"}}},
        "invocations": [{"executionSuccessful": exit_code == 0, "exitCode": exit_code}],
        "results": [_result(one, codes.index(one.code), variants[one], data) for one in ordered],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, ensure_ascii=True, indent=2) + "\n"
    )


def _semantic_version() -> str:
    """Our version in the form of https://semver.org, with three numbers: 0.3.dev1 is 0.3.0-dev1."""
    numbers = [part for part in __version__.split(".") if part.isdecimal()]
    rest = [part for part in __version__.split(".") if not part.isdecimal()]
    return "-".join([".".join([*numbers, "0", "0"][:3]), *filter(None, [".".join(rest)])])


def _rank(diagnostic: Diagnostic) -> int:
    return list(Severity).index(diagnostic.severity)


def _level(diagnostic: Diagnostic) -> str:
    return diagnostic.severity.value  # `error`, `warning` and `note` are SARIF's own words


def _result(diagnostic: Diagnostic, rule: int, variants: Iterable[str], data: Path) -> dict[str, Any]:
    address: dict[str, Any] = {"artifactLocation": _artifact_location(diagnostic.file or data)}
    region: dict[str, Any] = {"startLine": 1, "startColumn": 1}
    if diagnostic.position is not None:
        position = diagnostic.position
        region = {"startLine": position.line, "startColumn": position.column}
        if position.text:
            region["snippet"] = {"text": printable(position.text)}
    location: dict[str, Any] = {"physicalLocation": {**address, "region": region}}
    if diagnostic.place:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(diagnostic.place), "kind": "member"}]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _level(diagnostic),
        "message": {"text": _message_of(diagnostic)},
        "locations": [location],
        "partialFingerprints": {"texresume/v1": _fingerprint(diagnostic)},
    }
    if named := [variant for variant in variants if variant]:
        result["properties"] = {"variants": named}
    return result


def _message_of(diagnostic: Diagnostic) -> str:
    """The message, and the hint on a line of its own; control characters are made visible."""
    return "\n".join(printable(text) for text in (diagnostic.message, diagnostic.hint) if text)


def _fingerprint(diagnostic: Diagnostic) -> str:
    """An identifier of a finding that survives when lines above it change."""
    about = (diagnostic.code, str(diagnostic.file or ""), diagnostic.place, diagnostic.message)
    return hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _artifact_location(file: Path) -> dict[str, str]:
    relative = _relative_path(file, Path.cwd())
    if Path(relative).is_absolute():
        return {"uri": Path(relative).as_uri()}
    return {"uri": quote(os.fsencode(relative), safe="/-._~"), "uriBaseId": ROOT}


def _relative_path(file: Path, root: Path) -> str:
    """The path of a file relative to a folder, with slashes; absolute if it is outside."""
    # Not resolved: a symbolic link within the folder may lead out of it.
    full = Path(os.path.abspath(file))  # noqa: PTH100 - see above
    return (full.relative_to(root) if full.is_relative_to(root) else full).as_posix()


def render_annotation(diagnostic: Diagnostic, variant: str = "", root: Path | None = None) -> str:
    """A line of output that GitHub Actions shows as an annotation of the file.

    `root` is the root of the repository; by default what GitHub sets, else the current folder.
    """
    root = root or Path(os.environ.get(WORKSPACE) or Path.cwd())
    properties = {}
    if diagnostic.file is not None:
        properties["file"] = printable(_relative_path(diagnostic.file, root))
    if diagnostic.position is not None:
        properties |= {"line": str(diagnostic.position.line), "col": str(diagnostic.position.column)}
    properties["title"] = f"{diagnostic.code} ({printable(variant)})" if variant else diagnostic.code
    pairs = ",".join(f"{name}={_escape(text, ':,')}" for name, text in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {pairs}::{_escape(_message_of(diagnostic))}"


def _escape(text: str, more: str = "") -> str:
    """Percent-encode what would end a command or one of its properties; GitHub decodes nothing else."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
