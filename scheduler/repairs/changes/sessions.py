"""Changes of sessions, service centres and programmes."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from scheduler.domain.problem import Problem
from scheduler.domain.programme import Channel, ServiceCentre, Session
from scheduler.domain.words import Message, say
from scheduler.repairs.changes.change import (
    DAILY_SEAT,
    MENTOR,
    SEAT,
    SESSION,
    SMALLER,
    ProblemChange,
    replaced,
    united,
)


class MoreSeats(ProblemChange):
    """One session takes more people."""

    session: str
    more: int = Field(1, ge=1)

    @property
    def cost(self) -> int:
        return SEAT * self.more

    @property
    def theme(self) -> tuple[object, ...]:
        return "seats", self.session

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"more": self.more + other.more})

    def fields(self, problem: Problem) -> dict[str, Any]:
        found = replaced(
            problem.sessions,
            lambda each: each.key == self.session,
            lambda each: {"seats": each.seats + self.more},
        )
        return {"sessions": found}

    def text(self, problem: Problem) -> Message:
        session = problem.session[self.session]
        centre = problem.centre[session.centre].name
        if self.more == 1:
            return say("one more seat in {centre} on {day}", centre=centre, day=session.first_day)
        return say(
            "{n} more seats in {centre} on {day}",
            n=self.more,
            centre=centre,
            day=session.first_day,
        )


class MoreRoom(ProblemChange):
    """A service centre takes more people on every day, in all or on one channel."""

    centre: str
    channel: Channel | None = None
    more: int = Field(1, ge=1)

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
        found = replaced(problem.centres, lambda each: each.key == self.centre, self._larger)
        return {"centres": found}

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


class MoreMentors(ProblemChange):
    """More mentors accompany one session."""

    session: str
    mentors: tuple[str, ...] = Field(min_length=1)

    @property
    def cost(self) -> int:
        return MENTOR * len(self.mentors)

    @property
    def theme(self) -> tuple[object, ...]:
        return "mentors", self.session

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"mentors": united(self.mentors, other.mentors)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        found = replaced(
            problem.sessions,
            lambda each: each.key == self.session,
            lambda each: {"mentors": united(each.mentors, self.mentors)},
        )
        return {"sessions": found}

    def text(self, problem: Problem) -> Message:
        session, names = problem.session[self.session], {m.id: m.name for m in problem.mentors}
        return say(
            "{mentors} as mentor in {centre} on {day}",
            mentors=[names[mentor] for mentor in self.mentors],
            centre=problem.centre[session.centre].name,
            day=session.first_day,
        )


class SmallerGroups(ProblemChange):
    """The sessions of a programme take place with fewer people."""

    programme: str
    least: int = Field(ge=1)

    @property
    def cost(self) -> int:
        return SMALLER

    @property
    def theme(self) -> tuple[object, ...]:
        return "smaller", self.programme

    def joined(self, other: Self) -> Self:
        return self if self.least <= other.least else other

    def fields(self, problem: Problem) -> dict[str, Any]:
        found = replaced(
            problem.programmes,
            lambda each: each.key == self.programme,
            lambda each: {"least": min(each.least, self.least)},
        )
        return {"programmes": found}

    def text(self, problem: Problem) -> Message:
        title = problem.programme[self.programme].title
        if self.least == 1:
            return say("sessions of {programme} for a single person, too", programme=title)
        return say("sessions of {programme} from {n} people on", programme=title, n=self.least)


class AnotherSession(ProblemChange):
    """A session that the pattern does not have."""

    session: Session

    @property
    def cost(self) -> int:
        return SESSION

    @property
    def theme(self) -> tuple[object, ...]:
        return "session", self.session.key

    def fields(self, problem: Problem) -> dict[str, Any]:
        sessions = sorted(
            (*problem.sessions, self.session), key=lambda s: (s.first_day, s.centre, s.programme)
        )
        return {"sessions": tuple(sessions)}

    def text(self, problem: Problem) -> Message:
        return say(
            "one more session of {programme} in {centre} on {day}",
            programme=problem.programme[self.session.programme].title,
            centre=problem.centre[self.session.centre].name,
            day=self.session.first_day,
        )
