"""The explanation of every session is true: a duty is moved there, and the rules are asked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pytest
from pydantic import BaseModel

from scheduler.domain.calendar import FULL_TIME
from scheduler.domain.errors import NotFound
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, StandIns
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Follows, Mode, Problem
from scheduler.explain import Cause, Explanations, Verdict
from scheduler.rules import registry
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits
from scheduler.verify import verify
from tests.explain.moving import confirm
from tests.processes import AMPLE
from tests.solving.companies import (
    a_company,
    a_random_company,
    centres,
    random_pairs,
    two_centres,
)
from tests.worlds import (
    TWO_DAYS,
    a_duty,
    a_person,
    a_random_world,
    a_session,
    a_world,
    as_soft,
    day,
    days,
    only,
    placed,
)

WORLDS = 40


def _mild(seed: int) -> Problem:
    """A random world in which much is possible, and costs: most rules are soft, nobody is kept
    from a date but by the rules that always are hard, and there are seats."""
    chance = random.Random(seed)
    world = a_random_world(seed, people=5, sessions=5)
    rules = [
        rule.model_copy(update={"mode": Mode.SOFT, "weight": chance.randrange(1, 9)})
        if not registry()[rule.key].always_on and chance.random() < 0.85
        else rule
        for rule in world.rules
    ]
    settled: dict[str, object] = {
        "pattern": FULL_TIME,
        "hire_date": date(2015, 1, 1),
        "leave_date": None,
    }
    centre: dict[str, object] = {
        "seats": None,
        "channel_seats": {},
        "closed": (),
        "languages": ("de",),
    }
    return world.model_copy(
        update={
            "rules": tuple(rules),
            "sessions": _changed(world.sessions, seats=2),
            "employees": _changed(world.employees, **settled),
            "duties": _changed(world.duties, opens=day(-400), programmes=("two_days", "cew")),
            "centres": _changed(world.centres, **centre),
            "follows": world.follows if chance.random() < 0.5 else None,
            "absences": (),
            "exemptions": (),
        }
    )


def _changed(values: Sequence[BaseModel], **updates: object) -> tuple[BaseModel, ...]:
    """The same values with other fields."""
    return tuple(each.model_copy(update=updates) for each in values)


@pytest.mark.parametrize("make", [a_random_world, _mild])
@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_word_of_every_explanation_is_true(make: Callable[[int], Problem], seed: int) -> None:
    problem = make(seed)
    result = solve(problem)
    explanations = Explanations(problem, result.assignments)
    for duty in problem.duties:
        explanation = explanations.of(duty.id)
        assert confirm(problem, result.assignments, explanation) == []


@pytest.mark.slow
def test_the_random_worlds_have_something_of_everything() -> None:
    """Otherwise the test above would say nothing about some rule or verdict."""
    verdicts, causes = Counter[Verdict](), Counter[Cause]()
    rules, priced = set[str](), set[str]()
    for problem in (make(seed) for seed in range(50) for make in (a_random_world, _mild)):
        explanations = Explanations(problem, solve(problem).assignments)
        for duty in problem.duties:
            for each in explanations.of(duty.id).dates:
                verdicts[each.verdict] += 1
                causes.update(reason.cause for reason in each.reasons)
                rules |= {reason.rule for reason in each.reasons}
                priced |= each.points.keys()
    assert min(verdicts[verdict] for verdict in Verdict) >= 5, verdicts
    assert min(causes[cause] for cause in Cause) >= 5, causes
    assert len(rules) >= len(registry()) - 3, set(registry()) - rules
    soft = {key for key, rule in registry().items() if not rule.always_on}
    assert len(priced) >= len(soft) - 3, soft - priced


@pytest.mark.parametrize("seed", range(30))
def test_what_other_centres_have_of_a_group_counts(seed: int) -> None:
    """Blocks are cut by centre; executives and teams go across them."""
    problem = a_random_company(seed)
    result = solve(problem)
    explanations = Explanations(problem, result.assignments)
    for duty in problem.duties:
        assert confirm(problem, result.assignments, explanations.of(duty.id)) == []


def test_an_executive_of_another_centre_is_in_the_way() -> None:
    problem = two_centres(only("executive_cover", most=1))
    ann = Assignment(duty_id="ann@1", employee_id="ann", session=problem.sessions[0].key)
    dates = Explanations(problem, [ann]).of("dan@1").dates
    assert {each.session.centre for each in dates} == {"regensburg"}
    assert [each.verdict for each in dates] == [Verdict.FULL, Verdict.POSSIBLE]
    (reason,) = dates[0].reasons
    assert (reason.rule, reason.cause, reason.limit) == ("executive_cover", Cause.FULL, 1)
    assert [holder.person.id for holder in reason.holders] == ["ann"]


@pytest.mark.slow
@pytest.mark.parametrize("seats", [None, 1])
def test_two_hundred_explanations_of_a_company_are_true(seats: int | None) -> None:
    """400 people with pairs that stand in for each other; with one seat a session not everybody is
    placed. Of each explanation some dates are tried, of every verdict."""
    problem = a_company(400, seed=3, seats=seats)
    problem = problem.model_copy(update={"stand_ins": random_pairs(problem.employees, 300, 1)})
    result = solve(problem, Limits(seconds=AMPLE))
    explanations = Explanations(problem, result.assignments)
    chance = random.Random(1)
    tried = Counter[Verdict]()
    for assignment in chance.sample(result.assignments, 100):
        explanation = explanations.of(assignment.duty_id)
        dates = list({each.verdict: each for each in chance.sample(explanation.dates, 4)}.values())
        tried.update(each.verdict for each in dates)
        some = type(explanation)(**{**vars(explanation), "dates": tuple(dates)})
        assert confirm(problem, result.assignments, some) == []
    open_to = Verdict.POSSIBLE if seats is None else Verdict.FULL
    assert min(tried[Verdict.BLOCKED], tried[open_to]) > 20, tried


def test_a_proven_plan_has_no_better_date_for_anybody() -> None:
    for seed in range(40):
        problem = a_random_world(seed, people=5)
        result = solve(problem)
        if result.status is not SolveStatus.OPTIMAL:
            continue
        explanations = Explanations(problem, result.assignments)
        for assignment in result.assignments:
            others = explanations.of(assignment.duty_id).others
            assert all(each.more >= 0 for each in others if each.verdict is Verdict.POSSIBLE)


def _race(own: int, *others: int) -> Verdict:
    """Ann's verdict on a session whose seats others have; all are due on the days given."""
    names = [f"p{n}" for n in range(len(others))]
    problem = a_world(
        [a_person("ann"), *map(a_person, names)],
        [a_session(0, seats=len(others)), a_session(7)],
        [a_duty("ann", due=own), *(a_duty(n, due=d) for n, d in zip(names, others, strict=True))],
        rules=only("seats"),
    )
    plan = placed(problem, ("ann", 7), *((name, 0) for name in names))
    return Explanations(problem, plan).of("ann@1").dates[0].verdict


def test_full_with_people_due_earlier_is_said_only_if_all_of_them_are() -> None:
    assert _race(30, 10, 20) is Verdict.EARLIER
    assert _race(30, 10, 30) is Verdict.FULL
    assert _race(30, 10, 50) is Verdict.FULL


def test_a_session_without_seats_is_not_full_of_anybody() -> None:
    problem = a_world([a_person("ann")], [a_session(0, seats=0), a_session(7)], rules=only("seats"))
    explanation = Explanations(problem, placed(problem, ("ann", 7))).of("ann@1")
    assert explanation.dates[0].verdict is Verdict.BLOCKED
    assert explanation.dates[0].reasons[0].cause is Cause.FORBIDDEN


def test_leaving_too_few_behind_is_a_reason_of_its_own() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0), a_session(7)],
        rules=only("group_size", at_least=2),
    )
    plan = placed(problem, ("ann", 0), ("bob", 0))
    other = Explanations(problem, plan).of("ann@1").dates[1]
    assert {reason.cause for reason in other.reasons} == {Cause.LEFT, Cause.TOO_FEW}
    assert other.verdict is Verdict.BLOCKED


def test_a_soft_rule_closes_no_session_but_costs() -> None:
    rules = as_soft(only("deputies", "seats"), "deputies", weight=3)
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, length=2), a_session(7)],
        rules=rules,
        stand_ins=(StandIns(one="ann", other="bob"),),
    )
    plan = placed(problem, ("ann", 0), ("bob", 7))
    dates = Explanations(problem, plan).of("bob@1").dates
    assert [each.verdict for each in dates] == [Verdict.POSSIBLE, Verdict.HERE]
    assert dates[0].points == {"deputies": 6}, "three points for each of two days"
    assert dates[0].more == 6


def test_two_services_of_one_person_never_meet() -> None:
    problem = a_world(
        [a_person("ann")],
        [a_session(0), a_session(1), a_session(7)],
        [a_duty("ann"), a_duty("ann", number=2)],
        rules=only(),
    )
    plan = placed(problem, ("ann", 0), ("ann", 7))
    explanation = Explanations(problem, plan).of("ann@2")
    assert [each.verdict for each in explanation.dates] == [
        Verdict.BLOCKED,
        Verdict.BLOCKED,
        Verdict.HERE,
    ]


def test_a_duty_without_a_date_has_an_explanation_too() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1)],
        [a_duty("ann", due=-5), a_duty("bob")],
        rules=only("seats"),
    )
    explanation = Explanations(problem, placed(problem, ("ann", 0))).of("bob@1")
    assert explanation.session is None
    assert [each.verdict for each in explanation.dates] == [Verdict.EARLIER]
    assert [holder.person.id for holder in explanation.dates[0].reasons[0].holders] == ["ann"]


def test_nobody_must_stay_where_more_were_published_than_there_are_seats() -> None:
    """Though whoever is asked about would have to, had nobody else been published there."""
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1), a_session(7)],
        rules=only("seats", "keep_published"),
    )
    both = placed(problem, ("ann", 0), ("bob", 0))
    problem = problem.changed(follows=Follows(plan=1, published=both, freeze=day(2)))
    plan = placed(problem, ("ann", 0), ("bob", 7))
    explanation = Explanations(problem, plan).of("ann@1")
    assert [each.verdict for each in explanation.dates] == [Verdict.HERE, Verdict.POSSIBLE]
    assert explanation.dates[1].points.keys() == {"keep_published"}
    assert confirm(problem, plan, explanation) == []


def test_an_explanation_tells_when_this_person_served_last() -> None:
    ann, bob = (
        ServiceRecord(employee_id=who, programme="two_days", days=(day(first), day(first + 1)))
        for who, first in (("ann", -300), ("bob", -200))
    )
    people = [a_person(name) for name in ("ann", "bob", "cem")]
    problem = a_world(people, [a_session(0)], rules=only("seats"), records=(ann, bob))
    explanations = Explanations(problem, ())
    assert [explanations.of(f"{name}@1").last_served for name in ("ann", "bob", "cem")] == [
        day(-299),
        day(-199),
        None,
    ]


def test_an_unknown_duty_has_no_explanation() -> None:
    with pytest.raises(NotFound):
        Explanations(a_world([a_person("ann")], []), ()).of("bob@1")


def test_an_explanation_of_a_plan_that_breaks_rules_tells_what_a_move_breaks_further() -> None:
    """Ann is away where she is, and three share two seats: for Bob that changes nothing."""
    problem = a_world(
        [a_person("ann"), a_person("bob"), a_person("cem")],
        [a_session(0, seats=1), a_session(7)],
        rules=only("absence", "seats"),
        absences=(Absence(employee_id="ann", days=days(0)),),
    )
    plan = placed(problem, ("ann", 0), ("cem", 0), ("bob", 7))
    assert verify(problem, plan).hard
    explanations = Explanations(problem, plan)
    assert explanations.of("cem@1").dates[1].verdict is Verdict.POSSIBLE
    assert explanations.of("bob@1").dates[0].verdict is Verdict.FULL
    assert explanations.of("ann@1").session == problem.sessions[0]


def test_dates_come_in_order_and_without_what_does_not_discharge_the_duty() -> None:
    problem = a_world(
        [a_person("ann", centre="berlin")],
        [
            a_session(7),
            a_session(0),
            a_session(1, programme="cew"),
            a_session(2, centre="regensburg"),
        ],
        rules=only(),
        centres=centres(2),
        programmes=(TWO_DAYS, TWO_DAYS.model_copy(update={"key": "cew"})),
    )
    explanation = Explanations(problem, placed(problem, ("ann", 7))).of("ann@1")
    assert [each.session.first_day for each in explanation.dates] == [day(0), day(7)]
    assert explanation.count(Verdict.HERE) == 1
    assert [each.session.first_day for each in explanation.others] == [day(0)]


def test_explanations_need_no_more_than_what_is_stored() -> None:
    problem = a_random_world(3)
    result = solve(problem)
    stored = Problem.model_validate_json(problem.model_dump_json())
    one, other = (Explanations(each, result.assignments) for each in (problem, stored))
    assert [one.of(d.id) for d in problem.duties] == [other.of(d.id) for d in stored.duties]
    assert np.array_equal(one.choice, result.choice)
