"""Who might have to move: as counted one by one."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE
from scheduler.model.language import GroupBound
from scheduler.replan.neighbourhood import first_neighbourhood, wider
from scheduler.replan.situation import Situation
from tests.replan.situations import (
    Row,
    a_situation,
    able,
    lower,
    numbers,
    people_of,
    rows,
    there,
    upper,
)

SEEDS = range(120)


def short(now: Situation, bound: GroupBound, row: Row) -> bool:
    """Whether too few are there; a switch is off where nobody is."""
    some = len(there(bound, now.kept, row))
    return some < lower(bound, row) and (some > 0 or not bound.switch)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_first_who_has_no_place_or_may_lose_it(seed: int) -> None:
    now = a_situation(seed)
    restless = {n for n, place in enumerate(now.kept.tolist()) if place == NOWHERE}
    restless |= numbers(now.sure) | numbers(now.crowded(now.kept))
    for bound in now.hard:
        for row in rows(bound) if bound.lower is not None else ():
            restless |= able(now.model, bound, row) if short(now, bound, row) else set()
    assert numbers(first_neighbourhood(now)) == people_of(now, restless) - numbers(now.frozen)


def asked(now: Situation, bound: GroupBound, row: Row, hood: set[int]) -> set[int]:
    """Who is in the way of the neighbourhood in a row, or has to help out there."""
    entering = able(now.model, bound, row) & hood
    staying = {n for n in there(bound, now.kept, row) if n not in numbers(now.sure)}
    found = staying if len(staying) + len(entering) > upper(bound, row) else set()
    if bound.lower is None:
        return found
    outside = there(bound, now.kept, row) - hood
    touched = there(bound, now.kept, row) & hood or (bound.switch and entering)
    at_risk = len(outside) < lower(bound, row) and touched
    return found | (able(now.model, bound, row) if at_risk else set())


@pytest.mark.parametrize("seed", SEEDS)
def test_then_who_is_in_their_way_or_has_to_help_out(seed: int) -> None:
    now = a_situation(seed)
    hood = first_neighbourhood(now)
    before = numbers(hood)
    larger = set(before)
    for bound in now.hard:
        for row in rows(bound):
            larger |= asked(now, bound, row, before)
    assert numbers(wider(now, hood)) == people_of(now, larger) - numbers(now.frozen)


def test_neighbourhoods_are_neither_empty_nor_everybody_now_and_then() -> None:
    sizes = [first_neighbourhood(a_situation(seed)).mean() for seed in SEEDS]
    assert np.count_nonzero([0 < size < 1 for size in sizes]) > 30
