"""A rule set differently for a department, a programme or a centre."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from scheduler.domain.people import Wish, WishKind
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.model.compiling import compile_problem
from scheduler.rules import in_force, registry
from scheduler.verify import verify
from tests.worlds import (
    BERLIN,
    TWO_DAYS,
    a_duty,
    a_person,
    a_session,
    a_world,
    assignments_of,
    days,
    only,
)

SALES = (RuleScope.DEPARTMENT, "sales")
CEW = (RuleScope.PROGRAMME, "cew")
REGENSBURG = (RuleScope.CENTRE, "regensburg")


def differently(scope: tuple[RuleScope, str], weight: int, mode: Mode = Mode.SOFT) -> Variant:
    """Wishes that weigh otherwise for some."""
    return Variant(scope=scope[0], name=scope[1], mode=mode, weight=weight)


def wishing(*variants: Variant) -> Problem:
    """Ann of sales and Bob of works serve where they do not wish to: at Berlin on day 0, in a
    Customer Experience Week there on day 7, at Regensburg on day 14."""
    other = [s for s in only("preferences") if s.key != "preferences"]
    wishes = RuleSetting(key="preferences", mode=Mode.SOFT, weight=10, variants=variants)
    return a_world(
        [a_person("ann", department="sales"), a_person("bob", department="works")],
        [
            a_session(0),
            a_session(7, programme="cew"),
            a_session(14, centre="regensburg"),
        ],
        [
            a_duty("ann", programmes=("two_days", "cew")),
            a_duty("bob", programmes=("two_days", "cew")),
        ],
        rules=(*other, wishes),
        centres=(BERLIN, BERLIN.model_copy(update={"key": "regensburg"})),
        programmes=(TWO_DAYS, TWO_DAYS.model_copy(update={"key": "cew"})),
        wishes=tuple(
            Wish(employee_id=who, kind=WishKind.UNWISHED, days=days(0, 30))
            for who in ("ann", "bob")
        ),
    )


def charged(problem: Problem, who: str, session: int) -> int | None:
    """What one assignment costs, None where it is forbidden; model and rules must agree."""
    choice = [session if duty.employee_id == who else -1 for duty in problem.duties]
    verified = verify(problem, assignments_of(problem, choice))
    verdict = compile_problem(problem).judge(np.array(choice))
    assert verdict.legal == (not verified.hard)
    if verified.hard:
        return None
    assert sum(verdict.by_rule.values()) == sum(verified.score.values())
    return sum(verified.score.values())


def test_without_variants_all_are_alike() -> None:
    problem = wishing()
    assert {charged(problem, who, n) for who in ("ann", "bob") for n in range(3)} == {10}


def test_a_department_has_its_own_weight() -> None:
    problem = wishing(differently(SALES, 3))
    assert [charged(problem, "ann", n) for n in range(3)] == [3, 3, 3]
    assert [charged(problem, "bob", n) for n in range(3)] == [10, 10, 10]


def test_a_programme_and_a_centre_have_theirs() -> None:
    problem = wishing(differently(CEW, 3), differently(REGENSBURG, 4))
    assert [charged(problem, who, n) for who in ("ann", "bob") for n in range(3)] == [
        *(10, 3, 4),
        *(10, 3, 4),
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_the_department_decides_before_the_programme_and_that_before_the_centre(
    turned: bool,
) -> None:
    there = [differently(REGENSBURG, 4), differently(CEW, 5), differently(SALES, 6)]
    problem = wishing(*(there[::-1] if turned else there))
    assert [charged(problem, "ann", n) for n in range(3)] == [6, 6, 6]
    assert [charged(problem, "bob", n) for n in range(3)] == [10, 5, 4]


def test_a_variant_may_be_hard_or_off() -> None:
    assert charged(wishing(differently(SALES, 1, Mode.HARD)), "ann", 0) is None
    assert charged(wishing(differently(SALES, 1, Mode.OFF)), "ann", 0) == 0
    assert charged(wishing(differently(SALES, 1, Mode.OFF)), "bob", 0) == 10


def test_what_is_set_for_somebody_unknown_changes_nothing() -> None:
    problem = wishing(differently((RuleScope.DEPARTMENT, "gone"), 1))
    assert {charged(problem, who, n) for who in ("ann", "bob") for n in range(3)} == {10}


def test_a_bound_counts_only_those_it_governs() -> None:
    """Teams of one floor: with sales set apart, its people and the others are counted alone."""
    strict = {"share": 0.01, "department_share": 1.0, "at_least": 1}
    apart = Variant(
        scope=SALES[0], name=SALES[1], mode=Mode.HARD, weight=1, params=strict | {"at_least": 2}
    )
    people = [
        a_person(n, team="red", department=d)
        for n, d in zip("abc", ("sales", "sales", "works"), strict=True)
    ]
    floor = RuleSetting(key="team_floor", mode=Mode.HARD, params=strict, variants=(apart,))
    problem = a_world(
        people,
        [a_session(0)],
        rules=(*(s for s in only() if s.key != "team_floor"), floor),
    )
    assert not verify(problem, assignments_of(problem, [0, 0, 0])).hard
    assert compile_problem(problem).judge(np.array([0, 0, 0])).legal
    alone = problem.model_copy(
        update={"rules": (*problem.rules[:-1], floor.model_copy(update={"variants": ()}))}
    )
    assert verify(alone, assignments_of(alone, [0, 0, 0])).hard
    assert not compile_problem(alone).judge(np.array([0, 0, 0])).legal


def test_the_same_department_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="set twice"):
        RuleSetting(
            key="preferences",
            mode=Mode.SOFT,
            variants=(differently(SALES, 1), differently(SALES, 2)),
        )


def test_what_is_always_on_is_the_same_for_all() -> None:
    always = next(rule for rule in registry().values() if rule.always_on)
    setting = RuleSetting(
        key=always.key, mode=Mode.HARD, variants=(differently(SALES, 1, Mode.OFF),)
    )
    (rule,) = (rule for rule in in_force([setting]) if rule.key == always.key)
    assert rule.reach.whole
