"""What would mend a rule that keeps a duty from a session: for each rule the least general
changes that the problem can express, the cheapest first. A rule without an entry here can be made
to cost points; one that is always on cannot be mended, because nobody may change what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from math import ceil, floor
from typing import Any

from scheduler.domain.ledger import last_service
from scheduler.domain.people import Employee, Pairing, Wish, WishKind
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Mode, Problem, RuleScope
from scheduler.domain.words import Message, say
from scheduler.repairs.changes import (
    AWAY,
    EXECUTIVE,
    EXECUTIVES,
    MENTOR,
    SEAT,
    SET_ASIDE,
    SHORTER,
    SMALLER,
    SOFTER,
    SOFTER_FOR_ALL,
    STAND_INS,
    TRAINING,
    WEEK,
    AwayTogether,
    Change,
    EarlierWindow,
    LaterDue,
    MoreMentors,
    MoreRoom,
    MoreSeats,
    PairingSetAside,
    RuleChanged,
    SmallerGroups,
    TrainingRenewed,
    WishSetAside,
)
from scheduler.rules.base import Choice, PlanView, Rule

Changes = tuple[Change, ...]
"""Changes that mend together."""
FINEST = 10_000
"""Shares are raised to the next ten-thousandth."""
MOST_MENTORS = 12
"""So many mentors are looked at for one session."""


@dataclass(frozen=True)
class Case:
    """A duty that could be placed in a session if rules were changed, and the plan around it."""

    problem: Problem
    plan: PlanView
    choice: Choice
    rules: Sequence[Rule]
    """The rules in force."""
    members: Mapping[tuple[str, str], Sequence[Employee]]
    """Who belongs to each team and department, by kind and name."""

    def there(self, day: date, rule: Rule) -> list[Choice]:
        """Who serves on a day, as far as the rule governs them."""
        return [each for each in self.plan.by_day.get(day, ()) if rule.reach.holds(each)]

    def in_session(self) -> list[Choice]:
        """Who is in the session."""
        session = self.choice.session
        there = self.plan.by_day.get(session.first_day, ())
        return [each for each in there if each.session.key == session.key]


def mended(case: Case, key: str) -> Iterable[Changes]:
    """Ways to mend one rule for this case, each to be tried: what is offered is verified."""
    rule = governing(case, key)
    if rule is None:
        return ()
    mend = MENDERS.get(key)
    ways = list(mend(case, rule)) if mend else []
    return ways or _softened(case, rule)


def governing(case: Case, key: str) -> Rule | None:
    """The rule as it is set for the case."""
    rules = (rule for rule in case.rules if rule.key == key)
    return next((rule for rule in rules if rule.reach.holds(case.choice)), None)


# ---- Seats, desks, mentors, groups -------------------------------------------------------------


def _seats(case: Case, rule: Rule) -> Iterator[Changes]:
    session, problem = case.choice.session, case.problem
    changes: list[Change] = []
    over = len(case.in_session()) + 1 - session.seats
    if over > 0:
        changes.append(MoreSeats(session=session.key, more=over))
    centre = problem.centre[session.centre]
    days: dict[Any, int] = {}
    for number, day in enumerate(session.days):
        here = [each for each in case.plan.by_day.get(day, ()) if each.session.centre == centre.key]
        if centre.seats is not None:
            days[None] = max(days.get(None, 0), len(here) + 1 - centre.seats)
        for channel in set(session.channels[number] if session.channels else ()):
            if channel in centre.channel_seats:
                using = sum(_uses(each, day, channel) for each in here)
                over = using + 1 - centre.channel_seats[channel]
                days[channel] = max(days.get(channel, 0), over)
    changes += [
        MoreRoom(centre=centre.key, channel=channel, more=over)
        for channel, over in days.items()
        if over > 0
    ]
    if changes:
        yield tuple(changes)


def _uses(choice: Choice, day: date, channel: Any) -> bool:
    session = choice.session
    return bool(session.channels) and channel in session.channels[session.days.index(day)]


def _mentors(case: Case, rule: Rule) -> Iterator[Changes]:
    """One mentor more, or where that cannot be enough two, or as many as are missing."""
    session, problem = case.choice.session, case.problem
    programme = problem.programme[session.programme]
    near = [
        mentor.id
        for mentor in problem.mentors
        if mentor.id not in session.mentors
        and mentor.most > 0
        and (programme.mentor_centres > 1 or mentor.centre == session.centre)
        and all(mentor.works_on(day) for day in session.days)
    ][:MOST_MENTORS]
    for count in (1, 2):
        for some in combinations(near, count):
            change = MoreMentors(session=session.key, mentors=some)
            if _accompanied(change.apply(problem), case, rule):
                yield (change,)


def _accompanied(problem: Problem, case: Case, rule: Rule) -> bool:
    """Whether the rule holds in the session with the duty there."""
    there = [each.duty for each in (*case.in_session(), case.choice)]
    key = case.choice.session.key
    return not rule.judge(
        PlanView(
            problem,
            [Assignment(duty_id=d.id, employee_id=d.employee_id, session=key) for d in there],
        )
    )


def _group_size(case: Case, rule: Rule) -> Iterator[Changes]:
    session, there = case.choice.session, len(case.in_session()) + 1
    changes: list[Change] = []
    if rule.params.at_least > there:
        where = _where(case, rule)
        said = say("sessions from {n} people on {where}", n=there, where=where)
        if there == 1:
            said = say("sessions for a single person, too, {where}", where=where)
        changes.append(_told(case, rule, {"at_least": there}, SMALLER, said))
    if case.problem.programme[session.programme].least > there:
        changes.append(SmallerGroups(programme=session.programme, least=there))
    if changes:
        yield tuple(changes)


# ---- Time --------------------------------------------------------------------------------------


def _due_date(case: Case, rule: Rule) -> Iterator[Changes]:
    duty, session = case.choice.duty, case.choice.session
    changes: list[Change] = []
    if (soon := (duty.opens - session.first_day).days) > 0:
        changes.append(EarlierWindow(duties=(duty.id,), days=soon))
    late = -(-(session.last_day - duty.due).days // 7)
    limit = 0 if rule.mode is Mode.HARD else rule.params.never_later_than
    if limit is not None and late > limit:
        changes.append(LaterDue(duties=(duty.id,), weeks=late - limit))
    if changes:
        yield tuple(changes)


def _notice(case: Case, rule: Rule) -> Iterator[Changes]:
    if case.problem.made is None:
        return
    weeks = (case.choice.session.first_day - case.problem.made).days // 7
    less = rule.params.weeks - weeks
    if less > 0 and weeks >= 0:
        said = say(
            "{weeks} instead of {now} weeks' notice {where}",
            weeks=weeks,
            now=rule.params.weeks,
            where=_where(case, rule),
        )
        yield (_told(case, rule, {"weeks": weeks}, SHORTER * less, said),)


def _spacing(case: Case, rule: Rule) -> Iterator[Changes]:
    """As many days as there are to the other services of the person."""
    session, now = case.choice.session, int(rule.params.days)
    served = last_service(case.problem.records).get(case.choice.employee.id)
    free = [] if served is None else [(session.first_day - served).days]
    for other in case.plan.by_employee.get(case.choice.employee.id, ()):
        if other.duty.whole == case.choice.duty.whole:
            continue  # how far apart the days of one service are, its programme says
        last = min(session.last_day, other.session.last_day)
        free.append((max(session.first_day, other.session.first_day) - last).days)
    days = min(free, default=now)
    if 1 <= days < now:
        said = say(
            "{days} instead of {now} days between two services {where}",
            days=days,
            now=now,
            where=_where(case, rule),
        )
        yield (_told(case, rule, {"days": days}, SHORTER * ceil((now - days) / 7), said),)


# ---- Who is away together ----------------------------------------------------------------------


def _team_floor(case: Case, rule: Rule) -> Iterator[Changes]:
    """A larger share for the person's department, so that one more of the team may be away."""
    params: dict[str, Any] = {}
    said: list[Message] = []
    for kind, field in (("team", "share"), ("department", "department_share")):
        name = getattr(case.choice.employee, kind)
        if name is None:
            continue
        for day in case.choice.session.days:
            away = [e for e in case.there(day, rule) if getattr(e.employee, kind) == name]
            size = _size(case, kind, name, day)
            share = params.get(field, getattr(rule.params, field))
            if len(away) + 1 <= max(rule.params.at_least, floor(size * share + 1e-9)):
                continue
            if len(away) + 1 > size:
                return
            params[field] = ceil((len(away) + 1) / size * FINEST - 1e-6) / FINEST
            if not any(each.values["kind"] == kind for each in said):
                said.append(_of_team(kind, name, len(away) + 1, size, day))
    if params:
        text = say(
            "let {teams} be away: up to {shares} {where}",
            teams=said,
            shares=[f"{share:.2%}" for share in params.values()],
            where=_where(case, rule),
        )
        yield (_told(case, rule, params, AWAY * len(params), text),)


def _of_team(kind: str, name: str, n: int, size: int, day: date) -> Message:
    year, week, _ = day.isocalendar()
    values = {"n": n, "size": size, "name": name, "week": f"{year}-W{week:02}", "kind": kind}
    if kind == "team":
        return say("{n} of {size} of team {name} in week {week}", **values)
    return say("{n} of {size} of department {name} in week {week}", **values)


def _size(case: Case, kind: str, name: str, day: date) -> int:
    return sum(each.employed_on(day) for each in case.members[kind, name])


def _executives(case: Case, rule: Rule) -> Iterator[Changes]:
    """More of them for everybody the rule governs so, and the sets that are in the way given up."""
    person, most, sets = case.choice.employee, rule.params.most, rule.params.sets
    together: set[tuple[str, ...]] = set()
    for day in case.choice.session.days:
        there = {each.employee.id: each.employee for each in case.there(day, rule)}
        away = sum(each.executive for each in there.values()) + 1
        most = max(most, away) if person.executive else most
        together.update(each for each in sets if person.id in each and there.keys() & set(each))
    params: dict[str, Any] = {}
    if more := most - rule.params.most:
        params["most"] = most
    if together:
        params["sets"] = tuple(each for each in sets if each not in together)
    if params:
        said = []
        if more:
            now = rule.params.most
            said.append(say("{n} executives away on one day instead of {now}", n=most, now=now))
        if together:
            listed = len(together)
            said.append(say("listed sets of people never away together given up: {n}", n=listed))
        price = EXECUTIVE * more + EXECUTIVES * len(together)
        yield (_told(case, rule, params, price, say("{changes}", changes=said), in_place=True),)


def _deputies(case: Case, rule: Rule) -> Iterator[Changes]:
    me, days = case.choice.employee.id, set(case.choice.session.days)
    partners = {
        other
        for pair in case.problem.stand_ins
        for one, other in ((pair.one, pair.other), (pair.other, pair.one))
        if one == me != other
    }
    away = [
        AwayTogether(one=me, other=partner)
        for partner in sorted(partners)
        if any(days & set(each.session.days) for each in case.plan.by_employee.get(partner, ()))
    ]
    if away:
        yield tuple(away)


def _together_apart(case: Case, rule: Rule) -> Iterator[Changes]:
    me = case.choice.employee.id
    here = {each.employee.id for each in case.in_session()}
    asked: dict[tuple[frozenset[str], bool], Pairing] = {}
    for pair in case.problem.pairings:
        if me in (pair.one, pair.other) and pair.one != pair.other:
            other = pair.other if pair.one == me else pair.one
            if (other in here) is not pair.together:
                asked[frozenset({me, other}), pair.together] = pair
    if asked:
        yield tuple(PairingSetAside(pairing=pair) for pair in asked.values())


# ---- The person --------------------------------------------------------------------------------


def _preferences(case: Case, rule: Rule) -> Iterator[Changes]:
    days = case.choice.session.days
    against = {
        wish
        for wish in case.problem.wishes
        if wish.employee_id == case.choice.employee.id
        and wish.kind is WishKind.UNWISHED
        and any(day in wish.days for day in days)
    }
    if against:
        yield tuple(WishSetAside(wish=wish) for wish in sorted(against, key=_first))


def _first(wish: Wish) -> date:
    return wish.days.first


def _clearance(case: Case, rule: Rule) -> Iterator[Changes]:
    until = case.choice.session.last_day + timedelta(days=rule.params.margin_days)
    yield (TrainingRenewed(employee=case.choice.employee.id, until=until),)


# ---- Any rule ----------------------------------------------------------------------------------


def _softened(case: Case, rule: Rule) -> Iterator[Changes]:
    """The rule charges where it forbids, and what is forbidden even then is not any more."""
    if rule.always_on or rule.key == "due_date":
        return
    params = {name: None for name in ("most_hours",) if name in rule.Params.model_fields}
    for everybody in (False, True):
        if rule.mode is Mode.HARD or params:
            said = say(
                "“{rule}” costs points instead of forbidding {where}",
                rule=say(rule.title),
                where=_where(case, rule, everybody),
            )
            price = SOFTER_FOR_ALL if everybody else SOFTER
            yield (_told(case, rule, params, price, said, mode=Mode.SOFT, in_place=everybody),)


def _told(
    case: Case,
    rule: Rule,
    params: dict[str, Any],
    price: int,
    said: Message,
    *,
    mode: Mode | None = None,
    in_place: bool = False,
) -> RuleChanged:
    """The rule with other parameters, for as few as it can be set differently for; `in_place`
    for all whom its setting governs now."""
    scope = rule.reach.scope if in_place else _scope(case, rule)
    told = rule.params.model_copy(update=params).model_dump(mode="json")
    return RuleChanged(
        rule=rule.key,
        scope=None if scope is None else scope[0],
        name="" if scope is None else scope[1],
        mode=mode or rule.mode,
        weight=max(rule.weight, 1),
        params=told,
        price=price,
        said=said,
    )


def _scope(case: Case, rule: Rule) -> tuple[RuleScope, str] | None:
    """The smallest part of the company with the case in it that the rule can be set for: the one
    it is set for now, or a new one that takes nobody away from another."""
    if rule.reach.scope is not None:
        return rule.reach.scope
    names = {
        RuleScope.DEPARTMENT: case.choice.employee.department,
        RuleScope.PROGRAMME: case.choice.session.programme,
        RuleScope.CENTRE: case.choice.session.centre,
    }
    order = list(names)
    taken = {scope for scope, _ in rule.reach.others}
    for number, scope in enumerate(order):
        name = names[scope]
        if scope in rule.scopes and name is not None and not taken & set(order[number + 1 :]):
            return scope, name
    return None


def _where(case: Case, rule: Rule, in_place: bool = False) -> Message:
    scope = rule.reach.scope if in_place else _scope(case, rule)
    if scope is None:
        return say("in the whole company")
    match scope:
        case (RuleScope.DEPARTMENT, name):
            return say("in department {name}", name=name)
        case (RuleScope.PROGRAMME, name):
            return say("for {name}", name=case.problem.programme[name].title)
        case (_, name):
            return say("in {name}", name=case.problem.centre[name].name)


Mender = Callable[[Case, Any], Iterator[Changes]]

MENDERS: dict[str, Mender] = {
    "clearance": _clearance,
    "deputies": _deputies,
    "due_date": _due_date,
    "executive_cover": _executives,
    "group_size": _group_size,
    "mentors": _mentors,
    "notice": _notice,
    "preferences": _preferences,
    "seats": _seats,
    "spacing": _spacing,
    "team_floor": _team_floor,
    "together_apart": _together_apart,
}

LEAST: dict[str, int] = {
    "clearance": TRAINING,
    "deputies": STAND_INS,
    "due_date": WEEK,
    "executive_cover": EXECUTIVE,
    "group_size": SMALLER,
    "mentors": MENTOR,
    "notice": SHORTER,
    "preferences": SET_ASIDE,
    "seats": SEAT,
    "spacing": SHORTER,
    "team_floor": AWAY,
    "together_apart": SET_ASIDE,
}
"""What mending a rule costs at least."""
