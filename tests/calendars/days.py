"""Builders for tests of calendars: a programme, a centre and days of service in one line each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from scheduler.domain.calendar import Place
from scheduler.domain.programme import AgendaDay, Channel, Programme, ServiceCentre
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.exchange.calendar import write_feed

PAGE = "https://frontline.example/service"
PUBLISHED = datetime(2027, 1, 4, 12, tzinfo=UTC)

CALENDAR_PROPERTIES = {
    "CALSCALE",
    "COLOR",
    "NAME",
    "PRODID",
    "REFRESH-INTERVAL",
    "VERSION",
    "X-PUBLISHED-TTL",
    "X-WR-CALNAME",
}
EVENT_PROPERTIES = {
    "CLASS",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "LAST-MODIFIED",
    "LOCATION",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "UID",
    "URL",
    "X-MICROSOFT-CDO-BUSYSTATUS",
}
"""Everything a feed may hold; whatever else turns up was put there by somebody's text."""


def experience_week(**changes: Any) -> Programme:
    """A programme of three days: introduction, then mail, then phone."""
    agenda = (
        AgendaDay(title="Principles and figures", channels=(Channel.INTRODUCTION,)),
        AgendaDay(title="Customers by mail", channels=(Channel.MAIL,)),
        AgendaDay(title="Customers by phone", channels=(Channel.PHONE,)),
    )
    fields: dict[str, Any] = {
        "key": "cew",
        "title": "Customer Experience Week",
        "days": 3,
        "agenda": agenda,
    }
    return Programme(**(fields | changes))


def berlin(**changes: Any) -> ServiceCentre:
    """A service centre in Berlin, open from nine to five."""
    place = Place(city="Berlin", country="DE", subdivision="BE", timezone="Europe/Berlin")
    fields: dict[str, Any] = {
        "key": "berlin",
        "name": "Berlin",
        "address": "Hauptstraße 1",
        "place": place,
    }
    return ServiceCentre(**(fields | changes))


def service_day(number: int = 0, **changes: Any) -> ServiceDay:
    """The `number`-th of three days in Berlin from 3 March 2027, from nine to five."""
    starts = datetime(2027, 3, 3, 8, tzinfo=UTC) + timedelta(days=number)
    fields: dict[str, Any] = {
        "uid": str(UUID(int=number + 1)),
        "employee_id": "E1",
        "duty_id": "E1@20270601",
        "number": number,
        "of": 3,
        "session": "cew.berlin.20270303",
        "programme": "cew",
        "centre": "berlin",
        "starts": starts,
        "ends": starts + timedelta(hours=8),
        "changed_at": PUBLISHED,
        "revision": 1,
    }
    return ServiceDay(**(fields | changes))


def cancelled_day(number: int = 0, **changes: Any) -> ServiceDay:
    """The same day after it was cancelled."""
    return service_day(number, **({"status": DayStatus.CANCELLED, "sequence": 1} | changes))


def feed(*days: ServiceDay, **changes: Any) -> bytes:
    """The feed of some days of the experience week in Berlin."""
    options: dict[str, Any] = {
        "name": "Service of Zoë",
        "programmes": {"cew": experience_week()},
        "centres": {"berlin": berlin()},
        "why": {"E1@20270601": "Your last service was two years ago."},
        "page_url": PAGE,
    }
    return write_feed(days, **(options | changes))


def lines(body: bytes) -> list[str]:
    """The content lines of a feed, unfolded by the letter of RFC 5545, 3.1."""
    text = body.decode().replace("\r\n ", "")
    assert text.endswith("\r\n")
    return text[:-2].split("\r\n")


def property_names(body: bytes) -> set[str]:
    """The name of every property, in whichever component."""
    names = {re.split("[:;]", line)[0] for line in lines(body)}
    return names - {"BEGIN", "END"}


def value(body: bytes, name: str) -> str:
    """The one value of a property as it stands in the bytes, escapes and all."""
    (found,) = [line for line in lines(body) if re.split("[:;]", line)[0] == name]
    return found.partition(":")[2]


def unescaped(text: str) -> str:
    """A TEXT value by the letter of RFC 5545, 3.3.11."""
    return re.sub(r"\\(.)", lambda escape: escape[1].replace("n", "\n"), text)
