"""What no rule ties together is a problem of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scheduler.domain.people import StandIns
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.solving.compiled import compile_problem
from scheduler.solving.engine import solve
from scheduler.solving.partition import parts
from tests.solving.models import a_model
from tests.worlds import BERLIN, a_person, a_random_world, a_session, a_world, only

REGENSBURG = BERLIN.model_copy(update={"key": "regensburg", "name": "Regensburg"})
PEOPLE = {"berlin": ("ann", "bob", "cem"), "regensburg": ("dan", "eva", "fay")}


def two_centres(rules: Sequence[RuleSetting], **changes: Any) -> Problem:
    """Three people at each of two centres, a team of their own each, two seats a session."""
    return a_world(
        [
            a_person(name, centre=centre, team=centre, executive=True)
            for centre, names in PEOPLE.items()
            for name in names
        ],
        [a_session(first, seats=2, centre=centre) for centre in PEOPLE for first in (0, 7)],
        rules=rules,
        centres=(BERLIN, REGENSBURG),
        **changes,
    )


def _together(problem: Problem) -> set[frozenset[str]]:
    return {
        frozenset(problem.duties[row].employee_id for row in rows.tolist())
        for rows in parts(compile_problem(problem))
    }


BOTH = {frozenset(names) for names in PEOPLE.values()}
ALL = {frozenset().union(*BOTH)}


def test_centres_with_teams_of_their_own_fall_apart() -> None:
    assert _together(two_centres(only("seats", "team_floor"))) == BOTH


def test_a_rule_of_the_whole_company_ties_them_where_it_binds() -> None:
    keys = ("seats", "team_floor", "executive_cover")
    binding = tuple(
        s.model_copy(update={"params": s.params | {"most": 1}}) if s.key == "executive_cover" else s
        for s in only(*keys)
    )
    assert _together(two_centres(binding)) == ALL


def test_a_rule_of_the_whole_company_that_cannot_bind_ties_nobody() -> None:
    free = tuple(
        s.model_copy(update={"params": s.params | {"most": 6}}) if s.key == "executive_cover" else s
        for s in only("seats", "executive_cover")
    )
    assert _together(two_centres(free)) == BOTH


def test_one_pair_across_the_centres_ties_them() -> None:
    pair = (StandIns(one="ann", other="dan"),)
    assert _together(two_centres(only("seats", "deputies"), stand_ins=pair)) == ALL


def test_people_whom_nothing_ties_are_alone() -> None:
    assert [rows.tolist() for rows in parts(a_model(3, 2))] == [[0], [1], [2]]
    assert parts(a_model(0, 2)) == []


def test_the_largest_part_comes_first() -> None:
    problem = two_centres(only("seats"))
    problem = problem.model_copy(update={"duties": problem.duties[1:]})
    assert [len(rows) for rows in parts(compile_problem(problem))] == [3, 1, 1]


@pytest.mark.parametrize("seed", range(20))
def test_parts_hold_everybody_once_and_judge_together_as_the_whole(seed: int) -> None:
    problem = a_random_world(seed, people=6)
    model = compile_problem(problem)
    found = parts(model)
    assert sorted(row for rows in found for row in rows.tolist()) == list(range(model.duties))
    chosen = solve(problem).choice
    costs = [model.part(rows).judge(chosen[rows]) for rows in found]
    assert all(verdict.legal for verdict in costs)
    assert sum(verdict.cost for verdict in costs) == model.judge(chosen).cost
