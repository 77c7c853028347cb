"""Plans: what a status means, and when a violation is hard."""

from __future__ import annotations

import pytest

from scheduler.domain.plan import SolveStatus, Violation, gap_told
from scheduler.domain.words import say
from tests.worlds import day


@pytest.mark.parametrize(
    ("status", "has_plan"),
    [
        (SolveStatus.OPTIMAL, True),
        (SolveStatus.WITHIN_GAP, True),
        (SolveStatus.TIME_LIMIT, True),
        (SolveStatus.STOPPED, True),
        (SolveStatus.INFEASIBLE, False),
        (SolveStatus.UNKNOWN, False),
    ],
)
def test_only_infeasible_and_unknown_leave_nothing_to_look_at(
    status: SolveStatus, has_plan: bool
) -> None:
    assert status.has_plan is has_plan


def test_every_status_is_judged_above() -> None:
    assert len(SolveStatus) == 6


@pytest.mark.parametrize(("points", "hard"), [(None, True), (0, False), (12, False)])
def test_a_violation_without_points_is_hard(points: int | None, hard: bool) -> None:
    violation = Violation(rule="seats", amount=1, points=points, text=say("Full."))
    assert violation.hard is hard


def test_a_violation_survives_being_stored_as_json() -> None:
    violation = Violation(
        rule="seats",
        amount=2,
        points=None,
        text=say("{n} people on {day}.", n=3, day=day(0)),
        employee_ids=("ann",),
        sessions=("two_days.berlin.20270111",),
        days=(day(0),),
    )
    assert Violation.model_validate_json(violation.model_dump_json()) == violation


@pytest.mark.parametrize(
    ("gap", "told"),
    [(0.0, 0.0), (2e-8, 0.0001), (0.0001, 0.0001), (0.00011, 0.0002), (0.0125, 0.0125), (1.0, 1.0)],
)
def test_a_gap_is_never_told_smaller_than_it_is(gap: float, told: float) -> None:
    assert gap_told(gap) == told
