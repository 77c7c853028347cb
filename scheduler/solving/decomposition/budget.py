"""The time of one run, and each block's share of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic

from scheduler.solving.result import Limits


class Budget:
    """What is left of a run's time. It is shared out among blocks by their `sizes`."""

    def __init__(self, limits: Limits, sizes: Sequence[int], began: float | None = None) -> None:
        self._limits, self._sizes = limits, sizes
        self._began = monotonic() if began is None else began
        self._waiting = 0

    def left(self) -> float:
        """Seconds left."""
        return self._limits.seconds - (monotonic() - self._began)

    def over(self) -> bool:
        """Whether the time is over, or somebody asked to stop."""
        return self._limits.stop() or self.left() <= 0

    def share_out(self, numbers: Iterable[int]) -> None:
        """These blocks are to get their seconds, one after another."""
        self._waiting = sum(self._sizes[number] for number in numbers)

    def seconds_for(self, number: int, side_by_side: int, fraction: float) -> float:
        """A block's seconds by its size, of a fraction of what is left, among those that have not
        got any yet, where so many are solved side by side."""
        waiting, mine = self._waiting, self._sizes[number]
        self._waiting -= mine
        return fraction * self.left() * min(1.0, side_by_side * mine / max(1, waiting))
