"""What a build depends on."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.watching import RESUME
from texresume.build import batch, dependencies, output
from texresume.build.dependencies import Dependencies
from texresume.build.request import Request
from texresume.diagnostics import ResumeError
from texresume.tex.distribution import NO_TEX
from texresume.tex.engine import Typeset


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "resume.yaml").write_text(RESUME)
    return Request(data=tmp_path / "data" / "resume.yaml", project=tmp_path)


def no_tex(source: str, files: object = (), **more: object) -> Typeset:
    raise ResumeError(NO_TEX)


def of(request: Request) -> Dependencies:
    """What a build depends on that comes as far as TeX, or ends before."""
    found = batch.attempt(request, typeset=no_tex).dependencies
    assert found is not None
    return found


def names(found: Dependencies) -> set[str]:
    """The names of the files beside the data that count, there or not."""
    return {file.name for file in found.files | found.shadowing} - {"onepage", "moderncv"}


PASSING = [
    ".resume.yaml.swp", ".#resume.yaml", "#resume.yaml#", "resume.yaml~", "4913", "resume.yaml.tmp",
    "resume.yaml.swx", ".hidden", "resume.yaml___jb_tmp___", "resume.yaml___jb_old___", "resume.yaml.bak",
    "x.crswap",
]  # fmt: skip


@pytest.mark.parametrize("name", PASSING)
def test_what_editors_put_beside_a_file_does_not_count(name: str, tmp_path: Path) -> None:
    """Swap files, locks, copies, trials."""
    folder = Dependencies(folders={tmp_path})
    (tmp_path / "style.sty").write_text("x")
    before = folder.states()
    (tmp_path / name).write_text("x")
    assert dependencies.changed(before, folder.states()) == []
    (tmp_path / "other.sty").write_text("x")
    assert dependencies.changed(before, folder.states()) == [tmp_path / "other.sty"]


def test_what_was_built_does_not_count(tmp_path: Path) -> None:
    """An output folder may be a template's own."""
    folder = Dependencies(folders={tmp_path})
    before = folder.states()
    output.save(tmp_path, "ada", ["pdf", "tex"], b"%PDF", "source", {})
    output.keep_failure(tmp_path, "ada", source="x")
    assert dependencies.changed(before, folder.states()) == []


def test_every_kind_of_change_is_one(tmp_path: Path) -> None:
    """Written, replaced by a file of the same size and time, removed, made, linked to another."""
    file = tmp_path / "x"
    found = Dependencies({file})

    before = found.states()

    def differs() -> bool:
        nonlocal before
        now = found.states()
        different = dependencies.changed(before, now) == [file]
        before = now
        return different

    file.write_text("1")
    assert differs()
    status = file.stat()
    (tmp_path / "y").write_text("2")
    os.utime(tmp_path / "y", ns=(status.st_atime_ns, status.st_mtime_ns))
    (tmp_path / "y").replace(file)
    assert differs()
    assert not differs()
    time.sleep(0.05)
    file.write_text("3")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert differs(), "restored in place, with its time"
    file.write_text("12")
    assert differs()
    file.unlink()
    assert differs()
    (tmp_path / "z").write_text("3")
    file.symlink_to(tmp_path / "z")
    assert differs()


def test_the_data_name_photo_and_fonts(request_: Request) -> None:
    """Files that are looked for count, there or not; addresses on the web and photos not shown do not."""
    home = request_.data.parent
    with_photo = replace(request_, template="moderncv", options={"photo": "round"})
    request_.data.write_text(RESUME + "  image: me/photo.jpg\n")
    found = of(with_photo)
    assert found.files == {request_.data}
    assert found.shadowing >= {home / "private.yaml", home / "me" / "photo.jpg"}
    assert found.complete
    assert names(of(replace(request_, template="moderncv", options={"photo": "none"}))) == {
        "resume.yaml",
        "private.yaml",
    }
    request_.data.write_text(RESUME + "meta:\n  fonts: {Arab: kufi.ttf, Hani: Noto Sans CJK SC}\n")
    found = of(request_)
    assert home / "kufi.ttf" in found.shadowing
    assert not found.complete
    request_.data.write_text(RESUME + "  image: https://example.com/me.jpg\n")
    assert names(of(request_)) == {"resume.yaml", "private.yaml"}


def test_a_private_file_may_be_elsewhere_or_unwanted(request_: Request, tmp_path: Path) -> None:
    """As the flag says."""
    (tmp_path / "mine.yaml").write_text("basics: {phone: 412-555-0117}\n")
    other = Request(data=request_.data, project=tmp_path, private=str(tmp_path / "mine.yaml"))
    assert names(of(other)) == {"resume.yaml", "mine.yaml"}
    none = Request(data=request_.data, project=tmp_path, private="none")
    assert names(of(none)) == {"resume.yaml"}


def test_a_variant_brings_what_it_extends_and_its_template(request_: Request, tmp_path: Path) -> None:
    """Each file of its lineage, and the template's folder; another variant is none of its business."""
    folder = request_.data.parent / "variants"
    folder.mkdir()
    (folder / "_base.yaml").write_text("template: moderncv\noptions: {photo: round}\n")
    (folder / "acme.yaml").write_text(
        "extends: _base\nposting: acme.txt\noverride: {basics: {image: acme.png}}\n"
    )
    (folder / "acme.txt").write_text("wanted")
    (folder / "other.yaml").write_text("pages: 1\n")
    found = of(Request(data=request_.data, project=tmp_path, variant="acme"))
    assert {file.name for file in found.files} == {"resume.yaml", "_base.yaml", "acme.yaml", "acme.txt"}
    assert {file.name for file in found.shadowing} >= {"private.yaml", "acme.yml", "_base.yml", "acme.png"}
    assert "moderncv" in {place.name for place in found.folders}
    assert found.include([folder / "_base.yaml"])
    assert not found.include([folder / "other.yaml"])


def test_a_build_that_fails_knows_what_it_has_read(request_: Request, tmp_path: Path) -> None:
    """Data that is not valid, a variant that cannot be read, and where another one may appear."""
    request_.data.write_text("basics: [\n")
    assert request_.data in of(request_).files
    request_.data.write_text(RESUME)
    folder = request_.data.parent / "variants"
    folder.mkdir()
    (folder / "acme.yaml").write_text("extends: [\n")
    found = of(Request(data=request_.data, project=tmp_path, variant="acme"))
    assert folder / "acme.yaml" in found.files
    assert folder in found.folders
    missing = of(Request(data=request_.data, project=tmp_path, template="own"))
    assert missing.include([tmp_path / "templates" / "own" / "template.yaml"])


def test_a_template_of_the_project_may_come_to_be(request_: Request, tmp_path: Path) -> None:
    """Its folder counts before it is there, and is looked for in the nearest one that is."""
    found = of(request_)
    assert tmp_path / "templates" / "onepage" in found.shadowing
    assert tmp_path in found.roots()
    (tmp_path / "templates").mkdir()
    assert tmp_path / "templates" in found.roots()


def test_links_are_watched_where_they_lead(tmp_path: Path) -> None:
    """A résumé may lie in a folder of dotfiles."""
    (tmp_path / "real").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "real" / "resume.yaml").write_text(RESUME)
    (tmp_path / "data" / "resume.yaml").symlink_to(tmp_path / "real" / "resume.yaml")
    roots = Dependencies({tmp_path / "data" / "resume.yaml"}).roots()
    assert roots == {tmp_path / "data", tmp_path / "real"}
