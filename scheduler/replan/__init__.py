"""From a published plan and the world as it is now to a plan that changes as few people as
possible."""

from scheduler.replan.changes import PersonChange, Why
from scheduler.replan.replanned import Replanned
from scheduler.replan.search import ReplanTuning, replan

__all__ = ["PersonChange", "ReplanTuning", "Replanned", "Why", "replan"]
