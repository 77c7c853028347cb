"""Centres that share nobody are blocks of their own, unless they are small and linked."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from scheduler.domain.people import StandIns
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.model.blocks import USUAL, Blocks, Cutting, cut
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem, compile_world
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.world import World
from scheduler.solving.engine import solve
from tests.solving.companies import APART, CENTRES, PEOPLE, a_random_company, centres, two_centres
from tests.solving.models import each_session, everybody
from tests.worlds import a_duty, a_person, a_session, a_world, only

BOTH = {frozenset(names) for names in PEOPLE.values()}
ALL = {frozenset().union(*BOTH)}


def at_most(most: int, *keys: str) -> tuple[RuleSetting, ...]:
    """Only these rules and that of the executives, of whom so many may be away."""
    return tuple(
        s.model_copy(update={"params": s.params | {"most": most}})
        if s.key == "executive_cover"
        else s
        for s in only("seats", "executive_cover", *keys)
    )


def _some_choice(chance: random.Random, model: CompiledModel) -> IntArray:
    """For every duty one of its options, or none."""
    options = [[NOWHERE, *np.flatnonzero(row).tolist()] for row in model.open]
    return np.array([chance.choice(mine) for mine in options], np.int64)


def _together(blocks: Blocks) -> set[frozenset[str]]:
    return {frozenset(duty.employee_id for duty in world.duty_list) for world in blocks.worlds}


def test_centres_with_teams_of_their_own_fall_apart() -> None:
    blocks = Blocks.of(two_centres(only("seats", "team_floor")))
    assert _together(blocks) == BOTH
    assert blocks.linking == ()
    for world in blocks.worlds:
        assert {s.centre for s in world.session_list} == {p.centre for p in world.people}


def test_a_rule_of_the_whole_company_makes_small_ones_one_where_it_binds() -> None:
    assert _together(Blocks.of(two_centres(at_most(1, "team_floor")))) == ALL


def test_large_ones_stay_apart_and_are_linked() -> None:
    blocks = Blocks.of(two_centres(at_most(1, "team_floor")), cutting=APART)
    assert _together(blocks) == BOTH
    assert [(constraint.key[0], sorted(constraint.blocks)) for constraint in blocks.linking] == [
        ("executive_cover", [0, 1])
    ]


@pytest.mark.parametrize(("largest", "expected"), [(5, BOTH), (6, ALL)])
def test_what_is_small_counts_the_duties_of_all_together(
    largest: int, expected: set[frozenset[str]]
) -> None:
    problem = two_centres(at_most(1))
    assert _together(Blocks.of(problem, cutting=Cutting(largest_joined=largest))) == expected


def test_a_rule_of_the_whole_company_that_cannot_bind_links_nobody() -> None:
    assert Blocks.of(two_centres(at_most(6)), cutting=APART).linking == ()


@pytest.mark.parametrize("other", ["dan", "bob"])
def test_one_pair_across_the_centres_links_them_and_one_within_does_not(other: str) -> None:
    pair = (StandIns(one="ann", other=other),)
    blocks = Blocks.of(two_centres(only("seats", "deputies"), stand_ins=pair))
    assert _together(blocks) == (ALL if other == "dan" else BOTH)


def test_a_team_at_two_centres_links_them() -> None:
    problem = two_centres(only("seats", "team_floor"))
    mixed = tuple(p.model_copy(update={"team": "red"}) for p in problem.employees)
    assert _together(Blocks.of(problem.model_copy(update={"employees": mixed}))) == ALL


def test_who_may_serve_anywhere_holds_all_centres_together() -> None:
    problem = two_centres(only("seats"))
    anywhere = (*problem.employees[1:], a_person("ann", centre=None))
    assert _together(Blocks.of(problem.model_copy(update={"employees": anywhere}))) == ALL


def test_who_may_serve_anywhere_but_owes_nothing_holds_nothing_together() -> None:
    problem = two_centres(only("seats"))
    idle = (*problem.employees, a_person("gil", centre=None))
    assert _together(Blocks.of(problem.model_copy(update={"employees": idle}))) == BOTH


def test_duties_at_a_centre_without_sessions_are_a_block_of_their_own() -> None:
    problem = a_world(
        [a_person(name, centre=centre) for name, centre in zip("abc", CENTRES, strict=True)],
        [a_session(0, centre="berlin"), a_session(0, centre="regensburg")],
        rules=only("seats"),
        centres=centres(3),
    )
    blocks = Blocks.of(problem)
    assert sorted((w.people[0].id, w.sessions) for w in blocks.worlds) == [
        ("a", 1),
        ("b", 1),
        ("c", 0),
    ]
    result = solve(problem)
    assert result.unassigned == ("c@1",)
    assert result.cost == result.bound


def test_the_largest_block_comes_first() -> None:
    problem = two_centres(only("seats"))
    problem = problem.model_copy(update={"duties": problem.duties[1:]})
    assert [world.duties for world in cut(World(problem))] == [3, 2]


@pytest.mark.parametrize(
    "problem",
    [
        two_centres(only("seats"), duties=[]),
        two_centres(only("seats")).model_copy(update={"sessions": ()}),
        a_world([], []),
    ],
    ids=["no duty", "no session", "nobody"],
)
def test_what_there_is_nothing_to_cut_of_is_one_block(problem: Problem) -> None:
    blocks = Blocks.of(problem)
    assert [world.duties for world in blocks.worlds] == [len(problem.duties)]


def test_a_block_without_duties_is_left_out() -> None:
    problem = two_centres(only("seats"))
    problem = problem.model_copy(update={"duties": problem.duties[3:]})
    assert _together(Blocks.of(problem)) == {frozenset(PEOPLE["regensburg"])}


@pytest.mark.parametrize("joined", [0, 5_000])
@pytest.mark.parametrize("seed", range(20))
def test_every_duty_is_where_the_blocks_say(seed: int, joined: int) -> None:
    problem = a_random_company(seed, count=3)
    blocks = Blocks.of(problem, cutting=Cutting(largest_joined=joined))
    assert sorted(n for world in blocks.worlds for n in world.rows.tolist()) == list(
        range(len(problem.duties))
    )
    for row, duty in enumerate(problem.duties):
        number, place = blocks.where(row)
        assert blocks.worlds[number].duty_list[place] is duty


@pytest.mark.parametrize("seed", range(40))
def test_blocks_and_what_links_them_judge_together_as_the_whole(seed: int) -> None:
    """Any plan: what the blocks charge and what the linking constraints charge more is what the
    whole charges, and it is legal exactly when all blocks say so and no linking constraint is over
    its limit."""
    problem = a_random_company(seed, count=2 + seed % 2)
    whole, blocks = compile_problem(problem), Blocks.of(problem, cutting=APART)
    assert len(blocks) == 2 + seed % 2
    chance = random.Random(seed)
    for _ in range(20):
        choices = [_some_choice(chance, blocks.model(n)) for n in range(len(blocks))]
        chosen = np.full(whole.duties, -1)
        for world, choice in zip(blocks.worlds, choices, strict=True):
            chosen[world.rows] = np.append(world.columns, -1)[choice]
        apart = [blocks.model(n).judge(choice) for n, choice in enumerate(choices)]
        hard = [
            constraint.over(choices).any()
            for constraint in blocks.linking
            if constraint.points is None
        ]
        more = sum(
            constraint.points * constraint.more(choices)
            for constraint in blocks.linking
            if constraint.points
        )
        verdict = whole.judge(chosen)
        assert verdict.legal == (all(v.legal for v in apart) and not any(hard))
        assert verdict.cost == sum(v.cost for v in apart) + more


@pytest.mark.parametrize("kept", [0, USUAL.kept_options])
def test_leaving_somebody_out_costs_the_same_in_every_block(
    kept: int,
) -> None:
    """More than the dearest date of the whole company, wherever that is."""
    dear = tuple(
        s.model_copy(update={"weight": 9_000}) if s.key == "due_date" else s
        for s in only("seats", "due_date")
    )
    late = [a_duty("ann", due=-3000), a_duty("dan", due=60)]
    problem = two_centres(dear, duties=late)
    cutting = Cutting(largest_joined=0, kept_options=kept)
    blocks, whole = Blocks.of(problem, cutting=cutting), compile_problem(problem)
    assert len(blocks) == 2
    for number, world in enumerate(blocks.worlds):
        model, before = blocks.model(number), blocks.before[number]
        assert model.unplaced.tolist() == whole.unplaced[world.rows].tolist()
        assert before.verdict == model.judge(before.choice)
    assert blocks.left_out == whole.unplaced.sum()
    assert whole.unplaced.min() > whole.dearest


def test_models_too_large_to_keep_are_packed() -> None:
    """And compiled once only."""
    problem = two_centres(at_most(1))
    kept = Blocks.of(problem, cutting=APART)
    assert kept.model(0) is kept.model(0)
    compiled: list[World] = []

    def compiling(world: World, dearest: int) -> CompiledModel:
        compiled.append(world)
        return compile_world(world, dearest)

    blocks = Blocks.of(problem, cutting=Cutting(0, kept_options=0, compiled=compiling))
    assert blocks.model(0) is not blocks.model(0)
    assert compiled == [*blocks.worlds]
    for number in range(2):
        assert (blocks.model(number).unplaced == kept.model(number).unplaced).all()
        assert (blocks.model(number).blocked == kept.model(number).blocked).all()


def test_a_lower_limit_makes_blocks_one_however_large() -> None:
    """What somebody has to be there for is not found by giving way."""

    def asking(world: World, dearest: int) -> CompiledModel:
        model = compile_world(world, dearest)
        ones = np.ones((1, model.sessions), np.int64)
        limits: dict[str, Any] = {"upper": 9 * ones, "lower": ones}
        model.bound(
            GroupBound("peak", **everybody(model), **each_session(model), **limits, names=("all",))
        )
        return model

    blocks = Blocks.of(two_centres(only("seats")), cutting=Cutting(0, compiled=asking))
    assert _together(blocks) == ALL


def test_a_model_compiled_already_is_taken_as_it_is() -> None:
    problem = two_centres(only("seats"))
    model = compile_problem(problem)
    blocks = Blocks.whole(problem, model)
    assert len(blocks) == 1
    assert blocks.model(0) is model
    assert blocks.where(4) == (0, 4)


def test_before_anybody_works_on_it_a_block_has_what_is_legal_of_the_plan_to_start_from() -> None:
    problem = two_centres(only("seats"))
    whole = compile_problem(problem)
    start = np.array([np.flatnonzero(row)[-1] if row.any() else NOWHERE for row in whole.open])
    blocks = Blocks.of(problem, start, APART)
    for number, world in enumerate(blocks.worlds):
        before, model = blocks.before[number], blocks.model(number)
        assert before.verdict.legal
        assert before.verdict == model.judge(before.choice)
        placed = before.choice != NOWHERE
        assert placed.any()
        assert (world.columns[before.choice[placed]] == start[world.rows][placed]).all()
