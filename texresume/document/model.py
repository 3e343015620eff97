"""The document: sections and entries as every template sees them.

Each field is a `RichText` (text with the paths in the data that it comes from), a `Url`, or a plain `str` for
names that are not printed. The renderer turns texts and targets into the markup of its output format;
everything else reaches templates as it is here. Absent fields are false.
"""

from __future__ import annotations

from dataclasses import field

from texresume.records import dataclass
from texresume.text.inline import RichText, Url

_NOTHING = RichText()
_NOWHERE = Url()


@dataclass(frozen=True, slots=True)
class Link:
    """A printed address and its target."""

    text: RichText = _NOTHING
    url: Url = _NOWHERE

    def __bool__(self) -> bool:
        return bool(self.text)


_NO_LINK = Link()


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact in the header. `kind` is `email`, `phone`, `location`, `url` or `profile`.

    `network` is that of a profile, by its name in our table, if it is there.
    """

    kind: str
    text: RichText
    url: Url
    network: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A further fact of an entry, such as a thesis.

    `name` is `score`, `honors`, `thesis`, `advisor`, `courses`, `email`, `phone` or `link`; `label` may be
    empty.
    """

    name: str
    label: RichText
    text: RichText


@dataclass(frozen=True, slots=True)
class Highlight:
    """One highlight. When space is short, `priority` 1 is dropped first and 5 last, and `keep` never."""

    id: str
    path: str
    text: RichText
    priority: int = 3
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """One author of a publication; `own` is true for the owner of the résumé, `others` for "et al."."""

    text: RichText
    own: bool
    others: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of any section; fields that its section does not have are empty.

    | field | timeline | list | tags | publications | references |
    |---|---|---|---|---|---|
    | `title` | employer, institution, project | award, talk | skill, language | title | name |
    | `subtitle` | position, degree | awarder, venue | | venue | position |
    | `note` | kind of employer or project | | level, fluency | kind (ungrouped) | |
    | `dates`, `location`, `link` | all kinds | | | `link` is the url, `doi` apart | |
    | `keywords` | technologies, roles | | the tags themselves | | |
    | `paragraphs` | summaries | | | notes | the quotation |
    """

    id: str
    path: str
    title: RichText = _NOTHING
    subtitle: RichText = _NOTHING
    note: RichText = _NOTHING
    dates: RichText = _NOTHING
    location: RichText = _NOTHING
    link: Link = _NO_LINK
    details: tuple[Detail, ...] = ()
    paragraphs: tuple[RichText, ...] = ()
    keywords: tuple[RichText, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    positions: tuple[Entry, ...] = ()
    """Further positions at the same employer, or what a job consisted of, such as clients: entries without a
    `title`. If a position was at another place, each has its `location`, and that of this entry is not the
    employer's."""
    span: RichText = _NOTHING
    """From when to when all positions were held, where there are several with such dates."""
    ended: tuple[int, int, int] = (0, 0, 0)
    """Year, month and day of its end, as far as they are known; (9999, 0, 0) if it is ongoing."""
    year: RichText = _NOTHING
    """Of a publication: the year in which it came out, or the dates where there is more to say."""
    number: int = 0
    authors: tuple[Author, ...] = ()
    doi: Link = _NO_LINK
    keep: bool = False
    """Whether it must not be parted by the end of a page."""
    break_before: bool = False
    """Whether it begins a new page: never the first of a group or section, but the group or section."""

    @property
    def is_tag_only(self) -> bool:
        """Whether there is nothing but a title, a subtitle, a note and keywords: "Label (level): a, b, c"."""
        return not (
            self.highlights  # first what most entries have
            or self.paragraphs
            or self.details
            or self.positions
            or self.dates
            or self.location
            or self.link
        )

    @property
    def is_heading_only(self) -> bool:
        """Whether the entry is a heading, on a line or two, with nothing below."""
        return not (
            self.highlights
            or self.paragraphs
            or self.details
            or self.keywords
            or self.positions
            or self.authors
        )

    @property
    def is_label_only(self) -> bool:
        """Whether there are not even keywords: "Label (level)"."""
        return not self.keywords and self.is_tag_only


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under a second-level heading, such as journal articles. The title may be empty."""

    title: RichText
    entries: tuple[Entry, ...]
    break_before: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its heading.

    `name` is that of the data (`work`, `custom`, `summary` …), `id` distinguishes custom sections; `kind` is
    `timeline`, `list`, `tags`, `publications`, `references` or `text`. `groups` is never empty; only
    publications have more than one.
    """

    name: str
    id: str
    kind: str
    title: RichText
    groups: tuple[Group, ...]
    break_before: bool = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all groups."""
        return tuple(entry for group in self.groups for entry in group.entries)

    @property
    def is_label_only(self) -> bool:
        """Whether all entries are labels, which can run in one paragraph."""
        return all(entry.is_label_only for entry in self.entries)

    @property
    def is_heading_only(self) -> bool:
        """Whether all entries are headings, each on a line or two."""
        return all(entry.is_heading_only for entry in self.entries)

    @property
    def spread(self) -> bool:
        """Whether an entry has highlights or further positions, and so takes several lines."""
        return any(entry.highlights or entry.positions for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of the PDF, as plain text. `language` is a BCP 47 tag."""

    title: str
    author: str
    subject: str
    keywords: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole résumé, ready for a template.

    `contacts` are lines of contacts: mail, phone and address first, web pages second; on right-to-left pages
    an address in right-to-left letters has its own line. `photo` is the name of an image file in the build
    folder, or empty. `date` is when the data was last changed, in the reader's language, or empty. `labels`
    are words of the locale such as `present`. At the end, `closing` has place and date, and `signature` is
    the name of an image file like `photo`; both may be empty.
    """

    name: RichText
    label: RichText
    contacts: tuple[tuple[Contact, ...], ...]
    photo: str
    date: RichText
    sections: tuple[Section, ...]
    metadata: Metadata
    labels: dict[str, str] = field(default_factory=dict)
    paper: str = "a4"
    """The usual paper of the owner's country, `a4` or `letter`, for templates whose option is `auto`."""
    dates: tuple[str, ...] = ()
    """Every date of an entry once, as plain text, for templates with a column as wide as the widest."""
    direction: str = "ltr"
    """The direction of lines and of the page: `ltr`, or `rtl` in Arabic, Hebrew, Persian."""
    fonts: dict[str, str] = field(default_factory=dict)
    """The owner's own fonts, as in the data: from a script to a family or file."""
    option_texts: tuple[RichText, ...] = ()
    """Options of the template that are texts, so that they are set like all others."""
    closing: RichText = RichText()
    signature: str = ""
