"""Linking constraints: groups with members in several blocks, and whom to move where plans made
block by block break them.

Without them every block does as well as it can; the sum of the blocks' bounds holds with them, too.
Where the blocks' plans together break a linking constraint, the members of that group are placed
anew, in all blocks at once, while everybody else stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import BoolArray, GroupBound, IntArray

AT_A_TIME = 8
"""Blocks in which others make room for linked duties without a place."""
FEW_MEMBERS = 3_000
"""So many members of a linked group are all placed anew; of a larger one only those in the way."""

Key: TypeAlias = tuple[str, int, object]
"""A group by name: the rule, which of its bounds, and the name."""


@dataclass(frozen=True)
class Members:
    """Those of a linked group in one block: their duties there, and [session, slot] what a session
    touches."""

    block: int
    duties: IntArray
    incidence: sparse.csr_array

    def use(self, choice: IntArray) -> IntArray:
        """[slot] → how many of them are there."""
        chosen = choice[self.duties]
        counts = np.bincount(chosen[chosen != NOWHERE], minlength=self.incidence.shape[0])
        used: IntArray = np.rint(self.incidence.T @ counts).astype(np.int64)
        return used

    @property
    def need(self) -> int:
        """Slots that all of them touch together at least."""
        touches = np.diff(self.incidence.indptr)
        return len(self.duties) * int(min(touches[touches > 0], default=0))

    def waits(self, choice: IntArray) -> bool:
        """Whether one of them has no place."""
        return bool((choice[self.duties] == NOWHERE).any())


@dataclass(frozen=True)
class LinkingConstraint:
    """A group with members in several blocks whose bound they could break together. `upper` is
    by slot; `points` for each one too many, None where the bound is hard; `asks` if there is a
    lower limit."""

    key: Key
    members: tuple[Members, ...]
    upper: IntArray
    points: int | None
    asks: bool

    @property
    def blocks(self) -> tuple[int, ...]:
        """The blocks that it links."""
        return tuple(mine.block for mine in self.members)

    def use(self, choices: Sequence[IntArray]) -> IntArray:
        """[slot] → how many of the group are there, in all blocks."""
        used: IntArray = sum(
            (mine.use(choices[mine.block]) for mine in self.members), np.zeros_like(self.upper)
        )
        return used

    @property
    def load(self) -> float:
        """How much of its capacity its members need at least, as a share."""
        needed = sum(mine.need for mine in self.members)
        touched = np.sum([np.diff(m.incidence.tocsc().indptr) > 0 for m in self.members], axis=0)
        return float(needed / max(1, self.upper[touched > 0].sum()))

    def over(self, choices: Sequence[IntArray]) -> IntArray:
        """[slot] → how many too many the blocks have together."""
        excess: IntArray = np.maximum(self.use(choices) - self.upper, 0)
        return excess

    def more(self, choices: Sequence[IntArray]) -> int:
        """How many too many there are together beyond what the blocks count themselves."""
        alone = sum(
            int(np.maximum(mine.use(choices[mine.block]) - self.upper, 0).sum())
            for mine in self.members
        )
        return int(self.over(choices).sum()) - alone


def linking_constraints(
    models: Sequence[Callable[[], CompiledModel]],
) -> tuple[LinkingConstraint, ...]:
    """The linking constraints of some blocks, whose models are made when asked for."""
    homes: dict[Key, list[int]] = {}
    for number, model in enumerate(models):
        for bound in _named(model()):
            for key in keys_of(bound).values():
                homes.setdefault(key, []).append(number)
    shared = {key: blocks for key, blocks in homes.items() if len(blocks) > 1}
    if not shared:
        return ()
    return linked(
        group
        for number in sorted({n for blocks in shared.values() for n in blocks})
        for group in groups_in(number, models[number](), shared.__contains__)
    )


def linked(groups: Iterable[GroupInBlock]) -> tuple[LinkingConstraint, ...]:
    """The groups whose bounds several blocks could break together."""
    by_key: dict[Key, list[GroupInBlock]] = {}
    for group in groups:
        by_key.setdefault(group.key, []).append(group)
    return tuple(_constraint(several) for several in by_key.values() if _bind(several))


@dataclass(frozen=True)
class GroupInBlock:
    """A group as far as it is in one block: its members, the limits, and how many could reach each
    slot."""

    key: Key
    members: Members
    upper: IntArray
    points: int | None
    asks: bool
    reach: IntArray


def _named(model: CompiledModel) -> list[GroupBound]:
    return [bound for bound in model.group_bounds if bound.names is not None]


def keys_of(bound: GroupBound) -> dict[int, Key]:
    """The key of every group that has members here, or needs some from wherever."""
    names = bound.names or ()
    return {
        group: (bound.rule, bound.ordinal, names[group])
        for group in np.union1d(bound.groups, np.flatnonzero(bound.asked)).tolist()
    }


def groups_in(
    number: int, model: CompiledModel, wanted: Callable[[Key], bool]
) -> Iterable[GroupInBlock]:
    """All named groups that are wanted, as far as they are in this block."""
    for bound in _named(model):
        keys = {group: key for group, key in keys_of(bound).items() if wanted(key)}
        if not keys:
            continue
        incidence = bound.incidence(model.sessions)
        reached = model.open.astype(np.float32) @ incidence.toarray().astype(np.float32) > 0
        for group, key in keys.items():
            duties = bound.duties[bound.groups == group]
            yield GroupInBlock(
                key=key,
                members=Members(number, duties, incidence),
                points=bound.points,
                asks=bound.lower is not None,
                upper=bound.upper[group if len(bound.upper) > 1 else 0],
                reach=reached[duties].sum(axis=0),
            )


def _bind(groups: Sequence[GroupInBlock]) -> bool:
    """Whether the blocks could break the bound together."""
    if len(groups) < 2:
        return False
    reach = np.sum([group.reach for group in groups], axis=0)
    return bool((reach > groups[0].upper).any()) or groups[0].asks


def _constraint(groups: Sequence[GroupInBlock]) -> LinkingConstraint:
    first = groups[0]
    return LinkingConstraint(
        key=first.key,
        members=tuple(group.members for group in groups),
        upper=first.upper.astype(np.int64),
        points=first.points,
        asks=first.asks,
    )


def free_duties(
    linking: Sequence[LinkingConstraint],
    choices: Sequence[IntArray],
    turn: int = 0,
    few_members: int = FEW_MEMBERS,
) -> dict[int, IntArray]:
    """The duties of every block that are placed anew to bring the blocks into line: of a broken
    constraint all members if they are few, or else those where it is broken and those without a
    place. In later turns, of some blocks at a time, also where somebody has no place."""
    free: dict[int, IntArray] = {}
    for constraint in linking:
        over = constraint.over(choices) > 0
        waiting = [mine.block for mine in constraint.members if mine.waits(choices[mine.block])]
        if constraint.points is not None or not (over.any() or (turn and waiting)):
            continue
        few = sum(len(mine.duties) for mine in constraint.members) <= few_members
        chosen = {
            waiting[(turn * AT_A_TIME + n) % len(waiting)] for n in range(AT_A_TIME * bool(waiting))
        }
        for mine in constraint.members:
            if turn and not over.any() and mine.block not in chosen:
                continue
            choice = choices[mine.block]
            movable = mine.duties if few else mine.duties[_touching(mine, choice, over)]
            free[mine.block] = np.union1d(free.get(mine.block, movable[:0]), movable)
    return {block: duties for block, duties in free.items() if len(duties)}


def excess(
    linking: Sequence[LinkingConstraint], choices: Sequence[IntArray]
) -> dict[int, IntArray]:
    """Duties of every block without which no constraint is broken, the last ones first."""
    left = [choice.copy() for choice in choices]
    excessive: dict[int, list[int]] = {}
    for constraint in linking:
        for slot in np.flatnonzero(constraint.over(left)).tolist():
            here = np.arange(len(constraint.upper)) == slot
            for mine in reversed(constraint.members):
                over = int(constraint.over(left)[slot])
                choice = left[mine.block]
                there = mine.duties[
                    _touching(mine, choice, here) & (choice[mine.duties] != NOWHERE)
                ]
                gone = there[len(there) - over :] if over < len(there) else there
                if over and len(gone):
                    choice[gone] = NOWHERE
                    excessive.setdefault(mine.block, []).extend(gone.tolist())
    return {block: np.unique(duties) for block, duties in excessive.items()}


def _touching(mine: Members, choice: IntArray, slots: BoolArray) -> BoolArray:
    """[member] → whether they are in one of the slots, or nowhere."""
    chosen = choice[mine.duties]
    touched = mine.incidence @ slots.astype(np.float64) > 0
    concerned: BoolArray = (chosen == NOWHERE) | touched[np.maximum(chosen, 0)]
    return concerned
