"""Dates, numbers and sentences as the reader writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from flask import Flask

from scheduler.domain.calendar import Period
from scheduler.domain.words import say, say_number
from scheduler.exchange.roster.fields import FIELDS
from scheduler.rules import registry
from tests.catalogues import Catalogue
from web import language, words

KEYWORDS = {"_": None, "ngettext": (1, 2), "say": None, "say_number": (1, 2)}
AT = datetime(2027, 5, 12, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_a_message_is_said_with_its_dates_written_out() -> None:
    inner = say("late by {n}", n=2)
    message = say("Due {day}: {why}, {days}", day=date(2027, 5, 12), why=inner, days=["2027-05-13"])
    assert language.said(message) == "Due 12 May 2027: late by 2, 13 May 2027"
    assert language.said(None) == ""
    assert language.said(say_number("{n} seat, 100 %", "{n} seats, 100 %", 2)) == "2 seats, 100 %"


def test_the_catalogue_of_the_reader_has_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    german = Catalogue({}, {"{n} seat": ("{n} Platz", "{n} Plätze")})
    monkeypatch.setattr(language, "get_translations", lambda: german)
    said = [language.said(say_number("{n} seat", "{n} seats", n)) for n in (1, 2)]
    assert said == ["1 Platz", "2 Plätze"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([date(2027, 5, 12)], "Wed 12 May 2027"),
        ([date(2027, 5, 14), date(2027, 5, 12)], "Wed 12 – Fri 14 May 2027"),
        ([date(2027, 5, 31), date(2027, 6, 1)], "Mon 31 May – Tue 1 Jun 2027"),
        ([date(2026, 12, 31), date(2027, 1, 1)], "Thu 31 Dec 2026 – Fri 1 Jan 2027"),
        ([], "–"),
    ],
)
def test_days_in_a_row_are_told_from_first_to_last(days: list[date], said: str) -> None:
    assert language.days(days) == said


def test_no_value_is_a_dash() -> None:
    for write in (language.day, language.number, language.percent, language.seconds):
        assert write(None) == "–"
    assert language.moment(None) == "–"


def test_moments_say_their_clock() -> None:
    assert language.moment(AT) == "12 May 2027, 09:30 UTC"
    assert language.hours(AT, AT + timedelta(hours=8), "Europe/Berlin") == "11:30–19:30"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (-timedelta(hours=1), "just now"),
    ],
)
def test_how_long_ago(before: timedelta, said: str) -> None:
    assert language.ago(AT - before, AT) == said
    assert language.ago(None, AT) == "never"


def test_numbers_shares_and_seconds() -> None:
    assert language.number(83235) == "83,235"
    assert language.number(1.26, 1) == "1.3"
    assert language.percent(0.0015, 2).replace("\u202f", " ") == "0.15 %"
    gaps = [language.gap(gap).replace("\u202f", " ") for gap in (0.0, 3e-6, 0.0015, None)]
    assert gaps == ["0.00 %", "0.01 %", "0.15 %", "–"]
    assert [language.seconds(n) for n in (6.2, 6.0, 59.6, 1200)] == [
        "6.2 s",
        "6 s",
        "60 s",
        "20 min",
    ]


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (Period(months=24), "2 years"),
        (Period(months=12), "1 year"),
        (Period(months=6), "6 months"),
        (Period(months=1, days=10), "1 month, 10 days"),
        (Period(days=1), "1 day"),
    ],
)
def test_periods_are_told_in_their_largest_unit(period: Period, said: str) -> None:
    assert language.period(period) == said


def test_attributes_of_an_element() -> None:
    given = {"disabled": True, "readonly": False, "title": 'a "b"', "role": None}
    assert str(language.attributes(given)) == ' disabled title="a &#34;b&#34;"'


def test_a_run_says_how_much_better_it_became_lately() -> None:
    trail = [(0.0, 100.0, 1.0), (4.0, 80.0, 2.0), (9.0, 70.0, 3.0)]
    assert words.saved(trail) == "−10 in the last 5 s"
    assert words.saved(trail[:1]) == ""
    assert words.saved([(0.0, None, 1.0), (1.0, 5.0, 1.0), (9.0, 5.0, 1.0)]) == ""


def test_a_rule_that_is_gone_keeps_its_key_as_its_title() -> None:
    assert words.rule_title("spacing") == "Time between two services"
    assert words.rule_title("forgotten") == "forgotten"


def test_languages_without_a_catalogue_fall_back_to_english(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "de, en;q=0.5"}):
        assert language.best_language() == "en"


def test_every_text_can_be_extracted_for_translation(app: Flask) -> None:
    folder = Path(app.root_path)
    with (folder / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(folder.parent, methods, options, keywords=KEYWORDS)
    texts = {message for _file, _line, message, *_ in found}
    assert {"Stop and keep the best", "Sign in", "too many of your team away"} <= texts
    assert {("{n} point", "{n} points"), ("%(num)s day", "%(num)s days")} <= texts
    for rule in registry().values():
        titles = {rule.title, *(field.title for field in rule.Params.model_fields.values())}
        assert titles <= texts
    assert {column.title for column in FIELDS} <= texts
