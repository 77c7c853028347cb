"""Windows, notice, and the time between two services."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from scheduler.domain.ledger import last_service
from scheduler.domain.problem import Mode
from scheduler.domain.words import say
from scheduler.repairs.changes import SHORTER, EarlierWindow, LaterDue, ProblemChange, RuleChanged
from scheduler.repairs.fixes.case import Case, Changes
from scheduler.repairs.fixes.rules import for_whom, told
from scheduler.rules.base.rule import Rule


def due_date(case: Case, rule: Rule) -> Iterator[Changes]:
    duty, session = case.choice.duty, case.choice.session
    changes: list[ProblemChange] = []
    if (soon := (duty.opens - session.first_day).days) > 0:
        changes.append(EarlierWindow(duties=(duty.id,), days=soon))
    late = -(-(session.last_day - duty.due).days // 7)
    limit = 0 if rule.mode is Mode.HARD else rule.params.never_later_than
    if limit is not None and late > limit:
        changes.append(LaterDue(duties=(duty.id,), weeks=late - limit))
    if changes:
        yield tuple(changes)


def notice(case: Case, rule: Rule) -> Iterator[Changes]:
    if case.problem.made is None:
        return
    weeks = (case.choice.session.first_day - case.problem.made).days // 7
    if 0 <= weeks < rule.params.weeks:
        yield (shorter_notice(case, rule, weeks),)


def shorter_notice(case: Case, rule: Rule, weeks: int) -> RuleChanged:
    """Only so many weeks' notice."""
    said = say(
        "{weeks} instead of {now} weeks' notice {where}",
        weeks=weeks,
        now=rule.params.weeks,
        where=for_whom(case, rule),
    )
    return told(case, rule, {"weeks": weeks}, SHORTER * (rule.params.weeks - weeks), said)


def spacing(case: Case, rule: Rule) -> Iterator[Changes]:
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
        yield (closer(case, rule, days),)


def closer(case: Case, rule: Rule, days: int) -> RuleChanged:
    """Only so many days between two services."""
    now = int(rule.params.days)
    said = say(
        "{days} instead of {now} days between two services {where}",
        days=days,
        now=now,
        where=for_whom(case, rule),
    )
    return told(case, rule, {"days": days}, SHORTER * ceil((now - days) / 7), said)
