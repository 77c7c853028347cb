"""Every arrangement of a tiny world with every change and every two changes, one after another.

What works is asked of the rules themselves, never of a compiled model, and the changes are listed
here once more, by the table in the docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from itertools import combinations, product
from math import inf
from typing import Any

from scheduler.domain.people import WishKind
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.rules import every_setting, in_force, registry
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule
from scheduler.verify import verify
from tests.repairs.cases import offered

FIRM = {"absence", "working_days", "exemption", "structure"}
"""What nobody may change."""
Part = tuple[RuleScope, str] | None
"""Whom a rule is set for: None for the whole company but for its variants."""
SETS = "executive_cover"


SEATED = ("seats", "cohort_mix", "keep_published", "level_load")
"""The rules that look at how many seats there are."""


@dataclass(frozen=True)
class Way:
    """A change: what it costs, the rules that look at what it changes, and the problem it makes;
    two about the same exclude each other."""

    cost: int
    rules: tuple[str, ...]
    about: tuple[object, ...]
    make: Callable[[Problem], Problem]


class Tried:
    """A problem with some changes, asked by its rules."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._rules: dict[str, list[Rule]] = {}

    def broken(self, plan: Sequence[Assignment], keys: Iterable[str]) -> frozenset[Any]:
        """How some of the rules are broken hard."""
        view = PlanView(self.problem, plan)
        return frozenset(
            (v.rule, v.amount, v.employee_ids, v.sessions, v.days, str(v.text))
            for key in keys
            for rule in self._of(key)
            for v in rule.judge(view)
            if v.hard
        )

    def _of(self, key: str) -> list[Rule]:
        if key not in self._rules:
            setting = every_setting(self.problem.rules)[key]
            self._rules[key] = [rule for rule in registry()[key].instances(setting) if rule.on]
        return self._rules[key]


class Brute:
    """What a duty that a plan leaves out costs at least, whoever moves for it."""

    def __init__(self, problem: Problem, plan: Sequence[Assignment], extra: int = 0) -> None:
        """`extra` is what the problem costs already, by a first change: one more is enough."""
        self.problem, self.extra = problem, extra
        self.placed = {assignment.duty_id for assignment in plan}
        self._tried: dict[tuple[int, ...], Tried] = {}
        self._in_force = in_force(problem.rules)

    def cheapest(
        self, below: Mapping[str, int], with_session: str | None = None
    ) -> dict[str, float]:
        """By duty what it costs, where that is less than `below` says; with somebody in one
        session, if that is asked for."""
        cheapest: dict[str, float] = {}
        for plan in self.arrangements():
            there = [each.duty_id for each in plan if each.duty_id in below]
            if with_session is not None and all(each.session != with_session for each in plan):
                continue
            left = max((cheapest.get(duty, below[duty]) for duty in there), default=0) - self.extra
            if left <= 0:
                continue
            cost = self.extra + self._mended(plan, left)
            for duty in there:
                if cost < cheapest.get(duty, below[duty]):
                    cheapest[duty] = cost
        return cheapest

    def arrangements(self) -> Iterator[tuple[Assignment, ...]]:
        """Every arrangement in which nobody loses their place."""
        choices = [
            [*self._options(duty.id), *(() if duty.id in self.placed else (None,))]
            for duty in self.problem.duties
        ]
        for some in product(*choices):
            yield tuple(each for each in some if each is not None)

    def _options(self, duty_id: str) -> Iterator[Assignment]:
        """The sessions that no firm rule closes to a duty."""
        person = self.problem.duty[duty_id].employee_id
        for session in offered(self.problem, duty_id):
            option = Assignment(duty_id=duty_id, employee_id=person, session=session.key)
            verified = verify(self.problem, [option], self._in_force)
            if not FIRM & {each.rule for each in verified.hard}:
                yield option

    def _mended(self, plan: tuple[Assignment, ...], budget: float) -> float:
        """What one change or two cost that mend a plan, infinite if as much as the budget. A
        second one is tried with those only that change something about what is broken."""
        verified = verify(self.problem, plan, self._in_force)
        rules = {violation.rule for violation in verified.hard}
        if not rules or FIRM & rules:
            return inf if rules else 0
        before, helping = self._after().broken(plan, rules), list[tuple[int, Way]]()
        for n, way in self._ways:
            if way.cost >= budget:
                break
            if rules.isdisjoint(way.rules):
                continue
            if rules <= set(way.rules) and not self._after(n).broken(plan, way.rules):
                return min(way.cost, self._by_two(rules, helping, plan, way.cost))
            if self._after(n).broken(plan, rules) != before:
                helping.append((n, way))
        return self._by_two(rules, helping, plan, budget)

    def _by_two(
        self,
        rules: set[str],
        helping: list[tuple[int, Way]],
        plan: tuple[Assignment, ...],
        budget: float,
    ) -> float:
        best: float = inf
        if self.extra:
            return best
        for (one, first), (two, second) in combinations(helping, 2):
            cost, keys = first.cost + second.cost, {*first.rules, *second.rules}
            if cost >= min(best, budget) or first.about == second.about or not rules <= keys:
                continue
            if not self._after(one, two).broken(plan, keys):
                best = cost
        return best

    def _after(self, *numbers: int) -> Tried:
        if numbers not in self._tried:
            made = self.problem
            for n in numbers:
                made = self._all[n].make(made)
            self._tried[numbers] = Tried(made)
        return self._tried[numbers]

    @cached_property
    def _all(self) -> list[Way]:
        return list(ways(self.problem))

    @cached_property
    def _ways(self) -> list[tuple[int, Way]]:
        """By number, the cheapest first."""
        return sorted(enumerate(self._all), key=lambda each: each[1].cost)


def ways(problem: Problem) -> Iterator[Way]:
    """Every single change but a session more, each as far as it goes for its price."""
    yield from _of_places(problem)
    yield from _of_time(problem)
    yield from _of_records(problem)
    yield from _of_rules(problem)


def _put(field: str, n: int, values: Callable[[Any], dict[str, Any]], made: Problem) -> Problem:
    """The n-th entry of a field with other values."""
    things = getattr(made, field)
    other = things[n].model_copy(update=values(things[n]))
    return made.changed(**{field: (*things[:n], other, *things[n + 1 :])})


def _changed(
    cost: int, rule: str, about: tuple[object, ...], field: str, n: int, values: Any
) -> Way:
    rules = SEATED if about[0] == "seats" else (rule,)
    return Way(cost, rules, about, partial(_put, field, n, values))


def _of_places(problem: Problem) -> Iterator[Way]:
    everybody = range(1, len(problem.duties) + 1)
    for n, session in enumerate(problem.sessions):
        for more in everybody:
            yield _changed(more, "seats", ("seats", n), "sessions", n, _plus("seats", more))
        for number in (1, 2):
            for some in combinations((mentor.id for mentor in problem.mentors), number):
                if not set(some) & set(session.mentors):
                    about: tuple[object, ...] = ("mentors", n)
                    yield _changed(2 * number, "mentors", about, "sessions", n, _joining(some))
    for n, centre in enumerate(problem.centres):
        for more in everybody:
            if centre.seats is not None:
                yield _changed(3 * more, "seats", ("room", n), "centres", n, _plus("seats", more))
            for channel in centre.channel_seats:
                about = "desks", n, channel
                yield _changed(3 * more, "seats", about, "centres", n, _desks(channel, more))


def _plus(field: str, more: int) -> Callable[[Any], dict[str, Any]]:
    return lambda each: {field: getattr(each, field) + more}


def _joining(some: tuple[str, ...]) -> Callable[[Any], dict[str, Any]]:
    return lambda session: {"mentors": (*session.mentors, *some)}


def _desks(channel: Any, more: int) -> Callable[[Any], dict[str, Any]]:
    return lambda centre: {
        "channel_seats": centre.channel_seats | {channel: centre.channel_seats[channel] + more}
    }


def _of_time(problem: Problem) -> Iterator[Way]:
    for n in range(len(problem.duties)):
        for weeks in range(1, 30):
            span = timedelta(weeks=weeks)
            yield _changed(weeks, "due_date", ("due", n), "duties", n, _plus("due", span))  # type: ignore[arg-type]
            yield _changed(weeks, "due_date", ("opens", n), "duties", n, _plus("opens", -span))  # type: ignore[arg-type]


def _of_records(problem: Problem) -> Iterator[Way]:
    for kind, rule, cost in (
        ("wishes", "preferences", 2),
        ("pairings", "together_apart", 2),
        ("stand_ins", "deputies", 3),
    ):
        for thing in getattr(problem, kind):
            if kind != "wishes" or thing.kind is WishKind.UNWISHED:
                yield Way(cost, (rule,), (kind, repr(thing)), partial(_without, kind, thing))
    trained = {"cleared_until": problem.horizon.last + timedelta(days=999)}
    for n in range(len(problem.employees)):
        yield _changed(3, "clearance", ("training", n), "employees", n, lambda _: trained)
    for n in range(len(problem.programmes)):
        yield _changed(4, "group_size", ("least", n), "programmes", n, lambda _: {"least": 1})


def _without(kind: str, thing: Any, made: Problem) -> Problem:
    return made.changed(**{kind: tuple(each for each in getattr(made, kind) if each != thing)})


# ---- Rules -------------------------------------------------------------------------------------


def _of_rules(problem: Problem) -> Iterator[Way]:
    now = {setting.key: setting for setting in problem.rules}
    for key, rule in registry().items():
        if rule.always_on:
            continue
        parts = set(_parts(problem, now[key]))
        for own, part in sorted(parts, key=repr):
            for cost, mode, params in _loosened(problem, _as_set(now[key], own)):
                whom = own if key == SETS and mode is Mode.HARD else part
                yield _set(cost, now[key], whom, own, mode, params)
            if key != "due_date":
                hours: dict[str, Any] = {"most_hours": None} if key == "travel" else {}
                yield _set(10, now[key], part, own, Mode.SOFT, hours)
                yield _set(20, now[key], own, own, Mode.SOFT, hours)


def _parts(problem: Problem, setting: RuleSetting) -> Iterator[tuple[Part, Part]]:
    """For whom the rule is set now, and the smallest part of those for whom it can be set."""
    order = list(RuleScope)
    there = sorted(setting.variants, key=lambda variant: order.index(variant.scope))
    for duty in problem.duties:
        for session in problem.sessions:
            names = {
                RuleScope.DEPARTMENT: problem.employee[duty.employee_id].department,
                RuleScope.PROGRAMME: session.programme,
                RuleScope.CENTRE: session.centre,
            }
            mine = next((v for v in there if names[v.scope] == v.name), None)
            if mine is not None:
                yield (mine.scope, mine.name), (mine.scope, mine.name)
                continue
            # A part of another kind must not take anybody away from those set differently.
            able = (
                (scope, name)
                for n, scope in enumerate(order)
                if scope in registry()[setting.key].scopes
                and not any(variant.scope in order[n + 1 :] for variant in there)
                and (name := names[scope]) is not None
            )
            yield None, next(able, None)


def _as_set(setting: RuleSetting, own: Part) -> RuleSetting | Variant:
    if own is None:
        return setting
    return next(v for v in setting.variants if (v.scope, v.name) == own)


def _loosened(
    problem: Problem, now: RuleSetting | Variant
) -> Iterator[tuple[int, Mode, dict[str, Any]]]:
    """What a hard rule could be told instead, and what that costs."""
    params = now.params
    told: list[tuple[int, dict[str, Any]]] = []
    if "department_share" in params:
        told += [(2, {"share": 1.0}), (2, {"department_share": 1.0})]
        told += [(4, {"share": 1.0, "department_share": 1.0})]
    elif "weeks" in params:
        told += [(2 * n, {"weeks": params["weeks"] - n}) for n in range(1, params["weeks"] + 1)]
    elif "sets" in params:
        people = range(len(problem.employees) + 1)
        told += [(3 * n, {"most": params["most"] + n}) for n in people if n]
        told += [(4 + 3 * n, {"most": params["most"] + n, "sets": []}) for n in people]
    elif params.keys() == {"days"}:
        told += [(2 * n, {"days": max(1, params["days"] - 7 * n)}) for n in range(1, 15)]
    elif params.keys() == {"at_least"}:
        told += [(4, {"at_least": 1})]
    for cost, changed in told:
        yield cost, now.mode, changed


def _set(
    cost: int, setting: RuleSetting, part: Part, own: Part, mode: Mode, params: dict[str, Any]
) -> Way:
    now = _as_set(setting, own)
    told = {"mode": mode, "params": now.params | params, "weight": max(now.weight, 1)}
    return Way(
        cost, (setting.key,), (setting.key, part), partial(_telling, setting.key, part, told)
    )


def _telling(key: str, part: Part, told: dict[str, Any], made: Problem) -> Problem:
    rules = []
    for each in made.rules:
        if each.key != key:
            rules.append(each)
        elif part is None:
            rules.append(each.model_copy(update=told))
        else:
            others = tuple(v for v in each.variants if (v.scope, v.name) != part)
            mine = Variant(scope=part[0], name=part[1], **told)
            rules.append(each.model_copy(update={"variants": (*others, mine)}))
    return made.changed(rules=tuple(rules))
