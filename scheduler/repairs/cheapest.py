"""The cheapest repair of a duty whoever moves for it, proven: for plans small enough.

Every change that could be part of it is a switch in one program; what that finds is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.model.choices import assignments_of, choice_of
from scheduler.model.language import IntArray
from scheduler.repairs.another_session import AnotherSession
from scheduler.repairs.baseline import Baseline
from scheduler.repairs.fixes import fixes_of
from scheduler.repairs.repair import Repair
from scheduler.repairs.repair_program import RepairTask, cheapest_changes
from scheduler.repairs.trying import PlanTrial
from scheduler.rules import in_force
from scheduler.rules.base.case import Case
from scheduler.rules.base.change import ProblemChange
from scheduler.rules.base.costs import SESSION
from scheduler.rules.base.plan_view import PlanView
from scheduler.verify import verify

MOST_OPTIONS = 300
"""Plans with more duties × sessions are too large."""
MOST_WITH_MORE = 4_000
"""So many options there may be where sessions could be added."""
MOST_FAILURES = 50
"""So many lists of changes are tried that seem to work before nothing is proven."""


@dataclass(frozen=True)
class CheapestRepair:
    """The cheapest repair; None where none is cheap enough. Not `proven`: there may be one."""

    repair: Repair | None
    proven: bool


class Cheapest:
    """Finds the cheapest repairs of the duties that a small plan leaves out."""

    def __init__(self, trial: PlanTrial, more: Callable[[], Sequence[Session]]) -> None:
        self.problem, self.assignments = trial.problem, tuple(trial.assignments)
        self.trial, self.more = trial, more
        self._row = {duty.id: row for row, duty in enumerate(self.problem.duties)}

    @cached_property
    def able(self) -> bool:
        """Whether the plan is small enough, and keeps the rules as it stands."""
        options = len(self.problem.duties) * len(self.problem.sessions)
        return options <= MOST_OPTIONS and not verify(self.problem, self.assignments).hard

    @cached_property
    def _may_be_wide(self) -> bool:
        sessions = len(self.problem.sessions) + len(self.more())
        return len(self.problem.duties) * sessions <= MOST_WITH_MORE

    @cached_property
    def _narrow(self) -> Baseline:
        return Baseline(self.problem)

    @cached_property
    def _wide(self) -> Baseline:
        return Baseline(self.problem, self.more())

    def of(self, duty_id: str, below: int) -> CheapestRepair:
        """The cheapest repair of a duty, if one costs less than `below`."""
        if below <= 1 or not self.able:
            return CheapestRepair(None, below <= 1)
        wide = below > SESSION and self._may_be_wide
        answer = self._searched(self._wide if wide else self._narrow, duty_id, below)
        return replace(answer, proven=answer.proven and (wide or below <= SESSION))

    def _searched(self, baseline: Baseline, duty_id: str, below: int) -> CheapestRepair:
        task = self._task(baseline, duty_id, below)
        for _ in range(MOST_FAILURES):
            cheapest = cheapest_changes(task)
            if cheapest.choice is None or not cheapest.changes:
                return CheapestRepair(None, cheapest.proven)
            changes = [task.changes[n] for n in cheapest.changes]
            repair = self._repair(baseline.problem, changes, cheapest.choice)
            works = repair if self.trial.works(repair) else self._otherwise(repair, duty_id)
            if works is not None:
                return CheapestRepair(self._exactly(works), True)
            task = _without_failure(baseline, task, cheapest.changes)
        return CheapestRepair(None, False)

    def _task(self, baseline: Baseline, duty_id: str, below: int) -> RepairTask:
        changes, effects = baseline.changes(below)
        number = {session.key: n for n, session in enumerate(baseline.problem.sessions)}
        row = self._row[duty_id]
        return RepairTask(
            model=baseline.model,
            forbidden=baseline.forbidden,
            rules=baseline.rules,
            instead=baseline.with_session,
            home=choice_of(baseline.problem, self.assignments),
            row=row,
            far=np.abs(baseline.ends - self.problem.duties[row].due.toordinal()),
            changes=changes,
            effects=effects,
            added={
                number[change.session.key]: n
                for n, change in enumerate(changes)
                if isinstance(change, AnotherSession)
            },
            below=below,
        )

    def _repair(
        self, problem: Problem, changes: Sequence[ProblemChange], choice: IntArray
    ) -> Repair:
        """What was found as a repair; sessions are added before they are changed."""
        before = {each.duty_id: each for each in self.assignments}
        then = assignments_of(problem, choice)
        new = [each for each in then if before.get(each.duty_id) != each]
        return Repair(
            changes=tuple(sorted(changes, key=lambda each: not isinstance(each, AnotherSession))),
            places=tuple(each for each in new if each.duty_id not in before),
            rules=tuple(dict.fromkeys(change.loosens for change in changes)),
            moves=tuple(each for each in new if each.duty_id in before),
        )

    def _otherwise(self, repair: Repair, duty_id: str) -> Repair | None:
        """The same changes with everybody arranged in another way, if that works."""
        baseline = Baseline(repair.apply(self.problem))
        task = replace(self._task(baseline, duty_id, 1), changes=(), effects=())
        cheapest = cheapest_changes(task)
        if cheapest.choice is None:
            return None
        other = self._repair(baseline.problem, repair.changes, cheapest.choice)
        return other if self.trial.works(other) else None

    def _exactly(self, repair: Repair) -> Repair:
        """The same repair with each change only as far as it is needed."""
        for n, change in enumerate(repair.changes):
            for less in self._less(repair, n):
                changes = (*repair.changes[:n], less, *repair.changes[n + 1 :])
                other = replace(repair, changes=changes)
                if less.cost <= change.cost and self.trial.works(other):
                    repair = other
                    break
        return repair

    def _less(self, repair: Repair, n: int) -> list[ProblemChange]:
        """What else would fix the rule that a change fixes, for one of those whom it concerns."""
        change = repair.changes[n]
        if isinstance(change, AnotherSession):
            return []
        without = replace(repair, changes=repair.changes[:n] + repair.changes[n + 1 :])
        problem, then = without.apply(self.problem), repair.arranged(self.assignments)
        rules, ways = in_force(problem.rules), list[ProblemChange]()
        for place in then:
            plan = PlanView(problem, [each for each in then if each != place])
            choice = PlanView(problem, [place]).choices[0]
            for way in fixes_of(change.loosens, Case(problem, plan, choice), rules):
                if len(way) == 1 and type(way[0]) is type(change):
                    ways.append(way[0])
        return ways


def _without_failure(baseline: Baseline, task: RepairTask, failed: tuple[int, ...]) -> RepairTask:
    """The same question, asked so that these changes are not the answer again: with what those
    of one rule do together, or if that is known without just these changes."""
    together = {rule: dict(known) for rule, known in task.together.items()}
    for rule, numbers in _replacing(task, failed).items():
        known = together.setdefault(rule, {})
        if len(numbers) > 1 and numbers not in known:
            made = baseline.with_changes(rule, [task.changes[n] for n in numbers])
            known[numbers] = made
            return replace(task, together=together)
    return replace(task, failed=(*task.failed, failed))


def _replacing(task: RepairTask, numbers: Iterable[int]) -> dict[str, tuple[int, ...]]:
    """By rule those of some changes that give it other bounds."""
    by_rule: dict[str, tuple[int, ...]] = {}
    for number in numbers:
        effects = task.effects[number]
        rules = [rule for rule, opens in effects.items() if opens.group_bounds is not None]
        if isinstance(task.changes[number], AnotherSession):
            rules += task.instead
        for rule in rules:
            by_rule[rule] = (*by_rule.get(rule, ()), number)
    return by_rule
