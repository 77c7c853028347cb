"""A rule set differently for as few as it can be set differently for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scheduler.domain.problem import Mode, RuleScope
from scheduler.domain.words import Message, say
from scheduler.repairs.changes import SOFTER, SOFTER_FOR_ALL, RuleChanged
from scheduler.repairs.fixes.case import Case, Changes
from scheduler.rules.base.rule import Rule


def softened(case: Case, rule: Rule) -> Iterator[Changes]:
    """The rule charges where it forbids, and what is forbidden even then is not any more."""
    if rule.always_on or rule.key == "due_date":
        return
    params = {name: None for name in ("most_hours",) if name in rule.Params.model_fields}
    for everybody in (False, True):
        if rule.mode is Mode.HARD or params:
            said = say(
                "“{rule}” costs points instead of forbidding {where}",
                rule=say(rule.title),
                where=for_whom(case, rule, everybody),
            )
            price = SOFTER_FOR_ALL if everybody else SOFTER
            yield (told(case, rule, params, price, said, mode=Mode.SOFT, in_place=everybody),)


def told(
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
    scope = rule.reach.scope if in_place else smallest_part(case, rule)
    params = rule.params.model_copy(update=params).model_dump(mode="json")
    return RuleChanged(
        rule=rule.key,
        scope=None if scope is None else scope[0],
        name="" if scope is None else scope[1],
        mode=mode or rule.mode,
        weight=max(rule.weight, 1),
        params=params,
        price=price,
        said=said,
    )


def smallest_part(case: Case, rule: Rule) -> tuple[RuleScope, str] | None:
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


def for_whom(case: Case, rule: Rule, in_place: bool = False) -> Message:
    scope = rule.reach.scope if in_place else smallest_part(case, rule)
    if scope is None:
        return say("in the whole company")
    match scope:
        case (RuleScope.DEPARTMENT, name):
            return say("in department {name}", name=name)
        case (RuleScope.PROGRAMME, name):
            return say("for {name}", name=case.problem.programme[name].title)
        case (_, name):
            return say("in {name}", name=case.problem.centre[name].name)
