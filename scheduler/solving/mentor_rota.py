"""The mentors' rota: who accompanies which session, decided before people are placed.

Mentors are worth the seats they accompany. As many seats as possible are accompanied, then the
sessions are shared out evenly: the sum of the squares of how many each mentor has is smallest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil
from typing import Any

from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]
from ortools.math_opt.solvers import highs_pb2  # type: ignore[import-untyped]

from scheduler.domain.people import Mentor
from scheduler.domain.programme import Programme, Session

NODES = 300
"""How hard to look for each aim, in nodes of the search tree: the same on any machine. Ninety
mentors and 240 sessions are solved at its root."""
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


def assign_mentors(
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
    chosen = _MentorRota(wanted, sorted(mentors, key=lambda mentor: mentor.id)).solve()
    return tuple(
        session.model_copy(update={"mentors": chosen[session.key]})
        if session.key in chosen
        else session
        for session in sessions
    )


def _wanted(sessions: Iterable[Session], programmes: Mapping[str, Programme]) -> list[_Wanted]:
    """The sessions that need mentors, in order of their first days."""
    sessions_wanted = []
    for session in sorted(sessions, key=lambda each: (each.first_day, each.key)):
        programme = programmes[session.programme]
        if programme.guests_per_mentor is not None and session.seats:
            needed = ceil(session.seats / programme.guests_per_mentor)
            sessions_wanted.append(
                _Wanted(
                    session=session,
                    guests=programme.guests_per_mentor,
                    centres=programme.mentor_centres,
                    mentors=max(needed, programme.mentor_centres),
                )
            )
    return sessions_wanted


class _MentorRota:
    """The rota as a mixed-integer program: a column for every mentor and session they could
    accompany."""

    def __init__(self, wanted: Sequence[_Wanted], mentors: Sequence[Mentor]) -> None:
        self.wanted, self.mentors = wanted, mentors
        self.model = mathopt.Model()
        self.accompanies = {
            (m, s): self._column(1)
            for m, mentor in enumerate(mentors)
            for s, each in enumerate(wanted)
            if _can(mentor, each)
        }
        for m, mentor in enumerate(mentors):
            self._rested(m, mentor)
            self._most(m, mentor)
        self.seats = [self._seats(s, each) for s, each in enumerate(wanted)]

    def _column(self, most: int) -> Any:
        """From nothing to `most`."""
        return self.model.add_integer_variable(lb=0, ub=most)

    def _at_most(self, columns: Sequence[Any], most: int) -> None:
        if len(columns) > most:
            self.model.add_linear_constraint(mathopt.fast_sum(columns) <= most)

    def _of_mentor(self, m: int) -> list[tuple[_Wanted, Any]]:
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
            self._at_most(close, 1)

    def _most(self, m: int, mentor: Mentor) -> None:
        """So many in a calendar month."""
        for _, month in groupby(self._of_mentor(m), key=lambda pair: pair[0].month):
            self._at_most([x for _, x in month], mentor.most)

    def _seats(self, s: int, each: _Wanted) -> Any:
        """How many seats of a session are accompanied: none, unless by mentors of enough
        centres."""
        there: dict[str, list[Any]] = {}
        for m, mentor in enumerate(self.mentors):
            if (m, s) in self.accompanies:
                there.setdefault(mentor.centre, []).append(self.accompanies[m, s])
        count = mathopt.fast_sum([x for mine in there.values() for x in mine])
        on, seats = self._column(1), self._column(each.session.seats)
        self.model.add_linear_constraint(count <= each.mentors * on)
        self.model.add_linear_constraint(seats <= each.guests * count)
        self.model.add_linear_constraint(self._centres(there.values()) >= each.centres * on)
        return seats

    def _centres(self, there: Iterable[list[Any]]) -> Any:
        """At most so many centres have a mentor there."""
        present = []
        for mine in there:
            one = self._column(1)
            self.model.add_linear_constraint(one <= mathopt.fast_sum(mine))
            present.append(one)
        return mathopt.fast_sum(present)

    def solve(self) -> dict[str, tuple[str, ...]]:
        """Ids of the mentors of every session that needs some."""
        seats = mathopt.fast_sum(self.seats)
        self.model.maximize(seats)
        value = self._search(dict.fromkeys(self.model.variables(), 0))  # nobody: always possible
        self.model.add_linear_constraint(seats >= sum(value[each] for each in self.seats))
        self.model.minimize(self._unevenness())
        value = self._search(value)
        return {
            each.session.key: tuple(
                mentor.id
                for m, mentor in enumerate(self.mentors)
                if (m, s) in self.accompanies and value[self.accompanies[m, s]]
            )
            for s, each in enumerate(self.wanted)
        }

    def _unevenness(self) -> Any:
        """The sum of the squares of the mentors' numbers of sessions: the n-th of anybody counts
        2n − 1, and who has n has n − 1, too."""
        squares = []
        for m, mentor in enumerate(self.mentors):
            mine = [x for _, x in self._of_mentor(m)]
            months = Counter(each.month for each, _ in self._of_mentor(m)).values()
            count = [self._column(1) for _ in range(sum(min(n, mentor.most) for n in months))]
            self.model.add_linear_constraint(mathopt.fast_sum(count) == mathopt.fast_sum(mine))
            squares += [(2 * n + 1) * step for n, step in enumerate(count)]
        return mathopt.fast_sum(squares)

    def _search(self, known: Mapping[Any, int]) -> Mapping[Any, int]:
        """The best rota, or the best one so far; the one `known` if none was found. One thread and
        a limit in work: the same every time."""
        result = mathopt.solve(self.model, mathopt.SolverType.HIGHS, params=_parameters())
        if not result.has_primal_feasible_solution():
            return known
        return {column: round(value) for column, value in result.variable_values().items()}


def _parameters() -> Any:
    """A whole seat, or a whole square, is the least that a better rota gains."""
    options = highs_pb2.HighsOptionsProto()
    options.string_options["parallel"] = "off"
    return mathopt.SolveParameters(
        node_limit=NODES,
        random_seed=0,
        absolute_gap_tolerance=0.9,
        relative_gap_tolerance=0.0,
        highs=options,
    )


def _can(mentor: Mentor, each: _Wanted) -> bool:
    """Whether the mentor could accompany the session, if it were the only one."""
    near = mentor.centre == each.session.centre or each.centres > 1
    return near and mentor.most > 0 and all(mentor.works_on(day) for day in each.session.days)


def _begun_and_not_rested(session: Session, day: date, mentor: Mentor) -> bool:
    """Whether `day` lies in the session or in the rest after it."""
    gone = (day - session.last_day).days
    return session.first_day <= day and gone <= WEEK * mentor.rest
