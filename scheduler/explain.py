"""Why a duty is where it is, and what keeps another from any date.

Both accounts read the compiled model and the room the plan leaves. What is told to a person
names reasons, never another person.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from scheduler.domain.ledger import last_service
from scheduler.domain.plan import Block, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.rules import in_force
from scheduler.rules.base import BoolArray, IntArray
from scheduler.solving.compiled import NOWHERE, STRUCTURE
from scheduler.solving.result import Result
from scheduler.solving.room import Room


class Explainer:
    """Answers about one result. Every session that discharges a duty is accounted for: blocked
    by a rule, without room under a rule, or open."""

    def __init__(self, problem: Problem, result: Result) -> None:
        self.problem, self.result = problem, result
        self._because = {rule.key: rule.because() for rule in in_force(problem.rules)}
        self._because[STRUCTURE] = say("you serve elsewhere then")
        self._rooms: dict[int, Room] = {}

    def _room(self, number: int) -> Room:
        """The room that the plan leaves in one block."""
        if number not in self._rooms:
            world = self.result.blocks.worlds[number]
            room = Room(self.result.blocks.model(number))
            room.take_all(self._inside(number)[self.result.choice[world.rows]])
            self._rooms[number] = room
        return self._rooms[number]

    def _inside(self, number: int) -> IntArray:
        """[session of the problem] → its number in the block; the last entry is for nowhere."""
        world = self.result.blocks.worlds[number]
        found = np.full(len(self.problem.sessions) + 1, NOWHERE, np.int64)
        found[world.columns] = np.arange(world.sessions)
        return found

    @cached_property
    def _last_served(self) -> dict[str, str]:
        return {who: day.isoformat() for who, day in last_service(self.problem.records).items()}

    def unassigned(self) -> tuple[Unassigned, ...]:
        """Every duty without a session, with the rules that block it, the most blocking first."""
        return tuple(
            Unassigned(
                duty_id=duty.id,
                employee_id=duty.employee_id,
                due=duty.due,
                blocks=self._blocks(row),
            )
            for row, duty in enumerate(self.problem.duties)
            if self.result.choice[row] == NOWHERE
        )

    def why(self) -> dict[str, Message]:
        """For every placed duty: why this person now, and why this date."""
        return {
            self.problem.duties[row].id: self._why(row)
            for row in np.flatnonzero(self.result.choice != NOWHERE).tolist()
        }

    def account(self, duty_id: str) -> dict[str, tuple[str, ...]]:
        """For every session that discharges the duty, by key: the rules that keep the duty from
        it as the rest of the plan stands. None where it is open."""
        row = next(n for n, duty in enumerate(self.problem.duties) if duty.id == duty_id)
        offered, reasons = self._without(row)
        return {
            self.problem.sessions[n].key: tuple(rule for rule, mask in reasons.items() if mask[n])
            for n in np.flatnonzero(offered).tolist()
        }

    def _without(self, row: int) -> tuple[BoolArray, dict[str, BoolArray]]:
        """The reasons for a duty while its own seat, if it has one, is free."""
        number, place = self.result.blocks.where(row)
        session = int(self._inside(number)[self.result.choice[row]])
        if session == NOWHERE:
            return self._reasons(row)
        self._room(number).give_back(place, session)
        reasons = self._reasons(row)
        self._room(number).take(place, session)
        return reasons

    def _reasons(self, row: int) -> tuple[BoolArray, dict[str, BoolArray]]:
        """Which sessions of the problem discharge the duty, and which of them each rule takes
        away."""
        number, place = self.result.blocks.where(row)
        world, model = self.result.blocks.worlds[number], self.result.blocks.model(number)
        blocked = model.blocked_by(place)
        offered = ~blocked.pop(STRUCTURE, np.zeros(model.sessions, np.bool_))
        for rule, mask in self._room(number).full(place).items():
            blocked[rule] = blocked.get(rule, np.zeros_like(mask)) | mask

        def everywhere(mask: BoolArray) -> BoolArray:
            found = np.zeros(len(self.problem.sessions), np.bool_)
            found[world.columns[mask]] = True
            return found

        return everywhere(offered), {
            rule: everywhere(mask & offered)
            for rule, mask in blocked.items()
            if (mask & offered).any()
        }

    def _blocks(self, row: int) -> tuple[Block, ...]:
        offered, reasons = self._reasons(row)
        total = int(offered.sum())
        if not total:
            return (Block(rule=STRUCTURE, sessions=0, text=say("No session is on offer.")),)
        blocks = [
            Block(
                rule=rule,
                sessions=int(mask.sum()),
                text=say(
                    "{n} of {total} sessions: {why}.",
                    n=int(mask.sum()),
                    total=total,
                    why=self._because[rule],
                ),
            )
            for rule, mask in reasons.items()
        ]
        return tuple(sorted(blocks, key=lambda block: -block.sessions))

    def _why(self, row: int) -> Message:
        offered, reasons = self._without(row)
        out = np.zeros_like(offered)
        counted = []
        for rule, mask in sorted(reasons.items(), key=lambda reason: -int(reason[1].sum())):
            # A session that several rules take away is counted once, under the strongest.
            new = int((mask & ~out).sum())
            out |= mask
            if new:
                counted.append(say("{n} because {why}", n=new, why=self._because[rule]))
        return say(
            "{occasion} {dates}",
            occasion=self._occasion(row),
            dates=self._dates(int(offered.sum()), counted, int((offered & ~out).sum())),
        )

    def _occasion(self, row: int) -> Message:
        duty = self.problem.duties[row]
        if (last := self._last_served.get(duty.employee_id)) is not None:
            return say(
                "Your last service was on {last}, so the next is due by {due}.",
                last=last,
                due=duty.due,
            )
        return say("You have not served yet; your first service is due by {due}.", due=duty.due)

    def _dates(self, total: int, counted: list[Message], left: int) -> Message:
        if not counted:
            return say("Of the {total} sessions on offer this one suits best.", total=total)
        return say(
            "Of the {total} sessions on offer these are not possible: {reasons}. Of the other "
            "{left} this one suits best.",
            total=total,
            reasons=counted,
            left=left,
        )
