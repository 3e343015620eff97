"""Publications from .bib files: what is read, where it stands, and what is said of what cannot be read.

Each `bibliography/NAME.bib` has a `NAME.expected`: what is said of it, and how each entry is printed. With
`TEXRESUME_EXPECT=write` they are written anew, to be read before they are kept.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from texresume.build import reading
from texresume.build.request import Request
from texresume.build.run import Run
from texresume.data import bib_entries, bibtex
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.document.model import Document, Entry
from texresume.text.inline import RichText, written
from texresume.variants import variant

FOLDER = Path(__file__).parent / "bibliography"
FILES = sorted(FOLDER.glob("*.bib"))
BASICS = "basics: {name: Solveig Ødemark, email: solveig@example.org}\n"


def project(folder: Path, bib: str, more: str = "") -> Path:
    """A résumé with these publications."""
    (folder / "p.bib").write_text(bib, "utf-8")
    data = folder / "resume.yaml"
    data.write_text(f"{BASICS}bibliography: p.bib\n{more}", "utf-8")
    return data


def document(data: Path, name: str = "", *, keep_going: bool = False) -> Document:
    found = variant.find(name, data, data.parent) if name else None
    return reading.read(reading.master(data, keep_going=keep_going), found).document


def entries(found: Document) -> list[Entry]:
    return [one for section in found.sections if section.name == "publications" for one in section.entries]


def titles(found: Document) -> list[str]:
    return [str(one.title) for one in entries(found)]


def marked(field: RichText) -> str:
    return "".join(written(part.inlines) for part in field.parts)


def line(entry: Entry) -> str:
    """An entry as it is printed in the style that puts each part in a place of its own."""
    authors = ", ".join(f"<{marked(one.text)}>" if one.own else marked(one.text) for one in entry.authors)
    links = " ".join(
        filter(None, (str(one.text) for one in (entry.doi, entry.arxiv, entry.pubmed, entry.link)))
    )
    notes = " ".join(map(marked, entry.paragraphs))
    parts = [entry.id, marked(entry.title), authors, marked(entry.subtitle), marked(entry.location)]
    return " | ".join([*parts, str(entry.year), links, notes])


def said(one: Diagnostic) -> str:
    assert one.file is not None
    assert one.position is not None
    place = f"{one.file.name}:{one.position.line}:{one.position.column}"
    return f"{place}: {one.severity}: {one.message} [{one.code}]"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_every_entry_is_printed_as_expected(file: Path, tmp_path: Path) -> None:
    """The text of each entry in the order of the file, and where each warning points."""
    (tmp_path / file.name).write_bytes(file.read_bytes())
    data = tmp_path / "resume.yaml"
    settings = "meta: {publications: {sort: file, groups: []}}\n"
    data.write_text(f"{BASICS}bibliography: {file.name}\n{settings}", "utf-8")
    loaded = reading.master(data, keep_going=True)
    content = reading.read(loaded)
    text = "\n".join([*map(said, content.warnings), "", *map(line, entries(content.document))]) + "\n"
    expected = file.with_suffix(".expected")
    if os.environ.get("TEXRESUME_EXPECT") == "write":
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def test_there_are_enough_awkward_entries() -> None:
    """At least the sixty that were asked for, of which none is lost but those that are broken."""
    lines = [line for file in FILES for line in file.with_suffix(".expected").read_text("utf-8").splitlines()]
    assert sum(" | " in line for line in lines) > 80


# -- broken files -----------------------------------------------------------------------------------------


def test_broken_entries_are_named_by_their_lines(tmp_path: Path) -> None:
    """Five of twenty are broken: without `keep_going` each is an error, with it the others are printed."""
    data = project(tmp_path, (FOLDER / "broken.bib").read_text("utf-8"))
    with pytest.raises(ResumeError) as caught:
        reading.master(data)
    errors = caught.value.diagnostics
    assert sorted(one.position.line for one in errors if one.position) == [5, 16, 22, 26, 38]
    assert {one.severity for one in errors} == {Severity.ERROR}
    assert {one.file for one in errors} == {tmp_path / "p.bib"}
    kept = document(data, keep_going=True)
    assert len(entries(kept)) == 15


@pytest.mark.parametrize(
    ("bib", "line", "column", "word"),
    [
        ("@article{a, title = {x", 1, 1, "never closed"),
        ('@article{a,\n  title = "x\n}', 1, 1, "never closed"),
        ("@article{a title = {x}}", 1, 1, "comma after the key"),
        ("@article{a,\n title {x},\n year = 2020}", 2, 2, "expected '='"),
        ("@article{a, title = {x},\n journal = nosuch}", 2, 12, "not defined"),
        ("@article{a, title = {x},\n year = }", 2, 8, "no value"),
        ("@article{a, year = 2020}", 1, 10, "no title"),
        ("@string{j = {x} {y}}", 1, 17, "comma is missing"),
        ("@article{a, title = {x}, crossref = {b}}", 1, 38, "does not exist"),
        ("@article{a, title = {x}, = {y}}", 1, 26, "name is missing"),
    ],
)
def test_an_error_says_where_it_is(bib: str, line: int, column: int, word: str, tmp_path: Path) -> None:
    with pytest.raises(ResumeError) as caught:
        reading.master(project(tmp_path, bib))
    (error,) = (one for one in caught.value.diagnostics if one.severity is Severity.ERROR)
    assert word in error.message
    assert error.position is not None
    assert (error.position.line, error.position.column) == (line, column)


def test_damaged_files_never_raise() -> None:
    """Whatever is cut out of a file, what remains is read or reported."""
    text = "".join(file.read_text("utf-8") for file in FILES)
    chance = random.Random(17)  # noqa: S311 - nothing to keep secret
    for _ in range(60):
        start = chance.randrange(len(text) - 700)
        piece = list(text[start : start + 700])
        for _ in range(chance.randrange(6)):
            piece[chance.randrange(700)] = chance.choice(list('{}"@=,#\\$%()~ \n'))
        parsed = bibtex.parse(Source.of(Path("x.bib"), "".join(piece)))

        bib_entries.convert(parsed, "Solveig Ødemark")


# -- files ------------------------------------------------------------------------------------------------


def refused(data: Path) -> Diagnostic:
    with pytest.raises(ResumeError) as caught:
        reading.master(data)
    (error,) = caught.value.diagnostics
    return error


def test_a_file_that_is_not_there_is_told_at_its_name(tmp_path: Path) -> None:
    data = project(tmp_path, "")
    (tmp_path / "p.bib").rename(tmp_path / "papers.bib")
    data.write_text(f"{BASICS}bibliography:\n  - paper.bib\n", "utf-8")
    error = refused(data)
    assert (error.code, error.hint) == ("no-such-file", "did you mean 'papers.bib'?")
    assert error.position is not None
    assert (error.position.line, error.position.column) == (3, 5)


def test_a_file_outside_the_project_is_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    secret = tmp_path / "secret.bib"
    secret.write_text("@book{a, title = {Secret}}", "utf-8")
    data = project(inside, "")
    (inside / "p.bib").unlink()
    (inside / "p.bib").symlink_to(secret)
    assert refused(data).code == "link-outside"
    data.write_text(f"{BASICS}bibliography: ../secret.bib\n", "utf-8")
    assert refused(data).code == "link-outside"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    data = project(tmp_path, "")
    (tmp_path / "p.bib").unlink()
    os.mkfifo(tmp_path / "p.bib")
    assert refused(data).code == "not-a-file"
    (tmp_path / "p.bib").unlink()
    (tmp_path / "p.bib").mkdir()
    assert refused(data).code == "not-a-file"


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    data = project(tmp_path, "")
    (tmp_path / "p.bib").write_bytes("% x\n@book{a, title = {Über}}".encode("latin-1"))
    error = refused(data)
    assert error.code == "wrong-encoding"
    assert error.position is not None
    assert (error.position.line, error.position.column) == (2, 19)


def test_line_ends_and_byte_order_marks_do_not_matter(tmp_path: Path) -> None:
    data = project(tmp_path, "")
    (tmp_path / "p.bib").write_bytes(b"\xef\xbb\xbf@book{a,\r\n title = {One},\r\n year = 2020}\r\n")
    assert titles(document(data)) == ["One"]


def test_the_files_are_dependencies(tmp_path: Path) -> None:
    """Also where they do not exist yet, and where the data is read from memory."""
    data = project(tmp_path, "@book{a, title = {One}}")
    for _ in range(2):
        run = Run(Request(data, private="none", project=tmp_path))
        reading.read_content(run)
        assert tmp_path / "p.bib" in run.dependencies.files
    (tmp_path / "p.bib").unlink()
    run = Run(Request(data, private="none", project=tmp_path))
    with pytest.raises(ResumeError):
        reading.read_content(run)
    assert tmp_path / "p.bib" in run.dependencies.files


def test_several_files_are_one_list(tmp_path: Path) -> None:
    """The second file's own entries follow; what is in both is printed once."""
    data = project(tmp_path, "@book{a, title = {One}, year = 2020}")
    (tmp_path / "q.bib").write_text("@book{b, title = {one!}, year = 2020}\n@book{a, title = {Two}}", "utf-8")
    data.write_text(f"{BASICS}bibliography: [p.bib, q.bib]\n", "utf-8")
    content = reading.read(reading.master(data))
    assert titles(content.document) == ["One", "Two"]
    assert [one.id for one in entries(content.document)] == ["a", "a-2"]
    assert sorted(one.code for one in content.warnings) == ["bib-duplicate", "bib-key"]


def test_a_change_is_seen(tmp_path: Path) -> None:
    data = project(tmp_path, "@book{a, title = {One}}")
    assert titles(document(data)) == ["One"]
    (tmp_path / "p.bib").write_text("@book{a, title = {Two}}", "utf-8")
    assert titles(document(data)) == ["Two"]


# -- with the data ----------------------------------------------------------------------------------------

TWO = """
@article{one, author = {{\\O}demark, S.}, title = {Same paper}, year = 2020, doi = {10.5555/ONE}, pmid = 7}
@article{two, author = {{\\O}demark, S.}, title = {New paper}, year = 2021, keywords = {big data, selected}}
"""


def test_publications_of_the_data_win(tmp_path: Path) -> None:
    """The same by DOI or by title is printed once, with the identifiers of both and a warning."""
    own = """publications:
  - {name: Same Paper!, authors: [S. Ødemark], doi: doi.org/10.5555/one, publisher: Mine, date: 2020}
  - {name: "New **paper**", authors: [Solveig Ødemark], publisher: Mine, date: 2021}
"""
    data = project(tmp_path, TWO, own)
    content = reading.read(reading.master(data))
    assert [str(one.subtitle) for one in entries(content.document)] == ["Mine", "Mine"]
    assert [str(one.pubmed.text) for one in entries(content.document)] == ["", "PMID: 7"]
    warnings = [one for one in content.warnings if one.code == "bib-duplicate"]
    assert [(one.file and one.file.name, one.position and one.position.line) for one in warnings] == [
        ("p.bib", 2),
        ("p.bib", 3),
    ]
    assert "resume.yaml:4" in warnings[0].message


def test_a_published_paper_replaces_its_preprint(tmp_path: Path) -> None:
    bib = """
@misc{pre, author = {{\\O}demark, S.}, title = {A paper}, eprint = {2101.00001}, eprinttype = {arxiv}}
@article{pub, author = {{\\O}demark, S.}, title = {A Paper}, journal = {J}, year = 2022}
@article{other, author = {{\\O}demark, S.}, title = {A Paper}, journal = {K}, year = 2023, doi = {10.5555/k}}
"""
    found = entries(document(project(tmp_path, bib)))
    assert [(one.id, str(one.arxiv.text)) for one in found] == [("pub", "arXiv:2101.00001")]


def test_another_doi_is_another_publication(tmp_path: Path) -> None:
    bib = "".join(
        f"@article{{k{n}, title = {{Editorial}}, journal = {{J}}, year = 2020, doi = {{10.5555/{n}}}}}\n"
        for n in "ab"
    )
    assert len(entries(document(project(tmp_path, bib)))) == 2


def test_texts_have_their_places_in_the_file(tmp_path: Path) -> None:
    """What is said of a text from a .bib file points to it: to its line and column there."""
    data = project(
        tmp_path,
        "@article{a,\n  author = {Other, Ann and {\\O}demark, S.},\n  title = {Bad $\\nosuch$}}",
    )
    with pytest.raises(ResumeError) as caught:
        document(data)
    (error,) = caught.value.diagnostics
    assert error.file == tmp_path / "p.bib"
    assert error.position is not None
    assert (error.position.line, error.position.column) == (3, 11)
    loaded = reading.master(data).loaded
    assert loaded.source.value(("publications", 0, "authors", 1)).line == 2
    assert loaded.source.value(("publications", 0, "authors", 1)).column == 28


def test_keys_and_keywords_are_for_variants(tmp_path: Path) -> None:
    """A key is an address, keywords are tags: `hide`, `show`, `include`, `order` and `limit` know them."""
    data = project(tmp_path, TWO + "@book{three:x, title = {Three}, year = 2019, keywords = {books}}")
    (tmp_path / "variants").mkdir()

    def shown(text: str) -> list[str]:
        (tmp_path / "variants" / "v.yaml").write_text(text, "utf-8")
        return titles(document(data, "v"))

    assert shown("locale: en") == ["New paper", "Same paper", "Three"]
    assert shown("include: [selected]") == ["New paper", "Same paper"]
    assert shown("include: [big-data]\nshow: [publications.three-x]") == [
        "New paper",
        "Same paper",
        "Three",
    ]
    assert shown("exclude: [selected, books]") == ["Same paper"]
    assert shown("hide: [publications.one]") == ["New paper", "Three"]
    assert shown("order: {publications: [one]}") == ["Same paper", "New paper", "Three"]
    assert shown("limit: {publications: 2}") == ["New paper", "Same paper"]
    assert shown("override: {two: {name: Mine}}") == ["Mine", "Same paper", "Three"]
    assert shown("publications: {sort: file, groups: []}") == ["Same paper", "New paper", "Three"]


def test_the_sections_stay_where_they_are(tmp_path: Path) -> None:
    """Publications are printed where the files are named, if the data has none of its own."""
    data = tmp_path / "resume.yaml"
    (tmp_path / "p.bib").write_text("@book{a, title = {One}}", "utf-8")
    data.write_text(f"{BASICS}work: [{{name: A}}]\nbibliography: p.bib\nskills: [{{name: B}}]\n", "utf-8")
    assert [one.name for one in document(data).sections] == ["work", "publications", "skills"]


def test_what_the_owner_edits_is_the_owners(tmp_path: Path) -> None:
    """A book that others cite is printed only if the owner is its editor."""
    bib = """
@incollection{a, author = {Other, A.}, title = {Chapter}, crossref = {mine}}
@book{mine, editor = {{\\O}demark, Solveig}, title = {My book}, year = 2020}
@incollection{b, author = {{\\O}demark, S.}, title = {Mine}, crossref = {theirs}}
@book{theirs, editor = {Other, A.}, title = {Their book}, year = 2020}
"""
    assert set(titles(document(project(tmp_path, bib)))) == {"Chapter", "My book", "Mine"}
