"""Centres and programmes: a preset to begin with, and centres added by hand."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from scheduler.domain.programme import MonthlyPattern, Programme, WeeklyPattern
from tests.web.company import Company
from tests.web.conftest import token
from web.planner.centres import offered


def add(client: FlaskClient, **changes: str) -> TestResponse:
    """Send the form for a new centre."""
    form = {
        "csrf_token": token(client, "/centres/"),
        "name": "Oslo",
        "city": "Oslo",
        "country": "no",
        "subdivision": "",
        "timezone": "Europe/Oslo",
        "address": "Storgata 1",
        "seats": "12",
    }
    return client.post("/centres/", data=form | changes)


def test_a_centre_is_added(hr: FlaskClient, company: Company) -> None:
    assert add(hr).status_code == 302
    with company.store.read() as unit:
        centre = unit.catalogue.centre("oslo")
    assert (centre.place.country, centre.place.timezone, centre.seats) == ("NO", "Europe/Oslo", 12)
    assert "Oslo" in hr.get("/plans/new").text


def test_no_seats_means_no_limit(hr: FlaskClient, company: Company) -> None:
    add(hr, seats="")
    with company.store.read() as unit:
        assert unit.catalogue.centre("oslo").seats is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"timezone": "Europe/Atlantis"}, "Write an IANA time zone"),
        ({"timezone": "../etc/passwd"}, "Write an IANA time zone"),
        ({"country": "N"}, "This cannot be right."),
        ({"seats": "many"}, "Write a whole number from 0 to 10000."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    hr: FlaskClient, changes: dict[str, str], said: str
) -> None:
    answer = add(hr, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Storgata 1" in answer.text


def test_a_name_is_given_once(hr: FlaskClient, company: Company) -> None:
    assert add(hr, name="Berlin").status_code == 409


def test_a_preset_sets_up_policy_and_programmes(hr: FlaskClient, company: Company) -> None:
    form = {"csrf_token": token(hr, "/centres/"), "preset": "automattic"}
    assert hr.post("/centres/preset", data=form).status_code == 302
    with company.store.read() as unit:
        policy = unit.catalogue.policy()
    assert policy is not None
    assert policy.cycle.months == 12
    assert hr.post("/centres/preset", data=form | {"preset": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (MonthlyPattern(weekday=1, nth=2), "monthly, from the second Tuesday"),
        (MonthlyPattern(weekday=4, nth=5), "monthly, from the last Friday"),
        (WeeklyPattern(weekdays=(0, 2)), "every week, from Mon, Wed"),
        (WeeklyPattern(weekdays=(3,), every=8), "every 8 weeks, from Thu"),
    ],
)
def test_patterns_are_told_in_words(app: Flask, pattern: Any, said: str) -> None:
    with app.test_request_context():
        assert offered(Programme(key="x", title="X", pattern=pattern)) == said
