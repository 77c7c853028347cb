"""Duties of several blocks as one program: what it says is what the whole company's model says."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.domain.problem import Mode, Problem
from scheduler.model.blocks import Blocks
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import IntArray
from scheduler.model.linking import excess
from scheduler.model.slack import legal_part
from scheduler.solving.decomposition.joint_program import by_block, joint_choice, joint_program
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.solvers.cp_sat import solve_exactly
from tests.processes import AMPLE
from tests.solving.companies import APART, a_random_company
from tests.solving.models import a_model, cheapest, choice, every_choice, said_of


def _apart(problem: Problem) -> tuple[Blocks, list[CompiledModel]]:
    blocks = Blocks.of(problem, cutting=APART)
    return blocks, [blocks.model(number) for number in range(len(blocks))]


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
