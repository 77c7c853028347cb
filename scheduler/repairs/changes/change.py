"""What a change is, and what it costs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from scheduler.domain.base import Value
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message, say

SEAT, WEEK, AWAY, SHORTER, MENTOR, SET_ASIDE = 1, 1, 2, 2, 2, 2
TRAINING, DAILY_SEAT, STAND_INS, EXECUTIVE, EXECUTIVES, SMALLER = 3, 3, 3, 3, 4, 4
SESSION, SOFTER, SOFTER_FOR_ALL = 8, 10, 20


Thing = TypeVar("Thing", bound=Value)


class ProblemChange(Value):
    """One thing that is different in the changed problem."""

    @property
    @abstractmethod
    def cost(self) -> int:
        """What the change costs, on the scale above."""

    @property
    @abstractmethod
    def theme(self) -> tuple[object, ...]:
        """Changes of one theme are one when said together."""

    @property
    def about(self) -> tuple[object, ...]:
        """Of changes about the same only one can be made."""
        return self.theme

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


def replaced(
    things: Iterable[Thing],
    wanted: Callable[[Thing], bool],
    values: Callable[[Thing], dict[str, Any]],
) -> tuple[Thing, ...]:
    """The same things, those wanted with other values of some fields."""
    return tuple(each.model_copy(update=values(each)) if wanted(each) else each for each in things)


def united(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """The names of both, each once."""
    return tuple(dict.fromkeys((*one, *other)))


def in_words(problem: Problem, duties: Iterable[str]) -> Message:
    """Whose duties they are: one or two people by name, more by their number."""
    people = list(dict.fromkeys(problem.duty[each].employee_id for each in duties))
    if len(people) > 2:
        return say("{n} people", n=len(people))
    return say("{names}", names=[problem.employee[who].name for who in people])
