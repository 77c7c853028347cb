"""What has been served, and what it costs to leave a duty out."""

from __future__ import annotations

from datetime import date, timedelta

from scheduler.domain.calendar import DateRange
from scheduler.domain.ledger import (
    OVERDUE_POINTS,
    UNPLACED_POINTS,
    ServiceRecord,
    ServiceStatus,
    last_service,
    unplaced_points,
)
from tests.worlds import a_duty

START = date(2027, 1, 4)


def on(text: str) -> date:
    return date.fromisoformat(text)


def served(*days: str, who: str = "ann", status: str = "attended") -> ServiceRecord:
    return ServiceRecord(
        employee_id=who,
        programme="two_days",
        days=tuple(on(day) for day in days),
        status=ServiceStatus(status),
    )


class TestLastService:
    def test_is_the_last_day_of_the_latest_one_attended(self) -> None:
        records = [
            served("2026-03-02", "2026-03-01"),
            served("2025-05-05"),
            served("2026-09-09", status="missed"),
            served("2024-01-01", who="bob"),
            served("2024-01-01", who="cat", status="excused"),
        ]
        assert last_service(records) == {"ann": on("2026-03-02"), "bob": on("2024-01-01")}


class TestUnplacedPoints:
    HORIZON = DateRange(first=START, last=on("2027-12-31"))

    def _points(self, due: date) -> int:
        return unplaced_points(a_duty("ann").model_copy(update={"due": due}), self.HORIZON)

    def test_grow_by_the_week_overdue_at_the_end(self) -> None:
        last = self.HORIZON.last
        assert self._points(last + timedelta(days=90)) == UNPLACED_POINTS
        assert self._points(last - timedelta(days=6)) == UNPLACED_POINTS
        assert self._points(last - timedelta(days=7)) == UNPLACED_POINTS + OVERDUE_POINTS
        assert self._points(last - timedelta(weeks=52)) == UNPLACED_POINTS + 52 * OVERDUE_POINTS

    def test_stop_growing_after_ten_years(self) -> None:
        assert self._points(on("1990-01-01")) == UNPLACED_POINTS + 520 * OVERDUE_POINTS
