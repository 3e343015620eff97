"""Visiky's résumé generator: the `resume.json` that it keeps in a repository of GitHub.

https://github.com/visiky/resume
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import entries, texts
from .draft import Entry, Ledger, Part, Piece, span
from .others import rest
from .sections import Sections

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_HALVES = re.compile(r"\s*[—–~～]\s*|\s+-\s+|(?<=\d)\s*-\s*(?=\d{4}|[^\d\s])")
"""Between two dates, as in `2019.04-2020.06` and `2020.07-至今`."""
_SETTINGS = (
    "theme", "template", "unmountEffectList", "mountEffectList", "visitCode", "isOpen", "locales",
)  # fmt: skip


def new_ledger(data: Mapping[str, Any]) -> Ledger:
    """The texts have no markup but line ends and bullets."""
    return Ledger(texts.plain, quiet=frozenset(["dataIndex", "skill_level"]))


def read(source: Part) -> Entry:
    """A résumé of the generator as one of ours."""
    titles, found = source["titleNameMap"], Sections()
    about = source["aboutme"]
    found.summarise([about["aboutme_desc"].text() or about.text()], titles["aboutme"].text())
    for key, (name, reader) in _READERS.items():
        found.add(name, [reader(one) for one in source[key].each()], titles[key].text())
    works = [_work(one) for one in source["workList"].each()]
    found.custom(titles["workList"].text() or source["workList"].key("作品"), works, "timeline")
    for key in ("projectDescribe", "projectMainWork"):
        titles.skip("quiet", key)
    for key, _ in titles.items():
        if not source[key]:
            titles.skip("quiet", key)
    source.skip("settings", *_SETTINGS)
    meta: Entry = {}
    if _is_chinese(source):
        meta["locale"] = "zh-Hans"
    return found.result(_basics(source), meta)


def _is_chinese(source: Part) -> bool:
    headings = [part.plain for _, part in source["titleNameMap"].items()]
    return any(map(_CHINESE.search, headings or [source["profile"]["name"].plain]))


def _basics(source: Part) -> Entry:
    profile, avatar = source["profile"], source["avatar"]
    basics: Entry = {
        "name": profile["name"].text(),
        "label": profile["positionTitle"].text(),
        "email": _addresses(profile["email"]),
        "phone": profile["mobile"].literal(),
        "location": profile["workPlace"].text(),
        "url": profile.first("blog", "website").literal(),
        "profiles": [
            {"network": network, "url": profile[key].literal()}
            for key, network in (("github", "GitHub"), ("zhihu", "知乎"))
            if profile[key]
        ],
    }
    years = profile["workExpYear"]
    if text := years.text():
        label, unit = ("工作经验", "年") if _is_chinese(source) else ("Experience", " years")
        said = text.with_text(f"{text}{unit if text.isdigit() else ''}")
        basics["contacts"] = [{"label": years.key(label), "text": said}]
    if avatar["src"] and avatar["hidden"].plain != "true":
        entries.picture(basics, avatar["src"])
    avatar.skip("settings")
    rest(profile, basics)
    return basics


def _addresses(part: Part) -> list[Piece] | Piece | None:
    """The address, or several that stand in one text."""
    whole = part.literal()
    found = [one for one in re.split(r"[\s/,;、，；|]+", whole or "") if one]
    return [whole.with_text(one) for one in found] if whole and len(found) > 1 else whole


def _time(part: Part) -> Entry:
    """Two dates in a list, of which the second is missing while it lasts, or both in one text."""
    dates = [one for one in part.each() if one.plain]
    if not dates:
        return {}
    if isinstance(part.value, list) and len(dates) == 2:  # noqa: PLR2004 - a start and an end
        return span(*dates)
    whole = dates[0]
    halves = _HALVES.split(whole.plain)
    if len(halves) == 2:  # noqa: PLR2004 - the same
        first, last = (Part(part.ledger, half, whole.path) for half in halves)
        return span(first, last, ongoing=not halves[1])
    if isinstance(part.value, list) and len(part.value) == 2:  # noqa: PLR2004 - the end is null
        return span(whole, Part(part.ledger, None), ongoing=True)
    return {"startDate": whole.date()} if isinstance(part.value, list) else {"date": whole.date()}


def _job(part: Part) -> Entry:
    made: Entry = {"name": part["company_name"].text(), "position": part["department_name"].text()}
    made |= _time(part["work_time"])
    entries.body(made, part["work_desc"])
    entries.adopt(part, made, "work")
    return made


def _education(part: Part) -> Entry:
    made: Entry = {
        "institution": part["school"].text(),
        "area": part["major"].text(),
        "studyType": part["academic_degree"].text(),
    }
    made |= _time(part["edu_time"])
    entries.adopt(part, made, "education")
    return made


def _project(part: Part) -> Entry:
    made: Entry = {"name": part["project_name"].text(), "roles": part["project_role"].texts()}
    made |= _time(part["project_time"])
    entries.paragraphs(made, part["project_desc"])
    entries.body(made, part["project_content"])
    entries.adopt(part, made, "projects")
    return made


def _skill(part: Part) -> Entry:
    name, text = part["skill_name"].text(), part["skill_desc"].text()
    return {"name": name, "keywords": _lines(text)} if name else {"name": text}


def _lines(text: Piece | None) -> list[Piece]:
    lines = text.replace("\\\n", "\n").splitlines() if text else ()
    return [text.with_text(line) for line in lines if text and line.strip()]


def _award(part: Part) -> Entry:
    made: Entry = {"title": part["award_info"].text(), "date": part["award_time"].date()}
    entries.adopt(part, made, "awards")
    return made


def _work(part: Part) -> Entry:
    made: Entry = {"name": part["work_name"].text()}
    entries.address(made, part["visit_link"])
    if part["work_desc"].plain == part["visit_link"].plain:
        part.skip("quiet", "work_desc")
    else:
        entries.paragraphs(made, part["work_desc"])
    entries.adopt(part, made, "custom")
    return made


_READERS: Mapping[str, tuple[str, Callable[[Part], Entry]]] = {
    "educationList": ("education", _education),
    "workExpList": ("work", _job),
    "projectList": ("projects", _project),
    "skillList": ("skills", _skill),
    "awardList": ("awards", _award),
}
"""The lists in the order of the generator's form, which is that of its pages."""
