"""Blocks of a company: centres that share nobody are compiled and solved on their own.

What links blocks are bounds on groups with members in several of them, the executives for one.
Small blocks that such a constraint can bind are made one; larger ones stay apart and are brought
into line afterwards (see `linking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE, CompiledModel, Judgement
from scheduler.model.compiling import compile_world, unplaced_of
from scheduler.model.language import IntArray
from scheduler.model.linking import LinkingConstraint, linking_constraints
from scheduler.model.packed import Packed
from scheduler.model.slack import legal_part
from scheduler.model.world import World


@dataclass(frozen=True)
class Before:
    """A block before anybody worked on it: what the rules leave of the plan to start from, and
    what they say of that."""

    choice: IntArray
    verdict: Judgement


@dataclass(frozen=True)
class Cutting:
    """How a company is cut into blocks: linked ones are made one up to `largest_joined` duties;
    compiled models of `kept_options` options in all are kept as they are, others are packed;
    `compiled` makes a block's model, where leaving anybody out is worse than the dearest date."""

    largest_joined: int = 5_000
    kept_options: int = 4_000_000
    compiled: Callable[[World, int], CompiledModel] = compile_world


USUAL = Cutting()


class Blocks:
    """The blocks of one problem, their models, and what links them. `start` is a plan of
    the whole, a session for every duty."""

    def __init__(
        self, worlds: Sequence[World], start: IntArray | None = None, cutting: Cutting = USUAL
    ) -> None:
        self.worlds, self.cutting = tuple(worlds), cutting
        self.linking: tuple[LinkingConstraint, ...] = ()
        self.before: dict[int, Before] = {}
        self._dearest = 0
        self._models: dict[int, CompiledModel] = {}
        self._packed: dict[int, Packed] = {}
        self._unplaced: dict[int, IntArray] = {}
        duties = sum(world.duties for world in worlds)
        self._block, self._place = np.zeros(duties, np.int64), np.zeros(duties, np.int64)
        for number, world in enumerate(worlds):
            self._block[world.rows] = number
            self._place[world.rows] = np.arange(world.duties)
        if len(worlds) > 1:
            self._survey(np.full(duties, NOWHERE) if start is None else start)

    @classmethod
    def of(
        cls, problem: Problem, start: IntArray | None = None, cutting: Cutting = USUAL
    ) -> Blocks:
        """A problem cut along its centres, as far as its rules allow."""
        whole = World(problem)
        blocks = cls(cut(whole), start, cutting)
        while joined := _joined(blocks):
            worlds = [_together(whole, [blocks.worlds[n] for n in some]) for some in joined]
            blocks = cls(worlds, start, cutting)
        return blocks

    @classmethod
    def whole(cls, problem: Problem, model: CompiledModel) -> Blocks:
        """One block that is all there is, compiled already."""
        blocks = cls([World(problem)])
        blocks._models[0] = model
        return blocks

    def _survey(self, start: IntArray) -> None:
        """Compile each once, to see what the dearest date costs and what links the blocks."""
        for number, world in enumerate(self.worlds):
            model = self.model(number)
            self._dearest = max(self._dearest, model.dearest)
            self._unplaced[number] = model.unplaced
            mine = legal_part(model, within(start, world))
            self.before[number] = Before(mine, model.judge(mine))
        self.linking = linking_constraints(
            [partial(self.model, number) for number in range(len(self))]
        )
        for number, world in enumerate(self.worlds):
            points = unplaced_of(world, self._dearest)
            if not np.array_equal(points, self._unplaced[number]):
                self._leave_out_at(number, points)

    def _leave_out_at(self, number: int, points: IntArray) -> None:
        """Leaving the duties of a block out costs so much, which was thought to be less."""
        model, known = self.model(number), self._unplaced[number]
        model.unplaced = self._unplaced[number] = points
        if number in self._packed:
            self._packed[number] = Packed.of(model)
        before = self.before[number]
        more = int((points - known)[before.choice == NOWHERE].sum())
        verdict = replace(before.verdict, cost=before.verdict.cost + more)
        self.before[number] = replace(before, verdict=verdict)

    def __len__(self) -> int:
        return len(self.worlds)

    def model(self, number: int) -> CompiledModel:
        """What the rules say about one block."""
        known = self.known(number)
        return known.open() if isinstance(known, Packed) else known

    def known(self, number: int) -> CompiledModel | Packed:
        """The same as it is kept."""
        if number in self._models:
            return self._models[number]
        if number in self._packed:
            return self._packed[number]
        model = self.cutting.compiled(self.worlds[number], self._dearest)
        options = sum(kept.cost.size for kept in (*self._models.values(), model))
        if options <= self.cutting.kept_options:
            self._models[number] = model
        elif len(self) > 1:
            self._packed[number] = Packed.of(model)
        return model

    @property
    def left_out(self) -> int:
        """Points of leaving everybody out, as far as the dearest date is known."""
        if len(self) == 1:
            return int(self.model(0).unplaced.sum())
        return sum(int(self._unplaced_of(number).sum()) for number in range(len(self)))

    def _unplaced_of(self, number: int) -> IntArray:
        if number in self._unplaced:
            return self._unplaced[number]
        return unplaced_of(self.worlds[number], self._dearest)

    def where(self, duty: int) -> tuple[int, int]:
        """The block of a duty, and the duty's number there."""
        return int(self._block[duty]), int(self._place[duty])


def within(choice: IntArray, world: World) -> IntArray:
    """A choice of the whole in the numbers of a block."""
    number = np.full(len(world.problem.sessions) + 1, NOWHERE, np.int64)
    number[world.columns] = np.arange(world.sessions)
    mine: IntArray = number[choice[world.rows]]
    return mine


def cut(world: World) -> list[World]:
    """The duties and sessions of centres that share nobody, block by block, the largest first.
    People who may serve anywhere hold all centres together."""
    _, centres = world.table(session.centre for session in world.session_list)
    number = {centre: n for n, centre in enumerate(centres)}
    held = np.array([number[session.centre] for session in world.session_list], np.int64)
    home = [person.centre for person in world.people]
    if None in home or len(centres) < 2:
        return [world]
    nowhere = len(centres)
    block = np.array([number.get(centre, nowhere) for centre in home], np.int64)[world.person]
    blocks = [
        world.block(world.rows[block == n], world.columns[held == n]) for n in range(nowhere + 1)
    ]
    return sorted((each for each in blocks if each.duties), key=lambda w: -w.duties) or [world]


def _joined(blocks: Blocks) -> list[list[int]] | None:
    """Which blocks to make one, or None if all stay as they are."""
    pairs = [
        (constraint.blocks[0], other)
        for constraint in blocks.linking
        for other in constraint.blocks[1:]
    ]
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    graph = sparse.coo_array(
        (np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(blocks), len(blocks))
    )
    _, label = connected_components(graph, directed=False)
    linked = [np.flatnonzero(label == n).tolist() for n in range(label.max(initial=-1) + 1)]
    must = {n for constraint in blocks.linking if constraint.asks for n in constraint.blocks}
    joined = []
    for some in linked:
        small = sum(blocks.worlds[n].duties for n in some) <= blocks.cutting.largest_joined
        joined += [some] if small or must & set(some) else [[n] for n in some]
    return joined if len(joined) < len(blocks) else None


def _together(whole: World, worlds: Iterable[World]) -> World:
    some = list(worlds)
    if len(some) == 1:
        return some[0]
    return whole.block(
        np.sort(np.concatenate([world.rows for world in some])),
        np.unique(np.concatenate([world.columns for world in some])),
    )
