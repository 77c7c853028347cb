"""Random worlds whose plans leave somebody out, and changes to try on them by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.domain.programme import Session
from scheduler.rules import registry
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.worlds import a_random_world

Way = tuple[int, dict[str, Any]]
"""What a change costs by the table in the docs, and the fields of the problem it changes."""


@cache
def short_of_places(number: int) -> tuple[Problem, tuple[Assignment, ...]]:
    """A tiny world whose best plan leaves somebody out, and that plan; every second one has no
    rule off."""
    for seed in count(1000 * number):
        problem = a_random_world(seed)
        if number % 2:
            problem = problem.model_copy(update={"rules": tuple(map(_on, problem.rules))})
        result = solve(problem)
        if result.unassigned:
            return problem, result.assignments
    raise AssertionError("there is always another seed")


def _on(setting: RuleSetting) -> RuleSetting:
    mode = registry()[setting.key].default_mode
    return setting.model_copy(update={"mode": mode}) if setting.mode is Mode.OFF else setting


def offered(problem: Problem, duty_id: str) -> list[Session]:
    """The sessions that discharge a duty."""
    duty = problem.duty[duty_id]
    home = problem.employee[duty.employee_id].centre
    return [
        session
        for session in problem.sessions
        if session.programme in duty.programmes and home in (None, session.centre)
    ]


def placing(problem: Problem, duty_id: str, session: str) -> Assignment:
    """The duty in a session."""
    return Assignment(
        duty_id=duty_id, employee_id=problem.duty[duty_id].employee_id, session=session
    )


def broken(problem: Problem, plan: Sequence[Assignment], duty_id: str, session: str) -> set[str]:
    """The rules that break if the duty goes to the session and everybody else stays."""
    found = verify(problem, [*plan, placing(problem, duty_id, session)])
    return {violation.rule for violation in found.hard}


def can_be_placed(problem: Problem, plan: Sequence[Assignment], duty_id: str) -> bool:
    """Whether some session takes the duty while everybody else stays."""
    return any(
        not broken(problem, plan, duty_id, session.key) for session in offered(problem, duty_id)
    )


def ways(problem: Problem, duty_id: str) -> Iterator[Way]:
    """Every single change that costs less than a session more, each as far as it goes for its
    price, whether it helps or not."""
    yield from _of_places(problem)
    yield from _of_time(problem, duty_id)
    yield from _of_people(problem, duty_id)
    yield from _of_rules(problem, duty_id)


def _of_places(problem: Problem) -> Iterator[Way]:
    for n, session in enumerate(problem.sessions):
        for more in (1, 2, 3):
            larger = session.model_copy(update={"seats": session.seats + more})
            yield more, {"sessions": _put(problem.sessions, n, larger)}
        for mentor in problem.mentors:
            rota = session.model_copy(update={"mentors": (*session.mentors, mentor.id)})
            yield 2, {"sessions": _put(problem.sessions, n, rota)}
    for n, centre in enumerate(problem.centres):
        if centre.seats is not None:
            larger_centre = centre.model_copy(update={"seats": centre.seats + 1})
            yield 3, {"centres": _put(problem.centres, n, larger_centre)}
        for channel in centre.channel_seats:
            desks = centre.channel_seats | {channel: centre.channel_seats[channel] + 1}
            more_desks = centre.model_copy(update={"channel_seats": desks})
            yield 3, {"centres": _put(problem.centres, n, more_desks)}


def _of_time(problem: Problem, duty_id: str) -> Iterator[Way]:
    n = next(n for n, duty in enumerate(problem.duties) if duty.id == duty_id)
    duty = problem.duties[n]
    for weeks in range(1, 8):
        later = duty.model_copy(update={"due": duty.due + timedelta(weeks=weeks)})
        yield weeks, {"duties": _put(problem.duties, n, later)}
        earlier = duty.model_copy(update={"opens": duty.opens - timedelta(weeks=weeks)})
        yield weeks, {"duties": _put(problem.duties, n, earlier)}


def _of_people(problem: Problem, duty_id: str) -> Iterator[Way]:
    who = problem.duty[duty_id].employee_id
    for kind, cost in (("wishes", 2), ("pairings", 2), ("stand_ins", 3)):
        mine = getattr(problem, kind)
        for n in range(len(mine)):
            yield cost, {kind: mine[:n] + mine[n + 1 :]}
    n = next(n for n, person in enumerate(problem.employees) if person.id == who)
    trained = problem.employees[n].model_copy(
        update={"cleared_until": problem.horizon.last + timedelta(days=999)}
    )
    yield 3, {"employees": _put(problem.employees, n, trained)}


def _of_rules(problem: Problem, duty_id: str) -> Iterator[Way]:
    department = problem.employee[problem.duty[duty_id].employee_id].department
    now = {setting.key: setting for setting in problem.rules}
    told: list[tuple[int, str, dict[str, Any]]] = [
        (2, "team_floor", {"share": 1.0}),
        (2, "team_floor", {"department_share": 1.0}),
        (4, "team_floor", {"share": 1.0, "department_share": 1.0}),
        (4, "group_size", {"at_least": 1}),
    ]
    notice, spacing = now["notice"].params["weeks"], now["spacing"].params["days"]
    told += [(2 * n, "notice", {"weeks": notice - n}) for n in (1, 2, 3) if notice >= n]
    told += [(2 * n, "spacing", {"days": max(1, spacing - 7 * n)}) for n in (1, 2, 3)]
    most = now["executive_cover"].params["most"]
    told += [(3 * n, "executive_cover", {"most": most + n}) for n in (1, 2)]
    for cost, key, params in told:
        parts = (None, department) if RuleScope.DEPARTMENT in registry()[key].scopes else (None,)
        for scope in parts:
            yield cost, {"rules": tuple(_set(now, key, params, scope).values())}
    smaller = (each.model_copy(update={"least": 1}) for each in problem.programmes)
    yield 4, {"programmes": tuple(smaller)}


def _set(
    now: dict[str, RuleSetting], key: str, params: dict[str, Any], department: str | None
) -> dict[str, RuleSetting]:
    setting = now[key]
    params = setting.params | params
    if department is None:
        return now | {key: setting.model_copy(update={"params": params})}
    others = tuple(v for v in setting.variants if v.name != department)
    mine = Variant(
        scope=RuleScope.DEPARTMENT,
        name=department,
        mode=setting.mode,
        weight=setting.weight,
        params=params,
    )
    return now | {key: setting.model_copy(update={"variants": (*others, mine)})}


def _put(things: Sequence[Any], n: int, thing: Any) -> tuple[Any, ...]:
    return (*things[:n], thing, *things[n + 1 :])
