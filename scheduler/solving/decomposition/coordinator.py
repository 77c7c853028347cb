"""Solving all blocks of a company side by side, and bringing their plans into line: the order of
the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from time import monotonic

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.linking import LinkingConstraint, free_duties
from scheduler.model.packed import Packed
from scheduler.model.slack import legal_part
from scheduler.solving.block import BlockSolver
from scheduler.solving.decomposition.block_state import BlockSpec, BlockState, state_of
from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.decomposition.joint_search import JointSearch
from scheduler.solving.decomposition.linking import Linking
from scheduler.solving.decomposition.progress import CompanyProgress
from scheduler.solving.decomposition.task_maker import TaskMaker
from scheduler.solving.decomposition.tasks import BlockTask, work_on
from scheduler.solving.executors.base import Executor
from scheduler.solving.executors.selection import executor_for
from scheduler.solving.executors.serial import SerialExecutor
from scheduler.solving.result import Limits

Make = Callable[[Executor, int], BlockTask[BlockState]]
"""Makes a block's task."""


@dataclass(frozen=True)
class StepTuning:
    """How far the steps of a run go."""

    turns: int = 6
    """How often duties are placed anew to bring the blocks into line."""
    some: int = 200
    """Duties that are placed anew at first to make the plans better together."""
    wider: int = 60
    """So many more move in a block in the second turn, twice as many in the third, and so on."""
    moment: float = 0.25
    """Seconds that are not worth mentioning."""


STEPS = StepTuning()


class Coordinator:
    """One run over all blocks: takes the steps one after another, until the plans are proven or
    near enough, the time is over, or somebody asks to stop."""

    def __init__(
        self,
        incumbents: Incumbents,
        linking: Linking,
        progress: CompanyProgress,
        tasks: TaskMaker,
        joint: JointSearch,
        budget: Budget,
        tuning: StepTuning = STEPS,
    ) -> None:
        self.incumbents, self.progress = incumbents, progress
        self._linking, self._tasks, self._joint, self._budget = linking, tasks, joint, budget
        self._limits, self._tuning = incumbents.limits, tuning

    @classmethod
    def of(
        cls,
        specs: Sequence[BlockSpec],
        constraints: Sequence[LinkingConstraint],
        limits: Limits,
        seed: int,
        listener: Callable[[str], None],
        began: float | None = None,
        tuning: StepTuning = STEPS,
    ) -> Coordinator:
        """A run over these blocks; `listener` is told the phase whenever something is new."""
        budget = Budget(limits, [spec.size for spec in specs], began)
        incumbents = Incumbents(specs, constraints, limits)
        linking = Linking(incumbents, budget, limits, seed)
        progress = CompanyProgress(incumbents, listener)
        tasks = TaskMaker(incumbents, linking, budget, limits, seed)
        joint = JointSearch(incumbents, tasks, budget, limits, seed)
        return cls(incumbents, linking, progress, tasks, joint, budget, tuning)

    def run(self) -> None:
        """Solve until proven, within the gap, out of time, or stopped."""
        with self._executor() as executor:
            if len(self.incumbents.specs) > executor.size or self._linking.expected:
                # All have a plan before any is made better: nobody is left out when time ends.
                self._do_all(executor, self._tasks.first)
                self.progress.remember()
            self._settle_linked(executor)
            self._do_all(executor, self._tasks.best)
            self._complete()
            self._bring_into_line(executor)
            self._make_room(executor)
            self._go_on(executor)

    def _executor(self) -> Executor:
        limits, blocks = self._limits, len(self.incumbents.specs)
        if (blocks > 1 or limits.cluster) and not self._budget.over():
            return executor_for(min(limits.processes, blocks), limits.cluster, limits.memory)
        return SerialExecutor(limits.memory)

    def _do_all(self, executor: Executor, make: Make, numbers: Sequence[int] | None = None) -> None:
        """One task for every block, or for some."""
        if self._budget.over():
            return
        some = range(len(self.incumbents.specs)) if numbers is None else numbers
        self._budget.share_out(some)

        def listen(place: int, report: object) -> None:
            assert isinstance(report, BlockState)
            self.progress.take(some[place], report)

        tasks = [partial(make, executor, number) for number in some]
        for place, state in executor.run(work_on, tasks, listener=listen, stop=self._budget.over):
            self.progress.take(some[place], state)

    def _complete(self) -> None:
        """Blocks that nobody came to before it was over get a plan all the same: a first one while
        that takes no time worth mentioning, and then nobody moves there, or is placed."""
        deadline = monotonic() + self._tuning.moment

        def late() -> bool:
            return monotonic() > deadline

        specs = self.incumbents.specs
        for number, spec in enumerate(specs):
            if self.incumbents.states[number] is not None or spec.source:
                continue
            if len(specs) > 1 and (late() or self._limits.stop()):
                if spec.before is not None:
                    self.progress.take(number, spec.before)
                continue
            self.progress.take(number, _first_plan(spec, late))

    def _settle_linked(self, executor: Executor) -> None:
        """Find sessions for the linked duties, at the prices of blocks that nothing links: all
        other duties are placed beside them. At once everybody gets a plan that keeps to it."""
        if self._budget.over():
            return
        blocks = self._linking.linked_blocks()
        if not blocks:
            return
        self._do_all(executor, self._tasks.master, blocks)
        if self._linking.settle(always=True):
            self._do_all(executor, self._tasks.first, sorted(self.incumbents.stale))
            self.progress.remember()

    def _bring_into_line(self, executor: Executor) -> None:
        """Align the blocks; where that proves too little, once more with what they prove and the
        prices they have when nothing links them."""
        self._align(executor)
        if self._linking.fixed and not self._enough():
            self._do_all(executor, self._tasks.best, self._linking.release())
            self._align(executor)
        self.progress.restore(interrupted=self._budget.over())

    def _align(self, executor: Executor) -> None:
        """Place the linked duties of all blocks together, at the prices of their blocks, then the
        blocks' other duties beside them, as long as the prices that come of it promise more."""
        before: tuple[float, float] | None = None
        while not self._enough() and self._linking.settle() and not self._enough():
            self.progress.remember()
            now = (self.progress.remembered, self.incumbents.bound)
            if now == before:
                break
            before = now
            self._do_all(executor, self._tasks.best, sorted(self.incumbents.stale))
        self.progress.remember()

    def _enough(self) -> bool:
        """Whether it is over, or the plans are in line and near enough to the bound."""
        return self._budget.over() or self.incumbents.near_enough

    def _make_room(self, executor: Executor) -> None:
        """Let blocks give way where their plans together break what links them."""
        incumbents = self.incumbents
        if incumbents.linking and incumbents.cost < inf:
            self.progress.report("giving way")
            for turn in range(self._tuning.turns):
                free = free_duties(incumbents.linking, incumbents.choices(), turn)
                if not free or self._limits.stop() or (turn and self._enough()):
                    break
                wider = self._tuning.wider * turn
                self._joint.place_anew(executor, free, wider, self._limits.stop)
        if incumbents.broken and incumbents.cost < inf:
            self._joint.leave_out(executor)
        incumbents.in_line = not incumbents.broken

    def _go_on(self, executor: Executor) -> None:
        """While there is time, better plans: of linked blocks together, of others one by one."""
        incumbents, size = self.incumbents, self._tuning.some
        before: tuple[float, float] | None = None
        while incumbents.in_line and incumbents.cost < inf and not self._enough():
            now = (incumbents.cost, incumbents.bound)
            if incumbents.linking:
                if self._joint.rearrange(executor, size):
                    return
                size *= 1 + (incumbents.cost >= now[0])
            elif now == before:
                return
            else:
                self._do_all(executor, self._tasks.best, incumbents.unproven())
            before = now


def _first_plan(spec: BlockSpec, late: Callable[[], bool]) -> BlockState:
    """A block's first plan, made here."""
    model = spec.get()
    model = model.open() if isinstance(model, Packed) else model
    assert isinstance(model, CompiledModel)
    warm = np.full(model.duties, NOWHERE) if spec.warm is None else spec.warm
    solver = BlockSolver(model, legal_part(model, warm))
    solver.first(late)
    return state_of("first plan", solver)
