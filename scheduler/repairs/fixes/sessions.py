"""Seats, desks, mentors, groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.words import say
from scheduler.repairs.changes import (
    SMALLER,
    MoreMentors,
    MoreRoom,
    MoreSeats,
    ProblemChange,
    RuleChanged,
    SmallerGroups,
)
from scheduler.repairs.fixes.case import Case, Changes
from scheduler.repairs.fixes.rules import for_whom, told
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule

MOST_MENTORS = 12
"""So many mentors are looked at for one session."""


def seats(case: Case, rule: Rule) -> Iterator[Changes]:
    session, problem = case.choice.session, case.problem
    changes: list[ProblemChange] = []
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


def mentors(case: Case, rule: Rule) -> Iterator[Changes]:
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


def group_size(case: Case, rule: Rule) -> Iterator[Changes]:
    session, there = case.choice.session, len(case.in_session()) + 1
    changes: list[ProblemChange] = []
    if rule.params.at_least > there:
        changes.append(from_so_many(case, rule, there))
    if case.problem.programme[session.programme].least > there:
        changes.append(SmallerGroups(programme=session.programme, least=there))
    if changes:
        yield tuple(changes)


def from_so_many(case: Case, rule: Rule, least: int) -> RuleChanged:
    """Sessions take place from so many people on."""
    where = for_whom(case, rule)
    said = say("sessions from {n} people on {where}", n=least, where=where)
    if least == 1:
        said = say("sessions for a single person, too, {where}", where=where)
    return told(case, rule, {"at_least": least}, SMALLER, said)
