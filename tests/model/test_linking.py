"""Linking constraints: found, counted, and brought into line, always within the law."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from scheduler.domain.problem import Problem
from scheduler.model.blocks import Blocks
from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import GroupBound
from scheduler.model.linking import (
    LinkingConstraint,
    excess,
    free_duties,
    groups_in,
    linked,
    linking_constraints,
)
from scheduler.model.slack import legal_part
from scheduler.solving.heuristics.greedy import greedy
from tests.solving.companies import APART, a_random_company
from tests.solving.models import a_model, choice, each_session


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
