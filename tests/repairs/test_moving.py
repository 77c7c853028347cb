"""Whether others could move to make room."""

from __future__ import annotations

from itertools import product

import pytest

from scheduler.domain.people import Absence
from scheduler.repairs import Repairs, moving
from scheduler.repairs.moving import Chance, chance
from scheduler.verify import verify
from tests.processes import AMPLE
from tests.repairs.cases import short_of_places
from tests.worlds import a_person, a_session, a_world, assignments_of, days, only, placed


def test_a_place_that_the_search_has_missed() -> None:
    problem = a_world([a_person("ann")], [a_session(0)], rules=only("seats"))
    assert chance(problem, (), "ann@1") is Chance.PLACE


def test_somebody_who_could_serve_on_another_date_moves() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1), a_session(7, seats=1)],
        absences=(Absence(employee_id="bob", days=days(7, 9)),),
        rules=only("seats", "absence"),
    )
    assert chance(problem, placed(problem, ("ann", 0)), "bob@1") is Chance.MOVES
    assert chance(problem, placed(problem, ("bob", 0)), "ann@1") is Chance.PLACE


def test_where_there_is_one_seat_one_is_left_out() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")], [a_session(0, seats=1)], rules=only("seats")
    )
    assert chance(problem, placed(problem, ("ann", 0)), "bob@1") is Chance.INSTEAD


def test_of_what_is_too_large_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "MOST_OPTIONS", 1)
    problem = a_world(
        [a_person("ann"), a_person("bob")], [a_session(0, seats=1)], rules=only("seats")
    )
    assert chance(problem, placed(problem, ("ann", 0)), "bob@1") is Chance.UNKNOWN


@pytest.mark.parametrize("number", range(8))
def test_it_is_so(number: int) -> None:
    """Of the best plan's duties left out none has a place without another losing theirs."""
    problem, plan = short_of_places(number)
    repairs = Repairs(problem, plan)
    everybody = {assignment.duty_id for assignment in plan}
    for duty_id in repairs.unassigned:
        hope = chance(problem, plan, duty_id, seconds=AMPLE)
        choices = product(
            *(
                range(len(problem.sessions)) if duty.id in everybody | {duty_id} else (-1,)
                for duty in problem.duties
            )
        )
        able = any(not verify(problem, assignments_of(problem, each)).hard for each in choices)
        assert hope is (Chance.MOVES if able else Chance.INSTEAD)
