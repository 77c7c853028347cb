"""What holds for all tests."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

WATCHED = 3
"""Of the worlds that a test draws by chance so many run while coverage is measured."""
DRAWN = 40
"""So many are drawn by `make test`, and all of them where a test is marked so; the others, too, by
`make soak`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the many worlds drawn by chance but for the first few of each test."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        # Some tests run many at once, and are told which is the first.
        seed, first = params.get("seed", 0), params.get("first", 0)
        if _from(seed, WATCHED) or _from(first, WATCHED):
            item.add_marker(pytest.mark.generated)
        if _from(seed, DRAWN) and item.get_closest_marker("every_world") is None:
            item.add_marker(pytest.mark.deep)


def _from(number: object, least: int) -> bool:
    return isinstance(number, int) and number >= least


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: nobody looks for garbage among them."""
    gc.collect()
    gc.freeze()
