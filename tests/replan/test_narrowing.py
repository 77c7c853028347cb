"""Who of a neighbourhood is asked for room first, and what they are offered: counted one by one."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import BoolArray, IntArray
from scheduler.replan import narrowing
from scheduler.replan.narrowing import few_options
from scheduler.replan.situation import Situation
from tests.replan.situations import a_situation, reached, there, upper

SEEDS = range(120)
NEVER = np.iinfo(np.int64).max // 2


def full(now: Situation, choice: IntArray, duty: int, session: int) -> list[set[int]]:
    """Who fills each row that a duty would count in there, of those without room for one more."""
    return [
        there(bound, choice, row)
        for bound in now.hard
        for row in reached(bound, duty, session)
        if len(there(bound, choice, row)) >= upper(bound, row)
    ]


def opens(now: Situation, choice: IntArray, stuck: list[int], holder: int) -> bool:
    """Whether somebody stuck could go somewhere if the holder left."""
    return any(
        closed and all(holder in some for some in closed)
        for duty in stuck
        for session in np.flatnonzero(now.open[duty]).tolist()
        if (closed := full(now, choice, duty, session))
    )


def free(now: Situation, choice: IntArray, duty: int) -> list[bool]:
    """[session] → whether there is room for one more of the duty."""
    return [
        bool(now.open[duty, session]) and not full(now, choice, duty, session)
        for session in range(now.model.sessions)
    ]


def in_order(now: Situation, choice: IntArray, hood: BoolArray) -> tuple[list[int], list[int]]:
    """The stuck, and the others: first who makes room, then who has moved already, and of those
    the ones who lose the least."""
    stuck = [n for n in np.flatnonzero(hood & (choice == NOWHERE)).tolist() if now.open[n].any()]

    def rank(duty: int) -> tuple[bool, bool, int, int]:
        makes_room = opens(now, choice, stuck, duty)
        costs = now.model.cost[duty][free(now, choice, duty)].tolist()
        least = min(costs, default=NEVER)
        settled = now.kept[duty] == choice[duty]
        regret = least - int(now.model.cost[duty, choice[duty]])
        return bool(settled and not makes_room), not makes_room, regret, duty

    return stuck, sorted(np.flatnonzero(hood & (choice != NOWHERE)).tolist(), key=rank)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_makes_room_comes_first(seed: int) -> None:
    now = a_situation(seed)
    hood = np.ones(now.model.duties, np.bool_)
    stuck, others = in_order(now, now.kept, hood)
    duties, options = few_options(now, hood, now.kept)
    assert duties.tolist() == [*stuck, *others]
    for place, duty in enumerate(duties.tolist()):
        offered = now.open[duty] if duty in stuck else np.array(free(now, now.kept, duty))
        if duty in others:
            offered[now.kept[duty]] = True
        assert options[place].tolist() == offered.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_only_so_many_are_asked_and_the_cheapest_offered(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "HELPERS", 1)
    monkeypatch.setattr(narrowing, "NEAREST", 1)
    now = a_situation(seed)
    hood = np.ones(now.model.duties, np.bool_)
    stuck, others = in_order(now, now.kept, hood)
    duties, options = few_options(now, hood, now.kept)
    assert duties.tolist() == [*stuck, *others[:1]]
    for duty, offered in zip(duties[len(stuck) :].tolist(), options[len(stuck) :], strict=True):
        mine = now.model.cost[duty]
        own = np.arange(now.model.sessions) == now.kept[duty]
        others_costs = mine[offered & ~own].tolist()
        room = np.array(free(now, now.kept, duty)) & ~own
        assert len(others_costs) <= 1
        assert all(cost == mine[room].min() for cost in others_costs)
        assert offered[own].all()


def test_somebody_makes_room_now_and_then_and_often_nobody_can() -> None:
    counted = []
    for seed in SEEDS:
        now = a_situation(seed)
        stuck, others = in_order(now, now.kept, np.ones(now.model.duties, np.bool_))
        counted += [opens(now, now.kept, stuck, duty) for duty in others]
    assert 10 < sum(counted) < len(counted) - 10
