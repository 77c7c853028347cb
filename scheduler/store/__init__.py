"""Everything that lasts: tables, migrations, and the Store that hands out the books."""

from scheduler.store.books import Books
from scheduler.store.rows import (
    AccountRow,
    AssignmentRow,
    AuditRow,
    CachedFeed,
    CalendarRow,
    CoverageRow,
    FeedRow,
    Kept,
    LoadRow,
    Owing,
    Page,
    PersonRow,
    PlanResult,
    PlanRow,
    RuleBook,
    RunRow,
    RunState,
)
from scheduler.store.store import Store

__all__ = [
    "AccountRow",
    "AssignmentRow",
    "AuditRow",
    "Books",
    "CachedFeed",
    "CalendarRow",
    "CoverageRow",
    "FeedRow",
    "Kept",
    "LoadRow",
    "Owing",
    "Page",
    "PersonRow",
    "PlanResult",
    "PlanRow",
    "RuleBook",
    "RunRow",
    "RunState",
    "Store",
]
