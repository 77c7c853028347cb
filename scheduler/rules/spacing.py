"""A smallest time between two services of one person, and between separate days of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import ceil

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.ledger import Duty, last_service
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import CompanyArrays, Labels, ordinals
from scheduler.model.language import GroupBound, IntArray, Model, narrow
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, RuleChanged
from scheduler.rules.base.costs import SHORTER
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

WEEK = 7
LONG_AGO = -10_000
"""A day before any that counts, for those who never served."""


class Spacing(Rule):
    """Between two services of one person lie at least so many days."""

    key = "spacing"
    title = "Time between two services"
    ties = Ties.PERSON
    least_cost = SHORTER

    class Params(RuleParams):
        """How long somebody is left in peace."""

        days: int = Field(28, ge=1, le=1000, title="Days between two services", examples=[3, 9])

    def compile(self, world: World, model: Model) -> None:
        """Two sessions are too close exactly when both, each lengthened by the gap, hold a
        common day: a bound of one for every pair of duties and every day."""
        self._away_from_history(world, model)
        pairs = _pairs(world)
        gaps = self._gaps(world, pairs)
        for gap in np.unique(gaps).tolist():
            tied = pairs[gaps == gap]
            sessions, days = _lengthened(world, gap)
            if self.points is None:
                # Sessions that overlap hold the first day of the last of them in common.
                begun = np.isin(days, world.starts - world.first_day)
                sessions, days = sessions[begun], days[begun]
            model.bound(
                GroupBound(
                    self.key,
                    duties=tied.ravel(),
                    groups=np.repeat(np.arange(len(tied)), 2),
                    sessions=sessions,
                    slots=days,
                    upper=np.ones((1, int(days.max(initial=-1)) + 1), np.int64),
                    points=self.points,
                )
            )

    def _away_from_history(self, world: World, model: Model) -> None:
        served = world.company.once(_last_served)[world.employee]
        last, whose = np.unique(served, return_inverse=True)
        gap = int(self.params.days)
        missing = np.clip(gap - (world.starts - last[:, None]), 0, gap)
        if self.points is None:
            model.forbid(self.key, (missing > 0)[whose])
        else:
            model.price(self.key, narrow(missing * self.points)[whose])

    def _gaps(self, world: World, pairs: IntArray) -> IntArray:
        """[pair] → how many days must lie between its two duties."""
        apart = np.full(len(pairs), int(self.params.days))
        if len(pairs):
            whole, within = world.company.once(_wholes, int(self.params.days))
            one, other = world.rows[pairs].T
            apart = np.where(whole[one] == whole[other], within[one], apart)
        return apart

    def _gap(self, problem: Problem, one: Duty, other: Duty) -> int:
        usual = int(self.params.days)
        return usual if one.whole != other.whole else _within(problem, one.programmes, usual)

    def check(self, plan: PlanView) -> list[Violation]:
        """Every two services of one person that are too close, and every one too soon after
        the last served. The amount is in days."""
        broken = []
        served = last_service(plan.problem.records)
        for person_id, choices in plan.by_employee.items():
            name = choices[0].employee.name
            for choice in choices:
                if person_id in served:
                    gap = self.params.days
                    lacking = gap - (choice.session.first_day - served[person_id]).days
                    if lacking > 0:
                        text = say(
                            "{name} serves on {day}, {lacking} too soon after {last}.",
                            name=name,
                            day=choice.session.first_day,
                            lacking=amounts.days(min(lacking, gap)),
                            last=served[person_id],
                        )
                        broken.append(self.broken(min(lacking, gap), text, choices=[choice]))
            for one, other in combinations(choices, 2):
                gap = self._gap(plan.problem, one.duty, other.duty)
                lacking = _overlap(one.session, other.session) + gap
                if lacking > 0:
                    text = say(
                        "{name} serves on {one} and again on {other}; {gap} must lie between.",
                        name=name,
                        one=one.session.first_day,
                        other=other.session.first_day,
                        gap=amounts.days(gap),
                    )
                    broken.append(self.broken(lacking, text, choices=[one, other]))
        return broken

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """Only as many days as there are to the other services of the person."""
        session, now = case.choice.session, int(self.params.days)
        served = last_service(case.problem.records).get(case.choice.employee.id)
        free = [] if served is None else [(session.first_day - served).days]
        free += [
            -_overlap(session, other.session)
            for other in case.plan.by_employee.get(case.choice.employee.id, ())
            # How far apart the days of one service are, its programme says.
            if other.duty.whole != case.choice.duty.whole
        ]
        days = min(free, default=now)
        if 1 <= days < now:
            yield (self._closer(case, days),)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Every whole number of weeks less, down to a single day."""
        for case in search.cases(self.reach):
            for weeks in range(1, ceil(search.below / SHORTER)):
                if (days := int(self.params.days) - WEEK * weeks) > 1 - WEEK:
                    yield self._closer(case, max(1, days))

    def _closer(self, case: Case, days: int) -> RuleChanged:
        """Only so many days between two services."""
        now = int(self.params.days)
        said = say_number(
            "{days} instead of {n} day between two services {where}",
            "{days} instead of {n} days between two services {where}",
            now,
            days=days,
            where=self.where(case),
        )
        return self.changed(case, {"days": days}, SHORTER * ceil((now - days) / WEEK), said)

    def sentence(self) -> Message:
        """What the rule means."""
        return say_number(
            "Between two services of the same person lies at least {n} day; separate days of "
            "one service are as far apart as their programme says.",
            "Between two services of the same person lie at least {n} days; separate days of "
            "one service are as far apart as their programme says.",
            self.params.days,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too close to another service of yours")


def _overlap(one: Session, other: Session) -> int:
    """Days from the first of the later session to the last of the earlier one; negative where the
    later begins after that."""
    return (min(one.last_day, other.last_day) - max(one.first_day, other.first_day)).days


def _within(problem: Problem, programmes: Iterable[str], usual: int) -> int:
    """Days between the separate days of one service: the longest gap any programme asks for."""
    asking = (problem.programme[key] for key in programmes)
    return max((each.gap_days for each in asking if each.separate), default=usual)


def _wholes(company: CompanyArrays, usual: int) -> tuple[IntArray, IntArray]:
    """[duty] → the number of the service it is a part of, and the days between its parts."""
    duties = company.problem.duties
    programmes = Labels.of(duty.programmes for duty in duties)
    within = [_within(company.problem, keys, usual) for keys in programmes.names]
    return Labels.of(duty.whole for duty in duties).numbers, np.array(within)[programmes.numbers]


def _last_served(company: CompanyArrays) -> IntArray:
    """[employee] → the last day they served, one before all that count where they never did."""
    served = last_service(company.problem.records)
    number = company.numbers(served)
    last = np.full(len(company.problem.employees), LONG_AGO)
    last[number[number >= 0]] = ordinals(served.values())[number >= 0]
    return last


def _pairs(world: World) -> IntArray:
    """[pair, 2] → every two duties of one person, in order of the people."""
    order = np.argsort(world.person, kind="stable")
    person = world.person[order]
    twos = [np.zeros((0, 2), np.int64)]
    for step in range(1, int(np.bincount(person, minlength=1).max())):
        same = np.flatnonzero(person[step:] == person[:-step])
        twos.append(np.stack([order[same], order[same + step]], axis=1))
    pairs = np.concatenate(twos)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0], world.person[pairs[:, 0]]))]


def _lengthened(world: World, gap: int) -> tuple[IntArray, IntArray]:
    """(session, day) side by side: all days from a session's first to `gap` − 1 after its last,
    counted from the world's first day."""
    lengths = world.ends - world.starts + gap
    sessions = np.repeat(np.arange(world.sessions), lengths)
    within = np.arange(len(sessions)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return sessions, world.starts[sessions] - world.first_day + within
