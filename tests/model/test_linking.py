"""Linking constraints: found, counted, and brought into line, always within the law."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Mode, Problem
from scheduler.model.blocks import Blocks, Cutting
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.linking import (
    LinkingConstraint,
    excess,
    free_duties,
    groups_in,
    linked,
    linking_constraints,
)
from scheduler.model.slack import legal_part
from scheduler.solving.decomposition.joint_program import by_block, joint_choice, joint_program
from scheduler.solving.engine import solve
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.result import Limits, Result
from scheduler.solving.solvers.cp_sat import solve_exactly
from scheduler.verify import verify
from tests.processes import AMPLE
from tests.solving.companies import a_random_company
from tests.solving.models import a_model, cheapest, choice, each_session, every_choice, said_of

APART = Cutting(largest_joined=0)
"""No two blocks are small enough to be made one."""


def a_block(most: int = 1, points: int | None = None, **names: list[int]) -> CompiledModel:
    """Three duties and three sessions, and named groups of whom so many may be in a session."""
    model = a_model(3, 3)
    model.bound(
        GroupBound(
            "executive_cover",
            duties=np.array([duty for members in names.values() for duty in members], np.int64),
            groups=np.array([n for n, who in enumerate(names.values()) for _ in who], np.int64),
            **each_session(model),
            upper=np.full((1, 3), most, np.int64),
            points=points,
            names=(*names,),
        )
    )
    return model


def two_blocks(most: int = 1, points: int | None = None) -> tuple[LinkingConstraint, ...]:
    """The executives: two in the one block, one in the other."""
    one, other = a_block(most, points, board=[0, 1]), a_block(most, points, board=[2])
    return linking_constraints([lambda: one, lambda: other])


# What links


def test_a_group_with_members_in_two_blocks_links_them() -> None:
    (constraint,) = two_blocks()
    assert (constraint.key, constraint.blocks) == (("executive_cover", 0, "board"), (0, 1))
    assert [mine.duties.tolist() for mine in constraint.members] == [[0, 1], [2]]
    assert (constraint.upper.tolist(), constraint.points, constraint.asks) == (
        [1, 1, 1],
        None,
        False,
    )


def test_groups_of_other_names_or_without_any_link_nobody() -> None:
    assert linking_constraints([partial(a_block, board=[0]), partial(a_block, works=[0])]) == ()
    nameless = a_model(2, 2)
    members: dict[str, Any] = {"duties": np.arange(2), "groups": np.zeros(2, np.int64)}
    nameless.bound(
        GroupBound("seats", **members, **each_session(nameless), upper=np.zeros((1, 2), np.int64))
    )
    assert linking_constraints([lambda: nameless, lambda: nameless]) == ()


def test_bounds_of_one_rule_are_told_apart() -> None:
    """The team of a name is not the department of that name."""
    one, other = a_block(board=[0]), a_block()
    ones = np.ones((1, 3), np.int64)
    members: dict[str, Any] = {"duties": np.array([1]), "groups": np.array([0])}
    other.bound(
        GroupBound(
            "executive_cover", **members, **each_session(other), upper=ones, names=("board",)
        )
    )
    assert linking_constraints([lambda: one, lambda: other]) == ()


@pytest.mark.parametrize(("most", "count"), [(2, 1), (3, 0)])
def test_what_the_blocks_cannot_break_together_links_nobody(most: int, count: int) -> None:
    assert len(two_blocks(most)) == count


def test_who_cannot_get_there_does_not_count() -> None:
    one, other = a_block(2, board=[0, 1]), a_block(2, board=[2])
    other.forbid("absence", np.ones((3, 3), np.bool_))
    assert linking_constraints([lambda: one, lambda: other]) == ()


def test_each_block_finds_its_own_groups_and_together_they_link() -> None:
    """As blocks do that are compiled elsewhere."""
    models = [a_block(board=[0, 1], works=[2]), a_block(board=[2], home=[0, 1])]
    groups = [
        group
        for number, model in enumerate(models)
        for group in groups_in(number, model, lambda key: key[0] == "executive_cover")
    ]
    assert [constraint.key[2] for constraint in linked(groups)] == ["board"]
    assert list(groups_in(0, models[0], lambda key: False)) == []


# Counting


def test_too_many_together_are_counted_slot_by_slot() -> None:
    (constraint,) = two_blocks()
    assert constraint.use([choice(0, 2, 1), choice(1, 1, 0)]).tolist() == [2, 0, 1]
    assert constraint.over([choice(0, 2, 1), choice(1, 1, 0)]).tolist() == [1, 0, 0]
    assert constraint.over([choice(0, NOWHERE, 1), choice(1, 1, 2)]).tolist() == [0, 0, 0]


def test_what_a_block_counts_itself_is_not_counted_twice() -> None:
    (constraint,) = two_blocks(points=5)
    assert constraint.more([choice(0, 0, 1), choice(1, 1, 0)]) == 1, (
        "three are there; one counts two"
    )
    assert constraint.more([choice(0, 0, 1), choice(1, 1, 2)]) == 0


# Bringing into line


def test_all_members_of_a_broken_constraint_are_placed_anew() -> None:
    free = free_duties(two_blocks(), [choice(0, 2, 1), choice(1, 1, 0)])
    assert {block: duties.tolist() for block, duties in free.items()} == {0: [0, 1], 1: [2]}


def test_of_a_large_group_only_who_is_in_the_way_or_has_no_place() -> None:
    free = free_duties(two_blocks(), [choice(0, 2, 1), choice(1, 1, 0)], few_members=2)
    assert {block: duties.tolist() for block, duties in free.items()} == {0: [0], 1: [2]}
    free = free_duties(two_blocks(), [choice(0, NOWHERE, 1), choice(1, 1, 0)], few_members=2)
    assert {block: duties.tolist() for block, duties in free.items()} == {0: [0, 1], 1: [2]}


@pytest.mark.parametrize("turn", [0, 1])
def test_in_line_nobody_moves_but_later_for_who_has_no_place(turn: int) -> None:
    assert free_duties(two_blocks(), [choice(0, 2, 1), choice(1, 1, 1)], turn) == {}
    free = free_duties(two_blocks(), [choice(0, NOWHERE, 1), choice(1, 1, 1)], turn)
    assert {block: duties.tolist() for block, duties in free.items()} == (
        {0: [0, 1]} if turn else {}
    )


def test_what_only_costs_is_no_reason_to_move() -> None:
    assert free_duties(two_blocks(points=5), [choice(0, 2, 1), choice(1, 1, 0)]) == {}


def test_without_the_excess_no_constraint_is_broken() -> None:
    linking = two_blocks()
    choices = [choice(0, 0, 0), choice(0, 0, 0)]
    gone = excess(linking, choices)
    for block, duties in gone.items():
        choices[block][duties] = NOWHERE
    assert not linking[0].over(choices).any()
    assert sum(len(duties) for duties in gone.values()) == 2, "and no more than that"


def _apart(problem: Problem) -> tuple[Blocks, list[CompiledModel]]:
    blocks = Blocks.of(problem, cutting=APART)
    return blocks, [blocks.model(number) for number in range(len(blocks))]


@pytest.mark.parametrize("seed", range(60))
def test_without_the_excess_no_constraint_of_a_company_is_broken(seed: int) -> None:
    blocks, models = _apart(a_random_company(seed, count=3))
    choices = [greedy(model) for model in models]
    hard = [constraint for constraint in blocks.linking if constraint.points is None]
    for block, duties in excess(hard, choices).items():
        choices[block][duties] = NOWHERE
    choices = [legal_part(model, chosen) for model, chosen in zip(models, choices, strict=True)]
    assert not any(constraint.over(choices).any() for constraint in hard)
    assert all(m.judge(c).legal for m, c in zip(models, choices, strict=True))


def _hard_only(seed: int) -> Problem:
    """A company whose soft rules link nobody."""
    problem = a_random_company(seed)
    rules = [
        rule.model_copy(update={"mode": Mode.OFF})
        if _linking(rule.key) and rule.mode is Mode.SOFT
        else rule
        for rule in problem.rules
    ]
    return problem.model_copy(update={"rules": tuple(rules)})


def _linking(key: str) -> bool:
    return key in ("executive_cover", "deputies", "team_floor")


@pytest.mark.parametrize("seed", range(60))
def test_all_duties_of_all_blocks_joined_are_the_company(seed: int) -> None:
    problem = a_random_company(seed)
    blocks, models = _apart(problem)
    residuals = {n: (np.arange(model.duties), model) for n, model in enumerate(models)}
    start = [greedy(model) for model in models]
    program = joint_program(residuals, blocks.linking, start)
    solution = solve_exactly(program, joint_choice(residuals, start), seconds=AMPLE)
    assert solution.choice is not None
    whole = compile_problem(problem)
    assert solution.bound == pytest.approx(cheapest(whole))
    verdict = whole.judge(_whole(blocks, by_block(residuals, solution.choice)))
    assert (verdict.legal, verdict.cost) == (True, cheapest(whole))


def _whole(blocks: Blocks, choices: dict[int, IntArray]) -> IntArray:
    whole = np.full(sum(world.duties for world in blocks.worlds), NOWHERE)
    for number, chosen in choices.items():
        world = blocks.worlds[number]
        whole[world.rows] = np.append(world.columns, NOWHERE)[chosen]
    return whole


@pytest.mark.parametrize("seed", range(60))
def test_some_duties_joined_find_the_best_beside_the_others(seed: int) -> None:
    problem = _hard_only(seed)
    blocks, models = _apart(problem)
    whole, random = compile_problem(problem), np.random.default_rng(seed)
    start = [greedy(model) for model in models]
    for block, duties in excess(blocks.linking, start).items():
        start[block][duties] = NOWHERE
    start = [legal_part(model, chosen) for model, chosen in zip(models, start, strict=True)]
    free = {n: np.flatnonzero(random.random(m.duties) < 0.7) for n, m in enumerate(models)}
    residuals = {n: (rows, models[n].remainder(rows, start[n])) for n, rows in free.items()}
    solution = solve_exactly(
        joint_program(residuals, blocks.linking, start),
        joint_choice(residuals, start),
        seconds=AMPLE,
    )
    assert solution.choice is not None
    before = _whole(blocks, dict(enumerate(start)))
    for block, chosen in by_block(residuals, solution.choice).items():
        start[block][free[block]] = chosen
    after = _whole(blocks, dict(enumerate(start)))
    moved = np.concatenate([blocks.worlds[n].rows[rows] for n, rows in free.items()])
    stay = np.setdiff1d(np.arange(whole.duties), moved)
    plans = every_choice(whole)
    legal, cost = said_of(whole, plans)
    alike = legal & (plans[:, stay] == before[stay]).all(axis=1)
    verdict = whole.judge(after)
    assert (verdict.legal, verdict.cost) == (True, cost[alike].min())


def test_choices_joined_and_taken_apart_are_what_they_were() -> None:
    residuals = {4: (np.array([0, 2]), a_model(2, 3)), 7: (np.array([1]), a_model(1, 2))}
    choices = [choice()] * 4 + [choice(2, 9, NOWHERE)] + [choice()] * 2 + [choice(9, 1)]
    one = joint_choice(residuals, choices)
    assert one.tolist() == [2, NOWHERE, 4]
    assert {n: c.tolist() for n, c in by_block(residuals, one).items()} == {4: [2, NOWHERE], 7: [1]}


# At the engine's door


def _is_legal_and_bounded(problem: Problem, result: Result) -> None:
    """By the rules' own words, with a bound and points that hold against all plans there are."""
    verified = verify(problem, result.assignments)
    assert not verified.hard
    assert result.score == verified.score
    best = cheapest(compile_problem(problem))
    assert best is not None
    assert result.bound <= best <= result.cost
    assert compile_problem(problem).judge(result.choice).cost == result.cost


def _company(seed: int) -> Problem:
    count = 2 + seed % 2
    return a_random_company(seed, count=count, people=3 if count == 2 else 2)


@pytest.mark.parametrize("seed", range(40))
def test_blocks_kept_apart_have_a_legal_plan_and_a_bound_together(seed: int) -> None:
    """Executives, pairs, sets and teams across two or three centres, hard and soft."""
    problem = _company(seed)
    result = solve(problem, Limits(seconds=AMPLE, gap=0), cutting=APART)
    _is_legal_and_bounded(problem, result)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == cheapest(compile_problem(problem))


@pytest.mark.slow
def test_about_half_of_these_companies_are_linked() -> None:
    blocks = [Blocks.of(_company(seed), cutting=APART) for seed in range(120)]
    assert sum(any(constraint.points is None for constraint in b.linking) for b in blocks) > 50
    assert sum(any(constraint.points is not None for constraint in b.linking) for b in blocks) > 20


@pytest.mark.parametrize("seed", range(60))
def test_small_blocks_made_one_equal_trying_everything(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=AMPLE, gap=0))
    _is_legal_and_bounded(problem, result)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == cheapest(compile_problem(problem))


@pytest.mark.parametrize("seconds", [0, 0.0001])
@pytest.mark.parametrize("seed", range(15))
def test_out_of_time_they_are_in_line_all_the_same(seed: int, seconds: float) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=seconds), cutting=APART)
    assert result.status.has_plan
    _is_legal_and_bounded(problem, result)


@pytest.mark.parametrize("seed", range(15))
def test_stopped_they_are_in_line_all_the_same(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(stop=lambda: True), cutting=APART)
    assert result.status in (SolveStatus.STOPPED, SolveStatus.OPTIMAL)
    _is_legal_and_bounded(problem, result)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@pytest.mark.slow
def test_in_processes_of_their_own_they_do_the_same(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=AMPLE, gap=0, processes=2), cutting=APART)
    _is_legal_and_bounded(problem, result)
    assert (
        result.assignments
        == solve(problem, Limits(seconds=AMPLE, gap=0), cutting=APART).assignments
    )
