"""The LaTeX source with all that it needs beside it, as a zip: it compiles in any TeX Live, and on Overleaf.

TeX says what it reads; of that, everything that is not TeX's own goes into the zip, and for fonts the rest of
their family, so that the source may be edited. Then TeX compiles what is in the zip, and that alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.pdf import extractors
from texresume.records import dataclass
from texresume.tex import distribution, process
from texresume.tex.distribution import NO_TEX, Tex

from .export import Export

MAIN = f"{process.JOB}.tex"
_PROGRAMS = {"pdftex": "pdflatex", "xetex": "xelatex"}
_FONTS = {"pdftex": (".tfm", ".vf", ".pfb", ".enc"), "xetex": (".otf",)}
"""The kinds of font files that an engine reads."""
_FAMILY = re.compile(r"texresume-([A-Z]\w+)-")
_FACES = re.compile(r"^\\trfontface\{.*$", re.MULTILINE)
"""The lines of the preamble that name fonts."""
_MACHINE_FONT = re.compile(r"\[((?:[A-Za-z]:)?/[^\]\n]*/)([^/\]\n]+?)((?::\d+)?)\]")
_MAP = "texresume.map"
_LATEXMK = {"pdftex": "$pdf_mode = 1;\n", "xetex": "$pdf_mode = 5;  # XeLaTeX\n"}


class LatexFolder:
    """The writer of zip."""

    name = "zip"
    suffix = "zip"
    description = "LaTeX source with its fonts and styles, for Overleaf or any TeX"

    def write(self, export: Export) -> bytes:
        """The zip. Raises `ResumeError` if TeX cannot compile what is in it."""
        source, fonts = _without_paths(export)
        beside = {name: file.read_bytes() for file, name in export.files}
        project = _Project(export, source, fonts, beside)
        failed: tuple[str, ...] = ()
        for tex in distribution.find(export.engine):
            whole = project.compiled(tex, beside, tree=True)
            if whole is None:
                failed = (*failed, tex.origin)
                continue
            vendored = _needed(whole.read, export.engine)
            own = {name: file.read_bytes() for name, file in vendored.items() if name not in beside}
            alone = project.compiled(tex, {**own, **beside}, tree=False)
            if alone is None or alone.text() != whole.text():
                failed = (*failed, tex.origin)
                continue
            licenses = dict(_licenses(own))
            notes = _notes(export.engine, fonts, licenses)
            texts = {MAIN: source, "README.txt": notes, "latexmkrc": _LATEXMK[export.engine]}
            return _zipped(
                {**licenses, **own, **beside, **{key: text.encode() for key, text in texts.items()}}
            )
        if not failed:
            raise ResumeError(NO_TEX)
        message = f"the zip does not compile by itself with TeX ({', '.join(failed)})"
        hint = "the template needs a file that is not beside it; --format tex writes the source alone"
        raise ResumeError(Diagnostic(Severity.ERROR, "tex-failed", message, hint=hint))

    def text(self, content: bytes) -> str | None:
        """None: it is source; `write` has compiled it, and read the text of the PDF."""
        return None


def _without_paths(export: Export) -> tuple[str, tuple[Path, ...]]:
    """The source with a line for editors, and the fonts of this machine that it names, without folders."""
    found: dict[Path, None] = {}

    def name(match: re.Match[str]) -> str:
        found[Path(match[1] + match[2])] = None
        return f"[{match[2]}{match[3]}]"

    preamble, begin, body = export.source.lstrip().partition(r"\begin{document}")
    preamble = _FACES.sub(lambda line: _MACHINE_FONT.sub(name, line[0]), preamble)
    return f"% !TeX program = {_PROGRAMS[export.engine]}\n{preamble}{begin}{body}", tuple(found)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A PDF, and the files that TeX has read for it."""

    pdf: bytes
    read: Sequence[Path]

    def text(self) -> list[str]:
        """The text of each page."""
        return [page.text for page in extractors.read_with_pdfium(self.pdf).pages]


@dataclass(frozen=True, slots=True)
class _Project:
    """What TeX compiles: a source, and files that lie beside it."""

    export: Export
    source: str
    fonts: tuple[Path, ...]
    beside: Mapping[str, bytes]

    def compiled(self, tex: Tex, files: Mapping[str, bytes], *, tree: bool) -> _Compiled | None:
        """What TeX makes of the source with these files, if it is a PDF. With `tree`, it finds our tree."""
        folders = dict.fromkeys(str(font.parent) for font in self.fonts)
        variables = {"OSFONTDIR": "//:".join(folders)} if folders else {}
        with process.fresh_folder() as folder:
            if not tree:
                variables["TEXMFHOME"] = str(folder / "none")
            for name, content in files.items():
                (folder / name).write_bytes(content)
            (folder / MAIN).write_text(self.source, encoding="utf-8", newline="\n")
            readable = [*self.export.readable, *(font.parent for font in self.fonts)]
            trusted = self.export.trusted
            status = process.record(tex, folder, trusted=trusted, readable=readable, variables=variables)
            made = folder / f"{process.JOB}.pdf"
            if status or not made.is_file():
                return None
            listed = (folder / f"{process.JOB}.fls").read_text("utf-8", "replace").splitlines()
            inputs = dict.fromkeys(line[6:] for line in listed if line.startswith("INPUT "))
            return _Compiled(made.read_bytes(), [folder / name for name in inputs])


def _needed(read: Iterable[Path], engine: str) -> dict[str, Path]:
    """The files of our tree that were read, by name, and the rest of the families of their fonts."""
    tree = distribution.texmf_folder().resolve()
    everything = {file.name: file for file in sorted(tree.rglob("*")) if file.is_file()}
    found = {
        file.name: everything[file.name]
        for file in read
        if file.name in everything and file.resolve().is_relative_to(tree)
    }
    described = "".join(file.read_text("utf-8") for file in found.values() if file.suffix == ".fd")
    families = set(_FAMILY.findall(described))
    for name, file in everything.items():
        family = _FAMILY.match(name)
        if family and family[1] in families and file.suffix in _FONTS[engine]:
            found[name] = file
    if engine == "pdftex":
        found[_MAP] = everything[_MAP]
        metrics = {Path(name).stem for name in found if name.endswith(".tfm")}
        for line in everything[_MAP].read_text("utf-8").splitlines():
            words = line.replace("<", " ").split()
            if words and words[0] in metrics:
                found |= {word: everything[word] for word in words if word in everything}
    return found


def _licenses(files: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The licences of the fonts and styles, each under a name in the zip."""
    folder = distribution.texmf_folder() / "licenses"
    families = {match[1] for name in files if (match := _FAMILY.match(name))}
    for name in sorted({"LPPL", *families}):
        file = folder / f"{name}.txt"
        if file.is_file():
            yield f"licenses/{file.name}", file.read_bytes()


def _notes(engine: str, fonts: Iterable[Path], licenses: Iterable[str]) -> str:
    """What a person is told who opens the zip."""
    program = _PROGRAMS[engine]
    lines = [
        "The LaTeX source of a résumé, made by texresume.",
        "",
        f"Compile it with: {program} {MAIN}",
        "On Overleaf: New Project, Upload Project, choose this zip; then set the compiler in the menu to",
        "XeLaTeX." if engine == "xetex" else "pdfLaTeX.",
    ]
    if names := sorted({font.name for font in fonts}):
        lines += [
            "",
            "These fonts are not in the zip, since they are those of the machine that made it. Put them",
            f"beside {MAIN}, or set OSFONTDIR to their folder:",
            *(f"- {name}" for name in names),
        ]
    lines += ["", "The fonts and styles whose names begin with 'texresume' are under these licences:"]
    lines += [f"- {name}" for name in licenses]
    return "\n".join([*lines, ""])


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on the files alone."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)  # of 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()


WRITER = LatexFolder()
