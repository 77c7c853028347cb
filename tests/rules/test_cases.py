"""Hand-written cases: for every rule a plan that breaks it, by how much, and one that just does
not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scheduler.domain.calendar import Place, WorkPattern
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, Blackout, Scope, StandIns, Wish, WishKind
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.domain.programme import Channel
from scheduler.rules import in_force, registry
from scheduler.verify import verify
from tests.worlds import (
    BERLIN,
    TWO_DAYS,
    a_duty,
    a_person,
    a_session,
    a_world,
    as_soft,
    day,
    days,
    only,
    placed,
)


def violations_of(problem: Problem, *choices: tuple[str, int]) -> Sequence[Violation]:
    """What the rules in force find in a plan."""
    return verify(problem, placed(problem, *choices)).violations


def amounts(problem: Problem, *choices: tuple[str, int]) -> list[int]:
    return [violation.amount for violation in violations_of(problem, *choices)]


# absence


def leave(first: int, last: int) -> Problem:
    away = Absence(employee_id="ada", days=days(first, last))
    return a_world([a_person("ada")], [a_session(0)], rules=only("absence"), absences=(away,))


def test_serving_on_a_day_of_leave_breaks_absence_for_each_such_day() -> None:
    assert amounts(leave(0, 1), ("ada", 0)) == [2]
    assert amounts(leave(1, 5), ("ada", 0)) == [1]


def test_leave_that_ends_the_day_before_is_no_hindrance() -> None:
    assert not violations_of(leave(-5, -1), ("ada", 0))
    assert not violations_of(leave(2, 9), ("ada", 0))


@pytest.mark.parametrize(
    ("scope", "name", "broken"),
    [
        (Scope.TEAM, "red", [2]),
        (Scope.TEAM, "blue", []),
        (Scope.DEPARTMENT, "sales", [2]),
        (Scope.DEPARTMENT, "works", []),
        (Scope.COMPANY, "", [2]),
    ],
)
def test_a_blackout_keeps_those_it_concerns(scope: Scope, name: str, broken: list[int]) -> None:
    ada = a_person("ada", team="red", department="sales")
    out = Blackout(scope=scope, name=name, days=days(0, 1))
    problem = a_world([ada], [a_session(0)], rules=only("absence"), blackouts=(out,))
    assert amounts(problem, ("ada", 0)) == broken


def test_nobody_serves_before_being_hired_or_after_leaving() -> None:
    people = [a_person("new", hire_date=day(1)), a_person("old", leave_date=day(0))]
    people += [a_person("just", hire_date=day(0), leave_date=day(1))]
    problem = a_world(people, [a_session(0)], rules=only("absence"))
    assert amounts(problem, ("new", 0), ("old", 0)) == [1, 1]
    assert not violations_of(problem, ("just", 0))


# working_days


def test_a_weekday_off_or_a_public_holiday_where_the_person_works_breaks_working_days() -> None:
    part_time = a_person("ada", pattern=WorkPattern(weekdays=frozenset({0, 2})))
    # 6 January is a holiday in Bavaria and not in Berlin.
    bavarian = a_person("bea", place=Place(country="DE", subdivision="BY"))
    epiphany = a_session(-5)
    problem = a_world([part_time, bavarian], [a_session(0), epiphany], rules=only("working_days"))
    assert amounts(problem, ("ada", 0)) == [1]
    assert amounts(problem, ("bea", -5)) == [1]
    assert not violations_of(problem, ("bea", 0))


def test_a_closed_centre_breaks_working_days() -> None:
    shut = BERLIN.model_copy(update={"closed": (days(1),)})
    problem = a_world(
        [a_person("ada")], [a_session(0)], rules=only("working_days"), centres=(shut,)
    )
    assert amounts(problem, ("ada", 0)) == [1]


# seats


def test_a_session_holds_as_many_as_it_has_seats() -> None:
    people = [a_person(name) for name in ("ada", "bea", "cyd")]
    problem = a_world(people, [a_session(0, seats=2)], rules=only("seats"))
    assert not violations_of(problem, ("ada", 0), ("bea", 0))
    assert amounts(problem, ("ada", 0), ("bea", 0), ("cyd", 0)) == [1]


def test_a_centre_and_a_channel_hold_as_many_as_they_have_seats_over_all_sessions() -> None:
    people = [a_person(name) for name in ("ada", "bea")]
    sessions = [a_session(n, channels=((Channel.MAIL,), (Channel.PHONE,)), seats=5) for n in (0, 1)]
    small = BERLIN.model_copy(update={"seats": 1})
    one_line = BERLIN.model_copy(update={"channel_seats": {Channel.MAIL: 1, Channel.PHONE: 0}})
    world = a_world(people, sessions, rules=only("seats"), centres=(small,))
    assert [v.days for v in violations_of(world, ("ada", 0), ("bea", 1))] == [(day(1),)]
    world = a_world(people, sessions, rules=only("seats"), centres=(one_line,))
    assert amounts(world, ("ada", 0)) == [1]


# team_floor


@pytest.mark.parametrize(
    ("size", "share", "away", "broken"),
    [
        (9, 0.2, 1, []),
        (9, 0.2, 2, [1, 1]),
        (10, 0.2, 2, []),
        (30, 0.1, 3, []),
        (30, 0.1, 4, [1, 1]),
    ],
)
def test_at_most_a_share_of_a_team_is_away(
    size: int, share: float, away: int, broken: list[int]
) -> None:
    people = [a_person(f"p{n}", team="red") for n in range(size)]
    rules = only("team_floor", share=share, department_share=1.0)
    problem = a_world(people, [a_session(0, seats=9)], rules=rules)
    assert amounts(problem, *((f"p{n}", 0) for n in range(away))) == broken


def test_a_department_has_its_own_share_and_one_person_always_may() -> None:
    people = [a_person(f"p{n}", department="sales") for n in range(4)]
    rules = only("team_floor", department_share=0.25)
    problem = a_world(people, [a_session(0)], rules=rules)
    assert not violations_of(problem, ("p0", 0))
    assert amounts(problem, ("p0", 0), ("p1", 0)) == [1, 1]


def test_a_team_counts_those_employed_on_the_day() -> None:
    people = [a_person(f"p{n}", team="red") for n in range(4)]
    people.append(a_person("p4", team="red", leave_date=day(0)))
    problem = a_world(people, [a_session(0)], rules=only("team_floor", share=0.4))
    # 40 % of five is two on the first day, of four one on the second.
    assert [v.days for v in violations_of(problem, ("p0", 0), ("p1", 0))] == [(day(1),)]


# executive_cover


def test_so_many_executives_are_away_on_one_day() -> None:
    people = [a_person(name, executive=True) for name in ("ada", "bea", "cyd")]
    people.append(a_person("dan"))
    problem = a_world(people, [a_session(0)], rules=only("executive_cover", most=2))
    assert not violations_of(problem, ("ada", 0), ("bea", 0), ("dan", 0))
    assert amounts(problem, ("ada", 0), ("bea", 0), ("cyd", 0)) == [1, 1]


def test_of_a_listed_set_never_two_are_away_together() -> None:
    people = [a_person(name) for name in ("ada", "bea")]
    sessions = [a_session(0), a_session(1), a_session(2)]
    rules = only("executive_cover", sets=[["ada", "bea"]])
    problem = a_world(people, sessions, rules=rules)
    assert amounts(problem, ("ada", 0), ("bea", 1)) == [1]
    assert not violations_of(problem, ("ada", 0), ("bea", 2))


# deputies


def test_people_who_stand_in_for_each_other_are_not_away_together() -> None:
    people = [a_person(name) for name in ("ada", "bea")]
    pair = (StandIns(one="ada", other="bea"),)
    problem = a_world(people, [a_session(0), a_session(1), a_session(2)], rules=only("deputies"))
    assert not violations_of(problem, ("ada", 0), ("bea", 0))
    problem = problem.model_copy(update={"stand_ins": pair})
    assert amounts(problem, ("ada", 0), ("bea", 0)) == [1, 1]
    assert amounts(problem, ("ada", 0), ("bea", 1)) == [1]
    assert not violations_of(problem, ("ada", 0), ("bea", 2))


# spacing


def served(last: int) -> tuple[ServiceRecord, ...]:
    return (ServiceRecord(employee_id="ada", programme="two_days", days=(day(last),)),)


def test_a_service_too_soon_after_the_last_breaks_spacing_by_the_days_that_lack() -> None:
    rules = only("spacing", days=10)
    problem = a_world([a_person("ada")], [a_session(0)], rules=rules, records=served(-4))
    assert amounts(problem, ("ada", 0)) == [6]
    assert not violations_of(problem.model_copy(update={"records": served(-10)}), ("ada", 0))


def test_two_services_of_one_person_lie_so_many_days_apart() -> None:
    duties = [a_duty("ada", number=1), a_duty("ada", number=2)]
    sessions = [a_session(0), a_session(7), a_session(14)]
    problem = a_world([a_person("ada")], sessions, duties, rules=only("spacing", days=13))
    # The first ends on day 1; the next may begin on day 14.
    assert amounts(problem, ("ada", 0), ("ada", 7)) == [7]
    assert not violations_of(problem, ("ada", 0), ("ada", 14))


def test_separate_days_of_one_service_keep_the_gap_of_their_programme() -> None:
    programme = TWO_DAYS.model_copy(update={"separate": True, "gap_days": 7})
    duties = [a_duty("ada", id=f"ada@1#{n}", part=n, parts=2) for n in (1, 2)]
    sessions = [a_session(n, length=1) for n in (0, 4, 7)]
    problem = a_world(
        [a_person("ada")],
        sessions,
        duties,
        rules=only("spacing", days=100),
        programmes=(programme,),
    )
    assert amounts(problem, ("ada", 0), ("ada", 4)) == [3]
    assert not violations_of(problem, ("ada", 0), ("ada", 7))


# due_date


def due(due_day: int, **duty: Any) -> Problem:
    duties = [a_duty("ada", due=due_day, **duty)]
    return a_world([a_person("ada")], [a_session(21)], duties, rules=only("due_date"))


@pytest.mark.parametrize(
    ("due_day", "weeks", "points"), [(22, 0, 0), (21, 1, 4), (15, 1, 4), (14, 2, 12), (1, 3, 24)]
)
def test_every_week_late_costs_more_than_the_one_before(
    due_day: int, weeks: int, points: int
) -> None:
    violations = violations_of(due(due_day), ("ada", 21))
    assert [(v.amount, v.points) for v in violations] == ([(weeks, points)] if weeks else [])


def test_serving_early_costs_a_little_for_every_four_weeks_but_never_the_first_time() -> None:
    assert [v.points for v in violations_of(due(22 + 56), ("ada", 21))] == [2]
    assert not violations_of(due(22 + 27), ("ada", 21))
    assert not violations_of(due(22 + 56, first=True), ("ada", 21))


def test_before_the_window_opens_and_later_than_allowed_is_illegal_although_the_rule_is_soft() -> (
    None
):
    assert [(v.amount, v.hard) for v in violations_of(due(60, opens=24), ("ada", 21))] == [
        (3, True)
    ]
    late = due(1).model_copy(update={"rules": only("due_date", never_later_than=2)})
    assert [v.hard for v in violations_of(late, ("ada", 21))] == [True]
    assert not violations_of(due(48, opens=21), ("ada", 21))


# preferences


def wishing(kind: WishKind, first: int, last: int) -> Problem:
    wish = Wish(employee_id="ada", kind=kind, days=days(first, last))
    return a_world([a_person("ada")], [a_session(0)], rules=only("preferences"), wishes=(wish,))


def test_an_unwished_date_costs_its_weight_and_a_missed_wish_its_points() -> None:
    assert [v.points for v in violations_of(wishing(WishKind.UNWISHED, 1, 9), ("ada", 0))] == [10]
    assert not violations_of(wishing(WishKind.UNWISHED, 2, 9), ("ada", 0))
    assert [v.points for v in violations_of(wishing(WishKind.WISHED, 2, 9), ("ada", 0))] == [5]
    assert not violations_of(wishing(WishKind.WISHED, 1, 9), ("ada", 0))


def test_a_wish_for_days_outside_the_horizon_is_not_about_this_duty() -> None:
    assert not violations_of(wishing(WishKind.WISHED, -30, -20), ("ada", 0))
    assert not violations_of(wishing(WishKind.WISHED, 200, 210), ("ada", 0))


# level_load


def load(**params: Any) -> Problem:
    people = [a_person(f"p{n}") for n in range(4)]
    sessions = [a_session(0, seats=4), a_session(7, seats=4)]
    return a_world(people, sessions, rules=only("level_load", **({"tolerance": 0.0} | params)))


def test_each_week_takes_its_share_of_the_seats() -> None:
    assert not violations_of(load(), ("p0", 0), ("p1", 0), ("p2", 7), ("p3", 7))
    assert [
        (v.amount, v.points) for v in violations_of(load(), *((f"p{n}", 0) for n in range(4)))
    ] == [(2, 4)]


def test_tolerance_allows_more() -> None:
    assert not violations_of(load(tolerance=0.5), ("p0", 0), ("p1", 0), ("p2", 0))


def test_nobody_is_wanted_in_a_pause_and_more_in_a_peak() -> None:
    pause = load(pauses=[{"first": day(0), "last": day(4)}])
    assert amounts(pause, ("p0", 0)) == [1]
    assert not violations_of(pause, *((f"p{n}", 7) for n in range(4)))
    peak = load(peaks=[{"first": day(0), "last": day(4)}], peak_factor=3)
    assert not violations_of(peak, ("p0", 0), ("p1", 0), ("p2", 0))


# all of them

SOFTENED = [
    ("team_floor", {}, 2 * 3),
    ("executive_cover", {"most": 1}, 2 * 3),
    ("deputies", {}, 2 * 3),
]


@pytest.mark.parametrize(("key", "params", "points"), SOFTENED)
def test_a_softened_rule_costs_its_weight_for_each_too_many(
    key: str, params: dict[str, Any], points: int
) -> None:
    people = [a_person(name, team="red", executive=True) for name in ("ada", "bea")]
    rules = as_soft(only(key, **params), key, weight=3)
    pair = (StandIns(one="ada", other="bea"),)
    problem = a_world(people, [a_session(0)], rules=rules, stand_ins=pair)
    verification = verify(problem, placed(problem, ("ada", 0), ("bea", 0)))
    assert not verification.hard
    assert verification.score == {key: points}


@pytest.mark.parametrize("key", registry())
def test_every_rule_speaks_in_whole_sentences_in_each_mode(key: str) -> None:
    rule = registry()[key]
    assert rule.__doc__
    for setting in _modes(rule.default_setting()):
        for text in (str(rule(setting).sentence()), str(rule(setting).because())):
            assert text
            assert "{" not in text


@pytest.mark.parametrize("key", registry())
def test_every_parameter_has_a_title_for_its_form(key: str) -> None:
    for name, parameter in registry()[key].Params.model_fields.items():
        assert parameter.title, name


def test_rules_that_are_always_on_ignore_being_turned_off() -> None:
    off = only()
    assert {rule.key for rule in in_force(off)} == {
        key for key, rule in registry().items() if rule.always_on
    }


def _modes(setting: RuleSetting) -> list[RuleSetting]:
    return [setting.model_copy(update={"mode": mode}) for mode in ("hard", "soft", "off")]
