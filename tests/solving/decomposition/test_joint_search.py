"""Duties of several blocks placed anew together, in the plans that are there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.linking import linking_constraints
from scheduler.solving.decomposition.block_state import BlockSpec, BlockState, untouched
from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.decomposition.joint_search import JointSearch
from scheduler.solving.decomposition.linking import Linking
from scheduler.solving.decomposition.task_maker import TaskMaker
from scheduler.solving.executors.serial import SerialExecutor
from scheduler.solving.result import Limits
from tests.processes import AMPLE
from tests.solving.models import a_model, choice, each_session, everybody

ALONE = SerialExecutor()


def _itself(model: CompiledModel) -> CompiledModel:
    return model


def a_block(prices: list[list[int]]) -> CompiledModel:
    """Executives, of whom one of the whole company may be in a session, at these prices."""
    model = a_model(len(prices), len(prices[0]))
    model.price("due_date", np.array(prices, np.int64))
    upper = np.ones((1, model.sessions), np.int64)
    model.bound(
        GroupBound(
            "executive_cover",
            **everybody(model),
            **each_session(model),
            upper=upper,
            names=("board",),
        )
    )
    return model


class Run:
    """Two blocks with these plans."""

    def __init__(self, *plans: IntArray) -> None:
        self.models = [a_block([[0, 10, 40], [5, 0, 40]]), a_block([[0, 7, 50]])]
        specs = [BlockSpec(partial(_itself, model), model.duties) for model in self.models]
        limits = Limits(seconds=AMPLE)
        budget = Budget(limits, [spec.size for spec in specs])
        constraints = linking_constraints([partial(_itself, model) for model in self.models])
        self.incumbents = Incumbents(specs, constraints, limits)
        linking = Linking(self.incumbents, budget, limits, 1)
        tasks = TaskMaker(self.incumbents, linking, budget, limits, 1)
        self.search = JointSearch(self.incumbents, tasks, budget, limits, 1)
        for number, (model, plan) in enumerate(zip(self.models, plans, strict=True)):
            self.incumbents.take(number, untouched(plan, model.judge(plan)))

    def plans(self) -> list[list[int]]:
        return [plan.tolist() for plan in self.incumbents.choices()]

    def points_are_true(self) -> bool:
        """Whether the states say of their plans what the models say."""
        return all(
            state is not None
            and (state.cost, state.by_rule) == (model.judge(plan).cost, model.judge(plan).by_rule)
            for state, model, plan in zip(
                self.incumbents.states, self.models, self.incumbents.choices(), strict=True
            )
        )


def proven(state: BlockState | None) -> BlockState:
    assert state is not None
    return replace(state, proven=True)


def test_free_duties_of_all_blocks_move_to_the_best_places_together() -> None:
    run = Run(choice(0, 1), choice(0))
    assert run.incumbents.broken
    solution = run.search.place_anew(
        ALONE, {0: np.array([0, 1]), 1: np.array([0])}, 0, lambda: False
    )
    assert solution is not None
    assert solution.optimal
    assert run.plans() == [[2, 1], [0]]
    assert run.incumbents.cost == 40
    assert not run.incumbents.broken
    assert run.points_are_true()


def test_all_others_stay() -> None:
    run = Run(choice(0, 1), choice(0))
    run.incumbents.states = [proven(state) for state in run.incumbents.states]
    run.search.place_anew(ALONE, {1: np.array([0])}, 0, lambda: False)
    assert run.plans() == [[0, 1], [2]]
    assert run.points_are_true()
    assert run.incumbents.unproven() == [1], "of its own block it is not the best plan"


def test_stopped_before_it_began_nobody_moves() -> None:
    run = Run(choice(0, 1), choice(0))
    assert run.search.place_anew(ALONE, {1: np.array([0])}, 0, lambda: True) is None
    assert run.plans() == [[0, 1], [0]]


def test_where_all_duties_move_the_optimum_is_proven() -> None:
    run = Run(choice(0, 1), choice(2))
    assert run.search.rearrange(ALONE, 100)
    assert run.plans() == [[2, 1], [0]]
    assert run.incumbents.joint_bound == run.incumbents.cost == 40


def test_where_few_move_nothing_is_proven_and_nothing_gets_worse() -> None:
    run = Run(choice(0, 1), choice(2))
    before = run.incumbents.cost
    assert not run.search.rearrange(ALONE, 2)
    assert run.incumbents.joint_bound < 0
    assert run.incumbents.cost <= before


def test_who_is_too_many_is_left_out() -> None:
    run = Run(choice(0, 1), choice(0))
    run.search.leave_out(ALONE)
    assert not run.incumbents.broken
    assert run.plans() == [[0, 1], [NOWHERE]]
    assert run.points_are_true()
