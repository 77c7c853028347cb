"""What the command can be told by name."""

from __future__ import annotations

from enum import StrEnum


class InstanceKind(StrEnum):
    """Which company, and at which time of its life."""

    ROLLOUT = "rollout"
    STEADY = "steady"


class Side(StrEnum):
    """Who answers."""

    FRONTLINE = "frontline"
    HIGHS = "highs"
    TEXTBOOK = "textbook"


class BenchTask(StrEnum):
    """What a process is to do."""

    EXPORT = "export"
    """Write the instance as an MPS file; nobody's time counts."""
    SOLVE = "solve"
    """Find the best plan within the limit."""
    STOP = "stop"
    """Stop at several moments, and see how long each takes."""
    LIMITS = "limits"
    """Keep to several time limits, and see by how much each is overrun."""
    AGAIN = "again"
    """Solve twice, and see whether the plan is the same."""
    REPLAN = "replan"
    """Plan anew after one person falls ill."""
    WHY = "why"
    """Say of several people why they serve when they do."""
    TRY = "try"
    """Try several rules on a published plan."""
    CLUSTER = "cluster"
    """Solve on a Dask cluster of one worker, then of more."""
