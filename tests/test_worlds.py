"""The builder of small worlds is as its own text shows it."""

from __future__ import annotations

import doctest

from tests import worlds


def test_the_example_of_a_small_world_is_true() -> None:
    failed, tried = doctest.testmod(worlds)
    assert (failed, tried) == (0, 5)
