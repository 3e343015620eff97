"""From the validated résumé to the document that templates see.

For every text one language is picked and its markup parsed; dates and addresses get the reader's form. The
header is composed by `head`, entries by `sections` and `publications`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from texresume.data import dates
from texresume.data.resume import Resume
from texresume.data.resume import Section as DataSection
from texresume.data.source import Source
from texresume.data.today import find_today
from texresume.diagnostics import Diagnostic, ResumeError, Severity
from texresume.text.inline import RichText
from texresume.text.locale import Locale

from . import head, limits, paper, sections
from .date_style import DateStyle
from .model import Document, Entry, Group, Metadata, Section
from .texts import Texts

_MAXIMUM_KEYWORDS = 24


def compose(
    resume: Resume, locale: Locale, source: Source, *, lenient: bool = False
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document that templates see, and warnings, such as texts that are missing in the reader's language.

    `lenient` is for data written elsewhere: markup that cannot be typeset is a text, what is too long is cut.
    Raises `ResumeError` for markup that cannot be typeset and for texts that are too long.
    """
    texts = texts_for(resume, locale, source)
    texts.lenient = lenient
    document = _compose_document(resume, locale, texts)
    if lenient:
        document, more = limits.cut(document, source)
        texts.warnings += more
    if texts.categories:
        words = ", ".join(map(repr, texts.categories))
        path = next(iter(texts.categories.values()))
        message = f"categories are not printed: {words}"
        hint = "to print one, write it in your own words, such as 'Mobile application'"
        texts.warnings.append(
            source.diagnostic(
                "category", message, source.value(path), path=path, hint=hint, severity=Severity.NOTE
            )
        )
    if errors := [*texts.errors, *limits.exceeded(document, source)]:
        raise ResumeError(dict.fromkeys(errors))
    return document, tuple(dict.fromkeys(texts.warnings))


def texts_for(resume: Resume, locale: Locale, source: Source) -> Texts:
    """What turns the texts of a résumé into fields for readers of a locale."""
    code = resume.location.text("countryCode")
    country = locale.country_code(next(iter(code.languages.values()))) if code else ""
    straight = resume.meta.get("quotes") == "straight"
    style = DateStyle.of(resume.dates, find_today(resume).date)
    return Texts(locale, source, country, style, straight, multilingual=resume.is_multilingual)


def _compose_document(resume: Resume, locale: Locale, texts: Texts) -> Document:
    basics = resume.basics
    name, label = texts.rich(basics.text("name")), texts.rich(basics.text("label"))
    owner = [str(name), *map(str, texts.all_rich(basics.texts("aliases")))]
    composed = [
        _compose_section(section, texts, owner, resume.publications)
        for section in resume.sections
        if section.entries
    ]
    shown = tuple(section for section in composed if section.entries)
    modified = dates.parse_date(resume.meta.get("lastModified", ""))
    return Document(
        name=name,
        label=label,
        contacts=head.compose_contacts(resume, texts),
        photo=texts.string(basics.text("image")),
        date=RichText.of(locale.date(replace(modified, day=0))) if modified else RichText(),
        sections=shown,
        metadata=Metadata(
            title=f"{name}{locale.separators['colon']}{locale.labels['resume']}",
            author=str(name),
            subject=str(label),
            keywords=_keywords(shown),
            language=locale.tag,
        ),
        labels=_labels(locale),
        paper=paper.of(resume, texts),
        dates=tuple(_dates(shown)),
        direction=locale.direction,
        fonts=dict(resume.fonts),
        closing=_closing(resume, texts),
        signature=texts.string(resume.signature.text("image")),
    )


def _closing(resume: Resume, texts: Texts) -> RichText:
    """Place and date beside a signature; without their fields, the city and the date of the data."""
    signature = resume.signature
    if not signature.fields:
        return RichText()
    place = texts.rich(signature.text("place")) or texts.rich(resume.location.text("city"))
    date = texts.day(signature.text("date"), month="long")
    modified = dates.parse_date(resume.meta.get("lastModified", ""))
    if not date and modified is not None:
        date = RichText.of(texts.locale.date(modified, texts.style.month_or("long")))
    return texts.join([place, date])


def _compose_section(
    section: DataSection, texts: Texts, owner: Sequence[str], settings: Mapping[str, Any]
) -> Section:
    """A section of the document; without entries if it is a summary that prints nothing."""
    title = (
        texts.rich(section.title)
        if section.title is not None
        else RichText.of(texts.locale.titles[section.name])
    )
    if section.name == "summary":
        paragraphs = texts.paragraphs(section.entries[0].text("summary"))
        summary = Entry("summary", "basics.summary", paragraphs=paragraphs)
        groups: tuple[Group, ...] = (Group(RichText(), (summary,) if paragraphs else ()),)
    elif section.kind == "publications":
        from . import publications

        groups = publications.compose_groups(section, texts, owner, settings)
    else:
        groups = (Group(RichText(), sections.compose_entries(section, texts)),)
    groups = tuple(map(_break_before_heading, groups))
    broken = bool(groups) and groups[0].break_before
    if broken:
        groups = (replace(groups[0], break_before=False), *groups[1:])
    return Section(section.name, section.id, section.kind, title, groups, broken)


def _break_before_heading(group: Group) -> Group:
    """The group, which begins a new page if its first entry is to do so: its heading goes with it."""
    if not group.entries or not group.entries[0].break_before:
        return group
    first = replace(group.entries[0], break_before=False)
    return replace(group, entries=(first, *group.entries[1:]), break_before=True)


def _labels(locale: Locale) -> dict[str, str]:
    """The words of the locale that templates may print, by name."""
    return {
        **locale.labels,
        **{f"title_{key}": title for key, title in locale.titles.items()},
        **{f"separator_{key}": separator for key, separator in locale.separators.items()},
        **dict(zip(("page_before", "page_between", "page_after"), locale.page(), strict=True)),
    }


def _dates(shown: Sequence[Section]) -> dict[str, None]:
    """Every date of an entry and of its positions once; tags have none in a column."""
    return dict.fromkeys(
        str(date)
        for section in shown
        if section.kind != "tags"
        for entry in section.entries
        for one in (entry, *entry.positions)
        for date in (one.dates, one.span)
        if date
    )


def _keywords(shown: Sequence[Section]) -> tuple[str, ...]:
    """The keywords of the PDF: the skills."""
    words = [
        str(keyword)
        for section in shown
        if section.name == "skills"
        for entry in section.entries
        for keyword in (entry.keywords or (entry.title,))
    ]
    return tuple(dict.fromkeys(words))[:_MAXIMUM_KEYWORDS]
