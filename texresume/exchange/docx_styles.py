"""The styles of a Word document: all that one sees comes from them, so that people can change it there.

Paragraph and character styles are written as the XML of WordprocessingML (ECMA-376, part 1, 17.7). Lengths in
it are in twentieths of a point, sizes of type in half points.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from texresume.records import dataclass

from .docx_fonts import NATURAL_LEADING, Faces
from .looks import BLACK, Look

MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LEVELS = 3
_STEP = 14
"""How far each level of a list is further in, in pt at a text of 10.5 pt."""

Properties = Mapping[str, str]
"""Of runs: from the name of an element to its attributes."""
_ORDER = (
    "rFonts b bCs i iCs caps smallCaps noProof color kern sz szCs u vertAlign rtl cs lang".split()
)  # as the schema wants them
BOLD: Properties = {"b": "", "bCs": ""}


def run_properties(properties: Properties) -> str:
    """The elements of properties, in the order of the schema."""
    return "".join(f"<w:{name}{properties[name]}/>" for name in _ORDER if name in properties)


def value(text: object) -> str:
    """The attribute that most elements have."""
    return f" w:val={quoteattr(str(text))}"


def twips(mm: float) -> int:
    """A length in mm in twentieths of a point."""
    return round(mm * MM)


def size_of(pt: float) -> Properties:
    """The size of text."""
    return {"sz": value(round(pt * 2)), "szCs": value(round(pt * 2))}


def colour(rgb: str) -> Properties:
    """The colour of text; black is what text has anyway."""
    return {} if rgb == BLACK else {"color": value(rgb)}


def identifier(name: str) -> str:
    """The id of a style, from its name."""
    return name.title().replace(" ", "") if name.startswith("heading") else name.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Measures:
    """What several styles depend on. In twentieths of a point: `width` is that of the text, `inset` that of
    the column of dates at its left (0 without one), `step` how far a level of a list is further in, `number`
    the same for numbers of publications.
    """

    width: int
    inset: int
    step: int
    number: int
    pt: float
    """A point, in twentieths and for a text of 10.5 pt, times the factor for gaps."""

    @staticmethod
    def of(look: Look, dates: tuple[str, ...], highest: int) -> Measures:
        """`dates` are those that the column must hold, `highest` is the highest number of a publication."""
        width = twips(look.page[0] - 2 * look.sides)
        factor = look.size / 10.5
        inset = 0
        if look.dates_left:
            longest = max(map(len, dates), default=0)
            inset = round(min(max(longest * 0.5 * look.size * 20, twips(22)), width * 0.28)) + twips(4)
        number = round((9 + 6 * len(str(highest))) * 20 * factor)
        return Measures(width, inset, round(_STEP * 20 * factor), number, 20 * factor * look.gaps)


class Styles:
    """The styles of a document with a look; those of characters that are used together are made on demand."""

    def __init__(self, look: Look, faces: Faces, measures: Measures, *, rtl: bool) -> None:
        self._look, self._faces, self._measures, self._rtl = look, faces, measures, rtl
        upright = faces.language_code in ("ja", "ko", "zh")
        # Neither Chinese characters nor Arabic and Hebrew letters are slanted.
        self._italic: Properties = {} if upright else {"i": ""} if rtl else {"i": "", "iCs": ""}
        self.below_contacts = 0.0
        """What is left free below the contacts, in pt."""
        self.used: list[str] = []
        """The style of each paragraph, by its name, once there are all."""
        self._characters = self._character_styles()
        self._combined: dict[str, tuple[str, Properties]] = {}

    def character(self, names: tuple[str, ...]) -> str:
        """The id of the style that combines these character styles; the first one is its base."""
        names = tuple(dict.fromkeys(filter(None, names)))
        if not names:
            return ""
        name = " ".join(names)
        if len(names) > 1 and name not in self._combined:
            merged: dict[str, str] = {}
            for one in names[1:]:
                merged |= self._characters[one]
            self._combined[name] = names[0], merged
        return identifier(name)

    def xml(self) -> str:
        """All of `styles.xml`."""
        characters = [
            style("character", name, run_properties(properties))
            for name, properties in self._characters.items()
        ]
        characters += [
            style("character", name, run_properties(properties), based_on=base)
            for name, (base, properties) in self._combined.items()
        ]
        return (
            f"<w:styles {NAMESPACE}>{self._defaults()}"
            '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
            '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>'
            "<w:unhideWhenUsed/></w:style>"
            '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
            '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
            f"{''.join(self._paragraph_styles())}{''.join(characters)}</w:styles>"
        )

    # -- the parts --------------------------------------------------------------------------------------

    def _defaults(self) -> str:
        look, faces = self._look, self._faces
        fonts = run_properties({
            "rFonts": f" w:ascii={quoteattr(faces.latin)} w:hAnsi={quoteattr(faces.latin)}"
            f" w:eastAsia={quoteattr(faces.east_asian)} w:cs={quoteattr(faces.complex)}",
            **size_of(look.size),
            "lang": f" w:val={quoteattr(faces.language)} w:eastAsia={quoteattr(faces.east_asian_language)}"
            f" w:bidi={quoteattr(faces.complex_language)}",
        })  # fmt: skip
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
            f'<w:spacing w:after="0" {self.line()}/></w:pPr></w:pPrDefault>'
            "</w:docDefaults>"
        )

    def line(self) -> str:
        """The distance of lines, as attributes."""
        line = round(240 * self._look.leading / NATURAL_LEADING[self._look.font])
        return f'w:line="{line}" w:lineRule="auto"'

    def _character_styles(self) -> dict[str, Properties]:
        look = self._look
        muted = colour(look.muted)
        modern, academic = look.base == "moderncv", look.base == "academic"
        accent = colour(look.accent)
        link: dict[str, Properties] = {"plain": {}, "underlined": {"u": value("single")}, "coloured": accent}
        code = {
            "rFonts": f" w:ascii={quoteattr(self._faces.mono)} w:hAnsi={quoteattr(self._faces.mono)}"
            f" w:cs={quoteattr(self._faces.mono)}",
            "noProof": "",
            **size_of(look.size * 0.92),
        }
        formula = {"rFonts": ' w:ascii="Cambria Math" w:hAnsi="Cambria Math"', "noProof": ""}
        return {
            "Strong": BOLD,
            "Emphasis": self._italic,
            "Superscript": {"vertAlign": value("superscript")},
            "Subscript": {"vertAlign": value("subscript")},
            "Code": code,
            "Formula": formula,
            "Hyperlink": link[look.links],
            "Address": {"noProof": "", **(muted if modern else {})},
            "Entry Title": BOLD,
            "Entry Subtitle": self._italic if modern else {},
            "Entry Note": muted if modern else {},
            "Entry Separator": muted if modern else {},
            "Entry Dates": muted if modern else {},
            "Entry Span": BOLD,
            "Entry Place": muted if modern else {},
            "Entry Fact": self._italic if look.base == "onepage" else {},
            "Keyword": self._italic if look.base == "onepage" else muted,
            "Position Title": BOLD if look.position_first or not modern else self._italic,
            "Talk Title": self._italic,
            "Skill Name": BOLD,
            "Publication Title": {} if academic or look.compact else BOLD,
            "Publication Venue": self._italic,
            "Publication Number": muted,
            "Own Name": BOLD,
            "Thesis Title": self._italic,
        }

    def _paragraph_styles(self) -> list[str]:
        return [*self._head(), *self._headings(), *self._entries(), *self._lists(), self._footer()]

    def _head(self) -> list[str]:
        look, spacing = self._look, self.spacing_of_head
        centred = '<w:jc w:val="center"/>' if look.header == "centered" else ""
        contact = '<w:jc w:val="right"/>' if look.header == "split" else centred
        grey = colour(look.muted) if look.base == "moderncv" else {}
        name = {**BOLD, **colour(look.accent), **size_of(look.name_size)}
        bidi = "<w:bidi/>" if self._rtl else ""
        axis = f'<w:ind w:left="{self._measures.inset}"/>' if look.dates_left else ""
        return [
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
            f"<w:qFormat/><w:pPr>{bidi}</w:pPr></w:style>",
            style("paragraph", "Title", run_properties(name),
                   f"<w:keepNext/>{spacing('Title')}{axis}{centred}",
                   follow="Subtitle"),
            style("paragraph", "Subtitle", run_properties({**size_of(look.label_size), **grey}),
                   f"<w:keepNext/>{spacing('Subtitle')}{axis}{centred}", follow="Contact"),
            style("paragraph", "Contact", run_properties(grey),
                   f"<w:keepLines/>{spacing('Contact')}{axis}{contact}"),
            style("paragraph", "Contact Last", "", spacing("Contact Last"), based_on="Contact"),
        ]  # fmt: skip

    def below_in_head(self, name: str) -> int:
        """What is left free below a paragraph of the head, by the name of its style."""
        gaps = {"Title": 1.0, "Subtitle": 5.0 if self._look.base == "moderncv" else 3.0}
        return round(self._measures.pt * gaps.get(name, 0))

    def spacing_of_head(self, name: str) -> str:
        """The spacing of a style of the head."""
        if name == "Contact":
            return ""
        if name == "Contact Last":
            return f'<w:spacing w:after="{round(self.below_contacts * 20)}"/>'
        tight = f'w:line="{round(240 * 1.02)}" w:lineRule="auto"'
        return f'<w:spacing w:after="{self.below_in_head(name)}" {tight}/>'

    def _headings(self) -> list[str]:
        look, point = self._look, self._measures.pt
        cases: dict[str, Properties] = {"capitals": {"caps": ""}, "smallcaps": {"smallCaps": ""}}
        case = cases.get(look.heading, {})
        above, after = round(point * look.section_gap), round(point * 3)
        grey = "9A9A9A" if look.base == "academic" else look.accent
        side = {"below": "bottom", "above": "top"}.get(look.rule, "")
        axis = f'<w:ind w:left="{self._measures.inset}"/>' if look.dates_left else ""
        line = f'<w:{side} w:val="single" w:sz="6" w:space="1" w:color="{grey}"/>'
        border = f"<w:pBdr>{line}</w:pBdr>" if side else ""
        first = {**BOLD, **case, **colour(look.accent), **size_of(look.heading_size)}
        second = {**BOLD, **self._italic, **colour(look.accent)}
        if look.base == "academic" and look.heading == "plain":
            second = {"smallCaps": "", **size_of(look.size + 0.5)}
        return [
            style("paragraph", "heading 1", run_properties(first),
                   f'<w:keepNext/><w:keepLines/>{border}'
                   f'<w:spacing w:before="{above}" w:after="{after}"/>{axis}<w:outlineLvl w:val="0"/>',
                   follow="Entry"),
            style("paragraph", "heading 2", run_properties(second),
                   f'<w:keepNext/><w:keepLines/><w:spacing w:before="{round(point * 6)}"'
                   f' w:after="{round(point * 2)}"/>{axis}<w:outlineLvl w:val="1"/>', follow="Entry"),
        ]  # fmt: skip

    def _entries(self) -> list[str]:
        measures, look = self._measures, self._look
        point, inset = measures.pt, measures.inset
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{measures.width}"/></w:tabs>'
        hang, column = "", ""
        if look.dates_left:
            tabs = f'<w:tabs><w:tab w:val="left" w:pos="{inset}"/></w:tabs>'
            hang = f'<w:ind w:left="{inset}" w:hanging="{inset}"/>'
            column = f'<w:ind w:left="{inset}"/>'
        number = measures.number
        numbered = (
            f'<w:tabs><w:tab w:val="left" w:pos="{inset + number}"/>'
            f'<w:tab w:val="right" w:pos="{measures.width}"/></w:tabs>'
        )
        grey = run_properties(colour(look.muted) if look.base == "moderncv" else {})

        def spaced(before: float) -> str:
            return f'<w:spacing w:before="{round(point * before)}"/>' if before else ""

        indent = f'<w:ind w:left="{inset + number}" w:hanging="{number}"/>'
        return [
            style("paragraph", "Entry", "",
                   f'<w:keepLines/>{tabs}{spaced(5)}{hang}<w:outlineLvl w:val="1"/>', follow="Entry Text"),
            style("paragraph", "Entry Line", "", f"<w:keepLines/>{tabs}{hang}", follow="Entry Text"),
            style("paragraph", "Position", "", f"<w:keepLines/>{tabs}{spaced(3.5)}{hang}",
                   follow="Entry Text"),
            style("paragraph", "Item", "", f"<w:keepLines/>{tabs}{spaced(1.5)}{hang}", follow="Item"),
            style("paragraph", "Skill", "", f"{tabs}{spaced(1)}{hang or column}", follow="Skill"),
            style("paragraph", "Publication", "", f"<w:keepLines/>{numbered}{spaced(3.5)}{indent}"),
            style("paragraph", "Publication Line", "",
                   f'<w:keepLines/>{numbered}<w:ind w:left="{inset + number}"/>'),
            style("paragraph", "Entry Text", "", f"{spaced(1.5)}{column}"),
            style("paragraph", "Closing", "", f"{spaced(14)}{column}"),
            style("paragraph", "Entry Detail", "", column),
            style("paragraph", "Entry Contact", grey, column),
            style("paragraph", "Keywords", "", f"{'' if look.dates_left else tabs}{column}"),
        ]  # fmt: skip

    def _lists(self) -> list[str]:
        step, inset, point = self._measures.step, self._measures.inset, self._measures.pt
        found = []
        for kind, number in (("List Bullet", 1), ("List Number", 2)):
            for level in range(LEVELS):
                name = f"{kind} {level + 1}" if level else kind
                properties = (
                    f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
                    f'<w:spacing w:before="{round(point * (1 if not level else 0.5))}"/>'
                )
                found.append(style("paragraph", name, "", properties))
        for level in range(LEVELS):
            name = f"List Continue {level + 1}" if level else "List Continue"
            indent = f'<w:ind w:left="{inset + step * (level + 1)}"/>'
            found.append(style("paragraph", name, "", indent))
        return found

    def _footer(self) -> str:
        width = self._measures.width
        tabs = (
            f'<w:tabs><w:tab w:val="center" w:pos="{width // 2}"/>'
            f'<w:tab w:val="right" w:pos="{width}"/></w:tabs>'
        )
        return style("paragraph", "footer", run_properties({**colour("4D4D4D"), **size_of(9)}), tabs)


def style(
    kind: str, name: str, run: str, paragraph: str = "", *, based_on: str = "", follow: str = ""
) -> str:
    """A style. Its base is Normal or the default font, unless it has another one."""
    base = identifier(based_on) if based_on else "Normal" if kind == "paragraph" else "DefaultParagraphFont"
    following = f"<w:next{value(identifier(follow))}/>" if follow else ""
    own = "" if name in _BUILT_IN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="{kind}"{own} w:styleId="{identifier(name)}"><w:name{value(name)}/>'
        f'<w:basedOn{value(base)}/>{following}<w:uiPriority w:val="1"/><w:qFormat/>'
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + "</w:style>"
    )


_BUILT_IN = frozenset([
    "Title", "Subtitle", "heading 1", "heading 2", "footer", "Strong", "Emphasis", "Hyperlink", "List Bullet",
    "List Bullet 2", "List Bullet 3", "List Number", "List Number 2", "List Number 3", "List Continue",
    "List Continue 2", "List Continue 3", "envelope return", "Date", "Salutation", "Body Text", "Closing",
    "Signature",
])  # fmt: skip
"""Styles that Word itself knows, under these names."""
