"""Each block's allocation of what several have to share."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from scheduler.solving.decomposition.allocation import Allocation


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_allocations_are_whole_and_all_there_is_together(most: int) -> None:
    upper = np.full((1, 400), most, np.int64)
    ends = [0.0, 0.1, 0.4, 0.5, 1.0]
    groups = [Allocation(*pair).of_limits(upper) for pair in pairwise(ends)]
    assert (np.sum(groups, axis=0) == upper).all()
    assert all((group >= 0).all() for group in groups)
    assert all(group.any() for group in groups), "everybody's turn comes"


def test_a_limit_that_limits_nobody_still_limits_nobody() -> None:
    upper = np.full((1, 3), np.iinfo(np.int64).max)
    assert (Allocation(0.2, 0.4).of_limits(upper) > 10**9).all()
