"""Last lines: none has fewer than four letters, wherever a text ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.build.test_pages import lines_of
from tests.conftest import absent
from tests.support import build_ok, request_for, write_yaml
from texresume.tex import distribution

WORDS = (
    "Moved a team of 5 to Go in a day, so that we all do as we say, and it is up to us if a job at 2 or"
    " at 3 is on or is off; by now no one has to get up at 4 to see to it that the DB is up, and a run of it"
    " is 9 s, or so it is said by all of us who do it"
).split()


@pytest.mark.tex
@pytest.mark.parametrize("tex_engine", ["pdftex", "xetex"])
@pytest.mark.parametrize(
    ("template", "options"),
    [("onepage", {}), ("academic", {}), ("moderncv", {}), ("moderncv", {"style": "classic"})],
)
def test_no_last_line_is_a_stub(
    template: str, options: dict[str, str], tex_engine: str, tmp_path: Path
) -> None:
    """A text of short words, cut after each of them, as a highlight and as a paragraph."""
    if not distribution.find(tex_engine):
        absent(tex_engine)
    cuts = [f"{number}x {' '.join(WORDS[:number])}" for number in range(16, len(WORDS))]
    data = {
        "basics": {"name": "Ada Example"},
        "work": [{"name": "Employer", "endDate": "2020", "highlights": cuts}],
        "custom": [{"title": "Notes", "kind": "text", "entries": [{"summary": "\n\n".join(cuts)}]}],
    }
    variant = write_yaml(tmp_path, {"pages": 20}, "variant.yaml")
    request = request_for(
        write_yaml(tmp_path, data),
        tmp_path,
        template=template,
        options={**options, "step": "1"},
        engine=tex_engine,
        variant=str(variant),
    )
    lines = [line for page in lines_of(build_ok(request).files["pdf"]) for line in page]
    starts = [place for place, line in enumerate(lines) if re.match(r"\W*\d+x ", line)]
    assert len(starts) == 2 * len(cuts)
    last = {lines[after - 1] for after in starts[1:]} - {"Notes"}
    assert not {line for line in last if sum(map(str.isalnum, line)) < 4}
