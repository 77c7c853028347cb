"""The cheapest repair, whoever moves for it."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, StandIns
from scheduler.domain.problem import Problem
from scheduler.repairs import Repairs, cheapest
from scheduler.repairs.another_session import AnotherSession
from scheduler.verify import verify
from tests.worlds import (
    BERLIN,
    TWO_DAYS,
    a_person,
    a_session,
    a_world,
    day,
    days,
    only,
    placed,
)

REGENSBURG = BERLIN.model_copy(update={"key": "regensburg", "name": "Regensburg"})


def a_full_centre(**changes: Any) -> Problem:
    """Ann can serve in the first week only, where Bob has the one seat of Berlin; a session in
    Regensburg a week later has none at all."""
    berlin = BERLIN.model_copy(update={"seats": 1})
    fields: dict[str, Any] = {
        "centres": (berlin, REGENSBURG),
        "absences": (Absence(employee_id="ann", days=days(7, 89)),),
        "rules": only("seats", "absence", "working_days"),
    }
    return a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0), a_session(7, seats=0, centre="regensburg")],
        **(fields | changes),
    )


def test_a_seat_for_somebody_who_makes_room() -> None:
    """A seat in Regensburg for Bob is cheaper than one in Berlin on every day."""
    problem = a_full_centre()
    plan = placed(problem, ("bob", 0))
    first, second = Repairs(problem, plan).of("ann@1")[:2]
    said = "one more seat in Regensburg on 2027-01-18, and one other person moves"
    assert (str(first.text(problem)), first.cost) == (said, 1)
    assert [move.session for move in first.moves] == ["two_days.regensburg.20270118"]
    assert not verify(first.apply(problem), first.arranged(plan)).hard
    assert (str(second.text(problem)), second.cost) == (
        "room for 1 more at Berlin on every day",
        3,
    )


def test_a_repair_with_moves_places_its_duty_beside_another() -> None:
    problem = a_full_centre()
    repairs = Repairs(problem, placed(problem, ("bob", 0)))
    assert repairs.together(["ann@1"])[0].moves


def test_it_is_said_of_what_it_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = a_full_centre()
    plan = placed(problem, ("bob", 0))
    assert Repairs(problem, plan).remedy("ann@1").proven
    monkeypatch.setattr(cheapest, "MOST_OPTIONS", 1)
    remedy = Repairs(problem, plan).remedy("ann@1")
    assert (remedy.proven, remedy.repairs[0].cost, remedy.repairs[0].moves) == (False, 3, ())


def test_nothing_is_proven_of_a_plan_that_breaks_a_rule() -> None:
    problem = a_full_centre()
    twice = (*placed(problem, ("bob", 0)), *placed(problem, ("ann", 0)))
    three = problem.changed(
        employees=(*problem.employees, a_person("cem")),
        duties=(*problem.duties, *a_world([a_person("cem")], []).duties),
    )
    away = (*three.absences, Absence(employee_id="cem", days=days(7, 89)))
    three = three.changed(absences=away)
    assert verify(three, twice).hard
    assert not Repairs(three, twice).remedy("cem@1").proven


def test_where_a_session_may_be_added_only_to_some_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without those sessions in the program nothing dearer than one is proven."""
    problem = a_full_centre(rules=only("seats", "absence", "working_days", "language"))
    french = (a_person("ann", languages=("fr",)), a_person("bob"))
    centres = tuple(c.model_copy(update={"languages": ("de",)}) for c in problem.centres)
    problem = problem.changed(employees=french, centres=centres)
    plan = placed(problem, ("bob", 0))
    assert Repairs(problem, plan).remedy("ann@1").proven
    monkeypatch.setattr(cheapest, "MOST_WITH_MORE", 1)
    remedy = Repairs(problem, plan).remedy("ann@1")
    assert remedy.repairs[0].cost > 8
    assert not remedy.proven


def test_several_changes_of_one_rule_are_looked_at_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Any two of the three pairs look as if they were enough, as long as nobody asks."""
    monkeypatch.setattr(cheapest, "MOST_FAILURES", 5)
    names = ("ann", "bob", "cem", "dan")
    problem = a_world(
        [a_person(name) for name in names],
        [a_session(0)],
        stand_ins=tuple(StandIns(one="dan", other=other) for other in names[:3]),
        rules=only("deputies"),
    )
    remedy = Repairs(problem, placed(problem, *((name, 0) for name in names[:3]))).remedy("dan@1")
    assert remedy.repairs[0].cost == 8
    assert isinstance(remedy.repairs[0].changes[0], AnotherSession)
    assert remedy.proven


def test_somebody_else_left_out_comes_along() -> None:
    """A session for two at least: one alone would cost more."""
    larger = TWO_DAYS.model_copy(update={"least": 2})
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1)],
        programmes=(larger,),
        rules=only("seats", "group_size"),
    )
    first = Repairs(problem, ()).of("ann@1")[0]
    assert (str(first.text(problem)), first.cost) == ("one more seat in Berlin on 2027-01-11", 1)
    assert {place.duty_id for place in first.places} == {"ann@1", "bob@1"}


def test_a_rule_is_loosened_only_as_far_as_is_needed() -> None:
    """Bob makes room 23 days after his last service; 21 days between two would cost the same."""
    served = ServiceRecord(employee_id="bob", programme="two_days", days=(day(-10), day(-9)))
    problem = a_world(
        [a_person("ann"), a_person("bob", department="sales")],
        [a_session(14), a_session(21)],
        centres=(BERLIN.model_copy(update={"seats": 1}),),
        absences=(Absence(employee_id="ann", days=days(0, 20)),),
        records=(served,),
        rules=only("seats", "spacing", "absence"),
    )
    first = Repairs(problem, placed(problem, ("bob", 21))).of("ann@1")[0]
    assert (str(first.text(problem)), first.cost) == (
        "23 instead of 28 days between two services in department sales, "
        "and one other person moves",
        2,
    )
