"""Word: a .docx with real headings, lists, tab stops and links, whose looks come from its styles alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from texresume.diagnostics import Diagnostic, ResumeError, Severity

from . import letter_places
from .docx_body import Body, highest_number
from .docx_fonts import Faces, faces
from .docx_footer import footer
from .docx_letter import LetterBody
from .docx_letter_styles import LetterStyles
from .docx_lists import Numbering
from .docx_package import RELATIONS, describe, opened, picture, saved, section, settings, signature, theme
from .docx_read import words
from .docx_styles import NAMESPACE, Measures, Styles
from .docx_text import RunWriter
from .looks import Look, look_of

if TYPE_CHECKING:
    import docx.document

    from texresume.document.model import Document

    from .export import Export, Writer

_OF_RESUME = 13
"""The height of the image of a résumé's signature, in mm."""
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


class _Word:
    """Writes Word documents."""

    name = "docx"
    suffix = "docx"
    description = "Word, to be edited and restyled by its styles"

    def write(self, export: Export) -> bytes:
        """The file. Raises `ResumeError` if the photo cannot be read."""
        from docx.oxml import parse_xml

        document, look = export.document, look_of(export)
        rtl = document.direction == "rtl"
        fonts = faces(look.font, document.metadata.language, document.direction, document.fonts)
        measures = Measures.of(look, document.dates, highest_number(document))
        styles = _styles(document, look, fonts, measures)
        numbering = Numbering(look, measures)
        has_footer = look.foot != "none" or bool(document.date)
        blank = {
            "styles": f"<w:styles {NAMESPACE}/>",
            "numbering": f"<w:numbering {NAMESPACE}/>",
            "settings": settings(fonts.language),
            "fontTable": f"<w:fonts {NAMESPACE}>{fonts.table()}</w:fonts>",
            "theme": theme(look.accent, fonts.latin),
            "footer": f"<w:ftr {NAMESPACE} {RELATIONS}/>",
        }
        made = opened(blank, footer=has_footer)
        runs = RunWriter(styles, lambda url: made.part.relate_to(url, _LINK, is_external=True), rtl=rtl)
        body = (LetterBody if document.letter else Body)(
            document, look, runs, numbering, _picture(made, export, look), _signature(made, export)
        )
        paragraphs = body.xml()
        styles.below_contacts, styles.used = body.below_contacts, body.used
        foot = footer(document, look, runs)
        parts = {part.partname.rpartition("/")[2]: part for part in made.part.package.iter_parts()}
        # The styles and lists are known only now; what stands in a part is replaced, not the part.
        for name, xml in (("styles.xml", styles.xml()), ("numbering.xml", numbering.xml())):
            parts[name]._element = parse_xml(xml)
        relation = ""
        if has_footer:
            parts["footer.xml"]._element = parse_xml(f"<w:ftr {NAMESPACE} {RELATIONS}>{foot}</w:ftr>")
            relation = next(one for one, to in made.part.rels.items() if to.reltype.endswith("/footer"))
        properties = section(look, footer=relation, rtl=rtl)
        whole = parse_xml(f"<w:body {NAMESPACE} {RELATIONS}>{paragraphs}{properties}</w:body>")
        root = made.part.element
        root.replace(root.body, whole)
        describe(made, export)
        return saved(made)

    def names_sender(self, export: Export) -> bool:
        """Whether a letter names the sender above the recipient."""
        return letter_places.names_sender(look_of(export).letter, export.document.letter)

    def text(self, content: bytes) -> str:
        """The text of its parts in the order of reading, with the numbers of lists, which Word counts."""
        return words(content)


def _styles(document: Document, look: Look, fonts: Faces, measures: Measures) -> Styles:
    rtl = document.direction == "rtl"
    if document.letter is None:
        return Styles(look, fonts, measures, rtl=rtl)
    return LetterStyles(look, fonts, measures, rtl=rtl, sender=len(str(document.letter.sender)))


def _picture(made: docx.document.Document, export: Export, look: Look) -> str:
    """The photo as a run, if the template shows it."""
    photo = export.document.photo
    file = next((file for file, name in export.files if name == photo), None)
    if not photo or file is None:
        return ""
    try:
        return picture(made, str(file), look, export.document.metadata.author)
    except Exception as error:  # noqa: BLE001 - python-docx raises anything for what is no image
        raise _unreadable(file, error) from None


def _signature(made: docx.document.Document, export: Export) -> str:
    """The image of the signature as a run, if there is one."""
    name, most = export.document.signature, _OF_RESUME
    if letter := export.document.letter:
        name, most = letter.signature, letter_places.SIGNATURE_HEIGHT
    file = next((file for file, there in export.files if there == name), None)
    if not name or file is None:
        return ""
    try:
        return signature(made, str(file), export.document.metadata.author, most)
    except Exception as error:  # noqa: BLE001 - as above
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: Exception) -> ResumeError:
    message = f"cannot put {file.name} into a Word document: {error or type(error).__name__}"
    hint = "save it as JPEG or PNG"
    return ResumeError(Diagnostic(Severity.ERROR, "wrong-image", message, hint=hint))


WRITER: Writer = _Word()
