"""The usual paper of the owner: that of the country in the data, else of what contacts and locale say."""

from __future__ import annotations

from texresume.data import phones
from texresume.data.resume import Resume
from texresume.patterns import lazy
from texresume.text.locale import usual_paper

from .texts import Texts

_STATES = (
    "AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM "
    "NV NY OH OK OR PA PR RI SC SD TN TX UT VA VT WA WI WV WY"
)
_AMERICAN = lazy(rf"\b(?:{'|'.join(_STATES.split())})\.?,? +\d{{5}}(?:-\d{{4}})?\b")
_CANADIAN = lazy(r"\b(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT),? +[A-Z]\d[A-Z] ?\d[A-Z]\d\b")
_NORTH_AMERICAN = lazy(r"tel:\+1(\d{3})\d{7}(?!\d)")
_ELSEWHERE = frozenset(
    "242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876".split()
)
"""Area codes of +1 that are neither in the United States nor in Canada."""


def of(resume: Resume, texts: Texts) -> str:
    """`letter` or `a4`."""
    if texts.country:
        return usual_paper(texts.country)
    if _has_american_address(resume, texts) or _has_american_phone(resume, texts):
        return usual_paper("US")
    return usual_paper(texts.locale.region)


def _has_american_address(resume: Resume, texts: Texts) -> bool:
    """Whether an address ends as in "…, CA 94115", as a line or by its parts."""
    keys = ("address", "city", "region", "postalCode")
    line = " ".join(texts.string(resume.location.text(key)) for key in keys)
    return bool(_AMERICAN.search(line) or _CANADIAN.search(line))


def _has_american_phone(resume: Resume, texts: Texts) -> bool:
    """Whether the first phone is in the United States or Canada by its own digits."""
    numbers = [texts.string(number) for number in resume.basics.texts("phone")]
    found = _NORTH_AMERICAN.match(phones.target(numbers[0], "")) if numbers else None
    return found is not None and found[1] not in _ELSEWHERE
