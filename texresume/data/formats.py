"""Which other format a file is in: a registry of recognisers, each by what the format writes.

`exchange.readers.registry` has the reader of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from texresume.diagnostics import Diagnostic
from texresume.records import dataclass

from . import links, rules, shapes, synonyms
from .loader import Loaded

Data = Mapping[str, Any]

_LISTED = 6
"""Keys that the message about an unknown format lists."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of résumés other than JSON Resume; `matches` tells by the data whether a file is in it.

    `description` names a file of it, with an article.
    """

    name: str
    description: str
    matches: Callable[[Data], bool]


def _mapping(value: Any) -> Data:
    return value if isinstance(value, Mapping) else {}


def _plain(data: Data) -> set[str]:
    return {synonyms.plain(key) for key in data}


def _is_fresh(data: Data) -> bool:
    said = str(_mapping(data.get("meta")).get("format", ""))
    history = any(
        isinstance(_mapping(data.get(key)).get("history"), list)
        for key in ("employment", "education", "service")
    )
    return bool(re.match(r"(?i)fre?sh|fresca|frish", said)) or history


def _is_reactive(data: Data) -> bool:
    def has_items(part: Any) -> bool:
        return isinstance(_mapping(part).get("items"), list) and bool(
            {"visible", "enabled", "heading", "id", "hidden", "columns"} & set(part)
        )

    nested = _mapping(data.get("sections")) or _mapping(_mapping(data.get("data")).get("sections"))
    return any(map(has_items, nested.values())) or (
        any(map(has_items, data.values())) and "basics" not in data
    )


def _is_rendercv(data: Data) -> bool:
    cv = _mapping(data.get("cv"))
    return bool(cv) and (
        "sections" in cv or "name" in cv or bool({"design", "locale", "rendercv_settings"} & set(data))
    )


def _is_yamlresume(data: Data) -> bool:
    content = _mapping(data.get("content"))
    return (
        "basics" in content or ("layout" in data and bool(content)) or ("layouts" in data and bool(content))
    )


def _is_europass(data: Data) -> bool:
    names = _plain(data)
    said = f"{data.get('@type', '')} {data.get('type', '')} {data.get('xmlns', '')} {data.get('$schema', '')}"
    known = {"skillspassport", "learnerinfo", "europasscv", "europass", "candidateprofile", "europassprofile"}
    return bool(names & known) or "europass" in said.casefold() or "Candidate" in data


_LINKEDIN = frozenset(
    """publicidentifier publicid vanityname linkedinurl linkedinprofileurl profilepicurl entityurn profileurn
    localizedfirstname localizedheadline""".split()
)
"""Keys that exports and copies of LinkedIn profiles have, in plain form."""


def _is_linkedin(data: Data) -> bool:
    names = _plain(data)
    if isinstance(data.get("Profile"), Mapping | list):  # the archive that members download
        return bool({"positions", "education", "skills"} & names)
    person = bool({"firstname", "fullname"} & names) and bool({"headline", "positions"} & names)
    return "basics" not in data and (person or bool(_LINKEDIN & names))


def _is_manfred(data: Data) -> bool:
    return isinstance(data.get("aboutMe"), Mapping) or "getmanfred" in str(data.get("$schema", ""))


def _is_openresume(data: Data) -> bool:
    for part in (data, _mapping(data.get("resume"))):
        if isinstance(part.get("workExperiences"), list) and isinstance(part.get("profile"), Mapping):
            return True
    return False


def _is_visiky(data: Data) -> bool:
    lists = {"educationList", "workExpList", "projectList", "skillList", "awardList", "workList"}
    return "basics" not in data and isinstance(data.get("profile"), Mapping) and bool(lists & set(data))


def _is_schema_org(data: Data) -> bool:
    return "schema.org" in str(data.get("@context", ""))


FORMATS = (
    Format("FRESH", "a FRESH résumé", _is_fresh),
    Format("RenderCV", "a RenderCV file", _is_rendercv),
    Format("YAMLResume", "a YAMLResume file", _is_yamlresume),
    Format("Reactive Resume", "a Reactive Resume export", _is_reactive),
    Format("Europass", "a Europass CV", _is_europass),
    Format("OpenResume", "an OpenResume export", _is_openresume),
    Format("Manfred", "a Manfred CV", _is_manfred),
    Format("Visiky", "a résumé of visiky/resume", _is_visiky),
    Format("LinkedIn", "a LinkedIn profile", _is_linkedin),
    Format("schema.org", "a schema.org description", _is_schema_org),
)
"""The formats that are recognised, in the order in which they are tried."""


def recognise(data: Data) -> Format | None:
    """The other format that data is in, if it is one that is known."""
    return next((one for one in FORMATS if one.matches(data)), None)


def is_resume(data: Data) -> bool:
    """Whether data can be a JSON Resume: it has `basics`, under any name."""
    return any(synonyms.meant(key, (), ("basics",)) for key in data)


def names_json_resume(data: Data) -> bool:
    """Whether data says by its `$schema` that it follows that of JSON Resume."""
    return "jsonresume" in re.sub(r"[-_]", "", str(data.get("$schema", ""))).casefold()


def content(data: Data) -> dict[str, Any]:
    """What of a JSON Resume is for readers: not what it says about itself, nor what belongs to programs."""
    unprinted = (*rules.table()["unprinted"], *_LANGUAGE)
    return {
        key: _content(value)
        for key, value in data.items()
        if key not in unprinted and _is_content(key, value)
    }


def _content(value: Any) -> Any:
    if isinstance(value, list):
        return [_content(inner) for inner in value if shapes.holds_words(inner)]
    if not isinstance(value, Mapping):
        return value
    seen = {links.printed(inner) for inner in value.values() if isinstance(inner, str) and "/" in inner}
    result: dict[str, Any] = {}
    for key, inner in value.items():
        if _is_content(key, inner) and not (isinstance(inner, str) and inner in seen):
            result[key] = _content(inner)
            seen |= {inner} if isinstance(inner, str) else set()  # said twice, it is read once
    return result


def _is_content(key: str, value: Any) -> bool:
    return not shapes.is_private(key, value) and (
        isinstance(value, Mapping | list) or not shapes.is_address(key)
    )


_LANGUAGE = ("language", "lang")


def stranger(loaded: Loaded, known: str) -> Diagnostic:
    """The error for a file in no known format; `known` lists these."""
    what = "it is empty" if not loaded.data else f"it has no 'basics'{_listed(loaded.data)}"
    message = f"this is not a format that texresume reads: {what}"
    source = loaded.source
    return source.diagnostic("not-a-resume", message, source.value(()), hint=f"it reads {known}")


def _listed(keys: Iterable[str]) -> str:
    names = list(keys)
    if not names:
        return ""
    shown = ", ".join(repr(name) for name in names[:_LISTED])
    return f", only {shown}{' …' if len(names) > _LISTED else ''}"
