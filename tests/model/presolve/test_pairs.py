"""Pairs as limits on either alone: plans cost the same, and linear programs know of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.presolve.dominance import without_dominated_rows
from scheduler.model.presolve.pairs import (
    first_of_pairs,
    with_pair_cuts,
    with_partner_options,
    with_partners,
)
from scheduler.rules import registry
from scheduler.sample import make_company
from scheduler.solving.block import BlockSolver
from scheduler.solving.engine import solve
from scheduler.solving.heuristics.neighbourhoods import neighbourhood
from scheduler.solving.mentor_rota import assign_mentors
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.pricing.tuning import ColumnTuning
from scheduler.solving.result import Limits
from scheduler.solving.solvers.cp_sat import solve_exactly
from scheduler.verify import verify
from tests.processes import AMPLE
from tests.solving.companies import START, a_company
from tests.solving.models import (
    a_model,
    a_random_model,
    all_options,
    cheapest,
    choice,
    each_session,
    every_choice,
    everybody,
    nowhere,
    said_of,
)
from tests.solving.pricing.test_column_generation import SMALL

SEEDS = range(100)
PLANS = 60
"""Of each model, drawn by chance."""


def _together(
    model: CompiledModel,
    *groups: tuple[int, ...],
    lower: int | IntArray = 2,
    points: int | None = 10,
    names: tuple[str, ...] | None = None,
) -> None:
    """Groups of duties that are asked for together in every session."""
    shape = 1, model.sessions
    model.bound(
        GroupBound(
            "together_apart",
            duties=np.array([duty for group in groups for duty in group]),
            groups=np.array([n for n, group in enumerate(groups) for _ in group]),
            **each_session(model),
            upper=np.full(shape, model.duties),
            lower=np.broadcast_to(lower, shape),
            switch=True,
            points=points,
            names=names,
        )
    )


def _once_a_day(model: CompiledModel, *people: tuple[int, ...], days: int) -> None:
    """One place at a time for people with several duties; sessions run into the next day."""
    sessions = np.tile(np.arange(model.sessions), 2)
    model.bound(
        GroupBound(
            "structure",
            duties=np.array([duty for duties in people for duty in duties]),
            groups=np.array([n for n, duties in enumerate(people) for _ in duties]),
            sessions=sessions,
            slots=(sessions + np.repeat([0, 1], model.sessions)) % days,
            upper=np.ones((1, days), np.int64),
        )
    )


def a_model_with_pairs(seed: int) -> CompiledModel:
    """A tiny model with bounds of all kinds and some who are asked for together: pairs and groups
    of three, softly or not; by chance some of them are one person's duties."""
    chance = random.Random(f"pairs {seed}")
    model = a_random_model(seed)
    duties = range(model.duties)
    if chance.random() < 0.5:
        person = chance.sample(duties, 2)
        _once_a_day(model, tuple(person), days=max(2, model.sessions - chance.choice([0, 1])))
    for _ in range(chance.choice([1, 1, 2])):
        sizes = [min(model.duties, chance.choice([1, 2, 2, 3])) for _ in range(2)]
        least = [chance.choice([2, 2, 2, 1, 3]) for _ in range(model.sessions)]
        _together(
            model,
            *(tuple(chance.sample(duties, size)) for size in sizes),
            lower=np.array(least) if chance.random() < 0.3 else 2,
            points=chance.choice([None, 3, 10]),
        )
    return model


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_plans_are_legal_and_cost_the_same(seed: int) -> None:
    model = a_model_with_pairs(seed)
    plans = every_choice(model)
    if len(plans) > PLANS:
        plans = plans[random.Random(seed).sample(range(len(plans)), PLANS)]
    legal, cost = said_of(model, plans)
    same = with_pair_cuts(model)
    for plan, fits, points in zip(plans, legal.tolist(), cost.tolist(), strict=True):
        verdict = same.judge(plan)
        assert verdict.legal == fits
        assert not fits or verdict.cost == points


def test_there_are_pairs_of_all_kinds_among_them() -> None:
    """Hard and soft ones, of people with several duties, and switches that stay."""
    signed = [
        f
        for s in SEEDS
        for f in with_pair_cuts(a_model_with_pairs(s)).group_bounds
        if f.signs is not None
    ]
    assert {f.points for f in signed} >= {None, 3, 10}
    assert any(np.bincount(f.groups).max() > 2 for f in signed)
    left = [
        f for s in SEEDS for f in with_pair_cuts(a_model_with_pairs(s)).group_bounds if f.switch
    ]
    assert len(left) > 10


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_and_what_options_add_to_it_hold_for_every_plan(seed: int, few: bool) -> None:
    tuning = ColumnTuning(few=0, first_options=1, more_options=1) if few else ColumnTuning()
    model = a_model_with_pairs(seed)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    reports = [generate_columns(model, nowhere(model), seconds=0, tuning=tuning)]
    reports.append(
        generate_columns(model, nowhere(model), seconds=AMPLE, report=reports.append, tuning=tuning)
    )
    for proven in reports:
        dearer = np.column_stack([proven.reduced, proven.left])
        for duty in range(model.duties):
            least = proven.bound + dearer[duty, plans[legal, duty]]
            assert (cost[legal] >= least - SMALL).all(), duty


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_plan_is_what_trying_everything_finds(seed: int) -> None:
    model = a_model_with_pairs(seed)
    best = cheapest(model)
    exact = solve_exactly(all_options(with_pair_cuts(model)), nowhere(model), seconds=AMPLE)
    assert exact.infeasible == (best is None)
    assert best is None or exact.cost == pytest.approx(best)
    solver = BlockSolver(model, nowhere(model))
    solver.first()
    solver.improve(
        seconds=AMPLE, gap=0, workers=1, seed=1, stop=lambda: False, listener=lambda *reports: None
    )
    assert solver.infeasible == (best is None)
    assert best is None or (solver.proven and solver.cost == best)


def test_a_linear_program_knows_what_two_cost_who_cannot_meet() -> None:
    """Each has a session of their own: a switch would be half on for nothing."""
    model = a_model(2, 2)
    model.forbid("absence", ~np.eye(2, dtype=np.bool_))
    _together(model, (0, 1))
    assert generate_columns(model, nowhere(model), seconds=AMPLE).bound == pytest.approx(20)


@pytest.mark.parametrize("points", [10, None])
def test_it_moves_both_to_where_only_one_would_rather_be(points: int | None) -> None:
    """Three points for the other one are less than ten for either alone."""
    model = a_model(2, 2)
    model.price("preferences", np.array([[0, 9], [3, 0]], np.int64))
    _together(model, (0, 1), points=points)
    proven = generate_columns(model, nowhere(model), seconds=AMPLE)
    assert proven.bound == pytest.approx(3)


def test_both_may_be_left_out() -> None:
    """For nobody alone anything is charged where neither is."""
    model = a_model(2, 1, unplaced=4)
    model.price("preferences", np.full((2, 1), 9, np.int64))
    _together(model, (0, 1))
    assert generate_columns(model, nowhere(model), seconds=AMPLE).bound == pytest.approx(8)


def test_who_alone_is_asked_for_pays_wherever_they_are() -> None:
    """The other one is in another block."""
    model = a_model(1, 3)
    _together(model, (0,))
    assert generate_columns(model, nowhere(model), seconds=AMPLE).bound == pytest.approx(10)


def test_two_people_are_a_pair_however_many_duties_they_have() -> None:
    model = a_model(4, 3)
    _together(model, (0, 1, 2, 3))
    assert with_pair_cuts(model) is model, "nobody says that they are in one place at a time"
    _once_a_day(model, (0, 1), (2, 3), days=3)
    same = with_pair_cuts(model)
    alone = same.group_bounds[-1]
    assert alone.signs is not None
    assert same.use(alone, choice(0, 1, 2, 0)).tolist() == [[0, 1, -1], [0, -1, 1]]
    # Half of either duty of the one, and nobody else: each is half alone there.
    model.unplaced[2:] = 0
    model.forbid("absence", np.array([[False, True, True]] * 4))
    model.forbid("absence", np.array([[False] * 3] * 2 + [[True] * 3] * 2))
    assert generate_columns(model, nowhere(model), seconds=AMPLE).bound == pytest.approx(1010)


@pytest.mark.parametrize("points", [10, None])
def test_others_stay_switches(points: int | None) -> None:
    three = a_model(3, 2)
    _together(three, (0, 1, 2), points=points)
    assert with_pair_cuts(three) is three
    more = a_model(3, 2)
    _together(more, (0, 1), lower=3, points=points)
    assert with_pair_cuts(more) is more
    elsewhere = a_model(3, 2)
    _together(elsewhere, (0, 1), points=points, names=("a pair",))
    assert with_pair_cuts(elsewhere) is elsewhere


def test_what_a_pair_does_not_say_is_kept() -> None:
    """Groups of three, sessions that ask for others, and what is too many."""
    model = a_model(5, 2)
    _together(model, (0, 1), (2, 3, 4), lower=np.array([2, 3]))
    rest, alone = with_pair_cuts(model).group_bounds
    assert (rest.switch, rest.ordinal) == (True, alone.ordinal)
    assert np.asarray(rest.lower).tolist() == [[0, 3], [2, 3]]
    assert alone.upper.tolist() == [[0, 6], [0, 6], [6, 6], [6, 6]]
    assert sorted(set(alone.duties.tolist())) == [0, 1]


def test_no_day_makes_up_for_who_is_alone_on_another() -> None:
    """With one upper limit inside another, the outer one is enough; alone it says less."""
    model = a_model(2, 2)
    model.bound(
        GroupBound(
            "together_apart",
            **everybody(model),
            sessions=np.array([0, 0, 1]),
            slots=np.array([0, 1, 1]),
            upper=np.full((1, 2), 2),
            lower=np.full((1, 2), 2),
            switch=True,
        )
    )
    lean = without_dominated_rows(with_pair_cuts(model))
    assert not lean.judge(choice(0, 1)).legal


def test_a_part_of_it_keeps_who_counts_against() -> None:
    model = a_model(5, 2)
    _together(model, (0, 4), (1, 3))
    few = with_pair_cuts(model).only(np.array([3, 1]))
    (alone,) = (f for f in few.group_bounds if f.signs is not None)
    assert few.use(alone, choice(0, 1)).tolist() == [[-1, 1], [1, -1]]


def test_options_and_people_come_with_their_partners() -> None:
    model = a_model(5, 3)
    model.forbid("absence", np.arange(15).reshape(5, 3) == 4)  # duty 1 in session 1
    _together(model, (0, 1), (3, 4))
    some = np.zeros((5, 3), np.bool_)
    some[[0, 0, 2, 4], [0, 1, 2, 2]] = True
    options = with_partner_options(with_pair_cuts(model), some)
    assert list(zip(*np.nonzero(options), strict=True)) == [
        (0, 0), (0, 1), (1, 0), (2, 2), (3, 2), (4, 2),
    ]  # fmt: skip
    assert with_partners(model, np.array([1, 2])).tolist() == [0, 1, 2]


def test_pairs_begin_with_all_of_their_options_where_these_are_few() -> None:
    model = a_model(4, 3)
    model.forbid("absence", np.arange(12).reshape(4, 3) == 0)
    _together(model, (0, 2))
    some = np.arange(12).reshape(4, 3) == 10
    first = first_of_pairs(with_pair_cuts(model), some, 5)
    assert first.sum(axis=1).tolist() == [2, 0, 3, 1]
    few = first_of_pairs(with_pair_cuts(model), some | (np.arange(12).reshape(4, 3) == 7), 4)
    assert list(zip(*np.nonzero(few), strict=True)) == [(0, 1), (2, 1), (3, 1)]


@pytest.mark.parametrize("seed", range(5))
def test_who_stands_wrong_moves_with_their_partner(seed: int) -> None:
    """Of two hundred, where one would rather be anywhere else, and all others are content."""
    model = a_model(200, 20)
    plan = np.arange(200) % 20
    plan[188] = plan[7]
    cost = np.zeros((200, 20), np.int64)
    cost[7, plan[7]] = 500
    model.price("preferences", cost)
    master = generate_columns(model, plan, seconds=AMPLE)
    _together(model, (7, 188))
    rows = neighbourhood(model, plan, master, 12, np.random.default_rng(seed))
    assert {7, 188} <= set(rows.tolist())


def test_two_are_priced_in_together() -> None:
    """Each of the two would like the other half of the sessions."""
    model = a_model(2, 40)
    cost = np.zeros((2, 40), np.int64)
    cost[0, :20], cost[1, 20:] = 8, 9
    model.price("preferences", cost)
    _together(model, (0, 1), points=100)
    reported: list[MasterSolution] = []
    proven = generate_columns(
        model, nowhere(model), seconds=AMPLE, report=reported.append, tuning=ColumnTuning(few=0)
    )
    assert proven.bound == pytest.approx(8)
    for solved in (each.solved for each in reported[1:]):
        assert (solved[0] == solved[1]).all()


def the_demos_company() -> Problem:
    """What the demo shows: three hundred people and two centres, all rules as they are set."""
    company, plain = make_company(300, 2, 1, START), a_company(300, 2)
    return plain.model_copy(
        update={
            "sessions": assign_mentors(plain.sessions, company.mentors, plain.programmes),
            "mentors": company.mentors,
            "exemptions": company.exemptions,
            "pairings": company.pairings,
            "rules": tuple(rule.default_setting() for rule in registry().values()),
        }
    )


@pytest.mark.slow
def test_the_demos_company_is_proven() -> None:
    problem = the_demos_company()
    assert sum(pair.together for pair in problem.pairings) >= 3
    result = solve(problem, Limits(seconds=AMPLE, gap=0))
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == result.bound
    assert not verify(problem, result.assignments).hard
    assert (result.choice != NOWHERE).all()
