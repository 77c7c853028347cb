"""Policy, programmes, centres and rules are kept; the rules with their history."""

from __future__ import annotations

from datetime import date, time

import pytest

from scheduler.domain.calendar import Period, Place
from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.problem import Mode, RuleSetting
from scheduler.domain.programme import (
    AgendaDay,
    Channel,
    MonthlyPattern,
    Policy,
    Programme,
    ServiceCentre,
)
from scheduler.store import RuleBook, Store
from tests.store.examples import AUCKLAND, BERLIN, MINUTE, NOW, TWO_DAYS, days

SPACING = RuleSetting(key="spacing", mode=Mode.HARD, params={"weeks": 4, "share": 0.2})
NOTICE = RuleSetting(key="notice", mode=Mode.SOFT, weight=30)


def test_there_is_no_policy_until_somebody_says_one(store: Store) -> None:
    policy = Policy(start=date(2027, 1, 1), cycle=Period(months=12), programmes=("cew",))
    with store.write() as unit:
        assert unit.catalogue.policy() is None
        unit.catalogue.save_policy(policy.model_copy(update={"pro_rata": True}))
        unit.catalogue.save_policy(policy)
    with store.read() as unit:
        assert unit.catalogue.policy() == policy


def test_programmes_are_added_and_changed_by_key(store: Store) -> None:
    week = Programme(
        key="cew",
        title="Customer Experience Week",
        days=3,
        pattern=MonthlyPattern(),
        agenda=(AgendaDay(title="First", channels=(Channel.MAIL,), starts=time(10)),),
        season=("11-20", "01-15"),
    )
    with store.write() as unit:
        unit.catalogue.save_programmes([TWO_DAYS, week.model_copy(update={"days": 9})])
        unit.catalogue.save_programmes([week])
    with store.read() as unit:
        assert unit.catalogue.programmes() == (week, TWO_DAYS)


def test_centres_are_added_and_changed_by_key(store: Store) -> None:
    whole = ServiceCentre(
        key="berlin",
        name="Berlin",
        place=Place(country="DE", subdivision="BE", timezone="Europe/Berlin"),
        channel_seats={Channel.PHONE: 4},
        closed=(days(date(2027, 12, 24), date(2027, 12, 31)),),
        languages=("de",),
        opens=time(8, 30),
    )
    with store.write() as unit:
        unit.catalogue.save_centres([BERLIN, AUCKLAND])
        unit.catalogue.save_centres([whole])
    with store.read() as unit:
        assert unit.catalogue.centres() == (AUCKLAND, whole)
        assert unit.catalogue.centre("berlin") == whole
        with pytest.raises(NotFound, match="“atlantis”"):
            unit.catalogue.centre("atlantis")


def test_the_first_rules_are_nobodys(store: Store) -> None:
    with store.read() as unit:
        assert unit.catalogue.rules() == RuleBook()
        assert unit.catalogue.rule_history() == ()


def test_every_change_of_the_rules_is_remembered(store: Store) -> None:
    with store.write() as unit:
        first = unit.catalogue.save_rules(
            [SPACING], expected_version=0, author="admin", at=NOW, note="A start"
        )
    with store.write() as unit:
        second = unit.catalogue.save_rules(
            [SPACING, NOTICE], expected_version=1, author="other", at=NOW + MINUTE
        )
    assert (first, second) == (1, 2)
    newest = RuleBook(2, (SPACING, NOTICE), "other", NOW + MINUTE)
    with store.read() as unit:
        assert unit.catalogue.rules() == newest
        assert unit.catalogue.rule_history(limit=1) == (newest,)
        assert unit.catalogue.rule_history() == (
            newest,
            RuleBook(1, (SPACING,), "admin", NOW, "A start"),
        )


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(store: Store) -> None:
    with store.write() as unit:
        unit.catalogue.save_rules([SPACING], expected_version=0, author="admin", at=NOW)
    with pytest.raises(Conflict, match="Somebody else"), store.write() as unit:
        unit.catalogue.save_rules([NOTICE], expected_version=0, author="other", at=NOW)
    with store.read() as unit:
        assert unit.catalogue.rules().settings == (SPACING,)
