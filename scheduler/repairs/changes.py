"""What could be changed so that a duty finds a place: each change a value with its cost, its
words, and the problem it makes.

What a change costs, so that “cheapest” means something:

| change | cost |
| --- | --- |
| a seat more in one session | 1 each |
| somebody's duty due later, or its window opened earlier | 1 for each begun week |
| one more away of a team, or of a department | 2 each |
| shorter notice, or less time between two services, for a department | 2 for each begun week |
| a mentor more for one session | 2 |
| a wish, or the pairing of two people, set aside | 2 |
| somebody's training renewed | 3 |
| a seat more, or a desk more on a channel, at a service centre on every day | 3 each |
| two who stand in for each other away together | 3 |
| an executive more away on one day; a listed set of them given up | 3; 4 |
| a session that takes place with fewer people | 4 |
| a session more | 8 |
| a rule that costs points instead of forbidding | 10 for a part of the company, else 20 |
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.people import Pairing, StandIns, Wish
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.domain.programme import Channel, Session
from scheduler.domain.words import Message, say
from scheduler.rules import every_setting

SEAT, WEEK, AWAY, SHORTER, MENTOR, SET_ASIDE = 1, 1, 2, 2, 2, 2
TRAINING, DAILY_SEAT, STAND_INS, EXECUTIVE, EXECUTIVES, SMALLER = 3, 3, 3, 3, 4, 4
SESSION, SOFTER, SOFTER_FOR_ALL = 8, 10, 20


class Change(Value):
    """One thing that is different in the changed problem."""

    @property
    @abstractmethod
    def cost(self) -> int:
        """What the change costs, on the scale above."""

    @property
    @abstractmethod
    def theme(self) -> tuple[object, ...]:
        """Changes of one theme are one when said together."""

    @abstractmethod
    def fields(self, problem: Problem) -> dict[str, Any]:
        """The fields of the problem that become different."""

    @abstractmethod
    def text(self, problem: Problem) -> Message:
        """What is to be done, in words for HR."""

    def joined(self, other: Self) -> Self:
        """Both of one theme as one change: several ask for the same."""
        return self

    def apply(self, problem: Problem) -> Problem:
        """The changed problem."""
        return problem.changed(**self.fields(problem))


class MoreSeats(Change):
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
        sessions = (
            each.model_copy(update={"seats": each.seats + self.more})
            if each.key == self.session
            else each
            for each in problem.sessions
        )
        return {"sessions": tuple(sessions)}

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


class MoreRoom(Change):
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
        centres = []
        for each in problem.centres:
            if each.key != self.centre:
                centres.append(each)
            elif self.channel is None:
                seats = None if each.seats is None else each.seats + self.more
                centres.append(each.model_copy(update={"seats": seats}))
            else:
                desks = dict(each.channel_seats)
                if self.channel in desks:
                    desks[self.channel] += self.more
                centres.append(each.model_copy(update={"channel_seats": desks}))
        return {"centres": tuple(centres)}

    def text(self, problem: Problem) -> Message:
        values = {"n": self.more, "centre": problem.centre[self.centre].name}
        if self.channel is None:
            return say("room for {n} more at {centre} on every day", **values)
        return say(
            "desks for {n} more at {centre} on every day ({channel})",
            channel=say(self.channel.value),
            **values,
        )


class LaterDue(Change):
    """Some duties are due later."""

    duties: tuple[str, ...]
    weeks: int = Field(ge=1)

    @property
    def cost(self) -> int:
        return WEEK * self.weeks * len(self.duties)

    @property
    def theme(self) -> tuple[object, ...]:
        return "later", self.weeks

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"duties": _united(self.duties, other.duties)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        duties = (
            each.model_copy(update={"due": each.due + timedelta(weeks=self.weeks)})
            if each.id in self.duties
            else each
            for each in problem.duties
        )
        return {"duties": tuple(duties)}

    def text(self, problem: Problem) -> Message:
        return say(
            "{who} due {weeks} weeks later" if self.weeks > 1 else "{who} due a week later",
            who=_who(problem, self.duties),
            weeks=self.weeks,
        )


class EarlierWindow(Change):
    """The windows of some duties open earlier."""

    duties: tuple[str, ...]
    days: int = Field(ge=1)

    @property
    def cost(self) -> int:
        return WEEK * -(-self.days // 7) * len(self.duties)

    @property
    def theme(self) -> tuple[object, ...]:
        return "earlier", self.days

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"duties": _united(self.duties, other.duties)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        duties = (
            each.model_copy(update={"opens": each.opens - timedelta(days=self.days)})
            if each.id in self.duties
            else each
            for each in problem.duties
        )
        return {"duties": tuple(duties)}

    def text(self, problem: Problem) -> Message:
        return say(
            "the window opened {days} days earlier for {who}"
            if self.days > 1
            else "the window opened a day earlier for {who}",
            who=_who(problem, self.duties),
            days=self.days,
        )


class WishSetAside(Change):
    """Somebody serves on days they did not wish."""

    wish: Wish

    @property
    def cost(self) -> int:
        return SET_ASIDE

    @property
    def theme(self) -> tuple[object, ...]:
        return "wish", self.wish

    def fields(self, problem: Problem) -> dict[str, Any]:
        return {"wishes": tuple(each for each in problem.wishes if each != self.wish)}

    def text(self, problem: Problem) -> Message:
        return say(
            "the wish of {name} about {first} to {last} set aside",
            name=problem.employee[self.wish.employee_id].name,
            first=self.wish.days.first,
            last=self.wish.days.last,
        )


class AwayTogether(Change):
    """Two who stand in for each other may be away on the same day."""

    one: str
    other: str

    @property
    def cost(self) -> int:
        return STAND_INS

    @property
    def theme(self) -> tuple[object, ...]:
        return "stand-ins", frozenset({self.one, self.other})

    def fields(self, problem: Problem) -> dict[str, Any]:
        return {"stand_ins": _without(problem.stand_ins, self.one, self.other)}

    def text(self, problem: Problem) -> Message:
        return say(
            "{one} and {other}, who stand in for each other, away on the same day",
            one=problem.employee[self.one].name,
            other=problem.employee[self.other].name,
        )


class PairingSetAside(Change):
    """Two who asked to be together, or apart, are placed as it comes."""

    pairing: Pairing

    @property
    def cost(self) -> int:
        return SET_ASIDE

    @property
    def theme(self) -> tuple[object, ...]:
        return "pairing", self.pairing

    def fields(self, problem: Problem) -> dict[str, Any]:
        mine = {self.pairing.one, self.pairing.other}
        return {
            "pairings": tuple(
                each
                for each in problem.pairings
                if {each.one, each.other} != mine or each.together is not self.pairing.together
            )
        }

    def text(self, problem: Problem) -> Message:
        names = {
            "one": problem.employee[self.pairing.one].name,
            "other": problem.employee[self.pairing.other].name,
        }
        if self.pairing.together:
            return say("{one} and {other} not in the same session, though they asked", **names)
        return say("{one} and {other} in the same session, though they asked not to", **names)


class MoreMentors(Change):
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
        return self.model_copy(update={"mentors": _united(self.mentors, other.mentors)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        sessions = (
            each.model_copy(update={"mentors": _united(each.mentors, self.mentors)})
            if each.key == self.session
            else each
            for each in problem.sessions
        )
        return {"sessions": tuple(sessions)}

    def text(self, problem: Problem) -> Message:
        session, names = problem.session[self.session], {m.id: m.name for m in problem.mentors}
        return say(
            "{mentors} as mentor in {centre} on {day}",
            mentors=[names[mentor] for mentor in self.mentors],
            centre=problem.centre[session.centre].name,
            day=session.first_day,
        )


class TrainingRenewed(Change):
    """Somebody's training in data protection is valid for longer."""

    employee: str
    until: date

    @property
    def cost(self) -> int:
        return TRAINING

    @property
    def theme(self) -> tuple[object, ...]:
        return "training", self.employee

    def joined(self, other: Self) -> Self:
        return self if self.until >= other.until else other

    def fields(self, problem: Problem) -> dict[str, Any]:
        people = (
            each.model_copy(update={"cleared_until": self.until})
            if each.id == self.employee
            else each
            for each in problem.employees
        )
        return {"employees": tuple(people)}

    def text(self, problem: Problem) -> Message:
        return say(
            "the training of {name} in data protection renewed, valid until {until} at least",
            name=problem.employee[self.employee].name,
            until=self.until,
        )


class SmallerGroups(Change):
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
        programmes = (
            each.model_copy(update={"least": min(each.least, self.least)})
            if each.key == self.programme
            else each
            for each in problem.programmes
        )
        return {"programmes": tuple(programmes)}

    def text(self, problem: Problem) -> Message:
        title = problem.programme[self.programme].title
        if self.least == 1:
            return say("sessions of {programme} for a single person, too", programme=title)
        return say("sessions of {programme} from {n} people on", programme=title, n=self.least)


class AnotherSession(Change):
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


class RuleChanged(Change):
    """A rule is set differently: for the whole company, or for one part of it. `said` are its
    words, `price` what it costs: the rules' parameters have no common measure."""

    rule: str
    scope: RuleScope | None = None
    name: str = ""
    mode: Mode
    weight: int
    params: dict[str, Any]
    price: int
    said: Message

    @property
    def cost(self) -> int:
        return self.price

    @property
    def theme(self) -> tuple[object, ...]:
        return "rule", self.rule, self.scope, self.name, self.mode, str(sorted(self.params.items()))

    def fields(self, problem: Problem) -> dict[str, Any]:
        others = (each for each in problem.rules if each.key != self.rule)
        mine = self._set(every_setting(problem.rules)[self.rule])
        return {"rules": (*others, mine)}

    def _set(self, now: RuleSetting) -> RuleSetting:
        told: dict[str, Any] = {"mode": self.mode, "weight": self.weight, "params": self.params}
        if self.scope is None:
            return now.model_copy(update=told)
        others = (v for v in now.variants if (v.scope, v.name) != (self.scope, self.name))
        mine = Variant(scope=self.scope, name=self.name, **told)
        return now.model_copy(update={"variants": (*others, mine)})

    def text(self, problem: Problem) -> Message:
        return self.said


def _united(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _who(problem: Problem, duties: tuple[str, ...]) -> Message:
    """One or two people by name, more by their number."""
    people = list(dict.fromkeys(problem.duty[each].employee_id for each in duties))
    if len(people) > 2:
        return say("{n} people", n=len(people))
    return say("{names}", names=[problem.employee[who].name for who in people])


def _without(pairs: Iterable[StandIns], one: str, other: str) -> tuple[StandIns, ...]:
    return tuple(pair for pair in pairs if {pair.one, pair.other} != {one, other})
