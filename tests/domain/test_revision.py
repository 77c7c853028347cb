"""The days that a plan's assignments make, as its calendar shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from scheduler.domain.plan import Assignment
from scheduler.domain.revision import DayStatus, days_of_service
from tests.domain.test_rota import a_session

AT = datetime(2027, 1, 4, 12, tzinfo=UTC)


def test_every_day_is_an_event_at_the_centres_hours() -> None:
    session, uids = a_session(0), count(1)
    days = days_of_service(
        [Assignment(duty_id="ann@1", employee_id="ann", session=session.key)],
        {session.key: session},
        revision=3,
        at=AT,
        new_uid=lambda: f"uid-{next(uids)}",
    )
    assert [(day.uid, day.number, day.of) for day in days] == [("uid-1", 0, 2), ("uid-2", 1, 2)]
    assert [day.starts for day in days] == [
        datetime(2027, 1, 11, 8, tzinfo=UTC),
        datetime(2027, 1, 12, 8, tzinfo=UTC),
    ]
    assert {(day.status, day.sequence, day.changed_at, day.revision) for day in days} == {
        (DayStatus.CONFIRMED, 0, AT, 3)
    }
