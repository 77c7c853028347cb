"""Runs: one computation of a plan each."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing happens to the run any more."""
        return self in (RunState.DONE, RunState.FAILED, RunState.CANCELLED)
