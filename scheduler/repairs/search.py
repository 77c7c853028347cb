"""The cheapest changes that give a place to duties which a plan leaves out.

A repair places its duties while everybody else stays where they are. What keeps a duty from a
session is known for all sessions at once; from the one that is cheapest to open on, its rules are
mended, and what that makes is tried on the plan itself: a repair that does not work is not offered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from hashlib import sha256
from heapq import heappop, heappush
from itertools import islice, product

import numpy as np

from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session, WeeklyPattern, generate_sessions
from scheduler.domain.words import Message, say
from scheduler.repairs.changes import (
    SESSION,
    SOFTER,
    WEEK,
    AnotherSession,
    Change,
    RuleChanged,
)
from scheduler.repairs.menders import LEAST, Case, Changes, mended
from scheduler.repairs.obstacles import Blocking, Obstacles
from scheduler.rules import in_force, registry
from scheduler.rules.base import BoolArray, Choice, IntArray, PlanView
from scheduler.verify import verify

MOST = 5
"""So many repairs of one duty are offered."""
MOST_TOGETHER = 10
"""So many repairs of all duties of a plan are offered."""
MOST_OF_A_KIND = 2
"""So many of them that change the same kinds of things."""
MOST_TRIED = 30
"""So many are tried on the plan before the search ends."""
MOST_WAYS = 8
"""So many combinations of ways to mend several rules are looked at for one session."""
Week = tuple[int, int]
"""An ISO year and week."""
Kinds = Counter[tuple[object, ...]]
"""How many repairs were found that change such things, or mend such rules."""
IMPOSSIBLE = 1_000_000
"""What mending costs where nobody may change the rule."""
WHOLE_PLAN = 2_000
"""Plans of up to so many assignments are tried whole, larger ones in the weeks concerned."""


@dataclass(frozen=True)
class Repair:
    """Changes that let some more duties be placed, where they would go, and what that costs."""

    changes: Changes
    places: tuple[Assignment, ...]
    rules: tuple[str, ...] = ()
    """The rules that it mends."""

    @property
    def cost(self) -> int:
        """On the scale of `changes`."""
        return sum(change.cost for change in self.changes)

    @property
    def share(self) -> float:
        """What it costs for each duty that it places."""
        return self.cost / len(self.places)

    @property
    def key(self) -> str:
        """A short name, the same whenever the same repair is found."""
        said = "\n".join(f"{type(each).__name__} {each.model_dump_json()}" for each in self.changes)
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def changes_rules(self) -> bool:
        """Whether a rule would be set otherwise than it is saved."""
        return any(isinstance(change, RuleChanged) for change in self.changes)

    def apply(self, problem: Problem) -> Problem:
        """The problem with all the changes."""
        return reduce(lambda made, change: change.apply(made), self.changes, problem)

    def text(self, problem: Problem) -> Message:
        """All the changes in words."""
        said = []
        for change in self.changes:
            said.append(change.text(problem))
            problem = change.apply(problem)
        return say("{changes}", changes=said)


@dataclass(frozen=True)
class Remedy:
    """What can be said of one duty without a place."""

    duty_id: str
    blocking: Blocking
    repairs: tuple[Repair, ...]


class Repairs:
    """Finds repairs for the duties that one plan leaves out."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.assignments = tuple(assignments)
        self.plan = PlanView(problem, self.assignments)
        self._row = {duty.id: row for row, duty in enumerate(problem.duties)}
        self._rules = in_force(problem.rules)
        self._found: dict[tuple[str, int], tuple[Repair, ...]] = {}

    @cached_property
    def obstacles(self) -> Obstacles:
        """What the rules say of the duties left out."""
        return Obstacles(self.problem, self.assignments)

    @cached_property
    def _members(self) -> dict[tuple[str, str], list[Employee]]:
        """Who belongs to each team and department, by kind and name."""
        found: dict[tuple[str, str], list[Employee]] = {}
        for person in self.problem.employees:
            for kind in ("team", "department"):
                found.setdefault((kind, getattr(person, kind)), []).append(person)
        return found

    @cached_property
    def unassigned(self) -> tuple[str, ...]:
        """The duties left out, those due first first."""
        placed = {assignment.duty_id for assignment in self.assignments}
        left = (duty for duty in self.problem.duties if duty.id not in placed)
        return tuple(duty.id for duty in sorted(left, key=lambda duty: (duty.due, duty.id)))

    def remedy(self, duty_id: str, most: int = MOST) -> Remedy:
        """The smallest set of rules that blocks a duty, and its cheapest repairs."""
        return Remedy(duty_id, self.blocking(duty_id), self.of(duty_id, most))

    def blocking(self, duty_id: str) -> Blocking:
        """The smallest set of rules that blocks a duty without a place."""
        return self.obstacles.blocking(self._row[duty_id])

    def of(self, duty_id: str, most: int = MOST) -> tuple[Repair, ...]:
        """The cheapest repairs of one duty that has no place, the cheapest first."""
        if (duty_id, most) not in self._found:
            self._found[duty_id, most] = self._search(duty_id, most)
        return self._found[duty_id, most]

    def together(
        self, duty_ids: Iterable[str], most: int = MOST_TOGETHER, each: int = MOST
    ) -> tuple[Repair, ...]:
        """The cheapest repairs of several duties for every duty that they place: what mends the
        same for several of them is one."""
        alike: dict[tuple[object, ...], list[Repair]] = {}
        for duty_id in duty_ids:
            for repair in self.of(duty_id, each):
                alike.setdefault(tuple(change.theme for change in repair.changes), []).append(
                    repair
                )
        found = [self._as_one(repairs) for repairs in alike.values()]
        return tuple(
            sorted(found, key=lambda one: (one.cost / len(one.places), -len(one.places)))[:most]
        )

    def _as_one(self, repairs: Iterable[Repair]) -> Repair:
        """As many of the repairs as work together."""
        first, *others = islice(repairs, MOST_TRIED)
        for other in others:
            both = Repair(_joined([*first.changes, *other.changes]), (*first.places, *other.places))
            first = both if self.works(both) else first
        return first

    def _search(self, duty_id: str, most: int) -> tuple[Repair, ...]:
        if duty_id not in self.unassigned or not self.blocking(duty_id).rules:
            return ()  # there is a place: nothing needs mending
        kinds: Kinds = Counter()
        found = self._chosen([], self._offers(duty_id, kinds), kinds, most)
        if not found or found[0].cost > SESSION:
            # Sorting keeps those of one cost in their order.
            kinds = Counter()
            added = self._with_another_session(duty_id, kinds)
            found += self._chosen(found, added, kinds, MOST_OF_A_KIND)
        return tuple(sorted(found, key=lambda repair: repair.cost)[:most])

    def _chosen(
        self, known: list[Repair], offers: Iterable[Repair], kinds: Kinds, most: int
    ) -> list[Repair]:
        """The first few that work: not all of the same kind, and none that does what another
        does, and more. Counts them by kind."""
        found: list[Repair] = []
        tried = 0
        for repair in offers:
            kind = tuple(change.theme[0] for change in repair.changes)
            if kinds[kind] == MOST_OF_A_KIND or any(
                _about(repair) >= _about(each) for each in (*known, *found)
            ):
                continue
            tried += 1
            if self.works(repair):
                kinds[kind] += 1
                kinds["mends", *repair.rules] += 1
                found.append(repair)
            if len(found) == most or tried == MOST_TRIED:
                break
        return found

    def works(self, repair: Repair) -> bool:
        """Whether the plan with the duties placed breaks no hard rule of the changed problem that
        it does not break now."""
        made = repair.apply(self.problem)
        kept = self._concerned(made, repair)
        near = _of_people(made, [*kept, *repair.places])
        hard = verify(near, [*kept, *repair.places]).hard
        if not hard:
            return True
        # What was broken before is not the repair's to mend.
        return set(hard) <= set(verify(self.problem, kept).hard)

    def _concerned(self, made: Problem, repair: Repair) -> tuple[Assignment, ...]:
        """The assignments that the duties placed could break a rule with."""
        if len(self.assignments) <= WHOLE_PLAN:
            return self.assignments
        weeks = _weeks(made.session[place.session] for place in repair.places)
        people = {place.employee_id for place in repair.places}
        found = [n for week in weeks for n in self._by_week.get(week, ())]
        found += [n for who in people for n in self._by_person.get(who, ())]
        return tuple(self.assignments[n] for n in dict.fromkeys(found))

    @cached_property
    def _by_week(self) -> dict[Week, list[int]]:
        """The assignments of every week, by number."""
        found: dict[Week, list[int]] = {}
        for n, choice in enumerate(self.plan.choices):
            for week in _weeks([choice.session]):
                found.setdefault(week, []).append(n)
        return found

    @cached_property
    def _by_person(self) -> dict[str, list[int]]:
        """The assignments of everybody, by number."""
        found: dict[str, list[int]] = {}
        for n, assignment in enumerate(self.assignments):
            found.setdefault(assignment.employee_id, []).append(n)
        return found

    # ---- One duty ------------------------------------------------------------------------------

    def _offers(self, duty_id: str, kinds: Kinds) -> Iterator[Repair]:
        """Repairs that open one of the sessions there are, yet to be tried."""
        every = np.arange(len(self.problem.sessions))
        return self._opening(duty_id, self.obstacles, every, kinds)

    def _with_another_session(self, duty_id: str, kinds: Kinds) -> Iterator[Repair]:
        """Repairs that add a session, and open it."""
        there = len(self.problem.sessions)
        added = np.arange(there, len(self._extended.problem.sessions))
        for repair in self._opening(duty_id, self._extended, added, kinds):
            session = self._extended.problem.session[repair.places[0].session]
            changes = (AnotherSession(session=session), *repair.changes)
            yield Repair(changes, repair.places, repair.rules)

    def _opening(
        self, duty_id: str, obstacles: Obstacles, sessions: IntArray, kinds: Kinds
    ) -> Iterator[Repair]:
        """Repairs yet to be tried, the cheapest first: a session is looked at when nothing that
        is known can be cheaper than opening it."""
        row = self._row[duty_id]
        offered, closed = obstacles.of(row)
        least = _least(obstacles, row, closed)
        # Of two that cost the same the one nearer to the due date comes first.
        far = np.abs(obstacles.world.ends - self.problem.duties[row].due.toordinal())
        possible = sessions[offered[sessions] & (least[sessions] < IMPOSSIBLE)]
        order = possible[np.lexsort((far[possible], least[possible]))]
        known: list[tuple[int, int, Repair]] = []
        count = 0
        for session in order.tolist():
            while known and known[0][0] <= least[session]:
                yield heappop(known)[2]
            rules = tuple(rule for rule, mask in closed.items() if mask[session])
            if kinds["mends", *rules] >= MOST_OF_A_KIND:
                continue  # there are enough that mend the same
            for repair in self._mended(obstacles.problem, duty_id, session, rules):
                count += 1
                heappush(known, (repair.cost, count, repair))
        while known:
            yield heappop(known)[2]

    def _mended(
        self, problem: Problem, duty_id: str, session: int, rules: tuple[str, ...]
    ) -> Iterator[Repair]:
        duty, offer = problem.duty[duty_id], problem.sessions[session]
        person = problem.employee[duty.employee_id]
        case = Case(problem, self.plan, Choice(person, duty, offer), self._rules, self._members)
        ways = [list(mended(case, rule)) for rule in rules]
        place = Assignment(duty_id=duty.id, employee_id=person.id, session=offer.key)
        for some in islice(product(*ways), MOST_WAYS):
            yield Repair(_joined(change for way in some for change in way), (place,), rules)

    # ---- Sessions that there are not -----------------------------------------------------------

    @cached_property
    def _extended(self) -> Obstacles:
        """The problem with a session of every programme on every date that has none."""
        there = {session.key for session in self.problem.sessions}
        daily = [
            each.model_copy(update={"pattern": WeeklyPattern(weekdays=tuple(range(7)))})
            for each in self.problem.programmes
        ]
        more = generate_sessions(daily, self.problem.centres, self.problem.horizon)
        more = tuple(session for session in more if session.key not in there)
        made = self.problem.changed(sessions=self.problem.sessions + more)
        return Obstacles(made, self.assignments)


def _least(obstacles: Obstacles, row: int, closed: Mapping[str, BoolArray]) -> IntArray:
    """[session] → what opening it to the duty costs at least."""
    world, duty = obstacles.world, obstacles.problem.duties[row]
    found = np.zeros(world.sessions, np.int64)
    for rule, mask in closed.items():
        kind = registry().get(rule)
        if kind is None or (kind.always_on and rule not in LEAST):
            found[mask] = IMPOSSIBLE
        elif rule == "due_date":
            early = np.maximum(0, duty.opens.toordinal() - world.starts)
            found[mask] += np.maximum(WEEK, -(-early // 7) * WEEK)[mask]
        else:
            found[mask] += LEAST.get(rule, SOFTER)
    return found


def _joined(changes: Iterable[Change]) -> Changes:
    """The same changes, those of one theme made one."""
    found: dict[tuple[object, ...], Change] = {}
    for change in changes:
        theme = change.theme
        found[theme] = found[theme].joined(change) if theme in found else change
    return tuple(found.values())


def _about(repair: Repair) -> frozenset[tuple[object, ...]]:
    """What the repair changes, however far."""
    return frozenset(change.theme[:2] for change in repair.changes)


def _of_people(problem: Problem, assignments: Iterable[Assignment]) -> Problem:
    """The problem with what is recorded of these people alone: nobody else's matters to whether
    their plan keeps the rules. What is published matters with everybody's."""
    if problem.follows is not None or len(problem.duties) <= WHOLE_PLAN:
        return problem
    people = {assignment.employee_id for assignment in assignments}
    kinds = ("absences", "wishes", "exemptions", "records")
    theirs = {
        kind: tuple(each for each in getattr(problem, kind) if each.employee_id in people)
        for kind in kinds
    }
    return problem.changed(**theirs)


def _weeks(sessions: Iterable[Session]) -> set[Week]:
    """The ISO weeks of some sessions."""
    return {day.isocalendar()[:2] for session in sessions for day in session.days}
