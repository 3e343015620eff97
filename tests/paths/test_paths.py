"""The first hour of five people: a script each, run as they would run it, to a PDF that is read.

A folder is a person: `path.sh` is what they type, `files` is what they have, `expected.yaml` what they get.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, absent
from tests.test_workflows import commands
from texresume import cache
from texresume.tex import distribution

HERE = Path(__file__).parent
PEOPLE = sorted(folder.parent.name for folder in HERE.glob("*/path.sh"))
FONTS = distribution.texmf_folder() / "fonts" / "opentype" / "texresume"
PAPERS = {(595, 842): "a4", (612, 792): "letter"}
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
# Stand-ins on the path: `texresume` is this one, `python` installs nothing, but reads what it is to install.
PROGRAMS = {
    "texresume": '#!/bin/sh\nexec "$PYTHON" -m texresume "$@"\n',
    "python": '#!/bin/sh\nif [ "$2" = pip ]; then grep -q "^[^#]" requirements.txt; exit; fi\n'
    'exec "$PYTHON" "$@"\n',
    "red": '#!/bin/sh\nif "$@"; then echo "passed, but should fail: $*" >&2; exit 1; fi\n',
    "workflow": f'#!/bin/sh\nexec env PYTHONPATH="{ROOT}" "$PYTHON" "{HERE / "workflow.py"}" "$@"\n',
}

pytestmark = [
    pytest.mark.tex,
    pytest.mark.usefixtures("any_tex"),
    pytest.mark.skipif(os.name != "posix", reason="the scripts are for a shell"),
]


def walk(person: str, home: Path, expected: dict[str, Any]) -> str:
    """What a person's script prints, run in a home folder with nothing but her files."""
    work, programs = home / "work", home / "bin"
    files = HERE / person / "files"
    shutil.copytree(files, work) if files.is_dir() else work.mkdir()
    for name, place in expected.get("vendored", {}).items():
        (work / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(FONTS / name, work / place)
    programs.mkdir()
    for name, text in PROGRAMS.items():
        (programs / name).write_text(text)
        (programs / name).chmod(stat.S_IRWXU)
    kept = {name: value for name, value in os.environ.items() if name in ("LANG", "TMPDIR", cache.FOLDER)}
    environment = {
        **kept,
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        **expected.get("environment", {}),
    }
    script = (HERE / person / "path.sh").read_text("utf-8")
    done = subprocess.run(
        [*BASH, "-c", script], cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout, done.stdout
    return done.stdout


def seen(pdf: Path) -> dict[str, Any]:
    """What a reader gets from a PDF: pages, paper, the text without line ends, fonts, pictures."""
    import pdfplumber

    with pdfplumber.open(pdf) as opened:
        page = opened.pages[0]
        return {
            "pages": len(opened.pages),
            "paper": PAPERS[round(page.width), round(page.height)],
            "text": " ".join(" ".join(one.extract_text() for one in opened.pages).split()),
            "fonts": {char["fontname"].partition("+")[2] for char in page.chars},
            "pictures": sum(len(one.images) for one in opened.pages),
        }


@pytest.mark.parametrize("person", PEOPLE)
def test_each_comes_to_a_pdf(person: str, tmp_path: Path) -> None:
    """All commands do what the script says, and the PDF is what its owner would send."""
    expected = yaml.safe_load((HERE / person / "expected.yaml").read_text("utf-8"))
    if expected.get("needs") == "xetex" and not distribution.find("xetex"):
        absent("XeTeX")
    said = walk(person, tmp_path, expected)
    work = tmp_path / "work"
    made = sorted(file.relative_to(work).as_posix() for file in work.rglob("*.pdf"))
    assert made == expected["writes"], said
    for words in expected.get("says", ()):
        assert words in said, said
    found = seen(work / expected["pdf"])
    for key in ("pages", "paper", "pictures"):
        assert found[key] == expected[key], key
    for words in expected["words"]:
        assert words in found["text"]
    for name in expected["fonts"]:
        assert any(name in font for font in found["fonts"]), found["fonts"]
    if keep := os.environ.get("TEXRESUME_KEEP"):  # to look at
        shutil.copy(work / expected["pdf"], Path(keep) / f"{person}.pdf")


def test_the_workflow_has_steps_to_run(tmp_path: Path) -> None:
    """That of the script is the one of the starter: a step that is not run would prove nothing."""
    workflows = ROOT / "texresume" / "cli" / "skeleton" / "dot-github" / "workflows"
    assert len(commands(workflows / "resume.yml", tmp_path)) == 3
