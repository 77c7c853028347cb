"""Revisions: a day of service keeps its identity over every change, and nothing is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.plan import Assignment
from scheduler.domain.programme import Session
from scheduler.domain.revision import DayStatus, ServiceDay, days_of_service, follow

FIRST = datetime(2027, 1, 4, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(days=7)
THIRD = FIRST + timedelta(days=14)


def session(first: date, *, days: int = 2, centre: str = "berlin", opens: int = 9) -> Session:
    """A session of some days in a row, eight hours each."""
    return Session(
        key=f"cew.{centre}.{first:%Y%m%d}.{days}.{opens}",
        programme="cew",
        centre=centre,
        days=tuple(first + timedelta(days=n) for n in range(days)),
        starts=(time(opens),) * days,
        ends=(time(opens + 8),) * days,
        seats=10,
        timezone="Europe/Berlin",
    )


class UnitOfWork:
    """Publishes plans one after the other, as the store does: rows are written over by uid."""

    def __init__(self) -> None:
        self.rows: dict[str, ServiceDay] = {}
        self._uids = count(1)

    def publish(self, at: datetime, **plan: Session) -> list[ServiceDay]:
        """Publish a plan given as the session of each person's duty; the rows it wrote."""
        wanted = days_of_service(
            [
                Assignment(duty_id=f"{person}@1", employee_id=person, session=chosen.key)
                for person, chosen in plan.items()
            ],
            {chosen.key: chosen for chosen in plan.values()},
            revision=1,
            at=at,
            new_uid=lambda: f"uid-{next(self._uids)}",
        )
        written = follow(list(self.rows.values()), wanted, at=at)
        self.rows.update((day.uid, day) for day in written)
        return written

    def days(self, person: str) -> list[ServiceDay]:
        """Somebody's days, confirmed and cancelled, by number."""
        found = [day for day in self.rows.values() if day.employee_id == person]
        return sorted(found, key=lambda day: day.number)


@pytest.fixture
def unit() -> UnitOfWork:
    return UnitOfWork()


MARCH = session(date(2027, 3, 3))
APRIL = session(date(2027, 4, 7))


def test_the_first_revision_writes_every_day_confirmed_with_an_identity_of_its_own(
    unit: UnitOfWork,
) -> None:
    written = unit.publish(FIRST, ann=MARCH, bob=MARCH)
    assert len({day.uid for day in written}) == 4
    assert {(day.status, day.sequence) for day in written} == {(DayStatus.CONFIRMED, 0)}
    assert [(day.number, day.of) for day in unit.days("ann")] == [(0, 2), (1, 2)]


def test_days_are_instants_of_the_centres_clock(unit: UnitOfWork) -> None:
    last_of_winter = session(date(2027, 3, 27))  # the clocks change in the following night
    unit.publish(FIRST, ann=last_of_winter)
    assert [day.starts for day in unit.days("ann")] == [
        datetime(2027, 3, 27, 8, tzinfo=UTC),
        datetime(2027, 3, 28, 7, tzinfo=UTC),
    ]


def test_publishing_the_same_again_writes_nothing(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH)
    assert unit.publish(SECOND, ann=MARCH) == []


def test_only_the_days_of_whom_something_changed_for_are_written(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH, bob=MARCH)
    written = unit.publish(SECOND, ann=APRIL, bob=MARCH)
    assert {day.employee_id for day in written} == {"ann"}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(APRIL, id="another date"),
        pytest.param(session(date(2027, 3, 3), opens=8), id="other hours"),
        pytest.param(session(date(2027, 3, 3), centre="regensburg"), id="another centre"),
    ],
)
def test_a_moved_day_keeps_its_identity_and_its_sequence_goes_up(
    unit: UnitOfWork, changed: Session
) -> None:
    unit.publish(FIRST, ann=MARCH)
    before = unit.days("ann")
    unit.publish(SECOND, ann=changed)
    after = unit.days("ann")
    assert [day.uid for day in after] == [day.uid for day in before]
    assert [day.sequence for day in after] == [1, 1]
    assert {day.changed_at for day in after} == {SECOND}
    assert [(day.starts, day.ends) for day in after] == list(changed.hours())
    assert {day.centre for day in after} == {changed.centre}


def test_a_longer_session_adds_a_day_and_a_shorter_one_cancels_it(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH)
    unit.publish(SECOND, ann=session(date(2027, 3, 3), days=3))
    assert [day.sequence for day in unit.days("ann")] == [1, 1, 0]
    unit.publish(THIRD, ann=MARCH)
    assert [day.status for day in unit.days("ann")] == [
        DayStatus.CONFIRMED,
        DayStatus.CONFIRMED,
        DayStatus.CANCELLED,
    ]


def test_what_is_no_longer_planned_is_cancelled_and_not_forgotten(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH, bob=MARCH)
    before = unit.days("ann")
    unit.publish(SECOND, bob=MARCH)
    after = unit.days("ann")
    assert [day.uid for day in after] == [day.uid for day in before]
    assert {(day.status, day.sequence) for day in after} == {(DayStatus.CANCELLED, 1)}
    assert {day.changed_at for day in after} == {SECOND}


def test_what_is_cancelled_already_stays_as_it_is(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH)
    unit.publish(SECOND)
    assert unit.publish(THIRD) == []


def test_a_cancelled_day_that_is_planned_again_comes_back_as_the_same_event(
    unit: UnitOfWork,
) -> None:
    unit.publish(FIRST, ann=MARCH)
    identity = [day.uid for day in unit.days("ann")]
    unit.publish(SECOND)
    unit.publish(THIRD, ann=MARCH)
    assert [day.uid for day in unit.days("ann")] == identity
    assert {(day.status, day.sequence) for day in unit.days("ann")} == {(DayStatus.CONFIRMED, 2)}


def test_a_day_that_is_over_is_not_cancelled_any_more(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH)
    assert unit.publish(datetime(2027, 3, 5, tzinfo=UTC)) == []


def test_a_day_under_way_is_not_cancelled_but_the_next_one_is(unit: UnitOfWork) -> None:
    unit.publish(FIRST, ann=MARCH)
    (written,) = unit.publish(datetime(2027, 3, 3, 10, tzinfo=UTC))
    assert (written.number, written.status) == (1, DayStatus.CANCELLED)


PLANS = st.lists(
    st.dictionaries(
        st.sampled_from(["ann", "bob", "cid"]),
        st.builds(
            session,
            st.dates(date(2028, 1, 1), date(2028, 1, 4)),
            days=st.integers(1, 3),
            centre=st.sampled_from(["berlin", "regensburg"]),
        ),
    ),
    max_size=6,
)


@given(PLANS)
def test_over_any_revisions_identities_hold_and_sequences_only_go_up(
    plans: list[dict[str, Session]],
) -> None:
    unit = UnitOfWork()
    for number, plan in enumerate(plans):
        before = dict(unit.rows)
        written = unit.publish(FIRST + timedelta(days=number), **plan)
        for day in written:
            old = before.get(day.uid)
            assert day.sequence == (0 if old is None else old.sequence + 1)
            assert old is None or (old.duty_id, old.number) == (day.duty_id, day.number)
        confirmed = {d.uid: d for d in unit.rows.values() if d.status is DayStatus.CONFIRMED}
        planned = {
            (person, starts, ends, chosen.centre)
            for person, chosen in plan.items()
            for starts, ends in chosen.hours()
        }
        assert {(d.employee_id, d.starts, d.ends, d.centre) for d in confirmed.values()} == planned
        assert set(before) <= set(unit.rows)
