"""What is shown of a company's plans while they change: what is in line, once there is such a
thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from scheduler.model.language import IntArray
from scheduler.solving.decomposition.block_state import BlockState
from scheduler.solving.decomposition.incumbents import Incumbents


@dataclass(frozen=True)
class Snapshot:
    """The plans of all blocks at one time, which are in line, and their points together."""

    cost: float
    states: tuple[BlockState | None, ...]


_NOTHING = Snapshot(inf, ())


class CompanyProgress:
    """The cheapest plans in line: those ever there, to be shown, and those there between two steps,
    which do not depend on who was how fast."""

    def __init__(self, incumbents: Incumbents, listener: Callable[[str], None]) -> None:
        self._incumbents, self._listener = incumbents, listener
        self._shown = self._remembered = _NOTHING

    @property
    def remembered(self) -> float:
        """Points of the plans that were remembered."""
        return self._remembered.cost

    def report(self, phase: str) -> None:
        """Say what is being done."""
        self._listener(phase)

    def take(self, number: int, state: BlockState) -> None:
        """Hear of a block, and say so."""
        self._incumbents.take(number, state)
        if all(self._incumbents.states):
            self._shown = self._cheaper(self._shown)
        self._listener(state.phase)

    def shown(self) -> tuple[float, list[IntArray]]:
        """Points and plans to show meanwhile."""
        if self._shown.cost < inf:
            return self._shown.cost, self._incumbents.choices_of(self._shown.states)
        return self._incumbents.cost, self._incumbents.choices()

    def remember(self) -> None:
        """A step is done: keep the plans if they are the cheapest in line."""
        self._remembered = self._cheaper(self._remembered)

    def restore(self, *, interrupted: bool) -> None:
        """Go back to the cheapest plans in line. What was shown meanwhile depends on who was how
        fast: it counts when a step was interrupted."""
        best = self._remembered
        if interrupted and self._shown.cost < best.cost:
            best = self._shown
        if best.cost < inf:
            self._incumbents.states = [*best.states]

    def _cheaper(self, known: Snapshot) -> Snapshot:
        cost = self._incumbents.cost
        if cost < known.cost and not self._incumbents.broken:
            return Snapshot(cost, tuple(self._incumbents.states))
        return known
