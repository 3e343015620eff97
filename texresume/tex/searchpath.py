"""A small view of a large TeX Live, for runs that start from a format, and for xdvipdfmx (`driver`).

TeX reads a list of all its files and a map of all its fonts each time it starts; a full TeX Live lists tens
of thousands, which takes longer than a page. So each format has a list and a map of its own beside it. The
list has every file that TeX may input, since a file that is looked for and not found might be missed
silently. Of fonts, it only has our own and those of the families that LaTeX falls back on: any other font
ends the run, and the build runs again with the whole list (`engine`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from texresume.patterns import lazy

from . import process
from .distribution import Tex, texmf_folder

FOLDER = "view"
"""Its folder, beside the format."""
_LIST = "ls-R"
_TREES = "trees.txt"
_MAP = "pdftex.map"
_OURS = "fonts/map/dvips/texresume/texresume.map"
_INPUTS = lazy(r"tex(/|$)")
_FONTS = lazy(r"fonts/(tfm|vf|type1|enc)/(.*/)?(lm|cm|cmextra|cm-super|amsfonts|ec|texresume)(/|$)")
_OF_DRIVER = lazy(r"(dvipdfmx|fonts/map/glyphlist|fonts/opentype/(.*/)?(lm|lm-math|texresume))(/|$)")
"""Settings and tables of xdvipdfmx, and fonts that it finds by the names of their files."""
_MAPPED = lazy(r"(\S*-)?(lm|cm|msam|msbm|eufm|eusm|eurm)[a-z]*\d")


def write(tex: Tex, place: Path, aside: Path) -> list[Path]:
    """Write the view for a format at `place`, for now into `aside`; returns the files that it was made from.

    Raises `OSError` if that is not possible: no links on this system, no kpsewhich beside TeX.
    """
    folder = aside / FOLDER
    folder.mkdir()
    wanted = _OF_DRIVER if tex.engine == "xetex" else _INPUTS
    trees: list[str] = []
    lines: list[str] = []
    made_from: list[Path] = []
    for tree in _asked(tex, "--expand-braces=$TEXMF").split(os.pathsep):
        whole = Path(tree.removeprefix("!!"))
        listed = whole / _LIST
        if whole == texmf_folder():
            entries = _walked(whole)
            made_from.append(whole / _OURS)
        elif tree.startswith("!!"):
            if not listed.is_file():
                continue
            entries = _listed(listed)
            made_from.append(listed)
        else:
            if whole.is_dir():
                trees.append(str(whole))
            continue
        number = str(len(trees))
        (folder / number).symlink_to(whole, target_is_directory=True)
        trees.append(f"!!{place / FOLDER / number}")
        for name, files in entries:
            if wanted.match(name) or _FONTS.match(name):
                lines += [f"./{number}/{name}:", *files, ""]
    fonts = Path(_asked(tex, "--format=map", _MAP))
    made_from.append(fonts)
    _write(folder / _MAP, _mapped(fonts))
    _write(folder / _LIST, ["% ls-R -- filename database for kpathsea", *lines])
    _write(folder / _TREES, trees)
    return made_from


def variables(place: Path) -> dict[str, str]:
    """The variables that make TeX use the view beside a format; none if there is no view."""
    folder = place / FOLDER
    try:
        trees = (folder / _TREES).read_text("utf-8").split("\n")
    except OSError:
        return {}
    return {
        "TEXMF": "{" + ",".join(filter(None, trees)) + "}",
        "TEXMFDBS": str(folder),
        "TEXFONTMAPS": f"{folder}{os.pathsep}{texmf_folder() / 'fonts/map/dvips/texresume'}{os.pathsep}",
    }


def _asked(tex: Tex, *questions: str) -> str:
    """The output of the kpsewhich of this TeX. Raises `OSError`."""
    program = tex.program.with_name(f"kpsewhich{tex.program.suffix}")
    with process.fresh_folder() as folder:
        return process.answer([str(program), f"--progname={tex.program.stem}", *questions], folder)


def _listed(file: Path) -> Iterator[tuple[str, list[str]]]:
    """The folders in an ls-R file, by their names within the tree, with the files in each."""
    name = ""
    files: list[str] = []
    for line in file.read_text("utf-8", "surrogateescape").splitlines():
        if line.endswith(":") and line.startswith(("./", "/")):
            if name and files:
                yield name, files
            name, files = line[2:-1] if line.startswith("./") else "", []
        elif line and name:
            files.append(line)
    if name and files:
        yield name, files


def _walked(tree: Path) -> Iterator[tuple[str, list[str]]]:
    for folder, _, files in os.walk(tree):
        yield Path(folder).relative_to(tree).as_posix(), sorted(files)


def _mapped(file: Path) -> list[str]:
    lines = file.read_text("utf-8", "surrogateescape").splitlines()
    return [line for line in lines if _MAPPED.match(line)]


def _write(file: Path, lines: list[str]) -> None:
    file.write_text("\n".join([*lines, ""]), "utf-8", "surrogateescape")
