"""All blocks of a company: their time, their plans together, and how it ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.blocks import Cutting
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem, compile_world
from scheduler.model.language import GroupBound
from scheduler.model.linking import LinkingConstraint, linking_constraints
from scheduler.model.world import World
from scheduler.solving.decomposition.block_state import BlockSpec, untouched
from scheduler.solving.decomposition.coordinator import Coordinator, StepTuning
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.engine import solve, solve_sources
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.result import Limits
from tests.processes import AMPLE
from tests.solving.companies import a_company, a_crowd, a_puzzle, a_random_company
from tests.solving.models import (
    a_model,
    a_random_model,
    cheapest,
    choice,
    each_session,
    everybody,
    nowhere,
)
from tests.worlds import a_person, a_session, a_world, only


def _itself(model: CompiledModel) -> CompiledModel:
    return model


def specs_of(models: Sequence[CompiledModel]) -> list[BlockSpec]:
    return [BlockSpec(partial(_itself, model), model.duties) for model in models]


def linking_of(models: Sequence[CompiledModel]) -> tuple[LinkingConstraint, ...]:
    return linking_constraints([partial(_itself, model) for model in models])


def a_run(*models: CompiledModel, limits: Limits | None = None, linked: bool = False) -> Incumbents:
    """A company of these blocks, solved."""
    constraints = linking_of(models) if linked else ()
    limits = limits or Limits(seconds=AMPLE)
    company = Coordinator.of(specs_of(models), constraints, limits, 1, lambda phase: None)
    company.run()
    return company.incumbents


def asking(least: int, *, people: int = 3, sessions: int = 2) -> CompiledModel:
    """In the last session at least so many have to be."""
    model = a_model(people, sessions)
    lower = np.zeros((1, sessions), np.int64)
    lower[0, -1] = least
    model.bound(
        GroupBound(
            "peak",
            **everybody(model),
            **each_session(model),
            upper=np.full((1, sessions), 9),
            lower=lower,
        )
    )
    return model


# How it ends


def test_a_proven_plan_is_optimal() -> None:
    company = a_run(asking(2))
    assert company.status() is SolveStatus.OPTIMAL
    assert company.cost == company.bound == 0
    assert (company.choices()[0] == 1).sum() >= 2


def test_near_enough_is_within_the_gap() -> None:
    company = a_run(
        compile_problem(a_crowd(100, pairs=500, seats=2)), limits=Limits(AMPLE, gap=0.01)
    )
    assert company.status() is SolveStatus.WITHIN_GAP
    assert 0.99 * company.cost <= company.bound < company.cost


def test_out_of_time_there_is_the_best_plan_so_far() -> None:
    company = a_run(compile_problem(a_puzzle()), limits=Limits(seconds=1))
    assert company.status() is SolveStatus.TIME_LIMIT
    assert company.bound < company.cost < inf


def test_stopped_there_is_the_best_plan_so_far() -> None:
    company = a_run(compile_problem(a_puzzle()), limits=Limits(stop=lambda: True))
    assert company.status() is SolveStatus.STOPPED
    assert company.bound < company.cost < inf


def test_a_plan_already_proven_is_optimal_even_when_stopped() -> None:
    """However long a moment is on a busy machine."""
    free = a_company(20).model_copy(update={"rules": only("seats", "absence")})
    company = Coordinator.of(
        specs_of([compile_problem(free)]),
        (),
        Limits(stop=lambda: True),
        1,
        lambda phase: None,
        tuning=StepTuning(moment=inf),
    )
    company.run()
    assert company.incumbents.status() is SolveStatus.OPTIMAL


@pytest.mark.parametrize("place", [0, 1])
def test_one_impossible_block_makes_the_company_impossible(place: int) -> None:
    models = [asking(2), asking(2)]
    models[place] = asking(4)
    company = a_run(*models)
    assert company.status() is SolveStatus.INFEASIBLE
    assert company.cost == inf


def test_without_time_for_a_legal_plan_nothing_is_known() -> None:
    """Impossible and out of time are different answers."""
    for model in (asking(2), asking(4)):
        company = a_run(model, limits=Limits(seconds=0))
        assert company.status() is SolveStatus.UNKNOWN
        assert company.cost == inf


def test_stopped_before_a_legal_plan_nothing_is_known() -> None:
    assert a_run(asking(2), limits=Limits(stop=lambda: True)).status() is SolveStatus.UNKNOWN


@pytest.mark.parametrize("seed", range(100))
def test_two_blocks_of_any_kind_end_as_both_of_them_must(seed: int) -> None:
    models = [a_random_model(2 * seed), a_random_model(2 * seed + 1)]
    best = [cheapest(model) for model in models]
    company = a_run(*models)
    if any(cost is None for cost in best):
        assert company.status() is SolveStatus.INFEASIBLE
    else:
        assert company.status() is SolveStatus.OPTIMAL
        assert company.cost == company.bound == sum(cost or 0 for cost in best)


def _asking_rule(least: int) -> Callable[..., CompiledModel]:
    """What the rules say, and that so many have to be in every session."""

    def compiled(world: World, dearest: int) -> CompiledModel:
        model = compile_world(world, dearest)
        ones = np.ones((1, model.sessions), np.int64)
        limits: dict[str, Any] = {"upper": 9 * ones, "lower": least * ones}
        model.bound(GroupBound("peak", **everybody(model), **each_session(model), **limits))
        return model

    return compiled


@pytest.mark.parametrize(
    ("least", "limits", "status"),
    [
        (1, Limits(), SolveStatus.OPTIMAL),
        (2, Limits(), SolveStatus.INFEASIBLE),
        (1, Limits(seconds=0), SolveStatus.UNKNOWN),
        (2, Limits(seconds=0), SolveStatus.UNKNOWN),
    ],
)
def test_what_comes_out_of_the_door_when_some_have_to_be_there(
    least: int, limits: Limits, status: SolveStatus
) -> None:
    """Without a plan the points are those of leaving everybody out, and nobody is placed."""
    people = [a_person(name) for name in ("ann", "bob", "cem")]
    problem = a_world(people, [a_session(0), a_session(7)], rules=only("seats", "absence"))
    result = solve(problem, limits, cutting=Cutting(compiled=_asking_rule(least)))
    assert result.status is status
    if status.has_plan:
        assert result.cost == result.bound == 0
        assert len(result.assignments) == 3
    else:
        assert result.assignments == ()
        assert len(result.unassigned) == 3
        assert (result.choice == NOWHERE).all()
        assert result.score == {}
        assert result.bound <= result.cost == compile_problem(problem).unplaced.sum()


# Blocks side by side


@dataclass
class Listener:
    """What a company reports: its phases, and points and bound at that time."""

    company: list[Coordinator] = field(default_factory=list)
    reports: list[tuple[str, float, float]] = field(default_factory=list)

    def __call__(self, phase: str) -> None:
        self.reports.append((phase, self.cost(), self.company[0].incumbents.bound))

    def cost(self) -> float:
        return self.company[0].incumbents.cost

    def run(
        self, models: Sequence[CompiledModel], limits: Limits, *, linked: bool = False
    ) -> Incumbents:
        """Listen to a company of these blocks."""
        constraints = linking_of(models) if linked else ()
        company = Coordinator.of(specs_of(models), constraints, limits, 1, self)
        self.company.append(company)
        company.run()
        return company.incumbents


def test_all_blocks_have_a_plan_before_any_is_made_better() -> None:
    models = [compile_problem(a_crowd(40, pairs=60, seats=2, seed=n)) for n in range(3)]
    listener = Listener()
    listener.run(models, Limits(seconds=AMPLE))
    reports = listener.reports
    assert [phase for phase, _, _ in reports[:3]] == ["first plan"] * 3
    assert reports[2][1] < inf
    costs, bounds = [c for _, c, _ in reports], [b for _, _, b in reports]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)


def test_points_are_counted_by_rule_with_what_linking_costs() -> None:
    """Two blocks whose one executive each would serve on the same day, at five points."""
    models = []
    for _ in range(2):
        model = a_model(1, 2)
        model.price("due_date", np.array([[0, 50]], np.int64))
        limit = np.ones((1, 2), np.int64)
        model.bound(
            GroupBound(
                "executive_cover",
                **everybody(model),
                **each_session(model),
                upper=limit,
                points=5,
                names=("board",),
            )
        )
        models.append(model)
    company = a_run(*models, linked=True)
    assert company.by_rule == {"executive_cover": 5}
    assert company.cost == 5


def test_a_plan_to_start_from_is_its_blocks_own() -> None:
    models = [compile_problem(a_crowd(40, pairs=60, seats=2, seed=n)) for n in range(2)]
    best = [a_run(model).choices()[0] for model in models]
    specs = [replace(spec, warm=plan) for spec, plan in zip(specs_of(models), best, strict=True)]
    company = Coordinator.of(
        specs,
        (),
        Limits(seconds=0.001),
        1,
        lambda phase: None,
    )
    company.run()
    expected = sum(m.judge(b).cost for m, b in zip(models, best, strict=True))
    assert company.incumbents.cost == expected


def test_no_block_at_all_is_solved() -> None:
    company = a_run()
    assert (company.status(), company.cost, company.choices()) == (SolveStatus.OPTIMAL, 0, [])


def test_a_block_without_duties_is_solved() -> None:
    company = a_run(a_model(0, 3), a_model(2, 0))
    assert (company.status(), company.cost) == (SolveStatus.OPTIMAL, 2000)
    assert company.choices()[1].tolist() == nowhere(a_model(2, 0)).tolist()


def test_a_hard_linking_constraint_is_kept() -> None:
    """One executive each, and only one of them may be away: the second day costs."""
    models = []
    for dear in (50, 20):
        model = a_model(1, 2)
        model.price("due_date", np.array([[0, dear]], np.int64))
        members: dict[str, Any] = {"upper": np.ones((1, 2), np.int64), "names": ["board"]}
        model.bound(
            GroupBound("executive_cover", **everybody(model), **each_session(model), **members)
        )
        models.append(model)
    company = a_run(*models, linked=True)
    assert [chosen.tolist() for chosen in company.choices()] == [choice(0).tolist(), [1]]
    assert company.cost == company.bound == 20
    assert company.status() is SolveStatus.OPTIMAL


# Stopped


class Shown(Listener):
    """The points of the plans that are shown, in place of those there are."""

    def cost(self) -> float:
        return self.company[0].progress.shown()[0]


@pytest.mark.parametrize("phase", ["first plan", "pricing options", "block done"])
def test_stopped_in_any_phase_what_was_shown_is_kept(phase: str) -> None:
    models = [compile_problem(a_crowd(60, pairs=200, seats=2, seed=n)) for n in range(3)]
    listener = Shown()

    def asked() -> bool:
        return any(reported == phase for reported, _, _ in listener.reports)

    company = listener.run(models, Limits(seconds=AMPLE, stop=asked), linked=True)
    assert company.cost == min(cost for _, cost, _ in listener.reports)
    if phase != "first plan":
        assert company.status() is SolveStatus.STOPPED
        assert company.cost < inf
    assert sum(reported == "block done" for reported, _, _ in listener.reports) <= 1


def test_a_block_nobody_came_to_is_left_as_it_was_and_not_compiled_again() -> None:
    """Stopped during the first block's first plan, the others are as they were before."""
    models = [compile_problem(a_crowd(30, pairs=20, seats=2, seed=n)) for n in range(3)]
    stopped: list[str] = []
    asked: list[int] = []

    def model(number: int) -> CompiledModel:
        asked.append(number)
        return models[number]

    company = Coordinator.of(
        [
            BlockSpec(
                partial(model, n), m.duties, before=untouched(nowhere(m), m.judge(nowhere(m)))
            )
            for n, m in enumerate(models)
        ],
        (),
        Limits(seconds=AMPLE, stop=lambda: bool(stopped)),
        1,
        stopped.append,
    )
    company.run()
    assert asked == [0]
    assert company.incumbents.status() is SolveStatus.STOPPED
    assert company.incumbents.choices()[0].tolist() == greedy(models[0]).tolist()
    assert all((chosen == NOWHERE).all() for chosen in company.incumbents.choices()[1:])
    assert company.incumbents.cost == sum(
        m.judge(c).cost for m, c in zip(models, company.incumbents.choices(), strict=True)
    )


def test_stopped_while_it_is_compiled_the_plan_to_start_from_is_kept() -> None:
    compiled: list[World] = []

    def compiling(world: World, dearest: int) -> CompiledModel:
        compiled.append(world)
        return compile_world(world, dearest)

    problem = a_random_company(1, count=3)
    warm = solve(problem, Limits(), cutting=Cutting(0))
    assert warm.assignments
    limits = Limits(stop=lambda: len(compiled) >= 2)
    result = solve(problem, limits, warm=warm.assignments, cutting=Cutting(0, compiled=compiling))
    assert result.status in (SolveStatus.STOPPED, SolveStatus.OPTIMAL)
    assert result.cost == warm.cost
    assert result.assignments == warm.assignments


def test_a_plan_out_of_line_is_not_shown_once_one_is_in_line() -> None:
    """Nor kept when it is interrupted."""
    models = []
    for dear in (50, 20):
        model = a_model(1, 2)
        model.price("due_date", np.array([[0, dear]], np.int64))
        members: dict[str, Any] = {"upper": np.ones((1, 2), np.int64), "names": ["board"]}
        model.bound(
            GroupBound("executive_cover", **everybody(model), **each_session(model), **members)
        )
        models.append(model)
    shown: list[tuple[float, list[list[int]]]] = []

    def listen(_: str) -> None:
        cost, choices = company.progress.shown()
        shown.append((cost, [chosen.tolist() for chosen in choices]))

    company = Coordinator.of(specs_of(models), linking_of(models), Limits(seconds=AMPLE), 1, listen)
    company.run()
    whole = [each for each in shown if each[0] < inf]
    assert whole[-1] == (20, [[0], [1]])
    for _, plans in whole:
        choices = [np.array(plan) for plan in plans]
        assert not any(each.over(choices).any() for each in company.incumbents.linking)


# Sources


def test_blocks_given_as_sources_are_solved_as_they_are() -> None:
    result = solve_sources([lambda: a_company(30), lambda: a_company(20, seed=2)], sizes=[30, 20])
    alone = [solve(a_company(30)), solve(a_company(20, seed=2))]
    assert [each.status for each in alone] == [SolveStatus.OPTIMAL] * 2
    assert sum(each.cost for each in alone) <= result.bound <= result.cost
    assert result.placed + result.unassigned == 50
    assert [len(chosen) for chosen in result.choices] == [30, 20]


def test_a_source_is_made_and_compiled_once() -> None:
    """However many tasks there are for its block."""
    made: list[int] = []

    def source(number: int) -> Problem:
        made.append(number)
        return a_company(20, seed=number)

    result = solve_sources([partial(source, n) for n in (1, 2)], sizes=[20, 20])
    assert result.status is SolveStatus.OPTIMAL
    assert made == [1, 2]


def noting(folder: Path, seed: int) -> Problem:
    """A company; its maker leaves the number of its process."""
    (folder / f"{seed}.pid").write_text(str(os.getpid()), "ascii")
    return a_company(10, seed=seed)


def makers(folder: Path, limits: Limits) -> set[int]:
    """The processes in which two blocks were made."""
    sources = [partial(noting, folder, seed) for seed in (1, 2)]
    solve_sources(sources, limits, sizes=[10, 10])
    return {int(file.read_text("ascii")) for file in folder.glob("*.pid")}


def test_several_blocks_are_solved_in_processes_of_their_own(tmp_path: Path) -> None:
    assert os.getpid() not in makers(tmp_path, Limits(seconds=AMPLE, processes=2))
    assert len([*tmp_path.glob("*.pid")]) == 2


def test_where_there_is_one_process_it_is_this_one(tmp_path: Path) -> None:
    assert makers(tmp_path, Limits(seconds=AMPLE)) == {os.getpid()}


def test_when_it_is_over_before_it_begins_nobody_is_started(tmp_path: Path) -> None:
    assert makers(tmp_path, Limits(seconds=AMPLE, processes=2, stop=lambda: True)) == set()
