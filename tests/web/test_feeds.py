"""Subscriptions over HTTP: who gets a calendar, what an unchanged one costs, what stays secret."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from scheduler.domain.errors import Busy
from scheduler.domain.people import Employee
from scheduler.domain.programme import Session, generate_sessions
from scheduler.domain.words import say
from scheduler.exchange.calendar import etag, write_feed
from scheduler.planning.calendars import feeds
from scheduler.settings import Settings
from scheduler.store import UnitOfWork
from tests.calendars.company import YEAR, Clock, Company, calendar_app
from tests.calendars.days import (
    CALENDAR_PROPERTIES,
    EVENT_PROPERTIES,
    PUBLISHED,
    berlin,
    experience_week,
    property_names,
    value,
)
from web.feeds import calendar_response

LATER = PUBLISHED + timedelta(hours=1)
ADDRESS = "https://frontline.example"


def employee(key: str, name: str, **changes: Any) -> Employee:
    return Employee(id=key, name=name, hire_date=date(2020, 1, 1), **changes)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """Ann and Bob serve in March; Cid owes nothing and leaves at the end of January."""
    people = [
        employee("ann", "Ann Ångström"),
        employee("bob", "Bob Brown"),
        employee("cid", "Cid", leave_date=date(2027, 1, 31)),
    ]
    company = Company(tmp_path, people, [experience_week()], [berlin()])
    reason = say("Your last service was on {day}.", day=date(2025, 3, 1))
    march = sessions_by_day()[date(2027, 3, 3)]
    company.publish({"ann@1": march, "bob@1": march}, why={"ann@1": reason})
    yield company
    company.store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(LATER)


@pytest.fixture
def app(company: Company, clock: Clock, tmp_path: Path) -> Flask:
    return calendar_app(company.store, Settings(base_url=ADDRESS, data_dir=tmp_path), clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def address(company: Company) -> str:
    """The path of Ann's feed."""
    return company.subscribe("ann")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every feed that had to be written, in order."""
    bodies: list[bytes] = []

    def write(*args: Any, **options: Any) -> bytes:
        bodies.append(write_feed(*args, **options))
        return bodies[-1]

    monkeypatch.setattr(feeds, "write_feed", write)
    return bodies


def sessions_by_day() -> dict[date, Session]:
    """Sessions in Berlin by first day."""
    found = generate_sessions([experience_week()], [berlin()], YEAR)
    return {session.first_day: session for session in found}


def events(answer: TestResponse) -> list[dict[str, str]]:
    return [
        {name: str(event[name]) for name in ("UID", "SUMMARY", "STATUS", "SEQUENCE", "DESCRIPTION")}
        for event in Calendar.from_ical(answer.data).events
    ]


def headers_of(answer: TestResponse) -> dict[str, str]:
    """The headers without the one that says when the answer was given."""
    return {name: text for name, text in answer.headers if name != "Date"}


# Who gets what


def test_a_subscriber_gets_the_days_of_the_person_and_nobody_elses(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="frontline.ics"'
    assert [event["SUMMARY"][-12:] for event in events(answer)] == [
        "(day 1 of 3)",
        "(day 2 of 3)",
        "(day 3 of 3)",
    ]
    assert value(answer.data, "NAME") == "Customer service: Ann Ångström"
    assert "Bob" not in answer.text


def test_an_event_says_why_and_links_to_a_page_behind_sign_in(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert "Your last service was on 2025-03-01." in events(answer)[0]["DESCRIPTION"]
    assert f"URL:{ADDRESS}/me\r\n" in answer.text
    assert "token" not in answer.text
    assert address.removeprefix("/feeds/").removesuffix(".ics") not in answer.text


def test_somebody_without_service_gets_an_empty_calendar(
    company: Company, client: FlaskClient
) -> None:
    answer = client.get(company.subscribe("cid"))
    assert answer.status_code == HTTPStatus.OK
    assert events(answer) == []
    assert answer.last_modified == LATER


@pytest.mark.parametrize(
    "path", ["/feeds/x.ics", "/feeds/.ics", "/feeds/%00.ics", "/feeds/é.ics", "/feeds/%ff.ics"]
)
def test_an_unknown_token_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND


def test_one_wrong_character_is_not_found_and_tells_nothing(
    client: FlaskClient, address: str
) -> None:
    last = "A" if address[-5] != "A" else "B"
    answer = client.get(f"{address[:-5]}{last}.ics")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert answer.text == "There is no calendar at this address.\n"


def test_a_new_address_makes_the_old_one_unknown(
    company: Company, client: FlaskClient, address: str
) -> None:
    renewed = company.subscribe("ann", at=LATER)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert client.get(renewed).status_code == HTTPStatus.OK


def test_a_revoked_address_is_not_found(
    company: Company, client: FlaskClient, address: str
) -> None:
    client.get(address)
    with company.store.write() as unit:
        unit.calendar.revoke_feed("ann")
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_address_dies_when_the_person_leaves(
    company: Company, client: FlaskClient, clock: Clock
) -> None:
    address = company.subscribe("cid")
    clock.at = datetime(2027, 1, 31, 23, 59, tzinfo=UTC)
    assert client.get(address).status_code == HTTPStatus.OK
    clock.at = datetime(2027, 2, 1, tzinfo=UTC)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_token_itself_is_not_in_the_database(company: Company, address: str) -> None:
    token = address.removeprefix("/feeds/").removesuffix(".ics")
    files = company.database.parent.glob(f"{company.database.name}*")
    assert all(token.encode() not in file.read_bytes() for file in files)


# The same answer for every client


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/html"},
        {"Accept": "application/json;q=0.1"},
        {"User-Agent": "Google-Calendar-Importer"},
        {"User-Agent": ""},
        {"Accept-Language": "de"},
        {"Cookie": "session=abc"},
    ],
)
def test_accept_agent_language_and_cookies_change_nothing(
    client: FlaskClient, address: str, headers: dict[str, str]
) -> None:
    plain, other = client.get(address), client.get(address, headers=headers)
    assert (other.status_code, other.data) == (plain.status_code, plain.data)
    assert headers_of(other) == headers_of(plain)


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient, address: str) -> None:
    got, head = client.get(address), client.head(address)
    assert head.data == b""
    assert headers_of(head) == headers_of(got)


def test_only_reading_is_possible(client: FlaskClient, address: str) -> None:
    for send in (client.post, client.put, client.patch, client.delete):
        assert send(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("accepts", ["identity", "gzip"])
def test_nothing_sets_a_cookie_or_lets_others_keep_or_index_the_calendar(
    client: FlaskClient, address: str, accepts: str
) -> None:
    headers = client.get(address, headers={"Accept-Encoding": accepts}).headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Vary"] == "Accept-Encoding"


def test_an_application_that_keeps_sessions_keeps_none_for_a_calendar(
    app: Flask, client: FlaskClient, address: str
) -> None:
    app.secret_key = "secret"

    @app.before_request
    def look_up_the_reader() -> None:
        session["reader"] = "ann"
        session.permanent = True

    assert "Set-Cookie" in client.get("/me").headers
    for path in (address, f"{address[:-4]}x.ics", "/robots.txt"):
        headers = client.get(path).headers
        assert "Set-Cookie" not in headers
        assert "Cookie" not in headers.get("Vary", "")


def test_a_download_is_the_same_calendar_as_an_attachment(
    app: Flask, client: FlaskClient, address: str
) -> None:
    app.add_url_rule("/download", view_func=lambda: calendar_response("ann", attachment=True))
    answer = client.get("/download")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="frontline.ics"'
    assert answer.data == client.get(address).data


# What an unchanged calendar costs


def test_the_entity_tag_is_strong_and_over_the_bytes(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["ETag"] == f'"{etag(answer.data)}"'


@pytest.mark.parametrize("accepts", ["identity", "gzip"])
def test_who_has_the_calendar_already_gets_304_without_a_body(
    client: FlaskClient, address: str, accepts: str
) -> None:
    tag = client.get(address, headers={"Accept-Encoding": accepts}).headers["ETag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        headers = {"Accept-Encoding": accepts, "If-None-Match": known}
        answer = client.get(address, headers=headers)
        assert answer.status_code == HTTPStatus.NOT_MODIFIED
        assert answer.data == b""
        assert answer.headers["ETag"] == tag
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_another_entity_tag_gets_the_calendar_even_if_the_date_has_not_changed(
    client: FlaskClient, address: str
) -> None:
    modified = client.get(address).headers["Last-Modified"]
    headers = {"If-None-Match": '"other"', "If-Modified-Since": modified}
    assert client.get(address, headers=headers).status_code == HTTPStatus.OK


def test_last_modified_is_when_the_days_changed(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.last_modified == PUBLISHED
    headers = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert client.get(address, headers=headers).status_code == HTTPStatus.NOT_MODIFIED


def test_the_packed_calendar_unpacks_to_the_same_and_has_a_tag_of_its_own(
    client: FlaskClient, address: str
) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.data[4:8] == bytes(4)  # no time of packing: equal bytes at any time


@pytest.mark.parametrize("accepts", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_does_not_get_it(
    client: FlaskClient, address: str, accepts: str
) -> None:
    answer = client.get(address, headers={"Accept-Encoding": accepts})
    assert "Content-Encoding" not in answer.headers


def test_a_calendar_is_written_once_for_everybody_who_asks(
    client: FlaskClient, address: str, written: list[bytes]
) -> None:
    answers = {client.get(address).data for _ in range(3)} | {client.get(address).data}
    client.head(address)
    assert answers == set(written)
    assert len(written) == 1


def test_a_new_revision_is_written_anew_with_the_same_identities(
    company: Company, client: FlaskClient, address: str, written: list[bytes]
) -> None:
    before = client.get(address)
    later = LATER + timedelta(minutes=5)
    company.publish({"ann@1": sessions_by_day()[date(2027, 4, 7)]}, at=later)
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == HTTPStatus.OK
    assert [event["UID"] for event in events(after)] == [event["UID"] for event in events(before)]
    assert {event["SEQUENCE"] for event in events(after)} == {"1"}
    assert after.last_modified == later
    assert len(written) == 2


def test_a_revision_that_changes_nothing_for_a_person_leaves_the_calendar_as_it_is(
    company: Company, client: FlaskClient, address: str
) -> None:
    before = client.get(address)
    march, april = (sessions_by_day()[date(2027, month, day)] for month, day in ((3, 3), (4, 7)))
    reason = say("Your last service was on {day}.", day=date(2025, 3, 1))
    company.publish({"ann@1": march, "bob@1": april}, at=LATER, why={"ann@1": reason})
    after = client.get(address)
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Last-Modified"] == before.headers["Last-Modified"]


def test_a_cancelled_service_stays_in_the_calendar_as_cancelled(
    company: Company, client: FlaskClient, address: str
) -> None:
    company.publish({}, at=LATER)
    found = events(client.get(address))
    assert {event["STATUS"] for event in found} == {"CANCELLED"}
    assert all(event["SUMMARY"].startswith("Cancelled: ") for event in found)


def test_who_asks_not_to_see_cancelled_days_stops_seeing_them_at_once(
    company: Company, client: FlaskClient, clock: Clock, address: str
) -> None:
    company.publish({}, at=LATER)
    assert len(events(client.get(address))) == 3
    clock.at = LATER + timedelta(hours=2)
    with company.store.write() as unit:
        unit.calendar.set_hide_cancelled("ann", True)
    answer = client.get(address)
    assert events(answer) == []
    assert answer.last_modified == clock.at


def test_days_leave_the_calendar_sixty_days_after(
    client: FlaskClient, clock: Clock, address: str
) -> None:
    clock.at = datetime(2027, 5, 3, 12, tzinfo=UTC)
    assert len(events(client.get(address))) == 2
    clock.at += timedelta(days=2)
    answer = client.get(address)
    assert events(answer) == []
    assert answer.last_modified == clock.at


def test_a_renamed_programme_reaches_the_calendar_by_the_next_day(
    company: Company, client: FlaskClient, clock: Clock, address: str
) -> None:
    client.get(address)
    with company.store.write() as unit:
        unit.catalogue.save_programmes([experience_week(title="Front line")])
    clock.at += timedelta(days=1)
    answer = client.get(address)
    assert events(answer)[0]["SUMMARY"] == "Front line (day 1 of 3)"
    assert answer.last_modified == clock.at


# When it was last fetched


def test_fetching_is_noted_at_most_once_a_minute(
    company: Company, client: FlaskClient, clock: Clock, address: str
) -> None:
    def last_fetched() -> datetime | None:
        with company.store.read() as unit:
            state = unit.calendar.feed_state("ann")
        assert state is not None
        return state.last_fetched_at

    assert last_fetched() is None
    client.get(address)
    assert last_fetched() == LATER
    clock.at = LATER + timedelta(seconds=59)
    client.get(address)
    assert last_fetched() == LATER
    clock.at = LATER + timedelta(seconds=60)
    client.head(address)
    assert last_fetched() == clock.at


def test_fetching_again_within_the_minute_writes_nothing(
    company: Company, client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address)
    monkeypatch.delattr(type(company.store), "write")
    assert client.get(address).data == first.data


def test_a_store_that_cannot_write_still_serves_the_calendar(
    company: Company,
    client: FlaskClient,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    @contextmanager
    def locked() -> Iterator[UnitOfWork]:
        raise Busy("The database is locked.")
        yield

    monkeypatch.setattr(company.store, "write", locked)
    with caplog.at_level(logging.WARNING):
        answer = client.get(address)
    assert len(events(answer)) == 3
    assert caplog.messages == [
        "A calendar was fetched, which could not be written down: The database is locked.",
        "A calendar was written, which could not be kept: The database is locked.",
    ]


# Robots


def test_robots_may_fetch_calendars_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == ["User-agent: *", "Allow: /feeds/", "Disallow: /"]


def test_what_a_feed_holds_is_a_closed_list(client: FlaskClient, address: str) -> None:
    assert property_names(client.get(address).data) == CALENDAR_PROPERTIES | EVENT_PROPERTIES
