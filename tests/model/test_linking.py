"""What ties blocks together: found, counted, and brought into line, always within the law."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Mode, Problem
from scheduler.model import blocks as blocks_module
from scheduler.model import linking
from scheduler.model.blocks import Blocks
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.linking import (
    LinkingConstraint,
    excess,
    linking_constraints,
    loosened,
    shares_of,
    tied,
)
from scheduler.model.slack import legal_part
from scheduler.solving.decomposition.joint_program import joined, parted, together
from scheduler.solving.engine import solve
from scheduler.solving.heuristics.greedy import greedy
from scheduler.solving.result import Limits, Result
from scheduler.solving.solvers.cp_sat import solve_exactly
from scheduler.verify import verify
from tests.solving.companies import a_random_company
from tests.solving.models import a_model, cheapest, choice, each_session, every_choice, said_of


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two blocks are small enough to be made one."""
    monkeypatch.setattr(blocks_module, "LARGEST_JOINED", 0)


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


# What ties


def test_a_group_with_members_in_two_blocks_ties_them() -> None:
    (tie,) = two_blocks()
    assert (tie.key, tie.blocks) == (("executive_cover", 0, "board"), (0, 1))
    assert [mine.duties.tolist() for mine in tie.members] == [[0, 1], [2]]
    assert (tie.upper.tolist(), tie.points, tie.asks) == ([1, 1, 1], None, False)


def test_groups_of_other_names_or_without_any_tie_nobody() -> None:
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


@pytest.mark.parametrize(("most", "ties"), [(2, 1), (3, 0)])
def test_what_the_blocks_cannot_break_together_is_no_tie(most: int, ties: int) -> None:
    assert len(two_blocks(most)) == ties


def test_who_cannot_get_there_does_not_count() -> None:
    one, other = a_block(2, board=[0, 1]), a_block(2, board=[2])
    other.forbid("absence", np.ones((3, 3), np.bool_))
    assert linking_constraints([lambda: one, lambda: other]) == ()


def test_each_part_finds_its_own_shares_and_together_they_are_the_ties() -> None:
    """As parts of a company do that are compiled elsewhere."""
    models = [a_block(board=[0, 1], works=[2]), a_block(board=[2], home=[0, 1])]
    shares = [
        share
        for number, model in enumerate(models)
        for share in shares_of(number, model, lambda key: key[0] == "executive_cover")
    ]
    assert [tie.key[2] for tie in tied(shares)] == ["board"]
    assert list(shares_of(0, models[0], lambda key: False)) == []


# Counting


def test_too_many_together_are_counted_slot_by_slot() -> None:
    (tie,) = two_blocks()
    assert tie.use([choice(0, 2, 1), choice(1, 1, 0)]).tolist() == [2, 0, 1]
    assert tie.over([choice(0, 2, 1), choice(1, 1, 0)]).tolist() == [1, 0, 0]
    assert tie.over([choice(0, NOWHERE, 1), choice(1, 1, 2)]).tolist() == [0, 0, 0]


def test_what_a_block_counts_itself_is_not_counted_twice() -> None:
    (tie,) = two_blocks(points=5)
    assert tie.more([choice(0, 0, 1), choice(1, 1, 0)]) == 1, "three are there; one counts two"
    assert tie.more([choice(0, 0, 1), choice(1, 1, 2)]) == 0


# Bringing into line


def test_all_members_of_a_broken_tie_are_placed_anew() -> None:
    found = loosened(two_blocks(), [choice(0, 2, 1), choice(1, 1, 0)])
    assert {block: duties.tolist() for block, duties in found.items()} == {0: [0, 1], 1: [2]}


def test_of_a_large_group_only_who_is_in_the_way_or_has_no_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(linking, "FEW_MEMBERS", 2)
    found = loosened(two_blocks(), [choice(0, 2, 1), choice(1, 1, 0)])
    assert {block: duties.tolist() for block, duties in found.items()} == {0: [0], 1: [2]}
    found = loosened(two_blocks(), [choice(0, NOWHERE, 1), choice(1, 1, 0)])
    assert {block: duties.tolist() for block, duties in found.items()} == {0: [0, 1], 1: [2]}


@pytest.mark.parametrize("turn", [0, 1])
def test_in_line_nobody_moves_but_later_for_who_has_no_place(turn: int) -> None:
    assert loosened(two_blocks(), [choice(0, 2, 1), choice(1, 1, 1)], turn) == {}
    found = loosened(two_blocks(), [choice(0, NOWHERE, 1), choice(1, 1, 1)], turn)
    assert {block: duties.tolist() for block, duties in found.items()} == (
        {0: [0, 1]} if turn else {}
    )


def test_what_only_costs_is_no_reason_to_move() -> None:
    assert loosened(two_blocks(points=5), [choice(0, 2, 1), choice(1, 1, 0)]) == {}


def test_without_the_excess_no_tie_is_broken() -> None:
    ties = two_blocks()
    choices = [choice(0, 0, 0), choice(0, 0, 0)]
    gone = excess(ties, choices)
    for block, duties in gone.items():
        choices[block][duties] = NOWHERE
    assert not ties[0].over(choices).any()
    assert sum(len(duties) for duties in gone.values()) == 2, "and no more than that"


def _apart(problem: Problem) -> tuple[Blocks, list[CompiledModel]]:
    blocks = Blocks.of(problem)
    return blocks, [blocks.model(number) for number in range(len(blocks))]


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", range(60))
def test_without_the_excess_no_tie_of_a_company_is_broken(seed: int) -> None:
    blocks, models = _apart(a_random_company(seed, count=3))
    choices = [greedy(model) for model in models]
    hard = [tie for tie in blocks.ties if tie.points is None]
    for block, duties in excess(hard, choices).items():
        choices[block][duties] = NOWHERE
    choices = [legal_part(model, chosen) for model, chosen in zip(models, choices, strict=True)]
    assert not any(tie.over(choices).any() for tie in hard)
    assert all(m.judge(c).legal for m, c in zip(models, choices, strict=True))


def _hard_only(seed: int) -> Problem:
    """A company whose soft rules tie nobody."""
    problem = a_random_company(seed)
    rules = [
        rule.model_copy(update={"mode": Mode.OFF})
        if _tying(rule.key) and rule.mode is Mode.SOFT
        else rule
        for rule in problem.rules
    ]
    return problem.model_copy(update={"rules": tuple(rules)})


def _tying(key: str) -> bool:
    return key in ("executive_cover", "deputies", "team_floor")


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", range(60))
def test_all_duties_of_all_blocks_joined_are_the_company(seed: int) -> None:
    problem = a_random_company(seed)
    blocks, models = _apart(problem)
    rests = {n: (np.arange(model.duties), model) for n, model in enumerate(models)}
    start = [greedy(model) for model in models]
    program = joined(rests, blocks.ties, start)
    found = solve_exactly(program, together(rests, start), seconds=20)
    assert found.choice is not None
    whole = compile_problem(problem)
    assert found.bound == pytest.approx(cheapest(whole))
    verdict = whole.judge(_whole(blocks, parted(rests, found.choice)))
    assert (verdict.legal, verdict.cost) == (True, cheapest(whole))


def _whole(blocks: Blocks, choices: dict[int, IntArray]) -> IntArray:
    found = np.full(sum(world.duties for world in blocks.worlds), NOWHERE)
    for number, chosen in choices.items():
        world = blocks.worlds[number]
        found[world.rows] = np.append(world.columns, NOWHERE)[chosen]
    return found


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", range(60))
def test_some_duties_joined_find_the_best_beside_the_others(seed: int) -> None:
    problem = _hard_only(seed)
    blocks, models = _apart(problem)
    whole, random = compile_problem(problem), np.random.default_rng(seed)
    start = [greedy(model) for model in models]
    for block, duties in excess(blocks.ties, start).items():
        start[block][duties] = NOWHERE
    start = [legal_part(model, chosen) for model, chosen in zip(models, start, strict=True)]
    loose = {n: np.flatnonzero(random.random(m.duties) < 0.7) for n, m in enumerate(models)}
    rests = {n: (rows, models[n].remainder(rows, start[n])) for n, rows in loose.items()}
    found = solve_exactly(joined(rests, blocks.ties, start), together(rests, start), seconds=20)
    assert found.choice is not None
    before = _whole(blocks, dict(enumerate(start)))
    for block, chosen in parted(rests, found.choice).items():
        start[block][loose[block]] = chosen
    after = _whole(blocks, dict(enumerate(start)))
    free = np.concatenate([blocks.worlds[n].rows[rows] for n, rows in loose.items()])
    stay = np.setdiff1d(np.arange(whole.duties), free)
    plans = every_choice(whole)
    legal, cost = said_of(whole, plans)
    alike = legal & (plans[:, stay] == before[stay]).all(axis=1)
    verdict = whole.judge(after)
    assert (verdict.legal, verdict.cost) == (True, cost[alike].min())


def test_choices_joined_and_parted_are_what_they_were() -> None:
    rests = {4: (np.array([0, 2]), a_model(2, 3)), 7: (np.array([1]), a_model(1, 2))}
    choices = [choice()] * 4 + [choice(2, 9, NOWHERE)] + [choice()] * 2 + [choice(9, 1)]
    one = together(rests, choices)
    assert one.tolist() == [2, NOWHERE, 4]
    assert {n: c.tolist() for n, c in parted(rests, one).items()} == {4: [2, NOWHERE], 7: [1]}


# At the engine's door


def _is_legal_and_bounded(problem: Problem, result: Result) -> None:
    """By the rules' own words, with a bound and points that hold against all plans there are."""
    found = verify(problem, result.assignments)
    assert not found.hard
    assert result.score == found.score
    best = cheapest(compile_problem(problem))
    assert best is not None
    assert result.bound <= best <= result.cost
    assert compile_problem(problem).judge(result.choice).cost == result.cost


def _company(seed: int) -> Problem:
    count = 2 + seed % 2
    return a_random_company(seed, count=count, people=3 if count == 2 else 2)


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", range(40))
def test_blocks_kept_apart_have_a_legal_plan_and_a_bound_together(seed: int) -> None:
    """Executives, pairs, sets and teams across two or three centres, hard and soft."""
    problem = _company(seed)
    result = solve(problem, Limits(seconds=120, gap=0))
    _is_legal_and_bounded(problem, result)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == cheapest(compile_problem(problem))


@pytest.mark.slow
@pytest.mark.usefixtures("apart")
def test_about_half_of_these_companies_are_tied() -> None:
    blocks = [Blocks.of(_company(seed)) for seed in range(120)]
    assert sum(any(tie.points is None for tie in b.ties) for b in blocks) > 50
    assert sum(any(tie.points is not None for tie in b.ties) for b in blocks) > 20


@pytest.mark.parametrize("seed", range(60))
def test_small_blocks_made_one_equal_trying_everything(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=120, gap=0))
    _is_legal_and_bounded(problem, result)
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == cheapest(compile_problem(problem))


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seconds", [0, 0.0001])
@pytest.mark.parametrize("seed", range(15))
def test_out_of_time_they_are_in_line_all_the_same(seed: int, seconds: float) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=seconds))
    assert result.status.has_plan
    _is_legal_and_bounded(problem, result)


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", range(15))
def test_stopped_they_are_in_line_all_the_same(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(stop=lambda: True))
    assert result.status in (SolveStatus.STOPPED, SolveStatus.OPTIMAL)
    _is_legal_and_bounded(problem, result)


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@pytest.mark.slow
def test_in_processes_of_their_own_they_do_the_same(seed: int) -> None:
    problem = _company(seed)
    result = solve(problem, Limits(seconds=60, gap=0, processes=2))
    _is_legal_and_bounded(problem, result)
    assert result.assignments == solve(problem, Limits(seconds=60, gap=0)).assignments
