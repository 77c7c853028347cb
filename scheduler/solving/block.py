"""One part: a first plan at once, a bound for all options, then the optimum between them.

1. Greedy: something useful straight away.
2. The relaxation, options priced in until none is missing: the bound. Mostly it comes out
   integral, and then it is the optimum.
3. Rounding: duties the relaxation decided keep their date, CP-SAT places the few others.
4. Switches are set as the relaxation leans, a few at a time, and the rest is solved without any;
   whoever it is torn about is held the same way, and all others make room.
5. Neighbourhoods: a few people who stand in each other's way are placed anew by CP-SAT.
6. The core: with the gap g left, an option whose reduced cost exceeds g is in no better plan.
   CP-SAT solves what remains; that proves the optimum for all options.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, inf
from time import monotonic

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, FloatArray, IntArray
from scheduler.model.presolve.pairs import both, paired
from scheduler.model.program import program
from scheduler.model.slack import legal_part, off_or_on
from scheduler.solving.heuristics.diving import decided, is_hard, none_or_some
from scheduler.solving.heuristics.greedy import greedy, settle
from scheduler.solving.heuristics.neighbourhoods import neighbours
from scheduler.solving.heuristics.torn import relax_until_dearer, unravelled
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution, PricedOptions
from scheduler.solving.solvers.cp_sat import Exact, solve_exactly

Heard = Callable[[str, IntArray, float], None]

ALMOST = 1e-6
"""For so small a share of the points of dates no plan is looked for any longer: one point in a
million, which only the largest companies can tell from the optimum."""
NEAR = 0.2
"""Share of the gap asked for up to which the relaxation may be from its own optimum."""
_DECIDED = 1 - 1e-6
"""A weight of the relaxation from which on it counts as one."""
_WHOLE = 1 - 1e-6
"""A better plan is cheaper by a whole point."""
_NEIGHBOURS = 150
"""People who may change places at first; twice as many each time that was not enough."""
_CHOICES = 24
"""Options each of them gets, the nearest ones."""
_DECIDING = 0.4
"""Share of the time that is left for the best plan of one choice of switches."""
_USUAL = 3.0
"""Seconds that CP-SAT's usual search gets at least for the core."""
_CORE_OPTIONS = 40_000
"""At first CP-SAT gets only so many options, the nearest ones; four times as many each time
they turn out not to be enough."""


def whole_bound(bound: float) -> int:
    """The bound as points: they are whole numbers, so 12.1 means 13. What a sum in double
    precision may be off by is given away first."""
    return ceil(bound - 1e-6 - 1e-9 * abs(bound))


class BlockSolver:
    """Solves the duties of one part; `choice` and `bound` are the best known at any time."""

    def __init__(self, model: CompiledModel, warm: IntArray) -> None:
        self.model = model
        self.choice = warm
        verdict = model.judge(warm)
        self.cost = float(verdict.cost) if verdict.legal else inf
        self.infeasible = False
        self._stop: Callable[[], bool] = lambda: False
        self.priced = PricedOptions(model.cost.astype(np.float64), 0.0)
        cheapest = np.where(model.open, model.cost, model.unplaced[:, None])
        self.bound = float(
            np.minimum(cheapest.min(axis=1, initial=np.iinfo(np.int64).max), model.unplaced).sum()
        )

    @property
    def proven(self) -> bool:
        """Whether nothing can be better than `choice`."""
        return self.cost < inf and self.cost <= whole_bound(self.bound)

    def first(self, stop: Callable[[], bool] = lambda: False, *, anew: bool = True) -> IntArray:
        """A useful plan at once: greedy, unless a better one was given to start from. That one is
        completed first, so that nobody moves where nobody has to, and unless `anew` that is all.
        When `stop` says so, nobody else is placed."""
        self._stop = stop
        given = (self.choice != NOWHERE).any()
        if given:
            self._offer(greedy(self.model, start=self.choice, stop=stop))
        if not self.proven and (anew or not given):
            self._offer_settled(greedy(self.model, stop=stop))
        return self.choice

    def _offer_settled(self, choice: IntArray, prices: FloatArray | None = None) -> None:
        self._offer(choice)
        if any(bound.switch for bound in self.model.group_bounds):
            self._offer(settle(self.model, choice, prices, self._stop))

    def improve(
        self,
        *,
        seconds: float,
        gap: float,
        workers: int,
        seed: int,
        stop: Callable[[], bool],
        tell: Heard,
        threads: int = 1,
        start: MasterSolution | None = None,
    ) -> None:
        """Search until proven, within `gap`, out of time, or stopped. `start`, `threads`: see
        `generate_columns`."""
        self._deadline = monotonic() + seconds
        self._workers, self._seed, self._gap, self._hands = workers, seed, gap, threads
        self._stop, self._tell = stop, tell
        self._core_options, self._tries = _CORE_OPTIONS, 0
        if self._done():
            return
        relaxed = self._relax(start)
        self._place_torn(relaxed)
        self._decide_switches(relaxed)
        self._unravel(relaxed)
        self._none_or_some(relaxed)
        self._neighbourhoods(relaxed)
        while not self._done() and self._core(relaxed):
            pass

    def _left(self) -> float:
        return self._deadline - monotonic()

    def _done(self) -> bool:
        enough = max(self._gap * self.cost, ALMOST * self._soft) if self.cost < inf else -inf
        near = self.cost - self.bound <= enough
        return self.proven or self.infeasible or near or self._left() <= 0 or self._stop()

    @property
    def _soft(self) -> float:
        """The points of dates, without the many for who is left unassigned: those would hide what
        is to be gained for everybody else."""
        return self.cost - float(self.model.unplaced[self.choice == NOWHERE].sum())

    def _offer(self, choice: IntArray) -> bool:
        """Take `choice` if it is legal and better."""
        verdict = self.model.judge(choice)
        if not verdict.legal or verdict.cost >= self.cost:
            return False
        self.choice, self.cost = choice, float(verdict.cost)
        return True

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.cost))

    def _relax(self, start: MasterSolution | None) -> MasterSolution:
        def report(relaxed: MasterSolution) -> None:
            self._raise(relaxed.bound)
            if not self._done():
                self._round(relaxed)

        relaxed = generate_columns(
            self.model,
            lambda: self.choice,
            # What is left over must suffice to make a plan of the relaxation.
            seconds=0.8 * self._left(),
            near=NEAR * self._gap,
            seed=self._seed,
            threads=self._hands,
            stop=self._done,
            report=report,
            start=start,
        )
        self._raise(relaxed.bound)
        self.priced = relaxed.priced
        return relaxed

    def _round(self, relaxed: MasterSolution) -> None:
        """Take the relaxation's plan where it has one; whoever it leaves torn between options is
        placed by its prices beside the others."""
        settled, heavy = self._settled(relaxed)
        self._offer(np.where(heavy > _DECIDED, settled, NOWHERE))
        started = greedy(
            self.model,
            start=np.where(heavy > _DECIDED, settled, NOWHERE),
            prices=relaxed.reduced,
            stop=self._stop,
        )
        self._offer_settled(started, relaxed.reduced)
        self._tell("pricing options", self.choice, self.bound)

    def _settled(self, relaxed: MasterSolution) -> tuple[IntArray, FloatArray]:
        """[duty] → its heaviest option in the last linear program, and how heavy that is."""
        weight = np.zeros(self.model.cost.shape, np.float32)
        if len(relaxed.weight):
            weight[relaxed.solved] = relaxed.weight
        heaviest = weight.argmax(axis=1)
        return heaviest, weight[np.arange(self.model.duties), heaviest].astype(np.float64)

    def _decide_switches(self, relaxed: MasterSolution) -> None:
        """Switch on or off as the relaxation leans, and look for the best plan of that: without
        switches this is quick, and often as good as the bound."""
        if self._done() or not (len(relaxed.weight) and any(map(is_hard, self.model.group_bounds))):
            return
        deadline = monotonic() + _DECIDING * self._left()

        def over() -> bool:
            return self._done() or monotonic() > deadline

        def again(model: CompiledModel, known: MasterSolution) -> MasterSolution:
            left = deadline - monotonic()
            near = NEAR * self._gap
            return generate_columns(
                model, self.choice, seconds=left, near=near, stop=over, start=known
            )

        model = decided(self.model, relaxed, again)
        part = BlockSolver(model, legal_part(model, self.choice))

        def tell(phase: str, choice: IntArray, _bound: float) -> None:
            self._offer(choice)
            self._tell(phase, self.choice, self.bound)

        part.first()
        part.improve(
            seconds=max(0.0, deadline - monotonic()),
            gap=self._gap,
            workers=self._workers,
            seed=self._seed,
            stop=self._done,
            tell=tell,
            start=relaxed,
        )
        self._offer(part.choice)

    def _none_or_some(self, relaxed: MasterSolution) -> None:
        """Prove of either kind of plan what none of both kinds can cost less than."""
        found = []
        for model in [] if self._done() else none_or_some(self.model, relaxed):
            found.append(
                generate_columns(
                    model,
                    self.choice,
                    seconds=_DECIDING * self._left(),
                    seed=self._seed,
                    stop=self._done,
                    start=relaxed,
                ).bound
            )
        self._raise(min(found, default=self.bound))

    def _place_torn(self, relaxed: MasterSolution) -> None:
        """Place those the linear program could not decide about as well as possible, and those it
        has where too few would come."""
        heaviest, heavy = self._settled(relaxed)
        settled = np.where(heavy > _DECIDED, heaviest, NOWHERE)
        kept = off_or_on(self.model, settled)
        torn = (heavy <= _DECIDED) & (heavy > 1 - _DECIDED)
        rows = np.flatnonzero(torn | (kept != settled))
        if len(rows) and not self._done():
            start = greedy(self.model, start=kept, prices=relaxed.reduced)
            self._rearrange("placing the rest", relaxed, rows, start, 0.3 * self._left())

    def _unravel(self, relaxed: MasterSolution) -> None:
        """Hold those it is torn about a few at a time, so that all others make room for them."""
        if self._done():
            return
        deadline = monotonic() + _DECIDING * self._left()

        def over() -> bool:
            return self._done() or monotonic() > deadline

        found = unravelled(
            self.model,
            relaxed,
            lambda model, known: relax_until_dearer(
                model, self.choice, known, seconds=deadline - monotonic(), stop=over
            ),
            self.cost - _WHOLE,
        )
        self._round(found)
        self._place_torn(found)

    def _neighbourhoods(self, relaxed: MasterSolution) -> None:
        """Give a few people at a time the freedom to change places: those who stand where the
        relaxation would not have them, and those who are in their way."""
        random = np.random.default_rng(self._seed)
        size = _NEIGHBOURS
        while self.cost < inf and not self._done() and size < self.model.duties:
            rows = neighbours(self.model, self.choice, relaxed, size, random)
            before = self.cost
            self._rearrange("rearranging", relaxed, rows, self.choice, 0.5 * self._left())
            if self.cost >= before:
                size *= 2

    def _rearrange(
        self, phase: str, relaxed: MasterSolution, rows: IntArray, choice: IntArray, seconds: float
    ) -> None:
        """Place only the duties `rows` anew, as well as possible beside the others of `choice`."""
        rest = paired(self.model.remainder(rows, choice))
        dear = np.where(rest.open, relaxed.reduced[rows], np.inf)
        count = min(_CHOICES, rest.sessions)
        limit = np.partition(dear, count - 1, axis=1)[:, count - 1 : count]
        options = both(rest, dear <= limit)
        placed = np.flatnonzero(choice[rows] != NOWHERE)
        options[placed, choice[rows][placed]] = True
        duty, session = np.nonzero(options & rest.open)
        found = solve_exactly(
            program(rest, duty, session),
            choice[rows],
            seconds=seconds,
            workers=self._workers,
            seed=self._seed,
            stop=self._done,
        )
        if found.choice is not None:
            whole = choice.copy()
            whole[rows] = found.choice
            if self._offer(whole):
                self._tell(phase, self.choice, self.bound)

    def _core(self, relaxed: MasterSolution) -> bool:
        """Solve over all options that a better plan could use; False when that is as far as it
        goes."""
        room = self.cost - relaxed.bound
        useful = relaxed.reduced < room
        options = useful & (relaxed.reduced <= self._cut(relaxed, useful))
        # What the usual search does not prove soon, one with more linear programs in it may.
        hard = self._tries % 2 == 1
        seconds = self._left() if hard else max(_USUAL, 0.25 * self._left())
        found = self._search("closing the gap", options, min(seconds, self._left()), hard=hard)
        self._tries += 1
        everything = not (useful & ~options).any()
        self.infeasible = found.infeasible and everything and self.cost == inf
        # A plan that uses an option left out costs at least this much.
        outside = relaxed.reduced[~options & self.model.open]
        elsewhere = relaxed.bound + float(outside.min(initial=np.inf))
        self._raise(min(found.bound, elsewhere))
        self._tell("closing the gap", self.choice, self.bound)
        if not (found.optimal or found.infeasible):
            return not hard
        self._core_options *= 4
        return not everything

    def _cut(self, relaxed: MasterSolution, useful: BoolArray) -> float:
        values = relaxed.reduced[useful]
        if len(values) <= self._core_options:
            return np.inf
        return float(np.partition(values, self._core_options)[self._core_options])

    def _search(self, phase: str, options: BoolArray, seconds: float, *, hard: bool) -> Exact:
        placed = np.flatnonzero(self.choice != NOWHERE)
        options = options.copy()
        options[placed, self.choice[placed]] = True
        duty, session = np.nonzero(options & self.model.open)

        def better(choice: IntArray) -> None:
            if self._offer(choice):
                self._tell(phase, self.choice, self.bound)

        found = solve_exactly(
            program(paired(self.model), duty, session),
            self.choice,
            seconds=seconds,
            workers=self._workers,
            seed=self._seed,
            stop=self._done,
            tell=better,
            switching=lambda: self._tell("deciding switches", self.choice, self.bound),
            linear=hard,
        )
        if found.choice is not None:
            better(found.choice)
        return found
