"""Which rows of a group bound some choices count in, as flat arrays."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import GroupBound, IntArray


def touched_rows(
    model: CompiledModel, bound: GroupBound, duty: IntArray, session: IntArray
) -> tuple[IntArray, IntArray]:
    """For choices (duty[k], session[k]) side by side: the row (group × slots + slot) of every
    limit of `bound` that choice k counts in, and k."""
    members, incidence = bound.membership(model.duties), bound.incidence(model.sessions)
    member, touch, choice = touched_entries(members, incidence, duty, session)
    return rows_at(bound, members, incidence, member, touch), choice


def touched_entries(
    members: sparse.csr_array, incidence: sparse.csr_array, duty: IntArray, session: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Every pair of an entry of the duty's row of `members` [duty, group] and one of the session's
    row of `incidence` [session, slot], for choices side by side: the places of both entries among
    the matrices' data, and the choice's number."""
    groups_of, touches = np.diff(members.indptr)[duty], np.diff(incidence.indptr)[session]
    entries = (groups_of * touches).astype(np.int64)
    choice = np.repeat(np.arange(len(duty)), entries)
    within = np.arange(len(choice)) - np.repeat(np.cumsum(entries) - entries, entries)
    width = np.maximum(touches[choice], 1)
    member = members.indptr[duty[choice]] + within // width
    touch = incidence.indptr[session[choice]] + within % width
    return member, touch, choice


def rows_at(
    bound: GroupBound,
    members: sparse.csr_array,
    incidence: sparse.csr_array,
    member: IntArray,
    touch: IntArray,
) -> IntArray:
    """The rows (group × slots + slot) of such pairs of entries."""
    group = members.indices[member].astype(np.int64)
    return group * bound.shape[1] + incidence.indices[touch].astype(np.int64)
