"""The rota: publishing changes what it speaks for, nothing else, and days keep their identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import Conflict
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.plan import Assignment
from scheduler.domain.programme import Policy, Session
from scheduler.domain.revision import DayStatus
from scheduler.domain.rota import (
    ChangeKind,
    PlanScope,
    Publication,
    Service,
    ServiceState,
    counted,
    duty_id,
    duty_number,
    noted,
    publication,
)

MONDAY = date(2027, 1, 11)
BEFORE = datetime(2027, 1, 4, 12, tzinfo=UTC)
YEAR = DateRange(first=date(2027, 1, 1), last=date(2027, 12, 31))


def a_session(
    week: int = 0, *, days: int = 2, centre: str = "berlin", opens: int = 9, programme: str = "cew"
) -> Session:
    """A session of some days in a row, `week` weeks after the first Monday."""
    first = MONDAY + timedelta(weeks=week)
    return Session(
        key=f"{programme}.{centre}.{first:%Y%m%d}.{days}.{opens}",
        programme=programme,
        centre=centre,
        days=tuple(first + timedelta(days=n) for n in range(days)),
        starts=(time(opens),) * days,
        ends=(time(opens + 8),) * days,
        seats=10,
        timezone="Europe/Berlin",
    )


def a_scope(*centres: str, first: date = YEAR.first, last: date = YEAR.last) -> PlanScope:
    """A plan for these centres, or both."""
    return PlanScope(
        horizon=DateRange(first=first, last=last),
        centres=frozenset(centres or ("berlin", "regensburg")),
        programmes=frozenset({"cew"}),
    )


class Rota:
    """A rota to which plans are published one after the other."""

    def __init__(self) -> None:
        self.services: dict[str, Service] = {}
        self._ids = count(1)

    def publish(
        self, plan: Mapping[str, Session], scope: PlanScope | None = None, at: datetime = BEFORE
    ) -> Publication:
        """Publish a plan, given as the session of each duty."""
        result = publication(
            self.services.values(),
            [
                Assignment(duty_id=duty, employee_id=duty.partition("@")[0], session=session.key)
                for duty, session in plan.items()
            ],
            {session.key: session for session in plan.values()},
            scope or a_scope(),
            actor="hr",
            at=at,
            new_id=lambda: f"id-{next(self._ids)}",
        )
        self.services.update((service.id, service) for service in result.services)
        return result

    def standing(self) -> dict[str, str]:
        """By duty the session of every confirmed service."""
        return {
            service.duty_id: service.session
            for service in self.services.values()
            if service.state is ServiceState.CONFIRMED
        }

    def only(self, duty: str) -> Service:
        """The one service of a duty."""
        (service,) = (each for each in self.services.values() if each.duty_id == duty)
        return service


def kinds(result: Publication) -> list[ChangeKind]:
    """What happened, in order."""
    return [change.kind for change in result.changes]


class TestPublishing:
    def test_gives_everybody_their_days(self) -> None:
        rota = Rota()
        result = rota.publish({"ann@1": a_session(0)})
        assert kinds(result) == [ChangeKind.GIVEN]
        service = rota.only("ann@1")
        assert service.dates == (date(2027, 1, 11), date(2027, 1, 12))
        assert [day.sequence for day in service.days] == [0, 0]
        assert service.days[0].starts == datetime(2027, 1, 11, 8, tzinfo=UTC)

    def test_again_changes_nothing(self) -> None:
        rota = Rota()
        plan = {"ann@1": a_session(0), "bob@1": a_session(3)}
        rota.publish(plan)
        again = rota.publish(plan, at=BEFORE + timedelta(days=1))
        assert (again.services, again.changes, again.kept) == ((), (), 2)

    def test_moves_a_service_and_keeps_its_events(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        before = rota.only("ann@1")
        result = rota.publish({"ann@1": a_session(2)}, at=BEFORE + timedelta(days=1))
        after = rota.only("ann@1")
        assert kinds(result) == [ChangeKind.MOVED]
        assert (result.changes[0].before, result.changes[0].after) == (
            before.session,
            after.session,
        )
        assert [day.uid for day in after.days] == [day.uid for day in before.days]
        assert [day.sequence for day in after.days] == [1, 1]
        assert after.id == before.id

    def test_other_hours_of_the_same_session_are_a_change(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        rota.publish({"ann@1": a_session(0, opens=10)})
        assert [day.sequence for day in rota.only("ann@1").days] == [1, 1]

    def test_days_too_many_are_cancelled_and_never_come_back(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0, days=3)})
        third = rota.only("ann@1").days[2].uid
        rota.publish({"ann@1": a_session(0, days=2)})
        by_uid = {day.uid: day for day in rota.only("ann@1").days}
        assert by_uid[third].status is DayStatus.CANCELLED
        rota.publish({"ann@1": a_session(0, days=3)})
        days = rota.only("ann@1").days
        assert {day.uid: day for day in days}[third].status is DayStatus.CANCELLED
        assert len({day.uid for day in days}) == 4
        assert rota.only("ann@1").dates == a_session(0, days=3).days

    def test_calls_off_what_the_plan_speaks_for_and_does_not_want(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0), "bob@1": a_session(0)})
        result = rota.publish({"ann@1": a_session(0)})
        assert kinds(result) == [ChangeKind.CANCELLED]
        assert rota.standing() == {"ann@1": a_session(0).key}
        assert [day.sequence for day in rota.only("bob@1").days] == [1, 1]

    def test_another_date_after_that_is_another_event(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        uids = {day.uid for day in rota.only("ann@1").days}
        rota.publish({})
        rota.publish({"ann@1": a_session(1)})
        confirmed = [s for s in rota.services.values() if s.state is ServiceState.CONFIRMED]
        assert not uids & {day.uid for service in confirmed for day in service.days}

    @pytest.mark.parametrize(
        "scope",
        [a_scope("regensburg"), a_scope(first=date(2027, 2, 1)), a_scope(last=date(2027, 1, 10))],
    )
    def test_nothing_outside_its_scope_is_touched(self, scope: PlanScope) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        assert rota.publish({}, scope).changes == ()
        assert rota.standing() == {"ann@1": a_session(0).key}

    def test_a_session_at_the_edge_of_the_horizon_is_spoken_for(self) -> None:
        for edge in (a_scope(first=MONDAY), a_scope(last=MONDAY)):
            rota = Rota()
            rota.publish({"ann@1": a_session(0)})
            assert kinds(rota.publish({}, edge)) == [ChangeKind.CANCELLED]

    def test_what_has_begun_stays_without_a_word(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        begun = datetime(2027, 1, 11, 8, tzinfo=UTC)
        assert kinds(rota.publish({}, at=begun - timedelta(seconds=1))) == [ChangeKind.CANCELLED]
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        assert rota.publish({}, at=begun).changes == ()

    def test_a_plan_that_would_move_what_has_begun_is_refused(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        with pytest.raises(Conflict, match="has begun"):
            rota.publish({"ann@1": a_session(5)}, at=datetime(2027, 1, 11, 9, tzinfo=UTC))

    def test_a_missed_duty_gets_a_service_of_its_own_beside_the_missed_one(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        missed = noted(
            rota.only("ann@1"), ServiceState.MISSED, at=datetime(2027, 1, 13, tzinfo=UTC)
        )
        rota.services[missed.id] = missed
        later = datetime(2027, 1, 14, tzinfo=UTC)
        assert kinds(rota.publish({"ann@1": a_session(6)}, at=later)) == [ChangeKind.GIVEN]
        assert rota.services[missed.id] == missed
        assert rota.standing() == {"ann@1": a_session(6).key}


class TestAttendance:
    def test_is_told_from_the_first_hour_on(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        starts = datetime(2027, 1, 11, 8, tzinfo=UTC)
        with pytest.raises(Conflict, match="has not begun"):
            noted(rota.only("ann@1"), ServiceState.ATTENDED, at=starts - timedelta(seconds=1))
        assert noted(rota.only("ann@1"), ServiceState.ATTENDED, at=starts).state == "attended"

    def test_a_mistake_is_taken_back(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        over = datetime(2027, 1, 13, tzinfo=UTC)
        missed = noted(rota.only("ann@1"), ServiceState.MISSED, at=over)
        assert noted(missed, ServiceState.CONFIRMED, at=over) == rota.only("ann@1")

    def test_not_of_what_was_called_off(self) -> None:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        rota.publish({})
        with pytest.raises(Conflict, match="called off"):
            noted(rota.only("ann@1"), ServiceState.MISSED, at=datetime(2027, 1, 13, tzinfo=UTC))


class TestCounting:
    OVER = datetime(2027, 1, 12, 20, tzinfo=UTC)

    def _state(self, *records: ServiceRecord, days: int = 0, **policy: bool) -> str:
        rota = Rota()
        rota.publish({"ann@1": a_session(0)})
        terms = Policy(start=date(2027, 1, 1), **policy)  # type: ignore[arg-type]
        at = self.OVER + timedelta(days=days)
        (service,) = counted(rota.services.values(), records, terms, at)
        return service.state.value

    def test_silence_waits_two_weeks_and_is_attendance_then(self) -> None:
        assert self._state(days=14) == "confirmed"
        assert self._state(days=15) == "attended"

    def test_unless_the_policy_says_otherwise(self) -> None:
        assert self._state(days=15, silence_is_attendance=False) == "missed"

    def test_the_ledger_knows_better(self) -> None:
        record = ServiceRecord(
            employee_id="ann",
            programme="cew",
            days=(date(2027, 1, 12),),
            status=ServiceStatus.EXCUSED,
        )
        assert self._state(record, days=15) == "excused"
        assert self._state(record.model_copy(update={"employee_id": "bob"})) == "confirmed"


def test_a_duty_has_a_number_whatever_the_id_looks_like() -> None:
    for person in ("ann", "a@b.example", "7#3", "x/1"):
        assert duty_number(duty_id(person, 12)) == 12
        assert duty_number(duty_id(person, 3) + "#2") == 3


PLANS = st.dictionaries(
    st.sampled_from(["ann@1", "bob@1", "cem@1", "ann@2"]),
    st.builds(
        a_session,
        st.integers(0, 5),
        days=st.integers(1, 3),
        centre=st.sampled_from(["berlin", "regensburg"]),
    ),
)
SCOPES = st.builds(
    lambda centres, weeks: a_scope(
        *centres,
        first=MONDAY + timedelta(weeks=min(weeks)),
        last=MONDAY + timedelta(weeks=max(weeks)),
    ),
    st.lists(st.sampled_from(["berlin", "regensburg"]), min_size=1, unique=True),
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
)


def events(services: Iterable[Service]) -> dict[str, tuple[int, DayStatus, datetime]]:
    """Every event ever made."""
    return {
        day.uid: (day.sequence, day.status, day.starts)
        for service in services
        for day in service.days
    }


@settings(max_examples=200, deadline=None)
@for_all(st.lists(st.tuples(PLANS, SCOPES, st.integers(0, 40)), min_size=1, max_size=6))
def test_laws_of_publishing(steps: list[tuple[dict[str, Session], PlanScope, int]]) -> None:
    """Whatever is published in whatever order: events keep their identity, change with a higher
    sequence only, never come back once cancelled; outside the scope and of what has begun nothing
    changes; inside it, what is ahead is what was published."""
    rota, at = Rota(), BEFORE
    for plan, scope, days in steps:
        at += timedelta(days=days)
        before, services = events(rota.services.values()), dict(rota.services)
        try:
            rota.publish(plan, scope, at)
        except Conflict:
            assert rota.services == services
            continue
        after = events(rota.services.values())
        for uid, (sequence, status, starts) in before.items():
            now = after[uid]
            assert now[0] >= sequence
            assert (now[0] > sequence) == (now != before[uid])
            assert status is DayStatus.CONFIRMED or now == before[uid]
            assert starts > at or now == before[uid]
        for old in services.values():
            if not old.ahead(at) or (not scope.holds(old) and old.duty_id not in plan):
                assert rota.services[old.id] == old
        ahead = {
            service.duty_id: service.session
            for service in rota.services.values()
            if service.ahead(at) and scope.holds(service)
        }
        assert ahead.items() <= {duty: session.key for duty, session in plan.items()}.items()
        live = [s.duty_id for s in rota.services.values() if s.state is ServiceState.CONFIRMED]
        assert len(live) == len(set(live))
