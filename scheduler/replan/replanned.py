"""What a re-plan comes to."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.replan.changes import PersonChange
from scheduler.solving.result import Result


@dataclass(frozen=True, kw_only=True)
class Replanned(Result):
    """A plan that follows a published one. `changes` are the people whose published assignments
    do not stay, and `fewest` is proven: no plan that places as much changes fewer. The status is
    OPTIMAL where both objectives are proven, whatever is known of the points."""

    changes: tuple[PersonChange, ...]
    fewest: int

    @property
    def changed(self) -> int:
        """How many people change."""
        return len(self.changes)
