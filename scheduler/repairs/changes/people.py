"""Changes of what is recorded of people and their duties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from pydantic import Field

from scheduler.domain.people import Pairing, Wish
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say
from scheduler.repairs.changes.change import (
    SET_ASIDE,
    STAND_INS,
    TRAINING,
    WEEK,
    ProblemChange,
    in_words,
    replaced,
    united,
)


class LaterDue(ProblemChange):
    """Some duties are due later."""

    duties: tuple[str, ...]
    weeks: int = Field(ge=1)

    @property
    def cost(self) -> int:
        return WEEK * self.weeks * len(self.duties)

    @property
    def theme(self) -> tuple[object, ...]:
        return "later", self.weeks

    @property
    def about(self) -> tuple[object, ...]:
        return "later", self.duties

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"duties": united(self.duties, other.duties)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        found = replaced(
            problem.duties,
            lambda each: each.id in self.duties,
            lambda each: {"due": each.due + timedelta(weeks=self.weeks)},
        )
        return {"duties": found}

    def text(self, problem: Problem) -> Message:
        return say(
            "{who} due {weeks} weeks later" if self.weeks > 1 else "{who} due a week later",
            who=in_words(problem, self.duties),
            weeks=self.weeks,
        )


class EarlierWindow(ProblemChange):
    """The windows of some duties open earlier."""

    duties: tuple[str, ...]
    days: int = Field(ge=1)

    @property
    def cost(self) -> int:
        return WEEK * -(-self.days // 7) * len(self.duties)

    @property
    def theme(self) -> tuple[object, ...]:
        return "earlier", self.days

    @property
    def about(self) -> tuple[object, ...]:
        return "earlier", self.duties

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"duties": united(self.duties, other.duties)})

    def fields(self, problem: Problem) -> dict[str, Any]:
        found = replaced(
            problem.duties,
            lambda each: each.id in self.duties,
            lambda each: {"opens": each.opens - timedelta(days=self.days)},
        )
        return {"duties": found}

    def text(self, problem: Problem) -> Message:
        return say(
            "the window opened {days} days earlier for {who}"
            if self.days > 1
            else "the window opened a day earlier for {who}",
            who=in_words(problem, self.duties),
            days=self.days,
        )


class TrainingRenewed(ProblemChange):
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
        found = replaced(
            problem.employees,
            lambda each: each.id == self.employee,
            lambda each: {"cleared_until": self.until},
        )
        return {"employees": found}

    def text(self, problem: Problem) -> Message:
        return say(
            "the training of {name} in data protection renewed, valid until {until} at least",
            name=problem.employee[self.employee].name,
            until=self.until,
        )


class WishSetAside(ProblemChange):
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


class AwayTogether(ProblemChange):
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
        return {
            "stand_ins": tuple(
                pair
                for pair in problem.stand_ins
                if {pair.one, pair.other} != {self.one, self.other}
            )
        }

    def text(self, problem: Problem) -> Message:
        return say(
            "{one} and {other}, who stand in for each other, away on the same day",
            one=problem.employee[self.one].name,
            other=problem.employee[self.other].name,
        )


class PairingSetAside(ProblemChange):
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
