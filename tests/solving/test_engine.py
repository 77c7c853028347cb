"""The one door: statuses, progress, stopping, starting from a plan, repeatability."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest

from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.compiling import compile_problem
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Progress, relative_gap
from scheduler.verify import verify
from tests.processes import AMPLE
from tests.solving.companies import a_company, a_crowd, a_puzzle, two_centres
from tests.worlds import a_person, a_random_world, a_session, a_world, days, only, placed


@dataclass
class Listener:
    """Keeps reports of progress, and presses the stop button in a phase."""

    problem: Problem
    stop_in: str | None = None
    reports: list[Progress] = field(default_factory=list)
    stopped: bool = False

    def __call__(self, progress: Progress) -> None:
        self.reports.append(progress)
        self.stopped |= progress.phase == self.stop_in

    def stop(self) -> bool:
        return self.stopped

    def costs(self) -> list[int]:
        return [now.best for now in self.reports if now.best is not None]

    def bounds(self) -> list[int]:
        return [now.bound for now in self.reports if now.bound is not None]


def test_a_proven_plan_is_optimal() -> None:
    result = solve(a_company(60, 2))
    assert result.status is SolveStatus.OPTIMAL
    assert (result.gap, result.cost) == (0.0, result.bound)
    assert result.unassigned == ()


def test_a_plan_within_the_gap_asked_for_says_so() -> None:
    result = solve(a_crowd(100, pairs=500, seats=2), Limits(seconds=AMPLE, gap=0.01))
    assert result.status is SolveStatus.WITHIN_GAP
    assert 0 < result.gap <= 0.01


def test_out_of_time_is_told_apart_and_has_the_best_plan_so_far() -> None:
    problem = a_puzzle()
    result = solve(problem, Limits(seconds=1))
    assert result.status is SolveStatus.TIME_LIMIT
    assert result.bound < result.cost
    assert result.assignments
    assert not verify(problem, result.assignments).hard


@pytest.mark.parametrize("phase", ["compiling", "first plan", "pricing options"])
def test_stopping_ends_it_and_keeps_the_best_plan(phase: str) -> None:
    problem = a_puzzle()
    listener = Listener(problem, stop_in=phase)
    result = solve(problem, Limits(seconds=AMPLE, stop=listener.stop), listener)
    assert listener.stopped
    assert result.status is SolveStatus.STOPPED
    assert result.cost == min(listener.costs())
    assert not verify(problem, result.assignments).hard


def test_stopping_ends_a_search_that_is_under_way() -> None:
    """It asks again and again: at last it is told to stop."""
    asked = count()
    result = solve(a_puzzle(), Limits(seconds=AMPLE, stop=lambda: next(asked) > 80))
    assert result.status is SolveStatus.STOPPED


def test_progress_is_monotone_and_its_incumbent_is_the_plan_it_counts() -> None:
    problem = a_crowd(100, pairs=500, seats=2)
    listener = Listener(problem)
    result = solve(problem, Limits(seconds=AMPLE), listener)
    model = compile_problem(problem)
    assert [now.phase for now in (listener.reports[0], listener.reports[-1])] == [
        "compiling",
        "done",
    ]
    assert listener.costs() == sorted(listener.costs(), reverse=True)
    assert listener.bounds() == sorted(listener.bounds())
    assert (listener.costs()[-1], listener.bounds()[-1]) == (result.cost, result.bound)
    for now in listener.reports[1:]:
        assert now.incumbent is not None
        assert now.best is not None
        assert now.bound is not None
        assert now.total == len(problem.duties)
        assert len(now.incumbent) == now.placed
        assert now.bound <= now.best
        soft = sum(verify(problem, now.incumbent).score.values())
        left = {duty.id for duty in problem.duties} - {a.duty_id for a in now.incumbent}
        unplaced = sum(
            points
            for duty, points in zip(problem.duties, model.unplaced.tolist(), strict=True)
            if duty.id in left
        )
        assert soft + unplaced == now.best
    assert listener.reports[0].gap is None


def test_two_centres_are_two_blocks_and_their_progress_adds_up() -> None:
    problem = two_centres(only("seats", "team_floor", "level_load", "due_date"))
    listener = Listener(problem)
    result = solve(problem, Limits(), listener)
    assert result.status is SolveStatus.OPTIMAL
    assert {now.block for now in listener.reports} == {1, 2}
    assert {now.blocks for now in listener.reports} == {1, 2}
    assert listener.costs() == sorted(listener.costs(), reverse=True)
    assert listener.bounds() == sorted(listener.bounds())


def test_a_plan_to_start_from_is_where_it_starts() -> None:
    problem = a_crowd(100, pairs=500, seats=2)
    better = solve(problem)
    listener = Listener(problem)
    again = solve(problem, Limits(seconds=0.01), listener, better.assignments)
    cold = solve(problem, Limits(seconds=0.01))
    assert again.cost <= better.cost < cold.cost
    assert max(listener.costs()) <= better.cost


def _three_for_two_seats() -> Problem:
    people = [a_person(name) for name in ("ann", "bob", "cem")]
    return a_world(people, [a_session(n, seats=1) for n in (0, 7)], rules=only("seats", "absence"))


def test_of_a_plan_to_start_from_what_is_legal_stays() -> None:
    """Two on one seat: who comes first stays, and the third is not thrown away with them."""
    problem = _three_for_two_seats()
    warm = placed(problem, ("ann", 7), ("bob", 7), ("cem", 0))
    assert set(solve(problem, warm=warm).assignments) == {warm[0], warm[2]}


def test_nobody_moves_where_nobody_has_to() -> None:
    """Of all best plans the one that completes the plan it started from."""
    people = [a_person(name) for name in ("ann", "bob", "cem", "dan")]
    sessions = [a_session(first, seats=2) for first in (0, 7, 14)]
    problem = a_world(people, sessions, rules=only("seats", "absence"))
    warm = placed(problem, ("bob", 14), ("cem", 14), ("dan", 7))
    result = solve(problem, warm=warm)
    assert result.unassigned == ()
    assert set(warm) < set(result.assignments)


def test_of_a_plan_to_start_from_what_is_unknown_is_left_out() -> None:
    problem = _three_for_two_seats()
    warm = [
        Assignment(duty_id="nobody@1", employee_id="nobody", session=problem.sessions[0].key),
        Assignment(duty_id="ann@1", employee_id="ann", session="no.such.session"),
    ]
    assert solve(problem, warm=warm).status is SolveStatus.OPTIMAL


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = a_crowd(40, pairs=60, seats=2)
    assert solve(problem).assignments == solve(problem).assignments


@pytest.mark.parametrize(
    "problem",
    [
        a_world([], [], horizon=days(0, 30)),
        a_world([a_person("ann")], [a_session(0)], []),
    ],
    ids=["nobody", "no duty"],
)
def test_a_world_without_duties_is_solved(problem: Problem) -> None:
    result = solve(problem)
    assert (result.status, result.cost, result.assignments) == (SolveStatus.OPTIMAL, 0, ())


def test_a_world_without_sessions_leaves_everybody_out() -> None:
    result = solve(a_world([a_person("ann"), a_person("bob")], []))
    assert result.status is SolveStatus.OPTIMAL
    assert result.unassigned == ("ann@1", "bob@1")


@pytest.mark.parametrize("seed", range(10))
def test_the_score_says_whose_points_the_cost_is(seed: int) -> None:
    problem = a_random_world(seed)
    result = solve(problem)
    assert result.score == verify(problem, result.assignments).score


def test_the_gap_is_relative_to_the_best() -> None:
    assert relative_gap(100, 90) == pytest.approx(0.1)
    assert relative_gap(0, 0) == 0
    assert relative_gap(10, 12) == 0
