"""Nobody serves on a day they are unavailable."""

from __future__ import annotations

from datetime import date

import numpy as np

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Scope
from scheduler.domain.plan import Violation
from scheduler.domain.words import Message, say
from scheduler.model.company import CompanyArrays, Ranges, Spans
from scheduler.model.language import IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, Ties


class AbsenceRule(Rule):
    """Nobody serves while on leave, during a blackout, before being hired or after leaving."""

    key = "absence"
    title = "Nobody serves while away"
    ties = Ties.PERSON
    always_on = True

    def compile(self, world: World, model: Model) -> None:
        """Forbid sessions on a day of leave, of a blackout, or outside the employment."""
        company, who = world.company, world.who
        away = Spans.joined(
            company.once(_leave).of(who),
            company.once(_blackouts, Scope.TEAM).of(company.labels("team").numbers[who]),
            company.once(_blackouts, Scope.DEPARTMENT).of(
                company.labels("department").numbers[who]
            ),
            company.once(_blackouts, Scope.COMPANY).of(np.zeros_like(who)),
            _not_employed(company, who),
        )
        model.forbid(self.key, world.touched(away, len(who))[world.person])

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment with a day on which its person is unavailable."""
        leave: dict[str, list[DateRange]] = {}
        for absence in plan.problem.absences:
            leave.setdefault(absence.employee_id, []).append(absence.days)
        blackouts: dict[tuple[Scope, str | None], list[DateRange]] = {}
        for blackout in plan.problem.blackouts:
            name = None if blackout.scope is Scope.COMPANY else blackout.name
            blackouts.setdefault((blackout.scope, name), []).append(blackout.days)
        broken = []
        for choice in plan:
            person, session = choice.employee, choice.session
            first, last = session.first_day, session.last_day
            away = [
                each
                for each in (
                    *leave.get(person.id, ()),
                    *blackouts.get((Scope.TEAM, person.team), ()),
                    *blackouts.get((Scope.DEPARTMENT, person.department), ()),
                    *blackouts.get((Scope.COMPANY, None), ()),
                )
                if each.first <= last and first <= each.last
            ]
            days = [
                day
                for day in session.days
                if not person.employed_on(day) or any(day in each for each in away)
            ]
            if days:
                text = say("{name} is unavailable on {day}.", name=person.name, day=days[0])
                broken.append(self.broken(len(days), text, choices=[choice], days=days))
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "Nobody serves on a day of leave, during a blackout of their team, department or "
            "company, before being hired or after leaving."
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("you are away")


def _leave(company: CompanyArrays) -> Ranges:
    """The absences of every employee."""
    absences = company.problem.absences
    owner = company.numbers(absence.employee_id for absence in absences)
    days = [absence.days for absence in absences]
    return Ranges(owner, days, len(company.problem.employees))


def _blackouts(company: CompanyArrays, scope: Scope) -> Ranges:
    """The blackouts of every team, of every department, or of the company as the only one."""
    blackouts = [each for each in company.problem.blackouts if each.scope is scope]
    days = [blackout.days for blackout in blackouts]
    if scope is Scope.COMPANY:
        return Ranges(np.zeros(len(days), np.int64), days, 1)
    names = company.labels(scope.value).names
    number = {name: n for n, name in enumerate(names)}
    owner = np.array([number.get(blackout.name, -1) for blackout in blackouts], np.int64)
    return Ranges(owner, days, len(names))


def _not_employed(company: CompanyArrays, who: IntArray) -> Spans:
    """The days before everybody was hired and after they left."""
    row, always = np.arange(len(who)), np.full(len(who), date.max.toordinal())
    before = Spans(row, np.zeros_like(always), company.hired[who] - 1)
    return Spans.joined(before, Spans(row, company.left[who] + 1, always))
