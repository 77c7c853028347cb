"""The time of a run, and each block's share of it."""

from __future__ import annotations

from time import monotonic

import pytest

from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.result import Limits

WEEK = 7 * 24 * 3600.0
"""So many seconds that those a busy machine takes do not count."""
NEARLY = 1e-2


def test_time_is_shared_by_size() -> None:
    """A block that cannot be proven does not take what the others need."""
    budget = Budget(Limits(seconds=WEEK), [60, 20, 20])
    budget.share_out(range(3))
    assert budget.seconds_for(0, 1, 1.0) == pytest.approx(0.6 * WEEK, rel=NEARLY)


def test_what_a_block_did_not_need_is_for_those_after_it() -> None:
    budget = Budget(Limits(seconds=WEEK), [60, 20, 20])
    budget.share_out(range(3))
    for number, left in enumerate((0.6, 0.5, 1.0)):
        assert budget.seconds_for(number, 1, 1.0) == pytest.approx(left * WEEK, rel=NEARLY)


def test_only_those_share_that_are_to_get_some() -> None:
    budget = Budget(Limits(seconds=WEEK), [60, 20, 20])
    budget.share_out([1, 2])
    assert budget.seconds_for(1, 1, 1.0) == pytest.approx(0.5 * WEEK, rel=NEARLY)


def test_side_by_side_each_gets_more_but_never_more_than_there_is() -> None:
    budget = Budget(Limits(seconds=WEEK), [20, 20, 20, 60])
    budget.share_out(range(4))
    assert budget.seconds_for(0, 3, 1.0) == pytest.approx(0.5 * WEEK, rel=NEARLY)
    assert budget.seconds_for(3, 3, 0.8) == pytest.approx(0.8 * WEEK, rel=NEARLY)


def test_it_is_over_when_the_time_is_or_somebody_asks() -> None:
    assert not Budget(Limits(seconds=WEEK), []).over()
    assert Budget(Limits(seconds=WEEK), [], began=monotonic() - WEEK).over()
    assert Budget(Limits(seconds=WEEK, stop=lambda: True), []).over()
