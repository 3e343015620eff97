"""What the built files are called: patterns, names in Latin letters, and settings in the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.test_verbs import texresume
from texresume.build import file_names


@pytest.mark.parametrize(
    ("name", "language", "made"),
    [
        ("Jürgen Müller", "de", "juergen-mueller"),
        ("Jürgen Müller", "de-AT", "juergen-mueller"),
        ("Ju\u0308rgen Mu\u0308ller", "de", "juergen-mueller"),
        ("Jürgen Müller", "en", "jurgen-muller"),
        ("Jürgen Müller", "sv", "jurgen-muller"),
        ("Søren Åberg", "da", "soeren-aaberg"),
        ("Søren Åberg", "sv", "soren-aberg"),
        ("Ægir Þórsson", "is", "aegir-thorsson"),
        ("王小明", "zh-Hans", "wang-xiaoming"),
        ("王小明", "en", "wang-xiaoming"),
        ("王 小明", "zh-Hans", "wang-xiaoming"),
        ("王明", "zh-Hans", "wang-ming"),
        ("欧阳娜娜", "zh-Hans", "ouyang-nana"),
        ("歐陽明", "zh-Hant", "ouyang-ming"),
        ("김민준", "ko", "gim-minjun"),
        ("남궁민수", "ko", "namgung-minsu"),
        ("Щукин Пётр", "ru", "shchukin-petr"),
        ("Μαρία Παππά", "el", "maria-pappa"),
        ("やまだ タロウ", "ja", "yamada-tarou"),
        ("山田 太郎", "ja", "resume"),
        ("山田 タロウ", "en", "tarou"),
        ("王小明 (Xiaoming Wang)", "zh-Hans", "xiaoming-wang"),
        ("列夫·托尔斯泰", "zh-Hans", "liefu-tuoersitai"),
        ("🦀", "en", "resume"),
        ("", "en", "resume"),
    ],
)
def test_names_are_written_in_latin_letters(name: str, language: str, made: str) -> None:
    """By the rules of the language; a Chinese or Korean name as family name and given name."""
    assert file_names.in_latin_letters(name, language) == made


def test_owners_write_their_own_names() -> None:
    """An alias in Latin letters goes before any transliteration; a name in Latin letters before an alias."""
    assert file_names.in_latin_letters("山田太郎", "ja", ["山田", "Taro Yamada"]) == "taro-yamada"
    assert file_names.in_latin_letters("Петя", "ru", ["Petja Müller"]) == "petja-muller"
    assert file_names.in_latin_letters("Ada King", "en", ["Ada Lovelace"]) == "ada-king"


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("{name}-{variant}-{template}", "ada-onepage"),
        ("{variant}-{name}", "ada"),
        ("{name}_{variant}", "ada"),
        ("CV {name} ({locale})", "CV ada (en-GB)"),
        ("{name} {date}", "ada 2027-02-28"),
        ("Jane_Doe_Resume.pdf", "Jane_Doe_Resume"),
        ("{{{name}}}", "{ada}"),
        ("{variant}", "resume"),
        ("Lebenslauf Müller", "Lebenslauf Müller"),
    ],
)
def test_patterns_are_filled_in(pattern: str, made: str) -> None:
    """Separators around an empty field are not doubled."""
    values = {"name": "ada", "variant": "", "template": "onepage", "locale": "en-GB", "date": "2027-02-28"}
    assert file_names.filled(pattern, **values) == made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_tex: str) -> Path:
    """A project of somebody with an umlaut and two variants, in the current folder."""
    (tmp_path / "data" / "variants").mkdir(parents=True)
    for name in ("acme", "initech"):
        (tmp_path / "data" / "variants" / f"{name}.yaml").write_text("template: onepage\n", "utf-8")
    write(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1803772800")
    return tmp_path


def write(folder: Path, meta: str) -> None:
    text = "basics: {name: Jürgen Müller}\nwork: [{name: Beispiel GmbH, position: Ingenieur}]\nskills: [Go]\n"
    (folder / "data" / "resume.yaml").write_text(f"{text}meta:\n  locale: de\n{meta}", "utf-8")


def built(folder: Path, *arguments: str, status: int = 0) -> tuple[list[str], str]:
    """The names of the PDFs that a build writes, and what it says on standard error."""
    done = texresume("build", *arguments, cwd=folder)
    assert done.returncode == status, done.stderr
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.pdf")), done.stderr


@pytest.mark.tex
@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        ([], "dist/juergen-mueller-onepage.pdf"),
        (["--name", "CV_{name}_{locale}_{date}"], "dist/CV_juergen-mueller_de_2027-02-28.pdf"),
        (["-o", "out/Mein Lebenslauf.pdf"], "out/Mein Lebenslauf.pdf"),
        (["-o", "{name}.pdf", "--variant", "acme"], "{name}.pdf"),
        (["--variant", "acme", "--name", "{variant}"], "dist/acme.pdf"),
    ],
)
def test_flags_name_the_file(project: Path, arguments: list[str], made: str) -> None:
    """`--name` by a pattern, `-o x.pdf` literally."""
    assert built(project, *arguments) == ([made], "")


@pytest.mark.tex
def test_the_data_and_a_variant_name_the_file(project: Path) -> None:
    """Flags override the variant, the variant the data; no variant replaces the file of another."""
    write(project, "  filename: Lebenslauf {name}\n")
    assert built(project)[0] == ["dist/Lebenslauf juergen-mueller.pdf"]
    more = ["dist/Lebenslauf juergen-mueller-acme.pdf", "dist/Lebenslauf juergen-mueller-initech.pdf"]
    assert built(project, "--all")[0] == [*more, "dist/Lebenslauf juergen-mueller.pdf"]
    (project / "data" / "variants" / "acme.yaml").write_text('filename: "{name}"\n', "utf-8")
    assert "dist/juergen-mueller.pdf" in built(project, "--variant", "acme")[0]
    assert "dist/flag.pdf" in built(project, "--variant", "acme", "--name", "flag")[0]
    assert texresume("clean", cwd=project).returncode == 0
    assert list((project).rglob("*.pdf")) == []


@pytest.mark.tex
def test_variants_never_share_a_file_in_silence(project: Path) -> None:
    """Two that are told to write the same one are an error."""
    for name in ("acme", "initech"):
        (project / "data" / "variants" / f"{name}.yaml").write_text("filename: same\n", "utf-8")
    _, said = built(project, "--all", status=1)
    assert "wrote the same file as" in said
    assert "[same-name]" in said


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--name", "{nmae}"], "did you mean 'name'?"),
        (["--name", "a/b"], "--output"),
        (["--name", "{name"], "{template}"),
        (["--name", ".hidden"], "begin with a letter"),
        (["--all", "--name", "cv"], "{variant}"),
        (["--all", "-o", "cv.pdf"], "{variant}"),
        (["-o", "cv.pdf", "--name", "x"], "--output"),
    ],
)
def test_wrong_names_are_wrong_usage(project: Path, arguments: list[str], hint: str) -> None:
    """Before anything is built."""
    files, said = built(project, *arguments, status=2)
    assert files == []
    assert hint in said


@pytest.mark.parametrize("place", ["data", "variant"])
def test_a_wrong_pattern_is_found_at_its_line(project: Path, place: str) -> None:
    """`validate` finds it too."""
    if place == "data":
        write(project, '  filename: "{nmae}"\n')
    else:
        (project / "data" / "variants" / "acme.yaml").write_text('filename: "{nmae}"\n', "utf-8")
    position = "resume.yaml:6:13" if place == "data" else "acme.yaml:1:11"
    for command in (["validate"], ["build", "--variant", "acme"]):
        done = texresume(*command, cwd=project)
        assert done.returncode == 1
        assert re.search(
            rf"{position}: error: unknown field .nmae. in a file name \[wrong-filename\]", done.stderr
        )
