"""Pair cuts: two who are somewhere together or not at all, said so that a linear program sees it.

A switch that asks for both of two is nothing to a linear program: it is off by as much as it
likes. But where x and y say whether the one and the other are there, whoever is alone is |x - y|:
x - y beyond nothing, and y - x beyond nothing. Those are two upper limits in which the other one
counts against. Said like that every plan costs what it did, and no linear program over the two
of them can be sharper.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import BoolArray, GroupBound, IntArray

_BOTH = 2
"""So many a switch asks for that two can only turn on together."""


def with_pair_cuts(model: CompiledModel) -> CompiledModel:
    """`model` with every switch that asks for both of two as limits on either alone: the same
    legal plans at the same cost; itself where there is none. Group bounds keep their numbers,
    new ones follow."""
    group_bounds: list[GroupBound] = []
    alone: list[GroupBound] = []
    for bound in model.group_bounds:
        limits, rest = _without_pairs(model, bound)
        group_bounds.append(rest)
        alone += limits
    if not alone:
        return model
    same = copy(model)
    same.group_bounds = group_bounds + alone
    return same


def with_partner_options(model: CompiledModel, options: BoolArray) -> BoolArray:
    """[duty, session] → these options of a model with its pairs as limits, and the same ones of
    who is asked for beside them: one by one they look dear for whom the other one is not there."""
    together = options
    for bound in model.group_bounds:
        if bound.signs is not None:
            members = abs(bound.membership(model.duties))
            together = together | (members @ (members.T @ options.astype(np.float32)) > 0)
    return together & model.open


def first_of_pairs(model: CompiledModel, options: BoolArray, few: int) -> BoolArray:
    """These options to begin with, and the same ones of partners; all of those asked for together
    where that is no more than a `few`: whoever moves takes the other one along, and a linear
    program finds out one session after the other what that costs."""
    asked = np.zeros(model.duties, np.bool_)
    for bound in model.group_bounds:
        if bound.signs is not None:
            asked[bound.duties] = True
    theirs = model.open & asked[:, None]
    return options | theirs if theirs.sum() <= few else with_partner_options(model, options)


def with_partners(model: CompiledModel, duties: IntArray) -> IntArray:
    """These duties and those that are asked for beside them: alone they hardly ever move."""
    moving = np.zeros(model.duties, np.bool_)
    moving[duties] = True
    for bound in with_pair_cuts(model).group_bounds:
        if bound.signs is not None:
            members = abs(bound.membership(model.duties))
            moving |= members @ (members.T @ moving.astype(np.float64)) > 0
    return np.flatnonzero(moving)


def _without_pairs(model: CompiledModel, bound: GroupBound) -> tuple[list[GroupBound], GroupBound]:
    """The limits on either alone, and what else the bound says. A group with a name may have
    members elsewhere."""
    if not bound.switch or bound.lower is None or bound.names is not None:
        return [], bound
    least = np.array(np.broadcast_to(bound.lower, bound.shape))
    if not (least == _BOTH).any():
        return [], bound
    limits = []
    for sides in _sides(model, bound):
        here = (least == _BOTH) & sides.groups[:, None] & sides.slots
        if here.any():
            limits.append(_alone(model, bound, sides.second, here))
            least[here] = 0
    if least.any():
        return limits, replace(bound, lower=least)
    return limits, replace(bound, lower=None, switch=False)


def _alone(
    model: CompiledModel, bound: GroupBound, second: BoolArray, here: BoolArray
) -> GroupBound:
    """Of every group and slot that it is about: the first without the second, in a group of twice
    the number, and in the next one the second without the first."""
    mine = np.flatnonzero(here.any(axis=1).take(bound.groups))
    duties, groups, second = bound.duties[mine], 2 * bound.groups[mine], second[mine]
    signs = np.where(second, -1, 1)
    return replace(
        bound,
        duties=np.concatenate([duties, duties]),
        groups=np.concatenate([groups, groups + 1]),
        signs=np.concatenate([signs, -signs]),
        upper=np.where(here, 0, model.duties + 1).repeat(2, axis=0),
        lower=None,
        switch=False,
    )


@dataclass(frozen=True)
class _Sides:
    """Which `groups` are of two, [group]; of their members, [member], who is the `second`; and
    the `slots` where neither can be twice, [slot]."""

    groups: BoolArray
    second: BoolArray
    slots: BoolArray


def _sides(model: CompiledModel, bound: GroupBound) -> Iterator[_Sides]:
    """The groups of two duties; and those whose duties are of two people, as far as some hard
    limit says that nobody is in two places at once."""
    yield _two(bound, bound.duties, np.ones(bound.shape[1], np.bool_))
    for other in model.group_bounds:
        if other.points is None and other.signs is None and (other.upper <= 1).any():
            person = _person(model, other)
            slots = _covered(model, bound, other)
            if slots.any() and (person >= 0).any():
                own = np.where(person < 0, other.shape[0] + np.arange(model.duties), person)
                yield _two(bound, own[bound.duties], slots)


def _two(bound: GroupBound, who: IntArray, slots: BoolArray) -> _Sides:
    """The groups whose members, of whom member i is `who[i]`, are at most two."""
    first, last = np.full((2, bound.shape[0]), -1)
    np.maximum.at(last, bound.groups, who)
    first[:] = who.max(initial=0)
    np.minimum.at(first, bound.groups, who)
    second = who != first[bound.groups]
    many = np.zeros(bound.shape[0], np.bool_)
    many[bound.groups[second & (who != last[bound.groups])]] = True
    return _Sides(~many, second, slots)


def _person(model: CompiledModel, bound: GroupBound) -> IntArray:
    """[duty] → the only group of the bound that it belongs to, or -1."""
    members = bound.membership(model.duties)
    person = np.full(model.duties, -1, np.int64)
    only = np.flatnonzero(np.diff(members.indptr) == 1)
    person[only] = members.indices[members.indptr[only]]
    return person


def _covered(model: CompiledModel, bound: GroupBound, other: GroupBound) -> BoolArray:
    """[slot] → whether all its sessions touch some slot in which the other bound allows each of
    its groups one."""
    single = (other.upper <= 1).all(axis=0)
    mine = bound.incidence(model.sessions)
    common = (mine.T @ other.incidence(model.sessions)).toarray()
    whole = common == np.asarray(mine.sum(axis=0)).reshape(-1)[:, None]
    covered: BoolArray = (whole & single).any(axis=1)
    return covered
