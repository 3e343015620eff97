"""The language of a text, said only where it is plain."""
# ruff: noqa: E501 - sentences of other languages

from __future__ import annotations

import sys

import pytest
import yaml

from tests.conftest import ROOT
from texresume import resources
from texresume.text import language, locale

sys.path.insert(0, str(ROOT / "tools"))
from population.make import person

TEXTS = {
    "de": """Leitung der Entwicklung für ein Team von acht Personen. Verantwortlich für die Planung und den Betrieb der
        Plattform, die im ersten Jahr von 12 auf 40 Kunden wuchs, sowie für die Einarbeitung neuer Kolleginnen.""",
    "fr": """Responsable de la conception et du développement d’une plateforme pour les hôpitaux de la région. Mise en
        place des tests avec une équipe de quatre personnes, dans les délais et sous le budget prévu.""",
    "es": """Responsable del diseño y desarrollo de la plataforma para los hospitales de la región, con un equipo de
        cuatro personas. Gestión de los proyectos en varios países y formación para las nuevas incorporaciones.""",
    "sv": """Ansvarig för utveckling av en plattform som används på åtta sjukhus i regionen och för att utbilda nya
        kollegor. Ledde ett projekt med fyra personer från start till mål och var ansvarig för driften hos kunden.""",
    "pl": """Odpowiedzialny za rozwój platformy dla szpitali w regionie oraz za wdrożenie systemu przez zespół od
        czterech osób. Zarządzanie projektami na różnych rynkach i szkolenia dla nowych osób do roku 2020.""",
    "ru": """Разработка платформы для больниц региона и управление командой из четырёх человек. Отвечал за внедрение
        системы в трёх городах, при этом не выходя за рамки бюджета, и за обучение новых сотрудников на месте.""",
    "ja": "地域の病院向けプラットフォームの設計と開発を担当しました。四人のチームを率いて、予算内で三つの都市に導入しました。新人の研修も担当しました。",
    "en": """Led the development of a platform for the hospitals of the region with a team of four. Responsible for
        the roll-out in three cities within the budget and for the training of new colleagues.""",
}  # fmt: skip


@pytest.mark.parametrize("tag", TEXTS)
def test_plain_text(tag: str) -> None:
    """Two sentences are enough; in its own language nothing is said."""
    assert language.guess([TEXTS[tag]], "en" if tag != "en" else "de") == tag
    assert language.guess([TEXTS[tag]], tag) == ""
    assert language.guess([TEXTS[tag]], f"{tag}-XX") == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Python, Go, Rust, C++, SQL, Kubernetes, Terraform, AWS, GCP, Docker, Kafka, Spark, Airflow, dbt, Snowflake",
        "Université de Paris, École des Mines, Institut de Mathématiques de Jussieu, Musée de la Mer et des Fleurs",
        "Cut the p99 from 800 ms to 80 ms. Won the Prix de la Recherche. Hired six, promoted three.",
        "Leidenschaftliche Ingenieurin mit Freude an sauberer Software.",
    ],
)
def test_not_plain(text: str) -> None:
    """Names, lists of skills, a sentence or two."""
    assert language.guess([text], "en") == ""


def test_no_false_alarm_in_a_population() -> None:
    """Résumés of 17 cultures in their own languages."""
    for seed in range(120):
        data = yaml.safe_load(person(seed).yaml())
        tag = data.get("meta", {}).get("locale", "en")
        texts = [str(value) for section in data.values() for value in _texts(section)]
        assert language.guess(texts, tag) == "", seed


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for child in value.values() for text in _texts(child)]
    if isinstance(value, list):
        return [text for child in value for text in _texts(child)]
    return [str(value)]


def test_the_words() -> None:
    """Every language is one that has a locale, or a base that does."""
    for tag in resources.table("text/frequent_words.yaml"):
        assert locale.find(tag)
