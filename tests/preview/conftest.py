"""A project to preview, and one preview that the quick tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.previewing import Running, running
from texresume.tex import distribution

DATA = """\
# the whole truth
basics:
  name: Ada Example
  label: Zymurgist
  summary: Brews *small* beers.
work:
  - name: Acme
    position: Brewer
    startDate: 2019-02
    highlights:
      - Cut the losses of the mash by half
      - text: Wrote the book of recipes
        id: book
"""
PRIVATE = "basics:\n  phone: +1 202 555 0143\n"
VARIANT = """\
# for the Acme job
extends: base

options:  # the looks
  accent: teal
  # stays
  font: sourcesans
override:
  work.acme:
    position: Head Brewer
"""
LETTER = "to: {name: Bo Example}\nsubject: Head Brewer\nbody: |\n  I brew.\n"


def project(folder: Path) -> Path:
    """A project with every kind of file."""
    data = folder / "data"
    (data / "variants").mkdir(parents=True)
    (data / "letters").mkdir()
    (data / "resume.yaml").write_text(DATA)
    (data / "private.yaml").write_text(PRIVATE)
    (data / "variants" / "acme.yaml").write_text(VARIANT.replace("teal", "blue"))
    (data / "variants" / "base.yaml").write_text("template: onepage\n")
    (data / "letters" / "acme.yaml").write_text(LETTER)
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A preview that is after each test what it was before."""
    if not distribution.find():
        absent("TeX")
    with running(project(tmp_path_factory.mktemp("preview"))) as preview:
        preview.next()
        preview.settled()
        yield preview


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of the test's own."""
    return project(tmp_path / "project")
