"""Who chooses the engine: a flag, the variant, the template, else the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import build_fails, build_ok, project
from texresume.build.request import Request
from texresume.tex import distribution

FILES = {
    "resume.yaml": "basics: {name: Ada Example, email: ada@example.org}\nskills: [{name: TeX}]\n",
    "templates/mine/template.yaml": "title: Mine\nextends: onepage\nengine: xetex\n",
    "variants/x.yaml": "engine: xetex\n",
    "variants/p.yaml": "engine: pdftex\ntemplate: mine\n",
    "variants/m.yaml": "engine: auto\ntemplate: mine\n",
    "variants/wrong.yaml": "engine: luatex\n",
}


@pytest.mark.tex
@pytest.mark.skipif(not distribution.find("xetex"), reason="needs XeTeX")
@pytest.mark.parametrize(
    ("variant", "template", "flag", "engine"),
    [
        ("", "", "auto", "pdftex"),
        ("x", "", "auto", "xetex"),
        ("x", "", "pdftex", "pdftex"),
        ("", "mine", "auto", "xetex"),
        ("", "mine", "pdftex", "pdftex"),
        ("p", "", "auto", "pdftex"),
        ("m", "", "auto", "xetex"),
    ],
)
def test_the_flag_goes_before_the_variant_and_this_before_the_template(
    variant: str, template: str, flag: str, engine: str, tmp_path: Path
) -> None:
    """And the text decides where none of them says anything."""
    project(tmp_path, FILES)
    request = Request(
        tmp_path / "resume.yaml", template, tmp_path / "dist", engine=flag, project=tmp_path, variant=variant
    )
    assert build_ok(request).engine == engine


def test_other_engines_are_refused(tmp_path: Path) -> None:
    """With the place in the variant."""
    project(tmp_path, FILES)
    request = Request(tmp_path / "resume.yaml", variant="wrong", output=tmp_path, project=tmp_path)
    fault = build_fails("not-allowed", request).diagnostics[0]
    assert fault.position is not None
    assert (fault.file and fault.file.name, fault.position.column) == ("wrong.yaml", 9)
