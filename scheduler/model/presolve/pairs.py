"""Two who are somewhere together or not at all, said so that a linear program sees it.

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
from scheduler.model.language import BoolArray, Family, IntArray

_BOTH = 2
"""So many a switch asks for that two can only turn on together."""


def paired(model: CompiledModel) -> CompiledModel:
    """`model` with every switch that asks for both of two as limits on either alone: the same
    legal plans at the same cost; itself where there is none. Families keep their numbers, new
    ones follow."""
    families: list[Family] = []
    alone: list[Family] = []
    for family in model.families:
        found, rest = _without_pairs(model, family)
        families.append(rest)
        alone += found
    if not alone:
        return model
    same = copy(model)
    same.families = families + alone
    return same


def both(model: CompiledModel, options: BoolArray) -> BoolArray:
    """[duty, session] → these options of a model with its pairs as limits, and the same ones of
    who is asked for beside them: one by one they look dear for whom the other one is not there."""
    found = options
    for family in model.families:
        if family.signs is not None:
            members = abs(family.membership(model.duties))
            found = found | (members @ (members.T @ options.astype(np.float32)) > 0)
    return found & model.open


def first_of_pairs(model: CompiledModel, options: BoolArray, few: int) -> BoolArray:
    """These options to begin with, and the same ones of partners; all of those asked for together
    where that is no more than a `few`: whoever moves takes the other one along, and a linear
    program finds out one session after the other what that costs."""
    asked = np.zeros(model.duties, np.bool_)
    for family in model.families:
        if family.signs is not None:
            asked[family.duties] = True
    theirs = model.open & asked[:, None]
    return options | theirs if theirs.sum() <= few else both(model, options)


def with_partners(model: CompiledModel, duties: IntArray) -> IntArray:
    """These duties and those that are asked for beside them: alone they hardly ever move."""
    found = np.zeros(model.duties, np.bool_)
    found[duties] = True
    for family in paired(model).families:
        if family.signs is not None:
            members = abs(family.membership(model.duties))
            found |= members @ (members.T @ found.astype(np.float64)) > 0
    return np.flatnonzero(found)


def _without_pairs(model: CompiledModel, family: Family) -> tuple[list[Family], Family]:
    """The limits on either alone, and what else the family says. A group with a name may have
    members elsewhere."""
    if not family.switch or family.lower is None or family.names is not None:
        return [], family
    least = np.array(np.broadcast_to(family.lower, family.shape))
    if not (least == _BOTH).any():
        return [], family
    found = []
    for sides in _sides(model, family):
        here = (least == _BOTH) & sides.groups[:, None] & sides.slots
        if here.any():
            found.append(_alone(model, family, sides.second, here))
            least[here] = 0
    if least.any():
        return found, replace(family, lower=least)
    return found, replace(family, lower=None, switch=False)


def _alone(model: CompiledModel, family: Family, second: BoolArray, here: BoolArray) -> Family:
    """Of every group and slot that it is about: the first without the second, in a group of twice
    the number, and in the next one the second without the first."""
    mine = np.flatnonzero(here.any(axis=1).take(family.groups))
    duties, groups, second = family.duties[mine], 2 * family.groups[mine], second[mine]
    signs = np.where(second, -1, 1)
    return replace(
        family,
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


def _sides(model: CompiledModel, family: Family) -> Iterator[_Sides]:
    """The groups of two duties; and those whose duties are of two people, as far as some hard
    limit says that nobody is in two places at once."""
    yield _two(family, family.duties, np.ones(family.shape[1], np.bool_))
    for other in model.families:
        if other.points is None and other.signs is None and (other.upper <= 1).any():
            person = _person(model, other)
            slots = _covered(model, family, other)
            if slots.any() and (person >= 0).any():
                own = np.where(person < 0, other.shape[0] + np.arange(model.duties), person)
                yield _two(family, own[family.duties], slots)


def _two(family: Family, who: IntArray, slots: BoolArray) -> _Sides:
    """The groups whose members, of whom member i is `who[i]`, are at most two."""
    first, last = np.full((2, family.shape[0]), -1)
    np.maximum.at(last, family.groups, who)
    first[:] = who.max(initial=0)
    np.minimum.at(first, family.groups, who)
    second = who != first[family.groups]
    many = np.zeros(family.shape[0], np.bool_)
    many[family.groups[second & (who != last[family.groups])]] = True
    return _Sides(~many, second, slots)


def _person(model: CompiledModel, family: Family) -> IntArray:
    """[duty] → the only group of the family that it belongs to, or -1."""
    members = family.membership(model.duties)
    person = np.full(model.duties, -1, np.int64)
    only = np.flatnonzero(np.diff(members.indptr) == 1)
    person[only] = members.indices[members.indptr[only]]
    return person


def _covered(model: CompiledModel, family: Family, other: Family) -> BoolArray:
    """[slot] → whether all its sessions touch some slot in which the other family allows each of
    its groups one."""
    single = (other.upper <= 1).all(axis=0)
    mine = family.incidence(model.sessions)
    common = (mine.T @ other.incidence(model.sessions)).toarray()
    whole = common == np.asarray(mine.sum(axis=0)).reshape(-1)[:, None]
    found: BoolArray = (whole & single).any(axis=1)
    return found
