"""From the validated résumé to the document: what leads an entry, dates and words in the reader's language.

One language is picked for every text, markup is read, addresses are made links, consecutive positions at one
employer are gathered. Templates see nothing but what comes out of here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

from texresume import resources
from texresume.data import dates, links, rules
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Resume, dotted
from texresume.data.resume import Section as DataSection
from texresume.data.source import Source
from texresume.diagnostics import Diagnostic, ResumeError
from texresume.text.bidi import has_right_to_left
from texresume.text.inline import Anchor, Fragment, Inline, RichText, Run, Url
from texresume.text.locale import Locale, usual_paper

from . import limits
from .model import Author, Contact, Detail, Document, Entry, Group, Highlight, Link, Metadata, Section
from .texts import Texts

_DETAILS = ("score", "honors", "thesis", "advisor", "courses")
_NUMERIC_SCORE = re.compile(r"[\d.,]+\s*%?(\s*/\s*[\d.,]+)?")
SHORT_DESCRIPTION = 90
"""Characters up to which a project's description stands beside its name; a longer one is a paragraph."""
_MAXIMUM_KEYWORDS = 24


def compose(resume: Resume, locale: Locale, source: Source) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document that templates see, and warnings (a text that is not there in the reader's language).

    Raises `ResumeError` for markup that cannot be typeset and texts beyond all measure, with their positions.
    """
    texts = Texts(locale, source)
    document = _Composer(resume, locale, texts).document()
    if faults := [*texts.errors, *limits.exceeded(document, source)]:
        raise ResumeError(dict.fromkeys(faults))
    return document, tuple(dict.fromkeys(texts.warnings))


@dataclass
class _Composer:
    resume: Resume
    locale: Locale
    texts: Texts

    def join(self, fields: Sequence[RichText]) -> RichText:
        """The leaves that are not empty, as a list."""
        return RichText.join(self.locale.separators["list"], fields)

    def place(self) -> RichText:
        """The owner's address: street, postal code and city, region, country."""
        location = self.resume.location
        code = self.texts.string(location.text("countryCode"))
        region = self.texts.literal(location.text("region"))
        city = RichText.join(
            " ", [self.texts.literal(location.text("postalCode")), self.texts.rich(location.text("city"))]
        )
        country = RichText()
        if code and self.locale.needs_country(code, bool(region)):
            country = RichText.of(self.locale.country(code), dotted((*location.path, "countryCode")))
        return self.join([self.texts.rich(location.text("address")), city, region, country])

    # -- the head ---------------------------------------------------------------------------------------

    def contacts(self) -> tuple[tuple[Contact, ...], ...]:
        basics = self.resume.basics
        first: list[Contact] = []
        if email := self.texts.string(basics.text("email")).removeprefix("mailto:"):
            shown = RichText.of(email, "basics.email").left_to_right()
            first.append(Contact("email", shown, Url(links.mail_target(email))))
        if phone := self.texts.literal(basics.text("phone")):
            first.append(Contact("phone", phone.left_to_right(), Url(links.phone_target(str(phone)))))
        place = [Contact("location", place, Url())] if (place := self.place()) else []
        second: list[Contact] = []
        if home := self.texts.link(basics.text("url")):
            second.append(Contact("url", home.text, home.url))
        second += [self.profile(item) for item in self.resume.profiles]
        # pdfium, and thus Chrome, takes an address to pieces in a line that holds right-to-left words too.
        apart = self.locale.direction == "rtl" and any(has_right_to_left(str(one.text)) for one in place)
        lines = (place, first, second) if apart else (first + place, second)
        return tuple(tuple(line) for line in lines if line)

    def profile(self, item: DataEntry) -> Contact:
        """A profile, by its address; what the address does not say of network and user name is added."""
        network = self.texts.rich(item.text("network"))
        username = self.texts.literal(item.text("username"))
        link = self.texts.link(item.text("url"))
        key = re.sub(r"\s+", "", str(network)).casefold()
        if not link and username and key in _networks():
            target = _networks()[key].format(str(username))
            shown = RichText.of(links.printed(target), username.parts[0].path).left_to_right()
            link = Link(shown, Url(links.normalised(target)))
        if not link:
            return Contact(
                "profile", RichText.join(self.locale.separators["colon"], [network, username]), Url()
            )
        address = str(link.text).casefold()
        named = key.removesuffix(".com") in re.sub(r"[\s-]+", "", address)
        known = str(username).casefold().lstrip("@") in address
        text = RichText.join(self.locale.separators["colon"], [RichText() if named else network, link.text])
        if username and not known:
            text = RichText.join(
                " ", [text, RichText((Fragment("", (Run("("),)), *username.parts, Fragment("", (Run(")"),))))]
            )
        return Contact("profile", text, link.url)

    # -- sections ---------------------------------------------------------------------------------------

    def document(self) -> Document:
        basics = self.resume.basics
        name, label = self.texts.rich(basics.text("name")), self.texts.rich(basics.text("label"))
        sections = [
            section for part in self.resume.sections if part.entries for section in self.section(part)
        ]
        labels = {
            **self.locale.labels,
            **{f"title_{key}": title for key, title in self.locale.titles.items()},
            **{f"separator_{key}": separator for key, separator in self.locale.separators.items()},
            **dict(zip(("page_before", "page_between", "page_after"), self.locale.page(), strict=True)),
        }
        modified = dates.parse_date(self.resume.meta.get("lastModified", ""))
        return Document(
            name=name,
            label=label,
            contacts=self.contacts(),
            photo=self.texts.string(basics.text("image")),
            date=RichText.of(self.locale.date(replace(modified, day=0))) if modified else RichText(),
            sections=tuple(sections),
            metadata=Metadata(
                title=f"{name}{self.locale.separators['colon']}{self.locale.labels['resume']}",
                author=str(name),
                subject=str(label),
                keywords=_keywords(sections),
                language=self.locale.tag,
            ),
            labels=labels,
            paper=usual_paper(self.texts.string(self.resume.location.text("countryCode"))),
            direction=self.locale.direction,
            fonts=dict(self.resume.fonts),
        )

    def section(self, part: DataSection) -> list[Section]:
        """The section that a part of the résumé is; none if it says nothing."""
        title = self.texts.rich(part.title) if part.title else RichText.of(self.locale.titles[part.name])
        kind = part.kind
        if part.name == "summary":
            paragraphs = self.texts.paragraphs(part.entries[0].text("summary"))
            groups: tuple[Group, ...] = (
                Group(RichText(), (Entry("summary", "basics.summary", paragraphs=paragraphs),)),
            )
            if not paragraphs:
                return []
        elif kind == "publications":
            groups = self.publications(part)
        else:
            make = {"tags": self.tags, "references": self.reference, "text": self.prose}.get(kind, self.event)
            entries = [make(part, item) for item in part.entries]
            if part.name in ("work", "volunteer"):
                entries = _gathered(entries)
            groups = (Group(RichText(), tuple(entries)),)
        return [Section(part.name, part.id, kind, title, groups)]

    def common(self, item: DataEntry) -> Entry:
        """What an entry of any section may have."""
        return Entry(
            id=item.id,
            path=dotted(item.path),
            dates=self.texts.period(item),
            ended=self.texts.ended(item),
            location=self.texts.rich(item.text("location")),
            link=self.texts.link(item.text("url")),
            paragraphs=self.texts.paragraphs(item.text("summary")),
            keywords=self.texts.all_rich(item.texts("keywords")),
            highlights=tuple(
                Highlight(bullet.id, dotted(bullet.text.path), text, bullet.priority, bullet.keep)
                for bullet in item.highlights
                if (text := self.texts.bullet(bullet.text))
            ),
        )

    def roles(self, part: DataSection, item: DataEntry) -> tuple[RichText, RichText, RichText]:
        """Title, subtitle and note, from the fields that the schema names for the section."""
        section = rules.table()["sections"][part.name]
        title, subtitle, note = (
            self.texts.rich(item.text(section[role])) if role in section else RichText()
            for role in ("title", "subtitle", "note")
        )
        return title, subtitle, note

    def event(self, part: DataSection, item: DataEntry) -> Entry:
        title, subtitle, note = self.roles(part, item)
        entry = self.common(item)
        details: list[Detail] = []
        paragraphs = entry.paragraphs
        if part.name == "education":
            subtitle = self.degree(item)
            details = self.details(item)
        elif part.name == "projects":
            subtitle = self.join(self.texts.all_rich(item.texts("roles")))
            note = self.join([note, self.texts.rich(item.text("entity"))])
            description = self.texts.paragraphs(item.text("description"))
            if not subtitle and len(description) == 1 and len(str(description[0])) <= SHORT_DESCRIPTION:
                subtitle = description[0]
            else:
                paragraphs = (*description, *paragraphs)
        elif level := self.texts.rich(item.text("level")):
            note = self.join([note, level])
        if not title:
            title, subtitle = subtitle, RichText()
        return replace(
            entry, title=title, subtitle=subtitle, note=note, details=tuple(details), paragraphs=paragraphs
        )

    def degree(self, item: DataEntry) -> RichText:
        study, area = self.texts.rich(item.text("studyType")), self.texts.rich(item.text("area"))
        if not study or not area:
            return study or area
        fields = {"study": study, "area": area}
        parts: list[Fragment] = []
        for literal, name, *_ in string.Formatter().parse(self.locale.patterns["degree"]):
            parts += RichText.of(literal).parts
            parts += fields[name].parts if name else ()
        return RichText(tuple(parts))

    def details(self, item: DataEntry) -> list[Detail]:
        found = []
        for name in _DETAILS:
            text = self.join(self.texts.all_rich(item.texts(name)))
            if not text:
                continue
            label = RichText.of(self.locale.labels[name])
            if name == "score":  # "GPA 3.9/4.0", but "First-class honours" as it stands
                text = RichText.join(" ", [label, text]) if _NUMERIC_SCORE.fullmatch(str(text)) else text
            if name in ("score", "honors"):
                label = RichText()
            found.append(Detail(name, label, text))
        return found

    def tags(self, part: DataSection, item: DataEntry) -> Entry:
        title, subtitle, note = self.roles(part, item)
        if part.name == "custom":
            note = self.join([self.texts.rich(item.text("level")), note])
        return replace(self.common(item), title=title, subtitle=subtitle, note=note)

    def prose(self, part: DataSection, item: DataEntry) -> Entry:
        """An entry of a text section: a plain string is paragraphs without a title."""
        entry = self.event(part, item)
        only_text = set(item.fields) == {"name"}
        return (
            replace(entry, title=RichText(), paragraphs=self.texts.paragraphs(item.text("name")))
            if only_text
            else entry
        )

    def reference(self, part: DataSection, item: DataEntry) -> Entry:
        title, subtitle, _ = self.roles(part, item)
        details = []
        if email := self.texts.string(item.text("email")).removeprefix("mailto:"):
            target = links.mail_target(email)
            path = dotted((*item.path, "email"))
            mail = RichText((Fragment(path, (Anchor(target, (Run(email),)),), left_to_right=True),))
            details.append(Detail("email", RichText(), mail))
        if phone := self.texts.literal(item.text("phone")):
            target = links.phone_target(str(phone))
            inlines: tuple[Inline, ...] = phone.parts[0].inlines
            shown = (Anchor(target, inlines),) if target else inlines
            number = RichText((Fragment(phone.parts[0].path, shown, left_to_right=True),))
            details.append(Detail("phone", RichText(), number))
        entry = self.common(item)
        quotation = self.texts.paragraphs(item.text("reference"))
        return replace(
            entry,
            title=title,
            subtitle=subtitle,
            details=tuple(details),
            paragraphs=(*quotation, *entry.paragraphs),
        )

    # -- publications -----------------------------------------------------------------------------------

    def publications(self, part: DataSection) -> tuple[Group, ...]:
        """By type, in the order in which types first stand in the file; numbered backwards within each."""
        grouped: dict[str, list[DataEntry]] = {}
        for item in part.entries:
            grouped.setdefault(self.texts.string(item.text("type")).casefold(), []).append(item)
        if len(grouped) == 1 and "" in grouped:
            return (Group(RichText(), self.numbered(part, grouped[""])),)
        return tuple(
            Group(self.type_title(key, items[0]), self.numbered(part, items))
            for key, items in grouped.items()
        )

    def type_title(self, key: str, item: DataEntry) -> RichText:
        known = self.locale.publication_types
        if key in known:
            return RichText.of(known[key])
        return self.texts.rich(item.text("type")) or RichText.of(known["other"])

    def numbered(self, part: DataSection, items: Sequence[DataEntry]) -> tuple[Entry, ...]:
        return tuple(
            self.publication(part, item, number)
            for number, item in zip(range(len(items), 0, -1), items, strict=True)
        )

    def publication(self, part: DataSection, item: DataEntry, number: int) -> Entry:
        title, subtitle, _ = self.roles(part, item)
        own = _name_key(str(self.texts.rich(self.resume.basics.text("name"))))
        authors = tuple(
            Author(text, _name_key(str(text)) == own) for text in self.texts.all_rich(item.texts("authors"))
        )
        return replace(
            self.common(item),
            title=title,
            subtitle=subtitle,
            number=number,
            authors=authors,
            doi=self.texts.doi(item.text("doi")),
        )


def _networks() -> dict[str, str]:
    networks: dict[str, str] = resources.table("data/schema/networks.yaml")
    return networks


def _gathered(entries: Sequence[Entry]) -> list[Entry]:
    """Consecutive entries of the same employer under one heading: later ones become its `positions`."""
    gathered: list[Entry] = []
    for entry in entries:
        last = gathered[-1] if gathered else None
        same = (
            last is not None
            and bool(entry.subtitle and last.subtitle)
            and str(entry.title).casefold() == str(last.title).casefold()
            and (not entry.location or str(entry.location) == str(last.location))
            and (not entry.link or entry.link.url == last.link.url)
            and (not entry.note or str(entry.note) == str(last.note))
        )
        if same and last is not None:
            further = replace(entry, title=RichText(), location=RichText(), link=Link(), note=RichText())
            gathered[-1] = replace(last, positions=(*last.positions, further))
        else:
            gathered.append(entry)
    return gathered


def _name_key(name: str) -> tuple[str, str]:
    """Family name and first initial, by which the owner is found among authors: "J. Brückner*"."""
    words = [word for word in re.split(r"[\s.~\u00a0]+", name.strip(" *†‡§¶")) if word]
    if "," in name:  # "Brückner, J."
        family, _, given = name.partition(",")
        return family.strip().casefold(), given.strip()[:1].casefold()
    return (words[-1].casefold(), words[0][:1].casefold()) if words else ("", "")


def _keywords(sections: Sequence[Section]) -> tuple[str, ...]:
    """What the PDF says it is about: the skills."""
    words = [
        str(keyword)
        for section in sections
        if section.name == "skills"
        for entry in section.entries
        for keyword in (entry.keywords or (entry.title,))
    ]
    return tuple(dict.fromkeys(words))[:_MAXIMUM_KEYWORDS]
