"""No more people than seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Self

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Channel, ServiceCentre, Session
from scheduler.domain.words import Message, say, say_number
from scheduler.model.language import GroupBound, IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.case import Case, ChangeSearch
from scheduler.rules.base.change import Changes, ProblemChange, replaced
from scheduler.rules.base.costs import DAILY_SEAT, SEAT
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, Ties

Slot = tuple[str, date, Channel | None]
"""A centre on one day, all its guests or those on one channel."""


class MoreSeats(ProblemChange):
    """One session takes more people."""

    session: str
    more: int = Field(1, ge=1)

    @property
    def loosens(self) -> str:
        return "seats"

    @property
    def cost(self) -> int:
        return SEAT * self.more

    @property
    def theme(self) -> tuple[object, ...]:
        return "seats", self.session

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"more": self.more + other.more})

    def fields(self, problem: Problem) -> dict[str, Any]:
        sessions = replaced(
            problem.sessions,
            lambda each: each.key == self.session,
            lambda each: {"seats": each.seats + self.more},
        )
        return {"sessions": sessions}

    def text(self, problem: Problem) -> Message:
        session = problem.session[self.session]
        return say_number(
            "one more seat in {centre} on {day}",
            "{n} more seats in {centre} on {day}",
            self.more,
            centre=problem.centre[session.centre].name,
            day=session.first_day,
        )


class MoreRoom(ProblemChange):
    """A service centre takes more people on every day, in all or on one channel."""

    centre: str
    channel: Channel | None = None
    more: int = Field(1, ge=1)

    @property
    def loosens(self) -> str:
        return "seats"

    @property
    def cost(self) -> int:
        return DAILY_SEAT * self.more

    @property
    def theme(self) -> tuple[object, ...]:
        return "room", self.centre, self.channel

    def joined(self, other: Self) -> Self:
        """A seat of every day serves whoever needs it on another day, too."""
        return self if self.more >= other.more else other

    def fields(self, problem: Problem) -> dict[str, Any]:
        centres = replaced(problem.centres, lambda each: each.key == self.centre, self._larger)
        return {"centres": centres}

    def _larger(self, centre: ServiceCentre) -> dict[str, Any]:
        if self.channel is None:
            return {"seats": None if centre.seats is None else centre.seats + self.more}
        desks = centre.channel_seats
        if self.channel not in desks:
            return {}
        return {"channel_seats": desks | {self.channel: desks[self.channel] + self.more}}

    def text(self, problem: Problem) -> Message:
        values = {"n": self.more, "centre": problem.centre[self.centre].name}
        if self.channel is None:
            return say("room for {n} more at {centre} on every day", **values)
        return say(
            "desks for {n} more at {centre} on every day ({channel})",
            channel=say(self.channel.value),
            **values,
        )


class Seats(Rule):
    """A session, and a centre on one day and channel, take no more people than they have seats."""

    key = "seats"
    title = "No more people than seats"
    ties = Ties.CENTRE
    always_on = True
    least_cost = SEAT

    def compile(self, world: World, model: Model) -> None:
        """Bound every session, and every centre's day and channel that has a limit."""
        sessions = np.arange(world.sessions)
        seats = np.array([session.seats for session in world.session_list], np.int64)
        self._bound(world, model, sessions, sessions, seats)
        pairs = [
            (column, slot, limit)
            for column, session in enumerate(world.session_list)
            for slot, limit in _limits(world.problem.centre[session.centre], session)
        ]
        slots, keys = world.table(slot for _, slot, _ in pairs)
        upper = np.zeros(len(keys), np.int64)
        upper[slots] = [limit for _, _, limit in pairs]
        columns = np.array([column for column, _, _ in pairs], np.int64)
        self._bound(world, model, columns, slots, upper)

    def _bound(
        self, world: World, model: Model, sessions: IntArray, slots: IntArray, upper: IntArray
    ) -> None:
        model.bound(
            GroupBound(
                self.key,
                duties=np.arange(world.duties),
                groups=np.zeros(world.duties, np.int64),
                sessions=sessions,
                slots=slots,
                upper=upper[None, :],
            )
        )

    def check(self, plan: PlanView) -> list[Violation]:
        """Every session and every centre's day or channel with more people than seats."""
        by_session: dict[str, list[Choice]] = {}
        by_slot: dict[Slot, list[Choice]] = {}
        limit: dict[Slot, int] = {}
        for choice in plan:
            by_session.setdefault(choice.session.key, []).append(choice)
        broken = []
        for group in by_session.values():
            session = group[0].session
            for slot, seats in _limits(plan.problem.centre[session.centre], session):
                limit[slot] = seats
                by_slot.setdefault(slot, []).extend(group)
            if len(group) > session.seats:
                text = say(
                    "{people} in a session of {seats} on {day}.",
                    people=amounts.people(len(group)),
                    seats=amounts.seats(session.seats),
                    day=session.first_day,
                )
                over = len(group) - session.seats
                broken.append(self.broken(over, text, choices=group, days=session.days))
        for slot, group in by_slot.items():
            if len(group) > limit[slot]:
                broken.append(self._too_many(slot, limit[slot], group))
        return broken

    def _too_many(self, slot: Slot, seats: int, group: list[Choice]) -> Violation:
        centre, day, channel = slot
        values = {
            "people": amounts.people(len(group)),
            "day": day,
            "centre": centre,
            "seats": amounts.seats(seats),
        }
        if channel is None:
            text = say("{people} on {day} at {centre}, which has {seats}.", **values)
        else:
            text = say(
                "{people} on {day} at {centre}, which has {seats} ({channel}).",
                channel=say(channel.value),
                **values,
            )
        return self.broken(len(group) - seats, text, choices=group, days=[day])

    def own_fixes(self, case: Case) -> Iterator[Changes]:
        """As many seats as are missing in the session, and at its centre."""
        session, problem = case.choice.session, case.problem
        changes: list[ProblemChange] = []
        over = len(case.in_session()) + 1 - session.seats
        if over > 0:
            changes.append(MoreSeats(session=session.key, more=over))
        missing: dict[Channel | None, int] = {}
        for slot, seats in _limits(problem.centre[session.centre], session):
            _, day, channel = slot
            using = sum(_takes(slot, each.session) for each in case.plan.by_day.get(day, ()))
            missing[channel] = max(missing.get(channel, 0), using + 1 - seats)
        changes += [
            MoreRoom(centre=session.centre, channel=channel, more=more)
            for channel, more in missing.items()
            if more > 0
        ]
        if changes:
            yield tuple(changes)

    def own_candidates(self, search: ChangeSearch) -> Iterator[ProblemChange]:
        """Seats and desks, as many as there are duties to take them."""
        for more in range(1, len(search.problem.duties) + 1):
            for session in search.sessions:
                yield MoreSeats(session=session.key, more=more)
            for centre in search.problem.centres:
                if centre.seats is not None:
                    yield MoreRoom(centre=centre.key, more=more)
                for channel in centre.channel_seats:
                    yield MoreRoom(centre=centre.key, channel=channel, more=more)

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "No session takes more people than it has seats, and no service centre more than it "
            "has on a day, in all and on each channel."
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("they are full")


def _limits(centre: ServiceCentre, session: Session) -> list[tuple[Slot, int]]:
    """The limited slots that one seat in `session` takes, each with its limit."""
    limits: list[tuple[Slot, int]] = []
    for number, day in enumerate(session.days):
        if centre.seats is not None:
            limits.append(((centre.key, day, None), centre.seats))
        channels = session.channels[number] if session.channels else ()
        limits += [
            ((centre.key, day, channel), centre.channel_seats[channel])
            for channel in Counter(channels)
            if channel in centre.channel_seats
        ]
    return limits


def _takes(slot: Slot, session: Session) -> bool:
    """Whether a seat in `session`, which takes place on the slot's day, is one of the slot's."""
    centre, day, channel = slot
    if session.centre != centre or channel is None:
        return session.centre == centre
    return bool(session.channels) and channel in session.channels[session.days.index(day)]
