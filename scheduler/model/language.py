"""The small language all rules compile to: forbid, price, bound.

Rows are duties, columns are sessions; an option is a duty at a session.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Points = NDArray[np.signedinteger[Any]]
"""Points for every option, in as few bytes as hold them."""


def narrow(points: IntArray) -> Points:
    """The same points in as few bytes as hold them all: a table of all options is large."""
    most = int(np.abs(points).max(initial=0))
    return points.astype(np.min_scalar_type(-most - 1))


@dataclass(frozen=True)
class GroupBound:
    """A family of group bounds. Duty `duties[i]` belongs to group `groups[i]` (a duty may belong to
    several), session `sessions[j]` touches slot `slots[j]`. For every group g and slot t at most
    `upper[g, t]` and at least `lower[g, t]` chosen options of the group touch the slot; where
    `points` is given, each one too many or too few costs that instead. The limits have one row for
    every group, or one for all.

    With `switch` every group and slot is off, or on: nobody, or at least `lower[g, t]`; where
    `points` is given, each one missing costs that where there is anybody.
    `names` are the names of the groups where other blocks of the company may have the same ones:
    there it is the family of the same rule and `ordinal`, which the compiled model counts, and its
    slots are numbered alike in every block. A group without members is there if it has a name, or
    limits of its own: then nobody keeps a lower limit for it. With `signs` a member at -1 counts
    against the others: no rule says that, it is for programs only (see `pairs`).
    """

    rule: str
    duties: IntArray
    groups: IntArray
    sessions: IntArray
    slots: IntArray
    upper: IntArray
    lower: IntArray | None = None
    switch: bool = False
    points: int | None = None
    names: tuple[Hashable, ...] | None = None
    ordinal: int = 0
    signs: IntArray | None = None
    _made: dict[str, sparse.csr_array] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Numbers of groups and of slots."""
        limits = (
            self.upper if self.lower is None else np.broadcast_arrays(self.upper, self.lower)[0]
        )
        named = 0 if self.names is None else len(self.names)
        return max(int(self.groups.max(initial=-1)) + 1, len(limits), named), limits.shape[1]

    @property
    def known(self) -> bool:
        """Whether any group is there: limits in one row are for all groups there are, without
        names and members for none."""
        limits = (self.upper,) if self.lower is None else (self.upper, self.lower)
        return bool(len(self.duties) or self.names or any(len(each) > 1 for each in limits))

    @cached_property
    def asked(self) -> BoolArray:
        """[group] → whether somebody has to be there, even if it has no members."""
        if self.lower is None or self.switch:
            return np.zeros(self.shape[0], np.bool_)
        return np.broadcast_to((self.lower > 0).any(axis=1), self.shape[0])

    @property
    def asks(self) -> bool:
        """Whether a group's slot must have anybody, if it is on."""
        return self.lower is not None and bool((self.lower > 0).any())

    def limit(self, group: IntArray, slot: IntArray) -> IntArray:
        """The most that some groups' slots may hold."""
        found: IntArray = self.upper[group if self.upper.shape[0] > 1 else 0, slot]
        return found

    def least(self, group: IntArray, slot: IntArray) -> IntArray:
        """The fewest that some groups' slots must hold (where they are on, with `switch`)."""
        if self.lower is None:
            return np.zeros(len(group), np.int64)
        found: IntArray = self.lower[group if self.lower.shape[0] > 1 else 0, slot]
        return found

    def excess(self, use: IntArray) -> int:
        """How many too many or too few `use`, [group, slot], has in all."""
        over = int(np.maximum(use - self.upper, 0).sum())
        if self.lower is None:
            return over
        missing = np.maximum(self.lower - use, 0)
        return over + int(missing.sum(where=use > 0) if self.switch else missing.sum())

    def members(self, duties: int) -> tuple[IntArray, IntArray, IntArray | None]:
        """Who belongs to which group, each once, and their signs."""
        known = self.membership(duties)
        if known.nnz == len(self.duties):
            return self.duties, self.groups, self.signs
        who = np.repeat(np.arange(duties), np.diff(known.indptr))
        signs = None if self.signs is None else known.data.astype(np.int64)
        return who, known.indices.astype(np.int64), signs

    def membership(self, duties: int) -> sparse.csr_array:
        """[duty, group] → 1 where the duty belongs to the group, -1 where it counts against it."""
        if "membership" not in self._made:
            shape = duties, self.shape[0]
            self._made["membership"] = _pairs(self.duties, self.groups, shape, self.signs)
        return self._made["membership"]

    def incidence(self, sessions: int) -> sparse.csr_array:
        """[session, slot] → 1 where the session touches the slot."""
        if "incidence" not in self._made:
            shape = sessions, self.shape[1]
            self._made["incidence"] = _pairs(self.sessions, self.slots, shape)
        return self._made["incidence"]


class Model(Protocol):
    """The small language all rules compile to. `points` None means hard."""

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        """Options (duties × sessions) where `mask` is true are forbidden, or cost `points`."""

    def price(self, rule: str, points: Points) -> None:
        """Choosing option (d, s) costs `points[d, s]`, never negative."""

    def bound(self, bound: GroupBound) -> None:
        """A family of groups may have so many chosen options in their slots."""


def _pairs(
    rows: IntArray, columns: IntArray, shape: tuple[int, int], signs: IntArray | None = None
) -> sparse.csr_array:
    values = np.ones(len(rows), np.float64) if signs is None else signs.astype(np.float64)
    table = sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))
    np.sign(table.data, out=table.data)  # a pair named twice is still one membership
    return table
