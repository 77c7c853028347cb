"""Who is away together, and who serves together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from math import ceil, floor
from typing import Any

from scheduler.domain.people import Pairing
from scheduler.domain.words import Message, say
from scheduler.repairs.changes import (
    AWAY,
    EXECUTIVE,
    EXECUTIVES,
    AwayTogether,
    PairingSetAside,
    RuleChanged,
)
from scheduler.repairs.fixes.case import Case, Changes
from scheduler.repairs.fixes.rules import for_whom, told
from scheduler.rules.base.rule import Rule

FINEST = 10_000
"""Shares are raised to the next ten-thousandth."""


def team_floor(case: Case, rule: Rule) -> Iterator[Changes]:
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
        yield (larger_shares(case, rule, params, said),)


def larger_shares(
    case: Case, rule: Rule, shares: dict[str, float], teams: Sequence[Message]
) -> RuleChanged:
    """Larger shares of teams, of departments, or of both, by parameter."""
    said = say(
        "let {teams} be away: up to {shares} {where}",
        teams=teams,
        shares=[f"{share:.2%}" for share in shares.values()],
        where=for_whom(case, rule),
    )
    return told(case, rule, shares, AWAY * len(shares), said)


def _of_team(kind: str, name: str, n: int, size: int, day: date) -> Message:
    year, week, _ = day.isocalendar()
    values = {"n": n, "size": size, "name": name, "week": f"{year}-W{week:02}", "kind": kind}
    if kind == "team":
        return say("{n} of {size} of team {name} in week {week}", **values)
    return say("{n} of {size} of department {name} in week {week}", **values)


def _size(case: Case, kind: str, name: str, day: date) -> int:
    return sum(each.employed_on(day) for each in case.members[kind, name])


def executives(case: Case, rule: Rule) -> Iterator[Changes]:
    """More of them for everybody the rule governs so, and the sets that are in the way given up."""
    person, most, sets = case.choice.employee, rule.params.most, rule.params.sets
    together: set[tuple[str, ...]] = set()
    for day in case.choice.session.days:
        there = {each.employee.id: each.employee for each in case.there(day, rule)}
        away = sum(each.executive for each in there.values()) + 1
        most = max(most, away) if person.executive else most
        together.update(each for each in sets if person.id in each and there.keys() & set(each))
    if most > rule.params.most or together:
        yield (uncovered(case, rule, most, together),)


def uncovered(
    case: Case, rule: Rule, most: int, together: Collection[tuple[str, ...]]
) -> RuleChanged:
    """So many executives away on one day, and some of the listed sets given up."""
    now, sets = rule.params.most, rule.params.sets
    said = []
    if most > now:
        said.append(say("{n} executives away on one day instead of {now}", n=most, now=now))
    if together:
        listed = len(together)
        said.append(say("listed sets of people never away together given up: {n}", n=listed))
    return told(
        case,
        rule,
        {"most": most, "sets": tuple(each for each in sets if each not in together)},
        EXECUTIVE * (most - now) + EXECUTIVES * len(together),
        say("{changes}", changes=said),
        in_place=True,
    )


def deputies(case: Case, rule: Rule) -> Iterator[Changes]:
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


def together_apart(case: Case, rule: Rule) -> Iterator[Changes]:
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
