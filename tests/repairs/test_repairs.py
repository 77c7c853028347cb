"""What is offered, in words, for each rule that can keep a duty from its only session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scheduler.domain.people import Absence, Exemption, Mentor, Pairing, StandIns, Wish, WishKind
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.domain.programme import Channel
from scheduler.repairs import Blocking, Repair, Repairs
from scheduler.repairs.another_session import AnotherSession
from scheduler.solving.engine import solve
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


def first_repair(problem: Problem, plan: Sequence[Assignment] = ()) -> tuple[str, int]:
    """The words and the cost of the cheapest repair of the one duty left out, which works."""
    repairs = Repairs(problem, plan)
    [duty_id] = repairs.unassigned
    repair = repairs.of(duty_id)[0]
    made = repair.apply(problem)
    assert not verify(made, [*plan, *repair.places]).hard
    assert len(solve(made).assignments) == len(plan) + 1
    return str(repair.text(problem)), repair.cost


def as_hard(key: str, **params: Any) -> tuple[RuleSetting, ...]:
    """One rule hard, and all others off."""
    return tuple(
        setting.model_copy(update={"mode": Mode.HARD}) if setting.key == key else setting
        for setting in only(key, **params)
    )


def people(*names: str, **changes: Any) -> list[Any]:
    """People of one department."""
    return [a_person(name, **({"department": "sales"} | changes)) for name in names]


def test_a_seat() -> None:
    problem = a_world(people("ann", "bob"), [a_session(0, seats=1)], rules=only("seats"))
    said = first_repair(problem, placed(problem, ("ann", 0)))
    assert said == ("one more seat in Berlin on 2027-01-11", 1)


def test_a_seat_and_a_desk_of_the_centre() -> None:
    berlin = BERLIN.model_copy(update={"seats": 1, "channel_seats": {Channel.PHONE: 1}})
    phone = a_session(0, channels=((Channel.PHONE,), (Channel.MAIL,)))
    problem = a_world(people("ann", "bob"), [phone], centres=(berlin,), rules=only("seats"))
    assert first_repair(problem, placed(problem, ("ann", 0))) == (
        "room for 1 more at Berlin on every day, desks for 1 more at Berlin on every day (phone)",
        6,
    )


def test_one_more_of_a_team() -> None:
    team = people(*(f"p{n}" for n in range(9)), team="Payments")
    duties = [a_duty("p0"), a_duty("p1")]
    problem = a_world(team, [a_session(0)], duties, rules=only("team_floor", department_share=1.0))
    assert first_repair(problem, placed(problem, ("p0", 0))) == (
        "let 2 of 9 of team Payments in week 2027-W02 be away: up to 22.23% in department sales",
        2,
    )


def test_a_later_due_date() -> None:
    problem = a_world(
        people("ann"), [a_session(0)], [a_duty("ann", due=-3)], rules=as_hard("due_date")
    )
    assert first_repair(problem) == ("Ann due a week later", 1)


def test_a_due_date_beyond_its_limit() -> None:
    rules = as_soft(only("due_date", never_later_than=1), "due_date")
    problem = a_world(people("ann"), [a_session(0)], [a_duty("ann", due=-22)], rules=rules)
    assert first_repair(problem) == ("Ann due 3 weeks later", 3)


def test_a_window_opened_earlier() -> None:
    problem = a_world(
        people("ann"), [a_session(0)], [a_duty("ann", opens=9)], rules=only("due_date")
    )
    assert first_repair(problem) == ("the window opened 9 days earlier for Ann", 2)


def test_shorter_notice() -> None:
    problem = a_world(people("ann"), [a_session(0)], rules=only("notice"), made=day(-8))
    said = "1 instead of 2 weeks' notice in department sales"
    assert first_repair(problem) == (said, 2)


def test_less_time_between_two_services() -> None:
    problem = a_world(
        people("ann"),
        [a_session(0), a_session(21)],
        [a_duty("ann"), a_duty("ann", number=2)],
        rules=only("spacing"),
    )
    said = "20 instead of 28 days between two services in department sales"
    assert first_repair(problem, placed(problem, ("ann", 0))) == (said, 4)


def test_a_mentor() -> None:
    mentored = TWO_DAYS.model_copy(update={"guests_per_mentor": 1})
    there = Mentor(id="mia", name="Mia", centre="berlin")
    away = Mentor(id="max", name="Max", centre="berlin", away=(days(0, 9),))
    problem = a_world(
        people("ann"),
        [a_session(0)],
        programmes=(mentored,),
        mentors=(away, there),
        rules=only("mentors"),
    )
    assert first_repair(problem) == ("Mia as mentor in Berlin on 2027-01-11", 2)


def test_a_wish_set_aside() -> None:
    wish = Wish(employee_id="ann", kind=WishKind.UNWISHED, days=days(1, 3))
    problem = a_world(people("ann"), [a_session(0)], wishes=(wish,), rules=as_hard("preferences"))
    said = "the wish of Ann about 2027-01-12 to 2027-01-14 set aside"
    assert first_repair(problem) == (said, 2)


@pytest.mark.parametrize("together", [True, False])
def test_a_pairing_set_aside(together: bool) -> None:
    pairing = Pairing(one="ann", other="bob", together=together)
    sessions = [a_session(0, seats=2), a_session(7, seats=0)]
    problem = a_world(
        people("ann", "bob"),
        sessions[:1],
        pairings=(pairing,),
        absences=(Absence(employee_id="bob", days=days(0, 9)),) if together else (),
        rules=tuple(
            setting.model_copy(update={"mode": Mode.HARD})
            if setting.key == "together_apart"
            else setting
            for setting in only("together_apart", "absence")
        ),
    )
    plan = () if together else placed(problem, ("bob", 0))
    repairs = Repairs(problem, plan)
    best = repairs.of("ann@1")[0]
    assert "in the same session, though they asked" in str(best.text(problem))
    assert best.cost == 2
    assert len(solve(best.apply(problem)).assignments) == len(plan) + 1


def test_stand_ins_away_together() -> None:
    problem = a_world(
        people("ann", "bob"),
        [a_session(0)],
        stand_ins=(StandIns(one="bob", other="ann"),),
        rules=only("deputies"),
    )
    assert first_repair(problem, placed(problem, ("ann", 0))) == (
        "Bob and Ann, who stand in for each other, away on the same day",
        3,
    )


def test_training_renewed() -> None:
    problem = a_world(people("ann", cleared_until=day(0)), [a_session(0)], rules=only("clearance"))
    said = "the training of Ann in data protection renewed, valid until 2027-01-12 at least"
    assert first_repair(problem) == (said, 3)


def test_one_more_executive() -> None:
    problem = a_world(
        people("ann", "bob", executive=True),
        [a_session(0)],
        rules=only("executive_cover", most=1),
    )
    said = "2 executives away on one day instead of 1"
    assert first_repair(problem, placed(problem, ("ann", 0))) == (said, 3)


def test_a_set_of_executives_given_up() -> None:
    problem = a_world(
        people("ann", "bob"), [a_session(0)], rules=only("executive_cover", sets=[["ann", "bob"]])
    )
    said = "listed sets of people never away together given up: 1"
    assert first_repair(problem, placed(problem, ("ann", 0))) == (said, 4)


def test_smaller_sessions() -> None:
    larger = TWO_DAYS.model_copy(update={"least": 2})
    problem = a_world(people("ann"), [a_session(0)], programmes=(larger,), rules=only("group_size"))
    assert first_repair(problem) == ("sessions of Two days for a single person, too", 4)


def test_a_rule_made_soft_where_nothing_else_is_known() -> None:
    berlin = BERLIN.model_copy(update={"languages": ("de",)})
    problem = a_world(
        people("ann", languages=("en",)),
        [a_session(0)],
        centres=(berlin,),
        rules=only("language"),
    )
    said = "“A language of the centre” costs points instead of forbidding in department sales"
    assert first_repair(problem) == (said, 10)


def test_another_session_where_nobody_can_change_what_blocks() -> None:
    away = Absence(employee_id="ann", days=days(0, 5))
    problem = a_world(
        people("ann"), [a_session(0)], absences=(away,), rules=only("absence", "working_days")
    )
    repairs = Repairs(problem, ())
    assert repairs.blocking("ann@1") == Blocking(("absence",), 1)
    best = repairs.of("ann@1")[0]
    assert isinstance(best.changes[0], AnotherSession)
    assert best.cost == 8
    assert len(solve(best.apply(problem)).assignments) == 1


def test_nothing_for_who_is_away_or_released_throughout() -> None:
    """Nor is anything said of why."""
    away = Absence(employee_id="ann", days=days(0, 89))
    released = Exemption(employee_id="bob", category="health", approver="hr", days=days(0, 89))
    problem = a_world(
        people("ann", "bob"), [a_session(0)], absences=(away,), exemptions=(released,)
    )
    repairs = Repairs(problem, ())
    assert [repairs.of(duty_id) for duty_id in repairs.unassigned] == [(), ()]


def test_where_there_is_a_place_nothing_needs_mending() -> None:
    problem = a_world(people("ann"), [a_session(0)], rules=only("seats"))
    repairs = Repairs(problem, ())
    assert repairs.remedy("ann@1").blocking == Blocking((), 1)
    assert repairs.of("ann@1") == ()


def test_who_has_a_place_needs_none() -> None:
    problem = a_world(people("ann"), [a_session(0)], rules=only("seats"))
    assert Repairs(problem, placed(problem, ("ann", 0))).of("ann@1") == ()


def test_no_session_on_offer() -> None:
    problem = a_world(
        people("ann"), [a_session(0)], [a_duty("ann", programmes=("cew",))], rules=only("seats")
    )
    repairs = Repairs(problem, ())
    assert repairs.blocking("ann@1") == Blocking(("structure",), 0)
    assert repairs.of("ann@1") == ()


def test_what_is_set_differently_for_somebody_is_changed_there() -> None:
    mine = Variant(scope=RuleScope.DEPARTMENT, name="sales", mode=Mode.HARD, params={"weeks": 3})
    rules = tuple(
        setting.model_copy(update={"variants": (mine,)}) if setting.key == "notice" else setting
        for setting in only("notice")
    )
    problem = a_world(people("ann"), [a_session(0)], rules=rules, made=day(-15))
    repairs = Repairs(problem, ())
    made = repairs.of("ann@1")[0].apply(problem)
    [notice] = [setting for setting in made.rules if setting.key == "notice"]
    assert notice.params == {"weeks": 2}
    assert [variant.params for variant in notice.variants] == [{"weeks": 2}]


def test_several_due_later_are_said_as_one() -> None:
    problem = a_world(
        people("ann", "bob", "cem"),
        [a_session(0)],
        [a_duty(who, due=-3) for who in ("ann", "bob", "cem")],
        rules=as_hard("due_date"),
    )
    repairs = Repairs(problem, ())
    best = repairs.together(repairs.unassigned)[0]
    assert (str(best.text(problem)), best.cost, best.share) == ("3 people due a week later", 3, 1)
    assert len(solve(best.apply(problem)).assignments) == 3


def test_what_serves_several_costs_each_less() -> None:
    rules = only("notice")
    problem = a_world(people("ann", "bob"), [a_session(0)], rules=rules, made=day(-8))
    repairs = Repairs(problem, ())
    best = repairs.together(repairs.unassigned)[0]
    assert (best.cost, len(best.places), best.changes_rules) == (2, 2, True)


def test_a_repair_keeps_its_name() -> None:
    def best() -> Repair:
        problem = a_world(people("ann", "bob"), [a_session(0, seats=1)], rules=only("seats"))
        return Repairs(problem, placed(problem, ("ann", 0))).of("bob@1")[0]

    assert best().key == best().key
    assert not best().changes_rules


def test_a_repair_that_does_not_work_is_not_offered() -> None:
    problem = a_world(people("ann", "bob"), [a_session(0, seats=1)], rules=only("seats"))
    plan = placed(problem, ("ann", 0))
    repairs = Repairs(problem, plan)
    repair = repairs.of("bob@1")[0]
    nothing = Repair((), repair.places)
    assert repairs.works(repair)
    assert not repairs.works(nothing)
