"""Switches: sessions that take place with enough people, or not at all.

Where a linear program has fewer people than a switch needs, the emptiest are turned off and it is
solved again, so that the others fill up.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from scheduler.model.compiled import CompiledModel
from scheduler.model.language import BoolArray, FloatArray, GroupBound, IntArray
from scheduler.solving.heuristics.diving import HALF, Again, dive
from scheduler.solving.pricing.column_generation import generate_columns
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.search import Search

_FULL = 1e-6
"""By so little a session may miss what it needs."""


@dataclass(frozen=True)
class SetSwitches:
    """Fixing by switches: of every group bound with hard ones, [group, slot] → whether it is set
    `on`, and whether it is set `off`."""

    free: CompiledModel
    on: list[BoolArray]
    off: list[BoolArray]
    portion: float = HALF

    @classmethod
    def none(cls, model: CompiledModel) -> SetSwitches:
        """No switch is set yet."""
        return cls(model, _none(model), _none(model))

    @property
    def model(self) -> CompiledModel:
        """The model with these switches set."""
        return _set(self.free, self.on, self.off)

    def further(self, master: MasterSolution) -> tuple[SetSwitches, int] | None:
        """The emptiest portion of those with too few, turned off."""
        thin = self._thin(master)
        if not any(some.any() for some in thin):
            return None
        emptiest = _emptiest(self.free, master, thin, self.portion)
        size = sum(int(some.sum()) for some in emptiest)
        return replace(self, off=_either(self.off, emptiest), portion=HALF), size

    def smaller(self) -> SetSwitches:
        """Half as many next time."""
        return replace(self, portion=self.portion / 2)

    def alone(
        self, further: SetSwitches, tried: MasterSolution, master: MasterSolution, again: Again
    ) -> tuple[SetSwitches, MasterSolution]:
        """One that is missed by itself is turned on."""
        missed = [after & ~before for after, before in zip(further.off, self.off, strict=True)]
        turned = replace(self, on=_either(self.on, missed))
        return turned, again(turned.model, master)

    def _thin(self, master: MasterSolution) -> list[BoolArray]:
        """Switches not set yet where somebody is, but not enough."""
        return [
            (use > _FULL) & (use < least - _FULL) & ~on & ~off
            for (least, use), on, off in zip(
                _needs(self.free, master), self.on, self.off, strict=True
            )
        ]


@dataclass(frozen=True)
class NoneOrSome:
    """Strategy: prove of either kind of plan, with nobody in switched sessions and with enough for
    one, what none of both kinds can cost less than."""

    share: float = 0.4
    """Of the time that is left, for each kind."""

    def improve(self, search: Search) -> None:
        """Raise the bound, if there are both kinds."""
        if search.done():
            return
        bounds = [
            generate_columns(
                model,
                search.choice,
                seconds=self.share * search.left(),
                seed=search.seed,
                stop=search.done,
                start=search.master,
                tuning=search.columns,
            ).bound
            for model in none_or_some(search.model, search.master)
        ]
        search.raise_bound(min(bounds, default=search.bound))


def is_hard(bound: GroupBound) -> bool:
    """Whether it is a switch that no plan may leave with too few, and not set yet."""
    return bound.switch and bound.points is None and bound.asks


def decided(model: CompiledModel, master: MasterSolution, again: Again) -> CompiledModel:
    """The model with every hard switch on, or off, as the linear program leans."""
    _, master = dive(SetSwitches.none(model), master, again)
    on = [(use >= least - _FULL) & (least > 0) for least, use in _needs(model, master)]
    return _set(model, on, [~some for some in on])


def none_or_some(model: CompiledModel, master: MasterSolution) -> list[CompiledModel]:
    """Where the linear program has somebody in switched sessions, but in all of them together
    fewer than the smallest needs: the model with nobody there, and the one with so many. Every
    plan is one of either, and the linear program's of neither. Else, nothing."""
    hard = [bound for bound in model.group_bounds if is_hard(bound)]
    if len(hard) != 1 or hard[0].shape[0] != 1 or not len(master.weight):
        return []
    (bound,), ((least, use),) = hard, _needs(model, master)
    needed = int(least.min(initial=np.iinfo(np.int64).max))
    if not _FULL < use.sum() < needed - _FULL:
        return []
    touched = np.unique(bound.sessions)
    some = copy(model)
    together = replace(
        bound,
        sessions=touched,
        slots=np.zeros_like(touched),
        upper=np.array([[model.duties]]),
        lower=np.array([[needed]]),
        switch=False,
    )
    some.group_bounds = [*model.group_bounds, together]
    return [_set(model, _none(model), [np.ones(bound.shape, np.bool_)]), some]


def _none(model: CompiledModel) -> list[BoolArray]:
    return [np.zeros(bound.shape, np.bool_) for bound in model.group_bounds if is_hard(bound)]


def _either(these: Sequence[BoolArray], those: Sequence[BoolArray]) -> list[BoolArray]:
    return [one | other for one, other in zip(these, those, strict=True)]


def _needs(model: CompiledModel, master: MasterSolution) -> list[tuple[IntArray, FloatArray]]:
    """Of every group bound with hard switches, [group, slot]: how many it needs, and has."""
    weight = master.weights()
    needs = []
    for bound in model.group_bounds:
        if is_hard(bound):
            members, incidence = (
                bound.membership(model.duties),
                bound.incidence(model.sessions),
            )
            least = np.broadcast_to(np.asarray(bound.lower), bound.shape)
            needs.append((least, np.asarray(members.T @ (weight @ incidence))))
    return needs


def _emptiest(
    model: CompiledModel, master: MasterSolution, thin: list[BoolArray], portion: float
) -> list[BoolArray]:
    """The emptiest portion of the thin ones, at least one; of those alike, the last."""
    needs = _needs(model, master)
    share = np.concatenate(
        [
            np.where(some, use / np.maximum(least, 1), np.inf).ravel()
            for some, (least, use) in zip(thin, needs, strict=True)
        ]
    )
    count = max(1, int(portion * np.isfinite(share).sum()))
    order = np.lexsort((-np.arange(len(share)), np.round(share, 6)))
    chosen = np.zeros(len(share), np.bool_)
    chosen[order[:count]] = True
    ends = np.cumsum([some.size for some in thin])[:-1]
    return [
        part.reshape(some.shape) for part, some in zip(np.split(chosen, ends), thin, strict=True)
    ]


def _set(model: CompiledModel, on: list[BoolArray], off: list[BoolArray]) -> CompiledModel:
    """The model with some switches on, some off, the others as they were."""
    closed = np.zeros(model.cost.shape, np.bool_)
    group_bounds, asked = [], []
    states = iter(zip(on, off, strict=True))
    for bound in model.group_bounds:
        if not is_hard(bound):
            group_bounds.append(bound)
            continue
        use, shut = next(states)
        least = np.broadcast_to(np.asarray(bound.lower), bound.shape)
        incidence = bound.incidence(model.sessions)
        closed |= bound.membership(model.duties) @ (shut.astype(np.float32) @ incidence.T) > 0
        group_bounds.append(replace(bound, lower=np.where(use | shut, 0, least)))
        asked.append(replace(bound, lower=np.where(use, least, 0), switch=False))
    switched = model.without(closed)
    switched.group_bounds = group_bounds + asked
    return switched
