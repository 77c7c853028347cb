"""What blocks a duty that a plan leaves out, and the cheapest changes that would place it."""

from scheduler.repairs.moving import Chance, chance
from scheduler.repairs.obstacles import Blocking, Obstacles
from scheduler.repairs.repair import Remedy, Repair
from scheduler.repairs.search import Repairs

__all__ = [
    "Blocking",
    "Chance",
    "Obstacles",
    "Remedy",
    "Repair",
    "Repairs",
    "chance",
]
