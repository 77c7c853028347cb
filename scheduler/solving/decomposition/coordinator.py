"""Solving all blocks of a company side by side, and bringing their plans into line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from operator import itemgetter
from time import monotonic

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.linking import (
    AT_A_TIME,
    FEW_MEMBERS,
    Key,
    LinkingConstraint,
    excess,
    free_duties,
    linked,
)
from scheduler.model.packed import Packed
from scheduler.model.slack import legal_part
from scheduler.solving.block import BlockSolver
from scheduler.solving.decomposition.allocation import Allocation
from scheduler.solving.decomposition.incumbents import Incumbents, Piece, whole
from scheduler.solving.decomposition.joint_program import by_block, joint_choice, joint_program
from scheduler.solving.decomposition.linking_master import LinkingMaster
from scheduler.solving.decomposition.tasks import State, Task, state_of, work_on
from scheduler.solving.executors.base import Executor
from scheduler.solving.executors.selection import executor_for
from scheduler.solving.executors.serial import SerialExecutor
from scheduler.solving.result import Limits
from scheduler.solving.search import ALMOST
from scheduler.solving.solvers.cp_sat import Exact, solve_exactly

MOST_TURNS = 6
"""How often duties are placed anew to bring the blocks into line."""
_SOME = 200
"""Duties that are placed anew at first to make the plans better together."""
_LIKELY = 0.5
"""A tie is likely to bind if its members need so much of its room, as a share."""
_BLOCKS_GAP = 0.5
"""Share of the gap asked for that is left to tied blocks; the rest is for what ties them."""
_WIDER = 60
"""So many more move in a block in the second turn, twice as many in the third, and so on."""
_PRICED = 0.6
"""Share of the time for the prices of blocks that something ties."""
_KEPT = 0.8
"""Share of the time for making the blocks' plans; the rest is for bringing them into line."""
_MOMENT = 0.25
"""Seconds that are not worth mentioning."""
_GIVING_WAY, _HURRY = 30.0, 0.5
"""Seconds for that, and when time is over."""


class Coordinator(Incumbents):
    """One run over all blocks: the best plan and the bound of each, and of all together."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        linking: Sequence[LinkingConstraint],
        limits: Limits,
        seed: int,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(pieces, linking, limits)
        self.seed, self._tell = seed, tell
        self.began = monotonic()
        self._made: dict[int, Packed] = {}
        self.at = 0
        self._waiting = 0
        self.fixed: dict[int, dict[int, int]] = {}
        self._stale: set[int] = set()
        self._met: set[Key] = set()
        self._in_line: tuple[float, list[State | None]] = (inf, self.states)
        self._shown = self._in_line

    def run(self, began: float | None = None) -> None:
        """Solve until proven, within the gap, out of time, or stopped."""
        self.began = self.began if began is None else began
        with self._crew() as crew:
            if len(self.pieces) > crew.size or self._linked:
                # All have a plan before any is made better: nobody is left out when time ends.
                self._all(crew, self._first)
                self._remember()
            self._settle_tied(crew)
            self._all(crew, self._best)
            self._complete()
            self._tie_up(crew)
            self._line_up(crew)
            self._go_on(crew)

    def _crew(self) -> Executor:
        limits = self.limits
        if (len(self.pieces) > 1 or limits.cluster) and not self._over():
            return executor_for(
                min(limits.processes, len(self.pieces)), limits.cluster, limits.memory
            )
        return SerialExecutor(limits.memory)

    @property
    def _linked(self) -> bool:
        """Whether something ties the blocks, as far as that is known before their sources are."""
        sources = len(self.pieces) > 1 and any(piece.source for piece in self.pieces)
        return bool(self.linking) or sources

    def left(self) -> float:
        """Seconds left."""
        return self.limits.seconds - (monotonic() - self.began)

    def _over(self) -> bool:
        return self.limits.stop() or self.left() <= 0

    def _all(
        self,
        crew: Executor,
        make: Callable[[Executor, int], Task],
        some: Sequence[int] | None = None,
    ) -> None:
        """One task for every block, or for some."""
        if self._over():
            return
        numbers = range(len(self.pieces)) if some is None else some
        self._waiting = sum(self.pieces[number].size for number in numbers)
        for place, state in crew.run(
            work_on,
            [partial(make, crew, number) for number in numbers],
            listener=lambda place, news: self._hear(numbers[place], news),
            stop=self._over,
        ):
            self._hear(numbers[place], state)

    def _complete(self) -> None:
        """Blocks that nobody came to before it was over get a plan all the same: a first one while
        that takes no time worth mentioning, and then nobody moves there, or is placed."""
        deadline = monotonic() + _MOMENT

        def late() -> bool:
            return monotonic() > deadline

        for number, (piece, state) in enumerate(zip(self.pieces, self.states, strict=True)):
            if state is not None or piece.source:
                continue
            if len(self.pieces) > 1 and (late() or self.limits.stop()):
                if piece.before is not None:
                    self._hear(number, piece.before)
                continue
            model = piece.get()
            model = model.open() if isinstance(model, Packed) else model
            assert isinstance(model, CompiledModel)
            warm = np.full(model.duties, NOWHERE) if piece.warm is None else piece.warm
            part = BlockSolver(model, legal_part(model, warm))
            part.first(late)
            self._hear(number, state_of(model, part, "first plan"))

    def _hear(self, number: int, news: object) -> None:
        assert isinstance(news, State)
        known = self.states[number]
        self.at = number
        if news.made is not None:
            self._made[number] = news.made
        self.bounds[number] = max(self.bounds[number], news.bound)
        if known is None or news.cost <= known.cost or (number in self._stale and news.cost < inf):
            self._stale.discard(number)
            best, old = news, news if known is None else known
        else:
            best, old = known, known
        self.states[number] = replace(
            best,
            groups=news.groups or old.groups,
            linked=news.linked or old.linked,
            kept=news.kept or old.kept,
            made=None,
        )
        if all(self.states):
            self._shown = self._cheaper_in_line(self._shown)
        self._tell(news.phase)

    def _first(self, crew: Executor, number: int) -> Task:
        """A first plan that breaks no tie, unless there is one to start from: then that decides,
        or what was found for the tied duties."""
        task = replace(self._task(crew, number), only_first=True)
        if self.fixed:
            return replace(task, fixed=self.fixed.get(number, {}))
        if not self._linked or any(piece.warm is not None for piece in self.pieces):
            return task
        ends = np.cumsum([0, *(piece.size for piece in self.pieces)])
        first, last = (ends[number : number + 2] / ends[-1]).tolist()
        known = not task.source
        hard = frozenset(constraint.key for constraint in self.linking if constraint.points is None)
        return replace(task, allocation=Allocation(first, last, hard if known else None))

    def _settle_tied(self, crew: Executor) -> None:
        """Find sessions for the tied duties, at the prices of blocks that nothing ties: all other
        duties are placed beside them. At once everybody gets a plan that keeps to it."""
        if self._over():
            return
        self._find_linking()
        linked = sorted({number for constraint in self._binding() for number in constraint.blocks})
        if not linked:
            return
        self._all(crew, self._relaxed, linked)
        if self._fit(settle=True):
            self._all(crew, self._first, sorted(self._stale))
            self._remember()

    def _relaxed(self, crew: Executor, number: int) -> Task:
        return replace(
            self._task(crew, number), only_relaxed=True, seconds=self._share(crew, number, _PRICED)
        )

    def _share(self, crew: Executor, number: int, kept: float) -> float:
        """A block's seconds by its size, of a share of what is left, among those not yet given
        any."""
        waiting, mine = self._waiting, self.pieces[number].size
        self._waiting -= mine
        return kept * self.left() * min(1.0, crew.size * mine / max(1, waiting))

    def _best(self, crew: Executor, number: int) -> Task:
        group = self._share(crew, number, _KEPT if self._linked else 1.0)
        return replace(
            self._task(crew, number),
            seconds=group,
            gap=self.limits.gap * (_BLOCKS_GAP if self._linked else 1.0),
            fixed=self.fixed.get(number, {}),
        )

    def _task(self, crew: Executor, number: int) -> Task:
        state, piece = self.states[number], self.pieces[number]
        warm = piece.warm if state is None else state.choice
        return Task(
            block=self._made.get(number) or piece.get(),
            warm=None if warm is None else warm.astype(np.int32),
            seconds=self.left(),
            gap=self.limits.gap,
            workers=self.limits.workers if len(self.pieces) == 1 else 1,
            threads=self.limits.processes if len(self.pieces) == 1 else 1,
            seed=self.seed,
            linked=self._linked_duties(number),
            start=None if state is None else state.kept,
        )

    def _linked_duties(self, number: int) -> IntArray | None:
        """Those of a block whose prices are wanted; a source finds them itself."""
        if not self.linking:
            return None
        mine = [
            m.duties
            for constraint in self._binding()
            for m in constraint.members
            if m.block == number
        ]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *mine]))

    # Bringing the blocks into line

    def shown(self) -> tuple[float, list[IntArray]]:
        """Points and plans to show meanwhile: what breaks no tie, once there is such a thing."""
        if self._shown[0] < inf:
            return self._shown[0], self.choices_of(self._shown[1])
        return self.cost, self.choices()

    def _tie_up(self, crew: Executor) -> None:
        """Bring the blocks into line; where that proves too little, once more with what they prove
        and the prices they have when nothing ties them."""
        self._align(crew)
        if self.fixed and not self._enough():
            free, self.fixed = sorted(self.fixed), {}
            self._all(crew, self._best, free)
            self._align(crew)
        # What was told meanwhile depends on who was how fast: it counts when it was interrupted.
        best = min(self._in_line, self._shown, key=itemgetter(0)) if self._over() else self._in_line
        if best[0] < inf:
            self.states = [*best[1]]

    def _align(self, crew: Executor) -> None:
        """Place the tied duties of all blocks together, at the prices of their blocks, then the
        blocks' other duties beside them, as long as the prices that come of it promise more."""
        before = (inf, -inf)
        while not self._enough() and self._fit() and not self._enough():
            self._remember()
            now = (self._in_line[0], self.bound)
            if now == before:
                break
            before = now
            self._all(crew, self._best, sorted(self._stale))
        self._remember()

    def _remember(self) -> None:
        """Keep the best plans that break no tie."""
        self._in_line = self._cheaper_in_line(self._in_line)

    def _cheaper_in_line(
        self, known: tuple[float, list[State | None]]
    ) -> tuple[float, list[State | None]]:
        """These plans, or those that are there now if they cost less and break no tie."""
        cost = self.cost
        return (cost, [*self.states]) if cost < known[0] and not self.broken else known

    def _enough(self) -> bool:
        """Whether it is over, or the plans are in line and near enough to the bound."""
        near = max(self.limits.gap, ALMOST) * self.cost if self.cost < inf else -inf
        return self._over() or (self.cost - self.bound <= near and not self.broken)

    def _fit(self, *, settle: bool = False) -> bool:
        """Look at the tied duties of all blocks together, at the prices of their blocks: the bound
        that this proves, and sessions for them that keep the ties. Whether any of them moves.
        Where the plans keep the ties already they stay free, unless they are to be settled."""
        self._find_linking()
        choices, linking = self.choices(), self._binding()
        self._met |= {constraint.key for constraint in linking}
        known = {
            number: state.linked
            for number, state in enumerate(self.states)
            if state is not None and state.linked is not None
        }
        linking = [
            constraint
            for constraint in linking
            if all(
                m.block in known and np.isin(m.duties, known[m.block].duties).all()
                for m in constraint.members
            )
        ]
        if not linking or self._over():
            return False
        fit = LinkingMaster(
            known, linking, choices, self.limits.workers, self.seed, self.limits.stop
        )
        found = fit.solve(self.left())
        if found is None:
            return False
        bounds = enumerate(self.bounds)
        alone = sum(known[n].bound if n in known else whole(bound) for n, bound in bounds)
        self.joint_bound = max(self.joint_bound, alone + found.added)
        if not settle and not self.fixed and not self.broken:
            return False
        self.fixed = found.sessions
        self._stale = {number for number in self.fixed if self._moved(number)}
        return bool(self._stale)

    def _moved(self, number: int) -> bool:
        """Whether a block's plan has a fixed duty elsewhere."""
        state = self.states[number]
        return state is None or any(
            state.choice[duty] != session for duty, session in self.fixed[number].items()
        )

    def _find_linking(self) -> None:
        """What ties sources is known once all of them were seen."""
        if not self.linking:
            self.linking = linked(
                replace(group, members=replace(group.members, block=number))
                for number, state in enumerate(self.states)
                for group in (() if state is None else state.groups)
            )

    def _binding(self) -> list[LinkingConstraint]:
        """The hard ties of few duties that bind, or are likely to."""
        choices = self.choices() if all(self.states) else None
        return [
            constraint
            for constraint in self.linking
            if _few(constraint)
            and (
                constraint.load > _LIKELY
                or constraint.key in self._met
                or (choices is not None and constraint.over(choices).any())
            )
        ]

    def _line_up(self, crew: Executor) -> None:
        """Let blocks give way where their plans together break what ties them."""
        if self.linking and self.cost < inf:
            self._tell("giving way")
            for turn in range(MOST_TURNS):
                free = free_duties(self.linking, self.choices(), turn)
                if not free or self.limits.stop() or (turn and self._enough()):
                    break
                self._place_anew(crew, free, _WIDER * turn, self.limits.stop)
        if self.broken and self.cost < inf:
            self._leave_out(crew)
        self.in_line = not self.broken

    def _leave_out(self, crew: Executor) -> None:
        """No time is left to find other places: who is too many goes, and who may not stay
        without them."""
        choices = self.choices()
        gone = excess(
            [constraint for constraint in self.linking if constraint.points is None], choices
        )

        def task(number: int) -> Task:
            warm = choices[number].astype(np.int32)
            warm[gone[number]] = NOWHERE
            return replace(self._task(crew, number), warm=warm, only_kept=True)

        numbers = sorted(gone)
        tasks = [partial(task, number) for number in numbers]
        for place, state in crew.run(work_on, tasks):
            known = self.states[numbers[place]]
            assert known is not None
            self.states[numbers[place]] = replace(
                known, choice=state.choice, cost=state.cost, by_rule=state.by_rule, proven=False
            )

    def _go_on(self, crew: Executor) -> None:
        """While there is time, better plans: of tied blocks together, of others one by one."""
        size, before = _SOME, (inf, -inf)
        while self.in_line and self.cost < inf and not self._enough():
            now = (self.cost, self.bound)
            if self.linking:
                if self._rearrange(crew, size):
                    return
                size *= 1 + (self.cost >= now[0])
            elif now == before:
                return
            else:
                left = [n for n, state in enumerate(self.states) if state and not state.proven]
                self._all(crew, self._best, left)
            before = now

    def _rearrange(self, crew: Executor, size: int) -> bool:
        """Place so many duties of several blocks anew. Where these are all there are, that may
        prove the optimum: whether it does."""
        choices, states = self.choices(), [*self.states]
        random = np.random.default_rng([self.seed, size])
        blocks = np.sort(random.permutation(len(choices))[:AT_A_TIME])
        free = {
            block: np.sort(random.permutation(len(choices[block]))[: size // len(blocks)])
            for block in blocks.tolist()
        }
        before = self.cost
        found = self._place_anew(crew, free, 0, self._over)
        if self.cost > before:
            self.states = states
        everybody = sum(map(len, free.values())) == sum(map(len, choices))
        if not everybody or found is None:
            return False
        self.joint_bound = max(self.joint_bound, found.bound)
        return found.optimal

    def _place_anew(
        self,
        crew: Executor,
        free: dict[int, IntArray],
        wider: int,
        stop: Callable[[], bool],
    ) -> Exact | None:
        """Place some duties of several blocks together, with the ties, while all others stay; None
        when that was stopped before it began."""
        choices = self.choices()
        residuals = dict(self._residuals(crew, free, wider, stop))
        if len(residuals) < len(free):
            return None
        # Not for the clock: what is out of line cannot be used at all.
        seconds = _HURRY if self._over() else max(_HURRY, min(_GIVING_WAY, self.left()))
        found = solve_exactly(
            joint_program(residuals, self.linking, choices),
            joint_choice(residuals, choices),
            seconds=seconds,
            workers=self.limits.workers,
            seed=self.seed,
            stop=stop,
        )
        if found.choice is not None:
            for block, chosen in by_block(residuals, found.choice).items():
                self._move(block, residuals[block], chosen)
        return found

    def _residuals(
        self, crew: Executor, free: dict[int, IntArray], wider: int, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, tuple[IntArray, CompiledModel]]]:
        numbers = sorted(free)

        def task(number: int) -> Task:
            return replace(self._task(crew, number), free=free[number], wider=wider)

        tasks = [partial(task, number) for number in numbers]
        for place, state in sorted(crew.run(work_on, tasks, stop=stop), key=itemgetter(0)):
            assert state.residual is not None
            yield numbers[place], state.residual

    def _move(self, block: int, residual: tuple[IntArray, CompiledModel], chosen: IntArray) -> None:
        """Some duties of a block elsewhere: what that costs more, or less, the rest says."""
        state, (duties, model) = self.states[block], residual
        assert state is not None
        choice = state.choice.copy()
        before = model.judge(choice[duties].astype(np.int64))
        after = model.judge(chosen)
        choice[duties] = chosen
        by_rule = Counter(state.by_rule)
        by_rule.update(after.by_rule)
        by_rule.subtract(before.by_rule)
        self.states[block] = replace(
            state,
            choice=choice,
            cost=state.cost + after.cost - before.cost,
            by_rule=dict(by_rule),
            proven=False,
        )


def _few(constraint: LinkingConstraint) -> bool:
    """Whether it is hard and has few members: executives, or a pair."""
    return (
        constraint.points is None and sum(len(m.duties) for m in constraint.members) <= FEW_MEMBERS
    )
