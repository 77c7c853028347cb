"""Small worlds that read like sentences.

>>> from scheduler.verify import verify
>>> people = [a_person("ann", team="payments"), a_person("bob")]
>>> world = a_world(people, [a_session(0, seats=1), a_session(7)], rules=only("seats"))
>>> plan = placed(world, ("ann", 0), ("bob", 0))
>>> [str(violation.text) for violation in verify(world, plan).hard]
['2 people in a session of 1 seat on 2027-01-11.']
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

from scheduler.domain.calendar import DateRange, Place, WorkPattern
from scheduler.domain.ledger import Duty, ServiceRecord
from scheduler.domain.people import (
    Absence,
    Blackout,
    Employee,
    Exemption,
    Mentor,
    Pairing,
    Scope,
    StandIns,
    Wish,
    WishKind,
)
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Follows, Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.domain.programme import Channel, Programme, ServiceCentre, Session, session_key
from scheduler.rules import Rule, registry

MONDAY = date(2027, 1, 11)
"""Day 0 of every small world: a Monday without holidays in the weeks after."""

BERLIN = ServiceCentre(
    key="berlin",
    name="Berlin",
    place=Place(city="Berlin", country="DE", subdivision="BE", timezone="Europe/Berlin"),
)
LISBON = Place(city="Lisbon", country="PT", timezone="Europe/Lisbon")
MENTORS = ("mia", "max", "mo")
IN_COMPANY = frozenset({"group_size", "together_apart"})
"""The rules that somebody alone in a session may break, and keep in company."""
SCOPED = {
    RuleScope.DEPARTMENT: ("sales", "works"),
    RuleScope.PROGRAMME: ("two_days", "cew"),
    RuleScope.CENTRE: ("berlin", "regensburg"),
}
TWO_DAYS = Programme(key="two_days", title="Two days", days=2)


def day(number: int) -> date:
    """The `number`-th day after the first Monday."""
    return MONDAY + timedelta(days=number)


def days(first: int, last: int | None = None) -> DateRange:
    """From one numbered day to another, both included."""
    return DateRange(first=day(first), last=day(first if last is None else last))


def a_person(name: str, **changes: Any) -> Employee:
    """Somebody hired long ago, working Monday to Friday in Berlin."""
    fields: dict[str, Any] = {
        "id": name,
        "name": name.title(),
        "hire_date": date(2015, 1, 1),
        "place": BERLIN.place,
    }
    return Employee(**(fields | changes))


def a_duty(
    person: str, *, due: int = 60, opens: int = -400, number: int = 1, **changes: Any
) -> Duty:
    """A duty with its window in numbered days."""
    fields: dict[str, Any] = {
        "id": f"{person}@{number}",
        "employee_id": person,
        "opens": day(opens),
        "due": day(due),
        "programmes": ("two_days",),
    }
    return Duty(**(fields | changes))


def a_session(
    first: int, *, length: int = 2, seats: int = 5, centre: str = "berlin", **changes: Any
) -> Session:
    """A session on `length` days in a row from a numbered day."""
    programme = str(changes.get("programme", "two_days"))
    fields: dict[str, Any] = {
        "key": session_key(programme, centre, day(first)),
        "programme": programme,
        "centre": centre,
        "days": tuple(day(first + n) for n in range(length)),
        "starts": (BERLIN.opens,) * length,
        "ends": (BERLIN.closes,) * length,
        "seats": seats,
        "timezone": "Europe/Berlin",
    }
    return Session(**(fields | changes))


def a_world(
    people: Sequence[Employee],
    sessions: Sequence[Session],
    duties: Sequence[Duty] | None = None,
    *,
    rules: Sequence[RuleSetting] = (),
    **changes: Any,
) -> Problem:
    """A problem with one duty for everybody unless others are given."""
    fields: dict[str, Any] = {
        "horizon": days(0, 89),
        "employees": tuple(people),
        "centres": (BERLIN,),
        "programmes": (TWO_DAYS,),
        "sessions": tuple(sessions),
        "duties": tuple(a_duty(p.id) for p in people) if duties is None else tuple(duties),
        "rules": tuple(rules),
    }
    return Problem(**(fields | changes))


def only(*keys: str, **params: Any) -> tuple[RuleSetting, ...]:
    """Settings with all rules off but these; `params` are the parameters of the only one."""
    return tuple(
        rule.default_setting().model_copy(
            update={"params": rule.default_setting().params | params}
            if key in keys
            else {"mode": Mode.OFF}
        )
        for key, rule in registry().items()
    )


def as_soft(settings: Sequence[RuleSetting], key: str, weight: int = 3) -> tuple[RuleSetting, ...]:
    """The same settings with one rule soft."""
    return tuple(
        s.model_copy(update={"mode": Mode.SOFT, "weight": weight}) if s.key == key else s
        for s in settings
    )


def placed(problem: Problem, *choices: tuple[str, int]) -> tuple[Assignment, ...]:
    """Assignments from (person, first day of the session); a person's duties in order."""
    sessions = {session.first_day: session.key for session in problem.sessions}
    left = {
        p.id: [d.id for d in problem.duties if d.employee_id == p.id] for p in problem.employees
    }
    return tuple(
        Assignment(duty_id=left[who].pop(0), employee_id=who, session=sessions[day(first)])
        for who, first in choices
    )


def every_choice(duties: int, sessions: int) -> Iterator[tuple[int, ...]]:
    """Every way to give each duty a session or none (−1)."""
    return product(range(-1, sessions), repeat=duties)


def assignments_of(problem: Problem, choice: Sequence[int]) -> tuple[Assignment, ...]:
    """The plan in which duty n goes to session `choice[n]`, −1 for none."""
    return tuple(
        Assignment(
            duty_id=duty.id, employee_id=duty.employee_id, session=problem.sessions[place].key
        )
        for duty, place in zip(problem.duties, choice, strict=True)
        if place >= 0
    )


def a_random_world(seed: int, *, people: int = 4, sessions: int = 4) -> Problem:
    """A tiny world in which every rule has something to say, rules set at random."""
    chance = random.Random(seed)
    names = [f"p{n}" for n in range(people)]
    employees = [_somebody(chance, name) for name in names]
    offers = _offers(chance, sessions)
    duties = [_owed(chance, name, 1) for name in names]
    if chance.random() < 0.5:
        duties.append(_owed(chance, names[0], 2))
    guests = chance.choice([None, None, 1, 2])
    centre = BERLIN.model_copy(
        update={
            "languages": chance.choice([(), (), ("de",), ("de", "en")]),
            "seats": chance.choice([None, 1, 2]),
            "channel_seats": chance.choice([{}, {Channel.PHONE: 1}]),
            "closed": chance.choice([(), (), (days(chance.randrange(12)),)]),
        }
    )
    return a_world(
        employees,
        offers,
        duties,
        rules=_settings(chance, names),
        centres=(centre, centre.model_copy(update={"key": "regensburg", "name": "Regensburg"})),
        programmes=(
            TWO_DAYS,
            TWO_DAYS.model_copy(
                update={
                    "key": "cew",
                    "days": 3,
                    "guests_per_mentor": guests,
                    "mentor_centres": chance.choice([1, 1, 2]),
                }
            ),
        ),
        absences=tuple(
            Absence(employee_id=chance.choice(names), days=_some_days(chance)) for _ in range(2)
        ),
        blackouts=(Blackout(scope=Scope.TEAM, name="blue", days=_some_days(chance, 1)),)
        if chance.random() < 0.3
        else (),
        wishes=tuple(
            Wish(
                employee_id=chance.choice(names),
                kind=chance.choice(list(WishKind)),
                days=_some_days(chance, 5),
            )
            for _ in range(2)
        ),
        stand_ins=(StandIns(one=names[0], other=names[1]), StandIns(one=names[1], other=names[2])),
        exemptions=_exempted(chance, names),
        pairings=_paired(chance, names),
        mentors=tuple(_a_mentor(chance, name) for name in MENTORS),
        made=chance.choice([None, day(-20), day(-3)]),
        follows=_followed(chance, duties, offers),
        records=tuple(
            ServiceRecord(
                employee_id=chance.choice(names), programme="two_days", days=(day(-d), day(1 - d))
            )
            for d in (chance.randrange(2, 40), chance.randrange(40, 2500))
        ),
        seed=seed,
    )


def _somebody(chance: random.Random, name: str) -> Employee:
    return a_person(
        name,
        team=chance.choice(["red", "blue", None]),
        department=chance.choice(["sales", "works"]),
        executive=chance.random() < 0.4,
        pattern=WorkPattern(weekdays=frozenset(chance.choice([range(5), range(4), [0, 1]]))),
        hire_date=chance.choice([date(2015, 1, 1), date(2015, 1, 1), day(3)]),
        leave_date=chance.choice([None, None, None, day(9)]),
        centre=chance.choice([None, None, "berlin"]),
        level=chance.randrange(1, 5),
        languages=chance.choice([(), ("de",), ("en", "fr")]),
        cleared_until=chance.choice([None, day(400), day(400), day(8)]),
        place=chance.choice([BERLIN.place, BERLIN.place, LISBON]),
    )


def _exempted(chance: random.Random, names: Sequence[str]) -> tuple[Exemption, ...]:
    if chance.random() < 0.5:
        return ()
    return (
        Exemption(
            employee_id=chance.choice(names),
            category="health",
            approver="hr",
            days=_some_days(chance, 9),
            channels=chance.choice([(), (Channel.MAIL,), (Channel.MAIL, Channel.INTRODUCTION)]),
        ),
    )


def _paired(chance: random.Random, names: Sequence[str]) -> tuple[Pairing, ...]:
    if chance.random() < 0.5:
        return ()
    one, other = chance.sample(names, 2)
    return (Pairing(one=one, other=other, together=chance.random() < 0.5),)


def _a_mentor(chance: random.Random, name: str) -> Mentor:
    return Mentor(
        id=name,
        name=name.title(),
        centre=chance.choice(["berlin", "berlin", "regensburg"]),
        away=chance.choice([(), (), (days(2, 8),)]),
        most=chance.choice([1, 2, 9]),
        rest=chance.choice([0, 0, 1]),
    )


def _followed(
    chance: random.Random, duties: Sequence[Duty], offers: Sequence[Session]
) -> Follows | None:
    if chance.random() < 0.7:
        return None
    published = tuple(
        Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=chance.choice(offers).key)
        for duty in duties
        if chance.random() < 0.6
    )
    return Follows(plan=1, published=published, freeze=day(chance.choice([-1, 2, 9])))


def _offers(chance: random.Random, count: int) -> list[Session]:
    found: dict[str, Session] = {}
    while len(found) < count:
        length = chance.choice([2, 2, 3])
        session = a_session(
            chance.choice([0, 1, 2, 7, 8, 9, 10]),
            length=length,
            seats=chance.choice([0, 1, 2, 3]),
            centre=chance.choice(["berlin", "berlin", "regensburg"]),
            programme="cew" if length == 3 else "two_days",
            channels=tuple((chance.choice(list(Channel)),) for _ in range(length)),
            mentors=tuple(chance.sample(MENTORS, chance.randrange(3))),
        )
        found[session.key] = session
    return sorted(found.values(), key=lambda s: s.first_day)


def _owed(chance: random.Random, name: str, number: int) -> Duty:
    return a_duty(
        name,
        number=number,
        due=chance.randrange(-20, 60),
        opens=chance.choice([-400, -400, 3]),
        first=chance.random() < 0.3,
        programmes=chance.choice([("two_days",), ("two_days", "cew")]),
    )


def _some_days(chance: random.Random, longest: int = 3) -> DateRange:
    first = chance.randrange(12)
    return days(first, first + chance.randrange(longest))


def _settings(chance: random.Random, names: Sequence[str]) -> tuple[RuleSetting, ...]:
    """All rules in some worlds, a few in others: under all of them hardly any plan is legal."""
    off = chance.choice([0.0, 0.4, 0.7])
    return tuple(_setting(chance, key, names, off) for key in registry())


def _setting(
    chance: random.Random, key: str, names: Sequence[str], off: float = 0.0
) -> RuleSetting:
    rule = registry()[key]
    setting = rule.default_setting()
    pause = {"first": day(0).isoformat(), "last": day(1).isoformat()}
    known: dict[str, dict[str, list[Any]]] = {
        "executive_cover": {"sets": [[], [list(names[:2])]]},
        "level_load": {"pauses": [[], [pause]]},
    }
    told = _told(chance, rule, known.get(key, {}))
    variants: tuple[Variant, ...] = ()
    if rule.scopes and not rule.always_on and chance.random() < 0.2:
        scope = chance.choice(sorted(rule.scopes))
        name = chance.choice(SCOPED[scope])
        variants = (Variant(scope=scope, name=name, **_told(chance, rule, known.get(key, {}))),)
    if not rule.always_on and chance.random() < off:
        told["mode"] = Mode.OFF
    return setting.model_copy(update=told | {"variants": variants})


def _told(
    chance: random.Random, rule: type[Rule], known: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """A mode, a weight, and parameters: now and then one of the examples that the rule gives."""
    setting = rule.default_setting()
    params = dict(setting.params)
    for name, field in rule.Params.model_fields.items():
        examples = known.get(name) or field.examples
        if examples and chance.random() < 0.6:
            params[name] = chance.choice(examples)
    mode = setting.mode
    if not rule.always_on and chance.random() < 0.4:
        mode = chance.choice(list(Mode))
    return {"mode": mode, "weight": chance.choice([setting.weight, 1, 7]), "params": params}
