"""A real browser for pages of ours, and what axe-core says of them in it."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, absent

AXE = "TEXRESUME_AXE"
"""Names the file axe.min.js of the npm package axe-core, if it is not in node_modules here."""


def _axe() -> Path:
    return Path(os.environ.get(AXE) or ROOT / "node_modules/axe-core/axe.min.js")


_RUN = """<script>addEventListener("load", () => axe.run(document, {runOnly: {type: "tag", values:
["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then(found => parent.postMessage(
JSON.stringify({violations: found.violations.map(one => [one.id, one.nodes.map(node => node.html)]),
passes: found.passes.length, dark: matchMedia("(prefers-color-scheme: dark)").matches, width: innerWidth,
needed: document.scrollingElement.scrollWidth}), "*")))</script>"""
_FRAME = """<!DOCTYPE html><pre id="found"></pre>
<iframe src="page.html" style="width: %dpx; height: 900px; border: 0"></iframe>
<script>addEventListener("message", event => { document.querySelector("iframe").remove();
document.getElementById("found").textContent = event.data })</script>"""


@pytest.fixture
def browser(tmp_path: Path) -> list[str]:
    """The command of a Chromium without a window."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        absent("Chromium")
    more = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    return [str(program), *more]


def axe_checks(browser: list[str], folder: Path, page: str) -> Iterator[dict[str, Any]]:
    """What axe-core says of a page, on a telephone and on a desk, by day and by night."""
    if not _axe().is_file():
        pytest.skip(f"axe-core is missing (npm install axe-core; {AXE} names axe.min.js)")
    script = _axe().read_text("utf-8").replace("</script", "<\\/script")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    (folder / "page.html").write_text(f"{page}<script>{script}</script>{_RUN}", "utf-8")
    for width in (390, 1280):
        (folder / "frame.html").write_text(_FRAME % width, "utf-8")
        for scheme in (0, 1):
            command = [*browser, "--virtual-time-budget=20000", "--window-size=1400,1000", "--dump-dom"]
            command += [f"--blink-settings=preferredColorScheme={scheme}", (folder / "frame.html").as_uri()]
            shown = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()
            found = re.search(r'<pre id="found">(.+?)</pre>', shown, re.DOTALL)
            assert found, shown[:2000]
            result: dict[str, Any] = json.loads(html.unescape(found[1]))
            assert result["dark"] == (scheme == 0)
            assert result["width"] == width
            yield result
