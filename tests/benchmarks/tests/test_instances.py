"""The companies to measure on are what the docs say they are."""

from __future__ import annotations

import gzip
import pickle
from collections import Counter
from pathlib import Path

import pytest

from scheduler.domain.errors import BadInput
from scheduler.domain.problem import Problem
from tests.benchmarks import rosters
from tests.benchmarks.instances import WHOLE, cover_for, dates_of, make, sources, spec
from tests.benchmarks.names import InstanceKind
from tests.benchmarks.steady import FULL, HORIZON, START


@pytest.fixture(scope="module")
def steady() -> Problem:
    return make(spec(InstanceKind.STEADY, 800))


def test_the_same_seed_makes_the_same_company_and_another_another() -> None:
    one, same, other = (make(spec(InstanceKind.STEADY, 60, seed=seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_on_adoption_nobody_has_served_and_every_default_rule_is_on() -> None:
    problem = make(spec(InstanceKind.ROLLOUT, 60))
    assert problem.records == ()
    assert all(duty.first for duty in problem.duties)
    assert [setting.key for setting in problem.rules] == ["executive_cover"]


def test_in_the_third_cycle_duties_lie_evenly_over_the_horizon(steady: Problem) -> None:
    due = [duty.due for duty in steady.duties if duty.due in HORIZON]
    quarters = Counter((day - START).days * 8 // len(HORIZON) for day in due)
    assert len(quarters) == 8
    assert max(quarters.values()) < 1.5 * len(due) / 8
    assert min(quarters.values()) > 0.6 * len(due) / 8


def test_a_few_per_cent_are_overdue(steady: Problem) -> None:
    overdue = sum(duty.due < START for duty in steady.duties)
    assert 0.015 < overdue / len(steady.duties) < 0.05


def test_the_seats_that_anybody_can_take_are_needed_but_for_five_per_cent(steady: Problem) -> None:
    seats = sum(session.seats for session in steady.sessions)
    assert seats == pytest.approx(len(steady.duties) / FULL, abs=1)
    closed = [b.days for b in steady.blackouts if b.name == ""]
    assert closed
    for session in steady.sessions:
        if any(day in days for days in closed for day in session.days):
            assert session.seats == 0


def test_executives_need_most_of_the_dates_they_may_have() -> None:
    problem = make(spec(InstanceKind.STEADY, 3000, 2))
    executives = sum(person.executive for person in problem.employees)
    (cover,) = problem.rules
    share = executives / (cover.params["most"] * dates_of(problem.sessions))
    assert 0.45 < share <= 0.9


def test_executive_cover_is_shared_by_several_companies() -> None:
    people = make(spec(InstanceKind.ROLLOUT, 800)).employees
    one, ten = cover_for(people, 200), cover_for(people, 200, times=10)
    assert ten.level < one.level
    assert ten.most > 0


def test_large_companies_are_always_split() -> None:
    assert not spec(InstanceKind.STEADY, WHOLE).split
    assert spec(InstanceKind.STEADY, WHOLE + 1).split


def test_sources_travel_to_another_process_and_share_nobody() -> None:
    made = sources(spec(InstanceKind.STEADY, 121, 3, split=True))
    problems = [pickle.loads(pickle.dumps(source))() for source in made]
    assert [len(problem.employees) for problem in problems] == [41, 40, 40]
    assert all(problem.rules == problems[0].rules for problem in problems)
    for names in (
        [person.id for problem in problems for person in problem.employees],
        [session.key for problem in problems for session in problem.sessions],
        [duty.id for problem in problems for duty in problem.duties],
    ):
        assert len(names) == len(set(names))
    teams = [{person.team for person in problem.employees} for problem in problems]
    assert not teams[0] & teams[1]
    for problem in problems:
        Problem.model_validate_json(problem.model_dump_json())  # it is a sound one


ROSTER = """employee_id,name,hire_date,leave_date,department,manager_id
1,Ann,2001-01-01,,Sales,
2,Bob,2002-01-01,,Sales,1
3,Cid,2003-01-01,2010-01-01,Sales,1
4,Dot,2004-01-01,,Sales,1
"""


def test_a_roster_is_planned_with_those_who_still_work_there(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "employees.csv.gz").write_bytes(gzip.compress(ROSTER.encode()))
    ((wanted, path),) = rosters.instances(tmp_path, (InstanceKind.STEADY,), (1,))
    assert (wanted.name, wanted.people) == ("small", 3)
    problem = rosters.make(wanted, path)
    assert {person.id for person in problem.employees} == {"1", "2", "4"}
    assert [person.id for person in problem.employees if person.executive] == ["1"]
    assert len(problem.duties) == 3


def test_a_folder_without_rosters_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no roster"):
        rosters.find(tmp_path)
