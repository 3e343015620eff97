"""The token that a restarted preview takes again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from texresume import cache
from texresume.preview.returning import token_for


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    return tmp_path


def test_a_restart_has_the_same_token(kept: Path) -> None:
    """For the same file and port, and for no other; relative paths are those of their folder."""
    token = token_for(Path("data/resume.yaml"), 4711)
    assert token_for(Path("data/resume.yaml").absolute(), 4711) == token
    others = {token_for(Path("data/resume.yaml"), 4712), token_for(Path("data/other.yaml"), 4711)}
    assert len(others - {token}) == 2
    files = [file for file in kept.rglob("*") if file.is_file()]
    assert len(files) == 3
    assert all(token not in file.name for file in files)


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_its_user_can_read_it(kept: Path) -> None:
    """What others can read, is a link or damaged is not taken again."""
    data = Path("resume.yaml")
    seen = [token_for(data, 1)]
    (file,) = (file for file in kept.rglob("*") if file.is_file())
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    seen.append(token_for(data, 1))
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"!")
    seen.append(token_for(data, 1))
    aside = kept / "aside"
    file.rename(aside)
    file.symlink_to(aside)
    seen.append(token_for(data, 1))
    assert len(set(seen)) == 4
    assert token_for(data, 1) == seen[-1]


def test_without_a_cache_it_is_a_new_one_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.FOLDER, "none")
    assert token_for(Path("a"), 1) != token_for(Path("a"), 1)
