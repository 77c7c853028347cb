"""Published days are found again, and feeds belong to one person each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.domain.errors import NotFound
from scheduler.domain.plan import SolveStatus
from scheduler.domain.revision import DayStatus
from scheduler.domain.words import say
from scheduler.store import CachedFeed, FeedRow, PlanResult, Store
from scheduler.store.repositories.calendar import FEED
from tests.publishing import publish_as_is
from tests.store.examples import (
    MINUTE,
    NOW,
    TODAY,
    assignment,
    drafted,
    duty,
    everybody_in,
    on_record,
    person,
    problem,
    published,
    session,
)

ANNA, BORIS = person("anna"), person("boris")
MARCH, JUNE = session(date(2027, 3, 1)), session(date(2027, 6, 1))
GIVEN = problem([ANNA, BORIS], [MARCH, JUNE])
BOTH = PlanResult(
    SolveStatus.OPTIMAL,
    assignments=(assignment(ANNA, JUNE), assignment(BORIS, MARCH)),
    why={duty(ANNA).id: say("due {day}", day=date(2027, 5, 1))},
)


def test_days_come_by_start_for_one_or_for_all(store: Store) -> None:
    published(store, GIVEN, BOTH)
    with store.read() as unit:
        everything, annas = unit.calendar.days(), unit.calendar.days("anna")
        assert unit.calendar.days("nobody") == ()
    assert [day.employee_id for day in everything] == ["boris", "boris", "anna", "anna"]
    assert annas == everything[2:]
    assert [(day.starts, day.ends) for day in annas] == [*JUNE.hours()]


def test_days_over_and_days_cancelled_can_be_left_out(store: Store) -> None:
    published(store, GIVEN, BOTH)
    _, last = MARCH.hours()
    with store.read() as unit:
        before = unit.calendar.days()
        assert unit.calendar.days("boris", since=last[1]) == (before[1],)
        assert unit.calendar.days("boris", since=last[1] + MINUTE) == ()
    follow_up = drafted(store, GIVEN, everybody_in(problem([ANNA]), JUNE))
    with store.write() as unit:
        publish_as_is(unit, follow_up, GIVEN, author="hr", at=NOW)
    with store.read() as unit:
        assert {day.status for day in unit.calendar.days("boris")} == {DayStatus.CANCELLED}
        assert unit.calendar.days("boris", confirmed_only=True) == ()


def test_the_reasons_are_those_told_with_the_date(store: Store) -> None:
    drafted(store, GIVEN, BOTH)
    with store.read() as unit:
        assert unit.calendar.why("anna") == {}
    published(store, GIVEN, BOTH)
    with store.read() as unit:
        assert unit.calendar.why("anna") == BOTH.why
        assert unit.calendar.why("boris") == {}
    published(store, GIVEN, everybody_in(GIVEN, JUNE, why={duty(BORIS).id: say("because")}))
    with store.read() as unit:
        assert unit.calendar.why("anna") == BOTH.why, "her date stays, and so does its reason"
        assert unit.calendar.why("boris") == {duty(BORIS).id: say("because")}


def test_a_token_opens_one_persons_feed(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        annas = unit.calendar.new_feed("anna", at=NOW)
        boriss = unit.calendar.new_feed("boris", at=NOW)
    assert len(annas) >= 43
    assert annas != boriss
    with store.read() as unit:
        assert unit.calendar.feed_owner(annas, TODAY) == "anna"
        assert unit.calendar.feed_owner(boriss, TODAY) == "boris"
        assert unit.calendar.feed_owner("wrong", TODAY) is None
        assert unit.calendar.feed_state("anna") == FeedRow(NOW, None)


def test_the_token_itself_is_nowhere_on_record(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        token = unit.calendar.new_feed("anna", at=NOW)
    with store.engine.connect() as connection:
        assert token not in str(connection.execute(FEED.select()).all())


def test_a_new_token_kills_the_old_one(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        old = unit.calendar.new_feed("anna", at=NOW)
        unit.calendar.touch_feed(old, NOW)
        new = unit.calendar.new_feed("anna", at=NOW + MINUTE)
    with store.read() as unit:
        assert unit.calendar.feed_owner(old, TODAY) is None
        assert unit.calendar.feed_owner(new, TODAY) == "anna"
        assert unit.calendar.feed_state("anna") == FeedRow(NOW + MINUTE, None)


def test_a_revoked_feed_is_dead(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        token = unit.calendar.new_feed("anna", at=NOW)
        unit.calendar.save_cached_feed("anna", CachedFeed("1", b"x", "e", NOW))
        unit.calendar.revoke_feed("anna")
        unit.calendar.revoke_feed("anna")
    with store.read() as unit:
        assert unit.calendar.feed_owner(token, TODAY) is None
        assert unit.calendar.feed_state("anna") is None
        assert unit.calendar.cached_feed("anna") is None


def test_a_feed_dies_when_the_person_leaves(store: Store) -> None:
    on_record(store, ANNA.model_copy(update={"leave_date": TODAY}))
    with store.write() as unit:
        token = unit.calendar.new_feed("anna", at=NOW)
    with store.read() as unit:
        assert unit.calendar.feed_owner(token, TODAY) == "anna"
        assert unit.calendar.feed_owner(token, TODAY + timedelta(days=1)) is None


def test_only_people_on_record_have_feeds(store: Store) -> None:
    with pytest.raises(NotFound), store.write() as unit:
        unit.calendar.new_feed("nobody", at=NOW)


def test_fetching_is_noted_at_most_once_a_minute(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        token = unit.calendar.new_feed("anna", at=NOW)

    def fetched_at(at: object) -> object:
        with store.write() as unit:
            unit.calendar.touch_feed(token, at)  # type: ignore[arg-type]
            state = unit.calendar.feed_state("anna")
            return state and state.last_fetched_at

    second = timedelta(seconds=1)
    assert fetched_at(NOW) == NOW
    assert fetched_at(NOW + MINUTE - second) == NOW
    assert fetched_at(NOW + MINUTE) == NOW + MINUTE


def test_a_written_feed_is_kept_with_its_stamp(store: Store) -> None:
    on_record(store, ANNA)
    first = CachedFeed("stamp 1", "BEGIN:VCALENDAR ü".encode(), "“etag”", NOW)
    second = CachedFeed("stamp 2", b"\x00\xff", "other", NOW + MINUTE)
    with store.write() as unit:
        assert unit.calendar.cached_feed("anna") is None
        unit.calendar.save_cached_feed("anna", first)
        assert unit.calendar.cached_feed("anna") == first
        unit.calendar.save_cached_feed("anna", second)
    with store.read() as unit:
        assert unit.calendar.cached_feed("anna") == second


def test_the_stamp_changes_with_everything_that_shows_in_a_feed(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    seen = [stamp(store)]
    published(store, GIVEN, BOTH)
    seen.append(stamp(store))
    with store.write() as unit:
        unit.calendar.set_hide_cancelled("anna", True)
    seen.append(stamp(store))
    again = drafted(store, GIVEN, everybody_in(GIVEN, MARCH))
    with store.write() as unit:
        publish_as_is(unit, again, GIVEN, author="hr", at=NOW)
    seen.append(stamp(store))
    assert len(set(seen)) == 4
    assert stamp(store) == seen[-1]


def stamp(store: Store) -> str:
    with store.read() as unit:
        return unit.calendar.feed_stamp("anna")


def test_cancelled_days_are_shown_until_somebody_says_no(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        assert not unit.calendar.hide_cancelled("anna")
        unit.calendar.set_hide_cancelled("anna", True)
        assert unit.calendar.hide_cancelled("anna")
        unit.calendar.set_hide_cancelled("anna", False)
        assert not unit.calendar.hide_cancelled("anna")
