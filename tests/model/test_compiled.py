"""The compiled model: its language, and what it says of a plan."""

from __future__ import annotations

import pickle
import random
from copy import copy
from typing import Any

import numpy as np
import pytest

from scheduler.domain.plan import SolveStatus, Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.model import compiling
from scheduler.model.compiled import NOWHERE, STRUCTURE, CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound, IntArray, Model
from scheduler.model.world import World
from scheduler.rules import in_force
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, Ties
from scheduler.solving.engine import solve
from tests.solving.models import (
    a_model,
    a_random_model,
    choice,
    each_session,
    every_choice,
    everybody,
    said_of,
)
from tests.worlds import (
    BERLIN,
    TWO_DAYS,
    a_duty,
    a_person,
    a_random_world,
    a_session,
    a_world,
    days,
    only,
)


def test_what_nothing_forbids_is_legal_and_free() -> None:
    model = a_model(2, 2)
    verdict = model.judge(choice(0, 1))
    assert (verdict.legal, verdict.cost, verdict.by_rule) == (True, 0, {})


def test_leaving_a_duty_costs_its_unplaced_points() -> None:
    model = CompiledModel(2, 1, np.array([700, 900], np.int64))
    assert model.judge(choice(NOWHERE, 0)).cost == 700
    assert model.judge(choice(NOWHERE, NOWHERE)).cost == 1600


def test_a_forbidden_option_is_no_option_and_says_whose_it_is() -> None:
    model = a_model(2, 3)
    model.forbid("absence", np.array([[True, False, False], [False, False, False]]))
    model.forbid("due_date", np.array([[True, True, False], [False, False, False]]))
    assert not model.judge(choice(0, 0)).legal
    assert model.judge(choice(2, 0)).legal
    assert model.open.tolist() == [[False, False, True], [True, True, True]]
    blocked = {rule: mask.tolist() for rule, mask in model.blocked_by(0).items()}
    assert blocked == {"absence": [True, False, False], "due_date": [True, True, False]}
    assert model.blocked_by(1) == {}


@pytest.mark.parametrize("many", [8, 9, 17, 33])
def test_every_rule_is_remembered_however_many_forbid(many: int) -> None:
    model = a_model(1, many + 1)
    for n in range(many):
        model.forbid(f"rule {n}", np.arange(many + 1)[None, :] == n)
    assert model.open.tolist() == [[False] * many + [True]]
    blocked = {rule: np.flatnonzero(mask).tolist() for rule, mask in model.blocked_by(0).items()}
    assert blocked == {f"rule {n}": [n] for n in range(many)}


def test_a_model_travels_as_it_is_and_light() -> None:
    model = a_random_model(1)
    packed = pickle.dumps(model, pickle.HIGHEST_PROTOCOL)
    other = pickle.loads(packed)
    assert other.cost.dtype == model.cost.dtype
    assert (other.cost == model.cost).all()
    assert (other.open == model.open).all()
    for every in every_choice(model):
        assert other.judge(every) == model.judge(every)
    large = a_model(100, 1000)
    large.price("due_date", np.full((100, 1000), 5, np.int64))
    assert len(pickle.dumps(large, pickle.HIGHEST_PROTOCOL)) < 4 * 100 * 1000


def test_a_copy_has_the_same_arrays() -> None:
    model = a_model(2, 2)
    other = copy(model)
    assert other.cost is model.cost
    other.group_bounds = [*model.group_bounds, *model.group_bounds]
    other.blocked = np.ones_like(model.blocked)
    assert model.open.all()


def test_without_some_options_it_says_whose_they_are_and_the_first_model_keeps_them() -> None:
    model = a_model(2, 2)
    model.forbid("absence", np.array([[True, False], [False, False]]))
    fewer = model.without(np.array([[False, False], [True, False]]))
    assert fewer.open.tolist() == [[False, True], [False, True]]
    assert (set(fewer.blocked_by(0)), set(fewer.blocked_by(1))) == ({"absence"}, {STRUCTURE})
    assert model.open.tolist() == [[False, True], [True, True]]
    assert model.rules == ["absence"]


def test_forbidding_at_a_price_charges_it() -> None:
    model = a_model(1, 2)
    model.forbid("preferences", np.array([[True, False]]), points=10)
    assert model.judge(choice(0)).by_rule == {"preferences": 10}
    assert model.judge(choice(0)).cost == 10
    assert model.judge(choice(1)).cost == 0


def test_prices_of_several_rules_add_up_and_stay_apart() -> None:
    model = a_model(1, 2)
    model.price("due_date", np.array([[4, 0]], np.int64))
    model.price("preferences", np.array([[5, 5]], np.int64))
    model.price("due_date", np.array([[1, 0]], np.int64))
    verdict = model.judge(choice(0))
    assert (verdict.cost, verdict.by_rule) == (10, {"due_date": 5, "preferences": 5})


def test_a_hard_bound_is_kept_or_broken() -> None:
    model = a_model(3, 2)
    upper = np.array([[1, 2]], np.int64)
    model.bound(GroupBound("seats", **everybody(model), **each_session(model), upper=upper))
    assert model.judge(choice(0, 1, 1)).legal
    assert not model.judge(choice(0, 0, 1)).legal


def test_a_soft_bound_charges_each_one_too_many() -> None:
    model = a_model(3, 2)
    upper = np.array([[1, 2]], np.int64)
    model.bound(
        GroupBound("level_load", **everybody(model), **each_session(model), upper=upper, points=7)
    )
    verdict = model.judge(choice(0, 0, 0))
    assert (verdict.legal, verdict.cost) == (True, 14)


def _wanted(model: CompiledModel, **more: Any) -> None:
    """Two are wanted in session 0, and one in session 1."""
    limits: dict[str, Any] = {
        "upper": np.array([[3, 3]], np.int64),
        "lower": np.array([[2, 1]], np.int64),
    }
    model.bound(GroupBound("peak", **everybody(model), **each_session(model), **limits, **more))


def test_a_hard_lower_limit_is_kept_or_broken() -> None:
    model = a_model(3, 2)
    _wanted(model)
    assert model.judge(choice(0, 0, 1)).legal
    assert not model.judge(choice(0, 1, 1)).legal
    assert not model.judge(choice(NOWHERE, 0, 0)).legal
    assert not model.judge(choice(NOWHERE, NOWHERE, NOWHERE)).legal


def test_a_soft_lower_limit_charges_each_one_too_few() -> None:
    model = a_model(3, 2, unplaced=100)
    _wanted(model, points=7)
    assert model.judge(choice(0, 0, 1)).by_rule == {"peak": 0}
    assert model.judge(choice(0, 1, 1)).by_rule == {"peak": 7}
    verdict = model.judge(choice(NOWHERE, NOWHERE, NOWHERE))
    assert (verdict.legal, verdict.cost) == (True, 300 + 3 * 7)


def test_a_switch_is_off_or_on_with_enough() -> None:
    model = a_model(3, 2)
    _wanted(model, switch=True)
    assert model.judge(choice(0, 0, 1)).legal
    assert model.judge(choice(NOWHERE, 1, 1)).legal, "session 0 is off"
    assert model.judge(choice(NOWHERE, NOWHERE, NOWHERE)).legal
    assert not model.judge(choice(0, 1, 1)).legal, "one alone in session 0"


def test_a_switch_keeps_its_upper_limit() -> None:
    model = a_model(3, 1)
    limits: dict[str, Any] = {
        "upper": np.array([[2]], np.int64),
        "lower": np.array([[2]], np.int64),
    }
    model.bound(
        GroupBound("peak", **everybody(model), **each_session(model), **limits, switch=True)
    )
    assert model.judge(choice(0, 0, NOWHERE)).legal
    assert not model.judge(choice(0, 0, 0)).legal


def test_a_soft_switch_charges_each_one_missing_where_there_is_anybody() -> None:
    model = a_model(3, 2, unplaced=100)
    _wanted(model, switch=True, points=7)
    assert model.judge(choice(0, 0, 1)).by_rule == {"peak": 0}
    assert model.judge(choice(0, 1, 1)).by_rule == {"peak": 7}
    assert model.judge(choice(NOWHERE, 1, 1)).by_rule == {"peak": 0}
    assert model.judge(choice(NOWHERE, NOWHERE, NOWHERE)).by_rule == {"peak": 0}


def test_lower_limits_may_be_the_groups_own_where_upper_ones_are_for_all() -> None:
    model = a_model(4, 1)
    model.bound(
        GroupBound(
            "peak",
            duties=np.arange(4),
            groups=np.array([0, 0, 1, 1]),
            **each_session(model),
            upper=np.array([[2]], np.int64),
            lower=np.array([[1], [2]], np.int64),
            points=5,
        )
    )
    assert model.judge(choice(0, NOWHERE, 0, 0)).by_rule == {"peak": 0}
    assert model.judge(choice(0, 0, NOWHERE, 0)).by_rule == {"peak": 5}


def test_a_family_knows_its_names_and_which_of_its_rule_it_is() -> None:
    model = a_model(2, 2)
    upper = np.ones((1, 2), np.int64)
    nobody = np.zeros(0, np.int64)
    for rule, names in (("team_floor", ("red",)), ("deputies", None), ("team_floor", ("works",))):
        model.bound(
            GroupBound(rule, **everybody(model), **each_session(model), upper=upper, names=names)
        )
    assert [(f.rule, f.ordinal, f.names) for f in model.group_bounds] == [
        ("team_floor", 0, ("red",)),
        ("deputies", 0, None),
        ("team_floor", 1, ("works",)),
    ]
    other = a_model(2, 2)
    empty: dict[str, Any] = {"duties": nobody, "groups": nobody}
    other.bound(GroupBound("team_floor", **empty, **each_session(other), upper=upper, names=()))
    other.bound(
        GroupBound(
            "team_floor",
            **everybody(other),
            **each_session(other),
            upper=upper,
            names=("it",),
        )
    )
    assert [f.ordinal for f in other.group_bounds] == [1], "counted where nobody belongs to it, too"


@pytest.mark.parametrize("seed", range(200))
def test_it_judges_every_plan_as_the_words_of_the_language_mean(seed: int) -> None:
    model = a_random_model(seed)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    for number in random.Random(seed).sample(range(len(plans)), min(12, len(plans))):
        verdict = model.judge(plans[number])
        assert verdict.legal == legal[number]
        assert verdict.cost == cost[number]


def test_groups_may_have_bounds_of_their_own() -> None:
    model = a_model(4, 1)
    model.bound(
        GroupBound(
            "team_floor",
            duties=np.arange(4),
            groups=np.array([0, 0, 1, 1]),
            **each_session(model),
            upper=np.array([[1], [2]], np.int64),
        )
    )
    assert model.judge(choice(0, NOWHERE, 0, 0)).legal
    assert not model.judge(choice(0, 0, NOWHERE, NOWHERE)).legal


def test_a_session_on_two_days_touches_both() -> None:
    model = a_model(2, 2)
    model.bound(
        GroupBound(
            "team_floor",
            **everybody(model),
            sessions=np.array([0, 0, 1]),
            slots=np.array([0, 1, 1]),
            upper=np.array([[1, 1]], np.int64),
        )
    )
    assert not model.judge(choice(0, 1)).legal
    bound = model.group_bounds[0]
    assert model.use(bound, choice(0, 1)).tolist() == [[1, 2]]


def test_a_member_named_twice_counts_once() -> None:
    model = a_model(1, 1)
    model.bound(
        GroupBound(
            "deputies",
            duties=np.array([0, 0]),
            groups=np.array([0, 0]),
            sessions=np.array([0, 0]),
            slots=np.array([0, 0]),
            upper=np.array([[1]], np.int64),
        )
    )
    assert model.judge(choice(0)).legal


@pytest.mark.parametrize("points", [0, None])
def test_bounds_that_can_never_matter_are_not_kept(points: int | None) -> None:
    model = a_model(2, 2)
    nobody = np.zeros(0, np.int64)
    members = everybody(model) if points == 0 else {"duties": nobody, "groups": nobody}
    upper = np.zeros((1, 2), np.int64)
    model.bound(GroupBound("seats", **members, **each_session(model), upper=upper, points=points))
    assert model.group_bounds == []


NOBODY = np.zeros(0, np.int64)


@pytest.mark.parametrize(
    "groups",
    [
        {"names": ["red"], "lower": np.array([[0, 1]])},
        {"lower": np.array([[0, 1], [0, 0]])},
    ],
    ids=["named", "with limits of its own"],
)
@pytest.mark.parametrize("touching", [NOBODY, np.arange(2)], ids=["no session", "sessions"])
def test_a_group_without_members_cannot_keep_a_lower_limit(
    groups: dict[str, Any], touching: IntArray
) -> None:
    limits: dict[str, Any] = {"upper": np.array([[3, 3]]), **groups}
    told: dict[str, Any] = {"duties": NOBODY, "groups": NOBODY, "sessions": touching}
    hard, soft = a_model(1, 2), a_model(1, 2)
    hard.bound(GroupBound("peak", **told, slots=touching, **limits))
    soft.bound(GroupBound("peak", **told, slots=touching, **limits, points=7))
    assert not hard.judge(choice(0)).legal
    assert not hard.only(NOBODY).judge(NOBODY).legal
    assert hard.remainder(np.array([0]), choice(1)).judge(choice(1)).legal is False
    assert soft.judge(choice(1)).by_rule == {"peak": 7}
    off = a_model(1, 2)
    off.bound(GroupBound("peak", **told, slots=touching, **limits, switch=True))
    off.bound(GroupBound("peak", **told, slots=touching, upper=limits["upper"], names=("red",)))
    assert off.judge(choice(0)).legal, "nobody is off, and never too many"


def test_where_there_is_no_group_nobody_is_asked_for() -> None:
    """Limits in one row are for all groups, and there may be none."""
    model = a_model(1, 2)
    none: dict[str, Any] = {"duties": NOBODY, "groups": NOBODY, **each_session(model)}
    one = np.ones((1, 2), np.int64)
    model.bound(GroupBound("peak", **none, upper=one, lower=one))
    model.bound(GroupBound("peak", **none, upper=one, lower=one, names=()))
    model.bound(GroupBound("peak", **none, upper=one[:0], lower=one[:0]))
    assert model.group_bounds == []


class _Wanted(Rule):
    """Somebody of the red team is there on every day that has a session."""

    key, title, ties = "wanted", "Somebody of the red team", Ties.COMPANY

    def compile(self, world: World, model: Model) -> None:
        """Ask for one of the team, whether or not it has members in this block."""
        team = world.company.labels("team")
        red = np.isin(team.numbers, [n for n, name in enumerate(team.names) if name == "red"])
        duties = np.flatnonzero(red[world.employee])
        columns, days = world.session_days
        model.bound(
            GroupBound(
                self.key,
                duties=duties,
                groups=np.zeros_like(duties),
                sessions=columns,
                slots=days,
                upper=world.limits(99),
                lower=world.limits(1),
                points=self.points,
                names=("red",),
            )
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every day without any of them."""
        there = {day for c in plan if c.employee.team == "red" for day in c.session.days}
        days = {day for session in plan.problem.sessions for day in session.days} - there
        return [self.broken(1, say("nobody"), days=[day]) for day in sorted(days)]

    def sentence(self) -> Message:
        """What the rule means."""
        return say("somebody")

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("nobody")


@pytest.mark.parametrize("centres", [1, 2])
@pytest.mark.parametrize("team", ["red", "blue"])
def test_a_plan_is_called_the_best_only_if_those_asked_for_are_there(
    team: str, centres: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether nobody could be there at all, or somebody whose centre is another block."""
    monkeypatch.setattr(compiling, "in_force", lambda settings: (*in_force(settings), _Wanted()))
    places = ("berlin", "regensburg")[:centres]
    problem = a_world(
        [a_person("ann", team=team, centre="berlin"), a_person("bob", centre=places[-1])],
        [a_session(0, centre=place) for place in places],
        rules=only("seats"),
        centres=tuple(BERLIN.model_copy(update={"key": place}) for place in places),
    )
    result = solve(problem)
    assert result.status is (SolveStatus.OPTIMAL if team == "red" else SolveStatus.INFEASIBLE)
    if result.status.has_plan:
        assert _Wanted().check(PlanView(problem, result.assignments)) == []


def test_leaving_a_duty_always_costs_more_than_its_dearest_date() -> None:
    people = [a_person("ann"), a_person("bob")]
    late = [a_duty("ann", due=-3000), a_duty("bob", due=60)]
    weighty = tuple(
        s.model_copy(update={"weight": 10_000}) if s.key == "due_date" else s
        for s in only("due_date")
    )
    model = compile_problem(a_world(people, [a_session(0)], late, rules=weighty))
    assert model.cost[0, 0] > 100_000
    assert (model.unplaced > model.cost.max()).all()
    assert model.unplaced[0] > model.unplaced[1], "the longest overdue is the worst to leave"


def test_only_sessions_that_discharge_the_duty_where_the_person_serves_are_options() -> None:
    cew = TWO_DAYS.model_copy(update={"key": "cew", "days": 3})
    away = BERLIN.model_copy(update={"key": "regensburg"})
    problem = a_world(
        [a_person("ann", centre="berlin"), a_person("bob")],
        [a_session(0), a_session(2, centre="regensburg"), a_session(7, length=3, programme="cew")],
        rules=only(),
        programmes=(TWO_DAYS, cew),
        centres=(BERLIN, away),
    )
    model = compile_problem(problem)
    assert model.open.tolist() == [[True, False, False], [True, True, False]]
    assert set(model.blocked_by(0)) == {STRUCTURE}


def test_nobody_is_at_two_places_at_once() -> None:
    duties = [a_duty("ann", number=1), a_duty("ann", number=2)]
    sessions = [a_session(0), a_session(1), a_session(2)]
    model = compile_problem(a_world([a_person("ann")], sessions, duties, rules=only()))
    assert not model.judge(choice(0, 1)).legal
    assert not model.judge(choice(1, 1)).legal


@pytest.mark.parametrize(
    "problem",
    [
        a_world([a_person("ann")], [], rules=only()),
        a_world([a_person("ann")], [a_session(0)], []),
        a_world([], [], horizon=days(0, 30)),
    ],
    ids=["no session", "no duty", "nobody"],
)
def test_an_empty_world_compiles(problem: Problem) -> None:
    model = compile_problem(problem)
    assert model.judge(np.full(model.duties, NOWHERE, np.int64)).legal


@pytest.mark.parametrize("seed", range(30))
def test_parts_judge_as_the_whole_does(seed: int) -> None:
    """Rows taken apart keep their prices and blocks; bounds among them keep their limits."""
    problem = a_random_world(seed, people=5)
    model = compile_problem(problem)
    chance = random.Random(seed)
    rows = np.array([n for n in range(model.duties) if chance.random() < 0.6], np.int64)
    some_duties = model.only(rows)
    for _ in range(10):
        some = np.array([chance.randrange(-1, model.sessions) for _ in rows], np.int64)
        whole = np.full(model.duties, NOWHERE, np.int64)
        whole[rows] = some
        left = int(model.unplaced.sum() - model.unplaced[rows].sum())
        inside, outside = some_duties.judge(some), model.judge(whole)
        assert inside.legal == outside.legal
        assert inside.cost == outside.cost - left
        assert {k: v for k, v in inside.by_rule.items() if v} == {
            k: v for k, v in outside.by_rule.items() if v
        }


@pytest.mark.parametrize("seed", range(200))
def test_what_is_left_of_a_plan_judges_as_the_whole_does(seed: int) -> None:
    """Whoever stays takes their room, and counts where some are asked for: of two plans that
    differ only in who moves, the rest says the same as the whole."""
    model = a_random_model(seed)
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    chance = random.Random(seed)
    rows = np.array([n for n in range(model.duties) if chance.random() < 0.6], np.int64)
    others = np.setdiff1d(np.arange(model.duties), rows)
    for start in chance.sample(np.flatnonzero(legal).tolist(), min(4, int(legal.sum()))):
        alike = np.flatnonzero((plans[:, others] == plans[start, others]).all(axis=1))
        rest = model.remainder(rows, plans[start])
        verdicts = [rest.judge(plans[n, rows]) for n in alike.tolist()]
        assert [verdict.legal for verdict in verdicts] == legal[alike].tolist()
        stay = rest.judge(plans[start, rows]).cost
        difference = np.array([verdict.cost - stay for verdict in verdicts])
        assert (difference == cost[alike] - cost[start])[legal[alike]].all()


@pytest.mark.parametrize("seed", range(60))
def test_upper_limits_left_and_the_others_add_up_to_the_whole(seed: int) -> None:
    """The remainder's points and those of the others alone are those of all together."""
    model = a_random_model(seed, kinds=("upper",))
    plans = every_choice(model)
    legal, cost = said_of(model, plans)
    rows = np.arange(0, model.duties, 2)
    for number in random.Random(seed).sample(np.flatnonzero(legal).tolist(), min(5, legal.sum())):
        others = plans[number].copy()
        others[rows] = NOWHERE
        alone = model.judge(others).cost - int(model.unplaced[rows].sum())
        rest = model.remainder(rows, plans[number]).judge(plans[number, rows])
        assert rest.legal
        assert rest.cost + alone == cost[number]
