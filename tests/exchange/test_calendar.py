"""The feed: what it says, that it always says it in the same bytes, and that no text breaks out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from scheduler.domain.calendar import DateRange, Place, WorkPattern
from scheduler.domain.plan import Assignment
from scheduler.domain.programme import (
    AgendaDay,
    Programme,
    ServiceCentre,
    WeeklyPattern,
    generate_sessions,
)
from scheduler.domain.revision import ServiceDay, days_of_service
from scheduler.exchange.calendar import etag, in_window, one_line, paragraphs, write_feed
from tests.calendars.days import (
    CALENDAR_PROPERTIES,
    EVENT_PROPERTIES,
    PAGE,
    PUBLISHED,
    berlin,
    cancelled_day,
    experience_week,
    feed,
    lines,
    property_names,
    service_day,
    unescaped,
    value,
)
from tests.catalogues import Catalogue

BREAKOUTS = [
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "x\nATTENDEE:mailto:somebody@example.com",
    "x\rATTENDEE:mailto:somebody@example.com",
    "x\u2028BEGIN:VALARM\u2029ACTION:AUDIO\x85END:VALARM",
    "x\x0bATTENDEE:a\x0cATTENDEE:b\x1cATTENDEE:c\x1d\x1e",
    "C:\\New\\network, \\; and \\\\n",
    "Sales, \"Inside\"; 'quoted' ^n ^' %0d%0a <b>&amp;</b> {title} %(title)s",
    "早班 — Ольга 📞 ünïcödé \u202eRTL\u200f \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\ufeffa byte-order mark, half of a pair \ud83d, a null \x00 and a tab\t",
]
texts = st.one_of(
    st.text(),
    st.sampled_from(BREAKOUTS),
    st.lists(st.sampled_from(["\r", "\n", "\\", "N", "n", ",", ";", ":", '"', "é", " "])).map(
        "".join
    ),
    st.text(st.characters(), min_size=60, max_size=200),
)


# What an event says


def test_the_summary_names_the_programme_and_the_place_of_the_day_in_the_row() -> None:
    body = feed(service_day(1))
    assert value(body, "SUMMARY") == "Customer Experience Week (day 2 of 3)"


def test_a_single_day_is_not_counted() -> None:
    assert value(feed(service_day(of=1)), "SUMMARY") == "Customer Experience Week"


def test_the_location_is_the_centre_with_its_address() -> None:
    assert value(feed(service_day()), "LOCATION") == "Berlin\\, Hauptstraße 1"
    bare = feed(service_day(), centres={"berlin": berlin(address="")})
    assert value(bare, "LOCATION") == "Berlin"


def test_the_description_holds_programme_hours_agenda_reason_and_link() -> None:
    description = str(_parsed(feed(service_day(1)))[0]["DESCRIPTION"])
    assert description == (
        "Customer Experience Week, day 2 of 3\n\n"
        "09:00–17:00 (Europe/Berlin)\n"
        "Agenda: Customers by mail: mail\n\n"
        "Why this date: Your last service was two years ago.\n\n" + PAGE
    )


def test_without_a_reason_the_description_gives_none() -> None:
    assert "Why" not in value(feed(service_day(), why={}), "DESCRIPTION")


def test_a_programme_or_centre_that_is_gone_is_called_by_its_key() -> None:
    body = feed(service_day(of=1), programmes={}, centres={})
    assert value(body, "SUMMARY") == "cew"
    assert value(body, "LOCATION") == "berlin"


def test_a_title_without_a_visible_character_gives_way_to_the_key() -> None:
    body = feed(service_day(of=1), programmes={"cew": experience_week(title="\r\n\x00")})
    assert value(body, "SUMMARY") == "cew"


def test_an_event_is_private_busy_and_links_to_the_page() -> None:
    body = feed(service_day())
    assert value(body, "CLASS") == "PRIVATE"
    assert value(body, "TRANSP") == "OPAQUE"
    assert value(body, "X-MICROSOFT-CDO-BUSYSTATUS") == "BUSY"
    assert value(body, "STATUS") == "CONFIRMED"
    assert value(body, "URL") == PAGE


def test_identity_and_change_come_from_the_row_and_never_from_the_clock() -> None:
    day = service_day(sequence=4, changed_at=datetime(2027, 1, 5, 6, 7, 8, 999, tzinfo=UTC))
    body = feed(day)
    assert value(body, "UID") == day.uid
    assert value(body, "SEQUENCE") == "4"
    assert value(body, "DTSTAMP") == value(body, "LAST-MODIFIED") == "20270105T060708Z"


def test_a_translation_reaches_every_sentence() -> None:
    german = {"{title} (day {number} of {of})": "{title} (Tag {number} von {of})", "mail": "E-Mail"}
    body = feed(service_day(1), translations=Catalogue(german))
    assert value(body, "SUMMARY") == "Customer Experience Week (Tag 2 von 3)"
    assert "Customers by mail: E-Mail" in value(body, "DESCRIPTION")


def test_without_a_page_an_event_has_no_link() -> None:
    body = feed(service_day(), page_url="")
    assert property_names(body) == CALENDAR_PROPERTIES | EVENT_PROPERTIES - {"URL"}
    assert not value(body, "DESCRIPTION").endswith("\\n")


def test_a_calendar_of_many_peoples_days_says_whose_each_is_in_one_line() -> None:
    body = feed(service_day(), cancelled_day(1), names={"E1": "Zoë\r\nATTENDEE:x", "E2": "Bob"})
    assert [str(event["SUMMARY"]) for event in _parsed(body)] == [
        "Zoë ATTENDEE:x: Customer Experience Week (day 1 of 3)",
        "Cancelled: Zoë ATTENDEE:x: Customer Experience Week (day 2 of 3)",
    ]
    assert "Bob" not in body.decode()


# Cancelled days


def test_a_cancelled_day_says_so_and_keeps_nobody_busy() -> None:
    body = feed(cancelled_day())
    assert value(body, "STATUS") == "CANCELLED"
    assert value(body, "SUMMARY") == "Cancelled: Customer Experience Week (day 1 of 3)"
    assert value(body, "SEQUENCE") == "1"
    assert value(body, "TRANSP") == "TRANSPARENT"
    assert value(body, "X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    assert "Why this date" not in value(body, "DESCRIPTION")


def test_who_does_not_want_to_see_cancelled_days_does_not() -> None:
    body = feed(service_day(0), cancelled_day(1), hide_cancelled=True)
    assert [str(event["UID"]) for event in _parsed(body)] == [service_day(0).uid]


# The calendar


def test_the_calendar_is_named_and_says_how_often_to_come_back() -> None:
    body = feed()
    assert lines(body)[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert value(body, "NAME") == value(body, "X-WR-CALNAME") == "Service of Zoë"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines(body)
    assert "X-PUBLISHED-TTL:PT1H" in lines(body)
    assert property_names(body) == CALENDAR_PROPERTIES


def test_a_method_is_written_only_when_asked_for() -> None:
    assert "METHOD" not in property_names(feed())
    assert value(feed(method="PUBLISH"), "METHOD") == "PUBLISH"


def test_a_feed_has_no_alarms_attendees_time_zones_or_source() -> None:
    body = feed(service_day(), cancelled_day(1))
    assert _components(body) == ["VCALENDAR", "VEVENT", "VEVENT"]
    assert property_names(body) == CALENDAR_PROPERTIES | EVENT_PROPERTIES


def test_every_line_ends_in_crlf_and_has_at_most_75_octets() -> None:
    title = "Kundenerlebniswoche 早班 📞 " * 8
    body = feed(service_day(), programmes={"cew": experience_week(title=title)})
    physical = body.split(b"\r\n")
    assert max(map(len, physical)) <= 75
    assert all(b"\n" not in line and b"\r" not in line for line in physical)
    assert all(line.decode() is not None for line in physical)  # no character is split


# Equal input, equal bytes


@given(st.permutations([service_day(0), service_day(1), cancelled_day(2)]))
def test_the_bytes_do_not_depend_on_the_order_of_the_days(days: list[ServiceDay]) -> None:
    assert feed(*days) == feed(service_day(0), service_day(1), cancelled_day(2))


def test_the_entity_tag_changes_with_the_bytes_and_with_nothing_else() -> None:
    assert etag(feed(service_day())) == etag(feed(service_day()))
    assert etag(feed(service_day())) != etag(feed(service_day(sequence=1)))
    assert etag(b"").isalnum()


# No text breaks out, and none is lost


@given(title=texts, name=texts, centre=texts, address=texts, agenda=texts, reason=texts)
@example(*(BREAKOUTS[0],) * 6)
@example(*(BREAKOUTS[3],) * 6)
@example(*(BREAKOUTS[5],) * 6)
def test_any_text_survives_and_adds_neither_a_property_nor_a_component(
    title: str, name: str, centre: str, address: str, agenda: str, reason: str
) -> None:
    programme = experience_week(title=title, agenda=(AgendaDay(title=agenda),))
    body = feed(
        service_day(of=1),
        name=name,
        programmes={"cew": programme},
        centres={"berlin": berlin(name=centre, address=address)},
        why={"E1@20270601": reason},
    )
    assert _components(body) == ["VCALENDAR", "VEVENT"]
    assert property_names(body) == CALENDAR_PROPERTIES | EVENT_PROPERTIES
    # Some readers split at every line break that Unicode knows.
    assert body.decode().split("\r\n") == [*body.decode().splitlines(), ""]

    (event,) = _parsed(body)
    assert unescaped(value(body, "NAME")) == one_line(name)
    assert value(body, "X-WR-CALNAME") == value(body, "NAME")
    assert str(event["SUMMARY"]) == (one_line(title) or "cew")
    place = [one_line(centre) or "berlin", one_line(address)]
    assert str(event["LOCATION"]) == ", ".join(filter(None, place))
    assert one_line(agenda) in str(event["DESCRIPTION"])
    assert paragraphs(reason) in str(event["DESCRIPTION"])


@given(texts)
def test_one_line_keeps_every_visible_character_in_its_order(text: str) -> None:
    kept = one_line(text)
    assert len(kept.splitlines()) <= 1
    assert _visible(kept) == _visible(text)


@given(texts)
def test_paragraphs_keep_every_visible_character_and_know_one_line_break(text: str) -> None:
    kept = paragraphs(text)
    assert kept.split("\n") == (kept.splitlines() or [""])
    assert _visible(kept) == _visible(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb", "a b"),
        ("a\nb\rc\x00d\te", "a b c d e"),
        ("a\u2028b\x85c", "a b c"),
        (" \ufeff a ", "a"),
        ("half \ud83d", "half \ufffd"),
        ("a  b", "a  b"),
    ],
)
def test_one_line_turns_breaks_and_controls_into_spaces(text: str, line: str) -> None:
    assert one_line(text) == line


def test_text_is_escaped_by_the_letter_of_the_standard() -> None:
    title = 'Mail, phone; "chat": C:\\'
    body = feed(service_day(of=1), programmes={"cew": experience_week(title=title)})
    assert value(body, "SUMMARY") == 'Mail\\, phone\\; "chat": C:\\\\'


def test_a_backslash_is_not_taken_for_a_line_break() -> None:
    body = feed(service_day(of=1), programmes={"cew": experience_week(title="C:\\New\\now")})
    assert value(body, "SUMMARY") == "C:\\\\New\\\\now"
    assert str(_parsed(body)[0]["SUMMARY"]) == "C:\\New\\now"


# Times


@pytest.mark.parametrize(
    ("place", "first", "starts", "ends"),
    [
        # Berlin: clocks go forward on 28 March 2027 and back on 31 October 2027.
        ("Europe/Berlin", date(2027, 3, 27), "20270327T080000Z", "20270327T160000Z"),
        ("Europe/Berlin", date(2027, 3, 28), "20270328T070000Z", "20270328T150000Z"),
        ("Europe/Berlin", date(2027, 10, 30), "20271030T070000Z", "20271030T150000Z"),
        ("Europe/Berlin", date(2027, 10, 31), "20271031T080000Z", "20271031T160000Z"),
        # New York: 14 March and 7 November 2027.
        ("America/New_York", date(2027, 3, 13), "20270313T140000Z", "20270313T220000Z"),
        ("America/New_York", date(2027, 3, 14), "20270314T130000Z", "20270314T210000Z"),
        ("America/New_York", date(2027, 11, 6), "20271106T130000Z", "20271106T210000Z"),
        ("America/New_York", date(2027, 11, 7), "20271107T140000Z", "20271107T220000Z"),
    ],
)
def test_nine_to_five_is_the_right_instant_around_a_change_of_the_clocks(
    place: str, first: date, starts: str, ends: str
) -> None:
    body = _feed_of_every_day(place, first, first, time(9), time(17))
    assert value(body, "DTSTART") == starts
    assert value(body, "DTEND") == ends
    assert f"09:00–17:00 ({place})" in value(body, "DESCRIPTION")


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        (
            date(2027, 3, 28),
            "20270328T003000Z",
            "20270328T013000Z",
        ),  # one hour of the clock is missing
        (date(2027, 10, 31), "20271030T233000Z", "20271031T023000Z"),  # and one comes twice
    ],
)
def test_hours_across_the_change_itself_are_as_long_as_they_are(
    day: date, starts: str, ends: str
) -> None:
    body = _feed_of_every_day("Europe/Berlin", day, day, time(1, 30), time(3, 30))
    assert value(body, "DTSTART") == starts
    assert value(body, "DTEND") == ends


@pytest.mark.parametrize("place", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_other_readers_find_the_same_instants_all_year(place: str) -> None:
    body = _feed_of_every_day(place, date(2027, 1, 1), date(2027, 12, 31), time(9), time(17))
    found = recurring_ical_events.of(Calendar.from_ical(body)).between(
        date(2026, 12, 31), date(2028, 1, 2)
    )
    local = {event["DTSTART"].dt.astimezone(ZoneInfo(place)) for event in found}
    assert len(local) == 365
    assert {instant.time() for instant in local} == {time(9)}


# The window


@pytest.mark.parametrize(
    ("day", "last_shown"),
    [
        (service_day(), date(2027, 5, 2)),
        (cancelled_day(), date(2027, 4, 2)),
    ],
)
def test_a_day_that_is_over_is_shown_for_60_days_and_a_cancelled_one_for_30(
    day: ServiceDay, last_shown: date
) -> None:
    midnight = datetime.combine(last_shown, time(), UTC)
    last_moment = midnight + timedelta(days=1, microseconds=-1)
    assert in_window([day], midnight) == in_window([day], last_moment) == [day]
    assert in_window([day], midnight + timedelta(days=1)) == []


def test_days_to_come_are_all_shown() -> None:
    far = service_day(starts=PUBLISHED + timedelta(days=900), ends=PUBLISHED + timedelta(days=901))
    assert in_window([far], PUBLISHED) == [far]


def _parsed(body: bytes) -> list[Event]:
    return list(Calendar.from_ical(body).events)


def _components(body: bytes) -> list[str]:
    return [line.removeprefix("BEGIN:") for line in lines(body) if line.startswith("BEGIN:")]


def _visible(text: str) -> str:
    """The characters somebody would miss."""
    return "".join(c for c in text if c.isprintable() and c not in " \ufeff\ufffd")


def _feed_of_every_day(timezone: str, first: date, last: date, opens: time, closes: time) -> bytes:
    """The feed of somebody who serves every single day, from `opens` to `closes` on the clock."""
    every_day = WeeklyPattern(weekdays=tuple(range(7)))
    programme = Programme(key="cew", title="Every day", days=1, pattern=every_day)
    centre = ServiceCentre(
        key="centre",
        name="Centre",
        place=Place(timezone=timezone),
        pattern=WorkPattern(weekdays=frozenset(range(7))),
        opens=opens,
        closes=closes,
    )
    sessions = generate_sessions([programme], [centre], DateRange(first=first, last=last))
    numbers = count()
    days = days_of_service(
        [Assignment(duty_id=s.key, employee_id="E1", session=s.key) for s in sessions],
        {session.key: session for session in sessions},
        revision=1,
        at=PUBLISHED,
        new_uid=lambda: str(UUID(int=next(numbers))),
    )
    return write_feed(
        days,
        name="Every day",
        programmes={"cew": programme},
        centres={"centre": centre},
        why={},
        page_url=PAGE,
    )
