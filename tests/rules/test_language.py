"""Languages: who would understand nobody at a centre."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scheduler.domain.problem import Mode, Problem
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import BERLIN, a_person, a_session, a_world, only


def world(spoken: Sequence[str], served: Sequence[str]) -> Problem:
    """Ann speaks some languages, Bob none that is known; Berlin serves some, Regensburg (day 7)
    none that is known."""
    return a_world(
        [a_person("ann", languages=tuple(spoken)), a_person("bob")],
        [a_session(0), a_session(7, centre="regensburg")],
        rules=only("language"),
        centres=(
            BERLIN.model_copy(update={"languages": tuple(served)}),
            BERLIN.model_copy(update={"key": "regensburg"}),
        ),
    )


@pytest.mark.parametrize(
    ("spoken", "served", "broken"),
    [
        (["en"], ["de"], [1]),
        (["en", "fr"], ["de", "it"], [1]),
        (["de"], ["de"], []),
        (["en", "de"], ["it", "de"], []),
        (["DE"], ["de"], []),
        (["de"], ["De"], []),
        (["de-AT"], ["de"], []),
        (["de"], ["de_CH"], []),
        (["de-AT"], ["de-CH"], []),
        (["d"], ["de"], [1]),
        ([], ["de"], []),
        (["en"], [], []),
        ([" "], ["de"], []),
    ],
)
def test_one_language_in_common_is_enough(
    spoken: list[str], served: list[str], broken: list[int]
) -> None:
    assert amounts(world(spoken, served), "language", ("ann", 0)) == broken


def test_where_nothing_is_recorded_nothing_is_forbidden() -> None:
    problem = world(["en"], ["de"])
    assert not violations_of(problem, "language", ("ann", 7), ("bob", 0))


def test_the_person_and_the_centre_are_named() -> None:
    (violation,) = violations_of(world(["en"], ["de"]), "language", ("ann", 0))
    assert str(violation.text) == "Ann speaks none of the languages of Berlin."
    assert violation.hard


def test_softened_every_such_service_costs_the_weight() -> None:
    problem = with_mode(world(["en"], ["de"]), "language", Mode.SOFT, weight=7)
    assert points(problem, "language", ("ann", 0), ("bob", 0)) == [7]
