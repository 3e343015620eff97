"""What the page is made of: files that load only each other, and the bundled CodeMirror with its licences."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texresume.preview.routes import page_files

PAGE = ROOT / "texresume" / "preview" / "page"
VENDOR = PAGE / "vendor"
OWN = sorted(file for file in PAGE.glob("*.*") if file.suffix in (".js", ".css", ".html", ".svg"))
LICENCES = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC"}


def test_the_bundle_is_what_the_lock_file_pins() -> None:
    """Every package in it is named with the lock file's version and a licence that we may pass on, whole."""
    lock = json.loads((ROOT / "tools/vendor_codemirror/package-lock.json").read_text("utf-8"))["packages"]
    text = (VENDOR / "codemirror-licenses.txt").read_text("utf-8")
    named = re.findall(r"^(\S+) (\d[\w.-]*) \(([\w.-]+)\)$", text, re.MULTILINE)
    assert {"@codemirror/view", "@codemirror/lang-yaml", "@lezer/lr"} <= {name for name, _, _ in named}
    for name, version, licence in named:
        assert lock[f"node_modules/{name}"]["version"] == version
        assert licence in LICENCES
    assert text.count("Permission is hereby granted") == len(named)
    wanted = json.loads((ROOT / "tools/vendor_codemirror/package.json").read_text("utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_the_server_has_every_file_of_the_page() -> None:
    """By the names by which the page asks for them."""
    known = set(page_files())
    asked = set(re.findall(r'(?:href|src)="page/([^"]+)"', (PAGE / "index.html").read_text("utf-8")))
    for file in PAGE.glob("*.js"):
        asked |= set(re.findall(r'from "\./([^"]+)"', file.read_text("utf-8")))
    assert {"main.js", "style.css", "vendor/codemirror.js"} <= asked <= known
    scripts = {name for name in asked if re.fullmatch(r"\w+\.js", name)}
    assert {file.name for file in PAGE.glob("*.js")} == scripts


@pytest.mark.parametrize("file", [*OWN, VENDOR / "codemirror.js"], ids=lambda file: file.name)
def test_nothing_is_loaded_from_elsewhere(file: Path) -> None:
    """No address of another site but names of namespaces; no code made of text, which the CSP forbids."""
    text = file.read_text("utf-8")
    allowed = r"https?://(www\.w3\.org/|example\.com)|https://codemirror\.net|https?://[^\w]"
    addresses = re.findall(r"https?://[^\s\"'`)]*", text)
    assert [one for one in addresses if not re.match(allowed, one)] == []
    assert not re.search(r"\beval\(|\bnew Function\(|document\.write", text)
    if file.parent != VENDOR:
        assert not re.search(r"innerHTML|@import", text)


class Inline(HTMLParser):
    """Scripts, styles and listeners that stand in a page itself; ids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or re.match(r"on[a-z]", name)]
        if given.get("id"):
            self.ids.append(str(given["id"]))


def test_no_script_or_style_is_inline() -> None:
    """The page works under a CSP without 'unsafe-inline'; what scripts look for by id is there, once."""
    parser = Inline()
    parser.feed((PAGE / "index.html").read_text("utf-8"))
    assert parser.found == []
    assert len(parser.ids) == len(set(parser.ids))
    scripts = "".join(file.read_text("utf-8") for file in PAGE.glob("*.js"))
    wanted = set(re.findall(r'byId\("([\w-]+)"\)', scripts))
    made = set(re.findall(r'\bid: "([\w-]+)"', scripts)) | {"first", "second"}
    assert wanted <= {*parser.ids, *made}
    assert len(wanted) > 30
