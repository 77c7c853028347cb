"""The mentors' rota: who accompanies which session, decided before people are placed.

Mentors are worth the seats they accompany. As many seats as possible are accompanied, then the
sessions are shared out evenly: the sum of the squares of how many each mentor has is smallest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil

from ortools.sat.python import cp_model

from scheduler.domain.people import Mentor
from scheduler.domain.programme import Programme, Session

EFFORT = 0.7
"""How hard to look for each aim, in CP-SAT's deterministic seconds: the same on any machine."""
WEEK = 7


@dataclass(frozen=True)
class _Wanted:
    """A session that needs mentors: so many of so many centres, each for so many guests."""

    session: Session
    guests: int
    centres: int
    mentors: int

    @property
    def month(self) -> tuple[int, int]:
        return self.session.first_day.year, self.session.first_day.month


def rota(
    sessions: Sequence[Session], mentors: Sequence[Mentor], programmes: Iterable[Programme]
) -> tuple[Session, ...]:
    """The same sessions with the mentors who accompany them, as many as their seats need.

    A mentor accompanies sessions of their own centre, and of others whose programme asks for
    mentors of several. They work on all days of a session, have at most their most in a calendar
    month, and rest in between. Where mentors are too few, the most seats are accompanied that the
    search finds.
    """
    wanted = _wanted(sessions, {programme.key: programme for programme in programmes})
    if not wanted or not mentors:
        return tuple(sessions)
    chosen = _Rota(wanted, sorted(mentors, key=lambda mentor: mentor.id)).solve()
    return tuple(
        session.model_copy(update={"mentors": chosen[session.key]})
        if session.key in chosen
        else session
        for session in sessions
    )


def _wanted(sessions: Iterable[Session], programmes: Mapping[str, Programme]) -> list[_Wanted]:
    """The sessions that need mentors, in order of their first days."""
    found = []
    for session in sorted(sessions, key=lambda each: (each.first_day, each.key)):
        programme = programmes[session.programme]
        if programme.guests_per_mentor is not None and session.seats:
            needed = ceil(session.seats / programme.guests_per_mentor)
            found.append(
                _Wanted(
                    session=session,
                    guests=programme.guests_per_mentor,
                    centres=programme.mentor_centres,
                    mentors=max(needed, programme.mentor_centres),
                )
            )
    return found


class _Rota:
    """The rota as CP-SAT's variables: one for every mentor and session they could accompany."""

    def __init__(self, wanted: Sequence[_Wanted], mentors: Sequence[Mentor]) -> None:
        self.wanted, self.mentors = wanted, mentors
        self.cp = cp_model.CpModel()
        self.variables: list[cp_model.IntVar] = []
        self.accompanies = {
            (m, s): self._variable(1)
            for m, mentor in enumerate(mentors)
            for s, each in enumerate(wanted)
            if _can(mentor, each)
        }
        for m, mentor in enumerate(mentors):
            self._rested(m, mentor)
            self._most(m, mentor)
        self.seats = [self._seats(s, each) for s, each in enumerate(wanted)]

    def _variable(self, most: int) -> cp_model.IntVar:
        """From nothing to `most`."""
        self.variables.append(self.cp.new_int_var(0, most, ""))
        return self.variables[-1]

    def _of_mentor(self, m: int) -> list[tuple[_Wanted, cp_model.IntVar]]:
        """What a mentor could accompany, in order."""
        return [
            (each, self.accompanies[m, s])
            for s, each in enumerate(self.wanted)
            if (m, s) in self.accompanies
        ]

    def _rested(self, m: int, mentor: Mentor) -> None:
        """Of sessions that with their rest hold the same first day the mentor has one."""
        mine = self._of_mentor(m)
        for first in sorted({each.session.first_day for each, _ in mine}):
            close = [x for each, x in mine if _begun_and_not_rested(each.session, first, mentor)]
            if len(close) > 1:
                self.cp.add_at_most_one(close)

    def _most(self, m: int, mentor: Mentor) -> None:
        """So many in a calendar month."""
        for _, month in groupby(self._of_mentor(m), key=lambda pair: pair[0].month):
            theirs = [x for _, x in month]
            if len(theirs) > mentor.most:
                self.cp.add(cp_model.LinearExpr.sum(theirs) <= mentor.most)

    def _seats(self, s: int, each: _Wanted) -> cp_model.IntVar:
        """How many seats of a session are accompanied: none, unless by mentors of enough
        centres."""
        there: dict[str, list[cp_model.IntVar]] = {}
        for m, mentor in enumerate(self.mentors):
            if (m, s) in self.accompanies:
                there.setdefault(mentor.centre, []).append(self.accompanies[m, s])
        count = cp_model.LinearExpr.sum([x for mine in there.values() for x in mine])
        on, seats = self._variable(1), self._variable(each.session.seats)
        self.cp.add(count <= each.mentors * on)
        self.cp.add(seats <= each.guests * count)
        self.cp.add(self._centres(there.values()) >= each.centres * on)
        return seats

    def _centres(self, there: Iterable[list[cp_model.IntVar]]) -> cp_model.LinearExprT:
        """At most so many centres have a mentor there."""
        found = []
        for mine in there:
            one = self._variable(1)
            self.cp.add(one <= cp_model.LinearExpr.sum(mine))
            found.append(one)
        return cp_model.LinearExpr.sum(found)

    def solve(self) -> dict[str, tuple[str, ...]]:
        """Ids of the mentors of every session that needs some."""
        self.values = [0] * len(self.variables)  # a rota of nobody is always possible
        seats = cp_model.LinearExpr.sum(self.seats)
        self.cp.maximize(seats)
        self._search()
        value = dict(zip(self.variables, self.values, strict=True))
        self.cp.add(seats >= sum(value[each] for each in self.seats))
        self.cp.minimize(self._unevenness(value))
        self._search()
        value = dict(zip(self.variables, self.values, strict=True))
        return {
            each.session.key: tuple(
                mentor.id
                for m, mentor in enumerate(self.mentors)
                if (m, s) in self.accompanies and value[self.accompanies[m, s]]
            )
            for s, each in enumerate(self.wanted)
        }

    def _unevenness(self, value: Mapping[cp_model.IntVar, int]) -> cp_model.LinearExprT:
        """The sum of the squares of the mentors' numbers of sessions: the n-th of anybody counts
        2n − 1, and who has n has n − 1, too. `value` are those of the rota so far."""
        steps: list[cp_model.IntVar] = []
        weights: list[int] = []
        for m in range(len(self.mentors)):
            mine = [x for _, x in self._of_mentor(m)]
            count = [self._variable(1) for _ in mine]
            self.cp.add(cp_model.LinearExpr.sum(count) == cp_model.LinearExpr.sum(mine))
            there = sum(value[x] for x in mine)
            self.values += [1] * there + [0] * (len(count) - there)
            steps += count
            weights += range(1, 2 * len(count), 2)
        return cp_model.LinearExpr.weighted_sum(steps, weights)

    def _search(self) -> None:
        """A better rota than the one so far, if there is time to find one. One thread and a limit
        in work: the same every time."""
        if any(self.values):  # to start from a rota of nobody only leads astray
            for variable, value in zip(self.variables, self.values, strict=True):
                self.cp.add_hint(variable, value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = EFFORT
        solver.parameters.linearization_level = 2  # proves what the usual search does not
        solver.parameters.catch_sigint_signal = False
        if solver.solve(self.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.values = [solver.value(variable) for variable in self.variables]


def _can(mentor: Mentor, each: _Wanted) -> bool:
    """Whether the mentor could accompany the session, if it were the only one."""
    near = mentor.centre == each.session.centre or each.centres > 1
    return near and mentor.most > 0 and all(mentor.works_on(day) for day in each.session.days)


def _begun_and_not_rested(session: Session, day: date, mentor: Mentor) -> bool:
    """Whether `day` lies in the session or in the rest after it."""
    gone = (day - session.last_day).days
    return session.first_day <= day and gone <= WEEK * mentor.rest
