"""Photos as people have them: turned, tall, in the data itself, tiny, missing, damaged."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from texresume.build import pipeline
from texresume.build.request import Request
from texresume.data import assets
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError, Severity

ORIENTATION = 0x0112


def picture(size: tuple[int, int], kind: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture that is red in its upper half and blue in the lower."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stream = BytesIO()
    image.save(stream, kind, exif=exif)
    return stream.getvalue()


def photo(name: str, folder: Path) -> tuple[Path | None, str, list[Diagnostic]]:
    """What becomes of a photo in a folder."""
    return assets.photo(name, Source.of(folder / "resume.yaml", "basics:\n"), folder)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_photos_are_turned_upright(orientation: int, kind: str, tmp_path: Path) -> None:
    """As EXIF says, whichever way the camera was held; the file that people see needs no turning."""
    content = picture((80, 60), kind, orientation)
    (tmp_path / "me").write_bytes(content)
    file, _, found = photo("me", tmp_path)
    assert file is not None
    assert not found
    with Image.open(file) as made, Image.open(BytesIO(content)) as given:
        assert made.getexif().get(ORIENTATION, 1) == 1
        upright = ImageOps.exif_transpose(given)
        assert made.size == upright.size
        for place in ((5, 5), (made.width - 5, made.height - 5)):
            pairs = zip(made.getpixel(place), upright.getpixel(place), strict=True)  # type: ignore[arg-type]
            assert all(abs(one - other) < 10 for one, other in pairs)


def test_an_upright_photo_is_the_file_itself(tmp_path: Path) -> None:
    """It is neither copied nor compressed again."""
    (tmp_path / "me.jpg").write_bytes(picture((80, 60)))
    assert photo("me.jpg", tmp_path)[0] == tmp_path / "me.jpg"


def embedded(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def test_a_photo_in_the_data_is_read(tmp_path: Path) -> None:
    """Whatever type the address says it has."""
    for kind in ("image/png", "image/jpeg", ""):
        file, name, found = photo(embedded(picture((80, 60), "PNG"), kind), tmp_path)
        assert file is not None
        assert (name, found) == ("photo.png", [])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("data:image/png;base64,????", "wrong-photo"),
        ("data:image/png", "wrong-photo"),
        (embedded(b"<svg/>", "image/svg+xml"), "wrong-photo"),
        (embedded(picture((80, 60), "PNG")[:60]), "wrong-photo"),
        (embedded(picture((4, 900), "PNG")), "wrong-photo"),
        (embedded(b"\xff\xd8\xff" + b"\0" * assets.MAXIMUM_BYTES), "photo-too-large"),
        ("none.jpg", "no-such-photo"),
        ("https://example.com/me.jpg", "photo-not-fetched"),
    ],
)
def test_what_is_wrong_with_a_photo_is_said(name: str, code: str, tmp_path: Path) -> None:
    """Without the content of the address."""
    file, _, (found,) = photo(name, tmp_path)
    assert (file, found.code) == (None, code)
    assert len(found.message) < 120


def test_a_tiny_photo_is_printed_with_a_warning(tmp_path: Path) -> None:
    """One pixel is a picture, though hardly one of a person."""
    file, _, (found,) = photo(embedded(picture((1, 1), "PNG")), tmp_path)
    assert file is not None
    assert (found.code, found.severity) == ("small-photo", Severity.WARNING)


def build(folder: Path, image: str, name: str) -> pipeline.Build:
    """A build with the template that shows photos."""
    data: dict[str, Any] = {"basics": {"name": "Ada Quill", "email": "ada@example.com", "image": image}}
    (folder / name).write_text(json.dumps(data), "utf-8")
    request = Request(data=folder / name, template="moderncv", output=folder / "out", project=folder)
    return pipeline.build(request)


@pytest.mark.tex
def test_a_missing_photo_ends_no_build_of_json(tmp_path: Path) -> None:
    """There it is a warning; in YAML an error with its line."""
    made = build(tmp_path, "none.jpg", "resume.json")
    assert [(one.code, one.severity) for one in made.diagnostics] == [("no-such-photo", Severity.WARNING)]
    with pytest.raises(ResumeError) as caught:
        build(tmp_path, "none.jpg", "resume.yaml")
    (error,) = caught.value.diagnostics
    assert (error.code, error.place) == ("no-such-photo", "basics.image")
    assert error.position is not None
