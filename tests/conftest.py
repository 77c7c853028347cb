"""What holds for all tests."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

from scheduler.rules import registry

# A busy machine is slow, not wrong.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

WATCHED = 3
"""Of the worlds that a test draws by chance so many run while coverage is measured."""
DRAWN = 40
"""So many are drawn by `make test`, and all of them where a test is marked so; the others, too, by
`make soak`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rule KEY`: only what holds one rule to its word."""
    parser.addoption("--rule", metavar="KEY", help="only what holds this rule to its word")


@pytest.fixture(scope="session")
def keys(pytestconfig: pytest.Config) -> frozenset[str]:
    """The rules that a test over all of them is to look at."""
    rule: str | None = pytestconfig.getoption("--rule")
    return frozenset(registry()) if rule is None else frozenset({rule})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the many worlds drawn by chance but for the first few of each test; leave out what
    other rules alone are about, where one is asked for."""
    for item in items:
        params = _params(item)
        # Some tests run many at once, and are told which is the first.
        seed, first = params.get("seed", 0), params.get("first", 0)
        if _from(seed, WATCHED) or _from(first, WATCHED):
            item.add_marker(pytest.mark.generated)
        if _from(seed, DRAWN) and item.get_closest_marker("every_world") is None:
            item.add_marker(pytest.mark.deep)
    if (rule := config.getoption("--rule")) is not None:
        _leave_out_others(rule, config, items)


def _leave_out_others(rule: str, config: pytest.Config, items: list[pytest.Item]) -> None:
    if rule not in registry():
        there = ", ".join(registry())
        raise pytest.UsageError(f"no rule is called “{rule}”; there are: {there}")
    others = [item for item in items if not _is_about(rule, item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def _is_about(rule: str, item: pytest.Item) -> bool:
    """Whether a test is of the rule's file, has its key as parameter, or looks at the rules that
    it is told to."""
    if "key" in _params(item):
        return bool(_params(item)["key"] == rule)
    return item.path.stem == f"test_{rule}" or "keys" in getattr(item, "fixturenames", ())


def _params(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def _from(number: object, least: int) -> bool:
    return isinstance(number, int) and number >= least


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: nobody looks for garbage among them."""
    gc.collect()
    gc.freeze()
