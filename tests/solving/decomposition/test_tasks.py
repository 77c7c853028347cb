"""One worker, one block: a first plan, prices, the best plan, what is left, what is legal."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from typing import Any

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.slack import legal_part
from scheduler.solving.decomposition.allocation import Allocation
from scheduler.solving.decomposition.block_state import BlockState
from scheduler.solving.decomposition.linking_master import UNIT
from scheduler.solving.decomposition.tasks import (
    BestPlan,
    FirstPlan,
    LegalPart,
    MasterProblem,
    ResidualProblem,
    work_on,
)
from scheduler.solving.heuristics.greedy import greedy
from tests.processes import AMPLE
from tests.solving.companies import a_company, a_crowd, a_random_company
from tests.solving.models import (
    a_model,
    a_random_model,
    cheapest,
    choice,
    each_session,
    every_choice,
    everybody,
    nowhere,
    said_of,
)


@dataclass
class Signals:
    """Keeps the reports; stops once there are so many."""

    stop_after: float = inf
    reports: list[BlockState] = field(default_factory=list)
    short_of_memory: bool = False

    def report(self, report: object) -> None:
        assert isinstance(report, BlockState)
        self.reports.append(report)

    def stop(self) -> bool:
        return len(self.reports) >= self.stop_after


def a_plan(model: CompiledModel, **changes: Any) -> BestPlan:
    return replace(BestPlan(model, None, seconds=AMPLE), **changes)


def test_the_best_plan_is_reported_step_by_step_and_comes_back() -> None:
    model = compile_problem(a_crowd(100, pairs=500, seats=2))
    signals = Signals()
    state = work_on(a_plan(model, seconds=AMPLE), signals)
    assert signals.reports[0].phase == "first plan"
    costs, bounds = [s.cost for s in signals.reports], [s.bound for s in signals.reports]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert state.cost <= costs[-1]
    assert state.bound >= bounds[-1]
    verdict = model.judge(state.choice.astype(np.int64))
    assert (verdict.legal, verdict.cost) == (True, state.cost)
    assert state.by_rule == verdict.by_rule
    for report in signals.reports:  # of a worker that is ended the last of these is the answer
        assert report.by_rule == model.judge(report.choice.astype(np.int64)).by_rule


def test_only_the_first_plan_is_the_greedy_one() -> None:
    model = compile_problem(a_crowd(100, pairs=500, seats=2))
    signals = Signals()
    state = work_on(FirstPlan(model, None), signals)
    assert state.choice.tolist() == greedy(model).tolist()
    assert signals.reports == []
    assert not state.proven


def test_a_stop_after_the_first_plan_leaves_it_there() -> None:
    model = compile_problem(a_crowd(100, pairs=500, seats=2))
    signals = Signals(stop_after=1)
    assert work_on(a_plan(model), signals).cost == signals.reports[0].cost
    assert len(signals.reports) == 1


def test_a_plan_to_start_from_is_never_made_worse() -> None:
    """Whoever comes first takes the seat that the other one needs: greedy does not see that."""
    model = a_model(2, 2)
    model.price("due_date", np.array([[0, 1], [0, 50]], np.int64))
    model.bound(
        GroupBound(
            "seats", **everybody(model), **each_session(model), upper=np.ones((1, 2), np.int64)
        )
    )
    assert work_on(a_plan(model, seconds=0), Signals()).cost == 50
    again = work_on(a_plan(model, warm=np.array([1, 0], np.int32), seconds=0), Signals())
    assert (again.cost, again.choice.tolist()) == (1, [1, 0])


@pytest.mark.parametrize("seed", range(100))
def test_it_says_whether_it_is_proven_and_whether_there_is_no_plan(seed: int) -> None:
    model = a_random_model(seed)
    best = cheapest(model)
    state = work_on(a_plan(model), Signals())
    assert state.infeasible == (best is None)
    assert state.proven == (best is not None)
    assert state.cost == (inf if best is None else best)


def test_a_source_is_called_where_the_work_is_done() -> None:
    """And it reports by which groups the rules of the whole company could link it."""
    source = partial(a_company, 20)
    task = pickle.loads(pickle.dumps(BestPlan(source, None, seconds=AMPLE)))
    state = work_on(task, Signals())
    direct = work_on(a_plan(compile_problem(a_company(20))), Signals())
    assert state.cost == direct.cost
    assert {group.key[0] for group in state.groups} == {"executive_cover"}
    assert direct.groups == ()


def test_a_source_is_made_once_and_then_travels_packed() -> None:
    first = work_on(FirstPlan(partial(a_company, 20), None), Signals())
    assert first.packed is not None
    direct, again = (
        work_on(BestPlan(block, None, seconds=AMPLE), Signals())
        for block in (compile_problem(a_company(20)), first.packed)
    )
    assert again.packed is None
    assert (again.groups, again.by_rule, again.proven) == ((), direct.by_rule, True)
    assert again.choice.tolist() == direct.choice.tolist()


def test_a_first_plan_hears_a_stop() -> None:
    """Nobody else is placed, and who has a place keeps it."""
    model = compile_problem(a_crowd(100, pairs=500, seats=2))
    some = greedy(model).astype(np.int32)
    some[50:] = NOWHERE
    for task in (
        FirstPlan(model, some),
        a_plan(model, warm=some),
        FirstPlan(model, some, allocation=Allocation(0, 1)),
    ):
        state = work_on(task, Signals(stop_after=0))
        assert state.choice.tolist() == some.tolist()
        assert state.cost == model.judge(some.astype(np.int64)).cost


# Prices for linked duties


@pytest.mark.parametrize("seed", range(150))
def test_no_plan_costs_less_than_the_bound_and_the_prices_of_its_linked_duties(seed: int) -> None:
    model = a_random_model(seed)
    linked = np.flatnonzero(np.random.default_rng(seed).random(model.duties) < 0.6)
    if not len(linked):
        return
    prices = work_on(a_plan(model, linked=linked), Signals()).prices
    assert prices is not None
    assert prices.duties.tolist() == linked.tolist()
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    mine = plans[legal][:, linked]
    rows = np.arange(len(linked))
    added = np.where(mine == NOWHERE, prices.model.unplaced, prices.model.cost[rows, mine])
    assert (cost[legal] >= prices.bound + added.sum(axis=1) / UNIT - 1e-6).all()
    assert (prices.model.open == model.open[linked]).all()
    assert all(prices.model.judge(chosen).legal for chosen in mine[:50])


def test_prices_come_only_where_they_are_wanted() -> None:
    model = compile_problem(a_crowd(60, pairs=60, seats=2))
    assert work_on(a_plan(model), Signals()).prices is None
    some = np.array([3, 5])
    prices = work_on(MasterProblem(model, None, seconds=AMPLE, linked=some), Signals()).prices
    assert prices is not None
    assert prices.duties.tolist() == [3, 5]
    assert prices.bound > 0, "they are the first prices, not none at all"


@pytest.mark.parametrize("seed", range(60))
def test_what_is_proven_while_linked_duties_keep_a_session_holds_without(seed: int) -> None:
    """Their block is free to have them elsewhere: neither its bound nor its prices know that."""
    model, _ = _with_a_plan(seed)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    wish = plans[legal][seed % legal.sum()]
    rows = np.array([0, 2])
    fixed = {row: int(wish[row]) for row in rows.tolist()}
    signals = Signals()
    state = work_on(a_plan(model, linked=rows, fixed=fixed), signals)
    assert all(report.bound <= cost[legal].min() for report in [*signals.reports, state])
    assert not any(report.proven or report.infeasible for report in [*signals.reports, state])
    _prices_hold(state, plans[legal][:, rows], cost[legal])
    alike = legal & ((plans[:, rows] == wish[rows]) | (plans[:, rows] == NOWHERE)).all(axis=1)
    assert state.cost == cost[alike].min()


@pytest.mark.parametrize("seed", range(60))
def test_what_the_master_problem_proves_holds(seed: int) -> None:
    model, _ = _with_a_plan(seed)
    legal, cost = said_of(model, plans := every_choice(model))
    rows = np.array([0, 2])
    state = work_on(MasterProblem(model, None, seconds=AMPLE, linked=rows), Signals())
    assert state.bound <= cost[legal].min()
    assert (state.choice == NOWHERE).all(), "it makes no plan"
    assert state.start is not None
    _prices_hold(state, plans[legal][:, rows], cost[legal])


def _prices_hold(state: BlockState, linked: IntArray, cost: IntArray) -> None:
    """No plan, given by its linked duties and its cost, costs less than they say."""
    assert state.prices is not None
    model = state.prices.model
    added = np.where(linked == NOWHERE, model.unplaced, model.cost[np.arange(2), linked])
    assert (cost >= state.prices.bound + added.sum(axis=1) / UNIT - 1e-6).all()


# What is left to some


def _with_a_plan(seed: int) -> tuple[CompiledModel, IntArray]:
    model = compile_problem(a_random_company(seed, count=1, people=5, sessions=4))
    return model, greedy(model)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_left_to_free_duties_is_the_remainder(seed: int) -> None:
    model, start = _with_a_plan(seed)
    free = np.array([0, 2, 4])
    rows, residual = work_on(ResidualProblem(model, start.astype(np.int32), free), Signals())
    expected = model.remainder(free, start)
    assert rows.tolist() == free.tolist()
    assert residual.judge(start[rows]) == expected.judge(start[rows])
    assert residual.judge(nowhere(residual)) == expected.judge(nowhere(residual))


def test_who_stands_where_others_have_no_place_moves_too() -> None:
    model = a_model(6, 3)
    model.forbid("absence", np.arange(18).reshape(6, 3) % 3 == np.array([[0]] + [[9]] * 5))
    one = np.ones((1, 3), np.int64)
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=one))
    start = choice(NOWHERE, 0, 1, 2, NOWHERE, NOWHERE).astype(np.int32)
    free = np.array([0])
    for wider, expected in ((0, [0]), (9, [0, 2, 3])):
        rows, _ = work_on(ResidualProblem(model, start, free, wider), Signals())
        assert rows.tolist() == expected, "session 0 is no use to duty 0"


@pytest.mark.parametrize("seed", range(40))
def test_fixed_duties_are_where_they_should_be_or_nowhere_and_all_is_legal(seed: int) -> None:
    model, start = _with_a_plan(seed)
    legal, _ = said_of(model, plans := every_choice(model))
    wish = plans[legal][seed % legal.sum()]
    fixed = {row: int(wish[row]) for row in (0, 2, 3)}
    state = work_on(a_plan(model, warm=start.astype(np.int32), fixed=fixed), Signals())
    verdict = model.judge(state.choice.astype(np.int64))
    assert (verdict.legal, verdict.cost) == (True, state.cost)
    assert all(state.choice[row] in (session, NOWHERE) for row, session in fixed.items())
    as_wished = legal & (plans[:, [0, 2, 3]] == wish[[0, 2, 3]]).all(axis=1)
    assert state.cost <= said_of(model, plans)[1][as_wished].min()


# What of a plan is legal


@pytest.mark.parametrize("seed", range(20))
def test_of_a_plan_from_which_somebody_was_taken_the_legal_part_comes_back(seed: int) -> None:
    model, start = _with_a_plan(seed)
    start[seed % model.duties] = NOWHERE
    state = work_on(LegalPart(model, start.astype(np.int32)), Signals())
    verdict = model.judge(state.choice.astype(np.int64))
    assert state.choice.tolist() == legal_part(model, start).tolist()
    assert (verdict.legal, verdict.cost, verdict.by_rule) == (True, state.cost, state.by_rule)


# Travelling


def test_a_task_that_travelled_does_the_same() -> None:
    model, start = _with_a_plan(1)
    warm = start.astype(np.int32)
    for task in (
        FirstPlan(model, None, fixed={0: int(start[0])}),
        FirstPlan(model, None, allocation=Allocation(0.0, 0.5)),
        MasterProblem(model, warm, seconds=AMPLE, linked=np.array([0, 2])),
        BestPlan(model, warm, seconds=AMPLE, fixed={2: int(start[2])}),
        LegalPart(model, warm),
    ):
        here = work_on(task, Signals())
        there = work_on(pickle.loads(pickle.dumps(task)), Signals())
        assert there.choice.tolist() == here.choice.tolist()
        assert (there.cost, there.bound, there.by_rule) == (here.cost, here.bound, here.by_rule)
    left = ResidualProblem(model, warm, np.array([0, 1]), wider=2)
    rows, residual = work_on(left, Signals())
    rows_there, residual_there = work_on(pickle.loads(pickle.dumps(left)), Signals())
    assert rows_there.tolist() == rows.tolist()
    assert residual_there.judge(start[rows]) == residual.judge(start[rows])


# Allocations


def test_first_plans_of_blocks_that_share_break_no_linking_constraint() -> None:
    """Two executives may be away on a day, in each of two blocks there are many."""
    model = a_model(30, 60)
    upper = np.full((1, 60), 2, np.int64)
    model.price("due_date", np.tile(np.arange(60), (30, 1)))
    model.bound(
        GroupBound(
            "executive_cover",
            **everybody(model),
            **each_session(model),
            upper=upper,
            names=("all",),
        )
    )
    key = frozenset([("executive_cover", 0, "all")])
    plans = [
        work_on(FirstPlan(model, None, allocation=Allocation(*ends, key)), Signals()).choice
        for ends in ((0.0, 0.5), (0.5, 1.0))
    ]
    taken = np.bincount(np.concatenate([plan[plan != NOWHERE] for plan in plans]))
    assert taken.max() <= 2
    alone = work_on(FirstPlan(model, None), Signals()).choice
    assert 2 * np.bincount(alone).max() > 2, "without allocations they would"
    assert all((plan != NOWHERE).sum() == 30 for plan in plans)
