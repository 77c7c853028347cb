"""Blocks of a company: centres that share nobody are compiled and solved on their own.

What ties blocks together are bounds on groups with members in several of them, the executives for
one. Small blocks that such a tie can bind are made one; larger ones stay apart and are brought
into line afterwards (see `linking`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scheduler.domain.problem import Problem
from scheduler.rules.world import World
from scheduler.solving.compiled import CompiledModel, compile_world, unplaced_of
from scheduler.solving.linking import Tie, ties_between

KEPT_OPTIONS = 4_000_000
"""Compiled models of so many options in all are kept; others are compiled again when needed."""
LARGEST_JOINED = 5_000
"""Blocks that a rule ties together are solved as one up to so many duties."""


class Blocks:
    """The blocks of one problem, their models, and what ties them together."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.worlds = tuple(worlds)
        self.ties: tuple[Tie, ...] = ()
        self._dearest = 0
        self._models: dict[int, CompiledModel] = {}
        duties = sum(world.duties for world in worlds)
        self._block, self._place = np.zeros(duties, np.int64), np.zeros(duties, np.int64)
        for number, world in enumerate(worlds):
            self._block[world.rows] = number
            self._place[world.rows] = np.arange(world.duties)
        if len(worlds) > 1:
            self._survey()

    @classmethod
    def of(cls, problem: Problem) -> Blocks:
        """A problem cut along its centres, as far as its rules allow."""
        whole = World(problem)
        blocks = cls(cut(whole))
        while joined := _joined(blocks):
            blocks = cls([_together(whole, [blocks.worlds[n] for n in some]) for some in joined])
        return blocks

    @classmethod
    def whole(cls, problem: Problem, model: CompiledModel) -> Blocks:
        """One block that is all there is, compiled already."""
        blocks = cls([World(problem)])
        blocks._models[0] = model
        return blocks

    def _survey(self) -> None:
        """Compile each once, to see what the dearest date costs and what ties the blocks."""
        self._dearest = max(self.model(number).dearest for number in range(len(self)))
        self.ties = ties_between([partial(self.model, number) for number in range(len(self))])
        for number, model in self._models.items():
            model.unplaced = unplaced_of(self.worlds[number], self._dearest)

    def __len__(self) -> int:
        return len(self.worlds)

    def model(self, number: int) -> CompiledModel:
        """What the rules say about one block."""
        if number in self._models:
            return self._models[number]
        model = compile_world(self.worlds[number], self._dearest)
        if sum(kept.cost.size for kept in (*self._models.values(), model)) <= KEPT_OPTIONS:
            self._models[number] = model
        return model

    def where(self, duty: int) -> tuple[int, int]:
        """The block of a duty, and the duty's number there."""
        return int(self._block[duty]), int(self._place[duty])


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
    found = [
        world.block(world.rows[block == n], world.columns[held == n]) for n in range(nowhere + 1)
    ]
    return sorted((each for each in found if each.duties), key=lambda w: -w.duties) or [world]


def _joined(blocks: Blocks) -> list[list[int]] | None:
    """Which blocks to make one, or None if all stay as they are."""
    pairs = [(tie.blocks[0], other) for tie in blocks.ties for other in tie.blocks[1:]]
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    graph = sparse.coo_array(
        (np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(blocks), len(blocks))
    )
    _, label = connected_components(graph, directed=False)
    parts = [np.flatnonzero(label == n).tolist() for n in range(label.max(initial=-1) + 1)]
    must = {n for tie in blocks.ties if tie.asks for n in tie.blocks}
    found = []
    for part in parts:
        small = sum(blocks.worlds[n].duties for n in part) <= LARGEST_JOINED
        found += [part] if small or must & set(part) else [[n] for n in part]
    return found if len(found) < len(blocks) else None


def _together(whole: World, worlds: Iterable[World]) -> World:
    some = list(worlds)
    if len(some) == 1:
        return some[0]
    return whole.block(
        np.sort(np.concatenate([world.rows for world in some])),
        np.unique(np.concatenate([world.columns for world in some])),
    )
