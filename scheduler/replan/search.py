"""Re-planning: what is touched is placed anew, ever more of it, until nothing can be better.

First the duties without a place are placed while all others stay. Where that does not place
everybody who can be placed, those who could make room may move, too, then those who could make
room for them. How far to go is proven by `neighbourhood`; where that is too far to go, column
generation over the whole gives the bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic

import numpy as np

from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.blocks import Blocks
from scheduler.model.compiled import NOWHERE
from scheduler.model.compiling import compile_problem
from scheduler.model.language import BoolArray, IntArray
from scheduler.model.slack import legal_part
from scheduler.replan.changes import PersonChange, changes
from scheduler.replan.incumbent import Incumbent
from scheduler.replan.narrowing import few_options
from scheduler.replan.neighbourhood import first_neighbourhood, wider
from scheduler.replan.replanned import Replanned
from scheduler.replan.situation import Situation
from scheduler.replan.whole import Whole
from scheduler.solving.engine import (
    Objectives,
    Reassigned,
    Reassignment,
    greedy,
    reassign,
    settle,
    solve_block,
)
from scheduler.solving.result import Limits, Listener, Progress


@dataclass(frozen=True)
class ReplanTuning:
    """How much is solved at once, and how well."""

    most_options: int = 30_000
    """So many options CP-SAT can take; of a larger neighbourhood it gets a part."""
    part_effort: float = 0.5
    """How hard to look for fewer points in such a part, in CP-SAT's deterministic seconds."""


TUNING = ReplanTuning()


def replan(
    problem: Problem,
    published: Sequence[Assignment],
    *,
    freeze: date | None = None,
    limits: Limits | None = None,
    listener: Listener = lambda progress: None,
    tuning: ReplanTuning = TUNING,
) -> Replanned:
    """The plan for `problem` that leaves the fewest duties unassigned, then changes the fewest
    people of the `published` one, then has the fewest points.

    What is published before the day `freeze` stays, unless it has become impossible. Whatever
    ends the search, a plan that keeps the hard rules comes back.
    """
    return _Replan(problem, published, freeze, limits or Limits(), listener, tuning).run()


class _Replan:
    """One run: the best choice so far and what is proven of any."""

    def __init__(
        self,
        problem: Problem,
        published: Sequence[Assignment],
        freeze: date | None,
        limits: Limits,
        listener: Listener,
        tuning: ReplanTuning,
    ) -> None:
        self.problem, self.limits, self.listener, self.tuning = problem, limits, listener, tuning
        self.began = monotonic()
        listener(Progress("compiling", 0, len(problem.duties), None, None, 0.0))
        self.model = compile_problem(problem)
        self.now = Situation(problem, self.model, published, freeze)
        self.hood = first_neighbourhood(self.now)
        self.best = self._start()
        self.impossible = False
        self.sure = self.now.people_changed(self.now.before)
        self.least = Objectives(self._unplaceable(), self.sure + self._crowds(), 0)
        self.base = self.needed = self.least.changed

    def _start(self) -> Incumbent:
        """Everybody stays who can, in places too full who comes first; the others take what is
        free."""
        choice = np.where(self.hood, NOWHERE, self.now.kept)
        duties = np.flatnonzero(self.hood)
        left = self.model.remainder(duties, choice)
        choice[duties] = greedy(left, start=legal_part(left, self.now.kept[duties]))
        judgement = self.model.judge(choice)
        if not judgement.legal:  # somebody who stays is left with too few
            choice = settle(self.model, choice)
            judgement = self.model.judge(choice)
        return Incumbent(self.now, choice, judgement)

    def _unplaceable(self) -> int:
        """Points for the duties that have no option at all, whoever makes room."""
        return int(self.model.unplaced[~self.now.open.any(axis=1)].sum())

    def _crowds(self) -> int:
        """Where more people are than may be, at least so many have to go."""
        crowded = self.now.crowded(self.now.kept) & ~self.now.frozen
        duties = np.flatnonzero(self.now.whole_people(crowded) & (self.now.kept != NOWHERE))
        duties = duties[~self.now.frozen[duties]]
        if not len(duties):
            return 0
        options = np.zeros((len(duties), self.model.sessions), np.bool_)
        options[np.arange(len(duties)), self.now.kept[duties]] = True
        answer = self._ask(duties, options, self.now.kept, only_changes=True)
        return answer.objectives.changed if answer.proven >= 2 else 0

    def run(self) -> Replanned:
        """Widen until nothing can be better."""
        self._say("re-planning")
        depth = 0
        while not (self._over() and self._deep(depth)):
            if int(self.now.open[self.hood].sum()) > self.tuning.most_options:
                self._beyond(depth)
                break
            answer = self._within(np.flatnonzero(self.hood), self.now.kept)
            further = wider(self.now, self.hood)
            self._learn(answer, depth, closed=bool((further == self.hood).all()))
            self.hood, depth = further, depth + 1
        self._say("done")
        return self._result()

    def _over(self) -> bool:
        """Whether there is nothing left to prove, or no time to."""
        return self.proven or self._ended()

    def _deep(self, depth: int) -> bool:
        """Whether all plans that change as few people have been looked at for their points: they
        lie within a neighbourhood as deep as people move beyond the first."""
        return self.best.objectives.changed < self.base + max(depth, 1) or self._ended()

    def _ended(self) -> bool:
        return self.impossible or self._left() <= 0 or self.limits.stop()

    @property
    def proven(self) -> bool:
        """Whether no plan leaves fewer unassigned, nor changes fewer people with as few."""
        as_few = self.best.objectives.unplaced <= self.least.unplaced
        return self.best.legal and as_few and self.best.objectives.changed <= self.fewest

    @property
    def fewest(self) -> int:
        """The fewest people that a plan changes that places as much."""
        if self.best.objectives.unplaced > self.least.unplaced:
            return self.least.changed
        return max(self.least.changed, self.needed)

    def _left(self) -> float:
        return self.limits.seconds - (monotonic() - self.began)

    def _ask(
        self,
        duties: IntArray,
        options: BoolArray,
        others: IntArray,
        *,
        only_changes: bool = False,
        effort: float = float("inf"),
    ) -> Reassigned:
        """Reassign `duties` while all others are where `others` says."""
        fixed = others.copy()
        fixed[duties] = NOWHERE
        reassignment = Reassignment(
            model=self.model,
            duties=duties,
            options=options,
            taken=self.now.taken(fixed),
            home=np.where(self.now.sure, NOWHERE, self.now.kept)[duties],
            person=self.now.person[duties],
            only_changes=only_changes,
        )
        return reassign(
            reassignment,
            self.best.choice[duties],
            seconds=self._left(),
            seed=self.problem.seed,
            stop=self.limits.stop,
            effort=effort,
        )

    def _within(
        self, duties: IntArray, others: IntArray, options: BoolArray | None = None
    ) -> Reassigned:
        """Reassign some duties, on all their options unless some are named, and take what is
        better."""
        if options is None:
            answer = self._ask(duties, self.now.open[duties], others)
        else:
            answer = self._ask(duties, options, others, effort=self.tuning.part_effort)
        if answer.choice is not None:
            choice = others.copy()
            choice[duties] = answer.choice
            self._offer(choice)
        return answer

    def _learn(self, answer: Reassigned, depth: int, *, closed: bool) -> None:
        """What the best plan within a whole neighbourhood says of all plans."""
        if closed and answer.impossible:
            self.impossible = True
        elif closed and answer.proven >= 2:
            self.least = Objectives(
                answer.objectives.unplaced, self.sure + answer.objectives.changed, 0
            )
            self.needed = self.least.changed
        elif answer.proven >= 1 and answer.objectives.unplaced > self.least.unplaced:
            self.needed = self.base + depth + 1
        elif answer.proven >= 2:
            self.needed = min(self.sure + answer.objectives.changed, self.base + depth + 1)

    def _beyond(self, depth: int) -> None:
        """The neighbourhood is too large to be solved whole: solve what helps most, then ask
        column generation how much better it could be."""
        if not depth:
            self._place_free()
        before = None
        while not self._ended() and before != self.best.objectives and not (self.proven and before):
            before = self.best.objectives
            duties, options = few_options(self.now, self.hood, self.best.choice)
            self._within(duties, self.best.choice, options)
        if not self._over():
            self._bound()

    def _place_free(self) -> None:
        """Place all who are free to move as well as possible, by the solver for many."""
        home = np.where(self.now.sure, NOWHERE, self.now.kept)
        duties = np.flatnonzero(self.hood & (home == NOWHERE) & ~self.now.frozen)
        choice = self.best.choice.copy()
        choice[duties] = NOWHERE
        limits = replace(self.limits, seconds=self._left() / 2)
        block = self.model.remainder(duties, choice)
        start = self.best.choice[duties]
        plan = solve_block(block, start, limits, seed=self.problem.seed, complete=True)
        choice[duties] = plan.choice
        self._offer(choice)

    def _bound(self) -> None:
        """Bounds for all plans; what better plans they find are taken."""
        whole = Whole(self.now, self.limits)
        proven = whole.fewest_unplaced(self.best.choice, self._left() / 2)
        self._offer(proven.choice)
        if proven.least > self.least.unplaced:
            self.least, self.needed = replace(self.least, unplaced=proven.least), self.base
        if self.best.objectives.unplaced > self.least.unplaced or self._over():
            return
        proven = whole.fewest_changed(self.best.choice, self.best.objectives.unplaced, self._left())
        self._offer(proven.choice)
        self.needed = max(self.needed, self.sure + proven.least)
        self._tidy()

    def _tidy(self) -> None:
        """The dates of those who change anyway, with the fewest points."""
        changed = self.now.changed(self.best.choice) | ~self.now.had
        duties = np.flatnonzero(changed & ~self.now.frozen)
        if self._left() > 0 and int(self.now.open[duties].sum()) <= self.tuning.most_options:
            self._within(duties, self.best.choice)

    def _offer(self, choice: IntArray) -> None:
        if self.best.offer(choice):
            self._say("re-planning")

    def _say(self, phase: str) -> None:
        self.listener(
            Progress(
                phase=phase,
                placed=int((self.best.choice != NOWHERE).sum()),
                total=len(self.problem.duties),
                best=self.best.objectives.unplaced + self.best.objectives.points,
                bound=None,
                seconds=monotonic() - self.began,
                plan=self.best.make_plan,
            )
        )

    def _result(self) -> Replanned:
        verdict = self.best.judgement
        status = self._status()
        return Replanned(
            status=status,
            assignments=self.best.make_plan(),
            unassigned=tuple(
                self.problem.duties[row].id
                for row in np.flatnonzero(self.best.choice == NOWHERE).tolist()
            ),
            cost=verdict.cost,
            bound=verdict.cost if status is SolveStatus.OPTIMAL else self.least.unplaced,
            seconds=monotonic() - self.began,
            blocks=Blocks.whole(self.problem, self.model),
            choice=self.best.choice,
            score={rule: points for rule, points in verdict.by_rule.items() if points},
            changes=self._changes(),
            fewest=self.fewest,
        )

    def _changes(self) -> tuple[PersonChange, ...]:
        lost = (self.now.kept == NOWHERE) | self.now.crowded(self.now.kept)
        impossible = {self.problem.duties[row].id for row in np.flatnonzero(lost).tolist()}
        return changes(self.problem, self.now.published, self.best.make_plan(), impossible)

    def _status(self) -> SolveStatus:
        if self.impossible:
            return SolveStatus.INFEASIBLE
        if self.proven:
            return SolveStatus.OPTIMAL
        if not self.best.legal:
            return SolveStatus.UNKNOWN
        return SolveStatus.STOPPED if self.limits.stop() else SolveStatus.TIME_LIMIT
