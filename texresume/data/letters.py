"""A letter as the data has it: the `letter` of a variant, or a file in `letters/` beside the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from texresume.records import dataclass

from . import assembly, rules
from .resume import DataPath, Text

FOLDER = "letters"
"""The folder beside the data file that holds a letter for the variant of the same name."""
PLACE: DataPath = ("letter",)
"""The path of the letter in a variant."""
RECIPIENT = ("name", "position", "department", "company", "address")
"""The keys of a recipient that is a mapping, in the order in which they are printed."""
ABOUT = ("employer", "position")
"""The keys that say what an application is about, in a variant or in its letter."""
OWN = ("to", "subject", "opening", "body")
"""The keys of which a letter has at least one; the others alone are for variants to share."""
_PLAIN = ("signature", "to", "mentions")


@dataclass(frozen=True, slots=True)
class LetterData:
    """The letter of a variant. What it does not have is empty.

    `texts` are the texts by key, one or several each; `recipient` the lines of `to` by key, or under "" where
    they were written as lines. `signature` is the name of an image file. `about` are the employer and the
    position of the application: texts of the variant, or of the letter where that has its own.
    """

    texts: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    recipient: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    signature: str = ""
    about: Mapping[str, Text] = field(default_factory=dict)
    of_variant: Mapping[str, Text] = field(default_factory=dict)
    """The same as the variant itself says it."""
    mentions: tuple[str, ...] = ()
    """Employers of other variants that the letter names on purpose."""

    @property
    def employer(self) -> Text | None:
        """The employer; where none is named, the company that the letter goes to."""
        company = self.recipient.get("company")
        return self.about.get("employer") or (company[0] if company else None)

    def text(self, key: str) -> Text | None:
        """A text of which there is one."""
        return next(iter(self.texts.get(key, ())), None)


def assemble(data: Mapping[str, Any], about: Mapping[str, Text]) -> LetterData:
    """The letter in the data of a variant, which is valid; `about` is what the variant itself is about."""
    own = {key: some[0] for key in ABOUT if (some := _texts(data.get(key), (*PLACE, key)))}
    to = data.get("to")
    place = (*PLACE, "to")
    if isinstance(to, Mapping) and not rules.is_language_map(to):
        recipient = {key: _texts(to[key], (*place, key)) for key in RECIPIENT if key in to}
    else:
        recipient = {"": _texts(to, place)} if to is not None else {}
    others = (*_PLAIN, *ABOUT)
    texts = {key: _texts(value, (*PLACE, key)) for key, value in data.items() if key not in others}
    mentions = tuple(data.get("mentions") or ())
    return LetterData(texts, recipient, data.get("signature", ""), {**about, **own}, about, mentions)


def _texts(value: Any, path: DataPath) -> tuple[Text, ...]:
    """One text, or a list of them."""
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(Text((*path, number), assembly.languages(item)) for number, item in enumerate(value))
    return (Text(path, assembly.languages(value)),)
