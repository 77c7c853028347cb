"""The verifier finds what is no plan at all, whatever the rules say."""

from __future__ import annotations

import pytest

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.verify import STRUCTURE, verify
from tests.worlds import a_duty, a_person, a_session, a_world, only, placed


@pytest.fixture
def world() -> Problem:
    people = [a_person("ada", centre="berlin"), a_person("bea")]
    sessions = [
        a_session(0),
        a_session(1),
        a_session(7, programme="cew"),
        a_session(8, centre="regensburg"),
    ]
    duties = [a_duty("ada", number=1), a_duty("ada", number=2), a_duty("bea")]
    centres = (a_world([], []).centres[0],)
    second = centres[0].model_copy(update={"key": "regensburg"})
    return a_world(people, sessions, duties, rules=only(), centres=(*centres, second))


def _broken(world: Problem, *assignments: Assignment) -> list[str]:
    found = verify(world, assignments)
    assert all(violation.rule == STRUCTURE and violation.hard for violation in found.violations)
    return [str(violation.text) for violation in found.violations]


def test_a_plain_plan_is_fine(world: Problem) -> None:
    assert not _broken(world, *placed(world, ("ada", 0), ("bea", 0)))


def test_a_duty_or_session_that_is_not_there(world: Problem) -> None:
    nobody = Assignment(duty_id="no@1", employee_id="no", session=world.sessions[0].key)
    nowhere = Assignment(duty_id="bea@1", employee_id="bea", session="never")
    stranger = Assignment(duty_id="bea@1", employee_id="ada", session=world.sessions[0].key)
    for wrong in (nobody, nowhere, stranger):
        assert len(_broken(world, wrong)) == 1


def test_a_duty_placed_twice(world: Problem) -> None:
    one = Assignment(duty_id="bea@1", employee_id="bea", session=world.sessions[0].key)
    assert "is placed 2 times" in _broken(world, one, one)[0]


def test_a_programme_that_does_not_discharge_the_duty(world: Problem) -> None:
    assert "does not discharge" in _broken(world, *placed(world, ("bea", 7)))[0]


def test_a_centre_where_the_person_does_not_serve(world: Problem) -> None:
    assert "serves at berlin, not at regensburg" in _broken(world, *placed(world, ("ada", 8)))[0]


def test_two_places_at_once(world: Problem) -> None:
    assert "two places" in _broken(world, *placed(world, ("ada", 0), ("ada", 1)))[0]
