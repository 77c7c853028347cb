"""Languages: which one a reader gets, and how dates, numbers and messages are said in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask import Flask, request
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    format_time,
    format_timedelta,
    get_locale,
    get_translations,
)
from markupsafe import Markup

from scheduler.domain.calendar import Period
from scheduler.domain.plan import gap_told
from scheduler.domain.programme import Channel, ServiceCentre
from scheduler.domain.words import Message
from web.gettext import gettext, ngettext

LANGUAGES = ("en",)
"""Languages that have a catalogue in `web/translations` (English needs none)."""
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
THIN_SPACE = "\u202f"


def install(app: Flask) -> None:
    """Give the application its languages, and the templates their filters."""
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "UTC"
    Babel(app, locale_selector=best_language)
    app.jinja_env.filters.update(
        said=said,
        day=day,
        short_day=short_day,
        weekday=weekday,
        days=days,
        month=month,
        short_month=short_month,
        local_day=local_day,
        span=span,
        period=period,
        weekday_name=weekday_name,
        channel_name=channel_name,
        attributes=attributes,
        moment=moment,
        ago=ago,
        hours=hours,
        number=number,
        percent=percent,
        gap=gap,
        seconds=seconds,
    )
    app.jinja_env.globals["language"] = lambda: str(get_locale()).replace("_", "-")


def best_language() -> str:
    """The language the browser asks for, as far as there is one."""
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def said(message: Message | None) -> str:
    """A message of the scheduler in the reader's language, dates as the reader writes them."""
    return "" if message is None else localised(message).render(get_translations())


def localised(message: Message) -> Message:
    """The same message with the dates among its values written out."""
    return message.model_copy(
        update={"values": {key: _localised(value) for key, value in message.values.items()}}
    )


def _localised(value: Any) -> Any:
    if isinstance(value, Message):
        return localised(value)
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return day(date.fromisoformat(value))
    if isinstance(value, list | tuple):
        return ", ".join(str(_localised(each)) for each in value)
    return value


def day(value: date | None) -> str:
    """12 May 2027; a dash for no date."""
    return "–" if value is None else str(format_date(value, "d MMM yyyy"))


def short_day(value: date) -> str:
    """Wed 12 May."""
    return str(format_date(value, "EEE d MMM"))


def weekday(value: date) -> str:
    """Wed."""
    return str(format_date(value, "EEE"))


def month(value: date) -> str:
    """May 2027."""
    return str(format_date(value, "MMM yyyy"))


def weekday_name(number: int, width: Literal["abbreviated", "wide"] = "abbreviated") -> str:
    """Mon for 0; `width` "wide" for Monday."""
    return str(get_day_names(width, locale=get_locale())[number])


def short_month(value: date) -> str:
    """May, and the year with January."""
    return str(format_date(value, "MMM yyyy" if value.month == 1 else "MMM"))


def local_day(value: datetime, centre: ServiceCentre | None) -> str:
    """Wed 12 May 2027: the date of an instant at a service centre."""
    zone = ZoneInfo(centre.place.timezone if centre else "UTC")
    return str(format_date(value.astimezone(zone).date(), "EEE d MMM yyyy"))


def span(value: Sequence[date]) -> str:
    """1 Jan 2027 – 31 Dec 2028: a horizon."""
    return f"{day(value[0])} – {day(value[-1])}"


def period(value: Period) -> str:
    """2 years, 6 months, 10 days."""
    parts = []
    if value.months and value.months % 12 == 0:
        parts.append(ngettext("%(num)s year", "%(num)s years", value.months // 12))
    elif value.months:
        parts.append(ngettext("%(num)s month", "%(num)s months", value.months))
    if value.days or not parts:
        parts.append(ngettext("%(num)s day", "%(num)s days", value.days))
    return ", ".join(parts)


def attributes(values: Mapping[str, Any]) -> Markup:
    """Attributes of an element: None and False are left out, True stands without a value."""
    parts = []
    for name, value in values.items():
        if value is True:
            parts.append(Markup(" {}").format(name))
        elif value not in (None, False):
            parts.append(Markup(' {}="{}"').format(name, value))
    return Markup("").join(parts)


def days(value: Iterable[date]) -> str:
    """Wed 12 – Fri 14 May 2027: from the first to the last of some days."""
    given = sorted(value)
    if not given:
        return "–"
    first, last = given[0], given[-1]
    end = str(format_date(last, "EEE d MMM yyyy"))
    if first == last:
        return end
    if first.year != last.year:
        start = format_date(first, "EEE d MMM yyyy")
    elif first.month != last.month:
        start = format_date(first, "EEE d MMM")
    else:
        start = format_date(first, "EEE d")
    return f"{start} – {end}"


def moment(value: datetime | None) -> str:
    """12 May 2027, 14:02, in UTC, which is said: an audit trail has one clock."""
    if value is None:
        return "–"
    return f"{format_datetime(value.astimezone(UTC), 'd MMM yyyy, HH:mm', rebase=False)} UTC"


def ago(value: datetime | None, at: datetime) -> str:
    """2 hours ago, seen from `at`; “never” for no moment."""
    if value is None:
        return str(gettext("never"))
    passed = max(timedelta(0), at - value)
    if passed < timedelta(minutes=1):
        return str(gettext("just now"))
    return str(gettext("%(time)s ago", time=format_timedelta(passed, threshold=1.2)))


def hours(starts: datetime, ends: datetime, timezone: str) -> str:
    """09:00–17:00 on the clock of the place."""
    zone = ZoneInfo(timezone)
    clock = (
        format_time(instant.astimezone(zone).time(), "HH:mm", rebase=False)
        for instant in (starts, ends)
    )
    return "–".join(clock)


def number(value: float | None, digits: int = 0) -> str:
    """83,235; a dash for no number."""
    if value is None:
        return "–"
    return str(
        format_decimal(round(value, digits), "#,##0" + ("." + "0" * digits if digits else ""))
    )


def percent(value: float | None, digits: int = 0) -> str:
    """0.15 % of a share 0.0015; a dash for no number."""
    if value is None:
        return "–"
    shown = str(format_percent(value, "#,##0" + ("." + "0" * digits if digits else "") + "%"))
    return shown.replace("%", f"{THIN_SPACE}%")


def gap(value: float | None) -> str:
    """The gap to the proven bound as a percentage, zero for a proven plan only."""
    return percent(None if value is None else gap_told(value), 2)


def seconds(value: float | None) -> str:
    """6.2 s, and from ten seconds on without a fraction; minutes from ten of them on."""
    if value is None:
        return "–"
    if value >= 600:
        return str(gettext("%(n)s min", n=number(value / 60)))
    return str(gettext("%(n)s s", n=number(value, 1 if value < 10 and value != int(value) else 0)))


def channel_name(channel: Channel) -> str:
    """What a channel is called."""
    return {
        Channel.INTRODUCTION: gettext("introduction"),
        Channel.MAIL: gettext("mail"),
        Channel.PHONE: gettext("phone"),
    }[channel]
