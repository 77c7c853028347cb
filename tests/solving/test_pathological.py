"""A company with everything wrong at once: in time, legal, bounded, and explained."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.calendar import DAY, DateRange
from scheduler.domain.people import Absence, Employee
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.domain.programme import Session
from scheduler.explain import Explainer
from scheduler.model.compiled import STRUCTURE
from scheduler.rules import in_force, registry
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Result
from scheduler.verify import verify
from tests.solving.companies import START, a_company

PEOPLE = 1_500
SECONDS = 8.0
AUGUST = DateRange(first=date(2027, 8, 1), last=date(2027, 8, 31))


def a_pathological_company(seed: int = 1) -> Problem:
    """One team of 500 of whom one may be away; a centre with a third of the seats it needs;
    everybody on leave in August; one session in April; three in ten overdue on the first day."""
    company = a_company(PEOPLE, 2, seed=seed)
    starved = company.centres[1].key
    april = next(s for s in company.sessions if _in_april(s))
    late = {
        duty.id for duty in company.duties[::10] + company.duties[1::10] + company.duties[2::10]
    }
    return company.model_copy(
        update={
            "employees": tuple(map(_in_one_team, range(PEOPLE), company.employees)),
            "sessions": tuple(
                _with_seats(session, starved)
                for session in company.sessions
                if not _in_april(session) or session == april
            ),
            "duties": tuple(
                duty.model_copy(update={"opens": START - 400 * DAY, "due": START - 30 * DAY})
                if duty.id in late
                else duty
                for duty in company.duties
            ),
            "absences": (
                *company.absences,
                *(Absence(employee_id=p.id, days=AUGUST) for p in company.employees),
            ),
            "rules": (_one_in_a_thousand(),),
        }
    )


def _in_april(session: Session) -> bool:
    return (session.first_day.year, session.first_day.month) == (2027, 4)


def _one_in_a_thousand() -> RuleSetting:
    setting = registry()["team_floor"].default_setting()
    return setting.model_copy(update={"params": setting.params | {"share": 0.001}})


def _in_one_team(number: int, person: Employee) -> Employee:
    return person.model_copy(update={"team": "giant"}) if number < 500 else person


def _with_seats(session: Session, starved: str) -> Session:
    if session.centre != starved:
        return session
    return session.model_copy(update={"seats": max(1, session.seats // 3)})


@pytest.fixture(scope="module")
def problem() -> Problem:
    """The company."""
    return a_pathological_company()


@pytest.fixture(scope="module")
def result(problem: Problem) -> Result:
    """What becomes of it."""
    return solve(problem, Limits(seconds=SECONDS, gap=0))


def test_it_has_everything_wrong(problem: Problem) -> None:
    assert len(problem.employees) == PEOPLE
    assert sum(p.team == "giant" for p in problem.employees) == 500
    assert len({s.centre for s in problem.sessions}) == 2
    assert sum(map(_in_april, problem.sessions)) == 1
    overdue = sum(duty.due < START for duty in problem.duties)
    assert overdue >= 0.3 * len(problem.duties)
    assert sum(s.first_day in AUGUST for s in problem.sessions) > 5


def test_it_ends_in_time_with_a_legal_plan(problem: Problem, result: Result) -> None:
    assert result.seconds < SECONDS + 10, "with room for a busy machine"
    assert result.status in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMIT)
    assert result.assignments
    verdict = verify(problem, result.assignments)
    assert not verdict.hard
    assert result.score == verdict.score
    assert not any(
        day in AUGUST for a in result.assignments for day in problem.session[a.session].days
    )


def test_its_bound_holds(result: Result) -> None:
    """And says something: it is no less than what those cost for whom there is no seat at all."""
    assert result.bound <= result.cost
    assert result.gap < 0.5


def test_everybody_left_out_is_told_why(problem: Problem, result: Result) -> None:
    unassigned = Explainer(problem, result).unassigned()
    assert {each.duty_id for each in unassigned} == set(result.unassigned)
    assert len(unassigned) + len(result.assignments) == len(problem.duties)
    assert unassigned, "there are too few seats"
    known = {rule.key for rule in in_force(problem.rules)} | {STRUCTURE}
    for each in unassigned:
        assert each.blocks
        assert {block.rule for block in each.blocks} <= known
        assert all(block.text for block in each.blocks)
    assert {"seats", "absence", "team_floor"} <= {
        b.rule for each in unassigned for b in each.blocks
    }
