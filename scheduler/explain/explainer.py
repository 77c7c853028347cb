"""What a run says of its plan: why everybody placed is where they are, and what blocks the rest.

Said of all duties at once, in arrays; the full explanation of one duty stands in `explanations`. It
is stored with the plan and shown to the person, so it names reasons and never another person.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from scheduler.domain.ledger import last_service
from scheduler.domain.plan import Block, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say, say_number
from scheduler.explain.texts import EARLIER, because, occasion
from scheduler.explain.usage import Held, Usage, share_out
from scheduler.model.compiled import NOWHERE, STRUCTURE, CompiledModel
from scheduler.model.language import BoolArray, IntArray
from scheduler.solving.result import Result

AT_ONCE = 1_000
"""So many duties are looked at together."""


class Key(NamedTuple):
    """Why sessions are closed: a rule, and whether all the places are held by people due
    earlier."""

    rule: str
    earlier: bool = False


class Shut(NamedTuple):
    """For some duties, [duty, session]: the sessions that discharge them, and which of those are
    closed, and why."""

    offered: BoolArray
    closed: dict[Key, BoolArray]


class Explainer:
    """Answers about one result. Every session that discharges a duty is closed by a rule, or
    open."""

    def __init__(self, problem: Problem, result: Result) -> None:
        self.problem, self.result = problem, result
        self._because = because(problem.rules)
        self._told: dict[tuple[int, Key], Message] = {}

    @cached_property
    def _usages(self) -> list[Usage]:
        blocks = self.result.blocks
        usages = [
            Usage(world, blocks.model(number).group_bounds, self.result.choice)
            for number, world in enumerate(blocks.worlds)
        ]
        share_out(usages)
        return usages

    def unassigned(self) -> tuple[Unassigned, ...]:
        """Every duty without a session, with the rules that block it, the most blocking first."""
        blocks = {
            int(usage.world.rows[place]): self._blocks(offered, closed)
            for usage, place, (offered, closed), _ in self._asked(placed=False)
        }
        return tuple(
            Unassigned(
                duty_id=self.problem.duties[row].id,
                employee_id=self.problem.duties[row].employee_id,
                due=self.problem.duties[row].due,
                blocks=blocks[row],
            )
            for row in sorted(blocks)
        )

    def why(self) -> dict[str, Message]:
        """For every placed duty: why this person now, and why this date."""
        served = last_service(self.problem.records)
        reasons = {}
        for usage, place, (offered, closed), better in self._asked(placed=True):
            duty = usage.world.duty_list[place]
            reasons[duty.id] = say(
                "{occasion} {dates}",
                occasion=occasion(duty, served.get(duty.employee_id)),
                dates=self._dates(offered, closed, better),
            )
        return {duty.id: reasons[duty.id] for duty in self.problem.duties if duty.id in reasons}

    def _asked(
        self, *, placed: bool
    ) -> Iterator[tuple[Usage, int, tuple[BoolArray, dict[Key, BoolArray]], IntArray]]:
        """Duties with and without a session one by one: what is offered and closed to each, and
        by how many points more it would be dearer in each session."""
        for number, usage in enumerate(self._usages):
            asked = np.flatnonzero((usage.choice != NOWHERE) == placed)
            if not len(asked):
                continue
            model = self.result.blocks.model(number)
            for begin in range(0, len(asked), AT_ONCE):
                places = asked[begin : begin + AT_ONCE]
                offered, closed = self._shut(usage, model, places)
                dearer = _dearer(usage, model, places)
                for n, place in enumerate(places.tolist()):
                    mine = {key: mask[n] for key, mask in closed.items() if mask[n].any()}
                    yield usage, place, (offered[n], mine), dearer[n]

    def _shut(self, usage: Usage, model: CompiledModel, places: IntArray) -> Shut:
        blocked = model.blocked[places]
        closed = {
            rule: mask
            for n, rule in enumerate(model.rules)
            if (mask := (blocked >> n & 1).astype(np.bool_)).any()
        }
        offered = ~closed.pop(STRUCTURE, np.zeros(blocked.shape, np.bool_))
        # By rule: the sessions it closes for nothing but people due earlier.
        early = {rule: ~mask for rule, mask in closed.items()}
        for bound in usage.group_bounds:
            held = usage.held(bound, places)
            if bound.points is not None or not len(held.places):
                continue
            rule, broken = bound.rule, usage.broken(held)
            mask = closed.setdefault(rule, np.zeros(blocked.shape, np.bool_))
            kept = early.setdefault(rule, np.ones(blocked.shape, np.bool_))
            np.logical_or.at(mask, held.places, broken)
            np.logical_and.at(kept, held.places, ~broken | _earlier(usage, held, places))
        return Shut(offered, _parted(offered, closed, early))

    def _blocks(self, offered: BoolArray, closed: dict[Key, BoolArray]) -> tuple[Block, ...]:
        total = int(offered.sum())
        if not total:
            return (Block(rule=STRUCTURE, sessions=0, text=say("No session is on offer.")),)
        rules: dict[str, BoolArray] = {}
        for key, mask in closed.items():
            rules[key.rule] = rules.get(key.rule, np.zeros_like(mask)) | mask
        blocks = [
            Block(
                rule=rule,
                sessions=int(mask.sum()),
                text=say_number(
                    "{closed} of {n} session: {why}.",
                    "{closed} of {n} sessions: {why}.",
                    total,
                    closed=int(mask.sum()),
                    why=self._because[rule],
                ),
            )
            for rule, mask in rules.items()
        ]
        return tuple(sorted(blocks, key=lambda block: -block.sessions))

    def _dates(self, offered: BoolArray, closed: dict[Key, BoolArray], dearer: IntArray) -> Message:
        counted, out = self._counted(offered, closed)
        total, left = int(offered.sum()), int((offered & ~out).sum())
        better = int((offered & ~out & (dearer < 0)).sum())
        if total == 1:
            return say("No other session is on offer.")
        if not counted:
            return say_number(
                "Of the {n} session on offer {best}.",
                "Of the {n} sessions on offer {best}.",
                total,
                best=self._best(better),
            )
        return say_number(
            "Of the {n} session on offer these are not possible: {reasons}. {others}",
            "Of the {n} sessions on offer these are not possible: {reasons}. {others}",
            total,
            reasons=counted,
            others=self._others(left, better),
        )

    def _others(self, left: int, better: int) -> Message:
        """What is said of the sessions that are possible, the person's own among them."""
        if left == 1:
            return say("No other is left.")
        return say_number(
            "Of the other {n} {best}.", "Of the other {n} {best}.", left, best=self._best(better)
        )

    def _counted(
        self, offered: BoolArray, closed: dict[Key, BoolArray]
    ) -> tuple[list[Message], BoolArray]:
        """How many sessions each reason closes, and all that are closed. One that several close
        is counted once, under the strongest."""
        out, counted = np.zeros_like(offered), []
        for key, mask in sorted(closed.items(), key=lambda reason: -int(reason[1].sum())):
            new = int((mask & ~out).sum())
            out = out | mask
            if new:
                counted.append(self._said(new, key))
        return counted, out

    def _said(self, n: int, key: Key) -> Message:
        """So many sessions for this reason; the same is said of many duties."""
        if (n, key) not in self._told:
            why = EARLIER if key.earlier else self._because[key.rule]
            self._told[n, key] = say("{n} because {why}", n=n, why=why)
        return self._told[n, key]

    def _best(self, better: int) -> Message:
        if not better:
            return say("none suits the plan better")
        if self.problem.follows is not None:
            return say("{n} would cost fewer points, but people keep what is published", n=better)
        return say("{n} would suit the plan better: the search ended before that", n=better)


def _earlier(usage: Usage, held: Held, places: IntArray) -> BoolArray:
    """[…, session] → whether all that closes it are places, open to everybody, that people hold
    who are due earlier."""
    shared = usage.shared(held)
    if not shared.any():
        return np.zeros((len(held.places), usage.world.sessions), np.bool_)
    touch = usage.touch(held.bound)
    rows, slots = touch.nonzero()
    latest = np.zeros(held.bound.shape[1], np.int64)
    np.maximum.at(latest, slots, usage.latest_due[rows])
    due = usage.world.due[places[held.places]][:, None]
    cleared = (latest > 0) & (latest < due) & (held.use > 0)
    late = usage.at(held, held.full & ~cleared) | usage.at(held, held.too_few)
    return ~late & ~usage.away_from(held, held.left) & shared[:, None]


def _parted(
    offered: BoolArray, closed: dict[str, BoolArray], early: dict[str, BoolArray]
) -> dict[Key, BoolArray]:
    """What each rule closes, parted by whether only people due earlier are in the way."""
    parted = {}
    # Who serves elsewhere on a day cannot come, whatever else there is to say.
    free = offered & ~closed.get(STRUCTURE, np.zeros_like(offered))
    for rule, mask in closed.items():
        mask &= offered if rule == STRUCTURE else free
        for key, part in ((Key(rule, True), early[rule]), (Key(rule), ~early[rule])):
            if (mine := mask & part).any():
                parted[key] = mine
    return parted


def _dearer(usage: Usage, model: CompiledModel, places: IntArray) -> IntArray:
    """[duty, session] → by how many points the plan would be dearer with the duty there."""
    points = model.cost[places].astype(np.int64)
    for bound in usage.group_bounds:
        if bound.points is not None:
            held = usage.held(bound, places)
            if len(held.places):
                np.add.at(points, held.places, usage.charged(held))
    chosen = usage.choice[places]
    there = np.flatnonzero(chosen != NOWHERE)
    points[there] -= points[there, chosen[there]][:, None]
    return points
