"""Every preset makes a policy, and sessions that people can serve in."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

import data
from scheduler.domain.calendar import DateRange, Period
from scheduler.domain.errors import NotFound
from scheduler.domain.programme import MonthlyPattern, ServiceCentre, generate_sessions
from scheduler.presets import Preset, preset, presets

START = date(2027, 1, 4)
TWO_YEARS = DateRange(first=START, last=date(2029, 1, 3))
CENTRE = ServiceCentre(key="centre", name="A centre without public holidays")
SESSIONS = {  # in 104 weeks, and Monday to Wednesday of another
    "amazon": 209 + 24,
    "amazon_cew": 24,
    "amazon_days": 209,
    "automattic": 104,
    "basecamp": 523,
    "doordash": 523,
    "hyatt": 2,
    "olark": 523,
    "zappos": 79,
}
each = pytest.mark.parametrize("known", presets(), ids=lambda known: known.key)


def test_all_programmes_of_the_design_are_there() -> None:
    assert [known.key for known in presets()] == list(SESSIONS)


@each
def test_files_are_named_by_their_key(known: Preset) -> None:
    assert (Path(data.__file__).parent / "presets" / f"{known.key}.toml").is_file()


@each
def test_says_what_it_is_and_where_it_was_read(known: Preset) -> None:
    assert known.title
    assert known.description.endswith((".", ".)"))
    assert known.source


@each
def test_makes_a_policy(known: Preset) -> None:
    policy = known.policy(START)
    assert policy.start == START
    assert policy.early.after(START) < policy.cycle.after(START)


@each
def test_makes_sessions(known: Preset) -> None:
    sessions = generate_sessions(known.programmes, [CENTRE], TWO_YEARS)
    assert len(sessions) == SESSIONS[known.key]
    titles = {programme.agenda_of(n).title for programme in known.programmes for n in range(5)}
    assert "" not in titles


def test_the_default_has_both_programmes_of_the_brief() -> None:
    two_days, week = preset("amazon").programmes
    sessions = generate_sessions([two_days], [CENTRE], TWO_YEARS)
    assert {tuple(day.weekday() for day in s.days) for s in sessions} == {(0, 1), (2, 3)}
    assert isinstance(week.pattern, MonthlyPattern)
    sessions = generate_sessions([week], [CENTRE], TWO_YEARS)
    assert {len(session.days) for session in sessions} == {3}
    assert [[channel.value for channel in day] for day in sessions[0].channels] == [
        ["introduction", "mail"],
        ["mail", "phone"],
        ["phone"],
    ]
    assert preset("amazon").policy(START).cycle == Period(months=24)


def test_the_single_ones_are_parts_of_the_default() -> None:
    assert (
        preset("amazon_days").programmes + preset("amazon_cew").programmes
        == preset("amazon").programmes
    )


def test_a_shift_of_three_hours_lasts_three_hours() -> None:
    session = generate_sessions(preset("olark").programmes, [CENTRE], TWO_YEARS)[0]
    assert (session.starts, session.ends) == ((time(10),), (time(13),))


def test_holiday_helpers_serve_in_the_season_only() -> None:
    sessions = generate_sessions(preset("zappos").programmes, [CENTRE], TWO_YEARS)
    assert {session.first_day.month for session in sessions} == {11, 12, 1}


def test_an_unknown_key_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"no preset “amazin”. Known presets: amazon, amazon_cew"):
        preset("amazin")
