"""Who stays, who must move and who may: as counted one by one."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.compiled import NOWHERE
from tests.replan.situations import a_situation, lower, numbers, people_of, rows, there, upper

SEEDS = range(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_can_stays(seed: int) -> None:
    now = a_situation(seed)
    sessions = [session.key for session in now.problem.sessions]
    before = {each.duty_id: sessions.index(each.session) for each in now.published}
    for number, duty in enumerate(now.problem.duties):
        place = before.get(duty.id, NOWHERE)
        assert now.had[number] == (duty.id in before)
        assert now.kept[number] == (
            place if place != NOWHERE and now.model.open[number, place] else NOWHERE
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_who_lost_a_place_changes_with_all_their_duties(seed: int) -> None:
    now = a_situation(seed)
    left = {each.employee_id for each in now.published if each.duty_id == "gone@1"}
    lost = {n for n in range(now.model.duties) if now.had[n] and now.kept[n] == NOWHERE}
    lost |= {n for n, duty in enumerate(now.problem.duties) if duty.employee_id in left}
    assert numbers(now.sure) == people_of(now, lost)
    nobody_moves = now.changed(now.before)
    assert numbers(nobody_moves) == numbers(now.sure)
    whose = {duty.employee_id for duty in now.problem.duties}
    changed = {now.problem.duties[n].employee_id for n in numbers(now.sure)}
    assert now.people_changed(now.before) == len(changed | (left - whose))


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_where_too_many_or_too_few_are(seed: int) -> None:
    now = a_situation(seed)
    crowded, alone = set[int](), set[int]()
    for bound in now.model.group_bounds:
        for row in rows(bound) if bound.points is None else ():
            some = there(bound, now.kept, row)
            crowded |= some if len(some) > upper(bound, row) else set()
            if bound.switch and len(some) < lower(bound, row):
                alone |= some
    assert numbers(now.crowded(now.kept)) == crowded
    assert numbers(now.left_alone(now.kept)) == alone


@pytest.mark.parametrize("seed", SEEDS)
def test_what_begins_before_the_freeze_stays_where_it_can(seed: int) -> None:
    now = a_situation(seed)
    early = {
        n
        for n, place in enumerate(now.kept.tolist())
        if now.freeze is not None
        and place != NOWHERE
        and now.problem.sessions[place].first_day < now.freeze
    }
    alone = np.where([n in early for n in range(now.model.duties)], now.kept, NOWHERE)
    torn = numbers(now.crowded(alone)) | numbers(now.left_alone(alone))
    assert numbers(now.frozen) == early - torn


def test_the_situations_have_something_of_everything() -> None:
    situations = [a_situation(seed) for seed in SEEDS]
    assert sum(now.sure.any() for now in situations) > 20
    assert sum(now.crowded(now.kept).any() for now in situations) > 20
    assert sum(now.left_alone(now.kept).any() for now in situations) > 5
    assert sum(now.frozen.any() for now in situations) > 10
    assert sum(bool(now.gone) for now in situations) > 20
