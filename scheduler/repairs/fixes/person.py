"""What is recorded of the person alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from scheduler.domain.people import Wish, WishKind
from scheduler.repairs.changes import TrainingRenewed, WishSetAside
from scheduler.repairs.fixes.case import Case, Changes
from scheduler.rules.base.rule import Rule


def preferences(case: Case, rule: Rule) -> Iterator[Changes]:
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


def clearance(case: Case, rule: Rule) -> Iterator[Changes]:
    until = case.choice.session.last_day + timedelta(days=rule.params.margin_days)
    yield (TrainingRenewed(employee=case.choice.employee.id, until=until),)
