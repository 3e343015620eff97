"""A document as formats without columns print it: headings, lines, paragraphs and items, one below the other.

Which field goes where is decided here, once for all of them; how each looks is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from texresume.document.model import Author, Detail, Document, Entry, Group, Link, Section
from texresume.records import dataclass
from texresume.text.inline import Anchor, Block, Break, Fragment, Inline, RichText, Span, SpanKind

_REACH = ("email", "phone", "contact", "link")
_STOPS = (".", "!", "?", "…", "。", "！", "？", ":")


@dataclass(frozen=True, slots=True)
class Piece:
    """An entry, or a position of one.

    `lead` is its first line and `lines` follow it; then come `paragraphs`, `items` (highlights), and further
    `positions`. `number` is that of a numbered publication. A `brief` one is a line or two among others like
    it, with no heading of its own.
    """

    lead: RichText
    lines: tuple[RichText, ...] = ()
    paragraphs: tuple[RichText, ...] = ()
    items: tuple[RichText, ...] = ()
    positions: tuple[Piece, ...] = ()
    number: int = 0
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The separators of the reader's language, and what stands between contacts."""

    labels: Mapping[str, str]
    between: str

    def listed(self, fields: Iterable[RichText]) -> RichText:
        """The fields that are not empty, as a list."""
        return RichText.join(self.labels.get("separator_list", ", "), list(fields))

    def apart(self, fields: Iterable[RichText]) -> RichText:
        """Those that have nothing to do with each other."""
        return RichText.join(self.between, list(fields))

    def labelled(self, label: RichText, text: RichText) -> RichText:
        """A text after its label, or alone."""
        return RichText.join(self.labels.get("separator_colon", ": "), [label, text])

    def noted(self, text: RichText, note: RichText) -> RichText:
        """A text with a note in brackets, or either of them."""
        if not text or not note:
            return text or note
        opening, closing = self.labels.get("separator_open", "("), self.labels.get("separator_close", ")")
        space = " " if opening == "(" else ""
        return _joined([text, RichText.of(f"{space}{opening}"), note, RichText.of(closing)])


def styled(field: RichText, kind: SpanKind) -> RichText:
    """A field in bold or italics."""
    return _mapped(field, lambda inlines: (Span(kind, inlines),))


def linked(link: Link) -> RichText:
    """A printed address with its target."""
    if not link.url:
        return link.text
    return _mapped(link.text, lambda inlines: (Anchor(link.url.target, inlines),))


def on_lines(fields: Iterable[RichText]) -> RichText:
    """The fields that are not empty, each on a line of its own."""
    parts: list[Fragment] = []
    for field in filter(None, fields):
        if parts:
            parts.append(replace(field.parts[0], path="", inlines=(Break(),), language=""))
        parts += field.parts
    return RichText(tuple(parts))


def contacts(document: Document, words: Words) -> list[RichText]:
    """The lines of contacts."""
    lines = [
        words.apart(linked(Link(contact.text, contact.url)) for contact in line) for line in document.contacts
    ]
    return list(filter(None, lines))


def pieces(section: Section, group: Group, words: Words) -> Iterator[Piece]:
    """The entries of a group; those that are nothing but a label and a level share one line."""
    labels: list[RichText] = []
    for entry in group.entries:
        if section.kind == "tags" and entry.is_label_only:
            labels.append(words.noted(entry.title, words.listed([entry.subtitle, entry.note])))
            continue
        if labels:
            yield Piece(words.listed(labels), brief=True)
            labels = []
        yield _piece(section, entry, words)
    if labels:
        yield Piece(words.listed(labels), brief=True)


def _piece(section: Section, entry: Entry, words: Words) -> Piece:
    match section.kind:
        case "timeline":
            return _of_timeline(entry, words)
        case "tags":
            return _of_tags(entry, words)
        case "publications":
            return _of_publication(entry, words)
    return _of_list(entry, words, brief=section.kind == "list" and not section.spread)


def _of_timeline(entry: Entry, words: Words) -> Piece:
    """Who, what, where and when, a line each."""
    several = bool(entry.positions) and not entry.positions[0].path.startswith(f"{entry.path}.")
    if not several:
        lead = words.noted(entry.title, entry.note)
        first = [styled(entry.subtitle, "strong")] if lead else []
        lead = lead or entry.subtitle
        where = words.apart([entry.location, *_links(entry)])
        return _with_body(Piece(lead, _lines([*first, entry.dates, where])), entry, words)
    one_place = not any(position.location for position in entry.positions)
    where = words.apart([entry.location if one_place else RichText(), *_links(entry)])
    own = Piece(entry.subtitle, _lines([entry.dates, RichText() if one_place else entry.location]))
    own = _with_body(own, entry, words)
    positions = (replace(own, positions=()), *(_position(one, words) for one in entry.positions))
    return Piece(words.noted(entry.title, entry.note), _lines([where]), positions=positions)


def _position(entry: Entry, words: Words) -> Piece:
    """A further position, or a part of a job."""
    lead = words.noted(entry.subtitle, entry.note)
    where = words.apart([entry.location, *_links(entry)])
    piece = Piece(lead or entry.dates, _lines([entry.dates if lead else RichText(), where]))
    return _with_body(piece, entry, words)


def _of_tags(entry: Entry, words: Words) -> Piece:
    """'Label (level): a, b, c'."""
    label = words.noted(styled(entry.title, "strong"), words.listed([entry.subtitle, entry.note]))
    lead = words.labelled(label, words.listed(entry.keywords))
    lead = words.listed([lead, entry.location, entry.dates, *_links(entry)])
    plain = replace(entry, keywords=())
    return _with_body(Piece(lead, brief=entry.is_tag_only or entry.is_heading_only), plain, words)


def _of_list(entry: Entry, words: Words, *, brief: bool) -> Piece:
    """What, from whom, where and when, on one line."""
    rest = [entry.subtitle, entry.note, entry.location, entry.dates, *_links(entry)]
    if brief:
        return _with_body(
            Piece(words.listed([styled(entry.title, "strong"), *rest]), brief=True), entry, words
        )
    if not entry.title:
        return _with_body(Piece(words.listed(rest)), entry, words)
    return _with_body(Piece(entry.title, _lines([words.listed(rest)])), entry, words)


def _of_publication(entry: Entry, words: Words) -> Piece:
    """A reference as in a bibliography: in the style that the owner chose, else sentences."""
    if entry.reference:
        return _with_body(Piece(entry.reference, number=entry.number, brief=True), entry, words)
    sentences = [
        _authors(entry.authors, words),
        styled(entry.title, "strong"),
        words.listed([entry.subtitle, entry.note, entry.location]),
        entry.dates,
    ]
    parts: list[RichText] = []
    for sentence in filter(None, sentences):
        ends = str(sentence).rstrip().endswith(_STOPS)
        stop = RichText.of("" if ends else "。" if words.labels.get("separator_list") == "、" else ".")
        parts.append(_joined([sentence, stop]))
    lead = RichText.join(" ", [*parts, *_links(entry)])
    return _with_body(Piece(lead, number=entry.number, brief=True), entry, words)


def _authors(authors: Sequence[Author], words: Words) -> RichText:
    """The names, the owner's in bold, with the language's word before the last."""
    names = [styled(one.text, "strong") if one.own else one.text for one in authors]
    last = words.labels.get("separator_last", "")
    if not names[1:] or authors[-1].others or not last:
        return words.listed(names)
    return RichText.join(last, [words.listed(names[:-1]), names[-1]])


def _with_body(piece: Piece, entry: Entry, words: Words) -> Piece:
    """What follows the heading of an entry of any kind."""
    beside = [_detail(one, words) for one in entry.details if one.name in ("score", "honors")]
    others = [_detail(one, words) for one in entry.details if one.name not in ("score", "honors", *_REACH)]
    reach = [_detail(one, words) for one in entry.details if one.name in _REACH]
    lines = [words.listed(beside), *others, words.apart(reach)]
    return replace(
        piece,
        lines=(*piece.lines, *_lines([*lines, styled(words.listed(entry.keywords), "emphasis")])),
        paragraphs=entry.paragraphs,
        items=tuple(highlight.text for highlight in entry.highlights),
        positions=tuple(_position(one, words) for one in entry.positions),
    )


def _detail(detail: Detail, words: Words) -> RichText:
    return words.labelled(detail.label, detail.text)


def _links(entry: Entry) -> list[RichText]:
    return [linked(link) for link in entry.addresses]


def _lines(fields: Iterable[RichText]) -> tuple[RichText, ...]:
    return tuple(filter(None, fields))


def _joined(fields: Iterable[RichText]) -> RichText:
    return RichText(tuple(part for field in fields for part in field.parts))


def _mapped(field: RichText, wrap: Callable[[tuple[Inline, ...]], tuple[Inline, ...]]) -> RichText:
    """A field with the inlines of each part wrapped, but for blocks, which are never within others."""
    parts = []
    for part in field.parts:
        whole = part.inlines and not any(isinstance(inline, Block) for inline in part.inlines)
        parts.append(replace(part, inlines=wrap(part.inlines)) if whole else part)
    return RichText(tuple(parts))
