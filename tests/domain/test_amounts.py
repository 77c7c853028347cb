"""Amounts with their units."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scheduler.domain import amounts
from scheduler.domain.words import Message


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (amounts.points, ("0 points", "1 point", "2 points")),
        (amounts.people, ("0 people", "1 person", "2 people")),
        (amounts.executives, ("0 executives", "1 executive", "2 executives")),
        (amounts.seats, ("0 seats", "1 seat", "2 seats")),
        (amounts.hours, ("0 hours", "1 hour", "2 hours")),
        (amounts.days, ("0 days", "1 day", "2 days")),
        (amounts.weeks, ("0 weeks", "1 week", "2 weeks")),
        (amounts.years, ("0 years", "1 year", "2 years")),
    ],
)
def test_none_one_and_many(amount: Callable[[int], Message], said: tuple[str, ...]) -> None:
    assert tuple(str(amount(number)) for number in range(3)) == said
