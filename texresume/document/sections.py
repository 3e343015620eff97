"""Entries of sections. Differences between kinds are here, those between sections in `schema/resume.yaml`.

Publications have a module of their own.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from texresume.data import links, rules
from texresume.data.resume import Entry as DataEntry
from texresume.data.resume import Section as DataSection
from texresume.data.resume import dotted
from texresume.text.inline import Anchor, Fragment, RichText

from . import grades, reach
from .emphasis import emphasised
from .model import Detail, Entry, Highlight, Link
from .texts import Texts

SHORT_DESCRIPTION = 90
"""Characters up to which a project's description is printed beside its name; a longer one is a paragraph."""
FEW_WORDS = 40
"""Characters up to which an employer's description may end with a full stop and stand beside the name."""
DESCRIPTION = "description"

Layout = Mapping[str, Any]
"""What `schema/resume.yaml` says of a section."""
Composer = Callable[[DataEntry, Layout, Texts], Entry]


def compose_entries(section: DataSection, texts: Texts) -> tuple[Entry, ...]:
    """The entries of a section of any kind but publications."""
    layout = layout_of(section)
    compose = COMPOSERS[section.kind]
    entries = [compose(entry, layout, texts) for entry in section.entries]
    if layout.get("shares_heading"):
        entries = _share_headings(entries, {dotted(entry.path): entry for entry in section.entries}, texts)
    return tuple(entries)


def layout_of(section: DataSection) -> Layout:
    """What `schema/resume.yaml` says of a section."""
    layout: Layout = rules.table()["sections"][section.name]
    return layout


# -- what kinds have in common ----------------------------------------------------------------------------


def compose_common(entry: DataEntry, texts: Texts) -> Entry:
    """An entry with the fields that any section may have."""
    return Entry(
        id=entry.id,
        path=dotted(entry.path),
        dates=texts.period(entry),
        ended=texts.ended(entry),
        location=texts.rich(entry.text("location")),
        link=texts.link(entry.text("url")),
        details=_compose_links(entry, texts),
        paragraphs=texts.paragraphs(entry.text("summary")),
        keywords=texts.all_rich(entry.texts("keywords")),
        highlights=tuple(
            Highlight(
                f"{highlight.id}-{number}" if number > 1 else highlight.id,
                dotted(highlight.text.path),
                text,
                highlight.priority,
                highlight.keep,
            )
            for highlight in entry.highlights
            for number, text in enumerate(texts.highlights(highlight), 1)
        ),
        positions=tuple(_compose_part(part, texts) for part in entry.parts),
        keep=entry.keep,
        break_before=entry.break_before,
    )


def _compose_links(entry: DataEntry, texts: Texts) -> tuple[Detail, ...]:
    """The repository and further links of an entry, each address once."""
    seen = {links.core(texts.link(entry.text("url")).url.target)}
    further = [("repository", entry), *(("url", link) for link in entry.links)]
    details = []
    for name, holder in further:
        link = texts.link(holder.text(name))
        if not link or (link.url and links.core(link.url.target) in seen):
            continue
        seen.add(links.core(link.url.target))
        label = texts.rich(holder.text("label")) if holder is not entry else RichText()
        details.append(replace(_contact("link", link), label=label))
    return tuple(details)


def _compose_part(part: DataEntry, texts: Texts) -> Entry:
    """An entry within an entry: its name and role, then what any entry has."""
    names = [text for name in ("name", "position", "roles") for text in texts.all_rich(part.texts(name))]
    common = compose_common(part, texts)
    paragraphs = texts.paragraphs(part.text("description"))
    if len(paragraphs) == 1 and len(str(paragraphs[0])) <= SHORT_DESCRIPTION:
        return replace(common, subtitle=texts.join(names) or paragraphs[0],
                       note=paragraphs[0] if names else RichText())  # fmt: skip
    return replace(common, subtitle=texts.join(names), paragraphs=(*paragraphs, *common.paragraphs))


def compose_field(entry: DataEntry, layout: Layout, name: str, texts: Texts) -> RichText:
    """The title, subtitle or note of an entry, from the fields that the section's layout names."""
    fields = layout.get(name, ())
    if isinstance(fields, Mapping):
        named = {key: texts.rich(entry.text(field)) for key, field in fields.items() if key != "pattern"}
        if fields["pattern"] == "degree" and all(named.values()):
            return _compose_degree(named["study"], named["area"], texts)
        if all(named.values()):
            return _fill(texts.locale.patterns[fields["pattern"]], named)
        return texts.join(list(named.values()))
    names = (fields,) if isinstance(fields, str) else fields
    categories = layout.get("categories", {})
    italics = ("thesis", *layout.get("in_italics", ()))
    found = [
        (field, emphasised(text) if field in italics else text)
        for field in names
        for text in texts.all_rich(entry.texts(field))
    ]
    for field, text in found:
        if str(text).casefold() in categories.get(field, ()):
            texts.categories[str(text)] = (*entry.path, field)
    return texts.join(
        [text for field, text in found if str(text).casefold() not in categories.get(field, ())]
    )


def _compose_degree(study: RichText, area: RichText, texts: Texts) -> RichText:
    """A degree and its field: with the pattern of the locale, or side by side where that reads wrong."""
    if grades.is_repeated(str(study), str(area)):
        return study
    both = f"{study}{area}"
    if _has_words(texts.locale.patterns["degree"]) and not _has_words(
        both
    ):  # 学士 and 情報学 have no "in" between
        return RichText.join(" ", [study, area])
    match grades.joint(str(study), str(area)):
        case "pattern":
            return _fill(texts.locale.patterns["degree"], {"study": study, "area": area})
        case "space":
            return RichText.join(" ", [study, area])
    return texts.join([study, area])


def _has_words(text: str) -> bool:
    """Whether a text, or a pattern beside its fields, has letters of a script with capitals."""
    return any(char.upper() != char.lower() for char in re.sub(r"\{\w+\}", "", text))


def _fill(pattern: str, fields: Mapping[str, RichText]) -> RichText:
    """A pattern such as `{study} in {area}` with fields in it, which keep their paths."""
    parts: list[Fragment] = []
    for literal, name, *_ in string.Formatter().parse(pattern):
        parts += RichText.of(literal).parts
        parts += fields[name].parts if name else ()
    return RichText(tuple(parts))


# -- a composer per kind ----------------------------------------------------------------------------------


def compose_event(entry: DataEntry, layout: Layout, texts: Texts) -> Entry:
    """An entry of a timeline or a list: what was where, and when."""
    title, subtitle, note = (
        compose_field(entry, layout, name, texts) for name in ("title", "subtitle", "note")
    )
    common = compose_common(entry, texts)
    subtitle = texts.join([_flags(entry, layout, texts), subtitle])
    if "when" in layout and not common.dates:
        common = replace(common, dates=texts.join(texts.all_rich(entry.texts(layout["when"]))))
    elif "when" in layout:
        subtitle = texts.join([subtitle, *texts.all_rich(entry.texts(layout["when"]))])
    paragraphs = common.paragraphs
    lead = texts.paragraphs(entry.text(layout["lead"])) if "lead" in layout else ()
    if not subtitle and len(lead) == 1 and len(str(lead[0])) <= SHORT_DESCRIPTION:
        subtitle = lead[0]
    else:
        paragraphs = (*lead, *paragraphs)
    if layout.get("note") == DESCRIPTION and _is_sentence(str(note)):
        paragraphs, note = (*texts.paragraphs(entry.text(DESCRIPTION)), *paragraphs), RichText()
    if not title:
        title, subtitle = subtitle, RichText()
    details = (*_compose_details(entry, layout.get("details", {}), texts), *common.details)
    return replace(common, title=title, subtitle=subtitle, note=note, details=details, paragraphs=paragraphs)


def _flags(entry: DataEntry, layout: Layout, texts: Texts) -> RichText:
    """The words for what is true of an entry, such as "invited"."""
    said = [
        RichText.of(texts.locale.labels[name], dotted((*entry.path, name)))
        for name in layout.get("flags", ())
        if texts.string(entry.text(name)) in ("true", "yes")
    ]
    return texts.join(said)


def _is_sentence(text: str) -> bool:
    """Whether a description is more than a few words beside a name."""
    return len(text) > SHORT_DESCRIPTION or (len(text) > FEW_WORDS and text.endswith((".", "!", "。")))


def _compose_details(entry: DataEntry, forms: Mapping[str, str], texts: Texts) -> tuple[Detail, ...]:
    details = []
    for name, form in forms.items():
        text = texts.join(texts.all_rich(entry.texts(name)))
        if not text:
            continue
        if name == "thesis":
            text = emphasised(text)
        label = RichText.of(texts.locale.labels[name])
        study = texts.string(entry.text("studyType"))
        if form == "number" and grades.is_labelled(
            str(text), study, str(label), texts.country
        ):  # "GPA 3.9/4.0"
            text = RichText.join(" ", [label, text])
        details.append(Detail(name, label if form == "labelled" else RichText(), text))
    return tuple(details)


def compose_tags(entry: DataEntry, layout: Layout, texts: Texts) -> Entry:
    """A name with keywords, such as a group of skills. Templates set the note in brackets: one that has some
    stands behind a comma, "German, fluent (C1)".
    """
    title = compose_field(entry, layout, "title", texts)
    note = compose_field(entry, layout, "tags_note" if "tags_note" in layout else "note", texts)
    if title and "(" in str(note):
        title, note = texts.join([title, note]), RichText()
    subtitle = compose_field(entry, layout, "subtitle", texts)
    return replace(compose_common(entry, texts), title=title, subtitle=subtitle, note=note)


def compose_prose(entry: DataEntry, layout: Layout, texts: Texts) -> Entry:
    """An entry of a text section: a plain text is paragraphs without a title."""
    composed = compose_event(entry, layout, texts)
    if set(entry.fields) != {"name"}:
        return composed
    return replace(composed, title=RichText(), paragraphs=texts.paragraphs(entry.text("name")))


def compose_reference(entry: DataEntry, layout: Layout, texts: Texts) -> Entry:
    """Someone who recommends the owner: contacts are details, the quotation is a paragraph."""
    details = [_contact("email", link) for link in reach.compose_emails(entry.texts("email"), texts)]
    details += [_contact("phone", link) for link in reach.compose_phones(entry.texts("phone"), texts)]
    common = compose_common(entry, texts)
    return replace(
        common,
        title=compose_field(entry, layout, "title", texts),
        subtitle=compose_field(entry, layout, "subtitle", texts),
        details=(*details, *common.details),
        paragraphs=(*texts.paragraphs(entry.text("reference")), *common.paragraphs),
    )


def _contact(name: str, link: Link) -> Detail:
    target = link.url.target
    parts = (
        replace(part, inlines=(Anchor(target, part.inlines),) if target else part.inlines)
        for part in link.text.parts
    )
    return Detail(name, RichText(), RichText(tuple(parts)))


COMPOSERS: Mapping[str, Composer] = {
    "timeline": compose_event,
    "list": compose_event,
    "tags": compose_tags,
    "references": compose_reference,
    "text": compose_prose,
}
"""By the kind of a section."""


def _share_headings(entries: Sequence[Entry], data: Mapping[str, DataEntry], texts: Texts) -> list[Entry]:
    """Consecutive entries at the same employer under one heading: later ones become its `positions`. `data`
    has the entries by path.
    """
    merged: list[list[Entry]] = []
    for entry in entries:
        if merged and _same_heading(merged[-1][0], entry):
            merged[-1].append(entry)
        else:
            merged.append([entry])
    return [_with_positions(same, data, texts) if len(same) > 1 else same[0] for same in merged]


def _with_positions(same: Sequence[Entry], data: Mapping[str, DataEntry], texts: Texts) -> Entry:
    """The first of some entries at one employer, with the others as its positions."""
    first, *others = same
    one_place = all(not one.location or str(one.location) == str(first.location) for one in others)
    described = {str(one) for one in first.paragraphs if one.parts[0].path.endswith(f".{DESCRIPTION}")}
    positions = (
        replace(
            one,
            title=RichText(),
            location=RichText() if one_place else one.location,
            link=Link(),
            note=RichText(),
            paragraphs=tuple(
                paragraph
                for paragraph in one.paragraphs
                if str(paragraph) not in described or not paragraph.parts[0].path.endswith(f".{DESCRIPTION}")
            ),
        )
        for one in others
    )
    return replace(first, positions=tuple(positions), span=texts.span([data[one.path] for one in same]))


def _same_heading(first: Entry, entry: Entry) -> bool:
    return (
        bool(entry.subtitle and first.subtitle)
        and not any(position.path.startswith(f"{first.path}.") for position in first.positions)
        and not entry.positions
        and str(entry.title).casefold() == str(first.title).casefold()
        and (not entry.link or entry.link.url == first.link.url)
        and (not entry.note or str(entry.note) == str(first.note))
    )
