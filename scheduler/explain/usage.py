"""How a plan stands in one block of its problem: what its groups hold, and what becomes of every
bound if one duty moves while all others stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from scheduler.domain.ledger import Duty
from scheduler.model.compiled import NOWHERE
from scheduler.model.language import BoolArray, GroupBound, IntArray
from scheduler.model.world import World

BoundKey = tuple[str, int]
"""The rule and ordinal of a group bound: the same in every block."""
Elsewhere = Mapping[BoundKey, Mapping[Hashable, IntArray]]
"""[slot] → how many of a named group other blocks have there, where they have any of it."""


@dataclass(frozen=True)
class Held:
    """What the groups of some duties hold: side by side a duty's place in the question, one of
    its groups, [slot] → the group's use, and whether the duty itself is one of them."""

    bound: GroupBound
    places: IntArray
    groups: IntArray
    use: IntArray
    own: BoolArray

    @cached_property
    def _others(self) -> IntArray:
        others: IntArray = self.use - self.own
        return others

    def _over(self, use: IntArray) -> IntArray:
        over: IntArray = np.maximum(use - self._limits(self.bound.upper), 0)
        return over

    def _missing(self, use: IntArray) -> IntArray:
        if self.bound.lower is None:
            return np.zeros_like(use)
        missing = np.maximum(self._limits(self.bound.lower) - use, 0)
        return np.where(use > 0, missing, 0) if self.bound.switch else missing

    def _limits(self, table: IntArray) -> IntArray:
        rows: IntArray = table[self.groups] if len(table) > 1 else table
        return rows

    @cached_property
    def full(self) -> BoolArray:
        """[…, slot] → whether the group is over its limit, or further over it, with the duty."""
        return self._over(self._others + 1) > self._over(self.use)

    @cached_property
    def too_few(self) -> BoolArray:
        """[…, slot] → whether the group is below its limit, or further, with the duty."""
        return self._missing(self._others + 1) > self._missing(self.use)

    @cached_property
    def left(self) -> BoolArray:
        """[…, slot] → whether the group is below its limit, or further, without the duty."""
        return self._missing(self._others) > self._missing(self.use)

    @cached_property
    def extra(self) -> IntArray:
        """[…, slot] → how many more are too many or too few with the duty than without it."""
        alone, joined = self._others, self._others + 1
        more = self._over(joined) + self._missing(joined)
        return more - self._over(alone) - self._missing(alone)

    def limit(self, which: int, slot: int) -> int:
        """The most that the group of one entry may have in a slot."""
        return int(self.bound.limit(self.groups[[which]], np.array([slot]))[0])


class Usage:
    """One block: its duties and sessions by number, the bounds upon them, and where each is."""

    def __init__(self, world: World, group_bounds: Sequence[GroupBound], choice: IntArray) -> None:
        """`choice` has a session of the problem, or NOWHERE, for every duty of the problem."""
        self.world, self.group_bounds = world, tuple(group_bounds)
        inside = np.full(len(world.problem.sessions) + 1, NOWHERE, np.int64)
        inside[world.columns] = np.arange(world.sessions)
        self.choice: IntArray = inside[choice[world.rows]]
        """[duty] → its session in the numbers of the block."""
        self.elsewhere: Elsewhere = {}
        self._uses: dict[int, sparse.csr_array] = {}

    def touch(self, bound: GroupBound) -> sparse.csr_array:
        """[session, slot] → 1 where the session touches the slot."""
        return bound.incidence(self.world.sessions)

    def use(self, bound: GroupBound, groups: IntArray) -> IntArray:
        """[group, slot] → how many of some groups the plan has in the slot, in all blocks."""
        if id(bound) not in self._uses:
            placed = np.flatnonzero(self.choice != NOWHERE)
            members = bound.membership(self.world.duties)[placed]
            self._uses[id(bound)] = sparse.csr_array(
                members.T @ self.touch(bound)[self.choice[placed]]
            )
        counts = np.asarray(self._uses[id(bound)][groups].toarray()).round().astype(np.int64)
        abroad = self.elsewhere.get((bound.rule, bound.ordinal))
        if abroad and bound.names is not None:
            for n, group in enumerate(groups.tolist()):
                if (more := abroad.get(bound.names[group])) is not None:
                    counts[n] += more
        return counts

    def held(self, bound: GroupBound, places: IntArray) -> Held:
        """What the groups of some duties hold."""
        number = np.full(self.world.duties, NOWHERE, np.int64)
        number[places] = np.arange(len(places))
        mine = np.flatnonzero(number[bound.duties] != NOWHERE)
        pairs = np.stack([number[bound.duties[mine]], bound.groups[mine]], axis=1)
        asked, groups = np.unique(pairs, axis=0).T
        distinct, which = np.unique(groups, return_inverse=True)
        chosen = self.choice[places[asked]]
        own = np.zeros((len(asked), bound.shape[1]), np.bool_)
        there = np.flatnonzero(chosen != NOWHERE)
        own[there] = self.touch(bound)[chosen[there]].toarray() > 0
        return Held(bound, asked, groups, self.use(bound, distinct)[which], own)

    def at(self, held: Held, slots: BoolArray) -> BoolArray:
        """From […, slot] to […, session]: the sessions that touch any of those slots."""
        return (self.touch(held.bound) @ slots.T.astype(np.float32)).T > 0

    def away_from(self, held: Held, slots: BoolArray) -> BoolArray:
        """From […, slot] to […, session]: the sessions that do not touch all of those slots."""
        touched = (self.touch(held.bound) @ slots.T.astype(np.float32)).T
        return np.asarray(touched.round() < slots.sum(axis=1)[:, None])

    def broken(self, held: Held) -> BoolArray:
        """[…, session] → whether the bound's limits are broken further there than now."""
        return self.at(held, held.full | held.too_few) | self.away_from(held, held.left)

    def charged(self, held: Held) -> IntArray:
        """[…, session] → the points that a soft bound charges for being there, not nowhere."""
        extra = (self.touch(held.bound) @ held.extra.T.astype(np.float64)).T
        return extra.round().astype(np.int64) * (held.bound.points or 0)

    def shared(self, held: Held) -> BoolArray:
        """[…] → whether the group is everybody of the block."""
        sizes = np.bincount(held.bound.groups, minlength=held.bound.shape[0])
        return np.asarray(sizes[held.groups] >= self.world.duties)

    @cached_property
    def latest_due(self) -> IntArray:
        """[session] → the latest due date of those who are there, 0 for nobody."""
        latest = np.zeros(self.world.sessions, np.int64)
        placed = self.choice != NOWHERE
        np.maximum.at(latest, self.choice[placed], self.world.due[placed])
        return latest

    @cached_property
    def _present(self) -> tuple[IntArray, IntArray]:
        order = np.argsort(self.choice, kind="stable")
        return order, np.searchsorted(self.choice[order], np.arange(self.world.sessions + 1))

    def present(self, sessions: IntArray) -> IntArray:
        """The duties that are in some sessions."""
        order, begin = self._present
        parts = [order[begin[n] : begin[n + 1]] for n in sessions.tolist()]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def members(self, bound: GroupBound, group: int) -> GroupMembers:
        """A group of a bound, and where its duties are."""
        return GroupMembers(self, bound, group)

    def group_of(self, key: BoundKey, name: Hashable) -> tuple[GroupBound, int] | None:
        """The bound of this key and its group of this name; None where there is none."""
        for bound in self.group_bounds:
            if (bound.rule, bound.ordinal) == key and bound.names and name in bound.names:
                return bound, bound.names.index(name)
        return None


class GroupMembers:
    """A group of a bound in one block, and where its duties are."""

    def __init__(self, usage: Usage, bound: GroupBound, group: int) -> None:
        self._usage = usage
        self._touch = usage.touch(bound)
        self._touching = self._touch.tocsc()
        self._in = np.zeros(usage.world.duties, np.bool_)
        self._in[bound.duties[bound.groups == group]] = True

    def touched(self, session: int) -> IntArray:
        """The slots that a session touches."""
        return _listed(self._touch, session)

    def there(self, slots: IntArray) -> Iterator[Duty]:
        """The duties of the group that are in sessions touching any of some slots."""
        touching = {n for slot in slots.tolist() for n in _listed(self._touching, slot).tolist()}
        present = self._usage.present(np.array(sorted(touching), np.int64))
        for place in present[self._in[present]].tolist():
            yield self._usage.world.duty_list[place]


def _listed(table: sparse.csr_array | sparse.csc_array, line: int) -> IntArray:
    """Where a row of the one, or a column of the other, is not 0."""
    places = table.indices[table.indptr[line] : table.indptr[line + 1]]
    return np.asarray(places, np.int64)


def share_out(usages: Sequence[Usage]) -> None:
    """Tell every block what the other blocks have of the groups they share."""
    if len(usages) < 2:
        return
    times = Counter(
        ((bound.rule, bound.ordinal), name)
        for usage in usages
        for bound in usage.group_bounds
        for name in bound.names or ()
    )
    shared = {each for each, n in times.items() if n > 1}
    parts = [_of_shared(usage, shared) for usage in usages]
    for number, usage in enumerate(usages):
        elsewhere: dict[BoundKey, dict[Hashable, IntArray]] = {}
        for other, part in enumerate(parts):
            for (key, name), use in part.items():
                if other != number:
                    group = elsewhere.setdefault(key, {})
                    group[name] = group[name] + use if name in group else use
        usage.elsewhere = elsewhere


def _of_shared(
    usage: Usage, shared: set[tuple[BoundKey, Hashable]]
) -> dict[tuple[BoundKey, Hashable], IntArray]:
    """[slot] → what one block has of each shared group."""
    shares = {}
    for bound in usage.group_bounds:
        key = bound.rule, bound.ordinal
        names = bound.names or ()
        groups = [group for group, name in enumerate(names) if (key, name) in shared]
        if groups:
            use = usage.use(bound, np.array(groups, np.int64))
            shares.update({(key, names[g]): use[n] for n, g in enumerate(groups)})
    return shares
