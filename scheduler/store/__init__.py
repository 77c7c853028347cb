"""Everything that lasts: tables, migrations, and the Store that hands out units of work."""

from scheduler.store.read_models import (
    AccountRow,
    AssignmentRow,
    AuditRow,
    CachedFeed,
    CalendarRow,
    CoverageRow,
    Entry,
    FeedRow,
    LoadRow,
    Owing,
    Page,
    PersonRow,
    PlanResult,
    PlanRow,
    RuleBook,
    RunRow,
)
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

__all__ = [
    "AccountRow",
    "AssignmentRow",
    "AuditRow",
    "CachedFeed",
    "CalendarRow",
    "CoverageRow",
    "Entry",
    "FeedRow",
    "LoadRow",
    "Owing",
    "Page",
    "PersonRow",
    "PlanResult",
    "PlanRow",
    "RuleBook",
    "RunRow",
    "Store",
    "UnitOfWork",
]
