"""Changes of rules."""

from __future__ import annotations

from typing import Any

from scheduler.domain.problem import Mode, Problem, RuleScope, RuleSetting, Variant
from scheduler.domain.words import Message
from scheduler.repairs.changes.change import ProblemChange
from scheduler.rules import every_setting


class RuleChanged(ProblemChange):
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

    @property
    def about(self) -> tuple[object, ...]:
        return "rule", self.rule, self.scope, self.name

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
