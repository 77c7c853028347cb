"""From a published plan and the world as it is now to a plan that changes as few people as
possible."""

from scheduler.replan.changes import Change, Why
from scheduler.replan.search import Replanned, replan

__all__ = ["Change", "Replanned", "Why", "replan"]
