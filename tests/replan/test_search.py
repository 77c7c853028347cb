"""A plan that follows a published one: places as much, changes as few, costs as little."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any

import pytest

from scheduler.domain.people import Absence
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE
from scheduler.model.compiling import compile_problem
from scheduler.replan import Replanned, ReplanTuning, Why, replan
from scheduler.rules import in_force
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits, Progress
from scheduler.verify import verify
from tests.worlds import (
    IN_COMPANY,
    a_duty,
    a_person,
    a_random_world,
    a_session,
    a_world,
    assignments_of,
    day,
    days,
    only,
    placed,
)

Choice = tuple[int, ...]
Triple = tuple[int, int, int]


# ---- Against everything there is ------------------------------------------------------------


def _published(problem: Problem, chance: random.Random) -> tuple[Assignment, ...]:
    """The best plan, or any legal one."""
    if chance.random() < 0.5:
        return solve(problem).assignments
    while True:
        choice = [chance.randrange(-1, len(problem.sessions)) for _ in problem.duties]
        plan = assignments_of(problem, choice)
        if not verify(problem, plan).hard:
            return plan


def _absence(problem: Problem, plan: Sequence[Assignment], chance: random.Random) -> Problem:
    who = chance.choice(problem.employees).id
    mine = [problem.session[a.session] for a in plan if a.employee_id == who]
    first = mine[0].first_day if mine else day(chance.randrange(10))
    away = Absence(employee_id=who, days=days((first - day(0)).days, (first - day(0)).days + 1))
    return _with(problem, absences=(*problem.absences, away))


def _leaver(problem: Problem, plan: Sequence[Assignment], chance: random.Random) -> Problem:
    who = chance.choice(problem.employees).id
    return _with(
        problem,
        employees=tuple(p for p in problem.employees if p.id != who),
        duties=tuple(d for d in problem.duties if d.employee_id != who),
    )


def _joiner(problem: Problem, plan: Sequence[Assignment], chance: random.Random) -> Problem:
    return _with(
        problem,
        employees=(*problem.employees, a_person("new", team=chance.choice(["red", "blue"]))),
        duties=(*problem.duties, a_duty("new", due=chance.randrange(-5, 30))),
    )


def _closed(problem: Problem, plan: Sequence[Assignment], chance: random.Random) -> Problem:
    gone = chance.choice(problem.sessions)
    return _with(problem, sessions=tuple(s for s in problem.sessions if s is not gone))


def _fewer_seats(problem: Problem, plan: Sequence[Assignment], chance: random.Random) -> Problem:
    fewer = chance.choice(problem.sessions)
    return _with(
        problem,
        sessions=tuple(
            s.model_copy(update={"seats": max(0, s.seats - 1)}) if s is fewer else s
            for s in problem.sessions
        ),
    )


def _other_rules(problem: Problem, plan: Sequence[Assignment], chance: random.Random) -> Problem:
    return _with(problem, rules=a_random_world(chance.randrange(10**6), people=3).rules)


CHANGES = (_absence, _leaver, _joiner, _closed, _fewer_seats, _other_rules)


def _with(problem: Problem, **changes: Any) -> Problem:
    """The same problem with some fields changed and checked again."""
    return Problem(**({name: getattr(problem, name) for name in Problem.model_fields} | changes))


def _changed_people(problem: Problem, before: dict[str, str], choice: Choice) -> int:
    """How many had an assignment that they do not have any more."""
    after = {a.duty_id: a.session for a in assignments_of(problem, choice)}
    return len({duty.rpartition("@")[0] for duty, at in before.items() if after.get(duty) != at})


def _frozen(problem: Problem, plan: Sequence[Assignment], freeze: date) -> list[Assignment]:
    """Who has to stay: those who begin earlier, unless that breaks a rule by itself."""
    early = [
        a
        for a in plan
        if a.duty_id in problem.duty
        and a.session in problem.session
        and problem.session[a.session].first_day < freeze
        and not _illegal(problem, a)
    ]
    broken = verify(problem, early).hard
    return [
        a
        for a in early
        if not any(a.employee_id in v.employee_ids and a.session in v.sessions for v in broken)
    ]


def _illegal(problem: Problem, alone: Assignment) -> bool:
    """Whether a rule forbids an assignment whoever else is there."""
    return any(each.rule not in IN_COMPANY for each in verify(problem, [alone]).hard)


def _options(problem: Problem, frozen: Sequence[Assignment]) -> list[list[int]]:
    """Per duty: the sessions that are legal alone, and none; the frozen have one."""
    fixed = {a.duty_id: a.session for a in frozen}
    by_duty = []
    for duty in problem.duties:
        options = [NOWHERE]
        for place, session in enumerate(problem.sessions):
            alone = Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=session.key)
            if not _illegal(problem, alone):
                options.append(place)
        if duty.id in fixed:
            options = [n for n, s in enumerate(problem.sessions) if s.key == fixed[duty.id]]
        by_duty.append(options)
    return by_duty


def _best(problem: Problem, plan: Sequence[Assignment], freeze: date | None) -> Triple:
    """The least of any legal plan: unplaced, people changed, points."""
    left: list[int] = compile_problem(problem).unplaced.tolist()
    before = {a.duty_id: a.session for a in plan}
    frozen = [] if freeze is None else _frozen(problem, plan, freeze)

    def first_aims(choice: Choice) -> tuple[int, int]:
        unplaced = sum(p for p, place in zip(left, choice, strict=True) if place == NOWHERE)
        return unplaced, _changed_people(problem, before, choice)

    best: Triple | None = None
    rules = in_force(problem.rules)
    ranked = sorted((first_aims(c), c) for c in product(*_options(problem, frozen)))
    for aims, choice in ranked:
        if best is not None and aims > best[:2]:
            break
        verdict = verify(problem, assignments_of(problem, choice), rules)
        if not verdict.hard:
            mine = (*aims, sum(verdict.score.values()))
            best = mine if best is None else min(best, mine)
    assert best is not None
    return best


def _triple(problem: Problem, result: Replanned) -> Triple:
    left = dict(zip((d.id for d in problem.duties), compile_problem(problem).unplaced, strict=True))
    verdict = verify(problem, result.assignments)
    assert not verdict.hard
    return (
        sum(int(left[duty]) for duty in result.unassigned),
        result.changed,
        sum(verdict.score.values()),
    )


def _case(seed: int) -> tuple[Problem, tuple[Assignment, ...]]:
    """A world that has changed, and the plan published before."""
    chance = random.Random(seed)
    old = a_random_world(5000 + seed, people=3, sessions=4)
    plan = _published(old, chance)
    return CHANGES[seed % len(CHANGES)](old, plan, chance), plan


@pytest.mark.parametrize("seed", range(240))
def test_replanning_equals_brute_force(seed: int) -> None:
    problem, plan = _case(seed)
    freeze = day(seed % 11) if seed % 4 == 0 else None
    result = replan(problem, plan, freeze=freeze)
    assert _triple(problem, result) == _best(problem, plan, freeze)
    assert result.status is SolveStatus.OPTIMAL
    assert result.fewest == result.changed
    assert result.cost == sum(_triple(problem, result)[::2])


@pytest.mark.parametrize("seed", range(40))
def test_what_is_too_large_for_one_solve_is_never_claimed_wrongly(seed: int) -> None:
    """No neighbourhood is small enough now, so parts and the relaxation have to do."""
    problem, plan = _case(seed)
    result = replan(problem, plan, tuning=ReplanTuning(most_options=-1))
    best, mine = _best(problem, plan, None), _triple(problem, result)
    assert mine >= best
    assert result.fewest <= best[1]
    if result.status is SolveStatus.OPTIMAL:
        assert mine[:2] == best[:2]


@pytest.mark.parametrize("seed", range(0, 60, 7))
def test_the_same_question_gets_the_same_answer(seed: int) -> None:
    problem, plan = _case(seed)
    assert replan(problem, plan).assignments == replan(problem, plan).assignments


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("limits", [Limits(seconds=0), Limits(stop=lambda: True)])
def test_whatever_ends_the_search_the_plan_is_legal(seed: int, limits: Limits) -> None:
    problem, plan = _case(seed)
    result = replan(problem, plan, limits=limits)
    assert not verify(problem, result.assignments).hard
    ended = SolveStatus.STOPPED if limits.stop() else SolveStatus.TIME_LIMIT
    assert result.status in (SolveStatus.OPTIMAL, ended)
    assert result.fewest <= result.changed


# ---- By hand --------------------------------------------------------------------------------

RULES = only("absence", "seats", "working_days")


def _office(*names: str, seats: Sequence[int] = (2, 2, 2)) -> Problem:
    """Everybody owes one service; there is a session on the first days of several weeks."""
    sessions = [a_session(7 * week, seats=each) for week, each in enumerate(seats)]
    return a_world([a_person(name) for name in names], sessions, rules=RULES)


def _away(problem: Problem, name: str, *weeks: int) -> Problem:
    absences = (Absence(employee_id=name, days=days(7 * week, 7 * week + 1)) for week in weeks)
    return _with(problem, absences=(*problem.absences, *absences))


def _weeks(result: Replanned) -> dict[str, int]:
    """Who serves in which week."""
    return {
        a.employee_id: (date.fromisoformat(f"{a.session[-8:]}") - day(0)).days // 7
        for a in result.assignments
    }


def _changes(result: Replanned) -> dict[str, Why]:
    assert result.status is SolveStatus.OPTIMAL
    assert result.fewest == result.changed
    return {change.employee_id: change.why for change in result.changes}


def test_where_nothing_changed_nobody_changes() -> None:
    world = _office("anna", "bert", "carl")
    plan = placed(world, ("anna", 0), ("bert", 0), ("carl", 7))
    result = replan(world, plan)
    assert (result.assignments, _changes(result)) == (plan, {})


def test_who_is_away_moves_and_nobody_else() -> None:
    world = _office("anna", "bert", "carl")
    plan = placed(world, ("anna", 0), ("bert", 0), ("carl", 7))
    result = replan(_away(world, "anna", 0), plan)
    assert _changes(result) == {"anna": Why.IMPOSSIBLE}
    assert [_weeks(result)[name] for name in ("bert", "carl")] == [0, 1]
    [change] = result.changes
    assert change.before == plan[:1]
    assert change.after == tuple(a for a in result.assignments if a.employee_id == "anna")


def test_of_several_free_dates_the_cheapest_is_taken() -> None:
    rules = only("absence", "seats", "due_date")
    sessions = [a_session(7 * week) for week in range(5)]
    world = a_world([a_person("anna")], sessions, [a_duty("anna", due=15)], rules=rules)
    result = replan(_away(world, "anna", 0), placed(world, ("anna", 0)))
    costs = compile_problem(world).cost[0]
    assert result.cost == min(costs[1:]) < max(costs[1:])


def test_somebody_makes_room_where_only_their_place_is_left() -> None:
    world = _office("anna", "bert", seats=(1, 1, 1))
    plan = placed(world, ("anna", 0), ("bert", 7))
    result = replan(_away(world, "anna", 0, 2), plan)
    assert _changes(result) == {"anna": Why.IMPOSSIBLE, "bert": Why.MADE_ROOM}
    assert _weeks(result)["anna"] == 1


def test_the_shortest_of_two_chains_is_taken() -> None:
    """Anna can go where Bert is or where Carl is. Bert could only push Dora on; Carl is free."""
    world = _office("anna", "bert", "carl", "dora", seats=(1, 1, 1, 1, 1, 1))
    plan = placed(world, ("anna", 0), ("bert", 7), ("carl", 14), ("dora", 21))
    world = _away(world, "anna", 0, 3, 4, 5)
    world = _away(_away(world, "bert", 0, 2, 4, 5), "carl", 0, 1, 3, 5)
    result = replan(world, plan)
    assert _changes(result) == {"anna": Why.IMPOSSIBLE, "carl": Why.MADE_ROOM}
    assert _weeks(result) == {"anna": 2, "bert": 1, "carl": 4, "dora": 3}


def _two_ways(helpers: Sequence[str]) -> tuple[Problem, tuple[Assignment, ...]]:
    """Anna has two weeks left. In the fifth the helpers stand in her way, each for a reason of
    their own, and all of them could go a week later. In the second there is Emil, who could only
    follow Fred, who could go a week later."""
    anna = a_person("anna", team="red", executive=True, centre="berlin")
    people = [anna, a_person("emil"), a_person("fred")]
    reasons: dict[str, Any] = {"bert": {}, "carl": {"team": "red"}, "dora": {"executive": True}}
    people += [a_person(name, **reasons[name]) for name in helpers]
    sessions = [a_session(7 * week, seats=9 if week == 5 else 1) for week in range(6)]
    sessions.append(a_session(28, centre="regensburg"))
    centres = tuple(
        _office("x").centres[0].model_copy(update={"key": key}) for key in ("berlin", "regensburg")
    )
    world = a_world(
        people,
        sessions,
        [a_duty(person.id, due=0) for person in people],
        centres=centres,
        rules=tuple(
            each
            if each.key != "executive_cover"
            else each.model_copy(update={"params": each.params | {"most": 1}})
            for each in only("absence", "seats", "team_floor", "executive_cover", "due_date")
        ),
    )
    plan = assignments_of(world, (0, 1, 2, 4, *[6] * (len(helpers) - 1)))
    for name in helpers:
        world = _away(world, name, 0, 1, 2, 3)
    world = _away(_away(world, "anna", 0, 2, 3, 5), "emil", 0, 3, 4, 5)
    return _away(world, "fred", 0, 1, 4, 5), plan


def test_a_longer_chain_of_fewer_people_is_taken() -> None:
    world, plan = _two_ways(("bert", "carl", "dora"))
    result = replan(world, plan)
    assert set(_changes(result)) == {"anna", "emil", "fred"}


def test_of_as_many_changes_those_of_fewer_points_are_taken() -> None:
    """Two would make room in the fifth week, but that costs more than the chain of two."""
    world, plan = _two_ways(("bert", "carl"))
    result = replan(world, plan)
    assert set(_changes(result)) == {"anna", "emil", "fred"}


def test_nobody_moves_for_fewer_points_alone() -> None:
    rules = only("absence", "seats", "due_date")
    sessions = [a_session(7 * week) for week in range(5)]
    people = [a_person("anna"), a_person("bert")]
    world = a_world(people, sessions, [a_duty(p.id, due=0) for p in people], rules=rules)
    plan = placed(world, ("anna", 28), ("bert", 28))
    assert _changes(replan(world, plan)) == {}
    assert solve(world).cost < replan(world, plan).cost


def test_what_a_leaver_leaves_is_lost_and_nobody_else_moves() -> None:
    world = _office("anna", "bert")
    plan = placed(world, ("anna", 0), ("bert", 0))
    now = _leaver_of(world, "anna")
    result = replan(now, plan)
    assert _changes(result) == {"anna": Why.NOT_OWED}
    assert result.assignments == plan[1:]


def _leaver_of(problem: Problem, name: str) -> Problem:
    return _with(
        problem,
        employees=tuple(p for p in problem.employees if p.id != name),
        duties=tuple(d for d in problem.duties if d.employee_id != name),
    )


def test_a_joiner_gets_a_date_and_does_not_count_as_changed() -> None:
    world = _office("anna", "bert")
    plan = placed(world, ("anna", 0), ("bert", 0))
    result = replan(_office("anna", "bert", "carl"), plan)
    assert _changes(result) == {}
    assert _weeks(result)["carl"] in (1, 2)


def test_people_make_room_for_a_joiner() -> None:
    world = _office("anna", "bert", seats=(1, 1, 1))
    plan = placed(world, ("anna", 0), ("bert", 7))
    now = _away(_office("anna", "bert", "carl", seats=(1, 1, 1)), "carl", 0, 2)
    result = replan(now, plan)
    assert _changes(result) == {"bert": Why.MADE_ROOM}
    assert _weeks(result) == {"anna": 0, "bert": 2, "carl": 1}


def test_everybody_of_a_closed_session_moves() -> None:
    world = _office("anna", "bert", "carl")
    plan = placed(world, ("anna", 0), ("bert", 0), ("carl", 7))
    result = replan(_with(world, sessions=world.sessions[1:]), plan)
    assert _changes(result) == {"anna": Why.IMPOSSIBLE, "bert": Why.IMPOSSIBLE}
    assert _weeks(result)["carl"] == 1


def test_as_few_go_as_there_are_seats_too_few() -> None:
    world = _office("anna", "bert", "carl", seats=(3, 1, 1))
    plan = placed(world, ("anna", 0), ("bert", 0), ("carl", 0))
    now = _away(_office("anna", "bert", "carl", seats=(2, 1, 1)), "anna", 1, 2)
    result = replan(now, plan)
    assert set(_changes(result).values()) == {Why.IMPOSSIBLE}
    assert (result.changed, len(result.unassigned)) == (1, 0)


def test_one_who_is_too_many_twice_goes_alone() -> None:
    """A session has a seat too few, and two executives are away: Bert is in both."""
    people = [a_person("anna"), a_person("bert", executive=True), a_person("carl", executive=True)]
    sessions = [a_session(0, seats=2), a_session(0, seats=2, centre="regensburg")]
    sessions.append(a_session(7, seats=1))
    centres = tuple(
        _office("x").centres[0].model_copy(update={"key": key}) for key in ("berlin", "regensburg")
    )
    free = only("absence", "seats")
    world = a_world(people, sessions, rules=free, centres=centres)
    plan = assignments_of(world, (0, 0, 1))
    seats = (sessions[0].model_copy(update={"seats": 1}), *sessions[1:])
    now = _with(world, sessions=seats, rules=only("executive_cover", most=1))
    assert _changes(replan(now, plan)) == {"bert": Why.IMPOSSIBLE}


def test_a_stricter_rule_moves_as_few_as_it_must() -> None:
    people = [a_person(name, team="red") for name in ("anna", "bert", "carl")]
    sessions = [a_session(7 * week) for week in range(3)]
    world = a_world(people, sessions, rules=only("absence", "seats"))
    plan = placed(world, ("anna", 0), ("bert", 0), ("carl", 7))
    result = replan(_with(world, rules=only("team_floor", share=0.1)), plan)
    [moved] = _changes(result)
    assert moved in ("anna", "bert")
    assert _weeks(result)[moved] == 2


def test_what_cannot_be_placed_stays_open_and_is_the_least() -> None:
    world = _office("anna", "bert", seats=(1, 1))
    plan = placed(world, ("anna", 0), ("bert", 7))
    result = replan(_away(world, "anna", 0, 1), plan)
    assert _changes(result) == {"anna": Why.IMPOSSIBLE}
    assert result.unassigned == ("anna@1",)
    assert result.changes[0].after == ()


def test_a_person_with_two_duties_changes_once() -> None:
    world = _office("anna", seats=(1, 1, 1, 1))
    world = _with(world, duties=(a_duty("anna"), a_duty("anna", number=2)))
    plan = placed(world, ("anna", 0), ("anna", 7))
    result = replan(_with(world, sessions=world.sessions[2:]), plan)
    assert _changes(result) == {"anna": Why.IMPOSSIBLE}
    assert len(result.changes[0].before) == len(result.changes[0].after) == 2


IN_PAIRS = tuple(
    pair if pair.key == "group_size" else rule
    for rule, pair in zip(RULES, only("group_size", at_least=2), strict=True)
)
"""Nobody serves alone, too."""


@pytest.mark.parametrize("stopped", [False, True])
def test_who_is_left_alone_moves_too(stopped: bool) -> None:
    world = _with(_office("anna", "bert", "carl", "dora"), rules=IN_PAIRS)
    plan = placed(world, ("anna", 0), ("bert", 0), ("carl", 7), ("dora", 7))
    result = replan(_away(world, "anna", 0), plan, limits=Limits(stop=lambda: stopped))
    together: dict[int, set[str]] = {}
    for name, week in _weeks(result).items():
        together.setdefault(week, set()).add(name)
    assert all(len(names) == 2 for names in together.values())
    if not stopped:
        # Bert follows her, or somebody joins him and she takes that place.
        assert sorted(_changes(result).values()) == [Why.IMPOSSIBLE, Why.MADE_ROOM]
        assert not result.unassigned


def test_what_is_frozen_makes_no_room() -> None:
    """As in the chain above, but Bert's date is too near."""
    world = _office("anna", "bert", seats=(1, 1, 1))
    plan = placed(world, ("anna", 0), ("bert", 7))
    now = _away(world, "anna", 0, 2)
    result = replan(now, plan, freeze=day(8))
    assert _changes(result) == {"anna": Why.IMPOSSIBLE}
    assert result.unassigned == ("anna@1",)
    assert replan(now, plan, freeze=day(7)).unassigned == ()


def test_what_is_frozen_moves_when_it_is_impossible() -> None:
    world = _office("anna", "bert")
    plan = placed(world, ("anna", 0), ("bert", 0))
    result = replan(_away(world, "anna", 0), plan, freeze=day(60))
    assert _changes(result) == {"anna": Why.IMPOSSIBLE}
    assert _weeks(result)["bert"] == 0


def test_of_too_many_in_a_frozen_session_only_those_too_many_go() -> None:
    world = _office("anna", "bert", seats=(2, 2))
    plan = placed(world, ("anna", 0), ("bert", 0))
    result = replan(_office("anna", "bert", seats=(1, 2)), plan, freeze=day(60))
    assert (result.changed, result.unassigned) == (1, ())


def test_progress_is_told_and_its_plans_are_legal() -> None:
    world = _office("anna", "bert", seats=(1, 1, 1))
    now = _away(world, "anna", 0, 2)
    reported: list[Progress] = []
    result = replan(now, placed(world, ("anna", 0), ("bert", 7)), listener=reported.append)
    assert [p.phase for p in reported[:2]] == ["compiling", "re-planning"]
    assert reported[-1].incumbent == result.assignments
    assert all(not verify(now, p.incumbent).hard for p in reported if p.incumbent is not None)
    assert reported[-1].placed == 2


def test_a_few_of_many_are_asked_for_room() -> None:
    """Too many options for one solve: those whose place would help are found all the same."""
    names = ("bert", "carl", "dora", "emil", "fred", "gina")
    world = _office("anna", *names, seats=[1] * 8)
    plan = placed(world, ("anna", 0), *((name, 7 * (n + 1)) for n, name in enumerate(names)))
    world = _away(world, "anna", 0, 1, 2, 3, 5, 6, 7)
    result = replan(world, plan, tuning=ReplanTuning(most_options=5))
    assert _changes(result) == {"anna": Why.IMPOSSIBLE, "emil": Why.MADE_ROOM}


def test_what_is_published_and_stays_is_not_made_again() -> None:
    """Of ten thousand assignments one changes; to make all of them took longer than to find it."""
    world = a_world([a_person("anna"), a_person("bert")], [a_session(0, seats=2), a_session(7)])
    plan = assignments_of(world, (0, 0))
    now = world.changed(absences=(Absence(employee_id="anna", days=days(0)),))
    reports: list[Progress] = []
    result = replan(now, plan, listener=reports.append)
    assert [a.session for a in result.assignments] == [world.sessions[1].key, plan[1].session]
    assert result.assignments[1] is plan[1]
    assert reports[-1].incumbent is result.assignments
    [change] = result.changes
    assert (change.before, change.after) == (plan[:1], result.assignments[:1])
