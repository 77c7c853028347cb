"""Notice: new dates come in time, published ones are no news."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Follows, Mode, Problem
from scheduler.replan.search import replan
from tests.rules.judging import amounts, points, violations_of, with_mode
from tests.worlds import a_duty, a_person, a_session, a_world, day, only, placed

STARTS = (0, 13, 14, 20, 21, 40)


def world(made: int | None, *published: tuple[str, int], **params: Any) -> Problem:
    """Sessions begin on some days; Ann owes two services, Bob one."""
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(first) for first in STARTS],
        [a_duty("ann"), a_duty("ann", number=2), a_duty("bob")],
        rules=only("notice", **params),
        made=None if made is None else day(made),
    )
    follows = Follows(plan=1, published=placed(problem, *published), freeze=day(-1))
    return problem.model_copy(update={"follows": follows if published else None})


@pytest.mark.parametrize(
    ("made", "first", "broken"),
    [(0, 0, [1]), (0, 13, [1]), (0, 14, []), (6, 20, []), (7, 20, [1]), (7, 21, []), (7, 40, [])],
)
def test_new_dates_leave_two_weeks(made: int, first: int, broken: list[int]) -> None:
    assert amounts(world(made), "notice", ("ann", first)) == broken


def test_what_began_before_is_not_planned_any_more() -> None:
    assert not violations_of(world(1), "notice", ("ann", 0))
    assert amounts(world(1), "notice", ("ann", 13)) == [1]


def test_of_a_plan_without_a_day_nothing_is_asked() -> None:
    assert not violations_of(world(None), "notice", ("ann", 0), ("bob", 0))


@pytest.mark.parametrize(("weeks", "broken"), [(0, []), (1, []), (2, [1]), (9, [1])])
def test_the_weeks_are_a_parameter(weeks: int, broken: list[int]) -> None:
    assert amounts(world(0, weeks=weeks), "notice", ("ann", 13)) == broken


class TestPublished:
    def test_dates_are_no_news_to_who_has_them(self) -> None:
        problem = world(0, ("ann", 13))
        assert not violations_of(problem, "notice", ("ann", 13))
        assert amounts(problem, "notice", ("ann", 0)) == [1]

    def test_dates_of_others_are(self) -> None:
        assert amounts(world(0, ("bob", 13)), "notice", ("ann", 13)) == [1]

    def test_dates_are_those_of_the_same_duty(self) -> None:
        problem = world(0, ("ann", 40), ("ann", 13))
        assert amounts(problem, "notice", ("ann", 13), ("ann", 40)) == [1]
        assert not violations_of(problem, "notice", ("ann", 40), ("ann", 13))

    def test_dates_and_duties_that_are_gone_mean_nothing(self) -> None:
        gone = (Assignment(duty_id="gone@1", employee_id="gone", session=str(n)) for n in range(2))
        mine = Assignment(duty_id="ann@1", employee_id="ann", session="gone")
        follows = Follows(plan=1, published=(*gone, mine), freeze=day(-1))
        problem = world(0).model_copy(update={"follows": follows})
        assert amounts(problem, "notice", ("ann", 13)) == [1]


def test_the_day_and_the_weeks_are_named() -> None:
    (violation,) = violations_of(world(0), "notice", ("ann", 13))
    assert str(violation.text) == (
        "Ann learns on 2027-01-11 of a service on 2027-01-24; 2 weeks must lie between."
    )


def test_softened_every_such_service_costs_the_weight() -> None:
    problem = with_mode(world(0), "notice", Mode.SOFT, weight=7)
    assert points(problem, "notice", ("ann", 13), ("ann", 40), ("bob", 0)) == [7, 7]


def test_a_revision_moves_nobody_to_a_date_too_soon() -> None:
    """Ann cannot stay, because day 14 is gone. Day 0 is too soon for her, and Bob keeps it."""
    problem = world(0, ("ann", 14), ("bob", 0))
    first, _, bob = problem.duties
    sessions = tuple(s for s in problem.sessions if s.first_day != day(14))
    problem = problem.model_copy(update={"sessions": sessions, "duties": (first, bob)})
    assert problem.follows is not None
    plan = replan(problem, problem.follows.published)
    where = {a.duty_id: problem.session[a.session].first_day for a in plan.assignments}
    assert where == {"ann@1": day(21), "bob@1": day(0)}
