"""What holds for all tests."""

from __future__ import annotations

import gc

import pytest

WATCHED = 3
"""Of the worlds that a test draws by chance so many run while coverage is measured."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the many worlds drawn by chance but for the first few of each test."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        # Some tests run many at once, and are told which is the first.
        seed = params.get("seed", params.get("first"))
        if isinstance(seed, int) and seed >= WATCHED:
            item.add_marker(pytest.mark.generated)


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: nobody looks for garbage among them."""
    gc.collect()
    gc.freeze()
