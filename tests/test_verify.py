"""The verifier finds what is no plan at all, whatever the rules say."""

from __future__ import annotations

import pytest

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.verify import STRUCTURE, verify
from tests.worlds import a_duty, a_person, a_session, a_world, as_soft, only, placed


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


def test_everything_wrong_is_found_at_once_and_the_rest_is_still_checked(world: Problem) -> None:
    unknown = Assignment(duty_id="no@1", employee_id="no", session="never")
    wrong = placed(world, ("ada", 8), ("ada", 7), ("bea", 7))
    assert _broken(world, unknown, *wrong, unknown) == [
        "Duty no@1 or session never is not part of this plan.",
        "Duty no@1 or session never is not part of this plan.",
        "Duty no@1 is placed 2 times.",
        "Ada serves at berlin, not at regensburg.",
        "cew does not discharge the duty of Ada.",
        "cew does not discharge the duty of Bea.",
        "Ada cannot be at two places on 2027-01-19.",
    ]


def test_two_people_may_be_at_one_place_and_one_person_at_two_one_after_the_other(
    world: Problem,
) -> None:
    bea = a_duty("bea", number=2, programmes=("cew",))
    world = world.model_copy(update={"duties": (*world.duties, bea)})
    assert not _broken(world, *placed(world, ("ada", 0), ("bea", 0), ("bea", 7)))


def test_a_person_without_a_centre_of_their_own_serves_anywhere(world: Problem) -> None:
    assert not _broken(world, *placed(world, ("bea", 8)))


def test_an_empty_plan_breaks_nothing(world: Problem) -> None:
    assert verify(world, ()).violations == ()


def test_hard_and_soft_are_told_apart_and_points_are_summed_by_rule() -> None:
    people = [a_person(name, team="red") for name in ("ada", "bea", "cyd")]
    rules = as_soft(only("team_floor", "due_date"), "team_floor", weight=3)
    duties = [a_duty(person.id, due=0) for person in people]
    problem = a_world(people, [a_session(0, seats=1)], duties, rules=rules)
    found = verify(problem, placed(problem, ("ada", 0), ("bea", 0), ("cyd", 0)))
    assert [violation.rule for violation in found.hard] == ["seats"]
    assert found.score == {"due_date": 3 * 4, "team_floor": 2 * 2 * 3}
    assert len(found.violations) == 1 + 3 + 2


def test_a_rule_that_charges_nothing_is_not_in_the_score() -> None:
    rules = as_soft(only("due_date"), "due_date", weight=0)
    problem = a_world([a_person("ada")], [a_session(0)], [a_duty("ada", due=0)], rules=rules)
    found = verify(problem, placed(problem, ("ada", 0)))
    assert [violation.points for violation in found.violations] == [0]
    assert found.score == {}
