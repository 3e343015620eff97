"""The zip with the LaTeX source: it compiles in a folder of its own with any TeX, and gives the same text."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from tests.conftest import ROOT, absent
from texresume.build import pipeline
from texresume.build.request import Request
from texresume.diagnostics import ResumeError
from texresume.exchange import latex_folder
from texresume.tex import distribution

pytestmark = pytest.mark.tex
DATA = ROOT / "data" / "resume.yaml"


def unpacked(zip_file: Path, folder: Path) -> Path:
    """The folder with what a zip holds."""
    with zipfile.ZipFile(zip_file) as archive:
        archive.extractall(folder)
    return folder


def text_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def compiled(folder: Path, program: Path, **variables: str) -> bytes:
    """What a TeX makes of the folder, of which texresume knows nothing."""
    environment = {"PATH": f"{program.parent}:/usr/bin:/bin", "HOME": str(folder), **variables}
    command = [str(program), "-interaction=nonstopmode", "-halt-on-error", "resume.tex"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return (folder / "resume.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "template"),
    [
        ("data/resume.yaml", "onepage"),
        ("data/engineer/resume.yaml", "moderncv"),
        ("data/researcher.yaml", "academic"),
    ],
)
def test_it_compiles_alone(data: str, template: str, tex: str, tmp_path: Path) -> None:
    """Each template with each TeX: the text is that of the PDF, and the zip the same each time."""
    options = {"photo": "round"} if template == "moderncv" else {}
    request = Request(
        ROOT / data,
        template,
        tmp_path / "dist",
        options,
        formats=("pdf", "zip"),
        engine="pdftex",
        project=ROOT,
    )
    made = pipeline.build(request)
    folder = unpacked(Path(made.files["zip"]), tmp_path / "bare")
    (program,) = (one.program for one in distribution.find() if one.origin == tex)
    again = compiled(folder, program)
    assert text_of(again) == text_of(Path(made.files["pdf"]).read_bytes())
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*")}
    assert {"README.txt", "latexmkrc", "texresume.sty", "texresume.map", "licenses/LPPL.txt"} <= names
    assert bool([name for name in names if name.endswith((".jpg", ".png"))]) is bool(options)


@pytest.mark.slow
@pytest.mark.usefixtures("any_tex")
def test_the_same_zip_each_time(tmp_path: Path) -> None:
    """Nothing in it depends on when or where it was made."""
    first, second = (
        pipeline.build(Request(DATA, output=tmp_path / name, formats=("zip",), project=ROOT))
        for name in ("first", "second")
    )
    assert Path(first.files["zip"]).read_bytes() == Path(second.files["zip"]).read_bytes()


@pytest.mark.usefixtures("any_tex")
def test_one_compiles_alone(tmp_path: Path) -> None:
    """The quick half of the above."""
    made = pipeline.build(Request(DATA, output=tmp_path / "dist", formats=("pdf", "zip"), project=ROOT))
    folder = unpacked(Path(made.files["zip"]), tmp_path / "bare")
    again = compiled(folder, distribution.find()[0].program)
    assert text_of(again) == text_of(Path(made.files["pdf"]).read_bytes())


@pytest.mark.slow
def test_xetex_says_what_it_needs(tmp_path: Path) -> None:
    """Which program, and which fonts of this machine, whose folders are not in the source."""
    found = distribution.find("xetex")
    if not found:
        absent("XeTeX")
    (tmp_path / "resume.yaml").write_text(
        "basics: {name: 山田 花子, label: 'Engineer [/usr/share/none]'}\nmeta: {locale: ja}\n", "utf-8"
    )
    request = Request(tmp_path / "resume.yaml", output=tmp_path / "dist", formats=("pdf", "zip"))
    try:
        made = pipeline.build(request)
    except ResumeError as error:
        if any(one.code == "no-font" for one in error.diagnostics):
            absent("a Japanese font")
        raise
    folder = unpacked(Path(made.files["zip"]), tmp_path / "bare")
    source, notes = ((folder / name).read_text("utf-8") for name in ("resume.tex", "README.txt"))
    assert source.startswith("% !TeX program = xelatex\n")
    assert (folder / "latexmkrc").read_text() == "$pdf_mode = 5;  # XeLaTeX\n"
    assert "Compile it with: xelatex resume.tex" in notes
    fonts = [
        line.removeprefix("- ") for line in notes.splitlines() if line.endswith((".ttc", ".otf", ".ttf"))
    ]
    assert fonts
    assert all(f"[{font}" in source for font in fonts)
    assert source.count("[/") == source.count("[/usr/share/none]") == 2, "the label, and as a subject"
    places = {str(file.parent) for font in fonts for file in Path("/usr/share/fonts").rglob(font)}
    again = compiled(folder, found[0].program, OSFONTDIR=":".join(places))
    assert text_of(again) == text_of(Path(made.files["pdf"]).read_bytes())


@pytest.mark.slow
@pytest.mark.usefixtures("any_tex")
def test_what_does_not_compile_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the zip lacks: an error, and no file at all."""
    real = latex_folder._needed

    def lacking(read: list[Path], engine: str) -> dict[str, Path]:
        return {name: file for name, file in real(read, engine).items() if not name.endswith(".fd")}

    monkeypatch.setattr(latex_folder, "_needed", lacking)
    with pytest.raises(ResumeError) as caught:
        pipeline.build(
            Request(ROOT / "data/resume.yaml", output=tmp_path, formats=("pdf", "zip"), project=ROOT)
        )
    (fault,) = (one for one in caught.value.diagnostics if one.code == "tex-failed")
    assert fault.message.startswith("the zip does not compile by itself")
    assert [file.suffix for file in tmp_path.iterdir() if "failed" not in file.name and file.suffix] == []


def test_a_zip_has_no_dates() -> None:
    """Its bytes depend on the files alone."""
    with zipfile.ZipFile(io.BytesIO(latex_folder._zipped({"b": b"1", "a/c": b"2"}))) as archive:
        assert [(one.filename, one.date_time) for one in archive.infolist()] == [
            ("a/c", (1980, 1, 1, 0, 0, 0)),
            ("b", (1980, 1, 1, 0, 0, 0)),
        ]
