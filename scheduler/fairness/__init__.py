"""Who carries what in a plan: unpopular dates, wishes, lateness, by department, level and rank.

A figure of a group is compared with what its size would have it be. A difference is told where
chance alone would hardly make it.
"""

from scheduler.fairness.figures import SMALLEST, Fairness, Finding, Group, Tally
from scheduler.fairness.reckoning import LEVEL, fairness
from scheduler.fairness.texts import Grouping, Measure

__all__ = [
    "LEVEL",
    "SMALLEST",
    "Fairness",
    "Finding",
    "Group",
    "Grouping",
    "Measure",
    "Tally",
    "fairness",
]
