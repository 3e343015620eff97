"""Build every example in every template and paper; write the pictures of the README, and the thumbnails.

`--pages FOLDER` also writes every page of every build as PNG, for looking at.
"""

from __future__ import annotations

import argparse
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from texresume.build import output, pipeline
from texresume.diagnostics import ResumeError, format_diagnostics

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {
    "onepage": ("resume", {"paper": "letter"}),
    "moderncv": ("engineer/resume", {"paper": "a4"}),
    "academic": ("researcher", {"paper": "a4"}),
}
"""What each template is shown with."""
SHOWN_PAGES = 2
THUMBNAIL_DPI = 40
SHADOW = "#9a9a9a"


def pdf_of(data: str, template: str, options: dict[str, str], folder: Path) -> bytes | None:
    """The PDF of a build, or None where the example is too long for the template."""
    request = pipeline.Request(
        data=ROOT / "data" / f"{data}.yaml", template=template, options=options, output=folder, project=ROOT
    )
    try:
        return Path(pipeline.build(request).files["pdf"]).read_bytes()
    except ResumeError as error:
        print(f"{data} in {template} {options}:\n{format_diagnostics(error.diagnostics)}")
        return None


def sheet(pages: list[bytes]) -> Image.Image:
    """Pages side by side with a hairline around each."""
    images = [ImageOps.expand(Image.open(BytesIO(page)).convert("RGB"), 1, SHADOW) for page in pages]
    gap = 16
    width = sum(image.width for image in images) + gap * (len(images) - 1)
    whole = Image.new("RGB", (width, max(image.height for image in images)), "white")
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width + gap
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "gallery")
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--dpi", type=int, default=100)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for template, (data, options) in PICTURES.items():
            pdf = pdf_of(data, template, options, folder)
            if pdf is None:
                raise SystemExit(f"the example of {template} does not build")
            picture = sheet(output.pictures(pdf, 80)[:SHOWN_PAGES]).quantize(160, dither=Image.Dither.NONE)
            picture.save(arguments.output / f"{template}.png", optimize=True)
            print(arguments.output / f"{template}.png")
            first = Image.open(BytesIO(output.pictures(pdf, THUMBNAIL_DPI)[0])).convert("L")
            first.quantize(16).save(ROOT / "templates" / template / "thumbnail.png", optimize=True)
        if arguments.pages is None:
            return
        arguments.pages.mkdir(parents=True, exist_ok=True)
        for data in ("resume", "engineer/resume", "researcher", "student"):
            for template in PICTURES:
                for paper in ("a4", "letter"):
                    pdf = pdf_of(data, template, {"paper": paper}, folder)
                    for number, page in enumerate(output.pictures(pdf, arguments.dpi) if pdf else [], 1):
                        (
                            arguments.pages / f"{data.partition('/')[0]}-{template}-{paper}-{number}.png"
                        ).write_bytes(page)


if __name__ == "__main__":
    main()
