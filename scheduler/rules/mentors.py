"""A session with participants has mentors enough, available and rested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, groupby
from typing import Any, Self

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.people import Mentor
from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Mode, Problem, RuleScope
from scheduler.domain.programme import Programme, Session
from scheduler.domain.words import Message, say, say_number
from scheduler.model.company import BoolArray, CompanyArrays, Labels, ordinals
from scheduler.model.language import GroupBound, IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, replaced, united
from scheduler.rules.base.costs import MENTOR
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties

WEEK = 7
MOST_MENTORS = 12
"""So many are looked at for one session that needs more of them."""
MOST_MORE = 2
"""So many are added to a session at most."""
NO_MENTOR_NEEDED = -1
"""How many people a session takes whose programme needs no mentors."""


class MoreMentors(ProblemChange):
    """More mentors accompany one session."""

    session: str
    mentors: tuple[str, ...] = Field(min_length=1)

    @property
    def loosens(self) -> str:
        return "mentors"

    @property
    def cost(self) -> int:
        return MENTOR * len(self.mentors)

    @property
    def theme(self) -> tuple[object, ...]:
        return "mentors", self.session

    @property
    def inside(self) -> str:
        return self.session

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"mentors": united(self.mentors, other.mentors)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        sessions = replaced(
            problem.sessions,
            lambda each: each.key == self.session,
            lambda each: {"mentors": united(each.mentors, self.mentors)},
        )
        return {"sessions": sessions}

    def text(self, problem: Problem) -> Message:
        session, names = problem.session[self.session], {m.id: m.name for m in problem.mentors}
        return say_number(
            "{mentors} as mentor in {centre} on {day}",
            "{mentors} as mentors in {centre} on {day}",
            len(self.mentors),
            mentors=[names[mentor] for mentor in self.mentors],
            centre=problem.centre[session.centre].name,
            day=session.first_day,
        )


class Mentors(Rule):
    """A session takes so many people as the mentors on its rota can accompany.

    A mentor accompanies a session of their rota if they work on all its days, have not yet
    accompanied their most in its calendar month, and have rested since the one before: sessions
    are looked at in order of their first day and key.
    """

    key = "mentors"
    title = "Mentors for every session"
    ties = Ties.CENTRE
    scopes = frozenset({RuleScope.PROGRAMME, RuleScope.CENTRE})
    least_cost = MENTOR

    class Params(RuleParams):
        """Whether mentors are needed where none are on record."""

        strict: bool = Field(
            False,
            title="Needed even if no mentors are on record",
            description="Otherwise a company that keeps no record of mentors plans without them.",
            examples=[True],
        )

    def compile(self, world: World, model: Model) -> None:
        """Bound everybody × session by the guests that its mentors can accompany."""
        most = world.company.once(_most, bool(self.params.strict))[world.columns]
        sessions = np.flatnonzero(most != NO_MENTOR_NEEDED)
        model.bound(
            GroupBound(
                self.key,
                duties=np.arange(world.duties),
                groups=np.zeros(world.duties, np.int64),
                sessions=sessions,
                slots=np.arange(len(sessions)),
                upper=most[None, sessions],
                points=self.points,
            )
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every session with more people than its mentors can accompany."""
        problem = plan.problem
        if not problem.mentors and not self.params.strict:
            return []
        accompanied = _accompanied(problem)
        broken = []
        for key, choices in plan.by_session.items():
            session = choices[0].session
            programme = problem.programme[session.programme]
            if programme.guests_per_mentor is None:
                continue
            mentors = accompanied.get(key, [])
            most = _guests(programme, len(mentors), len({mentor.centre for mentor in mentors}))
            if len(choices) > most:
                text = say_number(
                    "{people} in the session of {day} at {centre}, where {n} mentor can "
                    "accompany {most}.",
                    "{people} in the session of {day} at {centre}, where {n} mentors can "
                    "accompany {most}.",
                    len(mentors),
                    people=amounts.people(len(choices)),
                    day=session.first_day,
                    centre=session.centre,
                    most=most,
                )
                broken.append(
                    self.broken(len(choices) - most, text, choices=choices, days=session.days)
                )
        return broken

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """One mentor more, or where that cannot be enough two."""
        session, problem = case.choice.session, case.problem
        programme = problem.programme[session.programme]
        able = _able(problem, session)
        if programme.mentor_centres == 1:
            able.sort(key=lambda mentor: mentor.centre != session.centre)
        names = [mentor.id for mentor in able if mentor.most > 0]
        for more in range(1, MOST_MORE + 1):
            for some in combinations(names[:MOST_MENTORS], more):
                change = MoreMentors(session=session.key, mentors=some)
                if self._holds_with(change, case):
                    yield (change,)

    def _holds_with(self, change: MoreMentors, case: Case) -> bool:
        """Whether the mentors accompany the duty, too, and no other session of theirs loses what
        it has."""
        sessions = [case.choice.session.key] + [
            each.key
            for each in case.problem.sessions
            if not set(change.mentors).isdisjoint(each.mentors)
        ]
        there = [each for key in sessions for each in case.plan.by_session.get(key, ())]
        before = self.judge(PlanView(case.problem, map(_place, there)))
        places = map(_place, (*there, case.choice))
        after = self.judge(PlanView(change.apply(case.problem), places))
        return all(violation in before for violation in after)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Mentors who could accompany a session."""
        problem = search.problem
        for session in problem.sessions:
            if problem.programme[session.programme].guests_per_mentor is None:
                continue
            able = [mentor.id for mentor in _able(problem, session)]
            most = min(MOST_MORE, (search.below_in(session) - 1) // MENTOR)
            for more in range(1, most + 1):
                for some in combinations(able, more):
                    yield MoreMentors(session=session.key, mentors=some)

    def sentence(self) -> Message:
        """What the rule means."""
        strict = (
            say("also where no mentors are on record")
            if self.params.strict
            else say("unless no mentors are on record at all")
        )
        if self.mode is Mode.SOFT:
            return say(
                "A session needs mentors enough for everybody in it, from as many centres as its "
                "programme asks for, available and rested, {strict}; each person too many costs "
                "{weight}.",
                strict=strict,
                weight=amounts.points(self.weight),
            )
        return say(
            "A session takes only as many people as its mentors can accompany, from as many "
            "centres as its programme asks for, available and rested, {strict}.",
            strict=strict,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("there are too few mentors")


def _place(choice: Choice) -> Assignment:
    return Assignment(
        duty_id=choice.duty.id, employee_id=choice.employee.id, session=choice.session.key
    )


def _able(problem: Problem, session: Session) -> list[Mentor]:
    """The mentors who could accompany a session besides those who do."""
    return [
        mentor
        for mentor in problem.mentors
        if mentor.id not in session.mentors and all(map(mentor.works_on, session.days))
    ]


def _guests(programme: Programme, mentors: int, centres: int) -> int:
    """How many people so many mentors of so many centres can accompany."""
    enough = centres >= programme.mentor_centres
    return (programme.guests_per_mentor or 0) * mentors if enough else 0


def _accompanied(problem: Problem) -> dict[str, list[Mentor]]:
    """The mentors who accompany each session, by its key."""
    accompanied: dict[str, list[Mentor]] = {}
    for mentor in problem.mentors:
        assign_mentors = [session for session in problem.sessions if mentor.id in session.mentors]
        for session in _kept(mentor, sorted(assign_mentors, key=lambda s: (s.first_day, s.key))):
            accompanied.setdefault(session.key, []).append(mentor)
    return accompanied


def _kept(mentor: Mentor, assign_mentors: Iterable[Session]) -> list[Session]:
    """The sessions of a rota, in order, that the mentor does accompany."""
    kept: list[Session] = []
    months: Counter[tuple[int, int]] = Counter()
    for session in assign_mentors:
        month = session.first_day.year, session.first_day.month
        there = all(mentor.works_on(day) for day in session.days)
        free_days = (session.first_day - kept[-1].last_day).days - 1 if kept else WEEK * mentor.rest
        if there and months[month] < mentor.most and free_days >= WEEK * mentor.rest:
            kept.append(session)
            months[month] += 1
    return kept


def _most(company: CompanyArrays, strict: bool) -> IntArray:
    """[session] → how many people its mentors can accompany, or `NO_MENTOR_NEEDED`."""
    problem = company.problem
    most = np.full(len(problem.sessions), NO_MENTOR_NEEDED)
    if not problem.mentors and not strict:
        return most
    there = _accompanies(company)
    centres = Labels.of(mentor.centre for mentor in problem.mentors).numbers
    of_centre = [there[centres == number].any(axis=0) for number in np.unique(centres)]
    several = np.array(of_centre, np.bool_).reshape(-1, len(problem.sessions)).sum(axis=0)
    for number, session in enumerate(problem.sessions):
        programme = problem.programme[session.programme]
        if programme.guests_per_mentor is not None:
            accompanying = int(there[:, number].sum())
            most[number] = _guests(programme, accompanying, int(several[number]))
    return most


def _accompanies(company: CompanyArrays) -> BoolArray:
    """[mentor, session] → whether the mentor accompanies it."""
    problem, mentors = company.problem, company.problem.mentors
    starts, ends = company.starts, company.ends
    assign_mentors = np.array(
        [[each.id in session.mentors for session in problem.sessions] for each in mentors], np.bool_
    ).reshape(len(mentors), len(starts))
    assign_mentors &= ~World(problem, company).touching(~_works(mentors, company.days))
    most = np.array([mentor.most for mentor in mentors], np.int64)
    rest = np.array([WEEK * mentor.rest for mentor in mentors], np.int64)
    accompanies = np.zeros_like(assign_mentors)
    free_from, used = np.zeros(len(mentors), np.int64), np.zeros(len(mentors), np.int64)
    order = sorted(range(len(starts)), key=lambda n: (starts[n], problem.sessions[n].key))
    for _, month in groupby(order, key=lambda n: date.fromordinal(int(starts[n])).isoformat()[:7]):
        used[:] = 0
        for number in month:
            now = assign_mentors[:, number] & (used < most) & (free_from <= starts[number])
            accompanies[:, number] = now
            used[now] += 1
            free_from[now] = ends[number] + 1 + rest[now]
    return accompanies


def _works(mentors: Sequence[Mentor], days: Sequence[date]) -> BoolArray:
    """[mentor, day] → whether they are there."""
    calendar = ordinals(days)
    there = np.zeros((len(mentors), len(days)), np.bool_)
    for number, mentor in enumerate(mentors):
        there[number] = np.isin((calendar - 1) % WEEK, list(mentor.pattern.weekdays))
        for away in mentor.away:
            there[number] &= (calendar < away.first.toordinal()) | (
                calendar > away.last.toordinal()
            )
    return there
