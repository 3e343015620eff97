"""Make the pictures of the README and the docs, and the thumbnails of the templates.

- `NAME.png`: the first page of each template, all of one height;
- `options-NAME.png`: what the values of each option of a template look like, the first third of a page each;
- `contact-sheet.png`: every template in its styles, orders, accents and fonts, in two scripts;
- `compare.png`: a page of ours beside the class moderncv with the same content.

`--pages FOLDER` also writes every page of every example in every template and paper, for looking at.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from texresume.build import design, draft, output, pipeline, reading
from texresume.build.run import Run
from texresume.diagnostics import ResumeError, format_diagnostics
from texresume.latex import template as templates
from texresume.latex.manifest import Option
from texresume.tex import engine

ROOT = Path(__file__).resolve().parent.parent
PLAIN = ROOT / "tools" / "plain_moderncv"
PICTURES = {
    "onepage": ("resume", {"paper": "a4"}),
    "moderncv": ("engineer/resume", {"paper": "a4"}),
    "academic": ("researcher", {"paper": "a4"}),
}
"""What each template is shown with."""
HEIGHT = 1000
"""Pixels of a page in the README."""
SMALL = 420
"""Pixels of a page on the contact sheet."""
SHEET: Sequence[tuple[str, str, Mapping[str, str]]] = [
    *(("onepage", "data/resume.yaml", {"order": order}) for order in ("employer", "position")),
    *(("onepage", "data/resume.yaml", {"accent": accent}) for accent in ("blue", "burgundy")),
    *(("onepage", "data/resume.yaml", {"font": font}) for font in ("sourcesans", "libertinus")),
    *(
        ("moderncv", "data/engineer/resume.yaml", {"style": style, "accent": accent})
        for style in ("banking", "classic")
        for accent in ("blue", "green", "grey")
    ),
    ("academic", "data/researcher.yaml", {}),
    ("academic", "data/researcher.yaml", {"density": "compact"}),
    ("academic", "data/researcher.yaml", {"accent": "7D0A2B"}),
    ("academic", "data/researcher.yaml", {"font": "xcharter"}),
    *((name, "tests/data/scripts/zh.yaml", {}) for name in PICTURES),
    *((name, "tests/data/scripts/ar.yaml", {}) for name in PICTURES),
]
"""Template, data and options of each page on the contact sheet."""
UNSHOWN = ("paper", "step")
"""Options that have no look of their own."""
AT_THE_BOTTOM = ("bullet", "foot")
"""Options whose effect is in the last third of a page; the first one may have no highlights."""
STRIP = 400
"""Pixels across a page on the sheets of options."""
STRIP_COLUMNS = 5
COLUMNS = 6
GAP = 16
CAPTION = 26
THUMBNAIL_DPI = 40
EDGE = "#9a9a9a"
INK = "#303030"


def pdf_of(data: Path, template: str, options: Mapping[str, str], folder: Path) -> bytes | None:
    """The PDF of a build, or None where the example is too long for the template."""
    request = pipeline.Request(
        data=data, template=template, options=dict(options), output=folder, project=ROOT
    )
    try:
        return Path(pipeline.build(request).files["pdf"]).read_bytes()
    except ResumeError as error:
        print(f"{data} in {template} {options}:\n{format_diagnostics(error.diagnostics)}")
        return None


def required(data: str, template: str, options: Mapping[str, str], folder: Path) -> bytes:
    """The PDF of a build that must succeed."""
    pdf = pdf_of(ROOT / data, template, options, folder)
    if pdf is None:
        raise SystemExit(f"{data} does not build in {template}")
    return pdf


def plain_pdf(data: str, folder: Path) -> bytes:
    """The same content in the class moderncv, which is not read back: its faults are its own."""
    request = pipeline.Request(data=ROOT / data, template=str(PLAIN), output=folder, project=ROOT)
    run = Run(request)
    run.content = reading.read_content(run)
    run.design = design.choose(run, run.content)
    return draft.fit_to_pages(run, run.design, engine.typeset).typeset.pdf


def page(pdf: bytes, height: int) -> Image.Image:
    """The first page, so many pixels high, with a hairline around it."""
    image = Image.open(BytesIO(output.pictures(pdf, 200, 1)[0])).convert("RGB")
    width = round(image.width * height / image.height)
    return ImageOps.expand(image.resize((width, height), Image.Resampling.LANCZOS), 1, EDGE)


def grid(pictures: Sequence[tuple[Image.Image, str]], columns: int) -> Image.Image:
    """Pictures in rows, a caption under each."""
    font = ImageFont.load_default(size=14)
    width = max(image.width for image, _ in pictures) + GAP
    height = max(image.height for image, _ in pictures) + CAPTION + GAP
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (width * columns + GAP, height * rows + GAP), "white")
    draw = ImageDraw.Draw(whole)
    for number, (image, caption) in enumerate(pictures):
        left, top = GAP + number % columns * width, GAP + number // columns * height
        whole.paste(image, (left, top))
        draw.text((left, top + image.height + 5), caption, fill=INK, font=font)
    return whole


def values_of(option: Option) -> list[str]:
    """The values of an option that are worth a picture; the default is the first."""
    choices = [choice for choice in option.choices if choice != "auto" or choice == option.default]
    bounds = [f"{bound:g}" for bound in (option.minimum, option.maximum) if bound is not None]
    values = {
        "choice": choices,
        "boolean": ["true", "false"],
        "color": list(option.names or ()),
        "number": bounds,
    }.get(option.type, [])
    return list(dict.fromkeys([option.default, *values]))


def strip(pdf: bytes, *, bottom: bool) -> Image.Image:
    """The first third of the first page, or its last one, with a hairline around it."""
    image = Image.open(BytesIO(output.pictures(pdf, 200, 1)[0])).convert("RGB")
    third = image.height // 3
    image = image.crop(
        (0, image.height - third if bottom else 0, image.width, image.height if bottom else third)
    )
    height = round(image.height * STRIP / image.width)
    return ImageOps.expand(image.resize((STRIP, height), Image.Resampling.LANCZOS), 1, EDGE)


def option_sheet(name: str, folder: Path) -> Image.Image:
    """A picture of each value of each option of a template; no two that look alike."""
    data, options = PICTURES[name]
    pictures: list[tuple[Image.Image, str]] = []
    for option in templates.find(name, ROOT).options:
        if option.name in UNSHOWN:
            continue
        shown: dict[bytes, tuple[Image.Image, str]] = {}
        for value in values_of(option):
            pdf = pdf_of(ROOT / "data" / f"{data}.yaml", name, {**options, option.name: value}, folder)
            if pdf is not None:
                picture = strip(pdf, bottom=option.name in AT_THE_BOTTOM)
                caption = f"{option.name}={value}" + " (default)" * (value == option.default)
                shown.setdefault(picture.tobytes(), (picture, caption))
        pictures += shown.values() if len(shown) > 1 else ()
    return grid(pictures, STRIP_COLUMNS)


def save(image: Image.Image, file: Path, colours: int = 160) -> None:
    """A small PNG, in which rare colours keep their place."""
    image.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file)


def captioned(template: str, data: str, options: Mapping[str, str]) -> str:
    """What a page on the contact sheet is."""
    script = {"zh": "Chinese", "ar": "Arabic"}.get(Path(data).stem, "")
    return ", ".join(filter(None, [template, *(f"{key}={value}" for key, value in options.items()), script]))


def write_gallery(place: Path, folder: Path) -> None:
    """All pictures of the docs."""
    for template, (data, options) in PICTURES.items():
        pdf = required(f"data/{data}.yaml", template, options, folder)
        save(page(pdf, HEIGHT), place / f"{template}.png")
        save(option_sheet(template, folder), place / f"options-{template}.png", 64)
        first = Image.open(BytesIO(output.pictures(pdf, THUMBNAIL_DPI, 1)[0])).convert("L")
        first.quantize(16).save(ROOT / "templates" / template / "thumbnail.png", optimize=True)
    pages = [
        (page(required(data, template, options, folder), SMALL), captioned(template, data, options))
        for template, data, options in SHEET
    ]
    save(grid(pages, COLUMNS), place / "contact-sheet.png", 128)
    content = "data/resume.yaml"
    ours = required(content, "moderncv", {"paper": "letter", "style": "classic"}, folder)
    banking = required(content, "moderncv", {"paper": "letter"}, folder)
    compared = [
        (page(plain_pdf(content, folder), HEIGHT), "the class moderncv, classic, page 1"),
        (page(ours, HEIGHT), "texresume, moderncv, style=classic, page 1"),
        (page(banking, HEIGHT), "texresume, moderncv, style=banking, page 1"),
    ]
    save(grid(compared, len(compared)), place / "compare.png")


def write_pages(place: Path, folder: Path, dpi: int) -> None:
    """Every page of every example, to look at."""
    place.mkdir(parents=True, exist_ok=True)
    for data in ("resume", "engineer/resume", "researcher", "student"):
        for template in PICTURES:
            for paper in ("a4", "letter"):
                pdf = pdf_of(ROOT / "data" / f"{data}.yaml", template, {"paper": paper}, folder)
                for number, picture in enumerate(output.pictures(pdf, dpi) if pdf else [], 1):
                    name = f"{data.partition('/')[0]}-{template}-{paper}-{number}.png"
                    (place / name).write_bytes(picture)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "gallery")
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--dpi", type=int, default=100)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        write_gallery(arguments.output, Path(name))
        if arguments.pages is not None:
            write_pages(arguments.pages, Path(name), arguments.dpi)


if __name__ == "__main__":
    main()
