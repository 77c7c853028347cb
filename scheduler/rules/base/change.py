"""What could be changed so that a duty finds a place: each change a value with its cost, its
words, and the problem it makes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.domain.words import Message

Thing = TypeVar("Thing", bound=Value)


class ProblemChange(Value):
    """One thing that is different in the changed problem."""

    @property
    @abstractmethod
    def loosens(self) -> str:
        """The key of the rule that says less with the change."""

    @property
    @abstractmethod
    def cost(self) -> int:
        """What the change costs, on the scale of `costs`."""

    @property
    @abstractmethod
    def theme(self) -> tuple[object, ...]:
        """Changes of one theme are one when said together."""

    @property
    def about(self) -> tuple[object, ...]:
        """Of changes about the same only one can be made."""
        return self.theme

    @property
    def inside(self) -> str | None:
        """The key of the session that the change is a part of, if it is of one."""
        return None

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


Changes = tuple[ProblemChange, ...]
"""Changes that are made together."""


def cost_of(changes: Iterable[ProblemChange]) -> int:
    """What some changes cost together."""
    return sum(change.cost for change in changes)


class RuleChanged(ProblemChange):
    """A rule is set differently: for the whole company, or for one part of it. `said` are its
    words, `price` what it costs: the rules' parameters have no common measure. `usual` is how the
    rule is set where a problem does not say."""

    rule: str
    scope: RuleScope | None = None
    name: str = ""
    mode: Mode
    weight: int
    params: dict[str, Any]
    price: int
    said: Message
    usual: RuleSetting = Field(exclude=True, repr=False)

    @property
    def loosens(self) -> str:
        return self.rule

    @property
    def cost(self) -> int:
        return self.price

    @property
    def theme(self) -> tuple[object, ...]:
        return "rule", self.rule, self.scope, self.name, self.mode, str(sorted(self.params.items()))

    @property
    def about(self) -> tuple[object, ...]:
        return "rule", self.rule, self.scope, self.name

    def fields(self, problem: Problem) -> dict[str, Any]:
        others = (each for each in problem.rules if each.key != self.rule)
        given = [self.usual, *(each for each in problem.rules if each.key == self.rule)]
        return {"rules": (*others, self._set(given[-1]))}

    def _set(self, now: RuleSetting) -> RuleSetting:
        values: dict[str, Any] = {"mode": self.mode, "weight": self.weight, "params": self.params}
        if self.scope is None:
            return now.model_copy(update=values)
        others = (v for v in now.variants if (v.scope, v.name) != (self.scope, self.name))
        mine = Variant(scope=self.scope, name=self.name, **values)
        return now.model_copy(update={"variants": (*others, mine)})

    def text(self, problem: Problem) -> Message:
        return self.said


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
