"""A person's days of service as an iCalendar feed (RFC 5545, 7986) that every client reads alike.

The bytes depend on the arguments alone: the same days make the same feed, so that an unchanged
calendar is recognised by its entity tag. Times are written in UTC, which no client can misread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vText

from scheduler.domain.programme import AgendaDay, Channel, Programme, ServiceCentre
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.domain.words import ENGLISH, Message, Translations, say

SHOWN_AFTERWARDS = timedelta(days=60)
CANCELLED_SHOWN_AFTERWARDS = timedelta(days=30)
REFRESHED_EVERY = timedelta(hours=1)

_LINE_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_EDGES = re.compile(r"\A[\s\ufeff]+|[\s\ufeff]+\Z")

_CHANNELS = {
    Channel.INTRODUCTION: say("introduction"),
    Channel.MAIL: say("mail"),
    Channel.PHONE: say("phone"),
}


def write_feed(
    days: Sequence[ServiceDay],
    *,
    name: str,
    programmes: Mapping[str, Programme],
    centres: Mapping[str, ServiceCentre],
    why: Mapping[str, str],
    page_url: str,
    method: str | None = None,
    hide_cancelled: bool = False,
    translations: Translations = ENGLISH,
    names: Mapping[str, str] | None = None,
) -> bytes:
    """One calendar called `name` with an event for each of `days`.

    `why` maps a duty's id to the reason for its date, already in the reader's words; `page_url` is
    the page behind sign-in that each event links to. `method` is left out for a feed or a download.
    `names` (by employee id) are put before the titles, in a calendar of many people's days; a
    person's own never has any.
    """
    calendar = _calendar(name, method)
    describe = _Describer(programmes, centres, why, one_line(page_url), translations, names or {})
    for day in sorted(days, key=lambda day: (day.starts, day.uid)):
        if not (hide_cancelled and day.status is DayStatus.CANCELLED):
            calendar.add_component(_event(day, describe))
    written: bytes = calendar.to_ical()
    return written


def in_window(days: Iterable[ServiceDay], at: datetime) -> list[ServiceDay]:
    """The days that a feed shows on the date of `at` (in UTC): those ahead, those of the last 60
    days, and cancelled ones until 30 days after the day. All of a date see the same."""
    today = datetime.combine(at.astimezone(UTC), time(), UTC)
    return [day for day in days if day.ends >= today - _shown_afterwards(day)]


def etag(body: bytes) -> str:
    """The strong entity tag of `body`, without its quotation marks."""
    return sha256(body).hexdigest()[:32]


def one_line(text: str) -> str:
    """`text` as a single line: line breaks and control characters become spaces, because some
    clients drop an event whose summary breaks, and some split lines at any of them."""
    return _trimmed(_CONTROLS.sub(" ", text.replace("\r\n", " ")))


def paragraphs(text: str) -> str:
    """`text` with every kind of line break as a line feed, and other controls as spaces."""
    lines = _LINE_BREAKS.sub("\n", text).split("\n")
    return _trimmed("\n".join(_CONTROLS.sub(" ", line) for line in lines))


class _Text(vText):
    """TEXT escaped as RFC 5545, 3.3.11 says; the library's own reads a backslash before N, as in
    a path, for a line break."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        escaped = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return escaped.replace("\n", "\\n").encode()


@dataclass(frozen=True)
class _Describer:
    """Puts a day of service into words."""

    programmes: Mapping[str, Programme]
    centres: Mapping[str, ServiceCentre]
    why: Mapping[str, str]
    page_url: str
    translations: Translations
    names: Mapping[str, str]

    def summary(self, day: ServiceDay) -> str:
        title = self._title(day)
        if name := one_line(self.names.get(day.employee_id, "")):
            title = self._render(say("{name}: {title}", name=name, title=title))
        if day.of > 1:
            title = self._render(
                say("{title} (day {number} of {of})", title=title, **_place_in_row(day))
            )
        if day.status is DayStatus.CANCELLED:
            return self._render(say("Cancelled: {title}", title=title))
        return title

    def location(self, day: ServiceDay) -> str:
        centre = self.centres.get(day.centre)
        if centre is None:
            return one_line(day.centre)
        return ", ".join(
            filter(None, (one_line(centre.name) or centre.key, one_line(centre.address)))
        )

    def description(self, day: ServiceDay) -> str:
        cancelled = day.status is DayStatus.CANCELLED
        blocks = [
            self._render(say("This day of service does not take place.")) if cancelled else "",
            self._programme(day),
            "" if cancelled else self._agenda(day),
            "" if cancelled else self._reason(day),
            self.page_url,
        ]
        return paragraphs("\n\n".join(filter(None, blocks)))

    def _title(self, day: ServiceDay) -> str:
        programme = self.programmes.get(day.programme)
        return one_line(programme.title if programme else "") or one_line(day.programme)

    def _programme(self, day: ServiceDay) -> str:
        if day.of == 1:
            return self._title(day)
        title = self._title(day)
        return self._render(say("{title}, day {number} of {of}", title=title, **_place_in_row(day)))

    def _agenda(self, day: ServiceDay) -> str:
        programme = self.programmes.get(day.programme)
        agenda = programme.agenda_of(day.number) if programme else AgendaDay(title="")
        channels = ", ".join(self._render(_CHANNELS[each]) for each in agenda.channels)
        entry = ": ".join(filter(None, (one_line(agenda.title), channels)))
        lines = [self._hours(day)]
        if entry and entry != self._title(day):
            lines.append(self._render(say("Agenda: {agenda}", agenda=entry)))
        return "\n".join(lines)

    def _hours(self, day: ServiceDay) -> str:
        centre = self.centres.get(day.centre)
        timezone = centre.place.timezone if centre else "UTC"
        starts, ends = (each.astimezone(ZoneInfo(timezone)) for each in (day.starts, day.ends))
        return f"{starts:%H:%M}–{ends:%H:%M} ({timezone})"

    def _reason(self, day: ServiceDay) -> str:
        reason = paragraphs(self.why.get(day.duty_id, ""))
        return self._render(say("Why this date: {reason}", reason=reason)) if reason else ""

    def _render(self, message: Message) -> str:
        return message.render(self.translations)


def _calendar(name: str, method: str | None) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Frontline//Days of service//EN")
    calendar.add("CALSCALE", "GREGORIAN")
    if method is not None:
        calendar.add("METHOD", _Text(one_line(method)))
    calendar.add("NAME", _Text(one_line(name)))
    calendar.add("X-WR-CALNAME", _Text(one_line(name)))
    calendar.add("COLOR", "steelblue")
    # RFC 7986, 5.7 wants the parameter; the library leaves it out.
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESHED_EVERY, params={"VALUE": "DURATION"}))
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESHED_EVERY))
    return calendar


def _event(day: ServiceDay, describe: _Describer) -> Event:
    # A cancelled day keeps nobody busy, also where a client does not know STATUS.
    confirmed = day.status is DayStatus.CONFIRMED
    event = Event()
    event.add("UID", _Text(one_line(day.uid)))
    event.add("DTSTAMP", day.changed_at.astimezone(UTC))
    event.add("LAST-MODIFIED", day.changed_at.astimezone(UTC))
    event.add("SEQUENCE", day.sequence)
    event.add("DTSTART", day.starts.astimezone(UTC))
    event.add("DTEND", day.ends.astimezone(UTC))
    event.add("STATUS", day.status.value.upper())
    event.add("SUMMARY", _Text(one_line(describe.summary(day))))
    event.add("LOCATION", _Text(describe.location(day)))
    event.add("DESCRIPTION", _Text(describe.description(day)))
    if describe.page_url:
        event.add("URL", describe.page_url)
    event.add("CLASS", "PRIVATE")
    event.add("TRANSP", "OPAQUE" if confirmed else "TRANSPARENT")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY" if confirmed else "FREE")
    return event


def _place_in_row(day: ServiceDay) -> dict[str, int]:
    return {"number": day.number + 1, "of": day.of}


def _shown_afterwards(day: ServiceDay) -> timedelta:
    confirmed = day.status is DayStatus.CONFIRMED
    return SHOWN_AFTERWARDS if confirmed else CANCELLED_SHOWN_AFTERWARDS


def _trimmed(text: str) -> str:
    """`text` without blanks and byte-order marks at its ends, and without the halves of surrogate
    pairs, which UTF-8 cannot hold."""
    return _SURROGATES.sub("\ufffd", _EDGES.sub("", text))
