"""The tasks of a run: what each block is given at the time it is asked for."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import GroupBound
from scheduler.model.linking import linking_constraints
from scheduler.model.packed import Packed
from scheduler.solving.decomposition.block_state import BlockSpec, BlockState, untouched
from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.decomposition.linking import Linking
from scheduler.solving.decomposition.task_maker import TaskMaker
from scheduler.solving.decomposition.tasks import BestPlan, FirstPlan, MasterProblem
from scheduler.solving.executors.serial import SerialExecutor
from scheduler.solving.result import Limits
from tests.solving.models import a_model, choice, each_session, everybody

DAY = 24 * 3600.0
"""So many seconds that those a busy machine takes do not count."""
NEARLY = 1e-2
ALONE = SerialExecutor()


def _itself(model: CompiledModel) -> CompiledModel:
    return model


def a_block(duties: int) -> CompiledModel:
    """Executives, of whom one may be in a session."""
    model = a_model(duties, 2)
    upper = np.ones((1, 2), np.int64)
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
    """What a run over blocks of so many duties knows, before its first step."""

    def __init__(self, *sizes: int, linked: bool = True, warm: bool = False) -> None:
        models = [a_block(size) for size in sizes]
        getters = [partial(_itself, model) for model in models]
        plans = [choice(*[0] * (size if warm else 0)) for size in sizes]
        specs = [
            BlockSpec(get, size, warm=plan if warm else None)
            for get, size, plan in zip(getters, sizes, plans, strict=True)
        ]
        limits = Limits(seconds=DAY, gap=0.1, workers=3, processes=4)
        budget = Budget(limits, sizes)
        constraints = linking_constraints(getters) if linked else ()
        self.models = models
        self.incumbents = Incumbents(specs, constraints, limits)
        self.linking = Linking(self.incumbents, budget, limits, 1)
        self.tasks = TaskMaker(self.incumbents, self.linking, budget, limits, 1)
        budget.share_out(range(len(sizes)))

    def take(self, number: int, *sessions: int) -> BlockState:
        """A block has this plan."""
        chosen = choice(*sessions)
        state = untouched(chosen, self.models[number].judge(chosen))
        self.incumbents.take(number, state)
        return state


def test_a_first_plan_of_linked_blocks_keeps_to_its_allocation() -> None:
    run = Run(3, 1)
    first, second = (run.tasks.first(ALONE, number) for number in range(2))
    assert isinstance(first, FirstPlan)
    assert isinstance(second, FirstPlan)
    assert first.allocation is not None
    assert second.allocation is not None
    assert (first.allocation.first, first.allocation.last) == (0, 0.75)
    assert (second.allocation.first, second.allocation.last) == (0.75, 1)
    assert first.allocation.keys == frozenset([("executive_cover", 0, "board")])


@pytest.mark.parametrize("run", [Run(3, 1, linked=False), Run(3, 1, warm=True)])
def test_without_links_or_with_a_plan_to_start_from_there_is_no_allocation(run: Run) -> None:
    task = run.tasks.first(ALONE, 0)
    assert isinstance(task, FirstPlan)
    assert task.allocation is None
    assert task.fixed == {}


def test_once_sessions_are_fixed_they_count_and_no_allocation() -> None:
    run = Run(3, 1)
    run.linking.fixed = {0: {1: 0}}
    first, best = run.tasks.first(ALONE, 0), run.tasks.best(ALONE, 0)
    other = run.tasks.first(ALONE, 1)
    assert isinstance(first, FirstPlan)
    assert isinstance(best, BestPlan)
    assert isinstance(other, FirstPlan)
    assert (first.allocation, first.fixed) == (None, {1: 0})
    assert best.fixed == {1: 0}
    assert (other.allocation, other.fixed) == (None, {})


def test_linked_blocks_leave_time_and_gap_for_what_links_them() -> None:
    linked, free = Run(3, 1).tasks.best(ALONE, 0), Run(3, 1, linked=False).tasks.best(ALONE, 0)
    assert isinstance(linked, BestPlan)
    assert isinstance(free, BestPlan)
    assert linked.seconds == pytest.approx(0.8 * 0.75 * DAY, rel=NEARLY)
    assert free.seconds == pytest.approx(0.75 * DAY, rel=NEARLY)
    assert (linked.gap, free.gap) == (0.05, 0.1)
    master = Run(3, 1).tasks.master(ALONE, 0)
    assert isinstance(master, MasterProblem)
    assert master.seconds == pytest.approx(0.6 * 0.75 * DAY, rel=NEARLY)
    assert master.gap == 0.1


def test_only_a_block_that_is_all_there_is_gets_several_threads() -> None:
    alone, one_of_two = Run(3).tasks.best(ALONE, 0), Run(3, 1).tasks.best(ALONE, 0)
    assert isinstance(alone, BestPlan)
    assert isinstance(one_of_two, BestPlan)
    assert (alone.workers, alone.threads) == (3, 4)
    assert (one_of_two.workers, one_of_two.threads) == (1, 1)


def test_a_task_starts_from_the_best_plan_there_is() -> None:
    run = Run(2, 1, warm=True)
    assert run.tasks.best(ALONE, 0).warm.tolist() == [0, 0]  # type: ignore[union-attr]
    run.take(0, 0, 1)
    assert run.tasks.best(ALONE, 0).warm.tolist() == [0, 1]  # type: ignore[union-attr]


def test_prices_are_wanted_of_linked_duties_where_a_constraint_binds() -> None:
    """Three executives for two places: that is likely to bind."""
    task = Run(2, 1).tasks.best(ALONE, 0)
    assert isinstance(task, BestPlan)
    assert task.linked is not None
    assert task.linked.tolist() == [0, 1]
    free = Run(2, 1, linked=False).tasks.best(ALONE, 0)
    assert isinstance(free, BestPlan)
    assert free.linked is None


def test_a_model_that_a_source_made_travels_packed_from_then_on() -> None:
    run = Run(2, 1)
    packed = Packed.of(run.models[0])
    state = run.take(0, 0, 1)
    run.incumbents.take(0, BlockState(**{**vars(state), "packed": packed}))
    assert run.tasks.best(ALONE, 0).block is packed
    assert run.incumbents.states[0] is not None
    assert run.incumbents.states[0].packed is None
