"""Other programs on the same content: latexmk, RenderCV, YAMLResume, where they are installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from texresume.build import pipeline
from texresume.latex import template
from texresume.tex import distribution, process

from . import content
from .timing import run

VARIABLES = {"RenderCV": "TEXRESUME_BENCH_RENDERCV", "YAMLResume": "TEXRESUME_BENCH_YAMLRESUME"}
"""Environment variables that lead to the programs; without them they are looked for on the PATH."""
PDF_ONLY = ("-nomd", "-nopng", "-q")
"""RenderCV's flags for the PDF alone: no Markdown (and with it no HTML), no PNG, no messages."""


def programs() -> Mapping[str, str]:
    """Name to program of the peers that are here."""
    found = {}
    for name in ("latexmk", *VARIABLES):
        program = shutil.which(os.environ.get(VARIABLES.get(name, ""), "") or name.lower())
        if program:
            found[name] = str(Path(program).absolute())
    return found


class Peer:
    """A program that makes a PDF of its own form of the content, in a folder of its own."""

    def __init__(self, name: str, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.environment = dict(os.environ)
        folder.mkdir()
        self.form = {"RenderCV": content.for_rendercv, "YAMLResume": content.for_yamlresume}[name]
        self.data = folder / "resume.yaml"
        self.command = {
            "RenderCV": [program, "render", self.data.name, *PDF_ONLY, "-o", "out"],
            "YAMLResume": [program, "build", self.data.name, "-o", "out"],
        }[name]

    def edit(self, text: str) -> None:
        """Save the content of texresume's YAML text in the form of this program."""
        self.data.write_text(self.form(content.plain(text)), "utf-8")

    def build(self) -> None:
        """Run the program on what was saved."""
        run(self.command, self.folder, self.environment)

    def build_without_bytecode(self) -> None:
        """The same, where Python has compiled nothing yet: not every installer does."""
        fresh = self.folder / "bytecode"
        shutil.rmtree(fresh, ignore_errors=True)
        run(self.command, self.folder, {**self.environment, "PYTHONPYCACHEPREFIX": str(fresh)})

    def clean(self) -> None:
        """Remove what it made, and what its TeX left."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)

    def pdf(self) -> Path:
        """What it made. Raises `FileNotFoundError` if it made none, whatever its exit status."""
        for file in (self.folder / "out").glob("*.pdf"):
            return file
        raise FileNotFoundError(f"{self.program} wrote no PDF")


class Source:
    """The .tex that texresume typesets, with the files beside it, for plain pdflatex and for latexmk."""

    def __init__(self, data: Path, folder: Path) -> None:
        folder.mkdir()
        request = pipeline.Request(
            data=data,
            template="onepage",
            output=folder / "dist",
            formats=("tex", "pdf"),
            project=content.ROOT,
        )
        self.text = Path(pipeline.build(request).files["tex"]).read_text("utf-8")
        self.folder, self.tex = folder, folder / "resume.tex"
        self.kept = {self.tex, folder / "dist"}
        for file in template.find("onepage", content.ROOT).files():
            self.kept.add(Path(shutil.copyfile(file, folder / file.name)))
        self.edit(0)

    def edit(self, number: int) -> None:
        """Save the source with a number in one of its bullets."""
        words = "for\tnine\tteams"  # the spaces of values are tabs
        changed = self.text.replace(words, f"{words} {number:04d}")
        assert changed != self.text  # noqa: S101 - or latexmk would have nothing to do
        self.tex.write_text(changed, "utf-8")

    def clean(self) -> None:
        """Remove what TeX and latexmk have left."""
        for file in set(self.folder.iterdir()) - self.kept:
            if file.is_dir():
                shutil.rmtree(file)
            else:
                file.unlink()

    def typeset(self, *command: str) -> None:
        """Run a program on the source, in the environment that texresume gives to TeX."""
        environment = process.environment(self.folder)
        place = str(distribution.find()[0].program.parent)
        path = os.pathsep.join((place, environment["PATH"]))
        run([*command, self.tex.name], self.folder, {**environment, "PATH": path})

    def pdf(self) -> Path:
        return self.tex.with_suffix(".pdf")
