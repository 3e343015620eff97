"""The user's cache: whatever is wrong with it costs time, never a build."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from texresume import cache
from texresume.cli import project


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache" / "texresume"


def test_what_was_kept_is_read_again(folder: Path) -> None:
    """Under any name below the folder, the last writer's content, and nothing left aside."""
    assert cache.read("a/b") is None
    assert cache.keep("a/b", b"1") == folder / "a" / "b"
    cache.keep("a/b", b"2")
    assert cache.read("a/b") == b"2"
    assert [file.name for file in (folder / "a").iterdir()] == ["b"]


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_folder_is_its_owners(folder: Path) -> None:
    """Others neither read what a résumé says nor put anything into it."""
    cache.keep("below/x", b"1")
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "below").stat().st_mode & 0o077 == 0


def test_many_writers_leave_one_whole_file(folder: Path) -> None:
    """Ten at once: the content is one of theirs."""
    contents = [bytes([65 + number]) * 100_000 for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda content: cache.keep("x", content), contents * 5))
    assert cache.read("x") in contents
    assert len(list(folder.iterdir())) == 1


def test_a_file_in_the_place_of_the_folder_is_no_fault(folder: Path) -> None:
    """Nor is a folder in the place of a file."""
    folder.parent.mkdir()
    folder.write_text("")
    assert cache.keep("x", b"1") is None
    assert cache.read("x") is None
    folder.unlink()
    (folder / "x").mkdir(parents=True)
    assert cache.keep("x", b"1") is None
    assert cache.read("x") is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_is_no_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept, and nothing half."""
    monkeypatch.setattr(
        "tempfile.mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(folder / "aside"))
    )
    assert cache.keep("x", b"1" * 100_000) is None
    assert cache.read("x") is None


def test_none_means_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """For machines where nothing may be written."""
    monkeypatch.setenv(cache.FOLDER, "none")
    assert cache.folder() is None
    assert cache.keep("x", b"1") is None
    assert cache.read("x") is None
    assert not cache.forget()


def test_clean_forgets(folder: Path, tmp_path: Path) -> None:
    """Everything, wherever the folder is."""
    cache.keep("a/b", b"1")
    mine = folder.parent / "mine.txt"
    mine.write_text("of the owner")
    project.clean(tmp_path / "dist")
    assert not folder.exists()
    assert mine.exists(), "somebody may name a folder that has more in it"


def test_keys_keep_their_parts_apart() -> None:
    """`ab`, `c` is not `a`, `bc`; a text is its UTF-8."""
    assert cache.key("ab", "c") != cache.key("a", "bc")
    assert cache.key("é") == cache.key("é".encode())


def test_a_changed_file_changes_the_state(tmp_path: Path) -> None:
    """Also one below; a file that is hidden does not."""
    (tmp_path / "below").mkdir()
    file = tmp_path / "below" / "x"
    file.write_text("1")
    before = cache.state(tmp_path)
    (tmp_path / ".hidden").write_text("1")
    assert cache.state(tmp_path) == before
    file.write_text("12")
    assert cache.state(tmp_path) != before


def test_what_is_recalled_is_whole_and_has_its_stamp(folder: Path) -> None:
    """Another stamp, another name, a byte that changed, a half of it: as if it were not there."""
    cache.remember("a/b", "1", b"content")
    assert cache.recall("a/b", "1") == b"content"
    assert cache.recall("a/b", "2") is None
    assert cache.recall("a/c", "1") is None
    whole = (folder / "a" / "b").read_bytes()
    (folder / "a" / "c").write_bytes(whole)
    assert cache.recall("a/c", "1") is None
    for place in range(len(whole)):
        torn = bytearray(whole)
        torn[place] ^= 1
        for broken in (bytes(torn), whole[:place]):
            (folder / "a" / "b").write_bytes(broken)
            assert cache.recall("a/b", "1") is None
    cache.remember("a/b", "2", b"")
    assert cache.recall("a/b", "2") == b""


@pytest.mark.skipif(os.name != "posix", reason="owners of POSIX")
def test_what_others_have_kept_is_not_recalled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It might be a program."""
    cache.remember("x", "1", b"content")
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert cache.recall("x", "1") is None


def test_without_a_cache_nothing_is_recalled(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is said."""
    monkeypatch.setenv(cache.FOLDER, "none")
    cache.remember("x", "1", b"content")
    assert cache.recall("x", "1") is None


def test_states_change_with_files(tmp_path: Path) -> None:
    """Of what is not there there is none; a package has one without being imported."""
    file = tmp_path / "x"
    assert cache.status(file) == ""
    file.write_text("1")
    before = cache.status(file)
    file.write_text("12")
    assert cache.status(file) not in {before, ""}
    assert cache.library("nosuchpackage") == ""
    assert cache.library("babel") != cache.library("jinja2")
