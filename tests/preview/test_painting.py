"""Pages as pictures: the pixels are pdfium's, whatever way they are written."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image

from texresume.preview import painting


def pdf(colour: str, width: int) -> bytes:
    """A page that is a picture."""
    image = Image.new("RGB", (width, 40), "white")
    image.putpixel((7, 9), (200, 200, 200))
    image.paste(colour, (10, 20, 20, 30))
    stream = io.BytesIO()
    image.save(stream, format="PDF")
    return stream.getvalue()


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.3333])
@pytest.mark.parametrize("width", [30, 31, 32, 33])
@pytest.mark.parametrize(("colour", "mode"), [("black", "L"), ("#707090", "RGB"), ("teal", "RGB")])
def test_every_pixel_is_there(colour: str, mode: str, width: int, scale: float) -> None:
    """In grey as in colour, whatever the width of the lines."""
    given = pdf(colour, width)
    with Image.open(io.BytesIO(painting.draw(given, 1, scale))) as drawn:
        assert drawn.mode == mode
        wanted = pypdfium2.PdfDocument(given)[0].render(scale=scale).to_pil()
        assert drawn.size == wanted.size
        assert drawn.convert("RGB").tobytes() == wanted.tobytes()
