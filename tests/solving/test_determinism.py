"""The same seed gives the same plan, and the end of time and the stop button are heard."""

from __future__ import annotations

import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.solving.block import BlockSolver
from scheduler.solving.engine import solve
from scheduler.solving.pricing.tuning import ColumnTuning
from scheduler.solving.result import Limits, Progress
from scheduler.verify import verify
from tests.processes import AMPLE
from tests.solving.companies import APART, a_company, random_pairs
from tests.solving.models import nowhere


def narrow(people: int, centres: int = 1, *, seed: int = 1) -> Problem:
    """A company of many pairs with hardly a seat too many."""
    company = a_company(people, centres, months=12, seed=seed)
    pairs = random_pairs(company.employees, people, seed)
    return company.model_copy(update={"stand_ins": (*company.stand_ins, *pairs)})


@pytest.fixture(scope="module")
def large() -> Problem:
    """2,000 people."""
    return a_company(2_000)


def solved(model: CompiledModel, seed: int) -> BlockSolver:
    """Its options priced in, however few there are."""
    solver = BlockSolver(model, nowhere(model), columns=ColumnTuning(few=0))
    solver.first()
    solver.improve(
        seconds=AMPLE, gap=0, workers=1, seed=seed, stop=lambda: False, listener=lambda *now: None
    )
    return solver


def test_one_block_has_one_plan_for_one_seed() -> None:
    problem = narrow(300)
    one, other = (solve(problem, Limits(gap=0)) for _ in range(2))
    assert one.status is SolveStatus.OPTIMAL
    assert one.assignments == other.assignments
    assert len(one.blocks) == 1


@pytest.mark.slow
def test_so_have_two_blocks_and_processes_of_their_own_make_no_difference() -> None:
    """Whoever of the two is done first."""
    problem = narrow(240, 2)
    twice = [solve(problem, Limits(processes=2), cutting=APART) for _ in range(2)]
    alone = solve(problem, cutting=APART)
    assert len(alone.blocks) == 2
    assert twice[0].assignments == twice[1].assignments == alone.assignments
    assert twice[0].cost == alone.cost


def test_another_seed_may_find_another_plan_of_the_same_points() -> None:
    """Where many plans are the best: the options to begin with are drawn."""
    model = compile_problem(a_company(300, months=12, seats=2))
    solvers = [solved(model, seed) for seed in range(1, 4)]
    assert all(solver.proven for solver in solvers)
    assert len({solver.cost for solver in solvers}) == 1
    assert len({solver.choice.tobytes() for solver in solvers}) > 1


def test_what_it_says_on_the_way_is_the_same_too() -> None:
    problem = narrow(200)
    reports: list[list[tuple[str, int | None, int | None]]] = []
    for _ in range(2):
        now: list[tuple[str, int | None, int | None]] = []

        def listener(p: Progress, now: list[tuple[str, int | None, int | None]] = now) -> None:
            now.append((p.phase, p.best, p.bound))

        solve(problem, listener=listener)
        reports.append(now)
    assert reports[0] == reports[1]


@pytest.mark.parametrize("processes", [1, 2])
def test_out_of_time_there_is_a_legal_plan(large: Problem, processes: int) -> None:
    result = solve(large, Limits(seconds=0.01, processes=processes))
    assert result.status is SolveStatus.TIME_LIMIT
    assert not verify(large, result.assignments).hard


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("phase", ["compiling", "first plan", "pricing options"])
def test_a_stop_is_heard_at_once(large: Problem, phase: str, processes: int) -> None:
    """How soon that is is the bench's matter; here next to nothing happens any more."""
    problem = large if processes == 1 else a_company(2_000, 2)
    stopped, later = list[str](), list[str]()

    def listener(progress: Progress) -> None:
        if stopped:
            later.append(progress.phase)
        elif progress.phase == phase:
            stopped.append(phase)

    limits = Limits(seconds=AMPLE, processes=processes, stop=lambda: bool(stopped))
    result = solve(problem, limits, listener)
    assert len(later) <= 1 + processes
    assert later[-1] == "done"
    assert result.status is SolveStatus.STOPPED
    assert not verify(problem, result.assignments).hard
