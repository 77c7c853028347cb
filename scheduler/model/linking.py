"""What ties blocks together: groups with members in several of them, and how plans made apart are
brought into line.

Without the ties every block does as well as it can; the sum of their bounds holds with the ties,
too. Where the blocks' plans together break a tied bound, the members of that group are placed
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
"""Blocks in which others make room for tied ones without a place."""
FEW_MEMBERS = 3_000
"""So many members of a tied group are all placed anew; of a larger one only those in the way."""

Key: TypeAlias = tuple[str, int, object]
"""A group by name: the rule, which of its bounds, and the name."""


@dataclass(frozen=True)
class Members:
    """Those of a tied group in one block: their duties there, and [session, slot] what a session
    touches."""

    block: int
    duties: IntArray
    incidence: sparse.csr_array

    def use(self, choice: IntArray) -> IntArray:
        """[slot] → how many of them are there."""
        chosen = choice[self.duties]
        counts = np.bincount(chosen[chosen != NOWHERE], minlength=self.incidence.shape[0])
        found: IntArray = np.rint(self.incidence.T @ counts).astype(np.int64)
        return found

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
        """The blocks that it ties together."""
        return tuple(mine.block for mine in self.members)

    def use(self, choices: Sequence[IntArray]) -> IntArray:
        """[slot] → how many of the group are there, in all blocks."""
        found: IntArray = sum(
            (mine.use(choices[mine.block]) for mine in self.members), np.zeros_like(self.upper)
        )
        return found

    @property
    def load(self) -> float:
        """How much of the room there is its members need at least, as a share."""
        needed = sum(mine.need for mine in self.members)
        touched = np.sum([np.diff(m.incidence.tocsc().indptr) > 0 for m in self.members], axis=0)
        return float(needed / max(1, self.upper[touched > 0].sum()))

    def over(self, choices: Sequence[IntArray]) -> IntArray:
        """[slot] → how many too many the blocks have together."""
        found: IntArray = np.maximum(self.use(choices) - self.upper, 0)
        return found

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
    """The ties of some blocks, whose models are made when asked for."""
    homes: dict[Key, list[int]] = {}
    for number, model in enumerate(models):
        for bound in _named(model()):
            for key in keys_of(bound).values():
                homes.setdefault(key, []).append(number)
    shared = {key: blocks for key, blocks in homes.items() if len(blocks) > 1}
    if not shared:
        return ()
    return tied(
        share
        for number in sorted({n for blocks in shared.values() for n in blocks})
        for share in shares_of(number, models[number](), shared.__contains__)
    )


def tied(shares: Iterable[Share]) -> tuple[LinkingConstraint, ...]:
    """The groups whose bounds several blocks could break together."""
    found: dict[Key, list[Share]] = {}
    for share in shares:
        found.setdefault(share.key, []).append(share)
    return tuple(_tie(several) for several in found.values() if _bind(several))


@dataclass(frozen=True)
class Share:
    """One block's part of a group: its members, the limits, and how many could reach each slot."""

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


def shares_of(number: int, model: CompiledModel, wanted: Callable[[Key], bool]) -> Iterable[Share]:
    """The block's part of all named groups that are wanted."""
    for bound in _named(model):
        keys = {group: key for group, key in keys_of(bound).items() if wanted(key)}
        if not keys:
            continue
        incidence = bound.incidence(model.sessions)
        reached = model.open.astype(np.float32) @ incidence.toarray().astype(np.float32) > 0
        for group, key in keys.items():
            duties = bound.duties[bound.groups == group]
            yield Share(
                key=key,
                members=Members(number, duties, incidence),
                points=bound.points,
                asks=bound.lower is not None,
                upper=bound.upper[group if len(bound.upper) > 1 else 0],
                reach=reached[duties].sum(axis=0),
            )


def _bind(shares: Sequence[Share]) -> bool:
    """Whether the blocks could break the bound together."""
    if len(shares) < 2:
        return False
    reach = np.sum([share.reach for share in shares], axis=0)
    return bool((reach > shares[0].upper).any()) or shares[0].asks


def _tie(shares: Sequence[Share]) -> LinkingConstraint:
    first = shares[0]
    return LinkingConstraint(
        key=first.key,
        members=tuple(share.members for share in shares),
        upper=first.upper.astype(np.int64),
        points=first.points,
        asks=first.asks,
    )


def loosened(
    ties: Sequence[LinkingConstraint], choices: Sequence[IntArray], turn: int = 0
) -> dict[int, IntArray]:
    """The duties of every block that are placed anew to bring the blocks into line: of a broken
    tie all members if they are few, or else those where it is broken and those without a place.
    In later turns, of some blocks at a time, also where somebody has no place."""
    found: dict[int, IntArray] = {}
    for tie in ties:
        over = tie.over(choices) > 0
        waiting = [mine.block for mine in tie.members if mine.waits(choices[mine.block])]
        if tie.points is not None or not (over.any() or (turn and waiting)):
            continue
        few = sum(len(mine.duties) for mine in tie.members) <= FEW_MEMBERS
        chosen = {
            waiting[(turn * AT_A_TIME + n) % len(waiting)] for n in range(AT_A_TIME * bool(waiting))
        }
        for mine in tie.members:
            if turn and not over.any() and mine.block not in chosen:
                continue
            choice = choices[mine.block]
            movable = mine.duties if few else mine.duties[_touching(mine, choice, over)]
            found[mine.block] = np.union1d(found.get(mine.block, movable[:0]), movable)
    return {block: duties for block, duties in found.items() if len(duties)}


def excess(ties: Sequence[LinkingConstraint], choices: Sequence[IntArray]) -> dict[int, IntArray]:
    """Duties of every block without which no tie is broken, the last ones first."""
    left = [choice.copy() for choice in choices]
    found: dict[int, list[int]] = {}
    for tie in ties:
        for slot in np.flatnonzero(tie.over(left)).tolist():
            here = np.arange(len(tie.upper)) == slot
            for mine in reversed(tie.members):
                over = int(tie.over(left)[slot])
                choice = left[mine.block]
                there = mine.duties[
                    _touching(mine, choice, here) & (choice[mine.duties] != NOWHERE)
                ]
                gone = there[len(there) - over :] if over < len(there) else there
                if over and len(gone):
                    choice[gone] = NOWHERE
                    found.setdefault(mine.block, []).extend(gone.tolist())
    return {block: np.unique(duties) for block, duties in found.items()}


def _touching(mine: Members, choice: IntArray, slots: BoolArray) -> BoolArray:
    """[member] → whether they are in one of the slots, or nowhere."""
    chosen = choice[mine.duties]
    touched = mine.incidence @ slots.astype(np.float64) > 0
    found: BoolArray = (chosen == NOWHERE) | touched[np.maximum(chosen, 0)]
    return found
