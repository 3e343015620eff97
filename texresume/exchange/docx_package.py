"""The package of a Word document: its parts, which python-docx relates and saves, and the photo."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from texresume.data import dates

from .docx_styles import NAMESPACE, twips
from .markup import legible

if TYPE_CHECKING:
    import docx.document

    from .export import Export
    from .looks import Look

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONS = f'xmlns:r="{_OFFICE}/relationships"'
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file can say."""
_PARTS = ("styles", "numbering", "settings", "fontTable", "theme")
_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"


def opened(parts: Mapping[str, str], *, footer: bool) -> docx.document.Document:
    """A document without paragraphs, with `styles`, `settings` and so on as given."""
    import docx

    names = [*_PARTS, "footer"] if footer else list(_PARTS)
    types = "".join(
        f'<Override PartName="/word/{name}.xml"'
        f' ContentType="{_THEME if name == "theme" else f"{_WORD}.{name}+xml"}"/>'
        for name in names
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/relationships/{name}" Target="{name}.xml"/>'
        for number, name in enumerate(names, 1)
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    extended = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    contents = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>{types}'
        f'<Override PartName="/docProps/core.xml" ContentType="{core}"/>'
        f'<Override PartName="/docProps/app.xml" ContentType="{extended}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/relationships/extended-properties"'
        ' Target="docProps/app.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        "</Relationships>",
        "word/document.xml": f"<w:document {NAMESPACE}><w:body/></w:document>",
        "docProps/app.xml": f'<Properties xmlns="{_OFFICE}/extended-properties">'
        "<Application>texresume</Application></Properties>",
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"/>',
        **{f"word/{name}.xml": parts[name] for name in names},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, _HEAD + content)
    stream.seek(0)
    return docx.Document(stream)


def saved(document: docx.document.Document) -> bytes:
    """The file: the same for the same document, whenever and wherever it is saved."""
    stream, result = io.BytesIO(), io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(result, "w") as fixed:
        for name in archive.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            fixed.writestr(entry, archive.read(name))
    return result.getvalue()


def settings(language: str) -> str:
    """`settings.xml`: that of a current Word, so that it does not open in a compatibility mode."""
    mode = (
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
        ' w:val="15"/>'
    )
    return (
        f'<w:settings {NAMESPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f"<w:compat>{mode}</w:compat><w:themeFontLang w:val={quoteattr(language)}/>"
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def theme(accent: str, font: str) -> str:
    """`theme.xml`: the colour and the font that Word offers first where someone changes the document."""
    colours = {
        "dk1": "000000", "lt1": "FFFFFF", "dk2": "4D4D4D", "lt2": "EEEEEE", "accent1": accent,
        "accent2": "18559B", "accent3": "176329", "accent4": "B00C0C", "accent5": "5A34A0",
        "accent6": "983900", "hlink": accent, "folHlink": "4D4D4D",
    }  # fmt: skip
    scheme = "".join(f'<a:{name}><a:srgbClr val="{rgb}"/></a:{name}>' for name, rgb in colours.items())
    face = f'<a:latin typeface={quoteattr(font)}/><a:ea typeface=""/><a:cs typeface=""/>'
    plain = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{plain}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="texresume">'
        f'<a:themeElements><a:clrScheme name="texresume">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="texresume"><a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont>'
        f'</a:fontScheme><a:fmtScheme name="texresume"><a:fillStyleLst>{plain * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{plain * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def section(look: Look, *, footer: str, rtl: bool) -> str:
    """The properties of the only section: paper, margins, and the footer by its relationship."""
    width, height = (twips(side) for side in look.page)
    name = ' w:code="1"' if look.paper == "letter" else ' w:code="9"'
    reference = f'<w:footerReference w:type="default" r:id="{footer}"/>' if footer else ""
    return (
        f'<w:sectPr {NAMESPACE} {RELATIONS}>{reference}<w:pgSz w:w="{width}" w:h="{height}"{name}/>'
        f'<w:pgMar w:top="{twips(look.top)}" w:right="{twips(look.sides)}" w:bottom="{twips(look.bottom)}"'
        f' w:left="{twips(look.sides)}" w:header="{twips(8)}" w:footer="{twips(look.bottom * 0.5)}"'
        f' w:gutter="0"/><w:cols w:space="720"/>{"<w:bidi/>" if rtl else ""}</w:sectPr>'
    )


def describe(document: docx.document.Document, export: Export) -> None:
    """Title, author, keywords and language; when the data was last changed, if it says so."""
    import datetime

    data, properties = export.document.metadata, document.core_properties
    properties.title = legible(data.title)[:_LONGEST]
    properties.author = legible(data.author)[:_LONGEST]
    if data.subject:
        properties.subject = legible(data.subject)[:_LONGEST]
    if keywords := "; ".join(data.keywords):
        properties.keywords = legible(keywords)[:_LONGEST]
    properties.language = data.language
    changed = dates.parse_date(export.resume.meta.get("lastModified", ""))
    if changed and changed.year >= 1:
        when = datetime.datetime(changed.year, changed.month or 1, changed.day or 1)
        properties.created = properties.modified = when


_LONGEST = 255
"""What python-docx allows in a property, in characters."""


# -- the photo ----------------------------------------------------------------------------------------------


def signature(document: docx.document.Document, file: str, description: str, most: float) -> str:
    """The image of a signature as a run, at most so many mm high and 55 mm wide, as in the PDF.

    Raises what python-docx does for a file that is no image.
    """
    from docx.shared import Emu

    _, image = document.part.get_or_add_image(file)
    height = min(round(most * 36000), round(55 * 36000 * image.px_height / image.px_width))
    inline = document.part.new_pic_inline(file, width=None, height=Emu(height))
    for properties in inline.iter("{*}docPr", "{*}cNvPr"):
        properties.set("id", "2")
        properties.set("name", "Signature")
        properties.set("descr", legible(description))
    return f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"


def picture(document: docx.document.Document, file: str, look: Look, description: str) -> str:
    """The photo as a run: an image at the right or left edge, with the text beside it, cut to its shape.

    Raises what python-docx does for a file that is no image.
    """
    relation, image = document.part.get_or_add_image(file)
    width, height = round(look.photo_width * 36000), round(look.photo_height * 36000)
    left = right = top = bottom = 0
    wide = image.px_width * height - image.px_height * width  # wider than its frame?
    if wide > 0:
        left = right = round(50000 * wide / (image.px_width * height))
    elif wide < 0:
        top = bottom = round(50000 * -wide / (image.px_height * width))
    shape = "ellipse" if look.photo == "round" else "rect"
    side = "left" if look.photo_left else "right"
    name = quoteattr(legible(description))
    return (
        '<w:r><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' distT="0" distB="91440" distL="228600" distR="228600" simplePos="0" relativeHeight="2"'
        ' behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="margin"><wp:align>{side}</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>top</wp:align></wp:positionV>'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:wrapSquare wrapText="bothSides"/><wp:docPr id="1" name="Photo" descr={name}/>'
        '<wp:cNvGraphicFramePr/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:nvPicPr><pic:cNvPr id="0" name="Photo" descr={name}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/>'
        f'<a:srcRect l="{left}" t="{top}" r="{right}" b="{bottom}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom><a:ln w="9525"><a:solidFill>'
        f'<a:srgbClr val="{look.accent}"/></a:solidFill></a:ln></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:anchor></w:drawing></w:r>"
    )
