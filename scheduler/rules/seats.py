"""No more people than seats."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.programme import Channel, ServiceCentre, Session
from scheduler.domain.words import Message, say
from scheduler.model.language import GroupBound, IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, Ties

Slot = tuple[str, date, Channel | None]
"""A centre on one day, all its guests or those on one channel."""


class Seats(Rule):
    """A session, and a centre on one day and channel, take no more people than they have seats."""

    key = "seats"
    title = "No more people than seats"
    ties = Ties.CENTRE
    always_on = True

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
    found: list[tuple[Slot, int]] = []
    for number, day in enumerate(session.days):
        if centre.seats is not None:
            found.append(((centre.key, day, None), centre.seats))
        channels = session.channels[number] if session.channels else ()
        found += [
            ((centre.key, day, channel), centre.channel_seats[channel])
            for channel in Counter(channels)
            if channel in centre.channel_seats
        ]
    return found
