"""Bringing blocks into line: which linking constraints bind, each block's allocation of them, and
sessions for the linked duties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.model.language import IntArray
from scheduler.model.linking import FEW_MEMBERS, Key, LinkingConstraint, linked
from scheduler.solving.decomposition.allocation import Allocation
from scheduler.solving.decomposition.budget import Budget
from scheduler.solving.decomposition.incumbents import Incumbents, whole
from scheduler.solving.decomposition.linking_master import LinkedPrices, LinkingMaster
from scheduler.solving.result import Limits

_LIKELY = 0.5
"""A constraint is likely to bind if its members need so much of its capacity, as a share."""


class Linking:
    """What links the blocks of one run; `fixed` are sessions that were found for linked duties, by
    block, as long as the blocks are to keep to them."""

    def __init__(self, incumbents: Incumbents, budget: Budget, limits: Limits, seed: int) -> None:
        self._incumbents, self._budget = incumbents, budget
        self._limits, self._seed = limits, seed
        self.fixed: dict[int, dict[int, int]] = {}
        self._met: set[Key] = set()

    @property
    def expected(self) -> bool:
        """Whether something links the blocks, as far as that is known before their sources are."""
        specs = self._incumbents.specs
        sources = len(specs) > 1 and any(spec.source for spec in specs)
        return bool(self._incumbents.linking) or sources

    def allocation(self, number: int) -> Allocation | None:
        """A block's allocation by its size for a first plan that breaks no linking constraint. None
        where there is a plan to start from: then that decides."""
        specs = self._incumbents.specs
        if not self.expected or any(spec.warm is not None for spec in specs):
            return None
        ends = np.cumsum([0, *(spec.size for spec in specs)])
        first, last = (ends[number : number + 2] / ends[-1]).tolist()
        hard = frozenset(each.key for each in self._incumbents.linking if each.points is None)
        return Allocation(first, last, None if specs[number].source else hard)

    def linked_blocks(self) -> list[int]:
        """The blocks that binding constraints link."""
        self._find()
        return sorted({number for each in self._binding() for number in each.blocks})

    def linked_duties(self, number: int) -> IntArray | None:
        """Those of a block whose prices are wanted; a source finds them itself."""
        if not self._incumbents.linking:
            return None
        mine = [
            members.duties
            for constraint in self._binding()
            for members in constraint.members
            if members.block == number
        ]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *mine]))

    def settle(self, *, always: bool = False) -> bool:
        """Solve the linking master: the bound that it proves, and sessions for the linked duties
        that keep the constraints. Whether any of them moves. Where the plans are in line already
        these duties stay free, unless they are `always` to be settled."""
        self._find()
        prices = self._prices()
        priced = self._priced(prices)
        if not priced or self._budget.over():
            return False
        solution = LinkingMaster(
            prices,
            priced,
            self._incumbents.choices(),
            self._limits.workers,
            self._seed,
            self._limits.stop,
        ).solve(self._budget.left())
        if solution is None:
            return False
        self._raise(prices, solution.added)
        if not always and not self.fixed and not self._incumbents.broken:
            return False
        self.fixed = solution.sessions
        self._incumbents.stale = {number for number in self.fixed if self._moved(number)}
        return bool(self._incumbents.stale)

    def release(self) -> list[int]:
        """Let the linked duties be free again; the blocks that they are in."""
        released = sorted(self.fixed)
        self.fixed = {}
        return released

    def _find(self) -> None:
        """What links sources is known once all of them were seen."""
        if not self._incumbents.linking:
            self._incumbents.linking = linked(
                replace(group, members=replace(group.members, block=number))
                for number, state in enumerate(self._incumbents.states)
                for group in (() if state is None else state.groups)
            )

    def _binding(self) -> list[LinkingConstraint]:
        """The hard constraints of few duties that bind, or are likely to."""
        states = self._incumbents.states
        choices = self._incumbents.choices() if all(states) else None
        return [
            constraint
            for constraint in self._incumbents.linking
            if _few(constraint)
            and (
                constraint.load > _LIKELY
                or constraint.key in self._met
                or (choices is not None and constraint.over(choices).any())
            )
        ]

    def _prices(self) -> dict[int, LinkedPrices]:
        return {
            number: state.prices
            for number, state in enumerate(self._incumbents.states)
            if state is not None and state.prices is not None
        }

    def _priced(self, prices: dict[int, LinkedPrices]) -> list[LinkingConstraint]:
        """The binding constraints of whose duties all have prices."""
        binding = self._binding()
        self._met |= {constraint.key for constraint in binding}
        return [
            constraint
            for constraint in binding
            if all(
                members.block in prices
                and np.isin(members.duties, prices[members.block].duties).all()
                for members in constraint.members
            )
        ]

    def _raise(self, prices: dict[int, LinkedPrices], added: float) -> None:
        """Linked duties add so much to the bounds of their blocks at least."""
        bounds = enumerate(self._incumbents.bounds)
        alone = sum(prices[n].bound if n in prices else whole(bound) for n, bound in bounds)
        self._incumbents.joint_bound = max(self._incumbents.joint_bound, alone + added)

    def _moved(self, number: int) -> bool:
        """Whether a block's plan has a fixed duty elsewhere."""
        state = self._incumbents.states[number]
        return state is None or any(
            state.choice[duty] != session for duty, session in self.fixed[number].items()
        )


def _few(constraint: LinkingConstraint) -> bool:
    """Whether it is hard and has few members: executives, or a pair."""
    members = sum(len(mine.duties) for mine in constraint.members)
    return constraint.points is None and members <= FEW_MEMBERS
